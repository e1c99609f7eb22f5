//! The course of events in a world: round after round, the same for whoever plays.

use std::rc::Rc;

use crate::sys::rng::SplitMix64;

use super::scenario::Scenario;
use super::view::Round;
use super::world::{Stream, World};

/// A world on its way through the rounds of a scenario.
#[derive(Debug)]
pub struct Course {
    world: World,
    seed: u64,
    next: u64,
    rounds: u64,
    /// The round before which the world changes.
    change_at: Option<u64>,
    draws: SplitMix64,
    outcomes: SplitMix64,
}

/// A round and what fate holds for it, whatever is shown.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The round; shared with the labels on their way.
    pub round: Rc<Round>,
    /// The guest accepts where this lies below P(accepts | shown).
    pub unit: f64,
    /// What a sale brings, as a factor on the offer's value. Its mean is 1.
    pub outcome_factor: f64,
    /// Whether the world has changed just before this round.
    pub is_changed: bool,
}

impl Course {
    /// The course of a scenario, with a seed, over so many rounds.
    pub fn new(scenario: &Scenario, seed: u64, rounds: u64) -> Self {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a part of a number of rounds"
        )]
        let change_at = scenario.change.as_ref().map(|change| (change.at * rounds as f64) as u64);
        let world = World::new(scenario, seed);
        let (draws, outcomes) = (Stream::Rounds.of(seed), Stream::Outcomes.of(seed));
        Self { world, seed, next: 0, rounds, change_at, draws, outcomes }
    }

    /// The world as it is now.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The next turn, `None` when the rounds are over. Properties take turns, the first one first.
    pub fn turn(&mut self) -> Option<Turn> {
        if self.next >= self.rounds {
            return None;
        }
        let is_changed = self.change_at == Some(self.next);
        if is_changed && let Some(change) = self.world.scenario.change.clone() {
            self.world.change(&change, &mut Stream::Change.of(self.seed));
        }
        let properties = self.world.scenario.properties() as u64;
        let property = usize::try_from(self.next % properties).unwrap_or(0);
        let round = Rc::new(self.world.round(property, &mut self.draws));
        let unit = self.draws.unit();
        let noise_sd = self.world.scenario.margin.as_ref().map_or(0.0, |margin| margin.noise_sd);
        let outcome_factor = if noise_sd > 0.0 {
            libm::exp(noise_sd * self.outcomes.normal() - noise_sd * noise_sd / 2.0)
        } else {
            1.0
        };
        self.next += 1;
        Some(Turn { round, unit, outcome_factor, is_changed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(name: &str, rounds: u64) -> Course {
        Course::new(&Scenario::find(name).unwrap(), 1, rounds)
    }

    /// Scenarios differ in what they are about, and in nothing else.
    #[test]
    fn scenarios_share_their_rounds() {
        let names = ["standard", "drift", "delay-1000", "heavy-tail", "impersonal", "sparse-hotel"];
        let mut first: Option<Vec<(Vec<usize>, u64)>> = None;
        for name in names {
            let mut course = course(name, 200);
            let turns = std::iter::from_fn(|| course.turn());
            let seen: Vec<_> =
                turns.map(|turn| (turn.round.candidates.clone(), turn.unit.to_bits())).collect();
            assert_eq!(first.get_or_insert_with(|| seen.clone()), &seen, "{name}");
        }
    }

    #[test]
    fn the_world_changes_once_half_way() {
        let mut course = course("cold-start", 101);
        let turns: Vec<Turn> = std::iter::from_fn(|| course.turn()).collect();
        let changed: Vec<usize> =
            turns.iter().enumerate().filter(|(_, turn)| turn.is_changed).map(|(t, _)| t).collect();
        assert_eq!((turns.len(), changed), (101, vec![50]));
        let is_new = |turn: &Turn| turn.round.candidates.iter().any(|n| *n >= 200);
        assert!(!turns[..50].iter().any(is_new) && turns[50..].iter().any(is_new));
    }

    #[test]
    fn properties_take_turns() {
        let mut course = course("sparse-hotel", 61);
        let turns = std::iter::from_fn(|| course.turn());
        let properties: Vec<usize> = turns.map(|turn| turn.round.property).collect();
        assert_eq!((properties[0], properties[29], properties[30], properties[60]), (0, 29, 0, 0));
    }

    #[test]
    fn what_a_sale_brings_is_its_margin_on_average() {
        let mut course = course("heavy-tail", 20_000);
        let factors = std::iter::from_fn(|| course.turn()).map(|turn| turn.outcome_factor);
        let (mut sum, mut largest) = (0.0, 0.0_f64);
        for factor in factors {
            sum += factor / 20_000.0;
            largest = largest.max(factor);
        }
        // Standard error √(e − 1)/√20,000 = 0.009.
        assert!((sum - 1.0).abs() < 0.04 && largest > 10.0, "{sum} {largest}");
    }
}
