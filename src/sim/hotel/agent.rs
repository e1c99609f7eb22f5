//! Who plays: an agent chooses one candidate of what it sees, and learns what became of it.

use crate::learn::exploration;

use super::view::View;

/// What an agent shows, and how it came to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// Place of the offer among the candidates.
    pub place: usize,
    /// P(this agent chose the offer | what it saw).
    pub selection_probability: f64,
    /// What the agent takes P(the guest accepts | shown) to be; `None` where it takes no view.
    pub response_propensity: Option<f64>,
}

/// What became of an offer that was shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Whether the guest accepted.
    pub accepted: bool,
    /// What it brought, in units of reward; 0 where it was not accepted.
    pub reward: f64,
}

/// A policy that plays against a simulated hotel. It sees a [`View`] and outcomes, never the truth.
pub trait Agent {
    /// Chooses a candidate. `unit`, uniform in [0, 1), is all the randomness there is.
    fn choose(&mut self, view: &View<'_>, unit: f64) -> Choice;
    /// Learns what became of the candidate at `place` of an earlier view, which comes once and in
    /// the order of the decisions, perhaps late.
    fn learn(&mut self, view: &View<'_>, place: usize, outcome: &Outcome);
}

/// Every candidate alike.
#[derive(Debug, Default)]
pub struct Uniform {
    selection_probabilities: Vec<f64>,
}

impl Agent for Uniform {
    fn choose(&mut self, view: &View<'_>, unit: f64) -> Choice {
        let p = &mut self.selection_probabilities;
        p.resize(view.len(), 0.0);
        exploration::uniform(p);
        let place = exploration::draw(p, unit).unwrap_or(0);
        Choice { place, selection_probability: p[place], response_propensity: None }
    }

    fn learn(&mut self, _view: &View<'_>, _place: usize, _outcome: &Outcome) {}
}

/// The most popular candidate by the shares of guests that accepted, each drawn toward the share of
/// all offers with the weight of 20 showings (algorithms 8.2), times what the offer brings. The same
/// for every guest and moment.
#[derive(Debug, Default)]
pub struct Popular {
    /// By number of the offer: shown and accepted.
    tallies: Vec<(f64, f64)>,
    all: (f64, f64),
    worths: Vec<f64>,
}

impl Popular {
    const PRIOR_SHOWINGS: f64 = 20.0;

    fn accept_rate(&self, offer: usize) -> f64 {
        let (shown, accepted) = self.tallies.get(offer).copied().unwrap_or_default();
        let overall = (self.all.1 + 1.0) / (self.all.0 + Self::PRIOR_SHOWINGS);
        (accepted + Self::PRIOR_SHOWINGS * overall) / (shown + Self::PRIOR_SHOWINGS)
    }
}

impl Agent for Popular {
    fn choose(&mut self, view: &View<'_>, _unit: f64) -> Choice {
        let mut worths = std::mem::take(&mut self.worths);
        worths.clear();
        worths.extend(view.candidates().map(|(n, offer)| offer.value * self.accept_rate(n)));
        let place = exploration::best(&worths).unwrap_or(0);
        self.worths = worths;
        let response_propensity = Some(self.accept_rate(view.candidate(place).0));
        Choice { place, selection_probability: 1.0, response_propensity }
    }

    fn learn(&mut self, view: &View<'_>, place: usize, outcome: &Outcome) {
        let (offer, _) = view.candidate(place);
        if offer >= self.tallies.len() {
            self.tallies.resize(offer + 1, (0.0, 0.0));
        }
        let accepted = if outcome.accepted { 1.0 } else { 0.0 };
        for tally in [&mut self.tallies[offer], &mut self.all] {
            tally.0 += 1.0;
            tally.1 += accepted;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::hotel::policy::Policy;
    use crate::sim::hotel::scenario::Scenario;
    use crate::sim::hotel::view::Round;
    use crate::sim::hotel::world::{Stream, World};

    const YES: Outcome = Outcome { accepted: true, reward: 1.0 };
    const NO: Outcome = Outcome { accepted: false, reward: 0.0 };

    fn agents() -> Vec<(Policy, Box<dyn Agent>)> {
        Policy::ALL.into_iter().filter_map(|policy| Some((policy, policy.agent()?))).collect()
    }

    fn small() -> Scenario {
        let mut scenario = Scenario::find("standard").unwrap();
        scenario.world.offers = 12;
        scenario.world.categories = 3;
        scenario.world.guests = 20;
        scenario
    }

    fn round(world: &World, seed: u64) -> Round {
        world.round(0, &mut Stream::Rounds.of(seed))
    }

    /// Of 500 evenly spread units, each given to an agent of the same past, a candidate gets the part
    /// it was logged with.
    #[test]
    fn what_is_chosen_is_what_is_logged() {
        let world = World::new(&small(), 1);
        let last = round(&world, 30);
        let view = View::new(world.observed(), &last);
        for (policy, _) in agents() {
            let (mut hits, mut logged) = (vec![0.0; view.len()], vec![0.0; view.len()]);
            for at in 0..500 {
                let mut agent = policy.agent().unwrap();
                for seed in 1..30 {
                    let round = round(&world, seed);
                    let view = View::new(world.observed(), &round);
                    let place = agent.choose(&view, 0.5).place;
                    agent.learn(&view, place, if seed % 3 == 0 { &YES } else { &NO });
                }
                let choice = agent.choose(&view, (f64::from(at) + 0.5) / 500.0);
                hits[choice.place] += 1.0 / 500.0;
                logged[choice.place] = choice.selection_probability;
            }
            for (hit, logged) in hits.iter().zip(&logged) {
                assert!((hit - logged).abs() < 0.002_01, "{policy:?}: {hits:?} for {logged:?}");
            }
            assert!(logged.iter().sum::<f64>() < 1.0 + 1e-9, "{policy:?}: {logged:?}");
        }
    }

    /// Two hotels which look the same and are not: agents told the same outcomes do the same.
    #[test]
    fn agents_see_nothing_of_the_truth() {
        let (one, mut other) = (small(), small());
        other.world.level = -1.0;
        other.world.taste = -2.5;
        other.world.offer_sd = 3.0;
        other.world.moment_sd = 2.0;
        let worlds = [World::new(&one, 1), World::new(&other, 1)];
        assert_eq!(worlds[0].observed(), worlds[1].observed());
        for (policy, _) in agents() {
            let [ours, theirs] = worlds.each_ref().map(|world| {
                let mut agent = policy.agent().unwrap();
                let mut units = Stream::Policies.of(1);
                let played = (0..40).map(|seed| {
                    let round = round(&worlds[0], seed);
                    let view = View::new(world.observed(), &round);
                    let choice = agent.choose(&view, units.unit());
                    agent.learn(&view, choice.place, if seed % 4 == 0 { &YES } else { &NO });
                    choice
                });
                played.collect::<Vec<_>>()
            });
            assert_eq!(ours, theirs, "{policy:?}");
        }
    }

    #[test]
    fn the_most_popular_is_what_was_accepted_most_often() {
        let world = World::new(&small(), 1);
        let round = round(&world, 1);
        let view = View::new(world.observed(), &round);
        let mut popular = Popular::default();
        assert_eq!(popular.choose(&view, 0.9).place, 0, "nothing known: the first");
        for _ in 0..10 {
            popular.learn(&view, 1, &YES);
            popular.learn(&view, 0, &NO);
        }
        let choice = popular.choose(&view, 0.9);
        let rate = (10.0 + 20.0 * (11.0 / 40.0)) / 30.0;
        assert_eq!(choice.place, 1);
        assert!((choice.response_propensity.unwrap() - rate).abs() < 1e-12, "{choice:?}");
    }

    #[test]
    fn what_an_offer_brings_counts_when_margins_do() {
        let mut scenario = small();
        scenario.margin = Scenario::find("heavy-tail").unwrap().margin;
        if let Some(margin) = &mut scenario.margin {
            margin.log_sd = 5.0;
        }
        let world = World::new(&scenario, 1);
        for seed in 1..30 {
            let round = round(&world, seed);
            let view = View::new(world.observed(), &round);
            let dearest = view.candidates().map(|(_, offer)| offer.value).fold(0.0, f64::max);
            for policy in [Policy::Greedy, Policy::Popular] {
                let place = policy.agent().unwrap().choose(&view, 0.5).place;
                let value = view.candidate(place).1.value;
                assert!(value > 0.1 * dearest, "{policy:?} shows {value} of {dearest}");
            }
        }
    }
}
