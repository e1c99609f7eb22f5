//! What is left of a budget: exact, whoever asks at the same moment.
//!
//! A decision *claims* the most its slots may cost before it is made, with one compare-and-swap on what
//! is committed; what it really shows becomes a *hold*, and the rest is given back. An acceptance
//! turns its hold into a spend, and a hold that lapses frees it. Committed is spent, held and claimed:
//! it never passes the amount, so neither does what is spent, however many ask at once.
//!
//! The least return is kept in the same way: the surplus of what was accepted is money, too, and an offer
//! that returns less than asked claims what it is short of. So also if every poor spend is accepted
//! and no good one, the return over all that was accepted is never under the one asked.
//!
//! An acceptance that comes after its hold lapsed was promised by nobody, but it is a fact: it is spent
//! all the same, and told ([`Status::late`]).
//!
//! Only what shows, answers or frees an offer of a budget takes the lock of its book.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};

use arc_swap::ArcSwap;
use parking_lot::Mutex;

use crate::domain::budget::{Budget, RETURN_WHOLE, ShadowPrices, SpendOffer};
use crate::domain::time::Timestamp;

use super::pace::{Pace, Standing, TICKS};

/// One offer shown: sequence of its decision, proposition, slot.
pub type HoldKey = (u64, u8, u8);

/// A sum of cost and of what it is short of the return asked, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Claim {
    /// Cost.
    pub cost: i64,
    /// What its worth is short of.
    pub short: i64,
}

impl Claim {
    fn of(spend: &SpendOffer, budget: &Budget) -> Self {
        Self { cost: spend.cost, short: (-surplus(spend, budget)).max(0) }
    }

    /// The most that `slots` of these offers may claim; `repeats`: each slot may show the same one.
    pub fn most(offers: &[SpendOffer], budget: &Budget, slots: usize, repeats: bool) -> Self {
        let largest = |part: fn(&Self) -> i64| -> i64 {
            let mut parts: Vec<i64> =
                offers.iter().map(|spend| part(&Self::of(spend, budget))).collect();
            parts.sort_unstable_by(|a, b| b.cmp(a));
            if repeats {
                let times = i64::try_from(slots).unwrap_or(i64::MAX);
                return parts.first().map_or(0, |most| most.saturating_mul(times));
            }
            parts.iter().take(slots).fold(0, |sum, part| sum.saturating_add(*part))
        };
        Self { cost: largest(|claim| claim.cost), short: largest(|claim| claim.short) }
    }
}

/// What an acceptance leaves over the return asked, or is short of; rounded to the house's side.
fn surplus(spend: &SpendOffer, budget: &Budget) -> i64 {
    let asked = i128::from(spend.cost) * i128::from(budget.return_basis_points);
    let asked = (asked + i128::from(RETURN_WHOLE) - 1) / i128::from(RETURN_WHOLE);
    spend.worth.saturating_sub(i64::try_from(asked).unwrap_or(i64::MAX))
}

/// An offer that was shown, until its hold lapses; one that was accepted, until the period ends.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Held {
    spend: SpendOffer,
    claim: Claim,
    until: Timestamp,
    /// Expected cost, in thousandths.
    expected: i64,
    is_accepted: bool,
}

#[derive(Debug)]
struct Book {
    pace: Pace,
    holds: HashMap<HoldKey, Held>,
    due: BTreeSet<(Timestamp, HoldKey)>,
    /// Expected cost of what is held, in thousandths: sums in any order are the same.
    expected: i64,
}

/// How an account stands. Amounts in minor units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Status {
    /// What may be spent.
    pub amount: i64,
    /// Cost of what was accepted.
    pub spent: i64,
    /// Cost of what was shown and may still be accepted.
    pub reserved: i64,
    /// Spends that came after their hold had lapsed: part of `spent`. Counted since the account was opened.
    pub late: i64,
    /// Incremental value of what was accepted, before its cost.
    pub returned: i64,
    /// The shadow prices in force.
    pub prices: ShadowPrices,
    /// What should have been spent by now, were it spent evenly over the period.
    pub target: i64,
}

impl Status {
    /// What is neither spent nor reserved.
    pub fn remaining(&self) -> i64 {
        (self.amount - self.spent - self.reserved).max(0)
    }

    /// Incremental value for each unit spent; nothing before the first spend.
    #[expect(clippy::cast_precision_loss, reason = "amounts have fewer digits")]
    pub fn return_so_far(&self) -> Option<f64> {
        (self.spent > 0).then(|| self.returned as f64 / self.spent as f64)
    }
}

/// The account of a budget.
#[derive(Debug)]
pub struct Account {
    key: u64,
    budget: ArcSwap<Budget>,
    /// Spent, held and claimed.
    committed: AtomicI64,
    spent: AtomicI64,
    late: AtomicI64,
    returned: AtomicI64,
    /// Surplus of what was accepted, less what is held or claimed of it.
    surplus: AtomicI64,
    tick: AtomicU32,
    prices: ArcSwap<ShadowPrices>,
    /// Decisions of the tick that asked.
    asked: AtomicU64,
    /// The next moment a hold lapses.
    next_due: AtomicI64,
    book: Mutex<Book>,
}

impl Account {
    /// The account of a budget of which nothing was spent.
    pub fn new(budget: Budget) -> Self {
        let pace = Pace::new(least(&budget));
        Self {
            key: budget.key(),
            committed: AtomicI64::new(0),
            spent: AtomicI64::new(0),
            late: AtomicI64::new(0),
            returned: AtomicI64::new(0),
            surplus: AtomicI64::new(0),
            tick: AtomicU32::new(0),
            prices: ArcSwap::from_pointee(pace.prices()),
            asked: AtomicU64::new(0),
            next_due: AtomicI64::new(i64::MAX),
            book: Mutex::new(Book {
                pace,
                holds: HashMap::new(),
                due: BTreeSet::new(),
                expected: 0,
            }),
            budget: ArcSwap::from_pointee(budget),
        }
    }

    /// Which budget it is of.
    pub fn key(&self) -> u64 {
        self.key
    }

    /// The budget, as it was last published.
    pub fn budget(&self) -> Arc<Budget> {
        self.budget.load_full()
    }

    /// The same budget was published again, maybe with other amounts.
    pub fn publish(&self, budget: Budget) {
        let book = self.book.lock();
        let before = self.budget.load();
        let more = i64::from(budget.return_basis_points) - i64::from(before.return_basis_points);
        let of_spent = i128::from(self.spent.load(Ordering::Acquire)) * i128::from(more);
        let dearer = i64::try_from(of_spent / i128::from(RETURN_WHOLE)).unwrap_or(i64::MAX);
        self.surplus.fetch_sub(dearer, Ordering::AcqRel);
        self.budget.store(Arc::new(budget));
        drop(book);
    }

    /// The shadow prices at a moment, as the log has them.
    pub fn prices(&self) -> ShadowPrices {
        **self.prices.load()
    }

    /// Is enough left for a claim? A look, which changes nothing.
    pub fn affords(&self, claim: Claim) -> bool {
        let left = self.budget.load().amount.minor - self.committed.load(Ordering::Acquire);
        let spare = self.surplus.load(Ordering::Acquire);
        claim.cost <= left && (claim.short == 0 || claim.short <= spare)
    }

    /// Takes what a decision may cost; `false`, and nothing is taken, where less is left.
    pub fn claim(&self, claim: Claim, now: Timestamp) -> bool {
        self.free(now);
        let amount = self.budget.load().amount.minor;
        let (set, get) = (Ordering::AcqRel, Ordering::Acquire);
        let more = |committed: i64| {
            let sum = committed.saturating_add(claim.cost);
            (sum <= amount).then_some(sum)
        };
        if self.committed.fetch_update(set, get, more).is_err() {
            return false;
        }
        let less = |spare: i64| (claim.short <= spare).then_some(spare - claim.short);
        if claim.short > 0 && self.surplus.fetch_update(set, get, less).is_err() {
            self.committed.fetch_sub(claim.cost, set);
            return false;
        }
        true
    }

    /// Gives back what was claimed and not used.
    pub fn give_back(&self, claim: Claim) {
        self.committed.fetch_sub(claim.cost, Ordering::AcqRel);
        self.surplus.fetch_add(claim.short, Ordering::AcqRel);
    }

    /// Moves the prices on to a moment. Returns them, and whether this call moved them: then the decision
    /// that it was made for must be logged with them.
    pub fn roll(&self, now: Timestamp) -> (ShadowPrices, bool) {
        let tick = tick(&self.budget.load(), now);
        let is_new = tick > self.tick.load(Ordering::Acquire) && self.roll_to(tick);
        (self.prices(), is_new)
    }

    /// Counts a decision in which an offer of the budget passed everything else.
    pub fn ask(&self) {
        self.asked.fetch_add(1, Ordering::AcqRel);
    }

    fn roll_to(&self, tick: u32) -> bool {
        let mut book = self.book.lock();
        if tick <= book.pace.tick() {
            return false;
        }
        let budget = self.budget.load();
        book.pace.ask(self.asked.swap(0, Ordering::AcqRel));
        let spent = self.spent.load(Ordering::Acquire);
        let left = major(budget.amount.minor - spent) - major(book.expected) / THOUSAND;
        let worth = self.returned.load(Ordering::Acquire);
        let surplus = major(worth) - least(&budget) * major(spent);
        book.pace.roll(tick, Standing { left: left.max(0.0), surplus });
        self.prices.store(Arc::new(book.pace.prices()));
        self.tick.store(tick, Ordering::Release);
        true
    }

    /// What an offer spends that is on its book, held or accepted.
    pub fn spend(&self, key: HoldKey) -> Option<SpendOffer> {
        self.book.lock().holds.get(&key).map(|held| held.spend)
    }

    /// Turns a part of a claim into the hold of an offer that is shown. Returns that part.
    pub fn hold(
        &self,
        key: HoldKey,
        spend: &SpendOffer,
        propensity: f64,
        until: Timestamp,
    ) -> Claim {
        let claim = Claim::of(spend, &self.budget.load());
        let mut book = self.book.lock();
        let expected = hoped(propensity, spend.cost);
        book.pace.show(expected, hoped(propensity, spend.worth));
        book.expected += expected;
        book.holds.insert(key, Held { spend: *spend, claim, until, expected, is_accepted: false });
        book.due.insert((until, key));
        self.next_due.fetch_min(until.as_micros(), Ordering::AcqRel);
        claim
    }

    /// Says what became of an offer shown: whether it is accepted, for all that is known. `spend` is
    /// what its decision says, for one whose hold has lapsed.
    pub fn settle(
        &self,
        key: HoldKey,
        is_accepted: bool,
        spend: impl FnOnce() -> Option<SpendOffer>,
    ) {
        let mut book = self.book.lock();
        match book.holds.get(&key).copied() {
            Some(held) if held.is_accepted == is_accepted => {}
            Some(held) if is_accepted => {
                book.due.remove(&(held.until, key));
                book.expected -= held.expected;
                book.holds.insert(key, Held { is_accepted: true, ..held });
                self.count(&held.spend, 1, held.claim.short);
            }
            Some(held) => {
                book.holds.remove(&key);
                self.count(&held.spend, -1, 0);
                self.committed.fetch_sub(held.spend.cost, Ordering::AcqRel);
                if held.until == Timestamp::EPOCH {
                    self.late.fetch_sub(held.spend.cost, Ordering::AcqRel);
                }
            }
            None if is_accepted => {
                let Some(spend) = spend() else { return };
                let until = Timestamp::EPOCH;
                let claim = Claim::default();
                book.holds.insert(key, Held { spend, claim, until, expected: 0, is_accepted });
                self.committed.fetch_add(spend.cost, Ordering::AcqRel);
                self.late.fetch_add(spend.cost, Ordering::AcqRel);
                self.count(&spend, 1, 0);
            }
            None => {}
        }
    }

    /// Counts a spend, or one that is undone; `freed` of the surplus was claimed for it.
    fn count(&self, spend: &SpendOffer, times: i64, freed: i64) {
        self.spent.fetch_add(times * spend.cost, Ordering::AcqRel);
        self.returned.fetch_add(times * spend.worth, Ordering::AcqRel);
        let left = surplus(spend, &self.budget.load());
        self.surplus.fetch_add(times * left + freed, Ordering::AcqRel);
    }

    /// Frees the holds that have lapsed by a moment.
    pub fn free(&self, now: Timestamp) {
        if now.as_micros() < self.next_due.load(Ordering::Acquire) {
            return;
        }
        let mut book = self.book.lock();
        while let Some((until, key)) = book.due.first().copied() {
            if until > now {
                break;
            }
            book.due.pop_first();
            if let Some(held) = book.holds.remove(&key) {
                book.expected -= held.expected;
                self.give_back(held.claim);
            }
        }
        let next = book.due.first().map_or(i64::MAX, |(until, _)| until.as_micros());
        self.next_due.store(next, Ordering::Release);
    }

    /// Takes up what the log says of an offer that was shown: restoring, in the order of the log.
    pub fn restore(
        &self,
        key: HoldKey,
        (spend, propensity): (&SpendOffer, f64),
        (decided, until): (Timestamp, Timestamp),
        (is_accepted, now): (bool, Timestamp),
    ) {
        if until <= now && !is_accepted {
            let mut book = self.book.lock();
            if tick(&self.budget.load(), decided) == book.pace.tick() {
                book.pace.show(hoped(propensity, spend.cost), hoped(propensity, spend.worth));
            }
            return;
        }
        let claim = self.hold(key, spend, propensity, until);
        self.committed.fetch_add(claim.cost, Ordering::AcqRel);
        self.surplus.fetch_sub(claim.short, Ordering::AcqRel);
        if is_accepted {
            self.settle(key, true, || None);
        }
    }

    /// Takes up the prices that a decision was made under: restoring, before what it showed.
    pub fn resume(&self, decided: Timestamp, prices: ShadowPrices, is_asked: bool) {
        let mut book = self.book.lock();
        let tick = tick(&self.budget.load(), decided);
        if tick > book.pace.tick() {
            book.pace = book.pace.resumed(tick, prices);
            self.asked.store(0, Ordering::Release);
        }
        self.asked.fetch_add(u64::from(is_asked), Ordering::AcqRel);
        self.prices.store(Arc::new(book.pace.prices()));
        self.tick.store(book.pace.tick(), Ordering::Release);
    }

    /// How it stands.
    pub fn status(&self, now: Timestamp) -> Status {
        self.free(now);
        let budget = self.budget.load();
        let spent = self.spent.load(Ordering::Acquire);
        let (start, end) = (budget.start.as_micros(), budget.end.as_micros());
        let passed = i128::from(now.as_micros().clamp(start, end) - start);
        let whole = i128::from((end - start).max(1));
        let target = i128::from(budget.amount.minor) * passed / whole;
        Status {
            amount: budget.amount.minor,
            spent,
            reserved: (self.committed.load(Ordering::Acquire) - spent).max(0),
            late: self.late.load(Ordering::Acquire),
            returned: self.returned.load(Ordering::Acquire),
            prices: self.prices(),
            target: i64::try_from(target).unwrap_or(budget.amount.minor),
        }
    }
}

/// The return asked, as a number.
fn least(budget: &Budget) -> f64 {
    f64::from(budget.return_basis_points.max(1)) / 10_000.0
}

/// The tick of a moment.
fn tick(budget: &Budget, now: Timestamp) -> u32 {
    let (start, end) = (budget.start.as_micros(), budget.end.as_micros());
    let passed = i128::from(now.as_micros().clamp(start, end) - start);
    let tick = passed * i128::from(TICKS) / i128::from((end - start).max(1));
    u32::try_from(tick).unwrap_or(TICKS)
}

const THOUSAND: f64 = 1_000.0;

/// What is expected of an amount, in thousandths of its minor unit.
#[expect(clippy::cast_possible_truncation, reason = "amounts are bounded")]
fn hoped(propensity: f64, minor: i64) -> i64 {
    (propensity.clamp(0.0, 1.0) * major(minor) * THOUSAND).round() as i64
}

#[expect(clippy::cast_precision_loss, reason = "amounts have fewer digits")]
fn major(minor: i64) -> f64 {
    minor as f64
}
