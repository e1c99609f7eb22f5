//! Where each weight of the ranker lies, and what is believed of it before anything was seen.
//!
//! The order is that of the checkpoint: append, never reorder.

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

/// Prior of a shared weight (those of the reference runs of algorithms 3.3).
pub const fn shared_prior(place: usize) -> Gaussian {
    match place {
        shared::BIAS => Gaussian::new(-3.0, 4.0),
        shared::DOT => Gaussian::new(1.0, 4.0),
        shared::AXES..shared::AFFINITY => Gaussian::new(0.0, 0.05),
        shared::AFFINITY => Gaussian::new(1.0, 0.25),
        _ => INDICATOR,
    }
}
