//! What the ranker is claimed to do, in hotels whose truth is known: each claim a test, over a few
//! worlds in every run and over as many as it is made for with `CLAIMS=full` in the environment.
//! With `--nocapture` they tell the numbers.

use super::agent::{Agent, Choice, Outcome};
use super::course::Course;
use super::delay::DelayQueue;
use super::paired::Paired;
use super::policy::Policy;
use super::product::{Exploration, Learner};
use super::run::{LearnsFrom, Played, Setup, Unwatched, WorldRun, play};
use super::scenario::Scenario;
use super::view::View;
use super::world::Stream;
use crate::learn::exploration::{draw, inverse_gap, sharpness};
use crate::learn::gaussian::Gaussian;
use crate::learn::laplace::{self, expected_sigmoid};
use crate::learn::layout::{INDICATOR, shared, shared_prior};
use crate::learn::ranker::Forgetting;
use crate::learn::tree::posterior::Retention;
use crate::learn::tree::{Path, Shape, TreePosterior};

/// Level of every test.
const LEVEL: f64 = 0.05;

/// Are the claims to be tested on all the worlds they are made for?
fn is_full() -> bool {
    std::env::var("CLAIMS").is_ok_and(|size| size == "full")
}

fn run(scenario: Scenario, policies: &[Policy], seeds: &[u64], rounds: u64) -> Vec<WorldRun> {
    let setup = Setup { scenario, policies: policies.to_vec(), seeds: seeds.to_vec(), rounds };
    play(&setup, &mut Unwatched)
}

fn find(name: &str) -> Scenario {
    Scenario::find(name).unwrap()
}

fn seeds(n: u64) -> Vec<u64> {
    (1..=n).collect()
}

/// A number of each world.
fn each(runs: &[WorldRun], of: impl Fn(&WorldRun) -> f64) -> Vec<f64> {
    runs.iter().map(of).collect()
}

fn regret(run: &WorldRun) -> f64 {
    run.played[0].tally.regret()
}

/// What of one policy's reward another one's lacks.
fn loss(ours: f64, theirs: f64) -> f64 {
    1.0 - ours / theirs
}

/// Value a round of an agent that learns at once; the same rounds and draws as in [`play`].
fn value_of(agent: &mut dyn Agent, scenario: &Scenario, seed: u64, rounds: u64) -> f64 {
    let mut course = Course::new(scenario, seed, rounds);
    let (mut units, mut queue) = (Stream::Policies.of(seed), DelayQueue::new(0));
    let mut sum = 0.0;
    while let Some(turn) = course.turn() {
        let world = course.world();
        let view = View::new(world.observed(), &turn.round);
        let place = agent.choose(&view, units.unit()).place;
        let (number, offer) = view.candidate(place);
        let propensity = world.response_propensity(&turn.round, number);
        sum += propensity * offer.value;
        let accepted = turn.unit < propensity;
        let reward = if accepted { offer.value } else { 0.0 };
        if let Some((place, outcome)) = queue.push((place, Outcome { accepted, reward })) {
            agent.learn(&view, place, &outcome);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "rounds that can be played")]
    let rounds = rounds as f64;
    sum / rounds
}

/// Who was told that offers differ by their own level only: the exact posterior of such a world, and
/// the product's way to explore. What it loses to the best static choice is what the levels cost to
/// learn.
struct Levels {
    tree: TreePosterior,
    /// Leaf of each offer, by number.
    leaves: Vec<usize>,
    decisions: u64,
}

impl Levels {
    const FEATURES: [f64; 2] = [1.0, 1.0];

    fn new() -> Self {
        let shape =
            Shape { root: vec![shared_prior(shared::BIAS)], branch: Vec::new(), leaf: INDICATOR };
        let mut tree = TreePosterior::new(shape, Retention { root: 1.0, branch: 1.0, leaf: 1.0 });
        tree.add_branch();
        Self { tree, leaves: Vec::new(), decisions: 0 }
    }

    fn path(&mut self, number: usize) -> Path {
        while self.leaves.len() <= number {
            self.leaves.push(self.tree.add_leaf(0));
        }
        Path { branch: Some(0), leaf: Some(self.leaves[number]) }
    }
}

impl Agent for Levels {
    fn choose(&mut self, view: &View<'_>, unit: f64) -> Choice {
        let mut value = |(number, offer): (usize, &super::view::Offer)| {
            let path = self.path(number);
            let Gaussian { mean, variance } = self.tree.score(path, &Self::FEATURES);
            expected_sigmoid(mean, variance) * offer.value
        };
        let values: Vec<f64> = view.candidates().map(&mut value).collect();
        let mut p = vec![0.0; values.len()];
        inverse_gap(&values, sharpness(1_000.0, self.decisions, 200_000.0), 0.0, &mut p);
        self.decisions += 1;
        let place = draw(&p, unit).unwrap_or(0);
        Choice { place, selection_probability: p[place], response_propensity: None }
    }

    fn learn(&mut self, view: &View<'_>, place: usize, outcome: &Outcome) {
        let path = self.path(view.candidate(place).0);
        self.tree.learn(path, &Self::FEATURES, 0.0, |score| {
            Some(laplace::step(score.mean, score.variance, outcome.accepted, 1.0))
        });
    }
}

/// Where nothing is personal, all that personalization learns is noise. What that costs, against
/// who need not learn it and against who knows the levels beforehand.
fn price_of_personalization(seeds: &[u64], rounds: u64) -> [Paired; 2] {
    let scenario = find("impersonal");
    let runs = run(scenario.clone(), &[Policy::Igw, Policy::Static], seeds, rounds);
    let of = |run: &WorldRun, at: usize| run.played[at].tally.value();
    let told = each(&runs, |run| {
        let levels = value_of(&mut Levels::new(), &scenario, run.reference.seed, rounds);
        loss(of(run, 0), levels)
    });
    let known = each(&runs, |run| loss(of(run, 0), of(run, 1)));
    [Paired::of(&told), Paired::of(&known)]
}

#[test]
fn where_nothing_is_personal_personalizing_costs_at_most_what_is_claimed() {
    let (seeds, rounds) = if is_full() { (seeds(20), 10_000) } else { (seeds(4), 4_000) };
    let [told, known] = price_of_personalization(&seeds, rounds);
    let margin = 0.03;
    eprintln!("impersonal, {rounds} rounds: loss to the best learner of levels {told}");
    eprintln!("  95 % bound {:.4}; margin {margin}", told.upper(LEVEL));
    for truth in [0.0, 0.01, 0.02] {
        eprintln!("  power at a true loss of {truth}: {:.3}", told.power(margin, truth, LEVEL));
    }
    eprintln!("  loss to the best static choice, known beforehand: {known}");
    assert!(told.mean < 0.2 && known.mean > told.mean, "{told} {known}");
    assert!(!is_full() || told.is_below(margin, LEVEL), "{told}");
}

/// Of the first property: loss to the best static choice, and regret alone less regret within the
/// brand.
fn sparse_hotel(seeds: &[u64], days: u64) -> (Paired, Paired) {
    let mut scenario = find("sparse-hotel");
    let brand = scenario.brand.as_mut().unwrap();
    brand.days = days;
    let rounds = brand.rounds();
    let runs = run(scenario, &[Policy::Igw, Policy::Static], seeds, rounds);
    let find = |run: &WorldRun, of: fn(&Played) -> bool| {
        run.played.iter().find(|played| of(played)).unwrap().tally.clone()
    };
    let within = |run: &WorldRun| find(run, |p| p.learns_from == Some(LearnsFrom::Brand));
    let alone = |run: &WorldRun| find(run, |p| p.learns_from == Some(LearnsFrom::Property));
    let fixed = |run: &WorldRun| find(run, |p| p.policy == Policy::Static);
    let losses = each(&runs, |run| loss(within(run).value(), fixed(run).value()));
    let gains = each(&runs, |run| within(run).regret() - alone(run).regret());
    (Paired::of(&losses), Paired::of(&gains))
}

#[test]
fn a_small_hotel_within_a_brand_is_no_worse_than_the_best_static_choice_and_better_than_alone() {
    let (seeds, days) = if is_full() { (seeds(20), 90) } else { (seeds(3), 20) };
    let (to_static, to_alone) = sparse_hotel(&seeds, days);
    eprintln!("sparse hotel, {days} days: loss to the best static choice {to_static}");
    eprintln!("  95 % bound {:.4}; regret more than alone {to_alone}", to_static.upper(LEVEL));
    assert!(to_alone.is_below(0.0, LEVEL), "{to_alone}");
    assert!(!is_full() || to_static.is_below(0.0, LEVEL), "{to_static}");
}

/// A12.
#[test]
fn fifty_thousand_rounds_lose_at_most_1_250() {
    let (seeds, rounds) = if is_full() { (seeds(6), 50_000) } else { (vec![2, 3], 10_000) };
    let runs = run(find("standard"), &[Policy::Igw], &seeds, rounds);
    let regrets = Paired::of(&each(&runs, regret));
    let reached = Paired::of(&each(&runs, |run| {
        run.played[0].tally.accept_rate() / run.reference.oracle_accept_rate
    }));
    eprintln!("A12, {rounds} rounds: regret {regrets}, acceptance of the oracle's {reached}");
    let (most, least) = if is_full() { (1_250.0, 0.84) } else { (400.0, 0.75) };
    assert!(regrets.mean <= most && reached.mean >= least, "{regrets} {reached}");
}

/// A12, where margins count.
#[test]
fn twenty_thousand_rounds_with_margins_lose_at_most_900() {
    let (seeds, rounds) = if is_full() { (seeds(6), 20_000) } else { (vec![3, 4], 10_000) };
    let runs = run(find("heavy-tail"), &[Policy::Igw], &seeds, rounds);
    let regrets = Paired::of(&each(&runs, regret));
    eprintln!("A12 with margins, {rounds} rounds: regret {regrets}");
    let most = if is_full() { 900.0 } else { 600.0 };
    assert!(regrets.mean <= most, "{regrets}");
}

/// Regret of the product's ranker that forgets at this rate at all levels; `None`: as it does.
fn drifting(lambda: Option<f64>, seeds: &[u64], rounds: u64) -> Vec<f64> {
    let scenario = find("drift");
    let oracle = run(scenario.clone(), &[Policy::Oracle], seeds, rounds);
    let forgetting = lambda.map_or_else(Forgetting::default, |all| Forgetting {
        shared: all,
        category: all,
        offer: all,
    });
    each(&oracle, |run| {
        let mut agent = Learner::with(Exploration::InverseGap, forgetting);
        let value = value_of(&mut agent, &scenario, run.reference.seed, rounds);
        #[expect(clippy::cast_precision_loss, reason = "rounds that can be played")]
        let rounds = rounds as f64;
        (run.reference.oracle_value - value) * rounds
    })
}

/// A13. The gain of forgetting is small beside the spread of worlds, so it is a paired one.
#[test]
fn after_a_drift_who_forgets_loses_at_most_870_and_less_than_who_does_not() {
    let (seeds, rounds) = if is_full() { (seeds(6), 20_000) } else { (vec![2, 3], 10_000) };
    let keeps = drifting(Some(1.0), &seeds, rounds);
    for (name, lambda) in [("as shipped", None), ("0.995", Some(0.995))] {
        let forgets = drifting(lambda, &seeds, rounds);
        let less: Vec<f64> = forgets.iter().zip(&keeps).map(|(f, k)| f - k).collect();
        let (regrets, less) = (Paired::of(&forgets), Paired::of(&less));
        eprintln!(
            "A13, {rounds} rounds, forgetting {name}: regret {regrets}, more than without {less}"
        );
        assert!(regrets.mean <= if is_full() { 870.0 } else { 500.0 }, "{regrets}");
        assert!(less.mean < 0.0, "{name}: {less}");
    }
}

/// [`value_of`] plays what [`play`] plays.
#[test]
fn both_ways_to_play_are_the_same_to_the_bit() {
    let scenario = find("standard");
    let mut agent = Learner::new(Exploration::InverseGap);
    let value = value_of(&mut agent, &scenario, 7, 400);
    let runs = run(scenario, &[Policy::Igw], &[7], 400);
    assert!((value - runs[0].played[0].tally.value()).abs() < 1e-12);
}
