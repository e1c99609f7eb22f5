//! Bundles: parts priced by what they are bought with, and by nothing about the guest.

use super::prices::join;
use super::*;
use crate::domain::decision::{FilterStage, Filtered};
use crate::domain::money::Money;
use crate::domain::request::DecideRequest;
use crate::engine::{Bundle, BundlePart};
use crate::sys::rng::SplitMix64;

/// Every third offer costs 20 percent less with two others of its category or the first offer, and
/// gold members pay 10 percent less for all.
fn text() -> String {
    let text = world::priced(&world::text(60));
    let (head, offers) = text.split_at(text.find("[[offers]]").unwrap());
    let mut number = 0;
    let offers: Vec<String> = offers
        .split_inclusive('\n')
        .map(|line| {
            let Some(at) = line.find("price_rules = [") else { return line.to_owned() };
            number += 1;
            if number % 3 != 0 {
                return line.to_owned();
            }
            let (before, rest) = line.split_at(at + "price_rules = [".len());
            let rule = "{ id = \"package\", percent = 60, with_offers = [\"offer-00000\"], with_count = 1 }";
            format!("{before}{rule}, {rest}")
        })
        .collect();
    format!("{head}{}", offers.concat())
}

fn world_of_bundles() -> World {
    let world = World::new(60);
    world.engine.publish_catalog(&world.scope, &text(), "bundles", None).unwrap();
    world
}

fn offer(number: usize) -> OfferId {
    OfferId::parse("", &format!("offer-{number:05}")).unwrap()
}

fn request(guest: &str) -> DecideRequest {
    let guest = GuestId::parse("", guest).unwrap();
    DecideRequest { guest, ..world::request("all", 3) }
}

fn compose(world: &World, guest: &str, chosen: &[usize], proposes: bool) -> Bundle {
    let chosen: Vec<OfferId> = chosen.iter().map(|number| offer(*number)).collect();
    world.engine.compose(&world.scope, request(guest), &chosen, proposes).unwrap()
}

fn price(part: &BundlePart) -> Money {
    part.quote.as_ref().unwrap().total()
}

#[test]
fn a_part_costs_less_with_what_its_rule_names_and_no_more_than_alone() {
    let world = world_of_bundles();
    let mut is_cheaper = 0;
    let mut rng = SplitMix64::new(4);
    for round in 0..300 {
        let mut chosen: Vec<usize> = (0..1 + rng.below(5)).map(|_| rng.below(60)).collect();
        chosen.sort_unstable();
        chosen.dedup();
        let bundle = compose(&world, &format!("g{}", round % 7), &chosen, false);
        let has_first = chosen.contains(&0);
        for (part, number) in bundle.parts.iter().zip(&chosen) {
            let Ok(quote) = &part.quote else { continue };
            assert!(quote.offer.minor >= quote.floor.minor, "never under the floor");
            assert!(price(part).minor <= part.alone.total().minor);
            let by_package = quote.qualifications.iter().any(|id| id.as_str() == "package");
            assert!(!by_package || (has_first && *number != 0), "only with what is named");
            is_cheaper += u32::from(price(part).minor < part.alone.total().minor);
        }
    }
    assert!(is_cheaper > 10, "{is_cheaper}");
}

#[test]
fn the_same_parts_cost_the_same_whoever_composes_them_in_whatever_order() {
    let world = world_of_bundles();
    join(&world, "rich", None, "CH");
    join(&world, "poor", None, "PT");
    world.opt_in("rich");
    let prices = |bundle: &Bundle| {
        let mut prices: Vec<_> = bundle
            .parts
            .iter()
            .map(|part| (part.offer, part.quote.as_ref().ok().map(|q| (q.total(), q.cell))))
            .collect();
        prices.sort_by_key(|(offer, _)| *offer);
        prices
    };
    let mut rng = SplitMix64::new(9);
    for _ in 0..100 {
        let (a, b, c) = (rng.below(20), 20 + rng.below(20), 40 + rng.below(20));
        let one = prices(&compose(&world, "rich", &[0, a + 1, b, c], false));
        let other = prices(&compose(&world, "poor", &[c, b, a + 1, 0], false));
        assert_eq!(one, other);
    }
}

#[test]
fn what_goes_with_it_is_a_decision_without_what_is_chosen() {
    let world = world_of_bundles();
    let bundle = compose(&world, "ana", &[0, 5], true);
    let answer = bundle.answer.as_ref().unwrap();
    assert!(answer.decision.sequence > 0 && !bundle.complements.is_empty());
    assert!(bundle.complements.iter().all(|it| ![0, 5].contains(&it.offer.at())));
    let proposed: Vec<_> =
        answer.decision.propositions[0].slots.iter().map(|slot| slot.offer).collect();
    assert_eq!(bundle.complements.iter().map(|it| it.offer).collect::<Vec<_>>(), proposed);
    // What it saves is told by composing it.
    for it in &bundle.complements {
        let with = compose(&world, "ana", &[0, 5, it.offer.at()], false);
        let saved = |bundle: &Bundle| -> i64 {
            let each = |p: &BundlePart| p.alone.total().minor - price(p).minor;
            bundle.parts.iter().map(each).sum()
        };
        assert_eq!(it.saves_minor, saved(&with) - saved(&bundle));
    }
}

#[test]
fn a_part_that_cannot_be_sold_says_why_and_lowers_no_price() {
    let world = world_of_bundles();
    world.engine.stop_offer(&world.scope, &offer(0), true).unwrap();
    let bundle = compose(&world, "ana", &[0, 1, 2, 3], false);
    let removed: &Filtered = bundle.parts[0].quote.as_ref().unwrap_err();
    assert_eq!((removed.stage, removed.component.as_str()), (FilterStage::Eligibility, "stopped"));
    for part in &bundle.parts[1..] {
        assert_eq!(price(part), part.alone.total(), "nothing is bought with what is stopped");
    }
    let unknown = [OfferId::parse("", "moon").unwrap()];
    let error = world.engine.compose(&world.scope, request("ana"), &unknown, true).unwrap_err();
    assert_eq!(error.fields[0].field, "offer_ids[0]");
}
