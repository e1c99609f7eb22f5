//! Persistency: who comes again, who is about to be lost, and how guests moved between value tiers.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Migration;
use crate::domain::id::GuestKey;
use crate::domain::time::Date;
use crate::learn::value::churn;
use crate::learn::value::portfolio::{Figures, Portfolio, ValueError};
use crate::learn::value::visits::Visits;

/// Days of a month.
const MONTH_DAYS: f64 = 30.437_5;

/// Who comes again.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Persistency {
    /// Guests who stayed.
    pub stayed: u64,
    /// Of those, guests who came more than once.
    pub repeaters: u64,
    /// Of those, guests whose first stay was in the period.
    pub new_guests: u64,
    /// Months since the last arrival, the median over guests; `None` where nobody stayed.
    pub months_since_last: Option<f64>,
    /// Figures over all guests who stayed; `None`: see `not_valued`.
    pub figures: Option<Figures>,
    /// Why guests could not be valued.
    pub not_valued: Option<String>,
    /// From the tiers at the beginning of the period to those at its end, of guests who had stayed by
    /// then. `None` where one of the two could not be valued.
    pub migration: Option<Migration>,
}

/// The stays of each guest up to a moment, and what they are worth then.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// The stays.
    pub visits: &'a BTreeMap<GuestKey, Visits>,
    /// The value, or why there is none.
    pub valued: &'a Result<Portfolio, ValueError>,
}

impl Persistency {
    /// From how guests stood at the beginning and at the end of a period, whose last day is `today`.
    pub fn of(before: Standing<'_>, now: Standing<'_>, today: Date) -> Self {
        let count = |of: usize| u64::try_from(of).unwrap_or(u64::MAX);
        let last = now.visits.values().filter_map(Visits::last_day);
        let days = last.map(|last| today.0.saturating_sub(last.0)).collect();
        let new = now.visits.keys().filter(|guest| !before.visits.contains_key(guest)).count();
        let both = before.valued.as_ref().ok().zip(now.valued.as_ref().ok());
        Self {
            stayed: count(now.visits.len()),
            repeaters: count(now.visits.values().filter(|v| v.repeats() > 0).count()),
            new_guests: count(new),
            months_since_last: churn::median(days).map(|days| days / MONTH_DAYS),
            figures: now.valued.as_ref().ok().map(|valued| valued.figures.clone()),
            not_valued: now.valued.as_ref().err().map(ToString::to_string),
            migration: both.map(|(before, now)| migration(before, now)),
        }
    }
}

fn migration(before: &Portfolio, now: &Portfolio) -> Migration {
    let mut migration = Migration::default();
    for guest in before.guests.keys() {
        migration[before.tier(*guest).at()][now.tier(*guest).at()] += 1;
    }
    migration
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::value::clv::Economics;
    use crate::learn::value::portfolio::value;
    use crate::sys::rng::SplitMix64;

    /// 400 guests over two years; the first eighty come monthly, and half of those stop after a year.
    fn visits(until: i32) -> BTreeMap<GuestKey, Visits> {
        let mut rng = SplitMix64::new(4);
        let mut guests = BTreeMap::new();
        for n in 0..400_u16 {
            let mut visits = Visits::default();
            let (regular, stops) = (n < 80, n < 40);
            let mut day = i32::try_from(rng.below(300)).unwrap();
            let end = if stops { 365 } else { 730 };
            while day < end && day < until {
                visits.add(Date(day), if regular { 50_000 } else { 20_000 }).unwrap();
                day += if regular { 20 + i32::try_from(rng.below(20)).unwrap() } else { 400 };
            }
            let mut key = [0; 16];
            key[..2].copy_from_slice(&n.to_be_bytes());
            if visits.last_day().is_some() {
                guests.insert(GuestKey(key), visits);
            }
        }
        guests
    }

    fn valued(visits: &BTreeMap<GuestKey, Visits>, until: i32) -> Result<Portfolio, ValueError> {
        let all = visits.iter().map(|(guest, visits)| (*guest, visits));
        value(all, Date(until), 36, &Economics::HOTEL)
    }

    #[test]
    fn guests_who_stop_coming_move_down_and_each_is_counted_once() {
        let (first, last) = (visits(365), visits(730));
        let (before, now) = (valued(&first, 365), valued(&last, 730));
        let found = Persistency::of(
            Standing { visits: &first, valued: &before },
            Standing { visits: &last, valued: &now },
            Date(730),
        );
        let migration = found.migration.unwrap();
        let total: u64 = migration.iter().flatten().sum();
        assert_eq!(total, u64::try_from(first.len()).unwrap());
        let down: u64 = (0..4).map(|a| migration[a][a + 1..].iter().sum::<u64>()).sum();
        assert!(down >= 35, "{migration:?}");
        let of_a = u64::try_from(before.unwrap().figures.tiers[0].guests).unwrap();
        assert_eq!(migration[0].iter().sum::<u64>(), of_a);
        assert_eq!(found.new_guests, u64::try_from(last.len() - first.len()).unwrap());
        let naive = last.values().filter(|v| v.repeats() > 0).count();
        assert_eq!(found.repeaters, u64::try_from(naive).unwrap());
        assert!(found.months_since_last.unwrap() > 1.0, "{:?}", found.months_since_last);
    }

    #[test]
    fn what_cannot_be_valued_says_why_and_is_counted_all_the_same() {
        let nobody = BTreeMap::new();
        let none = valued(&nobody, 0);
        let standing = Standing { visits: &nobody, valued: &none };
        let found = Persistency::of(standing, standing, Date(0));
        assert!(found.not_valued.unwrap().starts_with("no guest has stayed"));
        assert!(found.months_since_last.is_none());
        let few: BTreeMap<_, _> = visits(365).into_iter().take(3).collect();
        let found = valued(&few, 365);
        let found = Persistency::of(standing, Standing { visits: &few, valued: &found }, Date(365));
        assert_eq!((found.stayed, found.new_guests, found.figures), (3, 3, None));
        assert!(found.not_valued.is_some() && found.migration.is_none());
    }
}
