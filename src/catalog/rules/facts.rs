//! What a rule may ask about: an allow-list of typed variables, and their values in one decision.

use crate::domain::channel::Channel;
use crate::domain::id::{Label, PlacementId, PropertyId};
use crate::domain::stay::StayStage;
use crate::domain::time::TimeContext;

use crate::catalog::snapshot::{PlacementIndex, PropertyIndex};
use crate::catalog::words;

/// The facts of a decision for one placement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RuleFacts<'a> {
    /// The hotel that asks.
    pub property: PropertyIndex,
    /// The placement to fill.
    pub placement: PlacementIndex,
    /// The channel in use.
    pub channel: Channel,
    /// Stay stage.
    pub stage: StayStage,
    /// Time context where the guest is.
    pub time: TimeContext,
    /// Adults of the party.
    pub adults: u8,
    /// Children of the party.
    pub children: u8,
    /// Nights of the stay it is about, where there is one.
    pub nights: Option<u16>,
    /// Days until that stay begins, negative once it has; `None` without a stay.
    pub days_to_arrival: Option<i32>,
    /// Language of the answer, BCP 47.
    pub locale: &'a str,
    /// What the guest is after, empty where not told.
    pub intent: &'a str,
    /// ISO 3166 alpha-2 country of the guest's home; `None` where unknown or where the guest's data
    /// may not be used.
    pub country: Option<[u8; 2]>,
    /// The guest's history; `None` where the guest's data may not be used (I13).
    pub guest: Option<GuestFacts>,
}

/// What a rule may ask about the guest's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GuestFacts {
    /// Stays that began.
    pub stays: u32,
    /// Offers accepted.
    pub accepts: u32,
    /// Promises that could not be kept within 90 days, and that nothing has made good yet.
    pub broken_promises: u32,
    /// Segment, an index into the catalog's segments.
    pub segment: u16,
    /// What the guest is worth; `None` in a decision, which is not made by it.
    pub value: Option<ValueFacts>,
}

/// What the rule of a segment may ask about the value of a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ValueFacts {
    /// Paid so far, net, in whole major units.
    pub paid: i64,
    /// Days since the last arrival; `None` for who never stayed.
    pub days_since_stay: Option<i64>,
    /// Tier of value, 0 (A) to 3 (D); `None` before values were fitted.
    pub tier: Option<u8>,
    /// P(alive) in percent; `None` likewise, and for who never stayed.
    pub alive_percent: Option<i64>,
    /// Silence in percent of the usual gap, likewise.
    pub overdue_percent: Option<i64>,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Asker {
    /// An offer, in a decision.
    #[default]
    Offer,
    /// A segment, of a guest by itself.
    Segment,
}

/// A variable of the rule language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Variable {
    /// `stage`.
    Stage,
    /// `daypart`.
    Daypart,
    /// `day_type`.
    DayType,
    /// `channel`.
    Channel,
    /// `placement`.
    Placement,
    /// `property`.
    Property,
    /// `country`.
    Country,
    /// `guest.segment`.
    GuestSegment,
    /// `nights`.
    Nights,
    /// `days_to_arrival`.
    DaysToArrival,
    /// `party.adults`.
    PartyAdults,
    /// `party.children`.
    PartyChildren,
    /// `party.size`.
    PartySize,
    /// `guest.stays`.
    GuestStays,
    /// `guest.accepts`.
    GuestAccepts,
    /// `guest.broken_promises`.
    GuestBrokenPromises,
    /// `guest.paid`.
    GuestPaid,
    /// `guest.days_since_stay`.
    GuestDaysSinceStay,
    /// `guest.value_tier`.
    GuestTier,
    /// `guest.alive_percent`.
    GuestAlivePercent,
    /// `guest.overdue_percent`.
    GuestOverduePercent,
    /// `locale`.
    Locale,
    /// `intent`.
    Intent,
}

/// What kind of value a variable has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One of a list of names.
    Name,
    /// A whole number.
    Number,
    /// A text.
    Text,
}

impl Variable {
    /// All of them.
    pub const ALL: [Self; 23] = [
        Self::Stage,
        Self::Daypart,
        Self::DayType,
        Self::Channel,
        Self::Placement,
        Self::Property,
        Self::Country,
        Self::GuestSegment,
        Self::Nights,
        Self::DaysToArrival,
        Self::PartyAdults,
        Self::PartyChildren,
        Self::PartySize,
        Self::GuestStays,
        Self::GuestAccepts,
        Self::GuestBrokenPromises,
        Self::GuestPaid,
        Self::GuestDaysSinceStay,
        Self::GuestTier,
        Self::GuestAlivePercent,
        Self::GuestOverduePercent,
        Self::Locale,
        Self::Intent,
    ];

    /// May somebody ask about it? An offer may not ask what a guest is worth (nobody's price or choice
    /// hangs on it), nor a segment about a decision, for there is none.
    pub fn is_for(self, asker: Asker) -> bool {
        let is_value = matches!(
            self,
            Self::GuestPaid
                | Self::GuestDaysSinceStay
                | Self::GuestTier
                | Self::GuestAlivePercent
                | Self::GuestOverduePercent
        );
        let is_history = matches!(
            self,
            Self::GuestSegment
                | Self::GuestStays
                | Self::GuestAccepts
                | Self::GuestBrokenPromises
                | Self::Country
                | Self::Locale
        );
        match asker {
            Asker::Offer => !is_value,
            Asker::Segment => is_value || is_history,
        }
    }

    /// Its name in a rule.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Daypart => "daypart",
            Self::DayType => "day_type",
            Self::Channel => "channel",
            Self::Placement => "placement",
            Self::Property => "property",
            Self::Country => "country",
            Self::GuestSegment => "guest.segment",
            Self::Nights => "nights",
            Self::DaysToArrival => "days_to_arrival",
            Self::PartyAdults => "party.adults",
            Self::PartyChildren => "party.children",
            Self::PartySize => "party.size",
            Self::GuestStays => "guest.stays",
            Self::GuestAccepts => "guest.accepts",
            Self::GuestBrokenPromises => "guest.broken_promises",
            Self::GuestPaid => "guest.paid",
            Self::GuestDaysSinceStay => "guest.days_since_stay",
            Self::GuestTier => "guest.value_tier",
            Self::GuestAlivePercent => "guest.alive_percent",
            Self::GuestOverduePercent => "guest.overdue_percent",
            Self::Locale => "locale",
            Self::Intent => "intent",
        }
    }

    /// The variable of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.name() == name)
    }

    /// What kind of value it has.
    pub fn kind(self) -> Kind {
        match self {
            Self::Stage
            | Self::Daypart
            | Self::DayType
            | Self::Channel
            | Self::Placement
            | Self::Property
            | Self::Country
            | Self::GuestSegment
            | Self::GuestTier => Kind::Name,
            Self::Nights
            | Self::DaysToArrival
            | Self::PartyAdults
            | Self::PartyChildren
            | Self::PartySize
            | Self::GuestStays
            | Self::GuestAccepts
            | Self::GuestBrokenPromises
            | Self::GuestPaid
            | Self::GuestDaysSinceStay
            | Self::GuestAlivePercent
            | Self::GuestOverduePercent => Kind::Number,
            Self::Locale | Self::Intent => Kind::Text,
        }
    }
}

impl RuleFacts<'_> {
    /// The code of a name variable; `None` where unknown.
    #[inline]
    pub(crate) fn code(&self, variable: Variable) -> Option<u16> {
        match variable {
            Variable::Stage => Some(u16::from(self.stage as u8)),
            Variable::Daypart => Some(u16::from(self.time.daypart as u8)),
            Variable::DayType => Some(u16::from(self.time.day_type as u8)),
            Variable::Channel => Some(u16::from(self.channel as u8)),
            Variable::Placement => Some(self.placement.0),
            Variable::Property => Some(self.property.0),
            Variable::Country => self.country.and_then(country_code),
            Variable::GuestSegment => self.guest.map(|guest| guest.segment),
            Variable::GuestTier => self.value()?.tier.map(u16::from),
            Variable::Nights
            | Variable::DaysToArrival
            | Variable::PartyAdults
            | Variable::PartyChildren
            | Variable::PartySize
            | Variable::GuestStays
            | Variable::GuestAccepts
            | Variable::GuestBrokenPromises
            | Variable::GuestPaid
            | Variable::GuestDaysSinceStay
            | Variable::GuestAlivePercent
            | Variable::GuestOverduePercent
            | Variable::Locale
            | Variable::Intent => None,
        }
    }

    /// The value of a number variable; `None` where unknown.
    #[inline]
    pub(crate) fn number(&self, variable: Variable) -> Option<i64> {
        match variable {
            Variable::Nights => self.nights.map(i64::from),
            Variable::DaysToArrival => self.days_to_arrival.map(i64::from),
            Variable::PartyAdults => Some(i64::from(self.adults)),
            Variable::PartyChildren => Some(i64::from(self.children)),
            Variable::PartySize => Some(i64::from(self.adults) + i64::from(self.children)),
            Variable::GuestStays => self.guest.map(|guest| i64::from(guest.stays)),
            Variable::GuestAccepts => self.guest.map(|guest| i64::from(guest.accepts)),
            Variable::GuestBrokenPromises => {
                self.guest.map(|guest| i64::from(guest.broken_promises))
            }
            Variable::GuestPaid => self.value().map(|value| value.paid),
            Variable::GuestDaysSinceStay => self.value()?.days_since_stay,
            Variable::GuestAlivePercent => self.value()?.alive_percent,
            Variable::GuestOverduePercent => self.value()?.overdue_percent,
            Variable::Stage
            | Variable::Daypart
            | Variable::DayType
            | Variable::Channel
            | Variable::Placement
            | Variable::Property
            | Variable::Country
            | Variable::GuestSegment
            | Variable::GuestTier
            | Variable::Locale
            | Variable::Intent => None,
        }
    }

    fn value(&self) -> Option<ValueFacts> {
        self.guest?.value
    }

    /// The value of a text variable.
    #[inline]
    pub(crate) fn text(&self, variable: Variable) -> &str {
        if variable == Variable::Locale { self.locale } else { self.intent }
    }
}

/// The code of a country: two letters as a number below 676.
#[inline]
pub(crate) fn country_code(country: [u8; 2]) -> Option<u16> {
    let [a, b] = country.map(|letter| u16::from(letter.wrapping_sub(b'A')));
    (a < 26 && b < 26).then_some(a * 26 + b)
}

/// The names that name variables can have: fixed words, and the ids of this catalog.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Hotels, in catalog order.
    pub properties: Vec<PropertyId>,
    /// Placements, in catalog order.
    pub placements: Vec<PlacementId>,
    /// Segments, in catalog order.
    pub segments: Vec<Label>,
    /// Who asks.
    pub asker: Asker,
}

/// Tiers of value, best first.
const TIERS: [&str; 4] = ["A", "B", "C", "D"];

impl Vocabulary {
    /// The code of a name; the error is a sentence on what it may be.
    pub(crate) fn code(&self, variable: Variable, name: &str) -> Result<u16, String> {
        let one_of = |names: &mut dyn Iterator<Item = &str>| {
            (0..).zip(names).find(|(_, known)| *known == name).map(|(code, _)| code)
        };
        let found = match variable {
            Variable::Stage => one_of(&mut StayStage::ALL.iter().map(|s| s.name())),
            Variable::Daypart => one_of(&mut words::DAYPARTS.iter().map(|(n, _)| *n)),
            Variable::DayType => one_of(&mut words::DAY_TYPES.iter().map(|(n, _)| *n)),
            Variable::Channel => one_of(&mut Channel::ALL.iter().map(|c| c.name())),
            Variable::Placement => one_of(&mut self.placements.iter().map(PlacementId::as_str)),
            Variable::Property => one_of(&mut self.properties.iter().map(PropertyId::as_str)),
            Variable::GuestSegment => one_of(&mut self.segments.iter().map(Label::as_str)),
            Variable::GuestTier => one_of(&mut TIERS.into_iter()),
            Variable::Country => words::country(name).and_then(country_code),
            Variable::Nights
            | Variable::DaysToArrival
            | Variable::PartyAdults
            | Variable::PartyChildren
            | Variable::PartySize
            | Variable::GuestStays
            | Variable::GuestAccepts
            | Variable::GuestBrokenPromises
            | Variable::GuestPaid
            | Variable::GuestDaysSinceStay
            | Variable::GuestAlivePercent
            | Variable::GuestOverduePercent
            | Variable::Locale
            | Variable::Intent => None,
        };
        found.ok_or_else(|| self.unknown(variable, name))
    }

    fn unknown(&self, variable: Variable, name: &str) -> String {
        let names = match variable {
            Variable::Stage => words::choice(StayStage::ALL.iter().map(|s| s.name())),
            Variable::Daypart => words::choice(words::DAYPARTS.iter().map(|(n, _)| *n)),
            Variable::DayType => words::choice(words::DAY_TYPES.iter().map(|(n, _)| *n)),
            Variable::Channel => words::choice(Channel::ALL.iter().map(|c| c.name())),
            Variable::GuestTier => words::choice(TIERS),
            Variable::Country => "a country of two capital letters, such as PT".to_owned(),
            _ => format!("the id of a {} of this catalog", variable.name().replace("guest.", "")),
        };
        format!("compares {} with \"{name}\", which it never is; write {names}", variable.name())
    }

    /// The name of a code, for what stays a CEL program; `None` where there is none.
    pub(crate) fn name(&self, variable: Variable, code: u16) -> Option<&str> {
        let at = usize::from(code);
        match variable {
            Variable::Stage => StayStage::ALL.get(at).map(|s| s.name()),
            Variable::Daypart => words::DAYPARTS.get(at).map(|(n, _)| *n),
            Variable::DayType => words::DAY_TYPES.get(at).map(|(n, _)| *n),
            Variable::Channel => Channel::ALL.get(at).map(|c| c.name()),
            Variable::Placement => self.placements.get(at).map(PlacementId::as_str),
            Variable::Property => self.properties.get(at).map(PropertyId::as_str),
            Variable::GuestSegment => self.segments.get(at).map(Label::as_str),
            Variable::GuestTier => TIERS.get(at).copied(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_is_found_by_its_name() {
        for variable in Variable::ALL {
            assert_eq!(Variable::from_name(variable.name()), Some(variable));
        }
        assert_eq!(Variable::from_name("guest"), None);
    }

    #[test]
    fn a_name_that_is_never_met_is_refused_with_those_that_are() {
        let words = Vocabulary::default();
        assert_eq!(words.code(Variable::Daypart, "EVENING"), Ok(2));
        let error = words.code(Variable::Daypart, "evening").unwrap_err();
        assert!(error.ends_with("write MORNING, DAY, EVENING or NIGHT"), "{error}");
        assert_eq!(words.code(Variable::Country, "PT"), Ok(15 * 26 + 19));
        assert!(words.code(Variable::Country, "pt").is_err());
        assert!(words.code(Variable::GuestSegment, "vip").is_err());
    }
}
