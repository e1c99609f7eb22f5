//! What an event asks of the units of scarce offers, and what is answered.

use crate::catalog::Catalog;
use crate::decide::Serving;
use crate::domain::event::{Event, EventKind, REASON_CODE, UNIT_GONE};
use crate::domain::guest::GuestState;
use crate::domain::hold::{HoldMark, HoldVerb, ShelfKey};
use crate::domain::id::{Fingerprint, GuestKey, OfferKey, PropertyId};
use crate::domain::invalid::Invalid;
use crate::domain::offer::Offer;
use crate::domain::record::{Body, Record};
use crate::domain::stay::stage_of;
use crate::domain::time::{Date, Timestamp};
use crate::store::Reservation;

use super::Engine;
use super::brands::Brand;
use super::calls::HoldAnswer;
use super::error::Error;
use super::holds::{self, Wish};
use super::recording::BACKFILL;
use super::watching::Cause;

impl Engine {
    /// What an event asks of the units of a scarce offer; `None` where it asks nothing. History
    /// takes no unit.
    pub(super) fn wish(
        &self,
        brand: &Brand,
        guest: &GuestState,
        event: &Event,
        serving: &Serving,
        now: Timestamp,
    ) -> Result<Option<Wish>, Error> {
        let catalog = &serving.catalog;
        let key = offer_of(event, guest);
        let offer = key.and_then(|key| catalog.index_of_key(key)).and_then(|at| catalog.offer(at));
        let scarce = offer.filter(|offer| offer.is_inventory_limited);
        let verb = match event.kind {
            EventKind::Accept => scarce.map(|offer| HoldVerb::Take(now.plus(offer.hold))),
            EventKind::Book | EventKind::Pay => scarce.map(|_| HoldVerb::Confirm),
            EventKind::Consume | EventKind::Fulfilled => scarce.map(|_| HoldVerb::Fulfil),
            EventKind::Cancel | EventKind::Refund => Some(HoldVerb::Cancel),
            EventKind::Failed => Some(HoldVerb::Fail(is_unit_gone(event))),
            _ => None,
        };
        let Some(verb) = verb.filter(|_| event.source.as_str() != BACKFILL) else {
            return Ok(None);
        };
        let takes = matches!(verb, HoldVerb::Take(_) | HoldVerb::Confirm | HoldVerb::Fulfil);
        let shelf = match scarce.filter(|_| takes) {
            Some(offer) => self.shelf_of(brand, guest, event, offer, (serving, now))?,
            None => None,
        };
        if matches!(verb, HoldVerb::Take(_)) && shelf.is_none() {
            let problem =
                "is missing; the offer is scarce: say at which hotel, or give the decision";
            return Err(Invalid::new("property", problem).into());
        }
        Ok(Some(Wish {
            verb,
            offer: key,
            property: event.property.clone(),
            day: event.stay.as_ref().map(|stay| stay.check_in),
            reservation: event.reservation.as_ref().map(|r| Fingerprint::of(r.as_str())),
            shelf,
        }))
    }

    /// Where the unit lies: what the event says, else its decision, else the guest's stays, else
    /// today.
    fn shelf_of(
        &self,
        brand: &Brand,
        guest: &GuestState,
        event: &Event,
        offer: &Offer,
        (serving, now): (&Serving, Timestamp),
    ) -> Result<Option<ShelfKey>, Error> {
        let told = event.property.clone().zip(event.stay.as_ref().map(|stay| stay.check_in));
        let decision = match (&told, &event.decision) {
            (None, Some(decision)) => self.logged_decision(&brand.id, decision.id)?,
            _ => None,
        };
        let property = event.property.clone().or(decision.as_ref().map(|d| d.property.clone()));
        let Some(property) = property else { return Ok(None) };
        let Some(today) = today_at(&property, serving, now) else { return Ok(None) };
        let decided = decision.filter(|d| d.property == property).map(|d| d.terms.date);
        let promised = event.held_price.as_ref().map(|held| held.terms.date);
        let day = told.map(|(_, day)| day).or(promised).or(decided);
        let day = day.or_else(|| stay_day(event, guest, &property, today)).unwrap_or(today);
        Ok(Some(ShelfKey { offer: offer.key, property, day: day.max(today) }))
    }

    /// Takes a place in the log, and with it what the event asks for. Returns when that was, too:
    /// the record must bear this moment.
    pub(super) fn reserve_holding(
        &self,
        brand: &Brand,
        (guest, others): (GuestKey, &[GuestKey]),
        wish: Option<&Wish>,
        now: Timestamp,
    ) -> Result<(Reservation<'_>, Vec<HoldMark>, Timestamp), Error> {
        let Some(wish) = wish else { return Ok((self.committer.reserve()?, Vec::new(), now)) };
        let mut book = brand.book.lock();
        let reservation = self.committer.reserve()?;
        let (now, came_back) = book.lapse(now);
        let (marks, turned) = book.grant(guest, others, wish, reservation.sequence());
        drop(book);
        if turned.0 || came_back.0 {
            self.watchers.mark_all(&brand.id, Cause::Stock.bit());
        }
        Ok((reservation, marks, now))
    }

    /// What a caller is told of the marks of an event.
    pub(super) fn hold_answer(
        &self,
        brand: &Brand,
        catalog: &Catalog,
        marks: &[HoldMark],
    ) -> Option<HoldAnswer> {
        let mark = holds::is_refusal(marks).or(marks.first())?;
        let at = catalog.index_of_key(mark.shelf.offer)?;
        let offer = catalog.offer(at)?.id.clone();
        let is_refused = holds::is_refusal(marks).is_some();
        let other_days =
            if is_refused { brand.book.lock().other_days(&mark.shelf) } else { Vec::new() };
        Some(HoldAnswer { offer, mark: mark.clone(), other_days })
    }

    /// What came of an event that was taken in before.
    pub(super) fn hold_before(
        &self,
        brand: &Brand,
        catalog: &Catalog,
        sequence: u64,
    ) -> Result<Option<HoldAnswer>, Error> {
        let record = self.store.record(sequence)?;
        Ok(match record {
            Some(Record { body: Body::Event { event, .. }, .. }) => {
                self.hold_answer(brand, catalog, &event.holds)
            }
            _ => None,
        })
    }

    /// Puts back what lapsed.
    pub(super) fn lapse_holds(&self, now: Timestamp) {
        for brand in self.brands.all() {
            if brand.book.lock().lapse(now).1.0 {
                self.watchers.mark_all(&brand.id, Cause::Stock.bit());
            }
        }
    }
}

/// The offer an event is about: it says so, or its place in the decision does.
fn offer_of(event: &Event, guest: &GuestState) -> Option<OfferKey> {
    if let Some(offer) = &event.offer {
        return Some(OfferKey::of(offer));
    }
    let decision = event.decision.as_ref()?;
    let place = decision.place?;
    if let Some(token) = &decision.token {
        return token.slots.iter().find(|slot| slot.place == place).map(|slot| slot.offer);
    }
    let short = crate::domain::decision::short_of(decision.id);
    let open = guest.open.iter().find(|open| open.decision == short)?;
    let slot =
        open.slots.iter().find(|s| (s.proposition, s.slot) == (place.proposition, place.slot));
    slot.map(|slot| slot.offer)
}

fn is_unit_gone(event: &Event) -> bool {
    event.attributes.iter().any(|(key, value)| key == REASON_CODE && value == UNIT_GONE)
}

fn today_at(property: &PropertyId, serving: &Serving, now: Timestamp) -> Option<Date> {
    let at = serving.catalog.property_index(property)?;
    serving.zones.get(usize::from(at.0)).map(|zone| zone.local(now).date)
}

/// Arrival of the stay an event belongs to, or of the guest's most pressing one there.
fn stay_day(event: &Event, guest: &GuestState, property: &PropertyId, today: Date) -> Option<Date> {
    let told = event.reservation.as_ref().map(|r| Fingerprint::of(r.as_str()));
    let of_reservation = told.and_then(|r| guest.stays.iter().find(|s| s.reservation == r));
    let property = Fingerprint::of(property.as_str());
    of_reservation.or_else(|| stage_of(&guest.stays, property, today).1).map(|stay| stay.check_in)
}
