//! Taste as a Gaussian belief in the offer space: a mean and a diagonal variance, and the vector of
//! an offer.
//!
//! The arithmetic of learning is in `learn::preference`; here is only what is stored and shared.

use super::time::Timestamp;

/// Axes of the offer space.
pub const DIM: usize = 32;

/// A vector of the offer space.
pub type Vector = [f32; DIM];

/// What is believed of a taste: independent Gaussians, one an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Belief {
    /// Mean of each axis.
    pub mean: Vector,
    /// Variance of each axis, above zero.
    pub variance: Vector,
    /// Moment up to which the belief has been decayed.
    pub updated: Timestamp,
}

/// The belief about a guest of whom nothing is known but the segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Prior {
    /// Mean of each axis.
    pub mean: Vector,
    /// Variance of each axis, above zero.
    pub variance: Vector,
}

impl Prior {
    /// The belief of a new guest.
    pub fn belief(&self, now: Timestamp) -> Belief {
        Belief { mean: self.mean, variance: self.variance, updated: now }
    }
}

/// Where a preference comes from. Stated and observed ones are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(u8)]
pub enum Origin {
    /// Learnt from what the guest did.
    #[default]
    Observed,
    /// Said by the guest.
    Stated,
    /// Answered in a survey.
    Survey,
    /// Noted by staff.
    Staff,
    /// Derived from other data.
    Inferred,
}

impl Origin {
    /// The origin of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Observed, Self::Stated, Self::Survey, Self::Staff, Self::Inferred]
            .get(usize::from(code))
            .copied()
    }
}

/// How strongly something is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(u8)]
pub enum PreferenceLevel {
    /// Never show it: a hard exclusion.
    Unacceptable,
    /// Rather not.
    Avoid,
    /// No opinion.
    #[default]
    Neutral,
    /// Liked.
    Preferred,
    /// Must have.
    Required,
}

impl PreferenceLevel {
    /// The level of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Unacceptable, Self::Avoid, Self::Neutral, Self::Preferred, Self::Required]
            .get(usize::from(code))
            .copied()
    }
}

/// A named affinity: one Gaussian for a tag (`spa`, `quiet-room`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affinity {
    /// Hash of the tag.
    pub tag: u32,
    /// Mean, on the scale of log-odds.
    pub mean: f32,
    /// Variance, above zero.
    pub variance: f32,
    /// How strongly, in words.
    pub level: PreferenceLevel,
    /// From where.
    pub origin: Origin,
}

/// Most affinities kept for a guest; the least certain goes first.
pub const AFFINITIES_MAX: usize = 16;

/// Hash of a tag, as affinities and offers hold it.
#[expect(clippy::cast_possible_truncation, reason = "half of a 64-bit hash is wanted")]
pub fn tag_hash(tag: &str) -> u32 {
    xxhash_rust::xxh3::xxh3_64(tag.as_bytes()) as u32
}
