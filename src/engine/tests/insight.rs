//! The seven P's: every figure again by a naive count of what the test itself made happen.

use super::prices::{join, text};
use super::*;
use crate::domain::decision::Slot;
use crate::domain::money::Money;
use crate::domain::stay::StayFacts;
use crate::domain::time::{Date, Timestamp};
use crate::engine::history::History;
use crate::learn::insight::Report;
use crate::learn::insight::product::Funnel;

/// What the test knows of what it did.
#[derive(Debug, Default)]
struct Naive {
    decisions: u64,
    funnel: Funnel,
    tried: u64,
    discounted: u64,
    paid_cents: i64,
    nights: u64,
    arrived: std::collections::BTreeSet<usize>,
}

fn margin(slot: &Slot, answer: &Answer) -> (i64, i64) {
    let pricing = &answer.catalog.offer(slot.offer).unwrap().pricing;
    let revenue = slot.quote.offer.minor * i64::from(slot.quote.quantity);
    let cost = pricing.variable_cost.minor * i64::from(slot.quote.quantity);
    // A commission of 5 %, half a cent up; taxes are added, not included.
    (revenue, revenue - cost - (revenue * 2 + 20) / 40)
}

fn stay(world: &World, n: usize, day: Date) -> StayFacts {
    assert!(world.clock.now() > Timestamp::EPOCH);
    StayFacts {
        check_in: day,
        check_out: Date(day.0 + 1 + i32::try_from(n % 3).unwrap()),
        adults: 2,
        children: 0,
        room_type_reserved: String::new(),
        room_type_assigned: String::new(),
        rate_plan: String::new(),
        market_segment: String::new(),
        distribution_channel: String::new(),
        lead_time_days: 0,
        special_requests_count: 0,
        meal: String::new(),
        purpose: None,
    }
}

fn today(world: &World) -> Date {
    Date(i32::try_from(world.clock.now().as_seconds() / 86_400).unwrap())
}

/// Sixteen of the guests have come before, up to eight times, over two years.
fn past(world: &World) {
    let today = today(world).0;
    for n in 0..16_i32 {
        for k in 0..=(n % 8) {
            let ago = 40 + 70 * k + 11 * n;
            let mut arrival =
                world.event(&format!("g{n}"), &format!("past-{n}-{k}"), EventKind::CheckIn);
            arrival.event.source = SourceId::parse("source", BACKFILL).unwrap();
            arrival.event.time = Timestamp::from_seconds(i64::from(today - ago) * 86_400);
            arrival.event.stay = Some(stay(world, 0, Date(today - ago)));
            world.record(arrival);
        }
    }
}

/// Twelve days: each half hour one of 24 guests gets two offers; of ten, three are taken, one of them
/// is cancelled; every eighth hour somebody arrives, and pays.
fn live(world: &World, naive: &mut Naive) {
    for n in 0..24 {
        join(world, &format!("g{n}"), None, "PT");
        if n % 2 == 0 {
            world.opt_in(&format!("g{n}"));
        }
    }
    past(world);
    for n in 0..576_usize {
        let guest = format!("g{}", n % 24);
        let answer = world.decide(&guest, |request| request.placements[0].count = Some(2));
        naive.decisions += 1;
        for slot in &answer.decision.propositions[0].slots {
            naive.funnel.offered += 1;
            naive.tried += u64::from(slot.quote.selection_probability < 1.0);
            naive.discounted += u64::from(slot.quote.offer.minor < slot.quote.list.minor);
        }
        if n % 10 < 3 {
            let tell = |kind: EventKind| {
                let mut event = world.event(&guest, &format!("{kind:?}-{n}"), kind);
                event.token = Some(answer.token.clone());
                event.event.offer = Some(World::first(&answer));
                world.record(event);
            };
            tell(EventKind::Accept);
            naive.funnel.shown += 1;
            naive.funnel.clicked += 1;
            if n % 10 == 2 {
                tell(EventKind::Cancel);
                naive.funnel.reversed += 1;
            } else {
                let (revenue, margin) = margin(&answer.decision.propositions[0].slots[0], &answer);
                naive.funnel.accepted += 1;
                naive.funnel.revenue += Money::new(
                    revenue,
                    answer.decision.propositions[0].slots[0].quote.list.currency,
                )
                .major();
                naive.funnel.margin += Money::new(
                    margin,
                    answer.decision.propositions[0].slots[0].quote.list.currency,
                )
                .major();
            }
        }
        if n % 16 == 0 {
            let facts = stay(world, n / 16, today(world));
            naive.arrived.insert(n % 24);
            naive.nights += u64::try_from(facts.check_out.0 - facts.check_in.0).unwrap();
            let mut arrival = world.event(&guest, &format!("in-{n}"), EventKind::CheckIn);
            arrival.event.stay = Some(facts);
            world.record(arrival);
            let mut pay = world.event(&guest, &format!("pay-{n}"), EventKind::Pay);
            let list = answer.decision.propositions[0].slots[0].quote.list;
            pay.event.amount = Some(Money::new(10_000 + i64::try_from(n).unwrap(), list.currency));
            naive.paid_cents += 10_000 + i64::try_from(n).unwrap();
            world.record(pay);
        }
        world.clock.advance(Duration::from_secs(1_800));
        if n % 48 == 0 {
            world.engine.tick().unwrap();
        }
    }
    world.clock.advance(Duration::from_secs(7_200));
    world.engine.tick().unwrap();
    world.engine.learned().unwrap();
    world.engine.committer.flush().unwrap();
}

fn whole(world: &World) -> InsightQuery {
    // Stays reach into the days ahead: the period ends after the last night.
    let until = world.clock.now().plus(Duration::from_secs(4 * 86_400));
    InsightQuery::last_days(until, 30)
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6 * a.abs().max(1.0)
}

#[test]
fn every_figure_is_what_a_naive_count_of_the_same_month_gives() {
    let world = World::new(60);
    world.engine.publish_catalog(&world.scope, &text(), "prices", None).unwrap();
    let mut naive = Naive::default();
    live(&world, &mut naive);
    let report = world.engine.insight(&world.scope, &whole(&world)).unwrap();

    let Report { performance, product, promotion, profitability, persistency, .. } = &report;
    let funnel = &performance.funnel;
    assert_eq!(performance.decisions, naive.decisions);
    assert_eq!((funnel.offered, funnel.shown), (naive.funnel.offered, naive.funnel.shown));
    assert_eq!((funnel.clicked, funnel.accepted), (naive.funnel.clicked, naive.funnel.accepted));
    assert_eq!((funnel.reversed, funnel.declined), (naive.funnel.reversed, 0));
    assert!(is_near(funnel.revenue, naive.funnel.revenue), "{funnel:?} {naive:?}");
    assert!(is_near(funnel.margin, naive.funnel.margin), "{funnel:?} {naive:?}");
    assert!(naive.funnel.accepted > 100 && naive.funnel.reversed > 50);

    let sum = |of: fn(&Funnel) -> u64| product.offers.iter().map(|o| of(&o.funnel)).sum::<u64>();
    assert_eq!(sum(|f| f.offered), funnel.offered);
    assert_eq!(sum(|f| f.accepted), funnel.accepted);
    let by_placement: u64 = performance.placements.iter().map(|p| p.funnel.offered).sum();
    assert_eq!(by_placement, funnel.offered);

    let steps = promotion.offers.iter().flat_map(|o| &o.steps);
    let of_steps: u64 = steps.clone().map(|s| s.funnel.offered).sum();
    assert!(of_steps <= naive.tried && of_steps > naive.tried * 8 / 10, "{of_steps} {naive:?}");
    assert_eq!(promotion.discounted.count, naive.discounted);
    assert!(steps.clone().all(|s| [8_000, 9_000, 10_000].contains(&s.basis_points)));

    #[expect(clippy::cast_precision_loss, reason = "some cents")]
    let paid = naive.paid_cents as f64 / 100.0;
    assert!(is_near(profitability.paid, paid));
    assert_eq!(profitability.room_nights, naive.nights);
    // Who had never come before, and came: g16, of g0, g8 and g16.
    assert_eq!(naive.arrived, [0, 8, 16].into());
    assert_eq!((persistency.stayed, persistency.new_guests, persistency.repeaters), (17, 1, 17));
    assert!(persistency.not_valued.as_ref().unwrap().contains("at least 50 must"));
    assert_eq!((report.profiling.guests, report.profiling.profiled), (24, 12));
    assert_eq!((report.prospecting.prospects, report.prospecting.converted.count), (8, 1));
    let labels = performance.calibration.as_ref().map_or(0, |found| found.labels);
    assert!(labels <= naive.decisions, "{labels}");

    // The log read by another process says the same.
    let history = History::open(&world.engine.options.folder).unwrap();
    assert_eq!(history.insight(&world.scope.brand, &whole(&world)).unwrap(), report);
}

#[test]
fn a_period_and_a_hotel_count_for_themselves() {
    let world = World::new(60);
    let mut naive = Naive::default();
    live(&world, &mut naive);
    let all = whole(&world);
    let middle = Timestamp::from_micros(world.clock.now().as_micros() - 6 * 86_400_000_000);
    let halves = [
        InsightQuery { until: middle, ..all.clone() },
        InsightQuery { from: middle, ..all.clone() },
    ];
    let asked = |query: &InsightQuery| world.engine.insight(&world.scope, query).unwrap();
    let halves = halves.map(|query| asked(&query).performance);
    assert!(halves.iter().all(|half| half.decisions > 200));
    assert_eq!(halves.iter().map(|half| half.decisions).sum::<u64>(), naive.decisions);
    let accepted = halves.iter().map(|half| half.funnel.accepted).sum::<u64>();
    assert_eq!(accepted, naive.funnel.accepted);

    let hotel = |id: &str| InsightQuery {
        property: Some(crate::domain::id::PropertyId::parse("", id).unwrap()),
        ..all.clone()
    };
    assert_eq!(asked(&hotel("city")).performance.decisions, naive.decisions);
    let other = asked(&hotel("elsewhere"));
    assert_eq!((other.performance.decisions, other.profiling.guests), (0, 0));
    assert!(other.persistency.not_valued.unwrap().contains("no guest has stayed"));
}

#[test]
fn who_may_not_see_it_does_not() {
    let world = World::new(10);
    let query = whole(&world);
    let refused = |scope: &Scope, query: &InsightQuery| {
        world.engine.insight(scope, query).unwrap_err().reason
    };
    let mut scope = world.scope.clone();
    scope.rights = [Right::DecisionsRead, Right::Admin].into_iter().collect();
    assert_eq!(refused(&scope, &query), "RIGHT_MISSING");
    let city = crate::domain::id::PropertyId::parse("", "city").unwrap();
    scope.rights = [Right::InsightsRead].into_iter().collect();
    scope.properties = PropertyScope::Only(vec![city.clone()]);
    assert_eq!(refused(&scope, &query), "OUT_OF_REACH");
    let of_city = InsightQuery { property: Some(city), ..query.clone() };
    assert!(world.engine.insight(&scope, &of_city).is_ok());
    let mut wrong = query;
    wrong.economics.margin_share = 1.5;
    let error = world.engine.insight(&world.scope, &wrong).unwrap_err();
    assert_eq!(error.fields[0].field, "economics.margin_share");
}
