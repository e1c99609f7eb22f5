//! What guests decided for by the whole policy, and by the policy with one part taken out, came to.
//!
//! A small share of guests is always decided for by an ablated policy; the rest by the whole one.
//! The five ablations are those of Pega's Impact Analyzer: a random eligible offer, propensity
//! only, no levers, eligibility rules only, and an untrained model. The holdout, without any
//! personalization, stands beside them. [`super::impact`] compares.
//!
//! Counted are *guests*, by totals, never the raw means of a bandit's arms, which its choices bias.
//! A guest enters once, when the window in which the guest's outcomes count is closed.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::moments::{PairMoments, real};
use crate::domain::experiment::ablation::Ablation;

/// How a guest's offers are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// The whole policy.
    Bandit,
    /// Any eligible offer, each alike.
    RandomEligible,
    /// By response propensity alone: no value, no context weight, no levers.
    PropensityOnly,
    /// Without the levers of the business.
    NoLevers,
    /// By the rules' priorities, without a model.
    RulesOnly,
    /// With response propensities that nothing was learnt for.
    UntrainedModel,
    /// Without personalization.
    Holdout,
}

impl Policy {
    /// What the whole policy is compared with, in the order of reports.
    pub const COMPARED: [Self; 6] = [
        Self::RandomEligible,
        Self::PropensityOnly,
        Self::NoLevers,
        Self::RulesOnly,
        Self::UntrainedModel,
        Self::Holdout,
    ];

    /// Its name in plans and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bandit => "bandit",
            Self::RandomEligible => "random_eligible",
            Self::PropensityOnly => "propensity_only",
            Self::NoLevers => "no_levers",
            Self::RulesOnly => "rules_only",
            Self::UntrainedModel => "untrained_model",
            Self::Holdout => "holdout",
        }
    }
}

impl From<Option<Ablation>> for Policy {
    fn from(ablation: Option<Ablation>) -> Self {
        match ablation {
            None => Self::Bandit,
            Some(Ablation::RandomEligible) => Self::RandomEligible,
            Some(Ablation::PropensityOnly) => Self::PropensityOnly,
            Some(Ablation::NoLevers) => Self::NoLevers,
            Some(Ablation::RulesOnly) => Self::RulesOnly,
            Some(Ablation::UntrainedModel) => Self::UntrainedModel,
        }
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a guest's decisions came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GuestTotals {
    /// The guest's arm, as assigned.
    pub policy: Policy,
    /// Decisions that showed an offer. Guests without any count, too: by intention.
    pub decisions: u64,
    /// Of those, accepted.
    pub accepted: u64,
    /// Value, in one currency.
    pub value: f64,
    /// Value in a period of fixed length before the guest's assignment; `None` where unknown.
    pub value_before: Option<f64>,
}

/// A guest's totals that cannot be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TotalsError {
    /// More accepted than decided.
    #[error("accepted: is {accepted} of {decisions} decisions; count a decision once")]
    Accepted {
        /// Accepted.
        accepted: u64,
        /// Decisions.
        decisions: u64,
    },
    /// Not a finite number.
    #[error("{0}: is not a finite number; leave the guest out or mend its source")]
    NotFinite(&'static str),
}

/// Running totals of each arm. Shards merge.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Ablations {
    arms: BTreeMap<Policy, ArmTotals>,
}

/// Totals of one arm's guests.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ArmTotals {
    /// Per guest: decisions, and accepted ones.
    pub accepts: PairMoments,
    /// Per guest: value before, and value.
    pub value: PairMoments,
}

impl Ablations {
    /// Totals of many guests.
    ///
    /// # Errors
    /// [`TotalsError`] of the first guest that cannot be counted.
    pub fn of(guests: impl IntoIterator<Item = GuestTotals>) -> Result<Self, TotalsError> {
        let mut ablations = Self::default();
        for guest in guests {
            ablations.add(&guest)?;
        }
        Ok(ablations)
    }

    /// Takes a guest in, once.
    ///
    /// # Errors
    /// [`TotalsError`] where the totals cannot be; nothing is changed then.
    pub fn add(&mut self, guest: &GuestTotals) -> Result<(), TotalsError> {
        let &GuestTotals { decisions, accepted, value, .. } = guest;
        let before = guest.value_before.unwrap_or(0.0);
        if accepted > decisions {
            return Err(TotalsError::Accepted { accepted, decisions });
        }
        for (field, number) in [("value", value), ("value_before", before)] {
            if !number.is_finite() {
                return Err(TotalsError::NotFinite(field));
            }
        }
        let arm = self.arms.entry(guest.policy).or_default();
        let [decisions, accepted] = [decisions, accepted].map(real);
        let counted = arm.accepts.add(decisions, accepted);
        counted.and_then(|()| arm.value.add(before, value)).expect("finite, as checked");
        Ok(())
    }

    /// Totals of both.
    #[must_use]
    pub fn merged(mut self, other: &Self) -> Self {
        for (policy, theirs) in &other.arms {
            let ours = self.arms.entry(*policy).or_default();
            ours.accepts = ours.accepts.merged(theirs.accepts);
            ours.value = ours.value.merged(theirs.value);
        }
        self
    }

    /// Totals of one arm; `None` where it has no guest.
    pub fn arm(&self, policy: Policy) -> Option<&ArmTotals> {
        self.arms.get(&policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_that_cannot_be_are_refused_and_change_nothing() {
        let mut ablations = Ablations::of([bandit(1, 0.0), bandit(0, 0.0)]).unwrap();
        let before = ablations.clone();
        let refused = ablations.add(&bandit(2, 0.0)).unwrap_err();
        assert!(refused.to_string().starts_with("accepted: is 2 of 1 decisions"));
        for (value, value_before, field) in
            [(f64::NAN, Some(0.0), "value:"), (0.0, Some(f64::INFINITY), "value_before:")]
        {
            let guest = GuestTotals { value, value_before, ..bandit(0, 0.0) };
            let refused = ablations.add(&guest).unwrap_err().to_string();
            assert!(refused.starts_with(field), "{refused}");
        }
        assert_eq!(ablations, before);
    }

    fn bandit(accepted: u64, value: f64) -> GuestTotals {
        GuestTotals { policy: Policy::Bandit, decisions: 1, accepted, value, value_before: None }
    }

    #[test]
    fn an_unknown_past_counts_as_none() {
        let unknown = bandit(0, 5.0);
        let known = GuestTotals { value_before: Some(0.0), ..unknown };
        assert_eq!(Ablations::of([unknown]), Ablations::of([known]));
        assert_eq!(Ablations::of([unknown]).unwrap().arm(Policy::Holdout), None);
    }
}
