//! The import of real bookings.

use std::path::Path;
use std::process::{Command, Stdio};

use concierge::engine::Engine;
use concierge::sys::clock::Stopwatch;

use crate::{Outcome, report, scratch};

/// Where the file stands, from the project's root.
const FILE: &str = "../shared/data/hotel_bookings_arrivals_2015_2016.csv.zst";

/// Bookings a second of `concierge import bookings` into an empty store: the whole command, from
/// start to end, every record through the same synced log.
pub(crate) fn measure() -> Outcome {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if !file.exists() {
        report::note(&format!("import_bookings_per_s skipped: {FILE} is not there"));
        return Ok(());
    }
    let folder = scratch::folder()?;
    let store = folder.path().join("store");
    Engine::init(&store)?;
    let watch = Stopwatch::start();
    let output = Command::new(env!("CARGO_BIN_EXE_concierge"))
        .args(["import", "bookings", "--json", "--store"])
        .args([&store, &file])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    let seconds = watch.seconds();
    if !output.status.success() {
        return Err(format!("the import ended with {}", output.status).into());
    }
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let bookings = summary["bookings"].as_f64().ok_or("the import's summary has no 'bookings'")?;
    report::value("import_bookings_per_s", bookings / seconds, "1/s");
    report::note(&format!("import: {bookings} bookings in {seconds:.1} s"));
    Ok(())
}
