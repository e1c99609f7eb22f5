//! Memory of a resident guest.

use std::path::Path;
use std::process::Command;

use concierge::engine::EngineOptions;
use concierge::store::Durability;

use crate::guests::{EVENTS, History, guest_id};
use crate::hotel::{self, Hotel};
use crate::{Outcome, process, report, scratch, setting};

/// Guests whose histories run side by side.
const SIDE_BY_SIDE: u64 = 256;
/// Memory for each resident guest while they are counted: as the default of 1 GiB gives 500,000
/// guests. All have to stay.
const BYTES_EACH: u64 = 2 << 10;
/// Memory of the store while they are counted: little, so that what grows are guests.
const STORE_BYTES: usize = 8 << 20;

/// Growth of a process's resident memory for each guest, with everything an allocator adds: guests
/// with 20 mixed events and two decisions each on disk, each brought into memory by a third
/// decision; those who came last are open, the others packed. Counted from the first tenth of the
/// guests to the last, when the store's own buffers have reached their bounds. The histories are
/// written by another process before, unsynced, so that it is quick: syncing changes no guest's
/// memory.
pub(crate) fn measure() -> Outcome {
    let guests = setting("BENCH_GUESTS", 100_000);
    let folder = scratch::folder()?;
    let fill = Command::new(std::env::current_exe()?)
        .arg("fill")
        .arg(folder.path())
        .arg(guests.to_string())
        .status()?;
    if !fill.success() {
        return Err(format!("writing the histories ended with {fill}").into());
    }

    let mut options = options(folder.path());
    options.resident_bytes = usize::try_from(guests * BYTES_EACH)?;
    options.store.cache_bytes = STORE_BYTES;
    options.store.write_buffer_bytes = STORE_BYTES;
    let hotel = Hotel::open(options)?;
    let base = guests / 10;
    bring_in(&hotel, 0..base)?;
    let before = process::resident_bytes();
    bring_in(&hotel, base..guests)?;
    let after = process::resident_bytes();

    let status = hotel.engine.status(&hotel.scope)?;
    if (status.resident_guests as u64) < guests {
        return Err(format!("{} of {guests} guests stayed resident", status.resident_guests).into());
    }
    let each = |bytes: u64, guests: u64| bytes as f64 / guests as f64;
    report::value("resident_guest_bytes", each(after.saturating_sub(before), guests - base), "B");
    report::value("resident_guest_counted_bytes", each(status.resident_bytes as u64, guests), "B");
    let open = status.resident_open_bytes as f64 / status.resident_bytes as f64;
    report::note(&format!(
        "resident: {guests} guests, {EVENTS} events and 3 decisions each; counted: what the engine believes; \
         {:.0} % of it open",
        100.0 * open
    ));
    Ok(())
}

fn bring_in(hotel: &Hotel, guests: std::ops::Range<u64>) -> Outcome {
    for number in guests {
        hotel.decide(&hotel::request(&guest_id(number)?)?)?;
    }
    hotel.flush()
}

/// Writes the histories: what `summary fill FOLDER GUESTS` does.
pub(crate) fn fill(folder: &str, guests: &str) -> Outcome {
    let guests: u64 = guests.parse()?;
    let hotel = Hotel::create(Path::new(folder), options(Path::new(folder)))?;
    let mut first = 0;
    while first < guests {
        let last = guests.min(first + SIDE_BY_SIDE);
        let mut histories = (first..last).map(History::new).collect::<Result<Vec<_>, _>>()?;
        for _ in 0..EVENTS {
            for history in &mut histories {
                history.step(&hotel)?;
            }
        }
        first = last;
    }
    hotel.flush()?;
    Ok(hotel.engine.close()?)
}

fn options(folder: &Path) -> EngineOptions {
    let mut options = EngineOptions::new(folder);
    options.store.durability = Durability::NeverForTestControl;
    options
}
