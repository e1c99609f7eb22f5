//! A logged decision's candidates, scored and weighed again.

use crate::domain::decision::Decision;
use crate::domain::id::{OfferIndex, PlacementId};
use crate::domain::policy::Exploration;
use crate::learn::exploration::thompson;
use crate::learn::impression::Situation;
use crate::learn::scoring::{Candidates, Prepared};

use super::known;
use super::score;
use super::serving::Serving;
use super::slate::{Drawing, weigh};

/// Candidates of a placement: offer, score, selection probability for the first slot.
pub type Rescored = (PlacementId, Vec<(OfferIndex, f64, f64)>);

/// Scores the candidates of a decision with a model. With the snapshots the decision was made from,
/// the scores and probabilities are its own to the bit.
pub fn rescore(decision: &Decision, serving: &Serving) -> Vec<Rescored> {
    let context = &decision.context;
    let Some(property) = serving.catalog.property_index(&decision.property) else {
        return Vec::new();
    };
    let situation = Situation::of(context, &decision.property);
    let locals = &serving.locals[usize::from(property.0)];
    let prepared = Prepared::new(&serving.model, locals, &situation, decision.taste.as_ref());
    let segment = decision.taste.as_ref().and_then(|_| serving.segment(decision.segment));
    let (mut affinities, mut fatigues) = (Vec::new(), Vec::new());
    let (mut scored, mut scores, mut probabilities) = (Vec::new(), Vec::new(), Vec::new());
    let (mut beliefs, mut points) = (Vec::new(), thompson::Buffers::default());
    let mut multipliers = crate::catalog::Multipliers::default();
    let mut answer = Vec::with_capacity(decision.propositions.len());
    for proposition in &decision.propositions {
        let Some(index) = serving.catalog.policy_index(&proposition.policy) else { continue };
        let Some(policy) = serving.catalog.policy(index) else { continue };
        let picks = &proposition.candidates;
        let buffers = (&mut affinities, &mut fatigues);
        known::features(&decision.known, segment, (&serving.catalog, picks), buffers);
        let candidates = Candidates {
            rows: serving.catalog.vectors(),
            effects: &serving.effects,
            picks,
            affinities: &affinities,
            fatigue: &fatigues,
        };
        prepared.score(&candidates, &mut scored);
        serving.catalog.multipliers(index, &context.intent, decision.decided, &mut multipliers);
        let personalizes = serving.model.personalizes;
        let is_popular = policy.exploration == Exploration::Popular;
        let exploration = (!is_popular).then(|| score::exploration_of(policy, personalizes));
        if is_popular || !personalizes {
            score::best_for_all(serving, context.stage, picks, &mut scored);
        }
        let (of_policy, out) = ((policy, exploration), (&mut scores, &mut beliefs));
        score::score_all(serving, of_policy, &multipliers, (picks, &scored), out);
        let drawing = Drawing {
            scores: &scores,
            may_do_nothing: false,
            score_cap: policy.score_cap,
            exploration,
            labels: serving.labels,
            beliefs: &beliefs,
            exponent: policy.propensity_exponent,
        };
        let open: Vec<usize> = (0..scores.len()).collect();
        weigh(&drawing, (&open, &scores), (&mut points, &mut probabilities));
        let rows = picks
            .iter()
            .zip(&scores)
            .zip(&probabilities)
            .map(|((pick, score), p)| (*pick, *score, *p));
        answer.push((proposition.placement.clone(), rows.collect()));
    }
    answer
}
