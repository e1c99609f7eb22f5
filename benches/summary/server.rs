//! `concierge serve` as a child process, with a configuration of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use concierge::sys::clock::{Deadline, Stopwatch};

use crate::process::Kept;

type Failure = Box<dyn std::error::Error>;

/// A running server. It ends with this value.
pub(crate) struct Server {
    process: Kept,
    address: String,
    key: String,
    store: PathBuf,
    started_in: Duration,
}

impl Server {
    /// Starts a server on a new store in a folder, and publishes the catalog of the measurements.
    pub(crate) fn new(folder: &Path) -> Result<Self, Failure> {
        let _ = folder;
        Err("not there yet".into())
    }

    /// Starts a server on a store. Its configuration goes into `folder`.
    pub(crate) fn on(store: &Path, folder: &Path) -> Result<Self, Failure> {
        let _ = (store, folder, Command::new("x"), Stdio::null(), Deadline::after, Stopwatch::start);
        Err("not there yet".into())
    }

    /// Its address, as `http://host:port`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// A key that may decide and write events.
    pub(crate) fn key(&self) -> &str {
        &self.key
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
