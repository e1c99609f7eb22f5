//! What the service says about itself: logs for people, metrics for graphs.
//!
//! **Logs** go to standard error, as text or as JSON; standard output belongs to a command's
//! result. Messages are constant, in lower case, without a full stop; what varies is a field with a
//! plain name and its unit (`duration_ms`). `error` is rare and asks for a person; a failure is
//! logged once, where it is handled.
//!
//! **No personal data in logs, traces or metric labels.** No name, address, contact point, note or
//! survey answer; no guest id, reservation id or alias, whether raw or hashed; no token or key. A
//! brand, a property, an offer, a policy, a sequence, a decision id, counts, durations and error
//! kinds are enough to find the record, and the record is behind rights and the audit log. The same
//! goes for the `Debug` form of a type that holds such data.
//!
//! **Metrics** are named `concierge_<what>_<unit>`, counters end in `_total`. A label has few
//! values, known beforehand: a stage, a method, a code; never an id. The histograms and their
//! buckets are in [`HISTOGRAMS`]. On the hot path keep the handle (`metrics::histogram!` once, at
//! start): looking it up by name costs more than recording.

use std::io::{self, IsTerminal};

use metrics::Unit;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// One line of text, coloured on a terminal (unless `NO_COLOR` is set).
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

impl std::str::FromStr for LogFormat {
    type Err = UnknownLogFormat;

    fn from_str(name: &str) -> Result<Self, UnknownLogFormat> {
        match name {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            other => Err(UnknownLogFormat(other.to_owned())),
        }
    }
}

/// A log format that does not exist.
#[derive(Debug, thiserror::Error)]
#[error("unknown log format {0:?}: use \"text\" or \"json\"")]
pub struct UnknownLogFormat(String);

/// Why telemetry could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is not in the form `info,concierge::store=debug`.
    #[error("log filter {filter:?} is not understood")]
    Filter {
        /// The filter as given.
        filter: String,
        /// What is wrong with it.
        source: tracing_subscriber::filter::ParseError,
    },
    /// Logging was set up before in this process.
    #[error("logging is set up already")]
    LogsInstalled(#[source] tracing_subscriber::util::TryInitError),
    /// A recorder was installed before in this process, or its buckets are empty.
    #[error("metrics cannot be set up")]
    Metrics(#[source] BuildError),
}

/// Starts logging for the whole process. `filter` is in the form `info,concierge::store=debug`.
///
/// # Errors
/// [`TelemetryError::Filter`] for a filter that is not understood,
/// [`TelemetryError::LogsInstalled`] the second time.
pub fn start_logs(format: LogFormat, filter: &str) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|source| TelemetryError::Filter { filter: filter.to_owned(), source })?;
    let colour = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let started = match format {
        LogFormat::Text => lines.with_ansi(colour).finish().try_init(),
        LogFormat::Json => lines.json().flatten_event(true).finish().try_init(),
    };
    started.map_err(TelemetryError::LogsInstalled)
}

/// A histogram the service records: its name, what it measures, and its bucket bounds.
#[derive(Debug, Clone, Copy)]
pub struct Histogram {
    /// Name as exported.
    pub name: &'static str,
    /// What it measures, as exported in `# HELP`.
    pub help: &'static str,
    /// Unit of the values and of the bounds.
    pub unit: Unit,
    /// Upper bounds of the buckets, ascending.
    pub buckets: &'static [f64],
}

/// One call from door to reply, inside the process (labels: `method`, `code`).
pub const REQUEST_SECONDS: &str = "concierge_request_seconds";
/// One decision inside the engine, without transport.
pub const DECISION_SECONDS: &str = "concierge_decision_seconds";
/// One stage of one decision (label: `stage`).
pub const DECISION_STAGE_SECONDS: &str = "concierge_decision_stage_seconds";
/// One guest loaded from storage into memory.
pub const GUEST_LOAD_SECONDS: &str = "concierge_guest_load_seconds";
/// One event from door to acknowledgement, sync included.
pub const EVENT_ACK_SECONDS: &str = "concierge_event_ack_seconds";
/// One group written and synced by the committer.
pub const COMMIT_SECONDS: &str = "concierge_commit_seconds";
/// Records in one committed group.
pub const COMMIT_RECORDS: &str = "concierge_commit_records";

/// Messages in the outboxes of all brands.
pub const OUTBOX_MESSAGES: &str = "concierge_outbox_messages";
/// Of these, with a reader.
pub const OUTBOX_LEASED: &str = "concierge_outbox_leased_messages";
/// How long the oldest message that is due has waited; 0 where none is due.
pub const OUTBOX_OLDEST_SECONDS: &str = "concierge_outbox_oldest_due_seconds";

/// Half a microsecond to ten milliseconds: arithmetic in memory.
const STAGE_BUCKETS: &[f64] =
    &[5e-7, 1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2];
/// Ten microseconds to ten seconds: anything that may wait for a disk or a network.
const CALL_BUCKETS: &[f64] = &[
    1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.2, 0.5, 1.0,
    2.0, 5.0, 10.0,
];
/// One to four thousand.
const COUNT_BUCKETS: &[f64] =
    &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1_024.0, 2_048.0, 4_096.0];

/// Every histogram of the service. One that is not listed here would be exported as a summary,
/// which cannot be added up over machines.
pub const HISTOGRAMS: &[Histogram] = &[
    Histogram {
        name: REQUEST_SECONDS,
        help: "One call from door to reply, inside the process, by method and code",
        unit: Unit::Seconds,
        buckets: CALL_BUCKETS,
    },
    Histogram {
        name: DECISION_SECONDS,
        help: "One decision inside the engine, without transport",
        unit: Unit::Seconds,
        buckets: STAGE_BUCKETS,
    },
    Histogram {
        name: DECISION_STAGE_SECONDS,
        help: "One stage of one decision, by stage",
        unit: Unit::Seconds,
        buckets: STAGE_BUCKETS,
    },
    Histogram {
        name: GUEST_LOAD_SECONDS,
        help: "One guest loaded from storage into memory",
        unit: Unit::Seconds,
        buckets: CALL_BUCKETS,
    },
    Histogram {
        name: EVENT_ACK_SECONDS,
        help: "One event from door to acknowledgement, sync included",
        unit: Unit::Seconds,
        buckets: CALL_BUCKETS,
    },
    Histogram {
        name: COMMIT_SECONDS,
        help: "One group of records written and synced",
        unit: Unit::Seconds,
        buckets: CALL_BUCKETS,
    },
    Histogram {
        name: COMMIT_RECORDS,
        help: "Records in one committed group",
        unit: Unit::Count,
        buckets: COUNT_BUCKETS,
    },
];

/// Installs the process-wide metrics recorder and gives the handle that renders it for Prometheus.
///
/// Nothing listens and nothing runs in the background: an edge serves [`PrometheusHandle::render`],
/// and the owner calls [`PrometheusHandle::run_upkeep`] every few seconds, without which histograms
/// keep every value they were given.
///
/// # Errors
/// [`TelemetryError::Metrics`] when a recorder is installed already.
pub fn install_metrics() -> Result<PrometheusHandle, TelemetryError> {
    let handle = recorder_settings()?.install_recorder().map_err(TelemetryError::Metrics)?;
    describe();
    Ok(handle)
}

fn recorder_settings() -> Result<PrometheusBuilder, TelemetryError> {
    HISTOGRAMS.iter().try_fold(PrometheusBuilder::new(), |settings, histogram| {
        let name = Matcher::Full(histogram.name.to_owned());
        settings.set_buckets_for_metric(name, histogram.buckets).map_err(TelemetryError::Metrics)
    })
}

fn describe() {
    for histogram in HISTOGRAMS {
        metrics::describe_histogram!(histogram.name, histogram.unit, histogram.help);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_histogram_has_its_own_name_and_rising_buckets() {
        let names: BTreeSet<&str> = HISTOGRAMS.iter().map(|histogram| histogram.name).collect();
        assert_eq!(names.len(), HISTOGRAMS.len());
        for histogram in HISTOGRAMS {
            assert!(histogram.name.starts_with("concierge_"), "{}", histogram.name);
            assert!(histogram.buckets.is_sorted_by(|a, b| a < b), "{}", histogram.name);
        }
    }

    #[test]
    fn a_stage_is_exported_with_its_buckets_and_its_help() {
        let recorder = recorder_settings().expect("settings").build_recorder();
        let handle = recorder.handle();
        metrics::with_local_recorder(&recorder, || {
            describe();
            metrics::histogram!(DECISION_STAGE_SECONDS, "stage" => "score").record(3e-6);
        });
        let page = handle.render();
        for expected in [
            "# HELP concierge_decision_stage_seconds One stage of one decision, by stage",
            "# TYPE concierge_decision_stage_seconds histogram",
            r#"concierge_decision_stage_seconds_bucket{stage="score",le="0.000002"} 0"#,
            r#"concierge_decision_stage_seconds_bucket{stage="score",le="0.000005"} 1"#,
            r#"concierge_decision_stage_seconds_count{stage="score"} 1"#,
        ] {
            assert!(page.contains(expected), "{expected}\nis not in\n{page}");
        }
    }

    #[test]
    fn a_filter_that_is_not_understood_is_named() {
        let error = start_logs(LogFormat::Json, "concierge=loud").expect_err("no such level");
        assert_eq!(error.to_string(), r#"log filter "concierge=loud" is not understood"#);
    }

    #[test]
    fn formats_are_named_in_settings() {
        assert_eq!("json".parse::<LogFormat>().expect("json"), LogFormat::Json);
        assert_eq!("text".parse::<LogFormat>().expect("text"), LogFormat::Text);
        let error = "yaml".parse::<LogFormat>().expect_err("no such format");
        assert_eq!(error.to_string(), r#"unknown log format "yaml": use "text" or "json""#);
    }
}
