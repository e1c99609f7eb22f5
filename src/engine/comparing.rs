//! What the choice that is the same for everybody would have been, beside what was shown.

use crate::catalog::{Catalog, Multipliers};
use crate::decide::enrolment::ablation_of;
use crate::decide::score::worth_of;
use crate::domain::belief::tag_hash;
use crate::domain::decision::{Decision, Slot, Source};
use crate::domain::id::OfferIndex;
use crate::learn::guard::Comparison;
use crate::learn::impression::Impression;
use crate::learn::laplace::expected_sigmoid;
use crate::learn::ranker::Ranker;

/// Compares the first slot of a proposition, whose label is about to be learnt as `impression`, with
/// the candidate that does best with all guests. `None` where the whole policy did not choose: no
/// taste, one candidate, a placement that nothing was drawn for, a part taken out.
pub(super) fn compare(
    ranker: &Ranker,
    decision: &Decision,
    (proposition, slot): (u8, &Slot),
    impression: &Impression<'_>,
    catalog: &Catalog,
) -> Option<Comparison> {
    let context = &decision.context;
    let proposition = decision.propositions.get(usize::from(proposition))?;
    let was_drawn = matches!(proposition.source, Source::Model | Source::Baseline);
    let is_varied = ablation_of(catalog, &decision.experiments).is_some();
    if decision.taste.is_none() || !was_drawn || is_varied || proposition.candidates.len() < 2 {
        return None;
    }
    let index = catalog.policy_index(&proposition.policy)?;
    let policy = catalog.policy(index)?;
    let mut multipliers = Multipliers::default();
    // What is the same for everybody knows nothing of what a guest is worth.
    catalog.multipliers(index, (&context.intent, None), decision.decided, &mut multipliers);
    let worth =
        |pick: OfferIndex| worth_of((catalog, catalog.margins()), policy, &multipliers, pick);
    let rate = |pick: OfferIndex| {
        let key = catalog.offers().get(pick.at()).map(|offer| offer.key);
        key.map_or(0.0, |key| ranker.popularity(key, context.stage))
    };
    let rated = proposition.candidates.iter().map(|pick| (*pick, rate(*pick) * worth(*pick)));
    let (best, _) = rated.reduce(|a, b| if b.1 > a.1 { b } else { a })?;
    let offer = catalog.offers().get(best.at())?;
    let is_static = best == slot.offer;
    let expected = |impression: &Impression<'_>| {
        let score = ranker.score(impression);
        expected_sigmoid(score.mean, score.variance)
    };
    // What the guest thinks of its tags, and how often it was seen, is not on record for what was
    // not shown. The model need not be right about it.
    let of_static = Impression {
        affinity_sum: 0.0,
        fatigue: 0.0,
        category: tag_hash(offer.category.as_str()),
        offer: offer.key,
        vector: catalog.vectors().get(best.at())?,
        ..*impression
    };
    let shown = expected(impression);
    Some(Comparison {
        accepted: false,
        worth: (worth(slot.offer), worth(best)),
        expected: (shown, if is_static { shown } else { expected(&of_static) }),
        selection_probability: slot.selection_probability,
        is_static,
    })
}
