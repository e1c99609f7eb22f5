//! `make bench`: the figures of the summary, one part after the other, each in a process of its own.
//!
//! | part | what it measures |
//! |---|---|
//! | `core` | a decision in process: 50, 200 and 1,000 eligible offers |
//! | `learner` | a label learnt, and decisions from what was learnt |
//! | `submit` | a decision through the engine, alone and beside syncing writers |
//! | `value` | 100,000 guests valued, beside `lifetimes` where its environment is |
//! | `train` | factors of 100,000 guests trained, beside `implicit` where its environment is |
//! | `batch` | 10,000 guests planned and decided under volume constraints |
//! | `transport` | decisions a second beside a bare echo's, and latencies at half of the peak |
//! | `json` | decisions a second as JSON beside gRPC, and what the gateway costs those who use gRPC |
//! | `watch` | how soon a change of presence reaches one of 1,000 watchers |
//! | `outbox` | messages a second, streamed out of the outbox and acknowledged |
//! | `events` | durable events a second, their acknowledgements beside a bare sync, bytes written |
//! | `resident` | memory of a resident guest |
//! | `million` | start and cold decisions with 1,000,000 guests on disk |
//! | `import` | bookings a second |
//!
//! A process of its own keeps memory figures clean and lets a part fail, hang or crash without
//! taking the others along. Parts print `name value unit` lines, separated by tabs; this process
//! writes them to the file that `BENCH_SUMMARY` names (`bench-summary.tsv` in the target folder
//! without it) as they come.
//!
//! | variable | what it does |
//! |---|---|
//! | `BENCH_ONLY=core,events` | only these parts |
//! | `BENCH_EVENT_SECONDS=60` | length of the events part, 15 otherwise |
//! | `BENCH_GUESTS=500000` | resident guests of the resident part, 100,000 otherwise |
//! | `BENCH_LIFETIMES=venv/bin/python` | a Python with `lifetimes`; `make peers` makes one, which is found by itself |
//! | `BENCH_IMPLICIT=venv/bin/python` | a Python with `implicit`; likewise |
//! | `BENCH_PART_SECONDS=900` | longest time of a part, 180 otherwise |

mod batch;
mod catalog;
mod cold;
mod decide_core;
mod echo;
mod events;
mod fsync;
mod guests;
mod hotel;
mod import;
mod json;
mod learner;
mod machine;
mod million;
mod outbox;
mod parent;
mod peer;
mod process;
mod report;
mod resident;
mod scratch;
mod server;
mod submit;
mod train;
mod transport;
mod value;
mod watch;

use std::process::ExitCode;

/// The server's, so that what is counted is what it takes.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a part comes to.
type Outcome = Result<(), Box<dyn std::error::Error>>;

/// A part: its name and what measures it.
type Part = (&'static str, fn() -> Outcome);

/// The parts, in order.
const PARTS: [Part; 14] = [
    ("core", decide_core::measure),
    ("learner", learner::measure),
    ("submit", submit::measure),
    ("value", value::measure),
    ("train", train::measure),
    ("batch", batch::measure),
    ("transport", transport::measure),
    ("json", json::measure),
    ("watch", watch::measure),
    ("outbox", outbox::measure),
    ("events", events::measure),
    ("resident", resident::measure),
    ("million", million::measure),
    ("import", import::measure),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["part", name] => part(name),
        ["echo", response_bytes] => echo::serve(response_bytes),
        ["fill", folder, guests] => resident::fill(folder, guests),
        arguments if arguments.contains(&"--bench") => parent::run(&PARTS.map(|(name, _)| name)),
        _ => {
            report::note("nothing is measured without --bench; run `make bench`");
            Ok(())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::note(&format!("failed: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn part(name: &str) -> Outcome {
    let part = PARTS.iter().find(|(known, _)| *known == name);
    let (_, measure) = part.ok_or_else(|| format!("there is no part '{name}'"))?;
    measure()
}

/// A number from the environment.
fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}
