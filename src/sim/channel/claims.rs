//! What is claimed of the channel model, over several worlds. Where a claim is about new guests
//! only their first contacts are played.

use crate::domain::channel::Channel;
use crate::learn::channel::population::Heterogeneity;
use crate::learn::channel::spread::Spread;
use crate::learn::segment::Cell;
use crate::sys::rng::SplitMix64;

use super::agent::{Agent, Fate, View};
use super::policy::Policy;
use super::product::{Parts, Product};
use super::reference::Uniform;
use super::report::{PolicyFigures, Report, Setup};
use super::run::play_agent;
use super::scenario::Scenario;
use super::tally::Tally;
use super::world::World;
use crate::sim::hotel::report::Spread as Mean;

fn play(scenario: Scenario, policies: &[Policy], seeds: u64) -> Report {
    let setup = Setup { scenario, policies: policies.to_vec(), seeds: (1..=seeds).collect() };
    let report = Report::play(&setup);
    for row in &report.policies {
        let told = |p: &PolicyFigures| {
            format!(
                "{}: first {:?} last {:?} against {:?} {:?}",
                p.policy,
                p.first_contacts,
                p.last_contacts.mean,
                p.first_contacts_against,
                p.last_contacts_against
            )
        };
        eprintln!("{}", told(row));
        for faithful in &row.faithful {
            assert!(faithful.chi_square < faithful.bound, "{}: {faithful:?}", row.policy);
        }
    }
    report
}

fn first_contacts(name: &str) -> Scenario {
    Scenario { contacts: 6, ..Scenario::find(name).unwrap() }
}

fn low(mean: Mean) -> f64 {
    mean.mean - 2.0 * mean.standard_error.unwrap()
}

/// Algorithms 5.1: .147, .378, .440, .577.
#[test]
fn the_reference_policies_reach_their_known_rates() {
    let policies = [Policy::Segment, Policy::Random, Policy::Global, Policy::Oracle];
    let report = play(Scenario::find("standard").unwrap(), &policies, 3);
    let known = [0.440, 0.147, 0.378, 0.577];
    for (row, known) in report.policies.iter().zip(known) {
        let rate = row.last_contacts.mean;
        assert!((rate - known).abs() < 0.015, "{}: {rate} for {known}", row.policy);
    }
}

#[test]
fn the_product_is_above_the_segment_table_in_the_standard_world() {
    let report = play(Scenario::find("standard").unwrap(), &[Policy::Segment, Policy::Product], 3);
    let product = report.of(Policy::Product).unwrap();
    assert!(product.last_contacts.mean >= 0.475, "{:?}", product.last_contacts);
    assert!(low(product.last_contacts_against) > 0.013, "{:?}", product.last_contacts_against);
}

#[test]
fn the_product_is_above_additive_effects_where_guests_vary_by_kind_of_day() {
    let report = play(Scenario::find("extended").unwrap(), &[Policy::Additive, Policy::Product], 3);
    let product = report.of(Policy::Product).unwrap();
    assert!(product.last_contacts.mean >= 0.51, "{:?}", product.last_contacts);
    assert!(low(product.last_contacts_against) > 0.015, "{:?}", product.last_contacts_against);
}

/// Two standard errors over six worlds, contacts 1 to 6.
#[track_caller]
fn new_guests_are_served_no_worse(name: &str) {
    let report = play(first_contacts(name), &[Policy::Segment, Policy::Product], 6);
    let against = report.of(Policy::Product).unwrap().first_contacts_against;
    assert!(low(against) > 0.0, "{name}: {against:?}");
}

#[test]
fn new_guests_are_served_no_worse_than_by_the_segment_table() {
    new_guests_are_served_no_worse("standard");
}

#[test]
fn new_guests_who_vary_by_kind_of_day_are_served_no_worse_either() {
    new_guests_are_served_no_worse("extended");
}

#[test]
fn new_guests_who_are_all_alike_are_served_no_worse_either() {
    new_guests_are_served_no_worse("alike");
}

/// A model that learns each cell of each segment by itself, as a table does, loses with new guests
/// what it takes to fill the cells one by one.
#[test]
fn sharing_among_cells_and_segments_is_what_new_guests_gain_by() {
    let little = 0.0001;
    let unshared = Heterogeneity {
        channel: little,
        daypart: little,
        day_type: little,
        cell: 0.8,
        stage: little,
        segment_channel: little,
        segment_cell: 0.4,
    };
    let scenario = first_contacts("standard");
    let gain = |seed: u64| {
        let world = World::new(&scenario.world, seed);
        let rate = |parts: Parts| {
            let mut product = Product::new(world.guests().len(), parts);
            play_agent(&scenario, &world, Some(&mut product), seed).first()
        };
        rate(Parts::default()) - rate(Parts { heterogeneity: unshared, ..Parts::default() })
    };
    let gain = Mean::of(&(1..=8).map(gain).collect::<Vec<_>>()).unwrap();
    assert!(low(gain) > 0.0, "{gain:?}");
}

#[test]
fn where_guests_are_alike_telling_them_apart_is_given_up_and_costs_nothing() {
    let scenario = Scenario::find("alike").unwrap();
    let world = World::new(&scenario.world, 1);
    let mut product = Product::new(world.guests().len(), Parts::default());
    let trusting = play_agent(&scenario, &world, Some(&mut product), 1).last();
    assert!(!product.trust().allows(30), "{:?}", product.trust());
    let parts = Parts { trusts: false, ..Parts::default() };
    let mut naive = Product::new(world.guests().len(), parts);
    let naive = play_agent(&scenario, &world, Some(&mut naive), 1).last();
    let segment = super::run::play(&scenario, &world, Policy::Segment, 1).last();
    eprintln!("trusting {trusting} naive {naive} segment {segment}");
    assert!(trusting > naive && trusting > segment - 0.005);
}

#[test]
fn guests_are_reached_on_the_right_channel_at_work_at_rest_and_on_holiday() {
    let scenario = Scenario::find("work-rest-holiday").unwrap();
    let report = play(scenario, &[Policy::Segment, Policy::Product], 2);
    let share = |policy| report.of(policy).unwrap().right_channel.unwrap().mean;
    let (segment, product) = (share(Policy::Segment), share(Policy::Product));
    assert!(product >= 0.70 && product > segment + 0.03, "{product} and {segment}");
}

#[test]
fn counting_what_annoys_keeps_guests_subscribed_and_earns_more() {
    let scenario = Scenario::find("annoyance").unwrap();
    let report = play(scenario, &[Policy::Heedless, Policy::Product], 2);
    let row = |policy| report.of(policy).unwrap();
    let lost = |policy| row(policy).unsubscribed_of_1000.unwrap().mean;
    let worth = |policy| row(policy).worth_of_guest.unwrap().mean;
    assert!(lost(Policy::Product) < 0.4 * lost(Policy::Heedless), "{}", lost(Policy::Product));
    assert!(worth(Policy::Product) > 1.2 * worth(Policy::Heedless), "{}", worth(Policy::Product));
}

/// Sends at random, and lets models of different prior variances predict what comes.
struct Forecasters {
    sender: Uniform,
    models: Vec<Product>,
    losses: Vec<f64>,
}

impl Agent for Forecasters {
    fn choose(&mut self, view: &View<'_>, rng: &mut SplitMix64) -> Option<usize> {
        self.sender.choose(view, rng)
    }

    fn learn(&mut self, view: &View<'_>, cell: Cell, fate: Fate) {
        for (model, loss) in self.models.iter_mut().zip(&mut self.losses) {
            let (p, _) = model.predict(view, cell);
            *loss -= libm::log(if fate.responded { p } else { 1.0 - p });
            model.learn(view, cell, fate);
        }
    }
}

/// One-step-ahead logarithmic loss (prequential evidence) of each prior variance of channel × day
/// type, on the same contacts at random. The default is the one that loses least in the world where
/// it loses most.
fn losses(name: &str, crossed: &[f64]) -> Vec<f64> {
    let mut scenario = Scenario::find(name).unwrap();
    scenario.world.guests = 1_500;
    let world = World::new(&scenario.world, 1);
    let model = |crossed: &f64| {
        let spread = Spread { crossed: *crossed, ..Spread::default() };
        Product::new(world.guests().len(), Parts { spread, ..Parts::default() })
    };
    let mut agent = Forecasters {
        sender: Uniform::default(),
        models: crossed.iter().map(model).collect(),
        losses: vec![0.0; crossed.len()],
    };
    let tally: Tally = play_agent(&scenario, &world, Some(&mut agent), 1);
    #[expect(clippy::cast_precision_loss, reason = "a number of contacts")]
    let sent = tally.sent as f64;
    agent.losses.iter().map(|loss| loss / sent).collect()
}

#[test]
fn the_variance_of_the_interaction_is_the_one_the_evidence_favours() {
    let grid = [0.0, 0.05, 0.1, 0.16, 0.25, 0.49];
    let (standard, extended) = (losses("standard", &grid), losses("extended", &grid));
    eprintln!("loss a contact, by variance {grid:?}: standard {standard:?} extended {extended:?}");
    let worst: Vec<f64> = (0..grid.len())
        .map(|at| {
            let regret = |of: &[f64]| of[at] - of.iter().copied().fold(f64::MAX, f64::min);
            regret(&standard).max(regret(&extended))
        })
        .collect();
    let chosen = grid.iter().position(|v| (v - Spread::default().crossed).abs() < 1e-12).unwrap();
    assert!((0..grid.len()).all(|at| worst[chosen] <= worst[at]), "{worst:?}");
    assert!(extended[chosen] < extended[0], "it tells guests apart where they vary");
}

#[test]
fn a_guest_of_fifty_contacts_is_a_small_part_of_the_resident_two_kibibytes() {
    let mut scenario = Scenario::find("extended").unwrap();
    (scenario.world.guests, scenario.world.channels) = (300, Channel::COUNT);
    scenario.contacts = 50;
    let report = play(scenario, &[Policy::Product], 1);
    let [five, fifty] = report.policies[0].guest_bytes.unwrap();
    eprintln!("bytes after 5 contacts {five}, after 50 {fifty}");
    assert!(five < 180.0 && fifty <= 330.0, "{five} and {fifty}");
}
