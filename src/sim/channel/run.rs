//! Policies contact the guests of a world: each meets the same guests with the same candidates, and
//! the same draws decide.

use std::time::Duration;

use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::time::{DayType, Timestamp};
use crate::learn::channel::hazard::{Hazard, Pressure};
use crate::learn::laplace::{logit, sigmoid};
use crate::learn::segment::Cell;
use crate::sys::rng::SplitMix64;

use super::agent::{Agent, Fate, View};
use super::policy::Policy;
use super::scenario::{Annoyance, Moment, Scenario};
use super::tally::{RightChannel, Tally};
use super::world::{Guest, MOMENTS, Stream, World, time_of};

/// Contacts on each day type that say whether the channel is right: the last ones.
const LAST: usize = 3;
/// How long a contact makes the next one more annoying.
const WEEK: Duration = Duration::from_secs(7 * 86_400);
/// Contacts after which the size of a guest is first looked at.
const EARLY: usize = 5;

/// Plays a policy in a world of a seed.
pub fn play(scenario: &Scenario, world: &World, policy: Policy, seed: u64) -> Tally {
    let mut agent = policy.agent(world.guests().len());
    match &mut agent {
        Some(agent) => play_agent(scenario, world, Some(agent.as_mut()), seed),
        None => play_agent(scenario, world, None, seed),
    }
}

/// Plays an agent, or for `None` who knows the truth.
pub fn play_agent<'a>(
    scenario: &'a Scenario,
    world: &'a World,
    agent: Option<&'a mut (dyn Agent + 'a)>,
    seed: u64,
) -> Tally {
    let guests = world.guests().len();
    let mut play = Play {
        scenario,
        world,
        agent,
        course: Stream::Course.of(seed),
        draws: Stream::Policy.of(seed),
        past: vec![Past::default(); guests],
        tally: Tally::new(guests, scenario.contacts),
    };
    let mut order: Vec<usize> = (0..guests).collect();
    for number in 0..scenario.contacts {
        for at in (1..guests).rev() {
            order.swap(at, play.course.below(at + 1));
        }
        let now = moment(scenario.gap_days, number);
        order.iter().for_each(|guest| play.contact(*guest, number, now));
        play.weigh(number);
    }
    play.finish()
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "seconds of some years"
)]
fn moment(gap_days: f64, number: usize) -> Timestamp {
    Timestamp::from_seconds((gap_days * number as f64 * 86_400.0) as i64)
}

/// What became of a guest so far.
#[derive(Debug, Clone, Default)]
struct Past {
    /// Channels unsubscribed from.
    gone: ChannelSet,
    /// Contacts of the last seven days.
    recent: Vec<(Timestamp, Channel)>,
    /// By day type: whether the channel was right, and its propensity over the right one's.
    rightness: [Vec<(bool, f64)>; 3],
}

struct Play<'a> {
    scenario: &'a Scenario,
    world: &'a World,
    agent: Option<&'a mut (dyn Agent + 'a)>,
    course: SplitMix64,
    draws: SplitMix64,
    past: Vec<Past>,
    tally: Tally,
}

/// The draws of a contact, the same for every policy.
struct Draws {
    candidates: Vec<Cell>,
    answer: f64,
    unsubscribe: f64,
}

impl Play<'_> {
    fn contact(&mut self, guest: usize, number: usize, now: Timestamp) {
        let mut draws = self.draw();
        let past = &mut self.past[guest];
        past.recent.retain(|(at, _)| now.since(*at) < WEEK);
        draws.candidates.retain(|cell| !past.gone.contains(cell.channel));
        if draws.candidates.is_empty() {
            return;
        }
        let mut recent = [0; Channel::COUNT];
        past.recent.iter().for_each(|(_, channel)| recent[channel.at()] += 1);
        let truth = &self.world.guests()[guest];
        let stakes = self.scenario.annoyance.as_ref();
        let view = View {
            guest,
            segment: truth.segment,
            candidates: &draws.candidates,
            now,
            recent,
            stakes,
        };
        let chosen = match &mut self.agent {
            Some(agent) => {
                let chosen = agent.choose(&view, &mut self.draws);
                let p = agent.selection_probabilities();
                self.tally.count_choice(p, chosen.unwrap_or(draws.candidates.len()));
                chosen
            }
            None => oracle(&view, truth),
        };
        let Some(cell) = chosen.map(|at| draws.candidates[at]) else { return };
        let propensity = truth.response_propensity(cell);
        let hazard = stakes.map_or(0.0, |s| true_hazard(s, &view, cell.channel));
        let fate =
            Fate { responded: draws.answer < propensity, unsubscribed: draws.unsubscribe < hazard };
        self.tally.count(number, propensity);
        if let Some(stakes) = stakes {
            self.tally.worth +=
                propensity * stakes.value - stakes.cost - hazard * stakes.permission;
        }
        if let Some(agent) = &mut self.agent {
            agent.learn(&view, cell, fate);
        }
        if self.scenario.moment == Moment::Given {
            let rates = draws.candidates.iter().map(|c| truth.response_propensity(*c));
            let best = rates.fold(0.0, f64::max);
            let rightness = &mut past.rightness[cell.time.day_type as usize];
            rightness.push((propensity >= best, propensity / best));
        }
        past.recent.push((now, cell.channel));
        if fate.unsubscribed {
            past.gone = past.gone.with(cell.channel);
            self.tally.unsubscribed += 1;
        }
    }

    /// What can be chosen, and the draws that decide; at least one cell.
    fn draw(&mut self) -> Draws {
        let (course, channels) = (&mut self.course, self.world.channels());
        let available = self.scenario.world.available;
        let moment = course.below(MOMENTS);
        let given = self.scenario.moment == Moment::Given;
        let moments = if given { moment..moment + 1 } else { 0..MOMENTS };
        let mut candidates = Vec::with_capacity(channels.len() * moments.len());
        for channel in channels {
            for moment in moments.clone() {
                if course.chance(available) {
                    candidates.push(Cell { channel: *channel, time: time_of(moment) });
                }
            }
        }
        let spare = channels[course.below(channels.len())];
        if candidates.is_empty() {
            candidates.push(Cell { channel: spare, time: time_of(moment) });
        }
        Draws { candidates, answer: course.unit(), unsubscribe: course.unit() }
    }

    /// Looks at the size of guests after a few contacts and after the last.
    fn weigh(&mut self, number: usize) {
        let guests = 0..self.world.guests().len();
        let Some(agent) = &self.agent else { return };
        let sizes: Option<Vec<usize>> = guests.map(|guest| agent.guest_bytes(guest)).collect();
        #[expect(clippy::cast_precision_loss, reason = "bytes and guests")]
        let mean = sizes.map(|s| s.iter().sum::<usize>() as f64 / s.len().max(1) as f64);
        if number + 1 == EARLY {
            self.tally.guest_bytes[0] = mean;
        }
        self.tally.guest_bytes[1] = mean;
    }

    fn finish(mut self) -> Tally {
        if self.scenario.moment == Moment::Given {
            self.tally.right_channel = Some(self.right_channel());
        }
        self.tally
    }

    fn right_channel(&self) -> RightChannel {
        let channels = self.world.channels();
        let mut sum = RightChannel::default();
        for (guest, past) in self.world.guests().iter().zip(&self.past) {
            if !guest.varies_by_day_type(channels) {
                continue;
            }
            for day_type in DayType::ALL {
                for (right, of_best) in past.rightness[day_type as usize].iter().rev().take(LAST) {
                    sum.contacts += 1;
                    sum.right += if *right { 1.0 } else { 0.0 };
                    sum.of_best += of_best;
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a number of contacts")]
        let count = sum.contacts.max(1) as f64;
        RightChannel { right: sum.right / count, of_best: sum.of_best / count, ..sum }
    }
}

/// P(this contact ends in an unsubscription), the truth.
fn true_hazard(stakes: &Annoyance, view: &View<'_>, channel: Channel) -> f64 {
    let pressure = Pressure {
        channel,
        on_channel: view.recent[channel.at()],
        on_all: view.recent.iter().sum(),
        relevance: 0.0,
    };
    let assumed = Hazard::default().probability_of_unsubscribing(&pressure);
    sigmoid(logit(assumed) + stakes.hazard)
}

fn oracle(view: &View<'_>, truth: &Guest) -> Option<usize> {
    let worth = |cell: &Cell| {
        let p = truth.response_propensity(*cell);
        view.stakes
            .map_or(p, |s| p * s.value - s.cost - s.permission * true_hazard(s, view, cell.channel))
    };
    let worths = view.candidates.iter().map(worth).enumerate();
    let best = worths.max_by(|a, b| a.1.total_cmp(&b.1));
    best.filter(|(_, worth)| view.stakes.is_none() || *worth > 0.0).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(name: &str) -> (Scenario, World) {
        let mut scenario = Scenario::find(name).unwrap();
        (scenario.world.guests, scenario.contacts) = (60, 12);
        let world = World::new(&scenario.world, 1);
        (scenario, world)
    }

    #[test]
    fn the_same_play_gives_the_same_figures() {
        let (scenario, world) = small("extended");
        for policy in Policy::ALL {
            let rate = || play(&scenario, &world, policy, 1).overall().to_bits();
            assert_eq!(rate(), rate(), "{policy:?}");
        }
    }

    #[test]
    fn nobody_beats_who_knows_the_truth() {
        for name in Scenario::standard_names() {
            let (scenario, world) = small(name);
            let overall = |policy| play(&scenario, &world, policy, 1);
            let oracle = overall(Policy::Oracle);
            for policy in Policy::ALL {
                let tally = overall(policy);
                if scenario.annoyance.is_some() {
                    continue;
                }
                assert!(tally.overall() <= oracle.overall() + 1e-12, "{policy:?} in {name}");
            }
        }
    }

    #[test]
    fn an_unsubscribed_channel_is_never_used_again() {
        let (mut scenario, world) = small("annoyance");
        scenario.annoyance.as_mut().unwrap().hazard = 20.0;
        let tally = play(&scenario, &world, Policy::Random, 1);
        assert_eq!(tally.sent, tally.unsubscribed, "each contact costs a channel");
        assert!(tally.unsubscribed <= 60 * 9);
    }
}
