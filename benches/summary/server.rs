//! `concierge serve` as a child process, with a store and a configuration of its own.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use concierge::engine::EngineOptions;
use concierge::sys::clock::{Deadline, Stopwatch};
use sha2::{Digest, Sha256};
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::hotel::{BRAND, Hotel};
use crate::process::Kept;

/// The key of the caller: it may decide and write events, as a booking engine's does, and read the outbox.
const KEY: &str = "ck_bench_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
/// Longest time a start may take.
const START_MAX: Duration = Duration::from_secs(60);
/// Between two looks at whether the server serves.
const LOOK_EVERY: Duration = Duration::from_millis(2);

type Failure = Box<dyn std::error::Error>;

/// A running server. It ends with this value.
pub(crate) struct Server {
    process: Kept,
    address: String,
    store: PathBuf,
    started_in: Duration,
}

impl Server {
    /// Starts a server in an empty folder, on a new store with the catalog of the measurements.
    pub(crate) fn new(folder: &Path) -> Result<Self, Failure> {
        Self::configured(folder, "")
    }

    /// The same, with more settings.
    pub(crate) fn configured(folder: &Path, settings: &str) -> Result<Self, Failure> {
        let store = folder.join("store");
        Hotel::create(&store, EngineOptions::new(&store))?.engine.close()?;
        Self::start(&store, folder, settings)
    }

    /// Starts a server on a store, and waits until its health check says that it serves. Its
    /// configuration goes into
    /// `folder`.
    pub(crate) fn on(store: &Path, folder: &Path) -> Result<Self, Failure> {
        Self::start(store, folder, "")
    }

    fn start(store: &Path, folder: &Path, settings: &str) -> Result<Self, Failure> {
        let port = free_port()?;
        let file = folder.join("concierge.toml");
        std::fs::write(&file, configuration(store, port) + settings)?;
        let watch = Stopwatch::start();
        let mut process = Command::new(env!("CARGO_BIN_EXE_concierge"))
            .args(["serve", "--config"])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .map(Kept)?;
        let address = format!("http://127.0.0.1:{port}");
        wait_until_serving(&mut process, &address)?;
        Ok(Self { process, address, store: store.to_owned(), started_in: watch.elapsed() })
    }

    /// Its address, as `http://host:port`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// A key that may decide, write events and read the outbox.
    pub(crate) fn key(&self) -> &'static str {
        KEY
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.process.0.id()
    }

    /// The folder of its store.
    pub(crate) fn store(&self) -> &Path {
        &self.store
    }

    /// From its start until its health check said that it serves.
    pub(crate) fn started_in(&self) -> Duration {
        self.started_in
    }
}

fn configuration(store: &Path, port: u16) -> String {
    let hash: String = Sha256::digest(KEY).iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        r#"
[server]
listen = "127.0.0.1:{port}"

[metrics]
listen = ""

[store]
folder = {folder:?}

[log]
filter = "warn"

[[credentials]]
id = "bench"
brand = "{BRAND}"
rights = ["decide", "events.write", "deliver"]
sha256 = "{hash}"
"#,
        folder = store.display().to_string(),
    )
}

/// A port that nobody uses now.
fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn wait_until_serving(process: &mut Kept, address: &str) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let endpoint = Endpoint::from_shared(address.to_owned())?;
    let deadline = Deadline::after(START_MAX);
    while !deadline.has_passed() {
        if let Some(status) = process.0.try_wait()? {
            return Err(format!("the server ended with {status}").into());
        }
        if runtime.block_on(serves(&endpoint)) {
            return Ok(());
        }
        thread::park_timeout(LOOK_EVERY);
    }
    Err("the server did not serve in time".into())
}

async fn serves(endpoint: &Endpoint) -> bool {
    let Ok(channel) = endpoint.connect().await else { return false };
    let answer = HealthClient::new(channel).check(HealthCheckRequest::default()).await;
    answer.is_ok_and(|answer| answer.get_ref().status() == ServingStatus::Serving)
}
