//! Scarce offers for guests who come one after another: a unit goes to whoever gains at least what it
//! will be worth to those still to come, its bid price.
//!
//! With `n` guests to come and `u` units, `V(n, u) = V(n-1, u) + E[max(0, g - b)]` where
//! `b = V(n-1, u) - V(n-1, u-1)` is the bid price and `g` the gain of the next guest (Talluri and van
//! Ryzin, *The Theory and Practice of Revenue Management*, 2004, 2.5; the multi-secretary problem).
//! The distribution of gains is a sample of earlier guests. Units that guests have may come back: those
//! expected to count as units already, in parts; and who takes one takes it for as much of the time as
//! it is expected to stay away.

/// What scarce units are worth while guests come one after another.
#[derive(Debug, Clone, PartialEq)]
pub struct BidPrices {
    /// `V(n, u)`, row `n`: a column for each number of units from 0.
    values: Vec<f64>,
    columns: usize,
    guests: usize,
    cancels: f64,
}

impl BidPrices {
    /// Prices for up to `guests` guests to come and up to `units` units. `gains`: what earlier guests
    /// would have gained, in any order, not positive for those who would not have; `cancels`:
    /// P(a unit that was given comes back before the end), 0 to 1. Without gains everything is worth
    /// nothing. Takes time in proportion to guests × units × log gains.
    pub fn new(gains: &[f64], guests: usize, units: usize, cancels: f64) -> Self {
        let cancels = if cancels.is_finite() { cancels.clamp(0.0, 1.0) } else { 0.0 };
        // A gain counts if the unit stays.
        let kept = gains.iter().map(|gain| gain * (1.0 - cancels));
        let surplus = Surplus::of(kept.filter(|gain| gain.is_finite()).collect());
        let columns = units + 1;
        let mut values = vec![0.0; (guests + 1) * columns];
        for n in 1..=guests {
            for u in 1..columns {
                let later = values[(n - 1) * columns + u];
                let price = (later - values[(n - 1) * columns + u - 1]) * keeps(cancels, n, guests);
                values[n * columns + u] = later + surplus.over(price);
            }
        }
        Self { values, columns, guests, cancels }
    }

    /// What a unit is worth to those still to come, in units of gain: with `to_come` guests after this
    /// one, `left` units on the shelf and `out` units that guests have and may give back.
    pub fn price(&self, to_come: usize, left: u32, out: u32) -> f64 {
        let n = to_come.min(self.guests);
        let back = f64::from(out) * self.comes_back(n);
        let units = f64::from(left) + back;
        let now = self.value(n, units) - self.value(n, units - 1.0);
        let kept = 1.0 - self.cancels;
        if kept <= 0.0 { 0.0 } else { now * keeps(self.cancels, n, self.guests) / kept }
    }

    /// Is a gain worth a unit? Never where none is left.
    pub fn gives(&self, gain: f64, to_come: usize, left: u32, out: u32) -> bool {
        left > 0 && gain > 0.0 && gain >= self.price(to_come, left, out)
    }

    /// P(a unit that was given comes back in time for somebody to use it).
    fn comes_back(&self, to_come: usize) -> f64 {
        if self.guests == 0 {
            return 0.0;
        }
        self.cancels * share(to_come, self.guests) / 2.0
    }

    /// `V`, straight between whole numbers of units.
    fn value(&self, guests: usize, units: f64) -> f64 {
        let last = self.columns - 1;
        let row = &self.values[guests * self.columns..(guests + 1) * self.columns];
        let units = units.clamp(0.0, as_f64(last));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let below = (units.floor() as usize).min(last);
        let above = (below + 1).min(last);
        row[below] + (row[above] - row[below]) * (units - as_f64(below))
    }
}

/// How much of a unit is used up by giving it, with so many guests of so many to come: what comes back
/// soon enough is half as good as one that never left.
fn keeps(cancels: f64, to_come: usize, guests: usize) -> f64 {
    1.0 - cancels * share(to_come, guests) / 2.0
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { as_f64(part) / as_f64(whole) }
}

#[expect(clippy::cast_precision_loss, reason = "counts of guests and units")]
fn as_f64(count: usize) -> f64 {
    count as f64
}

/// `E[max(0, g - b)]` over a sample of gains.
struct Surplus {
    /// Gains, descending, and the sum of the first so many.
    gains: Vec<f64>,
    sums: Vec<f64>,
}

impl Surplus {
    fn of(mut gains: Vec<f64>) -> Self {
        gains.sort_unstable_by(|a, b| b.total_cmp(a));
        let sums = std::iter::once(0.0)
            .chain(gains.iter().scan(0.0, |sum, gain| {
                *sum += gain;
                Some(*sum)
            }))
            .collect();
        Self { gains, sums }
    }

    fn over(&self, price: f64) -> f64 {
        let price = price.max(0.0);
        let better = self.gains.partition_point(|gain| *gain > price);
        if better == 0 {
            return 0.0;
        }
        (self.sums[better] - price * as_f64(better)) / as_f64(self.gains.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    const GUESTS: usize = 200;
    const SUITES: u32 = 10;
    /// P(who was given a suite gives it back before arriving).
    const CANCELS: f64 = 0.2;

    /// Margin times the chance to say yes, as slates are scored: 300 euros, log-odds N(-1, 0.8²).
    fn gain(rng: &mut SplitMix64) -> f64 {
        300.0 / (1.0 + (1.0 - 0.8 * rng.normal()).exp())
    }

    /// A guest: the gain, and after how many further guests they would cancel.
    type Guest = (f64, Option<usize>);

    fn arrivals(rng: &mut SplitMix64) -> Vec<Guest> {
        let guest = |at: usize| {
            let gain = gain(rng);
            let cancels = rng.chance(CANCELS);
            let after = 1 + rng.below(GUESTS - at);
            (gain, cancels.then_some(after))
        };
        (0..GUESTS).map(guest).collect()
    }

    /// What is gained where `gives` (gain, guests to come, units left, units out) decides.
    fn run(guests: &[Guest], mut gives: impl FnMut(f64, usize, u32, u32) -> bool) -> f64 {
        let (mut left, mut out, mut total) = (SUITES, 0, 0.0);
        let mut back = vec![0_u32; guests.len() + 2];
        for (at, (gain, cancels)) in guests.iter().enumerate() {
            left += back[at];
            out -= back[at];
            if left > 0 && gives(*gain, guests.len() - 1 - at, left, out) {
                left -= 1;
                out += 1;
                match cancels {
                    Some(after) => back[(at + after).min(guests.len() + 1)] += 1,
                    None => total += gain,
                }
            }
        }
        total
    }

    /// The best that could have been done by somebody who knew all of it: suites for the ten who gain
    /// most of those who come.
    fn hindsight(guests: &[Guest]) -> f64 {
        let mut stayed: Vec<f64> =
            guests.iter().filter(|(_, cancels)| cancels.is_none()).map(|(gain, _)| *gain).collect();
        stayed.sort_unstable_by(|a, b| b.total_cmp(a));
        stayed.iter().take(SUITES as usize).sum()
    }

    /// Issue 4: ten suites, 200 arrivals one after another with cancellations, at least 95 % of the
    /// hindsight optimum. First come, first served is the control.
    #[test]
    fn ten_suites_for_200_guests_one_by_one_are_worth_95_percent_of_hindsight() {
        let mut rng = SplitMix64::new(11);
        let earlier: Vec<f64> = (0..1_000).map(|_| gain(&mut rng)).collect();
        let prices = BidPrices::new(&earlier, GUESTS, SUITES as usize * 2, CANCELS);
        let (mut online, mut greedy, mut best) = (0.0, 0.0, 0.0);
        for seed in 0..500 {
            let guests = arrivals(&mut SplitMix64::new(seed));
            online +=
                run(&guests, |gain, to_come, left, out| prices.gives(gain, to_come, left, out));
            greedy += run(&guests, |_, _, _, _| true);
            best += hindsight(&guests);
        }
        println!("online {:.4}, first come {:.4} of hindsight", online / best, greedy / best);
        assert!(online / best >= 0.95, "{}", online / best);
        assert!(greedy / best < 0.6, "{}", greedy / best);
    }

    /// By hand: gains of 1 or 3, each as likely, nobody cancels. One guest to come: V(1, 1) = 2. With
    /// two, 3 is taken and 1 is not: V(2, 1) = 2 + (3 - 2) / 2 = 2.5.
    #[test]
    fn small_cases_are_as_by_hand() {
        let prices = BidPrices::new(&[1.0, 3.0], 5, 2, 0.0);
        let is = |found: f64, expected: f64| (found - expected).abs() < 1e-12;
        assert!(is(prices.value(1, 1.0), 2.0) && is(prices.value(2, 1.0), 2.5));
        assert!(is(prices.value(2, 2.0), 4.0), "enough for all");
        assert!(is(prices.price(0, 1, 0), 0.0) && is(prices.price(1, 1, 0), 2.0));
        assert!(is(prices.price(2, 1, 0), 2.5));
        assert!(
            !prices.gives(1.0, 1, 1, 0) && prices.gives(3.0, 1, 1, 0) && prices.gives(1.0, 0, 1, 0)
        );
        assert!(!prices.gives(9.0, 0, 0, 3), "none is left");
        assert!(!prices.gives(f64::NAN, 0, 1, 0));
    }

    #[test]
    fn a_unit_is_worth_more_the_more_guests_come_and_less_the_more_units_there_are() {
        let mut rng = SplitMix64::new(3);
        let earlier: Vec<f64> = (0..300).map(|_| gain(&mut rng)).collect();
        for cancels in [0.0, 0.2, 0.5] {
            let prices = BidPrices::new(&earlier, GUESTS, 20, cancels);
            for n in 1..GUESTS {
                for left in 1..20 {
                    let here = prices.price(n, left, 0);
                    assert!(here >= prices.price(n, left + 1, 0) - 1e-9, "{n} {left}");
                    assert!(here >= prices.price(n, left, 4) - 1e-9, "some will come back");
                }
                let fewer = prices.value(n - 1, 5.0) - prices.value(n - 1, 4.0);
                assert!(prices.value(n, 5.0) - prices.value(n, 4.0) >= fewer - 1e-9);
            }
        }
    }

    #[test]
    fn nothing_known_is_worth_nothing_and_odd_numbers_harm_nobody() {
        for prices in [
            BidPrices::new(&[], 10, 2, 0.1),
            BidPrices::new(&[f64::NAN, f64::INFINITY], 10, 2, f64::NAN),
            BidPrices::new(&[1.0], 0, 0, 2.0),
        ] {
            assert!(prices.price(100, 1, 1_000).abs() < 1e-12);
            assert!(prices.gives(1.0, 9, 1, 0));
        }
    }
}
