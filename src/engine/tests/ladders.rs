//! Steps of prices are learnt from the log, and come into force an epoch at a time.

use super::prices::{audited, join, text, today};
use super::*;
use crate::decide::price::{Sold, quote};
use crate::domain::decision::Quote;
use crate::domain::id::PropertyId;
use crate::domain::price::PriceTerms;
use crate::domain::time::{Date, Timestamp};

/// Guests decide one after another, and accept only what is sold at the lowest step. Returns the share
/// of slots that were.
fn buy(world: &World, from: u32, to: u32) -> f64 {
    let (mut lowest, mut slots) = (0, 0);
    for n in from..to {
        let guest = format!("g{}", n % 24);
        let answer = world.decide(&guest, |request| request.placements[0].count = Some(1));
        let quote = &answer.decision.propositions[0].slots[0].quote;
        let is_low = quote.offer.minor * 100 < quote.list.minor * 81;
        slots += 1;
        lowest += u32::from(is_low);
        if is_low {
            let mut accept = world.event(&guest, &format!("yes-{n}"), EventKind::Accept);
            accept.token = Some(answer.token.clone());
            accept.event.offer = Some(World::first(&answer));
            world.record(accept);
        }
        world.clock.advance(Duration::from_secs(1_200));
        if n % 36 == 0 {
            world.engine.tick().unwrap();
        }
    }
    world.clock.advance(Duration::from_secs(2 * 3_600));
    world.engine.tick().unwrap();
    world.engine.committer.flush().unwrap();
    f64::from(lowest) / f64::from(slots)
}

/// A hotel whose offers are all tried at three steps, and learnt, with some weeks behind it.
fn tried() -> (World, String, f64) {
    let text = text().replace("epoch_days = 3", "epoch_days = 3, learn = true");
    let world = World::new(60);
    world.engine.publish_catalog(&world.scope, &text, "prices", None).unwrap();
    (0..24).for_each(|g| join(&world, &format!("g{g}"), None, "PT"));
    let lowest = buy(&world, 0, 1_500);
    (world, text, lowest)
}

fn in_force(world: &World) -> u64 {
    world.engine.catalog(&world.scope, None).unwrap().2
}

/// What every offer costs on a day of this catalog version.
fn price_list(world: &World, version: u64, day: i32) -> Vec<Quote> {
    let catalog = world.engine.catalog(&world.scope, Some(version)).unwrap().0;
    let key = world.engine.brands.get(&world.scope.brand).price_key;
    let city = PropertyId::parse("", "city").unwrap();
    let terms = PriceTerms::plain(Date(day));
    let offers = catalog.offers().iter();
    offers.map(|o| quote(Sold::of(&catalog, o, &city), &terms, key, Timestamp::NEVER)).collect()
}

/// Share of the cells of some offers, over sixty epochs from a day on, that drew the lowest step.
fn lowest(world: &World, version: u64, offers: &[&OfferId], from: i32) -> f64 {
    let catalog = world.engine.catalog(&world.scope, Some(version)).unwrap().0;
    let (mut drawn, mut cells) = (0_u32, 0_u32);
    for epoch in 0..60 {
        let quotes = price_list(world, version, from + 3 * epoch);
        for (offer, quote) in catalog.offers().iter().zip(quotes) {
            if offers.contains(&&offer.id) {
                cells += 1;
                drawn += u32::from(quote.qualifications.iter().any(|id| id.as_str() == "sale"));
            }
        }
    }
    f64::from(drawn) / f64::from(cells)
}

/// What was learnt is seen first and put in force then; until the next epoch every price stays as it
/// was; then the better step is drawn, also after a restart, and the audit can work out every price.
#[test]
fn steps_are_learnt_from_cells_and_hold_from_the_next_epoch_on() {
    let (world, ..) = tried();
    let version = in_force(&world);
    let (unchanged, looked) = world.engine.learn_prices(&world.scope, true).unwrap();
    assert_eq!((unchanged, in_force(&world)), (version, version));
    let (published, learnt) = world.engine.learn_prices(&world.scope, false).unwrap();
    assert_eq!((published, in_force(&world), &looked), (version + 1, version + 1, &learnt));
    let known: Vec<_> = learnt.iter().filter(|ladder| ladder.offered > 60).collect();
    assert!(known.len() > 5, "{}", learnt.len());
    for ladder in &known {
        let sum: f64 = ladder.steps.iter().map(|step| step.selection_probability).sum();
        assert!((sum - 1.0).abs() < 1e-9 && ladder.from.0 > today(&world), "{ladder:?}");
        assert!(ladder.steps[0].selection_probability > 0.3, "{ladder:?}");
    }
    let (now, next) = (today(&world), learnt[0].from.0);
    assert_eq!(price_list(&world, version, now), price_list(&world, published, now));
    assert_ne!(price_list(&world, version, next), price_list(&world, published, next));

    world.clock.advance(Duration::from_secs(3 * 86_400));
    let world = world.reopen();
    buy(&world, 1_500, 2_100);
    // Which step a cell drew hangs on the store's own secret: over many cells its share is what was learnt.
    let offers: Vec<&OfferId> = known.iter().map(|ladder| &ladder.offer).collect();
    let share = |version: u64| lowest(&world, version, &offers, next);
    let (before, after) = (share(version), share(published));
    assert!(before < 0.22 && after > 1.4 * before, "{before} {after}");
    let fair = audited(&world);
    assert!(fair.is_fair() && fair.quotes > 2_000, "{:?}", fair.violations);
}

/// Learnt once more, another text, and a roll-back within an epoch: no cell changes its price.
#[test]
fn no_publication_changes_a_price_within_an_epoch() {
    let (world, text, _) = tried();
    let version = in_force(&world);
    world.engine.learn_prices(&world.scope, false).unwrap();
    world.clock.advance(Duration::from_secs(3 * 86_400));
    let now = today(&world);
    let prices = price_list(&world, in_force(&world), now);
    assert_ne!(prices, price_list(&world, version, now), "the learnt steps hold");
    let other = text.replace("label = \"testkit\"", "label = \"other\"");
    world.engine.learn_prices(&world.scope, false).unwrap();
    assert_eq!(price_list(&world, in_force(&world), now), prices);
    world.engine.learn_prices(&world.scope, false).unwrap();
    assert_eq!(price_list(&world, in_force(&world), now), prices, "twice in an epoch");
    world.engine.publish_catalog(&world.scope, &other, "label", None).unwrap();
    assert_eq!(price_list(&world, in_force(&world), now), prices);
    world.engine.roll_back_catalog(&world.scope, version, "back", None).unwrap();
    assert_eq!(price_list(&world, in_force(&world), now), prices);
}

#[test]
fn a_catalog_that_asks_for_none_learns_none_and_who_may_not_cannot() {
    let world = World::new(10);
    assert_eq!(world.engine.learn_prices(&world.scope, false).unwrap(), (1, Vec::new()));
    assert_eq!(in_force(&world), 1);
    let mut scope = world.scope.clone();
    scope.rights = [Right::CatalogRead, Right::InsightsRead].into_iter().collect();
    assert_eq!(world.engine.learn_prices(&scope, true).unwrap_err().reason, "RIGHT_MISSING");
    scope.rights = [Right::CatalogWrite].into_iter().collect();
    scope.properties = PropertyScope::Only(vec![PropertyId::parse("", "city").unwrap()]);
    assert_eq!(world.engine.learn_prices(&scope, true).unwrap_err().reason, "OUT_OF_REACH");
}
