//! Hashing of keys that are hashes already.

use std::hash::{BuildHasherDefault, Hasher};

/// Takes the first eight bytes of a keyed hash as its hash: hashing it again would be wasted work,
/// and without the key nobody can choose colliding guests.
#[derive(Debug, Default, Clone, Copy)]
pub struct KeyHasher(u64);

/// Builds [`KeyHasher`]s.
pub type KeyHashBuilder = BuildHasherDefault<KeyHasher>;

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0_u8; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = self.0.rotate_left(32) ^ u64::from_le_bytes(word);
        }
    }

    // The length prefix of an array says nothing.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}
