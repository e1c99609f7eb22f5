//! Offers: prices, limits, treatments, references, fallbacks.

use std::collections::HashSet;

use crate::domain::channel::Channel;
use crate::domain::id::{OfferKey, PropertyId};
use crate::domain::offer::{Offer, StageSet, Treatment};
use crate::domain::time::Timestamp;

use super::{Check, Hashed, hashes, too_long};
use crate::catalog::content::{
    FALLBACKS_MAX, NAME_BYTES_MAX, PARTY_MAX, TAGS_MAX, TEXT_BYTES_MAX, TEXTS_MAX, TREATMENTS_MAX,
};
use crate::catalog::eligibility::is_in;
use crate::catalog::treatment::fits_channel;
use crate::catalog::words::is_locale;

impl Check<'_> {
    pub(super) fn offers(&mut self) {
        let offers = &self.content.offers;
        let field = |at| format!("offers[{at}].id");
        self.unique(offers.iter().map(|offer| &offer.id), field);
        // Two ids with one key would be one offer to every ledger.
        let mut ids = HashSet::new();
        let distinct = offers.iter().filter(|offer| ids.insert(&offer.id));
        self.unique(distinct.map(|offer| OfferKey::of(&offer.id).0), |_| "offers".to_owned());
        let groups = hashes(offers.iter().filter_map(|offer| offer.group.as_ref()));
        let groups = groups.iter().map(|(id, hash)| Hashed(id, *hash));
        self.unique(groups, |_| "offers".to_owned());
        for (at, offer) in offers.iter().enumerate() {
            let path = |name: &str| format!("offers[{at}].{name}");
            self.offer_references(offer, &path);
            self.offer_limits(offer, &path);
            self.offer_price(offer, &path);
            self.offer_treatments(offer, &path);
            let is_key = offer.key == OfferKey::of(&offer.id);
            self.need(is_key, || path("id"), || "has the key of another id".to_owned());
        }
    }

    fn offer_references(&mut self, offer: &Offer, path: &dyn Fn(&str) -> String) {
        let exists = self.names.categories.contains(offer.category.as_str());
        self.known(exists, || path("category"), "category", &offer.category);
        for (i, property) in offer.properties.iter().enumerate() {
            let exists = self.names.properties.contains_key(property.as_str());
            self.known(exists, || path(&format!("properties[{i}]")), "property", property);
        }
        for (i, id) in offer.placements.iter().enumerate() {
            let field = || path(&format!("placements[{i}]"));
            let channel = self.names.placements.get(id.as_str()).copied();
            self.known(channel.is_some(), field, "placement", id);
            if let Some(channel) = channel {
                let problem = || {
                    format!(
                        "names {id}, but the offer does not go through its channel {channel}; add it to channels"
                    )
                };
                self.need(offer.channels.contains(channel), field, problem);
            }
        }
        if let Some(group) = &offer.group {
            let problem = || "has the hash 0, which means none; rename it".to_owned();
            self.need(
                crate::domain::belief::tag_hash(group.as_str()) != 0,
                || path("group"),
                problem,
            );
        }
    }

    fn offer_limits(&mut self, offer: &Offer, path: &dyn Fn(&str) -> String) {
        self.need(offer.name.len() <= NAME_BYTES_MAX, || path("name"), || too_long(NAME_BYTES_MAX));
        let problem = || format!("has more than {TAGS_MAX} tags; keep the telling ones");
        self.need(offer.tags.len() <= TAGS_MAX, || path("tags"), problem);
        self.unique(offer.tags.iter(), |i| path(&format!("tags[{i}]")));
        let problem = || "is before valid_from; an offer must be valid for some time".to_owned();
        self.need(offer.valid_from < offer.valid_until, || path("valid_until"), problem);
        for (name, (least, most)) in [("adults", offer.adults), ("children", offer.children)] {
            let problem = || {
                format!(
                    "goes from {least} to {most}; min and max must be in order, at most {PARTY_MAX}"
                )
            };
            self.need(least <= most && most <= PARTY_MAX, || path(name), problem);
        }
        let problem = || "is empty; name at least one, or leave the field out for all".to_owned();
        self.need(offer.stages != StageSet::default(), || path("stages"), problem);
        self.need(!offer.channels.is_empty(), || path("channels"), problem);
        let texts = offer.attributes.iter();
        let fits = texts.clone().count() <= TEXTS_MAX
            && texts.clone().all(|(_, t)| t.len() <= TEXT_BYTES_MAX);
        let problem = || {
            format!(
                "has more than {TEXTS_MAX} attributes, or one longer than {TEXT_BYTES_MAX} bytes"
            )
        };
        self.need(fits, || path("attributes"), problem);
    }

    fn offer_treatments(&mut self, offer: &Offer, path: &dyn Fn(&str) -> String) {
        let count = offer.treatments.len();
        let problem = || format!("has {count} treatments; there must be 1 to {TREATMENTS_MAX}");
        self.need((1..=TREATMENTS_MAX).contains(&count), || path("treatments"), problem);
        self.unique(offer.treatments.iter().map(|t| &t.id), |i| {
            path(&format!("treatments[{i}].id"))
        });
        for (i, treatment) in offer.treatments.iter().enumerate() {
            let texts = &treatment.content;
            let fits = !texts.is_empty()
                && texts.len() <= TEXTS_MAX
                && texts.iter().all(|(_, text)| text.len() <= TEXT_BYTES_MAX);
            let problem =
                || format!("must have 1 to {TEXTS_MAX} texts of at most {TEXT_BYTES_MAX} bytes");
            self.need(fits, || path(&format!("treatments[{i}].content")), problem);
            let problem =
                || "is empty; name at least one, or leave the field out for all".to_owned();
            let some = treatment.stages != StageSet::default();
            self.need(some, || path(&format!("treatments[{i}].stages")), problem);
            let problem = || "must be a language like en, pt-BR or zh-Hans".to_owned();
            self.need(
                is_locale(&treatment.locale),
                || path(&format!("treatments[{i}].locale")),
                problem,
            );
        }
        let is_always = |t: &&Treatment| t.contexts.is_empty() && t.stages == StageSet::ALL;
        let always = || offer.treatments.iter().filter(is_always);
        let missing = |c: &Channel| !always().any(|treatment| fits_channel(treatment, *c));
        let missing = offer.channels.and(self.names.channels).iter().find(missing);
        if let Some(channel) = missing.filter(|_| count > 0) {
            let problem = format!(
                "has none for {channel} that fits at any time; add one without contexts and stages, or take \
                 {channel} out of channels"
            );
            self.need(false, || path("treatments"), || problem);
        }
    }

    /// What is shown when nothing else may be must always be possible.
    pub(super) fn fallbacks(&mut self) {
        for (at, offer) in self.content.offers.iter().enumerate().filter(|(_, o)| o.is_fallback) {
            if let Some(condition) = condition_of(offer) {
                let problem = format!(
                    "is true, but the offer has a condition: {condition}; what is shown when nothing \
                     else may be can have none"
                );
                self.need(false, || format!("offers[{at}].fallback"), || problem);
            }
        }
        let fallbacks: Vec<&Offer> = self.content.offers.iter().filter(|o| o.is_fallback).collect();
        if fallbacks.len() > FALLBACKS_MAX {
            let problem =
                || format!("has more than {FALLBACKS_MAX} fallback offers; keep the general ones");
            return self.need(false, || "offers".to_owned(), problem);
        }
        for (at, placement) in self.content.placements.iter().enumerate() {
            let shown: Vec<&Offer> = fallbacks
                .iter()
                .copied()
                .filter(|o| o.channels.contains(placement.channel) && is_in(o, &placement.id))
                .collect();
            if shown.iter().any(|offer| offer.properties.is_empty()) {
                continue;
            }
            let covered: HashSet<&PropertyId> = shown.iter().flat_map(|o| &o.properties).collect();
            if let Some(bare) = self.content.properties.iter().find(|p| !covered.contains(&p.id)) {
                let problem = format!(
                    "has no fallback offer at {}; add an offer with fallback = true that goes \
                     through {}",
                    bare.id, placement.channel
                );
                self.need(false, || format!("placements[{at}]"), || problem);
            }
        }
    }
}

/// A condition that could make an offer ineligible.
fn condition_of(offer: &Offer) -> Option<&'static str> {
    let anybody = (0, PARTY_MAX);
    if !offer.rule.trim().is_empty() {
        Some("rule")
    } else if offer.stages != StageSet::ALL {
        Some("stages")
    } else if offer.adults != anybody || offer.children != anybody {
        Some("adults or children")
    } else if offer.valid_from > Timestamp::EPOCH || offer.valid_until < Timestamp::NEVER {
        Some("valid_from or valid_until")
    } else if offer.is_inventory_limited {
        Some("inventory_limited")
    } else {
        None
    }
}
