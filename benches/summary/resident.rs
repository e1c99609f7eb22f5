//! Memory of a resident guest.

use concierge::engine::EngineOptions;
use concierge::store::Durability;

use crate::guests::{EVENTS, History};
use crate::hotel::Hotel;
use crate::{Outcome, process, report, scratch, setting};

/// Guests whose histories run side by side, so that their states grow among one another as in a day's work.
const SIDE_BY_SIDE: u64 = 256;
/// Memory for resident guests: more than they need, so that all stay.
const RESIDENT_BYTES_MAX: usize = 16 << 30;

/// Growth of this process's resident memory for each guest, with everything an allocator adds: guests with 20 mixed events
/// and two decisions each, written through the engine. Counted from the first fifth of the guests to the last, when the
/// store's own buffers have long reached their bounds. Nothing is synced here, so that it is quick: syncing changes no
/// guest's memory.
pub(crate) fn measure() -> Outcome {
    let guests = setting("BENCH_GUESTS", 100_000);
    let folder = scratch::folder()?;
    let mut options = EngineOptions::new(folder.path());
    options.resident_bytes = RESIDENT_BYTES_MAX;
    options.store.durability = Durability::NeverForTestControl;
    let hotel = Hotel::create(folder.path(), options)?;

    let base = guests / 5;
    live(&hotel, 0..base)?;
    let before = process::resident_bytes();
    live(&hotel, base..guests)?;
    let after = process::resident_bytes();

    let status = hotel.engine.status(&hotel.scope)?;
    if (status.resident_guests as u64) < guests {
        return Err(format!("{} of {guests} guests stayed resident", status.resident_guests).into());
    }
    let each = |bytes: u64, guests: u64| bytes as f64 / guests as f64;
    report::value("resident_guest_bytes", each(after.saturating_sub(before), guests - base), "B");
    report::value("resident_guest_counted_bytes", each(status.resident_bytes as u64, guests), "B");
    report::note(&format!(
        "resident_guest_bytes: {guests} guests with {EVENTS} events and 2 decisions each, nothing synced; counted_bytes is what \
         the engine believes"
    ));
    drop(hotel);
    Ok(())
}

fn live(hotel: &Hotel, guests: std::ops::Range<u64>) -> Outcome {
    let mut first = guests.start;
    while first < guests.end {
        let last = guests.end.min(first + SIDE_BY_SIDE);
        let mut histories = (first..last).map(History::new).collect::<Result<Vec<_>, _>>()?;
        for _ in 0..EVENTS {
            for history in &mut histories {
                history.step(hotel)?;
            }
        }
        first = last;
    }
    hotel.flush()
}
