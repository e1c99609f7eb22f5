//! Keeps count during a run.

use std::collections::BTreeSet;
use std::time::Duration;

use hdrhistogram::Histogram;

use super::figures::{Arm, ArmScores, LastDays, Score};

/// Sums of chances by the hidden truth, on a sample.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Truth {
    /// Propositions.
    pub(super) count: f64,
    /// Of the best list.
    pub(super) oracle: f64,
    /// Of the list shown.
    pub(super) shown: f64,
}

impl Truth {
    /// Mean chance of the best list.
    pub(super) fn oracle_rate(self) -> f64 {
        self.oracle / self.count.max(1.0)
    }

    /// Mean chance of the lists shown.
    pub(super) fn shown_rate(self) -> f64 {
        self.shown / self.count.max(1.0)
    }

    fn add(&mut self, oracle: f64, shown: f64) {
        self.count += 1.0;
        self.oracle += oracle;
        self.shown += shown;
    }
}

/// Counts of a day.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct DayCounts {
    arms: [Score; 3],
    truth: Truth,
}

/// The counts of a run.
#[derive(Debug)]
pub(super) struct Tally {
    people: Vec<(Arm, Score)>,
    /// People who are kept from personalization: they count for no arm.
    held_out: BTreeSet<usize>,
    days: Vec<DayCounts>,
    truth: Truth,
    popular_truth: Truth,
    /// Times of plain calls, in microseconds: all, and of the day.
    waits: Histogram<u32>,
    waits_today: Histogram<u32>,
    /// Decisions made.
    pub(super) decisions: u64,
    /// Events written.
    pub(super) events: u64,
}

/// Longest wait told apart, in microseconds.
const WAIT_MAX: u64 = 60_000_000;

impl Tally {
    /// Nothing counted yet, of guests in these arms.
    pub(super) fn new(arms: impl Iterator<Item = Arm>) -> Self {
        let waits = || {
            Histogram::new_with_bounds(1, WAIT_MAX, 3)
                .unwrap_or_else(|_| unreachable!("fixed bounds are valid"))
        };
        Self {
            people: arms.map(|arm| (arm, Score::default())).collect(),
            held_out: BTreeSet::new(),
            days: vec![DayCounts::default()],
            truth: Truth::default(),
            popular_truth: Truth::default(),
            waits: waits(),
            waits_today: waits(),
            decisions: 0,
            events: 0,
        }
    }

    /// A decision was made. Calls with the full view do more and are left out of the times.
    pub(super) fn decided(&mut self, waited: Duration, is_full: bool) {
        self.decisions += 1;
        if !is_full {
            let micros = u64::try_from(waited.as_micros()).unwrap_or(WAIT_MAX).clamp(1, WAIT_MAX);
            self.waits.saturating_record(micros);
            self.waits_today.saturating_record(micros);
        }
    }

    /// A guest is kept from personalization.
    pub(super) fn hold_out(&mut self, person: usize) {
        self.held_out.insert(person);
    }

    /// Is a guest kept from it?
    pub(super) fn is_held_out(&self, person: usize) -> bool {
        self.held_out.contains(&person)
    }

    /// A guest was shown a list.
    pub(super) fn shown(&mut self, person: usize, is_accepted: bool) {
        if self.is_held_out(person) {
            return;
        }
        let score = Score { shown: 1, accepted: u32::from(is_accepted) };
        let Some((arm, own)) = self.people.get_mut(person) else { return };
        own.add(score);
        let arm = *arm;
        if let Some(day) = self.days.last_mut() {
            day.arms[arm as usize].add(score);
        }
    }

    /// How many lists a guest was shown.
    pub(super) fn shown_to(&self, person: usize) -> u32 {
        self.people.get(person).map_or(0, |(_, score)| score.shown)
    }

    /// What the hidden truth says of a list shown by an arm, and of the best one.
    pub(super) fn known(&mut self, arm: Arm, oracle: f64, shown: f64) {
        if arm == Arm::Popular {
            self.popular_truth.add(oracle, shown);
        }
        if arm != Arm::Personalized {
            return;
        }
        self.truth.add(oracle, shown);
        if let Some(day) = self.days.last_mut() {
            day.truth.add(oracle, shown);
        }
    }

    /// A new day begins.
    pub(super) fn next_day(&mut self) {
        self.days.push(DayCounts::default());
        self.waits_today.reset();
    }

    /// The guests of an arm who were shown something.
    pub(super) fn arm(&self, arm: Arm) -> ArmScores {
        let of_arm = self.people.iter().filter(|(a, score)| *a == arm && score.shown > 0);
        ArmScores { guests: of_arm.map(|(_, score)| *score).collect() }
    }

    /// Truth of the most-popular arm's lists over the whole run.
    pub(super) fn popular_truth(&self) -> Truth {
        self.popular_truth
    }

    /// Truth of the personalized arm's lists over the whole run.
    pub(super) fn truth(&self) -> Truth {
        self.truth
    }

    /// Rates of the last days.
    pub(super) fn last_days(&self, days: usize) -> LastDays {
        let from = self.days.len().saturating_sub(days);
        let mut arms = [Score::default(); 3];
        let mut truth = Truth::default();
        for day in self.days.get(from..).unwrap_or_default() {
            arms.iter_mut().zip(day.arms).for_each(|(sum, score)| sum.add(score));
            truth.count += day.truth.count;
            truth.oracle += day.truth.oracle;
        }
        LastDays {
            accept_rate: arms[Arm::Personalized as usize].rate(),
            accept_rate_random: arms[Arm::Random as usize].rate(),
            accept_rate_popular: arms[Arm::Popular as usize].rate(),
            accept_rate_oracle: truth.oracle_rate(),
        }
    }

    /// A quantile of the times of a decision, in milliseconds: of the whole run, or of today.
    #[expect(clippy::cast_precision_loss, reason = "below a minute")]
    pub(super) fn wait_ms(&self, quantile: f64, is_today: bool) -> f64 {
        let waits = if is_today { &self.waits_today } else { &self.waits };
        waits.value_at_quantile(quantile) as f64 / 1_000.0
    }
}
