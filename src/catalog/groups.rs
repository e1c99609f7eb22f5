//! Groups of guests by a rule: `[[rule_segments]]`.
//!
//! The rule is CEL, lowered as those of offers are; but it asks about a guest by itself (history, value),
//! and about no decision, for there is none. What is not known of a guest makes the rule not true.

use crate::domain::channel::Channel;
use crate::domain::id::OfferIndex;
use crate::domain::stay::StayStage;
use crate::domain::time::{DayType, Daypart, TimeContext};

use super::content::CatalogContent;
use super::problem::{Finding, Place};
use super::rules::facts::Vocabulary;
use super::rules::table::RuleTable;
use super::rules::{Asker, GuestFacts, RuleFacts};
use super::snapshot::{Catalog, PlacementIndex, PropertyIndex, vocabulary};

/// Compiles the rules of segments.
pub(super) fn compile(content: &CatalogContent) -> Result<RuleTable, Vec<Finding>> {
    let rules = content.rule_segments.iter().map(|segment| segment.rule.as_str());
    let words = Vocabulary { asker: Asker::Segment, ..vocabulary(content) };
    let finding = |(at, error): (usize, super::rules::RuleError)| Finding {
        field: format!("rule_segments[{at}].rule"),
        problem: error.problem,
        place: Place::Inside(error.at),
    };
    RuleTable::compile(words, rules).map_err(|errors| errors.into_iter().map(finding).collect())
}

impl Catalog {
    /// Is a guest in a rule segment, by its place in the catalog?
    pub fn is_in_rule_segment(
        &self,
        segment: usize,
        guest: GuestFacts,
        (country, locale): (Option<[u8; 2]>, &str),
    ) -> bool {
        let facts = RuleFacts {
            property: PropertyIndex(0),
            placement: PlacementIndex(0),
            channel: Channel::Web,
            stage: StayStage::default(),
            time: TimeContext { day_type: DayType::Work, daypart: Daypart::Day },
            adults: 0,
            children: 0,
            nights: None,
            days_to_arrival: None,
            locale,
            intent: "",
            country,
            guest: Some(guest),
        };
        u16::try_from(segment).is_ok_and(|at| self.rule_segments().holds(OfferIndex(at), &facts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::demo::DEMO_CATALOG;
    use crate::catalog::{ValueFacts, validate};

    fn with(rule: &str) -> String {
        let segment = format!("\n[[rule_segments]]\nid = \"mine\"\nrule = '{rule}'\n");
        DEMO_CATALOG.to_owned() + &segment
    }

    #[test]
    fn a_rule_asks_what_is_known_of_the_guest() {
        let rule = "guest.paid >= 500 && guest.value_tier in [\"A\", \"B\"] && country == \"PT\"";
        let content = validate(&with(rule)).unwrap();
        let at = content.rule_segments.len() - 1;
        let vectors = vec![[0.1; crate::domain::belief::DIM]; content.offers.len()];
        let catalog = Catalog::build(content, 1, vectors).unwrap();
        let value = ValueFacts { paid: 600, tier: Some(1), ..ValueFacts::default() };
        let guest = |value| GuestFacts { value, ..GuestFacts::default() };
        let is = |guest, country| catalog.is_in_rule_segment(at, guest, (country, "pt"));
        assert!(is(guest(Some(value)), Some(*b"PT")));
        assert!(!is(guest(Some(value)), Some(*b"CN")));
        assert!(!is(guest(Some(ValueFacts { paid: 499, ..value })), Some(*b"PT")));
        assert!(!is(guest(Some(ValueFacts { tier: Some(2), ..value })), Some(*b"PT")));
        // What is not known is not true.
        assert!(!is(guest(Some(ValueFacts { tier: None, ..value })), Some(*b"PT")));
        assert!(!is(guest(None), Some(*b"PT")) && !is(guest(Some(value)), None));
        assert!(!catalog.is_in_rule_segment(9_999, guest(Some(value)), (None, "")) || at < 9_999);
    }

    #[test]
    fn a_segment_asks_nothing_about_a_decision_and_an_offer_nothing_about_value() {
        let refused = |text: &str, field: &str, about: &str| {
            let problems = validate(text).unwrap_err();
            assert!(problems[0].field.ends_with(field), "{problems:?}");
            assert!(problems[0].problem.contains(about), "{problems:?}");
        };
        for rule in ["stage == \"IN_HOUSE\"", "nights > 2", "intent == \"spa\"", "party.adults > 1"]
        {
            refused(&with(rule), ".rule", "rules do not know");
        }
        refused(&with("guest.value_tier == \"E\""), ".rule", "A, B, C or D");
        refused(&with("guest.paid"), ".rule", "compare it");
        refused(&with("").replace("id = \"mine\"\n", ""), ".id", "mine");
        let offer = DEMO_CATALOG.replacen("[[offers]]", "[[offers]]\nrule = 'guest.paid > 3'", 1);
        if let Err(problems) = validate(&offer) {
            assert!(problems.iter().any(|p| p.problem.contains("guest.paid")), "{problems:?}");
        } else {
            panic!("an offer asked what a guest is worth");
        }
    }
}
