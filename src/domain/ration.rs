//! Rationing of scarce offers: who comes alone is shown one only where a unit is worth more now than it
//! will be to those still to come.

use super::id::{OfferIndex, OfferKey};
use super::time::Date;

/// How the units of a scarce offer are rationed, as it is published.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rationing {
    /// Guests who are expected to ask for one day of use at one hotel, 1 to [`Self::ARRIVALS_MAX`].
    pub arrivals: u32,
    /// How many days before the day of use they begin to come, at most [`Self::AHEAD_MAX`]. They come
    /// evenly until the end of that day.
    pub ahead_days: u16,
    /// P(a unit that a guest took comes back before the end), 0 to 1.
    pub cancellations: f64,
    /// P(a unit is taken | shown), 0 to 1. `None`: the guest's response propensity.
    pub take_up: Option<f64>,
}

impl Rationing {
    /// Most arrivals that can be expected.
    pub const ARRIVALS_MAX: u32 = 2_000;
    /// Most days ahead.
    pub const AHEAD_MAX: u16 = 365;
}

/// What a decision knew of a unit of a rationed offer that passed everything else.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bid {
    /// Number of the proposition that it might have stood in.
    pub proposition: u8,
    /// Slots that were to be filled there.
    pub slots: u8,
    /// The offer, in the decision's catalog version.
    pub offer: OfferIndex,
    /// Its key.
    pub key: OfferKey,
    /// The day of use.
    pub day: Date,
    /// What the guest's slate gains by it, in units of the score.
    pub gain: f64,
    /// P(a unit is taken | shown).
    pub take_up: f64,
    /// What a unit was worth to those still to come, in units of the score: its bid price.
    pub price: f64,
    /// How many guests were expected still to come.
    pub to_come: f64,
    /// Units that were left.
    pub left: u32,
    /// Units that guests had.
    pub out: u32,
}

impl Bid {
    /// Is a unit worth more to this guest than to those still to come? What is worth nothing to them
    /// is kept from nobody.
    pub fn passes(&self) -> bool {
        self.price <= 0.0 || (self.gain > 0.0 && self.gain >= self.take_up * self.price)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_who_takes_half_a_unit_pays_half_its_price() {
        let bid = Bid {
            proposition: 0,
            slots: 1,
            offer: OfferIndex(0),
            key: OfferKey(1),
            day: Date(0),
            gain: 5.0,
            take_up: 0.5,
            price: 10.0,
            to_come: 3.0,
            left: 1,
            out: 0,
        };
        assert!(bid.passes());
        assert!(!Bid { price: 10.5, ..bid }.passes());
        assert!(!Bid { gain: -1.0, price: 1e-9, ..bid }.passes());
        assert!(Bid { gain: -1.0, price: 0.0, ..bid }.passes(), "enough for all");
        assert!(!Bid { gain: f64::NAN, ..bid }.passes());
    }
}
