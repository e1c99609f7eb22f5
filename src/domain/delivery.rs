//! Messages on their way: a decision whose channel says SEND or QUEUE becomes a dispatch, a dispatch is
//! carried by attempts, and an attempt waits in the outbox until the hotel's own sender takes it.
//!
//! A dispatch is part of the guest's hot state. It is there while something may still be done about
//! it, and no longer: what came of it stands in the log.

use super::channel::Channel;
use super::decision::WithholdReason;
use super::id::{DecisionId, Fingerprint, Label, PropertyId, ReservationId};
use super::time::Timestamp;

/// Messages of a guest under way at once, at most.
pub const DISPATCHES_MAX: usize = 8;

/// What is different about a decision that is to be delivered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delivery {
    /// The lifecycle trigger that asked; `None`: a caller did.
    pub trigger: Option<Label>,
}

/// How far an attempt has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Progress {
    /// In the outbox.
    Waiting,
    /// A sender took it and said so; nothing heard since.
    Sent,
    /// It did not get through, or was not allowed to leave.
    Failed,
    /// The guest opened, answered or acted on it.
    Answered,
    /// The guest wants no more of it.
    Refused,
}

impl Progress {
    /// The progress of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Waiting, Self::Sent, Self::Failed, Self::Answered, Self::Refused]
            .get(usize::from(code))
            .copied()
    }
}

/// One try to reach the guest. Its number is its place in the dispatch: the name of an attempt to
/// whoever sends is (decision, number).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// Through which channel.
    pub channel: Channel,
    /// How far it has come.
    pub progress: Progress,
    /// When it was sent; before that, when it was put into the outbox.
    pub at: Timestamp,
    /// Its place in the outbox: the sequence of the record that put it there.
    pub offset: u64,
    /// It may leave from this moment on.
    pub not_before: Timestamp,
    /// It may leave until this moment.
    pub not_after: Timestamp,
    /// Was it moved as it was about to leave? Then it must be worth its while anew.
    pub was_moved: bool,
}

/// A message on its way to a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// The decision that chose its content.
    pub decision: DecisionId,
    /// Is it a message the guest's booking needs?
    pub is_transactional: bool,
    /// Channels to try after the first, best first.
    pub fallbacks: Vec<Channel>,
    /// When offers and prices end: nothing is tried after it.
    pub expires: Timestamp,
    /// When to look at it again.
    pub next: Timestamp,
    /// The attempts made, first first.
    pub attempts: Vec<Attempt>,
}

impl Dispatch {
    /// Bytes it occupies, its lists included.
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.fallbacks.capacity() * size_of::<Channel>()
            + self.attempts.capacity() * size_of::<Attempt>()
    }

    /// The number of the attempt that waits in the outbox.
    pub fn waiting(&self) -> Option<usize> {
        self.attempts.iter().position(|attempt| attempt.progress == Progress::Waiting)
    }

    /// The attempt that a report is of: the last on its channel; where the report names none of theirs
    /// (a click on a page that an e-mail led to), the last that has left the outbox, else the last.
    pub fn attempt_on(&self, channel: Option<Channel>) -> Option<usize> {
        let on_it = self.attempts.iter().rposition(|a| Some(a.channel) == channel);
        let has_left = |a: &Attempt| a.progress != Progress::Waiting;
        let left = || self.attempts.iter().rposition(has_left);
        on_it.or_else(left).or_else(|| self.attempts.len().checked_sub(1))
    }
}

/// Names the exposures of an attempt in a ledger: those of the first are the decision's own.
pub fn exposed_as(decision: u64, attempt: usize) -> u64 {
    decision.wrapping_add(attempt as u64)
}

/// Why a message was not sent, or is tried no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndReason {
    /// A hard rule forbade it as it was about to leave, or silence was worth more.
    Withheld(WithholdReason),
    /// Its window was over before any sender took it.
    Expired,
    /// What it offers is stopped, or no longer in the catalog.
    OfferGone,
    /// The stay it is about was cancelled.
    StayCancelled,
    /// The guest answered.
    Answered,
    /// The guest refused.
    Refused,
    /// The sender could not send it.
    SenderFailed,
    /// No more attempts are allowed.
    Attempts,
    /// No channel is left that may be used and is worth it.
    Exhausted,
    /// No unit is left of what it offers.
    SoldOut,
    /// What it offers is outside its validity.
    OutsideValidity,
}

impl EndReason {
    const PLAIN: [Self; 10] = [
        Self::Expired,
        Self::OfferGone,
        Self::StayCancelled,
        Self::Answered,
        Self::Refused,
        Self::SenderFailed,
        Self::Attempts,
        Self::Exhausted,
        Self::SoldOut,
        Self::OutsideValidity,
    ];
    /// Codes from here on are reasons to withhold.
    const WITHHELD: u8 = 32;

    /// May something else be said instead? What it offered cannot be had any more.
    pub fn asks_for_another(self) -> bool {
        matches!(self, Self::OfferGone | Self::SoldOut | Self::OutsideValidity)
    }

    /// Its code in records.
    pub fn code(self) -> u8 {
        match self {
            Self::Withheld(reason) => Self::WITHHELD + reason as u8,
            plain => Self::PLAIN.iter().position(|p| *p == plain).map_or(0, |at| at as u8) + 1,
        }
    }

    /// The reason of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        match code.checked_sub(Self::WITHHELD) {
            Some(reason) => {
                WithholdReason::ALL.get(usize::from(reason)).copied().map(Self::Withheld)
            }
            None => Self::PLAIN.get(usize::from(code.checked_sub(1)?)).copied(),
        }
    }

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Withheld(reason) => reason.name(),
            Self::Expired => "EXPIRED",
            Self::OfferGone => "OFFER_GONE",
            Self::StayCancelled => "STAY_CANCELLED",
            Self::Answered => "ANSWERED",
            Self::Refused => "REFUSED",
            Self::SenderFailed => "SENDER_FAILED",
            Self::Attempts => "ATTEMPTS",
            Self::Exhausted => "EXHAUSTED",
            Self::SoldOut => "SOLD_OUT",
            Self::OutsideValidity => "OUTSIDE_VALIDITY",
        }
    }
}

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It was put into the outbox: the first attempt comes with its decision and has no such record.
    Queued,
    /// It may not leave yet: its window moved.
    Moved,
    /// A sender took it.
    Sent,
    /// It was taken out of the outbox unsent, or the sender failed.
    Cancelled(EndReason),
    /// Nothing more is tried.
    Ended(EndReason),
}

/// A record about an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryFact {
    /// The decision it carries.
    pub decision: DecisionId,
    /// Number of the attempt, 0-based.
    pub attempt: u8,
    /// Its channel.
    pub channel: Channel,
    /// What became of it.
    pub step: Step,
    /// Its window, first moment.
    pub not_before: Timestamp,
    /// Its window, last moment.
    pub not_after: Timestamp,
}

/// A stay as triggers see it: what the hot state's own list does not keep of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    /// The reservation, in the brand's own words.
    pub reservation: ReservationId,
    /// The hotel.
    pub property: PropertyId,
    /// When it was booked; `EPOCH` where nobody said.
    pub booked: Timestamp,
    /// When the guest arrived; `EPOCH`: has not.
    pub arrived: Timestamp,
    /// When the guest left; `EPOCH`: has not.
    pub left: Timestamp,
    /// Triggers that are done with, fired or not: hashes of their ids.
    pub done: Vec<u32>,
}

impl Journey {
    /// What the hot state knows the stay by.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.reservation.as_str())
    }
}

/// When to look at a guest again, and what by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agenda {
    /// The next moment something is due, as the row on disk says; `NEVER`: there is no row.
    pub wake: Timestamp,
    /// Tells the row apart from others of the same moment.
    pub nonce: u64,
    /// Stays under way, ahead or lately over.
    pub journeys: Vec<Journey>,
}

impl Default for Agenda {
    fn default() -> Self {
        Self { wake: Timestamp::NEVER, nonce: 0, journeys: Vec::new() }
    }
}

impl Agenda {
    /// Bytes of the lists.
    pub fn list_bytes(&self) -> usize {
        let inner = |j: &Journey| {
            j.reservation.as_str().len() + j.property.as_str().len() + j.done.capacity() * 4 + 32
        };
        self.journeys.capacity() * size_of::<Journey>()
            + self.journeys.iter().map(inner).sum::<usize>()
    }
}

/// Why a trigger did not ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum SkipReason {
    /// Its moment was too long ago when it could have asked.
    Late,
    /// Too many messages of the guest are under way.
    TooManyMessages,
    /// The decision could not be made.
    Failed,
}

impl SkipReason {
    /// The reason of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Late, Self::TooManyMessages, Self::Failed].get(usize::from(code)).copied()
    }

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Late => "LATE",
            Self::TooManyMessages => "TOO_MANY_MESSAGES",
            Self::Failed => "FAILED",
        }
    }
}

/// A record about a trigger that did not ask. One that did has the decision's own record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedTrigger {
    /// The trigger.
    pub trigger: Label,
    /// The stay.
    pub reservation: Fingerprint,
    /// Its moment.
    pub due: Timestamp,
    /// Why not.
    pub reason: SkipReason,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_have_codes_and_names_of_their_own() {
        let withheld = WithholdReason::ALL.map(EndReason::Withheld);
        let all: Vec<EndReason> = EndReason::PLAIN.into_iter().chain(withheld).collect();
        for reason in &all {
            assert_eq!(EndReason::from_code(reason.code()), Some(*reason));
        }
        let names: std::collections::BTreeSet<_> = all.iter().map(|r| r.name()).collect();
        assert_eq!(names.len(), all.len());
        assert_eq!((EndReason::from_code(0), EndReason::from_code(31)), (None, None));
    }

    #[test]
    fn a_report_is_of_the_last_attempt_on_its_channel() {
        let attempt = |channel, progress| Attempt {
            channel,
            progress,
            at: Timestamp::EPOCH,
            offset: 1,
            not_before: Timestamp::EPOCH,
            not_after: Timestamp::NEVER,
            was_moved: false,
        };
        let dispatch = Dispatch {
            decision: DecisionId([1; 16]),
            is_transactional: false,
            fallbacks: Vec::new(),
            expires: Timestamp::NEVER,
            next: Timestamp::NEVER,
            attempts: vec![
                attempt(Channel::Email, Progress::Failed),
                attempt(Channel::Sms, Progress::Waiting),
            ],
        };
        assert_eq!(dispatch.attempt_on(Some(Channel::Email)), Some(0));
        assert_eq!(dispatch.attempt_on(Some(Channel::Sms)), Some(1));
        assert_eq!(dispatch.attempt_on(None), Some(0));
        assert_eq!(dispatch.attempt_on(Some(Channel::Web)), Some(0));
        assert_eq!(dispatch.waiting(), Some(1));
    }
}
