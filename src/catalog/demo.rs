//! The demo brand's catalog, carried in the binary: `concierge demo` publishes it, and tests start
//! from it.

/// The document, as marketers would write it.
pub const DEMO_CATALOG: &str = include_str!("../../models/demo/catalog.toml");

/// The document without its lifecycle triggers, which stand at its end: for a world whose guests are
/// written to by itself (`concierge demo`).
pub fn without_triggers() -> &'static str {
    DEMO_CATALOG.split(TRIGGERS).next().unwrap_or(DEMO_CATALOG)
}

/// The same with a holdout of a tenth of the guests: `concierge demo` shows what personalization brings
/// beyond it.
pub fn with_holdout() -> String {
    without_triggers().to_owned() + HOLDOUT
}

/// Every tenth guest gets what most guests like.
const HOLDOUT: &str = "\n[holdout]\nperiod = \"demo\"\nshare = 1000\n";

/// What the triggers of the document begin with.
const TRIGGERS: &str = "\n# The moments of a stay at which the house speaks up by itself";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Problem, validate};

    #[test]
    fn the_demo_catalog_has_no_problem() {
        let content = validate(DEMO_CATALOG).unwrap_or_else(|problems| panic!("{problems:#?}"));
        assert!(content.offers.len() >= 40);
        assert_eq!(content.properties.len(), 3);
        let tags = |offer: &crate::domain::offer::Offer| (3..=6).contains(&offer.tags.len());
        assert!(content.offers.iter().all(tags));
    }

    #[test]
    fn the_triggers_of_the_demo_can_be_left_out() {
        assert_eq!(validate(DEMO_CATALOG).unwrap().lifecycle.len(), 7);
        let without = validate(without_triggers()).unwrap();
        assert!(without.lifecycle.is_empty());
        let with = crate::catalog::content::CatalogContent {
            lifecycle: Vec::new(),
            budgets: Vec::new(),
            ..validate(DEMO_CATALOG).unwrap()
        };
        assert_eq!(without, with, "and nothing else with them");
    }

    #[test]
    fn the_demo_can_have_a_holdout() {
        let with = validate(&with_holdout()).unwrap();
        assert_eq!(with.experiments.holdout.unwrap().share, 1_000);
    }

    /// The demo document with one text replaced, and the problem that is told.
    #[track_caller]
    fn broken(text: &str, by: &str) -> Vec<Problem> {
        let at = DEMO_CATALOG.find(text).expect("the demo has it");
        let document = DEMO_CATALOG.replacen(text, by, 1);
        let problems = validate(&document).expect_err("is broken");
        let line = DEMO_CATALOG.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
        let near = |p: &Problem| p.line.abs_diff(u32::try_from(line).unwrap()) <= 2;
        assert!(problems.iter().any(near), "line {line}: {problems:#?}");
        problems
    }

    #[track_caller]
    fn told(text: &str, by: &str, field: &str, about: &str) {
        let problems = broken(text, by);
        let fits = |p: &&Problem| p.field == field && p.problem.contains(about);
        assert!(problems.iter().any(|p| fits(&p)), "{field} {about}: {problems:#?}");
        assert_eq!(problems.len(), 1, "{problems:#?}");
    }

    #[test]
    fn mistakes_are_told_where_they_are() {
        told(
            "category = \"spa\"\ngroup",
            "category = \"spah\"\ngroup",
            "offers[0].category",
            "spah",
        );
        told(
            "cost = \"38.00 EUR\"",
            "costs = \"38.00 EUR\"",
            "offers[0].costs",
            "did you mean cost?",
        );
        told("\"95.00 EUR\"", "\"95,00 EUR\"", "offers[0].price", "like 49.00 EUR");
        told("\"95.00 EUR\"", "\"35.00 EUR\"", "offers[0].price", "under variable cost");
        told("zone = \"Asia/Macau\"", "zone = \"Asia/Makau\"", "properties[2].zone", "IANA");
        told("channel = \"IN_APP\"", "channel = \"INAPP\"", "placements[2].channel", "IN_APP");
        told(
            "percent = 15\n",
            "percent = 215\n",
            "decision_policies[0].levers[0].percent",
            "-100 to 200",
        );
        told(
            "counts = { group = \"room\" }",
            "counts = { group = \"rooms\" }",
            "contact.policies[3].counts.group",
            "rooms",
        );
        told("kids = -1.5", "kidz = -1.5", "segments[1].tastes.kidz", "kidz");
        told("nights <= 7", "nights <= seven", "offers[16].rule", "seven");
        told("limit = 5", "limit = 500", "contact.policies[1].limit", "ledger");
        told(
            "fallback = true",
            "fallback = true\nrule = \"nights > 1\"",
            "offers[45].fallback",
            "condition: rule",
        );
    }

    #[test]
    fn a_rule_is_told_to_the_column() {
        let problems = broken("day_type == 'WORK' || stage", "day_type == 'WERK' || stage");
        let [problem] = problems.as_slice() else { panic!("{problems:#?}") };
        let line = DEMO_CATALOG.lines().position(|l| l.contains("day_type == 'WORK' || stage"));
        assert_eq!((problem.line as usize, problem.column), (line.unwrap() + 1, 21));
        assert!(problem.problem.contains("WORK, REST or HOLIDAY"), "{problem}");
        assert!(
            problem
                .to_string()
                .starts_with(&format!("line {}, column 21: offers[3].rule", problem.line))
        );
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let document = DEMO_CATALOG
            .replacen("country = \"PT\"", "country = \"Portugal\"", 1)
            .replacen("channel = \"IN_APP\"", "channel = 7", 1)
            .replacen("score_cap = 0.5", "score_cap = \"high\"", 1)
            .replacen("\nfree = true", "\nfree = true\nprice = \"0 EUR\"", 1)
            .replacen("window = \"5d\"", "window = \"a fortnight\"", 1)
            .replacen("rate = 0.09", "rate = 9", 1)
            .replacen("stage == 'ARRIVAL_DAY'", "stag == 'ARRIVAL_DAY'", 1);
        let problems = validate(&document).unwrap_err();
        let fields: Vec<&str> = problems.iter().map(|p| p.field.as_str()).collect();
        let expected = [
            "properties[0].country",
            "placements[2].channel",
            "decision_policies[0].score_cap",
            "offers[3].rule",
            "offers[26].price",
            "contact.policies[0].window",
            "segments[1].responses",
        ];
        assert_eq!(fields, expected, "{problems:#?}");
        assert!(problems.is_sorted_by_key(|p| (p.line, p.column)));
    }

    #[test]
    fn a_document_that_is_not_toml_is_told_once() {
        let problems = broken("brand = \"demo\"", "brand = demo");
        let [problem] = problems.as_slice() else { panic!("{problems:#?}") };
        assert_eq!(problem.column, 9);
        assert!(problem.problem.contains("quoted"), "{problem}");
    }
}
