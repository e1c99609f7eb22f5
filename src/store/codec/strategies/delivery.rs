//! Messages on their way, of any kind.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::{channel, decision_id, fingerprint, one_of, time};
use crate::domain::delivery::{
    Agenda, Attempt, Delivery, DeliveryFact, Dispatch, EndReason, Journey, Progress, SkipReason,
    SkippedTrigger, Step,
};
use crate::domain::id::{Label, PropertyId, ReservationId};

pub(super) fn asked() -> impl Strategy<Value = Delivery> {
    option::of(catalog_id!(Label)).prop_map(|trigger| Delivery { trigger })
}

pub(super) fn agenda() -> impl Strategy<Value = Agenda> {
    let journey = (
        (foreign_id!(ReservationId), catalog_id!(PropertyId)),
        (time(), time(), time()),
        vec(any::<u32>(), 0..4),
    )
        .prop_map(|((reservation, property), (booked, arrived, left), done)| Journey {
            reservation,
            property,
            booked,
            arrived,
            left,
            done,
        });
    (time(), any::<u64>(), vec(journey, 0..3)).prop_map(|(wake, nonce, journeys)| Agenda {
        wake,
        nonce,
        journeys,
    })
}

pub(super) fn dispatch() -> impl Strategy<Value = Dispatch> {
    let attempt = (
        (channel(), one_of(Progress::from_code), any::<bool>()),
        (time(), any::<u64>(), time(), time()),
    )
        .prop_map(|((channel, progress, was_moved), (at, offset, not_before, not_after))| {
            Attempt { channel, progress, at, offset, not_before, not_after, was_moved }
        });
    let what = (decision_id(), any::<bool>(), vec(channel(), 0..4));
    (what, time(), time(), vec(attempt, 0..3)).prop_map(
        |((decision, is_transactional, fallbacks), expires, next, attempts)| Dispatch {
            decision,
            is_transactional,
            fallbacks,
            expires,
            next,
            attempts,
        },
    )
}

pub(super) fn fact() -> impl Strategy<Value = DeliveryFact> {
    let reason = || (0_u8..64).prop_filter_map("no such reason", EndReason::from_code);
    let step = prop_oneof![
        Just(Step::Queued),
        Just(Step::Moved),
        Just(Step::Sent),
        reason().prop_map(Step::Cancelled),
        reason().prop_map(Step::Ended),
    ];
    (decision_id(), any::<u8>(), channel(), step, time(), time()).prop_map(
        |(decision, attempt, channel, step, not_before, not_after)| DeliveryFact {
            decision,
            attempt,
            channel,
            step,
            not_before,
            not_after,
        },
    )
}

pub(super) fn skipped() -> impl Strategy<Value = SkippedTrigger> {
    (catalog_id!(Label), fingerprint(), time(), one_of(SkipReason::from_code)).prop_map(
        |(trigger, reservation, due, reason)| SkippedTrigger { trigger, reservation, due, reason },
    )
}
