//! The store as the layers above use it: init, open, write, read, close, open again.

mod opening;
mod writing;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use super::*;
use crate::domain::belief::{Belief, DIM};
use crate::domain::event::{Event, EventKind};
use crate::domain::exposure::Ledger;
use crate::domain::guest::GuestState;
use crate::domain::id::{BrandId, EventId, Fingerprint, GuestId, GuestKey, SourceId};
use crate::domain::outcome::{Outcome, Step};
use crate::domain::profile::Profile;
use crate::domain::record::{Body, Record};
use crate::domain::time::Timestamp;
use crate::sys::clock::Stopwatch;

/// A store in a folder of its own, and its committer.
struct World {
    dir: tempfile::TempDir,
    store: Arc<Store>,
    committer: Committer,
}

fn small() -> Options {
    Options { cache_bytes: 4 << 20, write_buffer_bytes: 4 << 20, ..Options::default() }
}

impl World {
    fn new() -> Self {
        Self::with(small())
    }

    fn with(options: Options) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Store::init(dir.path()).unwrap();
        let (store, committer) = open(dir.path(), options);
        Self { dir, store, committer }
    }

    fn reopened(self) -> Self {
        self.reopened_with(small())
    }

    fn reopened_with(self, options: Options) -> Self {
        let Self { dir, store, committer } = self;
        committer.close().unwrap();
        drop((committer, store));
        let (store, committer) = open(dir.path(), options);
        Self { dir, store, committer }
    }

    /// Writes an event of a guest, with the guest's new state, and waits for it.
    fn write(&self, guest: &str, event: &str) -> u64 {
        let (tell, told) = mpsc::channel();
        let sequence =
            self.submit(guest, event, Some(Box::new(move |result| tell.send(result).unwrap())));
        told.recv().unwrap().unwrap();
        sequence
    }

    fn submit(&self, guest: &str, event: &str, waiter: Option<Waiter>) -> u64 {
        let key = self.key(guest);
        let mut reservation = self.committer.reserve().unwrap();
        let sequence = reservation.sequence();
        reservation.event(&brand(), at(100), key, &any_event(guest, event));
        reservation.guest(&brand(), key, &state(sequence));
        match waiter {
            Some(waiter) => reservation.submit_and_tell(waiter),
            None => reservation.submit(),
        }
        sequence
    }

    fn key(&self, guest: &str) -> GuestKey {
        self.store.pepper().guest(&brand(), &guest_id(guest))
    }

    fn state(&self, guest: &str) -> Option<GuestState> {
        self.store.guest(&brand(), self.key(guest)).unwrap()
    }
}

fn open(path: &Path, options: Options) -> (Arc<Store>, Committer) {
    let store = Arc::new(Store::open(path, options).unwrap());
    let committer = Committer::start(&store, |error| panic!("{error}")).unwrap();
    (store, committer)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_seconds(second)
}

fn brand() -> BrandId {
    BrandId::parse("brand", "aurora").unwrap()
}

fn guest_id(id: &str) -> GuestId {
    GuestId::parse("guest", id).unwrap()
}

fn state(sequence: u64) -> GuestState {
    let taste = Belief { mean: [0.5; DIM], variance: [1.0; DIM], updated: at(1) };
    GuestState { sequence, ..GuestState::unknown(taste) }
}

fn any_event(guest: &str, id: &str) -> Event {
    let source = SourceId::parse("source", "pms").unwrap();
    let from = (source, EventId::parse("id", id).unwrap());
    Event::plain(from, EventKind::View, at(50), guest_id(guest))
}

fn matured(sequence: u64) -> Record {
    Record { sequence, brand: brand(), recorded: at(5), body: Body::Matured { through: sequence } }
}

fn sequences(store: &Store) -> Vec<u64> {
    store.log(1).unwrap().map(|record| record.unwrap().sequence).collect()
}
