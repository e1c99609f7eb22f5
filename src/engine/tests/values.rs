//! What a guest is worth is current with each stay and payment: as a valuation of everything at once
//! would have it, computed here naively from what the test itself told.

use std::collections::BTreeMap;

use super::*;
use crate::domain::money::{Currency, Money};
use crate::domain::stay::StayFacts;
use crate::domain::time::{DAY_MICROS, Date, Timestamp};
use crate::domain::value::{RepeatKind, ValueFit};
use crate::engine::insight::parts::Tier;
use crate::engine::insight::{FitQuery, GuestWorth};
use crate::learn::value::beta_geometric::MbgNbd;
use crate::learn::value::choice::RepeatModel;
use crate::learn::value::clv::{Economics, MONTH_WEEKS, lifetime_value};
use crate::learn::value::gamma_gamma::GammaGamma;
use crate::learn::value::history::{History, Spend};
use crate::learn::value::pareto::ParetoNbd;
use crate::sys::rng::SplitMix64;

/// What the test told of a guest: moment, and what was paid, or none for an arrival.
pub(super) type Told = BTreeMap<String, Vec<(i64, Option<i64>)>>;

pub(super) fn facts(check_in: Date, nights: i32, (adults, children): (u8, u8)) -> StayFacts {
    StayFacts {
        check_in,
        check_out: Date(check_in.0 + nights),
        adults,
        children,
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

pub(super) fn today(world: &World) -> i32 {
    i32::try_from(world.clock.now().as_seconds() / 86_400).unwrap()
}

fn at(day: i32, hour: i64) -> i64 {
    i64::from(day) * 86_400 + hour * 3_600
}

/// Tells something of the past, and does not wait for the disk.
pub(super) fn tell(world: &World, mut event: IncomingEvent, seconds: i64) {
    event.event.source = SourceId::parse("source", BACKFILL).unwrap();
    event.event.time = Timestamp::from_seconds(seconds);
    world.engine.record(&world.scope, event, None).unwrap();
}

fn arrive(world: &World, told: &mut Told, guest: &str, day: i32, hour: i64) {
    let id = format!("in-{guest}-{day}-{hour}");
    let mut event = world.event(guest, &id, EventKind::CheckIn);
    event.event.stay = Some(facts(Date(day), 2, (2, 0)));
    tell(world, event, at(day, hour));
    told.entry(guest.to_owned()).or_default().push((at(day, hour), None));
}

fn pay(world: &World, told: &mut Told, guest: &str, (day, hour): (i32, i64), cents: i64) {
    let kind = if cents < 0 { EventKind::Refund } else { EventKind::Pay };
    let mut event = world.event(guest, &format!("pay-{guest}-{day}-{hour}-{cents}"), kind);
    event.event.amount = Some(Money::new(cents.abs(), Currency::EUR));
    tell(world, event, at(day, hour));
    told.entry(guest.to_owned()).or_default().push((at(day, hour), Some(cents)));
}

/// 160 guests over two years, told in no order at all: a third comes every other month and stops at some
/// time, the others come once or twice.
fn past(world: &World, told: &mut Told, rng: &mut SplitMix64) {
    let (now, mut plan) = (today(world), Vec::new());
    for n in 0..160_i32 {
        let guest = format!("g{n}");
        world.opt_in(&guest);
        let is_regular = n % 3 == 0;
        let mut day = now - 700 + i32::try_from(rng.below(400)).unwrap();
        loop {
            plan.push((guest.clone(), day, rng.below(if is_regular { 60_000 } else { 20_000 })));
            day += 30 + i32::try_from(rng.below(60)).unwrap();
            if day >= now - 5 || !rng.chance(if is_regular { 0.9 } else { 0.3 }) {
                break;
            }
        }
    }
    (1..plan.len()).rev().for_each(|n| plan.swap(n, rng.below(n + 1)));
    for (guest, day, cents) in plan {
        let cents = i64::try_from(cents).unwrap() + 5_000;
        pay(world, told, &guest, (day + 1, 9), cents);
        arrive(world, told, &guest, day, 15);
        if cents % 7 == 0 {
            pay(world, told, &guest, (day + 3, 9), -1_000);
        }
    }
    world.engine.committer.flush().unwrap();
}

/// A guest's worth, from scratch: P(alive), stays of a year, value, paid.
struct Naive {
    alive: f64,
    stays: f64,
    value: f64,
    paid: f64,
    repeats: u32,
}

fn naive(told: &[(i64, Option<i64>)], fit: &ValueFit, today: i32) -> Naive {
    let mut told = told.to_vec();
    told.sort_by_key(|(at, _)| *at);
    // Each payment belongs to the last arrival before it, or else to the first.
    let mut days: Vec<(i32, i64)> = Vec::new();
    let (mut ahead, mut all) = (0, 0);
    for (seconds, paid) in told {
        let day = i32::try_from(seconds.div_euclid(86_400)).unwrap();
        match (paid, days.last_mut()) {
            (None, Some(last)) if last.0 == day => {}
            (None, _) => days.push((day, std::mem::take(&mut ahead))),
            (Some(cents), Some(last)) => last.1 += cents,
            (Some(cents), None) => ahead += cents,
        }
        all += paid.unwrap_or(0);
    }
    let repeats = u32::try_from(days.len() - 1).unwrap();
    let weeks = |day: i32| f64::from(day - days[0].0) / 7.0;
    let history = History::new(repeats, weeks(days[days.len() - 1].0), weeks(today)).unwrap();
    let [a, b, c, d] = fit.parameters;
    let model = match fit.repeat {
        RepeatKind::MbgNbd => RepeatModel::MbgNbd(MbgNbd::new(a, b, c, d).unwrap()),
        RepeatKind::ParetoNbd => RepeatModel::ParetoNbd(ParetoNbd::new(a, b, c, d).unwrap()),
    };
    let again: i64 = days[1..].iter().map(|(_, cents)| cents).sum();
    #[expect(clippy::cast_precision_loss, reason = "some cents")]
    let (again, paid) = (again as f64 / 100.0, all as f64 / 100.0);
    let spend = match fit.spend.map(|[p, q, v]| GammaGamma::new(p, q, v).unwrap()) {
        Some(of) => Spend::new(repeats, again / f64::from(repeats.max(1)))
            .map_or(of.mean(), |own| of.expected_spend(&own)),
        None => fit.mean_spend,
    };
    let outlook = model.outlook(&history);
    let stays = |month: u32| outlook.expected_stays(f64::from(month) * MONTH_WEEKS);
    let value = lifetime_value(36, spend, &Economics::HOTEL, stays).unwrap().net();
    Naive { alive: outlook.alive(), stays: stays(12).unwrap(), value, paid, repeats }
}

fn worth(world: &World, guest: &str) -> GuestWorth {
    let guest = GuestId::parse("guest", guest).unwrap();
    world.engine.guest_value(&world.scope, &guest).unwrap()
}

#[track_caller]
fn check(world: &World, told: &Told) {
    for (guest, told) in told {
        let found = worth(world, guest);
        let standing = found.standing.expect(guest);
        let naive = naive(told, &found.fit, today(world));
        let pairs = [
            (standing.worth.alive, naive.alive),
            (standing.worth.expected_stays, naive.stays),
            (standing.worth.lifetime.net(), naive.value),
            (standing.worth.paid, naive.paid),
        ];
        let is_same = pairs.iter().all(|(a, b)| (a - b).abs() <= 1e-9 * b.abs().max(1.0));
        assert!(is_same, "{guest}: {pairs:?}");
        assert_eq!(standing.worth.history.repeats(), naive.repeats, "{guest}");
    }
}

fn fitted() -> (World, Told, SplitMix64) {
    let (world, mut told, mut rng) = (World::new(10), Told::new(), SplitMix64::new(11));
    past(&world, &mut told, &mut rng);
    let fitted = world.engine.fit_guests(&world.scope, &FitQuery::default()).unwrap();
    let fit = fitted.value.unwrap();
    assert_eq!((fit.guests, fit.bounds.is_some()), (160, true));
    (world, told, rng)
}

#[test]
fn a_guests_value_follows_each_stay_and_payment_and_is_the_same_after_a_restart() {
    let (world, mut told, mut rng) = fitted();
    check(&world, &told);
    let before = worth(&world, "g1").standing.unwrap();
    // Forty days on, with stays and payments, old ones among them that are heard of only now.
    for day in 0..40 {
        world.clock.advance(Duration::from_secs(86_400));
        let (guest, now) = (format!("g{}", rng.below(160)), today(&world));
        arrive(&world, &mut told, &guest, now, 1);
        pay(&world, &mut told, &guest, (now, 2), 10_000 + day);
        let late = format!("g{}", rng.below(160));
        arrive(&world, &mut told, &late, now - 300, 7 + day % 9);
        pay(&world, &mut told, &late, (now - 200, 3), 4_000 + day);
    }
    let now = today(&world);
    arrive(&world, &mut told, "g1", now, 3);
    world.engine.committer.flush().unwrap();
    check(&world, &told);
    let after = worth(&world, "g1").standing.unwrap();
    assert!(after.worth.alive > before.worth.alive && after.worth.overdue < before.worth.overdue);
    assert!(after.worth.lifetime.net() > before.worth.lifetime.net());

    let values = |world: &World| -> Vec<GuestWorth> {
        told.keys().map(|guest| worth(world, guest)).collect()
    };
    let known = values(&world);
    assert_eq!(values(&world.reopen_copy()), known, "after a crash");
    world.engine.checkpoint(&world.scope).unwrap();
    let world = world.reopen();
    assert_eq!(values(&world), known, "after a restart from a checkpoint");
}

#[test]
fn two_guests_who_become_one_have_the_value_of_both_until_they_part() {
    let (world, mut told, _) = fitted();
    let alone = [worth(&world, "g3"), worth(&world, "g4")];
    let merging = Merging {
        source: GuestId::parse("source", "g4").unwrap(),
        target: GuestId::parse("target", "g3").unwrap(),
    };
    let waiter: Waiter = Box::new(|result| result.unwrap());
    world.engine.merge_guests(&world.scope, &merging, Some(waiter)).unwrap();
    let both = told["g4"].clone();
    let apart = told.clone();
    told.get_mut("g3").unwrap().extend(both);
    told.insert("g4".to_owned(), told["g3"].clone());
    world.engine.committer.flush().unwrap();
    check(&world, &told);
    assert_eq!(worth(&world, "g4"), worth(&world, "g3"));
    assert_eq!(worth(&world, "g4").guest.as_str(), "g3");
    // The groups count the one guest once.
    assert_eq!(world.engine.segments(&world.scope).unwrap().guests, 159);
    let waiter: Waiter = Box::new(|result| result.unwrap());
    world.engine.unmerge_guest(&world.scope, &merging.source, Some(waiter)).unwrap();
    world.engine.committer.flush().unwrap();
    check(&world, &apart);
    assert_eq!([worth(&world, "g3"), worth(&world, "g4")], alone);
}

#[test]
fn who_does_not_allow_profiling_is_not_valued_and_who_may_not_ask_is_not_told() {
    let (world, _, _) = fitted();
    assert!(worth(&world, "g5").standing.is_some());
    world.refuse("g5", Purpose::Profiling);
    world.engine.committer.flush().unwrap();
    let found = worth(&world, "g5");
    assert!(!found.allows_profiling && found.standing.is_none());
    // Somebody never heard of, and somebody who never came.
    assert!(worth(&world, "nobody").standing.is_none());
    world.opt_in("new");
    assert_eq!(worth(&world, "new").standing, None);

    let guest = GuestId::parse("guest", "g1").unwrap();
    let refused = |scope: &Scope| world.engine.guest_value(scope, &guest).unwrap_err().reason;
    let mut scope = world.scope.clone();
    scope.rights = [Right::GuestsRead].into_iter().collect();
    assert_eq!(refused(&scope), "RIGHT_MISSING");
    scope.rights = [Right::InsightsRead].into_iter().collect();
    assert!(world.engine.guest_value(&scope, &guest).is_ok());
    let fit = |scope: &Scope| world.engine.fit_guests(scope, &FitQuery::default()).unwrap_err();
    assert_eq!(fit(&scope).reason, "RIGHT_MISSING");
    let city = crate::domain::id::PropertyId::parse("", "city").unwrap();
    scope.properties = PropertyScope::Only(vec![city]);
    assert_eq!(refused(&scope), "OUT_OF_REACH");
    let never = World::new(10);
    let error = never.engine.guest_value(&never.scope, &guest).unwrap_err();
    assert_eq!(error.reason, "NOT_FITTED");
}

/// The path by hand: the tier at the fit, then a look after each event since, then today.
#[test]
fn a_tier_is_left_where_the_value_is_clearly_past_its_bound() {
    let (world, told, _) = fitted();
    let fit = worth(&world, "g0").fit;
    let bounds = fit.bounds.unwrap();
    let tier_of = |value: f64, factor: f64| {
        let reached = bounds.iter().position(|least| value >= factor * least);
        [Tier::A, Tier::B, Tier::C, Tier::D][reached.unwrap_or(3)]
    };
    let first: BTreeMap<&String, Tier> =
        told.keys().map(|guest| (guest, worth(&world, guest).standing.unwrap().tier)).collect();
    for tier in Tier::ALL {
        assert!(first.values().any(|of| *of == tier), "{tier:?}");
    }
    let (mut moved, mut kept) = (0, 0);
    world.clock.advance(Duration::from_micros(90 * DAY_MICROS.unsigned_abs()));
    for guest in told.keys() {
        let (was, now) = (first[guest], worth(&world, guest).standing.unwrap());
        let value = naive(&told[guest], &fit, today(&world)).value;
        let (sure, lenient) = (tier_of(value, 1.1), tier_of(value, 0.9));
        let expected = if sure < was {
            sure
        } else if lenient > was {
            lenient
        } else {
            was
        };
        assert_eq!((now.tier, now.plain_tier), (expected, tier_of(value, 1.0)), "{guest}");
        moved += usize::from(now.tier != was);
        kept += usize::from(now.tier != now.plain_tier);
        let is_valuable = was.min(now.tier) <= Tier::B;
        assert_eq!(now.churn.is_at_risk, is_valuable && now.worth.alive < 0.5, "{guest}");
    }
    assert!(moved > 5 && kept > 0, "{moved} moved, {kept} kept");
    // The next fit looks at the bounds alone.
    world.engine.fit_guests(&world.scope, &FitQuery::default()).unwrap().value.unwrap();
    let plain = |guest: &String| {
        let standing = worth(&world, guest).standing.unwrap();
        standing.tier == standing.plain_tier
    };
    assert!(told.keys().all(plain));
}

#[test]
fn fits_renew_themselves_when_they_are_old_and_something_came() {
    const DAY: Duration = Duration::from_secs(86_400);
    let world = World::new(20);
    let (today, mut told) = (today(&world), Told::new());
    assert_eq!(world.engine.refit_after(Duration::ZERO).unwrap(), 0, "switched off");
    past(&world, &mut told, &mut SplitMix64::new(8));
    let fitted = |world: &World| world.engine.brands.get(&world.scope.brand).fits.places()[0];
    assert_eq!(world.engine.refit_after(DAY).unwrap(), 1, "never fitted before");
    let first = fitted(&world);
    assert!(first > 0);
    assert_eq!(world.engine.refit_after(DAY).unwrap(), 0, "it is fresh");
    world.clock.advance(DAY + Duration::from_secs(1));
    assert_eq!(world.engine.refit_after(DAY).unwrap(), 0, "nothing came since");
    arrive(&world, &mut told, "g0", today, 13);
    world.engine.committer.flush().unwrap();
    assert_eq!(world.engine.refit_after(DAY).unwrap(), 1);
    assert!(fitted(&world) > first);
    // A restart knows how old the fit is; what was asked of it is asked again.
    let query = FitQuery { months: 12, ..FitQuery::default() };
    world.engine.fit_guests(&world.scope, &query).unwrap();
    let world = world.reopen();
    assert_eq!(world.engine.refit_after(DAY).unwrap(), 0);
    world.clock.advance(DAY + Duration::from_secs(1));
    assert_eq!(world.engine.refit_after(DAY).unwrap(), 1);
    let brand = world.engine.brands.get(&world.scope.brand);
    assert_eq!(brand.fits.appraiser().unwrap().fit().months, 12);
}
