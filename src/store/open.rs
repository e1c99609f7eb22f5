//! Making a store, and opening one with every check that can be made before the first request.
//!
//! The order: lock → `INSTANCE` → secret → database → is it the instance's? → marks of the families → end of the log →
//! high-water mark. The first that fails is the answer; nothing was changed until then.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64};

use parking_lot::Mutex;
use rocksdb::WriteOptions;

use super::error::StoreError;
use super::family::{self, Family};
use super::files::{self, Folder, Instance};
use super::highwater::HighWater;
use super::marks::{self, Marks};
use super::options::{Options, Recovery};
use super::scan::Order;
use super::{Database, Store, codec, dedupe, keys};

/// How many records at the end of the log are read when a store is opened.
const RECORDS_CHECKED: usize = 1_000;
/// Where the database says whose it is.
const INSTANCE_KEY: &[u8] = b"instance";

/// What opening a store has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OpenReport {
    /// Last sequence of the log; 0 for an empty one.
    pub last_sequence: u64,
    /// How many records were read and checked.
    pub checked: usize,
    /// How many records are known to be lost; above 0 only with [`Recovery::PointInTime`].
    pub lost: u64,
    /// Was the high-water mark missing or unreadable? It was written anew.
    pub mark_was_missing: bool,
}

impl Store {
    /// Makes a store in a folder that is empty or does not exist. The receipt is written last: a folder in which this was
    /// interrupted is refused by [`Self::open`], and can be emptied.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`]; where files cannot be written.
    pub fn init(path: &Path) -> Result<(), StoreError> {
        let folder = Folder::new(path);
        folder.create_empty()?;
        let _lock = folder.take_lock()?;
        let pepper = folder.create_secret()?;
        let instance = Instance::create(&pepper)?;

        let options = Options::default();
        let mut db_options = family::database(&options);
        db_options.create_if_missing(true);
        db_options.create_missing_column_families(true);
        db_options.set_error_if_exists(true);
        let cutoff = Arc::new(AtomicI64::new(i64::MIN));
        let families = family::descriptors(&options, &cutoff);
        let db = Database::open_cf_descriptors(&db_options, folder.database(), families)
            .map_err(StoreError::engine("making the database"))?;
        let meta = db
            .cf_handle(Family::Meta.name())
            .ok_or_else(|| StoreError::corrupt("the family meta is missing"))?;
        let mut sync = WriteOptions::default();
        sync.set_sync(true);
        db.put_cf_opt(meta, INSTANCE_KEY, instance.id, &sync)
            .map_err(StoreError::engine("writing the instance"))?;
        drop(db);

        files::sync_folder(folder.root())?;
        folder.create_instance(&instance)
    }

    /// Opens a store.
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
        let instance = folder.read_instance()?;
        let pepper = folder.read_secret()?;
        if pepper.check() != instance.secret_check {
            return Err(StoreError::corrupt("SECRET is not the one this store was made with"));
        }
        let cutoff = Arc::new(AtomicI64::new(i64::MIN));
        let db = open_database(&folder, &options, &cutoff)?;
        let (high_water, mark) = HighWater::open(&folder.high_water(), instance.id)?;
        let mut store = Self {
            db,
            pepper,
            options,
            instance: instance.id,
            assigned: AtomicU64::new(0),
            committed: AtomicU64::new(0),
            cutoff,
            claims: Arc::new(dedupe::Claims::default()),
            marks: Mutex::new(Marks::default()),
            high_water: Mutex::new(high_water),
            has_committer: AtomicBool::new(false),
            report: OpenReport::default(),
            _lock: lock,
        };
        store.check(mark)?;
        Ok(store)
    }

    fn check(&mut self, mark: Option<u64>) -> Result<(), StoreError> {
        let owner = self.read(Family::Meta, INSTANCE_KEY)?.map(|id| id.to_vec());
        if owner.as_deref() != Some(&self.instance) {
            return Err(StoreError::corrupt("the database belongs to another store"));
        }
        let last = self.check_marks()?;
        self.report.checked = self.check_end_of_log(last)?;
        self.report.last_sequence = last;
        *self.assigned.get_mut() = last;
        *self.committed.get_mut() = last;
        self.check_high_water(last, mark)
    }

    /// Every family must end where the table of marks says, and the log at its own mark. Gives the last sequence.
    fn check_marks(&mut self) -> Result<u64, StoreError> {
        let table = self
            .read(Family::Meta, marks::TABLE_KEY)?
            .map(|bytes| Marks::decode(&bytes))
            .transpose()?;
        let table = table.unwrap_or_default();
        for family in Family::ALL {
            let own = match self.read(family, marks::KEY)? {
                Some(bytes) => bytes.as_ref().try_into().map(u64::from_le_bytes).map_err(|_| {
                    StoreError::corrupt(format!(
                        "the mark of {} has {} bytes",
                        family.name(),
                        bytes.len()
                    ))
                })?,
                None => 0,
            };
            let expected = table.get(family);
            if own != expected {
                let name = family.name();
                return Err(StoreError::corrupt(format!(
                    "{name} ends at sequence {own}, the store at {expected}"
                )));
            }
        }
        *self.marks.get_mut() = table;
        Ok(table.get(Family::Log))
    }

    /// Reads the last records: they must follow each other and be readable. Gives how many were read.
    fn check_end_of_log(&self, last: u64) -> Result<usize, StoreError> {
        let mut expected = last;
        let mut checked = 0;
        for row in self.scan(Family::Log, &[], &[], Order::Descending)?.take(RECORDS_CHECKED) {
            let (key, value) = row?;
            let found = keys::trailing_number(&key)
                .ok_or_else(|| StoreError::corrupt("a key of the log"))?;
            if found != expected {
                return Err(StoreError::corrupt(format!(
                    "the log has record {found} in place of {expected}"
                )));
            }
            codec::read_record(found, &value)?;
            expected -= 1;
            checked += 1;
        }
        if checked == 0 && last > 0 {
            return Err(StoreError::corrupt(format!(
                "the log is empty, and was at sequence {last}"
            )));
        }
        Ok(checked)
    }

    fn check_high_water(&mut self, last: u64, mark: Option<u64>) -> Result<(), StoreError> {
        let high_water = self.high_water.get_mut();
        match mark {
            Some(mark) if mark > last => match self.options.recovery {
                Recovery::Refuse => {
                    return Err(StoreError::Behind { missing: mark - last, found: last, mark });
                }
                Recovery::PointInTime => {
                    tracing::warn!(
                        lost = mark - last,
                        last_sequence = last,
                        "opened without the records that are lost"
                    );
                    self.report.lost = mark - last;
                    high_water.write(last)?;
                }
            },
            Some(_) => {}
            None if last == 0 => {}
            None => {
                tracing::warn!(
                    last_sequence = last,
                    "the high-water mark was missing; it is written anew"
                );
                self.report.mark_was_missing = true;
                high_water.write(last)?;
            }
        }
        Ok(())
    }
}

fn open_database(
    folder: &Folder,
    options: &Options,
    cutoff: &Arc<AtomicI64>,
) -> Result<Database, StoreError> {
    let path = folder.database();
    // RocksDB would leave files of its own in a folder without one.
    let current = path.join("CURRENT");
    if !current.try_exists().map_err(StoreError::io("looking for", &current))? {
        return Err(StoreError::corrupt(format!("{} is missing", current.display())));
    }
    let families = family::descriptors(options, cutoff);
    Database::open_cf_descriptors(&family::database(options), &path, families).map_err(|error| {
        // Of input and output errors, only a missing file needs a person; the others are the disk's.
        let is_io =
            error.kind() == rocksdb::ErrorKind::IOError && !error.as_ref().contains("No such file");
        match is_io {
            true => StoreError::engine("opening the database")(error),
            false => StoreError::corrupt(format!(
                "the database in {} does not open: {error}",
                path.display()
            )),
        }
    })
}
