//! The server beside a bare echo: what Concierge adds to gRPC.

use std::time::Duration;

use concierge::cli::loadtest::calls::Target;
use concierge::cli::loadtest::generator::{Loop, Plan, Report, run};
use concierge::cli::loadtest::wire::{Caller, Payload, connect};
use concierge::cli::loadtest::{EVENT_BATCH, LoadtestArgs};
use concierge::sys::clock::Stopwatch;
use prost::Message;

use crate::process::{Kept, processor_seconds};
use crate::server::Server;
use crate::{Outcome, catalog, echo, report, scratch, setting};

/// Guests, all of them opted in to profiling and marketing.
pub(crate) const GUESTS: u64 = 100_000;
/// Time of one measurement at the peak, and before it.
pub(crate) const AT_PEAK: (Duration, Duration) =
    (Duration::from_millis(750), Duration::from_secs(4));
/// Time of one measurement at half of the peak, and before it.
const AT_HALF_PEAK: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(14));
/// Durable events a second beside the decisions, at half of the peak.
const EVENTS_PER_SECOND: f64 = 2_000.0;

type Failure = Box<dyn std::error::Error>;

/// How a load is made.
#[derive(Debug, Clone, Copy)]
struct Load {
    connections: usize,
    workers: usize,
    /// Pairs of measurements of the ratio.
    pairs: usize,
}

impl Load {
    /// As many calls under way as it takes to saturate both sides: calls share system calls then,
    /// and both are fastest.
    fn peak() -> Self {
        let number = |name, otherwise| usize::try_from(setting(name, otherwise)).unwrap_or(1);
        let (connections, workers) = (number("BENCH_CONNECTIONS", 4), number("BENCH_WORKERS", 64));
        Self { connections, workers, pairs: number("BENCH_PAIRS", 5) }
    }

    /// One call a connection at a time, as from many callers who wait for their answer.
    fn few() -> Self {
        Self { connections: 8, workers: 8, pairs: 2 }
    }
}

/// **Transport ratio**: decisions a second of `concierge serve`, a process of its own with
/// credentials and log on, ÷ calls a second of a bare echo with messages of the same size both
/// ways; the same load generator, connections and workers, turn and turn about, median of the
/// pairwise ratios. 100,000 guests, 2,000 offers, 50 eligible, two placements of three offers and a
/// channel. Then, open loop at half of the measured peak, latencies of decisions with 2,000 durable
/// events a second beside them, and of the echo at the same rate.
///
/// Server and generator share the machine's cores, so processor time of each side is told as well.
pub(crate) fn measure() -> Outcome {
    let folder = scratch::folder()?;
    let server = Server::new(folder.path())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let target = Target::connect(&arguments(&server)).await?;
        let watch = Stopwatch::start();
        target.prepare().await?;
        report::note(&format!("transport: {GUESTS} guests made known in {:.1} s", watch.seconds()));
        let sizes = (target.decide_request_bytes(), check(&target, 0).await?);
        report::note(&format!("transport: request {} bytes, answer {} bytes", sizes.0, sizes.1));
        let echo = echo::start(sizes.1)?;

        let load = Load::peak();
        let parties = Parties::new(&server, &echo, sizes.0, load).await?;
        let peak = parties.ratio("", load).await?;
        parties.half_peak(peak / 2.0).await;
        let load = Load::few();
        Parties::new(&server, &echo, sizes.0, load).await?.ratio("_8_callers", load).await?;
        check(&target, 1).await.map(drop)
    })
}

/// What the load generator is told of a server.
pub(crate) fn arguments(server: &Server) -> LoadtestArgs {
    LoadtestArgs {
        server: server.address().to_owned(),
        key: server.key().to_owned(),
        brand: crate::hotel::BRAND.to_owned(),
        property: catalog::PROPERTY.to_owned(),
        placements: catalog::PLACEMENTS.map(str::to_owned).into(),
        offers: 3,
        channel: true,
        guests: GUESTS,
        prepare: false,
        rate: None,
        workers: 1,
        connections: 1,
        events: 0.0,
        seconds: 0,
        warm_up: 0,
        seed: 1,
        json: false,
    }
}

/// Looks at one answer: what is measured must be whole. Its length.
pub(crate) async fn check(target: &Target, n: u64) -> Result<usize, Failure> {
    let answer = target.decide_once(n).await?;
    let counts: Vec<usize> = answer.propositions.iter().map(|p| p.offers.len()).collect();
    let is_fallback = answer.propositions.iter().any(|p| p.is_fallback);
    if counts != [3, 3]
        || is_fallback
        || answer.channel_decision.is_none()
        || answer.is_non_personalized
    {
        return Err(format!("a decision is not what is to be measured: {answer:?}").into());
    }
    Ok(answer.encoded_len())
}

struct Parties {
    target: Target,
    caller: Caller,
    parcel: Payload,
    server_pid: u32,
    echo_pid: u32,
}

impl Parties {
    async fn new(
        server: &Server,
        (echo, address): &(Kept, String),
        request_bytes: usize,
        load: Load,
    ) -> Result<Self, Failure> {
        let connections = load.connections;
        let target = Target::connect(&LoadtestArgs { connections, ..arguments(server) }).await?;
        let caller = Caller::new(&connect(address, connections).await?, echo::PATH, None);
        let parcel = Payload::from(echo::Parcel::of_encoded_len(request_bytes).encode_to_vec());
        Ok(Self { target, caller, parcel, server_pid: server.pid(), echo_pid: echo.0.id() })
    }

    async fn decide(&self, plan: Plan) -> Report {
        let target = self.target.clone();
        run(plan, move |n| target.clone().decide(n)).await
    }

    async fn echo(&self, plan: Plan) -> Report {
        let (caller, parcel) = (self.caller.clone(), self.parcel.clone());
        let call = move |n| {
            let (caller, parcel) = (caller.clone(), parcel.clone());
            async move { caller.call(n, parcel).await.is_ok() }
        };
        run(plan, call).await
    }

    /// Measures the ratio. The median rate of decisions, a second.
    async fn ratio(&self, suffix: &str, load: Load) -> Result<f64, Failure> {
        let (warm_up, duration) = AT_PEAK;
        let kind = Loop::Closed { workers: load.workers };
        let plan = Plan { kind, warm_up, duration, seed: 1 };
        let mut decide = Side::new("decide", self.server_pid);
        let mut echo = Side::new("echo", self.echo_pid);
        for _ in 0..load.pairs {
            decide.begin();
            decide.end(&self.decide(plan).await)?;
            echo.begin();
            echo.end(&self.echo(plan).await)?;
        }
        let ratios: Vec<f64> = decide.rates.iter().zip(&echo.rates).map(|(a, b)| a / b).collect();
        let each = ratios.iter().map(|ratio| format!("{ratio:.3}")).collect::<Vec<_>>().join(" ");
        report::value(&format!("transport_ratio{suffix}"), report::median(ratios), "ratio");
        report::note(&format!("transport: ratios {each}"));
        echo.tell(suffix);
        Ok(decide.tell(suffix))
    }

    async fn half_peak(&self, rate: f64) {
        let (warm_up, duration) = AT_HALF_PEAK;
        let plan = Plan { kind: Loop::Open { rate }, warm_up, duration, seed: 2 };
        let batches = Plan {
            kind: Loop::Open { rate: EVENTS_PER_SECOND / EVENT_BATCH as f64 },
            seed: 3,
            ..plan
        };
        let target = self.target.clone();
        let write = run(batches, move |n| target.clone().write_events(n));
        let (decide, events) = tokio::join!(self.decide(plan), write);
        let echo = self.echo(plan).await;
        report::value("half_peak_per_s", rate, "1/s");
        for (name, report) in
            [("decide", &decide), ("echo", &echo), ("events_beside_decide", &events)]
        {
            for (quantile, at) in [("p50", 0.5), ("p99", 0.99), ("p999", 0.999)] {
                report::value(
                    &format!("{name}_{quantile}_ms_at_half_peak"),
                    report.quantile_ms(at),
                    "ms",
                );
            }
            if report.failed + report.dropped > 0 {
                report::note(&format!(
                    "{name} at half peak: {} failed, {} dropped",
                    report.failed, report.dropped
                ));
            }
        }
    }
}

/// One side of a ratio.
pub(crate) struct Side {
    name: &'static str,
    pid: u32,
    pub(crate) rates: Vec<f64>,
    latencies: Vec<f64>,
    pub(crate) server_micros: Vec<f64>,
    client_micros: Vec<f64>,
    processor: (Stopwatch, f64, f64),
}

impl Side {
    pub(crate) fn new(name: &'static str, pid: u32) -> Self {
        let nothing = (Stopwatch::start(), 0.0, 0.0);
        let (rates, latencies) = (Vec::new(), Vec::new());
        Self {
            name,
            pid,
            rates,
            latencies,
            server_micros: Vec::new(),
            client_micros: Vec::new(),
            processor: nothing,
        }
    }

    pub(crate) fn begin(&mut self) {
        self.processor = (
            Stopwatch::start(),
            processor_seconds(self.pid),
            processor_seconds(std::process::id()),
        );
    }

    pub(crate) fn end(&mut self, report: &Report) -> Outcome {
        if report.failed > 0 {
            return Err(format!("{} calls of {} failed", report.failed, self.name).into());
        }
        let (watch, server, client) = self.processor;
        // The processor ran through the warm-up too, at the same rate.
        let calls = report.per_second() * watch.seconds();
        self.server_micros.push((processor_seconds(self.pid) - server) / calls * 1e6);
        self.client_micros.push((processor_seconds(std::process::id()) - client) / calls * 1e6);
        self.rates.push(report.per_second());
        self.latencies.push(report.quantile_ms(0.99));
        Ok(())
    }

    /// Tells the medians. That of the rate.
    pub(crate) fn tell(self, suffix: &str) -> f64 {
        let (name, rate) = (self.name, report::median(self.rates));
        report::value(&format!("{name}_peak_per_s{suffix}"), rate, "1/s");
        report::value(
            &format!("{name}_p99_ms_at_peak{suffix}"),
            report::median(self.latencies),
            "ms",
        );
        report::value(
            &format!("{name}_server_us_per_call{suffix}"),
            report::median(self.server_micros),
            "us",
        );
        report::value(
            &format!("{name}_client_us_per_call{suffix}"),
            report::median(self.client_micros),
            "us",
        );
        rate
    }
}
