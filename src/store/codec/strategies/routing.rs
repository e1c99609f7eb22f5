//! Staff, and guests' concerns.

use std::time::Duration;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::domain::id::{GuestId, Label, PropertyId};
use crate::domain::routing::{
    Assignment, Ending, Fit, Interaction, Routing, RoutingFact, ScoreParts, Skill, StaffMember,
};
use crate::domain::time::{Date, Timestamp};

use super::{guest_key, time};

fn label() -> impl Strategy<Value = Label> {
    "[a-z][a-z0-9.-]{0,20}".prop_map(|id| Label::parse("", &id).unwrap())
}

fn skills() -> impl Strategy<Value = Vec<Skill>> {
    vec((label(), any::<u8>()).prop_map(|(id, level)| Skill { id, level }), 0..4)
}

fn member() -> impl Strategy<Value = StaffMember> {
    let names = (label(), ".{0,30}", vec(label(), 0..3), skills(), vec("[a-z]{2,3}", 0..3));
    (names, any::<u8>(), any::<bool>(), time(), time()).prop_map(
        |((id, name, departments, skills, languages), capacity, is_available, from, until)| {
            StaffMember {
                id,
                name,
                departments,
                skills,
                languages,
                capacity,
                is_available,
                from,
                until,
            }
        },
    )
}

fn fit() -> impl Strategy<Value = Fit> {
    (1..=5_u8).prop_map(|code| Fit::from_code(code).unwrap())
}

fn ending() -> impl Strategy<Value = Ending> {
    (1..=3_u8).prop_map(|code| Ending::from_code(code).unwrap())
}

fn assignment() -> impl Strategy<Value = Assignment> {
    let parts = [-1.0_f32..1.0, 0.0..1.0, 0.0..1.0, 0.0..1.0];
    (label(), time(), any::<i32>(), fit(), parts, any::<[u16; 3]>()).prop_map(
        |(member, at, day, fit, [skill, rapport, free, fairness], counts)| {
            let [on_duty, fitting, with_room] = counts;
            let parts = ScoreParts { skill, rapport, free, fairness };
            Assignment { member, at, day: Date(day), fit, parts, on_duty, fitting, with_room }
        },
    )
}

fn interaction() -> impl Strategy<Value = Interaction> {
    let guest = ("[a-z0-9]{1,20}", guest_key());
    let what = (label(), label(), skills(), "[a-z]{0,3}");
    let numbers = (any::<u64>(), any::<u8>(), any::<u8>(), any::<u32>());
    let closed = (time(), ending());
    (guest, what, numbers, (time(), time()), option::of(assignment()), option::of(closed)).prop_map(
        |(
            (id, guest),
            (issue, department, skills, language),
            numbers,
            times,
            assignment,
            closed,
        )| {
            let (number, value_percent, escalations, span) = numbers;
            let (opened, deadline): (Timestamp, Timestamp) = times;
            Interaction {
                number,
                guest,
                guest_id: GuestId::parse("", &id).unwrap(),
                issue,
                department,
                skills,
                language,
                value_percent,
                opened,
                deadline,
                span: Duration::from_micros(u64::from(span)),
                escalations,
                assignment,
                closed,
            }
        },
    )
}

/// Anything that the log says of routing.
pub(super) fn routing() -> impl Strategy<Value = Routing> {
    let of = || (any::<u64>(), guest_key());
    let fact = prop_oneof![
        member().prop_map(|member| RoutingFact::Staff(Box::new(member))),
        label().prop_map(RoutingFact::Gone),
        (interaction(), any::<i64>()).prop_map(|(interaction, paid_minor)| {
            RoutingFact::Opened { interaction: Box::new(interaction), paid_minor }
        }),
        (of(), assignment()).prop_map(|((number, guest), assignment)| {
            RoutingFact::Assigned { number, guest, assignment: Box::new(assignment) }
        }),
        (of(), label(), time()).prop_map(|((number, guest), department, deadline)| {
            RoutingFact::Escalated { number, guest, department, deadline }
        }),
        (of(), time(), ending()).prop_map(|((number, guest), at, ending)| {
            RoutingFact::Closed { number, guest, at, ending }
        }),
    ];
    let property = "[a-z][a-z0-9-]{0,20}".prop_map(|id| PropertyId::parse("", &id).unwrap());
    (property, fact).prop_map(|(property, fact)| Routing { property, fact })
}
