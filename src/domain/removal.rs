//! What the full view of a decision tells beside it: which offers were removed where and why, and how
//! long the stages took.

use std::time::Duration;

use super::id::OfferId;

/// Where an offer was removed on the way to the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum FilterStage {
    /// Property, validity, stay stage, placement, channel.
    Eligibility,
    /// Party, rule.
    Applicability,
    /// Preferences that exclude.
    Suitability,
    /// Stock.
    Inventory,
    /// Caps and suppressions.
    ContactPolicy,
    /// The caller's own lists.
    Caller,
    /// What may be spent on it, and at which return.
    Budget,
    /// No price reaches the floor.
    Quote,
}

/// An offer that was removed, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Filtered {
    /// The offer.
    pub offer: OfferId,
    /// At which stage.
    pub stage: FilterStage,
    /// By which rule or policy.
    pub component: String,
    /// Why, for staff.
    pub reason: String,
}

/// How long each stage took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageTiming {
    /// The stage.
    pub stage: &'static str,
    /// How long.
    pub duration: Duration,
}
