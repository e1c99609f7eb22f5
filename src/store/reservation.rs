//! A place in the log, and what is to be written with it.
//!
//! The caller holds the guest's lock from before [`Committer::reserve`](super::Committer::reserve)
//! until after [`Reservation::submit`], so that the order of a guest's records in the log is the
//! order in which its state changed. Nothing may block in between: everyone behind this sequence
//! waits for it.
//!
//! What is put here is encoded at once into one reused buffer, by the caller's thread: the bytes
//! are those of the state at this sequence, and the committer only copies them. Where a guest
//! changes several times in a group, only its last state is written.

use super::committer::{Committer, Waiter};
use super::dedupe::Claim;
use super::error::StoreError;
use super::family::Family;
use super::inbox::Pending;
use super::rows::Rows;
use super::{Own, RecordKind, codec, keys};
use crate::domain::decision::Decision;
use crate::domain::event::Event;
use crate::domain::exposure::Ledger;
use crate::domain::guest::GuestState;
use crate::domain::id::{BrandId, GuestKey, PropertyId};
use crate::domain::outcome::Outcome;
use crate::domain::profile::Profile;
use crate::domain::record::{Body, Record};
use crate::domain::stay::Due;
use crate::domain::time::{Date, Timestamp};

/// A reserved sequence and the rows to write with it, in one batch. Dropped without being submitted
/// (a panic, an early return), it leaves an empty record in the log, which readers pass over:
/// sequences have no gaps.
#[derive(Debug)]
#[must_use = "submit it: everyone behind this sequence waits"]
pub struct Reservation<'a> {
    committer: &'a Committer,
    sequence: u64,
    rows: Rows,
    claim: Option<keys::DedupeKey>,
    has_record: bool,
    outbox: u16,
    is_submitted: bool,
}

impl<'a> Reservation<'a> {
    pub(super) fn new(committer: &'a Committer, sequence: u64, rows: Rows) -> Self {
        Self {
            committer,
            sequence,
            rows,
            claim: None,
            has_record: false,
            outbox: 0,
            is_submitted: false,
        }
    }

    /// The sequence.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The record of this sequence, and its line in the guest's timeline. `record.sequence` must be
    /// [`Self::sequence`].
    pub fn record(&mut self, record: &Record) {
        debug_assert_eq!(record.sequence, self.sequence, "a record of another place");
        let (brand, recorded) = (&record.brand, record.recorded);
        match &record.body {
            Body::Decision(decision) => {
                self.decision(brand, recorded, decision, decision.guest);
            }
            Body::Event { guest, event } => self.event(brand, recorded, *guest, event),
            Body::Activated { .. }
            | Body::Profile { .. }
            | Body::Matured { .. }
            | Body::CatalogPublished { .. }
            | Body::OfferStopped { .. }
            | Body::InventorySet { .. }
            | Body::RatesSet(_)
            | Body::Routing(_)
            | Body::ModeSet { .. }
            | Body::Joined { .. }
            | Body::Rank(_)
            | Body::Gesture(_)
            | Body::Fitted(_)
            | Body::Delivery { .. }
            | Body::Skipped { .. } => {
                self.log(|bytes| codec::write_record(bytes, record));
                let joining = match &record.body {
                    Body::Joined { joining, .. } => Some(joining.source),
                    _ => None,
                };
                // Whoever joins or parts has it in both lives.
                for guest in record.guest().into_iter().chain(joining) {
                    self.timeline(guest, recorded, RecordKind::of(&record.body));
                }
            }
        }
    }

    /// The record of a decision, as [`Self::record`] without a copy. `decision.sequence` must be
    /// [`Self::sequence`]. `called` is the id under which it was asked for: that of the guest, or of
    /// one who was merged into the guest.
    pub fn decision(
        &mut self,
        brand: &BrandId,
        recorded: Timestamp,
        decision: &Decision,
        called: GuestKey,
    ) {
        debug_assert_eq!(decision.sequence, self.sequence, "a decision of another place");
        self.log(|bytes| codec::write_decision_record(bytes, brand, recorded, decision));
        self.timeline(called, decision.decided, RecordKind::Decision);
    }

    /// The record of an event, as [`Self::record`] without a copy.
    pub fn event(&mut self, brand: &BrandId, recorded: Timestamp, guest: GuestKey, event: &Event) {
        self.log(|bytes| codec::write_event_record(bytes, brand, recorded, guest, event));
        self.timeline(guest, event.time, RecordKind::Event);
    }

    /// That a guest is due at a hotel on a day: a hint for lists, as it was last told. Whether it is
    /// still so, the guest's stays say.
    pub fn arrival(&mut self, brand: &BrandId, at: (&PropertyId, Date), due: &Due) {
        let day = self.committer.store().pepper().arrivals(brand, at.0, at.1);
        let row = keys::arrival_row(day, due.guest);
        self.rows.put(Family::Timeline, &row, |bytes| codec::write_due(bytes, due));
    }

    /// The hot state of a guest after this record.
    pub fn guest(&mut self, brand: &BrandId, guest: GuestKey, state: &GuestState) {
        let row = keys::guest_row(brand, guest);
        self.rows.put(Family::Guests, &row, |bytes| codec::write_guest(bytes, state));
    }

    /// Nothing is kept of a guest under this key any more.
    pub fn forget_guest(&mut self, brand: &BrandId, guest: GuestKey) {
        self.rows.delete(Family::Guests, &keys::guest_row(brand, guest));
    }

    /// What a guest is by itself, while it is one with others; `None`: it is not any more.
    pub fn own(&mut self, brand: &BrandId, guest: GuestKey, own: Option<&Own>) {
        let row = keys::own_row(brand, guest);
        match own {
            Some(own) => self.rows.put(Family::Guests, &row, |bytes| codec::write_own(bytes, own)),
            None => self.rows.delete(Family::Guests, &row),
        }
    }

    /// There is no profile under this key any more.
    pub fn forget_profile(&mut self, brand: &BrandId, guest: GuestKey) {
        self.rows.delete(Family::Profiles, &keys::profile_row(brand, guest));
    }

    /// The profile of a guest after this record.
    pub fn profile(&mut self, brand: &BrandId, guest: GuestKey, profile: &Profile) {
        let row = keys::profile_row(brand, guest);
        self.rows.put(Family::Profiles, &row, |bytes| codec::write_profile(bytes, profile));
    }

    /// The ledger of a reservation or a room after this record.
    pub fn ledger(&mut self, brand: &BrandId, key: keys::LedgerKey, ledger: &Ledger) {
        let row = keys::ledger_row(brand, key);
        self.rows.put(Family::Guests, &row, |bytes| codec::write_ledger(bytes, ledger));
    }

    /// What is known now of an offer of a decision. `decision` is the decision's sequence;
    /// `proposition` and `slot` are 0-based.
    pub fn outcome(&mut self, decision: u64, proposition: u8, slot: u8, outcome: &Outcome) {
        let row = keys::outcome_row(decision, proposition, slot);
        self.rows.put(Family::Outcomes, &row, |bytes| codec::write_outcome(bytes, outcome));
    }

    /// Remembers the event that was claimed. It may be forgotten when the cut-off passes `time`:
    /// the event's own time; for imported history, whose times lie before every cut-off, the time
    /// of the import.
    pub fn seen(&mut self, claim: Claim, time: Timestamp) {
        let (key, seen) = claim.into_seen(self.sequence, time);
        self.rows.put(Family::Dedupe, &key.0, |bytes| seen.write(bytes));
        debug_assert!(self.claim.is_none(), "one event a record");
        self.claim = Some(key);
    }

    /// Something others are to be told, in the words of the layer above. Several are kept in the
    /// order they are put.
    pub fn outbox(&mut self, message: &[u8]) {
        let row = keys::outbox_row(self.sequence, self.outbox);
        self.rows.put(Family::Outbox, &row, |bytes| bytes.extend_from_slice(message));
        self.outbox = self.outbox.saturating_add(1);
    }

    /// Writes the message of another record anew, or takes it out.
    pub fn change_outbox(&mut self, sequence: u64, message: Option<&[u8]>) {
        let row = keys::outbox_row(sequence, 0);
        match message {
            Some(message) => {
                self.rows.put(Family::Outbox, &row, |bytes| bytes.extend_from_slice(message));
            }
            None => self.rows.delete(Family::Outbox, &row),
        }
    }

    /// Moves the moment at which a guest is to be looked at; `NEVER` stands for none.
    pub fn wake(
        &mut self,
        brand: &BrandId,
        guest: GuestKey,
        (before, nonce): (Timestamp, u64),
        after: Timestamp,
    ) {
        if before != Timestamp::NEVER {
            self.rows.delete(Family::Outbox, &keys::wake_row(before, guest, nonce));
        }
        if after != Timestamp::NEVER {
            let row = keys::wake_row(after, guest, self.sequence);
            self.rows.put(Family::Outbox, &row, |bytes| {
                bytes.extend_from_slice(brand.as_str().as_bytes());
            });
        }
    }

    /// A catalog document, in the words of the layer above.
    pub fn catalog(&mut self, brand: &BrandId, version: u64, document: &[u8]) {
        let row = keys::named_row(brand.as_str(), version);
        self.rows.put(Family::Catalog, &row, |bytes| bytes.extend_from_slice(document));
    }

    /// Hands everything to the committer. Nobody waits: it is written with the next group, within
    /// [`Options::linger`](super::Options::linger).
    pub fn submit(self) {
        self.finish(None);
    }

    /// Hands everything to the committer, which writes without lingering and then calls `waiter`
    /// from its own thread: it must not block.
    pub fn submit_and_tell(self, waiter: Waiter) {
        self.finish(Some(waiter));
    }

    fn finish(mut self, waiter: Option<Waiter>) {
        debug_assert!(self.has_record, "a submission without a record");
        self.push(waiter);
    }

    fn push(&mut self, waiter: Option<Waiter>) {
        if !self.has_record {
            self.log(codec::write_void);
        }
        self.is_submitted = true;
        self.committer.push(Pending {
            sequence: self.sequence,
            rows: std::mem::take(&mut self.rows),
            claim: self.claim.take(),
            waiter,
        });
    }

    fn log(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        debug_assert!(!self.has_record, "one record a place");
        self.has_record = true;
        self.rows.put(Family::Log, &keys::log_row(self.sequence), write);
    }

    fn timeline(&mut self, guest: GuestKey, time: Timestamp, kind: RecordKind) {
        let row = keys::timeline_row(guest, time, self.sequence);
        self.rows.put(Family::Timeline, &row, |bytes| bytes.push(kind as u8));
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        if self.is_submitted {
            return;
        }
        // What was put so far is half a change: none of it is written.
        self.rows.clear();
        self.has_record = false;
        if let Some(key) = self.claim.take() {
            self.committer.store().claims.release(key, || Err(StoreError::Abandoned));
        }
        self.push(None);
    }
}
