//! How values are spread over millions of guests, in a few kilobytes: counts and sums in buckets
//! of equal relative width.
//!
//! Masson, Rim, Lee, "`DDSketch`: a fast and fully-mergeable quantile sketch with relative-error
//! guarantees", VLDB 2019. Values can be taken out again, and sketches of parts of the guests merge
//! into the sketch of all.

use std::collections::BTreeMap;

use super::error::{BadNumber, check};

/// Ratio of a bucket's upper edge to its lower one.
const GAMMA: f64 = 1.01;
/// Values up to this count as nothing.
const LEAST: f64 = 1e-9;

/// Counts and sums by value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sketch {
    /// Values up to [`LEAST`], negative ones among them.
    nothing: u64,
    /// By the power of γ that is the upper edge.
    buckets: BTreeMap<i32, Bucket>,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Bucket {
    count: u64,
    sum: f64,
}

impl Sketch {
    /// Adds a value.
    ///
    /// # Errors
    /// [`BadNumber`] for one that is not finite.
    pub fn add(&mut self, value: f64) -> Result<(), BadNumber> {
        match place(value)? {
            None => self.nothing += 1,
            Some(place) => {
                let bucket = self.buckets.entry(place).or_default();
                bucket.count += 1;
                bucket.sum += value;
            }
        }
        Ok(())
    }

    /// Takes out a value that was added.
    ///
    /// # Errors
    /// [`BadNumber`] for one that is not finite, or for which there is none left.
    pub fn remove(&mut self, value: f64) -> Result<(), BadNumber> {
        let missing = BadNumber { field: "value", value, remedy: "take out what was added only" };
        let place = place(value)?;
        let Some(place) = place else {
            self.nothing = self.nothing.checked_sub(1).ok_or(missing)?;
            return Ok(());
        };
        let bucket = self.buckets.get_mut(&place).ok_or(missing)?;
        bucket.count -= 1;
        bucket.sum -= value;
        if bucket.count == 0 {
            self.buckets.remove(&place);
        }
        Ok(())
    }

    /// Adds all values of another sketch.
    pub fn merge(&mut self, other: &Self) {
        self.nothing += other.nothing;
        for (place, from) in &other.buckets {
            let into = self.buckets.entry(*place).or_default();
            into.count += from.count;
            into.sum += from.sum;
        }
    }

    /// Values in it.
    pub fn count(&self) -> u64 {
        self.nothing + self.buckets.values().map(|bucket| bucket.count).sum::<u64>()
    }

    /// The sum of the values above 0.
    pub fn sum(&self) -> f64 {
        self.buckets.values().map(|bucket| bucket.sum).sum()
    }

    /// The least value that a share of all values, 0 to 1, does not exceed: at most 1 % above the
    /// true one, never below; 0 for values that are not above 0. `None` without values.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let count = self.count();
        if count == 0 || share.is_nan() {
            return None;
        }
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rank from 1 to the number of values"
        )]
        let rank = ((share.clamp(0.0, 1.0) * count as f64).ceil() as u64).max(1);
        let mut below = self.nothing;
        if rank <= below {
            return Some(0.0);
        }
        for (place, bucket) in &self.buckets {
            below += bucket.count;
            if rank <= below {
                return Some(upper_edge(*place));
            }
        }
        self.buckets.last_key_value().map(|(place, _)| upper_edge(*place))
    }

    /// The value from which on values make up this share of [`Sketch::sum`], 0 to 1: those at or
    /// above it reach the share, and without the lowest 1 % wide step of them would not. `None`
    /// without values above 0.
    pub fn least_of_top(&self, share: f64) -> Option<f64> {
        let wanted = share.clamp(0.0, 1.0) * self.sum();
        let mut sum = 0.0;
        let mut least = None;
        for (place, bucket) in self.buckets.iter().rev() {
            sum += bucket.sum;
            least = Some(upper_edge(place - 1));
            if sum >= wanted {
                break;
            }
        }
        least
    }
}

/// The bucket of a value; none for nothing.
fn place(value: f64) -> Result<Option<i32>, BadNumber> {
    check("value", value, "give a finite value", |_| true)?;
    if value <= LEAST {
        return Ok(None);
    }
    #[expect(clippy::cast_possible_truncation, reason = "finite floats give at most 71,333")]
    let place = (libm::log(value) / libm::log(GAMMA)).ceil() as i32;
    Ok(Some(place))
}

fn upper_edge(place: i32) -> f64 {
    libm::exp(f64::from(place) * libm::log(GAMMA))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sketch(values: &[f64]) -> Sketch {
        let mut sketch = Sketch::default();
        values.iter().for_each(|value| sketch.add(*value).unwrap());
        sketch
    }

    #[test]
    fn what_is_not_there_cannot_be_taken_out() {
        let mut some = sketch(&[3.0, 0.0]);
        assert!(some.remove(5.0).is_err() && some.add(f64::NAN).is_err());
        some.remove(-1.0).unwrap();
        assert!(some.remove(0.0).is_err());
        some.remove(3.0).unwrap();
        assert_eq!(some, Sketch::default());
        assert!(some.quantile(0.5).is_none() && some.least_of_top(0.5).is_none());
    }

    proptest! {
        #[test]
        fn quantiles_are_within_a_percent(
            mut values in prop::collection::vec(prop_oneof![Just(0.0), 0.01_f64..1e7], 1..200),
            share in 0.0_f64..=1.0,
        ) {
            let found = sketch(&values).quantile(share).unwrap();
            values.sort_by(f64::total_cmp);
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a rank"
            )]
            let rank = ((share * values.len() as f64).ceil() as usize).max(1);
            let exact = values[rank - 1];
            prop_assert!(found >= exact * (1.0 - 1e-12) && found <= exact * GAMMA + 1e-12);
        }

        #[test]
        fn parts_merge_into_the_whole_and_out_again(
            one in prop::collection::vec(-5_i32..2_000, 0..50),
            other in prop::collection::vec(-5_i32..2_000, 0..50),
        ) {
            let values = |part: Vec<i32>| part.into_iter().map(f64::from).collect::<Vec<_>>();
            let (one, other) = (values(one), values(other));
            let whole = sketch(&[&one[..], &other[..]].concat());
            let mut merged = sketch(&one);
            merged.merge(&sketch(&other));
            prop_assert_eq!(&merged, &whole);
            other.iter().for_each(|value| merged.remove(*value).unwrap());
            prop_assert_eq!(merged, sketch(&one));
        }
    }
}
