//! Who arrives, in which order, and what is proposed to them.

use super::*;
use crate::domain::id::{OfferKey, PlacementId, PropertyId, ReservationId};
use crate::domain::money::{Currency, Money};
use crate::domain::stay::StayFacts;
use crate::domain::time::Date;

/// 2026-03-02, the world's first day.
const TODAY: i32 = 20_514;

fn city() -> PropertyId {
    PropertyId::parse("", "city").unwrap()
}

fn query(placement: bool) -> ArrivalQuery {
    let placement = placement.then(|| PlacementId::parse("", "p50").unwrap());
    ArrivalQuery { property: city(), day: None, placement, skip: 0, limit: 1_000 }
}

impl World {
    fn book(&self, guest: &str, id: &str, day: i32, hour: Option<&str>) {
        let mut event = self.event(guest, id, EventKind::Book);
        event.event.property = Some(city());
        event.event.reservation = Some(ReservationId::parse("", &format!("R-{guest}")).unwrap());
        let (check_in, check_out) = (Date(day), Date(day + 2));
        event.event.stay =
            Some(StayFacts { check_in, check_out, adults: 2, ..StayFacts::default() });
        let told = hour.map(|hour| ("arrival_time".to_owned(), hour.to_owned()));
        event.event.attributes = told.into_iter().collect();
        self.record(event);
    }

    fn due(&self, query: &ArrivalQuery) -> Vec<Arrival> {
        self.engine.arrivals(&self.scope, query).unwrap().arrivals
    }
}

fn names(arrivals: &[Arrival]) -> Vec<&str> {
    arrivals.iter().map(|arrival| arrival.guest.profile.guest.as_str()).collect()
}

/// Those who are due, by hour; not those who come another day, cancelled, or moved their stay. Also
/// from the disk.
#[test]
fn those_who_are_due_are_listed_by_the_hour_they_told() {
    let world = World::new(10);
    world.book("late", "1", TODAY, Some("21:15"));
    world.book("early", "2", TODAY, Some("11:00"));
    world.book("silent", "3", TODAY, None);
    world.book("odd", "4", TODAY, Some("noon"));
    world.book("tomorrow", "5", TODAY + 1, None);
    world.book("moved", "6", TODAY, None);
    world.book("moved", "7", TODAY + 3, None);
    world.book("gone", "8", TODAY, None);
    let mut off = world.event("gone", "9", EventKind::Cancel);
    off.event.property = Some(city());
    off.event.reservation = Some(ReservationId::parse("", "R-gone").unwrap());
    world.record(off);
    let mut angry = world.event("early", "10", EventKind::Complaint);
    angry.event.property = Some(city());
    world.record(angry);
    let mut paid = world.event("late", "11", EventKind::Pay);
    paid.event.property = Some(city());
    paid.event.amount = Some(Money::new(90_000, Currency::EUR));
    world.record(paid);

    let check = |world: &World| {
        let due = world.due(&query(false));
        assert_eq!(names(&due), ["early", "late", "odd", "silent"]);
        assert_eq!((due[0].minute, due[1].minute, due[2].minute), (Some(660), Some(1_275), None));
        assert_eq!(due[0].complaints.len(), 1);
        assert_eq!(due.iter().map(|a| a.value_tier).collect::<Vec<_>>(), [0, 1, 0, 0]);
        assert!(due.iter().all(|arrival| arrival.answer.is_none()));
        let page = world.due(&ArrivalQuery { skip: 1, limit: 2, ..query(false) });
        assert_eq!(names(&page), ["late", "odd"]);
        let next = ArrivalQuery { day: Some(Date(TODAY + 1)), ..query(false) };
        assert_eq!(names(&world.due(&next)), ["tomorrow"]);
    };
    check(&world);
    check(&world.reopen());
}

/// What is scarce is proposed no more often than there are units, however often and in whatever
/// pages the list is asked for, and everybody hears the same again. Without the plan everybody is
/// shown it: the control.
#[test]
fn scarce_offers_are_proposed_once_for_each_unit_and_the_list_does_not_change() {
    let world = World::new(12);
    let suite = OfferId::parse("", "offer-00000").unwrap();
    let limited = "inventory_limited = true\ncategory = \"c0\"\ntags";
    let text = world::dear(&world::text(12), &["offer-00000"]);
    let text = text.replacen("category = \"c0\"\ntags", limited, 1);
    let text = text.replace(
        "decisions_cap = 200000.0, floor = 0.01",
        "decisions_cap = 200000.0, floor = 0.001",
    );
    world.engine.publish_catalog(&world.scope, &text, "scarce", None).unwrap();
    let entries = vec![Stock { day: Date(TODAY), units: 3 }];
    let change = StockChange { property: city(), offer: suite.clone(), entries };
    world.engine.set_stock(&world.scope, &change).unwrap();
    for at in 0..12 {
        world.book(&format!("g{at:02}"), &format!("b{at}"), TODAY, None);
    }
    let offered = |arrivals: &[Arrival]| -> Vec<OfferId> {
        let first = |a: &Arrival| World::first(a.answer.as_ref().unwrap().as_ref().unwrap());
        arrivals.iter().map(first).collect()
    };
    let alone: usize = (0..12)
        .filter(|at| World::first(&world.decide(&format!("x{at}"), |_| {})) == suite)
        .count();
    assert!(alone > 3, "the control: one by one {alone} of 12 are shown the suite");

    let first = offered(&world.due(&query(true)));
    assert_eq!(first.iter().filter(|offer| **offer == suite).count(), 3);
    assert_eq!(offered(&world.due(&query(true))), first, "asked again");
    let pages: Vec<OfferId> = (0..3)
        .flat_map(|page| {
            offered(&world.due(&ArrivalQuery { skip: page * 4, limit: 4, ..query(true) }))
        })
        .collect();
    assert_eq!(pages, first, "page by page");
    world.book("new", "late", TODAY, None);
    let with_new = offered(&world.due(&query(true)));
    assert_eq!(with_new.iter().filter(|offer| **offer == suite).count(), 3, "one more guest");
    let brand = world.engine.brands.get(&world.scope.brand);
    let left = brand.live.load().stock.left(OfferKey::of(&suite), &city(), Date(TODAY));
    assert_eq!(left, 3, "a proposal holds nothing");
}

#[test]
fn arrivals_want_their_rights_and_a_hotel() {
    let world = World::new(3);
    let mut scope = world.scope.clone();
    scope.rights = [Right::Decide].into_iter().collect();
    assert_eq!(
        world.engine.arrivals(&scope, &query(false)).unwrap_err().kind,
        ErrorKind::PermissionDenied
    );
    scope.rights = [Right::GuestsRead].into_iter().collect();
    assert!(world.engine.arrivals(&scope, &query(false)).is_ok());
    world.book("ana", "1", TODAY, None);
    assert_eq!(
        world.engine.arrivals(&scope, &query(true)).unwrap_err().kind,
        ErrorKind::PermissionDenied
    );
    let nowhere = ArrivalQuery { property: PropertyId::parse("", "moon").unwrap(), ..query(false) };
    assert_eq!(
        world.engine.arrivals(&world.scope, &nowhere).unwrap_err().kind,
        ErrorKind::NotFound
    );
}
