//! The audit finds what is wrong, and only that.

use super::*;
use crate::domain::decision::FloorBasis;
use crate::domain::id::Label;
use crate::domain::money::{Currency, Money};
use crate::domain::offer::ChargeBasis;
use crate::domain::time::{Date, Timestamp};
use crate::sys::rng::SplitMix64;

fn quote(minor: i64) -> Quote {
    let eur = |minor| Money::new(minor, Currency::EUR);
    Quote {
        list: eur(10_000),
        offer: eur(minor),
        floor: eur(3_000),
        floor_basis: FloorBasis::VariableCost,
        displacement: eur(0),
        quantity: 1,
        tax: eur(0),
        is_tax_included: false,
        fee: eur(0),
        basis: ChargeBasis::Stay,
        qualification: String::new(),
        qualifications: if minor < 10_000 {
            vec![Label::parse("", "sale").unwrap()]
        } else {
            vec![]
        },
        selection_probability: 1.0,
        draw: 0.0,
        is_explored: false,
        cell: 1,
        valid_until: Timestamp::EPOCH,
    }
}

struct World {
    property: PropertyId,
    offer: OfferId,
    terms: PriceTerms,
    audit: Audit,
}

impl World {
    fn new() -> Self {
        Self {
            property: PropertyId::parse("", "city").unwrap(),
            offer: OfferId::parse("", "suite").unwrap(),
            terms: PriceTerms::plain(Date(20_000)),
            audit: Audit::new(vec!["country".to_owned()]),
        }
    }

    /// Quotes conditions to a guest of a country and a tier.
    fn sell(&mut self, (conditions, tier): (u64, u8), (guest, country): (u64, &str), minor: i64) {
        let values = [country.to_owned()];
        let mut id = [0; 16];
        id[8..].copy_from_slice(&guest.to_be_bytes());
        self.audit.take(&Sale {
            decision: DecisionId(id),
            guest,
            property: &self.property,
            offer: &self.offer,
            terms: &self.terms,
            conditions,
            tier,
            quote: &quote(minor),
            is_again: true,
            values: &values,
        });
    }
}

fn faults(report: &Report) -> Vec<(Fault, u64)> {
    report.violation_counts.clone()
}

#[test]
fn two_prices_for_the_same_conditions_are_named() {
    let mut world = World::new();
    world.sell((1, 0), (1, "PT"), 9_000);
    world.sell((2, 0), (2, "PT"), 8_000);
    world.sell((1, 0), (3, "PT"), 9_000);
    world.sell((1, 0), (4, "PT"), 8_999);
    let report = world.audit.report();
    assert_eq!(faults(&report), [(Fault::SameConditions, 1)]);
    let violation = &report.violations[0];
    let against = violation.against.as_ref().unwrap();
    assert_eq!(
        (violation.found.price.as_str(), against.price.as_str()),
        ("89.99 EUR", "90.00 EUR")
    );
    assert!(violation.found.decision.ends_with("04") && against.decision.ends_with("01"));
    assert_eq!((report.compared, report.compared_between_guests, report.conditions), (2, 2, 2));
    assert!(!report.is_fair());
}

#[test]
fn a_higher_tier_that_pays_more_is_found_whoever_came_first() {
    for order in [[0, 1], [1, 0]] {
        let mut world = World::new();
        for who in order {
            let (tier, minor) = [(1, 9_000), (2, 9_500)][who];
            world.sell((1, tier), (u64::from(tier), "PT"), minor);
        }
        assert_eq!(faults(&world.audit.report()), [(Fault::Loyalty, 1)]);
    }
    let mut world = World::new();
    world.sell((1, 1), (1, "PT"), 9_500);
    world.sell((1, 2), (2, "PT"), 9_500);
    world.sell((1, 3), (3, "PT"), 9_000);
    let report = world.audit.report();
    assert!(report.is_fair());
    assert_eq!(report.compared_between_tiers, 2);
}

#[test]
fn what_is_wrong_by_itself_is_found() {
    let mut world = World::new();
    world.sell((1, 0), (1, "PT"), 2_999);
    world.sell((2, 0), (1, "PT"), 10_001);
    let report = world.audit.report();
    assert_eq!(faults(&report), [(Fault::Floor, 1), (Fault::Unpublished, 1)]);
}

#[test]
fn spread_is_told_by_offer_and_reason() {
    let mut world = World::new();
    world.sell((1, 0), (1, "PT"), 10_000);
    world.sell((2, 0), (2, "PT"), 8_000);
    world.sell((3, 0), (3, "PT"), 9_000);
    let report = world.audit.report();
    let spread = &report.offers[0];
    assert_eq!((spread.quotes, spread.prices, spread.shares), (3, 3, [0.8, 0.9, 1.0]));
    assert!((spread.ratio - 1.25).abs() < 1e-12);
    assert_eq!(spread.reasons["sale"], 2);
}

/// Many guests, of whom the Portuguese ask for cheaper days: the means differ, but nobody paid
/// another price for the same conditions.
#[test]
fn a_difference_that_comes_from_conditions_is_told_as_one() {
    let mut world = World::new();
    let mut rng = SplitMix64::new(4);
    for guest in 0..2_000 {
        let country = if guest % 2 == 0 { "PT" } else { "CN" };
        let is_cheap = rng.chance(if country == "PT" { 0.7 } else { 0.3 });
        let (conditions, minor) = if is_cheap { (1, 8_000) } else { (2, 10_000) };
        world.sell((conditions, 0), (guest, country), minor);
    }
    let report = world.audit.report();
    assert!(report.is_fair(), "{:?}", report.effect_findings);
    let effect = report.effects.iter().find(|e| e.value == "PT").unwrap();
    let overall = effect.overall.unwrap();
    // 0.4 of the guests more, ln 0.8 each.
    assert!((overall.effect - 0.4 * 0.8_f64.ln()).abs() < 3.0 * overall.standard_error);
    assert!(overall.interval[1] < 0.0);
    let same = effect.same_conditions.unwrap();
    assert!(same.effect.abs() < 1e-12 && same.standard_error < 1e-12, "{same:?}");
}

/// The negative control: a price that looks at the country, among the same conditions.
#[test]
fn a_price_that_looks_at_the_country_is_found() {
    let mut world = World::new();
    for guest in 0..1_000_u64 {
        let country = if guest % 4 == 0 { "PT" } else { "CN" };
        let conditions = guest / 50;
        world.sell((conditions, 0), (guest, country), if country == "PT" { 9_800 } else { 9_500 });
    }
    let report = world.audit.report();
    assert!(faults(&report)[0].1 > 200, "{:?}", faults(&report));
    assert_eq!(report.effect_findings, ["country=CN", "country=PT"]);
    let effect = report.effects.iter().find(|e| e.value == "PT").unwrap().same_conditions.unwrap();
    assert!((effect.effect - (9_800.0_f64 / 9_500.0).ln()).abs() < 1e-9, "{effect:?}");
    assert!(report.violations.len() == LISTED_MAX);
}

#[test]
fn values_of_few_guests_stand_together() {
    let mut world = World::new();
    for guest in 0..100 {
        let country = if guest < 60 { "PT".to_owned() } else { format!("X{guest}") };
        world.sell((1, 0), (guest, &country), 9_000);
    }
    let report = world.audit.report();
    let told: Vec<(&str, u64)> =
        report.effects.iter().map(|e| (e.value.as_str(), e.guests)).collect();
    assert_eq!(told, [(OTHERS, 40), ("PT", 60)]);
}
