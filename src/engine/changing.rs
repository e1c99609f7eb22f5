//! What a brand's systems say about a guest: facts, identities, consents, stated preferences.
//!
//! An identity is claimed and given up in the one record that changes the facts: its own place, the
//! guest's list of parts and the profile are written together, under the locks of all of them. A
//! number is never taken away from another guest, nor from one that was heard of under it already:
//! whether the two are one person is for somebody to say, by merging them.

use crate::decide::Serving;
use crate::domain::guest::GuestState;
use crate::domain::id::{GuestId, GuestKey};
use crate::domain::identity::{
    Identity, Joined, Link, PARTS_MAX, Part, is_address_kind, is_masked_address, plain_address,
};
use crate::domain::invalid::Invalid;
use crate::domain::profile::{ContactState, GuestFacts, Profile, ProfileChange};
use crate::domain::record::{Body, Record};
use crate::domain::scope::{Right, Scope};

use super::brands::Brand;
use super::calls::Waiter;
use super::error::{Error, ErrorKind};
use super::persons::Person;
use super::watching::Cause;
use super::{Engine, delivery, fold, store_waiter};

/// Numbers that a change gives to a guest, and takes from it, with their places.
#[derive(Debug, Default)]
struct Claims {
    /// The identities that the change was worked out against.
    before: Vec<Identity>,
    added: Vec<Claim>,
    given_up: Vec<GuestKey>,
}

/// A number to be claimed: where it stands in the list, and its place.
#[derive(Debug)]
struct Claim {
    at: usize,
    place: GuestId,
    key: GuestKey,
}

impl Claims {
    fn keys(&self) -> impl Iterator<Item = GuestKey> {
        self.added.iter().map(|claim| claim.key).chain(self.given_up.iter().copied())
    }
}

/// What a change came to.
enum Changed {
    /// Written at this sequence; 0: it was only looked at.
    At(u64),
    /// The guest was merged or changed its identities meanwhile.
    Again,
}

impl Engine {
    /// Sets facts, consents and stated preferences. Returns its sequence; on disk when `waiter` is
    /// told.
    ///
    /// # Errors
    /// Without the right; before a catalog was published; where an identity belongs to another guest;
    /// where too much waits for the disk.
    pub fn change_profile(
        &self,
        scope: &Scope,
        change: ProfileChange,
        waiter: Waiter,
    ) -> Result<u64, Error> {
        self.change(scope, change, Some(waiter))
    }

    /// Would such a change be taken? Changes nothing.
    ///
    /// # Errors
    /// As [`Self::change_profile`].
    pub fn check_profile(&self, scope: &Scope, change: ProfileChange) -> Result<(), Error> {
        self.change(scope, change, None).map(drop)
    }

    fn change(
        &self,
        scope: &Scope,
        mut change: ProfileChange,
        mut waiter: Option<Waiter>,
    ) -> Result<u64, Error> {
        self.need(scope, Right::GuestsWrite)?;
        self.need_guest(scope, &change.guest)?;
        let brand = self.brands.get(&scope.brand);
        change.guest = self.kept_id(&brand.id, change.guest);
        if let Some(facts) = &mut change.facts {
            self.hide_addresses(&brand, facts)?;
        }
        let key = self.guest_key(&brand.id, &change.guest);
        let serving = brand.need_serving()?;
        let only_says = change.facts.is_none() && change.preferences.is_empty();
        let cause = if only_says { Cause::Consent } else { Cause::Profile };
        let tells = waiter.is_some();
        loop {
            let person = self.person(&brand, key)?;
            let claims = self.claims(&brand, &person, change.facts.as_ref())?;
            let mut keys: Vec<GuestKey> = claims.keys().chain([person.key]).collect();
            keys.sort_unstable();
            keys.dedup();
            let load = |key| self.load(&brand, key);
            let changed =
                self.guests.with_all(&keys, self.store.committed(), load, |states| {
                    let mut held = Held { keys: &keys, states };
                    let who = (scope, &*brand, &*serving);
                    let made = self.change_held(
                        who,
                        (key, &person),
                        &claims,
                        &change,
                        (&mut held, &mut waiter),
                    );
                    let sequence = match &made {
                        Ok(Changed::At(sequence)) if *sequence > 0 => Some(*sequence),
                        _ => None,
                    };
                    (made, sequence)
                })??;
            if let Changed::At(sequence) = changed {
                if tells {
                    self.mark(&brand, key, cause.bit());
                }
                return Ok(sequence);
            }
        }
    }

    /// The change itself, under the locks of the guest and of the places of its new and old numbers.
    fn change_held(
        &self,
        (scope, brand, serving): (&Scope, &Brand, &Serving),
        (called, person): (GuestKey, &Person),
        claims: &Claims,
        change: &ProfileChange,
        (held, waiter): (&mut Held<'_, '_, '_>, &mut Option<Waiter>),
    ) -> Result<Changed, Error> {
        let guest = held.of(person.key);
        if guest.part_of.is_some() || !person.is(guest, called) {
            return Ok(Changed::Again);
        }
        let profile = self.profile_of(brand, person.key)?;
        let name = person.guest.clone().unwrap_or_else(|| change.guest.clone());
        let mut profile = profile.unwrap_or_else(|| Profile::new(name));
        if change.facts.is_some() && profile.facts.identities != claims.before {
            return Ok(Changed::Again);
        }
        let mut change = change.clone();
        if held.of(person.key).merged().next().is_some() {
            change.replaced = change.facts.is_some().then(|| Box::new(profile.facts.clone()));
        }
        let added = self.may_claim(scope, brand, person, claims, held)?;
        let Some(waiter) = waiter.take() else { return Ok(Changed::At(0)) };
        let mut reservation = self.committer.reserve()?;
        let sequence = reservation.sequence();
        let now = self.clock.now();
        let heard_guest = person.heard_guest.clone().unwrap_or_else(|| change.guest.clone());
        for key in &added {
            let (into, joined) = (person.heard_as, Joined::Identity);
            held.of(person.key).parts.push(Part { key: *key, into, joined, since: sequence });
            let link = Link { into, guest: heard_guest.clone(), joined };
            *held.of(*key) = GuestState::moved(fold::PRIOR.belief(now), link, sequence);
            reservation.guest(&brand.id, *key, held.of(*key));
        }
        for key in &claims.given_up {
            let parts = &mut held.of(person.key).parts;
            let count = parts.len();
            parts.retain(|part| part.key != *key || part.joined != Joined::Identity);
            if parts.len() < count {
                *held.of(*key) = GuestState::unknown(fold::PRIOR.belief(now));
                reservation.forget_guest(&brand.id, *key);
            }
        }
        let guest = held.of(person.key);
        profile.apply(sequence, &change);
        fold::profile(guest, &change, serving, sequence);
        delivery::look_again(guest, now);
        let body = Body::Profile { guest: person.heard_as, change: Box::new(change) };
        let brand_id = brand.id.clone();
        reservation.record(&Record { sequence, brand: brand_id, recorded: now, body });
        self.keep(brand, serving, (person.key, guest), &mut reservation);
        reservation.profile(&brand.id, person.key, &profile);
        self.profiles.put(person.key, profile, sequence, self.store.committed());
        reservation.submit_and_tell(store_waiter(waiter));
        Ok(Changed::At(sequence))
    }

    /// Which of the numbers must be claimed; those that are the guest's by now are not.
    fn may_claim(
        &self,
        scope: &Scope,
        brand: &Brand,
        person: &Person,
        claims: &Claims,
        held: &mut Held<'_, '_, '_>,
    ) -> Result<Vec<GuestKey>, Error> {
        let (mut added, mut taken) = (Vec::new(), Vec::new());
        for claim in &claims.added {
            if person.is(held.of(person.key), claim.key) {
                continue;
            }
            let place = held.of(claim.key);
            match place.part_of.as_ref().map(|link| link.guest.clone()) {
                Some(owner) => taken.push((claim.at, owner)),
                // Somebody was heard of under this number.
                None if !place.is_blank() || self.profile_of(brand, claim.key)?.is_some() => {
                    taken.push((claim.at, claim.place.clone()));
                }
                None => added.push(claim.key),
            }
        }
        if !taken.is_empty() {
            return Err(is_taken(scope, &taken));
        }
        if held.of(person.key).parts.len() + added.len() > PARTS_MAX {
            let problem =
                format!("are, with those of guests that were merged, more than {PARTS_MAX}");
            return Err(Invalid::new("guest.identities", problem).into());
        }
        Ok(added)
    }

    /// What a change of facts claims and gives up, as the guest is now.
    fn claims(
        &self,
        brand: &Brand,
        person: &Person,
        facts: Option<&GuestFacts>,
    ) -> Result<Claims, Error> {
        let Some(facts) = facts else { return Ok(Claims::default()) };
        let profile = self.profile_of(brand, person.key)?;
        let before = profile.map(|profile| profile.facts.identities).unwrap_or_default();
        let mut claims = Claims::default();
        for (at, identity) in facts.identities.iter().enumerate() {
            if !before.contains(identity) {
                let place = identity.place(&format!("guest.identities[{at}].id"))?;
                let key = self.guest_key(&brand.id, &place);
                claims.added.push(Claim { at, place, key });
            }
        }
        for identity in before.iter().filter(|identity| !facts.identities.contains(identity)) {
            claims.given_up.push(self.guest_key(&brand.id, &identity.place("guest.identities")?));
        }
        claims.before = before;
        Ok(claims)
    }

    /// Keeps of e-mail addresses and telephone numbers only their keyed hash. A travel agency's mask is
    /// nobody's identity.
    fn hide_addresses(&self, brand: &Brand, facts: &mut GuestFacts) -> Result<(), Error> {
        let masked = |id: &str| {
            is_masked_address(id)
                || facts.contact_points.iter().any(|point| {
                    point.state == ContactState::Masked
                        && plain_address(&point.address) == plain_address(id)
                })
        };
        for (at, identity) in facts.identities.iter().enumerate() {
            if is_address_kind(&identity.namespace) && masked(&identity.id) {
                let field = format!("guest.identities[{at}].id");
                let problem =
                    "is a travel agency's mask, which the next guest may get; leave it out";
                return Err(Invalid::new(field, problem).into());
            }
        }
        for (at, identity) in facts.identities.iter_mut().enumerate() {
            let field = format!("guest.identities[{at}].id");
            let kept = self.kept_id(&brand.id, identity.place(&field)?);
            if is_address_kind(&identity.namespace)
                && let Some((_, hash)) = kept.as_str().rsplit_once(':')
            {
                hash.clone_into(&mut identity.id);
            }
        }
        let mut known = std::collections::BTreeSet::new();
        facts.identities.retain(|identity| known.insert(identity.clone()));
        Ok(())
    }
}

/// Numbers that belong to other guests. Who they are is told to those who may read guests.
fn is_taken(scope: &Scope, taken: &[(usize, GuestId)]) -> Error {
    let fields = taken.iter().map(|(at, owner)| {
        let owner = match scope.may(Right::GuestsRead) {
            true => format!("the guest '{owner}'"),
            false => "another guest".to_owned(),
        };
        let problem = format!("belongs to {owner}; merge the two if they are one person");
        Invalid::new(format!("guest.identities[{at}]"), problem)
    });
    let message = "an identity belongs to another guest; MergeGuests makes one of two, and shows with \
                   validate_only what would come of it";
    let fields = fields.collect();
    Error { fields, ..Error::new(ErrorKind::Conflict, "IDENTITY_TAKEN", message) }
}

/// Guests that are locked together, by key.
pub(super) struct Held<'k, 's, 'v> {
    pub(super) keys: &'k [GuestKey],
    pub(super) states: &'s mut [&'v mut GuestState],
}

impl Held<'_, '_, '_> {
    /// The state of one of them.
    pub(super) fn of(&mut self, key: GuestKey) -> &mut GuestState {
        let at = self.keys.binary_search(&key);
        debug_assert!(at.is_ok(), "{key:?} is not among those locked");
        &mut *self.states[at.unwrap_or_default()]
    }
}
