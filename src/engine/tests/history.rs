//! The log read again: decisions made again to the bit, other policies evaluated, arms counted.

use super::*;
use crate::decide::Scratch;
use crate::decide::replay::is_replayed;
use crate::domain::decision::Source;
use crate::domain::id::OfferIndex;
use crate::engine::history::{Collector, History, Reward, Target, Units};
use crate::learn::experiment::ablation::Policy;
use crate::learn::offpolicy::row::Row;
use crate::sys::rng::SplitMix64;

const GUESTS: usize = 60;

/// A tenth of the guests held out, a tenth decided for at random, a tenth without a trained model.
fn text() -> String {
    let experiments = "\n[holdout]\nperiod = \"2026\"\nshare = 1000\n\n[[experiments]]\nid = \"impact\"\n\
        arms = [{ id = \"whole\", share = 7000, is_control = true },\n\
        { id = \"random\", share = 1000, ablation = \"RANDOM_ELIGIBLE\" },\n\
        { id = \"rules\", share = 1000, ablation = \"RULES_ONLY\" },\n\
        { id = \"untrained\", share = 1000, ablation = \"UNTRAINED_MODEL\" }]\n";
    let text = world::text(60)
        .replace("gamma0 = 1000.0, decisions_cap = 200000.0", "gamma0 = 150.0, decisions_cap = 1.0")
        .replace("value_exponent = 0.5", "value_exponent = 0.0");
    assert!(text.contains("gamma0 = 150.0") && text.contains("value_exponent = 0.0"));
    text + experiments
}

/// What a guest thinks of an offer: half of them like even categories, half odd ones.
fn rate(guest: usize, catalog: &Catalog, offer: OfferIndex) -> f64 {
    let category = usize::from(catalog.category_of()[offer.at()]);
    if (guest + category).is_multiple_of(2) { 0.3 } else { 0.05 }
}

/// Guests come and answer, some of them late.
fn live(world: &World, from: usize, to: usize) {
    let mut rng = SplitMix64::new(from as u64 + 1);
    for n in from..to {
        let guest = format!("g{}", n % GUESTS);
        let answer = world.decide(&guest, |r| r.placements[0].count = Some(2));
        let slot = &answer.decision.propositions[0].slots[0];
        if rng.chance(rate(n % GUESTS, &answer.catalog, slot.offer)) {
            let mut accept = world.event(&guest, &format!("a{n}"), EventKind::Accept);
            accept.token = Some(answer.token.clone());
            accept.event.offer = Some(World::first(&answer));
            if n.is_multiple_of(7) {
                world.clock.advance(Duration::from_secs(3 * 3_600));
                world.engine.tick().unwrap();
            }
            world.record(accept);
        }
        world.clock.advance(Duration::from_secs(120));
        if n.is_multiple_of(25) {
            world.engine.tick().unwrap();
        }
    }
    world.clock.advance(Duration::from_secs(2 * 3_600));
    world.engine.tick().unwrap();
    world.engine.learned().unwrap();
}

/// A month of a small hotel, with a restart and a new catalog in between.
fn month() -> World {
    let world = World::new(60);
    world.engine.publish_catalog(&world.scope, &text(), "arms", None).unwrap();
    (0..GUESTS).filter(|g| g % 10 != 9).for_each(|g| world.opt_in(&format!("g{g}")));
    live(&world, 0, 900);
    let world = world.reopen();
    live(&world, 900, 1_500);
    let cheaper = text().replace("value_exponent = 0.0", "value_exponent = 0.1");
    world.engine.publish_catalog(&world.scope, &cheaper, "cheaper", None).unwrap();
    let world = world.reopen_copy();
    live(&world, 1_500, 2_400);
    world.engine.committer.flush().unwrap();
    world
}

/// A9, I16: every decision of the log is made again from the catalog and the model of its time, each
/// offer and selection probability to the bit; with another model it is not.
#[test]
fn every_decision_is_made_again_to_the_bit() {
    let world = month();
    let path = &world.engine.options.folder;
    let history = History::open(path).unwrap();
    let targets = [Target::built_in("as-ran").unwrap(), Target::built_in("uniform").unwrap()];
    let mut collector = Collector::new(&targets, Reward::Accepts);
    let (mut first, mut otherwise, mut models) = (None, 0, std::collections::BTreeSet::new());
    let mut truths = Vec::new();
    let matured =
        history.visit::<crate::engine::history::CollectError>(&world.scope.brand, |past| {
            models.insert(past.decision.model_sequence);
            let first = first.get_or_insert_with(|| Arc::clone(past.serving));
            if first.catalog.version() == past.serving.catalog.version() {
                otherwise += u32::from(!is_replayed(past.decision, first, &mut Scratch::default()));
            }
            if past.decision.propositions[0].source == Source::Model {
                truths.push(past.decision.sequence);
            }
            collector.take(past)
        });
    let matured = matured.unwrap();
    assert_eq!((collector.seen.decisions, collector.seen.replayed), (2_400, 2_400));
    assert!(models.len() > 20, "{} models", models.len());
    assert!(otherwise > 500, "the check can fail: {otherwise}");
    let rows = collector.rows(matured);
    assert!(truths.len() - rows[0].len() < 60, "{} of {}", rows[0].len(), truths.len());
    for row in &rows[0] {
        assert_eq!(row.weight().to_bits(), 1.0_f64.to_bits(), "what ran is what ran: {row:?}");
    }
    let (mean, error) = doubly_robust(&rows[1]);
    let truth = uniform(&history, &world.scope.brand, matured);
    assert!(error < 0.02 && (mean - truth).abs() < 3.0 * error, "{mean} ± {error}, truly {truth}");
}

fn doubly_robust(rows: &[Row]) -> (f64, f64) {
    let n = rows.len() as f64;
    let each: Vec<f64> = rows
        .iter()
        .map(|row| {
            let predicted = row.predicted.unwrap();
            predicted.target + row.weight() * (row.reward - predicted.taken)
        })
        .collect();
    let mean = each.iter().sum::<f64>() / n;
    let variance = each.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// What showing any candidate would have brought, from the guests' own rates.
fn uniform(history: &History, brand: &BrandId, matured: u64) -> f64 {
    let names: std::collections::HashMap<_, _> = (0..GUESTS)
        .map(|g| {
            let id = GuestId::parse("guest", &format!("g{g}")).unwrap();
            (history.store.pepper().guest(brand, &id), g)
        })
        .collect();
    let (mut sum, mut count) = (0.0, 0.0);
    let visited = history.visit::<Error>(brand, |past| {
        let proposition = &past.decision.propositions[0];
        if proposition.source == Source::Model && past.decision.sequence <= matured {
            let guest = names[&past.decision.guest];
            let rates = proposition.candidates.iter();
            let rates = rates.map(|offer| rate(guest, &past.serving.catalog, *offer));
            sum += rates.sum::<f64>() / proposition.candidates.len() as f64;
            count += 1.0;
        }
        Ok(())
    });
    visited.unwrap();
    sum / count
}

#[test]
fn arms_decide_as_they_are_planned_and_are_counted() {
    let world = World::new(60);
    world.engine.publish_catalog(&world.scope, &text(), "arms", None).unwrap();
    (0..GUESTS).for_each(|g| world.opt_in(&format!("g{g}")));
    live(&world, 0, 600);
    let mut of = std::collections::BTreeMap::<Policy, u32>::new();
    for g in 0..GUESTS {
        let answer = world.decide(&format!("g{g}"), |_| {});
        let decision = &answer.decision;
        let slot = &decision.propositions[0].slots[0];
        let candidates = decision.propositions[0].candidates.len() as f64;
        let ablation =
            crate::decide::enrolment::ablation_of(&answer.catalog, &decision.experiments);
        let policy = match decision.experiments.is_held_out {
            true => Policy::Holdout,
            false => Policy::from(ablation),
        };
        *of.entry(policy).or_default() += 1;
        let is_sure = (slot.selection_probability - 1.0).abs() < 1e-12;
        let is_uniform = (slot.selection_probability - 1.0 / candidates).abs() < 1e-12;
        match policy {
            Policy::Holdout => {
                assert!(is_sure && decision.taste.is_none());
                assert_eq!(decision.propositions[0].source, Source::Baseline);
            }
            Policy::RandomEligible => assert!(is_uniform),
            // Without a model nothing is left of a policy that asks for propensity alone.
            Policy::RulesOnly => assert!(is_uniform),
            _ => assert!(!is_sure && !is_uniform, "{policy}: {slot:?}"),
        }
        if policy == Policy::UntrainedModel {
            let spread = slot.parts.uncertainty;
            assert!(spread > 2.0, "nothing was learnt: {spread}");
        }
    }
    assert_eq!(of.len(), 5, "{of:?}");
    world.engine.committer.flush().unwrap();
    let mut units = Units::default();
    let history = History::open(&world.engine.options.folder).unwrap();
    let matured = history.visit::<Error>(&world.scope.brand, |past| units.take(past)).unwrap();
    let found = units.found(matured);
    let counted = |policy| found.impact.arm(policy).map_or(0, |arm| arm.accepts.count());
    for (policy, guests) in &of {
        assert_eq!(counted(*policy), u64::from(*guests), "{policy}");
    }
    let arms = &found.experiments["impact"].arms;
    let in_arms: u64 = arms.iter().map(|arm| arm.accepts.count()).sum();
    assert_eq!(in_arms, GUESTS as u64 - u64::from(of[&Policy::Holdout]));
    let bandit = found.impact.arm(Policy::Bandit).unwrap();
    let decided = bandit.accepts.mean_x() * bandit.accepts.count() as f64;
    // Those since the last look at the clock but one wait for the next.
    let each = decided / f64::from(of[&Policy::Bandit]);
    assert!((9.5..=10.0).contains(&each), "{each}");
    assert!(bandit.accepts.mean_y() > 0.3 && bandit.value.mean_y() > 1.0, "{bandit:?}");
    assert!((found.shares.values().sum::<f64>() - 1.0).abs() < 1e-12);
}

/// A guest who does not want to be measured is in no experiment.
#[test]
fn measurement_may_be_refused() {
    let world = World::new(60);
    let all = text().replace("share = 1000\n\n", "share = 10000\n\n");
    world.engine.publish_catalog(&world.scope, &all, "everybody held out", None).unwrap();
    assert!(world.decide("ana", |_| {}).decision.experiments.is_held_out);
    world.refuse("ana", Purpose::Measurement);
    assert_eq!(world.decide("ana", |_| {}).decision.experiments, Default::default());
}

/// Slates of five, some days long, by guests of strong tastes: replayed to the bit, and how alike their
/// offers are.
fn likeness(diversity: f64) -> f64 {
    let world = World::new(60);
    let text = world::text(60)
        .replace("value_exponent = 0.5", &format!("value_exponent = 0.5\ndiversity = {diversity}"));
    world.engine.publish_catalog(&world.scope, &text, "diverse", None).unwrap();
    for n in 0..60 {
        world.decide(&format!("g{}", n % 7), |r| r.placements[0].count = Some(5));
        world.clock.advance(Duration::from_secs(3_600));
    }
    world.engine.committer.flush().unwrap();
    let history = History::open(&world.engine.options.folder).unwrap();
    let (mut sum, mut pairs) = (0.0, 0.0);
    let visited = history.visit::<Error>(&world.scope.brand, |past| {
        assert!(is_replayed(past.decision, past.serving, &mut Scratch::default()));
        let vectors = past.serving.catalog.vectors();
        let slots = &past.decision.propositions[0].slots;
        for (at, one) in slots.iter().enumerate() {
            for other in &slots[at + 1..] {
                let (a, b) = (&vectors[one.offer.at()], &vectors[other.offer.at()]);
                let of = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
                sum += f64::from((of(a, b) / (of(a, a) * of(b, b)).sqrt()).max(0.0));
                pairs += 1.0;
            }
        }
        Ok(())
    });
    visited.unwrap();
    sum / pairs
}

#[test]
fn a_diverse_slate_is_less_alike_and_can_be_made_again() {
    let (plain, diverse) = (likeness(0.0), likeness(0.6));
    assert!(diverse < 0.7 * plain, "{plain} {diverse}");
}

/// What a caller asks another policy for is not the brand's own doing, nor the holdout's.
#[test]
fn a_policy_that_was_asked_for_is_no_part_of_the_comparison() {
    let world = World::new(60);
    let other = "\n[holdout]\nperiod = \"2026\"\nshare = 3000\n\n[[decision_policies]]\nid = \"other\"\n\
        propensity_exponent = 1.0\nvalue_exponent = 0.5\nvalue_reference = 50.0\nscore_cap = 0.5\n\
        exploration = { kind = \"POPULAR\" }\nreservation = \"30m\"\n";
    let document = world::text(60) + other;
    world.engine.publish_catalog(&world.scope, &document, "asked", None).unwrap();
    let other = crate::domain::id::Label::parse("policy", "other").unwrap();
    for n in 0..60 {
        let asked = (n % 2 == 0).then(|| other.clone());
        world.decide(&format!("g{n}"), |request| request.policy = asked);
    }
    world.engine.committer.flush().unwrap();
    let mut units = Units::default();
    let history = History::open(&world.engine.options.folder).unwrap();
    history.visit::<Error>(&world.scope.brand, |past| units.take(past)).unwrap();
    let found = units.found(u64::MAX);
    let counted = |policy| found.impact.arm(policy).map_or(0, |arm| arm.accepts.count());
    let (own, held_out) = (counted(Policy::Bandit), counted(Policy::Holdout));
    assert_eq!(own + held_out, 30, "{own} {held_out}");
    assert!(own > 10 && held_out > 2, "{own} {held_out}");
}
