//! A running server: its tasks, and how they end.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::transport::Identity;
use tonic::transport::server::{Server, ServerTlsConfig};
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::api;
use crate::engine::Engine;
use crate::grpc::{Credentials, Dispatch, Door, DoorOptions, SERVICES};
use crate::sys::exit::Exit;
use crate::sys::shutdown::{Drained, Shutdown};

use super::accept::Connections;
use super::config::ServerConfig;
use super::connection::Patience;
use super::faces::faces;
use super::operations::pages;
use super::{App, StartError};

/// How often the engine is given time for upkeep.
const UPKEEP: Duration = Duration::from_millis(200);
/// How often it is looked whether guests should be fitted anew.
const REFITS: Duration = Duration::from_secs(600);
/// Upkeep rounds between two of metrics.
const METRICS_EVERY: u32 = 25;
/// Longest a handshake of TLS may take.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// Bytes on their way on one stream: a batch of events fits.
const STREAM_WINDOW: u32 = 256 << 10;
/// Bytes on their way on one connection.
const CONNECTION_WINDOW: u32 = 1 << 20;
/// Longest list of headers.
const HEADERS_BYTES_MAX: u32 = 8 << 10;
/// Streams that may be reset before they were looked at, and because of errors of ours.
const RESETS_PENDING_MAX: usize = 20;
const RESETS_LOCAL_MAX: usize = 1_024;

/// What ends in what order.
struct Ending {
    shutdown: Shutdown,
    /// Turned when no more connections are taken.
    doors: CancellationToken,
}

impl App {
    /// Serves until the switch is turned; then ends well.
    ///
    /// # Errors
    /// Where certificate or key cannot be used.
    pub async fn run(self) -> Result<Exit, StartError> {
        let ending = Ending { shutdown: self.shutdown.clone(), doors: CancellationToken::new() };
        let (health, others) = self.others().await?;
        let door = self.door(others);
        let server = self.server()?;
        let faces = self.settings.gateway.as_ref().map(|options| faces(door.clone(), options));
        let (engine, readiness, gauges) =
            (Arc::clone(&self.engine), self.readiness.clone(), self.gauges());
        let options = self.settings.server.clone();
        let patience =
            Patience { first_call: options.first_call_timeout.0, idle: options.idle_timeout.0 };
        let connections =
            Connections::new(self.listeners.calls, Arc::clone(&self.connections), patience);

        if let Some(listener) = self.listeners.operations {
            let doors = ending.doors.clone();
            let serve = axum::serve(listener, pages(gauges))
                .with_graceful_shutdown(doors.cancelled_owned());
            ending.shutdown.spawn(async move {
                if let Err(error) = serve.await {
                    tracing::error!(%error, "the metrics listener ended");
                }
            });
        }
        let doors = ending.doors.clone();
        let switch = ending.shutdown.clone();
        ending.shutdown.spawn(async move {
            let until = doors.cancelled_owned();
            let served = match faces {
                Some(faces) => server.serve_with_incoming_shutdown(faces, connections, until).await,
                None => server.serve_with_incoming_shutdown(door, connections, until).await,
            };
            if let Err(error) = served {
                tracing::error!(%error, "the server ended");
            }
            switch.begin();
        });
        ending.shutdown.spawn(upkeep(Arc::clone(&engine), self.metrics, ending.shutdown.clone()));
        ending.shutdown.spawn(refits(Arc::clone(&engine), ending.shutdown.clone()));
        readiness.serving();
        tracing::info!("serving");

        ending.shutdown.begun().await;
        readiness.draining();
        ending.drain(&health, &options).await;
        Ok(close(engine).await)
    }

    /// Health and reflection.
    async fn others(&self) -> Result<(HealthReporter, Routes), StartError> {
        let (health, service) = tonic_health::server::health_reporter();
        for name in SERVICES {
            health.set_service_status(name, ServingStatus::Serving).await;
        }
        let mut routes = Routes::new(service);
        if self.settings.server.reflection {
            let build = || {
                tonic_reflection::server::Builder::configure()
                    .register_encoded_file_descriptor_set(api::FILE_DESCRIPTOR_SET)
                    .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            };
            routes = routes
                .add_service(build().build_v1().map_err(StartError::Reflection)?)
                .add_service(build().build_v1alpha().map_err(StartError::Reflection)?);
        }
        Ok((health, routes.prepare()))
    }

    fn door(&self, others: Routes) -> Door<Dispatch> {
        let server = &self.settings.server;
        let options = DoorOptions {
            decide_budget: server.decide_timeout.0,
            call_budget: server.call_timeout.0,
            report_budget: server.report_timeout.0,
            guest_calls_max: server.max_guest_calls,
        };
        let credentials = Credentials::new(
            self.settings.credentials.iter().cloned(),
            self.engine.guest_tokens().clone(),
            self.clock.clone(),
        );
        Door::new(Dispatch::new(&self.edge, others), credentials, self.in_flight.clone(), options)
    }

    fn server(&self) -> Result<Server, StartError> {
        let options = &self.settings.server;
        let mut server = Server::builder()
            // Browsers, and most who speak JSON.
            .accept_http1(self.settings.gateway.is_some())
            .max_concurrent_streams(options.max_streams_per_connection)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .http2_max_header_list_size(HEADERS_BYTES_MAX)
            .http2_max_pending_accept_reset_streams(Some(RESETS_PENDING_MAX))
            .http2_max_local_error_reset_streams(Some(RESETS_LOCAL_MAX))
            .http2_keepalive_interval(Some(options.keepalive_interval.0))
            .http2_keepalive_timeout(Some(options.keepalive_timeout.0));
        if !options.connection_age.0.is_zero() {
            server = server.max_connection_age(options.connection_age.0);
        }
        match &self.settings.tls {
            Some(tls) => {
                let identity = Identity::from_pem(&tls.certificate, &tls.key);
                let tls = ServerTlsConfig::new().identity(identity).timeout(HANDSHAKE);
                server.tls_config(tls).map_err(StartError::Tls)
            }
            None => Ok(server),
        }
    }
}

impl Ending {
    /// Ends the tasks: balancers first, then connections, then whatever still runs.
    async fn drain(&self, health: &HealthReporter, options: &ServerConfig) {
        for name in SERVICES.into_iter().chain([""]) {
            health.set_service_status(name, ServingStatus::NotServing).await;
        }
        let (delay, doors) = (options.drain_delay.0, self.doors.clone());
        self.shutdown.spawn(async move {
            // Waits the whole delay; a second signal ends the wait for all tasks, this one included.
            let _ = tokio::time::timeout(delay, std::future::pending::<()>()).await;
            tracing::info!("taking no more connections");
            doors.cancel();
        });
        match self.shutdown.drain(delay + options.drain_timeout.0).await {
            Drained::Complete => tracing::info!("every call has ended"),
            Drained::Abandoned(tasks) => tracing::warn!(tasks, "not everything ended in time"),
        }
    }
}

/// Writes what waits, and ends.
async fn close(engine: Arc<Engine>) -> Exit {
    match tokio::task::spawn_blocking(move || engine.close()).await {
        Ok(Ok(())) => Exit::Clean,
        Ok(Err(error)) => {
            tracing::error!(%error, "the last writes failed");
            Exit::Storage
        }
        Err(error) => {
            tracing::error!(%error, "closing failed");
            Exit::Storage
        }
    }
}

/// Gives the engine time for upkeep, and the metrics too, until the switch is turned.
async fn upkeep(
    engine: Arc<Engine>,
    metrics: metrics_exporter_prometheus::PrometheusHandle,
    shutdown: Shutdown,
) {
    let mut round = 0_u32;
    while shutdown.sleep(UPKEEP).await {
        let engine = Arc::clone(&engine);
        let ticked = tokio::task::spawn_blocking(move || engine.tick()).await;
        if let Ok(Err(error)) = ticked {
            tracing::error!(%error, "upkeep failed");
        }
        round = round.wrapping_add(1);
        if round.is_multiple_of(METRICS_EVERY) {
            metrics.run_upkeep();
        }
    }
}

/// Lets what was fitted to guests be fitted anew when it is old, until the switch is turned.
async fn refits(engine: Arc<Engine>, shutdown: Shutdown) {
    while shutdown.sleep(REFITS).await {
        let engine = Arc::clone(&engine);
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || engine.refit()).await {
            tracing::error!(%error, "guests were not fitted anew");
        }
    }
}
