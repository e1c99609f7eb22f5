//! What must hold of a catalog as a whole, wherever it came from: bounds, unique ids, references,
//! prices, fallbacks.
//!
//! A catalog that passes has these properties, on which decisions rely:
//!
//! - every name that is mentioned exists, and hashes of names (offers, categories, groups) do not
//!   collide;
//! - no list price is under variable cost and commission, unless the offer is free of charge;
//! - every placement has, at every property, a fallback offer that nothing can make ineligible;
//! - every offer has, on every channel it may go through, a treatment that fits at any time;
//! - every number is finite and in its range, and every rule compiles.

mod arbitration;
mod budgets;
mod experiments;
mod gestures;
mod lifecycle;
mod offers;
mod policies;
mod prices;
mod ranks;
mod routing;
mod surveys;
#[cfg(test)]
mod tests;

pub(in crate::catalog) use budgets::pays_for;

use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::hash::Hash;
use std::ops::RangeInclusive;

use crate::domain::belief::tag_hash;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::id::Label;
use crate::domain::money::Currency;
use crate::domain::zone::Zone;

use super::content::{
    CATEGORIES_MAX, CONTACT_POLICIES_MAX, CatalogContent, DECISION_POLICIES_MAX, NAME_BYTES_MAX,
    OFFERS_MAX, PLACEMENTS_MAX, PROPERTIES_MAX, QUIET_HOURS_MAX, RULE_SEGMENTS_MAX, SEGMENTS_MAX,
    SURVEY_QUESTIONS_MAX,
};
use super::groups;
use super::problem::{FINDINGS_MAX, Finding, Place};
use super::rules::table::RuleTable;
use super::snapshot::vocabulary;
use super::words::is_locale;

/// Every problem of a content, and its rules where they all compile.
pub(crate) fn check(content: &CatalogContent) -> (Vec<Finding>, Option<RuleTable>) {
    let mut check = Check { content, names: Names::of(content), findings: Vec::new() };
    check.sizes();
    check.properties();
    check.categories();
    check.placements();
    check.offers();
    check.fallbacks();
    check.decision_policies();
    check.contact();
    check.segments();
    check.loyalty_tiers();
    check.surveys();
    check.ranks();
    check.experiments();
    check.lifecycle();
    check.budgets();
    check.routing();
    check.guest_value();
    check.guarantees();
    check.gestures();
    check.rule_segments();
    let rules = check.rules();
    (check.findings, rules)
}

/// What a content names, for looking up references.
#[derive(Debug)]
struct Names<'a> {
    /// Properties, with their currencies.
    properties: HashMap<&'a str, Currency>,
    /// Placements, with their channels.
    placements: HashMap<&'a str, Channel>,
    categories: HashSet<&'a str>,
    policies: HashSet<&'a str>,
    offers: HashSet<&'a str>,
    groups: HashSet<&'a str>,
    tags: HashSet<&'a str>,
    /// Channels in use.
    channels: ChannelSet,
}

impl<'a> Names<'a> {
    fn of(content: &'a CatalogContent) -> Self {
        let offers = &content.offers;
        Self {
            properties: content.properties.iter().map(|p| (p.id.as_str(), p.currency)).collect(),
            placements: content.placements.iter().map(|p| (p.id.as_str(), p.channel)).collect(),
            categories: content.categories.iter().map(|c| c.id.as_str()).collect(),
            policies: content.decision_policies.iter().map(|p| p.id.as_str()).collect(),
            offers: offers.iter().map(|o| o.id.as_str()).collect(),
            groups: offers.iter().filter_map(|o| o.group.as_ref()).map(Label::as_str).collect(),
            tags: offers.iter().flat_map(|o| &o.tags).map(Label::as_str).collect(),
            channels: content.contact.channels.iter().map(|c| c.channel).collect(),
        }
    }
}

/// A check under way.
struct Check<'a> {
    content: &'a CatalogContent,
    names: Names<'a>,
    findings: Vec<Finding>,
}

impl<'a> Check<'a> {
    /// Reports a problem of a field where something does not hold.
    fn need(
        &mut self,
        holds: bool,
        field: impl FnOnce() -> String,
        problem: impl FnOnce() -> String,
    ) {
        if !holds && self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding::new(field(), problem()));
        }
    }

    /// Reports a name that does not exist.
    fn known(
        &mut self,
        exists: bool,
        field: impl FnOnce() -> String,
        what: &str,
        name: impl Display,
    ) {
        self.need(exists, field, || {
            format!("names the {what} {name}, which this catalog does not have")
        });
    }

    /// Reports a number out of range.
    fn within(&mut self, number: f64, bounds: RangeInclusive<f64>, field: impl FnOnce() -> String) {
        let problem = || format!("must be a number from {} to {}", bounds.start(), bounds.end());
        self.need(bounds.contains(&number), field, problem);
    }

    /// Reports everything that stands twice, at its second place.
    fn unique<T: Hash + Eq + Display>(
        &mut self,
        items: impl Iterator<Item = T>,
        field: impl Fn(usize) -> String,
    ) {
        let mut first: HashMap<T, usize> = HashMap::new();
        for (at, item) in items.enumerate() {
            if let Some(before) = first.get(&item) {
                let problem = || format!("is {item}, as is {}; give each its own", field(*before));
                self.need(false, || field(at), problem);
            } else {
                first.insert(item, at);
            }
        }
    }

    fn sizes(&mut self) {
        let content = self.content;
        for (name, size, least, most) in [
            ("properties", content.properties.len(), 1, PROPERTIES_MAX),
            ("categories", content.categories.len(), 1, CATEGORIES_MAX),
            ("offers", content.offers.len(), 1, OFFERS_MAX),
            ("placements", content.placements.len(), 1, PLACEMENTS_MAX),
            ("decision_policies", content.decision_policies.len(), 1, DECISION_POLICIES_MAX),
            ("contact.policies", content.contact.policies.len(), 0, CONTACT_POLICIES_MAX),
            ("contact.quiet_hours", content.contact.quiet_hours.len(), 0, QUIET_HOURS_MAX + 1),
            ("segments", content.segments.len(), 0, SEGMENTS_MAX),
            ("survey_questions", content.survey_questions.len(), 0, SURVEY_QUESTIONS_MAX),
        ] {
            let problem = || format!("has {size} entries; there must be {least} to {most}");
            self.need((least..=most).contains(&size), || name.to_owned(), problem);
        }
        let fits = content.label.len() <= NAME_BYTES_MAX;
        self.need(fits, || "label".to_owned(), || too_long(NAME_BYTES_MAX));
        let problem = || "must be a language like en, pt-BR or zh-Hans".to_owned();
        let is_locale = is_locale(&content.default_locale);
        self.need(is_locale, || "default_locale".to_owned(), problem);
    }

    fn properties(&mut self) {
        let properties = &self.content.properties;
        self.unique(properties.iter().map(|p| &p.id), |at| format!("properties[{at}].id"));
        for (at, property) in properties.iter().enumerate() {
            self.zone(&property.zone, || format!("properties[{at}].zone"));
            let fits = property.name.len() <= NAME_BYTES_MAX;
            self.need(fits, || format!("properties[{at}].name"), || too_long(NAME_BYTES_MAX));
            let is_country = property.country.iter().all(u8::is_ascii_uppercase);
            let problem = || "must be a country of two capital letters, like PT".to_owned();
            self.need(is_country, || format!("properties[{at}].country"), problem);
        }
    }

    fn zone(&mut self, name: &str, field: impl FnOnce() -> String) {
        let problem = || "is not an IANA time zone; write it like Europe/Berlin".to_owned();
        self.need(Zone::find(name).is_some(), field, problem);
    }

    fn categories(&mut self) {
        let categories = &self.content.categories;
        let field = |at| format!("categories[{at}].id");
        self.unique(categories.iter().map(|c| &c.id), field);
        let hashes = hashes(categories.iter().map(|c| &c.id));
        self.unique(hashes.iter().map(|(id, hash)| Hashed(id, *hash)), field);
    }

    fn placements(&mut self) {
        let placements = &self.content.placements;
        self.unique(placements.iter().map(|p| &p.id), |at| format!("placements[{at}].id"));
        for (at, placement) in placements.iter().enumerate() {
            let exists = self.names.policies.contains(placement.policy.as_str());
            let field = || format!("placements[{at}].policy");
            self.known(exists, field, "decision policy", &placement.policy);
            let in_use = self.names.channels.contains(placement.channel);
            let problem = || {
                format!(
                    "is {}, which is not among contact.channels; add it there",
                    placement.channel
                )
            };
            self.need(in_use, || format!("placements[{at}].channel"), problem);
            let counts = (1..=30).contains(&placement.default_count);
            let problem = || "must be a whole number from 1 to 30".to_owned();
            self.need(counts, || format!("placements[{at}].default_count"), problem);
        }
    }

    fn rule_segments(&mut self) {
        let segments = &self.content.rule_segments;
        self.unique(segments.iter().map(|s| &s.id), |at| format!("rule_segments[{at}].id"));
        let problem = || format!("has more than {RULE_SEGMENTS_MAX} entries; drop some");
        let fits = segments.len() <= RULE_SEGMENTS_MAX;
        self.need(fits, || "rule_segments".to_owned(), problem);
        for (at, segment) in segments.iter().enumerate() {
            let is_rule = !segment.rule.trim().is_empty();
            let problem = || "is empty; say who is in the segment".to_owned();
            self.need(is_rule, || format!("rule_segments[{at}].rule"), problem);
            let fits = segment.name.len() <= NAME_BYTES_MAX;
            self.need(fits, || format!("rule_segments[{at}].name"), || too_long(NAME_BYTES_MAX));
        }
        if let Err(findings) = groups::compile(self.content) {
            self.findings.extend(findings);
        }
    }

    fn rules(&mut self) -> Option<RuleTable> {
        let rules = self.content.offers.iter().map(|offer| offer.rule.as_str());
        match RuleTable::compile(vocabulary(self.content), rules) {
            Ok(rules) => Some(rules),
            Err(errors) => {
                self.findings.extend(errors.into_iter().map(|(at, error)| Finding {
                    field: format!("offers[{at}].rule"),
                    problem: error.problem,
                    place: Place::Inside(error.at),
                }));
                None
            }
        }
    }
}

fn too_long(most: usize) -> String {
    format!("is longer than {most} bytes; shorten it")
}

/// Names with their hashes; equal names once, so that only a collision is a second of its kind.
fn hashes<'a>(names: impl Iterator<Item = &'a Label>) -> Vec<(&'a Label, u32)> {
    let mut seen = HashSet::new();
    let distinct = names.filter(|name| seen.insert(*name));
    distinct.map(|name| (name, tag_hash(name.as_str()))).collect()
}

/// A name that stands for its hash.
struct Hashed<'a>(&'a Label, u32);

impl PartialEq for Hashed<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.1 == other.1
    }
}

impl Eq for Hashed<'_> {}

impl Hash for Hashed<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.1.hash(state);
    }
}

impl Display for Hashed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, which has the same hash; rename it", self.0)
    }
}
