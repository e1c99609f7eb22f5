//! The parts of a bundle that a guest composes: which of them may be sold now, and under which
//! published conditions.
//!
//! Guests choose parts themselves, so what keeps an offer from being *proposed* (caps, what was
//! declined, tastes, what the caller leaves out) does not keep it from being bought.

use crate::domain::decision::{FilterStage, Filtered};
use crate::domain::id::{DecisionId, OfferId, OfferIndex};
use crate::domain::price::{Part, PriceTerms};

use super::pipeline::{Failure, Inputs, Run, placements_of};
use super::scratch::Scratch;
use super::setting::Setting;

/// What parts are priced by, and which cannot be sold.
#[derive(Debug)]
pub struct Parts {
    /// The published conditions, without what is bought together.
    pub terms: PriceTerms,
    /// Parts that cannot be sold, and why; at most one reason each.
    pub removed: Vec<Filtered>,
}

/// Looks at parts as the first placement of a call would show them.
///
/// # Errors
/// For a property, placement or policy that the catalog does not have.
pub fn parts(
    inputs: &Inputs<'_>,
    chosen: &[OfferIndex],
    scratch: &mut Scratch,
) -> Result<Parts, Failure> {
    let (catalog, request) = (&*inputs.serving.catalog, inputs.request);
    let property = catalog.property_index(&request.property).ok_or(Failure::Property)?;
    let (asked, placement, index, _) = placements_of(catalog, request)?[0];
    let setting = Setting::of(inputs, property, placement.channel);
    let mut run = Run::new(inputs, &setting, DecisionId([0; 16]), scratch);
    run.candidates(asked, index, placement, scratch);
    let day = setting
        .stay
        .as_ref()
        .map_or(setting.context.today, |stay| stay.check_in.max(setting.context.today));
    let mut removed: Vec<Filtered> = Vec::new();
    let mut room: Option<&OfferId> = None;
    for at in chosen {
        let Some(offer) = catalog.offer(*at) else { continue };
        let because = |stage, component: &str, reason: String| Filtered {
            offer: offer.id.clone(),
            stage,
            component: component.to_owned(),
            reason,
        };
        let found = run.filtered().iter().find(|f| f.offer == offer.id && is_of_sale(f.stage));
        let left = || inputs.live.stock.left(offer.key, &request.property, day);
        let sold = (offer, &request.property);
        let problem = if let Some(found) = found {
            Some(found.clone())
        } else if offer.is_fallback || catalog.budget_of(*at).is_some() {
            let reason = "it is given, not sold".to_owned();
            Some(because(FilterStage::Eligibility, "not_for_sale", reason))
        } else if inputs.serving.limited.contains(*at) && left() == 0 {
            let reason = "none left for the day".to_owned();
            Some(because(FilterStage::Inventory, "inventory", reason))
        } else if !inputs.serving.is_for_sale(sold, &setting.terms) {
            let reason = "no step of its price reaches the floor".to_owned();
            Some(because(FilterStage::Quote, "rates", reason))
        } else if offer.pricing.room.is_some() {
            let before = room.replace(&offer.id);
            let reason = |other: &OfferId| format!("a stay has one room, and {other} is one");
            before.map(|other| because(FilterStage::Caller, "one_room", reason(other)))
        } else {
            None
        };
        removed.extend(problem);
    }
    Ok(Parts { terms: setting.terms, removed })
}

fn is_of_sale(stage: FilterStage) -> bool {
    matches!(stage, FilterStage::Eligibility | FilterStage::Applicability)
}

/// The conditions of one part, bought with the others.
pub fn within(terms: &PriceTerms, own: &OfferId, bundle: &[Part]) -> PriceTerms {
    let mut together: Vec<Part> = bundle.iter().filter(|p| p.offer != *own).cloned().collect();
    together.sort_unstable();
    PriceTerms { together, ..terms.clone() }
}
