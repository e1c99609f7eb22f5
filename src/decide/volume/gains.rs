//! What a guest's slate gains by an offer of which there is not enough for all.

use crate::decide::pipeline::{Failure, Inputs, Run, placements_of, slots_of};
use crate::decide::scratch::Scratch;
use crate::decide::setting::{Setting, mode_of};
use crate::domain::id::{DecisionId, OfferIndex};

/// The offer of a group that a guest would get.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gain {
    /// The offer.
    pub offer: OfferIndex,
    /// By how much the sum of the scores of the first placement grows, in units of the score: its own
    /// less that of the last offer that it pushes out.
    pub gain: f64,
}

/// For each group of offers the gain by the best of them that the guest may be shown; `None` where
/// none may. Nothing is drawn and nothing changes. A guest who is held out of everything personal
/// gains nothing: a plan would be personal.
///
/// # Errors
/// As [`crate::decide::decide`].
pub fn gains(
    inputs: &Inputs<'_>,
    groups: &[Vec<OfferIndex>],
    scratch: &mut Scratch,
) -> Result<Vec<Option<Gain>>, Failure> {
    let (catalog, request) = (&*inputs.serving.catalog, inputs.request);
    let property = catalog.property_index(&request.property).ok_or(Failure::Property)?;
    let placements = placements_of(catalog, request)?;
    let (asked, placement, index, policy) = placements[0];
    let setting = Setting::of(inputs, property, placement.channel);
    let policy = setting.policy(inputs, policy)?;
    if setting.is_held_out() {
        return Ok(vec![None; groups.len()]);
    }
    let mut run = Run::new(inputs, &setting, DecisionId([0; 16]), scratch);
    run.candidates(asked, index, placement, scratch);
    run.question.rate(policy, mode_of(inputs, policy.1), scratch);
    let is_scarce = |offer: &OfferIndex| groups.iter().any(|group| group.contains(offer));
    // Behind the candidates' scores may stand that of doing nothing, which is not scarce.
    let scarce = scratch.picks.iter().map(is_scarce).chain(std::iter::once(false));
    let free = scratch.scores.iter().zip(scarce).filter(|(_, is_scarce)| !is_scarce);
    let mut free: Vec<f64> = free.map(|(score, _)| *score).collect();
    free.sort_unstable_by(|a, b| b.total_cmp(a));
    let pushed_out = free.get(slots_of(asked, placement) - 1).copied().unwrap_or(0.0);
    let best = |group: &Vec<OfferIndex>| {
        let rated = scratch.picks.iter().zip(&scratch.scores);
        let of_group = rated.filter(|(offer, _)| group.contains(offer));
        let best = of_group.max_by(|(_, a), (_, b)| a.total_cmp(b));
        best.map(|(offer, score)| Gain { offer: *offer, gain: score - pushed_out })
    };
    Ok(groups.iter().map(best).collect())
}
