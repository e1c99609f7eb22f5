//! A trigger is due: it asks for its decision, or says why it does not. Either way the journey is done
//! with it in the batch that says so: a restart neither loses nor repeats one.

use std::sync::Arc;

use crate::decide::Serving;
use crate::domain::delivery::{Delivery, SkipReason, SkippedTrigger};
use crate::domain::guest::GuestState;
use crate::domain::id::{Fingerprint, GuestKey, RequestId};
use crate::domain::lifecycle::Trigger;
use crate::domain::price::AskedTerms;
use crate::domain::record::{Body, Record};
use crate::domain::request::{ChannelRequest, DecideRequest, Direction, PlacementRequest};
use crate::domain::time::Timestamp;
use crate::engine::Engine;
use crate::engine::brands::Brand;
use crate::engine::error::Error;
use crate::engine::persons::Person;

use super::agenda::due_of;

impl Engine {
    /// Asks, by places of trigger and journey; gives the sequence of the record.
    pub(super) fn fire(
        &self,
        (brand, serving): (&Arc<Brand>, &Serving),
        (person, guest): (&Person, &mut GuestState),
        (trigger, journey): (usize, usize),
        (due, now): (Timestamp, Timestamp),
    ) -> Result<u64, Error> {
        let key = person.key;
        let trigger = &serving.catalog.content().lifecycle[trigger];
        let skip = if now.since(due) > trigger.tolerance {
            Some(SkipReason::Late)
        } else if guest.has_too_many_dispatches() {
            Some(SkipReason::TooManyMessages)
        } else {
            None
        };
        let place = (trigger, journey);
        let who = (brand, serving);
        if let Some(reason) = skip {
            return self.skip(who, (key, guest), place, (due, now), reason);
        }
        let request = self.request_of_trigger(brand, (key, guest), trigger, journey, now)?;
        let party = self.party_of_request(&brand.id, &request, &serving.catalog);
        guest.agenda.journeys[journey].done.push(trigger.hash());
        let made = self.with_party(&brand.id, party, |party| {
            let made = self.make(brand, serving, person, &request, guest, party)?;
            let sequence = made.decision.sequence;
            Ok((sequence, sequence))
        });
        match made {
            Ok(sequence) => Ok(sequence),
            Err(error) => {
                guest.agenda.journeys[journey].done.pop();
                if error.is_passing() {
                    return Err(error);
                }
                tracing::warn!(brand = %brand.id, trigger = %trigger.id, %error, "a trigger failed");
                self.skip(who, (key, guest), place, (due, now), SkipReason::Failed)
            }
        }
    }

    fn request_of_trigger(
        &self,
        brand: &Brand,
        (key, guest): (GuestKey, &GuestState),
        trigger: &Trigger,
        journey: usize,
        now: Timestamp,
    ) -> Result<DecideRequest, Error> {
        let journey = &guest.agenda.journeys[journey];
        let id = self.profile_of(brand, key)?.ok_or_else(|| Error::not_found("guest"))?.guest;
        let placement = |placement: &crate::domain::id::PlacementId| PlacementRequest {
            placement: placement.clone(),
            count: None,
            allowed: Vec::new(),
            excluded: Vec::new(),
        };
        let print = journey.fingerprint();
        let request = RequestId::parse("", &format!("lifecycle/{}/{:016x}", trigger.id, print.0));
        Ok(DecideRequest {
            property: journey.property.clone(),
            guest: id,
            placements: trigger.placements.iter().map(placement).collect(),
            direction: Direction::Outbound,
            current_channel: None,
            stage: None,
            reservation: Some(journey.reservation.clone()),
            room: None,
            locale: String::new(),
            zone: String::new(),
            intent: String::new(),
            adults: None,
            children: None,
            travel_purpose: None,
            terms: AskedTerms::default(),
            channel: Some(ChannelRequest {
                allowed: trigger.channels,
                earliest: None,
                latest: Some(now.plus(trigger.window)),
                is_transactional: false,
            }),
            message: None,
            allow_duplicates: false,
            defers_activation: true,
            delivery: Some(Delivery { trigger: Some(trigger.id.clone()) }),
            pushed: None,
            wants_full_view: false,
            mode: None,
            policy: None,
            planned: None,
            goes_with: Arc::default(),
            request: request.ok(),
        })
    }

    fn skip(
        &self,
        (brand, serving): (&Arc<Brand>, &Serving),
        (key, guest): (GuestKey, &mut GuestState),
        (trigger, journey): (&Trigger, usize),
        (due, now): (Timestamp, Timestamp),
        reason: SkipReason,
    ) -> Result<u64, Error> {
        let mut reservation = self.committer.reserve()?;
        let sequence = reservation.sequence();
        let journey = &mut guest.agenda.journeys[journey];
        journey.done.push(trigger.hash());
        let print: Fingerprint = journey.fingerprint();
        let skipped =
            SkippedTrigger { trigger: trigger.id.clone(), reservation: print, due, reason };
        let body = Body::Skipped { guest: key, skipped: Box::new(skipped) };
        let brand_id = brand.id.clone();
        reservation.record(&Record { sequence, brand: brand_id, recorded: now, body });
        guest.sequence = sequence;
        self.keep(brand, serving, (key, guest), &mut reservation);
        reservation.submit();
        Ok(sequence)
    }
}

/// History has no moments to come late for: what was over before it was told is done with.
pub(in crate::engine) fn settle_past(guest: &mut GuestState, serving: &Serving, now: Timestamp) {
    let triggers = &serving.catalog.content().lifecycle;
    for at in 0..guest.agenda.journeys.len() {
        let over: Vec<u32> = triggers
            .iter()
            .filter(|trigger| {
                let due = due_of(guest, serving, &guest.agenda.journeys[at], trigger);
                due.is_some_and(|due| now.since(due) > trigger.tolerance)
            })
            .map(Trigger::hash)
            .collect();
        guest.agenda.journeys[at].done.extend(over);
    }
}
