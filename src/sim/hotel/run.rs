//! Policies play the rounds of a scenario: each sees the same rounds, the same draws decide.

use std::rc::Rc;
use std::time::Duration;

use serde::Serialize;

use crate::learn::exploration::best;

use super::agent::{Agent, Choice, Outcome};
use super::course::{Course, Turn};
use super::delay::DelayQueue;
use super::policy::Policy;
use super::scenario::Scenario;
use super::tally::{Shown, Tally, marks};
use super::view::{Round, View};
use super::world::{Stream, Truth, World};

/// Times and watches a run; nothing that is decided depends on it.
pub trait Watch {
    /// Time since the last call: one reading of the clock for each stage.
    fn lap(&mut self) -> Duration;
    /// A round is over.
    fn round_over(&mut self) {}
}

/// Measures nothing, so that two runs are the same to the bit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn lap(&mut self) -> Duration {
        Duration::ZERO
    }
}

/// What is played.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The scenario.
    pub scenario: Scenario,
    /// Who plays.
    pub policies: Vec<Policy>,
    /// A world for each; all policies play in each of them.
    pub seeds: Vec<u64>,
    /// Rounds of a world, of all properties together.
    pub rounds: u64,
}

impl Setup {
    /// Rounds of a world that count: those of the first property's guests where there is a brand,
    /// else all.
    pub fn counted_rounds(&self) -> u64 {
        self.rounds.div_ceil(self.scenario.properties() as u64)
    }
}

/// Whose labels a policy learns from, in a brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LearnsFrom {
    /// Those of the first property alone, which is all it decides for.
    Property,
    /// Those of all properties, for which it decides.
    Brand,
}

impl LearnsFrom {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Property => "property",
            Self::Brand => "brand",
        }
    }

    /// What it means for the property, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Property => "alone",
            Self::Brand => "in the brand",
        }
    }
}

/// What one policy made of one world.
#[derive(Debug, Clone)]
pub struct Played {
    /// The policy.
    pub policy: Policy,
    /// Whose labels it learnt from; `None` without a brand, or where it learns nothing.
    pub learns_from: Option<LearnsFrom>,
    /// What it was worth.
    pub tally: Tally,
}

/// What could be had in one world, over the rounds that count.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Reference {
    /// Seed of the world.
    pub seed: u64,
    /// Mean number of candidates.
    pub candidates: f64,
    /// Mean response propensity of what brings most.
    pub oracle_accept_rate: f64,
    /// Mean response propensity of a candidate.
    pub uniform_accept_rate: f64,
    /// Mean expected reward of what brings most.
    pub oracle_value: f64,
    /// Mean expected reward of a candidate.
    pub uniform_value: f64,
}

/// All that was played in one world.
#[derive(Debug, Clone)]
pub struct WorldRun {
    /// What could be had.
    pub reference: Reference,
    /// Who made what of it, in the order of the setup.
    pub played: Vec<Played>,
}

/// Plays every policy in the world of every seed.
pub fn play(setup: &Setup, watch: &mut dyn Watch) -> Vec<WorldRun> {
    setup.seeds.iter().map(|seed| play_world(setup, *seed, watch)).collect()
}

fn play_world(setup: &Setup, seed: u64, watch: &mut dyn Watch) -> WorldRun {
    let mut course = Course::new(&setup.scenario, seed, setup.rounds);
    let mut units = Stream::Policies.of(seed);
    let mut players = players(setup, course.world());
    let mut reference = Reference { seed, ..Reference::default() };
    while let Some(turn) = course.turn() {
        let world = course.world();
        if turn.is_changed {
            players.iter_mut().for_each(|player| player.seat.world_changed(world));
        }
        let scene = Scene {
            world,
            truth: world.truth(&turn.round),
            turn: &turn,
            unit: units.unit(),
            is_counted: turn.round.property == 0,
        };
        if scene.is_counted {
            reference.add(&scene.truth);
        }
        players.iter_mut().for_each(|player| player.play(&scene, watch));
        watch.round_over();
    }
    players.iter_mut().for_each(|player| player.finish(course.world()));
    reference.divide(setup.counted_rounds());
    WorldRun { reference, played: players.into_iter().map(|player| player.played).collect() }
}

fn players(setup: &Setup, world: &World) -> Vec<Player> {
    let marks = marks(setup.counted_rounds());
    let player = |policy: Policy, learns_from| Player {
        seat: Seat::of(policy, world),
        queue: DelayQueue::new(setup.scenario.labels.delay),
        played: Played { policy, learns_from, tally: Tally::new(marks.clone()) },
    };
    let both = [Some(LearnsFrom::Property), Some(LearnsFrom::Brand)];
    let of = |policy: &Policy| {
        let is_both = setup.scenario.brand.is_some() && policy.learns();
        let learns_from = if is_both { &both[..] } else { &[None][..] };
        learns_from.iter().map(|from| player(*policy, *from)).collect::<Vec<_>>()
    };
    setup.policies.iter().flat_map(of).collect()
}

/// One round as those see it who keep the score.
struct Scene<'a> {
    world: &'a World,
    truth: Truth,
    turn: &'a Turn,
    /// The policies' draw.
    unit: f64,
    is_counted: bool,
}

/// Who sits at the table.
enum Seat {
    /// Sees what a product sees.
    Agent(Box<dyn Agent>),
    /// Knows the mean reward of each offer, by number.
    Static(Vec<f64>),
    /// Knows everything.
    Oracle,
}

impl Seat {
    fn of(policy: Policy, world: &World) -> Self {
        match policy.agent() {
            Some(agent) => Self::Agent(agent),
            None if policy == Policy::Static => Self::Static(world.levels(0)),
            None => Self::Oracle,
        }
    }

    fn world_changed(&mut self, world: &World) {
        if let Self::Static(levels) = self {
            *levels = world.levels(0);
        }
    }

    fn choose(&mut self, view: &View<'_>, scene: &Scene<'_>) -> Choice {
        let place = match self {
            Self::Agent(agent) => return agent.choose(view, scene.unit),
            Self::Static(levels) => {
                best(&view.candidates().map(|(n, _)| levels[n]).collect::<Vec<_>>())
            }
            Self::Oracle => best(&scene.truth.values),
        };
        let place = place.unwrap_or(0);
        Choice { place, selection_probability: 1.0, response_propensity: None }
    }
}

/// What a policy did, on its way to being learnt.
struct Label {
    round: Rc<Round>,
    place: usize,
    outcome: Outcome,
}

struct Player {
    seat: Seat,
    queue: DelayQueue<Label>,
    played: Played,
}

impl Player {
    fn play(&mut self, scene: &Scene<'_>, watch: &mut dyn Watch) {
        let is_mine = scene.is_counted || self.played.learns_from == Some(LearnsFrom::Brand);
        if !is_mine {
            return;
        }
        let Scene { world, truth, turn, .. } = scene;
        let view = View::new(world.observed(), &turn.round);
        watch.lap();
        let choice = self.seat.choose(&view, scene);
        let tally = &mut self.played.tally;
        tally.decided = (tally.decided.0 + 1, tally.decided.1 + watch.lap());
        debug_assert!(
            choice.selection_probability > 0.0 && choice.selection_probability <= 1.0 + 1e-9
        );
        let place = choice.place;
        let response_propensity = truth.response_propensities[place];
        if scene.is_counted {
            tally.count(&Shown {
                best_value: truth.values.iter().copied().fold(0.0, f64::max),
                value: truth.values[place],
                response_propensity,
                predicted: choice.response_propensity,
            });
        }
        let accepted = turn.unit < response_propensity;
        let reward = view.candidate(place).1.value * turn.outcome_factor;
        let outcome = Outcome { accepted, reward: if accepted { reward } else { 0.0 } };
        let label = Label { round: Rc::clone(&turn.round), place, outcome };
        if let (Seat::Agent(agent), Some(due)) = (&mut self.seat, self.queue.push(label)) {
            watch.lap();
            agent.learn(&View::new(world.observed(), &due.round), due.place, &due.outcome);
            tally.learnt = (tally.learnt.0 + 1, tally.learnt.1 + watch.lap());
        }
    }

    /// The labels still on their way come in.
    fn finish(&mut self, world: &World) {
        let Seat::Agent(agent) = &mut self.seat else { return };
        for due in self.queue.rest() {
            agent.learn(&View::new(world.observed(), &due.round), due.place, &due.outcome);
            self.played.tally.learnt.0 += 1;
        }
    }
}

impl Reference {
    #[expect(clippy::cast_precision_loss, reason = "a number of candidates")]
    fn add(&mut self, truth: &Truth) {
        let count = truth.values.len() as f64;
        let of_best = best(&truth.values).map_or(0.0, |place| truth.response_propensities[place]);
        self.candidates += count;
        self.oracle_accept_rate += of_best;
        self.uniform_accept_rate += truth.response_propensities.iter().sum::<f64>() / count;
        self.oracle_value += truth.values.iter().copied().fold(0.0, f64::max);
        self.uniform_value += truth.values.iter().sum::<f64>() / count;
    }

    #[expect(clippy::cast_precision_loss, reason = "rounds that can be played")]
    fn divide(&mut self, rounds: u64) {
        for sum in [
            &mut self.candidates,
            &mut self.oracle_accept_rate,
            &mut self.uniform_accept_rate,
            &mut self.oracle_value,
            &mut self.uniform_value,
        ] {
            *sum /= rounds.max(1) as f64;
        }
    }
}
