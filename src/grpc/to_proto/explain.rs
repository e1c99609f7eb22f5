//! How a decision came about, slot by slot.

use crate::api::v1;
use crate::domain::decision::{Proposition, Slot};
use crate::domain::scope::Scope;
use crate::engine::{Replayed, ReplayedCandidate, StoredDecision};
use crate::grpc::from_proto::activate::Explained;

use super::decide::{Extent, currency, override_kind};
use super::sentences::Language;
use super::{View, channel, reasons, score, stored, values};

/// What a replay gave, or why there is none.
pub(crate) type Replay = Result<Replayed, String>;

/// The answer to `ExplainDecision`.
pub(crate) fn response(
    scope: &Scope,
    stored: &StoredDecision,
    replay: &Replay,
    asked: &Explained,
    view: View,
) -> v1::ExplainDecisionResponse {
    let decision = &*stored.decision;
    let extent = Extent { is_full: true, includes_content: false, view };
    let tag = if asked.locale.is_empty() {
        decision.context.locale.as_str()
    } else {
        asked.locale.as_str()
    };
    let language = Language::of(tag);
    let wanted = decision
        .propositions
        .iter()
        .filter(|p| asked.placement.as_ref().is_none_or(|id| *id == p.placement));
    let slots = wanted.flat_map(|proposition| {
        let replayed = replay
            .as_ref()
            .ok()
            .and_then(|all| all.placements.iter().find(|(id, _)| *id == proposition.placement));
        let candidates = replayed.map_or(&[][..], |(_, candidates)| candidates);
        let teller =
            Teller { stored, proposition, candidates, most: asked.candidates_max, language, view };
        (1..)
            .zip(&proposition.slots)
            .map(|(number, slot)| teller.slot(number, slot))
            .collect::<Vec<_>>()
    });
    let difference = difference(stored, replay);
    let choice = decision.channel.as_ref();
    v1::ExplainDecisionResponse {
        slots: slots.collect(),
        channel_alternatives: choice
            .map(|choice| {
                channel::alternatives(&choice.considered, currency(decision, &stored.catalog), view)
            })
            .unwrap_or_default(),
        replay_matches: difference.is_empty(),
        replay_difference: difference,
        decision: Some(stored::decision(scope, stored, extent)),
        ..Default::default()
    }
}

/// What is needed to tell of the slots of a placement.
struct Teller<'a> {
    stored: &'a StoredDecision,
    proposition: &'a Proposition,
    /// Candidates of the first slot as scored again.
    candidates: &'a [ReplayedCandidate],
    most: usize,
    language: Language,
    view: View,
}

impl Teller<'_> {
    fn slot(&self, number: i32, slot: &Slot) -> v1::SlotExplanation {
        let is_drawn = !slot.is_override;
        v1::SlotExplanation {
            placement_id: self.proposition.placement.as_str().to_owned(),
            slot: number,
            chosen_offer_id: self.name(slot),
            override_kind: override_kind(slot, self.proposition.source).into(),
            draw: (self.view.scores && is_drawn).then_some(slot.draw),
            candidates: if number == 1 { self.ranked(slot) } else { vec![self.chosen(slot, 0)] },
            runner_up_terms: Vec::new(),
        }
    }

    fn name(&self, slot: &Slot) -> String {
        self.stored
            .catalog
            .offer(slot.offer)
            .map(|offer| offer.id.as_str().to_owned())
            .unwrap_or_default()
    }

    /// The chosen offer, with the parts of its score as they were logged.
    fn chosen(&self, slot: &Slot, rank: i32) -> v1::CandidateExplanation {
        let catalog = &self.stored.catalog;
        let policy = catalog
            .policy_index(&self.proposition.policy)
            .and_then(|policy| catalog.policy(policy));
        let parts = || score::components(&slot.parts, policy, slot.quote.list.currency, self.view);
        let scores = self.view.scores;
        v1::CandidateExplanation {
            offer_id: self.name(slot),
            rank,
            score: if scores { slot.parts.score } else { 0.0 },
            selection_probability: if scores { slot.selection_probability } else { 0.0 },
            score_components: scores.then(parts),
            reasons: reasons::reasons((&slot.reasons, &slot.parts), self.language, self.view),
        }
    }

    /// The candidates of the first slot, best first; the chosen one is always among them.
    fn ranked(&self, slot: &Slot) -> Vec<v1::CandidateExplanation> {
        let name = self.name(slot);
        let mut order: Vec<&ReplayedCandidate> = self.candidates.iter().collect();
        order.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.offer.cmp(&b.offer)));
        let place = order.iter().position(|candidate| candidate.offer.as_str() == name);
        let mut told: Vec<v1::CandidateExplanation> =
            Vec::with_capacity(self.most.min(order.len() + 1));
        for (rank, candidate) in order.iter().enumerate() {
            let is_chosen = Some(rank) == place;
            let room =
                self.most - usize::from(place.is_none_or(|place| place > rank)).min(self.most);
            if is_chosen {
                told.push(self.chosen(slot, values::count(rank + 1)));
            } else if told.len() < room {
                told.push(self.other(candidate, values::count(rank + 1)));
            }
        }
        if place.is_none() {
            told.push(self.chosen(slot, 0));
        }
        told
    }

    fn other(&self, candidate: &ReplayedCandidate, rank: i32) -> v1::CandidateExplanation {
        let scores = self.view.scores;
        v1::CandidateExplanation {
            offer_id: candidate.offer.as_str().to_owned(),
            rank,
            score: if scores { candidate.score } else { 0.0 },
            selection_probability: if scores { candidate.selection_probability } else { 0.0 },
            ..Default::default()
        }
    }
}

/// Where a replay differs from the record; empty where it does not.
fn difference(stored: &StoredDecision, replay: &Replay) -> String {
    let replayed = match replay {
        Ok(replayed) => replayed,
        Err(why) => return why.clone(),
    };
    for proposition in &stored.decision.propositions {
        let Some(slot) = proposition.slots.first().filter(|slot| !slot.is_override) else {
            continue;
        };
        let candidates = replayed
            .placements
            .iter()
            .find(|(id, _)| *id == proposition.placement)
            .map(|(_, candidates)| candidates);
        let name = stored.catalog.offer(slot.offer).map(|offer| &offer.id);
        let again =
            candidates.and_then(|all| all.iter().find(|candidate| Some(&candidate.offer) == name));
        let logged = slot.selection_probability;
        match again {
            Some(again) if again.selection_probability.to_bits() == logged.to_bits() => {}
            Some(_) => {
                return format!("{}: the first slot's probabilities differ", proposition.placement);
            }
            None => {
                return format!(
                    "{}: the chosen offer is no candidate any more",
                    proposition.placement
                );
            }
        }
    }
    if !replayed.rations_match {
        return "the verdicts on rationed offers differ".to_owned();
    }
    if !replayed.channel_matches {
        return "the channel's probabilities, or those of the moment, differ".to_owned();
    }
    String::new()
}
