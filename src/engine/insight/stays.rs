//! The stays of every guest and what they brought, from the events of the log.
//!
//! A stay counts when the guest arrives, for who stays; what is paid belongs to the last arrival before it.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::event::{Event, EventKind, PartyRole};
use crate::domain::id::GuestKey;
use crate::domain::time::{Date, Timestamp};
use crate::learn::value::visits::Visits;

use super::InsightQuery;

/// What is heard of one guest, in order of time.
type Heard = Vec<(Timestamp, Said)>;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Said {
    /// On this day, for so many nights.
    Arrived(Date, u32),
    /// So much, in minor units and in major ones.
    Paid(i64, f64),
}

/// Stays and payments, as events come in.
#[derive(Debug, Default)]
pub(super) struct Stays {
    heard: BTreeMap<GuestKey, Heard>,
}

impl Stays {
    /// Takes an event in.
    pub(super) fn event(&mut self, guest: GuestKey, event: &Event, query: &InsightQuery) {
        // Who books for somebody else neither comes nor pays.
        if event.time >= query.until || event.role == PartyRole::Booker {
            return;
        }
        let (minor, major) = event.amount.map_or((0, 0.0), |amount| (amount.minor, amount.major()));
        let said = match event.kind {
            EventKind::CheckIn if event.role == PartyRole::Stayer => {
                let days = event.stay.as_ref().map(|stay| (stay.check_in, stay.check_out));
                let (from, to) =
                    days.unwrap_or_else(|| (event.time.utc_day(), event.time.utc_day()));
                let nights = u32::try_from(to.0.saturating_sub(from.0)).unwrap_or(0).max(1);
                Said::Arrived(from, nights)
            }
            EventKind::Pay => Said::Paid(minor, major),
            EventKind::Refund => Said::Paid(-minor, -major),
            _ => return,
        };
        self.heard.entry(guest).or_default().push((event.time, said));
    }

    /// The stays of every guest who stayed, those before a moment or all.
    pub(super) fn visits(&self, before: Option<Timestamp>) -> BTreeMap<GuestKey, Visits> {
        let is_before = |at: Timestamp| before.is_none_or(|before| at < before);
        let folded = self.heard.iter().map(|(guest, heard)| {
            (*guest, fold(heard.iter().filter(|(at, _)| is_before(*at)).copied().collect()))
        });
        folded.filter(|(_, visits)| visits.last_day().is_some()).collect()
    }

    /// The stays of one guest: as they were known at a moment, and after each stay or payment since, with
    /// its day.
    pub(super) fn path(&self, guest: GuestKey, since: Timestamp) -> Vec<(Date, Visits)> {
        let mut heard = self.heard.get(&guest).cloned().unwrap_or_default();
        heard.sort_by_key(|(at, _)| *at);
        let later = heard.partition_point(|(at, _)| *at < since);
        let mut folding = Folding::default();
        heard.drain(..later).for_each(|(_, said)| folding.take(said));
        let mut path = vec![(since.utc_day(), folding.visits.clone())];
        for (at, said) in heard {
            folding.take(said);
            path.push((at.utc_day(), folding.visits.clone()));
        }
        path
    }

    /// Nights of a stay of a guest, the mean; `None` for who never stayed.
    pub(super) fn mean_nights(&self, guest: GuestKey) -> Option<f64> {
        let heard = self.heard.get(&guest)?;
        let (mut nights, mut stays) = (0.0, 0.0);
        for (_, said) in heard {
            if let Said::Arrived(_, of_stay) = said {
                (nights, stays) = (nights + f64::from(*of_stay), stays + 1.0);
            }
        }
        (stays > 0.0).then(|| nights / stays)
    }

    /// Paid less refunded in the period, in major units.
    pub(super) fn paid(&self, query: &InsightQuery) -> f64 {
        let heard = self.heard.values().flatten().filter(|(at, _)| query.holds(*at));
        heard.map(|(_, said)| if let Said::Paid(_, major) = said { *major } else { 0.0 }).sum()
    }

    /// Guests who arrived in the period.
    pub(super) fn stayed(&self, query: &InsightQuery) -> u64 {
        let arrived = |heard: &&Heard| {
            heard.iter().any(|(at, s)| query.holds(*at) && matches!(s, Said::Arrived(..)))
        };
        u64::try_from(self.heard.values().filter(arrived).count()).unwrap_or(u64::MAX)
    }

    /// Nights of rooms with guests that lie in the period.
    pub(super) fn room_nights(&self, query: &InsightQuery) -> u64 {
        let (first, last) = (query.from.utc_day().0, query.until.utc_day().0);
        // A stay told twice, by booking engine and front desk, is one.
        let mut stays: BTreeSet<(GuestKey, Date, u32)> = BTreeSet::new();
        for (guest, heard) in &self.heard {
            for (_, said) in heard {
                if let Said::Arrived(day, nights) = said {
                    stays.insert((*guest, *day, *nights));
                }
            }
        }
        let nights = stays.into_iter().map(|(_, day, nights)| {
            let end = day.0.saturating_add(i32::try_from(nights).unwrap_or(i32::MAX)).min(last);
            u64::try_from(end.saturating_sub(day.0.max(first))).unwrap_or(0)
        });
        nights.sum()
    }
}

fn fold(mut heard: Heard) -> Visits {
    heard.sort_by_key(|(at, _)| *at);
    let mut folding = Folding::default();
    heard.into_iter().for_each(|(_, said)| folding.take(said));
    folding.visits
}

/// Stays, as they are told in order of time.
#[derive(Debug, Default)]
struct Folding {
    visits: Visits,
    /// Paid ahead of the first arrival.
    before: i64,
}

impl Folding {
    fn take(&mut self, said: Said) {
        match (said, self.visits.last_day()) {
            // Days come in order, so nothing reaches into what was only counted.
            (Said::Arrived(day, _), last) => {
                let day = last.map_or(day, |last| day.max(last));
                let _in_order = self.visits.add(day, std::mem::take(&mut self.before));
            }
            (Said::Paid(minor, _), Some(day)) => {
                let _known = self.visits.spend(day, minor);
            }
            (Said::Paid(minor, _), None) => self.before = self.before.saturating_add(minor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_seconds(day * 86_400)
    }

    fn stays(heard: Heard) -> Stays {
        Stays { heard: [(GuestKey([1; 16]), heard)].into() }
    }

    #[test]
    fn what_is_paid_belongs_to_the_last_arrival() {
        let visits = fold(vec![
            (at(9), Said::Paid(50, 0.5)),
            (at(30), Said::Arrived(Date(30), 1)),
            (at(10), Said::Arrived(Date(10), 2)),
            (at(12), Said::Paid(200, 2.0)),
            (at(33), Said::Paid(-20, -0.2)),
        ]);
        let spends: Vec<(i32, i64)> =
            visits.kept().iter().map(|o| (o.day.0, o.spend_minor)).collect();
        assert_eq!(spends, [(10, 250), (30, -20)]);
    }

    #[test]
    fn nights_and_payments_count_as_far_as_they_lie_in_the_period() {
        let stays = stays(vec![
            (at(8), Said::Arrived(Date(8), 4)),
            (at(9), Said::Paid(100, 1.0)),
            (at(11), Said::Paid(300, 3.0)),
            (at(19), Said::Arrived(Date(19), 3)),
            (at(19), Said::Arrived(Date(19), 3)),
            (at(20), Said::Paid(500, 5.0)),
        ]);
        let query = InsightQuery::last_days(at(20), 10);
        assert_eq!(stays.room_nights(&query), 2 + 1, "the 10th and 11th, and the 19th");
        assert!((stays.paid(&query) - 3.0).abs() < 1e-12);
        assert_eq!(stays.stayed(&query), 1);
        assert_eq!(stays.stayed(&InsightQuery::last_days(at(18), 5)), 0);
        assert_eq!(stays.visits(Some(at(8))).len(), 0);
        assert_eq!(stays.visits(Some(at(9)))[&GuestKey([1; 16])].repeats(), 0);
    }
}
