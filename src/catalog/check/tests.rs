//! One test for each thing a catalog must hold, on the demo catalog with one thing changed.

use super::*;
use crate::catalog::demo::DEMO_CATALOG;
use crate::catalog::parse::validate;
use crate::domain::channel::Channel;
use crate::domain::id::{OfferId, OfferKey, PropertyId};
use crate::domain::money::{Currency, Money};
use crate::domain::offer::{Pricing, StageSet};
use crate::domain::policy::{CapObject, Exploration};
use crate::domain::price::Condition;
use crate::domain::time::{Date, Timestamp};

fn label(text: &str) -> Label {
    Label::parse("", text).unwrap()
}

/// Changes the demo and expects exactly this to be found.
#[track_caller]
fn found(field: &str, about: &str, change: impl FnOnce(&mut CatalogContent)) {
    let mut content = validate(DEMO_CATALOG).unwrap();
    change(&mut content);
    let (findings, _) = check(&content);
    let fits = |f: &Finding| f.field == field && f.problem.contains(about);
    assert!(findings.iter().any(fits), "{field} {about}: {findings:#?}");
}

#[test]
fn ids_are_unique() {
    found("properties[1].id", "as is properties[0].id", |c| {
        c.properties[1].id = c.properties[0].id.clone()
    });
    found("categories[1].id", "as is", |c| c.categories[1].id = c.categories[0].id.clone());
    found("placements[1].id", "as is", |c| c.placements[1].id = c.placements[0].id.clone());
    found("segments[1].id", "as is", |c| c.segments[1].id = c.segments[0].id.clone());
    found("offers[1].id", "as is", |c| {
        c.offers[1].id = c.offers[0].id.clone();
        c.offers[1].key = c.offers[0].key;
    });
    found("offers[0].treatments[1].id", "as is", |c| {
        c.offers[0].treatments[1].id = c.offers[0].treatments[0].id.clone();
    });
    found("offers[0].tags[1]", "as is", |c| c.offers[0].tags[1] = c.offers[0].tags[0].clone());
    found("contact.channels[1].channel", "as is", |c| {
        c.contact.channels[1].channel = c.contact.channels[0].channel;
    });
    found("offers[0].id", "key", |c| c.offers[0].key = OfferKey(1));
}

#[test]
fn hashes_do_not_collide() {
    // Found by trying: two short names with the same 32 bits.
    let (a, b) = colliding();
    assert_eq!(tag_hash(&a), tag_hash(&b));
    found("categories[1].id", "same hash", |c| {
        c.categories[0].id = label(&a);
        c.categories[1].id = label(&b);
    });
    found("offers", "same hash", |c| {
        c.offers[0].group = Some(label(&a));
        c.offers[1].group = Some(label(&b));
    });
}

/// Two names of one hash: some 80,000 tries find a pair of 32-bit hashes.
fn colliding() -> (String, String) {
    let mut seen = HashMap::new();
    for i in 0.. {
        let name = format!("n{i}");
        if let Some(before) = seen.insert(tag_hash(&name), name.clone()) {
            return (before, name);
        }
    }
    unreachable!("there are more names than hashes")
}

#[test]
fn what_is_named_exists() {
    let ghost = PropertyId::parse("", "ghost").unwrap();
    found("offers[0].properties[0]", "ghost", |c| c.offers[0].properties[0] = ghost);
    found("offers[0].category", "ghost", |c| c.offers[0].category = label("ghost"));
    found("offers[0].placements[0]", "does not go through", |c| {
        c.offers[0].placements = vec![c.placements[0].id.clone()];
        c.offers[0].channels = ChannelSet::NONE.with(Channel::Sms);
    });
    found("placements[0].policy", "ghost", |c| c.placements[0].policy = label("ghost"));
    found("placements[0].channel", "contact.channels", |c| {
        c.placements[0].channel = Channel::Kiosk
    });
    found("contact.policies[0].counts.offer", "ghost", |c| {
        c.contact.policies[0].object = CapObject::Offer(OfferId::parse("", "ghost").unwrap());
    });
    found("decision_policies[0].levers[0].category", "ghost", |c| {
        c.decision_policies[0].levers[0].category = Some(label("ghost"));
    });
    found("segments[1].responses", "KIOSK", |c| {
        c.segments[1].responses[0].channel = Channel::Kiosk
    });
}

#[test]
fn prices_cover_costs_in_one_currency() {
    let dollars = Currency::parse("", "USD").unwrap();
    found("offers[0].price", "sells in EUR", |c| {
        let pricing = &mut c.offers[0].pricing;
        pricing.list.currency = dollars;
        pricing.variable_cost.currency = dollars;
        pricing.mandatory_fee.currency = dollars;
    });
    found("offers[0].cost", "is in USD", |c| c.offers[0].pricing.variable_cost.currency = dollars);
    found("offers[0].price", "under variable cost", |c| {
        c.offers[0].pricing.commission_basis_points = 6_001
    });
    found("offers[0].cost", "from 0", |c| c.offers[0].pricing.variable_cost.minor = -1);
    found("offers[0].price", "from 0", |c| {
        c.offers[0].pricing.list = Money::new(i64::MAX, Currency::EUR)
    });
    let mut content = validate(DEMO_CATALOG).unwrap();
    content.offers[0].pricing.commission_basis_points = 6_000;
    assert_eq!(check(&content).0, [], "a price exactly at the floor is allowed");
}

#[test]
fn limits_are_in_order() {
    found("offers[0].adults", "in order", |c| c.offers[0].adults = (3, 2));
    found("offers[0].children", "at most 20", |c| c.offers[0].children = (0, 21));
    found("offers[0].valid_until", "valid_from", |c| c.offers[0].valid_until = Timestamp::EPOCH);
    found("offers[0].stages", "empty", |c| c.offers[0].stages = StageSet::default());
    found("offers[0].channels", "empty", |c| c.offers[0].channels = ChannelSet::NONE);
    found("contact.quiet_hours[0].end", "length", |c| {
        c.contact.quiet_hours[0].end_minute = c.contact.quiet_hours[0].start_minute;
    });
    found("contact.quiet_hours", "elsewhere", |c| c.contact.quiet_hours[0].country = Some(*b"FR"));
    found("contact.policies[0].window", "400 days", |c| {
        c.contact.policies[0].window = std::time::Duration::ZERO;
    });
}

#[test]
fn numbers_are_finite_and_in_range() {
    for (name, bad) in [("value_exponent", 1.5), ("value_reference", 0.0), ("score_cap", f64::NAN)]
    {
        found(&format!("decision_policies[0].{name}"), "must be a number from", |c| {
            let policy = &mut c.decision_policies[0];
            *match name {
                "value_exponent" => &mut policy.value_exponent,
                "value_reference" => &mut policy.value_reference,
                _ => &mut policy.score_cap,
            } = bad;
        });
    }
    found("decision_policies[0].exploration.floor", "0.001 to 1", |c| {
        c.decision_policies[0].exploration =
            Exploration::InverseGap { gamma0: 1.0, decisions_cap: 1.0, floor: 0.0 };
    });
    found("contact.channels[0].prior_response", "0.0001", |c| {
        c.contact.channels[0].prior_response = 0.0
    });
    found("segments[1].tastes.romantic", "-4 to 4", |c| c.segments[1].tastes[0].1 = f32::INFINITY);
    found("decision_policies[0].levers[0]", "either", |c| {
        c.decision_policies[0].levers[0].category = None
    });
}

#[test]
fn every_placement_falls_back_everywhere() {
    let fallback = |c: &CatalogContent| c.offers.iter().position(|o| o.is_fallback).unwrap();
    found("placements[0]", "no fallback offer at macau-lotus", |c| {
        let at = fallback(c);
        c.offers[at].properties = c.properties[..2].iter().map(|p| p.id.clone()).collect();
    });
    found("placements[3]", "goes through FRONT_DESK", |c| {
        let at = fallback(c);
        c.offers[at].channels = ChannelSet::ALL.without(Channel::FrontDesk);
    });
    found("offers[45].fallback", "condition: valid_from", |c| {
        c.offers[45].valid_until = Timestamp::from_seconds(1);
    });
    found("offers[45].fallback", "condition: adults", |c| c.offers[45].adults = (1, 20));
}

#[test]
fn every_channel_has_a_treatment_at_any_time() {
    found("offers[0].treatments", "none for EMAIL", |c| {
        c.offers[0].treatments.retain(|t| !t.contexts.is_empty());
    });
    found("offers[0].treatments", "1 to 32", |c| c.offers[0].treatments.clear());
    found("offers[0].treatments[0].content", "1 to 32 texts", |c| {
        c.offers[0].treatments[0].content.clear()
    });
    found("offers[0].treatments[0].locale", "language", |c| {
        c.offers[0].treatments[0].locale = "EN".into()
    });
}

#[test]
fn ranks_name_a_policy_that_they_can_explore_by() {
    found("ranks.policy", "does not have", |c| c.ranks.policy = Some(label("no-such")));
    found("ranks.policy", "THOMPSON", |c| {
        c.decision_policies[0].exploration = Exploration::Thompson { spread: 0.5, floor: 0.01 };
        c.ranks.policy = Some(c.decision_policies[0].id.clone());
    });
    found("ranks.default_reward", "from -1 to 1", |c| c.ranks.default_reward = 1.5);
    found("ranks.reward_wait", "1s to 7d", |c| c.ranks.reward_wait = std::time::Duration::ZERO);
    let text = format!("{DEMO_CATALOG}\n[ranks]\nreward_wait = \"0s\"\npolice = \"x\"\n");
    let problems = validate(&text).unwrap_err();
    let lines = u32::try_from(text.lines().count()).unwrap();
    let told: Vec<_> = problems.iter().map(|p| (p.field.as_str(), p.line)).collect();
    assert_eq!(told, [("ranks.reward_wait", lines - 1), ("ranks.police", lines)], "{problems:#?}");
}

#[test]
fn sizes_are_bounded() {
    found("offers", "must be 1 to 10000", |c| {
        let one = c.offers[0].clone();
        c.offers = vec![one; 10_001];
    });
    found("categories", "must be 1 to 64", |c| c.categories.clear());
    found("offers[0].tags", "more than 16", |c| {
        c.offers[0].tags = (0..17).map(|i| label(&format!("t{i}"))).collect();
    });
    found("label", "256 bytes", |c| c.label = "x".repeat(257));
}

/// The place of the demo's offer that has steps and conditions.
fn suite(content: &CatalogContent) -> usize {
    content.offers.iter().position(|offer| !offer.pricing.steps.is_empty()).unwrap()
}

/// As [`found`], in a field of the suite's price.
#[track_caller]
fn found_in_price(field: &str, about: &str, change: impl FnOnce(&mut Pricing)) {
    let content = validate(DEMO_CATALOG).unwrap();
    let at = suite(&content);
    found(&format!("offers[{at}].{field}"), about, |c| change(&mut c.offers[at].pricing));
}

#[test]
fn what_is_under_the_list_price_is_published() {
    found_in_price("price_steps[0].id", "promotion that justifies it", |p| p.steps[0].id = None);
    found_in_price("price_steps[1].percent", "more than that", |p| p.steps.swap(0, 1));
    found_in_price("price_steps[0].percent", "over 0", |p| p.steps[0].basis_points = 0);
    found_in_price("price_steps", "never tried", |p| p.trial = None);
    found_in_price("price_trial", "no steps", |p| p.steps.clear());
    found_in_price("price_rules", "as is", |p| p.rules[1].id = p.rules[0].id.clone());
    found_in_price("price_rules", "as is", |p| {
        p.rules[1].id = p.steps[0].id.clone().unwrap();
    });
    found_in_price("price_rules[0].percent", "over 0", |p| p.rules[0].basis_points = 10_001);
    found_in_price("price_rules[0].tier_from", "ghost", |p| {
        p.rules[0].condition = Condition::TierFrom(label("ghost"));
    });
    found_in_price("price_rules[0].promotion_codes", "is empty", |p| {
        p.rules[0].condition = Condition::Promotion(Vec::new());
    });
    found_in_price("price_rules[0].last_date", "before first_date", |p| {
        p.rules[0].condition = Condition::Dates(Date(2), Date(1));
    });
    found_in_price("price_rules[0].texts", "longer", |p| p.rules[0].texts[0].1 = "x".repeat(257));
    found_in_price("min_price", "over the price", |p| p.min_price.minor = p.list.minor + 1);
    found_in_price("min_price", "is in USD", |p| {
        p.min_price.currency = Currency::parse("", "USD").unwrap();
    });
    found_in_price("disclosure", "longer", |p| p.disclosure[0].1 = "x".repeat(1_025));
    found("loyalty_tiers[1].id", "as is", |c| {
        c.loyalty_tiers[1].id = c.loyalty_tiers[0].id.clone();
    });
}

#[test]
fn a_price_that_holds_its_taxes_covers_those_of_its_costs() {
    // 140.00 with 6 % in it is 132.08 without.
    found_in_price("price", "under variable cost", |p| {
        p.is_tax_included = true;
        p.variable_cost.minor = 13_209;
    });
    let mut content = validate(DEMO_CATALOG).unwrap();
    let at = suite(&content);
    content.offers[at].pricing.is_tax_included = true;
    content.offers[at].pricing.variable_cost.minor = 13_207;
    assert_eq!(check(&content).0, []);
}

/// What is written wrongly is told with its line, under its own name.
#[test]
fn prices_are_told_by_line() {
    for (sound, broken, field, about) in [
        ("lead_days = 30, ", "", "price_rules[1]", "exactly one condition"),
        (
            "lead_days = 30, ",
            "lead_days = 30, nights = 2, ",
            "price_rules[1]",
            "exactly one condition",
        ),
        ("lead_days = 30, ", "lead_days = 731, ", "price_rules[1].lead_days", "from 1 to 730"),
        ("epoch_days = 7", "epoch_days = 0", "price_trial.epoch_days", "from 1 to 365"),
        ("share = 20", "share = 120", "price_trial.share", "percentage"),
        ("nights = 5", "first_date = \"2026-12-20\"", "price_rules[2].last_date", "missing"),
        (
            "nights = 5",
            "promotion_codes = [\"a b\"]",
            "price_rules[2].promotion_codes[0]",
            "1 to 64",
        ),
        ("tier_from = ", "tier_fom = ", "price_rules[0].tier_fom", "did you mean tier_from"),
        ("min_price = \"95.00 EUR\"", "min_price = \"95\"", "min_price", "amount and a currency"),
    ] {
        let text = DEMO_CATALOG.replacen(sound, broken, 1);
        let line = text.lines().zip(DEMO_CATALOG.lines()).position(|(a, b)| a != b).unwrap() + 1;
        let problems = validate(&text).unwrap_err();
        let fits = |p: &crate::catalog::Problem| {
            p.field.ends_with(field)
                && p.problem.contains(about)
                && usize::try_from(p.line) == Ok(line)
        };
        assert!(problems.iter().any(fits), "{broken}: {problems:#?}");
    }
}
