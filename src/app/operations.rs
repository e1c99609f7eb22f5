//! What operators and their machines look at, on a port of its own.
//!
//! | path | answers |
//! |---|---|
//! | `/livez` | 200 while the process runs |
//! | `/readyz` | 200 while calls are taken, else 503 with `starting` or `draining` |
//! | `/metrics` | numbers in the form of Prometheus |
//! | `/version` | the version |

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Semaphore;

use crate::grpc::InFlight;

/// Whether calls are taken. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    state: Arc<AtomicU8>,
}

impl Readiness {
    const STARTING: u8 = 0;
    const SERVING: u8 = 1;
    const DRAINING: u8 = 2;

    /// Calls are taken from now on.
    pub fn serving(&self) {
        self.state.store(Self::SERVING, Ordering::Release);
    }

    /// No new calls, please.
    pub fn draining(&self) {
        self.state.store(Self::DRAINING, Ordering::Release);
    }

    fn word(&self) -> (StatusCode, &'static str) {
        match self.state.load(Ordering::Acquire) {
            Self::SERVING => (StatusCode::OK, "serving"),
            Self::STARTING => (StatusCode::SERVICE_UNAVAILABLE, "starting"),
            _ => (StatusCode::SERVICE_UNAVAILABLE, "draining"),
        }
    }
}

/// What the pages are made from.
#[derive(Clone)]
pub struct Gauges {
    /// Whether calls are taken.
    pub readiness: Readiness,
    /// Everything that was counted.
    pub metrics: PrometheusHandle,
    /// Calls that run.
    pub in_flight: InFlight,
    /// Room for connections, and how much there is in all.
    pub connections: (Arc<Semaphore>, usize),
}

/// The pages.
pub fn pages(gauges: Gauges) -> Router {
    Router::new()
        .route("/livez", get(async || "alive"))
        .route("/readyz", get(async |State(gauges): State<Gauges>| gauges.readiness.word()))
        .route("/metrics", get(async |State(gauges): State<Gauges>| numbers(&gauges)))
        .route(
            "/version",
            get(async || concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"))),
        )
        .with_state(gauges)
}

#[expect(clippy::cast_precision_loss, reason = "counts of calls and connections")]
fn numbers(gauges: &Gauges) -> impl IntoResponse + use<> {
    let (room, all) = &gauges.connections;
    metrics::gauge!(super::IN_FLIGHT).set(gauges.in_flight.running() as f64);
    metrics::gauge!(super::CONNECTIONS).set(all.saturating_sub(room.available_permits()) as f64);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], gauges.metrics.render())
}
