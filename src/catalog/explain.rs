//! Why an offer was not eligible: the slow, talkative twin of `eligibility`, written without its
//! bitsets.

use crate::domain::decision::{FilterStage, Filtered};
use crate::domain::offer::Offer;
use crate::domain::time::Timestamp;

use super::eligibility::{is_at, is_in, suits};
use super::rules::RuleFacts;
use super::snapshot::Catalog;

impl Catalog {
    /// Every offer that `eligible` leaves out, with stage, component and reason, in catalog order.
    /// Fallback offers are not among them: they were never candidates.
    pub fn explain_removed(&self, facts: &RuleFacts<'_>, now: Timestamp) -> Vec<Filtered> {
        let offers = (0..).map(crate::domain::id::OfferIndex).zip(self.offers());
        let candidates = offers.filter(|(_, offer)| !offer.is_fallback);
        candidates
            .filter_map(|(at, offer)| {
                let removed = self.by_place(offer, facts, now).or_else(|| by_party(offer, facts));
                let (stage, component, reason) = removed.or_else(|| {
                    let reason = format!("the rule is not true here: {}", offer.rule);
                    let removed = (FilterStage::Applicability, "rule", reason);
                    (!self.rules().holds(at, facts)).then_some(removed)
                })?;
                let (offer, component) = (offer.id.clone(), component.to_owned());
                Some(Filtered { offer, stage, component, reason })
            })
            .collect()
    }

    /// Removed by where and when it is offered.
    fn by_place(&self, offer: &Offer, facts: &RuleFacts<'_>, now: Timestamp) -> Option<Removal> {
        let because = |component, reason| Some((FilterStage::Eligibility, component, reason));
        let (Some(property), Some(placement)) =
            (self.property(facts.property), self.placement(facts.placement))
        else {
            return because("catalog", "the catalog changed meanwhile".to_owned());
        };
        if !is_at(offer, &property.id) {
            return because("property", format!("{} does not have it", property.id));
        }
        if !is_in(offer, &placement.id) {
            return because("placement", format!("it is not meant for {}", placement.id));
        }
        if !offer.channels.contains(facts.channel) {
            return because("channel", format!("it does not go through {}", facts.channel));
        }
        if !offer.stages.contains(facts.stage) {
            return because("stay_stage", format!("it is not meant for {}", facts.stage.name()));
        }
        if now < offer.valid_from {
            return because("validity", "it is not valid yet".to_owned());
        }
        if offer.valid_until <= now {
            return because("validity", "it is not valid any more".to_owned());
        }
        None
    }
}

/// Stage, component and reason.
type Removal = (FilterStage, &'static str, String);

/// Removed by the size of the party.
fn by_party(offer: &Offer, facts: &RuleFacts<'_>) -> Option<Removal> {
    for (who, limits, people) in
        [("adults", offer.adults, facts.adults), ("children", offer.children, facts.children)]
    {
        if !suits(limits, people) {
            let reason = format!("it suits {} to {} {who}, not {people}", limits.0, limits.1);
            return Some((FilterStage::Applicability, "party", reason));
        }
    }
    None
}
