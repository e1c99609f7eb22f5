//! A house whose guests answer to gestures in a way that is known here and nowhere else.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::domain::event::{Event, EventKind};
use crate::domain::id::{EventId, GuestId, Label, SourceId};
use crate::domain::money::Currency;
use crate::learn::gesture::GestureLearner;
use crate::sys::rng::SplitMix64;

const DAY: Duration = Duration::from_secs(86_400);
const GUESTS_A_DAY: usize = 20;
const DAYS: usize = 600;
/// Id, cost in cents, true effect on satisfaction and on the chance of another stay.
const TRUTH: [(&str, i64, f64, f64); 3] =
    [("fruit", 900, 0.2, 0.01), ("wine", 1_500, 0.6, 0.05), ("suite", 6_000, 0.7, 0.06)];
const SATISFACTION_WORTH: f64 = 8.0;
const RETURN_WORTH: f64 = 400.0;

fn gesture((id, cost, ..): (&str, i64, f64, f64)) -> Gesture {
    Gesture {
        id: Label::parse("", id).unwrap(),
        name: id.to_owned(),
        triggers: vec![GestureTrigger::Complaint],
        cost: Money::new(cost, Currency::EUR),
        properties: Vec::new(),
        least_severity: 0,
        prior_satisfaction: 0.4,
        prior_return: 0.03,
        talking_points: Vec::new(),
    }
}

fn program() -> GestureProgram {
    GestureProgram {
        amount: Money::new(200_000, Currency::EUR),
        start: Timestamp::EPOCH,
        period: DAY * 30,
        window: DAY * 60,
        holdout: 0.1,
        holdout_severity: 3,
        satisfaction_worth: SATISFACTION_WORTH,
        return_worth: RETURN_WORTH,
        survey_wait: DAY * 14,
        return_wait: DAY * 90,
        value_cap: 20.0,
        gamma0: 10.0,
        floor: 0.05,
        gestures: TRUTH.map(gesture).to_vec(),
    }
}

/// What is chosen among those that can be paid for.
#[derive(Clone, Copy, PartialEq)]
enum Policy {
    Product,
    Random,
    Dearest,
}

struct Ran {
    /// True worth of all that was given, over nothing given, in euros.
    worth: f64,
    /// Gestures given in the last fifth of the time, by place.
    late: [u32; 3],
    spent: BTreeMap<i64, i64>,
    learner: GestureLearner,
}

fn asked(guest: GuestKey, tier: Option<ValueTier>, now: Timestamp, seed: u64) -> Asked {
    Asked {
        guest,
        ids: vec![guest],
        property: PropertyId::parse("", "city").unwrap(),
        reservation: None,
        occasion: Occasion { trigger: GestureTrigger::Complaint, severity: 2 },
        tier,
        is_measured: true,
        now,
        seed,
        catalog_version: 1,
    }
}

/// Something that a guest will say or do.
type Due = (Timestamp, GuestKey, Option<u8>);

fn run(policy: Policy, seed: u64) -> Ran {
    let (program, mut rng) = (program(), SplitMix64::new(seed));
    let mut ran = Ran {
        worth: 0.0,
        late: [0; 3],
        spent: BTreeMap::new(),
        learner: GestureLearner::default(),
    };
    let (mut till, mut due, mut sequence) = (Till::default(), Vec::<Due>::new(), 0);
    for day in 0..DAYS {
        for n in 0..GUESTS_A_DAY {
            let at = Timestamp::EPOCH.plus(DAY * u32::try_from(day).unwrap());
            let now = at.plus(Duration::from_secs(60 * u64::try_from(n).unwrap()));
            let tier = if rng.chance(0.25) { ValueTier::A } else { ValueTier::D };
            let number = u128::try_from(day * GUESTS_A_DAY + n).unwrap();
            let guest = GuestKey(number.to_be_bytes());
            let asked = asked(guest, Some(tier), now, rng.next_u64());
            let mut choice = choose(&program, ran.learner.model(), &till, asked);
            let arms = choice.arms.len();
            choice.chosen = match policy {
                Policy::Product => choice.chosen,
                _ if arms == 0 => choice.chosen,
                Policy::Random => match rng.below(arms + 1) {
                    at if at < arms => Ok(u8::try_from(at).unwrap()),
                    _ => Err(NoGesture::NotWorth),
                },
                Policy::Dearest => Ok(u8::try_from(arms - 1).unwrap()),
            };
            till.take(&program, &choice);
            sequence += 1;
            assert!(ran.learner.hear(sequence, now));
            ran.learner.choose(&program, &choice);
            let given = choice.given().map(|arm| arm.gesture);
            let given = given.and_then(|key| program.gestures.iter().position(|g| g.key() == key));
            let (mut liking, mut returns) = (3.2, if tier == ValueTier::A { 0.5 } else { 0.15 });
            if let Some(at) = given {
                let (_, cost, satisfaction, more) = TRUTH[at];
                (liking, returns) = (liking + satisfaction, returns + more);
                ran.worth += SATISFACTION_WORTH * satisfaction + RETURN_WORTH * more
                    - Money::new(cost, Currency::EUR).major();
                *ran.spent.entry(program.period_at(now).unwrap().0).or_insert(0) += cost;
                ran.late[at] += u32::from(day >= DAYS * 4 / 5);
            }
            if rng.chance(0.5) {
                let rating = (liking + rng.normal() * 0.9).round().clamp(1.0, 5.0);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "1 to 5"
                )]
                due.push((now.plus(DAY * 3), guest, Some(rating as u8)));
            }
            if rng.chance(returns) {
                let after = u32::try_from(5 + rng.below(80)).unwrap();
                due.push((now.plus(DAY * after), guest, None));
            }
        }
        let end = Timestamp::EPOCH.plus(DAY * (u32::try_from(day).unwrap() + 1));
        due.sort_by_key(|(at, ..)| *at);
        let later = due.split_off(due.partition_point(|(at, ..)| *at < end));
        for (at, guest, rating) in std::mem::replace(&mut due, later) {
            sequence += 1;
            assert!(ran.learner.hear(sequence, at));
            ran.learner.event(guest, &event(sequence, at, rating));
        }
    }
    ran
}

fn event(sequence: u64, at: Timestamp, rating: Option<u8>) -> Event {
    let id = EventId::parse("", &format!("e{sequence}")).unwrap();
    let from = (SourceId::parse("", "sim").unwrap(), id);
    let kind = if rating.is_some() { EventKind::Feedback } else { EventKind::CheckIn };
    let event = Event::plain(from, kind, at, GuestId::parse("", "g").unwrap());
    Event { rating, ..event }
}

/// The best gesture is found, the budget is never passed, and more is made of it than by giving
/// at random or always the dearest.
#[test]
fn the_best_gesture_is_found_within_the_budget() {
    let (mut worth, mut late, mut effects) = ([0.0; 3], [0_u32; 3], [[0.0; 3]; 2]);
    const SEEDS: u64 = 3;
    for seed in 0..SEEDS {
        let all = [Policy::Product, Policy::Random, Policy::Dearest];
        for (at, policy) in all.into_iter().enumerate() {
            let ran = run(policy, seed);
            worth[at] += ran.worth;
            assert!(ran.spent.values().all(|spent| *spent <= 200_000), "{:?}", ran.spent);
            if policy == Policy::Product {
                late.iter_mut().zip(ran.late).for_each(|(sum, n)| *sum += n);
                for (at, truth) in TRUTH.into_iter().enumerate() {
                    let (key, model) = (gesture(truth).key(), ran.learner.model());
                    let of = GestureTrigger::Complaint;
                    effects[0][at] += model.satisfaction(key, of, 0.4).mean / SEEDS as f64;
                    effects[1][at] += model.returning(key, of, 0.03).mean / SEEDS as f64;
                }
            }
        }
    }
    println!("worth {worth:.0?}, late {late:?}, effects {effects:.3?}");
    let given: u32 = late.iter().sum();
    assert!(f64::from(late[1]) > 0.65 * f64::from(given), "{late:?}");
    assert!(worth[0] > 10_000.0 && worth[1].max(worth[2]) < 0.0, "{worth:?}");
    assert!((effects[0][1] - TRUTH[1].2).abs() < 0.12, "{effects:?}");
    assert!((effects[1][1] - TRUTH[1].3).abs() < 0.025, "{effects:?}");
}

/// I6: what is logged is how often it is drawn.
#[test]
fn chances_add_up_and_are_those_of_the_draws() {
    let (program, model) = (program(), GestureModel::default());
    let asked = |seed| asked(GuestKey([1; 16]), None, Timestamp::from_seconds(86_400), seed);
    let ask = |asked: Asked| choose(&program, &model, &Till::default(), asked);
    let first = ask(asked(0));
    let mut expected: Vec<f64> = first.arms.iter().map(|arm| arm.selection_probability).collect();
    expected.extend(first.none);
    assert!(
        (expected.iter().sum::<f64>() - 1.0).abs() < 1e-9
            && expected[4].to_bits() == 0.1_f64.to_bits()
    );
    let mut counts = [0.0; 5];
    for seed in 0..20_000 {
        let at = match ask(asked(seed)).chosen {
            Ok(arm) => usize::from(arm),
            Err(NoGesture::NotWorth) => 3,
            Err(_) => 4,
        };
        counts[at] += 1.0 / 20_000.0;
    }
    for (count, p) in counts.iter().zip(&expected) {
        assert!((count - p).abs() < 4.0 * (p * (1.0 - p) / 20_000.0).sqrt() + 1e-9, "{counts:?}");
    }
    let grave = Asked {
        occasion: Occasion { trigger: GestureTrigger::Complaint, severity: 4 },
        ..asked(7)
    };
    assert!(ask(grave).none[1].to_bits() == 0, "nobody in grave trouble is kept without");
    let dear = Occasion { trigger: GestureTrigger::HighValue, severity: 0 };
    assert_eq!(ask(Asked { occasion: dear, ..asked(7) }).chosen, Err(NoGesture::NoneFits));
}
