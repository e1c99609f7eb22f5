//! Enumerations of the wire and of the domain, one table each, read both ways.
//!
//! `from` gives the domain's value of a number of the wire: an unknown number is a problem,
//! UNSPECIFIED is none. The tables match on every value without a wildcard, so that a new one is
//! noticed here by the compiler.

use crate::api::v1;
use crate::domain::belief::{Origin, PreferenceLevel};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::consent::{ConsentState, Purpose};
use crate::domain::decision::{FloorBasis, SendOutcome, WithholdReason};
use crate::domain::event::{EventKind, PartyRole};
use crate::domain::offer::ChargeBasis;
use crate::domain::outcome::Step;
use crate::domain::policy::LearningMode;
use crate::domain::presence::Sign;
use crate::domain::request::Direction;
use crate::domain::stay::{StayStage, TravelPurpose};
use crate::domain::time::{DayType, Daypart};
use crate::grpc::problems::Problems;

/// An enumeration of the wire that stands for one of the domain.
pub(crate) trait Wire: TryFrom<i32> {
    /// What it stands for.
    type Domain;

    /// The domain's value; `None` for UNSPECIFIED.
    fn domain(self) -> Option<Self::Domain>;
}

/// Reads a number of the wire. Unknown numbers are problems; `None` is UNSPECIFIED, or a problem
/// that was noted.
pub(crate) fn read<W: Wire>(
    problems: &mut Problems,
    field: &str,
    number: i32,
) -> Option<W::Domain> {
    match W::try_from(number) {
        Ok(value) => value.domain(),
        Err(_) => {
            problems
                .add(field, format!("is {number}, which this version of the API does not name"));
            None
        }
    }
}

/// The same, where UNSPECIFIED is a problem too.
pub(crate) fn required<W: Wire>(
    problems: &mut Problems,
    field: &str,
    number: i32,
) -> Option<W::Domain> {
    if number == 0 {
        problems.add(field, "is missing");
        return None;
    }
    read::<W>(problems, field, number)
}

/// A number of the wire that has no counterpart in the domain, checked.
pub(crate) fn known<W: TryFrom<i32>>(
    problems: &mut Problems,
    field: &str,
    number: i32,
) -> Option<W> {
    let value = W::try_from(number).ok();
    if value.is_none() {
        problems.add(field, format!("is {number}, which this version of the API does not name"));
    }
    value
}

/// Reads a set of channels; `each` names an element.
pub(crate) fn channels(problems: &mut Problems, field: &str, numbers: &[i32]) -> ChannelSet {
    if numbers.len() > Channel::COUNT {
        problems
            .add(field, format!("has {} elements; give at most {}", numbers.len(), Channel::COUNT));
        return ChannelSet::NONE;
    }
    let mut set = ChannelSet::NONE;
    for (at, number) in numbers.iter().enumerate() {
        problems.within(
            || super::values::at(field, at),
            |p| match required::<v1::Channel>(p, "", *number) {
                Some(channel) if set.contains(channel) => p.add("", "stands in the list twice"),
                Some(channel) => set = set.with(channel),
                None => {}
            },
        );
    }
    set
}

macro_rules! both_ways {
    ($(#[$doc:meta])* $write:ident: $wire:ident <=> $domain:ident { $($w:ident = $d:ident),* $(,)? }) => {
        impl Wire for v1::$wire {
            type Domain = $domain;

            fn domain(self) -> Option<$domain> {
                match self {
                    Self::Unspecified => None,
                    $(Self::$w => Some($domain::$d),)*
                }
            }
        }

        $(#[$doc])*
        pub(crate) fn $write(value: $domain) -> i32 {
            let wire = match value {
                $($domain::$d => v1::$wire::$w,)*
            };
            wire.into()
        }
    };
}

both_ways!(
    /// A channel on the wire.
    channel: Channel <=> Channel {
        Email = Email, Sms = Sms, AppPush = AppPush, InApp = InApp, Web = Web, Wechat = WeChat, Whatsapp = WhatsApp,
        Phone = Phone, FrontDesk = FrontDesk, Kiosk = Kiosk, InRoomDevice = InRoomDevice, Postal = Postal,
    }
);

both_ways!(
    /// A stay stage on the wire.
    stay_stage: StayStage <=> StayStage {
        Prospect = Prospect, Shopping = Shopping, Booked = Booked, PreArrival = PreArrival, ArrivalDay = ArrivalDay,
        InHouse = InHouse, Departure = Departure, PostStay = PostStay, Lapsed = Lapsed,
    }
);

both_ways!(
    /// A direction on the wire.
    direction: Direction <=> Direction { Inbound = Inbound, Outbound = Outbound }
);

both_ways!(
    /// A learning mode on the wire.
    learning_mode: LearningMode <=> LearningMode {
        Online = Online, Apprentice = Apprentice, LoggingOnly = LoggingOnly,
    }
);

both_ways!(
    /// A kind of day on the wire.
    day_type: DayType <=> DayType { Work = Work, Rest = Rest, Holiday = Holiday }
);

both_ways!(
    /// A part of the day on the wire.
    daypart: Daypart <=> Daypart { Morning = Morning, Day = Day, Evening = Evening, Night = Night }
);

both_ways!(
    /// A purpose on the wire.
    purpose: Purpose <=> Purpose {
        Profiling = Profiling, Marketing = Marketing, Presence = Presence, Measurement = Measurement,
    }
);

both_ways!(
    /// A sign of presence on the wire.
    presence_sign: PresenceSignKind <=> Sign {
        AppInFront = AppInFront, WebOpen = WebOpen, AtDesk = AtDesk, AtKiosk = AtKiosk, OnRoomDevice = OnRoomDevice,
        OnWifi = OnWifi, KeyUsed = KeyUsed, OnCall = OnCall, DoNotDisturb = DoNotDisturb,
    }
);

both_ways!(
    /// The state of a consent on the wire.
    consent_state: ConsentState <=> ConsentState {
        Granted = Granted, Denied = Denied, Withdrawn = Withdrawn, Unknown = Unknown,
    }
);

both_ways!(
    /// A kind of event on the wire.
    event_type: EventType <=> EventKind {
        Impression = Impression, Click = Click, Accept = Accept, Decline = Decline, NotOffered = NotOffered, View = View,
        Search = Search, Book = Book, Cancel = Cancel, CheckIn = CheckIn, CheckOut = CheckOut, Consume = Consume, Pay = Pay,
        Refund = Refund, Survey = Survey, Feedback = Feedback, Complaint = Complaint, Fulfilled = Fulfilled, Failed = Failed,
        OptIn = OptIn, OptOut = OptOut, Delivered = Delivered, Bounced = Bounced, Opened = Opened, Replied = Replied,
        Presence = Presence,
    }
);

both_ways!(
    /// What a person has to do with a stay, on the wire.
    party_role: PartyRole <=> PartyRole { Stayer = Stayer, Booker = Booker, Payer = Payer }
);

both_ways!(
    /// The level of a preference on the wire.
    preference_level: PreferenceLevel <=> PreferenceLevel {
        Required = Required, Preferred = Preferred, Neutral = Neutral, Avoid = Avoid, Unacceptable = Unacceptable,
    }
);

both_ways!(
    /// The origin of a preference on the wire.
    preference_origin: PreferenceOrigin <=> Origin {
        Stated = Stated, Survey = Survey, Observed = Observed, Inferred = Inferred, Staff = Staff,
    }
);

both_ways!(
    /// What to do with a message, on the wire.
    channel_outcome: ChannelOutcome <=> SendOutcome { Send = Send, Queue = Queue, Withhold = Withhold }
);

both_ways!(
    /// The rule behind a price floor on the wire.
    floor_basis: FloorBasis <=> FloorBasis {
        VariableCost = VariableCost, Hurdle = Hurdle, Parity = Parity, Policy = Policy,
        Displacement = Displacement, BidPrice = BidPrice,
    }
);

/// What a price is counted by, on the wire. `HOUR` has no counterpart yet.
pub(crate) fn charge_basis(basis: ChargeBasis) -> i32 {
    let wire = match basis {
        ChargeBasis::Stay => v1::ChargeBasis::Stay,
        ChargeBasis::Night => v1::ChargeBasis::Night,
        ChargeBasis::Person => v1::ChargeBasis::Person,
        ChargeBasis::PersonNight => v1::ChargeBasis::PersonNight,
        ChargeBasis::Unit => v1::ChargeBasis::Unit,
    };
    wire.into()
}

both_ways! {
    /// Why a guest travels, on the wire.
    travel_purpose: TravelPurpose <=> TravelPurpose {
        Business = Business,
        Leisure = Leisure,
        Mixed = Mixed,
        Group = Group,
    }
}

/// The furthest step of a guest on the wire.
pub(crate) fn outcome_step(step: Step) -> i32 {
    let wire = match step {
        Step::None => v1::OutcomeStep::Unspecified,
        Step::Shown => v1::OutcomeStep::Shown,
        Step::Clicked => v1::OutcomeStep::Clicked,
        Step::Accepted => v1::OutcomeStep::Accepted,
        Step::Purchased => v1::OutcomeStep::Purchased,
    };
    wire.into()
}

/// Why a channel is out of the question, on the wire.
pub(crate) fn withhold_reason(reason: WithholdReason) -> i32 {
    let wire = match reason {
        WithholdReason::NoConsent => v1::WithholdReason::NoConsent,
        WithholdReason::Unreachable => v1::WithholdReason::Unreachable,
        WithholdReason::DoNotDisturb => v1::WithholdReason::DoNotDisturb,
        WithholdReason::Capped => v1::WithholdReason::Capped,
        WithholdReason::QuietHours => v1::WithholdReason::QuietHours,
        WithholdReason::LowValue => v1::WithholdReason::LowValue,
        WithholdReason::NotAllowed => v1::WithholdReason::NotAllowed,
        WithholdReason::Bounced => v1::WithholdReason::Bounced,
        WithholdReason::Masked => v1::WithholdReason::Masked,
        WithholdReason::Revoked => v1::WithholdReason::Revoked,
        WithholdReason::Suppressed => v1::WithholdReason::Suppressed,
        WithholdReason::NoOffer => v1::WithholdReason::NoOffer,
    };
    wire.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_event_and_every_channel_comes_back() {
        for kind in EventKind::ALL {
            let read = v1::EventType::try_from(event_type(kind)).ok().and_then(Wire::domain);
            assert_eq!(read, Some(kind));
        }
        for one in Channel::ALL {
            let read = v1::Channel::try_from(channel(one)).ok().and_then(Wire::domain);
            assert_eq!(read, Some(one));
        }
    }

    #[test]
    fn numbers_nobody_knows_are_problems() {
        let mut problems = Problems::new();
        assert_eq!(read::<v1::Channel>(&mut problems, "channel", 99), None);
        assert_eq!(read::<v1::Channel>(&mut problems, "channel", 0), None);
        assert_eq!(required::<v1::EventType>(&mut problems, "event_type", 0), None);
        let set = channels(&mut problems, "allowed_channels", &[1, 2, 1, -4]);
        assert!(set.contains(Channel::Email) && set.contains(Channel::Sms));
        let (_, fields) = crate::grpc::testing::faults(problems.finish(Some(())));
        assert_eq!(fields, ["channel", "event_type", "allowed_channels[2]", "allowed_channels[3]"]);
    }
}
