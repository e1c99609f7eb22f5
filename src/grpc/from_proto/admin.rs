//! Calls of those who run the server.

use crate::api::v1;
use crate::domain::policy::LearningMode;
use crate::domain::scope::Scope;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{enums, preference, values};

/// Checks a call for a checkpoint.
pub(crate) fn checkpoint(
    scope: &Scope,
    wire: &v1::CreateModelCheckpointRequest,
) -> Result<(), Refusal> {
    let mut problems = Problems::new();
    let parent = names::brand(&mut problems, scope, "parent", &wire.parent);
    preference::request_id(&mut problems, &wire.request_id);
    problems.finish(parent)
}

/// Reads the mode a brand is set to; `None`: that of each policy.
pub(crate) fn mode(
    scope: &Scope,
    wire: v1::SetLearningModeRequest,
) -> Result<Option<LearningMode>, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let brand = names::brand(p, scope, "brand", &wire.brand);
    let mode = enums::read::<v1::LearningMode>(p, "learning_mode", wire.learning_mode);
    values::required(p, "description", wire.description, 512);
    preference::request_id(p, &wire.request_id);
    problems.finish(brand.map(|()| mode))
}
