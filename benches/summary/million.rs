//! A store with a million guests: how long it takes to start, and what a guest costs who is not in
//! memory.

use concierge::engine::EngineOptions;
use concierge::store::Durability;
use concierge::sys::clock::Stopwatch;

use crate::hotel::Hotel;
use crate::server::Server;
use crate::{Outcome, cold, guests, process, report, scratch};

/// Guests of the store, each with one event.
const GUESTS: u64 = 1_000_000;

/// Writes the store in process, unsynced, closes it, starts `concierge serve` on it, and measures
/// cold decisions.
pub(crate) fn measure() -> Outcome {
    let folder = scratch::folder()?;
    let store = folder.path().join("store");
    let watch = Stopwatch::start();
    let mut options = EngineOptions::new(&store);
    options.store.durability = Durability::NeverForTestControl;
    options.resident_bytes = 64 << 20;
    let hotel = Hotel::create(&store, options)?;
    for number in 0..GUESTS {
        hotel.record(&guests::newcomer(number)?, None)?;
    }
    hotel.flush()?;
    hotel.engine.close()?;
    drop(hotel);
    report::note(&format!("million: {GUESTS} guests written in {:.0} s", watch.seconds()));
    report::value("stored_guest_bytes", process::folder_bytes(&store) as f64 / GUESTS as f64, "B");

    let server = Server::on(&store, folder.path())?;
    report::value("start_1m_guests_s", server.started_in().as_secs_f64(), "s");
    drop(server);
    cold::measure(&store, GUESTS)
}
