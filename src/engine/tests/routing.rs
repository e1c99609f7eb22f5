//! Guests' concerns: given once, in order, over a restart and a crash, whoever calls at once.

use std::sync::Barrier;

use super::*;
use crate::domain::id::{Label, PropertyId, RequestId};
use crate::domain::routing::{Ending, Fit, Skill};
use crate::domain::time::Timestamp;
use crate::engine::{Concern, InteractionQuery, Routed, StaffChange};

const HOUSE: &str = r#"
[[departments]]
id = "front"
escalates_to = "managers"
[[departments]]
id = "managers"
[[issue_types]]
id = "complaint"
department = "front"
skills = { calming = 2 }
deadline = "40m"
"#;

fn label(text: &str) -> Label {
    Label::parse("", text).unwrap()
}

fn city() -> PropertyId {
    PropertyId::parse("", "city").unwrap()
}

fn house() -> World {
    let world = World::new(3);
    let text = format!("{}\n{HOUSE}", world::text(3));
    world.engine.publish_catalog(&world.scope, &text, "routing", None).unwrap();
    world
}

fn hire(world: &World, id: &str, department: &str, capacity: u8) {
    let change = StaffChange {
        departments: Some(vec![label(department)]),
        skills: Some(vec![Skill { id: label("calming"), level: 3 }]),
        languages: Some(vec!["en".to_owned(), "zh".to_owned()]),
        capacity: Some(capacity),
        ..StaffChange::default()
    };
    world.engine.update_staff(&world.scope, &city(), (&label(id), change), true).unwrap();
}

fn concern(guest: &str, request: Option<&str>) -> Concern {
    Concern {
        property: city(),
        guest: GuestId::parse("", guest).unwrap(),
        issue: label("complaint"),
        language: Some("zh-Hant".to_owned()),
        skills: Vec::new(),
        request: request.map(|request| RequestId::parse("", request).unwrap()),
    }
}

fn route(world: &World, guest: &str) -> Routed {
    world.engine.route(&world.scope, &concern(guest, None)).unwrap()
}

fn with(routed: &Routed) -> Option<String> {
    routed.interaction.assignment.as_ref().map(|given| given.member.to_string())
}

fn listed(world: &World, closed: bool) -> Vec<Routed> {
    let query = InteractionQuery {
        property: city(),
        department: None,
        member: None,
        waiting: false,
        closed,
    };
    world.engine.interactions(&world.scope, &query).unwrap().0
}

/// Everything that can be seen of the boards.
fn seen(world: &World) -> String {
    let staff = world.engine.staff(&world.scope, &city()).unwrap();
    format!("{staff:#?} {:#?} {:#?}", listed(world, false), listed(world, true))
}

#[test]
fn who_waits_is_served_as_somebody_becomes_free_and_time_passes() {
    let world = house();
    hire(&world, "mei", "front", 1);
    hire(&world, "boss", "managers", 5);
    let first = route(&world, "ana");
    assert_eq!(with(&first).as_deref(), Some("mei"));
    assert_eq!(first.interaction.assignment.as_ref().unwrap().fit, Fit::Whole);
    assert_eq!(first.interaction.language, "zh");
    let second = route(&world, "bo");
    assert_eq!(with(&second), None);
    let done = (&city(), first.interaction.number);
    world.engine.close_interaction(&world.scope, done, Ending::Resolved).unwrap();
    assert_eq!(with(&listed(&world, false)[0]).as_deref(), Some("mei"), "served by the closing");
    let again = world.engine.close_interaction(&world.scope, done, Ending::Resolved).unwrap();
    assert_eq!(again.interaction.closed.unwrap().1, Ending::Resolved);
    let other = world.engine.close_interaction(&world.scope, done, Ending::Abandoned);
    assert_eq!(other.unwrap_err().reason, "INTERACTION_CLOSED");

    // Nobody calls: time alone hands it to the managers.
    world.clock.advance(Duration::from_secs(39 * 60));
    world.engine.upkeep().unwrap();
    assert_eq!(with(&listed(&world, false)[0]).as_deref(), Some("mei"));
    world.clock.advance(Duration::from_secs(60));
    world.engine.upkeep().unwrap();
    let late = &listed(&world, false)[0];
    assert_eq!((with(late).as_deref(), late.interaction.escalations), (Some("boss"), 1));
    assert_eq!(late.interaction.department, label("managers"));
    let mei = &world.engine.staff(&world.scope, &city()).unwrap()[1];
    assert_eq!((mei.member.id.as_str(), mei.open), ("mei", 0));

    // Whoever leaves hands over; a colleague may take over by name.
    hire(&world, "deputy", "managers", 1);
    world.engine.delete_staff(&world.scope, &city(), &label("boss")).unwrap();
    assert_eq!(with(&listed(&world, false)[0]).as_deref(), Some("deputy"));
    let named = (&city(), late.interaction.number);
    let error = world.engine.reassign(&world.scope, named, None).unwrap_err();
    assert_eq!(error.reason, "NOBODY_ELSE");
    let given = world.engine.reassign(&world.scope, named, Some(&label("mei"))).unwrap();
    assert_eq!(given.interaction.assignment.as_ref().unwrap().fit, Fit::Named);
    assert_eq!(given.member.unwrap().id, label("mei"));
}

#[test]
fn boards_are_the_same_after_a_restart_a_checkpoint_and_a_crash() {
    let mut world = house();
    hire(&world, "mei", "front", 2);
    hire(&world, "bo", "front", 1);
    hire(&world, "boss", "managers", 1);
    for number in 0..30 {
        let routed = route(&world, &format!("g{}", number % 7));
        world.clock.advance(Duration::from_secs(300));
        world.engine.upkeep().unwrap();
        let open = listed(&world, false);
        if number % 3 == 0 && routed.interaction.assignment.is_some() {
            let at = (&city(), open[0].interaction.number);
            world.engine.close_interaction(&world.scope, at, Ending::Resolved).unwrap();
        }
        if number == 11 {
            world.engine.learned().unwrap();
            let before = seen(&world);
            world = world.reopen();
            assert!(seen(&world) == before, "after a restart");
        }
    }
    // What upkeep wrote is on its way to the disk.
    world.engine.learned().unwrap();
    let before = seen(&world);
    let crashed = world.reopen_copy();
    assert!(seen(&crashed) == before, "the log alone says it");
    drop(crashed);
    // The same again behind a checkpoint, which holds what came after its place in the log, too.
    world = world.reopen();
    assert!(seen(&world) == before, "after a restart");
    route(&world, "late");
    let (before, crashed) = (seen(&world), world.reopen_copy());
    assert!(seen(&crashed) == before, "after a crash behind a checkpoint");
}

#[test]
fn sixty_four_callers_pass_no_capacity_and_open_each_call_once() {
    let world = house();
    for member in ["mei", "bo", "cy"] {
        hire(&world, member, "front", 5);
    }
    let barrier = Barrier::new(64);
    let (barrier, asked) = (&barrier, &world);
    let numbers: Vec<u64> = std::thread::scope(|threads| {
        let callers: Vec<_> = (0..64_u32)
            .map(|caller| {
                threads.spawn(move || {
                    barrier.wait();
                    // Each call comes twice, from two callers at once.
                    let request = format!("call-{}", caller / 2);
                    let concern = concern(&format!("g{}", caller / 2), Some(&request));
                    asked.engine.route(&asked.scope, &concern).unwrap().interaction.number
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    });
    let open = listed(&world, false);
    assert_eq!(open.len(), 32);
    for pair in numbers.chunks(2) {
        assert_eq!(pair[0], pair[1]);
    }
    let staff = world.engine.staff(&world.scope, &city()).unwrap();
    assert!(staff.iter().all(|seat| seat.open == 5), "{staff:#?}");
    assert_eq!(open.iter().filter(|routed| routed.interaction.assignment.is_none()).count(), 17);
    let same = concern("g0", Some("call-0"));
    assert!(world.engine.route(&world.scope, &same).unwrap().is_repeated);
    let other = concern("g1", Some("call-0"));
    let error = world.engine.route(&world.scope, &other).unwrap_err();
    assert_eq!(error.reason, "REQUEST_ID_REUSED");
    let world = world.reopen();
    assert!(world.engine.route(&world.scope, &same).unwrap().is_repeated, "also after a restart");
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let world = house();
    hire(&world, "mei", "front", 2);
    let before = seen(&world);
    let (scope, engine) = (&world.scope, &world.engine);
    let change = |change: StaffChange| {
        let error = engine.update_staff(scope, &city(), (&label("mei"), change), true);
        error.unwrap_err().fields[0].field.clone()
    };
    let departments = Some(vec![label("front"), label("cellar")]);
    let unknown = StaffChange { departments, ..StaffChange::default() };
    assert_eq!(change(unknown), "staff_member.department_ids[1]");
    let none = StaffChange { departments: Some(Vec::new()), ..StaffChange::default() };
    assert_eq!(change(none), "staff_member.department_ids");
    let never = StaffChange { until: Some(Timestamp::EPOCH), ..StaffChange::default() };
    assert_eq!(change(never), "staff_member.duty_end_time");
    let missing = (&label("nobody"), StaffChange::default());
    assert!(engine.update_staff(scope, &city(), missing, false).is_err());
    let strange = Concern { issue: label("weather"), ..concern("ana", None) };
    assert_eq!(engine.route(scope, &strange).unwrap_err().fields[0].field, "issue_type_id");
    let elsewhere =
        Concern { property: PropertyId::parse("", "moon").unwrap(), ..concern("ana", None) };
    assert!(engine.route(scope, &elsewhere).is_err());
    assert!(engine.close_interaction(scope, (&city(), 1), Ending::Resolved).is_err());
    for right in [Right::Route, Right::StaffWrite] {
        let rights = Right::ALL.into_iter().filter(|own| *own != right).collect();
        let scope = Scope { rights, ..scope.clone() };
        let refused = match right {
            Right::Route => engine.route(&scope, &concern("ana", None)).err(),
            _ => engine.delete_staff(&scope, &city(), &label("mei")).err(),
        };
        assert_eq!(refused.unwrap().reason, "RIGHT_MISSING");
    }
    assert_eq!(seen(&world), before);
}
