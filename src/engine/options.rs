//! Settings of the engine.

use std::path::PathBuf;
use std::time::Duration;

use crate::store;

/// Settings of the engine, each with its default.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// The store's folder.
    pub folder: PathBuf,
    /// The store.
    pub store: store::Options,
    /// Memory for resident guests, in bytes.
    pub resident_bytes: usize,
    /// The share of it, 0 to 1, for guests who are ready to be decided for at once. The others are kept
    /// packed, in fewer bytes, and unpacked in microseconds.
    pub resident_open_share: f64,
    /// Oldest event accepted, but from the source `backfill`. Events are remembered a day longer.
    pub event_age_max: Duration,
    /// How far ahead of this clock an event's may be.
    pub event_ahead_max: Duration,
    /// How long after a decision an event still counts as its outcome.
    pub attribution: Duration,
    /// How long after a decision its labels are final and learnt from.
    pub maturity: Duration,
    /// Half-life of a taste, in days.
    pub taste_half_life_days: f64,
    /// Messages in the outbox of a brand, at most.
    pub outbox_messages_max: usize,
    /// Records after which the learner writes a checkpoint.
    pub checkpoint_records: u64,
    /// Age from which what was fitted to guests is fitted anew; zero: only when asked.
    pub refit: Duration,
}

impl EngineOptions {
    /// Defaults, for a store in a folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        const DAY: Duration = Duration::from_secs(86_400);
        Self {
            folder: folder.into(),
            store: store::Options::default(),
            resident_bytes: 1 << 30,
            resident_open_share: 0.25,
            event_age_max: 7 * DAY,
            event_ahead_max: Duration::from_secs(300),
            attribution: 7 * DAY,
            maturity: Duration::from_secs(3_600),
            taste_half_life_days: crate::learn::preference::HALF_LIFE_DAYS,
            outbox_messages_max: 1_000_000,
            checkpoint_records: 200_000,
            refit: Duration::ZERO,
        }
    }
}
