//! What a property does differently from its brand: its level, its categories, its offers.
//!
//! Independent Gaussians beside the tree of the ranker, in log-odds, drawn toward zero: a property
//! of which nothing was seen is what its brand is, and one that is seen every day becomes itself.
//! That is how a small hotel inside a brand learns from the brand's guests first. An effect seen n
//! times at an acceptance of p has moved to its own data with weight `nτ²p(1−p) / (1 + nτ²p(1−p))`.
//!
//! What is known between these effects and the rest is dropped (each takes its share of a label by
//! its variance): a property × offer is seen too seldom to know more, and there are millions. That
//! has a price where a difference always comes with what it differs from, so a brand whose labels
//! all come from one property has none: the property is the brand. (In the simulated hotel of
//! algorithms 11.1 they cost 4 % of regret there.)

use std::collections::BTreeMap;

use crate::domain::id::{Fingerprint, OfferKey};

use super::gaussian::Gaussian;
use super::impression::Impression;
use super::laplace::Step;

/// Prior of a property's level: hotels of a brand differ, but rarely by more than a factor of e.
const LEVEL: Gaussian = Gaussian::new(0.0, 0.25);
/// Prior of what a property does differently in a category, and with an offer.
const DIFFERENCE: Gaussian = Gaussian::new(0.0, 0.1);

/// Most effects kept. A place seen first after that is what its brand is.
pub const LOCALS_MAX: usize = 1_000_000;

/// What differs at a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Local {
    /// Everything: guests there accept more, or less.
    Level,
    /// A category (hash of its label).
    Category(u32),
    /// An offer.
    Offer(OfferKey),
}

/// A property, and what differs there.
pub type Place = (Fingerprint, Local);

/// What properties do differently.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Locals {
    /// The property of the first label.
    pub(super) first: Option<Fingerprint>,
    /// Does the brand have labels of a second one?
    pub(super) is_shared: bool,
    pub(super) effects: BTreeMap<Place, Gaussian>,
}

impl Local {
    /// What is believed before anything was seen.
    pub const fn prior(self) -> Gaussian {
        match self {
            Self::Level => LEVEL,
            Self::Category(_) | Self::Offer(_) => DIFFERENCE,
        }
    }
}

impl Locals {
    /// The effects an impression touches.
    pub fn places(impression: &Impression<'_>) -> [Place; 3] {
        let property = impression.situation.property;
        [Local::Level, Local::Category(impression.category), Local::Offer(impression.offer)]
            .map(|local| (property, local))
    }

    /// Notes the property of a label.
    pub fn meet(&mut self, property: Fingerprint) {
        self.is_shared |= *self.first.get_or_insert(property) != property;
    }

    /// What is believed of a place nobody has seen.
    pub fn unseen(&self, local: Local) -> Gaussian {
        if self.is_shared { local.prior() } else { Gaussian::new(0.0, 0.0) }
    }

    /// The effect of a place.
    pub fn effect(&self, place: &Place) -> Gaussian {
        self.effects.get(place).copied().unwrap_or(self.unseen(place.1))
    }

    /// Mean and variance of the sum of effects.
    pub fn score(&self, places: &[Place]) -> Gaussian {
        places.iter().map(|place| self.effect(place)).fold(Gaussian::new(0.0, 0.0), |sum, e| {
            Gaussian::new(sum.mean + e.mean, sum.variance + e.variance)
        })
    }

    /// Widens effects before they are learnt from.
    pub fn forget(&mut self, places: &[Place], lambda: f64) {
        for place in places {
            if let Some(effect) = self.effects.get_mut(place) {
                effect.forget(&place.1.prior(), lambda);
            }
        }
    }

    /// Folds a step of the whole score in. `beside` is the variance of the score that lies
    /// elsewhere.
    pub fn learn(&mut self, places: &[Place], step: &Step, beside: f64) {
        if !self.is_shared {
            return;
        }
        let total = self.score(places).variance + beside;
        for place in places {
            let is_full = self.effects.len() >= LOCALS_MAX;
            if is_full && !self.effects.contains_key(place) {
                continue;
            }
            let effect = self.effects.entry(*place).or_insert(place.1.prior());
            let others = total - effect.variance;
            let curvature = step.curvature / (1.0 + step.curvature * others);
            effect.learn(1.0, &Step { curvature, ..*step });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::laplace;

    const AT: Fingerprint = Fingerprint(7);
    const PLACES: [Place; 2] = [(AT, Local::Level), (AT, Local::Offer(OfferKey(1)))];

    fn shared() -> Locals {
        let mut locals = Locals::default();
        locals.meet(AT);
        locals.meet(Fingerprint(8));
        locals
    }

    fn learn(locals: &mut Locals, label: bool) {
        let score = locals.score(&PLACES);
        let step = laplace::step(score.mean - 1.0, score.variance, label, 1.0);
        locals.learn(&PLACES, &step, 0.0);
    }

    #[test]
    fn a_property_becomes_itself() {
        let mut locals = shared();
        let brand = locals.score(&PLACES);
        assert!(brand.mean.abs() < 1e-12 && (brand.variance - 0.35).abs() < 1e-12);
        (0..200).for_each(|_| learn(&mut locals, true));
        let itself = locals.score(&PLACES);
        assert!(itself.mean > 1.0 && itself.variance < brand.variance);
        let level = locals.effect(&PLACES[0]).mean;
        assert!(level > locals.effect(&PLACES[1]).mean, "the wider effect takes more of it");
        let elsewhere = locals.effect(&(Fingerprint(8), Local::Level));
        assert_eq!(elsewhere, LEVEL, "another property is what its brand is");
    }

    #[test]
    fn a_brand_of_one_property_is_that_property() {
        let mut locals = Locals::default();
        (0..3).for_each(|_| locals.meet(AT));
        learn(&mut locals, true);
        assert_eq!(locals.score(&PLACES), Gaussian::new(0.0, 0.0));
        assert!(locals.effects.is_empty());
    }

    /// The share of a label that an effect takes is what the exact joint update of the two would
    /// leave it with, their correlation aside.
    #[test]
    fn an_effect_narrows_by_its_own_share() {
        let mut locals = shared();
        let step = Step { mode: 0.0, gradient: 0.0, curvature: 0.2 };
        locals.learn(&PLACES, &step, 0.5);
        let total = 0.25 + 0.1 + 0.5;
        let exact = |v: f64| v - v * v * 0.2 / (1.0 + 0.2 * total);
        assert!((locals.effect(&PLACES[0]).variance - exact(0.25)).abs() < 1e-12);
        assert!((locals.effect(&PLACES[1]).variance - exact(0.1)).abs() < 1e-12);
    }
}
