//! How an event changes a guest: a pure fold. The same record on the same state gives the same
//! state.

use crate::catalog::Catalog;
use crate::decide::Serving;
use crate::domain::belief::Prior;
use crate::domain::consent::Purpose;
use crate::domain::decision::short_of;
use crate::domain::event::{Event, EventKind, PartyRole};
use crate::domain::exposure::{Exposure, ExposureState, Ledger};
use crate::domain::guest::{GuestState, Home, OpenSlot, UNANSWERED};
use crate::domain::hold::{BrokenPromise, HoldState};
use crate::domain::id::{Fingerprint, OfferIndex, OfferKey};
use crate::domain::profile::{ContactState, ProfileChange};
use crate::domain::reach::OpenContact;
use crate::domain::stay::{Stay, StayStatus};
use crate::domain::time::Timestamp;
use crate::learn::affinity::HalfLives;
use crate::learn::channel::{fallback, model, response};
use crate::learn::evidence::{Evidence, examination, testimony};
use crate::learn::gaussian::Gaussian;
use crate::learn::preference::{self, Sighting};
use crate::learn::segment::Cell;
use crate::learn::{affinity, vectors, witness};

use super::EngineOptions;

/// Log-odds assumed for an offer that no decision is known to have shown: about one in twelve.
const CONTEXT_ASSUMED: f64 = -2.4;

/// What a taste fades to.
pub(super) const PRIOR: Prior = vectors::guest_prior();

/// Brings a guest up to a moment: tastes fade, and silence becomes an answer.
pub(super) fn to_now(
    guest: &mut GuestState,
    serving: &Serving,
    options: &EngineOptions,
    now: Timestamp,
) {
    fade(guest, options, now);
    unanswered(guest, serving, now.minus(ANSWER_WAIT));
    ignored(guest, now);
}

/// Lets what is known of a guest's likings fade, up to a moment.
pub(super) fn fade(guest: &mut GuestState, options: &EngineOptions, now: Timestamp) {
    let half_lives = HalfLives { observed: options.taste_half_life_days, ..HalfLives::default() };
    affinity::decay(&mut guest.affinities, now.days_since(guest.taste.updated), half_lives);
    preference::decay(&mut guest.taste, &PRIOR, half_lives.observed, now);
}

/// Folds an event into a guest's state.
pub(super) fn event(
    guest: &mut GuestState,
    event: &Event,
    serving: &Serving,
    options: &EngineOptions,
    now: Timestamp,
    sequence: u64,
) {
    guest.sequence = sequence;
    guest.stats.events += 1;
    fade(guest, options, event.time.min(now));
    // Whose stay it is learns of it; who books or pays for somebody else does not.
    let is_own = event.role == PartyRole::Stayer;
    if is_own {
        stay(guest, event);
    } else {
        chose_for_another(guest, event);
    }
    contact(guest, event);
    sums(guest, event);
    promise(guest, event, &serving.catalog, now);
    exposure(&mut guest.ledger, event, &serving.catalog, now);
    shown(guest, event);
    hours(guest, event, now);
    unanswered(guest, serving, now.minus(ANSWER_WAIT));
    // That an offer was shown is no evidence; that nothing came of it is.
    let says_taste = is_own && event.kind != EventKind::Impression;
    if guest.consent.allows(Purpose::Profiling) && says_taste {
        taste(guest, event, serving);
    }
    answered(guest, event, now);
    ignored(guest, now);
}

/// What somebody chose for another is neither their wish nor their refusal: no silence is heard in the
/// decision's other slots either.
fn chose_for_another(guest: &mut GuestState, event: &Event) {
    let Some(decision) = event.decision.as_ref().map(|d| short_of(d.id)) else { return };
    if let Some(open) = guest.open.iter_mut().find(|open| open.decision == decision) {
        open.slots.iter_mut().for_each(|slot| slot.evidence |= UNANSWERED);
    }
}

/// When the guest was active, and when a message arrived.
fn hours(guest: &mut GuestState, event: &Event, now: Timestamp) {
    if let Some(activity) = event.activity {
        guest.hours.note(event.time.min(now), activity.hour);
    }
    let Some(decision) = event.decision.as_ref().filter(|_| event.kind == EventKind::Delivered)
    else {
        return;
    };
    let short = short_of(decision.id);
    if let Some(open) = guest.open.iter_mut().find(|open| open.decision == short) {
        open.delivered = Some(event.time.min(now));
    }
}

/// An event of a decision that was pushed says that it was shown.
fn shown(guest: &mut GuestState, event: &Event) {
    let Some(decision) = event.decision.as_ref().filter(|_| moves(event.kind)) else { return };
    let short = short_of(decision.id);
    if let Some(open) = guest.open.iter_mut().find(|open| open.decision == short) {
        open.awaits_showing = false;
    }
}

/// What an answer to a message says of the channels the guest answers on.
fn answered(guest: &mut GuestState, event: &Event, now: Timestamp) {
    let Some(evidence) = response::evidence(event.kind).filter(|_| !event.is_machine) else {
        return;
    };
    let Some(decision) = event.decision.as_ref().map(|d| short_of(d.id)) else { return };
    // What was answered on another channel, where the message was tried again, is no answer on this.
    let is_this = |c: &OpenContact| {
        event.channel.is_none_or(|channel| channel == c.channel || !channel.is_pushed())
    };
    let mut open = guest.open.iter_mut().filter(|open| open.decision == decision);
    let open = open.find(|open| open.contact.as_ref().is_some_and(is_this));
    if let Some(contact) = open.and_then(|open| open.contact.take()) {
        learn_contact(guest, contact, event.time.min(now), evidence);
    }
}

/// Folds that messages were not answered for as long as guests usually take.
pub(super) fn ignored(guest: &mut GuestState, now: Timestamp) {
    for at in 0..guest.open.len() {
        let open = &mut guest.open[at];
        let is_late = |c: &OpenContact| now.since(open.at) >= fallback::patience(c.channel);
        if !open.awaits_showing
            && open.contact.as_ref().is_some_and(is_late)
            && let Some(contact) = open.contact.take()
        {
            let until = open.at.plus(fallback::patience(contact.channel));
            learn_contact(guest, contact, until, response::IGNORED);
        }
    }
}

fn learn_contact(guest: &mut GuestState, contact: OpenContact, at: Timestamp, evidence: Evidence) {
    if !guest.consent.allows(Purpose::Profiling) {
        return;
    }
    let OpenContact { channel, time, mean, variance } = contact;
    let population = Gaussian::new(f64::from(mean), f64::from(variance));
    model::teach(&mut guest.channels, Cell { channel, time }, at, population, evidence);
}

fn stay(guest: &mut GuestState, event: &Event) {
    let reservation = event.reservation.as_ref().map(|r| Fingerprint::of(r.as_str()));
    let known = reservation.and_then(|r| guest.stays.iter().position(|s| s.reservation == r));
    let is_about_the_stay = event.offer.is_none() && event.decision.is_none();
    let status = match event.kind {
        EventKind::Book if is_about_the_stay => StayStatus::Booked,
        EventKind::Cancel if is_about_the_stay => StayStatus::Cancelled,
        EventKind::CheckIn => StayStatus::CheckedIn,
        EventKind::CheckOut => StayStatus::CheckedOut,
        _ => return,
    };
    if status == StayStatus::CheckedIn {
        guest.stats.stays += 1;
    }
    if let Some(known) = known {
        // Out of order is no way back: a stay that ended does not begin again.
        guest.stays[known].status = guest.stays[known].status.max(status);
    }
    let (Some(facts), Some(reservation), Some(property)) =
        (&event.stay, reservation, &event.property)
    else {
        return;
    };
    let status = known.map_or(status, |at| guest.stays[at].status.max(status));
    guest.put_stay(Stay {
        reservation,
        property: Fingerprint::of(property.as_str()),
        check_in: facts.check_in,
        check_out: facts.check_out,
        adults: facts.adults,
        children: facts.children,
        status,
        purpose: facts.purpose.or(known.and_then(|at| guest.stays[at].purpose)),
    });
}

fn contact(guest: &mut GuestState, event: &Event) {
    if let Some(consent) = &event.consent {
        guest.consent.apply(consent);
    }
    for sighting in &event.presence {
        guest.presence.see(sighting.clone());
    }
    // What was seen is forgotten with the consent to keep it.
    if event.consent.is_some() {
        forget_presence(guest);
    }
    let Some(channel) = event.channel else { return };
    match event.kind {
        EventKind::Bounced => guest.bounced = guest.bounced.with(channel),
        EventKind::Delivered | EventKind::Opened | EventKind::Replied => {
            guest.bounced = guest.bounced.without(channel);
            guest.revoked = guest.revoked.without(channel);
            guest.reachable = guest.reachable.with(channel);
        }
        _ => {}
    }
}

/// Forgets what may not be kept of a guest's presence (any more).
fn forget_presence(guest: &mut GuestState) {
    if !guest.consent.allows(Purpose::Presence) {
        guest.presence.forget_what_needs_consent();
    }
}

fn sums(guest: &mut GuestState, event: &Event) {
    let minor = event.amount.map_or(0, |a| a.minor);
    if event.role == PartyRole::Booker {
        return;
    }
    match event.kind {
        EventKind::Pay => guest.stats.paid_minor = guest.stats.paid_minor.saturating_add(minor),
        EventKind::Refund => guest.stats.paid_minor = guest.stats.paid_minor.saturating_sub(minor),
        EventKind::Accept if event.role == PartyRole::Stayer => guest.stats.accepts += 1,
        _ => {}
    }
}

/// What failed is owed, until something free of charge is accepted.
fn promise(guest: &mut GuestState, event: &Event, catalog: &Catalog, now: Timestamp) {
    let Some(offer) = &event.offer else { return };
    match event.kind {
        EventKind::Failed => {
            if guest.broken.len() >= BrokenPromise::KEPT_MAX {
                guest.broken.remove(0);
            }
            let at = event.time.min(now);
            let offer = OfferKey::of(offer);
            guest.broken.push(BrokenPromise { offer, at, is_made_good: false });
        }
        EventKind::Accept | EventKind::Consume | EventKind::Fulfilled => {
            let known = catalog.index_of(offer).and_then(|at| catalog.offer(at));
            if known.is_some_and(|offer| offer.pricing.list.minor == 0 && !offer.is_fallback) {
                guest.broken.iter_mut().for_each(|promise| promise.is_made_good = true);
            }
        }
        _ => {}
    }
}

/// The state an event brings an exposure to.
fn exposure_state(kind: EventKind) -> Option<ExposureState> {
    match kind {
        EventKind::Impression | EventKind::Delivered => Some(ExposureState::Shown),
        EventKind::Click | EventKind::Opened | EventKind::Replied => Some(ExposureState::Clicked),
        EventKind::Decline => Some(ExposureState::Declined),
        EventKind::Accept | EventKind::Book | EventKind::Pay => Some(ExposureState::Accepted),
        EventKind::Consume | EventKind::Fulfilled => Some(ExposureState::Consumed),
        _ => None,
    }
}

/// Does an event of this kind move exposures on?
pub(super) fn moves(kind: EventKind) -> bool {
    exposure_state(kind).is_some()
}

/// Moves exposures on; restores those of a decision that a crash took, from its token.
pub(super) fn exposure(ledger: &mut Ledger, event: &Event, catalog: &Catalog, now: Timestamp) {
    let Some(mut state) = exposure_state(event.kind).filter(|_| !event.is_machine) else { return };
    // Who wanted what was sold out has nothing, and may be offered it when there is one again.
    if event.holds.iter().any(|mark| mark.state == HoldState::Refused) {
        state = state.min(ExposureState::Clicked);
    }
    let Some(decision) = &event.decision else {
        return answered_unasked(ledger, event, state, catalog, now);
    };
    let short = short_of(decision.id);
    let is_known = ledger.entries().iter().any(|e| e.decision == short);
    if let Some(token) = decision
        .token
        .as_ref()
        .filter(|t| !is_known && now.since(t.decided) < catalog.caps_horizon())
    {
        for slot in &token.slots {
            let entry = Exposure {
                offer: slot.offer,
                decision: short,
                at: token.decided,
                expires: token.expires,
                group: catalog.group_of_key(slot.offer),
                channel: event.channel,
                state: ExposureState::Reserved,
                is_transactional: false,
            };
            ledger.add(entry, now);
        }
    }
    let offer = event.offer.as_ref().map(OfferKey::of);
    ledger.advance(short, offer, state, event.time.min(now));
}

/// An offer that the guest answered without a decision of ours (at the desk, on another page) is
/// answered all the same: what was declined or used stays away for its window (I10). It is no message, and
/// stands once for each offer.
fn answered_unasked(
    ledger: &mut Ledger,
    event: &Event,
    state: ExposureState,
    catalog: &Catalog,
    now: Timestamp,
) {
    let is_answer = state >= ExposureState::Declined;
    let is_recent = now.since(event.time) < catalog.caps_horizon();
    let Some(offer) = event.offer.as_ref().filter(|_| is_answer && is_recent) else { return };
    let (offer, at) = (OfferKey::of(offer), event.time.min(now));
    if ledger.entries().iter().any(|e| e.decision == 0 && e.offer == offer) {
        ledger.advance(0, Some(offer), state, at);
        return;
    }
    let group = catalog.group_of_key(offer);
    let entry = Exposure {
        offer,
        decision: 0,
        at,
        expires: at,
        group,
        channel: None,
        state,
        is_transactional: false,
    };
    ledger.add(entry, now);
}

/// Folds that nothing was heard of offers shown long enough ago, or of all of them: no answer is an
/// answer, as loud as the slot was looked at.
pub(super) fn unanswered(guest: &mut GuestState, serving: &Serving, before: Timestamp) {
    if !guest.consent.allows(Purpose::Profiling) {
        return;
    }
    for d in 0..guest.open.len() {
        if guest.open[d].at >= before || guest.open[d].awaits_showing {
            continue;
        }
        for s in 0..guest.open[d].slots.len() {
            let slot = guest.open[d].slots[s];
            if !slot.is_unanswered() {
                continue;
            }
            guest.open[d].slots[s].evidence |= UNANSWERED;
            let Some(offer) = serving.catalog.index_of_key(slot.offer) else { continue };
            let evidence = Evidence { label: false, weight: examination(slot.slot) };
            testify(guest, offer, Some(slot), (evidence, 0.0), serving);
        }
    }
}

/// How long an answer is waited for before silence counts.
pub(super) const ANSWER_WAIT: std::time::Duration = std::time::Duration::from_secs(3_600);

/// What the event says of the guest's taste.
fn taste(guest: &mut GuestState, event: &Event, serving: &Serving) {
    if let Some(answer) = &event.survey {
        let tags = answer.tags.iter().map(String::as_str);
        let direction = vectors::tags_vector(tags.clone());
        let value = f64::from(answer.value);
        preference::answer(&mut guest.taste, &PRIOR, &direction, value, preference::ANSWER_NOISE);
        for tag in tags {
            let tag = crate::domain::belief::tag_hash(tag);
            affinity::answer(&mut guest.affinities, tag, value, preference::ANSWER_NOISE);
        }
        return;
    }
    for (offer, place) in sightings(guest, event, &serving.catalog) {
        see(guest, event.kind, offer, place, serving);
    }
}

/// Offers the event speaks of, with their place among the open decisions where they have one.
fn sightings(
    guest: &GuestState,
    event: &Event,
    catalog: &Catalog,
) -> Vec<(OfferIndex, Option<(usize, usize)>)> {
    let named = event.offer.as_ref().and_then(|o| catalog.index_of(o));
    let Some(decision) = &event.decision else {
        return named.map(|o| (o, None)).into_iter().collect();
    };
    let short = short_of(decision.id);
    let Some(at) = guest.open.iter().position(|d| d.decision == short) else {
        return named.map(|o| (o, None)).into_iter().collect();
    };
    let slots = guest.open[at].slots.iter().enumerate();
    let meant = slots.filter(|(_, slot)| match decision.place {
        Some(place) => slot.proposition == place.proposition && slot.slot == place.slot,
        None => event.offer.is_none() && event.kind == EventKind::Impression,
    });
    meant.filter_map(|(i, slot)| Some((catalog.index_of_key(slot.offer)?, Some((at, i))))).collect()
}

fn see(
    guest: &mut GuestState,
    kind: EventKind,
    offer: OfferIndex,
    place: Option<(usize, usize)>,
    serving: &Serving,
) {
    let open = place.and_then(|(d, s)| guest.open.get(d)?.slots.get(s)).copied();
    let (slot, heard) = open.map_or((0, 0), |o| (o.slot, o.heard()));
    let Some(testimony) = testimony(kind, slot, heard) else { return };
    testify(guest, offer, open, (testimony.evidence, testimony.louder), serving);
    if let Some(open) = place.and_then(|(d, s)| guest.open.get_mut(d)?.slots.get_mut(s)) {
        open.evidence = open.heard().max(testimony.rank) | (open.evidence & UNANSWERED);
    }
}

fn testify(
    guest: &mut GuestState,
    offer: OfferIndex,
    open: Option<OpenSlot>,
    (evidence, louder): (Evidence, f64),
    serving: &Serving,
) {
    let catalog = &serving.catalog;
    let sighting = Sighting {
        vector: &catalog.vectors()[offer.at()],
        context_log_odds: open.map_or(CONTEXT_ASSUMED, |o| f64::from(o.context_log_odds)),
        taste_weight: open.map_or(1.0, |o| f64::from(o.taste_weight)),
    };
    let GuestState { taste, affinities, .. } = guest;
    let seen = (&sighting, catalog.tags(offer));
    witness::observe((taste, &PRIOR), affinities, seen, evidence, louder);
}

/// Folds a change of the profile into the hot state.
pub(super) fn profile(
    guest: &mut GuestState,
    change: &ProfileChange,
    serving: &Serving,
    sequence: u64,
) {
    guest.sequence = sequence;
    for consent in &change.consents {
        guest.consent.apply(consent);
    }
    forget_presence(guest);
    for preference in &change.preferences {
        let tag = crate::domain::belief::tag_hash(preference.tag.as_str());
        affinity::state(&mut guest.affinities, tag, preference.level, preference.origin);
    }
    let Some(facts) = &change.facts else { return };
    let text = |t: &str| (!t.is_empty()).then(|| std::sync::Arc::from(t));
    let country: [u8; 2] = facts.country.as_bytes().try_into().unwrap_or([0, 0]);
    guest.membership.clone_from(&facts.membership);
    guest.purpose = facts.purpose;
    guest.home = Home { zone: text(&facts.zone), locale: text(&facts.locale), country };
    let of = |states: &[ContactState]| {
        facts
            .contact_points
            .iter()
            .filter(|c| states.contains(&c.state))
            .map(|c| c.channel)
            .collect()
    };
    guest.reachable = of(&[ContactState::Given, ContactState::Verified, ContactState::Masked]);
    guest.bounced = of(&[ContactState::Bounced]);
    guest.revoked = of(&[ContactState::Revoked]);
    let unmasked: crate::domain::channel::ChannelSet =
        of(&[ContactState::Given, ContactState::Verified]);
    let masked: crate::domain::channel::ChannelSet = of(&[ContactState::Masked]);
    guest.masked = masked.iter().filter(|c| !unmasked.contains(*c)).collect();
    if let Some(segment) = &facts.segment {
        let segments = &serving.catalog.content().segments;
        let at =
            segments.iter().position(|s| s.id == *segment).and_then(|at| u16::try_from(at).ok());
        guest.segment = at.unwrap_or(crate::domain::guest::NO_SEGMENT);
    }
}
