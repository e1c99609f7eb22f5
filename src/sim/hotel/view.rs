//! What a product may see of a simulated hotel: noisy vectors, candidates, the situation. The truth
//! has no part in these types.

use crate::domain::stay::StayStage;
use crate::domain::time::{DayType, Daypart, TimeContext};

/// Axes of the world's space of tastes.
pub const AXES: usize = 16;
/// Stay stages of the world.
pub const STAGES: [StayStage; 4] =
    [StayStage::Booked, StayStage::PreArrival, StayStage::InHouse, StayStage::PostStay];

/// A point of the space of tastes, of length 1.
pub type Point = [f64; AXES];

/// An offer, as the product sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Its category.
    pub category: usize,
    /// Its observed vector.
    pub vector: Point,
    /// What it brings when it is accepted, in units of reward.
    pub value: f64,
}

/// All offers there have ever been, by number, and all guests, as the product sees them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observed {
    /// Offers.
    pub offers: Vec<Offer>,
    /// Observed vectors of the guests.
    pub guests: Vec<Point>,
}

/// One decision to make: who asks, when, and what could be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Number of the guest.
    pub guest: usize,
    /// Place in [`STAGES`].
    pub stage: usize,
    /// Place in [`Daypart::ALL`].
    pub daypart: usize,
    /// Place in [`DayType::ALL`].
    pub day_type: usize,
    /// Number of the property that asks; 0 without a brand.
    pub property: usize,
    /// Numbers of the offers that could be shown; at least 1.
    pub candidates: Vec<usize>,
}

/// A round with what the product knows of its guest and candidates.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    observed: &'a Observed,
    round: &'a Round,
}

impl<'a> View<'a> {
    /// The view of a round of the world with these observations.
    pub fn new(observed: &'a Observed, round: &'a Round) -> Self {
        Self { observed, round }
    }

    /// Observed vector of the guest.
    pub fn guest(&self) -> &'a Point {
        &self.observed.guests[self.round.guest]
    }

    /// Stay stage of the guest.
    pub fn stage(&self) -> StayStage {
        STAGES[self.round.stage]
    }

    /// The time where the guest is.
    pub fn time(&self) -> TimeContext {
        TimeContext {
            day_type: DayType::ALL[self.round.day_type],
            daypart: Daypart::ALL[self.round.daypart],
        }
    }

    /// Number of the property that asks.
    pub fn property(&self) -> usize {
        self.round.property
    }

    /// How many offers could be shown.
    pub fn len(&self) -> usize {
        self.round.candidates.len()
    }

    /// Whether nothing could be shown; never so in a world's round.
    pub fn is_empty(&self) -> bool {
        self.round.candidates.is_empty()
    }

    /// Number and looks of the candidate at a place.
    pub fn candidate(&self, place: usize) -> (usize, &'a Offer) {
        let number = self.round.candidates[place];
        (number, &self.observed.offers[number])
    }

    /// Number and looks of each candidate.
    pub fn candidates(&self) -> impl Iterator<Item = (usize, &'a Offer)> + use<'a> {
        let offers = &self.observed.offers;
        self.round.candidates.iter().map(|number| (*number, &offers[*number]))
    }
}
