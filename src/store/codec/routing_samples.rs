//! Records of routing with every field set, for the golden bytes.

use std::time::Duration;

use super::samples::{SEQUENCE, at};
use crate::domain::id::{BrandId, GuestId, GuestKey, Label, PropertyId};
use crate::domain::record::{Body, Record};
use crate::domain::routing::{
    Assignment, Ending, Fit, Interaction, Routing, RoutingFact, ScoreParts, Skill, StaffMember,
};
use crate::domain::time::Date;

/// One record of each fact.
pub(super) fn records() -> Vec<Record> {
    let id = |text: &str| Label::parse("", text).unwrap();
    let skills = || vec![Skill { id: id("complaints"), level: 3 }];
    let guest = GuestKey([9; 16]);
    let member = StaffMember {
        id: id("mei"),
        name: "Mei".to_owned(),
        departments: vec![id("front-office"), id("concierge-desk")],
        skills: skills(),
        languages: vec!["zh".to_owned(), "en".to_owned()],
        capacity: 4,
        is_available: true,
        from: at(1),
        until: at(9),
    };
    let assignment = Assignment {
        member: id("mei"),
        at: at(3),
        day: Date(20_600),
        fit: Fit::WithoutSkill,
        parts: ScoreParts { skill: 0.25, rapport: 1.0, free: 0.5, fairness: 0.75 },
        on_duty: 5,
        fitting: 2,
        with_room: 1,
    };
    let interaction = Interaction {
        number: SEQUENCE,
        guest,
        guest_id: GuestId::parse("", "g-1001").unwrap(),
        issue: id("complaint"),
        department: id("front-office"),
        skills: skills(),
        language: "zh".to_owned(),
        value_percent: 81,
        opened: at(2),
        deadline: at(8),
        span: Duration::from_secs(1_800),
        escalations: 1,
        assignment: Some(assignment.clone()),
        closed: Some((at(7), Ending::Unresolved)),
    };
    let facts = [
        RoutingFact::Staff(Box::new(member)),
        RoutingFact::Gone(id("mei")),
        RoutingFact::Opened { interaction: Box::new(interaction), paid_minor: -1 },
        RoutingFact::Assigned { number: 7, guest, assignment: Box::new(assignment) },
        RoutingFact::Escalated {
            number: 7,
            guest,
            department: id("duty-managers"),
            deadline: at(9),
        },
        RoutingFact::Closed { number: 7, guest, at: at(10), ending: Ending::Resolved },
    ];
    let property = PropertyId::parse("", "aurora-lisbon").unwrap();
    let record = |fact| Record {
        sequence: SEQUENCE,
        brand: BrandId::parse("", "aurora").unwrap(),
        recorded: at(5),
        body: Body::Routing(Box::new(Routing { property: property.clone(), fact })),
    };
    facts.map(record).into()
}
