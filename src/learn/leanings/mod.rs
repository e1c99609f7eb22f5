//! What the guests of a segment like, by the log: where a new guest of the segment begins.
//!
//! ```text
//! logit P(accepted) = context + δ[offer] + Σ θ[segment, tag] / √n     over the offer's n tags
//! δ ~ N(0, 1²)     θ ~ N(first, ½²)
//! ```
//!
//! `context` is what the ranker said at the time of everything but taste; δ, the same for all
//! segments, takes up what it did not know yet, and whom offers were chosen for. What is left is how
//! segments differ. `first` is the taste that people wrote down, so a segment of whom little was
//! heard stays where they put it. The scale of θ is that of a guest's own affinity
//! ([`affinity`]), whose place it takes until something is known of the guest.
//!
//! The mode of the posterior is found by Newton's method, turn about for all δ and for each
//! segment's θ; the standard error of a leaning has the uncertainty of δ in it (the Schur
//! complement of the segment's own labels). This is empirical Bayes for a group mean: Gelman, Hill,
//! *Data Analysis Using Regression and Multilevel Models* (2007), chapter 14.

#[cfg(test)]
mod trials;

use super::affinity::{self, scale};
use super::embedding::dense::cholesky;

/// Variance of δ.
const OFFER_VARIANCE: f64 = 1.0;
/// Variance of a leaning around what was written down.
const LEANING_VARIANCE: f64 = affinity::VARIANCE;
/// Turns of both halves at most, and a move that ends them.
const ROUNDS: usize = 60;
const STILL: f64 = 1e-5;
/// Longest step of a leaning in one turn.
const STEP_MAX: f64 = 1.0;
/// Farthest a leaning goes.
pub const LEANING_MAX: f64 = 4.0;

/// One offer that a guest had the chance to answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    /// Log-odds from everything but taste, as logged.
    pub context: f32,
    /// How likely it was looked at, 0 to 1.
    pub weight: f32,
    /// Accepted?
    pub accepted: bool,
}

/// What was heard of an offer in a segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// The segment, as a place in `firsts`; `None`: of guests without one, who say what δ is.
    pub segment: Option<usize>,
    /// The offer, as a place in `offers`.
    pub offer: usize,
    /// Its answers.
    pub answers: Vec<Answer>,
}

/// What a segment thinks of a tag.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leaning {
    /// In log-odds.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
}

/// The leanings of every segment to every tag. `offers` are the tags of each offer; `firsts` are the
/// segments' first leanings, a value for each tag.
pub fn fit(heard: &[Heard], offers: &[Vec<usize>], firsts: &[Vec<f64>]) -> Vec<Vec<Leaning>> {
    let mut fit = Fit {
        heard,
        offers,
        firsts,
        by_offer: vec![0.0; offers.len()],
        by_segment: firsts.to_vec(),
    };
    for _ in 0..ROUNDS {
        let of_offers = fit.turn_offers();
        let of_segments = (0..firsts.len()).map(|s| fit.turn_segment(s)).fold(0.0, f64::max);
        if of_offers.max(of_segments) < STILL {
            break;
        }
    }
    (0..firsts.len()).map(|segment| fit.leanings(segment)).collect()
}

struct Fit<'a> {
    heard: &'a [Heard],
    offers: &'a [Vec<usize>],
    firsts: &'a [Vec<f64>],
    by_offer: Vec<f64>,
    by_segment: Vec<Vec<f64>>,
}

/// First and second derivative of the log-likelihood by the log-odds, the latter with its sign
/// turned.
#[derive(Debug, Clone, Copy, Default)]
struct Slope {
    gradient: f64,
    curvature: f64,
}

impl Fit<'_> {
    fn slope(&self, heard: &Heard) -> Slope {
        let tags = &self.offers[heard.offer];
        let of_segment = heard.segment.map_or(0.0, |segment| {
            let sum: f64 = tags.iter().map(|tag| self.by_segment[segment][*tag]).sum();
            sum * scale(tags.len())
        });
        let base = self.by_offer[heard.offer] + of_segment;
        heard.answers.iter().fold(Slope::default(), |sum, answer| {
            let rate = 1.0 / (1.0 + libm::exp(-(base + f64::from(answer.context))));
            let weight = f64::from(answer.weight);
            Slope {
                gradient: sum.gradient + weight * (f64::from(u8::from(answer.accepted)) - rate),
                curvature: sum.curvature + weight * rate * (1.0 - rate),
            }
        })
    }

    /// A step of every δ. How far the farthest went.
    fn turn_offers(&mut self) -> f64 {
        let mut slopes = vec![Slope::default(); self.offers.len()];
        for heard in self.heard {
            let Slope { gradient, curvature } = self.slope(heard);
            slopes[heard.offer].gradient += gradient;
            slopes[heard.offer].curvature += curvature;
        }
        let mut farthest = 0.0_f64;
        for (delta, slope) in self.by_offer.iter_mut().zip(slopes) {
            let gradient = slope.gradient - *delta / OFFER_VARIANCE;
            let step = gradient / (slope.curvature + 1.0 / OFFER_VARIANCE);
            *delta += step.clamp(-STEP_MAX, STEP_MAX);
            farthest = farthest.max(step.abs());
        }
        farthest
    }

    /// A step of a segment's leanings. How far the farthest went.
    fn turn_segment(&mut self, segment: usize) -> f64 {
        let of_segment = self.of(segment);
        let slopes: Vec<(usize, Slope)> =
            of_segment.map(|heard| (heard.offer, self.slope(heard))).collect();
        let tags = self.firsts[segment].len();
        let mut step = vec![0.0; tags];
        for (offer, slope) in &slopes {
            let x = scale(self.offers[*offer].len());
            self.offers[*offer].iter().for_each(|tag| step[*tag] += x * slope.gradient);
        }
        let now = &mut self.by_segment[segment];
        for ((step, now), first) in step.iter_mut().zip(&*now).zip(&self.firsts[segment]) {
            *step -= (now - first) / LEANING_VARIANCE;
        }
        let of_offers = slopes.iter().map(|(offer, slope)| (*offer, slope.curvature));
        let Some(factor) = factor(self.offers, of_offers, tags) else { return 0.0 };
        cholesky::solve(&factor, tags, &mut step);
        for (now, step) in now.iter_mut().zip(&step) {
            *now = (*now + step.clamp(-STEP_MAX, STEP_MAX)).clamp(-LEANING_MAX, LEANING_MAX);
        }
        step.iter().fold(0.0, |farthest, step| farthest.max(step.abs()))
    }

    fn leanings(&self, segment: usize) -> Vec<Leaning> {
        let tags = self.firsts[segment].len();
        let mut all = vec![0.0; self.offers.len()];
        for heard in self.heard {
            all[heard.offer] += self.slope(heard).curvature;
        }
        // What the segment's own labels say, less what they had to say about δ first.
        let own = self.of(segment).map(|heard| {
            let own = self.slope(heard).curvature;
            let known = all[heard.offer] + 1.0 / OFFER_VARIANCE;
            (heard.offer, own * (1.0 - own / known))
        });
        let factor = factor(self.offers, own, tags);
        let error = |tag: usize| {
            let Some(factor) = &factor else { return LEANING_VARIANCE.sqrt() };
            let mut unit = vec![0.0; tags];
            unit[tag] = 1.0;
            cholesky::forward(factor, tags, &mut unit);
            unit.iter().map(|x| x * x).sum::<f64>().sqrt()
        };
        let means = self.by_segment[segment].iter().enumerate();
        means.map(|(tag, mean)| Leaning { mean: *mean, error: error(tag) }).collect()
    }

    fn of(&self, segment: usize) -> impl Iterator<Item = &Heard> {
        self.heard.iter().filter(move |heard| heard.segment == Some(segment))
    }
}

/// The Cholesky factor of the precision of a segment's leanings, given the curvature of each offer's
/// log-odds.
fn factor(
    offers: &[Vec<usize>],
    curvatures: impl Iterator<Item = (usize, f64)>,
    tags: usize,
) -> Option<Vec<f64>> {
    let mut precision = vec![0.0; tags * tags];
    for tag in 0..tags {
        precision[tag * tags + tag] = 1.0 / LEANING_VARIANCE;
    }
    for (offer, curvature) in curvatures {
        let x = scale(offers[offer].len());
        for a in &offers[offer] {
            for b in &offers[offer] {
                precision[a * tags + b] += x * x * curvature;
            }
        }
    }
    cholesky::factor(&mut precision, tags, tags).ok()?;
    Some(precision)
}
