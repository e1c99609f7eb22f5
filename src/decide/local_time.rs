//! Where the guest is, and so what time and what kind of day it is there.
//!
//! What is surest comes first: a guest in the house has the clock of the house; else the caller may
//! know; else the guest's home zone; else the one clock of the home country. Where nobody knows,
//! the brand's fallback zone stands in, so that quiet hours hold for such guests too, and the
//! answer says that it is a guess.
//!
//! Law and calendar follow the country: that of the house for a guest in it, else that of the home,
//! else that of the hotel that asks. A zone told by the caller does not change the country: nobody
//! said that a border was crossed.

use crate::domain::guest::Home;
use crate::domain::time::{TimeContext, Timestamp};
use crate::domain::zone::calendar::Calendar;
use crate::domain::zone::country::only_zone;
use crate::domain::zone::{LocalTime, Zone};

/// A country that nobody knows.
const NO_COUNTRY: [u8; 2] = [0, 0];

/// What is known of where a guest is.
#[derive(Debug, Clone, Copy)]
pub struct Clues<'a> {
    /// Is the guest in the house that asks?
    pub in_house: bool,
    /// Zone of the hotel that asks.
    pub property_zone: Zone,
    /// ISO 3166 alpha-2 country of the hotel that asks.
    pub property_country: [u8; 2],
    /// Zone told by the caller.
    pub told: Option<Zone>,
    /// Where the guest lives.
    pub home: &'a Home,
    /// Zone of a guest whose zone nobody knows.
    pub fallback: Zone,
}

/// From where a zone is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ZoneSource {
    /// The guest is in the house.
    Property,
    /// The caller said so.
    Request,
    /// The guest's home zone.
    Home,
    /// The home country has one clock.
    Country,
    /// Nobody knows: the brand's fallback.
    Fallback,
}

/// Where a guest is, as far as clock, calendar and law go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The clock.
    pub zone: Zone,
    /// From where the zone is known.
    pub source: ZoneSource,
    /// ISO 3166 alpha-2 country.
    pub country: [u8; 2],
}

impl Place {
    /// Where the clues say that a guest is.
    pub fn of(clues: &Clues<'_>) -> Self {
        let home = clues.home;
        if clues.in_house {
            let (zone, country) = (clues.property_zone, clues.property_country);
            return Self { zone, source: ZoneSource::Property, country };
        }
        let country =
            if home.country == NO_COUNTRY { clues.property_country } else { home.country };
        let at_home = || home.zone.as_deref().and_then(Zone::find);
        let (zone, source) = if let Some(told) = clues.told {
            (told, ZoneSource::Request)
        } else if let Some(zone) = at_home() {
            (zone, ZoneSource::Home)
        } else if let Some(zone) = only_zone(home.country) {
            (zone, ZoneSource::Country)
        } else {
            (clues.fallback, ZoneSource::Fallback)
        };
        Self { zone, source, country }
    }

    /// What the clock shows there at a moment.
    pub fn local(&self, at: Timestamp) -> LocalTime {
        self.zone.local(at)
    }

    /// Day type × daypart there at a moment.
    pub fn time_context(&self, calendar: &Calendar, at: Timestamp) -> TimeContext {
        context_of(self.local(at), self.country, calendar)
    }
}

/// Day type × daypart of a local time in a country.
pub fn context_of(local: LocalTime, country: [u8; 2], calendar: &Calendar) -> TimeContext {
    TimeContext { day_type: calendar.day_type(country, local.date), daypart: local.daypart() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::time::{DayType, Daypart};
    use crate::domain::zone::calendar::CalendarDay;

    fn zone(name: &str) -> Zone {
        Zone::parse("zone", name).unwrap()
    }

    fn home(zone: Option<&str>, country: [u8; 2]) -> Home {
        Home { zone: zone.map(Arc::from), locale: None, country }
    }

    fn place(in_house: bool, told: Option<Zone>, home: &Home) -> Place {
        let (property_zone, fallback) = (zone("Asia/Dubai"), zone("America/Chicago"));
        Place::of(&Clues {
            in_house,
            property_zone,
            property_country: *b"AE",
            told,
            home,
            fallback,
        })
    }

    #[test]
    fn the_surest_clue_wins() {
        let tokyo = Some(zone("Asia/Tokyo"));
        let lisbon = home(Some("Europe/Lisbon"), *b"PT");
        for (in_house, told, home, expected) in [
            (true, tokyo, &lisbon, ("Asia/Dubai", ZoneSource::Property, *b"AE")),
            (false, tokyo, &lisbon, ("Asia/Tokyo", ZoneSource::Request, *b"PT")),
            (false, None, &lisbon, ("Europe/Lisbon", ZoneSource::Home, *b"PT")),
            (
                false,
                None,
                &home(Some("Nowhere/Land"), *b"JP"),
                ("Asia/Tokyo", ZoneSource::Country, *b"JP"),
            ),
            (false, None, &home(None, *b"SA"), ("Asia/Riyadh", ZoneSource::Country, *b"SA")),
            (false, None, &home(None, *b"US"), ("America/Chicago", ZoneSource::Fallback, *b"US")),
            (
                false,
                None,
                &home(None, NO_COUNTRY),
                ("America/Chicago", ZoneSource::Fallback, *b"AE"),
            ),
            (false, tokyo, &home(None, NO_COUNTRY), ("Asia/Tokyo", ZoneSource::Request, *b"AE")),
        ] {
            let place = place(in_house, told, home);
            assert_eq!((place.zone.name(), place.source, place.country), expected);
        }
    }

    #[test]
    fn a_moment_has_the_day_of_the_country_and_the_daypart_of_the_clock() {
        // 2026-01-02, a Friday, 20:30 UTC: Saturday in Tokyo, Friday in Riyadh.
        let at = Timestamp::from_seconds(1_767_385_800);
        let context = |country: [u8; 2], calendar: &Calendar| {
            place(false, None, &home(None, country)).time_context(calendar, at)
        };
        let week = Calendar::default();
        assert_eq!(
            context(*b"JP", &week),
            TimeContext { day_type: DayType::Rest, daypart: Daypart::Night }
        );
        assert_eq!(
            context(*b"SA", &week),
            TimeContext { day_type: DayType::Rest, daypart: Daypart::Night }
        );
        assert_eq!(
            context(*b"GB", &week),
            TimeContext { day_type: DayType::Work, daypart: Daypart::Evening }
        );
        let date = place(false, None, &home(None, *b"GB")).local(at).date;
        let holiday =
            Calendar::new([CalendarDay { country: *b"GB", date, day_type: DayType::Holiday }]);
        assert_eq!(context(*b"GB", &holiday).day_type, DayType::Holiday);
    }
}
