//! Values with what was added to them for channels: messages chosen already, moments, hours, purposes of
//! travel.

use super::samples;
use crate::domain::decision::{Carried, ChannelChoice, Decision, Moment};
use crate::domain::event::{Activity, Event};
use crate::domain::exposure::{Exposure, Ledger};
use crate::domain::guest::GuestState;
use crate::domain::id::{BrandId, GuestKey, OfferIndex, OfferKey};
use crate::domain::reach::{ActiveHour, ActiveHours};
use crate::domain::record::{Body, Record};
use crate::domain::stay::TravelPurpose;
use crate::domain::time::Timestamp;

/// Records.
pub(super) fn records() -> Vec<Record> {
    let decision = samples::decision();
    let moments = [3_600, 7_200].map(|seconds| Moment {
        at: Timestamp::from_seconds(decision.decided.as_seconds() + seconds),
        hoped: 0.25,
        activity: 1.5,
    });
    let message = Carried {
        offer: Some((OfferIndex(3), OfferKey(9))),
        treatment: 2,
        is_transactional: false,
        value: 12.5,
    };
    let bill = Carried { offer: None, treatment: 0, is_transactional: true, value: 10.0 };
    let channel = Some(ChannelChoice { moments: moments.to_vec(), ..samples::choice() });
    let mut event = Event { activity: Some(Activity { segment: 4, hour: 19 }), ..samples::event() };
    event.stay.iter_mut().for_each(|stay| stay.purpose = Some(TravelPurpose::Business));
    let opened = Event { is_machine: true, ..samples::event() };
    let mut change = samples::change();
    change.facts.iter_mut().for_each(|facts| facts.purpose = Some(TravelPurpose::Group));
    let guest = GuestKey([0x61; 16]);
    let bodies = [
        Body::Decision(Box::new(Decision { channel, message: Some(message), ..decision.clone() })),
        Body::Decision(Box::new(Decision { message: Some(bill), ..decision })),
        Body::Event { guest, event: Box::new(event) },
        Body::Event { guest, event: Box::new(opened) },
        Body::Profile { guest, change: Box::new(change) },
    ];
    let recorded = samples::decision().decided;
    let brand = BrandId::parse("brand", "aurora").unwrap();
    let record =
        |body| Record { sequence: samples::SEQUENCE, brand: brand.clone(), recorded, body };
    bodies.map(record).to_vec()
}

/// A guest.
pub(super) fn guest() -> GuestState {
    let mut guest = samples::guest();
    let entries = vec![ActiveHour { weight: 1_024, hour: 8 }, ActiveHour { weight: 77, hour: 23 }];
    guest.hours = ActiveHours { updated: guest.taste.updated, entries };
    guest.purpose = Some(TravelPurpose::Leisure);
    guest.stays[0].purpose = Some(TravelPurpose::Business);
    guest.open[0].delivered = Some(guest.taste.updated);
    let transactional = |entry: &Exposure| Exposure { is_transactional: true, ..*entry };
    guest.ledger = Ledger::from_entries(guest.ledger.entries().iter().map(transactional).collect());
    guest
}
