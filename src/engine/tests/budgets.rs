//! Budgets with a real store: kept to the cent, over restarts and by many at once.

use std::sync::Barrier;

use super::*;
use crate::decide::Scratch;
use crate::decide::replay::is_replayed;
use crate::domain::decision::FilterStage;
use crate::engine::history::History;

/// One offer, its budget enough for so many acceptances.
fn text(times: i64, more: &str) -> String {
    let text = world::text(1);
    let cost = cost(&text);
    let amount = cost * times;
    format!(
        "{text}\n{more}\n[[budgets]]\nid = \"treats\"\noffers = [\"offer-00000\"]\n\
         start = 2026-03-01\nend = 2026-03-31\namount = \"{}.00 EUR\"\nminimum_return = 1.1\n",
        amount / 100
    )
}

/// What an acceptance of the only offer costs, in cents.
fn cost(text: &str) -> i64 {
    let content = crate::catalog::validate(text).unwrap();
    content.offers[0].pricing.variable_cost.minor
}

fn world_of(times: i64, more: &str) -> (World, i64) {
    let world = World::new(1);
    let text = text(times, more);
    world.engine.publish_catalog(&world.scope, &text, "a budget", None).unwrap();
    (world, cost(&text))
}

fn status(world: &World) -> BudgetStatus {
    world.engine.budgets(&world.scope).unwrap().remove(0)
}

/// Spent and reserved, in acceptances.
fn stands(world: &World, cost: i64) -> (i64, i64) {
    let BudgetStatus { status, .. } = status(world);
    assert!(status.spent + status.reserved <= status.amount || status.late > 0, "{status:?}");
    (status.spent / cost, status.reserved / cost)
}

fn is_shown(answer: &Answer) -> bool {
    World::first(answer).as_str() == "offer-00000"
}

fn answer(world: &World, guest: &str, answer: &Answer, kind: EventKind) {
    let mut event = world.event(guest, &format!("{guest}-{kind:?}"), kind);
    event.token = Some(answer.token.clone());
    event.event.offer = Some(World::first(answer));
    world.record(event);
}

#[test]
fn a_budget_is_kept_to_the_cent_over_restarts() {
    let (world, cost) = world_of(3, "");
    let answers: Vec<Answer> =
        ["ana", "ben", "cleo"].iter().map(|guest| world.decide(guest, |_| {})).collect();
    assert!(answers.iter().all(is_shown));
    assert_eq!(stands(&world, cost), (0, 3));
    let fourth = world.decide("dan", |r| r.wants_full_view = true);
    assert!(!is_shown(&fourth), "everything is reserved");
    let removed = fourth.filtered.iter().find(|f| f.offer.as_str() == "offer-00000").unwrap();
    assert_eq!((removed.stage, removed.component.as_str()), (FilterStage::Budget, "treats"));
    answer(&world, "ana", &answers[0], EventKind::Accept);
    assert_eq!(stands(&world, cost), (1, 2));
    let before = status(&world);
    for world in [world.reopen_copy(), world.reopen()] {
        assert_eq!(status(&world), before, "to the bit");
        assert!(!is_shown(&world.decide("eve", |_| {})));
        world.clock.advance(Duration::from_secs(2 * 3_600));
        assert_eq!(stands(&world, cost), (1, 0), "what nobody accepted is free again");
        assert!(is_shown(&world.decide("eve", |_| {})));
        // Too late: promised no longer, and a fact.
        answer(&world, "ben", &answers[1], EventKind::Accept);
        assert_eq!((stands(&world, cost), status(&world).status.late), ((2, 1), cost));
        answer(&world, "ana", &answers[0], EventKind::Cancel);
        assert_eq!(stands(&world, cost), (1, 1), "a cancellation gives back");
        let late = status(&world);
        let again = world.reopen_copy();
        assert_eq!(stands(&again, cost), (1, 1));
        assert_eq!(status(&again).status.prices, late.status.prices);
    }
}

#[test]
fn sixty_four_callers_at_once_share_one_budget() {
    let (world, cost) = world_of(10, "");
    let world = Arc::new(world);
    let barrier = Arc::new(Barrier::new(64));
    let callers = (0..64).map(|caller| {
        let (world, barrier) = (Arc::clone(&world), Arc::clone(&barrier));
        std::thread::spawn(move || {
            barrier.wait();
            let mut shown = 0;
            for round in 0..5 {
                let guest = format!("g{caller}-{round}");
                let made = world.decide(&guest, |_| {});
                if is_shown(&made) {
                    shown += 1;
                    answer(&world, &guest, &made, EventKind::Accept);
                }
                stands(&world, cost);
            }
            shown
        })
    });
    let callers: Vec<_> = callers.collect();
    let shown: i64 = callers.into_iter().map(|caller| caller.join().unwrap()).sum();
    assert_eq!((shown, stands(&world, cost)), (10, (10, 0)), "each once, and not one more");
    assert_eq!(stands(&world.reopen_copy(), cost), (10, 0));
}

/// A period of guests: prices move, the money lasts, and every decision is made again to the bit.
#[test]
fn shadow_prices_are_logged_and_replay() {
    let (world, cost) = world_of(20, "");
    let mut world = world;
    let mut shown = 0;
    for n in 0..240 {
        let guest = format!("g{n}");
        let made = world.decide(&guest, |_| {});
        if is_shown(&made) {
            shown += 1;
            if n % 2 == 0 {
                answer(&world, &guest, &made, EventKind::Accept);
            }
        }
        world.clock.advance(Duration::from_secs(3 * 3_600));
        if n == 120 {
            let before = status(&world);
            world = world.reopen();
            assert_eq!(status(&world), before, "to the bit");
        }
    }
    let (spent, _) = stands(&world, cost);
    assert!((10..=20).contains(&spent), "{spent} of 20, {shown} shown");
    world.engine.committer.flush().unwrap();
    let history = History::open(&world.engine.options.folder).unwrap();
    let (mut prices, mut quotes) = (std::collections::BTreeSet::new(), Vec::new());
    let visited = history.visit::<Error>(&world.scope.brand, |past| {
        assert!(is_replayed(past.decision, past.serving, &mut Scratch::default()));
        prices.extend(past.decision.spending.iter().map(|s| s.prices.budget.to_bits()));
        let slots = past.decision.propositions.iter().flat_map(|p| &p.slots);
        quotes.extend(slots.filter(|s| !s.is_override).map(|s| s.quote.offer.minor));
        Ok(())
    });
    visited.unwrap();
    assert!(prices.len() > 50, "{} shadow prices", prices.len());
    quotes.dedup();
    assert_eq!(quotes.len(), 1, "whatever is left, the price is the same");
}

/// Guests of the holdout are kept from offers of budgets, and say what comes anyway.
#[test]
fn the_holdout_is_kept_from_offers_of_budgets() {
    let (world, cost) = world_of(1_000, "[holdout]\nperiod = \"2026\"\nshare = 5000\n");
    assert!(status(&world).is_uplift_measured);
    let mut held_out = 0;
    for n in 0..60 {
        let made = world.decide(&format!("g{n}"), |_| {});
        let is_held_out = made.decision.experiments.is_held_out;
        held_out += i64::from(is_held_out);
        assert_eq!(is_shown(&made), !is_held_out);
        assert_eq!(made.decision.spending[0].is_withheld, is_held_out);
        assert_eq!(made.decision.spending[0].offers.len(), 1);
    }
    assert!((15..45).contains(&held_out), "{held_out}");
    assert_eq!(stands(&world, cost), (0, 60 - held_out));
    world.clock.advance(Duration::from_secs(3 * 3_600));
    world.engine.tick().unwrap();
    world.engine.learned().unwrap();
    let arms = |world: &World| {
        let brand = world.engine.brands.get(&world.scope.brand);
        brand.budgets.arms("offer-00000")
    };
    let counted = arms(&world);
    assert_eq!(
        (counted.kept, counted.open),
        (held_out.cast_unsigned(), (60 - held_out).cast_unsigned())
    );
    assert_eq!(arms(&world.reopen_copy()), counted, "counted once, also after a restart");
}

/// A budget that a catalog leaves out and a later one brings back is not filled again.
#[test]
fn a_budget_that_comes_back_has_spent_what_it_spent() {
    let (world, cost) = world_of(3, "");
    let made = world.decide("ana", |_| {});
    answer(&world, "ana", &made, EventKind::Accept);
    world.decide("ben", |_| {});
    world.engine.publish_catalog(&world.scope, &world::text(1), "without", None).unwrap();
    assert_eq!(world.engine.budgets(&world.scope).unwrap(), []);
    let again = |world: &World| {
        world.engine.publish_catalog(&world.scope, &text(3, ""), "again", None).unwrap();
        assert_eq!(stands(world, cost), (1, 1));
    };
    again(&world.reopen_copy());
    again(&world);
    let more = text(4, "");
    world.engine.publish_catalog(&world.scope, &more, "more", None).unwrap();
    assert_eq!((stands(&world, cost), status(&world).status.remaining()), ((1, 1), 2 * cost));
}

/// The line of the report is what the account says and what the test itself saw accepted.
#[test]
fn the_report_tells_what_a_budget_spent() {
    let (world, cost) = world_of(5, "");
    let (mut shown, mut accepted) = (0, 0);
    for n in 0..12 {
        let guest = format!("g{n}");
        let decided = world.decide(&guest, |_| {});
        if !is_shown(&decided) {
            continue;
        }
        shown += 1;
        if n % 2 == 0 {
            answer(&world, &guest, &decided, EventKind::Accept);
            accepted += 1;
        }
        if n == 4 {
            answer(&world, &guest, &decided, EventKind::Cancel);
            accepted -= 1;
        }
    }
    world.engine.committer.flush().unwrap();
    let until = world.clock.now().plus(Duration::from_micros(1));
    let query = InsightQuery::last_days(until, 1);
    let report = world.engine.insight(&world.scope, &query).unwrap();
    let [line] = &report.promotion.budgets[..] else { panic!("{:?}", report.promotion) };
    let cents = |major: f64| (major * 100.0).round();
    assert_eq!((line.shown, line.accepted), (shown, accepted));
    assert!(accepted > 0 && shown > accepted);
    let accepted = i64::try_from(accepted).unwrap();
    assert_eq!(cents(line.spent).to_bits(), ((accepted * cost) as f64).to_bits());
    assert_eq!(status(&world).status.spent, accepted * cost, "as the account has it");
    assert!((line.amount * 100.0 - (5 * cost) as f64).abs() < 0.5);
    assert!(line.worth > line.spent && (0.0..1.0).contains(&line.elapsed) && line.elapsed > 0.0);
    // A report of a day before has nothing of it.
    let before = until.minus(Duration::from_secs(40 * 86_400));
    let query = InsightQuery::last_days(before, 1);
    assert!(world.engine.insight(&world.scope, &query).unwrap().promotion.budgets.is_empty());
}
