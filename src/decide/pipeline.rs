//! The stages of one decision in order.

use std::time::Duration;

use crate::catalog::{Bitset, Catalog, Occasion, PlacementIndex, PolicyIndex};
use crate::domain::budget::Spending;
use crate::domain::decision::{
    Decision, FilterStage, Filtered, GroupBudget, Proposition, ReasonCode, ScoreParts, Slot,
    Source, StageTiming,
};
use crate::domain::guest::GuestState;
use crate::domain::id::{DecisionId, GuestKey, OfferIndex, OfferKey};
use crate::domain::offer::Placement;
use crate::domain::policy::{DecisionPolicy, LearningMode};
use crate::domain::price::PriceTerms;
use crate::domain::ration::Bid;
use crate::domain::request::{DecideRequest, PlacementRequest};
use crate::domain::stay::Stay;
use crate::domain::time::{Date, Timestamp};
use crate::learn::channel::model::ChannelModel;
use crate::learn::scoring::Scored;
use crate::sys::clock::Stopwatch;

use super::budget::{self, Offered};
use super::candidates::{Filter, Live};
use super::caps::{CapQuery, Ledgers};
use super::context::rule_facts;
use super::rating::{Draws, Question};
use super::recorded::{Made, expires, held_until, pushed, record, seed_of};
use super::scratch::Scratch;
use super::serving::Serving;
use super::setting::{Setting, mode_of};
use super::slate::{self, Drawn, End};
use super::{explain, message, outbound, ration, score};

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
    /// What may be spent of the brand's budgets.
    pub offered: &'a [Offered],
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
    /// No such offer at the property.
    Offer,
    /// What a response is worth is told in another currency than the property's.
    Currency,
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
/// Where the call names a property, placement, policy or offer that the catalog does not have.
pub fn decide(inputs: &Inputs<'_>, scratch: &mut Scratch) -> Result<Outcome, Failure> {
    let (catalog, request) = (&*inputs.serving.catalog, inputs.request);
    let property = catalog.property_index(&request.property).ok_or(Failure::Property)?;
    if let Some(message) = &request.message {
        return message::decide(inputs, message, property);
    }
    let placements = placements_of(catalog, request)?;
    let watch = request.wants_full_view.then(Stopwatch::start);
    let setting = Setting::of(inputs, property, placements[0].1.channel);
    let seed = seed_of(inputs);
    let mut run = Run::new(inputs, &setting, seed, scratch);
    let mut propositions = Vec::with_capacity(placements.len());
    let mut mode = LearningMode::Online;
    for (number, (asked, placement, index, policy)) in placements.iter().enumerate() {
        let policy = setting.policy(inputs, *policy)?;
        mode = mode_of(inputs, policy.1);
        let proposition = run.fill(number, asked, (*index, placement), policy, mode, scratch);
        propositions.push(proposition);
    }
    let (filtered, bids) = (run.filtered, run.bids);
    let spending = budget::logged(run.spending, inputs.offered);
    let filled = watch.as_ref().map(Stopwatch::elapsed);
    let reservation = catalog.policy(placements[0].3).map(|p| p.reservation).unwrap_or_default();
    let channel = request
        .channel
        .map(|asked| outbound::choose(inputs, &asked, &setting, &mut propositions, seed));
    let sent = channel.as_ref().filter(|_| request.delivery.is_some());
    let (expires, pushed) = (expires(inputs, reservation, sent), pushed(request, sent));
    let is_sent = sent.is_some();
    let timings = watch.zip(filled).map(|(watch, filled)| timings(&watch, filled));
    let made = Made {
        mode,
        expires,
        propositions,
        spending,
        bids,
        channel,
        message: None,
        pushed,
        is_sent,
    };
    let decision = record(inputs, setting, seed, made);
    Ok(Outcome { decision, filtered, timings: timings.unwrap_or_default() })
}

fn timings(watch: &Stopwatch, filled: Duration) -> Vec<StageTiming> {
    let after = watch.elapsed().saturating_sub(filled);
    vec![
        StageTiming { stage: "CHOOSE", duration: filled },
        StageTiming { stage: "CHANNEL", duration: after },
    ]
}

pub(super) type Asked<'a> = (&'a PlacementRequest, &'a Placement, PlacementIndex, PolicyIndex);

/// The placements of a call, with their policies.
pub(super) fn placements_of<'a>(
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

/// How many slots a placement has.
pub(super) fn slots_of(asked: &PlacementRequest, placement: &Placement) -> usize {
    let count = asked.count.unwrap_or(placement.default_count);
    usize::from(count).clamp(1, slate::SLOTS_MAX)
}

/// The state of one decision while its placements are filled.
pub(super) struct Run<'a> {
    inputs: &'a Inputs<'a>,
    pub(super) question: Question<'a>,
    stay: Option<&'a Stay>,
    /// The published conditions: all that its prices depend on.
    terms: &'a PriceTerms,
    seed: DecisionId,
    filtered: Vec<Filtered>,
    /// Budgets whose offers passed everything else.
    pub(super) spending: Vec<Spending>,
    /// What is known of units of rationed offers.
    bids: Vec<Bid>,
}

impl<'a> Run<'a> {
    /// Begins.
    pub(super) fn new(
        inputs: &'a Inputs<'a>,
        setting: &'a Setting,
        seed: DecisionId,
        scratch: &mut Scratch,
    ) -> Self {
        scratch.shown = Bitset::none(inputs.serving.catalog.offer_count());
        let question = setting.question(inputs);
        let (stay, terms) = (setting.stay.as_ref(), &setting.terms);
        let (filtered, spending, bids) = (Vec::new(), Vec::new(), Vec::new());
        Self { inputs, question, stay, terms, seed, filtered, spending, bids }
    }

    /// What was removed so far, where the full view is wanted.
    pub(super) fn filtered(&self) -> &[Filtered] {
        &self.filtered
    }

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
        let all = slots_of(asked, placement);
        let of_policy = (policy_index, policy);
        let mut given = self.guaranteed((index, all), of_policy, mode, &mut budgets, scratch);
        let is_open = number == 0 && given.len() < all;
        given.extend(self.by_plan(is_open, of_policy, mode, &mut budgets, scratch));
        let count = all - given.len();
        let mut rated = self.question.rate(of_policy, mode, &self.spending, scratch);
        if self.ration((number, count), scratch) {
            rated = self.question.rate(of_policy, mode, &self.spending, scratch);
        }
        let mut proposition = Proposition {
            placement: placement.id.clone(),
            policy: policy.id.clone(),
            candidates: scratch.picks.clone(),
            slots: given,
            source: if rated.is_personalized { Source::Model } else { Source::Baseline },
            budgets: budgets.clone(),
        };
        if scratch.picks.is_empty() {
            if proposition.slots.is_empty() {
                self.fall_back(index, policy, &mut proposition);
            }
            return proposition;
        }
        let mut drawn: Vec<Drawn> = Vec::with_capacity(count);
        let forced: Vec<OfferIndex> = proposition.slots.iter().map(|slot| slot.offer).collect();
        let (seed, forced) = (self.seed, &forced[..]);
        let draws = Draws { seed, policy: policy_index, placement: number, count, forced };
        let end = draws.draw(catalog, &rated, &mut budgets, scratch, |d| drawn.push(d));
        if matches!(end, End::Nothing(_)) && drawn.is_empty() && forced.is_empty() {
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

    /// Keeps what is rationed for those to whom it is worth more. Was anything taken out?
    fn ration(&mut self, (number, slots): (usize, usize), scratch: &mut Scratch) -> bool {
        let Self { inputs: Inputs { serving, live, now, request, .. }, .. } = *self;
        if slots == 0 {
            return false;
        }
        let shelf = ration::Shelf {
            serving,
            live,
            property: self.question.property,
            day: self.day(),
            now: *now,
        };
        let bids = shelf.bids((number, slots), scratch);
        let removed = request.wants_full_view.then_some(&mut self.filtered);
        let has_removed = ration::withhold(&serving.catalog, &bids, &mut scratch.picks, removed);
        self.bids.extend(bids);
        has_removed
    }

    /// The day of use: arrival of the stay, or today.
    fn day(&self) -> Date {
        let today = self.question.context.today;
        self.stay.map_or(today, |stay| stay.check_in.max(today))
    }

    /// The offers that own a slot of the placement now, as far as they may be shown.
    fn guaranteed(
        &self,
        (index, most): (PlacementIndex, usize),
        policy: (PolicyIndex, &DecisionPolicy),
        mode: LearningMode,
        budgets: &mut [GroupBudget],
        scratch: &mut Scratch,
    ) -> Vec<Slot> {
        let (catalog, now) = (&*self.inputs.serving.catalog, self.inputs.now);
        let mut slots = Vec::new();
        for offer in catalog.guaranteed(index, now).map(|at| catalog.offers()[at.at()].key) {
            if slots.len() < most
                && let Some(mut slot) = self.take(policy, mode, offer, budgets, scratch)
            {
                slot.is_guaranteed = true;
                slots.push(slot);
            }
        }
        slots
    }

    /// What a volume plan gives, where a slot of the first placement is open; and takes from the
    /// candidates what only the plan may give.
    fn by_plan(
        &mut self,
        is_open: bool,
        policy: (PolicyIndex, &DecisionPolicy),
        mode: LearningMode,
        budgets: &mut [GroupBudget],
        scratch: &mut Scratch,
    ) -> Option<Slot> {
        let plan = self.inputs.request.planned.as_ref()?;
        let gives = plan.gives.filter(|_| is_open);
        let given = gives.and_then(|offer| self.take(policy, mode, offer, budgets, scratch));
        let given = given.map(|slot| Slot { is_planned: true, ..slot });
        let offers = self.inputs.serving.catalog.offers();
        let (notes, filtered) = (self.inputs.request.wants_full_view, &mut self.filtered);
        scratch.picks.retain(|pick| {
            let offer = &offers[pick.at()];
            let is_held_back = plan.holds_back(offer.key);
            if is_held_back && notes {
                filtered.push(Filtered {
                    offer: offer.id.clone(),
                    stage: FilterStage::Caller,
                    component: "volume_plan".to_owned(),
                    reason: "the volume plan gives it to others".to_owned(),
                });
            }
            !is_held_back
        });
        given
    }

    /// Takes an offer out of the candidates and puts it into a slot, without a draw; `None` where it
    /// is no candidate. Its parts are told against all candidates, itself among them.
    fn take(
        &self,
        policy: (PolicyIndex, &DecisionPolicy),
        mode: LearningMode,
        offer: OfferKey,
        budgets: &mut [GroupBudget],
        scratch: &mut Scratch,
    ) -> Option<Slot> {
        let catalog = &*self.inputs.serving.catalog;
        let pick = catalog.index_of_key(offer)?;
        let at = scratch.picks.iter().position(|candidate| *candidate == pick)?;
        let rated = self.question.rate(policy, mode, &self.spending, scratch);
        let baseline = score::mean(&scratch.scored);
        let forced = Drawn { at, selection_probability: 1.0, draw: 0.0, is_explored: false };
        let mut slot = self.slot(&forced, &rated.policy, &baseline, scratch);
        slot.is_override = true;
        scratch.picks.remove(at);
        let group = catalog.group_of()[pick.at()];
        let of_group = budgets.iter_mut().filter(|budget| budget.group == group);
        of_group.for_each(|budget| budget.left = budget.left.saturating_sub(1));
        if !self.inputs.request.allow_duplicates {
            scratch.shown.insert(pick);
        }
        Some(slot)
    }

    /// Fills `scratch.picks` with the offers that may be shown. Returns what is left of capped
    /// groups.
    pub(super) fn candidates(
        &mut self,
        asked: &PlacementRequest,
        index: PlacementIndex,
        placement: &Placement,
        scratch: &mut Scratch,
    ) -> Vec<GroupBudget> {
        let (inputs, context) = (self.inputs, self.question.context);
        let mut facts = rule_facts(
            context,
            (inputs.guest, inputs.now),
            self.stay,
            self.question.property.0,
            index,
        );
        facts.channel = inputs.request.current_channel.unwrap_or(placement.channel);
        let filter = Filter {
            catalog: &inputs.serving.catalog,
            live: inputs.live,
            limited: &inputs.serving.limited,
            serving: inputs.serving,
            terms: self.terms,
            guest: inputs.guest,
            caps: CapQuery { ledgers: inputs.ledgers, channel: facts.channel, now: inputs.now },
            facts,
            property: &inputs.request.property,
            day: self.day(),
            today: context.today,
            tier: self.question.tier,
            now: inputs.now,
        };
        let removals = inputs.request.wants_full_view.then_some(&mut self.filtered);
        let sets = (&mut scratch.eligible, &mut scratch.allowed);
        let budgets = filter.run(asked, &scratch.shown, sets, removals);
        scratch.picks.clear();
        // What stands in when nothing is eligible does not compete.
        let offers = inputs.serving.catalog.offers();
        scratch.picks.extend(scratch.eligible.iter().filter(|o| !offers[o.at()].is_fallback));
        let offered = (&*inputs.serving.catalog, inputs.offered, self.question.is_held_out());
        let removals = inputs.request.wants_full_view.then_some(&mut self.filtered);
        budget::gate(offered, &mut scratch.picks, &mut self.spending, removals);
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
        let chosen = (pick, &scratch.scored[d.at], scratch.scores[d.at], scratch.values[d.at]);
        let parts =
            score::parts_of(self.inputs.serving, policy, &scratch.multipliers, chosen, baseline);
        let together = scratch.multipliers.together(pick);
        let kind = (d.is_explored, self.question.taste.is_some());
        let reasons = explain::reasons(&parts, together, kind);
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
            treatment: catalog.treatment(pick, &Occasion::of(context)),
            selection_probability: 1.0,
            draw: 0.0,
            is_explored: false,
            is_override: false,
            is_planned: false,
            is_guaranteed: false,
            parts,
            context_log_odds: 0.0,
            taste_weight: 0.0,
            affinity_sum: 0.0,
            fatigue: 0.0,
            quote: self.question.serving.quote(
                (offer, &self.inputs.request.property),
                self.terms,
                held_until(self.inputs, policy.reservation),
            ),
            reasons,
        }
    }

    /// Nothing is eligible: the first fallback offer of the placement, as an override.
    fn fall_back(&self, index: PlacementIndex, policy: &DecisionPolicy, out: &mut Proposition) {
        let (inputs, property) = (self.inputs, self.question.property.0);
        out.source = Source::Fallback;
        let catalog = &inputs.serving.catalog;
        let stopped = |o: &OfferIndex| inputs.live.stopped.contains(*o);
        let held_back = |o: &OfferIndex| {
            let plan = inputs.request.planned.as_ref();
            plan.is_some_and(|plan| plan.holds_back(catalog.offers()[o.at()].key))
        };
        let sells = |o: &OfferIndex| {
            let offer = &catalog.offers()[o.at()];
            inputs.serving.is_for_sale((offer, &inputs.request.property), self.terms)
        };
        let mut all = catalog.fallbacks(property, index);
        let fallback = all.find(|o| !stopped(o) && !held_back(o) && sells(o));
        if let Some(pick) = fallback {
            let reasons = vec![ReasonCode::Fallback];
            let mut slot = self.bare_slot(pick, policy, ScoreParts::default(), reasons);
            slot.is_override = true;
            out.slots.push(slot);
        }
    }
}
