//! Whom an id means: the guest, whichever of its ids it is called by.
//!
//! An id that is part of a guest has a place of its own, which says whose part it is; the guest lists its
//! parts. A call locks one of them at a time: it asks the place it was called by, goes on to the guest
//! that one names, and there makes sure, under that guest's lock, that the id is still its part. Where
//! two guests parted in between, it begins anew. So no call is ever counted on a guest whose part the
//! id no longer is, and none is lost between two.
//!
//! What is heard stands in the timeline of the id it was heard under; that of the guest is the union of
//! those of its parts. That is what lets them part again.

use std::borrow::Cow;

use crate::domain::guest::GuestState;
use crate::domain::id::{BrandId, GuestId, GuestKey};
use crate::domain::identity::{self, Joined};
use crate::domain::request::DecideRequest;
use crate::domain::time::Timestamp;
use crate::store::TimelineEntry;

use super::Engine;
use super::brands::Brand;
use super::error::Error;

/// Bytes of the keyed hash in the place of an address.
const HASH_BYTES: usize = 16;

/// A guest, as found under one of its ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// Under which its state and profile are kept.
    pub(super) key: GuestKey,
    /// In whose timeline stands what is heard under the id called: the guest's own, or that of a guest
    /// who was merged into it.
    pub(super) heard_as: GuestKey,
    /// The guest in the brand's own words, where it was called by another id.
    pub(super) guest: Option<GuestId>,
    /// The same of `heard_as`, where that is not the id it was called by.
    pub(super) heard_guest: Option<GuestId>,
    /// Was it called by an id that was a guest itself before it was merged?
    pub(super) is_merged: bool,
}

impl Person {
    pub(super) fn called(key: GuestKey) -> Self {
        Self { key, heard_as: key, guest: None, heard_guest: None, is_merged: false }
    }

    fn follow(&mut self, link: &identity::Link) {
        // An identity keeps no timeline of its own: what it hears, its owner hears.
        if self.heard_as == self.key && link.joined == Joined::Identity {
            self.heard_as = link.into;
            self.heard_guest = Some(link.guest.clone());
        }
        self.is_merged |= link.joined == Joined::Merged;
        self.key = link.into;
        self.guest = Some(link.guest.clone());
    }

    /// A call as it is made for the guest, whatever id it came by.
    pub(super) fn asks<'r>(&self, request: &'r DecideRequest) -> Cow<'r, DecideRequest> {
        match &self.guest {
            Some(guest) => Cow::Owned(DecideRequest { guest: guest.clone(), ..request.clone() }),
            None => Cow::Borrowed(request),
        }
    }

    /// Is an id of this guest's, under whose state this is asked?
    pub(super) fn is(&self, guest: &GuestState, key: GuestKey) -> bool {
        key == self.key || guest.has_part(key)
    }
}

/// What was found in the place of an id.
enum Found<R> {
    Here(R),
    Elsewhere(identity::Link),
    /// The id was a part of this guest as its own place was read, and is not any more.
    Parted,
}

impl Engine {
    /// Runs `work` on the state of the guest that an id means, under its lock. `work` returns its answer
    /// and the sequence it submitted, if any.
    pub(super) fn with_guest<R>(
        &self,
        brand: &Brand,
        called: GuestKey,
        work: impl FnOnce(&mut GuestState, &Person) -> (R, Option<u64>),
    ) -> Result<R, Error> {
        let mut work = Some(work);
        let mut person = Person::called(called);
        loop {
            let found = self.at(brand, person.key, |guest| {
                if let Some(link) = &guest.part_of {
                    return (Found::Elsewhere((**link).clone()), None);
                }
                let is_here = person.key == called || guest.has_part(called);
                match work.take_if(|_| is_here) {
                    Some(work) => {
                        let (answer, sequence) = work(guest, &person);
                        (Found::Here(answer), sequence)
                    }
                    None => (Found::Parted, None),
                }
            })?;
            match found {
                Found::Here(answer) => return Ok(answer),
                Found::Elsewhere(link) => person.follow(&link),
                Found::Parted => person = Person::called(called),
            }
        }
    }

    /// Runs `work` on what stands in the place of an id, whether it is a guest or part of one.
    pub(super) fn at<R>(
        &self,
        brand: &Brand,
        key: GuestKey,
        work: impl FnOnce(&mut GuestState) -> (R, Option<u64>),
    ) -> Result<R, Error> {
        self.guests.with(key, self.store.committed(), || self.load(brand, key), work)
    }

    /// The guest that an id means at this moment.
    pub(super) fn person(&self, brand: &Brand, called: GuestKey) -> Result<Person, Error> {
        self.with_guest(brand, called, |_, person| (person.clone(), None))
    }

    /// Do two ids mean one guest at this moment?
    pub(super) fn is_same(&self, brand: &Brand, a: GuestKey, b: GuestKey) -> Result<bool, Error> {
        Ok(a == b || self.person(brand, a)?.key == self.person(brand, b)?.key)
    }

    /// Wakes who watches a guest, by whichever of its ids.
    pub(super) fn mark(&self, brand: &Brand, called: GuestKey, bits: u32) {
        if self.watchers.open() == 0 {
            return;
        }
        let ids = self.with_guest(brand, called, |guest, person| (ids(person.key, guest), None));
        // A guest who cannot be read is found out by whoever looks.
        ids.unwrap_or_else(|_| vec![called]).into_iter().for_each(|id| {
            self.watchers.mark(id, bits);
        });
    }

    /// The key of a guest id.
    pub(super) fn guest_key(&self, brand: &BrandId, guest: &GuestId) -> GuestKey {
        let pepper = self.store.pepper();
        match self.hidden(brand, guest) {
            Some(hidden) => pepper.guest(brand, &hidden),
            None => pepper.guest(brand, guest),
        }
    }

    /// A guest id as it is kept: of an e-mail address or a telephone number only a keyed hash.
    pub(super) fn kept_id(&self, brand: &BrandId, guest: GuestId) -> GuestId {
        self.hidden(brand, &guest).unwrap_or(guest)
    }

    fn hidden(&self, brand: &BrandId, guest: &GuestId) -> Option<GuestId> {
        let (kind, address) = guest.as_str().split_once(':')?;
        if !identity::is_address_kind(kind) {
            return None;
        }
        let kind = kind.to_ascii_lowercase();
        let last = address.rsplit_once(':').map_or(address, |(_, last)| last);
        let is_hash = last.strip_prefix('#').is_some_and(|hex| {
            hex.len() == 2 * HASH_BYTES && hex.bytes().all(|b| b.is_ascii_hexdigit())
        });
        let hash = if is_hash {
            last.to_owned()
        } else {
            let plain = identity::plain_address(address);
            let said = format!("{kind}\n{plain}");
            let tag = self.addresses.tag(brand, said.as_bytes());
            tag.iter().fold(String::from("#"), |text, byte| text + &format!("{byte:02x}"))
        };
        GuestId::parse("guest", &format!("{kind}:{hash}")).ok()
    }

    /// The latest lines of several timelines, newest first: at most `limit`, only those before `before`.
    pub(super) fn lines_before(
        &self,
        ids: &[GuestKey],
        before: Option<(Timestamp, u64)>,
        limit: usize,
    ) -> Result<Vec<TimelineEntry>, Error> {
        let mut lines = Vec::new();
        for id in ids {
            lines.extend(self.store.timeline(*id, before, limit)?);
        }
        if ids.len() > 1 {
            lines.sort_unstable_by_key(|line| std::cmp::Reverse((line.time, line.sequence)));
            // That two of them joined stands in the timelines of both.
            lines.dedup_by_key(|line| line.sequence);
            lines.truncate(limit);
        }
        Ok(lines)
    }

    /// The ids whose timelines are a guest's.
    pub(super) fn timelines(
        &self,
        brand: &Brand,
        called: GuestKey,
    ) -> Result<Vec<GuestKey>, Error> {
        self.with_guest(brand, called, |guest, person| (timelines(person.key, guest), None))
    }

    /// Is the guest that an id means in memory?
    pub(super) fn holds(&self, brand: &Brand, called: GuestKey) -> bool {
        let mut key = called;
        while self.guests.holds(key) {
            let link =
                self.at(brand, key, |guest| (guest.part_of.as_ref().map(|link| link.into), None));
            match link {
                Ok(Some(into)) => key = into,
                Ok(None) | Err(_) => return true,
            }
        }
        false
    }
}

/// Every id of a guest.
pub(super) fn ids(key: GuestKey, guest: &GuestState) -> Vec<GuestKey> {
    std::iter::once(key).chain(guest.parts.iter().map(|part| part.key)).collect()
}

/// The ids of a guest that keep timelines.
pub(super) fn timelines(key: GuestKey, guest: &GuestState) -> Vec<GuestKey> {
    std::iter::once(key).chain(guest.merged().map(|part| part.key)).collect()
}
