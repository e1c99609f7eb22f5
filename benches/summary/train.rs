//! Factors of guests and offers: how long they take to train, and how that grows.

use std::num::NonZeroUsize;
use std::path::Path;
use std::process::Command;

use concierge::domain::time::Timestamp;
use concierge::learn::embedding::ials::{Ials, IalsParameters};
use concierge::learn::embedding::interactions::{Event, Interactions};
use concierge::sys::clock::Stopwatch;
use concierge::sys::rng::SplitMix64;

use crate::peer::python;
use crate::{Outcome, report, scratch};

/// Offers of the catalog.
const OFFERS: usize = 2_000;
/// Guests of the measurement; a quarter of them for the growth.
const GUESTS: u32 = 100_000;
/// What guests have in common: each leans to one of so many kinds of offer.
const KINDS: usize = 12;
/// Guests of whom one offer is hidden.
const HIDDEN: u32 = 5_000;
/// What is measured on the other side.
const SCRIPT: &str = "benches/peers/train_time.py";
const THREADS: NonZeroUsize = NonZeroUsize::new(2).expect("two");

type Failure = Box<dyn std::error::Error>;
type Visit = Event<u32, u32>;

/// Time of training 32 dimensions in 16 epochs on 100,000 guests of some eight offers each, beside
/// `implicit` at the same: exact rows (as the product solves them), and its default of three steps of
/// conjugate gradients. How the time grows with four times the guests, on both sides. Whether both found
/// as good a model: the share of hidden offers among the ten best. Two threads each, the fit alone.
pub(crate) fn measure() -> Outcome {
    let few = Trained::on(GUESTS / 4)?;
    let many = Trained::on(GUESTS)?;
    report::value("train_ials_100k_s", many.seconds, "s");
    report::value("train_ials_growth_4x", many.seconds / few.seconds, "x");
    let Some(python) = python("BENCH_IMPLICIT", "train-venv") else {
        report::note("train: no Python with implicit is here; `make peers` makes one");
        return Ok(());
    };
    let (of_few, of_many) = (few.beside(&python)?, many.beside(&python)?);
    report::value("train_time_ratio_implicit", many.seconds / of_many.exact, "ratio");
    report::value("train_time_ratio_implicit_cg", many.seconds / of_many.steps, "ratio");
    report::value("train_growth_4x_implicit", of_many.exact / of_few.exact, "x");
    report::value("train_hit_rate_lead", of_many.own_rate - of_many.exact_rate, "share");
    report::note(&format!("train: {of_few:?}, {of_many:?}"));
    Ok(())
}

/// A hotel group's guests, and the model of them.
struct Trained {
    events: Vec<Visit>,
    hidden: Vec<(u32, u32)>,
    model: Ials,
    seconds: f64,
}

/// What the other side came to: seconds with exact rows and with three steps, and shares of hits.
#[derive(Debug)]
struct Peer {
    own_rate: f64,
    exact: f64,
    exact_rate: f64,
    steps: f64,
}

impl Trained {
    fn on(guests: u32) -> Result<Self, Failure> {
        let (events, hidden) = visits(guests);
        let data = Interactions::collect(events.clone())?;
        let watch = Stopwatch::start();
        let model = Ials::fit(&data, parameters(), THREADS)?;
        Ok(Self { seconds: watch.elapsed().as_secs_f64(), events, hidden, model })
    }

    fn beside(&self, python: &Path) -> Result<Peer, Failure> {
        let folder = scratch::folder()?;
        let write = |name: &str, bytes: Vec<u8>| std::fs::write(folder.path().join(name), bytes);
        let ids = self.events.iter().flat_map(|event| [event.guest, event.offer]);
        write("pairs.u32", ids.flat_map(u32::to_le_bytes).collect())?;
        let ids = self.hidden.iter().flat_map(|pair| [pair.0, pair.1]);
        write("hidden.u32", ids.flat_map(u32::to_le_bytes).collect())?;
        write("guests.f32", self.model.guests().iter().flat_map(|x| x.to_le_bytes()).collect())?;
        write("offers.f32", self.model.offers().iter().flat_map(|x| x.to_le_bytes()).collect())?;
        let own = parameters();
        let mut command = Command::new(python);
        command.arg(SCRIPT).arg(folder.path());
        command.args(["--dimensions", &own.dimensions.to_string()]);
        command.args(["--epochs", &own.epochs.to_string()]);
        command.args(["--alpha0", &own.alpha0.to_string()]);
        command.args(["--regularisation", &own.lambda.to_string()]);
        let told = command.args(["--threads", &THREADS.to_string()]).output()?;
        let text = String::from_utf8_lossy(&told.stdout);
        let field = |setting: &str, at: usize| -> Result<f64, Failure> {
            let row = text.lines().find(|line| line.split('\t').next() == Some(setting));
            let found = row.and_then(|row| row.split('\t').nth(at)).and_then(|f| f.parse().ok());
            found.ok_or_else(|| {
                format!("{SCRIPT}: {}", String::from_utf8_lossy(&told.stderr)).into()
            })
        };
        Ok(Peer {
            own_rate: field("product", 2)?,
            exact: field("cholesky", 1)?,
            exact_rate: field("cholesky", 2)?,
            steps: field("cg", 1)?,
        })
    }
}

/// Without scaling by frequency, which the package does not have.
fn parameters() -> IalsParameters {
    IalsParameters { lambda: 1.0, nu: 0.0, ..IalsParameters::default() }
}

/// What guests turned to, every pair once, and one pair of some that nobody is trained on. Every guest and
/// offer is there from 0 on, so that numbers are the same on both sides.
fn visits(guests: u32) -> (Vec<Visit>, Vec<(u32, u32)>) {
    let mut rng = SplitMix64::new(7);
    let (mut events, mut hidden) = (Vec::new(), Vec::new());
    for guest in 0..guests {
        let kind = rng.below(KINDS);
        let count = 3 + rng.below(11);
        let mut offers: Vec<u32> = (0..count).map(|_| offer(&mut rng, kind)).collect();
        // The first guests name every offer once.
        offers.extend((guest < to_u32(OFFERS)).then_some(guest));
        offers.sort_unstable();
        offers.dedup();
        if guest >= guests - HIDDEN && offers.len() > 2 {
            let at = rng.below(offers.len());
            hidden.push((guest, offers.remove(at)));
        }
        events.extend(offers.into_iter().map(|offer| Visit {
            guest,
            offer,
            weight: 1.0,
            time: Timestamp::EPOCH,
        }));
    }
    (events, hidden)
}

/// An offer, popular ones more often, four of five of the guest's kind.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "few offers")]
#[expect(clippy::cast_sign_loss, reason = "at least 1, less 1")]
fn offer(rng: &mut SplitMix64, kind: usize) -> u32 {
    let rank = ((OFFERS as f64).powf(rng.unit()) - 1.0) as usize;
    let rank = rank.min(OFFERS - 1);
    let of_kind = rank - rank % KINDS + kind;
    to_u32(if rng.chance(0.8) { of_kind.min(OFFERS - 1) } else { rank })
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
