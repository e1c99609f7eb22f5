//! `concierge serve`: the server.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::app::config::{Config, ConfigError, Settings};
use crate::app::{App, Listeners, StartError, World, demo_credential};
use crate::store::Recovery;
use crate::sys::clock::Clock;
use crate::sys::exit::Exit;
use crate::sys::rng::{NoRandomness, Randomness};
use crate::sys::shutdown::Shutdown;
use crate::sys::telemetry::{TelemetryError, install_metrics, start_logs};

use super::output;

/// The signal of a file that may grow no more. Unheeded it would end the process; heeded, the write
/// fails and is told.
const FILE_SIZE_SIGNAL: i32 = 25;

/// Serves decisions and takes events until it is told to end (SIGTERM, Ctrl-C).
///
/// Settings come from a file and the environment (see `concierge config print-default`); the
/// options here count before both. Without credentials, and on this machine only, it makes a key
/// for the brand `demo` and prints it.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The configuration.
    #[arg(long, env = "CONCIERGE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data folder, made by `concierge init`.
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// Address and port for calls.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Open a store that lost something: `point-in-time` goes on without what is missing, and says
    /// how much that is.
    #[arg(long, value_name = "HOW")]
    recover: Option<Recover>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Recover {
    PointInTime,
}

/// Why the server did not start, or ended badly.
#[derive(Debug, thiserror::Error)]
enum ServeError {
    #[error("{0}")]
    Config(#[from] ConfigError),
    #[error("{0}")]
    Telemetry(#[from] TelemetryError),
    #[error("{0}")]
    Randomness(#[from] NoRandomness),
    #[error("{0}")]
    Start(#[from] StartError),
    #[error("the runtime cannot be started: {0}")]
    Runtime(#[from] std::io::Error),
}

impl ServeError {
    fn exit(&self) -> Exit {
        match self {
            Self::Start(error) => error.exit(),
            Self::Config(_) | Self::Telemetry(_) | Self::Randomness(_) | Self::Runtime(_) => {
                Exit::Config
            }
        }
    }
}

/// Runs the command.
pub(crate) fn serve(args: &ServeArgs) -> Exit {
    match run(args) {
        Ok(exit) => exit,
        Err(error) => {
            output::complain(format_args!("concierge serve: {error}"));
            error.exit()
        }
    }
}

fn run(args: &ServeArgs) -> Result<Exit, ServeError> {
    let mut settings = settings(args)?;
    start_logs(settings.log.0, &settings.log.1)?;
    std::panic::set_hook(Box::new(|panic| {
        // Where, and not what: a message may hold what belongs in no log.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
    let key = if settings.credentials.is_empty() {
        let (key, credential) = demo_credential()?;
        settings.credentials.push(credential);
        Some(key)
    } else {
        None
    };
    let world = World {
        clock: Clock::default(),
        randomness: Randomness::from_os()?,
        metrics: install_metrics()?,
        on_fatal: Box::new(|error| Exit::Storage.now(&error.to_string())),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("concierge")
        .build()?;
    let exit = runtime.block_on(start(settings, world, key));
    // Whatever waits for a disk that does not answer shall not hold the process.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    exit
}

fn settings(args: &ServeArgs) -> Result<Settings, ConfigError> {
    let mut config = Config::load(args.config.as_deref(), std::env::vars())?;
    if let Some(store) = &args.store {
        config.store.folder.clone_from(store);
    }
    if let Some(listen) = &args.listen {
        config.server.listen.clone_from(listen);
    }
    let mut settings = config.check()?;
    if let Some(Recover::PointInTime) = args.recover {
        settings.engine.store.recovery = Recovery::PointInTime;
    }
    Ok(settings)
}

async fn start(settings: Settings, world: World, key: Option<String>) -> Result<Exit, ServeError> {
    let shutdown = Shutdown::new();
    shutdown.listen_for_signals()?;
    let _heeded: Signal = signal(SignalKind::from_raw(FILE_SIZE_SIGNAL))?;
    let listeners = Listeners::bind(&settings).await?;
    let banner = banner(&settings, &listeners, key.as_deref());
    let switch = shutdown.clone();
    // Opening the store may take a while, and blocks.
    let built =
        tokio::task::spawn_blocking(move || App::build(settings, world, listeners, &switch)).await;
    let app = built.map_err(std::io::Error::other)??;
    output::answer(banner);
    Ok(app.run().await?)
}

/// What a person wants to know when the server has started.
fn banner(settings: &Settings, listeners: &Listeners, key: Option<&str>) -> String {
    let scheme = if settings.tls.is_some() { "https" } else { "http" };
    let calls = listeners.calls.local_addr().unwrap_or(settings.listen);
    let mut text = format!("concierge {}\n", env!("CARGO_PKG_VERSION"));
    let mut line = |name: &str, what: &dyn std::fmt::Display| {
        // Writing to a string cannot fail.
        let _ = write!(text, "  {name:<8} {what}");
        text.push('\n');
    };
    line("calls", &format_args!("{scheme}://{calls} (gRPC)"));
    if let Some(address) =
        listeners.operations.as_ref().and_then(|listener| listener.local_addr().ok())
    {
        line("metrics", &format_args!("http://{address}/metrics"));
    }
    line("store", &settings.engine.folder.display());
    if let Some(key) = key {
        let what = "No credentials are configured. This key may do everything within the brand demo, until the server ends:";
        let _ = write!(
            text,
            "\n{what}\n\n  export CONCIERGE_KEY={key}\n\nThen try, in another terminal: concierge status"
        );
    }
    text
}
