//! One guest turns out to be two after all: each is what it was by itself, and what was heard under its
//! ids since.

use crate::decide::Serving;
use crate::domain::guest::GuestState;
use crate::domain::id::{GuestId, GuestKey};
use crate::domain::identity::{Joined, Part};
use crate::domain::profile::Profile;
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::engine::Engine;
use crate::engine::brands::Brand;
use crate::engine::calls::{GuestView, Waiter};
use crate::engine::changing::Held;
use crate::engine::error::{Error, ErrorKind};
use crate::engine::store_waiter;
use crate::engine::watching::Cause;
use crate::store::{Own, Reservation};

use super::refold::{How, refold};
use super::{Pair, granted, profiles, states, under_way};

/// What an un-merge comes to.
#[derive(Debug, Clone)]
pub struct Unmerged {
    /// Its place in the log; 0: it was only looked at, or the guest is nobody's part.
    pub sequence: u64,
    /// The guest that leaves.
    pub source: GuestView,
    /// The guest that it leaves.
    pub target: Option<GuestView>,
}

impl Engine {
    /// Makes a guest that was merged a guest by itself again, with those that were merged into it
    /// before. Without a waiter it is only looked at what would come of it.
    ///
    /// # Errors
    /// Without the right; where the guest is not known; where the store cannot be read or too much waits
    /// for the disk.
    pub fn unmerge_guest(
        &self,
        scope: &Scope,
        source: &GuestId,
        mut waiter: Option<Waiter>,
    ) -> Result<Unmerged, Error> {
        let brand = self.may_join(scope)?;
        let serving = brand.need_serving()?;
        let key = self.guest_key(&brand.id, source);
        let tells = waiter.is_some();
        loop {
            let (from, link, name) = self.itself(&brand, key, source)?;
            if link.is_none() {
                return self.is_by_itself((&brand, &serving), (from, name), waiter);
            }
            let person = self.person(&brand, from)?;
            let Some(target) = person.guest.clone() else { continue };
            let pair = Pair { source: (from, name), target: (person.key, target) };
            let who = (&*brand, &*serving, &pair);
            let keys = pair.keys();
            let load = |key| self.load(&brand, key);
            let parted =
                self.guests.with_all(&keys, self.store.committed(), load, |states| {
                    let mut held = Held { keys: &keys, states };
                    let target = held.of(pair.target.0);
                    if target.part_of.is_some() || !target.has_part(from) {
                        return (Ok(None), None);
                    }
                    let made = self.unmerge_held(who, &mut held, &mut waiter);
                    let sequence = made.as_ref().ok().map(|parted| parted.sequence);
                    (made.map(Some), sequence.filter(|sequence| *sequence > 0))
                })??;
            if let Some(parted) = parted {
                if tells {
                    self.mark(&brand, from, Cause::Profile.bit());
                    self.mark(&brand, pair.target.0, Cause::Profile.bit());
                }
                return Ok(parted);
            }
        }
    }

    /// The answer for a guest who is nobody's part: it stays as it is.
    fn is_by_itself(
        &self,
        (brand, serving): (&Brand, &Serving),
        guest: (GuestKey, GuestId),
        waiter: Option<Waiter>,
    ) -> Result<Unmerged, Error> {
        let state = self.at(brand, guest.0, |state| (state.clone(), None))?;
        let profile = self.profile_known(brand, &guest, &state, "source")?;
        if let Some(waiter) = waiter {
            self.wait_for(profile.sequence, waiter);
        }
        Ok(Unmerged {
            sequence: 0,
            source: self.view((brand, serving), profile, state),
            target: None,
        })
    }

    /// The un-merge itself, under the locks of both.
    fn unmerge_held(
        &self,
        (brand, serving, pair): (&Brand, &Serving, &Pair),
        held: &mut Held<'_, '_, '_>,
        waiter: &mut Option<Waiter>,
    ) -> Result<Unmerged, Error> {
        // What each was, and all that was heard since, is read from the disk.
        self.committer.flush()?;
        let how = How { serving, options: &self.options };
        let parts = held.of(pair.target.0).parts.clone();
        let members: Vec<GuestKey> = std::iter::once(pair.target.0)
            .chain(parts.iter().filter(|p| p.joined == Joined::Merged).map(|p| p.key))
            .collect();
        let whole_state = held.of(pair.target.0).clone();
        let owns = self.owns(brand, &members)?;
        let earliest = owns.iter().map(|(_, own)| own.sequence).min().unwrap_or(0);
        let heard = self.heard_since(&members, earliest)?;
        let leaves = |key: GuestKey| is_within(&parts, key, pair.source.0);
        let leaving = under_way::decisions(&owns, &heard, leaves);
        let now = self.clock.now();
        let last = self.store.committed();
        let owns: Vec<(GuestKey, Own)> = owns
            .iter()
            .map(|(key, own)| (*key, refold(*key, own, (&parts, &heard), how, last)))
            .collect();
        let [mut stays, mut goes] = [false, true].map(|goes| {
            let root = if goes { pair.source.0 } else { pair.target.0 };
            let of_it = |key: GuestKey| leaves(key) == goes;
            let parts: Vec<Part> =
                parts.iter().filter(|p| p.key != root && of_it(p.key)).copied().collect();
            let mut owns: Vec<&(GuestKey, Own)> = owns.iter().filter(|own| of_it(own.0)).collect();
            let since = |key: GuestKey| parts.iter().find(|p| p.key == key).map(|p| p.since);
            owns.sort_by_key(|(key, _)| since(*key));
            Group { root, parts, whole: whole(&owns, (how, now)) }
        });
        let (Some((stay_state, stay_profile)), Some((go_state, go_profile))) =
            (&mut stays.whole, &mut goes.whole)
        else {
            let message = "what a merged guest was by itself is missing";
            return Err(Error::new(ErrorKind::DataLoss, "OWN_STATE_MISSING", message));
        };
        under_way::part(&whole_state, [stay_state, go_state], &leaving, now);
        let who = (brand, serving);
        let Some(waiter) = waiter.take() else {
            let target = self.view(who, stay_profile.clone(), stay_state.clone());
            let source = self.view(who, go_profile.clone(), go_state.clone());
            return Ok(Unmerged { sequence: 0, source, target: Some(target) });
        };
        let (go_state, go_profile) = (go_state.clone(), go_profile.clone());
        let mut reservation = self.committer.reserve()?;
        let sequence = reservation.sequence();
        reservation.record(&pair.record(brand, (sequence, now), true));
        let [target, source] = [stays, goes].map(|group| {
            let (state, profile) = self.put(who, &mut reservation, &group, &owns)?;
            *held.of(group.root) = state.clone();
            Some(self.view(who, profile, state))
        });
        reservation.submit_and_tell(store_waiter(waiter));
        let source = source.unwrap_or_else(|| self.view(who, go_profile, go_state));
        Ok(Unmerged { sequence, source, target })
    }

    /// Writes what a group of ids is after an un-merge.
    fn put(
        &self,
        (brand, serving): (&Brand, &Serving),
        reservation: &mut Reservation<'_>,
        group: &Group,
        owns: &[(GuestKey, Own)],
    ) -> Option<(GuestState, Profile)> {
        let sequence = reservation.sequence();
        let (mut state, mut profile) = group.whole.clone()?;
        (state.sequence, profile.sequence) = (sequence, sequence);
        state.parts.clone_from(&group.parts);
        // A number that was given up meanwhile does not come back.
        profile.facts.identities.retain(|identity| {
            let key = identity.place("").map(|place| self.guest_key(&brand.id, &place));
            key.is_ok_and(|key| key == group.root || state.has_part(key))
        });
        let is_several = state.merged().next().is_some();
        for (key, own) in owns {
            let is_of_it = *key == group.root || group.parts.iter().any(|part| part.key == *key);
            if is_of_it {
                let own = Own { sequence, ..own.clone() };
                reservation.own(&brand.id, *key, Some(&own).filter(|_| is_several));
            }
        }
        self.readdress(brand, &state.dispatches, group.root, reservation);
        self.keep(brand, serving, (group.root, &mut state), reservation);
        reservation.profile(&brand.id, group.root, &profile);
        self.profiles.put(group.root, profile.clone(), sequence, self.store.committed());
        Some((state, profile))
    }

    /// What each of several ids was by itself, as it was kept.
    fn owns(&self, brand: &Brand, members: &[GuestKey]) -> Result<Vec<(GuestKey, Own)>, Error> {
        let own = |key: &GuestKey| {
            let own = self.store.own(&brand.id, *key)?.ok_or_else(|| {
                let message = "what a merged guest was by itself is missing";
                Error::new(ErrorKind::DataLoss, "OWN_STATE_MISSING", message)
            });
            Ok((*key, own?))
        };
        members.iter().map(own).collect()
    }
}

/// Ids that stay together in an un-merge.
struct Group {
    root: GuestKey,
    parts: Vec<Part>,
    whole: Option<(GuestState, Profile)>,
}

/// One guest of several, the root first and then in the order in which they joined.
fn whole(
    owns: &[&(GuestKey, Own)],
    (how, now): (How<'_>, Timestamp),
) -> Option<(GuestState, Profile)> {
    let (first, rest) = owns.split_first()?;
    let mut of_all = (first.1.state.clone(), first.1.profile.clone());
    let tiers = &how.serving.catalog.content().loyalty_tiers;
    for (_, own) in rest.iter().copied() {
        let (profile, _) = profiles::merge(&of_all.1, &own.profile, tiers);
        let granted = granted(&profile.consents);
        let ways = (how.serving, how.options, now);
        of_all = (states::merge(&of_all.0, &own.state, granted, ways), profile);
    }
    Some(of_all)
}

/// Is an id the root of a branch, or part of it?
fn is_within(parts: &[Part], key: GuestKey, root: GuestKey) -> bool {
    let mut at = key;
    loop {
        if at == root {
            return true;
        }
        match parts.iter().find(|part| part.key == at) {
            Some(part) => at = part.into,
            None => return false,
        }
    }
}
