//! Which experiments a decision is part of, and what they change about it.

use std::borrow::Cow;

use crate::catalog::{Catalog, Multipliers, PolicyIndex};
use crate::domain::consent::{ConsentState, Purpose};
use crate::domain::decision::{Assigned, Enrolment};
use crate::domain::experiment::ablation::Ablation;
use crate::domain::experiment::plan::{ArmPlan, Unit};
use crate::domain::experiment::program::{Assignment, Subject};
use crate::domain::guest::GuestState;
use crate::domain::policy::{DecisionPolicy, Exploration};
use crate::domain::request::DecideRequest;
use crate::domain::time::Date;

/// The arms of a call. A guest who does not want to be measured is in none.
pub(super) fn enrol(
    catalog: &Catalog,
    request: &DecideRequest,
    guest: &GuestState,
    today: Date,
) -> Enrolment {
    let program = catalog.program();
    let (wish, _) = guest.consent.state(Purpose::Measurement);
    let is_refused = matches!(wish, ConsentState::Denied | ConsentState::Withdrawn);
    if program.is_empty() || is_refused {
        return Enrolment::default();
    }
    let guest = request.guest.as_str();
    if program.holds_out(guest) {
        return Enrolment { is_held_out: true, arms: Vec::new() };
    }
    let asks_for_day = program.experiments().iter().any(|e| e.plan().unit == Unit::PropertyDay);
    let property_day = asks_for_day.then(|| format!("{}/{today}", request.property));
    let booking = request.reservation.as_ref().map(|r| r.as_str());
    let subject = Subject { guest, booking, property_day: property_day.as_deref() };
    let assigned =
        (0_u8..).zip(program.assignments(subject)).filter_map(|(experiment, (_, is))| {
            let Assignment::Arm(arm) = is else { return None };
            Some(Assigned { experiment, arm: u8::try_from(arm).ok()? })
        });
    Enrolment { is_held_out: false, arms: assigned.collect() }
}

fn arms<'a>(catalog: &'a Catalog, enrolment: &Enrolment) -> impl Iterator<Item = &'a ArmPlan> {
    let experiments = catalog.program().experiments();
    enrolment.arms.iter().filter_map(|assigned| {
        experiments
            .get(usize::from(assigned.experiment))?
            .plan()
            .arms
            .get(usize::from(assigned.arm))
    })
}

/// The part that the arms of a decision take out.
pub fn ablation_of(catalog: &Catalog, enrolment: &Enrolment) -> Option<Ablation> {
    arms(catalog, enrolment).find_map(|arm| arm.ablation)
}

/// The policy that an arm puts in the place of another.
pub(super) fn policy_of(
    catalog: &Catalog,
    enrolment: &Enrolment,
    usual: PolicyIndex,
) -> PolicyIndex {
    if enrolment.arms.is_empty() {
        return usual;
    }
    let usual_id = catalog.policy(usual).map(|policy| &policy.id);
    let replaced = arms(catalog, enrolment)
        .flat_map(|arm| &arm.policies)
        .find(|(from, _)| Some(from) == usual_id)
        .and_then(|(_, to)| catalog.policy_index(to));
    replaced.unwrap_or(usual)
}

/// What is different about how a decision's candidates are scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Variation {
    /// Nothing is personalized.
    pub(super) is_held_out: bool,
    /// The part that is taken out.
    pub(super) ablation: Option<Ablation>,
}

impl Variation {
    /// What the arms of a decision say.
    pub(super) fn of(catalog: &Catalog, enrolment: &Enrolment) -> Self {
        let ablation = ablation_of(catalog, enrolment);
        Self { is_held_out: enrolment.is_held_out, ablation }
    }

    /// The policy without the part.
    pub(super) fn policy(self, policy: &DecisionPolicy) -> Cow<'_, DecisionPolicy> {
        let changed = match self.ablation {
            Some(Ablation::PropensityOnly) => {
                let exponent = policy.propensity_exponent;
                let propensity_exponent = if exponent > 0.0 { exponent } else { 1.0 };
                DecisionPolicy { propensity_exponent, value_exponent: 0.0, ..policy.clone() }
            }
            Some(Ablation::RulesOnly) => {
                DecisionPolicy { propensity_exponent: 0.0, ..policy.clone() }
            }
            Some(Ablation::RandomEligible) => {
                DecisionPolicy { exploration: Exploration::Uniform, ..policy.clone() }
            }
            Some(Ablation::NoLevers | Ablation::UntrainedModel) | None => {
                return Cow::Borrowed(policy);
            }
        };
        Cow::Owned(changed)
    }

    /// Context weights and levers without the part.
    pub(super) fn multipliers(self, multipliers: &mut Multipliers) {
        match self.ablation {
            Some(Ablation::PropensityOnly) => multipliers.clear(),
            Some(Ablation::NoLevers) => multipliers.clear_levers(),
            Some(Ablation::RandomEligible | Ablation::RulesOnly | Ablation::UntrainedModel)
            | None => {}
        }
    }
}
