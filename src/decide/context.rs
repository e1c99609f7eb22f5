//! The situation of a decision: stage, party, local time, channel, language; told by the caller, or
//! known, or assumed.

use crate::catalog::{GuestFacts, PlacementIndex, PropertyIndex, RuleFacts};
use crate::domain::channel::Channel;
use crate::domain::consent::Purpose;
use crate::domain::decision::Context;
use crate::domain::guest::GuestState;
use crate::domain::id::{Fingerprint, Label};
use crate::domain::price::PriceTerms;
use crate::domain::request::DecideRequest;
use crate::domain::stay::{Stay, StayStage, StayStatus, stage_of};
use crate::domain::time::{Date, TimeContext, Timestamp};

/// Adults assumed where neither the caller nor a stay says: hotels sell doubles.
const ADULTS_ASSUMED: u8 = 2;

/// The stay a decision is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Situation<'a> {
    /// Stay stage: the caller's word, else that of the stays on file, else a prospect.
    pub stage: StayStage,
    /// The stay, where one is on file.
    pub stay: Option<&'a Stay>,
}

/// Which stay and stage a call is about.
pub fn situation<'a>(request: &DecideRequest, guest: &'a GuestState, today: Date) -> Situation<'a> {
    let property = Fingerprint::of(request.property.as_str());
    let (known, stay) = stage_of(&guest.stays, property, today);
    let told = request.reservation.as_ref().map(|r| Fingerprint::of(r.as_str()));
    let stay = told.and_then(|r| guest.stays.iter().find(|s| s.reservation == r)).or(stay);
    Situation { stage: request.stage.unwrap_or(known), stay }
}

/// The resolved context.
pub fn resolve(
    request: &DecideRequest,
    guest: &GuestState,
    situation: &Situation<'_>,
    (today, time): (Date, TimeContext),
    (channel, default_locale): (Channel, &str),
) -> Context {
    let told_locale = Some(request.locale.as_str()).filter(|l| !l.is_empty());
    Context {
        direction: request.direction,
        channel: request.current_channel.unwrap_or(channel),
        stage: situation.stage,
        time,
        today,
        adults: request.adults.or(situation.stay.map(|s| s.adults)).unwrap_or(ADULTS_ASSUMED),
        children: request.children.or(situation.stay.map(|s| s.children)).unwrap_or(0),
        locale: told_locale.or(guest.home.locale.as_deref()).unwrap_or(default_locale).to_owned(),
        intent: request.intent.clone(),
    }
}

/// The stay that a call is priced and judged by: the one on file, with the days that the caller told
/// in the place of its own.
pub fn dated(request: &DecideRequest, stay: Option<&Stay>) -> Option<Stay> {
    let Some((check_in, check_out)) = request.terms.dates else { return stay.copied() };
    let property = Fingerprint::of(request.property.as_str());
    let reservation =
        request.reservation.as_ref().map_or(Fingerprint(0), |r| Fingerprint::of(r.as_str()));
    let told = Stay {
        reservation,
        property,
        check_in,
        check_out,
        adults: request.adults.unwrap_or(ADULTS_ASSUMED),
        children: request.children.unwrap_or(0),
        status: StayStatus::Booked,
        purpose: request.travel_purpose,
    };
    Some(stay.map_or(told, |stay| Stay { check_in, check_out, ..*stay }))
}

/// The published conditions of a call. All that it takes of the guest is the tier, which is a
/// published condition; it is theirs by contract, so no consent is asked.
pub fn terms(
    request: &DecideRequest,
    context: &Context,
    stay: Option<&Stay>,
    tier: Option<&Label>,
) -> PriceTerms {
    let persons = u16::from(context.adults) + u16::from(context.children);
    let plain = PriceTerms {
        persons: persons.max(1),
        tier: tier.cloned(),
        rate_plan: request.terms.rate_plan.clone(),
        promotions: request.terms.promotions.clone(),
        ..PriceTerms::plain(context.today)
    };
    match stay {
        Some(stay) => plain.staying((stay.check_in, stay.check_out)),
        None => plain,
    }
}

/// What rules may ask, for one placement. Without the profiling consent they learn nothing about
/// the person (I13).
pub fn rule_facts<'a>(
    context: &'a Context,
    (guest, now): (&GuestState, Timestamp),
    stay: Option<&Stay>,
    property: PropertyIndex,
    placement: PlacementIndex,
) -> RuleFacts<'a> {
    let owed = guest.broken.iter().filter(|promise| promise.is_owed(now)).count();
    let may_profile = guest.consent.allows(Purpose::Profiling);
    let nights = stay.and_then(|s| u16::try_from(s.check_out.0 - s.check_in.0).ok());
    RuleFacts {
        property,
        placement,
        channel: context.channel,
        stage: context.stage,
        time: context.time,
        adults: context.adults,
        children: context.children,
        nights,
        days_to_arrival: stay.map(|s| s.check_in.0 - context.today.0),
        locale: &context.locale,
        intent: &context.intent,
        country: Some(guest.home.country).filter(|c| may_profile && *c != [0, 0]),
        guest: may_profile.then_some(GuestFacts {
            stays: guest.stats.stays,
            accepts: guest.stats.accepts,
            broken_promises: u32::try_from(owed).unwrap_or(u32::MAX),
            segment: guest.segment,
            value: None,
        }),
    }
}
