//! The slate: exact selection probabilities over the candidates that are open, one draw a slot.
//!
//! Every slot weighs anew what is still open. Renormalising the probabilities of the first slot
//! (Plackett–Luce, algorithms 8.3) would not do with inverse-gap weighting: once the best is taken,
//! what is left had been weighed by its distance to *it*, so the second and the last are nearly
//! alike, and all slots but the first near random. Category caps and group budgets close candidates
//! *before* a draw, and diversity ([`super::diversity`]) takes off scores before it: nothing changes a
//! choice after it, or its probability would be wrong.

use super::diversity::{Kin, Likeness};
use crate::domain::decision::GroupBudget;
use crate::domain::policy::Exploration;
use crate::learn::exploration;
use crate::learn::exploration::thompson::{self, ScoreBelief};

/// What a slate is drawn from.
pub(super) struct Drawing<'a> {
    /// Scores of the candidates; where doing nothing is an action, its score stands last.
    pub scores: &'a [f64],
    /// Is the last score that of doing nothing?
    pub may_do_nothing: bool,
    /// Scores are divided by this.
    pub score_cap: f64,
    /// The policy's exploration; `None`: the best is taken, with certainty.
    pub exploration: Option<Exploration>,
    /// Labels the model has seen, for the sharpness.
    pub labels: u64,
    /// What is believed of each score; empty where the exploration does not ask.
    pub beliefs: &'a [ScoreBelief],
    /// Exponent of the propensity in the score.
    pub exponent: f64,
}

/// One drawn slot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Drawn {
    /// Place among the candidates.
    pub at: usize,
    /// P(this one | what was open).
    pub selection_probability: f64,
    /// The draw.
    pub draw: f64,
    /// Did another open one score higher?
    pub is_explored: bool,
}

/// How a slate ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum End {
    /// As many as asked for, or as there are.
    Full,
    /// Doing nothing was drawn with this probability.
    Nothing(f64),
}

/// Limits within a slate.
pub(super) struct Limits<'a> {
    /// Most slots.
    pub count: usize,
    /// Most of one category; 0: no limit.
    pub category_cap: u8,
    /// Category of each candidate.
    pub categories: &'a [u8],
    /// Group of each candidate; 0: none.
    pub groups: &'a [u32],
    /// Categories of what stands in the slate already.
    pub forced: &'a [u8],
    /// What offers are compared by, where a slate is to be diverse.
    pub likeness: Option<Likeness<'a>>,
}

impl Limits<'_> {
    /// Category and group of a candidate; doing nothing has neither.
    fn of(&self, at: usize) -> (usize, u32) {
        let category = self.categories.get(at).copied().unwrap_or(u8::MAX);
        (usize::from(category), self.groups.get(at).copied().unwrap_or(0))
    }

    /// Have those drawn so far used up what the candidate counts on?
    fn closes(&self, at: usize, per_category: &[u8; 256], budgets: &[GroupBudget]) -> bool {
        let (category, group) = self.of(at);
        let is_full = self.category_cap > 0 && per_category[category] >= self.category_cap;
        is_full || (group != 0 && budgets.iter().any(|b| b.group == group && b.left == 0))
    }
}

/// Selection probabilities of the candidates at the places `open`, which have these scores.
fn weigh(
    drawing: &Drawing<'_>,
    (open, scores): (&[usize], &[f64]),
    (buffers, probabilities): (&mut thompson::Buffers, &mut Vec<f64>),
) {
    probabilities.clear();
    probabilities.resize(scores.len(), 0.0);
    match drawing.exploration {
        Some(Exploration::InverseGap { gamma0, decisions_cap, floor }) => {
            let gamma =
                exploration::sharpness(gamma0, drawing.labels, decisions_cap) / drawing.score_cap;
            exploration::inverse_gap(scores, gamma, floor, probabilities);
        }
        Some(Exploration::EpsilonGreedy { floor } | Exploration::Optimistic { floor, .. }) => {
            exploration::greedy(scores, floor, probabilities);
        }
        Some(Exploration::Thompson { floor, .. }) => {
            let beliefs = open.iter().map(|at| drawing.beliefs[*at]);
            thompson::thompson(beliefs, drawing.exponent, floor, buffers, probabilities);
        }
        Some(Exploration::Uniform) => exploration::uniform(probabilities),
        Some(Exploration::Popular) | None => {
            if let Some(best) = exploration::best(scores) {
                probabilities[best] = 1.0;
            }
        }
    }
}

/// Selection probabilities of the first slot, doing nothing as the last where that is an action.
pub(super) fn first(drawing: &Drawing<'_>) -> Vec<f64> {
    let open: Vec<usize> = (0..drawing.scores.len()).collect();
    let mut probabilities = Vec::new();
    let buffers = (&mut thompson::Buffers::default(), &mut probabilities);
    weigh(drawing, (&open, drawing.scores), buffers);
    probabilities
}

/// Buffers of [`draw`], reused from slate to slate.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    /// Places of the candidates still open.
    open: Vec<usize>,
    /// Their scores.
    scores: Vec<f64>,
    /// Their selection probabilities.
    probabilities: Vec<f64>,
    /// What Thompson sampling computes with.
    thompson: thompson::Buffers,
    /// How alike candidates are to the slate so far.
    kin: Kin,
}

/// Draws a slate. `drawn` is called for each slot in order.
pub(super) fn draw(
    drawing: &Drawing<'_>,
    limits: &Limits<'_>,
    budgets: &mut [GroupBudget],
    buffers: &mut Buffers,
    next_unit: &mut impl FnMut() -> f64,
    mut drawn: impl FnMut(Drawn),
) -> End {
    let Buffers { open, scores, probabilities, thompson, kin } = buffers;
    if let Some(likeness) = &limits.likeness {
        kin.begin(likeness, drawing.scores);
    }
    let nothing = drawing.may_do_nothing.then(|| drawing.scores.len() - 1);
    let mut per_category = [0_u8; 256];
    for category in limits.forced {
        per_category[usize::from(*category)] += 1;
    }
    open.clear();
    open.extend(0..drawing.scores.len());
    scores.clear();
    scores.extend_from_slice(drawing.scores);
    let is_limited = limits.category_cap > 0 || !budgets.is_empty();
    for _ in 0..limits.count.min(SLOTS_MAX) {
        if is_limited {
            open.retain(|at| {
                let is_closed = limits.closes(*at, &per_category, budgets);
                Some(*at) == nothing || !is_closed
            });
            scores.clear();
            scores.extend(open.iter().map(|at| drawing.scores[*at]));
        }
        if limits.likeness.is_some() {
            scores.clear();
            scores.extend(open.iter().map(|at| kin.left(*at, drawing.scores[*at])));
        }
        weigh(drawing, (open, scores), (thompson, probabilities));
        let unit = next_unit();
        let Some(place) = exploration::draw(probabilities, unit) else { return End::Full };
        let selection_probability = probabilities[place];
        let is_explored = scores.iter().any(|score| *score > scores[place]);
        let at = open.remove(place);
        scores.remove(place);
        if Some(at) == nothing {
            return End::Nothing(selection_probability);
        }
        if let Some(likeness) = &limits.likeness {
            kin.drawn(likeness, at);
        }
        let (category, group) = limits.of(at);
        per_category[category] = per_category[category].saturating_add(1);
        budgets
            .iter_mut()
            .filter(|b| b.group == group)
            .for_each(|b| b.left = b.left.saturating_sub(1));
        drawn(Drawn { at, selection_probability, draw: unit, is_explored });
    }
    End::Full
}

/// Most slots of a placement.
pub const SLOTS_MAX: usize = 30;

#[cfg(test)]
mod tests {
    use super::*;

    fn run(
        scores: &[f64],
        exploration: Option<Exploration>,
        count: usize,
        category_cap: u8,
        units: &[f64],
    ) -> (Vec<Drawn>, End) {
        let drawing = Drawing {
            scores,
            may_do_nothing: false,
            score_cap: 1.0,
            exploration,
            labels: 0,
            beliefs: &[],
            exponent: 1.0,
        };
        let categories: Vec<u8> = [0, 1].into_iter().cycle().take(scores.len()).collect();
        let limits = Limits {
            count,
            category_cap,
            categories: &categories,
            groups: &[0; 4],
            forced: &[],
            likeness: None,
        };
        let mut units = units.iter().copied().cycle();
        let mut slate = Vec::new();
        let mut buffers = Buffers::default();
        let end =
            draw(&drawing, &limits, &mut [], &mut buffers, &mut || units.next().unwrap(), |d| {
                slate.push(d)
            });
        (slate, end)
    }

    #[test]
    fn a_slate_holds_no_offer_twice_and_logs_conditional_probabilities() {
        let (slate, _) = run(&[0.1; 4], Some(Exploration::Uniform), 4, 0, &[0.99]);
        let order: Vec<_> = slate.iter().map(|d| d.at).collect();
        assert_eq!(order, [3, 2, 1, 0]);
        let p: Vec<_> = slate.iter().map(|d| d.selection_probability).collect();
        assert!(
            p.iter().zip([0.25, 1.0 / 3.0, 0.5, 1.0]).all(|(a, b)| (a - b).abs() < 1e-12),
            "{p:?}"
        );
    }

    #[test]
    fn every_slot_weighs_anew() {
        // Sharp enough that the best that is open is nearly certain in its turn.
        let sharp = Exploration::InverseGap { gamma0: 1e6, decisions_cap: 1.0, floor: 0.0 };
        let (slate, _) = run(&[0.05, 0.04, 0.03, 0.01], Some(sharp), 4, 0, &[0.0]);
        assert_eq!(slate.iter().map(|d| d.at).collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert!(slate.iter().all(|d| d.selection_probability > 0.999), "{slate:?}");
        // The numbers of algorithms 3.4 for the first slot, and the same formula over what it left for the second.
        let known = Exploration::InverseGap { gamma0: 100.0, decisions_cap: 1.0, floor: 0.0 };
        let (slate, _) = run(&[0.05, 0.04, 0.03, 0.01], Some(known), 2, 0, &[0.0]);
        let second = 1.0 - 1.0 / (3.0 + 100.0 * 0.01) - 1.0 / (3.0 + 100.0 * 0.03);
        let p = [0, 1].map(|slot: usize| slate[slot].selection_probability);
        assert!((p[0] - 0.508_333_33).abs() < 1e-8 && (p[1] - second).abs() < 1e-12, "{p:?}");
    }

    #[test]
    fn a_category_cap_closes_before_the_draw() {
        let (slate, _) = run(&[0.4, 0.1, 0.3, 0.2], None, 4, 1, &[0.5]);
        assert_eq!(slate.iter().map(|d| d.at).collect::<Vec<_>>(), [0, 3]);
        assert!(
            slate
                .iter()
                .all(|d| (d.selection_probability - 1.0).abs() < f64::EPSILON && !d.is_explored)
        );
    }

    #[test]
    fn a_group_budget_holds_within_one_slate() {
        let drawing = Drawing {
            scores: &[0.1; 3],
            may_do_nothing: false,
            score_cap: 1.0,
            exploration: Some(Exploration::Uniform),
            labels: 0,
            beliefs: &[],
            exponent: 1.0,
        };
        let limits = Limits {
            count: 3,
            category_cap: 0,
            categories: &[0; 3],
            groups: &[7, 7, 0],
            forced: &[],
            likeness: None,
        };
        let mut budgets = [GroupBudget { group: 7, left: 1 }];
        let mut slate = Vec::new();
        draw(&drawing, &limits, &mut budgets, &mut Buffers::default(), &mut || 0.0, |d| {
            slate.push(d.at)
        });
        assert_eq!(slate, [0, 2]);
    }
}
