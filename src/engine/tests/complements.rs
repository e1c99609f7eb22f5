//! What guests take together moves what a bundle is proposed with, and is made again from the log.

use super::*;
use crate::decide::Scratch;
use crate::decide::replay::is_replayed;
use crate::domain::decision::{Decision, ReasonCode};
use crate::domain::request::DecideRequest;
use crate::engine::Bundle;
use crate::engine::history::History;
use crate::engine::insight::{FitQuery, Fitted};
use crate::sys::rng::SplitMix64;

/// Offers that guests are shown; the first goes with the second, and the third stands in the way of the fourth.
const OFFERS: usize = 8;
const GUESTS: usize = 400;

fn offer(number: usize) -> OfferId {
    OfferId::parse("", &format!("offer-{number:05}")).unwrap()
}

fn request(guest: &str) -> DecideRequest {
    let guest = GuestId::parse("", guest).unwrap();
    let mut request = DecideRequest { guest, ..world::request("all", 4) };
    request.placements[0].allowed = (0..OFFERS).map(offer).collect();
    request
}

/// Which offers a guest takes. With `is_tied`, who takes the first takes the second, and nobody takes both
/// the third and the fourth; every offer is taken as often either way.
fn taken(rng: &mut SplitMix64, is_tied: bool) -> [bool; OFFERS] {
    let mut taken = [false; OFFERS];
    taken.iter_mut().for_each(|it| *it = rng.chance(0.3));
    if is_tied {
        taken[1] = rng.chance(if taken[0] { 0.8 } else { 0.085 });
        taken[3] = !taken[2] && rng.chance(0.43);
    }
    taken
}

/// Guests who were shown everything, four at a time, and took what they wanted.
fn lived(is_tied: bool) -> World {
    let world = World::new(60);
    let mut rng = SplitMix64::new(5);
    for guest in 0..GUESTS {
        let name = format!("g{guest}");
        world.opt_in(&name);
        let wanted = taken(&mut rng, is_tied);
        for round in 0..2 {
            let mut asked = request(&name);
            asked.placements[0].allowed = (4 * round..4 * round + 4).map(offer).collect();
            let answer = world.engine.decide(&world.scope, &asked).unwrap();
            for slot in &answer.decision.propositions[0].slots {
                if !wanted[slot.offer.at()] {
                    continue;
                }
                let id = format!("yes-{guest}-{}", slot.offer.0);
                let mut event = world.event(&name, &id, EventKind::Accept);
                event.token = Some(answer.token.clone());
                event.event.offer = Some(offer(slot.offer.at()));
                world.engine.record(&world.scope, event, None).unwrap();
            }
        }
    }
    world.engine.committer.flush().unwrap();
    world.engine.learned().unwrap();
    world
}

fn fit(world: &World) -> Fitted {
    world.engine.fit_guests(&world.scope, &FitQuery::default()).unwrap()
}

fn compose(world: &World, guest: &str, chosen: usize) -> Bundle {
    world.engine.compose(&world.scope, request(guest), &[offer(chosen)], true).unwrap()
}

/// How often an offer is proposed first to guests of whom nothing is known, beside a chosen one.
fn first(world: &World, chosen: usize, wanted: usize) -> usize {
    let mut count = 0;
    for guest in 0..100 {
        let bundle = compose(world, &format!("new-{chosen}-{guest}"), chosen);
        count += usize::from(bundle.complements[0].offer.at() == wanted);
    }
    count
}

/// Every decision of the log is made again; of those that something was moved in, one forged is not.
fn all_again(world: &World) -> usize {
    world.engine.committer.flush().unwrap();
    let history = History::open(&world.engine.options.folder).unwrap();
    let (mut moved, mut missed) = (0, 0);
    let visited = history.visit::<Error>(&world.scope.brand, |past| {
        let again =
            |decision: &Decision| is_replayed(decision, past.serving, &mut Scratch::default());
        assert!(again(past.decision));
        if !past.decision.goes_with.is_empty() {
            moved += 1;
            let mut forged = past.decision.clone();
            forged.goes_with.iter_mut().for_each(|it| it.percent = 1);
            missed += usize::from(!again(&forged));
        }
        Ok(())
    });
    visited.unwrap();
    assert!(missed * 10 >= moved * 9, "the check can fail: {missed} of {moved}");
    moved
}

#[test]
fn what_guests_took_together_is_proposed_together() {
    let world = lived(true);
    let before = first(&world, 0, 1);
    let fitted = fit(&world).complements.unwrap();
    assert_eq!(fitted.pairs.len(), 4, "{fitted:?}");
    let after = first(&world, 0, 1);
    assert!(after >= before + 30, "{before} before, {after} after");
    let bundle = compose(&world, "somebody", 0);
    let decision = &bundle.answer.as_ref().unwrap().decision;
    let second = decision.propositions[0].slots.iter().find(|slot| slot.offer.at() == 1).unwrap();
    assert!(second.reasons.contains(&ReasonCode::GoesWith), "{:?}", second.reasons);
    assert!(second.parts.context_weight > 2.0);
    let fourth = |bundle: &Bundle| {
        let slots = &bundle.answer.as_ref().unwrap().decision.propositions[0].slots;
        slots.iter().find(|slot| slot.offer.at() == 3).map(|slot| slot.parts.context_weight)
    };
    let weights = (0..30).filter_map(|n| fourth(&compose(&world, &format!("third-{n}"), 2)));
    assert!(weights.map(f64::to_bits).all(|bits| f64::from_bits(bits) < 0.7));
    // Alone, an offer is what it was: only what is chosen moves.
    let alone = world.engine.decide(&world.scope, &request("somebody")).unwrap();
    assert!(alone.decision.goes_with.is_empty());
    assert!(all_again(&world) > 100);
}

#[test]
fn where_nothing_goes_with_anything_nothing_is_proposed_for_it() {
    let world = lived(false);
    assert_eq!(fit(&world).complements, None);
    let bundle = compose(&world, "somebody", 0);
    assert!(bundle.answer.unwrap().decision.goes_with.is_empty());
    assert_eq!(all_again(&world), 0);
}

#[test]
fn what_goes_with_what_is_known_again_after_a_restart_and_a_crash() {
    let world = lived(true);
    let fitted = fit(&world).complements.unwrap();
    let known = |world: &World| {
        let brand = world.engine.brands.get(&world.scope.brand);
        brand.fits.complements().map(|fit| fit.1.clone())
    };
    assert_eq!(known(&world), Some(fitted.clone()));
    assert_eq!(known(&world.reopen_copy()), Some(fitted.clone()), "from the log alone");
    world.engine.checkpoint(&world.scope).unwrap();
    assert_eq!(known(&world.reopen_copy()), Some(fitted.clone()), "from a checkpoint");
    assert_eq!(known(&world.reopen()), Some(fitted));
}

#[test]
fn who_did_not_allow_profiling_teaches_nothing() {
    let world = lived(true);
    let before = fit(&world).complements.unwrap();
    for guest in 0..GUESTS {
        let name = format!("silent{guest}");
        let answer = world.engine.decide(&world.scope, &request(&name)).unwrap();
        let mut event = world.event(&name, &format!("yes-{name}"), EventKind::Accept);
        event.token = Some(answer.token.clone());
        event.event.offer = Some(World::first(&answer));
        world.engine.record(&world.scope, event, None).unwrap();
    }
    let after = fit(&world).complements.unwrap();
    assert_eq!((after.pairs, after.guests), (before.pairs, before.guests));
}
