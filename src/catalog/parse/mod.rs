//! From a document to domain types, with every problem found.
//!
//! Reading knows forms (a text, an amount, a date) and ranges; whether the whole holds together is
//! asked of [`super::check`] afterwards. A field that cannot be read leaves a default behind, so
//! that the rest is still read, and what
//! `check` then says of that very field is not told.
//!
//! The fields of each table are listed beside its reader; `models/catalog.schema.json` lists them
//! too, for editors, and a test compares the two.

mod arbitration;
mod budgets;
mod contact;
mod experiments;
mod gestures;
mod lifecycle;
mod offers;
mod policies;
mod prices;
mod ranks;
mod routing;
mod surveys;
mod values;

use std::collections::HashSet;

use crate::domain::channel::Channel;
use crate::domain::id::{BrandId, Label, PlacementId, PropertyId};
use crate::domain::money::Currency;
use crate::domain::offer::{Placement, Property};
use crate::domain::policy::DecisionPolicy;
use crate::domain::time::DayType;
use crate::domain::zone::calendar::CalendarDay;

use super::check;
use super::content::{
    BUDGETS_MAX, CALENDAR_MAX, CATEGORIES_MAX, CatalogContent, Category, DECISION_POLICIES_MAX,
    DEPARTMENTS_MAX, DOCUMENT_BYTES_MAX, GUARANTEES_MAX, ISSUE_TYPES_MAX, OFFERS_MAX,
    PLACEMENTS_MAX, PROPERTIES_MAX, RULE_SEGMENTS_MAX, RuleSegment, SEGMENTS_MAX,
    SURVEY_QUESTIONS_MAX, TEXT_BYTES_MAX, TIERS_MAX, TRIGGERS_MAX,
};
use super::document::{Document, Fields, Node, Report};
use super::problem::{Finding, Problem};
use super::rules::RULE_BYTES_MAX;
use super::words::DAY_TYPES;

/// Fields of the document.
pub(super) const DOCUMENT: &[&str] = &[
    "brand",
    "label",
    "default_locale",
    "properties",
    "categories",
    "offers",
    "placements",
    "decision_policies",
    "contact",
    "segments",
    "survey_questions",
    "ranks",
    "holdout",
    "experiments",
    "calendar",
    "loyalty_tiers",
    "lifecycle",
    "budgets",
    "departments",
    "issue_types",
    "guest_value",
    "guarantees",
    "gesture_program",
    "gestures",
    "rule_segments",
];
/// Fields of a day of the brand's calendar.
pub(super) const CALENDAR: &[&str] = &["country", "date", "day_type"];
/// Fields of a property.
pub(super) const PROPERTY: &[&str] = &["id", "name", "zone", "currency", "country"];
/// Fields of a category.
pub(super) const CATEGORY: &[&str] = &["id", "name"];
/// Fields of a rule segment.
pub(super) const RULE_SEGMENT: &[&str] = &["id", "name", "rule"];
/// Fields of a placement.
pub(super) const PLACEMENT: &[&str] = &["id", "channel", "policy", "default_count"];

/// Reads and checks a document. Publishing what comes out cannot fail, but for vectors that do not
/// fit.
///
/// # Errors
/// With every problem found, in the order of the document, at most
/// [`super::problem::PROBLEMS_MAX`].
pub fn validate(text: &str) -> Result<CatalogContent, Vec<Problem>> {
    if text.len() > DOCUMENT_BYTES_MAX {
        let problem = format!("is longer than {} MiB; split it by brand", DOCUMENT_BYTES_MAX >> 20);
        return Err(vec![Problem::from(Finding::new("", problem))]);
    }
    let report = Report::default();
    let document = Document::parse(text, &report);
    let content = document.fields(DOCUMENT, &report).content();
    let mut findings = report.take();
    // Where the form is broken, what was read is not what was meant.
    if findings.iter().all(|finding| !finding.field.is_empty()) {
        let told: HashSet<String> = findings.iter().map(|told| told.field.clone()).collect();
        let new = check::check(&content).0.into_iter();
        findings.extend(new.filter(|finding| !is_told(&finding.field, &told)));
    }
    if findings.is_empty() { Ok(content) } else { Err(document.locate(findings)) }
}

/// Reads the decision policies of a document, which may be a whole catalog or hold nothing else:
/// for an evaluation, where offers, levers and context weights play no part.
///
/// # Errors
/// With every problem found in how they score and explore, in the order of the document.
pub fn decision_policies(text: &str) -> Result<Vec<DecisionPolicy>, Vec<Problem>> {
    let report = Report::default();
    let document = Document::parse(text, &report);
    let content = document.fields(DOCUMENT, &report).content();
    let is_asked = |finding: &Finding| {
        let is_policy = finding.field.starts_with("decision_policies");
        let is_beside = ["levers", "context_weights", "guest_weights"]
            .iter()
            .any(|f| finding.field.contains(f));
        finding.field.is_empty() || (is_policy && !is_beside)
    };
    let found = report.take().into_iter().chain(check::check(&content).0);
    let findings: Vec<Finding> = found.filter(is_asked).collect();
    if findings.is_empty() { Ok(content.decision_policies) } else { Err(document.locate(findings)) }
}

/// Was a problem of this field, or of what it is part of, told already?
fn is_told(field: &str, told: &HashSet<String>) -> bool {
    let ends = field.match_indices(['.', '[']).map(|(at, _)| at).chain([field.len()]);
    ends.filter_map(|end| field.get(..end)).any(|part| told.contains(part))
}

impl Fields<'_> {
    fn content(&self) -> CatalogContent {
        let properties = self.some("properties", PROPERTIES_MAX);
        let properties: Vec<Property> = properties.iter().map(property).collect();
        let house = properties.first().map_or(Currency::EUR, |property| property.currency);
        let categories = self.some("categories", CATEGORIES_MAX);
        let offers = self.some("offers", OFFERS_MAX);
        let placements = self.some("placements", PLACEMENTS_MAX);
        let policies = self.some("decision_policies", DECISION_POLICIES_MAX);
        let segments = self.list("segments", SEGMENTS_MAX);
        let questions = self.list("survey_questions", SURVEY_QUESTIONS_MAX);
        let departments = self.list("departments", DEPARTMENTS_MAX);
        let issue_types = self.list("issue_types", ISSUE_TYPES_MAX);
        CatalogContent {
            brand: self.get("brand").map(|node| values::id(Some(node), BrandId::parse)),
            label: values::name(self.get("label"), ""),
            default_locale: self
                .get("default_locale")
                .and_then(|node| values::locale(&node))
                .unwrap_or_else(|| "en".into()),
            properties,
            categories: categories.iter().map(category).collect(),
            offers: offers.iter().map(|node| offers::offer(node, house)).collect(),
            placements: placements.iter().map(placement).collect(),
            decision_policies: policies.iter().map(policies::policy).collect(),
            contact: contact::rules(self),
            segments: segments.iter().map(contact::segment).collect(),
            survey_questions: questions.iter().map(surveys::question).collect(),
            ranks: ranks::rules(self),
            experiments: experiments::program(self),
            loyalty_tiers: self.list("loyalty_tiers", TIERS_MAX).iter().map(prices::tier).collect(),
            calendar: self.list("calendar", CALENDAR_MAX).iter().filter_map(day).collect(),
            lifecycle: self
                .list("lifecycle", TRIGGERS_MAX)
                .iter()
                .map(lifecycle::trigger)
                .collect(),
            budgets: self.list("budgets", BUDGETS_MAX).iter().map(budgets::budget).collect(),
            departments: departments.iter().map(routing::department).collect(),
            issue_types: issue_types.iter().map(routing::issue_type).collect(),
            guest_value: arbitration::guest_value(self),
            guarantees: self
                .list("guarantees", GUARANTEES_MAX)
                .iter()
                .map(arbitration::guarantee)
                .collect(),
            gestures: gestures::program(self, house),
            rule_segments: self
                .list("rule_segments", RULE_SEGMENTS_MAX)
                .iter()
                .map(rule_segment)
                .collect(),
        }
    }

    /// The items of a list that must have some.
    fn some(&self, name: &str, most: usize) -> Vec<Node<'_>> {
        self.need(name, &format!("[…], or an entry under [[{name}]]"));
        self.list(name, most)
    }
}

fn property(node: &Node<'_>) -> Property {
    let fields = node.fields(PROPERTY);
    let id = values::id(fields.need("id", "\"hotel-lisbon\""), PropertyId::parse);
    let currency = fields.need("currency", "\"EUR\"").and_then(|node| {
        let code = node.text(TEXT_BYTES_MAX)?;
        node.checked(Currency::parse("", code).map_err(|invalid| invalid.problem))
    });
    let zone = fields.need("zone", "\"Europe/Lisbon\"").and_then(|node| values::zone(&node));
    let country = fields.need("country", "\"PT\"").and_then(|node| values::country(&node));
    Property {
        name: values::name(fields.get("name"), id.as_str()),
        zone: zone.unwrap_or_else(|| "UTC".into()),
        currency: currency.unwrap_or(Currency::EUR),
        country: country.unwrap_or(*b"XX"),
        id,
    }
}

fn day(node: &Node<'_>) -> Option<CalendarDay> {
    let fields = node.fields(CALENDAR);
    let country = fields.need("country", "\"PT\"").and_then(|node| values::country(&node));
    let date = fields.need("date", "2026-06-13").and_then(|node| values::date(&node));
    let day_type = fields.get("day_type").map(|node| values::one_of(&node, &DAY_TYPES));
    let day_type = day_type.unwrap_or(Some(DayType::Holiday));
    Some(CalendarDay { country: country?, date: date?, day_type: day_type? })
}

fn category(node: &Node<'_>) -> Category {
    let fields = node.fields(CATEGORY);
    let id = fields.need("id", "\"spa\"");
    let id = values::id(id, Label::parse);
    Category { name: values::name(fields.get("name"), id.as_str()), id }
}

fn rule_segment(node: &Node<'_>) -> RuleSegment {
    let fields = node.fields(RULE_SEGMENT);
    let id = values::id(fields.need("id", "\"mine\""), Label::parse);
    let rule = fields.need("rule", "'guest.stays >= 3'");
    let rule = rule.and_then(|node| node.text(RULE_BYTES_MAX).map(str::to_owned));
    RuleSegment {
        name: values::name(fields.get("name"), id.as_str()),
        rule: rule.unwrap_or_default(),
        id,
    }
}

fn placement(node: &Node<'_>) -> Placement {
    let fields = node.fields(PLACEMENT);
    let count = fields.get("default_count");
    let count = count.and_then(|node| node.whole(1..=30)).and_then(|n| u8::try_from(n).ok());
    let channel = fields.need("channel", "\"WEB\"").and_then(|node| values::channel(&node));
    Placement {
        id: values::id(fields.need("id", "\"portal.hero\""), PlacementId::parse),
        channel: channel.unwrap_or(Channel::Web),
        policy: values::id(fields.need("policy", "\"standard\""), Label::parse),
        default_count: count.unwrap_or(1),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::catalog::demo::DEMO_CATALOG;

    /// The schema that editors use names the fields that are read, no more and no fewer.
    #[test]
    fn the_schema_names_every_field() {
        let schema = include_str!("../../../models/catalog.schema.json");
        let schema: Value = serde_json::from_str(schema).unwrap();
        let described = |table: &Value| -> BTreeSet<String> {
            table["properties"].as_object().unwrap().keys().cloned().collect()
        };
        let read = |fields: &[&str]| -> BTreeSet<String> {
            fields.iter().map(|field| (*field).to_owned()).collect()
        };
        assert_eq!(described(&schema), read(DOCUMENT));
        for (name, fields) in [
            ("property", PROPERTY),
            ("category", CATEGORY),
            ("placement", PLACEMENT),
            ("offer", offers::OFFER),
            ("treatment", offers::TREATMENT),
            ("rationing", offers::RATIONING),
            ("price_step", prices::STEP),
            ("price_trial", prices::TRIAL),
            ("price_rule", prices::RULE),
            ("loyalty_tier", prices::TIER),
            ("decision_policy", policies::DECISION_POLICY),
            ("exploration", policies::EXPLORATION),
            ("lever", policies::LEVER),
            ("context_weight", policies::CONTEXT_WEIGHT),
            ("contact", contact::CONTACT),
            ("contact_policy", contact::CONTACT_POLICY),
            ("counts", contact::COUNTS),
            ("quiet", contact::QUIET),
            ("channel_policy", contact::CHANNEL),
            ("segment", contact::SEGMENT),
            ("rule_segment", RULE_SEGMENT),
            ("survey_question", surveys::QUESTION),
            ("survey_choice", surveys::CHOICE),
            ("response", contact::RESPONSE),
            ("calendar_day", CALENDAR),
            ("lifecycle_trigger", lifecycle::TRIGGER),
            ("budget", budgets::BUDGET),
            ("department", routing::DEPARTMENT),
            ("issue_type", routing::ISSUE_TYPE),
            ("guest_value", arbitration::GUEST_VALUE),
            ("least_paid", arbitration::LEAST_PAID),
            ("last_units", arbitration::LAST_UNITS),
            ("guest_weight", policies::GUEST_WEIGHT),
            ("guarantee", arbitration::GUARANTEE),
            ("gesture_program", gestures::PROGRAM),
            ("gesture", gestures::GESTURE),
            ("ranks", ranks::RANKS),
            ("holdout", experiments::HOLDOUT),
            ("experiment", experiments::EXPERIMENT),
            ("layer", experiments::LAYER),
            ("arm", experiments::ARM),
        ] {
            assert_eq!(described(&schema["$defs"][name]), read(fields), "{name}");
        }
        let limits = &schema["$defs"]["offer"]["properties"]["adults"];
        assert_eq!(described(limits), read(offers::LIMITS));
    }

    #[test]
    fn an_empty_document_hears_of_all_it_needs() {
        let problems = validate("").unwrap_err();
        let fields: Vec<&str> = problems.iter().map(|p| p.field.as_str()).collect();
        let expected =
            ["properties", "categories", "offers", "placements", "decision_policies", "contact"];
        assert_eq!(fields, expected, "{problems:#?}");
        assert!(problems.iter().all(|p| (p.line, p.column) == (1, 1)));
    }

    #[test]
    fn the_wrong_kind_of_value_is_told_once() {
        for document in ["offers = 3", "offers = [3]", "contact = []", "segments = { id = 1 }"] {
            let (name, _) = document.split_once(' ').unwrap();
            let text = DEMO_CATALOG
                .lines()
                .map(|line| if line == "brand = \"demo\"" { document } else { line })
                .filter(|line| !line.starts_with('['))
                .collect::<Vec<_>>()
                .join("\n");
            let problems = validate(&text).unwrap_err();
            assert!(problems.iter().any(|p| p.field.starts_with(name) || p.field.is_empty()));
        }
        let problems = validate("offers = [3]").unwrap_err();
        let of_offers = problems.iter().filter(|p| p.field.starts_with("offers"));
        assert_eq!(of_offers.count(), 1, "{problems:#?}");
    }

    #[test]
    fn a_flood_of_problems_is_bounded() {
        let text: String = (0..10_000).map(|i| format!("key{i} = 1\n")).collect();
        let problems = validate(&text).unwrap_err();
        assert_eq!(problems.len(), crate::catalog::problem::PROBLEMS_MAX);
        let long = "#".repeat(DOCUMENT_BYTES_MAX + 1);
        assert_eq!(validate(&long).unwrap_err().len(), 1);
    }
}
