//! In which bucket is a unit? The same answer on every machine, for ever, from a salt and an id.
//!
//! Ours: the first 8 bytes, big-endian, of SHA-256(salt + "." + unit id), modulo the number of
//! buckets: 10 000 for arms, 1 000 for layers, the scheme of Statsig ("How evaluation works", SDK
//! documentation). Two salts give unrelated buckets.
//!
//! [`growthbook_v1`] and [`growthbook_v2`] give the buckets of `GrowthBook`'s SDKs (`hash` in its
//! JavaScript SDK), for experiments begun there. They hash UTF-16 code units, as JavaScript does:
//! an id beyond ASCII falls where a browser puts it; SDKs that hash bytes put it elsewhere.

use sha2::{Digest, Sha256};

/// Buckets that arms and holdouts are made of.
pub const UNIT_BUCKETS: u16 = 10_000;
/// Buckets that layers are divided into.
pub const LAYER_BUCKETS: u16 = 1_000;

/// One of `COUNT` equal parts of all units, numbered from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bucket<const COUNT: u16>(u16);

/// A bucket of 10 000: arms and holdouts.
pub type UnitBucket = Bucket<UNIT_BUCKETS>;
/// A bucket of 1 000: layers.
pub type LayerBucket = Bucket<LAYER_BUCKETS>;

impl<const COUNT: u16> Bucket<COUNT> {
    /// The bucket of a unit under a salt. Constant memory, one pass over the two texts.
    pub fn of(salt: &str, unit_id: &str) -> Self {
        Self::of_parts(&[salt, unit_id])
    }

    /// The bucket of texts joined by ".": a salt in several parts, then the unit's id.
    pub fn of_parts(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                hash.update(b".");
            }
            hash.update(part.as_bytes());
        }
        let digest: [u8; 32] = hash.finalize().into();
        let (first, _) = digest.split_first_chunk().expect("a digest has 32 bytes");
        Self::of_hash(u64::from_be_bytes(*first))
    }

    fn of_hash(hash: u64) -> Self {
        let number = hash % u64::from(COUNT);
        Self(u16::try_from(number).expect("below a number of 16 bits"))
    }

    /// Its number, 0 to COUNT − 1.
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Its lower edge as a share of all units, in [0, 1).
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / f64::from(COUNT)
    }
}

/// `GrowthBook`'s first scheme, biased between experiments (its own note), and that of its
/// namespaces: `fnv32a(value + seed) % 1000`.
pub fn growthbook_v1(seed: &str, value: &str) -> LayerBucket {
    let units = value.encode_utf16().chain(seed.encode_utf16());
    Bucket::of_hash(u64::from(fnv32a(units)))
}

/// `GrowthBook`'s second scheme: `fnv32a(decimal(fnv32a(seed + value))) % 10000`.
pub fn growthbook_v2(seed: &str, value: &str) -> UnitBucket {
    let first = fnv32a(seed.encode_utf16().chain(value.encode_utf16()));
    Bucket::of_hash(u64::from(fnv32a_of_decimal(first)))
}

/// FNV-1a of 32 bits over UTF-16 code units (Fowler, Noll, Vo 1991).
fn fnv32a(units: impl Iterator<Item = u16>) -> u32 {
    units.fold(0x811C_9DC5, |hash, unit| (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193))
}

fn fnv32a_of_decimal(mut number: u32) -> u32 {
    // The digits of a u32, last one first.
    let mut digits = [0_u16; 10];
    let mut count = 0;
    for digit in &mut digits {
        *digit = u16::from(b'0') + u16::try_from(number % 10).expect("a digit");
        number /= 10;
        count += 1;
        if number == 0 {
            break;
        }
    }
    fnv32a(digits.into_iter().take(count).rev())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gives_the_published_buckets() {
        assert_eq!(UnitBucket::of("exp1", "user1").number(), 7_782);
        assert_eq!(UnitBucket::of("exp1", "user2").number(), 4_576);
        // By Python's hashlib.
        assert_eq!(UnitBucket::of("exp1", "Łukasz 🏨").number(), 8_665);
        assert_eq!(LayerBucket::of("layer", "user1").number(), 204);
        assert_eq!(UnitBucket::of_parts(&["exp1", "user1"]), UnitBucket::of("exp1", "user1"));
        assert!((UnitBucket::of("exp1", "user1").fraction() - 0.778_2).abs() < 1e-12);
    }

    #[test]
    fn it_gives_growthbooks_buckets() {
        for (seed, value, fraction) in [
            ("seed", "a", 0.0505),
            ("seed", "b", 0.2696),
            ("foo", "ab", 0.2575),
            ("foo", "def", 0.2019),
            ("89123klj", "8952klfjas09ujkasdf", 0.1240),
            ("90850943850283058242805", "123", 0.7516),
            // What JavaScript's charCodeAt gives.
            ("seed", "é", 0.8663),
            ("seed", "客人🏨", 0.7610),
        ] {
            let bucket = growthbook_v2(seed, value);
            assert!((bucket.fraction() - fraction).abs() < 1e-12, "{seed} {value} {bucket:?}");
        }
        for (seed, value, fraction) in
            [("", "a", 0.220), ("", "b", 0.077), ("b", "a", 0.946), ("ef", "d", 0.652)]
        {
            let bucket = growthbook_v1(seed, value);
            assert!((bucket.fraction() - fraction).abs() < 1e-12, "{seed} {value} {bucket:?}");
        }
    }

    #[test]
    fn decimals_are_hashed_as_they_are_written() {
        for number in [0, 9, 10, 4_294_967_295, 1_000_000_000] {
            let written = fnv32a(number.to_string().encode_utf16());
            assert_eq!(fnv32a_of_decimal(number), written, "{number}");
        }
    }
}
