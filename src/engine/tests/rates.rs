//! Rates of room types: in force at once, after a restart and a crash, and in every past price.

use super::prices::{audited, join};
use super::*;
use crate::decide::Scratch;
use crate::decide::replay::is_replayed;
use crate::domain::decision::FloorBasis;
use crate::domain::id::{Label, PropertyId};
use crate::domain::money::Currency;
use crate::domain::price::AskedTerms;
use crate::domain::rate::{Rate, RateRow, RatesChange};
use crate::domain::removal::FilterStage;
use crate::domain::time::Date;
use crate::engine::history::History;
use crate::learn::fairness::Fault;

/// Offer 0 is an upgrade from `sea` to `suite` at 140.00 for each person and night.
fn text() -> String {
    let text = prices::text();
    let at = text.find("[[offers]]").unwrap();
    let (head, offers) = text.split_at(at);
    let line = offers.lines().find(|line| line.starts_with("price = ")).unwrap();
    let room = "price = \"140.00 EUR\"\nroom_type = \"suite\"\nupgrade_from = \"sea\"";
    format!("{head}{}", offers.replacen(line, room, 1))
}

fn label(text: &str) -> Label {
    Label::parse("", text).unwrap()
}

fn day(world: &World) -> i32 {
    prices::today(world) + 30
}

/// Bid prices of the suite on two nights; the other room's is 40.00.
fn change(world: &World, suite: i64) -> RatesChange {
    let day = day(world);
    let row = |room_type, date, bid| RateRow {
        room_type: label(room_type),
        date: Date(date),
        rate: Some(Rate { bid, hurdle: None, cost: Some(0) }),
    };
    let nights = [("suite", suite), ("sea", 4_000)];
    let rows =
        nights.into_iter().flat_map(|(name, bid)| [row(name, day, bid), row(name, day + 1, bid)]);
    let property = PropertyId::parse("", "city").unwrap();
    RatesChange { property, currency: Currency::EUR, rows: rows.collect() }
}

fn query(world: &World) -> QuoteQuery {
    let day = day(world);
    let catalog = world.engine.catalog(&world.scope, None).unwrap().0;
    let offer = catalog.offers().iter().find(|offer| offer.pricing.room.is_some()).unwrap();
    let dates = Some((Date(day), Date(day + 2)));
    QuoteQuery {
        together: Vec::new(),
        property: PropertyId::parse("", "city").unwrap(),
        offer: offer.id.clone(),
        persons: 1,
        tier: None,
        terms: AskedTerms { dates, ..AskedTerms::default() },
    }
}

fn floor(world: &World) -> (i64, FloorBasis) {
    let quote = world.engine.quote(&world.scope, &query(world)).unwrap().quote;
    (quote.floor.minor, quote.floor_basis)
}

fn set(world: &World, suite: i64) -> u64 {
    world.engine.set_rates(&world.scope, change(world, suite), false).unwrap().version
}

fn decide(world: &World, guest: &str) -> Answer {
    let dates = (Date(day(world)), Date(day(world) + 2));
    let offer = query(world).offer;
    world.decide(guest, |request| {
        request.placements[0].allowed = vec![offer.clone()];
        request.placements[0].count = Some(1);
        request.terms.dates = Some(dates);
        request.wants_full_view = true;
    })
}

fn priced() -> World {
    let world = World::new(60);
    world.engine.publish_catalog(&world.scope, &text(), "rooms", None).unwrap();
    world
}

#[test]
fn rates_are_in_force_at_once_and_after_restart_checkpoint_and_crash() {
    let world = priced();
    let (_, usual) = floor(&world);
    assert_ne!(usual, FloorBasis::Displacement);
    let trial = world.engine.set_rates(&world.scope, change(&world, 13_000), true).unwrap();
    assert_eq!((trial.version, floor(&world).1), (0, usual), "only looked at");
    let first = set(&world, 13_000);
    // 90.00 for each night, with 5 % commission on the list price.
    assert_eq!(floor(&world), (9_700, FloorBasis::Displacement));
    let world = world.reopen();
    assert_eq!(floor(&world), (9_700, FloorBasis::Displacement));
    let crashed = world.reopen_copy();
    assert_eq!(floor(&crashed), (9_700, FloorBasis::Displacement));
    drop(crashed);
    // From a checkpoint, and what came after it.
    world.engine.write_checkpoint().unwrap();
    let second = set(&world, 14_000);
    assert!(second > first);
    let world = world.reopen();
    assert_eq!(floor(&world), (10_700, FloorBasis::Displacement));
    world.engine.write_checkpoint().unwrap();
    let world = world.reopen();
    assert_eq!(floor(&world), (10_700, FloorBasis::Displacement));
    assert_eq!(decide(&world, "ana").decision.rates_version, second);
    // A new catalog keeps them.
    world.engine.publish_catalog(&world.scope, &(text() + "\n"), "again", None).unwrap();
    assert_eq!(floor(&world), (10_700, FloorBasis::Displacement));
}

#[test]
fn what_cannot_reach_its_floor_is_not_offered_and_says_why() {
    let world = priced();
    set(&world, 13_000);
    let offered = decide(&world, "ana");
    assert_eq!(offered.decision.propositions[0].candidates.len(), 1);
    assert_eq!(
        offered.decision.propositions[0].slots[0].quote.floor.minor, 5_200,
        "two persons share it"
    );
    set(&world, 40_000);
    let refused = world.engine.quote(&world.scope, &query(&world)).unwrap_err();
    assert_eq!(
        (refused.kind, refused.reason),
        (ErrorKind::FailedPrecondition, "PRICE_UNDER_FLOOR")
    );
    let answer = decide(&world, "ana");
    assert!(answer.decision.propositions[0].candidates.is_empty());
    let offer = query(&world).offer;
    let why = answer.filtered.iter().find(|filtered| filtered.offer == offer).unwrap();
    assert_eq!((why.stage, why.component.as_str()), (FilterStage::Quote, "rates"));
    set(&world, 13_000);
    assert_eq!(decide(&world, "eva").decision.propositions[0].candidates.len(), 1);
}

#[test]
fn rates_of_another_currency_or_place_are_refused_and_unused_room_types_told() {
    let world = priced();
    let dollars = Currency::parse("", "USD").unwrap();
    let wrong = RatesChange { currency: dollars, ..change(&world, 1) };
    let refused = world.engine.set_rates(&world.scope, wrong, false).unwrap_err();
    assert_eq!(
        (refused.reason, refused.fields[0].field.as_str()),
        ("CURRENCY_MISMATCH", "currency_code")
    );
    let property = PropertyId::parse("", "moon").unwrap();
    let nowhere = RatesChange { property, ..change(&world, 1) };
    let refused = world.engine.set_rates(&world.scope, nowhere, false).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::NotFound);
    let mut typo = change(&world, 1);
    typo.rows[0].room_type = label("siute");
    let set = world.engine.set_rates(&world.scope, typo, true).unwrap();
    assert_eq!(set.unused, [label("siute")]);
}

/// Every price of a log in which rates change again and again is made again to the bit, also across a
/// restart; the audit is fair. Negative control: prices made under other rates than the log says are found.
#[test]
fn past_prices_are_made_again_under_the_rates_of_their_time() {
    let mut world = priced();
    let at = day(&world);
    for g in 0..12 {
        join(
            &world,
            &format!("g{g}"),
            (g % 3 == 0).then_some("gold"),
            if g % 2 == 0 { "PT" } else { "CN" },
        );
    }
    for round in 0..20 {
        set(&world, [13_000, 6_000, 14_500, 12_000][round % 4]);
        for g in 0..12 {
            decide(&world, &format!("g{g}"));
        }
        if round == 9 {
            world = world.reopen();
        }
    }
    assert_eq!(day(&world), at, "all on one day");
    world.engine.committer.flush().unwrap();
    let history = History::open(&world.engine.options.folder).unwrap();
    let mut versions = std::collections::BTreeMap::new();
    let (mut displaced, mut wrong) = (0, 0);
    history
        .visit::<Error>(&world.scope.brand, |past| {
            assert!(is_replayed(past.decision, past.serving, &mut Scratch::default()));
            *versions.entry(past.decision.rates_version).or_insert(0) += 1;
            for slot in &past.decision.propositions[0].slots {
                displaced += u32::from(slot.quote.floor_basis == FloorBasis::Displacement);
                // Under other rates it is another price.
                let none = crate::domain::rate::Rates::default();
                let parts = (&*past.serving.catalog, past.serving.price_key, &none);
                wrong += u32::from(!crate::decide::replay::is_requoted(past.decision, slot, parts));
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(versions.len(), 20);
    assert!(versions.values().all(|count| *count == 12));
    assert!(displaced > 200 && wrong == displaced, "{displaced} {wrong}");
    let fair = audited(&world);
    assert!(fair.is_fair(), "{:?} {:?}", fair.violations, fair.effect_findings);
    assert!(fair.compared_between_guests > 50, "{fair:?}");

    let answer = decide(&world, "g1");
    let mut forged = (*answer.decision).clone();
    let mut reservation = world.engine.committer.reserve().unwrap();
    forged.sequence = reservation.sequence();
    forged.rates_version = *versions.keys().next().unwrap();
    forged.propositions[0].slots[0].quote.floor.minor -= 1;
    reservation.decision(&world.scope.brand, forged.decided, &forged, forged.guest);
    reservation.submit();
    world.engine.committer.flush().unwrap();
    // The forged record names rates that are kept no more than it was made under them.
    let found = audited(&world);
    let count = |fault| found.violation_counts.iter().find(|(of, _)| *of == fault).map(|(_, n)| *n);
    assert_eq!(count(Fault::NotReproducible), Some(1), "{:?}", found.violation_counts);
}

#[test]
fn nights_over_for_more_than_a_year_are_forgotten_by_all_alike() {
    let world = priced();
    set(&world, 13_000);
    let city = PropertyId::parse("", "city").unwrap();
    let rows = |world: &World| world.engine.rates(&world.scope, &city).unwrap().0.unwrap().rows;
    let old = rows(&world);
    world.clock.advance(Duration::from_hours(24 * (30 + 367)));
    set(&world, 12_000);
    let dates = |rows: &[RateRow]| rows.iter().map(|row| row.date).collect::<Vec<_>>();
    let kept = rows(&world);
    // The second of the old nights was over a year ago at this hour; both rooms keep it.
    assert_eq!((old.len(), kept.len()), (4, 6));
    assert!(!dates(&kept).contains(&old[0].date) && dates(&kept).contains(&old[1].date));
    let answer = decide(&world, "ana").decision;
    let world = world.reopen();
    assert_eq!(rows(&world), kept);
    world.engine.write_checkpoint().unwrap();
    let world = world.reopen();
    assert_eq!(rows(&world), kept);
    let history = History::open(&world.engine.options.folder).unwrap();
    let mut versions = Vec::new();
    history
        .visit::<Error>(&world.scope.brand, |past| {
            versions.push(past.decision.rates_version);
            assert!(is_replayed(past.decision, past.serving, &mut Scratch::default()));
            Ok(())
        })
        .unwrap();
    assert_eq!(versions, [answer.rates_version]);
}
