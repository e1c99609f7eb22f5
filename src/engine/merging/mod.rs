//! Two guests turn out to be one, or one to be two after all.
//!
//! **A merge is one record.** Under the locks of both, the target's state and profile become those of
//! both ([`states`], [`profiles`]), the source's place says whose part it is, and what each was by
//! itself is kept beside ([`Own`]); all of it is one batch, so a power cut leaves two guests or one.
//! From then on every id of either means the one guest ([`super::persons`]).
//!
//! **An un-merge** makes of each what it would be: what it was by itself, and what was heard under its
//! ids since ([`refold`]).

mod parting;
mod profiles;
mod refold;
mod report;
mod states;
mod under_way;

use crate::decide::Serving;
use crate::domain::channel::ChannelSet;
use crate::domain::consent::{Consent, ConsentState};
use crate::domain::guest::GuestState;
use crate::domain::id::{GuestId, GuestKey};
use crate::domain::identity::{Joined, Link, PARTS_MAX, Part};
use crate::domain::invalid::Invalid;
use crate::domain::profile::Profile;
use crate::domain::record::{Body, Joining, Record};
use crate::domain::scope::{Right, Scope};
use crate::domain::time::Timestamp;
use crate::store::Own;

use super::brands::Brand;
use super::calls::{GuestView, Waiter};
use super::changing::Held;
use super::error::{Error, ErrorKind};
use super::persons::Person;
use super::watching::Cause;
use super::{Engine, fold, likings, store_waiter};

pub use parting::Unmerged;
pub use profiles::{MergedFact, Taken};
pub use report::{MergeReport, MergedCap, MergedConsent};

/// Which two guests are one.
#[derive(Debug, Clone)]
pub struct Merging {
    /// Becomes part of the target.
    pub source: GuestId,
    /// Goes on being itself.
    pub target: GuestId,
}

/// What a merge comes to.
#[derive(Debug, Clone)]
pub struct Merged {
    /// Its place in the log; of one that was made before, that one's; 0: it was only looked at.
    pub sequence: u64,
    /// The guest that both are.
    pub guest: GuestView,
    /// What came from whom; `None` of a merge that was made before.
    pub report: Option<MergeReport>,
}

/// The one guest and the other, found and named.
struct Pair {
    source: (GuestKey, GuestId),
    target: (GuestKey, GuestId),
}

impl Pair {
    fn keys(&self) -> [GuestKey; 2] {
        let mut keys = [self.source.0, self.target.0];
        keys.sort_unstable();
        keys
    }
}

impl Engine {
    /// Makes one guest of two. Without a waiter it is only looked at what would come of it. A merge
    /// that was made before is answered again, and the waiter told at once.
    ///
    /// # Errors
    /// Without the right; where either is not known, both are one already, the source was merged into
    /// another guest, or the two have too many ids; where too much waits for the disk.
    pub fn merge_guests(
        &self,
        scope: &Scope,
        merging: &Merging,
        mut waiter: Option<Waiter>,
    ) -> Result<Merged, Error> {
        let brand = self.may_join(scope)?;
        let serving = brand.need_serving()?;
        let [source, target] =
            [&merging.source, &merging.target].map(|guest| self.guest_key(&brand.id, guest));
        let tells = waiter.is_some();
        loop {
            let into = self.person(&brand, target)?;
            let target_guest = into.guest.clone();
            let target_guest =
                target_guest.unwrap_or_else(|| self.kept_id(&brand.id, merging.target.clone()));
            let (from, link, name) = self.itself(&brand, source, &merging.source)?;
            if link.is_some() {
                return self.merged_before((&brand, &serving), (source, &into), waiter);
            }
            if from == into.key {
                return Err(is_the_same(source == target));
            }
            let pair = Pair { source: (from, name), target: (into.key, target_guest) };
            let who = (&*brand, &*serving, &pair);
            let keys = pair.keys();
            let load = |key| self.load(&brand, key);
            let merged =
                self.guests.with_all(&keys, self.store.committed(), load, |states| {
                    let mut held = Held { keys: &keys, states };
                    let are_called = [(source, from), (target, into.key)];
                    if !are_roots(&mut held, are_called) {
                        return (Ok(None), None);
                    }
                    let made = self.merge_held(who, &mut held, &mut waiter);
                    let sequence = made.as_ref().ok().map(|merged| merged.sequence);
                    (made.map(Some), sequence.filter(|sequence| *sequence > 0))
                })??;
            if let Some(merged) = merged {
                if tells {
                    self.mark(&brand, into.key, Cause::Profile.bit());
                }
                return Ok(merged);
            }
        }
    }

    /// Who may join guests, and of which brand.
    fn may_join(&self, scope: &Scope) -> Result<std::sync::Arc<Brand>, Error> {
        self.need(scope, Right::GuestsWrite)?;
        if scope.bound.is_some() {
            return Err(Error::out_of_reach());
        }
        Ok(self.brands.get(&scope.brand))
    }

    /// The guest that an id names by itself, whoever it is part of by now: an identity names its owner.
    fn itself(
        &self,
        brand: &Brand,
        called: GuestKey,
        name: &GuestId,
    ) -> Result<(GuestKey, Option<Link>, GuestId), Error> {
        let (mut key, mut name) = (called, self.kept_id(&brand.id, name.clone()));
        loop {
            let link = self.at(brand, key, |guest| (guest.part_of.clone(), None))?;
            match link {
                Some(link) if link.joined == Joined::Identity => {
                    (key, name) = (link.into, link.guest.clone());
                }
                link => return Ok((key, link.map(|link| *link), name)),
            }
        }
    }

    /// The answer to a merge that was made before.
    fn merged_before(
        &self,
        (brand, serving): (&Brand, &Serving),
        (source, into): (GuestKey, &Person),
        waiter: Option<Waiter>,
    ) -> Result<Merged, Error> {
        let known = self.with_guest(brand, source, |guest, person| {
            let since = guest.parts.iter().find(|part| part.key == person.heard_as);
            let since = since.filter(|_| person.key == into.key).map(|part| part.since);
            let profile = self.profile_of(brand, person.key);
            let name = person.guest.clone();
            (profile.map(|profile| (since, profile, name, guest.clone())), None)
        })?;
        let (since, profile, name, state) = known?;
        let (Some(sequence), Some(name)) = (since, name) else {
            let problem =
                "was merged into another guest; merge that one, or un-merge this one first";
            let message = "the source is part of another guest";
            let fields = vec![Invalid::new("source", problem)];
            let error = Error::new(ErrorKind::FailedPrecondition, "GUEST_MERGED", message);
            return Err(Error { fields, ..error });
        };
        if let Some(waiter) = waiter {
            self.wait_for(sequence, waiter);
        }
        let profile = profile.unwrap_or_else(|| Profile::new(name));
        Ok(Merged { sequence, guest: self.view((brand, serving), profile, state), report: None })
    }

    /// The merge itself, under the locks of both.
    fn merge_held(
        &self,
        (brand, serving, pair): (&Brand, &Serving, &Pair),
        held: &mut Held<'_, '_, '_>,
        waiter: &mut Option<Waiter>,
    ) -> Result<Merged, Error> {
        let source = held.of(pair.source.0).clone();
        let target = held.of(pair.target.0).clone();
        let source_profile = self.profile_known(brand, &pair.source, &source, "source")?;
        let target_profile = self.profile_known(brand, &pair.target, &target, "target")?;
        if source.parts.len() + target.parts.len() >= PARTS_MAX {
            let problem = format!("and source have more than {PARTS_MAX} ids together");
            return Err(Invalid::new("target", problem).into());
        }
        let now = self.clock.now();
        let tiers = &serving.catalog.content().loyalty_tiers;
        let (mut profile, facts) = profiles::merge(&target_profile, &source_profile, tiers);
        let granted = granted(&profile.consents);
        let mut state = states::merge(&target, &source, granted, (serving, &self.options, now));
        let profiles = [&target_profile, &source_profile, &profile];
        let report =
            MergeReport::of(&serving.catalog, facts, profiles, [&target, &source, &state], now);
        let Some(waiter) = waiter.take() else {
            return Ok(Merged {
                sequence: 0,
                guest: self.view((brand, serving), profile, state),
                report: Some(report),
            });
        };
        let mut reservation = self.committer.reserve()?;
        let sequence = reservation.sequence();
        (state.sequence, profile.sequence) = (sequence, sequence);
        let joined = Joined::Merged;
        let into = pair.target.0;
        state.parts.push(Part { key: pair.source.0, into, joined, since: sequence });
        state.parts.extend(source.parts.iter().copied());
        for (key, was, profile) in
            [(into, &target, &target_profile), (pair.source.0, &source, &source_profile)]
        {
            // Who is several already has kept what each was.
            if was.merged().next().is_none() {
                let own = by_itself(was, profile, sequence);
                reservation.own(&brand.id, key, Some(&own));
            }
        }
        let link = Link { into, guest: pair.target.1.clone(), joined };
        let moved = GuestState::moved(fold::PRIOR.belief(now), link, sequence);
        reservation.record(&pair.record(brand, (sequence, now), false));
        let agenda = (source.agenda.wake, source.agenda.nonce);
        reservation.wake(&brand.id, pair.source.0, agenda, Timestamp::NEVER);
        self.readdress(brand, &source.dispatches, into, &mut reservation);
        self.keep(brand, serving, (into, &mut state), &mut reservation);
        reservation.profile(&brand.id, into, &profile);
        reservation.guest(&brand.id, pair.source.0, &moved);
        reservation.forget_profile(&brand.id, pair.source.0);
        self.profiles.put(into, profile.clone(), sequence, self.store.committed());
        *held.of(into) = state.clone();
        *held.of(pair.source.0) = moved;
        reservation.submit_and_tell(store_waiter(waiter));
        let guest = self.view((brand, serving), profile, state);
        Ok(Merged { sequence, guest, report: Some(report) })
    }

    /// The profile of a guest, of whom something must be on file.
    fn profile_known(
        &self,
        brand: &Brand,
        (key, name): &(GuestKey, GuestId),
        state: &GuestState,
        field: &str,
    ) -> Result<Profile, Error> {
        match self.profile_of(brand, *key)? {
            Some(profile) => Ok(profile),
            None if !state.is_blank() => Ok(Profile::new(name.clone())),
            None => {
                let fields = vec![Invalid::new(field, "names a guest of whom nothing is known")];
                Err(Error { fields, ..Error::not_found("guest") })
            }
        }
    }

    fn view(
        &self,
        (brand, serving): (&Brand, &Serving),
        profile: Profile,
        mut state: GuestState,
    ) -> GuestView {
        fold::fade(&mut state, &self.options, self.clock.now());
        let answers = self.answers(brand, serving, &state);
        let likings = likings::likings(&serving.catalog, &state);
        GuestView { profile, state, merged: None, answers, likings }
    }
}

impl Pair {
    fn record(&self, brand: &Brand, (sequence, now): (u64, Timestamp), parts: bool) -> Record {
        let joining = Joining {
            source: self.source.0,
            source_guest: self.source.1.clone(),
            target_guest: self.target.1.clone(),
            parts,
        };
        let body = Body::Joined { guest: self.target.0, joining: Box::new(joining) };
        Record { sequence, brand: brand.id.clone(), recorded: now, body }
    }
}

/// Channels on which marketing was permitted one by one.
fn granted(consents: &[Consent]) -> ChannelSet {
    let grants = consents.iter().filter(|consent| consent.state == ConsentState::Granted);
    grants.filter_map(|consent| consent.channel).collect()
}

/// A guest, as it is apart from others.
fn by_itself(state: &GuestState, profile: &Profile, sequence: u64) -> Own {
    let mut state = state.clone();
    state.parts.clear();
    Own { sequence, state, profile: profile.clone() }
}

/// Are these guests by themselves, and called by ids of theirs?
fn are_roots(held: &mut Held<'_, '_, '_>, called: [(GuestKey, GuestKey); 2]) -> bool {
    called.into_iter().all(|(called, key)| {
        let guest = held.of(key);
        guest.part_of.is_none() && (called == key || guest.has_part(called))
    })
}

fn is_the_same(is_named_twice: bool) -> Error {
    let problem = match is_named_twice {
        true => "is the source; name two guests",
        false => "is part of the source, or an identity of it: they are one guest already",
    };
    Invalid::new("target", problem).into()
}
