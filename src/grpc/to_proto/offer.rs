//! Offers and their treatments on the wire.

use std::collections::HashMap;

use crate::api::v1;
use crate::domain::channel::ChannelSet;
use crate::domain::id::Label;
use crate::domain::offer::{Offer, Pricing, StageSet, Treatment};
use crate::domain::price::{Condition, LoyaltyTier, PriceRule, PriceStep};
use crate::domain::scope::Scope;
use crate::domain::stay::StayStage;
use crate::domain::survey::Texts;
use crate::domain::time::{DayType, Daypart};
use crate::engine::Catalog;
use crate::grpc::from_proto::enums;
use crate::grpc::names;

use super::{View, quote, values};

/// Largest party that a catalog names: a larger limit is none.
const PARTY_MAX: u8 = 20;

/// An offer of the catalog in force. `is_stopped` is known where the call itself stopped it.
pub(crate) fn offer(
    scope: &Scope,
    (offer, catalog): (&Offer, &Catalog),
    is_stopped: bool,
    view: View,
) -> v1::Offer {
    let state = if is_stopped { v1::OfferState::Stopped } else { v1::OfferState::Active };
    let id = offer.id.as_str();
    v1::Offer {
        name: names::write(scope, "offers", id),
        offer_id: id.to_owned(),
        category_id: offer.category.as_str().to_owned(),
        group_id: offer.group.as_ref().map(ToString::to_string).unwrap_or_default(),
        supplier_id: offer.supplier.as_ref().map(ToString::to_string).unwrap_or_default(),
        display_name: offer.name.clone(),
        tags: offer.tags.iter().map(ToString::to_string).collect(),
        attributes: values::map(offer.attributes.iter().map(|(key, value)| (key, value))),
        property_ids: offer.properties.iter().map(ToString::to_string).collect(),
        pricing: pricing(&offer.pricing, &catalog.content().loyalty_tiers, view)
            .into_iter()
            .collect(),
        valid_window: valid_window(offer),
        stay_stages: stages(offer.stages),
        channels: channels(offer.channels),
        placement_ids: offer.placements.iter().map(ToString::to_string).collect(),
        party_limits: party_limits(offer),
        eligibility_rule: offer.rule.clone(),
        inventory_limited: offer.is_inventory_limited,
        hold_duration: offer.is_inventory_limited.then(|| values::duration(offer.hold)),
        is_fallback: offer.is_fallback,
        treatments: offer.treatments.iter().map(|t| treatment(scope, id, t, view)).collect(),
        state: state.into(),
        ..Default::default()
    }
}

fn pricing(pricing: &Pricing, tiers: &[LoyaltyTier], view: View) -> Option<v1::OfferPricing> {
    if pricing.list.minor == 0 {
        return None;
    }
    let rule = |code: &str, kind: v1::ChargeKind, amount| v1::ChargeRule {
        code: code.to_owned(),
        kind: kind.into(),
        included_in_price: kind == v1::ChargeKind::Tax && pricing.is_tax_included,
        amount_rule: Some(amount),
        ..Default::default()
    };
    let mut charge_rules = Vec::new();
    if pricing.tax_basis_points > 0 {
        let share =
            v1::charge_rule::AmountRule::PriceBasisPoints(i32::from(pricing.tax_basis_points));
        charge_rules.push(rule("tax", v1::ChargeKind::Tax, share));
    }
    if pricing.mandatory_fee.minor > 0 {
        let amount = v1::charge_rule::AmountRule::FixedAmount(values::money(pricing.mandatory_fee));
        charge_rules.push(rule("fee", v1::ChargeKind::Fee, amount));
    }
    Some(v1::OfferPricing {
        list_price: Some(values::money(pricing.list)),
        charge_basis: enums::charge_basis(pricing.basis),
        variable_cost: view.margin.then(|| values::money(pricing.variable_cost)),
        commission_basis_points: if view.margin {
            i32::from(pricing.commission_basis_points)
        } else {
            0
        },
        charge_rules,
        min_price: (view.margin && pricing.min_price.minor > 0)
            .then(|| values::money(pricing.min_price)),
        ladder_basis_points: pricing
            .steps
            .iter()
            .map(|step| i32::from(step.basis_points))
            .collect(),
        qualification_rules: rules(pricing, tiers),
        points_price: Some(i64::from(pricing.points_price)).filter(|points| *points > 0),
        points_earned: Some(i64::from(pricing.points_earned)).filter(|points| *points > 0),
        disclosure_texts: by_language(&pricing.disclosure),
        ..Default::default()
    })
}

/// Published conditions, the promotions of the steps first: those have no condition that a guest could
/// meet, and are drawn.
fn rules(pricing: &Pricing, tiers: &[LoyaltyTier]) -> Vec<v1::QualificationRule> {
    let step = |step: &PriceStep| {
        Some(v1::QualificationRule {
            qualification_id: step.id.as_ref()?.to_string(),
            kind: v1::QualificationKind::Promotion.into(),
            display_texts: by_language(&step.texts),
            price_basis_points: i32::from(step.basis_points),
            ..Default::default()
        })
    };
    let steps = pricing.steps.iter().filter_map(step);
    steps.chain(pricing.rules.iter().map(|published| rule(published, tiers))).collect()
}

fn rule(rule: &PriceRule, tiers: &[LoyaltyTier]) -> v1::QualificationRule {
    let words = |ids: &[Label]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut wire = v1::QualificationRule {
        qualification_id: rule.id.to_string(),
        kind: quote::kind(&rule.condition).into(),
        display_texts: by_language(&rule.texts),
        price_basis_points: i32::from(rule.basis_points),
        ..Default::default()
    };
    match &rule.condition {
        Condition::TierFrom(least) => {
            let from = tiers.iter().skip_while(|tier| tier.id != *least);
            wire.tier_ids = from.map(|tier| tier.id.to_string()).collect();
        }
        Condition::LeadDays(days) => wire.min_lead_time_days = i32::from(*days),
        Condition::Nights(nights) => wire.min_stay_nights = i32::from(*nights),
        Condition::Promotion(codes) => wire.promotion_codes = words(codes),
        Condition::RatePlan(plans) => wire.rate_plan_ids = words(plans),
        Condition::Together(offers, categories, least) => {
            wire.with_offer_ids = offers.iter().map(ToString::to_string).collect();
            wire.with_category_ids = words(categories);
            wire.min_with_count = i32::from(*least);
        }
        Condition::Dates(first, last) => {
            let (first_date, last_date) = (first.to_string(), last.to_string());
            wire.usable_dates = vec![v1::DateRange { first_date, last_date }];
        }
    }
    wire
}

fn by_language(texts: &Texts) -> HashMap<String, String> {
    texts.iter().map(|(locale, text)| (locale.to_string(), text.clone())).collect()
}

fn valid_window(offer: &Offer) -> Option<v1::TimeWindow> {
    let (start_time, end_time) =
        (values::moment_known(offer.valid_from), values::moment_known(offer.valid_until));
    (start_time.is_some() || end_time.is_some()).then_some(v1::TimeWindow { start_time, end_time })
}

fn stages(set: StageSet) -> Vec<i32> {
    if set == StageSet::ALL {
        return Vec::new();
    }
    StayStage::ALL.into_iter().filter(|stage| set.contains(*stage)).map(enums::stay_stage).collect()
}

fn channels(set: ChannelSet) -> Vec<i32> {
    if set == ChannelSet::ALL { Vec::new() } else { set.iter().map(enums::channel).collect() }
}

fn party_limits(offer: &Offer) -> Option<v1::PartyLimits> {
    let most = |max: u8| if max >= PARTY_MAX { 0 } else { i32::from(max) };
    let ((adults_min, adults_max), (children_min, children_max)) = (offer.adults, offer.children);
    let limits = v1::PartyLimits {
        min_adult_count: i32::from(adults_min),
        max_adult_count: most(adults_max),
        min_child_count: i32::from(children_min),
        max_child_count: (children_max < PARTY_MAX).then_some(i32::from(children_max)),
        max_party_size: 0,
    };
    (limits != v1::PartyLimits::default()).then_some(limits)
}

fn treatment(scope: &Scope, offer: &str, treatment: &Treatment, view: View) -> v1::Treatment {
    let of_day = |day: DayType| treatment.contexts.iter().any(|context| context.day_type == day);
    let of_part = |part: Daypart| treatment.contexts.iter().any(|context| context.daypart == part);
    let id = treatment.id.as_str();
    v1::Treatment {
        name: [names::write(scope, "offers", offer).as_str(), "/treatments/", id].concat(),
        treatment_id: id.to_owned(),
        channels: channels(treatment.channels),
        locale: treatment.locale.as_ref().to_owned(),
        day_types: DayType::ALL
            .into_iter()
            .filter(|day| of_day(*day))
            .map(enums::day_type)
            .collect(),
        dayparts: Daypart::ALL
            .into_iter()
            .filter(|part| of_part(*part))
            .map(enums::daypart)
            .collect(),
        stay_stages: stages(treatment.stages),
        content: Some(content(treatment, view)),
        ..Default::default()
    }
}

/// What is shown. Texts that the API has no field for are attributes.
pub(crate) fn content(treatment: &Treatment, view: View) -> v1::TreatmentContent {
    let mut content = v1::TreatmentContent { attributes: HashMap::new(), ..Default::default() };
    for (name, text) in &treatment.content {
        let field = match name.as_str() {
            "title" => &mut content.title,
            "body" => &mut content.body,
            "image" | "image_uri" => &mut content.image_uri,
            "call_to_action" | "action_text" => &mut content.action_text,
            "action_uri" => &mut content.action_uri,
            "staff_notes" => &mut content.staff_notes,
            _ => {
                content.attributes.insert(name.clone(), text.clone());
                continue;
            }
        };
        field.clone_from(text);
    }
    if !view.decisions {
        content.staff_notes.clear();
    }
    content
}
