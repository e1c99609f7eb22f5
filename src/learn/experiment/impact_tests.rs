//! Comparisons of policies against numbers by hand, and against simulated guests.

use super::ablation::{Ablations, GuestTotals, Policy};
use super::cuped::Adjustment;
use super::impact::{Finding, Lift, Measured, Outcome, Report, Settings};
use super::sequential::{Level, Mixture};
use crate::sys::rng::SplitMix64;

fn settings(shares: &[(Policy, f64)]) -> Settings {
    Settings {
        level: Level::FIVE_PERCENT,
        accept_lift: Mixture::new(0.2).unwrap(),
        value_lift: Mixture::new(0.2).unwrap(),
        shares: shares.iter().copied().collect(),
    }
}

fn guest(policy: Policy, accepted: u64, value: f64) -> GuestTotals {
    GuestTotals { policy, decisions: 1, accepted, value, value_before: None }
}

/// `guests` with one decision each, the first `accepted` of whom accept, for 10 each.
fn arm(policy: Policy, guests: usize, accepted: usize) -> impl Iterator<Item = GuestTotals> {
    (0..guests).map(move |at| {
        let is_accepted = at < accepted;
        guest(policy, u64::from(is_accepted), if is_accepted { 10.0 } else { 0.0 })
    })
}

fn finding(ablations: &Ablations, settings: &Settings, against: Policy) -> Finding {
    let report = Report::of(ablations, settings);
    report.comparisons.into_iter().find(|one| one.against == against).unwrap().finding
}

fn measured(ablations: &Ablations, settings: &Settings, against: Policy) -> Measured {
    match finding(ablations, settings, against) {
        Finding::Measured(measured) => *measured,
        Finding::NotMeasured(why) => panic!("{why}"),
    }
}

fn lift_of(outcome: &Outcome) -> Lift {
    match outcome {
        Outcome::Lift(lift) => *lift,
        Outcome::TooEarly(why) => panic!("{why}"),
    }
}

/// 120 of 1 000 against 36 of 400; expected values by Python from the formulas.
#[test]
fn a_comparison_gives_the_textbooks_numbers() {
    let guests = arm(Policy::Bandit, 1_000, 120).chain(arm(Policy::Holdout, 400, 36));
    let ablations = Ablations::of(guests).unwrap();
    let settings = settings(&[(Policy::Bandit, 9_000.0), (Policy::Holdout, 3_600.0)]);
    let measured = measured(&ablations, &settings, Policy::Holdout);
    assert_eq!((measured.guests, measured.guests_against), (1_000, 400));
    assert!(measured.sample_ratio.alarm.is_none() && measured.sample_ratio.chi_squared < 1e-9);
    for (outcome, unit) in [(&measured.accept_rate, 1.0), (&measured.value, 10.0)] {
        let lift = lift_of(outcome);
        assert!((lift.bandit - 0.12 * unit).abs() < 1e-12);
        assert!((lift.against - 0.09 * unit).abs() < 1e-12);
        assert!((lift.lift - 1.0 / 3.0).abs() < 1e-12);
        assert!((lift.interval.low + 0.293_440_635_735_713).abs() < 1e-9, "{lift:?}");
        assert!((lift.interval.high - 1.516_105_323_476_83).abs() < 1e-9, "{lift:?}");
        assert!((lift.p_value - 0.742_903_641_966_378).abs() < 1e-9, "{lift:?}");
        assert!((lift.z - 1.611_890_521_838_338).abs() < 1e-9, "{lift:?}");
    }
}

#[test]
fn what_is_not_measured_says_what_to_configure() {
    let ablations = Ablations::of(arm(Policy::Bandit, 1_000, 120)).unwrap();
    let settings = settings(&[(Policy::Bandit, 9_700.0), (Policy::RulesOnly, 300.0)]);
    let report = Report::of(&ablations, &settings);
    let order: Vec<Policy> = report.comparisons.iter().map(|one| one.against).collect();
    assert_eq!(order, Policy::COMPARED);
    let why = |against| match finding(&ablations, &settings, against) {
        Finding::NotMeasured(why) => why.to_string(),
        Finding::Measured(measured) => panic!("{measured:?}"),
    };
    assert!(why(Policy::NoLevers).contains("give shares.no_levers some parts of the plan"));
    assert!(why(Policy::RulesOnly).contains("arm rules_only has a share but no guest yet"));
    let nobody = Ablations::default();
    let Finding::NotMeasured(why) = finding(&nobody, &settings, Policy::RulesOnly) else {
        panic!("measured nobody");
    };
    assert!(why.to_string().contains("arm bandit has a share but no guest yet"));
}

#[test]
fn too_few_guests_or_no_accepts_are_told_apart() {
    let settings = settings(&[(Policy::Bandit, 9_000.0), (Policy::NoLevers, 1_000.0)]);
    let of = |few| {
        let guests = arm(Policy::Bandit, 1_000, 120).chain(few);
        measured(&Ablations::of(guests).unwrap(), &settings, Policy::NoLevers)
    };
    let why = |outcome: &Outcome| match outcome {
        Outcome::TooEarly(why) => why.to_string(),
        Outcome::Lift(lift) => panic!("{lift:?}"),
    };
    let few = of(arm(Policy::NoLevers, 99, 20));
    assert!(why(&few.accept_rate).starts_with("99 units in an arm are too few"));
    let rare = of(arm(Policy::NoLevers, 110, 3));
    assert!(why(&rare.value).contains("above zero, so there is no lift"));
    let none = of(arm(Policy::NoLevers, 110, 0));
    assert!(why(&none.accept_rate).starts_with("all units are equal"));
}

#[test]
fn an_arm_that_lost_guests_raises_an_alarm() {
    let guests = arm(Policy::Bandit, 1_000, 120).chain(arm(Policy::Holdout, 400, 36));
    let ablations = Ablations::of(guests).unwrap();
    let settings = settings(&[(Policy::Bandit, 9_000.0), (Policy::Holdout, 4_500.0)]);
    let measured = measured(&ablations, &settings, Policy::Holdout);
    let alarm = measured.sample_ratio.alarm.unwrap();
    assert!(alarm.starts_with("arm holdout has 400 units where 467 were planned"), "{alarm}");
    let report = Report::of(&ablations, &settings);
    assert_eq!(report.sample_ratio.and_then(|whole| whole.alarm), Some(alarm));
}

/// Guests of two to five decisions, of different appetite and purse; what they spent before
/// goes with what they spend.
fn population(rng: &mut SplitMix64, policy: Policy, guests: u32, rate: f64) -> Vec<GuestTotals> {
    let one = |rng: &mut SplitMix64| {
        let appetite = 2.0 * rng.unit();
        let decisions = 2 + rng.below(4) as u64;
        let accepted = (0..decisions).filter(|_| rng.chance(rate * appetite)).count() as u64;
        let purse = libm::exp(0.5 * rng.normal());
        let value = 20.0 * purse * (1.0 + 4.0 * rate) + 3.0 * rng.normal();
        let is_known = rng.chance(0.9);
        let before = 30.0 * purse + 3.0 * rng.normal();
        let value_before = is_known.then_some(before);
        GuestTotals { policy, decisions, accepted, value, value_before }
    };
    (0..guests).map(|_| one(rng)).collect()
}

#[test]
fn value_is_adjusted_by_both_arms_together() {
    let mut rng = SplitMix64::new(8);
    let mut guests = population(&mut rng, Policy::Bandit, 600, 0.12);
    guests.extend(population(&mut rng, Policy::RulesOnly, 300, 0.10));
    let ablations = Ablations::of(guests).unwrap();
    let settings = settings(&[(Policy::Bandit, 2.0), (Policy::RulesOnly, 1.0)]);
    let [ours, theirs] =
        [Policy::Bandit, Policy::RulesOnly].map(|policy| ablations.arm(policy).unwrap().value);
    let fitted = Adjustment::fit(&[ours, theirs]);
    let measured = measured(&ablations, &settings, Policy::RulesOnly);
    let lift = lift_of(&measured.value);
    assert!((lift.bandit - fitted.apply(&ours).mean()).abs() < 1e-12);
    assert!((lift.against - fitted.apply(&theirs).mean()).abs() < 1e-12);
    assert!((measured.variance_reduction - fitted.variance_reduction).abs() < 1e-15);
}

#[test]
fn shards_merge_to_the_same_report() {
    let mut rng = SplitMix64::new(6);
    let mut guests = population(&mut rng, Policy::Bandit, 1_000, 0.12);
    guests.extend(population(&mut rng, Policy::RulesOnly, 300, 0.10));
    let settings = settings(&[(Policy::Bandit, 7_700.0), (Policy::RulesOnly, 2_300.0)]);
    let whole = Ablations::of(guests.clone()).unwrap();
    let (left, right) = guests.split_at(1_100);
    let [left, right] = [left, right].map(|half| Ablations::of(half.to_vec()).unwrap());
    for merged in [left.clone().merged(&right), right.merged(&left)] {
        let [one, other] =
            [&merged, &whole].map(|totals| measured(totals, &settings, Policy::RulesOnly));
        assert_eq!(one.guests, other.guests);
        let [a, b] = [&one, &other].map(|measured| lift_of(&measured.value));
        assert!((a.lift - b.lift).abs() < 1e-9 && (a.interval.low - b.interval.low).abs() < 1e-9);
    }
}

/// 200 reports of true lifts (20 % in the rate; 1.48/1.4 in value): intervals leave them out in
/// at most 5 %, and what was spent before takes more than 30 % of the variance of value away.
#[test]
fn intervals_hold_the_true_lifts() {
    let mut rng = SplitMix64::new(9);
    let settings = settings(&[(Policy::Bandit, 9_000.0), (Policy::RulesOnly, 1_000.0)]);
    let (mut missed, mut reduction) = ([0, 0], 0.0);
    for _ in 0..200 {
        let mut guests = population(&mut rng, Policy::Bandit, 2_700, 0.12);
        guests.extend(population(&mut rng, Policy::RulesOnly, 300, 0.10));
        let ablations = Ablations::of(guests).unwrap();
        let measured = measured(&ablations, &settings, Policy::RulesOnly);
        let [rate, value] = [&measured.accept_rate, &measured.value].map(lift_of);
        missed[0] += i32::from(!rate.interval.contains(0.2));
        missed[1] += i32::from(!value.interval.contains(1.48 / 1.4 - 1.0));
        reduction += measured.variance_reduction / 200.0;
    }
    assert!(missed.iter().all(|missed| *missed <= 10), "{missed:?}");
    assert!(reduction > 0.3, "{reduction}");
}
