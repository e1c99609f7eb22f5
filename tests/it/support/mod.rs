//! A whole service in this process, for one test: ports of its own, a store in a temporary folder,
//! a clock that stands still, the demo catalog. When it is dropped it must end well: every call
//! ended, everything written, nothing panicked.
//!
//! | credential | brand | may |
//! |---|---|---|
//! | `all` | demo | everything |
//! | `portal` | demo | decide, write events |
//! | `lisbon` | demo | everything, at the property `lisbon-baixa` |
//! | `web` | demo | what a portal's back end may: decide, write events, guests, mint guest tokens |
//! | `other` | other | everything, in another brand |
//! | `ended` | demo | everything, until an hour ago |
//! | `only-<right>` | demo | that right alone |
//! | `without-<right>` | demo | everything else |

pub(crate) mod client;
pub(crate) mod raw_codec;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use concierge::api::v1;
use concierge::app::config::{Config, Settings, Span};
use concierge::app::{App, Listeners, World};
use concierge::catalog::demo::DEMO_CATALOG;
use concierge::domain::id::{BrandId, PropertyId};
use concierge::domain::scope::{PropertyScope, Right, Rights, Scope};
use concierge::domain::time::Timestamp;
use concierge::engine::Engine;
use concierge::grpc::{Credential, new_key};
use concierge::sys::clock::ManualClock;
use concierge::sys::exit::Exit;
use concierge::sys::rng::Randomness;
use concierge::sys::shutdown::Shutdown;
use concierge::sys::telemetry::install_metrics;
use metrics_exporter_prometheus::PrometheusHandle;

pub(crate) use client::{TestClient, code_and_fields};

/// When every service starts: 2026-11-23, 10:00 UTC, a Monday.
pub(crate) const START: Timestamp = Timestamp::from_seconds(1_795_428_000);

/// A service, its callers' keys, and the world around it.
pub(crate) struct TestService {
    pub(crate) clock: ManualClock,
    keys: HashMap<String, String>,
    settings: Settings,
    /// `None` only while it is started again.
    running: Option<Running>,
    /// Removed last.
    _folder: tempfile::TempDir,
}

/// The part that runs.
struct Running {
    engine: Arc<Engine>,
    calls: SocketAddr,
    operations: SocketAddr,
    shutdown: Shutdown,
    failed_write: Arc<AtomicBool>,
    thread: JoinHandle<Exit>,
}

impl TestService {
    /// A service with the demo catalog.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// A service with the demo catalog, whose settings are changed first.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let service = Self::empty(change);
        service.client("all").publish(DEMO_CATALOG).await.expect("the demo catalog");
        service
    }

    /// A service without a catalog, whose settings are changed first.
    pub(crate) fn empty(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = Config::default();
        config.store.folder = folder.path().join("store");
        config.server.drain_delay = Span::millis(0);
        // A caller of a test with one thread cannot hang up while it waits for the end.
        config.server.drain_timeout = Span::seconds(2);
        change(&mut config);
        Engine::init(&config.store.folder).expect("an empty store");
        let mut settings = config.check().expect("sound settings");
        let keys = add_credentials(&mut settings);
        let clock = ManualClock::at(START);
        let running = Some(Running::start(settings.clone(), &clock));
        Self { clock, keys, settings, running, _folder: folder }
    }

    /// Ends the service, and starts it again on the same data. Needs a runtime of several threads:
    /// open connections must hear that they are asked to end.
    pub(crate) fn restart(&mut self) {
        self.restart_with(|_| {});
    }

    /// The same, with changed settings from now on.
    pub(crate) fn restart_with(&mut self, change: impl FnOnce(&mut Settings)) {
        tokio::task::block_in_place(|| {
            self.running().end();
            change(&mut self.settings);
            self.running = Some(Running::start(self.settings.clone(), &self.clock));
        });
    }

    fn running(&mut self) -> Running {
        self.running.take().expect("it runs")
    }

    fn now(&self) -> &Running {
        self.running.as_ref().expect("it runs")
    }

    /// A caller with this credential.
    pub(crate) fn client(&self, credential: &str) -> TestClient {
        self.client_with_key(Some(self.key(credential)))
    }

    /// A caller who shows this key.
    pub(crate) fn client_with_key(&self, key: Option<&str>) -> TestClient {
        TestClient::new(self.now().calls, key, "demo")
    }

    /// The browser of a guest, with a token that the portal's back end minted.
    pub(crate) async fn browser(&self, guest: &str) -> TestClient {
        use v1::mint_guest_token_request::Subject;
        let subject = Some(Subject::Guest(format!("brands/demo/guests/{guest}")));
        let brand = "brands/demo".into();
        let request = v1::MintGuestTokenRequest { brand, subject, ..Default::default() };
        let minted = self.client("web").admin().mint_guest_token(request).await.expect("a token");
        self.client_with_key(Some(&minted.into_inner().token))
    }

    /// The key of a credential.
    pub(crate) fn key(&self, credential: &str) -> &str {
        self.keys.get(credential).unwrap_or_else(|| panic!("no credential {credential}"))
    }

    /// Where calls are taken.
    pub(crate) fn address(&self) -> SocketAddr {
        self.now().calls
    }

    /// Last sequence on the disk.
    pub(crate) fn committed(&self) -> u64 {
        self.now().engine.committed()
    }

    /// Waits until all that is on the disk is learnt.
    pub(crate) fn learned(&self) {
        tokio::task::block_in_place(|| self.now().engine.learned()).expect("the log is read");
    }

    /// Upkeep now: what is due by the clock is done.
    pub(crate) fn upkeep(&self) {
        tokio::task::block_in_place(|| self.now().engine.upkeep()).expect("the log is written");
    }

    /// What the ranks of the brand `demo` have learnt: a hash of it, and from how many rewards.
    pub(crate) fn ranks_learnt(&self) -> (u64, u64) {
        let scope = Scope {
            brand: BrandId::parse("brand", "demo").expect("an id"),
            properties: PropertyScope::All,
            rights: Rights::all(),
            credential: Arc::from("test"),
            bound: None,
        };
        self.now().engine.ranks_learnt(&scope)
    }

    /// Turns the switch, as SIGTERM would.
    pub(crate) fn begin_shutdown(&self) {
        self.now().shutdown.begin();
    }

    /// A page for operators: its status line and its text.
    pub(crate) fn page(&self, path: &str) -> (String, String) {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(self.now().operations).expect("the port");
        let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("read");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
    }
}

impl Running {
    fn start(settings: Settings, clock: &ManualClock) -> Self {
        let shutdown = Shutdown::new();
        let failed_write = Arc::new(AtomicBool::new(false));
        let failed = Arc::clone(&failed_write);
        let world = World {
            clock: clock.clone().into(),
            randomness: Randomness::from_seed(7),
            metrics: metrics(),
            on_fatal: Box::new(move |_| failed.store(true, Ordering::Release)),
        };
        let (tell, told) = mpsc::channel();
        let switch = shutdown.clone();
        let thread = std::thread::spawn(move || run(settings, world, &switch, &tell));
        let (calls, operations, engine) = told.recv().expect("the service starts");
        Self { engine, calls, operations, shutdown, failed_write, thread }
    }

    /// Ends it, and looks whether it ended well.
    fn end(self) {
        self.shutdown.begin();
        let exit = self.thread.join();
        if !std::thread::panicking() {
            assert_eq!(exit.expect("the service's thread"), Exit::Clean, "the service ended well");
            assert!(!self.failed_write.load(Ordering::Acquire), "every write succeeded");
            let page = metrics().render();
            let panics = page.lines().find_map(|line| line.strip_prefix("concierge_panics_total "));
            assert!(panics.is_none_or(|count| count == "0"), "nothing panicked");
        }
    }
}

impl Drop for TestService {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.end();
        }
    }
}

type Started = (SocketAddr, SocketAddr, Arc<Engine>);

fn run(
    settings: Settings,
    world: World,
    shutdown: &Shutdown,
    tell: &mpsc::Sender<Started>,
) -> Exit {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let port = async || tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (calls, operations) = (port().await, port().await);
        let addresses =
            (calls.local_addr().expect("an address"), operations.local_addr().expect("an address"));
        let listeners = Listeners { calls, operations: Some(operations) };
        let app = tokio::task::block_in_place(|| App::build(settings, world, listeners, shutdown))
            .expect("the service");
        tell.send((addresses.0, addresses.1, app.engine())).expect("the test waits");
        app.run().await.expect("the service runs")
    })
}

/// One recorder serves all tests of a process.
fn metrics() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| install_metrics().expect("the only recorder")).clone()
}

fn add_credentials(settings: &mut Settings) -> HashMap<String, String> {
    let lisbon =
        || PropertyScope::Only(vec![PropertyId::parse("property", "lisbon-baixa").expect("an id")]);
    let hour_ago = START.minus(Duration::from_secs(3_600));
    let portal = [Right::Decide, Right::EventsWrite].into_iter().collect();
    let web = [
        Right::Decide,
        Right::EventsWrite,
        Right::GuestsRead,
        Right::GuestsWrite,
        Right::TokensMint,
    ];
    let web = web.into_iter().collect();
    let mut rows: Vec<(String, &str, PropertyScope, Rights, Option<Timestamp>)> = vec![
        ("all".into(), "demo", PropertyScope::All, Rights::all(), None),
        ("portal".into(), "demo", PropertyScope::All, portal, None),
        ("web".into(), "demo", PropertyScope::All, web, None),
        ("lisbon".into(), "demo", lisbon(), Rights::all(), None),
        ("other".into(), "other", PropertyScope::All, Rights::all(), None),
        ("ended".into(), "demo", PropertyScope::All, Rights::all(), Some(hour_ago)),
    ];
    for right in Right::ALL {
        let rights = [right].into_iter().collect();
        rows.push((format!("only-{}", right.name()), "demo", PropertyScope::All, rights, None));
        let others = Right::ALL.into_iter().filter(|other| *other != right).collect();
        rows.push((format!("without-{}", right.name()), "demo", PropertyScope::All, others, None));
    }
    let mut keys = HashMap::new();
    for (id, brand, properties, rights, expires) in rows {
        let (key, sha256) = new_key(&id).expect("randomness");
        let brand = BrandId::parse("brand", brand).expect("an id");
        let scope =
            Scope { brand, properties, rights, credential: Arc::from(id.as_str()), bound: None };
        settings.credentials.push(Credential { scope, sha256, expires });
        keys.insert(id, key);
    }
    keys
}

/// A moment on the wire, so many seconds from the start.
pub(crate) fn at(seconds: i64) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: START.as_seconds() + seconds, nanos: 0 }
}

/// A call for a placement at `lisbon-baixa`.
pub(crate) fn decide(guest: &str, placement: &str) -> v1::DecideOffersRequest {
    v1::DecideOffersRequest {
        property: "brands/demo/properties/lisbon-baixa".into(),
        subject: Some(v1::decide_offers_request::Subject::Guest(format!(
            "brands/demo/guests/{guest}"
        ))),
        placement_requests: vec![v1::PlacementRequest {
            placement_id: placement.into(),
            ..Default::default()
        }],
        ..Default::default()
    }
}

/// An event at `lisbon-baixa`.
pub(crate) fn event(guest: &str, id: &str, kind: v1::EventType) -> v1::Event {
    v1::Event {
        event_id: id.into(),
        source: "pms".into(),
        event_type: kind.into(),
        event_time: Some(at(-60)),
        property: "brands/demo/properties/lisbon-baixa".into(),
        subject: Some(v1::event::Subject::Guest(format!("brands/demo/guests/{guest}"))),
        ..Default::default()
    }
}
