//! Removals and timings: what the full view adds.

use crate::api::v1;
use crate::domain::decision::{FilterStage, Filtered, StageTiming};

use super::values;

/// Most removals of an answer.
const FILTERED_MAX: usize = 10_000;
/// Longest sentence, in bytes.
const TEXT_BYTES_MAX: usize = 256;

/// Offers that were taken out. Who may see them is the caller's affair.
pub(crate) fn filtered(filtered: &[Filtered]) -> Vec<v1::FilteredOffer> {
    let one = |filtered: &Filtered| v1::FilteredOffer {
        offer_id: filtered.offer.as_str().to_owned(),
        stage: stage(filtered.stage).into(),
        component: filtered.component.clone(),
        reason: reason(filtered).into(),
        display_text: crate::grpc::status::shortened(&filtered.reason, TEXT_BYTES_MAX).to_owned(),
        ..Default::default()
    };
    filtered.iter().take(FILTERED_MAX).map(one).collect()
}

fn stage(stage: FilterStage) -> v1::FilterStage {
    match stage {
        FilterStage::Eligibility => v1::FilterStage::Eligibility,
        FilterStage::Applicability => v1::FilterStage::Applicability,
        FilterStage::Suitability => v1::FilterStage::Suitability,
        FilterStage::Inventory => v1::FilterStage::Inventory,
        FilterStage::ContactPolicy => v1::FilterStage::ContactPolicy,
        FilterStage::Caller => v1::FilterStage::Caller,
        FilterStage::Budget => v1::FilterStage::Budget,
        FilterStage::Quote => v1::FilterStage::Quote,
    }
}

/// The reason for programs: by the stage, and by what removed the offer there.
fn reason(filtered: &Filtered) -> v1::FilterReason {
    use v1::FilterReason as R;
    match (filtered.stage, filtered.component.as_str()) {
        (FilterStage::Eligibility, "stopped") => R::Stopped,
        (FilterStage::Eligibility, "validity") => R::OutsideValidity,
        (FilterStage::Eligibility, "property") => R::Property,
        (FilterStage::Eligibility, "stay_stage") => R::StayStage,
        (FilterStage::Eligibility, "channel") => R::Channel,
        (FilterStage::Eligibility, "placement") => R::Placement,
        (FilterStage::Applicability, "party") => R::Party,
        (FilterStage::Applicability, "rule") => R::Rule,
        (FilterStage::Suitability, _) => R::Unacceptable,
        (FilterStage::Inventory, "bid_price") => R::BidPrice,
        (FilterStage::Inventory, _) => R::Inventory,
        (FilterStage::ContactPolicy, "broken_promise") => R::Suppressed,
        (FilterStage::Quote, _) => R::Floor,
        (FilterStage::ContactPolicy, _) => R::Capped,
        (FilterStage::Budget, _) => R::Budget,
        (FilterStage::Caller, "allowed_offer_ids") => R::NotAllowedByCaller,
        (FilterStage::Caller, "excluded_offer_ids" | "volume_plan") => R::ExcludedByCaller,
        (FilterStage::Caller, "allow_duplicates") => R::Duplicate,
        (FilterStage::Eligibility | FilterStage::Applicability | FilterStage::Caller, _) => {
            R::Unspecified
        }
    }
}

/// Time spent in each stage.
pub(crate) fn timings(timings: &[StageTiming]) -> Vec<v1::StageTiming> {
    let one = |timing: &StageTiming| {
        let name = format!("DECISION_STAGE_{}", timing.stage);
        let stage = v1::DecisionStage::from_str_name(&name).unwrap_or_default();
        v1::StageTiming { stage: stage.into(), duration: Some(values::duration(timing.duration)) }
    };
    timings.iter().map(one).collect()
}
