//! The world by itself: the same every time, plausible, and worth personalizing.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::date;

use crate::api::v1;
use crate::domain::decision::Party;
use crate::domain::stay::StayStage;
use crate::domain::time::Daypart;
use crate::sys::rng::Randomness;

use super::answer::Reader;
use super::knobs::Knobs;
use super::leanings::Kind;
use super::menu::Menu;
use super::population::{Ending, Population};
use super::run::{Ended, Setting, Simulation};
use super::stand_in::{OFFERS, StandIn, catalog};
use super::world::{Memory, Moment, Surface, World};

fn setting(seed: u64, guests: u32, days: u32) -> Setting {
    let knobs = Knobs { guests, days, ..Knobs::default() };
    Setting { brand: "demo".to_owned(), seed, first_day: date(2026, 3, 2), knobs }
}

fn run(seed: u64) -> (StandIn, Ended) {
    let mut product = StandIn::in_turn();
    let ended = Simulation::new(&mut product, setting(seed, 300, 12)).unwrap().run(|_| {}).unwrap();
    (product, ended)
}

#[test]
fn the_same_seed_gives_the_same_world() {
    let (one, first) = run(4);
    let (two, second) = run(4);
    assert_eq!(one.events, two.events);
    let untimed = |ended: Ended| {
        let mut figures = ended.figures;
        figures.decisions_per_second = 0.0;
        (figures, ended.acquaintance, ended.end)
    };
    assert_eq!(untimed(first), untimed(second));
    let (three, _) = run(5);
    assert_ne!(one.events, three.events);
}

#[test]
fn events_are_whole_and_told_once() {
    let (product, ended) = run(1);
    let ids: BTreeSet<(&str, &str)> =
        product.events.iter().map(|e| (e.source.as_str(), e.event_id.as_str())).collect();
    assert_eq!(ids.len(), product.events.len(), "no id twice");
    assert_eq!(ended.figures.events, product.events.len() as u64);
    let kinds = product.kinds();
    for kind in [
        "BOOK",
        "CANCEL",
        "CHECK_IN",
        "CHECK_OUT",
        "PAY",
        "OPT_IN",
        "IMPRESSION",
        "CLICK",
        "ACCEPT",
        "DECLINE",
    ] {
        assert!(
            kinds.get(format!("EVENT_TYPE_{kind}").as_str()).is_some_and(|n| *n > 0),
            "{kind}: {kinds:?}"
        );
    }
    for event in &product.events {
        let kind = event.event_type();
        let has_offer = !event.offer_id.is_empty();
        if matches!(kind, v1::EventType::Accept | v1::EventType::Decline | v1::EventType::Fulfilled)
        {
            assert!(
                has_offer && !event.attribution_token.is_empty() && !event.property.is_empty(),
                "{event:?}"
            );
        }
        assert!(
            !matches!(kind, v1::EventType::Book | v1::EventType::CheckIn) || event.stay.is_some()
        );
        assert!(kind != v1::EventType::OptIn || !event.text_version.is_empty());
        assert!(event.subject.is_some() && event.event_time.is_some());
    }
    assert!(product.activations > 0 && product.guests > 0);
    assert_eq!(product.stocked, 3, "the scarce offer in each hotel");
    assert!(ended.acquaintance.is_some());
}

#[test]
fn the_population_follows_the_real_bookings() {
    let menu = Menu::read(&catalog()).unwrap();
    let root = Randomness::from_seed(2);
    let knobs = Knobs { guests: 6_000, ..Knobs::default() };
    let world = World::new(root, &knobs.wants, &menu);
    let population = Population::new(root, &knobs, &world, menu.houses.len(), date(2026, 3, 2));
    let resort = super::marginals::RESORT;

    // First bookings: how often guests come back, and how early they can book again, is not
    // measured but chosen.
    let firsts: Vec<_> = population
        .stays
        .iter()
        .filter(|s| s.reservation.ends_with("-r1") && s.house == 0)
        .collect();
    let share = |of: &dyn Fn(&&&super::population::Stay) -> bool| {
        f64::from(u32::try_from(firsts.iter().filter(of).count()).unwrap())
            / f64::from(u32::try_from(firsts.len()).unwrap())
    };
    let close =
        |found: f64, expected: f64| assert!((found - expected).abs() < 0.04, "{found} {expected}");
    close(share(&|s| s.nights() == 1), resort.nights[1]);
    close(share(&|s| s.nights() == 7), resort.nights[7]);
    close(share(&|s| matches!(s.ending, Ending::Cancelled { .. })), resort.cancelled);
    close(share(&|s| s.requests == 0), resort.special_requests[0]);
    close(share(&|s| s.room_changed), resort.room_changed);
    close(share(&|s| super::population::days_between(s.booked, s.arrival) >= 54), 0.5);

    let arms: HashMap<_, u32> =
        population.people.iter().fold(HashMap::new(), |mut arms, person| {
            *arms.entry(person.arm).or_insert(0) += 1;
            arms
        });
    let popular = f64::from(arms[&super::figures::Arm::Popular]) / 6_000.0;
    let expected = Knobs::default().popular_share;
    assert!((popular - expected).abs() < 0.02, "{popular}");
}

/// What could be had, by the hidden truth alone: mean chance of the best list of three for each
/// guest, of the list that is best for all guests, and of a list at random.
fn headroom(seed: u64) -> [f64; 3] {
    let menu = Menu::read(&catalog()).unwrap();
    let root = Randomness::from_seed(seed);
    let knobs = Knobs { guests: 400, ..Knobs::default() };
    let world = World::new(root, &knobs.wants, &menu);
    let population = Population::new(root, &knobs, &world, menu.houses.len(), date(2026, 3, 2));
    let surfaces = [
        (Surface::Booking, StayStage::Shopping, Daypart::Evening),
        (Surface::Portal, StayStage::PreArrival, Daypart::Day),
        (Surface::App, StayStage::InHouse, Daypart::Morning),
        (Surface::App, StayStage::InHouse, Daypart::Evening),
        (Surface::Desk, StayStage::ArrivalDay, Daypart::Day),
    ];
    let forget = |_: usize| Memory::default();
    let mut readers = Vec::new();
    for person in &population.people {
        for (surface, stage, daypart) in surfaces {
            let moment =
                Moment { surface, stage, daypart, is_rest_day: false, party: person.party_kind() };
            let mind = &person.mind;
            readers.push(Reader {
                world: &world,
                habits: &knobs.habits,
                mind,
                moment,
                memory: &forget,
            });
        }
    }
    let mut appeal: Vec<(f64, usize)> = menu
        .candidates()
        .map(|item| (readers.iter().map(|reader| reader.chance(&[item])).sum::<f64>(), item))
        .collect();
    appeal.sort_by(|a, b| b.0.total_cmp(&a.0));
    let popular: Vec<usize> = appeal.iter().take(3).map(|(_, item)| *item).collect();
    let n = f64::from(u32::try_from(readers.len()).unwrap());
    let mean = |chance: &dyn Fn(&Reader<'_>, usize) -> f64| {
        readers.iter().enumerate().map(|(at, reader)| chance(reader, at)).sum::<f64>() / n
    };
    [
        mean(&|reader, _| reader.chance(&reader.best(menu.candidates(), 3))),
        mean(&|reader, _| reader.chance(&popular)),
        mean(&|reader, at| reader.chance(&[at % 40, (at + 13) % 40, (at + 27) % 40])),
    ]
}

#[test]
fn the_world_rewards_popularity_and_rewards_knowing_the_guest_more() {
    for seed in 1..=5 {
        let [oracle, popular, random] = headroom(seed);
        println!("seed {seed}: oracle {oracle:.3} popular {popular:.3} random {random:.3}");
        assert!((0.05..0.35).contains(&oracle), "{oracle}");
        assert!(popular > 1.3 * random, "seed {seed}: offers differ in appeal: {popular} {random}");
        assert!(oracle > 1.3 * popular, "seed {seed}: guests differ in taste: {oracle} {popular}");
    }
}

#[test]
fn tastes_are_not_told_by_who_the_guest_is() {
    let menu = Menu::read(&catalog()).unwrap();
    let knobs = Knobs::default();
    let world = World::new(Randomness::from_seed(3), &knobs.wants, &menu);
    let minds: Vec<_> =
        (0..400).map(|n| world.mind(&format!("guest-{n}"), Party::Couple, false)).collect();
    let kinds: BTreeSet<Kind> = minds.iter().map(|mind| mind.kind).collect();
    assert!(kinds.len() >= 4, "one kind of party holds many kinds of guests: {kinds:?}");
    let again = world.mind("guest-7", Party::Couple, false);
    let moment = Moment {
        surface: Surface::App,
        stage: StayStage::InHouse,
        daypart: Daypart::Day,
        is_rest_day: true,
        party: Party::Couple,
    };
    for item in 0..OFFERS {
        let same = |mind| world.log_odds(mind, item, &moment, Memory::default()).to_bits();
        assert_eq!(same(&minds[7]), same(&again));
    }
    let fresh = world.propensity(&again, 1, &moment, Memory::default());
    let tired = world.propensity(&again, 1, &moment, Memory { seen: 4, accepted: false });
    let sated = world.propensity(&again, 1, &moment, Memory { seen: 4, accepted: true });
    assert!(fresh > tired && tired > sated);
}
