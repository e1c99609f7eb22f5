//! What happens when: every stay as a list of acts, from booking to a last look at the portal.
//!
//! Acts are laid down before the first simulated hour, from the population and the habits alone:
//! which offers are shown changes what guests accept, never when they come. Hours are local to the
//! hotel and plausible: people book by day and evening, open the app when they are awake, are asked
//! at the desk when they arrive.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::stay::StayStage;
use crate::domain::time::{Daypart, Timestamp};
use crate::sys::rng::{Randomness, SplitMix64};

use super::knobs::Habits;
use super::marginals::pick;
use super::population::{Ending, Person, Population, Stay, days_between, later};
use super::world::Surface;

/// Something that happens in a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The stay is booked; at the guest's first booking facts and consents become known.
    Book,
    /// The booking is cancelled.
    Cancel,
    /// The guest did not come.
    NoShow,
    /// The guest arrives.
    CheckIn,
    /// The guest pays and leaves.
    CheckOut,
    /// The guest objects to marketing.
    OptOut,
    /// The guest comes to a surface, or is written to, in this stage of the stay.
    Meet(Surface, StayStage),
}

/// An act of one stay at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scheduled {
    /// When.
    pub time: Timestamp,
    /// Number of the stay.
    pub stay: usize,
    /// Number of the act within the stay: its name in draws and ids.
    pub number: u32,
    /// What.
    pub act: Act,
}

/// A moment as the clock on the hotel's wall shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WallTime {
    /// The local day.
    pub day: Date,
    /// Part of the day.
    pub daypart: Daypart,
    /// Saturday or Sunday?
    pub is_rest_day: bool,
}

/// The wall clock of a zone at a moment.
pub fn wall_time(zone: &TimeZone, moment: Timestamp) -> WallTime {
    let local =
        zone.to_datetime(jiff::Timestamp::from_microsecond(moment.as_micros()).unwrap_or_default());
    WallTime {
        day: local.date(),
        daypart: Daypart::of_hour(u8::try_from(local.hour()).unwrap_or(12)),
        is_rest_day: local.weekday().to_monday_one_offset() >= 6,
    }
}

/// The moment of a minute of a local day.
pub fn moment(zone: &TimeZone, day: Date, minute: i64) -> Timestamp {
    let (hour, minute) =
        (i8::try_from(minute / 60).unwrap_or(0), i8::try_from(minute % 60).unwrap_or(0));
    let local = day.at(hour.clamp(0, 23), minute.clamp(0, 59), 0, 0);
    let zoned = zone.to_ambiguous_zoned(local).compatible();
    zoned.map_or(Timestamp::EPOCH, |z| Timestamp::from_micros(z.timestamp().as_microsecond()))
}

/// Every act of a population, in order of time.
pub fn agenda(
    root: Randomness,
    habits: &Habits,
    population: &Population,
    zones: &[TimeZone],
) -> Vec<Scheduled> {
    let mut acts = Vec::new();
    for (number, stay) in population.stays.iter().enumerate() {
        let (Some(person), Some(zone)) =
            (population.people.get(stay.person), zones.get(stay.house))
        else {
            continue;
        };
        let rng = root.keyed("journey", stay.reservation.as_bytes());
        let mut journey =
            Journey { habits, person, stay, zone, rng, number, acts: &mut acts, count: 0 };
        journey.write();
    }
    // The number of the stay and of the act decide among acts of one moment, so that the order is
    // the same everywhere.
    acts.sort_by_key(|act| (act.time, act.stay, act.number));
    acts
}

struct Journey<'a> {
    habits: &'a Habits,
    person: &'a Person,
    stay: &'a Stay,
    zone: &'a TimeZone,
    rng: SplitMix64,
    number: usize,
    acts: &'a mut Vec<Scheduled>,
    count: u32,
}

const MINUTE: i64 = 60_000_000;

impl Journey<'_> {
    fn write(&mut self) {
        let booked = self.book();
        let last_day = match self.stay.ending {
            Ending::Cancelled { days_before } => {
                let day = later(self.stay.arrival, -days_before).max(self.stay.booked);
                let cancelled = self.at(day, 9 * 60, 18 * 60).max(later_by(booked, 90));
                self.push(cancelled, Act::Cancel);
                later(day, -1)
            }
            Ending::NoShow => {
                self.push(moment(self.zone, self.stay.arrival, 23 * 60 + 30), Act::NoShow);
                later(self.stay.arrival, -1)
            }
            Ending::Stayed => later(self.stay.arrival, -1),
        };
        self.before_arrival(last_day);
        if self.stay.ending == Ending::Stayed {
            self.in_house(booked);
        }
    }

    /// A visit of the booking engine, the booking, and its confirmation page.
    fn book(&mut self) -> Timestamp {
        let is_same_day = self.stay.booked == self.stay.arrival;
        let (from, to) = if is_same_day { (8 * 60, 13 * 60) } else { (8 * 60, 22 * 60) };
        let shopping = self.at(self.stay.booked, from, to);
        let booked = later_by(shopping, 6);
        self.push(shopping, Act::Meet(Surface::Booking, StayStage::Shopping));
        self.push(booked, Act::Book);
        if self.rng.chance(self.habits.reads_confirmation) {
            let stage = self.stage_before(self.stay.booked);
            self.push(later_by(booked, 2), Act::Meet(Surface::Booking, stage));
        }
        if self.person.opts_out && self.stay.is_first {
            self.push(later_by(booked, 60 * 24), Act::OptOut);
        }
        booked
    }

    /// Visits of the portal, most of them in the last two weeks, and the message three days ahead.
    fn before_arrival(&mut self, last_day: Date) {
        let first_day = later(self.stay.booked, 1);
        for _ in 0..self.poisson(self.habits.portal_visits) {
            let ahead = 1.0 - 7.0 * libm::log1p(-self.rng.unit());
            #[expect(clippy::cast_possible_truncation, reason = "a few dozen days")]
            let day = later(self.stay.arrival, -(ahead as i64));
            if day >= first_day && day <= last_day {
                let time = self.awake(day);
                self.push(time, Act::Meet(Surface::Portal, self.stage_before(day)));
            }
        }
        let day = later(self.stay.arrival, -3);
        if day >= first_day && day <= last_day {
            let time = moment(self.zone, day, 10 * 60);
            self.push(time, Act::Meet(Surface::Message, StayStage::PreArrival));
        }
    }

    /// Arrival, days in the house, departure, and a look back.
    fn in_house(&mut self, booked: Timestamp) {
        let stay = self.stay;
        let arrived = self.at(stay.arrival, 15 * 60, 20 * 60).max(later_by(booked, 30));
        if self.rng.chance(self.habits.desk.0) {
            self.push(arrived, Act::Meet(Surface::Desk, StayStage::ArrivalDay));
        }
        let arrived = later_by(arrived, 5);
        self.push(arrived, Act::CheckIn);
        for offset in 0..stay.nights() {
            let day = later(stay.arrival, offset);
            if self.person.has_app {
                for _ in 0..self.poisson(self.habits.app.1) {
                    let time = self.awake(day);
                    if time > arrived {
                        self.push(time, Act::Meet(Surface::App, StayStage::InHouse));
                    }
                }
            }
            if offset > 0 && self.rng.chance(self.habits.desk.1) {
                let time = self.at(day, 8 * 60, 21 * 60);
                self.push(time, Act::Meet(Surface::Desk, StayStage::InHouse));
            }
        }
        let left = self.at(stay.departure, 9 * 60, 12 * 60).max(later_by(arrived, 120));
        if self.person.has_app && stay.nights() > 0 {
            let looks = self.at(stay.departure, 7 * 60, 9 * 60);
            self.push(looks, Act::Meet(Surface::App, StayStage::Departure));
        }
        self.push(left, Act::CheckOut);
        if self.rng.chance(self.habits.returns_online) {
            let day = later(stay.departure, 1 + i64::try_from(self.rng.below(9)).unwrap_or(0));
            let time = self.awake(day);
            self.push(time, Act::Meet(Surface::Portal, StayStage::PostStay));
        }
    }

    /// Stage of a day before arrival.
    fn stage_before(&self, day: Date) -> StayStage {
        match days_between(day, self.stay.arrival) {
            ..=0 => StayStage::ArrivalDay,
            1..=7 => StayStage::PreArrival,
            _ => StayStage::Booked,
        }
    }

    fn push(&mut self, time: Timestamp, act: Act) {
        self.acts.push(Scheduled { time, stay: self.number, number: self.count, act });
        self.count += 1;
    }

    /// A minute between two of a local day.
    fn at(&mut self, day: Date, from: usize, to: usize) -> Timestamp {
        let minute = from + self.rng.below(to.saturating_sub(from));
        moment(self.zone, day, i64::try_from(minute).unwrap_or(0))
    }

    /// A minute of a local day in which people look at their telephones.
    fn awake(&mut self, day: Date) -> Timestamp {
        let (from, to) = match pick([0.28, 0.32, 0.33, 0.07], self.rng.unit()) {
            0 => (7 * 60, 11 * 60),
            1 => (11 * 60, 17 * 60),
            2 => (17 * 60, 22 * 60),
            _ => (22 * 60, 23 * 60 + 30),
        };
        self.at(day, from, to)
    }

    /// A count with a mean (Knuth: uniforms until their product falls below `e^-mean`).
    fn poisson(&mut self, mean: f64) -> u32 {
        let limit = libm::exp(-mean);
        let (mut product, mut count) = (self.rng.unit(), 0);
        while product > limit && count < 20 {
            product *= self.rng.unit();
            count += 1;
        }
        count
    }
}

/// So many minutes later.
pub fn later_by(moment: Timestamp, minutes: i64) -> Timestamp {
    Timestamp::from_micros(moment.as_micros() + minutes * MINUTE)
}
