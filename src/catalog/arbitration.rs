//! Context weights and levers of a decision policy, resolved to categories and offers.
//!
//! `C = 1 + Σ percent / 100` over the context weights that match, `L` likewise over the levers in
//! force; neither goes below 0. A decision asks once for its [`Multipliers`]; then an offer costs
//! two array reads.

use crate::domain::id::{Label, OfferId, OfferIndex};
use crate::domain::policy::DecisionPolicy;
use crate::domain::time::Timestamp;

use super::content::CATEGORIES_MAX;

/// The weights of one decision policy.
#[derive(Debug, Clone, Default)]
pub(crate) struct PolicyTable {
    weights: Vec<Weight>,
    levers: Vec<PulledLever>,
}

#[derive(Debug, Clone)]
struct Weight {
    category: u8,
    /// Empty: any.
    intent: String,
    percent: f64,
}

#[derive(Debug, Clone, Copy)]
struct PulledLever {
    on: LeverOn,
    percent: f64,
    expires: Timestamp,
}

#[derive(Debug, Clone, Copy)]
enum LeverOn {
    Offer(OfferIndex),
    Category(u8),
    Everything,
}

/// Context weight and lever of every category and offer, for one decision. Reuse it: filling it
/// does not allocate, but for the levers of single offers the first time.
#[derive(Debug, Clone)]
pub struct Multipliers {
    context: [f64; CATEGORIES_MAX],
    lever: [f64; CATEGORIES_MAX],
    by_offer: Vec<(OfferIndex, f64)>,
}

impl Default for Multipliers {
    fn default() -> Self {
        Self { context: [1.0; CATEGORIES_MAX], lever: [1.0; CATEGORIES_MAX], by_offer: Vec::new() }
    }
}

impl Multipliers {
    /// Takes every context weight and lever back.
    pub fn clear(&mut self) {
        self.context.fill(1.0);
        self.clear_levers();
    }

    /// Takes every lever back.
    pub fn clear_levers(&mut self) {
        self.lever.fill(1.0);
        self.by_offer.clear();
    }

    /// Context weight, `C`, of a category.
    #[inline]
    pub fn context(&self, category: u8) -> f64 {
        self.context.get(usize::from(category)).map_or(1.0, |c| c.max(0.0))
    }

    /// Lever, `L`, of an offer of a category.
    #[inline]
    pub fn lever(&self, offer: OfferIndex, category: u8) -> f64 {
        let of_category = self.lever.get(usize::from(category)).copied().unwrap_or(1.0);
        let of_offer: f64 =
            self.by_offer.iter().filter(|(at, _)| *at == offer).map(|(_, more)| more).sum();
        (of_category + of_offer).max(0.0)
    }
}

impl PolicyTable {
    /// Resolves the names of a policy; one that is not in the catalog is left out (`check` has
    /// refused it).
    pub(crate) fn of(
        policy: &DecisionPolicy,
        category: impl Fn(&Label) -> Option<u8>,
        offer: impl Fn(&OfferId) -> Option<OfferIndex>,
    ) -> Self {
        let weights = policy.context_weights.iter().filter_map(|weight| {
            let category = category(&weight.category)?;
            Some(Weight { category, intent: weight.intent.clone(), percent: weight.percent })
        });
        let levers = policy.levers.iter().filter_map(|lever| {
            let on = match (&lever.offer, &lever.category) {
                (Some(id), _) => LeverOn::Offer(offer(id)?),
                (None, Some(label)) => LeverOn::Category(category(label)?),
                (None, None) => LeverOn::Everything,
            };
            Some(PulledLever { on, percent: lever.percent, expires: lever.expires })
        });
        Self { weights: weights.collect(), levers: levers.collect() }
    }

    /// Fills the multipliers of a decision.
    pub(crate) fn fill(&self, intent: &str, now: Timestamp, out: &mut Multipliers) {
        out.clear();
        for weight in &self.weights {
            if weight.intent.is_empty() || weight.intent == intent {
                add(&mut out.context, weight.category, weight.percent);
            }
        }
        for lever in self.levers.iter().filter(|lever| now < lever.expires) {
            match lever.on {
                LeverOn::Offer(offer) => out.by_offer.push((offer, lever.percent / 100.0)),
                LeverOn::Category(category) => add(&mut out.lever, category, lever.percent),
                LeverOn::Everything => {
                    out.lever.iter_mut().for_each(|l| *l += lever.percent / 100.0);
                }
            }
        }
    }
}

fn add(factors: &mut [f64; CATEGORIES_MAX], category: u8, percent: f64) {
    if let Some(factor) = factors.get_mut(usize::from(category)) {
        *factor += percent / 100.0;
    }
}
