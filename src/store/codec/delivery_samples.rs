//! Records and parts of guests about messages on their way, with every field set, for the golden bytes.

use super::samples::at;
use crate::domain::channel::Channel;
use crate::domain::decision::{Decision, WithholdReason};
use crate::domain::delivery::{
    Agenda, Attempt, Delivery, DeliveryFact, Dispatch, EndReason, Journey, Progress, SkipReason,
    SkippedTrigger, Step,
};
use crate::domain::id::{DecisionId, Fingerprint, GuestKey, Label, PropertyId, ReservationId};
use crate::domain::record::Body;

/// One record of each kind.
pub(super) fn bodies(decision: Decision) -> Vec<Body> {
    let guest = GuestKey([0x61; 16]);
    let fact = |step| DeliveryFact {
        decision: DecisionId([0xd1; 16]),
        attempt: 2,
        channel: Channel::WhatsApp,
        step,
        not_before: at(1),
        not_after: at(2),
    };
    let steps = [
        Step::Queued,
        Step::Moved,
        Step::Sent,
        Step::Cancelled(EndReason::Withheld(WithholdReason::QuietHours)),
        Step::Ended(EndReason::Answered),
    ];
    let skipped = SkippedTrigger {
        trigger: trigger(),
        reservation: Fingerprint(0x0102_0304_0506_0708),
        due: at(3),
        reason: SkipReason::Failed,
    };
    let asked = Delivery { trigger: Some(trigger()) };
    let facts = steps.map(|step| Body::Delivery { guest, fact: fact(step) });
    let others = [
        Body::Skipped { guest, skipped: Box::new(skipped) },
        Body::Decision(Box::new(Decision { delivery: Some(asked), ..decision })),
    ];
    facts.into_iter().chain(others).collect()
}

fn trigger() -> Label {
    Label::parse("", "before-7d").unwrap()
}

/// What a guest's agenda holds.
pub(super) fn agenda() -> Agenda {
    let journey = Journey {
        reservation: ReservationId::parse("", "R-77/ä").unwrap(),
        property: PropertyId::parse("", "aurora-lisbon").unwrap(),
        booked: at(-5),
        arrived: at(4),
        left: at(5),
        done: vec![7, u32::MAX],
    };
    Agenda { wake: at(6), nonce: 300, journeys: vec![journey] }
}

/// A message on its way.
pub(super) fn dispatch() -> Dispatch {
    let attempt = |channel, progress| Attempt {
        channel,
        progress,
        at: at(7),
        offset: 301,
        not_before: at(8),
        not_after: at(9),
        was_moved: progress == Progress::Waiting,
    };
    Dispatch {
        decision: DecisionId([0xd1; 16]),
        is_transactional: true,
        fallbacks: vec![Channel::Sms, Channel::Email],
        expires: at(10),
        next: at(11),
        attempts: vec![
            attempt(Channel::AppPush, Progress::Failed),
            attempt(Channel::Sms, Progress::Waiting),
        ],
    }
}
