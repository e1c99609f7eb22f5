//! What a store owes after the machine has done its worst, each with a control that must fail.
//!
//! A killed process proves little: what it wrote is still in the page cache. So these tests take
//! the bytes away that were not synced ([`power_cut`]), fail the sync ([`failed_sync`]), damage and
//! delete files ([`damaged_files`]), move the high-water mark ([`high_water`]) and start a second
//! process ([`second_process`]).
//!
//! The oracle stands outside: a child process, this same binary, writes events and appends the
//! sequence of each acknowledged one to a file of its own. An acknowledged event must be there
//! exactly once; one that was sent and not acknowledged may be there, once; the log that is left is
//! a prefix of what was sent.

mod damaged_files;
mod failed_sync;
mod high_water;
mod power_cut;
mod second_process;
mod shim;

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use concierge::domain::belief::{Belief, DIM};
use concierge::domain::guest::GuestState;
use concierge::domain::id::{BrandId, GuestId, GuestKey};
use concierge::domain::record::{Body, Record};
use concierge::domain::time::Timestamp;
use concierge::store::{
    Claimed, Committer, DedupeKey, Durability, Options, Reservation, Store, StoreError,
};

/// Tells a child what to do.
const ROLE: &str = "CONCIERGE_FAULTS_ROLE";
/// Guests the events are spread over.
const GUESTS: u64 = 23;
/// A message of the outbox is taken out by the event so many behind it.
const OUT_AFTER: u64 = 7;

/// Small buffers, so that a short run has flushes, several logs and several manifests' worth of
/// edits.
fn busy(durability: Durability) -> Options {
    Options {
        durability,
        cache_bytes: 2 << 20,
        write_buffer_bytes: 192 << 10,
        wal_bytes: 512 << 10,
        open_files: 64,
        ..Options::default()
    }
}

fn brand() -> BrandId {
    BrandId::parse("brand", "aurora").unwrap()
}

fn guest_of(store: &Store, sequence: u64) -> GuestKey {
    let id = GuestId::parse("guest", &format!("guest-{}", sequence % GUESTS)).unwrap();
    store.pepper().guest(&brand(), &id)
}

fn event_key(sequence: u64) -> DedupeKey {
    DedupeKey((u128::from(sequence) << 64 | 7).to_be_bytes())
}

/// The record of a sequence is known beforehand, so the oracle needs no memory.
fn record(store: &Store, sequence: u64) -> Record {
    let id = store.pepper().decision_id(sequence, sequence);
    let body = Body::Activated { guest: guest_of(store, sequence), decision: id };
    Record {
        sequence,
        brand: brand(),
        recorded: Timestamp::from_seconds(sequence.cast_signed()),
        body,
    }
}

fn state(sequence: u64) -> GuestState {
    #[expect(clippy::cast_precision_loss, reason = "any number will do")]
    let mean = [sequence as f32; DIM];
    let taste = Belief { mean, variance: [1.0; DIM], updated: Timestamp::from_seconds(1) };
    GuestState { sequence, ..GuestState::unknown(taste) }
}

/// Sends one event; every fifth is one that nobody waits for.
fn send(
    store: &Store,
    committer: &Committer,
    told: impl FnOnce(u64, Result<(), StoreError>) + Send + 'static,
) -> u64 {
    let next = store.last_sequence() + 1;
    let Claimed::Fresh(claim) = store.claim(event_key(next), next).unwrap() else {
        panic!("{next} came before")
    };
    let mut place = committer.reserve().unwrap();
    let sequence = place.sequence();
    assert_eq!(sequence, next, "one thread sends");
    place.record(&record(store, sequence));
    place.guest(&brand(), guest_of(store, sequence), &state(sequence));
    place.outcome(sequence, 0, 0, &concierge::domain::outcome::Outcome::default());
    put_outbox(&mut place, guest_of(store, sequence));
    place.seen(claim, Timestamp::NEVER);
    match sequence % 5 {
        0 => place.submit(),
        _ => place.submit_and_tell(Box::new(move |result| told(sequence, result))),
    }
    sequence
}

/// A message goes into the outbox, an older one comes out, and the guest's reminder moves.
fn put_outbox(place: &mut Reservation<'_>, guest: GuestKey) {
    let sequence = place.sequence();
    let moment = |sequence: u64| Timestamp::from_seconds(sequence.cast_signed());
    place.outbox(&sequence.to_be_bytes());
    if sequence > OUT_AFTER {
        place.change_outbox(sequence - OUT_AFTER, None);
    }
    let before = sequence.checked_sub(GUESTS).filter(|before| *before > 0);
    let before = before.map_or((Timestamp::NEVER, 0), |before| (moment(before), before));
    place.wake(&brand(), guest, before, moment(sequence));
}

/// Messages that wait and reminders that are set are what the log up to `last` left of them.
fn outbox_is_whole(store: &Store, last: u64) -> Result<(), StoreError> {
    let waiting = store.outbox(0, usize::MAX).map(|entry| entry.map(|entry| entry.sequence));
    let waiting = waiting.collect::<Result<Vec<_>, _>>()?;
    let first = last.saturating_sub(OUT_AFTER) + 1;
    assert_eq!(waiting, (first..=last).collect::<Vec<_>>(), "messages that wait");
    let wakes = store.wakes(Timestamp::EPOCH, Timestamp::NEVER);
    let wakes = wakes.map(|wake| wake.map(|wake| (wake.nonce, wake.guest)));
    let wakes = wakes.collect::<Result<Vec<_>, _>>()?;
    let first = last.saturating_sub(GUESTS) + 1;
    let expected: Vec<_> = (first..=last).map(|at| (at, guest_of(store, at))).collect();
    assert_eq!(wakes, expected, "one reminder for each guest");
    Ok(())
}

/// How a store is left.
#[derive(Debug, PartialEq)]
enum Verdict {
    /// Whole: everything up to this sequence, and nothing else.
    Whole(u64),
    /// Refused to open, or to be read.
    Refused(String),
}

/// Opens a store and reads everything in it.
///
/// # Panics
/// Where something is there twice, missing in the middle, or not what was sent.
fn examine(path: &Path, options: Options) -> Verdict {
    let store = match Store::open(path, options) {
        Ok(store) => store,
        Err(error) => return Verdict::Refused(error.to_string()),
    };
    match read_all(&store) {
        Ok(last) => Verdict::Whole(last),
        Err(error) => Verdict::Refused(error.to_string()),
    }
}

fn read_all(store: &Store) -> Result<u64, StoreError> {
    let mut last_of = HashMap::new();
    let mut lines = HashMap::new();
    let mut last = 0;
    for found in store.log(1)? {
        let found = found?;
        last += 1;
        assert_eq!(found, record(store, last), "the log is a prefix of what was sent");
        let guest = guest_of(store, last);
        last_of.insert(guest, last);
        *lines.entry(guest).or_insert(0) += 1;
        let seen = store.seen(event_key(last))?.map(|seen| (seen.sequence, seen.payload));
        assert_eq!(seen, Some((last, last)), "an event and what is remembered of it");
        assert_eq!(store.outcomes(last)?.len(), 1, "an event and its outcome");
    }
    assert_eq!(last, store.report().last_sequence, "the log ends where the store says");
    for (guest, sequence) in last_of {
        assert_eq!(
            store.guest(&brand(), guest)?,
            Some(state(sequence)),
            "a guest is what its events made it"
        );
        assert_eq!(
            store.timeline(guest, None, usize::MAX)?.len(),
            lines[&guest],
            "a guest has all its lines"
        );
    }
    outbox_is_whole(store, last)?;
    // What comes after the end must not be there in part.
    let next = last + 1;
    assert_eq!(store.seen(event_key(next))?, None, "half an event");
    assert_eq!(store.outcomes(next)?, [], "half an event");
    Ok(last)
}

/// Writes `count` events and closes.
fn fill(path: &Path, options: Options, count: u64) {
    let store = Arc::new(Store::open(path, options).unwrap());
    let committer = Committer::start(&store, |error| panic!("{error}")).unwrap();
    for _ in 0..count {
        send(&store, &committer, |_, result| result.unwrap());
    }
    committer.close().unwrap();
}

/// This binary again, running one test only: the child's part of it.
fn child(test: &str, role: &str, store: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture", "--include-ignored"])
        .env(ROLE, role)
        .env("STORE", store);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The role this process has, if it is a child.
fn role() -> Option<String> {
    std::env::var(ROLE).ok()
}

fn path_of(variable: &str) -> PathBuf {
    std::env::var_os(variable).unwrap().into()
}

/// The child's part of every test: sends events without end, at most 64 unacknowledged, and appends
/// each acknowledged sequence to the file `ACKS`. A failed write ends it as it ends the product.
fn send_without_end(durability: Durability) -> ! {
    let buffers = std::env::var("BUFFERS").map_or(192 << 10, |bytes| bytes.parse().unwrap());
    let options =
        Options { write_buffer_bytes: buffers, wal_bytes: 3 * buffers as u64, ..busy(durability) };
    let store = Arc::new(Store::open(&path_of("STORE"), options).unwrap_or_else(|error| {
        eprintln!("refused: {error}");
        std::process::exit(i32::from(error.exit().code()));
    }));
    let committer =
        Committer::start(&store, |error| std::process::exit(i32::from(error.exit().code())))
            .unwrap();
    let acks =
        Arc::new(OpenOptions::new().append(true).create(true).open(path_of("ACKS")).unwrap());
    let under_way = Arc::new(AtomicU64::new(0));
    loop {
        while under_way.load(Ordering::SeqCst) >= 64 {
            std::thread::yield_now();
        }
        under_way.fetch_add(1, Ordering::SeqCst);
        let (acks, done) = (Arc::clone(&acks), Arc::clone(&under_way));
        let sequence = send(&store, &committer, move |sequence, result| {
            if result.is_ok() {
                (&*acks).write_all(&sequence.to_le_bytes()).unwrap();
            }
            done.fetch_sub(1, Ordering::SeqCst);
        });
        if sequence % 5 == 0 {
            under_way.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// The sequences the child saw acknowledged, in order.
fn acknowledged(path: &Path) -> Vec<u64> {
    let bytes = fs::read(path).unwrap_or_default();
    bytes.chunks_exact(8).map(|chunk| u64::from_le_bytes(chunk.try_into().unwrap())).collect()
}

/// Waits until the child has acknowledged something, then a little longer, then kills it.
fn kill_after(child: &mut Child, acks: &Path, known: usize, longer: Duration) {
    let started = Instant::now();
    while acknowledged(acks).len() <= known {
        assert!(
            started.elapsed() < Duration::from_secs(30),
            "the child does nothing: {}",
            last_words(child)
        );
        if child.try_wait().unwrap().is_some() {
            panic!("the child ended: {}", last_words(child));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(longer);
    child.kill().unwrap();
    child.wait().unwrap();
}

fn last_words(child: &mut Child) -> String {
    drop(child.kill());
    let mut words = String::new();
    child.stdout.take().unwrap().read_to_string(&mut words).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
    words
}

/// Every file below a folder.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in files_below(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, &target).unwrap();
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// Numbers from a seed, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n.max(1)
    }
}
