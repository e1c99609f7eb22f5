//! The candidates of a placement as a policy sees them: scored, and ready to be drawn from. A
//! decision and its replay both come here, so that they cannot differ.

use std::borrow::Cow;

use crate::catalog::{Catalog, PolicyIndex, PropertyIndex};
use crate::domain::belief::Vector;
use crate::domain::budget::Spending;
use crate::domain::complement::GoesWith;
use crate::domain::decision::{Context, GroupBudget, Known, TasteSnapshot};
use crate::domain::experiment::ablation::Ablation;
use crate::domain::guest_value::ValueTier;
use crate::domain::id::{DecisionId, OfferIndex, PropertyId};
use crate::domain::policy::{DecisionPolicy, Exploration, LearningMode};
use crate::domain::time::Timestamp;
use crate::learn::impression::Situation;
use crate::learn::scoring::{Candidates, Prepared};
use crate::learn::stream::DecisionStream;

use super::diversity::Likeness;
use super::enrolment::Variation;
use super::serving::Serving;
use super::slate::{self, Drawing, Drawn, End, Limits};
use super::{Scratch, budget, known, score};

/// What every placement of a decision is rated by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) serving: &'a Serving,
    pub(super) property: (PropertyIndex, &'a PropertyId),
    pub(super) context: &'a Context,
    /// The guest's taste, where it may be used.
    pub(super) taste: Option<&'a TasteSnapshot>,
    pub(super) known: &'a Known,
    pub(super) segment: u16,
    /// What the guest is worth, where that may count.
    pub(super) tier: Option<ValueTier>,
    /// How far what the guest has chosen beside moves offers.
    pub(super) goes_with: &'a [GoesWith],
    pub(super) at: Timestamp,
    pub(super) variation: Variation,
}

/// How a placement is filled.
#[derive(Debug)]
pub(super) struct Rated<'a> {
    /// The policy as varied.
    pub(super) policy: Cow<'a, DecisionPolicy>,
    /// How it explores; `None`: the best for all, without a draw.
    exploration: Option<Exploration>,
    /// Is what is known of the guest used?
    pub(super) is_personalized: bool,
    /// Is showing nothing an action, the last of the scores?
    may_do_nothing: bool,
    labels: u64,
}

impl Question<'_> {
    /// Rates the candidates (`scratch.picks`) into the scratch's affinities, fatigues, scored, scores,
    /// beliefs and multipliers.
    pub(super) fn rate<'p>(
        &self,
        (index, policy): (PolicyIndex, &'p DecisionPolicy),
        mode: LearningMode,
        spending: &[Spending],
        scratch: &mut Scratch,
    ) -> Rated<'p> {
        let (serving, variation) = (self.serving, self.variation);
        let policy = variation.policy(policy);
        let is_baseline = variation.is_held_out
            || mode != LearningMode::Online
            || policy.exploration == Exploration::Popular;
        let personalizes = serving.model.personalizes || variation.ablation.is_some();
        let is_personalized = !is_baseline && personalizes;
        let believes = is_personalized && variation.ablation != Some(Ablation::RulesOnly);
        let exploration = (!is_baseline).then(|| score::exploration_of(&policy, believes));
        self.score(scratch);
        if !is_personalized {
            let stage = self.context.stage;
            score::best_for_all(serving, stage, &scratch.picks, &mut scratch.scored);
        }
        let by = (self.context.intent.as_str(), self.tier.filter(|_| is_personalized));
        serving.catalog.multipliers(index, by, self.at, &mut scratch.multipliers);
        for it in self.goes_with {
            if let Some(offer) = serving.catalog.index_of_key(it.offer) {
                scratch.multipliers.goes_with(offer, it.percent);
            }
        }
        variation.multipliers(&mut scratch.multipliers);
        let of_all = &self.model().values;
        let value = |pick: &OfferIndex| {
            let net = budget::net(&serving.catalog, spending, *pick);
            net.unwrap_or_else(|| of_all[pick.at()])
        };
        scratch.values.clear();
        scratch.values.extend(scratch.picks.iter().map(value));
        let pairs = (&scratch.picks[..], &scratch.scored[..], &scratch.values[..]);
        let out = (&mut scratch.scores, &mut scratch.beliefs);
        let of_policy = (&*policy, exploration);
        score::score_all(self.model(), of_policy, &scratch.multipliers, pairs, out);
        let may_do_nothing = policy.do_nothing_score > 0.0 && !is_baseline;
        if may_do_nothing {
            scratch.scores.push(policy.do_nothing_score);
            scratch.beliefs.push(score::nothing(policy.do_nothing_score));
        }
        Rated { policy, exploration, is_personalized, may_do_nothing, labels: serving.labels }
    }

    /// What the propensities come from.
    fn model(&self) -> &Serving {
        match self.variation.ablation {
            Some(Ablation::UntrainedModel) => self.serving.untrained(),
            _ => self.serving,
        }
    }

    /// Is the guest in a control group that nothing personal reaches?
    pub(super) fn is_held_out(&self) -> bool {
        self.variation.is_held_out
    }

    fn score(&self, scratch: &mut Scratch) {
        let (model, catalog) = (self.model(), &*self.serving.catalog);
        let (place, property) = self.property;
        let situation = Situation::of(self.context, property);
        let locals = &model.locals[usize::from(place.0)];
        let prepared = Prepared::new(&model.model, locals, &situation, self.taste);
        let segment = self.taste.and_then(|_| self.serving.segment(self.segment));
        let buffers = (&mut scratch.affinities, &mut scratch.fatigues);
        known::features(self.known, segment, (catalog, &scratch.picks), buffers);
        let candidates = Candidates {
            rows: catalog.vectors(),
            effects: &model.effects,
            picks: &scratch.picks,
            affinities: &scratch.affinities,
            fatigue: &scratch.fatigues,
        };
        prepared.score(&candidates, &mut scratch.scored);
        scratch.taste_weight = prepared.taste_weight();
    }
}

impl Rated<'_> {
    /// What the slate is drawn from.
    pub(super) fn drawing<'a>(&self, scratch: &'a Scratch) -> Drawing<'a> {
        Drawing {
            scores: &scratch.scores,
            may_do_nothing: self.may_do_nothing,
            score_cap: self.policy.score_cap,
            exploration: self.exploration,
            labels: self.labels,
            beliefs: &scratch.beliefs,
            exponent: self.policy.propensity_exponent,
        }
    }
}

/// The draws of one placement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draws<'a> {
    /// First half of the decision's id.
    pub(super) seed: DecisionId,
    pub(super) policy: PolicyIndex,
    /// Number of the placement in the decision, 0-based.
    pub(super) placement: usize,
    /// How many slots.
    pub(super) count: usize,
    /// What stands in slots before them without having been drawn.
    pub(super) forced: &'a [OfferIndex],
}

impl Draws<'_> {
    /// Draws the slate of the candidates as rated.
    pub(super) fn draw(
        &self,
        catalog: &Catalog,
        rated: &Rated<'_>,
        budgets: &mut [GroupBudget],
        scratch: &mut Scratch,
        drawn: impl FnMut(Drawn),
    ) -> End {
        let (category_of, group_of) = (catalog.category_of(), catalog.group_of());
        scratch.categories.clear();
        scratch.categories.extend(scratch.picks.iter().map(|pick| category_of[pick.at()]));
        scratch.groups.clear();
        scratch.groups.extend(scratch.picks.iter().map(|pick| group_of[pick.at()]));
        let vectors = catalog.vectors();
        let diversity = rated.policy.diversity;
        let compared: Vec<&Vector> = match diversity > 0.0 {
            true => scratch.picks.iter().map(|pick| &vectors[pick.at()]).collect(),
            false => Vec::new(),
        };
        // Empty as a rule, and then nothing is allocated.
        let stand: Vec<&Vector> = self.forced.iter().map(|offer| &vectors[offer.at()]).collect();
        let forced: Vec<u8> = self.forced.iter().map(|offer| category_of[offer.at()]).collect();
        let likeness =
            (diversity > 0.0).then_some(Likeness { diversity, vectors: &compared, forced: &stand });
        let limits = Limits {
            count: self.count,
            category_cap: rated.policy.category_cap,
            categories: &scratch.categories,
            groups: &scratch.groups,
            forced: &forced,
            likeness,
        };
        let number = u8::try_from(self.placement).unwrap_or(u8::MAX);
        let mut stream = DecisionStream::new(self.seed, &[self.policy.0, number]);
        let mut buffers = std::mem::take(&mut scratch.slate);
        let mut next = || stream.next_unit();
        let drawing = rated.drawing(scratch);
        let end = slate::draw(&drawing, &limits, budgets, &mut buffers, &mut next, drawn);
        scratch.slate = buffers;
        end
    }
}
