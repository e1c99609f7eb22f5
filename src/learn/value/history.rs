//! What a model needs to know of a guest: how often, how recently, for how long, for how much.
//!
//! The first stay makes a guest known and is not counted: `repeats` (the papers' x) are the stays
//! after it, `last` (`t_x`) and `age` (T) are times since it. Any unit of time will do, the same
//! throughout; the product uses weeks.

use std::cmp::Ordering;

use super::error::{BadNumber, check};

/// Stays of a guest in continuous time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct History {
    repeats: u32,
    last: f64,
    age: f64,
}

impl History {
    /// `repeats` stays after the first, the last of them at `last`, seen until `age`, both since
    /// the first.
    ///
    /// # Errors
    /// [`BadNumber`] for times that are negative, not finite or out of order, and for a time of the
    /// last repeat without one or one without its time.
    pub fn new(repeats: u32, last: f64, age: f64) -> Result<Self, BadNumber> {
        check("age", age, "give the time since the first stay, 0 or more", |age| age >= 0.0)?;
        check("last", last, "give the time from the first stay to the last, 0 or more", |last| {
            last >= 0.0
        })?;
        check("last", last, "the last stay cannot be later than age; use one clock", |last| {
            last <= age
        })?;
        check("last", last, "must be 0 with no repeat stay, above 0 with one", |last| {
            (last > 0.0) == (repeats > 0)
        })?;
        Ok(Self { repeats, last, age })
    }

    /// A guest whose first stay was just now.
    pub const NEW: Self = Self { repeats: 0, last: 0.0, age: 0.0 };

    /// Stays after the first.
    pub fn repeats(&self) -> u32 {
        self.repeats
    }

    /// Time from the first stay to the last.
    pub fn last(&self) -> f64 {
        self.last
    }

    /// Time from the first stay to now.
    pub fn age(&self) -> f64 {
        self.age
    }
}

/// Stays of a guest in whole years (or other opportunities that come one at a time).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearlyHistory {
    repeats: u32,
    last: u32,
    years: u32,
}

impl YearlyHistory {
    /// Came in `repeats` of `years` years after the first, the last time in year `last` of them,
    /// counted from 1.
    ///
    /// # Errors
    /// [`BadNumber`] where these cannot be so.
    pub fn new(repeats: u32, last: u32, years: u32) -> Result<Self, BadNumber> {
        let is_year = |last: f64| last <= f64::from(years);
        check("last", f64::from(last), "the last year cannot be later than years", is_year)?;
        let remedy = "is from repeats to years where the guest came again, else 0";
        check("last", f64::from(last), remedy, |_| (last > 0) == (repeats > 0))?;
        check("repeats", f64::from(repeats), "count a year once, up to year last", |_| {
            repeats <= last
        })?;
        Ok(Self { repeats, last, years })
    }

    /// Years with a stay after the first.
    pub fn repeats(&self) -> u32 {
        self.repeats
    }

    /// The last year with a stay, from 1; 0 for none.
    pub fn last(&self) -> u32 {
        self.last
    }

    /// Years seen after the first.
    pub fn years(&self) -> u32 {
        self.years
    }
}

/// What a guest spent on repeat stays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spend {
    repeats: u32,
    mean: f64,
}

impl Spend {
    /// `repeats` stays that brought `mean` each, in units of the brand's currency.
    ///
    /// # Errors
    /// [`BadNumber`] for a mean that is not above 0, or none to take the mean of.
    pub fn new(repeats: u32, mean: f64) -> Result<Self, BadNumber> {
        check("repeats", f64::from(repeats), "leave out guests without one", |n| n > 0.0)?;
        check("mean", mean, "give what a stay brought, above 0; leave out free stays", |mean| {
            mean > 0.0
        })?;
        Ok(Self { repeats, mean })
    }

    /// Stays.
    pub fn repeats(&self) -> u32 {
        self.repeats
    }

    /// What each of them brought.
    pub fn mean(&self) -> f64 {
        self.mean
    }
}

/// A row that guests can be grouped by.
pub trait Row: Copy {
    /// Stays after the first.
    fn repeats(&self) -> u32;
    /// Its time or amount, which tells the unit; 1 where there is none.
    fn size(&self) -> f64;
    /// Total order, by [`Row::repeats`] first; equal rows have the same likelihood.
    fn order(&self, other: &Self) -> Ordering;
}

impl Row for History {
    fn repeats(&self) -> u32 {
        self.repeats
    }

    fn size(&self) -> f64 {
        self.age
    }

    fn order(&self, other: &Self) -> Ordering {
        let by_last = self.repeats.cmp(&other.repeats).then(self.last.total_cmp(&other.last));
        by_last.then(self.age.total_cmp(&other.age))
    }
}

impl Row for YearlyHistory {
    fn repeats(&self) -> u32 {
        self.repeats
    }

    fn size(&self) -> f64 {
        1.0
    }

    fn order(&self, other: &Self) -> Ordering {
        let key = |row: &Self| (row.repeats, row.last, row.years);
        key(self).cmp(&key(other))
    }
}

impl Row for Spend {
    fn repeats(&self) -> u32 {
        self.repeats
    }

    fn size(&self) -> f64 {
        self.mean
    }

    fn order(&self, other: &Self) -> Ordering {
        self.repeats.cmp(&other.repeats).then(self.mean.total_cmp(&other.mean))
    }
}

/// Guests, equal rows grouped.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample<R> {
    rows: Vec<(R, f64)>,
    guests: u64,
    repeaters: u64,
}

impl<R: Row> Sample<R> {
    /// Groups guests; their order does not matter.
    pub fn of(guests: impl IntoIterator<Item = R>) -> Self {
        Self::weighted(guests.into_iter().map(|row| (row, 1)))
    }

    /// Groups rows that stand for so many guests each.
    pub fn weighted(rows: impl IntoIterator<Item = (R, u32)>) -> Self {
        let mut all: Vec<(R, u32)> = rows.into_iter().filter(|(_, count)| *count > 0).collect();
        all.sort_unstable_by(|(a, _), (b, _)| a.order(b));
        let (mut guests, mut repeaters) = (0, 0);
        let mut rows: Vec<(R, f64)> = Vec::new();
        for (row, count) in all {
            guests += u64::from(count);
            repeaters += if row.repeats() > 0 { u64::from(count) } else { 0 };
            match rows.last_mut() {
                Some((last, total)) if last.order(&row).is_eq() => *total += f64::from(count),
                _ => rows.push((row, f64::from(count))),
            }
        }
        Self { rows, guests, repeaters }
    }

    /// Different rows and how many guests each stands for, in order.
    pub fn rows(&self) -> &[(R, f64)] {
        &self.rows
    }

    /// Guests.
    pub fn guests(&self) -> u64 {
        self.guests
    }

    /// Guests who came again.
    pub fn repeaters(&self) -> u64 {
        self.repeaters
    }

    /// Every `step`-th of the different rows, for a first idea of the parameters.
    pub(super) fn thinned(&self, step: usize) -> Self {
        let rows = self.rows.iter().step_by(step.max(1)).copied().collect();
        Self { rows, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_named() {
        let named = |made: Result<History, BadNumber>| made.unwrap_err().to_string();
        assert!(named(History::new(1, 2.0, -1.0)).starts_with("age: is -1;"));
        assert!(named(History::new(1, 2.0, f64::NAN)).starts_with("age: is NaN;"));
        assert!(named(History::new(1, -2.0, 1.0)).starts_with("last: is -2;"));
        assert!(named(History::new(1, 2.0, 1.0)).contains("later than age"));
        assert!(named(History::new(0, 1.0, 2.0)).contains("0 with no repeat"));
        assert!(named(History::new(3, 0.0, 2.0)).contains("above 0 with one"));
        assert!(History::new(0, 0.0, 0.0).is_ok() && History::new(2, 3.0, 3.0).is_ok());

        for (repeats, last, years) in [(1, 3, 2), (0, 1, 2), (1, 0, 2), (3, 2, 5)] {
            assert!(YearlyHistory::new(repeats, last, years).is_err(), "{repeats} {last} {years}");
        }
        assert!(YearlyHistory::new(2, 2, 5).is_ok() && YearlyHistory::new(0, 0, 0).is_ok());
        assert!(Spend::new(0, 10.0).is_err() && Spend::new(1, 0.0).is_err());
    }

    #[test]
    fn equal_guests_are_one_row_whatever_their_order() {
        let rows = [(2, 1.5, 3.0), (0, 0.0, 3.0), (2, 1.5, 3.0), (2, 1.0, 3.0)]
            .map(|(repeats, last, age)| History::new(repeats, last, age).unwrap());
        let sample = Sample::of(rows);
        let mut reversed = rows;
        reversed.reverse();
        assert_eq!(sample, Sample::of(reversed));
        assert_eq!((sample.guests(), sample.repeaters(), sample.rows().len()), (4, 3, 3));
        assert!((sample.rows()[2].1 - 2.0).abs() < 1e-15);
        assert_eq!(Sample::weighted([(rows[0], 2), (rows[1], 1), (rows[3], 1)]), sample);
    }
}
