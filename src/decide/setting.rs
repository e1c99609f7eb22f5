//! What a decision is made in: context, stay, experiments, and what may be known of the guest. Read
//! once, used by every placement.

use crate::catalog::{PolicyIndex, PropertyIndex};
use crate::domain::channel::Channel;
use crate::domain::decision::{Context, Enrolment, Known, TasteSnapshot};
use crate::domain::guest::GuestState;
use crate::domain::guest_value::ValueTier;
use crate::domain::id::Fingerprint;
use crate::domain::policy::{DecisionPolicy, LearningMode};
use crate::domain::price::PriceTerms;
use crate::domain::stay::{Stay, StayStage};
use crate::domain::zone::Zone;

use super::candidates::may_profile;
use super::context::{dated, resolve, situation, terms};
use super::enrolment::{self, Variation};
use super::known;
use super::local_time::{Clues, Place};
use super::outbound;
use super::pipeline::{Failure, Inputs};
use super::rating::Question;

/// What a decision is made in.
pub(super) struct Setting {
    pub(super) property: PropertyIndex,
    pub(super) context: Context,
    pub(super) stay: Option<Stay>,
    pub(super) place: Place,
    /// The published conditions: all that its prices depend on.
    pub(super) terms: PriceTerms,
    pub(super) experiments: Enrolment,
    variation: Variation,
    pub(super) taste: Option<TasteSnapshot>,
    pub(super) known: Known,
    /// What the guest is worth, where that may count.
    pub(super) tier: Option<ValueTier>,
}

impl Setting {
    /// Reads it. `channel` is that of the first placement.
    pub(super) fn of(inputs: &Inputs<'_>, property: PropertyIndex, channel: Channel) -> Self {
        let (catalog, request) = (&*inputs.serving.catalog, inputs.request);
        let (context, stay, place) = context_for(inputs, property, channel);
        let stay = dated(request, stay);
        let terms = terms_of(inputs, &context, stay.as_ref());
        let experiments = enrolment::enrol(catalog, request, inputs.guest, context.today);
        let variation = Variation::of(catalog, &experiments);
        let taste = taste_of(inputs.guest).filter(|_| !variation.is_held_out);
        let ledger = inputs.ledgers.guest;
        let known =
            taste.as_ref().map(|_| known::read(inputs.guest, ledger, inputs.serving, inputs.now));
        let known = known.unwrap_or_default();
        let rules = taste.as_ref().and(catalog.content().guest_value.as_ref());
        let tier = rules.map(|rules| rules.tier(inputs.guest.stats.paid_minor));
        Self { property, context, stay, place, terms, experiments, variation, taste, known, tier }
    }

    /// What every placement is rated by.
    pub(super) fn question<'a>(&'a self, inputs: &Inputs<'a>) -> Question<'a> {
        Question {
            serving: inputs.serving,
            property: (self.property, &inputs.request.property),
            context: &self.context,
            taste: self.taste.as_ref(),
            known: &self.known,
            segment: inputs.guest.segment,
            tier: self.tier,
            goes_with: &inputs.request.goes_with,
            at: inputs.now,
            variation: self.variation,
        }
    }

    /// Is the guest in a control group that nothing personal reaches?
    pub(super) fn is_held_out(&self) -> bool {
        self.variation.is_held_out
    }

    /// The policy of a placement, as the guest's experiments have it.
    pub(super) fn policy<'c>(
        &self,
        inputs: &Inputs<'c>,
        policy: PolicyIndex,
    ) -> Result<(PolicyIndex, &'c DecisionPolicy), Failure> {
        let catalog = &*inputs.serving.catalog;
        let policy = match inputs.request.policy {
            Some(_) => policy,
            None => enrolment::policy_of(catalog, &self.experiments, policy),
        };
        catalog.policy(policy).map(|p| (policy, p)).ok_or(Failure::Policy)
    }
}

/// The learning mode of a call under a policy.
pub(super) fn mode_of(inputs: &Inputs<'_>, policy: &DecisionPolicy) -> LearningMode {
    inputs.request.mode.or(inputs.mode).unwrap_or(policy.mode)
}

/// The published conditions that its prices depend on.
fn terms_of(inputs: &Inputs<'_>, context: &Context, stay: Option<&Stay>) -> PriceTerms {
    let tiers = &inputs.serving.catalog.content().loyalty_tiers;
    let tier = inputs.guest.membership.as_ref();
    let tier = tier.and_then(|membership| membership.tier_on(context.today, tiers));
    terms(inputs.request, context, stay, tier)
}

/// The guest's taste, where it may be used.
fn taste_of(guest: &GuestState) -> Option<TasteSnapshot> {
    let snapshot = TasteSnapshot { mean: guest.taste.mean, variance: guest.taste.variance };
    may_profile(guest).then_some(snapshot)
}

/// Where and when the guest is, as a call is made.
pub(super) fn context_for<'a>(
    inputs: &Inputs<'a>,
    property: PropertyIndex,
    channel: Channel,
) -> (Context, Option<&'a Stay>, Place) {
    let (serving, request, guest) = (inputs.serving, inputs.request, inputs.guest);
    let property_zone = serving.zones[usize::from(property.0)];
    let today = property_zone.local(inputs.now).date;
    let situation = situation(request, guest, today);
    let house = Fingerprint::of(request.property.as_str());
    let in_house = matches!(situation.stage, StayStage::InHouse | StayStage::Departure)
        || outbound::seen_in_house_until(guest, house, inputs.now).is_some();
    let property_country = serving.catalog.property(property).map_or([0, 0], |p| p.country);
    let told = Zone::find(&request.zone);
    let fallback = serving.fallback_zone;
    let of_stay = situation.stay.and_then(|stay| stay.purpose);
    let own = guest.purpose.filter(|_| may_profile(guest));
    let purpose = request.travel_purpose.or(of_stay).or(own);
    let home = &guest.home;
    let clues = Clues { in_house, property_zone, property_country, told, home, fallback, purpose };
    let place = Place::of(&clues);
    let time = place.time_context(&serving.calendar, inputs.now);
    let default_locale = &serving.catalog.content().default_locale;
    let context =
        resolve(request, guest, &situation, (today, time), (channel, default_locale.as_ref()));
    (context, situation.stay, place)
}
