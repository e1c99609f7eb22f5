//! Plans of experiments as they are written down, and whether they can be used.
//!
//! A share is in parts of 10 000 of all units of a layer, a range in buckets of a layer's 1 000:
//! the shares of an experiment's arms sum to ten times the length of its range.

use std::collections::BTreeSet;

use super::ablation::Ablation;
use super::bucket::{LAYER_BUCKETS, UNIT_BUCKETS};
use crate::domain::id::Label;

/// What is randomized.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// A guest; the same arm on every visit.
    #[default]
    Guest,
    /// A booking.
    Booking,
    /// A property on a local date: a switchback, for what all guests of a day share (price).
    PropertyDay,
}

/// How units are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hashing {
    /// Ours.
    #[default]
    Sha256,
    /// `GrowthBook`'s `hashVersion` 1, for experiments begun there at full coverage. The layer is a
    /// namespace: its salt is `__` and the namespace's name.
    GrowthbookV1,
    /// `GrowthBook`'s `hashVersion` 2, likewise.
    GrowthbookV2,
}

/// An experiment's place in a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerRange {
    /// The layer's salt, the same for all its experiments.
    pub salt: String,
    /// First bucket, 0 to 999.
    pub start: u16,
    /// First bucket behind it, 1 to 1 000.
    pub end: u16,
}

impl LayerRange {
    /// Its length in parts of 10 000.
    pub fn parts(&self) -> u16 {
        self.end.saturating_sub(self.start).saturating_mul(UNIT_BUCKETS / LAYER_BUCKETS)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// One way to treat a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArmPlan {
    /// Its id, unique in the experiment.
    pub id: String,
    /// Parts of 10 000 of the layer's units, above 0.
    pub share: u16,
    /// It is what the others are compared with.
    pub is_control: bool,
    /// The part that is taken out of the policies; `None`: none.
    pub ablation: Option<Ablation>,
    /// Decision policies that stand in for others: what it replaces, and by what.
    pub policies: Vec<(Label, Label)>,
}

/// An experiment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExperimentPlan {
    /// Its id.
    pub id: String,
    /// Its salt: arms depend on it and the unit alone. Never used again.
    pub salt: String,
    /// What is randomized.
    pub unit: Unit,
    /// How.
    pub hashing: Hashing,
    /// Its place among others. An experiment on everybody takes 0 to 1 000 of a layer of its own.
    pub layer: LayerRange,
    /// Two or more arms, one of them the control. Their order is part of the plan.
    pub arms: Vec<ArmPlan>,
}

/// A plan that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct PlanError {
    /// Path of the field, as the plan writes it.
    pub field: String,
    /// What is wrong and what to do.
    pub problem: PlanProblem,
}

/// What is wrong with a field of a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanProblem {
    /// A text that is needed.
    #[error("is empty; give a text")]
    Empty,
    /// An id or salt that is taken.
    #[error("{0:?} is used twice; give each its own")]
    Twice(String),
    /// Not a range of layer buckets.
    #[error("is not a range; give a start below the end, and an end of at most {LAYER_BUCKETS}")]
    Range,
    /// Two experiments want the same buckets.
    #[error("overlaps with experiment {0:?} in the same layer; give each a range of its own")]
    Overlap(String),
    /// A layer hashes one kind of unit in one way.
    #[error("differs from experiment {0:?} in the same layer; use another layer")]
    Layer(String),
    /// Too few arms.
    #[error("has fewer than two arms; add the control")]
    Arms,
    /// A share out of bounds.
    #[error("is {0}; give parts of {UNIT_BUCKETS}, above 0")]
    Share(u16),
    /// A share that no bucket of a coarse hash falls to.
    #[error("is {0}, too little for the {LAYER_BUCKETS} buckets of this hashing; give more")]
    TooSmall(u16),
    /// Shares that do not fill the range.
    #[error("has shares that sum to {sum}; the range of its layer has {range} parts")]
    Sum {
        /// Sum of the shares.
        sum: u32,
        /// Parts of the range.
        range: u16,
    },
    /// None or several controls.
    #[error("has {0} arms marked is_control; mark one")]
    Controls(usize),
}

impl PlanError {
    pub(super) fn new(field: impl Into<String>, problem: PlanProblem) -> Self {
        Self { field: field.into(), problem }
    }

    /// An arm that its hashing is too coarse for.
    pub(super) fn too_small(arm: usize, share: u16) -> Self {
        Self::new(format!("arms[{arm}].share"), PlanProblem::TooSmall(share))
    }

    /// The same error seen from one level up.
    #[must_use]
    pub fn within(self, parent: &str) -> Self {
        Self { field: format!("{parent}.{}", self.field), ..self }
    }
}

impl ExperimentPlan {
    /// Whether the plan can be used by itself.
    ///
    /// # Errors
    /// [`PlanError`] naming the first field that cannot.
    pub fn check(&self) -> Result<(), PlanError> {
        for (field, text) in
            [("id", &self.id), ("salt", &self.salt), ("layer.salt", &self.layer.salt)]
        {
            not_empty(field, text)?;
        }
        if self.layer.start >= self.layer.end || self.layer.end > LAYER_BUCKETS {
            return Err(PlanError::new("layer.end", PlanProblem::Range));
        }
        if self.salt == self.layer.salt {
            return Err(PlanError::new("layer.salt", PlanProblem::Twice(self.salt.clone())));
        }
        self.check_arms()
    }

    /// Whether the plan can be used beside another one.
    ///
    /// # Errors
    /// [`PlanError`] naming the field of this plan that clashes.
    pub(super) fn check_beside(&self, other: &Self) -> Result<(), PlanError> {
        if self.layer.salt != other.layer.salt {
            return Ok(());
        }
        if self.unit != other.unit {
            return Err(PlanError::new("unit", PlanProblem::Layer(other.id.clone())));
        }
        // Both versions of GrowthBook have the same namespaces.
        if (self.hashing == Hashing::Sha256) != (other.hashing == Hashing::Sha256) {
            return Err(PlanError::new("hashing", PlanProblem::Layer(other.id.clone())));
        }
        if self.layer.overlaps(&other.layer) {
            return Err(PlanError::new("layer.start", PlanProblem::Overlap(other.id.clone())));
        }
        Ok(())
    }

    fn check_arms(&self) -> Result<(), PlanError> {
        if self.arms.len() < 2 {
            return Err(PlanError::new("arms", PlanProblem::Arms));
        }
        let mut ids = BTreeSet::new();
        for (at, arm) in self.arms.iter().enumerate() {
            not_empty(&format!("arms[{at}].id"), &arm.id)?;
            if !ids.insert(&arm.id) {
                let problem = PlanProblem::Twice(arm.id.clone());
                return Err(PlanError::new(format!("arms[{at}].id"), problem));
            }
            if arm.share == 0 || arm.share > UNIT_BUCKETS {
                let problem = PlanProblem::Share(arm.share);
                return Err(PlanError::new(format!("arms[{at}].share"), problem));
            }
        }
        let (sum, range) =
            (self.arms.iter().map(|arm| u32::from(arm.share)).sum(), self.layer.parts());
        if sum != u32::from(range) {
            return Err(PlanError::new("arms", PlanProblem::Sum { sum, range }));
        }
        let controls = self.arms.iter().filter(|arm| arm.is_control).count();
        if controls == 1 {
            Ok(())
        } else {
            Err(PlanError::new("arms", PlanProblem::Controls(controls)))
        }
    }
}

pub(super) fn not_empty(field: &str, text: &str) -> Result<(), PlanError> {
    if text.is_empty() { Err(PlanError::new(field, PlanProblem::Empty)) } else { Ok(()) }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An experiment in the layer "web"; its first arm is the control.
    pub(crate) fn plan(id: &str, (start, end): (u16, u16), shares: &[u16]) -> ExperimentPlan {
        let arms = shares.iter().enumerate().map(|(at, share)| ArmPlan {
            id: format!("arm-{at}"),
            share: *share,
            is_control: at == 0,
            ablation: None,
            policies: Vec::new(),
        });
        ExperimentPlan {
            id: id.to_owned(),
            salt: format!("salt of {id}"),
            unit: Unit::Guest,
            hashing: Hashing::Sha256,
            layer: LayerRange { salt: "web".to_owned(), start, end },
            arms: arms.collect(),
        }
    }

    /// Ids of guests.
    pub(crate) fn ids(count: u32) -> impl Iterator<Item = String> {
        (0..count).map(|at| format!("guest-{at}"))
    }

    /// A layer cut into experiments whose arms cut their ranges.
    pub(crate) fn layer() -> impl Strategy<Value = Vec<ExperimentPlan>> {
        let cuts = prop::collection::btree_set(1_u16..1_000, 1..5);
        (cuts, prop::collection::vec(0.01_f64..0.99, 8)).prop_map(|(cuts, splits)| {
            let edges: Vec<u16> = cuts.into_iter().chain([1_000]).collect();
            let ranges = edges.windows(2).zip(&splits);
            let plans = ranges.enumerate().map(|(at, (edge, split))| {
                let parts = (edge[1] - edge[0]) * 10;
                let first = ((f64::from(parts) * split) as u16).clamp(1, parts - 2);
                let second = (parts - first) / 2;
                let shares = [first, second, parts - first - second];
                plan(&at.to_string(), (edge[0], edge[1]), &shares)
            });
            plans.collect()
        })
    }

    fn written() -> ExperimentPlan {
        ExperimentPlan { salt: "ranking-1".to_owned(), ..plan("old", (0, 600), &[3_000, 3_000]) }
    }

    fn refused(change: impl Fn(&mut ExperimentPlan)) -> String {
        let mut plan = written();
        change(&mut plan);
        plan.check().unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_with_a_plan_is_named() {
        let starts = |text: String, start: &str| assert!(text.starts_with(start), "{text}");
        starts(refused(|p| p.id.clear()), "id: is empty");
        starts(refused(|p| p.salt.clear()), "salt: is empty");
        starts(refused(|p| p.layer.salt.clear()), "layer.salt: is empty");
        starts(
            refused(|p| p.layer.salt = p.salt.clone()),
            "layer.salt: \"ranking-1\" is used twice",
        );
        starts(refused(|p| p.layer.end = 0), "layer.end: is not a range");
        starts(refused(|p| p.layer.end = 1_001), "layer.end: is not a range");
        starts(refused(|p| p.arms.truncate(1)), "arms: has fewer than two");
        starts(refused(|p| p.arms[1].id.clear()), "arms[1].id: is empty");
        starts(
            refused(|p| p.arms[1].id = "arm-0".to_owned()),
            "arms[1].id: \"arm-0\" is used twice",
        );
        starts(refused(|p| p.arms[1].share = 0), "arms[1].share: is 0;");
        starts(refused(|p| p.arms[1].share = 10_001), "arms[1].share: is 10001;");
        starts(refused(|p| p.arms[1].share = 1), "arms: has shares that sum to 3001; the range of");
        starts(refused(|p| p.arms[0].is_control = false), "arms: has 0 arms marked is_control");
        starts(refused(|p| p.arms[1].is_control = true), "arms: has 2 arms marked is_control");
    }
}
