//! What a policy sees, and what it must do.

use crate::domain::channel::Channel;
use crate::domain::time::Timestamp;
use crate::learn::segment::Cell;
use crate::sys::rng::SplitMix64;

use super::scenario::Annoyance;

/// A contact to be decided on, as a product may see it.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Number of the guest.
    pub guest: usize,
    /// Segment of the guest.
    pub segment: u16,
    /// What can be chosen.
    pub candidates: &'a [Cell],
    /// The moment.
    pub now: Timestamp,
    /// Contacts of the last seven days, by channel code.
    pub recent: [u16; Channel::COUNT],
    /// What is at stake, where contacts cost; then saying nothing is an alternative.
    pub stakes: Option<&'a Annoyance>,
}

/// What became of a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fate {
    /// Did the guest respond?
    pub responded: bool,
    /// Did the guest unsubscribe from the channel?
    pub unsubscribed: bool,
}

/// A policy. It sees [`View`]s and fates, never the truth.
pub trait Agent {
    /// Place of the candidate chosen; `None`: nothing is sent.
    fn choose(&mut self, view: &View<'_>, rng: &mut SplitMix64) -> Option<usize>;

    /// The exact selection probabilities of the last choice: of each candidate, then of silence
    /// where it was an alternative. Empty where the policy does not know them.
    fn selection_probabilities(&self) -> &[f64] {
        &[]
    }

    /// Learns what became of a contact.
    fn learn(&mut self, view: &View<'_>, cell: Cell, fate: Fate);

    /// Bytes of memory of one guest; `None` where none is kept.
    fn guest_bytes(&self, _guest: usize) -> Option<usize> {
        None
    }
}
