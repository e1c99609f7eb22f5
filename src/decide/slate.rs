//! The slate: exact selection probabilities over the candidates, then one draw a slot, without replacement.
//!
//! Slot 1 is drawn from the policy's probabilities; each further slot from the same, among what is
//! still open, renormalised
//! (Plackett–Luce; algorithms 8.3). Category caps and group budgets close candidates *before* a
//! draw: nothing changes a
//! choice after it, or its probability would be wrong.

use crate::domain::policy::Exploration;
use crate::learn::exploration;

use super::caps::GroupBudget;

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
    pub category: &'a dyn Fn(usize) -> u8,
    /// Group of each candidate.
    pub group: &'a dyn Fn(usize) -> u32,
}

/// Fills `probabilities` with those of the first slot.
pub(super) fn first_slot(drawing: &Drawing<'_>, probabilities: &mut Vec<f64>) {
    probabilities.clear();
    probabilities.resize(drawing.scores.len(), 0.0);
    match drawing.exploration {
        Some(Exploration::InverseGap { gamma0, decisions_cap, floor }) => {
            let gamma =
                exploration::sharpness(gamma0, drawing.labels, decisions_cap) / drawing.score_cap;
            exploration::inverse_gap(drawing.scores, gamma, floor, probabilities);
        }
        Some(Exploration::Uniform) => exploration::uniform(probabilities),
        Some(Exploration::Popular) | None => {
            if let Some(best) = exploration::best(drawing.scores) {
                probabilities[best] = 1.0;
            }
        }
    }
}

/// Draws a slate. `drawn` is called for each slot in order.
pub(super) fn draw(
    drawing: &Drawing<'_>,
    limits: &Limits<'_>,
    budgets: &mut [GroupBudget],
    (probabilities, masked): (&mut Vec<f64>, &mut Vec<f64>),
    next_unit: &mut impl FnMut() -> f64,
    mut drawn: impl FnMut(Drawn),
) -> End {
    first_slot(drawing, probabilities);
    masked.clear();
    masked.resize(probabilities.len(), 0.0);
    let nothing = drawing.may_do_nothing.then(|| drawing.scores.len() - 1);
    let mut chosen = [usize::MAX; SLOTS_MAX];
    let mut per_category = [0_u8; 256];
    for slot in 0..limits.count.min(SLOTS_MAX) {
        let open = |at: usize| {
            if Some(at) == nothing {
                return true;
            }
            let category = usize::from((limits.category)(at));
            let is_full = limits.category_cap > 0 && per_category[category] >= limits.category_cap;
            let group = (limits.group)(at);
            let is_spent = group != 0 && budgets.iter().any(|b| b.group == group && b.left == 0);
            !is_full && !is_spent && !chosen[..slot].contains(&at)
        };
        if !exploration::conditional(probabilities, open, masked) {
            return End::Full;
        }
        // Where only the certain choice had a probability, the next best by score is certain in its turn.
        let is_certain = matches!(drawing.exploration, None | Some(Exploration::Popular));
        let best = best_open(drawing.scores, &open);
        if let (true, Some(best)) = (is_certain, best) {
            masked.fill(0.0);
            masked[best] = 1.0;
        }
        let unit = next_unit();
        let Some(at) = exploration::draw(masked, unit) else { return End::Full };
        if Some(at) == nothing {
            return End::Nothing(masked[at]);
        }
        chosen[slot] = at;
        let category = usize::from((limits.category)(at));
        per_category[category] = per_category[category].saturating_add(1);
        let group = (limits.group)(at);
        budgets
            .iter_mut()
            .filter(|b| b.group == group)
            .for_each(|b| b.left = b.left.saturating_sub(1));
        let is_explored = best.is_some_and(|b| drawing.scores[b] > drawing.scores[at]);
        drawn(Drawn { at, selection_probability: masked[at], draw: unit, is_explored });
    }
    End::Full
}

/// Most slots of a placement.
pub const SLOTS_MAX: usize = 30;

fn best_open(scores: &[f64], open: &impl Fn(usize) -> bool) -> Option<usize> {
    let mut best: Option<usize> = None;
    for at in (0..scores.len()).filter(|at| open(*at)) {
        if best.is_none_or(|b| scores[at] > scores[b]) {
            best = Some(at);
        }
    }
    best
}

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
        let drawing =
            Drawing { scores, may_do_nothing: false, score_cap: 1.0, exploration, labels: 0 };
        let limits = Limits {
            count,
            category_cap,
            category: &|at| u8::try_from(at % 2).unwrap(),
            group: &|_| 0,
        };
        let mut units = units.iter().copied().cycle();
        let mut slate = Vec::new();
        let buffers = (&mut Vec::new(), &mut Vec::new());
        let end = draw(&drawing, &limits, &mut [], buffers, &mut || units.next().unwrap(), |d| {
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
        };
        let limits = Limits {
            count: 3,
            category_cap: 0,
            category: &|_| 0,
            group: &|at| if at < 2 { 7 } else { 0 },
        };
        let mut budgets = [GroupBudget { group: 7, left: 1 }];
        let mut slate = Vec::new();
        draw(
            &drawing,
            &limits,
            &mut budgets,
            (&mut Vec::new(), &mut Vec::new()),
            &mut || 0.0,
            |d| slate.push(d.at),
        );
        assert_eq!(slate, [0, 2]);
    }
}
