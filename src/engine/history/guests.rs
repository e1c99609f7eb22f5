//! The stays of every guest and what they brought, from the events of the log.
//!
//! A stay counts when the guest arrives; what is paid belongs to the last arrival before it.

use std::collections::BTreeMap;

use crate::domain::event::{EventKind, PartyRole};
use crate::domain::id::{BrandId, GuestKey};
use crate::domain::record::{Body, Record};
use crate::domain::time::{Date, Timestamp};
use crate::learn::value::visits::Visits;
use crate::store::RecordKind;

use super::{Error, History};

/// The guests of a brand, and the last day anything was heard of any of them.
#[derive(Debug, Default)]
pub struct Guests {
    /// Stays by guest.
    pub visits: BTreeMap<GuestKey, Visits>,
    /// The last day of the log.
    pub today: Date,
}

/// What is heard of one guest, in order of time.
type Heard = Vec<(Timestamp, Said)>;

#[derive(Debug, Clone, Copy)]
enum Said {
    Arrived(Date),
    Paid(i64),
}

impl History {
    /// The stays of the guests of a brand.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn guests(&self, brand: &BrandId) -> Result<Guests, Error> {
        let persons = self.persons(brand)?;
        let mut heard: BTreeMap<GuestKey, Heard> = BTreeMap::new();
        let mut today = Date::default();
        for record in self.store.log(1)?.only(&[RecordKind::Event]) {
            let Record { brand: of, body: Body::Event { guest, event }, .. } = record? else {
                continue;
            };
            // Who books for somebody else neither comes nor pays.
            if of != *brand || event.role == PartyRole::Booker {
                continue;
            }
            let day = day_of(event.time);
            today = today.max(day);
            let minor = event.amount.map_or(0, |amount| amount.minor);
            let said = match event.kind {
                EventKind::CheckIn if event.role == PartyRole::Stayer => {
                    Said::Arrived(event.stay.as_ref().map_or(day, |s| s.check_in))
                }
                EventKind::Pay => Said::Paid(minor),
                EventKind::Refund => Said::Paid(-minor),
                _ => continue,
            };
            heard.entry(persons.of(guest)).or_default().push((event.time, said));
        }
        let visits = heard.into_iter().map(|(guest, heard)| (guest, fold(heard)));
        Ok(Guests { visits: visits.filter(|(_, v)| v.last_day().is_some()).collect(), today })
    }
}

fn fold(mut heard: Heard) -> Visits {
    heard.sort_by_key(|(at, _)| *at);
    let mut visits = Visits::default();
    let mut before = 0_i64;
    for (_, said) in heard {
        match (said, visits.last_day()) {
            // Days come in order, so nothing reaches into what was only counted.
            (Said::Arrived(day), last) => {
                let day = last.map_or(day, |last| day.max(last));
                let _in_order = visits.add(day, std::mem::take(&mut before));
            }
            (Said::Paid(minor), Some(day)) => {
                let _known = visits.spend(day, minor);
            }
            // Paid ahead of the first arrival.
            (Said::Paid(minor), None) => before = before.saturating_add(minor),
        }
    }
    visits
}

fn day_of(at: Timestamp) -> Date {
    let days = at.as_seconds().div_euclid(86_400);
    Date(i32::try_from(days).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_paid_belongs_to_the_last_arrival() {
        let at = |day: i64| Timestamp::from_seconds(day * 86_400);
        let heard = vec![
            (at(9), Said::Paid(50)),
            (at(30), Said::Arrived(Date(30))),
            (at(10), Said::Arrived(Date(10))),
            (at(12), Said::Paid(200)),
            (at(33), Said::Paid(-20)),
        ];
        let visits = fold(heard);
        let spends: Vec<(i32, i64)> =
            visits.kept().iter().map(|o| (o.day.0, o.spend_minor)).collect();
        assert_eq!(spends, [(10, 250), (30, -20)]);
    }
}
