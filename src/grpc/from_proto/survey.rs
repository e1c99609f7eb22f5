//! Reads what is to be asked.

use crate::api::v1;
use crate::domain::id::PlacementId;
use crate::domain::scope::Scope;
use crate::engine::SurveyQuery;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{enums, values};

/// Reads who is to be asked, where, and in which language.
pub(crate) fn next_question(
    scope: &Scope,
    wire: v1::NextSurveyQuestionRequest,
) -> Result<(SurveyQuery, String), Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let guest = names::guest(p, scope, "guest", &wire.guest);
    let placement = (!wire.placement_id.is_empty())
        .then(|| p.take(PlacementId::parse("placement_id", &wire.placement_id)))
        .flatten();
    let stage = enums::read::<v1::StayStage>(p, "stay_stage", wire.stay_stage);
    let locale = values::locale(p, "locale", wire.locale);
    let asked = guest.map(|guest| (SurveyQuery { guest, placement, stage }, locale));
    problems.finish(asked)
}
