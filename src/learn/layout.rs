//! Where each weight of the ranker lies, and what is believed of it before anything was seen.
//!
//! The order is that of the checkpoint: append, never reorder.

use std::ops::Range;

use super::gaussian::Gaussian;

/// Weights all offers share.
pub mod shared {
    use crate::domain::belief::DIM;
    use crate::domain::channel::Channel;

    /// The log-odds of an average offer.
    pub const BIAS: usize = 0;
    /// Of the dot product of taste and offer.
    pub const DOT: usize = 1;
    /// Of the product of taste and offer on each axis.
    pub const AXES: usize = 2;
    /// Of the sum of affinities.
    pub const AFFINITY: usize = AXES + DIM;
    /// Of fatigue.
    pub const FATIGUE: usize = AFFINITY + 1;
    /// Of each channel.
    pub const CHANNELS: usize = FATIGUE + 1;
    /// How many there are.
    pub const COUNT: usize = CHANNELS + Channel::COUNT;
}

/// Weights of one category.
pub mod category {
    use crate::domain::decision::Party;
    use crate::domain::stay::StayStage;
    use crate::domain::time::{DayType, Daypart};

    /// Of the category itself.
    pub const BASE: usize = 0;
    /// In each stay stage.
    pub const STAGES: usize = 1;
    /// In each daypart.
    pub const DAYPARTS: usize = STAGES + StayStage::COUNT;
    /// In each daypart of each day type.
    pub const MOMENTS: usize = DAYPARTS + Daypart::ALL.len();
    /// With each kind of party.
    pub const PARTIES: usize = MOMENTS + Daypart::ALL.len() * DayType::ALL.len();
    /// How many there are.
    pub const COUNT: usize = PARTIES + Party::COUNT;
}

/// Prior of every indicator: most effects lie within a factor of e of the average.
pub const INDICATOR: Gaussian = Gaussian::new(0.0, 0.25);

/// Prior of a shared weight.
///
/// The reference runs of algorithms 3.3 begin with a variance of 4 for the dot product and of 0.05
/// for each axis. Tastes are kept in log-odds, so their weights are known to be about 1 and the
/// same on every axis; a cold learner that was as unsure as that took the noise of its first tastes
/// for their weight, and came to weigh taste with the wrong sign.
pub const fn shared_prior(place: usize) -> Gaussian {
    match place {
        shared::BIAS => Gaussian::new(-3.0, 4.0),
        shared::DOT => Gaussian::new(1.0, 0.25),
        shared::AXES..shared::AFFINITY => Gaussian::new(0.0, 0.01),
        shared::AFFINITY => Gaussian::new(1.0, 0.05),
        _ => INDICATOR,
    }
}

/// Weights of a category of which nothing was seen. What only an hour or a kind of day does is
/// likely to be small.
pub const CATEGORY_PRIOR: [Gaussian; category::COUNT] = {
    let mut prior = [INDICATOR; category::COUNT];
    let mut at = category::DAYPARTS;
    while at < category::PARTIES {
        let variance = if at < category::MOMENTS { 0.1 } else { 0.05 };
        prior[at] = Gaussian::new(0.0, variance);
        at += 1;
    }
    prior
};

/// Shared weights of one kind, whose prior is as wide as they turn out to differ.
pub const ROOT_GROUPS: [Range<usize>; 2] =
    [shared::AXES..shared::AFFINITY, shared::CHANNELS..shared::COUNT];

/// Likewise weights of categories.
pub const BRANCH_GROUPS: [Range<usize>; 5] = [
    category::BASE..category::STAGES,
    category::STAGES..category::DAYPARTS,
    category::DAYPARTS..category::MOMENTS,
    category::MOMENTS..category::PARTIES,
    category::PARTIES..category::COUNT,
];
