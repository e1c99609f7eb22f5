//! Groups of guests, who is like whom, and whether they change: by a world whose truth is known.

use super::values::{facts, tell, today};
use super::*;
use crate::domain::money::{Currency, Money};
use crate::domain::time::Date;
use crate::engine::history::History;
use crate::engine::insight::parts::{Groups, Tier};
use crate::engine::insight::{Alike, AlikeQuery, FitQuery, Seeds};
use crate::sys::rng::SplitMix64;

const RULES: &str = "\n[[rule_segments]]\nid = \"families\"\nname = \"Who spent much\"\n\
    rule = 'guest.paid >= 500'\n\n[[rule_segments]]\nid = \"silent\"\n\
    rule = 'guest.days_since_stay > 100 && guest.value_tier in [\"A\", \"B\", \"C\", \"D\"]'\n";

/// Is a guest of the kind that comes with children, stays long and spends much?
fn is_family(n: usize) -> bool {
    n.is_multiple_of(4)
}

fn world() -> World {
    let world = World::new(10);
    let text = world::text(10) + RULES;
    world.engine.publish_catalog(&world.scope, &text, "rules", None).unwrap();
    world
}

/// Guests from a number on; families differ from others by about a standard deviation and a half.
fn guests(world: &World, numbers: std::ops::Range<usize>, is: impl Fn(usize) -> bool) {
    let mut rng = SplitMix64::new(numbers.start as u64 + 5);
    let now = today(world);
    for n in numbers {
        let (guest, family) = (format!("k{n}"), is(n));
        world.opt_in(&guest);
        let stays = 1 + rng.below(4);
        for stay in 0..stays {
            let ago =
                60 + 80 * i32::try_from(stay).unwrap() + i32::try_from(rng.below(40)).unwrap();
            let long = if family { 5 + rng.below(4) } else { 1 + rng.below(5) };
            let children = u8::from(rng.chance(if family { 0.8 } else { 0.1 }));
            let mut event = world.event(&guest, &format!("in-{n}-{stay}"), EventKind::CheckIn);
            event.event.reservation = Some(
                crate::domain::id::ReservationId::parse("r", &format!("r-{n}-{stay}")).unwrap(),
            );
            event.event.property = crate::domain::id::PropertyId::parse("", "city").ok();
            let nights = i32::try_from(long).unwrap();
            event.event.stay = Some(facts(Date(now - ago), nights, (2, children)));
            tell(world, event, i64::from(now - ago) * 86_400 + 54_000);
            let mut event = world.event(&guest, &format!("pay-{n}-{stay}"), EventKind::Pay);
            let spend = if family { 40_000.0 } else { 18_000.0 } * libm::exp(0.5 * rng.normal());
            #[expect(clippy::cast_possible_truncation, reason = "some cents")]
            let cents = spend as i64;
            event.event.amount = Some(Money::new(cents, Currency::EUR));
            tell(world, event, i64::from(now - ago) * 86_400 + 80_000);
        }
    }
    world.engine.committer.flush().unwrap();
}

fn alike(world: &World, seeds: Seeds, limit: usize) -> Vec<Alike> {
    let query = AlikeQuery { seeds, limit, for_outreach: false, prospects_only: false };
    world.engine.look_alikes(&world.scope, &query).unwrap()
}

fn number(guest: &GuestId) -> usize {
    guest.as_str().trim_start_matches('k').parse().unwrap()
}

/// Share of pairs in which who is of a kind stands before who is not.
fn area(ranked: &[usize], is: impl Fn(usize) -> bool) -> f64 {
    let (mut above, mut others, mut kind) = (0, 0, 0);
    for n in ranked {
        if is(*n) {
            kind += 1;
        } else {
            others += 1;
            above += kind;
        }
    }
    f64::from(above) / f64::from(kind * others)
}

#[test]
fn guests_of_the_seeds_kind_are_found_and_of_no_kind_are_not() {
    let world = world();
    guests(&world, 0..280, is_family);
    let id = |n: usize| GuestId::parse("guest", &format!("k{n}")).unwrap();
    let seeds: Vec<usize> = (0..20).map(|n| 4 * n).collect();
    let found = alike(&world, Seeds::Guests(seeds.iter().map(|n| id(*n)).collect()), 1_000);
    let ranked: Vec<usize> = found.iter().map(|alike| number(&alike.guest)).collect();
    assert_eq!(ranked.len(), 280 - seeds.len());
    assert!(ranked.iter().all(|n| !seeds.contains(n)), "a seed is among them");
    let auc = area(&ranked, is_family);
    assert!(auc > 0.85, "{auc}");
    assert!(found.is_sorted_by(|a, b| a.score >= b.score));
    let first = &found[0].reasons;
    assert!(first.iter().all(|reason| reason.part > 0.0) && first.len() <= 3, "{first:?}");
    let told: Vec<&str> = first.iter().map(|reason| reason.words.as_str()).collect();
    let of_families = ["spend much a stay", "stay long", "bring children"];
    assert!(told.iter().any(|words| of_families.contains(words)), "{told:?}");

    // Kinds dealt out at random are not found, whoever the seeds are.
    let mut rng = SplitMix64::new(2);
    let mut dealt: Vec<usize> = (0..280).collect();
    (1..280).rev().for_each(|n| dealt.swap(n, rng.below(n + 1)));
    let shuffled = area(&ranked, |n| is_family(dealt[n]));
    assert!((shuffled - 0.5).abs() < 0.12, "{shuffled}");
    // Nor do seeds of no kind find one.
    let nobody = (0..20).map(|n| id(dealt[n])).collect();
    let query = AlikeQuery {
        seeds: Seeds::Guests(nobody),
        limit: 1_000,
        for_outreach: false,
        prospects_only: false,
    };
    if let Ok(found) = world.engine.look_alikes(&world.scope, &query) {
        let ranked: Vec<usize> = found.iter().map(|alike| number(&alike.guest)).collect();
        let control = area(&ranked, is_family);
        assert!((control - 0.5).abs() < auc - 0.55, "{control}");
    }
}

#[test]
fn only_who_may_be_written_to_is_found_for_outreach() {
    let world = world();
    guests(&world, 0..60, is_family);
    let seeds = || Seeds::Guests(vec![GuestId::parse("guest", "k0").unwrap()]);
    let ask = |seeds, for_outreach, prospects_only| {
        let query = AlikeQuery { seeds, limit: 100, for_outreach, prospects_only };
        world.engine.look_alikes(&world.scope, &query)
    };
    // All have opted in, and nobody has a working address yet.
    let found = ask(seeds(), false, false).unwrap();
    assert_eq!(found.len(), 59);
    for n in [3, 5] {
        let mut event = world.event(&format!("k{n}"), &format!("opened-{n}"), EventKind::Opened);
        event.event.channel = Some(crate::domain::channel::Channel::Email);
        world.record(event);
    }
    let told = |found: Vec<Alike>| -> Vec<usize> {
        let mut told: Vec<usize> = found.iter().map(|alike| number(&alike.guest)).collect();
        told.sort_unstable();
        told
    };
    assert_eq!(told(ask(seeds(), true, false).unwrap()), [3, 5]);
    world.refuse("k3", Purpose::Marketing);
    assert_eq!(told(ask(seeds(), true, false).unwrap()), [5]);
    world.refuse("k5", Purpose::Profiling);
    assert_eq!(ask(seeds(), false, false).unwrap().len(), 58);
    assert!(ask(seeds(), false, true).unwrap().is_empty(), "everybody has stayed");
    world.opt_in("k900");
    world.engine.committer.flush().unwrap();
    assert_eq!(told(ask(seeds(), false, true).unwrap()), [900]);
    let refused = |seeds| ask(seeds, false, false).unwrap_err().reason;
    assert_eq!(refused(Seeds::Guests(vec![GuestId::parse("", "k5").unwrap()])), "NO_SEEDS");
    assert_eq!(refused(Seeds::Tier(Tier::A)), "NO_SEEDS");
    assert_eq!(refused(Seeds::Segment("nobody".to_owned())), "NOT_FOUND");
    assert!(!ask(Seeds::Segment("families".to_owned()), false, false).unwrap().is_empty());
}

#[test]
fn groups_are_found_named_counted_and_watched() {
    let world = world();
    guests(&world, 0..240, is_family);
    let groups = |world: &World| world.engine.segments(&world.scope).unwrap();
    let before = groups(&world);
    assert_eq!((before.fitted.clone(), before.clusters.len(), before.guests), (None, 0, 240));
    assert_eq!(before.rules.len(), 2);

    let query = FitQuery { clusters: Some(2), ..FitQuery::default() };
    let fitted = world.engine.fit_guests(&world.scope, &query).unwrap();
    assert!(fitted.value.is_ok());
    let now = groups(&world);
    let sizes: Vec<u64> = now.clusters.iter().map(|line| line.guests).collect();
    assert_eq!(sizes.iter().sum::<u64>(), 240);
    let families = &now.clusters[1];
    assert!((45..=80).contains(&families.guests), "{sizes:?}");
    let says = |words: &str| families.name.contains(words);
    assert!(says("bring children") && (says("stay long") || says("spend much")), "{families:?}");
    let of_profit: f64 = now.clusters.iter().map(|line| line.profit_share).sum();
    assert!((of_profit - 1.0).abs() < 1e-9 && families.profit_share > families.share);
    let of_value: f64 = now.clusters.iter().map(|line| line.value_share.unwrap()).sum();
    assert!((of_value - 1.0).abs() < 1e-9);
    assert!(now.alarms().is_empty(), "{:?}", now.alarms());
    let members = alike(&world, Seeds::Segment("c2".to_owned()), 1_000);
    assert_eq!(members.len() as u64, 240 - families.guests);

    // Rule segments, naively: paid in all, and the last arrival.
    let report =
        world.engine.insight(&world.scope, &InsightQuery::last_days(world.clock.now(), 30));
    assert_eq!(report.unwrap().groups.unwrap().clusters, now.clusters);
    let history = History::open(&world.engine.options.folder).unwrap();
    assert_eq!(history.segments(&world.scope.brand, world.clock.now()).unwrap(), now);

    // Twice as many guests more, of whom all are families: the alarm is raised, and says of what.
    guests(&world, 1_000..1_480, |_| true);
    let drifted = groups(&world);
    let alarms: Vec<String> = drifted.alarms().into_iter().map(|(of, _)| of).collect();
    assert!(alarms.contains(&"sizes of clusters".to_owned()), "{alarms:?}");
    assert!(alarms.contains(&"spread of children".to_owned()), "{alarms:?}");
    assert!(alarms.contains(&"size of families".to_owned()), "{alarms:?}");
    assert!(!alarms.contains(&"spread of recency".to_owned()), "{alarms:?}");
    let world = world.reopen();
    assert_eq!(groups(&world), drifted, "after a restart");
    world.engine.fit_guests(&world.scope, &query).unwrap();
    assert!(groups(&world).alarms().is_empty());
}

/// A rule's guests by what the test knows: everybody's payments.
#[test]
fn rules_count_who_they_mean() {
    let world = world();
    guests(&world, 0..120, is_family);
    let Groups { rules, .. } = world.engine.segments(&world.scope).unwrap();
    let paid = |n: usize| {
        let guest = GuestId::parse("guest", &format!("k{n}")).unwrap();
        world.engine.guest(&world.scope, &guest).unwrap().state.stats.paid_minor
    };
    let many = (0..120).filter(|n| paid(*n) >= 50_000).count();
    assert_eq!(rules[0].guests, many as u64);
    assert_eq!((rules[0].id.as_str(), rules[0].name.as_str()), ("families", "Who spent much"));
    // Before values were fitted nobody has a tier: what is not known is not true.
    assert_eq!((rules[1].guests, rules[1].name.as_str()), (0, "silent"));
    world.engine.fit_guests(&world.scope, &FitQuery::default()).unwrap().value.unwrap();
    let Groups { rules, .. } = world.engine.segments(&world.scope).unwrap();
    assert_eq!(rules[1].guests, 0, "the last stay is at most a hundred days ago");
    world.clock.advance(Duration::from_secs(100 * 86_400));
    let Groups { rules, .. } = world.engine.segments(&world.scope).unwrap();
    assert_eq!(rules[1].guests, 120);
}
