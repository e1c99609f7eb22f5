//! What an event says to the learner: what came of a decision, and when a guest was active; and what a
//! decision sent.

use crate::domain::decision::Decision;
use crate::domain::event::{Activity, Event};
use crate::domain::record::Record;
use crate::learn::channel;
use crate::learn::channel::hazard::Pressure;
use crate::learn::channel::model::Fate;
use crate::learn::fold::SlotRef;
use crate::learn::gaussian::Gaussian;
use crate::learn::segment::Cell;
use crate::store::Store;

use super::brands::Brand;
use super::error::Error;

/// Hears an event. An activity comes last: it is heard once, and an outcome only if its record is new.
pub(super) fn hear(
    store: &Store,
    brand: &Brand,
    record: &Record,
    event: &Event,
) -> Result<(), Error> {
    hear_outcome(store, brand, record, event)?;
    if let Some(Activity { segment, hour }) = event.activity {
        let day = event.time.utc_day();
        brand.learner.lock().hear_activity(record.sequence, (segment, hour), day);
    }
    Ok(())
}

/// Hears what an event says of a decision.
fn hear_outcome(store: &Store, brand: &Brand, record: &Record, event: &Event) -> Result<(), Error> {
    let Some(decision) = &event.decision else { return Ok(()) };
    let (Some(place), Some(mut said)) = (decision.place, event.outcome()) else {
        return Ok(());
    };
    // A decision that a crash took: its place in the log belongs to another record now.
    if decision.token.is_some() && store.decision(decision.id)?.is_none() {
        return Ok(());
    }
    if let Some(amount) = event.amount {
        said.amount_minor = amount.minor;
        said.amount_at = event.time;
    }
    let decision = store.pepper().decision_sequence(decision.id);
    let slot = SlotRef::new(decision, place.proposition, place.slot);
    brand.learner.lock().hear(record.sequence, slot, &said);
    Ok(())
}

/// The message that a decision sent, with what was known of it then.
pub(super) fn sent(decision: &Decision) -> Option<Fate> {
    // What a booking needs is read for its own sake: it says nothing of how offers are answered.
    if decision.message.is_some_and(|carried| carried.is_transactional) {
        return None;
    }
    let choice = decision.channel.as_ref()?;
    let (channel, basis) = (choice.channel.filter(|c| c.is_pushed())?, choice.basis?);
    let [mean, variance] = basis.guest.map(f64::from);
    let [on_channel, on_all] = basis.recent;
    Some(Fate {
        situation: channel::population::Situation {
            segment: decision.segment,
            cell: Cell { channel, time: basis.time },
            stage: decision.context.stage,
            prior_rate: f64::from(basis.prior_rate),
        },
        day: decision.context.today,
        guest: Gaussian::new(mean, variance),
        contacts: basis.contacts,
        pressure: Pressure { channel, on_channel, on_all, relevance: 0.0 },
        answered: false,
        unsubscribed: false,
    })
}
