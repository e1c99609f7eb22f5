//! What can go wrong with stored data, each with what to do next.
//!
//! | kind | exit | what a supervisor or a caller does |
//! |---|---|---|
//! | [`ErrorKind::Locked`] | 73 | stop the other process, or use another folder |
//! | [`ErrorKind::Storage`] | 74 | look at the disk, restart; callers repeat safely by id |
//! | [`ErrorKind::Data`] | 78 | a person decides: the message names the next step |
//! | [`ErrorKind::Busy`] | – | the caller repeats the call a little later |

use std::io;
use std::path::{Path, PathBuf};

use crate::sys::exit::Exit;

/// Why the store refused or failed. Every message says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder holds no store, or `init` was interrupted.
    #[error("{} holds no store: run `concierge init` on it (on an empty folder)", path.display())]
    NotInitialised {
        /// The folder.
        path: PathBuf,
    },
    /// `init` was asked for on a folder that has something in it.
    #[error("{} is not empty: name a folder that is empty or does not exist yet", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// Another process holds the folder.
    #[error("{} is in use by {}: stop it first, or name another folder", path.display(), holder(*pid))]
    Locked {
        /// The folder.
        path: PathBuf,
        /// The holder, where it has left its process id.
        pid: Option<u32>,
    },
    /// The store ends before what was once known to be on the disk.
    #[error(
        "the store is {missing} commits behind: it ends at sequence {found}, but {mark} was on the \
         disk once. Files are missing or were cut. Restore the newest backup, or start once with \
         `--recover=point-in-time` to go on without them"
    )]
    Behind {
        /// How many records are missing.
        missing: u64,
        /// Last sequence found.
        found: u64,
        /// Last sequence that was on the disk.
        mark: u64,
    },
    /// Written by a newer version. It is never rewritten by this one.
    #[error(
        "{what} has format {found}, this version knows {known}: start the version that wrote it, or a newer one"
    )]
    TooNew {
        /// What was read.
        what: &'static str,
        /// Format found.
        found: u32,
        /// Newest format known here.
        known: u32,
    },
    /// Stored bytes are not what was written.
    #[error(
        "damaged data: {what}. Keep a copy of the folder, then restore the newest backup; \
         `--recover=point-in-time` opens what lies before a damaged log"
    )]
    Corrupt {
        /// What is wrong, and where.
        what: String,
    },
    /// A file operation failed.
    #[error("{doing} failed: look at the disk (space, rights, health), then start again")]
    Io {
        /// What was being done.
        doing: String,
        /// What the system said.
        source: io::Error,
    },
    /// The database refused an operation.
    #[error(
        "{doing} failed: {message}. Look at the disk (space, rights, health), then start again"
    )]
    Engine {
        /// What was being done.
        doing: &'static str,
        /// What the database said.
        message: String,
    },
    /// Too much waits for the disk. Nothing was written; the call may be repeated after a pause.
    #[error("too many writes wait for the disk: repeat the call after a pause")]
    Overloaded,
    /// The write failed half-way: it may or may not be on the disk. Repeat it by its id after the
    /// restart.
    #[error("it is not known whether the write reached the disk: repeat it with the same id")]
    Indeterminate,
    /// The first copy of an event was given up before it was written. Nothing was written; send the
    /// event again.
    #[error("the first copy of this event was given up: send it again")]
    Abandoned,
    /// The committer has stopped: shutdown, or an earlier failed write. Nothing was written.
    #[error("the store takes no more writes: repeat the call after the restart")]
    Closed,
    /// A committer runs on this store already.
    #[error("a committer runs on this store already")]
    CommitterRunning,
}

/// What a person, a supervisor or a caller does about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Another process holds the folder.
    Locked,
    /// The disk or the database failed.
    Storage,
    /// The data need a person: missing, damaged, too new.
    Data,
    /// Repeat the call a little later.
    Busy,
}

impl StoreError {
    /// What to do about it.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Locked { .. } => ErrorKind::Locked,
            Self::Io { .. } | Self::Engine { .. } | Self::Indeterminate => ErrorKind::Storage,
            Self::NotInitialised { .. }
            | Self::NotEmpty { .. }
            | Self::Behind { .. }
            | Self::TooNew { .. }
            | Self::Corrupt { .. }
            | Self::CommitterRunning => ErrorKind::Data,
            Self::Overloaded | Self::Abandoned | Self::Closed => ErrorKind::Busy,
        }
    }

    /// How the process ends, where it ends because of this error.
    pub fn exit(&self) -> Exit {
        match self.kind() {
            ErrorKind::Locked => Exit::Locked,
            ErrorKind::Storage | ErrorKind::Busy => Exit::Storage,
            ErrorKind::Data => Exit::Config,
        }
    }

    pub(super) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }

    pub(super) fn io(doing: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let doing = format!("{doing} {}", path.display());
        move |source| Self::Io { doing, source }
    }

    pub(super) fn engine(doing: &'static str) -> impl FnOnce(rocksdb::Error) -> Self {
        move |error| match error.kind() {
            rocksdb::ErrorKind::Corruption => Self::Corrupt { what: format!("{doing}: {error}") },
            _ => Self::Engine { doing, message: error.into_string() },
        }
    }
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"))
}
