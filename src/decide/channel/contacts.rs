//! How often a guest was contacted lately: caps of the contact policies, and the contacts that make
//! the next one annoying.
//!
//! A message counts once, however many offers it carried. Caps on a channel count its messages;
//! caps on everything count what is carried to the guest, and do not silence a surface the guest
//! comes to. Windows roll back from the moment of the decision, not of the sending, so that
//! messages still waiting to be sent are counted too.

use std::time::Duration;

use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::exposure::{Exposure, ExposureState, Ledger};
use crate::domain::policy::{CapObject, CapSubject, ContactPolicy};
use crate::domain::time::Timestamp;

/// How long a contact makes the next one more annoying.
const RECENT: Duration = Duration::from_secs(7 * 86_400);

/// The ledgers that caps are counted on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ledgers<'a> {
    pub guest: &'a Ledger,
    pub reservation: Option<&'a Ledger>,
    pub room: Option<&'a Ledger>,
}

impl<'a> Ledgers<'a> {
    fn of(&self, subject: CapSubject) -> &'a Ledger {
        match subject {
            CapSubject::Guest => self.guest,
            CapSubject::Reservation => self.reservation.unwrap_or(self.guest),
            CapSubject::Room => self.room.unwrap_or(self.guest),
        }
    }
}

/// Channels that contact policies close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Closed {
    /// One more message would pass a cap.
    pub capped: ChannelSet,
    /// What the guest answered earlier closes it: a policy that counts outcomes.
    pub suppressed: ChannelSet,
}

impl Closed {
    /// No channel.
    pub(super) const NONE: Self = Self { capped: ChannelSet::NONE, suppressed: ChannelSet::NONE };
}

/// Is what a policy counts an answer of the guest, and not that something was shown?
pub(crate) fn counts_outcomes(counted: ExposureState) -> bool {
    counted >= ExposureState::Declined
}

/// Channels on which one more message would pass a cap. Caps on offers and groups are not asked
/// here.
pub(super) fn closed(policies: &[ContactPolicy], ledgers: &Ledgers<'_>, now: Timestamp) -> Closed {
    let mut closed = Closed::NONE;
    for policy in policies {
        let channels = match policy.object {
            CapObject::All => pushed(),
            CapObject::Channel(channel) => ChannelSet::NONE.with(channel),
            CapObject::EachOffer | CapObject::Offer(_) | CapObject::Group(_) => continue,
        };
        let counted = Counted {
            now,
            since: now.minus(policy.window),
            state: policy.counted,
            channels,
            with_transactional: policy.counts_transactional,
        };
        let entries = ledgers.of(policy.subject).entries();
        let limit = usize::from(policy.limit);
        // There are never more messages than entries, and entries are counted faster.
        if counted.entries(entries) >= limit && counted.messages(entries) >= limit {
            let set = match counts_outcomes(policy.counted) {
                true => &mut closed.suppressed,
                false => &mut closed.capped,
            };
            *set = ChannelSet::from_bits(set.bits() | channels.bits());
        }
    }
    closed
}

/// Messages of the last seven days that went, or are to go, through one of the channels; what a booking
/// needs annoys nobody, and is not among them.
pub(super) fn recent(ledger: &Ledger, now: Timestamp, channels: ChannelSet) -> u16 {
    let since = now.minus(RECENT);
    let state = ExposureState::Reserved;
    let counted = Counted { now, since, state, channels, with_transactional: false };
    u16::try_from(counted.messages(ledger.entries())).unwrap_or(u16::MAX)
}

/// Channels that are carried to the guest.
pub(super) fn pushed() -> ChannelSet {
    Channel::ALL.into_iter().filter(|c| c.is_pushed()).collect()
}

/// Live exposures of at least `state` since `since` that went through one of the channels.
struct Counted {
    now: Timestamp,
    since: Timestamp,
    state: ExposureState,
    channels: ChannelSet,
    /// Do messages of a transaction count?
    with_transactional: bool,
}

impl Counted {
    fn holds(&self, entry: &Exposure) -> bool {
        entry.at > self.since
            && entry.state >= self.state
            && entry.is_live(self.now)
            && (self.with_transactional || !entry.is_transactional)
            && entry.channel.is_some_and(|c| self.channels.contains(c))
    }

    fn entries(&self, entries: &[Exposure]) -> usize {
        entries.iter().filter(|e| self.holds(e)).count()
    }

    /// How many decisions these exposures belong to.
    fn messages(&self, entries: &[Exposure]) -> usize {
        let is_first = |at: usize, e: &Exposure| {
            // Exposures of a decision mostly stand together.
            !entries[..at].iter().rev().any(|b| b.decision == e.decision && self.holds(b))
        };
        entries.iter().enumerate().filter(|(at, e)| self.holds(e) && is_first(*at, e)).count()
    }
}
