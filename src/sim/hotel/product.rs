//! The product's ranker as an agent: the one place where the simulated hotel meets `crate::learn`'s
//! ranking.

use std::collections::BTreeMap;

use crate::domain::belief::Vector;
use crate::domain::channel::Channel;
use crate::domain::decision::{Party, TasteSnapshot};
use crate::domain::id::{Fingerprint, OfferKey};
use crate::learn::exploration::thompson::{self, ScoreBelief};
use crate::learn::exploration::{draw, greedy, inverse_gap, sharpness};
use crate::learn::impression::{Impression, Situation};
use crate::learn::laplace::{expected_sigmoid, sigmoid};
use crate::learn::ranker::{Forgetting, Ranker};

use super::agent::{Agent, Choice, Outcome};
use super::view::{Offer, Point, View};

/// Sharpness of inverse-gap weighting at the first decision (algorithms 3.4).
const GAMMA0: f64 = 1_000.0;
/// Decisions after which the sharpness stays.
const DECISIONS_CAP: f64 = 200_000.0;
/// Standard deviations of hope for young offers, and the labels after which an offer is none.
const HOPE: (f64, f64) = (0.5, 200.0);
/// What Thompson sampling multiplies standard deviations by.
const SPREAD: f64 = 0.5;

/// How an agent explores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Exploration {
    /// Inverse-gap weighting, as the product does.
    InverseGap,
    /// Not at all: the candidate of the highest expected reward.
    Greedy,
    /// A uniform draw in this part of the decisions, else the best.
    Epsilon(f64),
    /// Young offers are given the benefit of the doubt, and the best is taken.
    Optimistic,
    /// Each as often as it is the best of a draw from every candidate's posterior.
    Thompson,
}

impl Exploration {
    /// What it was run with, for tables that compare.
    pub fn flags(self) -> String {
        match self {
            Self::InverseGap => format!("gamma0={GAMMA0} decisions_cap={DECISIONS_CAP} floor=0"),
            Self::Greedy => String::new(),
            Self::Epsilon(epsilon) => format!("epsilon={epsilon}"),
            Self::Optimistic => format!("optimism={} young={}", HOPE.0, HOPE.1),
            Self::Thompson => format!("spread={SPREAD}"),
        }
    }
}

/// The product's ranker with a way to explore.
#[derive(Debug)]
pub struct Learner {
    ranker: Ranker,
    exploration: Exploration,
    decisions: u64,
    /// Labels of each offer.
    labels: BTreeMap<usize, f64>,
    /// Of the candidates of a decision, kept for their memory.
    response_propensities: Vec<f64>,
    values: Vec<f64>,
    beliefs: Vec<ScoreBelief>,
    selection_probabilities: Vec<f64>,
    buffers: thompson::Buffers,
}

impl Learner {
    /// A learner that has seen nothing, forgetting as the product does.
    pub fn new(exploration: Exploration) -> Self {
        Self::with(exploration, Forgetting::default())
    }

    /// A learner that has seen nothing, forgetting as said.
    pub fn with(exploration: Exploration, forgetting: Forgetting) -> Self {
        Self {
            ranker: Ranker::new(forgetting),
            exploration,
            decisions: 0,
            labels: BTreeMap::new(),
            response_propensities: Vec::new(),
            values: Vec::new(),
            beliefs: Vec::new(),
            selection_probabilities: Vec::new(),
            buffers: thompson::Buffers::default(),
        }
    }

    fn predict(&mut self, view: &View<'_>) {
        let (taste, situation) = (taste(view), situation(view));
        self.response_propensities.clear();
        self.values.clear();
        self.beliefs.clear();
        for (number, offer) in view.candidates() {
            let vector = vector(&offer.vector);
            let score =
                self.ranker.score(&impression((number, offer), &vector, &taste, &situation));
            let p = expected_sigmoid(score.mean, score.variance);
            let spread = score.variance.sqrt();
            let labels = self.labels.get(&number).copied().unwrap_or(0.0);
            let is_hoped_for = self.exploration == Exploration::Optimistic && labels < HOPE.1;
            let value = if is_hoped_for { sigmoid(score.mean + HOPE.0 * spread) } else { p };
            let belief =
                ScoreBelief { mean: score.mean, spread: SPREAD * spread, factor: offer.value };
            self.response_propensities.push(p);
            self.values.push(value * offer.value);
            self.beliefs.push(belief);
        }
    }

    fn weigh(&mut self) {
        let (values, p) = (&self.values, &mut self.selection_probabilities);
        p.clear();
        p.resize(values.len(), 0.0);
        match self.exploration {
            Exploration::InverseGap => {
                let gamma = sharpness(GAMMA0, self.decisions, DECISIONS_CAP);
                inverse_gap(values, gamma, 0.0, p);
            }
            Exploration::Greedy | Exploration::Optimistic => greedy(values, 0.0, p),
            Exploration::Epsilon(epsilon) => greedy(values, epsilon, p),
            Exploration::Thompson => {
                let beliefs = self.beliefs.iter().copied();
                thompson::thompson(beliefs, 1.0, 0.0, &mut self.buffers, p);
            }
        }
    }
}

impl Agent for Learner {
    fn choose(&mut self, view: &View<'_>, unit: f64) -> Choice {
        self.predict(view);
        self.weigh();
        self.decisions += 1;
        let place = draw(&self.selection_probabilities, unit).unwrap_or(0);
        Choice {
            place,
            selection_probability: self.selection_probabilities[place],
            response_propensity: Some(self.response_propensities[place]),
        }
    }

    fn learn(&mut self, view: &View<'_>, place: usize, outcome: &Outcome) {
        let (number, offer) = view.candidate(place);
        let (taste, situation, vector) = (taste(view), situation(view), vector(&offer.vector));
        let impression = impression((number, offer), &vector, &taste, &situation);
        self.ranker.update(&impression, outcome.accepted, 1.0);
        *self.labels.entry(number).or_default() += 1.0;
    }
}

/// A point on the first axes of the product's space.
#[expect(clippy::cast_possible_truncation, reason = "vectors are stored in single precision")]
fn vector(point: &Point) -> Vector {
    std::array::from_fn(|axis| point.get(axis).map_or(0.0, |x| *x as f32))
}

fn taste(view: &View<'_>) -> TasteSnapshot {
    TasteSnapshot { mean: vector(view.guest()), variance: [0.0; 32] }
}

/// The world knows neither parties nor channels: always the same of each.
fn situation(view: &View<'_>) -> Situation {
    Situation {
        stage: view.stage(),
        time: view.time(),
        party: Party::Couple,
        channel: Channel::Web,
        property: Fingerprint(view.property() as u64),
    }
}

fn impression<'a>(
    (number, offer): (usize, &Offer),
    vector: &'a Vector,
    taste: &'a TasteSnapshot,
    situation: &'a Situation,
) -> Impression<'a> {
    Impression {
        situation,
        taste: Some(taste),
        affinity_sum: 0.0,
        category: u32::try_from(offer.category).unwrap_or(u32::MAX),
        offer: OfferKey(number as u64),
        vector,
        fatigue: 0.0,
    }
}
