//! From a document to domain types, with every problem found.
//!
//! Reading knows forms (a text, an amount, a date) and ranges; whether the whole holds together is asked of
//! [`super::check`] afterwards. A field that cannot be read leaves a default behind, so that the rest is still read, and what
//! `check` then says of that very field is not told.
//!
//! The fields of each table are listed beside its reader; `models/catalog.schema.json` lists them too, for editors, and
//! a test compares the two.

mod contact;
mod offers;
mod policies;
mod values;

use crate::domain::id::{BrandId, Label, PlacementId, PropertyId};
use crate::domain::money::Currency;
use crate::domain::offer::{Placement, Property};

use super::check;
use super::content::{
    CATEGORIES_MAX, CatalogContent, Category, DECISION_POLICIES_MAX, DOCUMENT_BYTES_MAX,
    NAME_BYTES_MAX, OFFERS_MAX, PLACEMENTS_MAX, PROPERTIES_MAX, SEGMENTS_MAX, TEXT_BYTES_MAX,
};
use super::document::{Document, Fields, Node, Report};
use super::problem::{Finding, Problem};
use crate::domain::channel::Channel;

/// Fields of the document.
pub(super) const DOCUMENT: &[&str] = &[
    "brand", "label", "properties", "categories", "offers", "placements", "decision_policies", "contact",
    "segments",
];
/// Fields of a property.
pub(super) const PROPERTY: &[&str] = &["id", "name", "zone", "currency", "country"];
/// Fields of a category.
pub(super) const CATEGORY: &[&str] = &["id", "name"];
/// Fields of a placement.
pub(super) const PLACEMENT: &[&str] = &["id", "channel", "policy", "default_count"];

/// Reads and checks a document. Publishing what comes out cannot fail, but for vectors that do not fit.
///
/// # Errors
/// With every problem found, in the order of the document, at most [`super::problem::PROBLEMS_MAX`].
pub fn validate(text: &str) -> Result<CatalogContent, Vec<Problem>> {
    if text.len() > DOCUMENT_BYTES_MAX {
        let problem = format!("is longer than {} MiB; split it by brand", DOCUMENT_BYTES_MAX >> 20);
        return Err(vec![Problem::from(Finding::new("", problem))]);
    }
    let report = Report::default();
    let document = Document::parse(text, &report);
    let content = document.fields(DOCUMENT, &report).content();
    let mut findings = report.take();
    let checked = check::check(&content).0;
    let is_told = |field: &str| findings.iter().any(|told| told.field == field);
    let new: Vec<Finding> = checked.into_iter().filter(|f| !is_told(&f.field)).collect();
    findings.extend(new);
    if findings.is_empty() { Ok(content) } else { Err(document.locate(findings)) }
}

impl Fields<'_> {
    fn content(&self) -> CatalogContent {
        let segments = self.list("segments", SEGMENTS_MAX);
        let policies = self.list("decision_policies", DECISION_POLICIES_MAX);
        let read = |name, most, field| self.some(name, most, field);
        CatalogContent {
            brand: self.get("brand").map(|node| values::id(Some(node), BrandId::parse)),
            label: values::name(self.get("label"), ""),
            properties: read("properties", PROPERTIES_MAX, "the hotels").iter().map(property).collect(),
            categories: read("categories", CATEGORIES_MAX, "kinds of offer").iter().map(category).collect(),
            offers: read("offers", OFFERS_MAX, "what is proposed").iter().map(offers::offer).collect(),
            placements: read("placements", PLACEMENTS_MAX, "the slots").iter().map(placement).collect(),
            decision_policies: policies.iter().map(policies::policy).collect(),
            contact: contact::rules(self),
            segments: segments.iter().map(contact::segment).collect(),
        }
    }

    /// The items of a list that must have some.
    fn some(&self, name: &str, most: usize, what: &str) -> Vec<Node<'_>> {
        let items = self.list(name, most);
        if items.is_empty() && self.get(name).is_none_or(|node| node.is_list()) {
            self.fail(format!("has no {name}; list {what}, each under [[{name}]]"));
        }
        items
    }
}

fn property(node: &Node<'_>) -> Property {
    let fields = node.fields(PROPERTY);
    let need = |name, example| fields.as_ref().and_then(|f| f.need(name, example));
    let id = values::id(need("id", "\"hotel-lisbon\""), PropertyId::parse);
    let currency = need("currency", "\"EUR\"").and_then(|node| {
        let code = node.text(TEXT_BYTES_MAX)?;
        node.checked(Currency::parse("", code).map_err(|invalid| invalid.problem))
    });
    let zone = need("zone", "\"Europe/Lisbon\"").and_then(|node| values::zone(&node));
    let country = need("country", "\"PT\"").and_then(|node| values::country(&node));
    Property {
        name: values::name(fields.as_ref().and_then(|f| f.get("name")), id.as_str()),
        zone: zone.unwrap_or_else(|| "UTC".into()),
        currency: currency.unwrap_or(Currency::EUR),
        country: country.unwrap_or(*b"XX"),
        id,
    }
}

fn category(node: &Node<'_>) -> Category {
    let fields = node.fields(CATEGORY);
    let id = fields.as_ref().and_then(|f| f.need("id", "\"spa\""));
    let id = values::id(id, Label::parse);
    Category { name: values::name(fields.as_ref().and_then(|f| f.get("name")), id.as_str()), id }
}

fn placement(node: &Node<'_>) -> Placement {
    let fields = node.fields(PLACEMENT);
    let need = |name, example| fields.as_ref().and_then(|f| f.need(name, example));
    let count = fields.as_ref().and_then(|f| f.get("default_count"));
    let count = count.and_then(|node| node.whole(1..=30)).and_then(|n| u8::try_from(n).ok());
    let channel = need("channel", "\"WEB\"").and_then(|node| values::channel(&node));
    Placement {
        id: values::id(need("id", "\"portal.hero\""), PlacementId::parse),
        channel: channel.unwrap_or(Channel::Web),
        policy: values::id(need("policy", "\"standard\""), Label::parse),
        default_count: count.unwrap_or(1),
    }
}
