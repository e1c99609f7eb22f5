//! Guests valued: how long the models of coming again take to fit.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use concierge::learn::value::beta_geometric::MbgNbd;
use concierge::learn::value::choice::choose;
use concierge::learn::value::fit::fit;
use concierge::learn::value::history::{History, Sample};
use concierge::sys::clock::Stopwatch;
use concierge::sys::rng::SplitMix64;

use crate::peer::python;
use crate::{Outcome, report, scratch};

/// Guests fitted.
const GUESTS: u32 = 100_000;
/// Days over which first stays are spread.
const SPAN_DAYS: usize = 730;
/// What is measured on the other side.
const SCRIPT: &str = "benches/peers/value.py";

/// Time of fitting both models of coming again to 100,000 guests and choosing one; and of MBG/NBD alone
/// beside that of `lifetimes` on the same guests, with the log-likelihood each reaches.
pub(crate) fn measure() -> Outcome {
    let guests = hotel();
    let watch = Stopwatch::start();
    let sample = Sample::of(guests.iter().copied());
    let chosen = choose(&sample)?;
    report::value("clv_fit_100k_s", watch.elapsed().as_secs_f64(), "s");
    report::note(&format!("value: {chosen:?}"));
    let watch = Stopwatch::start();
    let sample = Sample::of(guests.iter().copied());
    let own = fit::<MbgNbd, 4>(&sample)?;
    let seconds = watch.elapsed().as_secs_f64();
    let Some(python) = python("BENCH_LIFETIMES", "value-venv") else {
        report::note("value: no Python with lifetimes is here; `make peers` makes one");
        return Ok(());
    };
    let folder = scratch::folder()?;
    let (theirs, likelihood) = lifetimes(&python, &guests, &folder.path().join("guests.csv"))?;
    report::value("clv_fit_ratio_lifetimes", theirs / seconds, "x");
    report::value("clv_log_likelihood_lead", own.log_likelihood - likelihood, "nats");
    Ok(())
}

/// Guests of a hotel, as MBG/NBD with these parameters makes them: times in weeks, by whole days.
fn hotel() -> Vec<History> {
    let mut rng = SplitMix64::new(1);
    (0..GUESTS).map(|_| guest(&mut rng)).collect()
}

fn guest(rng: &mut SplitMix64) -> History {
    let days = to_f64(1 + rng.below(SPAN_DAYS));
    let rate = gamma(rng, 0.6) / (12.0 * 7.0);
    let leaving = beta(rng, 0.9, 2.5);
    let (mut at, mut stays) = (0.0, Vec::new());
    while !rng.chance(leaving) {
        at += -(1.0 - rng.unit()).ln() / rate.max(1e-300);
        if at >= days {
            break;
        }
        if at.floor() > 0.0 && stays.last() != Some(&at.floor()) {
            stays.push(at.floor());
        }
    }
    let repeats = u32::try_from(stays.len()).unwrap_or(u32::MAX);
    let last = stays.last().map_or(0.0, |day| day / 7.0);
    History::new(repeats, last, days / 7.0).expect("within its age")
}

#[expect(clippy::cast_precision_loss, reason = "days of two years")]
fn to_f64(days: usize) -> f64 {
    days as f64
}

/// Marsaglia and Tsang, "A simple method for generating gamma variables" (2000).
fn gamma(rng: &mut SplitMix64, shape: f64) -> f64 {
    if shape < 1.0 {
        let boost = (1.0 - rng.unit()).powf(1.0 / shape);
        return gamma(rng, shape + 1.0) * boost;
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = rng.normal();
        let v = (1.0 + c * x).powi(3);
        let u = 1.0 - rng.unit();
        if v > 0.0 && u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

fn beta(rng: &mut SplitMix64, a: f64, b: f64) -> f64 {
    let (x, y) = (gamma(rng, a), gamma(rng, b));
    x / (x + y)
}

/// Seconds and log-likelihood of `lifetimes` on these guests.
fn lifetimes(
    python: &Path,
    guests: &[History],
    file: &Path,
) -> Result<(f64, f64), Box<dyn std::error::Error>> {
    let mut rows = String::from("repeats,last,age\n");
    for guest in guests {
        writeln!(rows, "{},{},{}", guest.repeats(), guest.last(), guest.age())?;
    }
    std::fs::write(file, rows)?;
    let told =
        Command::new(python).arg(SCRIPT).arg("fit").arg(file).args(["--model", "mbg"]).output()?;
    let text = String::from_utf8_lossy(&told.stdout);
    let row = text.lines().find(|line| line.starts_with("mbg"));
    let mut fields = row.unwrap_or_default().split('\t').skip(2);
    let mut number = || fields.next().and_then(|field| field.parse::<f64>().ok());
    let found = number().zip(number());
    found.ok_or_else(|| format!("{SCRIPT}: {}", String::from_utf8_lossy(&told.stderr)).into())
}
