//! Labels are learnt once, and a restart reaches the same bits.

use super::*;

fn live(world: &World, from: usize, to: usize) {
    for n in from..to {
        let guest = format!("g{}", n % 7);
        let answer = world.decide(&guest, |r| r.placements[0].count = Some(2));
        if n % 3 == 0 {
            let mut accept = world.event(&guest, &format!("a{n}"), EventKind::Accept);
            accept.token = Some(answer.token.clone());
            accept.event.offer = Some(World::first(&answer));
            world.record(accept);
        }
        world.clock.advance(Duration::from_secs(300));
        world.engine.tick().unwrap();
        // What the next decision reads must not depend on how fast the learner is.
        world.engine.learned().unwrap();
    }
}

#[test]
fn labels_mature_and_move_the_model() {
    let world = World::new(60);
    (0..7).for_each(|g| world.opt_in(&format!("g{g}")));
    live(&world, 0, 60);
    let brand = world.engine.brands.get(&world.scope.brand);
    let serving = brand.serving().unwrap();
    // Those of the last hour wait; each label weighs what its slot was looked at.
    assert!(serving.labels > 40, "{} labels", serving.labels);
    assert!(brand.learner.lock().waiting() <= 12);
}

/// I16 for the learner: undisturbed, closed and opened, and killed between two checkpoints reach
/// the same bits.
#[test]
fn a_restart_reaches_the_same_bits() {
    let digest = |world: &World| world.engine.learner_digest(&world.scope.brand);
    let undisturbed = World::new(60);
    (0..7).for_each(|g| undisturbed.opt_in(&format!("g{g}")));
    live(&undisturbed, 0, 30);
    undisturbed.engine.checkpoint(&undisturbed.scope).unwrap();
    live(&undisturbed, 30, 60);
    undisturbed.engine.committer.flush().unwrap();
    let killed = undisturbed.reopen_copy();
    assert_eq!(digest(&killed), digest(&undisturbed));
    let expected = digest(&undisturbed);
    let closed = undisturbed.reopen();
    assert_eq!(digest(&closed), expected);
    live(&killed, 60, 80);
    live(&closed, 60, 80);
    assert_eq!(digest(&killed), digest(&closed), "and go on alike");
}

/// I12: a cancellation undoes the label when it comes before maturity, and the ledger's reward
/// whenever it comes.
#[test]
fn a_cancellation_undoes_the_reward() {
    let world = World::new(10);
    let answer = world.decide("ana", |_| {});
    for (id, kind) in [("yes", EventKind::Accept), ("no", EventKind::Cancel)] {
        let mut event = world.event("ana", id, kind);
        event.token = Some(answer.token.clone());
        event.event.offer = Some(World::first(&answer));
        world.record(event);
        let stored = world.engine.decision(&world.scope, answer.decision.id).unwrap();
        let reward = stored.outcomes[0].unwrap().reward_minor(5_000);
        assert_eq!(reward, if id == "yes" { 5_000 } else { 0 });
    }
}

/// What guests spend over the list price counts where an offer is valued, and outlives a restart.
#[test]
fn what_guests_spend_is_learnt() {
    let world = World::new(60);
    let text = world::text(60)
        .replace("gamma0 = 1000.0, decisions_cap = 200000.0", "gamma0 = 1.0, decisions_cap = 1.0");
    world.engine.publish_catalog(&world.scope, &text, "anything goes", None).unwrap();
    let mut taken = std::collections::BTreeMap::<usize, u32>::new();
    for n in 0..400 {
        let answer = world.decide(&format!("g{n}"), |_| {});
        let slot = &answer.decision.propositions[0].slots[0];
        // Everything costs what it says; offers of one category are taken twice over.
        let is_doubled = answer.catalog.category_of()[slot.offer.at()] == 1;
        let list = slot.quote.list;
        let mut accept = world.event(&format!("g{n}"), &format!("a{n}"), EventKind::Accept);
        accept.token = Some(answer.token.clone());
        accept.event.offer = Some(World::first(&answer));
        accept.event.amount = Some(crate::domain::money::Money::new(
            list.minor * (1 + i64::from(is_doubled)),
            list.currency,
        ));
        world.record(accept);
        *taken.entry(slot.offer.at()).or_default() += 1;
        world.clock.advance(Duration::from_secs(60));
        world.engine.tick().unwrap();
    }
    world.clock.advance(Duration::from_secs(7_200));
    world.engine.tick().unwrap();
    world.engine.learned().unwrap();
    let factors = |world: &World| -> Vec<f64> {
        let serving = world.engine.brands.get(&world.scope.brand).serving().unwrap();
        let priced = serving.values.iter().zip(serving.catalog.margins());
        // What brings nothing at its list price has no factor: its value stands as it is.
        priced.map(|(v, m)| if *m > 0.0 { v / m } else { *v }).collect()
    };
    let learnt = factors(&world);
    assert!(learnt.iter().all(|factor| factor.is_finite()), "{learnt:?}");
    let (catalog, ..) = world.engine.catalog(&world.scope, None).unwrap();
    let mut seen = [0; 2];
    for (at, times) in taken.iter().filter(|(_, times)| **times >= 3) {
        let is_doubled = catalog.category_of()[*at] == 1;
        let factor = learnt[*at];
        seen[usize::from(is_doubled)] += 1;
        let fits = if is_doubled { factor > 1.3 } else { (0.9..1.3).contains(&factor) };
        assert!(fits, "{factor} after {times}, doubled: {is_doubled}");
    }
    assert!(seen.iter().all(|n| *n > 0), "{seen:?} of {taken:?}");
    let world = world.reopen();
    assert_eq!(factors(&world), learnt);
}
