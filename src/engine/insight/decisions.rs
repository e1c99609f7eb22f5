//! Decisions of a period, as a report counts them.

use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::domain::channel::Channel;
use crate::domain::decision::{Decision, SendOutcome, Slot, Source};
use crate::domain::id::GuestKey;
use crate::domain::money::Money;
use crate::domain::offer::Offer;
use crate::domain::outcome::{Outcome, Step};
use crate::domain::price::WHOLE;
use crate::engine::history::{Units, unit};
use crate::learn::experiment::impact::Report as Impact;
use crate::learn::insight::calibration::Foreseen;
use crate::learn::insight::product::{Funnel, Offers, Showing};
use crate::learn::insight::promotion::{Drawn, Prices};
use crate::learn::insight::share::Share;
use crate::learn::insight::{ChannelLine, Performance, PlacementLine};

use super::settings;

/// Decisions, as they come in.
#[derive(Default)]
pub(super) struct Decisions {
    decisions: u64,
    placements: BTreeMap<String, Funnel>,
    propositions: (u64, u64),
    funnel: Funnel,
    channels: BTreeMap<Channel, Contacts>,
    withheld: u64,
    contact_costs: BTreeMap<GuestKey, f64>,
    offers: Offers,
    prices: Prices,
    units: Units,
    labels: Vec<(u64, f32, bool)>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Contacts {
    sent: u64,
    answered: u64,
    unsubscribed: u64,
}

/// What was found of them.
pub(super) struct Found {
    pub(super) performance: Performance,
    pub(super) offers: Offers,
    pub(super) prices: Prices,
    /// Of all messages, in major units.
    pub(super) contact_cost: f64,
    /// Of the messages to each guest.
    pub(super) contact_costs: BTreeMap<GuestKey, f64>,
}

type Outcomes<'a> = &'a [(u8, u8, Outcome)];

impl Decisions {
    /// Takes a decision in, with whose it is and what came of its slots.
    pub(super) fn take(
        &mut self,
        (decision, guest): (&Decision, GuestKey),
        catalog: &Catalog,
        outcomes: Outcomes<'_>,
    ) {
        // What was pushed to a watcher, and nobody saw, was no chance to answer.
        if decision.pushed.is_some() && outcomes.is_empty() {
            return;
        }
        self.decisions += 1;
        self.units.take_decision((decision, guest), catalog, outcomes);
        let of_guest = unit(guest);
        self.offers.decided(of_guest);
        for (proposition, number) in decision.propositions.iter().zip(0_u8..) {
            self.propositions.0 += 1;
            self.propositions.1 += u64::from(proposition.source == Source::Model);
            for candidate in &proposition.candidates {
                if let Some(offer) = catalog.offer(*candidate) {
                    self.offers.candidate(offer.id.as_str());
                }
            }
            let placement =
                self.placements.entry(proposition.placement.as_str().to_owned()).or_default();
            for (slot, place) in proposition.slots.iter().zip(0_u8..) {
                let Some(offer) = catalog.offer(slot.offer).filter(|_| !slot.is_stand_in()) else {
                    continue;
                };
                let found = outcomes.iter().find(|(p, s, _)| (*p, *s) == (number, place));
                let outcome = found.map(|(.., outcome)| *outcome).unwrap_or_default();
                let showing = showing(slot, offer, &outcome);
                placement.take(&showing);
                self.funnel.take(&showing);
                self.offers.take(offer.id.as_str(), of_guest, &showing);
                self.prices.take(offer.id.as_str(), asked(slot), drawn(slot, offer), &showing);
                if let (Source::Model, 0, Some(label)) =
                    (proposition.source, place, outcome.label())
                {
                    self.labels.push((decision.sequence, slot.parts.response_propensity, label));
                }
            }
        }
        self.contact((decision, guest), catalog, outcomes);
    }

    /// The message that carried it.
    fn contact(
        &mut self,
        (decision, guest): (&Decision, GuestKey),
        catalog: &Catalog,
        outcomes: Outcomes<'_>,
    ) {
        let Some(choice) = &decision.channel else { return };
        let Some(channel) = choice.channel.filter(|_| choice.outcome != SendOutcome::Withhold)
        else {
            self.withheld += u64::from(choice.outcome == SendOutcome::Withhold);
            return;
        };
        let contacts = self.channels.entry(channel).or_default();
        contacts.sent += 1;
        contacts.answered += u64::from(outcomes.iter().any(|(.., o)| o.step >= Step::Clicked));
        contacts.unsubscribed += u64::from(outcomes.iter().any(|(.., o)| o.unsubscribed));
        let policy = catalog.content().contact.channels.iter().find(|p| p.channel == channel);
        *self.contact_costs.entry(guest).or_default() += policy.map_or(0.0, |p| p.cost);
    }

    /// The offers alone.
    pub(super) fn offers(self) -> Offers {
        self.offers
    }

    /// What was found; labels are final up to a sequence.
    pub(super) fn found(self, matured: u64) -> Found {
        let mut foreseen = Foreseen::default();
        for (_, propensity, label) in self.labels.iter().filter(|(at, ..)| *at <= matured) {
            foreseen.take(*propensity, *label);
        }
        let units = self.units.found(matured);
        let placement = |(placement, funnel): (String, Funnel)| PlacementLine {
            placement,
            accept_rate: funnel.accept_rate(),
            funnel,
        };
        let channel = |(channel, contacts): (Channel, Contacts)| ChannelLine {
            channel: channel.name().to_owned(),
            contacts: contacts.sent,
            answered: Share::of(contacts.answered, contacts.sent),
            unsubscribed: Share::of(contacts.unsubscribed, contacts.sent),
        };
        let performance = Performance {
            decisions: self.decisions,
            by_model: Share::of(self.propositions.1, self.propositions.0),
            funnel: self.funnel,
            accept_rate: self.funnel.accept_rate(),
            placements: self.placements.into_iter().map(placement).collect(),
            channels: self.channels.into_iter().map(channel).collect(),
            withheld: self.withheld,
            impact: Impact::of(&units.impact, &settings(units.shares)),
            calibration: foreseen.calibration(),
        };
        Found {
            performance,
            offers: self.offers,
            prices: self.prices,
            contact_cost: self.contact_costs.values().sum(),
            contact_costs: self.contact_costs,
        }
    }
}

/// What came of a slot.
fn showing(slot: &Slot, offer: &Offer, outcome: &Outcome) -> Showing {
    let quote = &slot.quote;
    let minor = outcome.reward_minor(quote.amount());
    // The margin of a unit at this price counts its cost once: the others' is added here.
    let others = i64::from(quote.quantity.saturating_sub(1));
    let cost = offer.pricing.variable_cost.minor.saturating_mul(others);
    let accepted = outcome.is_accepted();
    let margin = if accepted { offer.pricing.margin(minor) - cost } else { 0 };
    let major = |minor| Money::new(minor, quote.offer.currency).major();
    Showing {
        shown: outcome.step >= Step::Shown,
        clicked: outcome.step >= Step::Clicked,
        accepted,
        declined: outcome.declined,
        reversed: outcome.step >= Step::Accepted && outcome.reversed,
        revenue: major(minor),
        margin: major(margin),
    }
}

/// The price as a share of the list price.
fn asked(slot: &Slot) -> f64 {
    let list = slot.quote.list.major();
    if list > 0.0 { slot.quote.offer.major() / list } else { 1.0 }
}

/// The step that a trial drew.
pub(in crate::engine) fn drawn(slot: &Slot, offer: &Offer) -> Option<Drawn> {
    let pricing = &offer.pricing;
    let quote = &slot.quote;
    if pricing.trial.is_none() || pricing.steps.is_empty() || quote.selection_probability >= 1.0 {
        return None;
    }
    let told = |id: &_| quote.qualifications.contains(id);
    let step = pricing.steps.iter().find(|step| step.id.as_ref().is_some_and(told));
    let basis_points = step.map_or(WHOLE, |step| step.basis_points);
    Some(Drawn { basis_points, cell: quote.cell })
}
