//! The high-water mark: how far the store was on the disk once, kept in a file of its own.
//!
//! RocksDB cannot notice that its write-ahead log was deleted or cut, or that its manifest was
//! shortened: it opens with what is left. The mark is another file with other syncs. It names what
//! was already durable, so it can only lag (by about a second): a sequence of the log, and a length
//! of the manifest. A store that ends before either has lost something.
//!
//! The sequence alone would not do: where the manifest loses its tail, a family loses a sorted file
//! from its middle while the newest records are still in the write-ahead log.
//!
//! Two slots of 32 bytes are written in turn, so that a write cut short leaves the other:
//! generation u64 ‖ sequence u64 ‖ manifest number u32 ‖ its length u32 ‖ check u64 (XXH3 of the
//! rest, seeded with the instance), little-endian. A slot whose check fails, or of another store,
//! does not exist.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::error::StoreError;

const SLOT_BYTES: usize = 32;

/// What is known to be on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark {
    /// Last sequence of the log.
    pub(super) sequence: u64,
    /// How far the manifest goes.
    pub(super) manifest: ManifestEnd,
}

/// A manifest, by the number in its name, and its length in bytes. Later ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct ManifestEnd {
    pub(super) number: u32,
    pub(super) bytes: u32,
}

impl ManifestEnd {
    /// How far the manifest in force goes; `None` where it cannot be told.
    pub(super) fn of(database: &Path) -> Option<Self> {
        Self::look(database).map(|(end, _)| end)
    }

    /// The same, after making sure that it is on the disk.
    pub(super) fn synced(database: &Path) -> Option<Self> {
        let (end, file) = Self::look(database)?;
        file.sync_data().ok()?;
        Some(end)
    }

    fn look(database: &Path) -> Option<(Self, File)> {
        let current = fs::read_to_string(database.join("CURRENT")).ok()?;
        let name = current.trim_end();
        let number = name.strip_prefix("MANIFEST-")?.parse().ok()?;
        let file = File::open(database.join(name)).ok()?;
        let bytes = u32::try_from(file.metadata().ok()?.len()).ok()?;
        Some((Self { number, bytes }, file))
    }
}

/// The mark, open for writing.
#[derive(Debug)]
pub(super) struct HighWater {
    file: File,
    path: PathBuf,
    seed: u64,
    generation: u64,
    last: Mark,
}

impl HighWater {
    /// Opens the file, making it where it is missing, and reads the newest slot of this instance.
    /// The second part is `None` where no slot is readable: deleted, damaged, or of another store.
    pub(super) fn open(
        path: &Path,
        instance: [u8; 16],
    ) -> Result<(Self, Option<Mark>), StoreError> {
        let io = |doing| StoreError::io(doing, path);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .map_err(io("opening"))?;
        let seed = xxh3_64(&instance);
        let mut newest: Option<Slot> = None;
        for index in 0..2 {
            if let Some(slot) = read_slot(&file, index, seed).map_err(io("reading"))?
                && newest.is_none_or(|other| other.generation < slot.generation)
            {
                newest = Some(slot);
            }
        }
        let Slot { generation, mark: last } = newest.unwrap_or_default();
        let high_water = Self { file, path: path.to_owned(), seed, generation, last };
        Ok((high_water, newest.map(|slot| slot.mark)))
    }

    /// The sequence last written.
    pub(super) fn sequence(&self) -> u64 {
        self.last.sequence
    }

    /// Writes a sequence that is durable already, and how far the manifest is, and syncs both. One
    /// or two syncs of the disk: call it once a second at most.
    pub(super) fn write(&mut self, sequence: u64, database: &Path) -> Result<(), StoreError> {
        // A manifest that cannot be told (it is being exchanged) is as far as it was.
        let manifest = ManifestEnd::synced(database).unwrap_or(self.last.manifest);
        let mark = Mark { sequence, manifest };
        let slot = Slot { generation: self.generation + 1, mark };
        let at = (slot.generation % 2) * SLOT_BYTES as u64;
        self.file
            .write_all_at(&slot.encode(self.seed), at)
            .and_then(|()| self.file.sync_data())
            .map_err(StoreError::io("writing", &self.path))?;
        self.generation = slot.generation;
        self.last = mark;
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Slot {
    generation: u64,
    mark: Mark,
}

impl Slot {
    fn encode(&self, seed: u64) -> [u8; SLOT_BYTES] {
        let Mark { sequence, manifest } = self.mark;
        let manifest = u64::from(manifest.number) | u64::from(manifest.bytes) << 32;
        let mut bytes = [0; SLOT_BYTES];
        let (content, check) = bytes.split_at_mut(24);
        for (place, number) in
            content.chunks_exact_mut(8).zip([self.generation, sequence, manifest])
        {
            place.copy_from_slice(&number.to_le_bytes());
        }
        check.copy_from_slice(&xxh3_64_with_seed(content, seed).to_le_bytes());
        bytes
    }

    fn decode(bytes: [u8; SLOT_BYTES], seed: u64) -> Option<Self> {
        let number = |at: usize| bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes);
        let half = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
        let manifest = ManifestEnd { number: half(16)?, bytes: half(20)? };
        let slot = Self { generation: number(0)?, mark: Mark { sequence: number(8)?, manifest } };
        (number(24)? == xxh3_64_with_seed(bytes.get(..24)?, seed)).then_some(slot)
    }
}

fn read_slot(file: &File, index: u64, seed: u64) -> io::Result<Option<Slot>> {
    let mut bytes = [0; SLOT_BYTES];
    match file.read_exact_at(&mut bytes, index * SLOT_BYTES as u64) {
        Ok(()) => Ok(Slot::decode(bytes, seed)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: [u8; 16] = [1; 16];

    fn open(path: &Path) -> (HighWater, Option<u64>) {
        let (high_water, mark) = HighWater::open(path, HERE).unwrap();
        (high_water, mark.map(|mark| mark.sequence))
    }

    #[test]
    fn the_newest_mark_is_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("HIGHWATER");
        let (mut mark, none) = open(&path);
        assert_eq!(none, None);
        for sequence in [5, 9, 40] {
            mark.write(sequence, dir.path()).unwrap();
            assert_eq!(open(&path).1, Some(sequence));
        }
        assert_eq!(fs::metadata(&path).unwrap().len(), 64);
        assert_eq!(HighWater::open(&path, [2; 16]).unwrap().1, None, "a mark of another store");
    }

    #[test]
    fn the_end_of_the_manifest_is_marked_and_a_later_one_is_greater() {
        let dir = tempfile::tempdir().unwrap();
        let (path, manifest) = (dir.path().join("HIGHWATER"), dir.path().join("MANIFEST-000012"));
        fs::write(dir.path().join("CURRENT"), "MANIFEST-000012\n").unwrap();
        fs::write(&manifest, [0; 700]).unwrap();
        open(&path).0.write(1, dir.path()).unwrap();
        let end = HighWater::open(&path, HERE).unwrap().1.unwrap().manifest;
        assert_eq!(end, ManifestEnd { number: 12, bytes: 700 });
        assert!(
            end < ManifestEnd { number: 12, bytes: 701 }
                && end < ManifestEnd { number: 13, bytes: 1 }
        );

        fs::remove_file(&manifest).unwrap();
        open(&path).0.write(2, dir.path()).unwrap();
        assert_eq!(HighWater::open(&path, HERE).unwrap().1.unwrap().manifest, end, "kept");
    }

    /// A cut or flipped slot leaves the other; it is never read as zero.
    #[test]
    fn every_flipped_bit_and_every_cut_falls_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("HIGHWATER");
        let mut mark = open(&path).0;
        mark.write(5, dir.path()).unwrap();
        mark.write(9, dir.path()).unwrap();
        let good = fs::read(&path).unwrap();
        for bit in 0..SLOT_BYTES * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, &bad).unwrap();
            assert_eq!(open(&path).1, Some(5), "bit {bit}");
            bad[SLOT_BYTES + bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, &bad).unwrap();
            assert_eq!(open(&path).1, None, "bit {bit}");
        }
        for length in 0..good.len() {
            fs::write(&path, &good[..length]).unwrap();
            let expected = (length >= SLOT_BYTES).then_some(9);
            assert_eq!(open(&path).1, expected, "{length} bytes");
        }
    }
}
