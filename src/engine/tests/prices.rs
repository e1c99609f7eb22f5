//! Prices by published conditions: one for all who meet them, across guests, restarts and the log.

use std::collections::HashMap;

use super::*;
use crate::decide::Scratch;
use crate::decide::price::{Sold, conditions_key};
use crate::decide::replay::is_replayed;
use crate::domain::id::{Label, PropertyId};
use crate::domain::price::{AskedTerms, Membership};
use crate::domain::profile::{GuestFacts, ProfileChange};
use crate::domain::time::Date;
use crate::domain::time::Timestamp;
use crate::engine::history::{AuditQuery, History};
use crate::learn::fairness::{Fault, Report};

const TIERS: [&str; 3] = ["silver", "gold", "platinum"];

/// Every offer has three steps, tried in half of the cells, three days at a time; members and early
/// guests pay less.
pub(super) fn text() -> String {
    world::priced(&world::text(60))
}

pub(super) fn join(world: &World, guest: &str, tier: Option<&str>, country: &str) {
    let membership = tier.map(|t| Membership { tier: Label::parse("", t).unwrap(), until: None });
    let facts = GuestFacts { membership, country: country.to_owned(), ..GuestFacts::default() };
    let guest = GuestId::parse("guest", guest).unwrap();
    let change = ProfileChange {
        guest,
        facts: Some(facts),
        consents: Vec::new(),
        preferences: Vec::new(),
        replaced: None,
    };
    world.engine.change_profile(&world.scope, change, Box::new(|_| ())).unwrap();
}

/// Guests of four tiers and two countries ask for stays, for three weeks. Half of them opted in.
pub(super) fn weeks(world: &World, from: u32, to: u32) {
    for n in from..to {
        let answer = world.decide(&format!("g{}", n % 24), |request| {
            request.placements[0].count = Some(3);
            let arrival = today(world) + i32::try_from(n % 5).unwrap() * 6;
            request.terms.dates = Some((Date(arrival), Date(arrival + 2)));
            request.terms.promotions =
                if n % 7 == 0 { vec![Label::parse("", "winter").unwrap()] } else { Vec::new() };
        });
        let slots = &answer.decision.propositions[0].slots;
        assert!(slots.iter().all(|slot| slot.quote.quantity == 4), "two persons, two nights");
        world.clock.advance(Duration::from_secs(1_800));
        if n % 50 == 0 {
            world.engine.tick().unwrap();
        }
    }
    world.engine.committer.flush().unwrap();
}

pub(super) fn today(world: &World) -> i32 {
    i32::try_from(world.clock.now().as_seconds() / 86_400).unwrap()
}

pub(super) fn priced() -> World {
    let world = World::new(60);
    world.engine.publish_catalog(&world.scope, &text(), "prices", None).unwrap();
    for g in 0..24 {
        let tier = TIERS.get(g % 4).copied();
        join(&world, &format!("g{g}"), tier, if g % 3 == 0 { "PT" } else { "CN" });
        if g % 2 == 0 {
            world.opt_in(&format!("g{g}"));
        }
    }
    weeks(&world, 0, 600);
    let world = world.reopen();
    weeks(&world, 600, 1_000);
    world
}

/// I8 over a log: for the same conditions the same price, before and after a restart; every price is
/// made again from the log to the cent; and `quote` tells it to whoever asks without a guest.
#[test]
fn the_same_conditions_have_the_same_price_for_every_guest() {
    let world = priced();
    let brand = world.scope.brand.clone();
    let history = History::open(&world.engine.options.folder).unwrap();
    let mut prices = HashMap::new();
    let (mut slots, mut explored, mut reduced) = (0, 0, 0);
    let visited = history.visit::<Error>(&brand, |past| {
        let decision = past.decision;
        assert!(
            is_replayed(decision, past.serving, &mut Scratch::default()),
            "{}",
            decision.sequence
        );
        for slot in &decision.propositions[0].slots {
            let offer = past.serving.catalog.offer(slot.offer).unwrap();
            let sold = Sold::of(&past.serving.catalog, offer, &decision.property);
            let key = conditions_key(sold, &decision.terms);
            let price = prices.entry(key).or_insert((slot.quote.offer, slot.quote.cell));
            assert_eq!(*price, (slot.quote.offer, slot.quote.cell));
            slots += 1;
            explored += u32::from(slot.quote.is_explored);
            reduced +=
                u32::from(slot.quote.qualifications.iter().any(|id| id.as_str() == "member.gold"));
        }
        Ok(())
    });
    visited.unwrap();
    assert_eq!(slots, 3_000);
    assert!(prices.len() < 2_900, "some were asked more than once: {}", prices.len());
    assert!((800..1_200).contains(&explored), "a third is tried: {explored}");
    assert!(reduced > 500, "{reduced}");
}

#[test]
fn a_price_asked_for_without_a_guest_is_that_of_a_decision() {
    let world = World::new(60);
    world.engine.publish_catalog(&world.scope, &text(), "prices", None).unwrap();
    join(&world, "ana", Some("gold"), "PT");
    let dates = (Date(today(&world) + 30), Date(today(&world) + 33));
    let answer = world.decide("ana", |request| {
        request.placements[0].count = Some(5);
        request.terms.dates = Some(dates);
    });
    for slot in &answer.decision.propositions[0].slots {
        let mut query = QuoteQuery {
            together: Vec::new(),
            property: answer.decision.property.clone(),
            offer: answer.catalog.offer(slot.offer).unwrap().id.clone(),
            persons: 2,
            tier: Some(Label::parse("", "gold").unwrap()),
            terms: AskedTerms { dates: Some(dates), ..AskedTerms::default() },
        };
        let told = world.engine.quote(&world.scope, &query).unwrap().quote;
        assert_eq!((told.total(), told.cell), (slot.quote.total(), slot.quote.cell));
        assert_eq!(told.qualifications, slot.quote.qualifications);
        assert!(told.qualifications.iter().any(|id| id.as_str() == "member.gold"));
        query.tier = Some(Label::parse("", "bronze").unwrap());
        let refused = world.engine.quote(&world.scope, &query).unwrap_err();
        assert_eq!(
            (refused.kind, refused.fields[0].field.as_str()),
            (ErrorKind::NotFound, "tier_id")
        );
        query.offer = OfferId::parse("", "ghost").unwrap();
        assert_eq!(world.engine.quote(&world.scope, &query).unwrap_err().kind, ErrorKind::NotFound);
    }
}

/// What a system says about a guest, and what they like, changes no price; the tier does.
#[test]
fn who_a_guest_is_moves_no_price() {
    let world = World::new(60);
    world.engine.publish_catalog(&world.scope, &text(), "prices", None).unwrap();
    join(&world, "ana", None, "PT");
    join(&world, "wei", None, "CN");
    join(&world, "eva", Some("platinum"), "DE");
    world.opt_in("wei");
    let asked = |guest: &str| {
        let answer = world.decide(guest, |request| request.placements[0].count = Some(30));
        let slots = answer.decision.propositions[0].slots.iter();
        slots.map(|slot| (slot.offer, slot.quote.offer.minor)).collect::<HashMap<_, _>>()
    };
    let (ana, wei, eva) = (asked("ana"), asked("wei"), asked("eva"));
    let shared: Vec<_> = ana.keys().filter(|offer| wei.contains_key(offer)).collect();
    assert!(shared.len() > 10, "{}", shared.len());
    assert!(shared.iter().all(|offer| ana[offer] == wei[offer]));
    let less = ana.iter().filter(|(offer, price)| eva.get(offer).is_some_and(|own| own < price));
    assert!(less.count() > 10, "a member pays less");
}

pub(super) fn audited(world: &World) -> Report {
    let query = AuditQuery {
        from: Timestamp::EPOCH,
        until: Timestamp::NEVER,
        attributes: vec!["country".to_owned()],
    };
    let history = History::open(&world.engine.options.folder).unwrap();
    history.audit(&world.scope.brand, &query).unwrap()
}

/// A log as it should be passes; and the negative control: two prices that were made for one guest,
/// each with a cell of its own so that the cells agree, are found, with the decisions they contradict.
#[test]
fn a_price_for_one_guest_is_found_in_the_log() {
    let world = priced();
    let fair = audited(&world);
    assert!(fair.is_fair(), "{:?} {:?}", fair.violations, fair.effect_findings);
    assert_eq!((fair.quotes, fair.guests, fair.not_audited), (3_000, 24, 0));
    assert!(fair.compared_between_guests > 100 && fair.compared_between_tiers > 100, "{fair:?}");
    // Offers are tried at three steps, and members pay less: 0.8 × 0.9 of the list price at the least.
    assert!(fair.offers.iter().all(|offer| offer.ratio < 1.0 / 0.71), "{:?}", fair.offers[0]);

    let answer = world.decide("g0", |_| {});
    world.engine.committer.flush().unwrap();
    for (guest, less) in [("g1", 100), ("g2", 1)] {
        let mut forged = (*answer.decision).clone();
        let id = GuestId::parse("guest", guest).unwrap();
        forged.guest = world.engine.guest_key(&world.scope.brand, &id);
        let quote = &mut forged.propositions[0].slots[0].quote;
        quote.offer.minor -= less;
        quote.cell ^= 1;
        quote.qualifications = vec![Label::parse("", "promo").unwrap()];
        let mut reservation = world.engine.committer.reserve().unwrap();
        forged.sequence = reservation.sequence();
        reservation.decision(&world.scope.brand, forged.decided, &forged, forged.guest);
        reservation.submit();
    }
    world.engine.committer.flush().unwrap();
    let found = audited(&world);
    assert!(!found.is_fair());
    let count = |fault| found.violation_counts.iter().find(|(of, _)| *of == fault).map(|(_, n)| *n);
    assert_eq!(count(Fault::SameConditions), Some(2), "{:?}", found.violation_counts);
    assert_eq!(count(Fault::NotReproducible), Some(2));
    let same = found.violations.iter().find(|v| v.fault == Fault::SameConditions).unwrap();
    let honest: String = answer.decision.id.0.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(same.against.as_ref().unwrap().decision, honest);
}

#[test]
fn a_promise_at_another_price_than_the_published_one_is_found() {
    let world = World::new(6);
    world.engine.publish_catalog(&world.scope, &text(), "prices", None).unwrap();
    let query = QuoteQuery {
        property: PropertyId::parse("", "city").unwrap(),
        offer: OfferId::parse("", "offer-00003").unwrap(),
        persons: 2,
        tier: None,
        together: Vec::new(),
        terms: AskedTerms::default(),
    };
    let ana = GuestId::parse("", "ana").unwrap();
    let length = Duration::from_secs(900);
    let promised = world.engine.hold_price(&world.scope, &ana, &query, length).unwrap();
    let mut bought = world.event("ana", "bought", EventKind::Accept);
    bought.held = Some(promised.token);
    world.engine.record(&world.scope, bought.clone(), None).unwrap();
    world.engine.committer.flush().unwrap();
    let fair = audited(&world);
    assert!(fair.is_fair() && fair.quotes == 1, "{fair:?}");

    // A record that says another price was promised.
    let records = world.engine.store.log(1).unwrap().only(&[crate::store::RecordKind::Event]);
    let record = records.last().unwrap().unwrap();
    let crate::domain::record::Body::Event { guest, mut event } = record.body else { panic!() };
    event.held_price.as_mut().unwrap().unit.minor -= 1;
    let mut reservation = world.engine.committer.reserve().unwrap();
    reservation.event(&world.scope.brand, record.recorded, guest, &event);
    reservation.submit();
    world.engine.committer.flush().unwrap();
    let found = audited(&world);
    let count = |fault| found.violation_counts.iter().find(|(of, _)| *of == fault).map(|(_, n)| *n);
    assert_eq!(count(Fault::NotReproducible), Some(1), "{:?}", found.violation_counts);
    assert_eq!(count(Fault::SameConditions), Some(1));
}
