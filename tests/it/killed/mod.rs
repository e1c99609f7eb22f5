//! The program itself is killed, twenty times, under decisions and events over gRPC. After each
//! kill it serves again at once, every acknowledged event is there exactly once, and every decision
//! whose outcome was acknowledged has it.
//!
//! What was not synced survives here: the machine goes on. What a power cut takes is the matter of
//! [`crate::faults`].

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use concierge::api::v1;
use concierge::catalog::demo::DEMO_CATALOG;
use concierge::domain::id::BrandId;
use concierge::domain::record::Body;
use concierge::engine::{Engine, EngineOptions};
use concierge::grpc::new_key;
use concierge::store::{Committer, Options, Store};
use concierge::sys::clock::{Clock, Stopwatch};
use concierge::sys::rng::{Randomness, SplitMix64};

use crate::support::{self, TestClient, TestService};

mod outbox;

const KILLS: usize = 20;
/// The bound: from the start of the process to its first answer.
const RESTART_MAX: Duration = Duration::from_secs(3);
const CALLERS: usize = 6;

/// Where a program finds its settings and its store.
pub(crate) struct Home {
    folder: tempfile::TempDir,
    key: String,
}

impl Home {
    /// An empty store, and settings with which labels mature and checkpoints are written between
    /// two kills.
    pub(crate) fn new(linger: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (key, sha256) = new_key("killer").unwrap();
        let sha256: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        let settings = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[metrics]\nlisten = \"\"\n\
             [store]\nfolder = {:?}\nlinger = {linger:?}\n\
             [learning]\nmaturity = \"1s\"\ncheckpoint_records = 100\n\
             [[credentials]]\nid = \"killer\"\nbrand = \"demo\"\nsha256 = {sha256:?}\n\
             rights = [\"decide\", \"deliver\", \"events.write\", \"guests.read\", \"guests.write\", \
             \"decisions.read\", \"catalog.write\", \"admin\"]\n",
            folder.path().join("store"),
        );
        fs::write(folder.path().join("concierge.toml"), settings).unwrap();
        let home = Self { folder, key };
        let made = home.program(&["init", "--store", home.store().to_str().unwrap()]).output();
        assert!(made.unwrap().status.success());
        home
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_concierge"));
        command.args(arguments).env_clear().stdin(Stdio::null());
        command
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Starts the server, and waits until it says where calls are taken.
    pub(crate) fn serve(&self) -> Server {
        let settings = self.folder.path().join("concierge.toml");
        let mut command = self.program(&["serve", "--config", settings.to_str().unwrap()]);
        let log = File::options().append(true).create(true).open(self.folder.path().join("log"));
        let mut child =
            command.stdout(Stdio::piped()).stderr(log.unwrap()).spawn().expect("the program");
        let banner = BufReader::new(child.stdout.take().unwrap());
        let (tell, told) = mpsc::channel();
        let reader = std::thread::spawn(move || {
            for line in banner.lines().map_while(Result::ok) {
                if let Some(address) =
                    line.split("http://").nth(1).filter(|_| line.contains("calls"))
                {
                    let address = address.split_whitespace().next().unwrap_or_default().parse();
                    let _ = tell.send(address.unwrap());
                }
            }
        });
        let mut server =
            Server { child, address: ([127, 0, 0, 1], 0).into(), reader: Some(reader) };
        server.address = told.recv_timeout(Duration::from_secs(30)).unwrap_or_else(|_| {
            drop(server.child.kill());
            panic!("it does not start: {}", self.log())
        });
        server
    }

    pub(crate) fn client(&self, server: &Server) -> TestClient {
        TestClient::new(server.address, Some(&self.key), "demo")
    }
}

/// The program, serving.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    reader: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Server {
    /// SIGKILL: nothing is written, nothing is said.
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        drop(self.reader.take().map(std::thread::JoinHandle::join));
    }
}

/// What a caller was told is on the disk.
#[derive(Clone)]
struct Acknowledged {
    event: v1::Event,
    sequence: u64,
    /// The decision it is the outcome of.
    decision: Option<String>,
}

fn now() -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: Clock::default().now().as_seconds(), nanos: 0 }
}

pub(crate) fn event(guest: &str, id: &str, kind: v1::EventType) -> v1::Event {
    v1::Event { event_time: Some(now()), ..support::event(guest, id, kind) }
}

/// One guest after another: opts in, asks, accepts what comes first, looks around. Ends when the
/// server does.
async fn call_without_end(client: TestClient, name: String) -> Vec<Acknowledged> {
    let mut acknowledged = Vec::new();
    for n in 0.. {
        let guest = format!("{name}-{n}");
        let opt_in = v1::Event {
            purpose: v1::Purpose::Profiling.into(),
            text_version: "1".into(),
            ..event(&guest, &format!("{guest}-in"), v1::EventType::OptIn)
        };
        let view = event(&guest, &format!("{guest}-view"), v1::EventType::View);
        if !write(&client, vec![(opt_in, None), (view, None)], &mut acknowledged).await {
            break;
        }
        let mut accepts = Vec::new();
        for round in 0..2 {
            let Ok(decided) = client.decide(support::decide(&guest, "booking.upsell")).await else {
                return acknowledged;
            };
            let accept = v1::Event {
                attribution_token: decided.attribution_token,
                offer_id: decided.propositions[0].offers[0].offer_id.clone(),
                ..event(&guest, &format!("{guest}-yes-{round}"), v1::EventType::Accept)
            };
            accepts.push((accept, Some(decided.decision)));
        }
        if !write(&client, accepts, &mut acknowledged).await {
            break;
        }
    }
    acknowledged
}

/// Writes events and notes those acknowledged. False: the server is gone.
async fn write(
    client: &TestClient,
    events: Vec<(v1::Event, Option<String>)>,
    acknowledged: &mut Vec<Acknowledged>,
) -> bool {
    let batch = events.iter().map(|(event, _)| event.clone()).collect();
    let Ok(written) = client.write(batch).await else { return false };
    for ((event, decision), result) in events.into_iter().zip(written.results) {
        assert!(result.error.is_none() && !result.duplicate, "{result:?}");
        acknowledged.push(Acknowledged { event, sequence: result.sequence, decision });
    }
    true
}

/// The check: events that were acknowledged and are not there now, in their place in the log.
async fn missing(client: &TestClient, acknowledged: &[Acknowledged]) -> Vec<String> {
    let mut missing = Vec::new();
    for chunk in acknowledged.chunks(500) {
        let again = chunk.iter().map(|a| a.event.clone()).collect();
        let written = client.write(again).await.unwrap();
        let is_there = |a: &Acknowledged, result: &v1::WriteEventResult| {
            result.error.is_none() && result.duplicate && result.sequence == a.sequence
        };
        let lost = chunk.iter().zip(&written.results).filter(|(a, result)| !is_there(a, result));
        missing.extend(lost.map(|(a, _)| a.event.event_id.clone()));
    }
    missing
}

/// Every decision that an acknowledged event answers has that outcome, and no other.
async fn are_attributed(client: &TestClient, acknowledged: &[Acknowledged]) {
    for told in acknowledged {
        let Some(name) = told.decision.clone() else { continue };
        let get = v1::GetDecisionRequest { name, view: 0 };
        let stored = client.decisions().get_decision(get).await.unwrap().into_inner();
        let outcomes = stored.decision.unwrap().outcomes;
        let accepted = outcomes.iter().filter(|o| o.step == v1::OutcomeStep::Accepted as i32);
        let accepted: Vec<_> = accepted.map(|o| o.offer_id.as_str()).collect();
        assert_eq!(accepted, [told.event.offer_id.as_str()], "{}", told.event.event_id);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_lose_nothing_acknowledged() {
    let home = Home::new("5ms");
    let mut dice = SplitMix64::new(20);
    let mut all: Vec<Acknowledged> = Vec::new();
    let mut last: Vec<Acknowledged> = Vec::new();
    let mut slowest = Duration::ZERO;
    for kill in 0..=KILLS {
        let watch = Stopwatch::start();
        let server = home.serve();
        let client = home.client(&server);
        if kill == 0 {
            client.publish(DEMO_CATALOG).await.unwrap();
        }
        client.decide(support::decide("first", "portal.hero")).await.unwrap();
        slowest = slowest.max(watch.elapsed());
        assert!(watch.elapsed() < RESTART_MAX, "restart {kill} took {:?}", watch.elapsed());
        assert_eq!(missing(&client, &last).await, [""; 0], "after kill {kill}");
        are_attributed(&client, &last).await;
        all.append(&mut last);
        if kill == KILLS {
            assert_eq!(missing(&client, &all).await, [""; 0], "after all kills");
            break;
        }
        let callers = (0..CALLERS).map(|caller| {
            tokio::spawn(call_without_end(home.client(&server), format!("g{kill}-{caller}")))
        });
        let callers: Vec<_> = callers.collect();
        let longer = 100 + u64::try_from(dice.below(200)).unwrap();
        tokio::time::sleep(Duration::from_millis(longer)).await;
        tokio::task::block_in_place(|| drop(server));
        for caller in callers {
            last.extend(caller.await.unwrap());
        }
        assert!(!last.is_empty(), "nothing was under way at kill {kill}");
    }
    assert!(!home.log().contains("panic"), "{}", home.log());
    let attributed = all.iter().filter(|a| a.decision.is_some()).count();
    println!("{} events, {attributed} outcomes, slowest restart {slowest:?}", all.len());
    assert!(attributed > 20 * KILLS, "{attributed} outcomes in {} events", all.len());
    tokio::task::block_in_place(|| {
        each_stands_once_in_the_log(&home.store(), &all);
        a_fold_from_the_start_learns_the_same(&home.store());
    });
}

/// Reads the log itself: no event stands in it twice, and the acknowledged ones where they were
/// said to stand.
fn each_stands_once_in_the_log(store: &Path, acknowledged: &[Acknowledged]) {
    let store = Store::open(store, Options::default()).unwrap();
    let mut places = BTreeMap::new();
    for record in store.log(1).unwrap() {
        let record = record.unwrap();
        if let Body::Event { event, .. } = record.body {
            let before = places.insert(event.id.to_string(), record.sequence);
            assert_eq!(before, None, "{} stands in the log twice", event.id);
        }
    }
    for told in acknowledged {
        assert_eq!(places.get(&told.event.event_id), Some(&told.sequence), "{:?}", told.event);
    }
    let sequences: HashSet<u64> = acknowledged.iter().map(|told| told.sequence).collect();
    assert_eq!(sequences.len(), acknowledged.len(), "each has a place of its own");
}

/// What the learner knows after twenty kills, from its last checkpoint on, is to the bit what it
/// learns from the log alone.
fn a_fold_from_the_start_learns_the_same(store: &Path) {
    let copies = tempfile::tempdir().unwrap();
    let [killed, fresh, empty] = ["killed", "fresh", "empty"].map(|name| copies.path().join(name));
    copy(store, &killed);
    copy(store, &fresh);
    let checkpoint = {
        let store = std::sync::Arc::new(Store::open(&fresh, Options::default()).unwrap());
        let known = store.latest_checkpoint("engine").unwrap().map(|(sequence, _)| sequence);
        // An empty checkpoint, newer than every other: everything is learnt again.
        let committer = Committer::start(&store, |error| panic!("{error}")).unwrap();
        committer.put_checkpoint("engine", u64::MAX, &[], Box::new(|result| result.unwrap()));
        committer.close().unwrap();
        known.expect("a checkpoint was written between two kills")
    };
    Engine::init(&empty).unwrap();
    let brand = BrandId::parse("brand", "demo").unwrap();
    let digest = |folder: &Path| {
        let seeds = Randomness::from_seed(1).shared("decisions");
        let options = EngineOptions::new(folder);
        let engine = Engine::open(options, Clock::default(), seeds, |error| panic!("{error}"));
        let engine = engine.unwrap();
        let end = engine.committed();
        (engine.learner_digest(&brand), end)
    };
    let (of_killed, end) = digest(&killed);
    // Usually something is folded after it; on a slow machine the last one may hold everything.
    assert!(checkpoint > 0 && checkpoint <= end, "{checkpoint} of {end}");
    assert_eq!((of_killed, end), digest(&fresh), "with a checkpoint, and without");
    assert_ne!(of_killed, digest(&empty).0, "something was learnt");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (from, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        let to = to.join(name);
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

/// The control: of two events one was never sent, and the check says which.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_check_reports_an_event_that_was_never_sent() {
    let service = TestService::start().await;
    let client = service.client("all");
    let mut acknowledged = Vec::new();
    let view = |id| support::event("ana", id, v1::EventType::View);
    assert!(write(&client, vec![(view("sent"), None)], &mut acknowledged).await);
    assert_eq!(missing(&client, &acknowledged).await, [""; 0]);
    let sequence = acknowledged[0].sequence + 1;
    acknowledged.push(Acknowledged { event: view("never-sent"), sequence, decision: None });
    assert_eq!(missing(&client, &acknowledged).await, ["never-sent"]);
}

/// Decisions are answered before they are on the disk, so a kill takes the newest. Their tokens
/// still count, and never for the decisions that took their places in the log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_outcome_of_a_lost_decision_is_nobody_elses() {
    let home = Home::new("2s");
    let server = home.serve();
    home.client(&server).publish(DEMO_CATALOG).await.unwrap();
    let lost = home.client(&server).decide(support::decide("lost", "portal.hero")).await.unwrap();
    tokio::task::block_in_place(|| drop(server));

    let server = home.serve();
    let client = home.client(&server);
    let later = client.decide(support::decide("later", "portal.hero")).await.unwrap();
    let accept = v1::Event {
        attribution_token: lost.attribution_token.clone(),
        offer_id: lost.propositions[0].offers[0].offer_id.clone(),
        ..event("lost", "yes", v1::EventType::Accept)
    };
    let written = client.write(vec![accept]).await.unwrap();
    assert!(written.results[0].error.is_none(), "{written:?}");
    let get = |name: &str| v1::GetDecisionRequest { name: name.to_owned(), view: 0 };
    let gone = client.decisions().get_decision(get(&lost.decision)).await;
    assert_eq!(gone.unwrap_err().code(), tonic::Code::NotFound, "the kill took it");
    let stored = client.decisions().get_decision(get(&later.decision)).await.unwrap();
    let outcomes = stored.into_inner().decision.unwrap().outcomes;
    assert!(outcomes.is_empty(), "nobody has answered it: {outcomes:?}");
}
