//! Guests with a yearly habit: do they have one, and in which years did they come?
//!
//! Someone who spends a week at the lake every July is not overdue in March. Whether guests are
//! like that shows in the gaps between their stays: of gaps longer than half a year, the mean of
//! `cos(2π · years)` is near 1 where they are whole years, and below 0 where stays come at random,
//! whatever their rate. Greenwood and Durand, "The distribution of length and components of the sum
//! of n random unit vectors", Annals of Mathematical Statistics 26 (1955), with direction 0.

use std::f64::consts::TAU;

use super::history::YearlyHistory;
use super::visits::Visits;
use crate::domain::time::Date;

/// Days of a year.
const YEAR: f64 = 365.25;
/// Gaps that a verdict needs.
pub const GAPS_MIN: u64 = 50;
/// Mean cosine from which guests have a yearly habit: arrivals spread about the day of the year
/// with a standard deviation of ten weeks or less.
pub const CONCENTRATION_MIN: f64 = 0.5;

/// Gaps between stays of many guests. Merges by adding up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Gaps {
    count: u64,
    cosines: f64,
}

impl Gaps {
    /// Counts a gap of so many days, if it is longer than half a year.
    pub fn add(&mut self, days: i32) {
        let years = f64::from(days) / YEAR;
        if years > 0.5 {
            self.count += 1;
            self.cosines += libm::cos(TAU * years);
        }
    }

    /// Both together.
    #[must_use]
    pub fn merged(self, other: Self) -> Self {
        Self { count: self.count + other.count, cosines: self.cosines + other.cosines }
    }

    /// The mean cosine, −1 to 1; `None` with too few gaps.
    pub fn concentration(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a count of gaps")]
        let count = self.count as f64;
        (self.count >= GAPS_MIN).then(|| self.cosines / count)
    }

    /// Whether these guests come by the year; not where there are too few gaps to say.
    pub fn are_yearly(&self) -> bool {
        self.concentration().is_some_and(|mean| mean >= CONCENTRATION_MIN)
    }
}

/// The years after the first stay in which a guest came, each a window of half a year about the
/// day of the first; a window counts as missed once it is over. `None` without a stay, and where
/// not all occasions are kept: who comes that often has no yearly habit.
pub fn yearly_history(visits: &Visits, today: Date) -> Option<YearlyHistory> {
    let first = visits.kept().first().filter(|_| visits.is_whole())?.day;
    let years = |day: Date| ((f64::from(day.0) - f64::from(first.0)) / YEAR).max(0.0);
    let (mut repeats, mut last) = (0, 0);
    for occasion in visits.kept() {
        let year = whole(years(occasion.day) + 0.5);
        if year > last {
            (repeats, last) = (repeats + 1, year);
        }
    }
    // The window of year k is over at k + ½.
    let over = whole((years(today) - 0.5).max(0.0));
    YearlyHistory::new(repeats, last, over.max(last)).ok()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "years since a day: from 0 to a few million"
)]
fn whole(years: f64) -> u32 {
    years as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    fn visits(days: &[i32]) -> Visits {
        let mut visits = Visits::default();
        for day in days {
            visits.add(Date(*day), 0).unwrap();
        }
        visits
    }

    fn concentration(mut gap: impl FnMut() -> f64) -> f64 {
        let mut gaps = Gaps::default();
        for _ in 0..4_000 {
            #[expect(clippy::cast_possible_truncation, reason = "days")]
            gaps.add((YEAR * gap()) as i32);
        }
        gaps.concentration().unwrap()
    }

    /// Poisson guests of any rate against guests of the season, some of whom leave a year out:
    /// standard errors are below 0.03.
    #[test]
    fn a_yearly_habit_is_told_from_chance_at_any_rate() {
        let mut rng = SplitMix64::new(5);
        for mean in [0.3, 1.0, 3.0] {
            let random = concentration(|| -mean * libm::log(1.0 - rng.unit()));
            assert!(random < 0.1, "{mean}: {random}");
        }
        for weeks in [2.0, 6.0] {
            let season = concentration(|| {
                1.0 + f64::from(u8::from(rng.chance(0.3))) + weeks / 52.0 * rng.normal()
            });
            assert!(season > CONCENTRATION_MIN, "{weeks}: {season}");
        }
    }

    #[test]
    fn few_gaps_and_short_ones_say_nothing() {
        let mut gaps = Gaps::default();
        (0..GAPS_MIN - 1).for_each(|_| gaps.add(365));
        (0..1_000).for_each(|_| gaps.add(150));
        assert!(gaps.concentration().is_none() && !gaps.are_yearly());
        let mut one = Gaps::default();
        one.add(366);
        assert!(gaps.merged(one).are_yearly());
    }

    #[test]
    fn a_year_is_missed_when_its_window_is_over() {
        let july = 10_000;
        let guest = visits(&[july, july + 360, july + 370, july + 3 * 365]);
        let at = |day: i32| yearly_history(&guest, Date(july + day)).unwrap();
        let known = |repeats, last, years| YearlyHistory::new(repeats, last, years).unwrap();
        assert_eq!(at(1_100), known(2, 3, 3));
        assert_eq!(at(4 * 365 + 180), known(2, 3, 3));
        assert_eq!(at(4 * 365 + 190), known(2, 3, 4));
        let once = visits(&[july]);
        assert_eq!(yearly_history(&once, Date(july + 400)), Some(known(0, 0, 0)));
        assert_eq!(yearly_history(&once, Date(july + 550)), Some(known(0, 0, 1)));
        assert!(yearly_history(&Visits::default(), Date(july)).is_none());
    }
}
