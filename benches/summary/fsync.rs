//! The disk's own speed: an append of 64 KiB and its sync, again and again.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use concierge::sys::clock::Stopwatch;
use hdrhistogram::Histogram;

use crate::report;

/// Bytes of an append: about a group of the committer under load.
const APPEND_BYTES: usize = 64 << 10;

/// Times of `fdatasync` after each append to a new file in a folder, for so long.
pub(crate) fn measure(folder: &Path, duration: Duration) -> std::io::Result<Histogram<u64>> {
    let path = folder.join("fdatasync");
    let mut file = File::create(&path)?;
    let (bytes, mut times) = (vec![0x5A; APPEND_BYTES], report::times());
    let whole = Stopwatch::start();
    while whole.elapsed() < duration {
        file.write_all(&bytes)?;
        let sync = Stopwatch::start();
        file.sync_data()?;
        report::add(&mut times, sync.elapsed());
    }
    std::fs::remove_file(path)?;
    Ok(times)
}
