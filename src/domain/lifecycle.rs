//! Lifecycle triggers: at which moments of a stay a brand speaks up by itself, and when those are.

use std::time::Duration;

use super::belief::tag_hash;
use super::channel::ChannelSet;
use super::delivery::Journey;
use super::id::{Label, PlacementId, PropertyId};
use super::stay::{Stay, StayStatus};
use super::time::{Date, Timestamp};
use super::zone::Zone;

/// A moment of a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Moment {
    /// As the stay is booked.
    Booked,
    /// So many days before the day of arrival.
    BeforeArrival,
    /// The day of arrival.
    Arrival,
    /// So many days after the day of arrival, while the guest is in the house.
    InHouse,
    /// So many days after the guest has left.
    CheckOut,
    /// So many days after the guest has left, where no other stay has followed or is ahead.
    Lapsed,
}

impl Moment {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Booked,
        Self::BeforeArrival,
        Self::Arrival,
        Self::InHouse,
        Self::CheckOut,
        Self::Lapsed,
    ];

    /// Its name in catalogs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Booked => "BOOKED",
            Self::BeforeArrival => "BEFORE_ARRIVAL",
            Self::Arrival => "ARRIVAL",
            Self::InHouse => "IN_HOUSE",
            Self::CheckOut => "CHECK_OUT",
            Self::Lapsed => "LAPSED",
        }
    }
}

/// Whose clock a time of day is by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ClockOf {
    /// The hotel's.
    #[default]
    Property,
    /// The guest's at home; the hotel's where nobody knows.
    Guest,
}

/// A trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// Its id: a stay has it once, whatever else of it is edited.
    pub id: Label,
    /// The moment.
    pub moment: Moment,
    /// Days before or after, as the moment has it; 0 for those that have none.
    pub days: u16,
    /// Minute of the day, 0 to 1439; `None`: BOOKED at once, all others at 10:00.
    pub minute: Option<u16>,
    /// By whose clock.
    pub clock: ClockOf,
    /// At these hotels; empty: at all.
    pub properties: Vec<PropertyId>,
    /// Placements to fill.
    pub placements: Vec<PlacementId>,
    /// Channels to choose among.
    pub channels: ChannelSet,
    /// How long after its moment it is made up for, where it could not ask in time.
    pub tolerance: Duration,
    /// How long after it asked the message may leave.
    pub window: Duration,
    /// Is it in force?
    pub is_enabled: bool,
}

/// When nothing else is said: ten in the morning.
const MINUTE: u16 = 10 * 60;

impl Trigger {
    /// What journeys remember it by.
    pub fn hash(&self) -> u32 {
        tag_hash(self.id.as_str())
    }

    /// Does it speak of stays at a hotel?
    pub fn is_for(&self, property: &PropertyId) -> bool {
        self.is_enabled && (self.properties.is_empty() || self.properties.contains(property))
    }

    /// When it is due for a stay, among all stays of the guest; `None`: never, as things stand.
    pub fn due(
        &self,
        journey: &Journey,
        stay: &Stay,
        stays: &[Stay],
        zone: Zone,
    ) -> Option<Timestamp> {
        let minute = self.minute.unwrap_or(MINUTE);
        let on = |day: Date, days: i32| zone.moment(Date(day.0.saturating_add(days)), minute);
        let days = i32::from(self.days);
        let is_ahead = stay.status == StayStatus::Booked;
        // A moment that was over before there was a stay is none of its moments.
        let after = |floor: Timestamp, due: Timestamp| (due >= floor).then_some(due);
        match self.moment {
            Moment::Booked => (is_ahead && journey.booked != Timestamp::EPOCH).then(|| {
                self.minute.map_or(journey.booked, |minute| zone.next_local(journey.booked, minute))
            }),
            Moment::BeforeArrival if is_ahead => after(journey.booked, on(stay.check_in, -days)),
            Moment::Arrival if is_ahead || stay.status == StayStatus::CheckedIn => {
                after(journey.booked, on(stay.check_in, 0))
            }
            Moment::InHouse if stay.status == StayStatus::CheckedIn => {
                let due = on(stay.check_in, days).max(journey.arrived);
                (due < zone.moment(stay.check_out, MINUTES_A_DAY - 1)).then_some(due)
            }
            Moment::CheckOut if has_left(journey, stay) => {
                Some(on(zone.local(journey.left).date, days).max(journey.left))
            }
            Moment::Lapsed if has_left(journey, stay) => {
                let is_later = |other: &Stay| {
                    other.status != StayStatus::Cancelled && other.check_in > stay.check_in
                };
                let is_last = !stays.iter().any(is_later);
                is_last.then(|| on(zone.local(journey.left).date, days))
            }
            _ => None,
        }
    }
}

const MINUTES_A_DAY: u16 = 24 * 60;

fn has_left(journey: &Journey, stay: &Stay) -> bool {
    stay.status == StayStatus::CheckedOut && journey.left != Timestamp::EPOCH
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{Fingerprint, ReservationId};

    const DAY: i64 = 86_400;

    fn trigger(moment: Moment, days: u16) -> Trigger {
        Trigger {
            id: Label::parse("", "t").unwrap(),
            moment,
            days,
            minute: None,
            clock: ClockOf::Property,
            properties: Vec::new(),
            placements: Vec::new(),
            channels: ChannelSet::ALL,
            tolerance: Duration::from_secs(6 * 3_600),
            window: Duration::from_secs(86_400),
            is_enabled: true,
        }
    }

    fn at(day: i64, hour: i64) -> Timestamp {
        Timestamp::from_seconds(day * DAY + hour * 3_600)
    }

    fn journey() -> Journey {
        Journey {
            reservation: ReservationId::parse("", "r-1").unwrap(),
            property: PropertyId::parse("", "city").unwrap(),
            booked: at(100, 15),
            arrived: Timestamp::EPOCH,
            left: Timestamp::EPOCH,
            done: Vec::new(),
        }
    }

    fn stay(status: StayStatus) -> Stay {
        Stay {
            reservation: Fingerprint::of("r-1"),
            property: Fingerprint::of("city"),
            check_in: Date(110),
            check_out: Date(113),
            adults: 2,
            children: 0,
            status,
            purpose: None,
        }
    }

    fn due(trigger: &Trigger, journey: &Journey, status: StayStatus) -> Option<Timestamp> {
        trigger.due(journey, &stay(status), &[stay(status)], Zone::utc())
    }

    #[test]
    fn each_moment_of_a_stay_comes_at_its_time_and_only_in_its_state() {
        use StayStatus::{Booked, Cancelled, CheckedIn, CheckedOut};
        let (arrived, left) = (at(110, 16), at(113, 11));
        let there = Journey { arrived, left, ..journey() };
        for (moment, days, journey, status, expected) in [
            (Moment::Booked, 0, journey(), Booked, Some(at(100, 15))),
            (Moment::BeforeArrival, 7, journey(), Booked, Some(at(103, 10))),
            (Moment::BeforeArrival, 1, journey(), Booked, Some(at(109, 10))),
            (Moment::BeforeArrival, 1, journey(), CheckedIn, None),
            (Moment::Arrival, 0, journey(), Booked, Some(at(110, 10))),
            (Moment::InHouse, 1, there.clone(), CheckedIn, Some(at(111, 10))),
            (Moment::InHouse, 0, there.clone(), CheckedIn, Some(arrived)),
            (Moment::InHouse, 9, there.clone(), CheckedIn, None),
            (Moment::CheckOut, 0, there.clone(), CheckedOut, Some(left)),
            (Moment::CheckOut, 2, there.clone(), CheckedOut, Some(at(115, 10))),
            (Moment::Lapsed, 365, there.clone(), CheckedOut, Some(at(113 + 365, 10))),
            (Moment::Lapsed, 365, there.clone(), Booked, None),
        ] {
            assert_eq!(
                due(&trigger(moment, days), &journey, status),
                expected,
                "{moment:?} {days}"
            );
            assert_eq!(due(&trigger(moment, days), &journey, Cancelled), None, "{moment:?}");
        }
    }

    #[test]
    fn a_moment_before_the_booking_is_none() {
        let late = Journey { booked: at(109, 12), ..journey() };
        assert_eq!(due(&trigger(Moment::BeforeArrival, 7), &late, StayStatus::Booked), None);
        assert_eq!(due(&trigger(Moment::BeforeArrival, 1), &late, StayStatus::Booked), None);
        assert!(due(&trigger(Moment::Arrival, 0), &late, StayStatus::Booked).is_some());
    }

    #[test]
    fn nobody_has_lapsed_whose_next_stay_is_known() {
        let gone = Journey { left: at(113, 11), ..journey() };
        let next = Stay {
            reservation: Fingerprint::of("r-2"),
            check_in: Date(300),
            check_out: Date(301),
            ..stay(StayStatus::Booked)
        };
        let past = stay(StayStatus::CheckedOut);
        let lapsed = trigger(Moment::Lapsed, 365);
        assert_eq!(lapsed.due(&gone, &past, &[past, next], Zone::utc()), None);
        let next = Stay { status: StayStatus::Cancelled, ..next };
        assert!(lapsed.due(&gone, &past, &[past, next], Zone::utc()).is_some());
    }

    #[test]
    fn a_time_of_day_is_kept_and_a_hotel_may_be_left_out() {
        let evening = Trigger { minute: Some(18 * 60), ..trigger(Moment::Booked, 0) };
        assert_eq!(due(&evening, &journey(), StayStatus::Booked), Some(at(100, 18)));
        let city = PropertyId::parse("", "city").unwrap();
        let only = Trigger { properties: vec![city.clone()], ..evening.clone() };
        assert!(only.is_for(&city) && !only.is_for(&PropertyId::parse("", "sea").unwrap()));
        assert!(!Trigger { is_enabled: false, ..evening }.is_for(&city));
    }
}
