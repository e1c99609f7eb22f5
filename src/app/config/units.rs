//! Lengths of time and sizes as people write them: `2s`, `100ms`, `7d`; `64MiB`, `1GiB`.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A length of time: a whole number and `ms`, `s`, `m`, `h` or `d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

/// A size: a whole number and `B`, `KiB`, `MiB` or `GiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub u64);

const SPANS: [(&str, u64); 5] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
const SIZES: [(&str, u64); 4] = [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

/// A text that is not a quantity.
#[derive(Debug, thiserror::Error)]
#[error("{text:?} is not {what}")]
pub struct NotAQuantity {
    text: String,
    what: &'static str,
}

fn read(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = text.strip_prefix(digits)?.trim_start();
    let factor = units.iter().find(|(name, _)| *name == unit)?.1;
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

/// The largest unit that the amount is a whole number of.
fn write(f: &mut fmt::Formatter<'_>, amount: u64, units: &[(&str, u64)]) -> fmt::Result {
    let (unit, factor) = units
        .iter()
        .rev()
        .find(|(_, factor)| amount.is_multiple_of(*factor) && amount > 0)
        .unwrap_or(&units[0]);
    write!(f, "{}{unit}", amount / factor)
}

impl std::str::FromStr for Span {
    type Err = NotAQuantity;

    fn from_str(text: &str) -> Result<Self, NotAQuantity> {
        let what = "a length of time; write it like 500ms, 2s, 5m, 12h or 7d";
        let millis =
            read(text, &SPANS).ok_or_else(|| NotAQuantity { text: text.to_owned(), what })?;
        Ok(Self(Duration::from_millis(millis)))
    }
}

impl std::str::FromStr for Size {
    type Err = NotAQuantity;

    fn from_str(text: &str) -> Result<Self, NotAQuantity> {
        let what = "a size; write it like 512KiB, 64MiB or 1GiB";
        read(text, &SIZES).map(Self).ok_or_else(|| NotAQuantity { text: text.to_owned(), what })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX), &SPANS)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, self.0, &SIZES)
    }
}

impl Span {
    /// So many milliseconds.
    pub const fn millis(millis: u64) -> Self {
        Self(Duration::from_millis(millis))
    }

    /// So many seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }
}

impl Size {
    /// So many mebibytes.
    pub const fn mebibytes(mebibytes: u64) -> Self {
        Self(mebibytes << 20)
    }

    /// In bytes, as this machine counts.
    pub fn bytes(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// Read from and written to text.
macro_rules! as_text {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

as_text!(Span);
as_text!(Size);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_and_written_alike() {
        for text in ["0ms", "1ms", "1500ms", "2s", "5m", "12h", "7d"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        for text in ["0B", "100B", "8KiB", "64MiB", "3GiB"] {
            assert_eq!(text.parse::<Size>().unwrap().to_string(), text);
        }
        assert_eq!("120s".parse::<Span>().unwrap().to_string(), "2m");
        assert_eq!("90 s".parse::<Span>().unwrap(), Span::seconds(90));
    }

    #[test]
    fn what_is_no_quantity_says_how_to_write_one() {
        for bad in [
            "",
            "2",
            "s",
            "-2s",
            "2.5s",
            "2 weeks",
            "99999999999999999999d",
            "9999999999999999999h",
            "1s2",
        ] {
            assert!(bad.parse::<Span>().unwrap_err().to_string().contains("like 500ms"), "{bad}");
        }
        assert!("64MB".parse::<Size>().unwrap_err().to_string().contains("64MiB"));
    }
}
