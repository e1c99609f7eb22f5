//! How much is bought at which step of a price, and which steps to try next.
//!
//! Learnt from **cells** alone: a property, an offer, a step, how many were offered it and how many
//! accepted. There is no guest in it, so nothing that a guest did can reach the price of that guest
//! more than that of anybody else; and steps were drawn by cell with known probabilities, so a low price
//! and a weak demand are not taken for one another.
//!
//! ```text
//! η(ℓ) = a[offer, property] − e[offer] · ln ℓ        a ~ N(level, 1)   e ~ N(ê, ½²)   ê ~ N(3, 1)
//! Π(ℓ) = E σ(η(ℓ)) · margin(ℓ)
//! ```
//!
//! `ℓ` is the step as a share of the list price; ê, the elasticity of the brand, is fitted first with
//! all offers (algorithms 6.1, with offers in the place of guests' features). Each fit is Newton's
//! method on the posterior; its Hessian is an arrow, one elasticity and a level for each property, and
//! is solved as such. [`ladder`] turns profits into selection probabilities.

pub mod ladder;
#[cfg(test)]
mod trials;

use std::collections::BTreeMap;

use super::laplace::expected_sigmoid;

/// Elasticity of a brand before anything is seen: mean and standard deviation.
const BRAND: (f64, f64) = (3.0, 1.0);
/// How far elasticities of offers are from the brand's.
const OFFER_DEVIATION: f64 = 0.5;
/// How far levels of properties are from the level of all.
const LEVEL_DEVIATION: f64 = 1.0;
/// Least and largest elasticity: a dearer offer is never taken to sell better.
const BOUNDS: (f64, f64) = (0.3, 8.0);
/// Steps of Newton's method.
const ROUNDS: usize = 50;

/// What was heard of a step of an offer at a property.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answers {
    /// The step as a share of the list price, above 0, at most 1.
    pub step: f64,
    /// Offers made at it.
    pub offered: f64,
    /// Of those, accepted.
    pub accepted: f64,
}

/// An offer at a property.
pub type Place = (String, String);

/// The demand for an offer at a property.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    /// Log-odds of acceptance at the list price.
    pub level: f64,
    /// By how many percent the odds fall for a percent of price.
    pub elasticity: f64,
    /// Standard error of the elasticity.
    pub elasticity_error: f64,
    /// Variance of the level, the elasticity given.
    level_variance: f64,
    /// How the level moves with the elasticity.
    slope: f64,
    /// Offers made that it was learnt from.
    pub offered: f64,
}

impl Demand {
    /// Expected share of those offered a step that accept it.
    pub fn rate(&self, step: f64) -> f64 {
        let x = libm::log(step);
        let mean = self.level - self.elasticity * x;
        let lean = self.slope - x;
        let variance = self.level_variance + lean * lean * self.elasticity_error.powi(2);
        expected_sigmoid(mean, variance)
    }
}

/// The demand for each offer at each property.
pub fn fit(answers: &BTreeMap<Place, Vec<Answers>>) -> BTreeMap<Place, Demand> {
    let all: Vec<&[Answers]> = answers.values().map(Vec::as_slice).collect();
    let level = level_of(&all);
    let brand = solve(&all, level, BRAND);
    let prior = (brand.elasticity, OFFER_DEVIATION);
    let mut by_offer: BTreeMap<&str, Vec<(&Place, &[Answers])>> = BTreeMap::new();
    for (place, of_place) in answers {
        by_offer.entry(&place.0).or_default().push((place, of_place));
    }
    let mut demands = BTreeMap::new();
    for places in by_offer.into_values() {
        let rows: Vec<&[Answers]> = places.iter().map(|(_, answers)| *answers).collect();
        let solved = solve(&rows, level, prior);
        for ((place, of_place), found) in places.iter().zip(&solved.levels) {
            let demand = Demand {
                level: found.level,
                elasticity: solved.elasticity,
                elasticity_error: solved.elasticity_error,
                level_variance: found.variance,
                slope: found.slope,
                offered: of_place.iter().map(|a| a.offered).sum(),
            };
            demands.insert((*place).clone(), demand);
        }
    }
    demands
}

/// Log-odds of acceptance over everything.
fn level_of(rows: &[&[Answers]]) -> f64 {
    let sum = |of: fn(&Answers) -> f64| rows.iter().flat_map(|row| row.iter().map(of)).sum::<f64>();
    let rate = (sum(|a| a.accepted) + 0.5) / (sum(|a| a.offered) + 10.0);
    libm::log(rate / (1.0 - rate))
}

struct Solved {
    elasticity: f64,
    elasticity_error: f64,
    levels: Vec<Level>,
}

#[derive(Debug, Clone, Copy)]
struct Level {
    level: f64,
    variance: f64,
    slope: f64,
}

/// The mode of levels (one a row) and the elasticity they share.
fn solve(rows: &[&[Answers]], level: f64, (mean, deviation): (f64, f64)) -> Solved {
    let (of_level, of_elasticity) = (LEVEL_DEVIATION.powi(-2), deviation.powi(-2));
    let mut levels = vec![Level { level, variance: 1.0 / of_level, slope: 0.0 }; rows.len()];
    let (mut elasticity, mut error) = (mean, deviation);
    for _ in 0..ROUNDS {
        // The arrow: its point is the elasticity, its shaft the levels.
        let (mut point, mut pull) = (of_elasticity, (mean - elasticity) * of_elasticity);
        let mut shaft = Vec::with_capacity(rows.len());
        for (row, at) in rows.iter().zip(&levels) {
            let (mut h_aa, mut h_ae) = (of_level, 0.0);
            let mut gradient = (level - at.level) * of_level;
            for Answers { step, offered, accepted } in *row {
                let x = libm::log(*step);
                let p = 1.0 / (1.0 + libm::exp(elasticity * x - at.level));
                let (residual, weight) = (accepted - offered * p, offered * p * (1.0 - p));
                gradient += residual;
                pull -= residual * x;
                h_aa += weight;
                h_ae -= weight * x;
                point += weight * x * x;
            }
            shaft.push((h_aa, h_ae, gradient));
        }
        for (h_aa, h_ae, gradient) in &shaft {
            point -= h_ae * h_ae / h_aa;
            pull -= h_ae / h_aa * gradient;
        }
        let before = elasticity;
        elasticity = (elasticity + (pull / point).clamp(-1.0, 1.0)).clamp(BOUNDS.0, BOUNDS.1);
        error = point.sqrt().recip();
        let mut moved = (elasticity - before).abs();
        for (at, (h_aa, h_ae, gradient)) in levels.iter_mut().zip(&shaft) {
            let step = (gradient - h_ae * (elasticity - before)) / h_aa;
            let step = step.clamp(-1.0, 1.0);
            *at = Level { level: at.level + step, variance: 1.0 / h_aa, slope: -h_ae / h_aa };
            moved = moved.max(step.abs());
        }
        if moved < 1e-9 {
            break;
        }
    }
    Solved { elasticity, elasticity_error: error, levels }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sigmoid(x: f64) -> f64 {
        1.0 / (1.0 + (-x).exp())
    }

    /// Expected answers of a true demand, at steps offered as often as told.
    fn answers(level: f64, elasticity: f64, offered: [f64; 3]) -> Vec<Answers> {
        let steps = [0.8, 0.9, 1.0].into_iter().zip(offered);
        let answer = |(step, offered): (f64, f64)| {
            let accepted = offered * sigmoid(level - elasticity * step.ln());
            Answers { step, offered, accepted }
        };
        steps.map(answer).collect()
    }

    fn place(offer: &str, property: &str) -> Place {
        (offer.to_owned(), property.to_owned())
    }

    #[test]
    fn a_demand_that_was_seen_often_is_found() {
        let many = [40_000.0; 3];
        let seen = [
            (place("spa", "lisbon"), answers(-2.0, 1.2, many)),
            (place("spa", "porto"), answers(-1.0, 1.2, many)),
            (place("suite", "lisbon"), answers(-3.0, 5.0, many)),
        ];
        let found = fit(&seen.into());
        let spa = found[&place("spa", "lisbon")];
        assert!((spa.elasticity - 1.2).abs() < 0.1, "{spa:?}");
        assert!((spa.level + 2.0).abs() < 0.05 && spa.elasticity_error < 0.1);
        assert!((found[&place("spa", "porto")].level + 1.0).abs() < 0.05);
        let suite = found[&place("suite", "lisbon")];
        assert!((suite.elasticity - 5.0).abs() < 0.25, "{suite:?}");
        assert!((suite.rate(0.9) - sigmoid(-3.0 - 5.0 * 0.9_f64.ln())).abs() < 0.002);
    }

    #[test]
    fn an_offer_of_few_answers_leans_on_the_brand_and_a_brand_of_none_on_what_was_assumed() {
        let few = [(place("new", "lisbon"), answers(-2.0, 6.0, [20.0; 3]))];
        let alone = fit(&few.clone().into())[&place("new", "lisbon")];
        assert!((alone.elasticity - 3.0).abs() < 0.5, "{alone:?}");
        let mut seen: BTreeMap<Place, Vec<Answers>> = few.into();
        for offer in ["a", "b", "c", "d"] {
            seen.insert(place(offer, "lisbon"), answers(-2.0, 1.0, [30_000.0; 3]));
        }
        let beside = fit(&seen)[&place("new", "lisbon")];
        assert!(beside.elasticity < 1.6, "{beside:?}");
        let nothing = fit(&[(place("x", "y"), answers(-2.0, 6.0, [0.0; 3]))].into());
        let nothing = nothing[&place("x", "y")];
        assert!((nothing.elasticity - 3.0).abs() < 1e-6 && nothing.offered == 0.0);
        assert!(fit(&BTreeMap::new()).is_empty());
    }

    #[test]
    fn a_step_tried_once_says_less_than_it_seems() {
        // Nine of ten accept a step: the rate is drawn toward what the other steps say.
        let mut odd = answers(-2.0, 3.0, [0.0, 500.0, 500.0]);
        odd[0] = Answers { step: 0.8, offered: 10.0, accepted: 9.0 };
        let found = fit(&[(place("x", "y"), odd)].into())[&place("x", "y")];
        assert!(found.rate(0.8) < 0.45, "{}", found.rate(0.8));
        assert!(found.rate(0.8) > found.rate(0.9) && found.rate(0.9) > found.rate(1.0));
    }
}
