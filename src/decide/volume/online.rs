//! Scarce offers for guests who come one after another: a unit goes to whoever gains at least what it
//! will be worth to those still to come, its bid price.
//!
//! With `n` guests to come and `u` units, `V(n, u) = V(n-1, u) + E[max(0, g - b)]` where
//! `b = V(n-1, u) - V(n-1, u-1)` is the bid price and `g` the gain of the next guest (Talluri and van
//! Ryzin, *The Theory and Practice of Revenue Management*, 2004, 2.5; the multi-secretary problem).
//! A guest who is shown a unit takes it with a probability `w` only, and pays with so much of its price:
//! the surplus is `E[max(0, g - w b)]`. The distribution of gains is a sample of earlier guests. Units
//! that guests have may come back: those expected to count as units already, in parts; and who takes one
//! takes it for as much of the time as it is expected to stay away.

use crate::learn::rationing::Asked;

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
    /// Prices for up to `guests` guests to come and up to `units` units. `asked`: what earlier guests
    /// would have gained, in any order, not positive for those who would not have; `cancels`:
    /// P(a unit that was given comes back before the end), 0 to 1. Without gains everything is worth
    /// nothing. Takes time in proportion to guests × units × log gains.
    pub fn new(asked: &[Asked], guests: usize, units: usize, cancels: f64) -> Self {
        let cancels = if cancels.is_finite() { cancels.clamp(0.0, 1.0) } else { 0.0 };
        // A gain counts if the unit stays.
        let kept = asked.iter().map(|a| Asked { gain: a.gain * (1.0 - cancels), ..*a });
        let surplus = Surplus::of(kept);
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
    /// one, `left` units on the shelf and `out` units that guests have and may give back. More guests or
    /// units than there are prices for are taken for fewer of both: what counts is how many there are for
    /// each unit.
    pub fn price(&self, to_come: f64, left: u32, out: u32) -> f64 {
        let fold = (to_come / as_f64(self.guests.max(1)))
            .max(f64::from(left) / as_f64((self.columns - 1).max(1)))
            .max(1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
        let n = ((to_come.max(0.0) / fold).round() as usize).min(self.guests);
        let back = f64::from(out) * self.comes_back(n);
        let units = (f64::from(left) + back) / fold;
        let now = self.value(n, units) - self.value(n, units - 1.0);
        let kept = 1.0 - self.cancels;
        if kept <= 0.0 { 0.0 } else { now * keeps(self.cancels, n, self.guests) / kept }
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

/// `E[max(0, g - w b)]` over a sample.
struct Surplus {
    /// Gains by the unit, descending.
    returns: Vec<f64>,
    /// Sums of gains and of take-ups of the first so many.
    sums: Vec<(f64, f64)>,
    guests: usize,
}

impl Surplus {
    fn of(asked: impl Iterator<Item = Asked>) -> Self {
        let finite: Vec<Asked> =
            asked.filter(|a| a.gain.is_finite() && a.take_up.is_finite()).collect();
        let guests = finite.len();
        // Who would not gain, or takes nothing, still is one of so many.
        let mut rows: Vec<Asked> =
            finite.into_iter().filter(|a| a.gain > 0.0 && a.take_up > 0.0).collect();
        rows.sort_unstable_by(|a, b| (b.gain / b.take_up).total_cmp(&(a.gain / a.take_up)));
        let mut sums = vec![(0.0, 0.0)];
        let mut sum = (0.0, 0.0);
        for row in &rows {
            sum = (sum.0 + row.gain, sum.1 + row.take_up);
            sums.push(sum);
        }
        let returns = rows.iter().map(|row| row.gain / row.take_up).collect();
        Self { returns, sums, guests }
    }

    fn over(&self, price: f64) -> f64 {
        let price = price.max(0.0);
        let better = self.returns.partition_point(|gain| *gain > price);
        if better == 0 {
            return 0.0;
        }
        let (gains, take_up) = self.sums[better];
        (gains - price * take_up) / as_f64(self.guests)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    /// Guests who take whatever they are given.
    fn takers(gains: &[f64]) -> Vec<Asked> {
        gains.iter().map(|gain| Asked { gain: *gain, take_up: 1.0 }).collect()
    }

    impl BidPrices {
        /// Is a gain worth a unit? Never where none is left.
        fn gives(&self, gain: f64, to_come: usize, left: u32, out: u32) -> bool {
            left > 0 && gain > 0.0 && gain >= self.price(as_f64(to_come), left, out)
        }
    }

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
        let prices = BidPrices::new(&takers(&earlier), GUESTS, SUITES as usize * 2, CANCELS);
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
        let prices = BidPrices::new(&takers(&[1.0, 3.0]), 5, 2, 0.0);
        let is = |found: f64, expected: f64| (found - expected).abs() < 1e-12;
        assert!(is(prices.value(1, 1.0), 2.0) && is(prices.value(2, 1.0), 2.5));
        assert!(is(prices.value(2, 2.0), 4.0), "enough for all");
        assert!(is(prices.price(0.0, 1, 0), 0.0) && is(prices.price(1.0, 1, 0), 2.0));
        assert!(is(prices.price(2.0, 1, 0), 2.5));
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
            let prices = BidPrices::new(&takers(&earlier), GUESTS, 20, cancels);
            for n in 1..GUESTS {
                for left in 1..20 {
                    let n = as_f64(n);
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
            BidPrices::new(&takers(&[f64::NAN, f64::INFINITY]), 10, 2, f64::NAN),
            BidPrices::new(&takers(&[1.0]), 0, 0, 2.0),
        ] {
            assert!(prices.price(100.0, 1, 1_000).abs() < 1e-12);
            assert!(prices.gives(1.0, 9, 1, 0));
        }
    }

    /// Guests who say yes with a chance of their own, to something of a worth of their own: a unit is used
    /// by who says yes. Shown to whoever comes first, it is used by those to whom it is worth less.
    #[test]
    fn who_may_decline_pays_with_their_chance_to_take() {
        let guest = |rng: &mut SplitMix64| {
            let take_up = 0.1 + 0.8 * rng.unit();
            (take_up, 100.0 * (-2.0 * (1.0 - rng.unit()).ln()).sqrt())
        };
        let mut rng = SplitMix64::new(5);
        let asked = |(take_up, worth): (f64, f64)| Asked { gain: take_up * worth, take_up };
        let earlier: Vec<Asked> = (0..1_000).map(|_| asked(guest(&mut rng))).collect();
        let prices = BidPrices::new(&earlier, GUESTS, 20, 0.0);
        let (mut online, mut greedy, mut by_gain, mut best) = (0.0, 0.0, 0.0, 0.0);
        for seed in 0..300 {
            let mut rng = SplitMix64::new(seed);
            let guests: Vec<(f64, f64, bool)> = (0..GUESTS)
                .map(|_| {
                    let (take_up, worth) = guest(&mut rng);
                    (take_up, worth, rng.chance(take_up))
                })
                .collect();
            let run = |shows: &dyn Fn(Asked, usize, u32) -> bool| {
                let (mut left, mut total) = (SUITES, 0.0);
                for (at, (take_up, worth, says_yes)) in guests.iter().enumerate() {
                    let asked = asked((*take_up, *worth));
                    if left > 0 && shows(asked, GUESTS - 1 - at, left) && *says_yes {
                        left -= 1;
                        total += worth;
                    }
                }
                total
            };
            online += run(&|a, n, left| a.gain >= a.take_up * prices.price(as_f64(n), left, 0));
            by_gain += run(&|a, n, left| a.gain >= prices.price(as_f64(n), left, 0));
            greedy += run(&|_, _, _| true);
            let mut yes: Vec<f64> = guests.iter().filter(|g| g.2).map(|g| g.1).collect();
            yes.sort_unstable_by(|a, b| b.total_cmp(a));
            best += yes.iter().take(SUITES as usize).sum::<f64>();
        }
        println!("{:.3} {:.3} {:.3}", online / best, by_gain / best, greedy / best);
        assert!(online / best >= 0.94, "{}", online / best);
        assert!(by_gain < online && greedy / best < 0.6, "{by_gain} {online} {greedy} {best}");
    }

    /// More guests than there are rows for, and more units than columns, are as fewer of both.
    #[test]
    fn prices_go_on_beyond_the_table() {
        let mut rng = SplitMix64::new(3);
        let earlier: Vec<f64> = (0..300).map(|_| gain(&mut rng)).collect();
        let small = BidPrices::new(&takers(&earlier), 200, 20, 0.1);
        let large = BidPrices::new(&takers(&earlier), 800, 80, 0.1);
        for (guests, units) in [(400.0, 20), (800.0, 40), (600.0, 60), (300.0, 75)] {
            let (few, many) = (small.price(guests, units, 0), large.price(guests, units, 0));
            assert!((few - many).abs() < 0.06 * many, "{guests} {units}: {few} {many}");
        }
    }
}
