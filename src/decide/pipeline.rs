//! The stages of one decision in order.

use std::time::Duration;

use crate::catalog::{Catalog, PlacementIndex, PolicyIndex, PropertyIndex};
use crate::domain::decision::{
    Context, Decision, Filtered, GroupBudget, Proposition, ReasonCode, ScoreParts, Slot, Source,
    StageTiming, TasteSnapshot,
};
use crate::domain::guest::GuestState;
use crate::domain::id::{DecisionId, Fingerprint, GuestKey, OfferIndex};
use crate::domain::offer::Placement;
use crate::domain::policy::{DecisionPolicy, LearningMode};
use crate::domain::request::{DecideRequest, PlacementRequest};
use crate::domain::stay::Stay;
use crate::domain::time::Timestamp;
use crate::learn::channel::model::ChannelModel;
use crate::learn::scoring::Scored;
use crate::sys::clock::Stopwatch;

use super::candidates::{Filter, Live, may_profile};
use super::caps::{CapQuery, Ledgers};
use super::context::{resolve, rule_facts, situation};
use super::enrolment::{self, Variation};
use super::local_time::{Clues, Place, context_of};
use super::rating::{Draws, Question};
use super::scratch::Scratch;
use super::serving::Serving;
use super::slate::{self, Drawn, End};
use super::{explain, known, outbound, quote, score};

/// Everything a decision is made from.
pub struct Inputs<'a> {
    /// Catalog and model.
    pub serving: &'a Serving,
    /// What was stopped or sold out meanwhile.
    pub live: &'a Live,
    /// The guest, preferences decayed to `now`.
    pub guest: &'a GuestState,
    /// The guest, in keys.
    pub key: GuestKey,
    /// How messages are answered by segment, channel and time.
    pub channels: &'a ChannelModel,
    /// Where caps are counted.
    pub ledgers: Ledgers<'a>,
    /// The call.
    pub request: &'a DecideRequest,
    /// When.
    pub now: Timestamp,
    /// First half of the decision's id: seed of its draws.
    pub seed: u64,
    /// Learning mode over the policies', where one is set for the brand.
    pub mode: Option<LearningMode>,
}

/// Why no decision can be made: the call names what the catalog does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No such property.
    Property,
    /// No such placement: its number in the call.
    Placement(usize),
    /// No such decision policy.
    Policy,
}

/// A decision with what the full view wants to see.
#[derive(Debug)]
pub struct Outcome {
    /// The decision; its id's second half and sequence are the log's to give.
    pub decision: Decision,
    /// Removals, where asked for.
    pub filtered: Vec<Filtered>,
    /// Timings, where asked for.
    pub timings: Vec<StageTiming>,
}

/// Makes a decision.
///
/// # Errors
/// Where the call names a property, placement or policy that the catalog does not have.
pub fn decide(inputs: &Inputs<'_>, scratch: &mut Scratch) -> Result<Outcome, Failure> {
    let (catalog, request) = (&*inputs.serving.catalog, inputs.request);
    let property = catalog.property_index(&request.property).ok_or(Failure::Property)?;
    let placements = placements_of(catalog, request)?;
    let watch = request.wants_full_view.then(Stopwatch::start);
    let (context, stay, place) = context_for(inputs, property, placements[0].1.channel);
    let stay = stay.copied();
    let experiments = enrolment::enrol(catalog, request, inputs.guest, context.today);
    let variation = Variation::of(catalog, &experiments);
    let taste = taste_of(inputs.guest).filter(|_| !variation.is_held_out);
    let seed = DecisionId(((u128::from(inputs.seed)) << 64).to_be_bytes());
    let (guest, ledger) = (inputs.guest, inputs.ledgers.guest);
    let known = taste.as_ref().map(|_| known::read(guest, ledger, inputs.serving, inputs.now));
    let known = known.unwrap_or_default();
    let question = Question {
        serving: inputs.serving,
        property: (property, &request.property),
        context: &context,
        taste: taste.as_ref(),
        known: &known,
        segment: inputs.guest.segment,
        at: inputs.now,
        variation,
    };
    let mut run = Run { inputs, question, stay: stay.as_ref(), seed, filtered: Vec::new() };
    scratch.shown = crate::catalog::Bitset::none(catalog.offer_count());
    let mut propositions = Vec::with_capacity(placements.len());
    let mut mode = LearningMode::Online;
    for (number, (asked, placement, index, policy)) in placements.iter().enumerate() {
        let policy = match request.policy {
            Some(_) => *policy,
            None => enrolment::policy_of(catalog, &experiments, *policy),
        };
        let policy = catalog.policy(policy).map(|p| (policy, p)).ok_or(Failure::Policy)?;
        mode = request.mode.or(inputs.mode).unwrap_or(policy.1.mode);
        let proposition = run.fill(number, asked, (*index, placement), policy, mode, scratch);
        propositions.push(proposition);
    }
    let filled = watch.as_ref().map(Stopwatch::elapsed);
    let reservation = catalog.policy(placements[0].3).map(|p| p.reservation).unwrap_or_default();
    let whereabouts = (property, stay.as_ref(), place);
    let channel = request
        .channel
        .map(|asked| outbound::choose(inputs, &asked, &context, whereabouts, &propositions, seed));
    let timings = watch.zip(filled).map(|(watch, filled)| timings(&watch, filled));
    let filtered = run.filtered;
    let decision = Decision {
        id: seed,
        sequence: 0,
        property: request.property.clone(),
        guest: inputs.key,
        segment: inputs.guest.segment,
        decided: inputs.now,
        expires: inputs.now.plus(reservation),
        catalog_version: catalog.version(),
        model_sequence: inputs.serving.model_sequence,
        context,
        reservation: fingerprint(request.reservation.as_ref().map(|r| r.as_str())),
        room: fingerprint(request.room.as_ref().map(|r| r.as_str())),
        request: fingerprint(request.request.as_ref().map(|r| r.as_str())),
        taste,
        known,
        experiments,
        mode,
        defers_activation: request.defers_activation || request.pushed.is_some(),
        pushed: request.pushed,
        is_degraded: false,
        propositions,
        channel,
    };
    Ok(Outcome { decision, filtered, timings: timings.unwrap_or_default() })
}

fn fingerprint(id: Option<&str>) -> Option<Fingerprint> {
    id.map(Fingerprint::of)
}

/// The guest's taste, where it may be used.
fn taste_of(guest: &GuestState) -> Option<TasteSnapshot> {
    let snapshot = TasteSnapshot { mean: guest.taste.mean, variance: guest.taste.variance };
    may_profile(guest).then_some(snapshot)
}

fn timings(watch: &Stopwatch, filled: Duration) -> Vec<StageTiming> {
    let after = watch.elapsed().saturating_sub(filled);
    vec![
        StageTiming { stage: "CHOOSE", duration: filled },
        StageTiming { stage: "CHANNEL", duration: after },
    ]
}

type Asked<'a> = (&'a PlacementRequest, &'a Placement, PlacementIndex, PolicyIndex);

fn placements_of<'a>(
    catalog: &'a Catalog,
    request: &'a DecideRequest,
) -> Result<Vec<Asked<'a>>, Failure> {
    let named = match &request.policy {
        Some(id) => Some(catalog.policy_index(id).ok_or(Failure::Policy)?),
        None => None,
    };
    let find = |(number, asked): (usize, &'a PlacementRequest)| {
        let index = catalog.placement_index(&asked.placement).ok_or(Failure::Placement(number))?;
        let placement = catalog.placement(index).ok_or(Failure::Placement(number))?;
        let policy = named.or(catalog.policy_of(index)).ok_or(Failure::Policy)?;
        Ok((asked, placement, index, policy))
    };
    if request.placements.is_empty() {
        return Err(Failure::Placement(0));
    }
    request.placements.iter().enumerate().map(find).collect()
}

fn context_for<'a>(
    inputs: &Inputs<'a>,
    property: PropertyIndex,
    channel: crate::domain::channel::Channel,
) -> (Context, Option<&'a Stay>, Place) {
    let (serving, request, guest) = (inputs.serving, inputs.request, inputs.guest);
    let property_zone = serving.zones[usize::from(property.0)];
    let today = property_zone.local(inputs.now).date;
    let situation = situation(request, guest, today);
    let in_house = matches!(
        situation.stage,
        crate::domain::stay::StayStage::InHouse | crate::domain::stay::StayStage::Departure
    ) || outbound::seen_in_house_until(
        guest,
        Fingerprint::of(request.property.as_str()),
        inputs.now,
    )
    .is_some();
    let property_country = serving.catalog.property(property).map_or([0, 0], |p| p.country);
    let told = crate::domain::zone::Zone::find(&request.zone);
    let fallback = serving.fallback_zone;
    let clues =
        Clues { in_house, property_zone, property_country, told, home: &guest.home, fallback };
    let place = Place::of(&clues);
    let time = context_of(place.local(inputs.now), place.country, &serving.calendar);
    (resolve(request, guest, &situation, (today, time), channel), situation.stay, place)
}

/// The state of one decision while its placements are filled.
struct Run<'a> {
    inputs: &'a Inputs<'a>,
    question: Question<'a>,
    stay: Option<&'a Stay>,
    seed: DecisionId,
    filtered: Vec<Filtered>,
}

impl Run<'_> {
    fn fill(
        &mut self,
        number: usize,
        asked: &PlacementRequest,
        (index, placement): (PlacementIndex, &Placement),
        (policy_index, policy): (PolicyIndex, &DecisionPolicy),
        mode: LearningMode,
        scratch: &mut Scratch,
    ) -> Proposition {
        let catalog = &*self.inputs.serving.catalog;
        let mut budgets = self.candidates(asked, index, placement, scratch);
        let count =
            usize::from(asked.count.unwrap_or(placement.default_count)).min(slate::SLOTS_MAX);
        let rated = self.question.rate((policy_index, policy), mode, scratch);
        let mut proposition = Proposition {
            placement: placement.id.clone(),
            policy: policy.id.clone(),
            candidates: scratch.picks.clone(),
            slots: Vec::with_capacity(count),
            source: if rated.is_personalized { Source::Model } else { Source::Baseline },
            budgets: budgets.clone(),
        };
        if scratch.picks.is_empty() {
            self.fall_back(index, policy, &mut proposition);
            return proposition;
        }
        let mut drawn: Vec<Drawn> = Vec::with_capacity(count);
        let draws = Draws { seed: self.seed, policy: policy_index, placement: number, count };
        let end = draws.draw(catalog, &rated, &mut budgets, scratch, |d| drawn.push(d));
        if matches!(end, End::Nothing(_)) && drawn.is_empty() {
            proposition.source = Source::Nothing;
        }
        let baseline = score::mean(&scratch.scored);
        for d in drawn {
            let slot = self.slot(&d, &rated.policy, &baseline, scratch);
            if !self.inputs.request.allow_duplicates {
                scratch.shown.insert(slot.offer);
            }
            proposition.slots.push(slot);
        }
        proposition
    }

    fn candidates(
        &mut self,
        asked: &PlacementRequest,
        index: PlacementIndex,
        placement: &Placement,
        scratch: &mut Scratch,
    ) -> Vec<GroupBudget> {
        let (inputs, context) = (self.inputs, self.question.context);
        let mut facts =
            rule_facts(context, inputs.guest, self.stay, self.question.property.0, index);
        facts.channel = inputs.request.current_channel.unwrap_or(placement.channel);
        let filter = Filter {
            catalog: &inputs.serving.catalog,
            live: inputs.live,
            limited: &inputs.serving.limited,
            guest: inputs.guest,
            caps: CapQuery { ledgers: inputs.ledgers, channel: facts.channel, now: inputs.now },
            facts,
            property: &inputs.request.property,
            day: self.stay.map_or(context.today, |s| s.check_in.max(context.today)),
            now: inputs.now,
        };
        let removals = inputs.request.wants_full_view.then_some(&mut self.filtered);
        let sets = (&mut scratch.eligible, &mut scratch.allowed);
        let budgets = filter.run(asked, &scratch.shown, sets, removals);
        scratch.picks.clear();
        // What stands in when nothing is eligible does not compete.
        let offers = inputs.serving.catalog.offers();
        scratch.picks.extend(scratch.eligible.iter().filter(|o| !offers[o.at()].is_fallback));
        budgets
    }

    fn slot(
        &self,
        d: &Drawn,
        policy: &DecisionPolicy,
        baseline: &Scored,
        scratch: &Scratch,
    ) -> Slot {
        let pick = scratch.picks[d.at];
        let chosen = (pick, &scratch.scored[d.at], scratch.scores[d.at]);
        let parts =
            score::parts_of(self.inputs.serving, policy, &scratch.multipliers, chosen, baseline);
        let reasons = explain::reasons(&parts, d.is_explored, self.question.taste.is_some());
        let mut slot = self.bare_slot(pick, policy, parts, reasons);
        slot.selection_probability = d.selection_probability;
        slot.draw = d.draw;
        slot.is_explored = d.is_explored;
        slot.context_log_odds = scratch.scored[d.at].context_log_odds();
        slot.taste_weight = scratch.taste_weight;
        slot.affinity_sum = scratch.affinities[d.at];
        slot.fatigue = scratch.fatigues[d.at];
        slot
    }

    /// A slot that nothing was drawn for.
    fn bare_slot(
        &self,
        pick: OfferIndex,
        policy: &DecisionPolicy,
        parts: ScoreParts,
        reasons: Vec<ReasonCode>,
    ) -> Slot {
        let catalog = &*self.inputs.serving.catalog;
        let offer = &catalog.offers()[pick.at()];
        let context = self.question.context;
        Slot {
            offer: pick,
            key: offer.key,
            treatment: catalog.treatment(pick, context.channel, &context.locale, context.time),
            selection_probability: 1.0,
            draw: 0.0,
            is_explored: false,
            is_override: false,
            parts,
            context_log_odds: 0.0,
            taste_weight: 0.0,
            affinity_sum: 0.0,
            fatigue: 0.0,
            quote: quote::quote(&offer.pricing, self.inputs.now.plus(policy.reservation)),
            reasons,
        }
    }

    /// Nothing is eligible: the first fallback offer of the placement, as an override.
    fn fall_back(&self, index: PlacementIndex, policy: &DecisionPolicy, out: &mut Proposition) {
        let (inputs, property) = (self.inputs, self.question.property.0);
        out.source = Source::Fallback;
        let stopped = |o: &OfferIndex| inputs.live.stopped.contains(*o);
        let fallback = inputs.serving.catalog.fallbacks(property, index).find(|o| !stopped(o));
        if let Some(pick) = fallback {
            let reasons = vec![ReasonCode::Fallback];
            let mut slot = self.bare_slot(pick, policy, ScoreParts::default(), reasons);
            slot.is_override = true;
            out.slots.push(slot);
        }
    }
}
