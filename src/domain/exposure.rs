//! What a guest, a reservation or a room has been offered: the ledger that caps are counted on.
//!
//! A decision *reserves* its entries until it expires; *activation* (it was really shown) turns the
//! reservation into use; expiry frees it. Counting is over rolling windows, never calendar days.

use std::time::Duration;

use super::channel::Channel;
use super::id::OfferKey;
use super::time::Timestamp;

/// How far an exposure has come. The order is that of the lattice: a later event never takes an
/// entry back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ExposureState {
    /// Reserved by a decision that waits for activation.
    Reserved,
    /// Shown.
    Shown,
    /// Clicked or opened.
    Clicked,
    /// Declined or dismissed.
    Declined,
    /// Accepted.
    Accepted,
    /// Used.
    Consumed,
}

impl ExposureState {
    /// The state of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Reserved, Self::Shown, Self::Clicked, Self::Declined, Self::Accepted, Self::Consumed]
            .get(usize::from(code))
            .copied()
    }
}

/// One offer of one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposure {
    /// The offer.
    pub offer: OfferKey,
    /// First half of the decision's id.
    pub decision: u64,
    /// When it was decided; moved to the moment of the latest step.
    pub at: Timestamp,
    /// When the reservation lapses, if not activated.
    pub expires: Timestamp,
    /// Its group (hash of the label), 0 for none.
    pub group: u32,
    /// The channel it went through.
    pub channel: Option<Channel>,
    /// How far it has come.
    pub state: ExposureState,
    /// Was it a message of a transaction? Then only policies that ask for such messages count it.
    pub is_transactional: bool,
}

impl Exposure {
    /// Does it count at `now`? A reservation that lapsed does not.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.state != ExposureState::Reserved || now < self.expires
    }
}

/// Exposures in order of decision. Bounded: what no policy can count any more is dropped first,
/// then the oldest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    entries: Vec<Exposure>,
}

/// Most entries a ledger keeps.
pub const LEDGER_ENTRIES_MAX: usize = 64;
/// Most entries of the ledgers of several guests who became one: what was counted for each goes on
/// counting until no policy looks back so far.
pub const LEDGER_MERGED_MAX: usize = 256;

impl Ledger {
    /// Restores stored entries.
    pub fn from_entries(entries: Vec<Exposure>) -> Self {
        Self { entries }
    }

    /// The entries, oldest first.
    pub fn entries(&self) -> &[Exposure] {
        &self.entries
    }

    /// Adds an exposure; where the ledger is full, lapsed reservations go first, then the oldest
    /// entry.
    pub fn add(&mut self, exposure: Exposure, now: Timestamp) {
        if self.entries.len() >= LEDGER_ENTRIES_MAX {
            self.entries.retain(|e| e.is_live(now));
        }
        if self.entries.len() >= LEDGER_ENTRIES_MAX {
            self.entries.remove(0);
        }
        if self.entries.len() == self.entries.capacity() {
            self.entries.reserve_exact(4);
        }
        self.entries.push(exposure);
    }

    /// The entries of two ledgers, in order of time; what stands in both (a decision made for both) counts
    /// once, as far as it came in either. Where there are too many, what lapsed goes first, then the
    /// oldest.
    pub fn merge(&mut self, other: &Self, now: Timestamp) {
        for entry in &other.entries {
            let is_same =
                |e: &&mut Exposure| e.decision == entry.decision && e.offer == entry.offer;
            match self.entries.iter_mut().find(is_same) {
                Some(known) => {
                    known.state = known.state.max(entry.state);
                    known.at = known.at.max(entry.at);
                }
                None => self.entries.push(*entry),
            }
        }
        self.entries.sort_by_key(|e| e.at);
        if self.entries.len() > LEDGER_MERGED_MAX {
            self.entries.retain(|e| e.is_live(now));
        }
        let beyond = self.entries.len().saturating_sub(LEDGER_MERGED_MAX);
        self.entries.drain(..beyond);
    }

    /// Drops what lies further back than any policy looks.
    pub fn prune(&mut self, now: Timestamp, horizon: Duration) {
        let oldest = now.minus(horizon);
        self.entries.retain(|e| e.at >= oldest && e.is_live(now));
    }

    /// Gives back what a decision still reserves.
    pub fn release(&mut self, decision: u64) {
        self.entries.retain(|e| e.decision != decision || e.state > ExposureState::Reserved);
    }

    /// Leaves out that a decision was shown, but not how it was answered: what counts for making it
    /// once more in its own place.
    pub fn set_aside(&mut self, decision: u64) {
        self.entries.retain(|e| e.decision != decision || e.state >= ExposureState::Declined);
    }

    /// Moves the entries of a decision (of one of its offers, where given) up to a state. Returns
    /// how many moved.
    pub fn advance(
        &mut self,
        decision: u64,
        offer: Option<OfferKey>,
        state: ExposureState,
        at: Timestamp,
    ) -> usize {
        let mut moved = 0;
        for entry in &mut self.entries {
            let meant = entry.decision == decision && offer.is_none_or(|o| o == entry.offer);
            if meant && entry.state < state {
                entry.state = state;
                entry.at = entry.at.max(at);
                moved += 1;
            }
        }
        moved
    }

    /// How many live entries of at least `state` since `since` satisfy a predicate.
    pub fn count(
        &self,
        now: Timestamp,
        since: Timestamp,
        state: ExposureState,
        counts: impl Fn(&Exposure) -> bool,
    ) -> usize {
        self.entries
            .iter()
            .filter(|e| e.at > since && e.state >= state && e.is_live(now) && counts(e))
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exposure(offer: u64, second: i64, state: ExposureState) -> Exposure {
        Exposure {
            offer: OfferKey(offer),
            decision: offer,
            at: Timestamp::from_seconds(second),
            expires: Timestamp::from_seconds(second + 10),
            group: 0,
            channel: None,
            state,
            is_transactional: false,
        }
    }

    #[test]
    fn a_reservation_counts_until_it_lapses_and_for_good_once_shown() {
        let mut ledger = Ledger::default();
        let (start, later) = (Timestamp::from_seconds(0), Timestamp::from_seconds(11));
        ledger.add(exposure(1, 0, ExposureState::Reserved), start);
        let count = |l: &Ledger, now| {
            l.count(now, Timestamp::from_seconds(-1), ExposureState::Reserved, |_| true)
        };
        assert_eq!(count(&ledger, Timestamp::from_seconds(9)), 1);
        assert_eq!(count(&ledger, later), 0);
        assert_eq!(ledger.advance(1, None, ExposureState::Shown, start), 1);
        assert_eq!(count(&ledger, later), 1);
    }

    #[test]
    fn a_state_never_goes_back() {
        let mut ledger = Ledger::default();
        ledger.add(exposure(1, 0, ExposureState::Accepted), Timestamp::EPOCH);
        assert_eq!(ledger.advance(1, None, ExposureState::Shown, Timestamp::EPOCH), 0);
        assert_eq!(ledger.entries()[0].state, ExposureState::Accepted);
    }

    #[test]
    fn a_decision_gives_back_what_it_reserves_and_keeps_what_was_answered() {
        let mut ledger = Ledger::default();
        let states = [ExposureState::Reserved, ExposureState::Shown, ExposureState::Declined];
        for (offer, state) in (0..).zip(states) {
            ledger.add(Exposure { decision: 7, ..exposure(offer, 0, state) }, Timestamp::EPOCH);
        }
        ledger.add(exposure(9, 0, ExposureState::Reserved), Timestamp::EPOCH);
        let left = |ledger: &Ledger| ledger.entries().iter().map(|e| e.offer.0).collect::<Vec<_>>();
        ledger.release(7);
        assert_eq!(left(&ledger), [1, 2, 9]);
        ledger.set_aside(7);
        assert_eq!(left(&ledger), [2, 9]);
    }

    #[test]
    fn merged_ledgers_count_every_contact_once() {
        let (mut one, mut other) = (Ledger::default(), Ledger::default());
        for i in 0..60 {
            one.add(
                exposure(i, 2 * i64::try_from(i).unwrap(), ExposureState::Shown),
                Timestamp::EPOCH,
            );
            other.add(
                exposure(100 + i, 2 * i64::try_from(i).unwrap() + 1, ExposureState::Shown),
                Timestamp::EPOCH,
            );
        }
        other.add(exposure(59, 500, ExposureState::Accepted), Timestamp::EPOCH);
        one.merge(&other, Timestamp::EPOCH);
        assert_eq!(one.entries().len(), 120, "none is lost, what is in both counts once");
        assert!(one.entries().is_sorted_by_key(|e| e.at));
        let both = one.entries().iter().find(|e| e.offer == OfferKey(59)).unwrap();
        assert_eq!((both.state, both.at), (ExposureState::Accepted, Timestamp::from_seconds(500)));
        for round in 1..5_u64 {
            let mut more = Ledger::default();
            for i in 0..64 {
                let at = i64::try_from(1_000 * round + i).unwrap();
                more.add(exposure(1_000 * round + i, at, ExposureState::Shown), Timestamp::EPOCH);
            }
            one.merge(&more, Timestamp::EPOCH);
        }
        assert_eq!(one.entries().len(), LEDGER_MERGED_MAX);
        assert_eq!(one.entries()[0].offer, OfferKey(1_000), "the oldest went");
    }

    #[test]
    fn a_full_ledger_stays_bounded() {
        let mut ledger = Ledger::default();
        for i in 0..100 {
            ledger.add(
                exposure(i, i64::try_from(i).unwrap(), ExposureState::Shown),
                Timestamp::EPOCH,
            );
        }
        assert_eq!(ledger.entries().len(), LEDGER_ENTRIES_MAX);
        assert_eq!(ledger.entries()[0].offer, OfferKey(36));
    }
}
