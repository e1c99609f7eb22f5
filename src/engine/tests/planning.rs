//! Decisions for many guests under volume constraints.

use std::collections::BTreeMap;

use super::*;
use crate::decide::Scratch;
use crate::decide::replay::is_replayed;
use crate::domain::id::{Label, RequestId};
use crate::domain::request::DecideRequest;

const SCARCE: [&str; 2] = ["offer-00003", "offer-00011"];

fn offer(id: &str) -> OfferId {
    OfferId::parse("offer", id).unwrap()
}

fn constraint(max: u32) -> VolumeConstraint {
    let id = Label::parse("id", "suites").unwrap();
    VolumeConstraint { id, offers: SCARCE.map(offer).to_vec(), max, min: 0 }
}

/// A catalog whose scarce offers are worth more than all others; offers may be shown so often a week.
fn world_of(limit: u32) -> World {
    let world = World::new(50);
    let text = world::text(50).replace("limit = 30", &format!("limit = {limit}"));
    let text = world::dear(&text, &SCARCE);
    world.engine.publish_catalog(&world.scope, &text, "dear suites", None).unwrap();
    world
}

/// Guests with tastes of their own: everyone has accepted something else, more than a week ago.
fn with_tastes(world: &World, guests: usize) {
    for n in 0..guests {
        let guest = format!("g{n}");
        world.opt_in(&guest);
        for round in 0..3 {
            let answer = world.decide(&guest, |r| {
                r.placements[0].allowed = vec![offer(&format!("offer-{:05}", n % 16))];
            });
            let mut accept = world.event(&guest, &format!("a{n}-{round}"), EventKind::Accept);
            accept.token = Some(answer.token.clone());
            accept.event.offer = Some(World::first(&answer));
            world.record(accept);
        }
    }
    world.clock.advance(Duration::from_secs(8 * 86_400));
}

fn requests(guests: usize, id: Option<&str>) -> Vec<DecideRequest> {
    let request = |n: usize| {
        let mut request = world::request("p50", 2);
        request.guest = GuestId::parse("guest", &format!("g{n}")).unwrap();
        let of_call = |id: &str| RequestId::parse("id", &format!("{id}/{n}")).unwrap();
        request.request = id.map(of_call);
        request
    };
    (0..guests).map(request).collect()
}

/// Decides a whole batch: the answers by guest.
fn decide_all(world: &World, batch: &mut Batch) -> BTreeMap<usize, Answer> {
    let mut answers = BTreeMap::new();
    loop {
        let made = world.engine.decide_planned(&world.scope, batch, 7);
        if made.is_empty() {
            return answers;
        }
        for (at, answer) in made {
            assert!(answers.insert(at, answer.unwrap()).is_none(), "{at} is decided once");
        }
    }
}

fn plan(world: &World, guests: usize, max: u32, id: Option<&str>) -> Batch {
    world.engine.plan(&world.scope, requests(guests, id), vec![constraint(max)]).unwrap()
}

/// Who was given something scarce.
fn given(answers: &BTreeMap<usize, Answer>) -> Vec<usize> {
    let holds = |answer: &Answer| {
        let scarce = SCARCE.map(offer);
        let slots = answer.decision.propositions.iter().flat_map(|p| &p.slots);
        slots
            .filter(|slot| scarce.contains(&answer.catalog.offer(slot.offer).unwrap().id))
            .map(|slot| assert!(slot.is_planned && slot.is_override))
            .count()
    };
    let given = answers.iter().filter(|(_, answer)| holds(answer) > 0);
    given.map(|(at, _)| *at).collect()
}

/// Score of the best scarce offer for a guest less that of the second offer that it would push out:
/// read from decisions that choose among these alone.
fn gain(world: &World, n: usize) -> f64 {
    let best = |change: &dyn Fn(&mut DecideRequest)| {
        let answer = world.decide(&format!("g{n}"), |r| {
            r.placements[0].count = Some(30);
            change(r);
        });
        let slots = &answer.decision.propositions[0].slots;
        let mut scores: Vec<f64> = slots.iter().map(|slot| slot.parts.score).collect();
        scores.sort_by(|a, b| b.total_cmp(a));
        scores
    };
    let scarce = best(&|r| r.placements[0].allowed = SCARCE.map(offer).to_vec());
    let free = best(&|r| r.placements[0].excluded = SCARCE.map(offer).to_vec());
    scarce[0] - free[1]
}

#[test]
fn scarce_offers_go_to_those_for_whom_they_are_worth_most() {
    let world = world_of(30);
    with_tastes(&world, 24);
    // Read before, by another engine on a copy: to ask changes who has seen what.
    world.engine.committer.flush().unwrap();
    let copy = world.reopen_copy();
    let mut gains: Vec<(usize, f64)> = (0..24).map(|n| (n, gain(&copy, n))).collect();
    gains.sort_by(|a, b| b.1.total_cmp(&a.1));
    assert!(gains[2].1 > gains[3].1 + 1e-9 && gains[3].1 > 0.0, "{gains:?}");

    let mut batch = plan(&world, 24, 3, None);
    let answers = decide_all(&world, &mut batch);
    let mut best: Vec<usize> = gains[..3].iter().map(|(n, _)| *n).collect();
    best.sort_unstable();
    assert_eq!(given(&answers), best);
    let [volume] = &batch.volumes()[..] else { panic!("one constraint") };
    assert_eq!((volume.id.as_str(), volume.given), ("suites", 3));
    assert!((volume.bid_price - gains[3].1).abs() < 1e-6, "{} {gains:?}", volume.bid_price);
}

/// What was planned is logged as forced, read back, made again to the bit, and counts on caps.
#[test]
fn a_planned_offer_is_a_decision_like_any_other() {
    let world = world_of(1);
    with_tastes(&world, 6);
    let answers = decide_all(&world, &mut plan(&world, 6, 2, None));
    let first = given(&answers);
    assert_eq!(first.len(), 2);
    let serving = world.engine.brands.get(&world.scope.brand).need_serving().unwrap();
    for answer in answers.values() {
        let stored = world.engine.decision(&world.scope, answer.decision.id).unwrap();
        assert_eq!(*stored.decision, *answer.decision);
        assert_eq!(answer.decision.propositions[0].slots.len(), 2);
        assert!(is_replayed(&answer.decision, &serving, &mut Scratch::default()));
    }
    // The next batch finds them capped for those who have them: two others come in.
    let next = given(&decide_all(&world, &mut plan(&world, 6, 2, None)));
    let again = next.iter().filter(|at| first.contains(at)).count();
    assert_eq!(next.len(), 2);
    assert!(again < 2, "{first:?} {next:?}");
}

/// An offer that is stopped, or that a guest may not have any more, goes back between plan and decision.
#[test]
fn a_unit_that_cannot_be_given_goes_to_the_next() {
    let world = world_of(1);
    with_tastes(&world, 12);
    let planned = plan(&world, 12, 3, None);
    let chosen: Vec<usize> = (0..12).filter(|at| planned.gets(*at)).collect();
    assert_eq!(chosen.len(), 3);
    let mut batch = planned;
    // The first of them sees both offers elsewhere, before the batch comes to it.
    let guest = format!("g{}", chosen[0]);
    world.decide(&guest, |r| {
        r.placements[0].allowed = SCARCE.map(offer).to_vec();
        r.placements[0].count = Some(2);
    });
    let given = given(&decide_all(&world, &mut batch));
    assert_eq!(given.len(), 3, "no unit is lost");
    assert!(!given.contains(&chosen[0]) && given.contains(&chosen[1]), "{chosen:?} {given:?}");
    assert_eq!(batch.volumes()[0].given, 3);
}

#[test]
fn a_batch_asked_again_gives_nothing_twice() {
    let world = world_of(30);
    with_tastes(&world, 10);
    let mut broken_off = plan(&world, 10, 3, Some("arrivals"));
    let first = world.engine.decide_planned(&world.scope, &mut broken_off, 5);
    assert_eq!(first.len(), 5);
    let mut again = plan(&world, 10, 3, Some("arrivals"));
    let answers = decide_all(&world, &mut again);
    assert_eq!(answers.len(), 10);
    for (at, answer) in first {
        let answer = answer.unwrap();
        assert_eq!(answers[&at].decision, answer.decision, "{at}");
        assert!(answers[&at].is_replayed);
    }
    assert_eq!(given(&answers).len(), 3);
    assert_eq!(again.volumes()[0].given, 3);
}

/// Without units nobody gets one; without constraints everybody is simply decided.
#[test]
fn no_unit_no_constraint() {
    let world = world_of(30);
    with_tastes(&world, 5);
    let answers = decide_all(&world, &mut plan(&world, 5, 0, None));
    assert_eq!((answers.len(), given(&answers).len()), (5, 0));
    let mut batch = world.engine.plan(&world.scope, requests(5, None), Vec::new()).unwrap();
    assert_eq!(decide_all(&world, &mut batch).len(), 5);
    let unknown = VolumeConstraint { offers: vec![offer("no-such")], ..constraint(1) };
    let error = world.engine.plan(&world.scope, requests(1, None), vec![unknown]).unwrap_err();
    assert_eq!(error.fields[0].field, "volume_constraints[0].offer_ids[0]");
}

/// Two placements: what is scarce stands in the first slot of the first or nowhere.
#[test]
fn nothing_scarce_is_drawn_in_any_placement() {
    let world = world_of(30);
    with_tastes(&world, 6);
    let two = |mut request: DecideRequest| {
        request.placements.push(world::request("p200", 5).placements.remove(0));
        request
    };
    let asked: Vec<DecideRequest> = requests(6, None).into_iter().map(two).collect();
    let shown = |answers: &BTreeMap<usize, Answer>| {
        let slots = answers.values().flat_map(|a| a.decision.propositions.iter().zip(0..));
        let slots =
            slots.flat_map(|(p, placement)| p.slots.iter().zip(0..).map(move |s| (placement, s)));
        let scarce = SCARCE.map(|id| crate::domain::id::OfferKey::of(&offer(id)));
        let held = slots.filter(|(_, (slot, _))| scarce.contains(&slot.key));
        held.map(|(placement, (_, at))| (placement, at)).collect::<Vec<(i32, i32)>>()
    };
    let free = world.engine.plan(&world.scope, asked.clone(), Vec::new()).unwrap();
    let free = shown(&decide_all(&world, &mut { free }));
    assert!(free.iter().any(|(placement, _)| *placement == 1), "they are wanted: {free:?}");
    let mut batch = world.engine.plan(&world.scope, asked, vec![constraint(2)]).unwrap();
    assert_eq!(shown(&decide_all(&world, &mut batch)), [(0, 0), (0, 0)]);
}

/// At least so many of something that nobody gains by: it goes to those who lose least, the report says
/// what that cost, and what cannot be reached is said, too.
#[test]
fn a_minimum_is_given_to_those_who_lose_least() {
    let world = World::new(50);
    let text = world::text(50).replace("limit = 30", "limit = 1");
    world.engine.publish_catalog(&world.scope, &text, "one a week", None).unwrap();
    with_tastes(&world, 16);
    world.engine.committer.flush().unwrap();
    let copy = world.reopen_copy();
    let mut gains: Vec<(usize, f64)> = (0..16).map(|n| (n, gain(&copy, n))).collect();
    gains.sort_by(|a, b| b.1.total_cmp(&a.1));
    let wanted = gains.iter().filter(|(_, gain)| *gain > 0.0).count();
    assert!(wanted < 5, "few want it: {gains:?}");

    let least = |min| VolumeConstraint { min, ..constraint(8) };
    let ask = |constraint| world.engine.plan(&world.scope, requests(16, None), vec![constraint]);
    let mut batch = ask(least(5)).unwrap();
    let answers = decide_all(&world, &mut batch);
    let mut best: Vec<usize> = gains[..5].iter().map(|(n, _)| *n).collect();
    best.sort_unstable();
    assert_eq!(given(&answers), best);
    let [volume] = &batch.volumes()[..] else { panic!("one constraint") };
    let cost: f64 = -gains[wanted..5].iter().map(|(_, gain)| gain).sum::<f64>();
    assert_eq!((volume.given, volume.is_minimum_reached), (5, true));
    assert!((volume.minimum_cost - cost).abs() < 1e-6, "{} {cost}", volume.minimum_cost);
    // Three may not have it at all: as many as can be.
    let mut asked = requests(16, None);
    asked[..3].iter_mut().for_each(|r| r.placements[0].excluded = SCARCE.map(offer).to_vec());
    let all = VolumeConstraint { min: 16, ..constraint(16) };
    let mut batch = world.engine.plan(&world.scope, asked, vec![all]).unwrap();
    assert_eq!(given(&decide_all(&world, &mut batch)), (3..16).collect::<Vec<_>>());
    let volume = batch.volumes().remove(0);
    assert_eq!((volume.given, volume.is_minimum_reached), (13, false));
}
