//! One offer before one guest in one situation: what the ranker learns from, and the features it
//! sees in it.

use crate::domain::belief::{DIM, Vector};
use crate::domain::channel::Channel;
use crate::domain::decision::{Context, Party, TasteSnapshot};
use crate::domain::id::{Fingerprint, OfferKey, PropertyId};
use crate::domain::stay::StayStage;
use crate::domain::time::{DayType, TimeContext};

use super::layout::{category, shared};

/// What all offers of a decision have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// Stay stage.
    pub stage: StayStage,
    /// Time context where the guest is.
    pub time: TimeContext,
    /// Kind of party.
    pub party: Party,
    /// The channel in use.
    pub channel: Channel,
    /// The property (fingerprint of its id).
    pub property: Fingerprint,
}

/// An offer shown, or about to be.
#[derive(Debug, Clone, Copy)]
pub struct Impression<'a> {
    /// The situation.
    pub situation: &'a Situation,
    /// The guest's taste; `None` where it may not be used: then only what holds for all guests is
    /// learnt.
    pub taste: Option<&'a TasteSnapshot>,
    /// Sum of the guest's affinities to the offer's tags, in log-odds.
    pub affinity_sum: f32,
    /// Hash of the offer's category ([`crate::domain::belief::tag_hash`] of its label).
    pub category: u32,
    /// The offer.
    pub offer: OfferKey,
    /// The offer's vector, of length 1.
    pub vector: &'a Vector,
    /// How often it was seen lately: [`fatigue`].
    pub fatigue: f32,
}

/// The fatigue feature of so many exposures to the offer within the last week: `ln(1 + n)`.
#[expect(clippy::cast_possible_truncation, reason = "a logarithm of a small count")]
pub fn fatigue(exposures: u32) -> f32 {
    libm::log1p(f64::from(exposures)) as f32
}

/// √[`DIM`]: the scale of the axis-by-axis products, so that they are as large as the dot product.
pub const AXIS_SCALE: f64 = 5.656_854_249_492_381;

impl Situation {
    /// The situation of a decision at a property.
    pub fn of(context: &Context, property: &PropertyId) -> Self {
        Self {
            stage: context.stage,
            time: context.time,
            party: Party::of(context.adults, context.children),
            channel: context.channel,
            property: Fingerprint::of(property.as_str()),
        }
    }

    /// The weights of a category that speak in this situation, its base aside. Each has feature
    /// value 1.
    pub(super) fn category_places(&self) -> [usize; 4] {
        let (daypart, day_type) = (self.time.daypart as usize, self.time.day_type as usize);
        [
            category::STAGES + self.stage.at(),
            category::DAYPARTS + daypart,
            category::MOMENTS + daypart * DayType::ALL.len() + day_type,
            category::PARTIES + self.party as usize,
        ]
    }
}

/// The shared features of an impression that are not zero (a NaN stays, to be seen): at most all of
/// taste, and five more.
pub(super) struct SharedFeatures {
    entries: [(usize, f64); DIM + 5],
    len: usize,
}

impl SharedFeatures {
    /// The features of an impression, in the order of their places.
    pub(super) fn of(impression: &Impression<'_>) -> Self {
        let mut features = Self { entries: [(0, 0.0); DIM + 5], len: 0 };
        features.push(shared::BIAS, 1.0);
        if let Some(taste) = impression.taste {
            let axes = || {
                taste.mean.iter().zip(impression.vector).map(|(m, h)| f64::from(*m) * f64::from(*h))
            };
            features.push(shared::DOT, axes().sum());
            for (axis, product) in axes().enumerate() {
                features.push(shared::AXES + axis, product * AXIS_SCALE);
            }
        }
        features.push(shared::AFFINITY, f64::from(impression.affinity_sum));
        features.push(shared::FATIGUE, f64::from(impression.fatigue));
        features.push(shared::CHANNELS + impression.situation.channel.at(), 1.0);
        features
    }

    fn push(&mut self, place: usize, value: f64) {
        if value.abs() > 0.0 || value.is_nan() {
            self.entries[self.len] = (place, value);
            self.len += 1;
        }
    }

    /// Place and value of each.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.entries[..self.len].iter().copied()
    }
}
