//! How well a model foresees what was held back, beside ranking by popularity.
//!
//! A model gives every offer a score for a guest; offers the guest knows are left out; the rest are
//! ranked by score, ties by ascending number, what is not a number last. With `h` offers held and a
//! list of `k`:
//!
//! - recall `= hits / min(k, h)` (Liang et al., "Variational autoencoders for collaborative
//!   filtering", WWW 2018)
//! - NDCG `= Σ_{hits} 1/log₂(rank + 1) / Σ_{r ≤ min(k, h)} 1/log₂(r + 1)` (Järvelin and Kekäläinen
//!   2002)
//! - hit rate: 1 if there is any hit
//! - coverage: share of all offers that are in anybody's list

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use super::csr::{Csr, Row};
use super::holdout::Case;
use super::parallel::for_each_chunk;

/// Measures of one model at one length of list, each the mean over cases.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtLength {
    /// Share of what could be found that was found.
    pub recall: f64,
    /// Standard error of the mean recall.
    pub recall_error: f64,
    /// The same, the more the higher it was ranked.
    pub ndcg: f64,
    /// Standard error of the mean NDCG.
    pub ndcg_error: f64,
    /// Share of cases with a hit.
    pub hit_rate: f64,
    /// Share of all offers that are in a list.
    pub coverage: f64,
}

/// Measures of one model, by length of list.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Cases measured with.
    pub cases: usize,
    /// By length of list.
    pub at: BTreeMap<usize, AtLength>,
}

/// Models measured with the same cases.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// How the cases were made, in words.
    pub protocol: String,
    /// Ranking by the number of guests of an offer: what any model must beat.
    pub popularity: Metrics,
    /// Each model by its name.
    pub models: BTreeMap<String, Metrics>,
}

impl Report {
    /// A report with popularity, and no other model so far.
    pub fn new(protocol: &str, train: &Csr, cases: &[Case], lengths: &[usize]) -> Self {
        let scores = popularity(train);
        let score = |_: Row<'_>, out: &mut [f64]| out.copy_from_slice(&scores);
        Self {
            protocol: protocol.to_owned(),
            popularity: measure(cases, train.width(), lengths, NonZeroUsize::MIN, score),
            models: BTreeMap::new(),
        }
    }
}

/// The number of guests of each offer.
pub fn popularity(by_guest: &Csr) -> Vec<f64> {
    let mut counts = vec![0.0; by_guest.width()];
    for row in by_guest.rows() {
        row.columns.iter().for_each(|offer| counts[*offer as usize] += 1.0);
    }
    counts
}

/// Measures a model on cases. `score` fills one score for each of `offers` offers from what is
/// known of a guest; what was in its place before is of no meaning. Lists longer than there are
/// offers are as long as there are.
pub fn measure(
    cases: &[Case],
    offers: usize,
    lengths: &[usize],
    threads: NonZeroUsize,
    score: impl Fn(Row<'_>, &mut [f64]) + Sync,
) -> Metrics {
    let longest = lengths.iter().copied().max().unwrap_or(0);
    let mut lists = vec![Vec::new(); cases.len()];
    let scratch = || vec![0.0; offers];
    for_each_chunk(threads, &mut lists, 64, scratch, |scores, chunk, lists| {
        for (list, case) in lists.iter_mut().zip(&cases[chunk * 64..]) {
            score(case.row(), scores);
            *list = top(scores, &case.known, longest);
        }
    });
    let at = lengths.iter().map(|k| (*k, at_length(cases, &lists, offers, *k))).collect();
    Metrics { cases: cases.len(), at }
}

/// The `k` best offers by score, best first, without those known (ascending).
pub fn top(scores: &[f64], known: &[u32], k: usize) -> Vec<u32> {
    let mut known = known.iter().peekable();
    let mut ranked: Vec<(f64, u32)> = Vec::with_capacity(scores.len());
    for (score, offer) in scores.iter().zip(0_u32..) {
        if known.next_if(|next| **next == offer).is_none() {
            ranked.push((if score.is_nan() { f64::NEG_INFINITY } else { *score }, offer));
        }
    }
    let order = |a: &(f64, u32), b: &(f64, u32)| {
        b.0.partial_cmp(&a.0).unwrap_or(std::cmp::Ordering::Equal).then(a.1.cmp(&b.1))
    };
    if k < ranked.len() {
        ranked.select_nth_unstable_by(k, order);
        ranked.truncate(k);
    }
    ranked.sort_unstable_by(order);
    ranked.into_iter().map(|(_, offer)| offer).collect()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of cases and offers")]
fn at_length(cases: &[Case], lists: &[Vec<u32>], offers: usize, k: usize) -> AtLength {
    let mut listed = vec![false; offers];
    let (mut recalls, mut ndcgs, mut hit) = (Sum::default(), Sum::default(), 0.0);
    for (case, list) in cases.iter().zip(lists) {
        let list = &list[..k.min(list.len())];
        let (mut hits, mut gain) = (0.0, 0.0);
        for (offer, rank) in list.iter().zip(1..) {
            listed[*offer as usize] = true;
            if case.held.binary_search(offer).is_ok() {
                hits += 1.0;
                gain += discount(rank);
            }
        }
        let most = k.min(case.held.len());
        let ideal: f64 = (1..=most).map(discount).sum();
        recalls.add(if most == 0 { 0.0 } else { hits / most as f64 });
        ndcgs.add(if most == 0 { 0.0 } else { gain / ideal });
        hit += f64::from(u8::from(hits > 0.0));
    }
    let share = |part: f64, of: usize| if of == 0 { 0.0 } else { part / of as f64 };
    AtLength {
        recall: recalls.mean(),
        recall_error: recalls.error(),
        ndcg: ndcgs.mean(),
        ndcg_error: ndcgs.error(),
        hit_rate: share(hit, cases.len()),
        coverage: share(listed.iter().filter(|is| **is).count() as f64, offers),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rank")]
fn discount(rank: usize) -> f64 {
    1.0 / libm::log2(rank as f64 + 1.0)
}

/// Mean and standard error of numbers in [0, 1].
#[derive(Default)]
struct Sum {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Sum {
    fn add(&mut self, x: f64) {
        self.count += 1.0;
        self.sum += x;
        self.squares += x * x;
    }

    fn mean(&self) -> f64 {
        self.sum / self.count.max(1.0)
    }

    fn error(&self) -> f64 {
        let variance = self.squares / self.count.max(1.0) - self.mean() * self.mean();
        (variance.max(0.0) / (self.count - 1.0).max(1.0)).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(known: &[u32], held: &[u32]) -> Case {
        Case { known: known.to_vec(), weights: vec![1.0; known.len()], held: held.to_vec() }
    }

    #[test]
    fn ties_go_to_the_lower_number_and_known_offers_are_left_out() {
        let scores = [1.0, 2.0, f64::NAN, 2.0, 0.0, 2.0];
        assert_eq!(top(&scores, &[1], 3), [3, 5, 0]);
        assert_eq!(top(&scores, &[], 99), [1, 3, 5, 0, 4, 2]);
        assert_eq!(top(&[-0.0, 0.0], &[], 2), [0, 1], "zeros are equal");
        assert!(top(&scores, &[], 0).is_empty());
    }

    #[test]
    fn measures_are_what_their_definitions_say() {
        let cases = [case(&[0], &[2, 4]), case(&[5], &[1])];
        let scores = [9.0, 8.0, 7.0, 6.0, 5.0, 4.0];
        let score = |_: Row<'_>, out: &mut [f64]| out.copy_from_slice(&scores);
        let metrics = measure(&cases, 6, &[1, 2, 4], NonZeroUsize::MIN, score);
        // Lists: 1, 2, 3, 4 and 0, 1, 2, 3.
        let at = |k: usize| metrics.at[&k];
        let log = |x: f64| 1.0 / x.log2();
        assert!(at(1).recall.abs() < 1e-15 && at(1).hit_rate.abs() < 1e-15);
        assert!((at(2).recall - (0.5 + 1.0) / 2.0).abs() < 1e-15);
        let ndcg = (log(3.0) / (1.0 + log(3.0)) + log(3.0)) / 2.0;
        assert!((at(2).ndcg - ndcg).abs() < 1e-15);
        let ndcg = ((log(3.0) + log(5.0)) / (1.0 + log(3.0)) + log(3.0)) / 2.0;
        assert!((at(4).ndcg - ndcg).abs() < 1e-15);
        assert!((at(4).recall - 1.0).abs() < 1e-15 && (at(4).hit_rate - 1.0).abs() < 1e-15);
        assert!((at(2).coverage - 0.5).abs() < 1e-15 && (at(4).coverage - 5.0 / 6.0).abs() < 1e-15);
        assert!((at(2).recall_error - 0.25).abs() < 1e-15);
        assert_eq!(metrics.cases, 2);
        // More held than a list is long: a list of hits is all that can be had.
        let full = measure(&[case(&[0], &[1, 2, 3])], 6, &[2], NonZeroUsize::MIN, score).at[&2];
        assert!((full.recall - 1.0).abs() < 1e-15 && (full.ndcg - 1.0).abs() < 1e-15, "{full:?}");
    }

    #[test]
    fn any_number_of_threads_measures_alike_and_no_case_measures_zero() {
        let cases: Vec<Case> = (0..500).map(|at| case(&[at % 7], &[7 + at % 11])).collect();
        let score = |row: Row<'_>, out: &mut [f64]| {
            for (at, x) in (0_u32..).zip(out) {
                *x = f64::from((at * 7 + row.columns[0] * 13) % 17);
            }
        };
        let on = |threads| measure(&cases, 20, &[3, 5], NonZeroUsize::new(threads).unwrap(), score);
        assert_eq!(on(1), on(3));
        let none = measure(&[], 20, &[3], NonZeroUsize::MIN, score);
        assert_eq!(none.at[&3], AtLength::default());
    }

    #[test]
    fn popularity_stands_in_every_report_and_a_report_is_read_back() {
        let train = Csr::from_sorted(2, 3, [(0, 1, 5.0), (1, 1, 1.0), (1, 2, 1.0)]);
        let counted: Vec<u64> = popularity(&train).into_iter().map(f64::to_bits).collect();
        assert_eq!(counted, [0.0, 2.0, 1.0].map(f64::to_bits), "guests, not weights");
        let report = Report::new("by hand", &train, &[case(&[0], &[1])], &[1]);
        assert!((report.popularity.at[&1].recall - 1.0).abs() < 1e-15);
        let json = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    }
}
