//! A stay and the stage a guest is in.

use super::id::{Fingerprint, GuestKey, ReservationId};
use super::time::Date;

/// Where the guest stands relative to a stay at the property that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(u8)]
pub enum StayStage {
    /// No stay known and none being looked for.
    #[default]
    Prospect,
    /// Looking at rooms or dates.
    Shopping,
    /// A stay more than a week ahead.
    Booked,
    /// A stay within the next seven days.
    PreArrival,
    /// Arrives today.
    ArrivalDay,
    /// Checked in.
    InHouse,
    /// Leaves today.
    Departure,
    /// Left within the last 30 days.
    PostStay,
    /// Last stay over a year ago.
    Lapsed,
}

impl StayStage {
    /// All of them, in code order.
    pub const ALL: [Self; 9] = [
        Self::Prospect,
        Self::Shopping,
        Self::Booked,
        Self::PreArrival,
        Self::ArrivalDay,
        Self::InHouse,
        Self::Departure,
        Self::PostStay,
        Self::Lapsed,
    ];
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Its name on the wire, in files and on screens.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prospect => "PROSPECT",
            Self::Shopping => "SHOPPING",
            Self::Booked => "BOOKED",
            Self::PreArrival => "PRE_ARRIVAL",
            Self::ArrivalDay => "ARRIVAL_DAY",
            Self::InHouse => "IN_HOUSE",
            Self::Departure => "DEPARTURE",
            Self::PostStay => "POST_STAY",
            Self::Lapsed => "LAPSED",
        }
    }

    /// The stage of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }

    /// The stage of a code (its position in [`Self::ALL`]).
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// As an index of arrays of [`Self::COUNT`].
    pub fn at(self) -> usize {
        self as usize
    }
}

/// Why a guest travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum TravelPurpose {
    /// Work.
    Business,
    /// Pleasure.
    Leisure,
    /// Both on one journey.
    Mixed,
    /// Part of a group or an event.
    Group,
}

impl TravelPurpose {
    /// All of them, in code order.
    pub const ALL: [Self; 4] = [Self::Business, Self::Leisure, Self::Mixed, Self::Group];

    /// The purpose of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

/// What has happened to a stay so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
#[repr(u8)]
pub enum StayStatus {
    /// Reserved.
    #[default]
    Booked,
    /// The guest is in the house.
    CheckedIn,
    /// The guest has left.
    CheckedOut,
    /// Will not happen.
    Cancelled,
}

impl StayStatus {
    /// The status of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Booked, Self::CheckedIn, Self::CheckedOut, Self::Cancelled]
            .get(usize::from(code))
            .copied()
    }
}

/// A stay of a guest, as kept in the hot state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// Fingerprint of the reservation.
    pub reservation: Fingerprint,
    /// Fingerprint of the property.
    pub property: Fingerprint,
    /// First night's day, local to the property.
    pub check_in: Date,
    /// Day of departure, local to the property.
    pub check_out: Date,
    /// Adults of the party.
    pub adults: u8,
    /// Children of the party.
    pub children: u8,
    /// What has happened so far.
    pub status: StayStatus,
    /// Why the guest comes, where it was told of this stay.
    pub purpose: Option<TravelPurpose>,
}

impl Stay {
    /// The stage this stay puts its guest in on a local day; `None` where it says nothing
    /// (cancelled, or long past).
    pub fn stage(&self, today: Date) -> Option<StayStage> {
        let ahead = self.check_in.0 - today.0;
        let since = today.0 - self.check_out.0;
        match self.status {
            StayStatus::Cancelled => None,
            StayStatus::CheckedIn if since >= 0 => Some(StayStage::Departure),
            StayStatus::CheckedIn => Some(StayStage::InHouse),
            StayStatus::Booked if ahead > 7 => Some(StayStage::Booked),
            StayStatus::Booked if ahead > 0 => Some(StayStage::PreArrival),
            StayStatus::Booked if ahead == 0 => Some(StayStage::ArrivalDay),
            StayStatus::Booked | StayStatus::CheckedOut if since < 0 => None,
            StayStatus::Booked | StayStatus::CheckedOut if since <= 30 => Some(StayStage::PostStay),
            StayStatus::Booked | StayStatus::CheckedOut if since > 365 => Some(StayStage::Lapsed),
            StayStatus::Booked | StayStatus::CheckedOut => None,
        }
    }
}

/// The stage of a guest at a property: the most pressing of the stays there, else `Prospect`.
pub fn stage_of(stays: &[Stay], property: Fingerprint, today: Date) -> (StayStage, Option<&Stay>) {
    let urgency = |stage: StayStage| match stage {
        StayStage::Departure => 8,
        StayStage::InHouse => 7,
        StayStage::ArrivalDay => 6,
        StayStage::PreArrival => 5,
        StayStage::Booked => 4,
        StayStage::Shopping => 3,
        StayStage::PostStay => 2,
        StayStage::Lapsed => 1,
        StayStage::Prospect => 0,
    };
    stays
        .iter()
        .filter(|stay| stay.property == property)
        .filter_map(|stay| stay.stage(today).map(|stage| (stage, Some(stay))))
        .max_by_key(|(stage, _)| urgency(*stage))
        .unwrap_or((StayStage::Prospect, None))
}

/// A guest who was said to arrive on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Who.
    pub guest: GuestKey,
    /// In which reservation, where told.
    pub reservation: Option<ReservationId>,
    /// Local minute of the day at which the guest means to arrive, where told.
    pub minute: Option<u16>,
}

impl Due {
    /// Name of the attribute of an event that tells when the guest means to arrive: `15:30`.
    pub const TIME: &str = "arrival_time";

    /// The minute of the day of a time like `15:30`; `None` for anything else.
    pub fn minute_of(text: &str) -> Option<u16> {
        let (hours, minutes) = text.split_once(':')?;
        let is_plain = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        let (hours, minutes) = (is_plain(hours) && is_plain(minutes))
            .then(|| hours.parse::<u16>().ok().zip(minutes.parse::<u16>().ok()))??;
        (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
    }
}

/// What a booking says, as it comes with an event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StayFacts {
    /// First night's day.
    pub check_in: Date,
    /// Day of departure, on or after `check_in`.
    pub check_out: Date,
    /// Adults of the party.
    pub adults: u8,
    /// Children of the party, babies included.
    pub children: u8,
    /// Room type reserved.
    pub room_type_reserved: String,
    /// Room type given.
    pub room_type_assigned: String,
    /// Rate plan.
    pub rate_plan: String,
    /// Market segment, in the PMS's words.
    pub market_segment: String,
    /// Distribution channel, in the PMS's words.
    pub distribution_channel: String,
    /// Days between booking and arrival.
    pub lead_time_days: u16,
    /// How many special requests were made.
    pub special_requests_count: u8,
    /// Meal plan.
    pub meal: String,
    /// Why the guest comes.
    pub purpose: Option<TravelPurpose>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stay(status: StayStatus) -> Stay {
        let fingerprint = Fingerprint(1);
        Stay {
            reservation: fingerprint,
            property: fingerprint,
            check_in: Date(100),
            check_out: Date(103),
            adults: 2,
            children: 0,
            status,
            purpose: None,
        }
    }

    #[test]
    fn a_time_is_read_as_it_is_written_on_a_clock() {
        let of = Due::minute_of;
        assert_eq!((of("15:30"), of("00:00"), of("23:59")), (Some(930), Some(0), Some(1_439)));
        for text in ["", "24:00", "12:60", "9:00", "+1:00", "12-00", "noon"] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn a_stay_walks_through_its_stages() {
        let on = |status, day| stay(status).stage(Date(day));
        assert_eq!(on(StayStatus::Booked, 50), Some(StayStage::Booked));
        assert_eq!(on(StayStatus::Booked, 93), Some(StayStage::PreArrival));
        assert_eq!(on(StayStatus::Booked, 100), Some(StayStage::ArrivalDay));
        assert_eq!(on(StayStatus::CheckedIn, 101), Some(StayStage::InHouse));
        assert_eq!(on(StayStatus::CheckedIn, 103), Some(StayStage::Departure));
        assert_eq!(on(StayStatus::CheckedOut, 104), Some(StayStage::PostStay));
        assert_eq!(on(StayStatus::CheckedOut, 600), Some(StayStage::Lapsed));
        assert_eq!(on(StayStatus::Cancelled, 101), None);
    }

    #[test]
    fn the_stay_in_house_wins_over_the_next_one() {
        let now = stay(StayStatus::CheckedIn);
        let next = Stay { check_in: Date(105), check_out: Date(106), ..stay(StayStatus::Booked) };
        assert_eq!(stage_of(&[next, now], Fingerprint(1), Date(101)).0, StayStage::InHouse);
        assert_eq!(stage_of(&[next, now], Fingerprint(2), Date(101)).0, StayStage::Prospect);
    }
}
