//! What would the target have earned, by one formula or another?
//!
//! Notation: `w = π_e(a|x) / p` the importance weight, `r` the reward, `q̂` the outcome model, `n`
//! decisions, `DM = mean(Σ_a π_e(a|x) q̂(x, a))`.
//!
//! | estimator | value |
//! |---|---|
//! | IPS | `mean(w r)` |
//! | clipped IPS | `mean(min(w, M) r)` |
//! | SNIPS | `Σ w r / Σ w` |
//! | DM | `DM` |
//! | DR | `DM + mean(w (r − q̂))` |
//! | SNDR | `DM + Σ w (r − q̂) / Σ w` |
//! | SWITCH-DR | `DM + mean(1[w ≤ τ] w (r − q̂))` |
//! | `DRos` | `DM + mean(λw / (w² + λ) (r − q̂))` |
//!
//! Each is a sum of ratios of sums over the decisions, so all of them, their standard errors and
//! their bootstrap come from one table of sums, one line for each guest ([`super::sums`]).

use serde::Serialize;

use super::row::Rows;
use super::sums::{CLIPPED, COUNT, MODEL, RESIDUAL, REWARDED, Ratio, SHRUNK, SWITCHED, WEIGHT};

/// A formula for the value of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    /// Inverse propensity scoring: unbiased, the noisiest. Horvitz and Thompson, "A generalization
    /// of sampling without replacement from a finite universe", 1952.
    Ips,
    /// With weights above a limit cut down to it: biased low for rewards above zero. Ionides,
    /// "Truncated importance sampling", 2008.
    ClippedIps,
    /// Self-normalised: biased a little, steadier, never outside the rewards seen. Swaminathan and
    /// Joachims, "The self-normalized estimator for counterfactual learning", 2015.
    Snips,
    /// The direct method: the outcome model alone, as biased as the model is. Its standard error is
    /// that of the contexts alone: it knows nothing of the model's errors, and is no basis for an
    /// answer.
    Dm,
    /// Doubly robust: unbiased, and the steadier, the better the model is. Dudík, Langford and Li,
    /// "Doubly robust policy evaluation and learning", 2011.
    Dr,
    /// Doubly robust with self-normalised weights. Thomas and Brunskill, "Data-efficient off-policy
    /// policy evaluation for reinforcement learning", 2016.
    Sndr,
    /// Doubly robust where the weight is small, the model alone where it is large. Wang, Agarwal
    /// and Dudík, "Optimal and adaptive off-policy evaluation in contextual bandits", 2017.
    SwitchDr,
    /// Doubly robust with weights shrunk the more, the larger they are. Su, Dimakopoulou,
    /// Krishnamurthy and Dudík, "Doubly robust off-policy evaluation with shrinkage", 2020.
    DrOs,
}

impl Estimator {
    /// All of them, in the order of a report.
    pub const ALL: [Self; 8] = [
        Self::Ips,
        Self::ClippedIps,
        Self::Snips,
        Self::Dm,
        Self::Dr,
        Self::Sndr,
        Self::SwitchDr,
        Self::DrOs,
    ];

    /// Its name in the literature.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ips => "IPS",
            Self::ClippedIps => "clipped IPS",
            Self::Snips => "SNIPS",
            Self::Dm => "DM",
            Self::Dr => "DR",
            Self::Sndr => "SNDR",
            Self::SwitchDr => "SWITCH-DR",
            Self::DrOs => "DRos",
        }
    }

    /// Whether it needs an outcome model's predictions.
    pub const fn needs_predictions(self) -> bool {
        match self {
            Self::Ips | Self::ClippedIps | Self::Snips => false,
            Self::Dm | Self::Dr | Self::Sndr | Self::SwitchDr | Self::DrOs => true,
        }
    }

    /// Those that can be computed from these rows, in order.
    pub fn of(rows: &Rows) -> Vec<Self> {
        let has_model = rows.are_predicted();
        Self::ALL.into_iter().filter(|e| has_model || !e.needs_predictions()).collect()
    }

    /// The ratios of sums whose sum it is.
    pub(super) const fn ratios(self) -> &'static [Ratio] {
        match self {
            Self::Ips => &[(REWARDED, COUNT)],
            Self::ClippedIps => &[(CLIPPED, COUNT)],
            Self::Snips => &[(REWARDED, WEIGHT)],
            Self::Dm => &[(MODEL, COUNT)],
            Self::Dr => &[(MODEL, COUNT), (RESIDUAL, COUNT)],
            Self::Sndr => &[(MODEL, COUNT), (RESIDUAL, WEIGHT)],
            Self::SwitchDr => &[(MODEL, COUNT), (SWITCHED, COUNT)],
            Self::DrOs => &[(MODEL, COUNT), (SHRUNK, COUNT)],
        }
    }
}

/// The numbers that some estimators need. Each may be infinite: no limit, which makes the estimator
/// IPS or DR.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Parameters {
    /// M of clipped IPS, above 0.
    pub clip: f64,
    /// τ of SWITCH-DR, above 0.
    pub tau: f64,
    /// λ of `DRos`, at least 0; at 0 it is DM.
    pub lambda: f64,
}

impl Parameters {
    /// No limit at all.
    pub const UNLIMITED: Self =
        Self { clip: f64::INFINITY, tau: f64::INFINITY, lambda: f64::INFINITY };

    /// The one an estimator uses, if any.
    pub const fn of(&self, estimator: Estimator) -> Option<f64> {
        match estimator {
            Estimator::ClippedIps => Some(self.clip),
            Estimator::SwitchDr => Some(self.tau),
            Estimator::DrOs => Some(self.lambda),
            Estimator::Ips | Estimator::Snips | Estimator::Dm | Estimator::Dr | Estimator::Sndr => {
                None
            }
        }
    }
}

/// The weight of clipped IPS.
pub fn clipped(weight: f64, clip: f64) -> f64 {
    weight.min(clip)
}

/// The weight of SWITCH-DR.
pub fn switched(weight: f64, tau: f64) -> f64 {
    if weight <= tau { weight } else { 0.0 }
}

/// The weight of `DRos`, `λw / (w² + λ)`: w itself for an infinite λ.
pub fn shrunk(weight: f64, lambda: f64) -> f64 {
    if weight <= 0.0 || lambda.is_infinite() {
        weight
    } else {
        weight / (weight * weight / lambda + 1.0)
    }
}
