//! Why an offer is shown.

/// Why an offer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ReasonCode {
    /// It fits the guest's taste.
    Taste,
    /// It fits a named preference.
    Affinity,
    /// It fits the moment.
    Situation,
    /// Many guests choose it.
    Popularity,
    /// The brand pushes it.
    Lever,
    /// It is worth more.
    Value,
    /// Shown to learn.
    Exploration,
    /// Nothing else was eligible.
    Fallback,
    /// What the guest is worth to the brand.
    GuestValue,
    /// It goes with what the guest has chosen.
    GoesWith,
}

impl ReasonCode {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Taste => "TASTE",
            Self::Affinity => "AFFINITY",
            Self::Situation => "SITUATION",
            Self::Popularity => "POPULARITY",
            Self::Lever => "LEVER",
            Self::Value => "VALUE",
            Self::Exploration => "EXPLORATION",
            Self::Fallback => "FALLBACK",
            Self::GuestValue => "GUEST_VALUE",
            Self::GoesWith => "GOES_WITH",
        }
    }

    /// The code of a stored number.
    pub fn from_code(code: u8) -> Option<Self> {
        [
            Self::Taste,
            Self::Affinity,
            Self::Situation,
            Self::Popularity,
            Self::Lever,
            Self::Value,
            Self::Exploration,
            Self::Fallback,
            Self::GuestValue,
            Self::GoesWith,
        ]
        .get(usize::from(code))
        .copied()
    }
}

/// Most reasons kept for a slot.
pub const REASONS_MAX: usize = 3;
