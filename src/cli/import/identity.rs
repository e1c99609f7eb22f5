//! Who a row is: its content, and how often the same content came before it.
//!
//! The file has no ids, and thousands of its rows are true twins: rooms of one group, booked alike.
//! A row's identity is the hash of its fields and its occurrence number among its twins, so that a
//! file imported twice names the same guests and the same events, and no twin is lost.

use std::collections::HashMap;

use xxhash_rust::xxh3::Xxh3;

/// Identity of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct RowIdentity {
    content: u64,
    /// 0 for the first row of this content.
    occurrence: u32,
}

impl RowIdentity {
    /// Name of the guest and of the reservation; events add their kind to it.
    pub(super) fn name(self) -> String {
        let content = self.content;
        if self.occurrence == 0 {
            format!("b{content:016x}")
        } else {
            format!("b{content:016x}-{}", self.occurrence)
        }
    }

    /// Is it a twin of an earlier row?
    pub(super) fn is_twin(self) -> bool {
        self.occurrence > 0
    }

    /// A number in [0, 1) for one purpose: the same for this row in every run.
    pub(super) fn unit(self, purpose: &str) -> f64 {
        let mut hasher = Xxh3::with_seed(self.content);
        hasher.update(&self.occurrence.to_le_bytes());
        hasher.update(purpose.as_bytes());
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
        let unit = (hasher.digest() >> 11) as f64 / 9_007_199_254_740_992.0;
        unit
    }

    /// A whole number from `from` up to and without `to`, for one purpose.
    pub(super) fn within(self, purpose: &str, from: i32, to: i32) -> i32 {
        #[expect(clippy::cast_possible_truncation, reason = "floor of a number below `to - from`")]
        let step = (self.unit(purpose) * f64::from(to - from)) as i32;
        from + step
    }
}

/// Counts occurrences.
#[derive(Debug, Default)]
pub(super) struct Census {
    seen: HashMap<u64, u32>,
}

impl Census {
    /// The identity of the next row. Rows are told apart by all their fields, those nobody reads
    /// included.
    pub(super) fn identify<'a>(&mut self, fields: impl Iterator<Item = &'a str>) -> RowIdentity {
        let mut hasher = Xxh3::new();
        for field in fields {
            hasher.update(field.as_bytes());
            hasher.update(&[0x1f]);
        }
        let content = hasher.digest();
        let count = self.seen.entry(content).or_insert(0);
        let occurrence = *count;
        *count += 1;
        RowIdentity { content, occurrence }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twins_differ_by_their_number_alone() {
        let mut census = Census::default();
        let first = census.identify(["a", "b"].into_iter());
        let other = census.identify(["ab", ""].into_iter());
        let twin = census.identify(["a", "b"].into_iter());
        assert_ne!(first.name(), other.name());
        assert_eq!(twin.name(), format!("{}-1", first.name()));
        assert!(twin.is_twin() && !first.is_twin());
        assert_eq!(Census::default().identify(["a", "b"].into_iter()), first);
    }

    #[test]
    fn draws_depend_on_row_and_purpose_alone() {
        let mut census = Census::default();
        let rows: Vec<_> =
            (0..4_000).map(|i| census.identify([i.to_string().as_str()].into_iter())).collect();
        assert_eq!(rows[7].unit("consent").to_bits(), rows[7].unit("consent").to_bits());
        assert_ne!(rows[7].unit("consent").to_bits(), rows[7].unit("app").to_bits());
        let share = rows.iter().filter(|row| row.unit("consent") < 0.6).count();
        assert!((2_250..2_550).contains(&share), "{share}");
        assert!(rows.iter().all(|row| (8..20).contains(&row.within("hour", 8, 20))));
    }
}
