//! The services: read the request, ask the engine, write the answer. Whatever is interesting
//! happens elsewhere.

pub(crate) mod admin;
pub(crate) mod batch;
pub(crate) mod blocking;
pub(crate) mod catalog;
pub(crate) mod committed;
pub(crate) mod decision;
pub(crate) mod delivery;
pub(crate) mod event;
pub(crate) mod event_stream;
pub(crate) mod guest;
pub(crate) mod insight;
pub(crate) mod model;
pub(crate) mod once;
pub(crate) mod outbox_stream;
pub(crate) mod rank;
pub(crate) mod routing;
pub(crate) mod watch;

use std::sync::Arc;

use prost::Message;
use tonic::{Request, Status};

use crate::domain::scope::{PropertyScope, Right, Rights, Scope};
use crate::engine::{Engine, Error};
use crate::sys::clock::{Clock, Stopwatch};
use crate::sys::rng::SharedRng;
use crate::sys::shutdown::Shutdown;

use super::guest_tokens;
use super::layers::door::Caller;
use blocking::Blocking;
use watch::Seats;
pub use watch::WatchOptions;

/// What the services share.
pub struct Edge {
    pub(crate) engine: Arc<Engine>,
    pub(crate) clock: Clock,
    pub(crate) blocking: Blocking,
    /// Ids of people nobody named.
    pub(crate) nobodies: SharedRng,
    pub(crate) shutdown: Shutdown,
    pub(crate) server: ServerFacts,
    /// Room for event streams.
    pub(crate) streams: Arc<tokio::sync::Semaphore>,
    /// Room for readers of the outbox.
    pub(crate) readers: Arc<tokio::sync::Semaphore>,
    /// Room for batches.
    pub(crate) batches: Arc<tokio::sync::Semaphore>,
    /// Room for reports: for one.
    pub(crate) reports: Arc<tokio::sync::Semaphore>,
    /// Room for watchers.
    pub(crate) seats: Arc<Seats>,
}

/// What the server says of itself.
#[derive(Debug, Clone)]
pub struct ServerFacts {
    /// Its version.
    pub version: &'static str,
    /// When it started, for people.
    pub started: crate::domain::time::Timestamp,
    /// When it started, for measuring.
    pub uptime: Stopwatch,
    /// With durability mode `interval`: the interval.
    pub durability_interval: Option<std::time::Duration>,
}

/// How much the services do at once.
#[derive(Debug, Clone)]
pub struct EdgeOptions {
    /// Calls that may wait for the disk at once.
    pub blocking_max: usize,
    /// Event streams open at once.
    pub streams_max: usize,
    /// Readers of outboxes at once.
    pub readers_max: usize,
    /// Batches of decisions being made at once.
    pub batches_max: usize,
    /// How many watch, and how closely.
    pub watch: WatchOptions,
}

impl Default for EdgeOptions {
    fn default() -> Self {
        let watch = WatchOptions::default();
        Self { blocking_max: 64, streams_max: 256, readers_max: 256, batches_max: 4, watch }
    }
}

impl Edge {
    /// The edge of an engine.
    pub fn new(
        engine: Arc<Engine>,
        clock: Clock,
        nobodies: SharedRng,
        shutdown: Shutdown,
        server: ServerFacts,
        options: &EdgeOptions,
    ) -> Self {
        let blocking = Blocking::new(options.blocking_max);
        let streams = Arc::new(tokio::sync::Semaphore::new(options.streams_max));
        let batches = Arc::new(tokio::sync::Semaphore::new(options.batches_max));
        let readers = Arc::new(tokio::sync::Semaphore::new(options.readers_max));
        let seats = Arc::new(Seats::new(options.watch.clone()));
        let reports = Arc::new(tokio::sync::Semaphore::new(1));
        Self {
            engine,
            clock,
            blocking,
            nobodies,
            shutdown,
            server,
            streams,
            readers,
            batches,
            reports,
            seats,
        }
    }

    /// Asks the engine within the caller's scope, on a thread that may read the disk.
    async fn ask<T: Send + 'static>(
        &self,
        caller: &Caller,
        work: impl FnOnce(&Engine, &Scope) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Status> {
        let (engine, scope) = (Arc::clone(&self.engine), Arc::clone(&caller.scope));
        Ok(self.blocking.run(caller.deadline, move || work(&engine, &scope)).await??)
    }
}

/// The caller and the message of a request. A request that did not come through the door goes
/// nowhere, and one of a guest token no further where it sets what is not for browsers.
fn enter<T: Message>(request: Request<T>) -> Result<(Caller, T), Status> {
    let (caller, message) = enter_stream(request)?;
    if caller.scope.bound.is_some() {
        guest_tokens::asked(caller.rpc.input, &message.encode_to_vec())?;
    }
    Ok((caller, message))
}

/// The same, of a stream. No guest token makes such a call.
fn enter_stream<T>(request: Request<T>) -> Result<(Caller, T), Status> {
    let (_, mut extensions, message) = request.into_parts();
    let caller = extensions
        .remove::<Caller>()
        .ok_or_else(|| Status::internal("the call did not come through the door"))?;
    Ok((caller, message))
}

/// The server's own look at a brand's catalog, for the names of offers in answers whose caller need
/// not read catalogs.
fn reader_of(scope: &Scope) -> Scope {
    Scope {
        brand: scope.brand.clone(),
        properties: PropertyScope::All,
        rights: [Right::CatalogRead].into_iter().collect::<Rights>(),
        credential: Arc::clone(&scope.credential),
        bound: None,
    }
}
