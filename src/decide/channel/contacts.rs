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

/// Channels on which one more message would pass a cap. Caps on offers and groups are not asked
/// here.
pub(super) fn capped(
    policies: &[ContactPolicy],
    ledgers: &Ledgers<'_>,
    now: Timestamp,
) -> ChannelSet {
    let mut capped = ChannelSet::NONE;
    for policy in policies {
        let channels = match policy.object {
            CapObject::All => pushed(),
            CapObject::Channel(channel) => ChannelSet::NONE.with(channel),
            CapObject::EachOffer | CapObject::Offer(_) | CapObject::Group(_) => continue,
        };
        let counted =
            Counted { now, since: now.minus(policy.window), state: policy.counted, channels };
        let entries = ledgers.of(policy.subject).entries();
        let limit = usize::from(policy.limit);
        // There are never more messages than entries, and entries are counted faster.
        if counted.entries(entries) >= limit && counted.messages(entries) >= limit {
            capped = ChannelSet::from_bits(capped.bits() | channels.bits());
        }
    }
    capped
}

/// Messages of the last seven days that went, or are to go, through one of the channels.
pub(super) fn recent(ledger: &Ledger, now: Timestamp, channels: ChannelSet) -> u16 {
    let since = now.minus(RECENT);
    let counted = Counted { now, since, state: ExposureState::Reserved, channels };
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
}

impl Counted {
    fn holds(&self, entry: &Exposure) -> bool {
        entry.at > self.since
            && entry.state >= self.state
            && entry.is_live(self.now)
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
