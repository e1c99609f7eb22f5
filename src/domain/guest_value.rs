//! What a guest has been worth so far, and where that may count: in who is shown scarce things and
//! which offers come first. Never in a price: what a price is made from ([`super::price::PriceTerms`])
//! has no place for it.

use super::id::Label;

/// A place in the brand's value distribution, by the net amount paid so far; best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ValueTier {
    /// The best.
    A = 1,
    /// The next.
    B = 2,
    /// Some value.
    C = 3,
    /// The rest, and everybody nothing is known of.
    D = 4,
}

impl ValueTier {
    /// All of them, best first.
    pub const ALL: [Self; 4] = [Self::A, Self::B, Self::C, Self::D];

    /// The tier of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| *tier as u8 == code)
    }

    /// Its name in files and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        }
    }
}

/// How a brand counts what guests are worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestValueRules {
    /// Least net amount paid so far of tiers A, B and C, in minor units of the brand's currency;
    /// descending.
    pub least: [i64; 3],
    /// For whom the last units of scarce offers are kept; `None`: for nobody.
    pub last_units: Option<LastUnits>,
}

/// The last units of a scarce offer are kept for guests of a tier for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastUnits {
    /// How many, of each offer, hotel and day.
    pub units: u32,
    /// For this tier and better ones.
    pub tier: ValueTier,
    /// Until so many days before the day: then they are anybody's.
    pub days: u16,
}

impl GuestValueRules {
    /// The tier of a guest who paid so much so far.
    pub fn tier(&self, paid_minor: i64) -> ValueTier {
        let reached = self.least.iter().position(|least| paid_minor >= *least);
        reached.and_then(|at| ValueTier::ALL.get(at).copied()).unwrap_or(ValueTier::D)
    }
}

impl LastUnits {
    /// Is what is left kept from a guest of this tier, so many days before the day?
    pub fn keeps_from(&self, tier: Option<ValueTier>, left: u32, days_ahead: i32) -> bool {
        left <= self.units
            && days_ahead >= i32::from(self.days)
            && tier.unwrap_or(ValueTier::D) > self.tier
    }
}

/// A weight of the guest: percent added for guests of a tier.
#[derive(Debug, Clone, PartialEq)]
pub struct GuestWeight {
    /// The tier.
    pub tier: ValueTier,
    /// On offers of this category; `None`: on those of which there are only so many.
    pub category: Option<Label>,
    /// Percent added, -50 to 100.
    pub percent: f64,
}

/// Bounds of all weights of a guest together.
pub const GUEST_WEIGHT: (f64, f64) = (0.5, 2.0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_begin_at_their_least_and_the_last_units_end_with_their_days() {
        use ValueTier::{A, B, C, D};
        let last = LastUnits { units: 2, tier: B, days: 3 };
        let rules = GuestValueRules { least: [100, 50, 10], last_units: Some(last) };
        let tiers = [100, 99, 50, 10, 9, -5].map(|paid| rules.tier(paid));
        assert_eq!(tiers, [A, B, B, C, D, D]);
        let keeps = |tier, left, ahead| last.keeps_from(tier, left, ahead);
        assert!(keeps(Some(C), 2, 3) && keeps(None, 1, 30), "nobody knows: as a newcomer");
        assert!(!keeps(Some(B), 1, 3) && !keeps(Some(A), 1, 3), "theirs");
        assert!(!keeps(Some(D), 3, 3), "there are more");
        assert!(!keeps(Some(D), 1, 2), "too late to wait for the best");
    }
}
