//! How differently a guest answers on each channel than the guest's segment: what is stored of it.
//!
//! The arithmetic is in `learn::channel::effects`; here is only what a state holds.

use super::channel::Channel;
use super::time::{TimeContext, Timestamp};

/// One effect that was touched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// Mean, in log-odds.
    pub mean: f32,
    /// Variance over the prior's, in parts of 65,535.
    pub share: u16,
    /// Which.
    pub effect: u8,
}

/// What is different about one guest.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Effects {
    /// When they last changed.
    pub updated: Timestamp,
    /// Contacts learnt from, as far as they can be counted.
    pub contacts: u16,
    /// By number of the effect.
    pub entries: Vec<Effect>,
}

impl Effects {
    /// Bytes of the list.
    pub fn list_bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Effect>()
    }
}

/// An hour of the local day at which the guest was active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActiveHour {
    /// How often, decayed, in parts of 1,024.
    pub weight: u16,
    /// 0 to 23.
    pub hour: u8,
}

/// When one guest was active, by hour of the local day. The arithmetic is in `learn::channel::hours`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActiveHours {
    /// When they last changed.
    pub updated: Timestamp,
    /// By hour, at most 24.
    pub entries: Vec<ActiveHour>,
}

impl ActiveHours {
    /// Bytes of the list.
    pub fn list_bytes(&self) -> usize {
        self.entries.capacity() * size_of::<ActiveHour>()
    }
}

/// A message that was sent and not answered yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpenContact {
    /// Through which channel.
    pub channel: Channel,
    /// In which time context.
    pub time: TimeContext,
    /// Mean of the log-odds that guests of the segment answer it, as it was believed then.
    pub mean: f32,
    /// Variance of them.
    pub variance: f32,
}
