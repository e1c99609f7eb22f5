//! A logged decision made again: its candidates rated and drawn from once more.

use crate::catalog::{Catalog, PolicyIndex};
use crate::domain::decision::{Decision, Proposition, Slot, Source};
use crate::domain::id::{DecisionId, OfferIndex, PlacementId};
use crate::domain::rate::Rates;

use super::enrolment::Variation;
pub use super::outbound::is_rechosen;
use super::price::{self, PriceKey, Sold};
use super::rating::{Draws, Question, Rated};
use super::serving::Serving;
use super::slate::{End, first};
use super::{Scratch, ration};

/// A placement of a decision, rated again.
#[derive(Debug, Clone, PartialEq)]
pub struct Rerated {
    /// The placement.
    pub placement: PlacementId,
    /// Its candidates, in catalog order.
    pub candidates: Vec<Candidate>,
    /// Selection probability of showing nothing in the first slot; `None` where that is no action.
    pub nothing: Option<f64>,
}

/// A candidate, rated again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The offer.
    pub offer: OfferIndex,
    /// P(guest accepts | shown).
    pub response_propensity: f64,
    /// Its score under the policy.
    pub score: f64,
    /// Selection probability for the first slot.
    pub selection_probability: f64,
}

/// Rates the candidates of a decision with a model, as the decision's own experiments had it. With
/// the snapshots the decision was made from, the numbers are its own to the bit. A placement
/// whose policy the catalog does not have has no candidates.
pub fn rerate(decision: &Decision, serving: &Serving, scratch: &mut Scratch) -> Vec<Rerated> {
    let variation = Variation::of(&serving.catalog, &decision.experiments);
    let Some(question) = question(decision, serving, variation) else { return Vec::new() };
    let rerate = |proposition: &Proposition| {
        let rated = rate(&question, decision, proposition, scratch);
        let (candidates, nothing) = rated.map_or((Vec::new(), None), |(_, rated)| {
            let drawing = rated.drawing(scratch);
            let mut probabilities = first(&drawing);
            let nothing = drawing.may_do_nothing.then(|| probabilities.pop()).flatten();
            let rows = scratch.picks.iter().zip(&scratch.scored).zip(&scratch.scores);
            let candidates = rows.zip(probabilities).map(|(((offer, scored), score), p)| {
                let response_propensity = f64::from(scored.propensity);
                let (offer, score) = (*offer, *score);
                Candidate { offer, response_propensity, score, selection_probability: p }
            });
            (candidates.collect(), nothing)
        });
        Rerated { placement: proposition.placement.clone(), candidates, nothing }
    };
    decision.propositions.iter().map(rerate).collect()
}

/// Is every draw of a decision the same again, index and selection probability to the bit, channel and
/// moment included, and every price to the cent? With the snapshots the decision was made from.
pub fn is_replayed(decision: &Decision, serving: &Serving, scratch: &mut Scratch) -> bool {
    let catalog = &*serving.catalog;
    let variation = Variation::of(catalog, &decision.experiments);
    let Some(question) = question(decision, serving, variation) else { return false };
    let mut seed = decision.id;
    seed.0[8..].fill(0);
    is_rechosen(decision, serving)
        && is_rationed_again(decision, serving, scratch)
        && (0..).zip(&decision.propositions).all(|(number, proposition)| {
            if !proposition.slots.iter().all(|slot| {
                is_requoted(decision, slot, (catalog, serving.price_key, &serving.rates))
            }) {
                return false;
            }
            if proposition.source == Source::Fallback {
                return proposition.candidates.is_empty();
            }
            let Some((policy, rated)) = rate(&question, decision, proposition, scratch) else {
                return false;
            };
            redraws(proposition, (policy, &rated), (seed, number), serving, scratch)
        })
}

/// Is what a decision withheld of rationed offers, at the bid prices of its moment, the same again? True
/// where nothing was rationed.
pub fn is_rationed_again(decision: &Decision, serving: &Serving, scratch: &mut Scratch) -> bool {
    if decision.bids.is_empty() {
        return true;
    }
    let variation = Variation::of(&serving.catalog, &decision.experiments);
    let Some(question) = question(decision, serving, variation) else { return false };
    (0..).zip(&decision.propositions).all(|(number, proposition)| {
        let Some(picks) = ration::asked(decision, number, proposition) else { return true };
        let catalog = &question.serving.catalog;
        let index = catalog.policy_index(&proposition.policy);
        let Some((index, policy)) = index.and_then(|i| Some((i, catalog.policy(i)?))) else {
            return false;
        };
        scratch.picks = picks;
        question.rate((index, policy), decision.mode, &decision.spending, scratch);
        ration::is_asked_again(decision, number, proposition, (serving, scratch))
    })
}

/// Is the price of a slot the same again, under the rates it was made under? One that is older than price cells is not asked.
pub fn is_requoted(
    decision: &Decision,
    slot: &Slot,
    (catalog, key, rates): (&Catalog, PriceKey, &Rates),
) -> bool {
    if slot.quote.cell == 0 {
        return true;
    }
    let Some(offer) = catalog.offer(slot.offer) else { return false };
    let sold = Sold::of(catalog, offer, &decision.property).under(rates);
    let mut again = price::quote(sold, &decision.terms, key, slot.quote.valid_until);
    if slot.quote.displacement.minor == 0 {
        // It was not told yet, or there is none.
        again.displacement = slot.quote.displacement;
    }
    again.draw.to_bits() == slot.quote.draw.to_bits()
        && again.selection_probability.to_bits() == slot.quote.selection_probability.to_bits()
        && again == slot.quote
}

fn redraws(
    proposition: &Proposition,
    (policy, rated): (PolicyIndex, &Rated<'_>),
    (seed, placement): (DecisionId, usize),
    serving: &Serving,
    scratch: &mut Scratch,
) -> bool {
    let (forced, drawn): (Vec<&Slot>, Vec<&Slot>) =
        proposition.slots.iter().partition(|slot| slot.is_given());
    let forced: Vec<OfferIndex> = forced.iter().map(|slot| slot.offer).collect();
    if !forced.is_empty() && drawn.is_empty() {
        return true;
    }
    let draws = Draws { seed, policy, placement, count: drawn.len().max(1), forced: &forced };
    let mut again = Vec::with_capacity(draws.count);
    let mut budgets = proposition.budgets.clone();
    let end = draws.draw(&serving.catalog, rated, &mut budgets, scratch, |d| again.push(d));
    let is_nothing = matches!(end, End::Nothing(_)) && again.is_empty();
    is_nothing == (proposition.source == Source::Nothing)
        && again.len() == drawn.len()
        && again.iter().zip(drawn).all(|(d, slot)| {
            scratch.picks[d.at] == slot.offer
                && d.selection_probability.to_bits() == slot.selection_probability.to_bits()
                && d.draw.to_bits() == slot.draw.to_bits()
        })
}

fn question<'a>(
    decision: &'a Decision,
    serving: &'a Serving,
    variation: Variation,
) -> Option<Question<'a>> {
    let property = serving.catalog.property_index(&decision.property)?;
    Some(Question {
        serving,
        property: (property, &decision.property),
        context: &decision.context,
        taste: decision.taste.as_ref(),
        known: &decision.known,
        segment: decision.segment,
        tier: decision.value_tier,
        goes_with: &decision.goes_with,
        at: decision.decided,
        variation,
    })
}

fn rate<'p>(
    question: &Question<'p>,
    decision: &Decision,
    proposition: &Proposition,
    scratch: &mut Scratch,
) -> Option<(PolicyIndex, Rated<'p>)> {
    let index = question.serving.catalog.policy_index(&proposition.policy)?;
    let policy = question.serving.catalog.policy(index)?;
    scratch.picks.clone_from(&proposition.candidates);
    let rated = question.rate((index, policy), decision.mode, &decision.spending, scratch);
    Some((index, rated))
}
