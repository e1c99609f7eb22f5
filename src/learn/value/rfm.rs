//! Recency, frequency and monetary value, each scored 1 to 5 by fifths of the guests.
//!
//! Hughes, "Strategic database marketing" (1994). Equal guests get equal scores, so where many are
//! alike (most came once) some scores stay empty.

use serde::{Deserialize, Serialize};

use super::error::{BadNumber, check};
use super::sketch::Sketch;

/// What is scored of a guest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures {
    /// Days since the last stay.
    pub recency: f64,
    /// Stays.
    pub frequency: f64,
    /// What they brought in all, or each; the same throughout.
    pub monetary: f64,
}

/// How the measures are spread over guests.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Spread {
    recency: Sketch,
    frequency: Sketch,
    monetary: Sketch,
}

impl Spread {
    /// Adds a guest.
    ///
    /// # Errors
    /// [`BadNumber`] for a measure that is not finite; nothing is added then.
    pub fn add(&mut self, guest: Measures) -> Result<(), BadNumber> {
        for (field, value) in [
            ("recency", guest.recency),
            ("frequency", guest.frequency),
            ("monetary", guest.monetary),
        ] {
            check(field, value, "give a finite number", |_| true)?;
        }
        self.recency.add(guest.recency)?;
        self.frequency.add(guest.frequency)?;
        self.monetary.add(guest.monetary)
    }

    /// Adds the guests of another part.
    pub fn merge(&mut self, other: &Self) {
        self.recency.merge(&other.recency);
        self.frequency.merge(&other.frequency);
        self.monetary.merge(&other.monetary);
    }

    /// The cuts between scores; `None` without guests.
    pub fn cuts(&self) -> Option<Cuts> {
        let fifths = |of: &Sketch| {
            let [a, b, c, d] = [0.2, 0.4, 0.6, 0.8].map(|share| of.quantile(share));
            Some([a?, b?, c?, d?])
        };
        Some(Cuts {
            recency: fifths(&self.recency)?,
            frequency: fifths(&self.frequency)?,
            monetary: fifths(&self.monetary)?,
        })
    }
}

/// Upper ends of the first four fifths of each measure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cuts {
    recency: [f64; 4],
    frequency: [f64; 4],
    monetary: [f64; 4],
}

/// Scores from 1 to 5, 5 being the best: the most recent, most frequent, most valuable fifth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rfm {
    /// How recently.
    pub recency: u8,
    /// How often.
    pub frequency: u8,
    /// For how much.
    pub monetary: u8,
}

impl Cuts {
    /// The scores of a guest.
    pub fn score(&self, guest: Measures) -> Rfm {
        Rfm {
            recency: 6 - fifth(&self.recency, guest.recency),
            frequency: fifth(&self.frequency, guest.frequency),
            monetary: fifth(&self.monetary, guest.monetary),
        }
    }
}

/// In which fifth a value lies, 1 to 5. A cut is up to 1 % above the value it stands for.
fn fifth(cuts: &[f64; 4], value: f64) -> u8 {
    cuts.iter().fold(1, |fifth, cut| fifth + u8::from(value > *cut))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest(recency: u32, frequency: u32, monetary: u32) -> Measures {
        let [recency, frequency, monetary] = [recency, frequency, monetary].map(f64::from);
        Measures { recency, frequency, monetary }
    }

    #[test]
    fn fifths_of_the_guests_get_the_scores_and_equal_guests_the_same() {
        let mut spread = Spread::default();
        // 100 guests; days 1, 11, 21 …; 70 came once, the rest 2 to 31 times; 10 to 1,000 each.
        for i in 0..100 {
            let stays = if i < 70 { 1 } else { i - 68 };
            spread.add(guest(1 + 10 * i, stays, 10 * (i + 1))).unwrap();
        }
        let cuts = spread.cuts().unwrap();
        let score = |recency, frequency, monetary| {
            let Rfm { recency, frequency, monetary } =
                cuts.score(guest(recency, frequency, monetary));
            [recency, frequency, monetary]
        };
        assert_eq!(score(1, 31, 1_000), [5, 5, 5]);
        assert_eq!(score(991, 1, 10), [1, 1, 1]);
        assert_eq!(score(500, 2, 500), [3, 4, 3]);
        assert_eq!([190, 220].map(|days| score(days, 1, 1)[0]), [5, 4]);
        let mut counts = [0; 6];
        (0..100).for_each(|i| counts[usize::from(score(1, 1, 10 * (i + 1))[2])] += 1);
        assert_eq!(counts, [0, 20, 20, 20, 20, 20]);
    }

    #[test]
    fn a_measure_that_is_no_number_is_named_and_changes_nothing() {
        let mut spread = Spread::default();
        let bad = Measures { monetary: f64::NAN, ..guest(1, 1, 1) };
        assert!(spread.add(bad).unwrap_err().to_string().starts_with("monetary: is NaN"));
        assert!(spread == Spread::default() && spread.cuts().is_none());
    }
}
