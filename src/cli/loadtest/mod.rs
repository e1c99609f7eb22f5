//! `concierge loadtest`: decisions and events at a running server, measured honestly.

pub mod calls;
mod events;
pub mod generator;
pub mod wire;

use std::time::Duration;

use clap::Args;
use serde_json::json;

use calls::Target;
use generator::{Loop, Plan, Report, run};

/// Loads a running server with decisions, and with events beside them, for guests drawn at random
/// from a population.
///
/// Without --rate it measures the peak: so many workers, one call each at a time. With --rate calls
/// start at the moments of a Poisson process and latency counts from the intended start (no
/// coordinated omission).
#[derive(Debug, Args)]
pub struct LoadtestArgs {
    /// The server, as `http://host:port`.
    #[arg(long, default_value = "http://127.0.0.1:50051")]
    pub server: String,
    /// The API key.
    #[arg(long, env = "CONCIERGE_KEY")]
    pub key: String,
    /// The brand of the key.
    #[arg(long, default_value = "demo")]
    pub brand: String,
    /// The property that asks.
    #[arg(long, default_value = "lisbon-baixa")]
    pub property: String,
    /// Placements to fill; give it several times.
    #[arg(long = "placement", default_values_t = [String::from("portal.hero")])]
    pub placements: Vec<String>,
    /// Offers for each placement.
    #[arg(long, default_value_t = 3)]
    pub offers: u8,
    /// Decide a channel too.
    #[arg(long)]
    pub channel: bool,
    /// Size of the population: guests `load-000000000` and on.
    #[arg(long, default_value_t = 100_000)]
    pub guests: u64,
    /// First write consents and an address for each of them: who has not opted in gets the best for
    /// all.
    #[arg(long)]
    pub prepare: bool,
    /// Calls per second; without it, the peak is measured.
    #[arg(long)]
    pub rate: Option<f64>,
    /// Workers of the peak measurement.
    #[arg(long, default_value_t = 64)]
    pub workers: usize,
    /// Connections.
    #[arg(long, default_value_t = 4)]
    pub connections: usize,
    /// Events per second beside the decisions, in batches of 64.
    #[arg(long, default_value_t = 0.0)]
    pub events: f64,
    /// Seconds that count.
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// Seconds before.
    #[arg(long, default_value_t = 2)]
    pub warm_up: u64,
    /// Seed of arrivals and guests.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Events of a batch.
pub const EVENT_BATCH: u64 = 64;

/// Runs the command.
///
/// # Errors
/// Where the server cannot be reached.
pub async fn loadtest(args: &LoadtestArgs) -> Result<(), Box<dyn std::error::Error>> {
    let target = Target::connect(args).await?;
    if args.prepare {
        target.prepare().await?;
    }
    let plan = Plan {
        kind: args.rate.map_or(Loop::Closed { workers: args.workers }, |rate| Loop::Open { rate }),
        warm_up: Duration::from_secs(args.warm_up),
        duration: Duration::from_secs(args.seconds),
        seed: args.seed,
    };
    let decisions = {
        let target = target.clone();
        run(plan, move |n| target.clone().decide(n))
    };
    #[expect(clippy::cast_precision_loss, reason = "a small constant")]
    let batches = args.events / EVENT_BATCH as f64;
    let (decisions, events) = if batches > 0.0 {
        let plan = Plan { kind: Loop::Open { rate: batches }, seed: args.seed + 1, ..plan };
        let target = target.clone();
        let (decisions, events) =
            tokio::join!(decisions, run(plan, move |n| target.clone().write_events(n)));
        (decisions, Some(events))
    } else {
        (decisions.await, None)
    };
    print(args, &decisions, events.as_ref());
    Ok(())
}

fn row(report: &Report, per_call: u64) -> serde_json::Value {
    #[expect(clippy::cast_precision_loss, reason = "a small count")]
    let per_second = report.per_second() * per_call as f64;
    json!({
        "per_s": per_second,
        "failed": report.failed,
        "dropped": report.dropped,
        "p50_ms": report.quantile_ms(0.5),
        "p99_ms": report.quantile_ms(0.99),
        "p999_ms": report.quantile_ms(0.999),
    })
}

#[expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]
fn print(args: &LoadtestArgs, decisions: &Report, events: Option<&Report>) {
    let decisions = row(decisions, 1);
    let events = events.map(|e| row(e, EVENT_BATCH));
    if args.json {
        println!("{}", json!({ "decisions": decisions, "events": events }));
        return;
    }
    for (name, row) in [("decisions", Some(decisions)), ("events", events)] {
        let Some(row) = row else { continue };
        let number = |key: &str| row[key].as_f64().unwrap_or(f64::NAN);
        println!(
            "{name:<10} {:>10.0}/s   p50 {:>8.3} ms   p99 {:>8.3} ms   p99.9 {:>8.3} ms   failed {}   dropped {}",
            number("per_s"),
            number("p50_ms"),
            number("p99_ms"),
            number("p999_ms"),
            row["failed"],
            row["dropped"],
        );
    }
}
