//! The server as a whole: configuration → build → run → drain.
//!
//! [`App::build`] puts the parts together, on listeners that are handed in; [`App::run`] serves
//! until the switch is turned, and then ends in this order: health says `NOT_SERVING`; balancers
//! get [`config::ServerConfig::drain_delay`] to notice; connections are asked to end and no more
//! are taken; running calls are waited for, no longer than [`config::ServerConfig::drain_timeout`];
//! what waits is written to the disk; the process ends with 0.

pub mod accept;
pub mod config;
pub mod connection;
mod faces;
mod gathered;
pub mod operations;
mod serving;

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::domain::id::BrandId;
use crate::domain::scope::{PropertyScope, Rights, Scope};
use crate::engine::Engine;
use crate::grpc::{Credential, Edge, EdgeOptions, InFlight, ServerFacts, WatchOptions, new_key};
use crate::store::StoreError;
use crate::sys::clock::{Clock, Stopwatch};
use crate::sys::exit::Exit;
use crate::sys::rng::{NoRandomness, Randomness};
use crate::sys::shutdown::Shutdown;

use config::Settings;
use operations::{Gauges, Readiness};

/// Connections open now.
pub(crate) const CONNECTIONS: &str = "concierge_connections";
/// Calls that run now.
pub(crate) const IN_FLIGHT: &str = "concierge_requests_in_flight";
/// Connections closed at once because there were too many.
pub(crate) const CONNECTIONS_TURNED_AWAY: &str = "concierge_connections_turned_away_total";
/// Connections closed because they made no calls.
pub(crate) const SILENT_CONNECTIONS: &str = "concierge_connections_silent_total";
/// Connections that the machine could not give.
pub(crate) const ACCEPT_ERRORS: &str = "concierge_accept_errors_total";

/// The brand of the key that a server without credentials makes for itself.
pub const DEMO_BRAND: &str = "demo";

/// What comes from outside, so that a test can hand in its own.
pub struct World {
    /// The time.
    pub clock: Clock,
    /// Randomness of decisions.
    pub randomness: Randomness,
    /// Where metrics are read.
    pub metrics: PrometheusHandle,
    /// Called once when a write has failed: nothing may go on after it.
    pub on_fatal: Box<dyn FnOnce(StoreError) + Send>,
}

/// Open ports.
#[derive(Debug)]
pub struct Listeners {
    /// For calls.
    pub calls: TcpListener,
    /// For operators; `None`: they see nothing.
    pub operations: Option<TcpListener>,
}

impl Listeners {
    /// Opens the ports of the settings.
    ///
    /// # Errors
    /// Where one cannot be opened, with its name.
    pub async fn bind(settings: &Settings) -> Result<Self, StartError> {
        let open = async |setting: &'static str, address: std::net::SocketAddr| {
            let listener = TcpListener::bind(address).await;
            listener.map_err(|source| StartError::Listen { setting, address, source })
        };
        let operations = match settings.metrics_listen {
            Some(address) => Some(open("metrics.listen", address).await?),
            None => None,
        };
        Ok(Self { calls: open("server.listen", settings.listen).await?, operations })
    }
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port cannot be opened.
    #[error("{setting} {address} cannot be opened: {source}")]
    Listen {
        /// Which setting.
        setting: &'static str,
        /// Its address.
        address: std::net::SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gives no randomness.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// Certificate or key cannot be used.
    #[error("server.tls cannot be used: {0}")]
    Tls(#[source] tonic::transport::Error),
    /// Reflection cannot be built from the descriptors.
    #[error("the API's own description is broken: {0}")]
    Reflection(#[source] tonic_reflection::server::Error),
}

impl StartError {
    /// How the process ends.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Store(error) => error.exit(),
            Self::Listen { .. } | Self::Randomness(_) | Self::Tls(_) | Self::Reflection(_) => {
                Exit::Config
            }
        }
    }
}

/// A server, built and not yet running.
pub struct App {
    settings: Settings,
    listeners: Listeners,
    engine: Arc<Engine>,
    edge: Arc<Edge>,
    clock: Clock,
    readiness: Readiness,
    metrics: PrometheusHandle,
    in_flight: InFlight,
    connections: Arc<Semaphore>,
    shutdown: Shutdown,
}

impl App {
    /// Puts the parts together. Opens the store, which may take a while and blocks: what the log
    /// holds beyond the last checkpoint is learnt again.
    ///
    /// # Errors
    /// Where the store cannot be opened; the message says what to do.
    pub fn build(
        settings: Settings,
        world: World,
        listeners: Listeners,
        shutdown: &Shutdown,
    ) -> Result<Self, StartError> {
        let seeds = world.randomness.shared("decisions");
        let engine =
            Engine::open(settings.engine.clone(), world.clock.clone(), seeds, world.on_fatal)?;
        let interval = match settings.engine.store.durability {
            crate::store::Durability::Interval(interval) => Some(interval),
            crate::store::Durability::Always | crate::store::Durability::NeverForTestControl => {
                None
            }
        };
        let facts = ServerFacts {
            version: env!("CARGO_PKG_VERSION"),
            started: world.clock.now(),
            uptime: Stopwatch::start(),
            durability_interval: interval,
        };
        let server = &settings.server;
        let options = EdgeOptions {
            blocking_max: server.max_blocking,
            streams_max: server.max_event_streams,
            readers_max: server.max_outbox_readers,
            watch: WatchOptions {
                watchers_max: server.max_watchers,
                watchers_max_of_credential: server.max_watchers_per_credential,
                interval: server.watch_interval.0,
            },
            ..EdgeOptions::default()
        };
        let nobodies = world.randomness.shared("nobodies");
        let edge = Edge::new(
            Arc::clone(&engine),
            world.clock.clone(),
            nobodies,
            shutdown.clone(),
            facts,
            &options,
        );
        Ok(Self {
            in_flight: InFlight::new(server.max_in_flight),
            connections: Arc::new(Semaphore::new(server.max_connections)),
            settings,
            listeners,
            engine,
            edge: Arc::new(edge),
            clock: world.clock,
            readiness: Readiness::default(),
            metrics: world.metrics,
            shutdown: shutdown.clone(),
        })
    }

    /// The engine, for a test or a demo that shares the process.
    pub fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.engine)
    }

    fn gauges(&self) -> Gauges {
        Gauges {
            readiness: self.readiness.clone(),
            metrics: self.metrics.clone(),
            in_flight: self.in_flight.clone(),
            connections: (Arc::clone(&self.connections), self.settings.server.max_connections),
        }
    }
}

/// A key for a server on this machine that has no credentials: it may do everything within the demo
/// brand, until the server ends.
///
/// # Errors
/// Where the system gives no randomness.
pub fn demo_credential() -> Result<(String, Credential), NoRandomness> {
    let id = "local";
    let (key, sha256) = new_key(id)?;
    let brand = BrandId::parse("brand", DEMO_BRAND).expect("a plain name");
    let scope = Scope {
        brand,
        properties: PropertyScope::All,
        rights: Rights::all(),
        credential: Arc::from(id),
        bound: None,
    };
    Ok((key, Credential { scope, sha256, expires: None }))
}
