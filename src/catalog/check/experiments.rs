//! The holdout and the experiments.

use crate::domain::experiment::program::Program;

use super::Check;

impl Check<'_> {
    pub(super) fn experiments(&mut self) {
        let plan = &self.content.experiments;
        if let Err(error) = Program::new(plan.clone()) {
            self.need(false, || error.field.clone(), || error.problem.to_string());
        }
        for (at, experiment) in plan.experiments.iter().enumerate() {
            let problem = || "is the universal holdout's; give it another id".to_owned();
            let is_free = experiment.id != "holdout";
            self.need(is_free, || format!("experiments[{at}].id"), problem);
            for (i, arm) in experiment.arms.iter().enumerate() {
                let path = || format!("experiments[{at}].arms[{i}].policies");
                for label in arm.policies.iter().flat_map(|(from, to)| [from, to]) {
                    let exists = self.names.policies.contains(label.as_str());
                    self.known(exists, path, "decision policy", label);
                }
            }
        }
    }
}
