//! The bake-off sets, played by the product's learner: a row for each set and shuffle, in the columns
//! of `benches/peers/rows.py`, on standard output. Part of `make peers`, which says `--play`.

use std::io::Write;

use concierge::sys::clock::Stopwatch;
use concierge::testkit::bakeoff::{Rows, SETS};

/// Orders in which each set is played.
const SHUFFLES: u64 = 5;

fn main() {
    if !std::env::args().any(|argument| argument == "--play") {
        return;
    }
    for (name, _) in SETS {
        let Some(rows) = Rows::of_set(name) else { return };
        for shuffle in 1..=SHUFFLES {
            let watch = Stopwatch::start();
            let loss = rows.progressive_loss(shuffle);
            let (seconds, count) = (watch.elapsed().as_secs_f64(), rows.rows.len());
            let each = seconds * 1_000.0 / count as f64;
            let row = format!(
                "bakeoff\t{name}\t{shuffle}\tconcierge\tgreedy\t{}\t\tproduct\t{count}\t{loss}\t{}\t\t\t\t\t{each:.6}\t",
                env!("CARGO_PKG_VERSION"),
                1.0 - loss,
            );
            writeln!(std::io::stdout(), "{row}").expect("standard output is read");
        }
    }
}
