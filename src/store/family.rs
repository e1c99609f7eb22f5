//! Column families: what each holds, and how RocksDB is told to keep it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamilyDescriptor, CompactionDecision, DBCompressionType,
    DBRecoveryMode, Options as RocksOptions, SliceTransform,
};

use super::error::StoreError;
use super::options::{Durability, Options, Recovery};
use super::{dedupe, marks};
use crate::domain::id::GuestKey;

/// A column family. The code stands in buffers and in the marks: codes are never given anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Family {
    /// Hot state of guests, ledgers of reservations and rooms.
    Guests,
    /// Facts and consents of guests.
    Profiles,
    /// The ordered log.
    Log,
    /// What happened to a guest, by time.
    Timeline,
    /// What came of each offer of each decision.
    Outcomes,
    /// Events that were taken in.
    Dedupe,
    /// Catalog documents by version.
    Catalog,
    /// Checkpoints of the learner.
    Models,
    /// What others are to be told.
    Outbox,
    /// Who did what.
    Audit,
    /// About the store itself.
    Meta,
}

impl Family {
    /// All of them, in code order.
    pub(super) const ALL: [Self; 11] = [
        Self::Guests,
        Self::Profiles,
        Self::Log,
        Self::Timeline,
        Self::Outcomes,
        Self::Dedupe,
        Self::Catalog,
        Self::Models,
        Self::Outbox,
        Self::Audit,
        Self::Meta,
    ];
    /// How many there are.
    pub(super) const COUNT: usize = Self::ALL.len();

    /// Its name in the database.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Guests => "guests",
            Self::Profiles => "profiles",
            Self::Log => "log",
            Self::Timeline => "timeline",
            Self::Outcomes => "outcomes",
            Self::Dedupe => "dedupe",
            Self::Catalog => "catalog",
            Self::Models => "models",
            Self::Outbox => "outbox",
            Self::Audit => "audit",
            Self::Meta => "meta",
        }
    }

    pub(super) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// As an index of arrays of [`Self::COUNT`].
    pub(super) fn at(self) -> usize {
        self as usize
    }

    /// Is it read one key at a time, so that a bloom filter over whole keys pays?
    fn is_read_by_key(self) -> bool {
        match self {
            Self::Guests | Self::Profiles | Self::Outcomes | Self::Dedupe => true,
            Self::Log
            | Self::Timeline
            | Self::Catalog
            | Self::Models
            | Self::Outbox
            | Self::Audit
            | Self::Meta => false,
        }
    }

    /// Where rows are read by what their keys begin with, its length: a filter then tells which
    /// files have none of them.
    pub(super) fn prefix_bytes(self) -> Option<usize> {
        (self == Self::Timeline).then_some(size_of::<GuestKey>())
    }

    /// Part of the memory for what is not yet in sorted files that tells which keys are not there: about
    /// ten bits a row. Most of what is looked for is not: an event is new, a guest was never heard of.
    fn filter_share(self) -> f64 {
        match self {
            // Small rows: many of them.
            Self::Timeline | Self::Outcomes | Self::Dedupe => 0.015,
            Self::Guests | Self::Profiles => 0.005,
            Self::Log | Self::Catalog | Self::Models | Self::Outbox | Self::Audit | Self::Meta => {
                0.0
            }
        }
    }

    /// Bytes of a block before compression: large where whole ranges are read, small where single
    /// keys are.
    fn block_bytes(self) -> usize {
        if self.is_read_by_key() { 4 << 10 } else { 16 << 10 }
    }
}

/// How often background writers are given the next share of their rate: so often that a share is
/// written within a few milliseconds.
const REFILL_MICROS: i64 = 10_000;
/// One in so many shares goes to a compaction though a flush waits: RocksDB's own default.
const FAIRNESS: i32 = 10;

/// Options of the database as a whole.
pub(super) fn database(options: &Options) -> Result<RocksOptions, StoreError> {
    let mut db = RocksOptions::default();
    if options.durability != Durability::Always {
        // A power cut may take the end of one log and leave the next. Each log then says where the
        // one before it ended, so that recovery stops at the hole in place of jumping it.
        db = db
            .get_options_from_string("track_and_verify_wals=true")
            .map_err(StoreError::engine("setting options"))?;
    }
    db.create_if_missing(false);
    db.create_missing_column_families(false);
    db.set_paranoid_checks(true);
    db.set_wal_recovery_mode(match (options.recovery, options.durability) {
        // Accepts a torn tail, which is what a power cut leaves, and refuses anything else.
        // RocksDB's own default drops everything behind a flipped bit without a word.
        (Recovery::Refuse, Durability::Always) => DBRecoveryMode::TolerateCorruptedTailRecords,
        // Where the end may be lost, recovery stops at the first hole; the high-water mark says
        // whether more than the end is gone.
        (Recovery::Refuse, Durability::Interval(_) | Durability::NeverForTestControl)
        | (Recovery::PointInTime, _) => DBRecoveryMode::PointInTime,
    });
    db.set_track_and_verify_wals_in_manifest(options.recovery == Recovery::Refuse);
    db.set_max_total_wal_size(options.wal_bytes);
    db.set_db_write_buffer_size(options.write_buffer_bytes);
    db.set_max_open_files(i32::from(options.open_files));
    // One thread writes: what RocksDB does for several at once would only cost.
    db.set_allow_concurrent_memtable_write(false);
    db.set_enable_write_thread_adaptive_yield(false);
    db.set_max_background_jobs(i32::from(options.background_jobs.max(1)));
    let rate = i64::try_from(options.background_bytes_per_second).unwrap_or(i64::MAX);
    db.set_ratelimiter(rate.max(1 << 20), REFILL_MICROS, FAIRNESS);
    db.set_use_direct_reads(options.direct_reads);
    // Dirty pages go to the disk bit by bit, so that a flush does not stand in the way of the log's
    // next sync.
    db.set_bytes_per_sync(1 << 20);
    db.set_keep_log_file_num(4);
    db.set_max_log_file_size(4 << 20);
    db.set_max_manifest_file_size(1 << 20);
    db.set_stats_dump_period_sec(0);
    Ok(db)
}

/// Every family with its options.
pub(super) fn descriptors(
    options: &Options,
    cutoff: &Arc<AtomicI64>,
) -> Vec<ColumnFamilyDescriptor> {
    let cache = Cache::new_lru_cache(options.cache_bytes);
    let mut all: Vec<ColumnFamilyDescriptor> = Family::ALL
        .into_iter()
        .map(|family| {
            ColumnFamilyDescriptor::new(family.name(), of_family(family, options, &cache, cutoff))
        })
        .collect();
    all.push(ColumnFamilyDescriptor::new(
        rocksdb::DEFAULT_COLUMN_FAMILY_NAME,
        of_family(Family::Meta, options, &cache, cutoff),
    ));
    all
}

fn of_family(
    family: Family,
    options: &Options,
    cache: &Cache,
    cutoff: &Arc<AtomicI64>,
) -> RocksOptions {
    let mut table = BlockBasedOptions::default();
    table.set_block_cache(cache);
    table.set_block_size(family.block_bytes());
    table.set_cache_index_and_filter_blocks(true);
    table.set_cache_index_and_filter_blocks_with_high_priority(true);
    table.set_pin_l0_filter_and_index_blocks_in_cache(true);
    table.set_format_version(6);
    if family.is_read_by_key() || family.prefix_bytes().is_some() {
        table.set_bloom_filter(10.0, false);
        table.set_whole_key_filtering(family.is_read_by_key());
        table.set_optimize_filters_for_memory(true);
    }

    let mut cf = RocksOptions::default();
    cf.set_block_based_table_factory(&table);
    if let Some(bytes) = family.prefix_bytes() {
        cf.set_prefix_extractor(SliceTransform::create_fixed_prefix(bytes));
    }
    cf.set_memtable_prefix_bloom_ratio(family.filter_share());
    cf.set_memtable_whole_key_filtering(family.is_read_by_key());
    cf.set_compression_type(DBCompressionType::Lz4);
    // The log is written once in the order of its keys: with one compression on all levels its
    // files are moved down, not rewritten.
    if family != Family::Log {
        cf.set_bottommost_compression_type(DBCompressionType::Zstd);
    }
    cf.set_write_buffer_size((options.write_buffer_bytes / 4).max(64 << 10));
    cf.set_max_write_buffer_number(4);
    cf.set_level_compaction_dynamic_level_bytes(true);
    match family {
        Family::Dedupe => {
            let cutoff = Arc::clone(cutoff);
            // So that what has expired goes even where nothing new comes.
            cf.set_periodic_compaction_seconds(2 * 86_400);
            cf.set_compaction_filter("expired", move |_level, key, value| {
                let oldest = cutoff.load(Ordering::Relaxed);
                if key != marks::KEY && dedupe::is_expired(value, oldest) {
                    CompactionDecision::Remove
                } else {
                    CompactionDecision::Keep
                }
            });
        }
        Family::Guests
        | Family::Profiles
        | Family::Log
        | Family::Timeline
        | Family::Outcomes
        | Family::Catalog
        | Family::Models
        | Family::Outbox
        | Family::Audit
        | Family::Meta => {}
    }
    cf
}
