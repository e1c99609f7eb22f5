//! What can be set about the store. Memory, queues and files are bounded by these numbers.

use std::time::Duration;

/// When a write is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Every group is synced before it is acknowledged: an acknowledged event survives a power cut.
    #[default]
    Always,
    /// Groups are synced once per interval: a power cut may take the acknowledged events of one
    /// interval, a crash of the process takes none.
    Interval(Duration),
    /// Nothing is ever synced. Only for the control of a durability test, which must lose data with
    /// it.
    NeverForTestControl,
}

/// How to open a store that lost something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Recovery {
    /// Refuse to open, and say how much is missing.
    #[default]
    Refuse,
    /// Open what lies before the damage. How much is missing is in
    /// [`OpenReport::lost`](super::OpenReport::lost).
    PointInTime,
}

/// Settings of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// When a write is on the disk.
    pub durability: Durability,
    /// How to open a store that lost something.
    pub recovery: Recovery,
    /// Memory for blocks read from the disk, indexes and filters, in bytes.
    pub cache_bytes: usize,
    /// Memory for what is not yet in sorted files, over all families, in bytes.
    pub write_buffer_bytes: usize,
    /// Most write-ahead log on the disk, in bytes: bounds the time a restart takes.
    pub wal_bytes: u64,
    /// Most open files of the database.
    pub open_files: u16,
    /// Background threads for flushes and compactions.
    pub background_jobs: u8,
    /// Bytes a second that flushes and compactions write at most. Without a bound they come in
    /// bursts that take a processor and the disk from whoever waits for an answer; with one that is
    /// too small for what comes in, writes stall.
    pub background_bytes_per_second: u64,
    /// Read past the page cache: steadier memory, for machines whose data are much larger than it.
    pub direct_reads: bool,
    /// Most bytes that wait for the disk; a write above it is refused with `Overloaded`.
    pub queue_bytes: usize,
    /// Most records that wait for the disk.
    pub queue_records: usize,
    /// Most bytes of one group.
    pub group_bytes: usize,
    /// How long a record nobody waits for (a decision) may wait for company.
    pub linger: Duration,
    /// Bytes waiting that end the lingering.
    pub linger_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        const MIB: usize = 1 << 20;
        Self {
            durability: Durability::Always,
            recovery: Recovery::Refuse,
            cache_bytes: 128 * MIB,
            write_buffer_bytes: 64 * MIB,
            wal_bytes: 128 << 20,
            open_files: 256,
            background_jobs: 2,
            background_bytes_per_second: 64 << 20,
            direct_reads: false,
            queue_bytes: 64 * MIB,
            queue_records: 65_536,
            group_bytes: 4 * MIB,
            linger: Duration::from_millis(5),
            linger_bytes: MIB,
        }
    }
}
