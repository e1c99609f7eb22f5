//! Where the guest is, and so what time and what kind of day it is there.
//!
//! What is surest comes first: a guest in the house has the clock of the house; else the caller may
//! know; else the guest's home zone; else the one clock of the home country. Where nobody knows,
//! the brand's fallback zone stands in, so that quiet hours hold for such guests too, and the
//! answer says that it is a guess.
//!
//! Law and calendar follow the country: that of the house for a guest in it, else that of the home,
//! else that of the hotel that asks. A zone told by the caller does not change the country: nobody
//! said that a border was crossed. In the house the purpose of the journey counts as well: who came
//! to work works on a weekday, whatever is celebrated around; who came for pleasure does not.

use crate::domain::guest::Home;
use crate::domain::stay::TravelPurpose;
use crate::domain::time::{Date, DayType, TimeContext, Timestamp};
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
    /// Why the guest travels.
    pub purpose: Option<TravelPurpose>,
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
    /// Why the guest is there, where that is on a journey.
    pub purpose: Option<TravelPurpose>,
}

impl Place {
    /// Where the clues say that a guest is.
    pub fn of(clues: &Clues<'_>) -> Self {
        let home = clues.home;
        if clues.in_house {
            let (zone, country) = (clues.property_zone, clues.property_country);
            let purpose = clues.purpose;
            return Self { zone, source: ZoneSource::Property, country, purpose };
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
        Self { zone, source, country, purpose: None }
    }

    /// What the clock shows there at a moment.
    pub fn local(&self, at: Timestamp) -> LocalTime {
        self.zone.local(at)
    }

    /// Day type × daypart there at a moment.
    pub fn time_context(&self, calendar: &Calendar, at: Timestamp) -> TimeContext {
        self.context_of(self.local(at), calendar)
    }

    /// Day type × daypart there of a local time.
    pub fn context_of(&self, local: LocalTime, calendar: &Calendar) -> TimeContext {
        TimeContext { day_type: self.day_type(local.date, calendar), daypart: local.daypart() }
    }

    /// What kind of day a local date is for the guest.
    pub fn day_type(&self, date: Date, calendar: &Calendar) -> DayType {
        let is_weekday = || calendar.is_weekday(self.country, date);
        match (calendar.day_type(self.country, date), self.purpose) {
            (DayType::Work, Some(TravelPurpose::Leisure)) => DayType::Rest,
            (DayType::Holiday, Some(TravelPurpose::Business)) if is_weekday() => DayType::Work,
            (known, _) => known,
        }
    }
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
            purpose: Some(TravelPurpose::Leisure),
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

    /// The 2nd of January 2026 is a Friday; in the house only, the purpose of the journey counts.
    #[test]
    fn who_came_to_work_works_and_who_came_for_pleasure_rests() {
        use TravelPurpose::{Business, Group, Leisure, Mixed};
        let friday = Date(20_455);
        let (saturday, country) = (Date(friday.0 + 1), *b"AE");
        let week = Calendar::default();
        let holiday =
            Calendar::new([CalendarDay { country, date: friday, day_type: DayType::Holiday }]);
        let day = |purpose, calendar: &Calendar, date| {
            Place { purpose, ..place(true, None, &home(None, country)) }.day_type(date, calendar)
        };
        assert_eq!(day(Some(Leisure), &week, friday), DayType::Rest);
        for purpose in [None, Some(Business), Some(Mixed), Some(Group)] {
            assert_eq!(day(purpose, &week, friday), DayType::Work, "{purpose:?}");
            assert_eq!(day(purpose, &week, saturday), DayType::Rest, "{purpose:?}");
        }
        assert_eq!(day(Some(Business), &holiday, friday), DayType::Work);
        assert_eq!(day(Some(Leisure), &holiday, friday), DayType::Holiday);
        assert_eq!(day(None, &holiday, friday), DayType::Holiday);
        assert_eq!(
            place(false, None, &home(None, country)).purpose,
            None,
            "at home nobody travels"
        );
        assert_eq!(place(true, None, &home(None, country)).purpose, Some(Leisure));
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
