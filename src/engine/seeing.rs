//! Presence that is told by itself: an event like any other, so that the log has it.

use crate::domain::consent::Purpose;
use crate::domain::event::{Event, EventKind};
use crate::domain::id::{EventId, GuestId, PropertyId, SourceId};
use crate::domain::presence::{Sighting, Sign};
use crate::domain::scope::{Right, Scope};

use super::Engine;
use super::calls::{IncomingEvent, Waiter, Warning};
use super::error::Error;

/// Source of the events that presence told by itself is kept as.
const SOURCE: &str = "concierge.presence";

/// What became of signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignsTaken {
    /// Place of their event in the log; 0: nothing was left to be kept, and no waiter is told.
    pub sequence: u64,
    /// Dropped for want of the consent to presence.
    pub dropped: Vec<Sign>,
}

impl Engine {
    /// Takes signs of a guest's presence in. They are seen by the next decision when this returns,
    /// and on disk when `waiter` is told. `id` is new to every call.
    ///
    /// # Errors
    /// As [`Self::record`].
    pub fn see(
        &self,
        scope: &Scope,
        (guest, property): (GuestId, Option<PropertyId>),
        mut signs: Vec<Sighting>,
        id: &str,
        waiter: Waiter,
    ) -> Result<SignsTaken, Error> {
        self.need(scope, Right::EventsWrite)?;
        let brand = self.brands.get(&scope.brand);
        let key = self.guest_key(&scope.brand, &guest);
        let may_keep = self
            .with_guest(&brand, key, |guest, _| (guest.consent.allows(Purpose::Presence), None))?;
        let needs: Vec<Sign> =
            signs.iter().map(|s| s.sign).filter(|sign| sign.needs_consent()).collect();
        // What may not be kept is not even told to the log.
        if !may_keep {
            signs.retain(|sighting| !sighting.sign.needs_consent());
        }
        if signs.is_empty() {
            return Ok(SignsTaken { sequence: 0, dropped: needs });
        }
        let from = (SourceId::parse("source", SOURCE)?, EventId::parse("event_id", id)?);
        let plain = Event::plain(from, EventKind::Presence, self.clock.now(), guest);
        let event = Event { property, presence: signs, ..plain };
        let incoming = IncomingEvent { event, token: None, decision: None, slot: None, held: None };
        let recorded = self.record(scope, incoming, Some(waiter))?;
        // The consent may have gone between the look and the record.
        let is_dropped = !may_keep || recorded.warnings.contains(&Warning::PresenceDropped);
        let dropped = if is_dropped { needs } else { Vec::new() };
        Ok(SignsTaken { sequence: recorded.sequence, dropped })
    }
}
