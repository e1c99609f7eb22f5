//! What a guest's slate gains by an offer of which there is not enough for all.

use crate::decide::pipeline::{Failure, Inputs, Run, placements_of, slots_of};
use crate::decide::scratch::Scratch;
use crate::decide::setting::{Setting, mode_of};
use crate::domain::id::{DecisionId, OfferIndex};

/// Which offers are scarce, and by which constraint: for each offer of the catalog, in its order, the
/// number of its constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scarce {
    /// Constraint of each offer; `None`: there is enough.
    pub constraint_of: Vec<Option<usize>>,
    /// How many constraints there are.
    pub constraints: usize,
}

impl Scarce {
    fn of(&self, offer: OfferIndex) -> Option<usize> {
        self.constraint_of.get(offer.at()).copied().flatten()
    }
}

/// The offer of a constraint that a guest would get.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gain {
    /// The offer.
    pub offer: OfferIndex,
    /// By how much the sum of the scores of the first placement grows, in units of the score: its own
    /// less that of the last offer that it pushes out.
    pub gain: f64,
}

/// For each constraint the gain by the best of its offers that the guest may be shown; `None` where
/// none may. Nothing is drawn and nothing changes. A guest who is held out of everything personal
/// gains nothing: a plan would be personal.
///
/// # Errors
/// As [`crate::decide::decide`].
pub fn gains(
    inputs: &Inputs<'_>,
    scarce: &Scarce,
    scratch: &mut Scratch,
) -> Result<Vec<Option<Gain>>, Failure> {
    let (catalog, request) = (&*inputs.serving.catalog, inputs.request);
    let property = catalog.property_index(&request.property).ok_or(Failure::Property)?;
    let placements = placements_of(catalog, request)?;
    let (asked, placement, index, policy) = placements[0];
    let setting = Setting::of(inputs, property, placement.channel);
    let policy = setting.policy(inputs, policy)?;
    let mut best: Vec<Option<Gain>> = vec![None; scarce.constraints];
    if setting.is_held_out() {
        return Ok(best);
    }
    let mut run = Run::new(inputs, &setting, DecisionId([0; 16]), scratch);
    run.candidates(asked, index, placement, scratch);
    // What owns a slot is not pushed out of it.
    let slots = slots_of(asked, placement);
    let owned = catalog.guaranteed(index, inputs.now).filter(|at| scratch.picks.contains(at));
    let owned: Vec<OfferIndex> = owned.take(slots).collect();
    scratch.picks.retain(|pick| !owned.contains(pick));
    if owned.len() == slots {
        return Ok(best);
    }
    run.question.rate(policy, mode_of(inputs, policy.1), &run.spending, scratch);
    // Behind the candidates' scores may stand that of doing nothing, of which there is enough.
    let mut free: Vec<f64> = scratch.scores[scratch.picks.len()..].to_vec();
    for (offer, score) in scratch.picks.iter().zip(&scratch.scores) {
        match scarce.of(*offer) {
            None => free.push(*score),
            Some(constraint) => {
                let best = &mut best[constraint];
                if best.is_none_or(|best| *score > best.gain) {
                    *best = Some(Gain { offer: *offer, gain: *score });
                }
            }
        }
    }
    free.sort_unstable_by(|a, b| b.total_cmp(a));
    let pushed_out = free.get(slots - owned.len() - 1).copied().unwrap_or(0.0);
    best.iter_mut().flatten().for_each(|best| best.gain -= pushed_out);
    Ok(best)
}
