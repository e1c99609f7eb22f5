//! Making a store, and opening one after every check that can be made before the first request.
//!
//! The order: lock → `INSTANCE` → secret → a look at the database (see `check`) → the high-water
//! mark → the database for writing. The first that fails is the answer, and no file of the database
//! was changed until then.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64};

use parking_lot::Mutex;
use rocksdb::{WriteBatch, WriteOptions};

use super::error::StoreError;
use super::family::Family;
use super::files::{self, Folder, Instance};
use super::highwater::HighWater;
use super::options::Options;
use super::tables::{Access, Tables};
use super::{Pepper, Store, Writing, check, dedupe};

impl Store {
    /// Makes a store in a folder that is empty or does not exist. The receipt is written last: a
    /// folder in which this was interrupted is refused by [`Self::open`], and can be emptied.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`]; where files cannot be written.
    pub fn init(path: &Path) -> Result<(), StoreError> {
        let folder = Folder::new(path);
        folder.create_empty()?;
        let _lock = folder.take_lock()?;
        let pepper = folder.create_secret()?;
        let instance = Instance::create(&pepper)?;

        let cutoff = Arc::new(AtomicI64::new(i64::MIN));
        let tables =
            Tables::open(&folder.database(), &Options::default(), &cutoff, Access::Create)?;
        let mut batch = WriteBatch::default();
        batch.put_cf(tables.family(Family::Meta)?, check::INSTANCE_KEY, instance.id);
        let mut sync = WriteOptions::default();
        sync.set_sync(true);
        tables.write(batch, &sync)?;
        drop(tables);

        files::sync_folder(folder.root())?;
        folder.create_instance(&instance)
    }

    /// Opens a store. The log files are read twice, once for looking; [`Options::wal_bytes`] bounds
    /// the time.
    ///
    /// # Errors
    /// Refusals, each with what to do next: [`StoreError::Locked`], [`StoreError::NotInitialised`],
    /// [`StoreError::TooNew`], [`StoreError::Corrupt`], [`StoreError::Behind`]; or the disk failed.
    pub fn open(path: &Path, options: Options) -> Result<Self, StoreError> {
        let folder = Folder::new(path);
        if !folder.root().is_dir() {
            return Err(StoreError::NotInitialised { path: path.to_owned() });
        }
        // Before the lock, so that nothing is left in a folder that is no store.
        folder.read_instance()?;
        let lock = folder.take_lock()?;
        let (instance, pepper) = identity(&folder)?;

        let cutoff = Arc::new(AtomicI64::new(i64::MIN));
        let database = folder.database();
        let (mut high_water, mark) = HighWater::open(&folder.high_water(), instance.id)?;
        let look = Tables::open(&database, &options, &cutoff, Access::Look)?;
        let report = check::inspect(&look, instance.id, mark, options.recovery)?;
        drop(look);
        if let Some(mark) = mark.filter(|mark| mark.sequence <= report.last_sequence) {
            check::check_manifest(&database, mark)?;
        }
        let tables = Tables::open(&database, &options, &cutoff, Access::Write)?;
        let marks = check::marks_of(&tables)?;
        let last = report.last_sequence;
        if marks.get(Family::Log) != last {
            return Err(StoreError::corrupt("the log has changed while it was opened"));
        }

        if report.lost > 0 {
            tracing::warn!(lost = report.lost, last_sequence = last, "opened without what is lost");
        } else if report.mark_was_missing {
            tracing::warn!(last_sequence = last, "high-water mark was missing, written anew");
        }
        // What was found is on the disk: opening for writing has put it into sorted files.
        high_water.write(last, &database)?;
        Ok(Self {
            tables,
            database,
            pepper,
            options,
            instance: instance.id,
            assigned: AtomicU64::new(last),
            committed: AtomicU64::new(last),
            cutoff,
            claims: Arc::new(dedupe::Claims::default()),
            marks: Mutex::new(marks),
            has_committer: AtomicBool::new(false),
            report,
            writing: Some(Writing { high_water: Mutex::new(high_water), _lock: lock }),
        })
    }

    /// Opens a store for reading, as it is at this moment: nothing in its folder changes, and another
    /// process may be writing to it. What that process has not yet committed is not there.
    ///
    /// # Errors
    /// As [`Self::open`], but for the lock. A store that is being written to can change under the
    /// look at it and seem damaged: try again.
    pub fn open_to_read(path: &Path, options: Options) -> Result<Self, StoreError> {
        let folder = Folder::new(path);
        if !folder.root().is_dir() {
            return Err(StoreError::NotInitialised { path: path.to_owned() });
        }
        let (instance, pepper) = identity(&folder)?;
        let cutoff = Arc::new(AtomicI64::new(i64::MIN));
        let database = folder.database();
        let tables = Tables::open(&database, &options, &cutoff, Access::Look)?;
        let report = check::inspect(&tables, instance.id, None, options.recovery)?;
        let marks = check::marks_of(&tables)?;
        Ok(Self {
            tables,
            database,
            pepper,
            options,
            instance: instance.id,
            assigned: AtomicU64::new(report.last_sequence),
            committed: AtomicU64::new(report.last_sequence),
            cutoff,
            claims: Arc::new(dedupe::Claims::default()),
            marks: Mutex::new(marks),
            has_committer: AtomicBool::new(true),
            report,
            writing: None,
        })
    }
}

/// Which store a folder is, and its secret, which must be the one it was made with.
fn identity(folder: &Folder) -> Result<(Instance, Pepper), StoreError> {
    let (instance, pepper) = (folder.read_instance()?, folder.read_secret()?);
    if pepper.check() == instance.secret_check {
        Ok((instance, pepper))
    } else {
        Err(StoreError::corrupt("SECRET is not the one this store was made with"))
    }
}
