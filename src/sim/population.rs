//! Who comes and when: guests and stays whose marginals follow the real bookings.
//!
//! Nights, lead times, parties, countries, segments, cancellations, no-shows, special requests,
//! changed rooms and rates are drawn from `marginals`. How often guests come back is not: the real
//! file has hardly any returning guests (3 %), and a brand that knows its guests lives by them, so
//! that share is a knob ([`Habits::frequent`], [`Habits::occasional`]).

use jiff::Span;
use jiff::civil::Date;

use crate::domain::decision::Party;
use crate::sys::rng::{Randomness, SplitMix64};

use super::figures::Arm;
use super::knobs::{Habits, Knobs};
use super::leanings::Kind;
use super::marginals::{CITY, Marginals, RESORT, pick, quantile};
use super::world::{Mind, World};

/// A guest.
#[derive(Debug, Clone)]
pub struct Person {
    /// The guest's id with the brand.
    pub id: String,
    /// Number of the hotel the guest goes to.
    pub house: usize,
    /// Adults and children who travel.
    pub party: (u8, u8),
    /// Country of residence.
    pub country: Option<&'static str>,
    /// Market segment of the bookings.
    pub segment: &'static str,
    /// Segment of the brand the guest is put into, where the brand's systems tell.
    pub group: Option<&'static str>,
    /// Opts in to profiling and marketing at the first booking?
    pub consents: bool,
    /// Answers what the stay is about?
    pub answers: bool,
    /// Objects to marketing later?
    pub opts_out: bool,
    /// Uses the app?
    pub has_app: bool,
    /// The arm.
    pub arm: Arm,
    /// What the guest wants.
    pub mind: Mind,
}

impl Person {
    /// Kind of party.
    pub fn party_kind(&self) -> Party {
        Party::of(self.party.0, self.party.1)
    }
}

/// How a stay ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The guest stays and leaves.
    Stayed,
    /// Cancelled so many days before arrival.
    Cancelled {
        /// Days.
        days_before: i64,
    },
    /// The guest does not come.
    NoShow,
}

/// A stay.
#[derive(Debug, Clone)]
pub struct Stay {
    /// Number of the guest.
    pub person: usize,
    /// Number of the hotel.
    pub house: usize,
    /// The reservation.
    pub reservation: String,
    /// Is it the guest's first?
    pub is_first: bool,
    /// Day of booking.
    pub booked: Date,
    /// Day of arrival.
    pub arrival: Date,
    /// Day of departure.
    pub departure: Date,
    /// How it ends.
    pub ending: Ending,
    /// Special requests.
    pub requests: i32,
    /// Given another room type than the reserved one?
    pub room_changed: bool,
    /// Daily rate in minor units.
    pub rate_minor: i64,
}

impl Stay {
    /// Nights.
    pub fn nights(&self) -> i64 {
        days_between(self.arrival, self.departure)
    }
}

/// Whole days from one day to another.
pub fn days_between(from: Date, to: Date) -> i64 {
    to.since(from).map_or(0, |span| i64::from(span.get_days()))
}

/// A day so many days later.
pub fn later(day: Date, days: i64) -> Date {
    day.checked_add(Span::new().try_days(days).unwrap_or_default()).unwrap_or(day)
}

/// The figures a hotel's guests are drawn from: the catalog's first hotel books like the real
/// resort, the others like the real city hotel.
fn marginals(house: usize) -> &'static Marginals {
    if house == 0 { &RESORT } else { &CITY }
}

/// Days before the first simulated day, and after the last, in which stays may begin.
const BEFORE: i64 = 8;
const AFTER: i64 = 21;

/// All guests and their stays.
#[derive(Debug, Clone)]
pub struct Population {
    /// Guests.
    pub people: Vec<Person>,
    /// Stays, by guest and then in order.
    pub stays: Vec<Stay>,
}

impl Population {
    /// The population of a seed.
    pub fn new(root: Randomness, knobs: &Knobs, world: &World, houses: usize, first: Date) -> Self {
        let mut population = Self { people: Vec::new(), stays: Vec::new() };
        for number in 0..knobs.guests {
            let id = format!("guest-{number:05}");
            let mut rng = root.keyed("person", id.as_bytes());
            let person = draw_person(root, knobs, world, houses, id, &mut rng);
            let house = marginals(person.house);
            population.draw_stays(&person, house, knobs, first, &mut rng);
            population.people.push(person);
        }
        population
    }

    fn draw_stays(
        &mut self,
        person: &Person,
        house: &Marginals,
        knobs: &Knobs,
        first: Date,
        rng: &mut SplitMix64,
    ) {
        let gap = draw_gap(&knobs.habits, rng);
        let horizon = i64::from(knobs.days) + AFTER;
        // Who comes often is under way already; who comes once may come at any time.
        let within = gap.map_or((horizon + BEFORE) as f64, |gap| gap + 2.0 * BEFORE as f64);
        #[expect(clippy::cast_possible_truncation, reason = "a few dozen days")]
        let mut offset = (rng.unit() * within) as i64 - BEFORE;
        let mut earliest_booking = None;
        for number in 1.. {
            if offset > horizon {
                break;
            }
            let arrival = later(first, offset);
            let stay = self.draw_stay(person, house, (number, arrival, earliest_booking), rng);
            let departure = stay.departure;
            // What ended before the first day is not part of the story.
            if departure >= first {
                self.stays.push(stay);
            }
            let Some(gap) = gap else { break };
            #[expect(clippy::cast_possible_truncation, reason = "a few dozen days")]
            let pause = (-gap * libm::log1p(-rng.unit())) as i64 + 2;
            earliest_booking = Some(later(departure, 1));
            offset = days_between(first, departure) + pause;
        }
    }

    fn draw_stay(
        &self,
        person: &Person,
        house: &Marginals,
        (number, arrival, earliest): (u32, Date, Option<Date>),
        rng: &mut SplitMix64,
    ) -> Stay {
        let nights = house.draw_nights(rng);
        let lead = house.draw_lead_time(rng);
        let booked = later(arrival, -lead).max(earliest.unwrap_or(Date::MIN)).min(arrival);
        let lead = days_between(booked, arrival);
        // Who comes back soon changes plans less often: lead times are short.
        let ending = match rng.unit() {
            u if u < house.no_show => Ending::NoShow,
            u if u < house.no_show + house.cancelled && lead > 0 => {
                #[expect(clippy::cast_possible_truncation, reason = "below the lead time")]
                let days_before = (rng.unit() * lead as f64) as i64;
                Ending::Cancelled { days_before }
            }
            _ => Ending::Stayed,
        };
        #[expect(clippy::cast_possible_truncation, reason = "a few hundred euros")]
        let rate_minor = (quantile(&house.rate_euros, rng.unit()) * 100.0) as i64;
        Stay {
            person: self.people.len(),
            house: person.house,
            reservation: format!("{}-r{number}", person.id),
            is_first: number == 1,
            booked,
            arrival,
            departure: later(arrival, nights),
            ending,
            requests: i32::try_from(pick(house.special_requests, rng.unit())).unwrap_or(0),
            room_changed: rng.chance(house.room_changed),
            rate_minor,
        }
    }
}

fn draw_person(
    root: Randomness,
    knobs: &Knobs,
    world: &World,
    houses: usize,
    id: String,
    rng: &mut SplitMix64,
) -> Person {
    let at = draw_house(houses, rng);
    let house = marginals(at);
    let party = house.draw_party(rng);
    let arm = match root.keyed("arm", id.as_bytes()).unit() {
        u if u < knobs.popular_share => Arm::Popular,
        u if u < knobs.popular_share + knobs.random_share => Arm::Random,
        _ => Arm::Personalized,
    };
    let consents = rng.chance(knobs.consent_share);
    let segment = house.draw_segment(rng);
    let is_corporate = matches!(segment, "corporate" | "aviation");
    let kind = Party::of(party.0, party.1);
    let mind = world.mind(&id, kind, is_corporate);
    let (is_segmented, is_known) =
        (rng.chance(knobs.habits.segmented), rng.chance(knobs.habits.known));
    let group = if is_known { noted(mind.kind) } else { booked_as(kind, is_corporate) };
    Person {
        mind,
        group: group.filter(|_| is_segmented),
        id,
        house: at,
        party,
        country: house.draw_country(rng),
        segment,
        consents,
        answers: rng.chance(knobs.habits.answers),
        opts_out: rng.chance(knobs.habits.opts_out),
        has_app: rng.chance(knobs.habits.app.0),
        arm,
    }
}

/// The resort's share of bookings is that of the real one; the others share the rest alike.
fn draw_house(houses: usize, rng: &mut SplitMix64) -> usize {
    let resort = f64::from(RESORT.bookings) / f64::from(RESORT.bookings + CITY.bookings);
    let unit = rng.unit();
    if houses < 2 || unit < resort { 0 } else { 1 + rng.below(houses - 1) }
}

/// The segment a reservation desk puts guests into who book like this.
fn booked_as(party: Party, is_corporate: bool) -> Option<&'static str> {
    match party {
        Party::Family => Some("families"),
        _ if is_corporate => Some("business"),
        Party::Couple => Some("couples"),
        Party::Solo | Party::Group => None,
    }
}

/// The segment of a guest whose profile says what earlier stays, packages and requests were about.
fn noted(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Romantic => "couples",
        Kind::Family => "families",
        Kind::Business => "business",
        Kind::Gourmet => "connoisseurs",
        Kind::Explorer => "explorers",
        Kind::Wellness => "wellness",
        Kind::Plain => "essentials",
    })
}

/// Mean days between the stays of a guest; `None` for one who comes once.
fn draw_gap(habits: &Habits, rng: &mut SplitMix64) -> Option<f64> {
    match rng.unit() {
        u if u < habits.frequent.0 => Some(habits.frequent.1),
        u if u < habits.frequent.0 + habits.occasional.0 => Some(habits.occasional.1),
        _ => None,
    }
}
