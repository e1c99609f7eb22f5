//! The events of the load test: what guests do all day, without a catalog to know of.

use std::time::Duration;

use crate::api::v1;
use crate::sys::clock::Clock;

use super::wire::guest_id;

/// Where events happen, and to whose guests.
#[derive(Debug, Clone)]
pub(super) struct Place {
    property: String,
    guests: String,
    /// Ids of one run are told from those of another by the moment it began.
    run: String,
    clock: Clock,
}

impl Place {
    /// A hotel of a brand. `seed` tells runs apart that begin at the same moment.
    pub(super) fn new(brand: &str, property: &str, seed: u64) -> Self {
        let clock = Clock::System;
        Self {
            property: format!("brands/{brand}/properties/{property}"),
            guests: format!("brands/{brand}/guests/"),
            run: format!("{:x}-{seed}", clock.now().as_micros()),
            clock,
        }
    }

    /// The name of the hotel.
    pub(super) fn property(&self) -> &str {
        &self.property
    }

    /// What the name of a guest begins with.
    pub(super) fn guests(&self) -> &str {
        &self.guests
    }

    /// The n-th event, of a guest.
    pub(super) fn event(&self, n: u64, guest: u64) -> v1::Event {
        let bare = self.bare(n.to_string(), guest);
        match n % 16 {
            0..8 => v1::Event { event_type: v1::EventType::View.into(), ..bare },
            8..11 => v1::Event {
                event_type: v1::EventType::Search.into(),
                attributes: [("query".to_owned(), "spa for two".to_owned())].into(),
                ..bare
            },
            11..13 => {
                v1::Event { event_type: v1::EventType::Pay.into(), amount: Some(euros(n)), ..bare }
            }
            13 => v1::Event {
                event_type: v1::EventType::Feedback.into(),
                rating: Some(mark(n)),
                ..bare
            },
            14 => v1::Event {
                event_type: v1::EventType::Opened.into(),
                channel: v1::Channel::Email.into(),
                ..bare
            },
            _ => v1::Event {
                event_type: v1::EventType::Book.into(),
                reservation_id: format!("r-{guest}-{}", n % 3),
                stay: Some(stay()),
                ..bare
            },
        }
    }

    /// The events that make a guest known: consents to profiling and marketing, and an address that
    /// works.
    pub(super) fn introduction(&self, guest: u64) -> [v1::Event; 3] {
        let opt_in = |purpose: v1::Purpose, letter| v1::Event {
            event_type: v1::EventType::OptIn.into(),
            purpose: purpose.into(),
            text_version: "loadtest-1".to_owned(),
            ..self.bare(format!("{letter}{guest}"), guest)
        };
        let delivered = v1::Event {
            event_type: v1::EventType::Delivered.into(),
            channel: v1::Channel::Email.into(),
            ..self.bare(format!("d{guest}"), guest)
        };
        [opt_in(v1::Purpose::Profiling, 'p'), opt_in(v1::Purpose::Marketing, 'm'), delivered]
    }

    fn bare(&self, number: String, guest: u64) -> v1::Event {
        v1::Event {
            event_id: [&self.run, "-", &number].concat(),
            source: "loadtest".to_owned(),
            event_time: Some(self.now().into()),
            property: self.property.clone(),
            subject: Some(v1::event::Subject::Guest([&self.guests, &*guest_id(guest)].concat())),
            ..v1::Event::default()
        }
    }

    /// The moment, as the system's clock has it: a load test runs against a live server.
    fn now(&self) -> std::time::SystemTime {
        let micros = u64::try_from(self.clock.now().as_micros()).unwrap_or(0);
        std::time::UNIX_EPOCH + Duration::from_micros(micros)
    }
}

fn euros(n: u64) -> v1::Money {
    let amount_minor = i64::try_from(n % 20_000).unwrap_or(0) + 100;
    v1::Money { currency_code: "EUR".to_owned(), amount_minor }
}

fn mark(n: u64) -> v1::Rating {
    let value = [3.0, 4.0, 5.0].get(usize::try_from(n % 3).unwrap_or(0)).copied();
    v1::Rating {
        value: value.unwrap_or(4.0),
        scale_min: 1.0,
        scale_max: 5.0,
        aspect_id: String::new(),
    }
}

fn stay() -> v1::Stay {
    v1::Stay {
        check_in_date: "2027-03-12".to_owned(),
        check_out_date: "2027-03-15".to_owned(),
        party: Some(v1::Party { adult_count: 2, ..v1::Party::default() }),
        lead_time_days: Some(30),
        ..v1::Stay::default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_told_apart() {
        let place = Place::new("acme", "harbour", 1);
        let events = (0..100).map(|n| place.event(n, n % 7));
        let introductions = (0..100).flat_map(|guest| place.introduction(guest));
        let ids: BTreeSet<String> =
            events.chain(introductions).map(|event| event.event_id).collect();
        assert_eq!(ids.len(), 400);
    }
}
