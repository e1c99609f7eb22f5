//! The shadow prices of a budget: which return a spend must promise, moved once a tick.
//!
//! Two least returns, both moved by mirror descent with the entropic reference (the exponent is
//! the gradient, [`super`]), on expected spends, which are known at the decision and quieter than
//! acceptances:
//!
//! - of money, `θ_B ← θ_B · exp(η · (e / t − 1))`, where `e` is what the tick was expected to spend and
//!   `t` what is left over the ticks left. Since `t` is reckoned from what acceptances really left,
//!   propensities that are wrong correct themselves;
//! - of the return, `θ_R ← θ_R · exp(η · (ρ e − w − s) / (ρ · max(e, t)))`, where `w` is the incremental
//!   value the tick was expected to bring and `s` the surplus of the past, `Σ v − ρ Σ c`, over the ticks
//!   left. It is never over `ρ`: what keeps the constraint by itself may always pass.
//!
//! A tick in which nobody asked changes nothing: an empty night is no sign that prices are too high.

use crate::domain::budget::ShadowPrices;

/// Ticks of a period.
pub const TICKS: u32 = 500;
/// How far a tick moves a price at most, as a logarithm.
const STEP: f64 = 0.1;
/// Prices stay within this factor of the return asked, or of 1 where less is asked.
const RANGE: f64 = 50.0;

/// What stood in an account when a tick ended, in minor units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// What is neither spent nor expected to be.
    pub left: f64,
    /// Incremental value of what was accepted, less what its cost had to bring.
    pub surplus: f64,
}

/// Where the prices stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    least: f64,
    tick: u32,
    prices: ShadowPrices,
    /// Decisions of the tick that a budget's offer stood in.
    asked: u64,
    /// Expected cost and value of what the tick showed, in thousandths: sums in any order are the same.
    cost: i64,
    value: i64,
}

impl Pace {
    /// The beginning of a period, with the return that is asked over it.
    pub fn new(least: f64) -> Self {
        let prices = ShadowPrices { budget: least.max(1.0), returns: least };
        Self { least, tick: 0, prices, asked: 0, cost: 0, value: 0 }
    }

    /// The same at a tick with prices that were logged.
    #[must_use]
    pub fn resumed(self, tick: u32, prices: ShadowPrices) -> Self {
        Self { tick, prices, ..Self::new(self.least) }
    }

    /// The prices in force.
    pub fn prices(&self) -> ShadowPrices {
        self.prices
    }

    /// The tick they hold in.
    pub fn tick(&self) -> u32 {
        self.tick
    }

    /// Counts decisions that asked.
    pub fn ask(&mut self, decisions: u64) {
        self.asked += decisions;
    }

    /// Counts what is shown: its expected cost and incremental value, in thousandths of a minor unit.
    pub fn show(&mut self, cost: i64, value: i64) {
        self.cost += cost;
        self.value += value;
    }

    /// Moves on to a tick.
    pub fn roll(&mut self, tick: u32, standing: Standing) {
        if tick <= self.tick {
            return;
        }
        if self.asked > 0 {
            self.learn(standing);
        }
        (self.tick, self.asked, self.cost, self.value) = (tick, 0, 0, 0);
    }

    #[expect(clippy::cast_precision_loss, reason = "amounts have fewer digits")]
    fn learn(&mut self, standing: Standing) {
        let ticks = f64::from(TICKS.saturating_sub(self.tick).max(1));
        let target = (standing.left / ticks).max(f64::MIN_POSITIVE);
        let (cost, value) = (self.cost as f64 / 1_000.0, self.value as f64 / 1_000.0);
        let least = self.least;
        let of_money = cost / target - 1.0;
        let short = least * cost - value - standing.surplus / ticks;
        let of_return = short / (least * cost.max(target));
        let moved = |price: f64, slope: f64, most: f64| {
            let price = price * libm::exp(STEP * slope.clamp(-1.0, 1.0));
            price.clamp(most.min(least.max(1.0) / RANGE), most)
        };
        self.prices.budget = moved(self.prices.budget, of_money, least.max(1.0) * RANGE);
        self.prices.returns = moved(self.prices.returns, of_return, least);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RICH: Standing = Standing { left: 5_000.0, surplus: 0.0 };

    #[test]
    fn money_grows_dearer_where_it_goes_too_fast_and_cheaper_where_it_stays() {
        for (spent, grows) in [(40_000, true), (1_000, false)] {
            let mut pace = Pace::new(1.0);
            pace.ask(1);
            pace.show(spent, spent);
            pace.roll(1, RICH);
            assert_eq!(pace.prices().budget > 1.0, grows, "{spent}");
        }
    }

    #[test]
    fn a_tick_without_a_question_changes_nothing() {
        let mut pace = Pace::new(1.2);
        pace.roll(40, RICH);
        assert_eq!((pace.prices(), pace.tick()), (Pace::new(1.2).prices(), 40));
    }

    #[test]
    fn a_surplus_lets_poorer_spends_pass_and_a_want_does_not() {
        let mut pace = Pace::new(2.0);
        pace.ask(1);
        pace.show(10_000, 40_000);
        pace.roll(1, RICH);
        assert!(pace.prices().returns < 2.0);
        for tick in 2..100 {
            pace.ask(1);
            pace.show(10_000, 10_000);
            pace.roll(tick, Standing { surplus: -100.0, ..RICH });
        }
        assert!((pace.prices().returns - 2.0).abs() < 1e-12, "never over the return asked");
    }
}
