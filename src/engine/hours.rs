//! At which hour, on the clock of where the guest is, something shows that the guest was there: written
//! into the event as it comes in, so that the fold of the guest and that of the segment read the same.
//!
//! Pictures of a message are fetched by machines, too: an opening within two seconds of the delivery, or
//! one that its sender knows to be a machine's, says nothing of the guest.

use std::time::Duration;

use crate::decide::Serving;
use crate::decide::local_time::{Clues, Place};
use crate::domain::consent::Purpose;
use crate::domain::decision::short_of;
use crate::domain::event::{Activity, Event, EventKind};
use crate::domain::guest::GuestState;
use crate::domain::id::Fingerprint;
use crate::domain::stay::{StayStage, stage_of};

/// Who opens faster is no person (algorithms 5.4).
const PREFETCH: Duration = Duration::from_secs(2);

/// Says of an event whether a machine did it, and when the guest was active where that may be kept.
pub(super) fn note(event: &mut Event, guest: &GuestState, serving: &Serving) {
    event.is_machine |= is_prefetched(event, guest);
    let is_act = matches!(
        event.kind,
        EventKind::Opened | EventKind::Click | EventKind::Replied | EventKind::Accept
    );
    let may_keep = guest.consent.allows(Purpose::Profiling);
    event.activity = (is_act && may_keep && !event.is_machine).then(|| {
        let hour = place(event, guest, serving).local(event.time).hour;
        Activity { segment: guest.segment, hour }
    });
}

/// Was it opened as it was delivered?
fn is_prefetched(event: &Event, guest: &GuestState) -> bool {
    let Some(decision) = event.decision.as_ref().filter(|_| event.kind == EventKind::Opened) else {
        return false;
    };
    let open = guest.open.iter().find(|open| open.decision == short_of(decision.id));
    open.and_then(|open| open.delivered).is_some_and(|delivered| {
        event.time.since(delivered).max(delivered.since(event.time)) < PREFETCH
    })
}

/// Where the guest was: in the house by the stay on file, else at home, as far as anybody knows.
fn place(event: &Event, guest: &GuestState, serving: &Serving) -> Place {
    let catalog = &serving.catalog;
    let index = event.property.as_ref().and_then(|id| catalog.property_index(id));
    let property = index.and_then(|at| catalog.property(at));
    let zone = index.and_then(|at| serving.zones.get(usize::from(at.0))).copied();
    let property_zone = zone.unwrap_or(serving.fallback_zone);
    let in_house = property.is_some_and(|property| {
        let hotel = Fingerprint::of(property.id.as_str());
        let today = property_zone.local(event.time).date;
        let (stage, _) = stage_of(&guest.stays, hotel, today);
        matches!(stage, StayStage::InHouse | StayStage::Departure)
    });
    Place::of(&Clues {
        in_house,
        property_zone,
        property_country: property.map_or([0, 0], |property| property.country),
        told: None,
        home: &guest.home,
        fallback: serving.fallback_zone,
        purpose: None,
    })
}
