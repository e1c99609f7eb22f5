//! What an event says about a guest's taste, and how loudly.
//!
//! | event | label | weight |
//! |---|---|---|
//! | impression, nothing done | no | 0.1 · θ of the slot |
//! | click, view | yes | 0.3 |
//! | accept, book, pay, consume | yes | 1 |
//! | decline | no | 0.5 |
//! | complaint | no | 1, on tags 2 |
//!
//! Opens, replies and unsubscribes speak of the channel, ratings and survey answers are Gaussian
//! updates: none of them is here. Source: algorithms 1.3; the weights are first guesses, to be
//! fitted on a log.

use crate::domain::event::EventKind;

/// A label with a weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// Did the guest want it?
    pub label: bool,
    /// How much of a full label it is.
    pub weight: f64,
}

/// What an event says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Testimony {
    /// Of all that is known of the guest.
    pub evidence: Evidence,
    /// How much more it says of the offer's tags alone, as a part of a full label.
    pub louder: f64,
    /// Its rank among events about one slot, as [`crate::domain::guest::OpenSlot::evidence`] keeps
    /// it: 0 impression, 1 click, 2 decline, 3 accept.
    pub rank: u8,
}

/// How likely the slot (0-based) of a placement is looked at: `θ = 1 / (1 + slot)` (algorithms 3.7,
/// until measured).
pub fn examination(slot: u8) -> f64 {
    1.0 / (1.0 + f64::from(slot))
}

/// What an event of this kind says about the offer in this slot, given the rank of what was heard
/// about it before; `None` where it says nothing, or nothing new.
///
/// What a click already said is taken off an acceptance, so that click and acceptance together
/// count as one label.
pub fn testimony(kind: EventKind, slot: u8, heard: u8) -> Option<Testimony> {
    let (label, weight, rank) = match kind {
        EventKind::Impression => (false, 0.1 * examination(slot), 0),
        EventKind::Click | EventKind::View => (true, 0.3, 1),
        EventKind::Decline => (false, 0.5, 2),
        EventKind::Complaint => (false, 1.0, 3),
        EventKind::Accept | EventKind::Book | EventKind::Pay | EventKind::Consume => (true, 1.0, 3),
        EventKind::NotOffered
        | EventKind::Search
        | EventKind::Cancel
        | EventKind::CheckIn
        | EventKind::CheckOut
        | EventKind::Refund
        | EventKind::Survey
        | EventKind::Feedback
        | EventKind::Fulfilled
        | EventKind::Failed
        | EventKind::OptIn
        | EventKind::OptOut
        | EventKind::Delivered
        | EventKind::Bounced
        | EventKind::Opened
        | EventKind::Replied
        | EventKind::Presence => return None,
    };
    let is_new = if rank == 0 { heard == 0 } else { rank > heard || kind == EventKind::Complaint };
    let weight = if label && rank == 3 && heard == 1 { weight - 0.3 } else { weight };
    let louder = if kind == EventKind::Complaint { 1.0 } else { 0.0 };
    let evidence = Evidence { label, weight };
    is_new.then_some(Testimony { evidence, louder, rank: rank.max(heard) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: EventKind, slot: u8, heard: u8, expected: Option<(bool, f64, u8)>) {
        let said =
            testimony(kind, slot, heard).map(|t| (t.evidence.label, t.evidence.weight, t.rank));
        assert_eq!(said, expected, "{kind:?} in slot {slot} after {heard}");
    }

    #[test]
    fn events_speak_as_loudly_as_the_table_says() {
        check(EventKind::Impression, 0, 0, Some((false, 0.1, 0)));
        check(EventKind::Impression, 1, 0, Some((false, 0.05, 0)));
        check(EventKind::Click, 0, 0, Some((true, 0.3, 1)));
        check(EventKind::Accept, 0, 0, Some((true, 1.0, 3)));
        check(EventKind::Decline, 0, 0, Some((false, 0.5, 2)));
        check(EventKind::OptOut, 0, 0, None);
        let complaint = testimony(EventKind::Complaint, 0, 3).unwrap();
        assert_eq!((complaint.evidence.weight, complaint.louder), (1.0, 1.0));
    }

    #[test]
    fn what_was_said_is_not_said_again() {
        check(EventKind::Click, 0, 1, None);
        check(EventKind::Impression, 0, 1, None);
        check(EventKind::Accept, 0, 1, Some((true, 0.7, 3)));
        check(EventKind::Pay, 0, 3, None);
        check(EventKind::Click, 0, 3, None);
    }
}
