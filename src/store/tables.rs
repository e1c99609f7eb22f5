//! The open database: rows of families by key. Whoever holds it can read; only the committer's
//! thread writes.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use rocksdb::{
    ColumnFamily, DBPinnableSlice, DBWithThreadMode, SingleThreaded, WriteBatch, WriteOptions,
};

use super::error::StoreError;
use super::family::{self, Family};
use super::options::Options;

pub(super) type Database = DBWithThreadMode<SingleThreaded>;

/// What may be done with the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// A new database, where none is.
    Create,
    /// Looking only: not a byte of the files changes, whatever is wrong with them.
    Look,
    /// Reading and writing. Opening alone writes: logs become sorted files, and files the manifest
    /// does not name are deleted.
    Write,
}

/// The database.
pub(super) struct Tables {
    pub(super) db: Database,
}

impl Tables {
    pub(super) fn open(
        path: &Path,
        options: &Options,
        cutoff: &Arc<AtomicI64>,
        access: Access,
    ) -> Result<Self, StoreError> {
        let mut db_options = family::database(options)?;
        let families = family::descriptors(options, cutoff);
        if access != Access::Create {
            // RocksDB would leave files of its own in a folder without one.
            let current = path.join("CURRENT");
            if !current.try_exists().map_err(StoreError::io("looking for", &current))? {
                return Err(StoreError::corrupt(format!("{} is missing", current.display())));
            }
        }
        let opened = match access {
            Access::Create => {
                db_options.create_if_missing(true);
                db_options.create_missing_column_families(true);
                db_options.set_error_if_exists(true);
                Database::open_cf_descriptors(&db_options, path, families)
            }
            Access::Look => {
                Database::open_cf_descriptors_read_only(&db_options, path, families, false)
            }
            Access::Write => Database::open_cf_descriptors(&db_options, path, families),
        };
        let db = opened.map_err(|error| {
            // Of input and output errors, only a missing file needs a person; the others are the
            // disk's.
            let is_io = error.kind() == rocksdb::ErrorKind::IOError
                && !error.as_ref().contains("No such file");
            match is_io {
                true => StoreError::engine("opening the database")(error),
                false => StoreError::corrupt(format!(
                    "the database in {} does not open: {error}",
                    path.display()
                )),
            }
        })?;
        Ok(Self { db })
    }

    /// One row.
    pub(super) fn read(
        &self,
        family: Family,
        key: &[u8],
    ) -> Result<Option<DBPinnableSlice<'_>>, StoreError> {
        self.db.get_pinned_cf(self.family(family)?, key).map_err(StoreError::engine("reading"))
    }

    pub(super) fn family(&self, family: Family) -> Result<&ColumnFamily, StoreError> {
        self.db
            .cf_handle(family.name())
            .ok_or_else(|| StoreError::corrupt(format!("the family {} is missing", family.name())))
    }

    /// The handles of all families, in code order.
    pub(super) fn families(&self) -> Result<Vec<&ColumnFamily>, StoreError> {
        Family::ALL.into_iter().map(|family| self.family(family)).collect()
    }

    /// Writes a batch; afterwards it is in the log file, and on the disk where the options say so.
    pub(super) fn write(
        &self,
        batch: WriteBatch,
        options: &WriteOptions,
    ) -> Result<(), StoreError> {
        self.db.write_opt(batch, options).map_err(StoreError::engine("writing a group"))
    }

    /// Syncs everything written so far.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.db.flush_wal(true).map_err(StoreError::engine("syncing the log"))
    }
}
