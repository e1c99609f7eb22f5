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
