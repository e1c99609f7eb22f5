//! The high-water mark: how far the log was on the disk once, kept in a file of its own.
//!
//! RocksDB cannot notice that its write-ahead log was deleted or cut, or its manifest shortened: it opens with what is
//! left. The mark is another file with other syncs. It names a sequence that was already durable, so it can only lag
//! (by about a second); a store that ends before it has lost something.
//!
//! Two slots of 32 bytes are written in turn, so that a write cut short leaves the other: generation u64 ‖ sequence u64 ‖
//! instance u64 ‖ check u64 (XXH3 of the rest), little-endian. A slot whose check fails does not exist.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use super::error::StoreError;

const SLOT_BYTES: usize = 32;

/// The mark, open for writing.
#[derive(Debug)]
pub(super) struct HighWater {
    file: File,
    path: PathBuf,
    instance: u64,
    generation: u64,
    sequence: u64,
}

impl HighWater {
    /// Opens the file, making it where it is missing, and reads the newest slot of this instance. The second part is
    /// `None` where no slot is readable: deleted, damaged, or of another store.
    pub(super) fn open(path: &Path, instance: [u8; 16]) -> Result<(Self, Option<u64>), StoreError> {
        let io = |doing| StoreError::io(doing, path);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .map_err(io("opening"))?;
        let instance = xxh3_64(&instance);
        let slots = [read_slot(&file, 0), read_slot(&file, 1)];
        let mut newest: Option<Slot> = None;
        for slot in slots {
            let slot = slot.map_err(io("reading"))?.filter(|slot| slot.instance == instance);
            if let Some(slot) = slot
                && newest.is_none_or(|other| other.generation < slot.generation)
            {
                newest = Some(slot);
            }
        }
        let mark = Self {
            file,
            path: path.to_owned(),
            instance,
            generation: newest.map_or(0, |slot| slot.generation),
            sequence: newest.map_or(0, |slot| slot.sequence),
        };
        Ok((mark, newest.map(|slot| slot.sequence)))
    }

    /// The sequence last written.
    pub(super) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Writes a sequence that is durable already, and syncs. About one sync of the disk: call it once a second at most.
    pub(super) fn write(&mut self, sequence: u64) -> Result<(), StoreError> {
        let slot = Slot { generation: self.generation + 1, sequence, instance: self.instance };
        let at = (slot.generation % 2) * SLOT_BYTES as u64;
        self.file
            .write_all_at(&slot.encode(), at)
            .and_then(|()| self.file.sync_data())
            .map_err(StoreError::io("writing", &self.path))?;
        self.generation = slot.generation;
        self.sequence = sequence;
        Ok(())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot {
    generation: u64,
    sequence: u64,
    instance: u64,
}

impl Slot {
    fn encode(&self) -> [u8; SLOT_BYTES] {
        let mut bytes = [0; SLOT_BYTES];
        let (content, check) = bytes.split_at_mut(24);
        for (place, number) in
            content.chunks_exact_mut(8).zip([self.generation, self.sequence, self.instance])
        {
            place.copy_from_slice(&number.to_le_bytes());
        }
        check.copy_from_slice(&xxh3_64(content).to_le_bytes());
        bytes
    }

    fn decode(bytes: [u8; SLOT_BYTES]) -> Option<Self> {
        let number = |at: usize| bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes);
        let (generation, sequence, instance) = (number(0)?, number(8)?, number(16)?);
        (number(24)? == xxh3_64(bytes.get(..24)?)).then_some(Self {
            generation,
            sequence,
            instance,
        })
    }
}

fn read_slot(file: &File, index: u64) -> io::Result<Option<Slot>> {
    let mut bytes = [0; SLOT_BYTES];
    match file.read_exact_at(&mut bytes, index * SLOT_BYTES as u64) {
        Ok(()) => Ok(Slot::decode(bytes)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: [u8; 16] = [1; 16];

    fn open(path: &Path) -> (HighWater, Option<u64>) {
        HighWater::open(path, HERE).unwrap()
    }

    #[test]
    fn the_newest_mark_is_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("HIGHWATER");
        let (mut mark, none) = open(&path);
        assert_eq!(none, None);
        for sequence in [5, 9, 40] {
            mark.write(sequence).unwrap();
            assert_eq!(open(&path).1, Some(sequence));
        }
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 64);
        assert_eq!(HighWater::open(&path, [2; 16]).unwrap().1, None, "a mark of another store");
    }

    /// A cut or flipped slot leaves the other; it is never read as zero.
    #[test]
    fn every_flipped_bit_and_every_cut_falls_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("HIGHWATER");
        let mut mark = open(&path).0;
        mark.write(5).unwrap();
        mark.write(9).unwrap();
        let good = std::fs::read(&path).unwrap();
        for bit in 0..SLOT_BYTES * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            std::fs::write(&path, &bad).unwrap();
            assert_eq!(open(&path).1, Some(5), "bit {bit}");
            bad[SLOT_BYTES + bit / 8] ^= 1 << (bit % 8);
            std::fs::write(&path, &bad).unwrap();
            assert_eq!(open(&path).1, None, "bit {bit}");
        }
        for length in 0..good.len() {
            std::fs::write(&path, &good[..length]).unwrap();
            let expected = (length >= SLOT_BYTES).then_some(9);
            assert_eq!(open(&path).1, expected, "{length} bytes");
        }
    }
}
