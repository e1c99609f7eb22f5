//! A period of a hotel's promotions, many times over: spend, return, and what was left on the table.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::account::{Account, Claim};
use crate::domain::budget::{Budget, SpendOffer};
use crate::domain::id::{Label, OfferIndex, OfferKey};
use crate::domain::money::{Currency, Money};
use crate::domain::time::Timestamp;
use crate::sys::rng::SplitMix64;

const GUESTS: usize = 40_000;
const PERIOD: i64 = 30 * 86_400;
const HOLD: i64 = 3_600;

/// A guest to whom an offer may be shown.
#[derive(Clone, Copy)]
struct Chance {
    at: i64,
    propensity: f64,
    spend: SpendOffer,
    /// Would they accept? After so many seconds.
    accepts: Option<i64>,
}

fn spends(cost: i64, worth: i64) -> SpendOffer {
    SpendOffer { offer: OfferIndex(0), key: OfferKey(0), cost, worth }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "small amounts")]
fn chances(seed: u64) -> Vec<Chance> {
    let mut rng = SplitMix64::new(seed);
    let mut all: Vec<Chance> = (0..GUESTS)
        .map(|_| {
            let propensity = 0.02 + 0.18 * rng.unit();
            let cost = 500 + (2_500.0 * rng.unit()) as i64;
            let worth = (cost as f64 * (0.1 + 0.7 * rng.normal()).exp()) as i64;
            let accepts = rng.chance(propensity).then(|| (HOLD as f64 * rng.unit()) as i64);
            let spend = spends(cost, worth);
            Chance { at: (PERIOD as f64 * rng.unit()) as i64, propensity, spend, accepts }
        })
        .collect();
    all.sort_by_key(|chance| chance.at);
    all
}

fn budget(amount: i64, return_basis_points: u32) -> Budget {
    let money = |minor| Money::new(minor, Currency::EUR);
    Budget {
        id: Label::parse("", "treats").unwrap(),
        name: String::new(),
        offers: Vec::new(),
        group: None,
        start: Timestamp::EPOCH,
        end: Timestamp::from_seconds(PERIOD),
        amount: money(amount),
        return_basis_points,
        worth: money(0),
        hold: Duration::ZERO,
    }
}

/// The most that could have been earned by who knows who accepts: a fractional knapsack under both
/// constraints, by falling return.
#[expect(clippy::cast_precision_loss, reason = "small amounts")]
fn optimum(chances: &[Chance], budget: &Budget) -> f64 {
    let mut accepted: Vec<(f64, f64)> = chances
        .iter()
        .filter(|c| c.accepts.is_some())
        .map(|c| (c.spend.worth as f64, c.spend.cost as f64))
        .collect();
    accepted.sort_by(|a, b| (b.0 / b.1).total_cmp(&(a.0 / a.1)));
    let least = f64::from(budget.return_basis_points) / 10_000.0;
    let (mut left, mut surplus, mut value) = (budget.amount.minor as f64, 0.0_f64, 0.0);
    for (worth, cost) in accepted {
        let short = least * cost - worth;
        let part = (left / cost).min(if short > 0.0 { surplus / short } else { 1.0 }).min(1.0);
        value += part * worth;
        left -= part * cost;
        surplus -= part * short;
        if part < 1.0 {
            break;
        }
    }
    value
}

/// Who may be shown an offer.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    /// What the account asks.
    Paced,
    /// Everybody, while there is money.
    First,
}

struct Told {
    spent: i64,
    value: f64,
    /// Least that the return over all accepted ever was.
    least_return: f64,
    /// When nine tenths were spent, as a part of the period.
    nearly_gone: f64,
}

#[expect(clippy::cast_precision_loss, reason = "small amounts")]
fn run(chances: &[Chance], budget: &Budget, rule: Rule) -> Told {
    let account = Account::new(budget.clone());
    let mut open: VecDeque<(i64, u64)> = VecDeque::new();
    let mut told = Told { spent: 0, value: 0.0, least_return: f64::MAX, nearly_gone: 1.0 };
    let mut hear = |account: &Account, at: i64, sequence: u64| {
        account.settle((sequence, 0, 0), true, || panic!("its hold has not lapsed"));
        let status = account.status(Timestamp::from_seconds(at));
        assert!(status.spent + status.reserved <= status.amount, "{status:?}");
        told.least_return = told.least_return.min(status.return_so_far().unwrap_or(f64::MAX));
        if status.spent * 10 >= status.amount * 9 {
            told.nearly_gone = told.nearly_gone.min(at as f64 / PERIOD as f64);
        }
    };
    for (sequence, chance) in (1_u64..).zip(chances) {
        let due = open.partition_point(|(at, _)| *at <= chance.at);
        for (at, sequence) in open.drain(..due) {
            hear(&account, at, sequence);
        }
        let now = Timestamp::from_seconds(chance.at);
        let (prices, _) = account.roll(now);
        account.ask();
        let (cost, worth) = (chance.spend.cost as f64, chance.spend.worth as f64);
        if rule == Rule::Paced && worth < prices.least_return() * cost {
            continue;
        }
        let claim = Claim::most(&[chance.spend], budget, 1, false);
        if !account.claim(claim, now) {
            continue;
        }
        let until = Timestamp::from_seconds(chance.at + HOLD + 1);
        let used = account.hold((sequence, 0, 0), &chance.spend, chance.propensity, until);
        assert_eq!(used, claim);
        if let Some(after) = chance.accepts {
            let at = chance.at + after;
            let place = open.partition_point(|(other, _)| *other <= at);
            open.insert(place, (at, sequence));
        }
    }
    for (at, sequence) in open {
        hear(&account, at, sequence);
    }
    let status = account.status(Timestamp::from_seconds(2 * PERIOD));
    assert_eq!(status.reserved, 0, "all holds have lapsed");
    assert_eq!(status.late, 0);
    (told.spent, told.value) = (status.spent, status.returned as f64);
    told
}

/// Budgets in which the money binds, the return does, and both nearly do.
const SETTINGS: [(i64, u32); 4] =
    [(1_500_000, 10_000), (800_000, 12_000), (9_000_000, 16_000), (2_000_000, 18_000)];

#[test]
fn budget_is_kept_and_the_return_too_at_95_percent_of_the_offline_optimum() {
    for (amount, basis_points) in SETTINGS {
        let budget = budget(amount, basis_points);
        let least = f64::from(basis_points) / 10_000.0;
        let mut worst = 1.0_f64;
        let mut sum = 0.0;
        for seed in 0..12 {
            let chances = chances(seed);
            let told = run(&chances, &budget, Rule::Paced);
            let share = told.value / optimum(&chances, &budget);
            assert!(told.spent <= amount, "{seed}: {}", told.spent);
            assert!(told.least_return >= least, "{seed}: {}", told.least_return);
            worst = worst.min(share);
            sum += share / 12.0;
        }
        println!("budget {amount}, return {least}: {sum:.4} of the optimum, worst {worst:.4}");
        assert!(worst >= 0.95, "budget {amount}, return {least}: {worst}");
    }
}

/// Negative control: who comes first is served first.
#[test]
fn without_pacing_the_money_is_gone_early_and_value_is_lost() {
    let budget = budget(1_500_000, 1);
    for seed in 0..4 {
        let chances = chances(seed);
        let (first, paced) =
            (run(&chances, &budget, Rule::First), run(&chances, &budget, Rule::Paced));
        assert!(first.nearly_gone < 0.35, "{}", first.nearly_gone);
        assert!(paced.nearly_gone > 0.8, "{}", paced.nearly_gone);
        let best = optimum(&chances, &budget);
        assert!(first.value < 0.8 * best, "{}", first.value / best);
        assert!(paced.value > 0.95 * best, "{}", paced.value / best);
    }
}

/// Negative control: as much money, and nothing asked of its return.
#[test]
#[expect(clippy::cast_precision_loss, reason = "small amounts")]
fn without_the_constraint_the_return_falls_under_it() {
    let (asked, blind) = (budget(9_000_000, 16_000), budget(9_000_000, 1));
    for seed in 0..4 {
        let chances = chances(seed);
        let of = |told: Told| told.value / told.spent as f64;
        assert!(of(run(&chances, &asked, Rule::Paced)) >= 1.6);
        assert!(of(run(&chances, &blind, Rule::Paced)) < 1.5);
    }
}

/// 64 ask at the same moment, again and again: to the cent, never more than there is.
#[test]
fn sixty_four_callers_at_once_never_pass_the_budget_nor_lose_a_cent_of_it() {
    const CALLERS: u64 = 64;
    const ROUNDS: u64 = 300;
    let budget = budget(250_000, 12_000);
    let account = Arc::new(Account::new(budget.clone()));
    let barrier = Arc::new(std::sync::Barrier::new(64));
    let callers = (0..CALLERS).map(|caller| {
        let (account, budget, barrier) = (account.clone(), budget.clone(), barrier.clone());
        std::thread::spawn(move || {
            let mut rng = SplitMix64::new(caller);
            barrier.wait();
            for round in 0..ROUNDS {
                let now = Timestamp::from_seconds(i64::try_from(round).unwrap());
                // Some return more than is asked and some less.
                let worth = if rng.chance(0.5) { 1_500 } else { 900 };
                let spend = spends(1_000, worth);
                let most = Claim::most(&[spend], &budget, 3, true);
                if !account.claim(most, now) {
                    continue;
                }
                let key = (caller * ROUNDS + round, 0, 0);
                let used = account.hold(key, &spend, 0.1, now.plus(Duration::from_secs(20)));
                let rest = Claim { cost: most.cost - used.cost, short: most.short - used.short };
                account.give_back(rest);
                if rng.chance(0.3) {
                    // A caller that is ahead may have let the hold lapse: then nobody accepted.
                    account.settle(key, true, || None);
                }
                let status = account.status(now);
                assert!(status.spent <= status.amount);
                assert!(status.return_so_far().is_none_or(|r| r > 0.0));
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.join().unwrap();
    }
    let status = account.status(Timestamp::from_seconds(PERIOD));
    assert_eq!(status.reserved, 0, "what lapsed was given back to the cent");
    assert!(status.spent <= status.amount, "{status:?}");
    assert!(status.spent >= 200_000, "and it was not idle: {status:?}");
    assert!(status.return_so_far().unwrap() >= 1.2, "{status:?}");
}

#[test]
fn what_is_cancelled_is_given_back_and_what_comes_late_is_told() {
    let account = Account::new(budget(10_000, 10_000));
    let spend = spends(4_000, 6_000);
    let claim = Claim::most(&[spend], &account.budget(), 1, false);
    let at = Timestamp::from_seconds;
    for sequence in 1..=2 {
        assert!(account.claim(claim, at(0)));
        account.hold((sequence, 0, 0), &spend, 0.5, at(60));
    }
    assert!(!account.claim(claim, at(1)), "only 2,000 are left");
    account.settle((1, 0, 0), true, || None);
    account.settle((1, 0, 0), true, || None);
    assert_eq!((account.status(at(2)).spent, account.status(at(2)).reserved), (4_000, 4_000));
    account.settle((1, 0, 0), false, || None);
    assert_eq!((account.status(at(2)).spent, account.status(at(2)).reserved), (0, 4_000));
    assert_eq!(account.status(at(61)).remaining(), 10_000, "the other lapsed");
    account.settle((2, 0, 0), true, || Some(spend));
    let status = account.status(at(61));
    assert_eq!((status.spent, status.late, status.remaining()), (4_000, 4_000, 6_000));
}
