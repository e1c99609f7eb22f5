//! A decision policy asked about: what it would have done in the place of what ran.

use std::sync::Arc;

use crate::catalog::{Catalog, Problem, decision_policies};
use crate::decide::Serving;
use crate::domain::decision::{Decision, Enrolment};
use crate::domain::policy::{DecisionPolicy, Exploration};

/// A policy asked about.
#[derive(Debug, Clone)]
pub struct Target {
    /// What it is called.
    pub name: String,
    change: Change,
}

#[derive(Debug, Clone)]
enum Change {
    /// As it ran.
    None,
    /// Every policy explores so.
    Exploration(Exploration),
    /// It stands in for that of the same id; one of a new id, for all.
    Policy(Box<DecisionPolicy>),
}

/// A policy that cannot be asked about.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// Its text cannot be read.
    #[error("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Text {
        /// What is wrong with it.
        problems: Vec<Problem>,
    },
    /// It does not fit into a catalog of the log.
    #[error("catalog version {version} with it: {problem}")]
    Catalog {
        /// The version.
        version: u64,
        /// The first problem.
        problem: Problem,
    },
}

/// The floor of the built-in policy that takes the best.
const FLOOR: f64 = 0.02;

impl Target {
    /// A built-in one: `as-ran`, `uniform`, `popular`, `learned`.
    pub fn built_in(name: &str) -> Option<Self> {
        let change = match name {
            "as-ran" => Change::None,
            "uniform" => Change::Exploration(Exploration::Uniform),
            "popular" => Change::Exploration(Exploration::Popular),
            "learned" => Change::Exploration(Exploration::EpsilonGreedy { floor: FLOOR }),
            _ => return None,
        };
        Some(Self { name: name.to_owned(), change })
    }

    /// The decision policies of a text, each of them one target: it stands in for the policy of the
    /// same id, and one that the log does not know for all.
    ///
    /// # Errors
    /// With the problems of the text.
    pub fn of_text(text: &str) -> Result<Vec<Self>, TargetError> {
        let policies =
            decision_policies(text).map_err(|problems| TargetError::Text { problems })?;
        let target = |policy: DecisionPolicy| Self {
            name: policy.id.to_string(),
            change: Change::Policy(Box::new(policy)),
        };
        Ok(policies.into_iter().map(target).collect())
    }

    /// What it decides from in the place of what ran.
    ///
    /// # Errors
    /// Where the policy does not fit into the catalog.
    pub fn serving(&self, ran: &Arc<Serving>) -> Result<Arc<Serving>, TargetError> {
        if matches!(self.change, Change::None) {
            return Ok(Arc::clone(ran));
        }
        let mut content = ran.catalog.content().clone();
        self.change(&mut content.decision_policies);
        let version = ran.catalog.version();
        let catalog = Catalog::build(content, version, ran.catalog.vectors().to_vec());
        let catalog = catalog.map_err(|problems| {
            let problem = problems.into_iter().next();
            let problem = problem.expect("a catalog that is not built has a problem");
            TargetError::Catalog { version, problem }
        })?;
        let model = Arc::clone(&ran.model);
        let serving = Serving::new(Arc::new(catalog), model, ran.model_sequence, ran.labels);
        Ok(Arc::new(serving.priced_by(ran.price_key, Arc::clone(&ran.rates))))
    }

    fn change(&self, policies: &mut [DecisionPolicy]) {
        match &self.change {
            Change::None => {}
            Change::Exploration(exploration) => {
                policies.iter_mut().for_each(|policy| policy.exploration = *exploration);
            }
            Change::Policy(other) => {
                let is_known = policies.iter().any(|policy| policy.id == other.id);
                for policy in policies.iter_mut().filter(|p| !is_known || p.id == other.id) {
                    *policy = DecisionPolicy { id: policy.id.clone(), ..(**other).clone() };
                }
            }
        }
    }

    /// A decision as it would be asked: outside of every experiment.
    pub fn asked(&self, decision: &Decision) -> Option<Decision> {
        let is_as_ran = matches!(self.change, Change::None);
        let experiments = Enrolment::default();
        (!is_as_ran).then(|| Decision { experiments, ..decision.clone() })
    }
}
