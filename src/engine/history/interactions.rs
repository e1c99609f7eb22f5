//! Who had to do with what, from the events of the log: what models are trained on.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::domain::consent::Purpose;
use crate::domain::event::{Event as Happening, EventKind, PartyRole};
use crate::domain::id::{BrandId, GuestKey};
use crate::domain::record::{Body, Record};
use crate::learn::embedding::interactions::Event;
use crate::store::RecordKind;

use super::{Error, History};

/// How much a click counts beside an acceptance.
const CLICK_WEIGHT: f64 = 0.2;

impl History {
    /// What the guests of a brand who allow profiling turned to. Guests are named by their keys, so
    /// that nothing of them leaves the store.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn interactions(&self, brand: &BrandId) -> Result<Vec<Event<String, String>>, Error> {
        let persons = self.persons(brand)?;
        let mut consents = HashMap::new();
        let mut events = Vec::new();
        for record in self.store.log(1)?.only(&[RecordKind::Event]) {
            let Record { brand: of, body: Body::Event { guest, event }, .. } = record? else {
                continue;
            };
            // What was chosen for somebody else is no taste.
            let is_own = of == *brand && event.role == PartyRole::Stayer;
            let Some(weight) = weight(event.kind).filter(|_| is_own) else { continue };
            let guest = persons.of(guest);
            let allows = match consents.entry(guest) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(unknown) => {
                    let state = self.store.guest(brand, guest)?;
                    let allows = state.is_some_and(|s| s.consent.allows(Purpose::Profiling));
                    *unknown.insert(allows)
                }
            };
            if allows && let Some(offer) = self.offer_of(brand, &event)? {
                events.push(Event { guest: name(guest), offer, weight, time: event.time });
            }
        }
        Ok(events)
    }

    /// The offer an event is about, by its id.
    fn offer_of(&self, brand: &BrandId, event: &Happening) -> Result<Option<String>, Error> {
        if let Some(offer) = &event.offer {
            return Ok(Some(offer.to_string()));
        }
        let place = event.decision.as_ref().and_then(|d| Some((d.id, d.place?)));
        let Some((id, place)) = place else { return Ok(None) };
        let Some(Record { body: Body::Decision(decision), .. }) = self.store.decision(id)? else {
            return Ok(None);
        };
        let proposition = decision.propositions.get(usize::from(place.proposition));
        let slot = proposition.and_then(|p| p.slots.get(usize::from(place.slot)));
        let Some(slot) = slot else { return Ok(None) };
        let catalog = self.catalog(brand, decision.catalog_version)?;
        Ok(catalog.offer(slot.offer).map(|offer| offer.id.to_string()))
    }
}

fn weight(kind: EventKind) -> Option<f64> {
    match kind {
        EventKind::Accept | EventKind::Consume | EventKind::Book | EventKind::Pay => Some(1.0),
        EventKind::Click => Some(CLICK_WEIGHT),
        _ => None,
    }
}

fn name(guest: GuestKey) -> String {
    guest.0.iter().map(|byte| format!("{byte:02x}")).collect()
}
