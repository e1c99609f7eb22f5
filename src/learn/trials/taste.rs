//! The world of algorithms 1.5 (`pref.py`): how much of what 1,500 guests like is learnt from 80
//! showings each.
//!
//! 300 offers in 16 dimensions, 6 segments; each time the best of 30 random offers by what is
//! believed of the guest's taste, one time in ten any of them. The text leaves open how tastes are
//! drawn. Here a taste is `1.9·(√(1 − 0.72²)·segment + 0.72·N)`, segments of length √16: the scale
//! and the spread that give the published rates of an oracle (.717), of chance (.164) and of the
//! segment alone (.471), and with them those of every method.

use crate::domain::belief::{Belief, Prior, Vector};
use crate::domain::time::Timestamp;
use crate::learn::evidence::Evidence;
use crate::learn::laplace::sigmoid;
use crate::learn::preference::{ANSWER_NOISE, Sighting, answer, question_gain};
use crate::learn::witness;
use crate::sys::rng::SplitMix64;

const AXES: usize = 16;
pub(super) const SCALE: f64 = 1.9;
pub(super) const WITHIN: f64 = 0.72;
pub(super) const BIAS: f64 = -2.5;

pub(super) struct World {
    pub(super) offers: Vec<Vector>,
    /// Segment and taste.
    pub(super) guests: Vec<(usize, Vector)>,
    pub(super) priors: Vec<Prior>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Method {
    Oracle,
    Chance,
    Segment,
    /// Moving average of the offers accepted, and a tenth as far from those not, with this share of
    /// the newest.
    Average(f64),
    Belief,
    /// Three survey questions first.
    Surveyed,
}

fn gaussian(rng: &mut SplitMix64) -> [f64; AXES] {
    std::array::from_fn(|_| rng.normal())
}

#[expect(clippy::cast_possible_truncation, reason = "vectors are stored in single precision")]
fn vector(point: &[f64; AXES]) -> Vector {
    std::array::from_fn(|at| point.get(at).copied().unwrap_or(0.0) as f32)
}

fn direction(length: f64, rng: &mut SplitMix64) -> [f64; AXES] {
    let point = gaussian(rng);
    let scale = length / point.iter().map(|x| x * x).sum::<f64>().sqrt();
    point.map(|x| x * scale)
}

pub(super) fn dot(a: &Vector, b: &Vector) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

impl World {
    pub(super) fn new() -> Self {
        let mut rng = SplitMix64::new(2);
        let offers = (0..300).map(|_| vector(&direction(1.0, &mut rng))).collect();
        let segments: Vec<_> = (0..6).map(|_| direction(4.0, &mut rng)).collect();
        let guest = |rng: &mut SplitMix64| {
            let (segment, own) = (rng.below(6), gaussian(rng));
            let of_segment = (1.0 - WITHIN * WITHIN).sqrt();
            (
                segment,
                vector(&std::array::from_fn(|at| {
                    SCALE * (of_segment * segments[segment][at] + WITHIN * own[at])
                })),
            )
        };
        let guests: Vec<_> = (0..1_500).map(|_| guest(&mut rng)).collect();
        let priors = (0..6).map(|segment| Self::prior(&guests, segment)).collect();
        Self { offers, guests, priors }
    }

    /// Mean and variance of the members of a segment.
    #[expect(clippy::cast_precision_loss, reason = "some hundred members")]
    fn prior(guests: &[(usize, Vector)], segment: usize) -> Prior {
        let members: Vec<&Vector> =
            guests.iter().filter(|g| g.0 == segment).map(|g| &g.1).collect();
        let average = |of: &dyn Fn(&Vector) -> f32| {
            members.iter().map(|m| of(m)).sum::<f32>() / members.len() as f32
        };
        let mean: Vector = std::array::from_fn(|at| average(&|m| m[at]));
        let variance = std::array::from_fn(|at| average(&|m| (m[at] - mean[at]).powi(2)).max(1e-6));
        Prior { mean, variance }
    }

    /// Mean acceptance over all guests' first 20 and last 20 of 80 showings.
    fn play(&self, method: Method) -> (f64, f64) {
        let (mut rng, mut first, mut last) = (SplitMix64::new(77), 0.0, 0.0);
        for (segment, taste) in &self.guests {
            let prior = &self.priors[*segment];
            let mut belief = prior.belief(Timestamp::EPOCH);
            if matches!(method, Method::Surveyed) {
                self.ask(&mut belief, prior, taste, &mut rng);
            }
            for time in 0..80 {
                let candidates: [usize; 30] = std::array::from_fn(|_| rng.below(self.offers.len()));
                let (any, explores) = (candidates[rng.below(30)], rng.chance(0.1));
                let believed = if matches!(method, Method::Oracle) { taste } else { &belief.mean };
                let score = |o: &&usize| dot(believed, &self.offers[**o]);
                let best = *candidates.iter().max_by(|a, b| score(a).total_cmp(&score(b))).unwrap();
                let pick = match method {
                    Method::Oracle => best,
                    Method::Chance => any,
                    Method::Segment | Method::Average(_) | Method::Belief | Method::Surveyed
                        if explores =>
                    {
                        any
                    }
                    Method::Segment | Method::Average(_) | Method::Belief | Method::Surveyed => {
                        best
                    }
                };
                let truth = sigmoid(BIAS + dot(taste, &self.offers[pick]));
                first += if time < 20 { truth } else { 0.0 };
                last += if time >= 60 { truth } else { 0.0 };
                learn(method, &mut belief, prior, &self.offers[pick], rng.chance(truth));
            }
        }
        (first / 30_000.0, last / 30_000.0)
    }

    /// Three questions, each "how much would you like this?" about the offer of a hundred that
    /// tells most, answered with noise.
    fn ask(&self, belief: &mut Belief, prior: &Prior, taste: &Vector, rng: &mut SplitMix64) {
        for _ in 0..3 {
            let gain = |o: &&Vector| question_gain(belief, o, ANSWER_NOISE);
            let question =
                self.offers[..100].iter().max_by(|a, b| gain(a).total_cmp(&gain(b))).unwrap();
            let said = dot(taste, question) + ANSWER_NOISE.sqrt() * rng.normal();
            answer(belief, prior, question, said, ANSWER_NOISE);
        }
    }
}

/// What a method makes of a showing.
pub(super) fn learn(
    method: Method,
    belief: &mut Belief,
    prior: &Prior,
    offer: &Vector,
    accepted: bool,
) {
    match method {
        Method::Oracle | Method::Chance | Method::Segment => {}
        Method::Average(share) => {
            for (mean, h) in belief.mean.iter_mut().zip(offer) {
                let (old, h) = (f64::from(*mean), SCALE * 4.0 * f64::from(*h));
                let moved = if accepted { share * (h - old) } else { -0.1 * share * h };
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "guests are stored in single precision"
                )]
                let new = (old + moved) as f32;
                *mean = new;
            }
        }
        Method::Belief | Method::Surveyed => {
            let sighting = Sighting { vector: offer, context_log_odds: BIAS, taste_weight: 1.0 };
            let evidence = Evidence { label: accepted, weight: 1.0 };
            witness::observe((belief, prior), &mut Vec::new(), (&sighting, &[]), evidence, 0.0);
        }
    }
}

/// A2. Published: segment .471/.471, average .468/.512, belief .496/.571, surveyed .520/.579.
#[test]
fn a_belief_learns_tastes_faster_than_an_average() {
    let world = World::new();
    let near = |got: (f64, f64), wanted: f64| {
        (got.0 - wanted).abs() < 0.005 && (got.1 - wanted).abs() < 0.005
    };
    assert!(near(world.play(Method::Oracle), 0.717) && near(world.play(Method::Chance), 0.164));
    assert!(near(world.play(Method::Segment), 0.471), "the world is the published one");

    let (first, last) = world.play(Method::Belief);
    assert!(first >= 0.49 && last >= 0.565, "{first} {last}");
    let average = [0.02, 0.05, 0.1]
        .map(|share| world.play(Method::Average(share)).1)
        .into_iter()
        .fold(0.0, f64::max);
    assert!(last >= 1.1 * average, "{last} against {average}");
    let surveyed = world.play(Method::Surveyed);
    assert!(surveyed.0 >= first + 0.02 && surveyed.1 >= last, "{surveyed:?}");
}
