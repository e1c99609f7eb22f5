//! A guest's stays, folded one by one: constant size, cancellations undone exactly.
//!
//! An occasion is a day of arrival; two rooms from the same day are one. The first occasion and the
//! last sixteen are kept, those between are counted, so that any order of stays and cancellations
//! ends in the same state as the tidy one. What reaches into the part that was only counted is
//! refused: the guest is then folded again from the log, by day.

use crate::domain::time::Date;

use super::history::{History, Spend};

/// Occasions after the first that are kept one by one.
pub const KEPT: usize = 16;
/// Days of a week, the unit of [`History`] in the product.
const WEEK: f64 = 7.0;

/// A day on which a guest arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion {
    /// The day.
    pub day: Date,
    /// Stays that began on it.
    pub stays: u16,
    /// What they brought, in minor units of the brand's currency.
    pub spend_minor: i64,
}

/// Stays of one guest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Visits {
    /// The first occasion and the last ones, by day.
    kept: Vec<Occasion>,
    counted: Counted,
}

/// Occasions between the first and the last ones, of which only this is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// How many.
    pub occasions: u32,
    /// What they brought, in minor units of the brand's currency.
    pub spend_minor: i64,
}

/// A stay that cannot be added or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VisitError {
    /// Too long ago.
    #[error(
        "day: {} lies before the last {KEPT} occasions, which are all that is kept; fold the \
         guest's stays again from the log, by day",
        .0.0
    )]
    Forgotten(Date),
    /// Never added.
    #[error("day: no stay of {} is known; cancel a stay by the day it was added with", .0.0)]
    Unknown(Date),
    /// More stays from one day than can be counted.
    #[error("stays: more than {} from day {}; a group is not a guest", u16::MAX, .0.0)]
    TooMany(Date),
}

impl Visits {
    /// What was stored of [`Visits::kept`] and [`Visits::counted`]; `None` where it cannot have
    /// come from there: fold the guest's stays again from the log.
    pub fn restored(kept: Vec<Occasion>, counted: Counted) -> Option<Self> {
        let is_in_order = kept.is_sorted_by(|a, b| a.day < b.day);
        let is_bounded = kept.len() <= KEPT + 1 && kept.iter().all(|occasion| occasion.stays > 0);
        let has_ends = counted == Counted::default() || kept.len() >= 2;
        (is_in_order && is_bounded && has_ends).then_some(Self { kept, counted })
    }

    /// Adds a stay that began on `day` and brought `spend_minor`.
    ///
    /// # Errors
    /// [`VisitError::Forgotten`] for a day that was only counted; nothing changes then.
    pub fn add(&mut self, day: Date, spend_minor: i64) -> Result<(), VisitError> {
        match self.find(day)? {
            Ok(place) => {
                let occasion = &mut self.kept[place];
                occasion.stays = occasion.stays.checked_add(1).ok_or(VisitError::TooMany(day))?;
                occasion.spend_minor = occasion.spend_minor.saturating_add(spend_minor);
            }
            Err(place) => {
                self.kept.insert(place, Occasion { day, stays: 1, spend_minor });
                // Nothing may stand between the first occasion and those that were counted.
                let is_new_first = place == 0 && self.counted.occasions > 0;
                if is_new_first || self.kept.len() > KEPT + 1 {
                    let gone = self.kept.remove(1);
                    self.counted.occasions += 1;
                    let spend = self.counted.spend_minor.saturating_add(gone.spend_minor);
                    self.counted.spend_minor = spend;
                }
            }
        }
        Ok(())
    }

    /// Takes away a stay that was added with this day and spend.
    ///
    /// # Errors
    /// [`VisitError`] for a day that was only counted or is not known; nothing changes then.
    pub fn cancel(&mut self, day: Date, spend_minor: i64) -> Result<(), VisitError> {
        let place = self.find(day)?.map_err(|_| VisitError::Unknown(day))?;
        let is_last_of_day = self.kept[place].stays == 1;
        // Without it, the first or the last occasion would be one that was only counted.
        let is_an_end = place == 0 || self.kept.len() == 2;
        if is_last_of_day && is_an_end && !self.is_whole() {
            return Err(VisitError::Forgotten(day));
        }
        if is_last_of_day {
            self.kept.remove(place);
        } else {
            let occasion = &mut self.kept[place];
            occasion.stays -= 1;
            occasion.spend_minor = occasion.spend_minor.saturating_sub(spend_minor);
        }
        Ok(())
    }

    /// Changes what a known stay brought, by an extra or a refund.
    ///
    /// # Errors
    /// As [`Visits::cancel`].
    pub fn spend(&mut self, day: Date, change_minor: i64) -> Result<(), VisitError> {
        let place = self.find(day)?.map_err(|_| VisitError::Unknown(day))?;
        let occasion = &mut self.kept[place];
        occasion.spend_minor = occasion.spend_minor.saturating_add(change_minor);
        Ok(())
    }

    /// Where a day is among the kept ones, or would be.
    fn find(&self, day: Date) -> Result<Result<usize, usize>, VisitError> {
        let place = self.kept.binary_search_by_key(&day, |occasion| occasion.day);
        // Counted ones lie after the first kept and before the second.
        let is_counted = self.counted.occasions > 0 && place == Err(1);
        if is_counted { Err(VisitError::Forgotten(day)) } else { Ok(place) }
    }

    /// The first occasion and the last ones, by day.
    pub fn kept(&self) -> &[Occasion] {
        &self.kept
    }

    /// The occasions between the first and the last ones.
    pub fn counted(&self) -> Counted {
        self.counted
    }

    /// Whether every occasion is kept.
    pub fn is_whole(&self) -> bool {
        self.counted.occasions == 0
    }

    /// Occasions after the first.
    pub fn repeats(&self) -> u32 {
        let kept = u32::try_from(self.kept.len().saturating_sub(1)).unwrap_or(u32::MAX);
        kept.saturating_add(self.counted.occasions)
    }

    /// The day of the last occasion; `None` without any.
    pub fn last_day(&self) -> Option<Date> {
        self.kept.last().map(|occasion| occasion.day)
    }

    /// What the models know, in weeks, as of `today`; `None` without a stay. A stay after `today`
    /// moves it.
    pub fn history(&self, today: Date) -> Option<History> {
        let (first, last) = (self.kept.first()?.day, self.last_day()?);
        let weeks = |to: Date| (f64::from(to.0) - f64::from(first.0)) / WEEK;
        History::new(self.repeats(), weeks(last), weeks(today.max(last))).ok()
    }

    /// What repeat stays brought, in major units: `minor_units` make one (100 cents). `None`
    /// without a repeat stay, or where they brought nothing.
    pub fn repeat_spend(&self, minor_units: u32) -> Option<Spend> {
        let total = self.kept.iter().skip(1).fold(self.counted.spend_minor, |sum, occasion| {
            sum.saturating_add(occasion.spend_minor)
        });
        let repeats = self.repeats();
        #[expect(clippy::cast_precision_loss, reason = "amounts are bounded far below 2^53")]
        let mean = total as f64 / f64::from(minor_units) / f64::from(repeats.max(1));
        Spend::new(repeats, mean).ok()
    }

    /// Days between neighbouring occasions, as far as both are kept.
    pub fn gaps(&self) -> impl Iterator<Item = i32> + '_ {
        let skipped = usize::from(!self.is_whole());
        self.kept.windows(2).skip(skipped).map(|pair| pair[1].day.0.saturating_sub(pair[0].day.0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(stays: impl IntoIterator<Item = (i32, i64)>) -> Visits {
        let mut visits = Visits::default();
        for (day, spend) in stays {
            visits.add(Date(day), spend).unwrap();
        }
        visits
    }

    #[test]
    fn history_and_spend_are_those_of_the_repeats() {
        let visits = folded([(100, 9_000), (114, 10_000), (114, 2_000), (170, 24_000)]);
        let history = visits.history(Date(240)).unwrap();
        assert_eq!(history, History::new(2, 10.0, 20.0).unwrap());
        assert_eq!(visits.repeat_spend(100), Some(Spend::new(2, 180.0).unwrap()));
        assert_eq!(visits.gaps().collect::<Vec<_>>(), [14, 56]);
        // A stay after today is no reason for a negative time.
        assert_eq!(visits.history(Date(150)), Some(History::new(2, 10.0, 10.0).unwrap()));
        assert!(Visits::default().history(Date(1)).is_none());
        assert!(folded([(1, 50)]).repeat_spend(100).is_none());
    }

    #[test]
    fn cancelling_the_first_stay_makes_the_second_the_first() {
        let mut visits = folded([(7, 1), (21, 2), (35, 3)]);
        visits.cancel(Date(7), 1).unwrap();
        assert_eq!(visits, folded([(21, 2), (35, 3)]));
        assert_eq!(visits.cancel(Date(7), 1), Err(VisitError::Unknown(Date(7))));
        visits.spend(Date(21), -2).unwrap();
        assert_eq!(visits, folded([(21, 0), (35, 3)]));
    }

    #[test]
    fn a_frequent_guest_stays_small_and_is_counted_in_full() {
        let days = 0..100;
        let mut visits = folded(days.map(|day| (7 * day, 100)));
        assert_eq!((visits.repeats(), visits.kept().len()), (99, KEPT + 1));
        assert_eq!(visits.history(Date(700)), Some(History::new(99, 99.0, 100.0).unwrap()));
        assert_eq!(visits.repeat_spend(100), Some(Spend::new(99, 1.0).unwrap()));
        assert_eq!(visits.gaps().count(), KEPT - 1);
        let before = visits.clone();
        for day in [7, 70] {
            let refused = Err(VisitError::Forgotten(Date(day)));
            assert_eq!(visits.add(Date(day), 1), refused);
            assert_eq!(visits.cancel(Date(day), 1), refused);
        }
        assert_eq!(visits.cancel(Date(0), 100), Err(VisitError::Forgotten(Date(0))));
        assert_eq!(visits, before);
        assert_eq!(Visits::restored(visits.kept().to_vec(), visits.counted()), Some(before));
        let mut disordered = visits.kept().to_vec();
        disordered.reverse();
        assert!(Visits::restored(disordered, visits.counted()).is_none());
        assert!(Visits::restored(visits.kept()[..1].to_vec(), visits.counted()).is_none());
        // The last of those that are kept one by one stays: behind it are only counted ones.
        let mut fewer = visits.clone();
        for day in (85..100).rev() {
            fewer.cancel(Date(7 * day), 100).unwrap();
        }
        assert_eq!(fewer.cancel(Date(7 * 84), 100), Err(VisitError::Forgotten(Date(7 * 84))));
        assert_eq!(fewer.history(Date(700)), Some(History::new(84, 84.0, 100.0).unwrap()));
        // One from before all others is a new first; the old one joins those that are counted.
        visits.add(Date(-7), 100).unwrap();
        assert_eq!(visits.history(Date(700)), Some(History::new(100, 100.0, 101.0).unwrap()));
        assert_eq!(visits.add(Date(0), 1), Err(VisitError::Forgotten(Date(0))));
    }

    proptest! {
        /// Stays in any order, some of them cancelled at any later moment, end where the stays that
        /// were kept end in their order.
        #[test]
        fn any_order_ends_as_the_tidy_one(
            stays in prop::collection::vec(
                (0_i32..400, 0_i64..1_000, any::<bool>(), any::<u16>()),
                0..17,
            ),
        ) {
            let mut events: Vec<(u32, bool, i32, i64)> = Vec::new();
            for (at, (day, spend, is_cancelled, later)) in (0_u32..).zip(&stays) {
                events.push((at * 10, false, *day, *spend));
                if *is_cancelled {
                    events.push((at * 10 + 5 + u32::from(*later) % 200, true, *day, *spend));
                }
            }
            events.sort_by_key(|event| event.0);
            let mut visits = Visits::default();
            for (_, is_cancelled, day, spend) in events {
                let done = if is_cancelled {
                    visits.cancel(Date(day), spend)
                } else {
                    visits.add(Date(day), spend)
                };
                prop_assert_eq!(done, Ok(()));
            }
            let mut left: Vec<_> = stays
                .iter()
                .filter(|stay| !stay.2)
                .map(|(day, spend, ..)| (*day, *spend))
                .collect();
            left.sort_unstable();
            prop_assert_eq!(visits, folded(left));
        }

        /// Whatever it is told, it keeps the guest in order and in bounds.
        #[test]
        fn what_is_kept_is_in_order(
            events in prop::collection::vec((0_i32..60, any::<bool>()), 0..300),
        ) {
            let mut visits = Visits::default();
            let (mut occasions, mut refused) = (std::collections::BTreeMap::new(), 0);
            for (day, is_added) in events {
                let entry = occasions.entry(day).or_insert(0_u32);
                let done = if is_added {
                    visits.add(Date(day), 1)
                } else if *entry > 0 {
                    visits.cancel(Date(day), 1)
                } else {
                    continue;
                };
                match done {
                    Ok(()) => *entry = if is_added { *entry + 1 } else { *entry - 1 },
                    Err(_) => refused += 1,
                }
            }
            prop_assert!(visits.kept().len() <= KEPT + 1);
            prop_assert!(visits.kept().is_sorted_by(|a, b| a.day < b.day));
            occasions.retain(|_, stays| *stays > 0);
            let repeats = occasions.len().saturating_sub(1);
            prop_assert_eq!(visits.repeats() as usize, repeats, "{} refused", refused);
            let ends = (visits.kept().first().map(|first| first.day.0), visits.last_day());
            let first = occasions.first_key_value().map(|(day, _)| *day);
            prop_assert_eq!(ends, (first, occasions.last_key_value().map(|(day, _)| Date(*day))));
        }
    }
}
