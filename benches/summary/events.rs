//! Durable events through gRPC.

use std::time::Duration;

use concierge::cli::loadtest::calls::Target;
use concierge::cli::loadtest::generator::{Loop, Plan, run};
use concierge::cli::loadtest::{EVENT_BATCH, LoadtestArgs};

use crate::process::{folder_bytes, written_bytes};
use crate::server::Server;
use crate::{Outcome, fsync, report, scratch, setting, transport};

/// Guests, drawn uniformly.
const GUESTS: u64 = 200_000;
/// Batches under way.
const WORKERS: usize = 8;
/// How long the bare sync is measured.
const SYNCING: Duration = Duration::from_secs(3);

/// Events a second at which acknowledgements are timed.
const PACE: f64 = 20_000.0;

/// Events a second acknowledged as on disk: batches of 64 through gRPC, mixed events of 200,000
/// guests drawn uniformly, 8 batches under way; bytes the server has written to the disk for each
/// event, by the kernel's count, and the growth of its folder. Then, open loop at 20,000 events a
/// second: the p99 of an acknowledgement ÷ the p99 of a bare `fdatasync` after an append of 64 KiB,
/// measured on the same disk right before.
pub(crate) fn measure() -> Outcome {
    let folder = scratch::folder()?;
    let server = Server::new(folder.path())?;
    let arguments =
        LoadtestArgs { guests: GUESTS, connections: 2, ..transport::arguments(&server) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let target = Target::connect(&arguments).await?;
        let write = {
            let target = target.clone();
            move |n| target.clone().write_events(n)
        };
        let kind = Loop::Closed { workers: WORKERS };
        let warm_up =
            Plan { kind, warm_up: Duration::ZERO, duration: Duration::from_secs(2), seed: 1 };
        run(warm_up, write.clone()).await;

        let syncs = fsync::measure(folder.path(), SYNCING)?;
        let duration = Duration::from_secs(setting("BENCH_EVENT_SECONDS", 15));
        let before = (written_bytes(server.pid()), folder_bytes(server.store()));
        // Numbers go on where the warm-up ended, so that no event is one of its.
        let peak = write.clone();
        let report = run(Plan { duration, ..warm_up }, move |n| peak(n + (1 << 32))).await;
        let after = (written_bytes(server.pid()), folder_bytes(server.store()));
        if report.failed > 0 {
            return Err(format!(
                "{} of {} batches failed",
                report.failed,
                report.failed + report.succeeded
            )
            .into());
        }

        let events = (report.succeeded * EVENT_BATCH) as f64;
        report::value("events_durable_per_s", events / duration.as_secs_f64(), "1/s");
        report::value("bytes_per_event", after.0.saturating_sub(before.0) as f64 / events, "B");
        report::value("store_growth_per_event", (after.1 as f64 - before.1 as f64) / events, "B");

        let kind = Loop::Open { rate: PACE / EVENT_BATCH as f64 };
        let paced = Plan { kind, warm_up: Duration::from_secs(2), duration, seed: 2 };
        let report = run(paced, move |n| write(n + (2 << 32))).await;
        if report.failed + report.dropped > 0 {
            return Err(
                format!("paced: {} failed, {} dropped", report.failed, report.dropped).into()
            );
        }
        report::quantiles(
            "event_ack_ms",
            &report.latency,
            &[("p50", 0.5), ("p99", 0.99), ("p999", 0.999)],
            ("ms", 1e6),
        );
        report::quantiles("fdatasync_ms", &syncs, &[("p50", 0.5), ("p99", 0.99)], ("ms", 1e6));
        let ratio =
            report.latency.value_at_quantile(0.99) as f64 / syncs.value_at_quantile(0.99) as f64;
        report::value("event_ack_p99_over_fsync_p99", ratio, "ratio");
        Ok(())
    })
}
