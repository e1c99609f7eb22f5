//! `HotelSim-Offer` v1: a hotel of which the truth is known.
//!
//! Guests and offers are points of one space of tastes. A guest accepts an offer with
//! `σ(level + taste·(u·v) + effect of the offer + of category × stage + of category × daypart × day
//! type)`. The product sees `u` and `v` through noise and none of the effects. Source: algorithms
//! 11.1, whose order of draws is kept: one [`SplitMix64`] each for the world (state `seed·1000 + 1`),
//! for the rounds (`+ 2`) and for the policies (`+ 3`). What v1 does not have draws from streams of
//! its own, so that its rounds stay the same: changes (`+ 4`), outcomes (`+ 5`), properties (`+ 6`).
//!
//! Plain f64, exp, ln and cos of `libm`: the same bits on every machine.

use crate::learn::laplace::sigmoid;
use crate::sys::rng::SplitMix64;

use super::scenario::{Knobs, Scenario};
use super::view::{AXES, Observed, Offer, Point, Round, STAGES};

/// Dayparts of the world.
pub const DAYPARTS: usize = 4;
/// Day types of the world.
pub const DAY_TYPES: usize = 3;
/// Moments: daypart × day type.
const MOMENTS: usize = DAYPARTS * DAY_TYPES;
/// √[`AXES`]: a spread of 1 is that of a point of length 1.
const SPREAD_SCALE: f64 = 4.0;
/// Guests over whom the level of an offer is averaged.
const LEVEL_GUESTS: usize = 250;

/// What a random stream of a world is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// The world itself.
    World = 1,
    /// Rounds: who asks, when, what could be shown, and who accepts.
    Rounds = 2,
    /// The policies' draws.
    Policies = 3,
    /// What changes on the way.
    Change = 4,
    /// What a sale brings around its margin.
    Outcomes = 5,
    /// What is different from property to property.
    Properties = 6,
}

impl Stream {
    /// The stream of a seed.
    pub fn of(self, seed: u64) -> SplitMix64 {
        SplitMix64::new(seed.wrapping_mul(1_000).wrapping_add(self as u64))
    }
}

/// What moves guests about one offer.
#[derive(Debug, Clone)]
pub(super) struct Appeal {
    pub(super) vector: Point,
    pub(super) effect: f64,
    /// At each property, beside `effect`.
    pub(super) at_property: Vec<f64>,
}

/// A hotel and its guests: what can be seen of them, and the truth.
#[derive(Debug, Clone)]
pub struct World {
    pub(super) scenario: Scenario,
    pub(super) observed: Observed,
    pub(super) centres: Vec<Point>,
    guests: Vec<Point>,
    pub(super) appeals: Vec<Appeal>,
    pub(super) of_stage: Vec<[f64; STAGES.len()]>,
    of_moment: Vec<[f64; MOMENTS]>,
    allowed: Vec<[bool; STAGES.len()]>,
    /// Number of the offer on sale at each place of the catalog.
    pub(super) on_sale: Vec<usize>,
}

/// The truth of a round: one number for each candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// P(the guest accepts | shown).
    pub response_propensities: Vec<f64>,
    /// Expected reward.
    pub values: Vec<f64>,
}

pub(super) fn normalised(point: Point) -> Point {
    let length = point.iter().map(|x| x * x).sum::<f64>().sqrt();
    point.map(|x| x / length)
}

/// A point near a centre: `normalise(weight · centre + spread/4 · N)`.
pub(super) fn near(centre: &Point, weight: f64, spread: f64, rng: &mut SplitMix64) -> Point {
    normalised(std::array::from_fn(|axis| {
        weight * centre[axis] + spread / SPREAD_SCALE * rng.normal()
    }))
}

fn centres(n: usize, rng: &mut SplitMix64) -> Vec<Point> {
    (0..n).map(|_| normalised(std::array::from_fn(|_| rng.normal()))).collect()
}

impl World {
    /// The world of a scenario and a seed.
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        let (knobs, rng) = (&scenario.world, &mut Stream::World.of(seed));
        let Knobs { offer_weight, offer_spread, guest_weight, guest_spread, .. } = *knobs;
        let categories = centres(knobs.categories, rng);
        let offer = |n: usize, rng: &mut SplitMix64| {
            near(&categories[n % knobs.categories], offer_weight, offer_spread, rng)
        };
        let offers: Vec<Point> = (0..knobs.offers).map(|n| offer(n, rng)).collect();
        let segments = centres(knobs.segments, rng);
        let guest = |rng: &mut SplitMix64| {
            near(&segments[rng.below(knobs.segments)], guest_weight, guest_spread, rng)
        };
        let guests: Vec<Point> = (0..knobs.guests).map(|_| guest(rng)).collect();
        let seen = |points: &[Point], noise: f64, rng: &mut SplitMix64| -> Vec<Point> {
            points.iter().map(|point| near(point, 1.0, noise, rng)).collect()
        };
        let seen_guests = seen(&guests, knobs.guest_noise, rng);
        let seen_offers = seen(&offers, knobs.offer_noise, rng);
        let appeals = offers.into_iter().map(|vector| Appeal {
            vector,
            effect: knobs.offer_sd * rng.normal(),
            at_property: Vec::new(),
        });
        let appeals = appeals.collect();
        let each = 0..knobs.categories;
        let of_stage =
            each.clone().map(|_| std::array::from_fn(|_| knobs.stage_sd * rng.normal())).collect();
        let of_moment =
            each.clone().map(|_| std::array::from_fn(|_| knobs.moment_sd * rng.normal())).collect();
        let mut allowed: Vec<[bool; STAGES.len()]> =
            each.map(|_| std::array::from_fn(|_| rng.chance(knobs.allowed))).collect();
        for stage in 0..STAGES.len() {
            allowed[0][stage] |= allowed.iter().all(|category| !category[stage]);
        }
        let seen_offers = seen_offers.into_iter().enumerate().map(|(n, vector)| Offer {
            category: n % knobs.categories,
            vector,
            value: value(scenario, rng),
        });
        let observed = Observed { offers: seen_offers.collect(), guests: seen_guests };
        let on_sale = (0..knobs.offers).collect();
        let scenario = scenario.clone();
        let mut world = Self {
            scenario,
            observed,
            centres: categories,
            guests,
            appeals,
            of_stage,
            of_moment,
            allowed,
            on_sale,
        };
        let rng = &mut Stream::Properties.of(seed);
        for n in 0..world.appeals.len() {
            world.appeals[n].at_property = at_properties(&world.scenario, rng);
        }
        world
    }

    /// What the product sees.
    pub fn observed(&self) -> &Observed {
        &self.observed
    }

    /// Draws the next round, at a property.
    pub fn round(&self, property: usize, rng: &mut SplitMix64) -> Round {
        let knobs = &self.scenario.world;
        let (guest, stage, daypart, day_type) = (
            rng.below(knobs.guests),
            rng.below(STAGES.len()),
            rng.below(DAYPARTS),
            rng.below(DAY_TYPES),
        );
        let is_allowed = |n: &usize| self.allowed[self.observed.offers[*n].category][stage];
        let allowed = self.on_sale.iter().copied().filter(is_allowed);
        let mut candidates: Vec<usize> =
            allowed.clone().filter(|_| rng.chance(knobs.available)).collect();
        if candidates.len() < 2 {
            candidates = allowed.collect();
        }
        Round { guest, stage, daypart, day_type, property, candidates }
    }

    /// P(the guest of a round accepts | this offer is shown).
    pub fn response_propensity(&self, round: &Round, offer: usize) -> f64 {
        let moment = round.daypart * DAY_TYPES + round.day_type;
        let situation = (round.stage, moment, round.property);
        self.propensity(&self.guests[round.guest], situation, offer)
    }

    /// The truth of a round's candidates.
    pub fn truth(&self, round: &Round) -> Truth {
        let of = |n: &usize| self.response_propensity(round, *n);
        let response_propensities: Vec<f64> = round.candidates.iter().map(of).collect();
        let offers = round.candidates.iter().map(|n| &self.observed.offers[*n]);
        let values =
            response_propensities.iter().zip(offers).map(|(p, offer)| p * offer.value).collect();
        Truth { response_propensities, values }
    }

    /// Expected reward of each offer at a property for whom nothing is known, by number: the mean
    /// over the first 250 guests, the stages that allow it and all moments. Who always shows the
    /// best of these makes the best static choice.
    pub fn levels(&self, property: usize) -> Vec<f64> {
        (0..self.observed.offers.len()).map(|n| self.level(n, property)).collect()
    }

    fn level(&self, n: usize, property: usize) -> f64 {
        let offer = &self.observed.offers[n];
        let (mut sum, mut count) = (0.0, 0.0);
        for (stage, is_allowed) in self.allowed[offer.category].iter().enumerate() {
            for moment in 0..if *is_allowed { MOMENTS } else { 0 } {
                for guest in self.guests.iter().take(LEVEL_GUESTS) {
                    sum += self.propensity(guest, (stage, moment, property), n);
                    count += 1.0;
                }
            }
        }
        if count > 0.0 { offer.value * sum / count } else { 0.0 }
    }

    fn propensity(&self, guest: &Point, situation: (usize, usize, usize), offer: usize) -> f64 {
        let (stage, moment, property) = situation;
        let (knobs, appeal) = (&self.scenario.world, &self.appeals[offer]);
        let category = self.observed.offers[offer].category;
        let taste: f64 = guest.iter().zip(&appeal.vector).map(|(u, v)| u * v).sum();
        let of_property = appeal.at_property.get(property).copied().unwrap_or(0.0);
        sigmoid(
            knobs.level
                + appeal.effect
                + knobs.taste * taste
                + self.of_stage[category][stage]
                + self.of_moment[category][moment]
                + of_property,
        )
    }
}

/// What an offer brings: its margin in units of reward where margins count, 1 otherwise.
pub(super) fn value(scenario: &Scenario, rng: &mut SplitMix64) -> f64 {
    let margin = scenario.margin.as_ref();
    margin.map_or(1.0, |m| libm::exp(m.log_mean + m.log_sd * rng.normal()) / m.unit)
}

/// An offer's own effect at each property of a brand; none without one.
pub(super) fn at_properties(scenario: &Scenario, rng: &mut SplitMix64) -> Vec<f64> {
    let brand = scenario.brand.iter();
    brand
        .flat_map(|b| std::iter::repeat_n(b.offer_sd, b.properties))
        .map(|sd| sd * rng.normal())
        .collect()
}

const _: () = assert!(AXES == 16, "SPREAD_SCALE is its root");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::hotel::course::Course;

    /// A10: the first round of a seed, with the unit that decides acceptance, and means over 10,000.
    struct Expected {
        seed: u64,
        /// Stage, daypart, day type, guest.
        situation: [usize; 4],
        candidates: usize,
        oracle: f64,
        uniform: f64,
    }

    const EXPECTED: [Expected; 3] = [
        Expected {
            seed: 1,
            situation: [1, 0, 2, 4_667],
            candidates: 17,
            oracle: 0.154_69,
            uniform: 0.034_84,
        },
        Expected {
            seed: 2,
            situation: [0, 2, 1, 2_544],
            candidates: 51,
            oracle: 0.150_30,
            uniform: 0.027_43,
        },
        Expected {
            seed: 3,
            situation: [3, 2, 2, 1_333],
            candidates: 35,
            oracle: 0.160_40,
            uniform: 0.036_38,
        },
    ];

    fn standard() -> Scenario {
        Scenario::find("standard").unwrap()
    }

    #[test]
    fn the_world_is_the_one_specified() {
        for expected in &EXPECTED {
            let mut course = Course::new(&standard(), expected.seed, 1);
            let turn = course.turn().unwrap();
            let round = &turn.round;
            let situation = [round.stage, round.daypart, round.day_type, round.guest];
            assert_eq!(situation, expected.situation, "seed {}", expected.seed);
            assert_eq!(round.candidates.len(), expected.candidates, "seed {}", expected.seed);
        }
        let mut course = Course::new(&standard(), 1, 1);
        let turn = course.turn().unwrap();
        assert_eq!(turn.round.candidates[..5], [10, 14, 18, 42, 50]);
        let truth = course.world().truth(&turn.round).response_propensities;
        for (p, expected) in truth.iter().zip([0.118_553, 0.008_471, 0.146_811]) {
            assert!((p - expected).abs() < 1e-6, "{p} for {expected}");
        }
        assert!((turn.unit - 0.640_129_4).abs() < 1e-7, "{}", turn.unit);
    }

    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    #[test]
    fn oracle_and_uniform_accept_as_specified() {
        for Expected { seed, oracle, uniform, .. } in EXPECTED {
            let (mut best, mut mean, mut candidates) = (0.0, 0.0, 0);
            let mut course = Course::new(&standard(), seed, 10_000);
            while let Some(turn) = course.turn() {
                let truth = course.world().truth(&turn.round).response_propensities;
                best += truth.iter().copied().fold(0.0, f64::max) / 10_000.0;
                mean += truth.iter().sum::<f64>() / truth.len() as f64 / 10_000.0;
                candidates += truth.len();
            }
            assert!((best - oracle).abs() < 5.1e-6, "seed {seed}: oracle {best}");
            assert!((mean - uniform).abs() < 5.1e-6, "seed {seed}: uniform {mean}");
            let mean_candidates = candidates as f64 / 10_000.0;
            assert!(seed != 1 || (mean_candidates - 62.2).abs() < 0.05, "{mean_candidates}");
        }
    }

    /// The bits of the first hundred rounds' truth and of all that is observed. They may not depend
    /// on the machine, nor on how the program was compiled.
    #[test]
    fn the_world_is_the_same_to_the_bit_everywhere() {
        let mut course = Course::new(&standard(), 1, 100);
        let mut bytes = Vec::new();
        let observed = course.world().observed().clone();
        let offers = observed.offers.iter().map(|offer| &offer.vector);
        for point in observed.guests.iter().chain(offers) {
            bytes.extend(point.iter().flat_map(|x| x.to_bits().to_le_bytes()));
        }
        while let Some(turn) = course.turn() {
            let truth = course.world().truth(&turn.round).response_propensities;
            bytes.extend(truth.iter().flat_map(|p| p.to_bits().to_le_bytes()));
        }
        assert_eq!(xxhash_rust::xxh3::xxh3_64(&bytes), 0x445B_2511_8A31_A7A1);
    }

    #[test]
    fn the_level_of_an_offer_is_its_mean_where_taste_and_moment_do_nothing() {
        let world = World::new(&Scenario::find("impersonal").unwrap(), 1);
        let round = world.round(0, &mut Stream::Rounds.of(1));
        let levels = world.levels(0);
        for n in &round.candidates {
            let p = world.response_propensity(&round, *n);
            assert!((levels[*n] - p).abs() < 1e-12, "offer {n}: {p}");
        }
    }

    #[test]
    fn a_property_has_tastes_of_its_own_and_the_brand_in_common() {
        let world = World::new(&Scenario::find("sparse-hotel").unwrap(), 1);
        let here = world.round(0, &mut Stream::Rounds.of(1));
        let there = Round { property: 1, ..here.clone() };
        let alike = World::new(&standard(), 1);
        let logit = crate::learn::laplace::logit;
        let mut differences = Vec::new();
        for n in &here.candidates {
            let common = logit(alike.response_propensity(&here, *n));
            let at = |round| logit(world.response_propensity(round, *n)) - common;
            assert!((at(&here) - world.appeals[*n].at_property[0]).abs() < 1e-9);
            differences.push((at(&here) - at(&there)).abs());
        }
        assert!(differences.iter().all(|d| *d > 1e-6), "{differences:?}");
    }
}
