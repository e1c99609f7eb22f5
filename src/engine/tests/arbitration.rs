//! Who comes first: what a guest is worth, the last units of scarce offers, offers that own a slot.

use super::*;
use crate::decide::Scratch;
use crate::decide::replay::is_replayed;
use crate::domain::decision::{Decision, FilterStage};
use crate::domain::guest_value::ValueTier;
use crate::domain::id::PropertyId;
use crate::domain::money::{Currency, Money};
use crate::domain::time::Date;
use crate::engine::history::{Collector, History, Reward, Target};

const TODAY: i32 = 20_514;
const GUESTS: [(&str, i64); 4] = [("ana", 9_000), ("ben", 3_000), ("cleo", 600), ("dan", 0)];

/// Even offers are scarce; guests of tier A are weighed up on what is scarce, those of tier D down on
/// category c1.
fn text(more: &str) -> String {
    let weights = "guest_weights = [{ tier = \"A\", scarce = true, percent = 100 },\n\
                   { tier = \"A\", category = \"c0\", percent = 50 },\n\
                   { tier = \"D\", category = \"c1\", percent = -20 }]\n";
    let text =
        world::text(8).replacen("score_cap = 0.5\n", &format!("score_cap = 0.5\n{weights}"), 1);
    let scarce = "inventory_limited = true\ncategory = \"c0\"\ntags";
    let text = text.replacen("category = \"c0\"\ntags", scarce, 1);
    assert!(text.contains(weights) && text.contains(scarce));
    format!("{text}\n[guest_value]\nleast_paid = {{ A = 5000, B = 2000, C = 500 }}\n{more}")
}

fn world_of(more: &str) -> World {
    let world = World::new(8);
    world.engine.publish_catalog(&world.scope, &text(more), "value", None).unwrap();
    for (guest, paid) in GUESTS {
        world.opt_in(guest);
        let mut pay = world.event(guest, &format!("pay-{guest}"), EventKind::Pay);
        pay.event.amount = Some(Money::new(paid * 100, Currency::EUR));
        if paid > 0 {
            world.record(pay);
        }
    }
    stock(&world, 9);
    world
}

fn stock(world: &World, units: u32) {
    let offer = OfferId::parse("", "offer-00000").unwrap();
    let property = PropertyId::parse("", "city").unwrap();
    let entries = vec![Stock { day: Date(TODAY), units }];
    world.engine.set_stock(&world.scope, &StockChange { property, offer, entries }).unwrap();
}

/// Weight of the guest's value by offer, over a slate of all.
fn weights(decision: &Decision) -> std::collections::BTreeMap<u16, f64> {
    let slots = decision.propositions[0].slots.iter();
    slots.map(|slot| (slot.offer.0, slot.parts.guest_weight)).collect()
}

/// Every decision of the log is made again; how many there are.
fn all_again(world: &World) -> usize {
    world.engine.committer.flush().unwrap();
    let history = History::open(&world.engine.options.folder).unwrap();
    let mut seen = 0;
    let visited = history.visit::<Error>(&world.scope.brand, |past| {
        seen += 1;
        assert!(is_replayed(past.decision, past.serving, &mut Scratch::default()));
        let is_drawn = past.decision.propositions[0].slots.iter().any(|slot| !slot.is_given());
        if past.decision.value_tier == Some(ValueTier::A) && is_drawn {
            let mut forged = past.decision.clone();
            forged.value_tier = Some(ValueTier::B);
            let again = is_replayed(&forged, past.serving, &mut Scratch::default());
            assert!(!again, "the check can fail");
        }
        Ok(())
    });
    visited.unwrap();
    seen
}

#[test]
fn what_a_guest_is_worth_orders_offers_and_no_price() {
    let world = world_of("");
    let decided = |guest: &str| world.decide(guest, |r| r.placements[0].count = Some(8)).decision;
    let all: Vec<_> = GUESTS.iter().map(|(guest, _)| decided(guest)).collect();
    use ValueTier::{A, B, C, D};
    let tiers: Vec<_> = all.iter().map(|d| d.value_tier).collect();
    assert_eq!(tiers, [Some(A), Some(B), Some(C), Some(D)]);
    let neutral = |w: &f64| w.to_bits() == 1.0_f64.to_bits();
    let [best, second, _, last] = [0, 1, 2, 3].map(|at: usize| weights(&all[at]));
    assert!((best[&0] - 2.0).abs() < 1e-12, "1 + 1.00 + 0.50, and bounded: {best:?}");
    assert!((last[&1] - 0.8).abs() < 1e-12 && neutral(&last[&0]), "{last:?}");
    assert!(second.values().all(neutral));
    // The parts are the score: P · C · (V / V_ref)^½ · L · G.
    for slot in &all[0].propositions[0].slots {
        let p = &slot.parts;
        let value = (p.value / 50.0).sqrt();
        let product = f64::from(p.response_propensity) * p.context_weight * value * p.lever;
        assert!((product * p.guest_weight - p.score).abs() < 1e-12, "{p:?}");
    }
    for decision in &all[1..] {
        for slot in &decision.propositions[0].slots {
            let mut others = all[0].propositions[0].slots.iter();
            let same = others.find(|other| other.offer == slot.offer).unwrap();
            assert_eq!(same.quote, slot.quote, "the same conditions cost the same");
        }
    }
    world.refuse("ana", Purpose::Profiling);
    let without = decided("ana");
    assert_eq!(without.value_tier, None, "nothing personal counts without consent");
    assert!(weights(&without).values().all(neutral));
    assert_eq!(all_again(&world), 5);
    let kept = world.reopen_copy();
    let stored = kept.engine.decision(&kept.scope, all[0].id).unwrap();
    assert_eq!(*stored.decision, *all[0], "kept to the bit");
}

#[test]
fn the_last_units_wait_for_the_best_until_their_day_is_near() {
    let world = world_of("last_units = { units = 2, tier = \"B\", days = 0 }\n");
    let shows = |guest: &str| {
        let answer = world.decide(guest, |r| {
            r.placements[0].count = Some(8);
            r.wants_full_view = true;
        });
        let mut slots = answer.decision.propositions[0].slots.iter();
        let is_shown = slots.any(|slot| slot.offer.0 == 0);
        let kept = answer
            .filtered
            .iter()
            .any(|f| (f.stage, f.component.as_str()) == (FilterStage::Inventory, "last_units"));
        assert_ne!(is_shown, kept, "shown, or told why not");
        is_shown
    };
    assert!(GUESTS.iter().all(|(guest, _)| shows(guest)), "there are enough");
    stock(&world, 2);
    assert_eq!(GUESTS.map(|(guest, _)| shows(guest)), [true, true, false, false]);
    assert!(!shows("nobody-knows"));
    let sooner = text("last_units = { units = 2, tier = \"B\", days = 1 }\n");
    world.engine.publish_catalog(&world.scope, &sooner, "sooner", None).unwrap();
    assert!(GUESTS.iter().all(|(guest, _)| shows(guest)), "the day has come");
    assert!(all_again(&world) > 10);
}

const GUARANTEES: &str = "[[guarantees]]\nid = \"notice\"\noffer = \"offer-00003\"\n\
    placements = [\"p50\"]\nfrom = 2026-03-01\nuntil = 2026-03-02\n\
    [[guarantees]]\nid = \"partner\"\noffer = \"offer-00005\"\n\
    placements = [\"p50\", \"p200\"]\nfrom = 2026-03-01\nuntil = 2026-03-20\n";

#[test]
fn a_guarantee_owns_its_slot_for_a_while_and_is_no_choice() {
    let world = world_of(&format!("{GUARANTEES}\n[holdout]\nperiod = \"1\"\nshare = 5000\n"));
    let slate = |guest: &str, count: u8| {
        let answer = world.decide(guest, |r| r.placements[0].count = Some(count));
        let slots = &answer.decision.propositions[0].slots;
        for slot in slots.iter().filter(|slot| slot.is_guaranteed) {
            assert!(slot.is_override && !slot.is_stand_in() && !slot.is_planned);
            assert!((slot.selection_probability - 1.0).abs() < f64::EPSILON);
        }
        let owned = slots.iter().filter(|slot| slot.is_guaranteed).count();
        (slots.iter().map(|slot| slot.offer.0).collect::<Vec<_>>(), owned)
    };
    for n in 0..20 {
        let (offers, owned) = slate(&format!("g{n}"), 4);
        assert_eq!((&offers[..2], offers.len(), owned), (&[3, 5][..], 4, 2), "held out or not");
        assert_eq!(slate(&format!("g{n}"), 1), (vec![3], 1));
    }
    let excluded = world.decide("ana", |r| {
        r.placements[0].excluded = vec![OfferId::parse("", "offer-00003").unwrap()];
    });
    assert_eq!(World::first(&excluded).as_str(), "offer-00005", "only what may be shown");
    world.clock.advance(Duration::from_secs(86_400));
    assert_eq!(slate("g0", 1), (vec![5], 1), "the notice has ended");
    let made = 43;
    assert_eq!(all_again(&world), made - 1);
    // Its answer teaches the ranker; no estimate takes it for a choice.
    let history = History::open(&world.engine.options.folder).unwrap();
    let targets = [Target::built_in("uniform").unwrap()];
    let mut collector = Collector::new(&targets, Reward::Accepts);
    let visit = history
        .visit::<crate::engine::history::CollectError>(&world.scope.brand, |p| collector.take(p));
    visit.unwrap();
    assert!(collector.rows(u64::MAX)[0].is_empty());
    world.clock.advance(Duration::from_secs(30 * 86_400));
    assert_eq!(slate("ana", 4).1, 0, "all have ended");
}
