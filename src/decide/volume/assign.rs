//! Scarce offers given to the guests for whom they are worth most: the exact optimum of a transport
//! problem with few sinks.
//!
//! Guests come one by one. Each comes in along the best augmenting path: it takes a unit of one
//! resource, whose holder moves on to another resource, and so on, until somebody takes a unit that
//! is free or goes without. Paths run over resources, of which there are few, and not over guests;
//! the best guest to move from one resource to another is the top of a heap. As each guest comes in
//! along a longest path, no cycle of moves ever gains, and the plan of the guests so far is the best
//! there is (successive shortest paths; Ahuja, Magnanti, Orlin, *Network Flows*, 1993, 9.7).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// What is gained must be above this, so that rounding moves nobody.
const GAIN_MIN: f64 = 1e-12;

/// A plan: who gets what, and what one more unit would be worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// For each guest the resource it gets a unit of; `None`: none.
    pub given: Vec<Option<usize>>,
    /// For each resource how much one more unit would add to the total gain: its bid price. 0 where
    /// units are left.
    pub bid_prices: Vec<f64>,
    /// Total gain.
    pub gain: f64,
}

/// The best plan: at most one unit for each guest, at most `units[k]` of resource `k`, the sum of
/// gains as great as it can be. `gains[g * units.len() + k]` is what guest `g` gains by a unit of
/// `k` over going without; what is not above 0, or not a number, is never given.
///
/// Takes time in proportion to guests × resources × (resources + log guests) at most.
pub fn assign(gains: &[f64], units: &[u32]) -> Plan {
    let mut state = State::new(gains, units);
    for guest in 0..state.guests() {
        state.bring_in(guest);
    }
    state.finish()
}

/// A move that a guest could make, as a heap sees it: the greatest gain first, then the first guest.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Move {
    gain: f64,
    guest: usize,
}

impl Eq for Move {}

impl PartialOrd for Move {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Move {
    fn cmp(&self, other: &Self) -> Ordering {
        self.gain.total_cmp(&other.gain).then(other.guest.cmp(&self.guest))
    }
}

struct State<'a> {
    gains: &'a [f64],
    left: Vec<u32>,
    given: Vec<Option<usize>>,
    /// Heap `from * (n + 1) + to`: holders of `from` by what their move to `to` gains. `to == n` is
    /// going without, and so is `from == n`. Entries of guests that have moved on are dropped when
    /// they come up.
    moves: Vec<BinaryHeap<Move>>,
}

impl<'a> State<'a> {
    fn new(gains: &'a [f64], units: &[u32]) -> Self {
        let n = units.len();
        let guests = gains.len().checked_div(n).unwrap_or(0);
        let moves = (0..(n + 1) * (n + 1)).map(|_| BinaryHeap::new()).collect();
        Self { gains, left: units.to_vec(), given: vec![None; guests], moves }
    }

    fn resources(&self) -> usize {
        self.left.len()
    }

    fn guests(&self) -> usize {
        self.given.len()
    }

    /// What a guest has of a resource; `resources()` is going without.
    fn worth(&self, guest: usize, resource: usize) -> f64 {
        let n = self.resources();
        if resource == n {
            return 0.0;
        }
        let gain = self.gains[guest * n + resource];
        if gain > GAIN_MIN { gain } else { f64::NEG_INFINITY }
    }

    fn place_of(&self, guest: usize) -> usize {
        self.given[guest].unwrap_or(self.resources())
    }

    /// Puts a guest at a place, and every move from there on the heaps.
    fn put(&mut self, guest: usize, place: usize) {
        let n = self.resources();
        self.given[guest] = (place < n).then_some(place);
        let here = self.worth(guest, place);
        for to in (0..=n).filter(|to| *to != place) {
            let gain = self.worth(guest, to) - here;
            if gain > f64::NEG_INFINITY {
                self.moves[place * (n + 1) + to].push(Move { gain, guest });
            }
        }
    }

    /// The best move from one place to another.
    fn best(&mut self, from: usize, to: usize) -> Option<Move> {
        let at = from * (self.resources() + 1) + to;
        while let Some(top) = self.moves[at].peek().copied() {
            if self.place_of(top.guest) == from {
                return Some(top);
            }
            self.moves[at].pop();
        }
        None
    }

    /// Takes a guest in along the path that gains most.
    fn bring_in(&mut self, guest: usize) {
        let n = self.resources();
        // To begin with the guest stands at a place itself, whatever that place has room for.
        let mut reached: Vec<f64> = (0..=n).map(|place| self.worth(guest, place)).collect();
        let mut before: Vec<Option<(usize, usize)>> = vec![None; n + 1];
        self.relax(&mut reached, &mut before);
        let ends = (0..=n).filter(|place| *place == n || self.left[*place] > 0);
        let end = ends.fold(n, |best, place| {
            let is_better = reached[place] > reached[best] + GAIN_MIN;
            if is_better { place } else { best }
        });
        if end < n {
            self.left[end] -= 1;
        }
        let mut place = end;
        while let Some((from, mover)) = before[place] {
            self.put(mover, place);
            place = from;
        }
        self.put(guest, place);
    }

    /// Longest paths from what is reached (Bellman and Ford). No cycle gains, so that a path visits a
    /// place once. Going without has room for all: nobody need move on from there.
    fn relax(&mut self, reached: &mut [f64], before: &mut [Option<(usize, usize)>]) {
        let n = self.resources();
        for _ in 0..n {
            let mut has_changed = false;
            for from in 0..n {
                if self.left[from] > 0 || reached[from] == f64::NEG_INFINITY {
                    continue;
                }
                for to in (0..=n).filter(|to| *to != from) {
                    let Some(best) = self.best(from, to) else { continue };
                    let gain = reached[from] + best.gain;
                    if gain > reached[to] + GAIN_MIN && !leads_from(before, from, to) {
                        (reached[to], before[to]) = (gain, Some((from, best.guest)));
                        has_changed = true;
                    }
                }
            }
            if !has_changed {
                return;
            }
        }
    }

    fn finish(mut self) -> Plan {
        let bid_prices = (0..self.resources()).map(|resource| self.bid_price(resource)).collect();
        let gains = self.given.iter().enumerate();
        let gain = gains.filter_map(|(guest, k)| Some(self.worth(guest, (*k)?))).sum();
        Plan { given: self.given, bid_prices, gain }
    }

    /// What one more unit adds: the longest path of moves that ends in it, from anywhere.
    fn bid_price(&mut self, resource: usize) -> f64 {
        let n = self.resources();
        if self.left[resource] > 0 {
            return 0.0;
        }
        // What a free unit at a place is worth, found backwards.
        let mut worth = vec![f64::NEG_INFINITY; n + 1];
        worth[resource] = 0.0;
        for _ in 0..=n {
            let mut has_changed = false;
            for to in 0..n {
                if worth[to] == f64::NEG_INFINITY {
                    continue;
                }
                for from in (0..=n).filter(|from| *from != to) {
                    let Some(best) = self.best(from, to) else { continue };
                    if worth[to] + best.gain > worth[from] + GAIN_MIN {
                        worth[from] = worth[to] + best.gain;
                        has_changed = true;
                    }
                }
            }
            if !has_changed {
                break;
            }
        }
        worth.into_iter().fold(0.0, f64::max)
    }
}

/// Does the path to `place` lead over `over`?
fn leads_from(before: &[Option<(usize, usize)>], mut place: usize, over: usize) -> bool {
    while let Some((from, _)) = before[place] {
        if from == over {
            return true;
        }
        place = from;
    }
    place == over
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The best total over all plans, by trying every number of units used, guest after guest.
    fn by_table(gains: &[f64], units: [u32; 2]) -> f64 {
        let size = [units[0] as usize + 1, units[1] as usize + 1];
        let mut best = vec![f64::NEG_INFINITY; size[0] * size[1]];
        best[0] = 0.0;
        for gain in gains.chunks_exact(2) {
            for a in (0..size[0]).rev() {
                for b in (0..size[1]).rev() {
                    let here = a * size[1] + b;
                    if a > 0 && gain[0] > 0.0 {
                        best[here] = best[here].max(best[here - size[1]] + gain[0]);
                    }
                    if b > 0 && gain[1] > 0.0 {
                        best[here] = best[here].max(best[here - 1] + gain[1]);
                    }
                }
            }
        }
        best.into_iter().fold(0.0, f64::max)
    }

    fn by_trying(gains: &[f64], units: &mut [u32], guest: usize) -> f64 {
        let n = units.len();
        if guest * n >= gains.len() {
            return 0.0;
        }
        let mut best = by_trying(gains, units, guest + 1);
        for k in 0..n {
            let gain = gains[guest * n + k];
            if units[k] > 0 && gain > 0.0 {
                units[k] -= 1;
                best = best.max(gain + by_trying(gains, units, guest + 1));
                units[k] += 1;
            }
        }
        best
    }

    fn check(gains: &[f64], units: &[u32]) -> Plan {
        let plan = assign(gains, units);
        let mut used = vec![0; units.len()];
        let mut total = 0.0;
        for (guest, given) in plan.given.iter().enumerate() {
            if let Some(k) = given {
                used[*k] += 1;
                total += gains[guest * units.len() + k];
            }
        }
        assert!(used.iter().zip(units).all(|(used, units)| used <= units), "{used:?}");
        assert!((total - plan.gain).abs() < 1e-9);
        plan
    }

    proptest! {
        #[test]
        fn the_plan_is_the_best_there_is(
            gains in prop::collection::vec(-2_i32..9, 0..21),
            units in prop::collection::vec(0_u32..3, 3),
        ) {
            let gains: Vec<f64> = gains.chunks_exact(3).flatten().map(|g| f64::from(*g)).collect();
            let plan = check(&gains, &units);
            let best = by_trying(&gains, &mut units.clone(), 0);
            prop_assert!((plan.gain - best).abs() < 1e-9, "{} of {best}", plan.gain);
            for (k, bid_price) in plan.bid_prices.iter().enumerate() {
                let mut more = units.clone();
                more[k] += 1;
                let added = by_trying(&gains, &mut more, 0) - best;
                prop_assert!((bid_price - added).abs() < 1e-9, "{k}: {bid_price}, not {added}");
            }
        }

        /// 200 guests who arrive, 10 suites and 6 dinners.
        #[test]
        fn ten_suites_go_where_they_are_worth_most(seed in any::<u64>()) {
            let mut rng = crate::sys::rng::SplitMix64::new(seed);
            let gains: Vec<f64> = (0..400).map(|_| rng.normal() * 40.0 + 10.0).collect();
            let plan = check(&gains, &[10, 6]);
            let best = by_table(&gains, [10, 6]);
            prop_assert!((plan.gain - best).abs() < 1e-6 * best, "{} of {best}", plan.gain);
        }
    }

    #[test]
    fn what_gains_nothing_is_not_given() {
        let plan = check(&[0.0, f64::NAN, -1.0, f64::NEG_INFINITY, 2.0, 1.0], &[3]);
        assert_eq!(plan.given, [None, None, None, None, Some(0), Some(0)]);
        assert_eq!(plan.bid_prices, [0.0]);
        assert_eq!(assign(&[], &[]).given, []);
    }

    /// Whoever comes later and is worth more moves an earlier guest to their second best.
    #[test]
    fn a_guest_moves_on_where_all_gain_by_it() {
        let plan = check(&[5.0, 4.0, 9.0, 1.0], &[1, 1]);
        assert_eq!(plan.given, [Some(1), Some(0)]);
        assert!((plan.bid_prices[0] - 1.0).abs() < 1e-12, "{:?}", plan.bid_prices);
    }
}
