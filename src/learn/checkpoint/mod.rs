//! The learner in bytes: exact to the bit, the same bytes for the same state.
//!
//! An envelope `{version, digest, body}` around a protobuf message written by hand. Numbers go as
//! packed doubles, whose bits protobuf keeps (a single double field would lose the sign of zero).
//! Lists are in the order of their keys. A version newer than this binary is refused, and so is a
//! body whose digest is not the one it was written with.

use std::collections::BTreeSet;

use prost::Message;

use crate::domain::outcome::{Outcome, Step};
use crate::domain::time::Timestamp;

use super::fold::{Learner, SlotRef};
use super::popular::Tally;

use channels::ChannelState;
pub(in crate::learn) use ranker::NodeState;
use ranker::RankerState;
use spend::SpendNumbers;

mod channels;
pub(in crate::learn) mod envelope;
mod ranker;
mod spend;

/// Version this binary writes, and the newest it reads.
pub const VERSION: u32 = 6;
/// The oldest it reads: version 6 added the hours at which segments are active.
const OLDEST: u32 = 5;

/// Why a checkpoint cannot be restored. Then the learner starts anew and reads the log from its
/// beginning.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// Not a checkpoint, or cut off.
    #[error("the checkpoint cannot be read")]
    Unreadable(#[from] prost::DecodeError),
    /// Written by a newer binary, or not at all.
    #[error("the checkpoint has version {written}; this binary reads version {read}")]
    Version {
        /// The version it was written as.
        written: u32,
        /// The one that this binary reads.
        read: u32,
    },
    /// Changed since it was written.
    #[error("the checkpoint is not what was written")]
    Digest,
    /// Read, but not a learner's state.
    #[error("the checkpoint has no valid {0}")]
    Shape(&'static str),
}

#[derive(Clone, PartialEq, Message)]
struct Body {
    #[prost(uint64, tag = "1")]
    heard: u64,
    #[prost(uint64, tag = "2")]
    matured: u64,
    /// Decision and slot of the last label; empty for none.
    #[prost(uint64, repeated, tag = "3")]
    labelled: Vec<u64>,
    #[prost(uint64, tag = "4")]
    contacted: u64,
    #[prost(message, optional, tag = "5")]
    ranker: Option<RankerState>,
    #[prost(message, repeated, tag = "10")]
    joined: Vec<JoinedState>,
    #[prost(message, optional, tag = "15")]
    channels: Option<ChannelState>,
    #[prost(message, optional, tag = "16")]
    spend: Option<SpendNumbers>,
    /// Decision and slot of each accepted one, in order.
    #[prost(uint64, repeated, tag = "13")]
    accepted: Vec<u64>,
    /// Decision and slot of each accepted late, in order.
    #[prost(uint64, repeated, tag = "14")]
    late: Vec<u64>,
}

#[derive(Clone, PartialEq, Message)]
struct JoinedState {
    #[prost(uint64, tag = "1")]
    decision: u64,
    #[prost(uint32, tag = "2")]
    slot: u32,
    #[prost(uint32, tag = "3")]
    step: u32,
    /// Bit 0 declined, 1 not offered, 2 reversed, 3 fulfilled, 4 failed, 5 unsubscribed.
    #[prost(uint32, tag = "4")]
    flags: u32,
    #[prost(sint64, tag = "5")]
    amount_minor: i64,
    #[prost(sint64, tag = "6")]
    amount_at: i64,
}

impl Learner {
    /// The whole state, in bytes.
    pub fn checkpoint(&self) -> Vec<u8> {
        envelope::seal(VERSION, &self.body())
    }

    /// A hash of the whole state: equal states have equal digests.
    pub fn digest(&self) -> u64 {
        envelope::digest(&self.body())
    }

    /// The learner that wrote a checkpoint.
    ///
    /// # Errors
    /// Where the bytes are not a checkpoint this binary can read in full.
    pub fn restore(checkpoint: &[u8]) -> Result<Self, CheckpointError> {
        let body = match envelope::open::<Body>(VERSION, checkpoint) {
            Err(CheckpointError::Version { written: OLDEST, .. }) => {
                envelope::open::<Body>(OLDEST, checkpoint)
            }
            read => read,
        };
        body?.learner()
    }

    fn body(&self) -> Body {
        Body {
            heard: self.heard,
            matured: self.matured,
            labelled: self
                .labelled
                .map(|last| vec![last.decision, u64::from(last.slot)])
                .unwrap_or_default(),
            contacted: self.contacted,
            ranker: Some(RankerState::of(&self.ranker)),
            joined: self
                .joined
                .iter()
                .map(|(slot, outcome)| JoinedState::new(*slot, outcome))
                .collect(),
            channels: Some(ChannelState::of(&self.channels)),
            spend: Some(SpendNumbers::of(&self.spend)),
            accepted: pairs(&self.accepted),
            late: pairs(&self.late),
        }
    }
}

impl Body {
    fn learner(&self) -> Result<Learner, CheckpointError> {
        let labelled = match self.labelled[..] {
            [] => None,
            [decision, slot] => Some(SlotRef { decision, slot: narrow(slot, "label")? }),
            _ => return Err(CheckpointError::Shape("label")),
        };
        let mut joined = std::collections::BTreeMap::new();
        for state in &self.joined {
            joined.insert(
                SlotRef { decision: state.decision, slot: narrow(state.slot, "slot")? },
                state.outcome()?,
            );
        }
        Ok(Learner {
            ranker: self.ranker.as_ref().ok_or(CheckpointError::Shape("ranker"))?.ranker()?,
            accepted: slots(&self.accepted)?,
            late: slots(&self.late)?,
            channels: self.channels.as_ref().ok_or(CheckpointError::Shape("channels"))?.model()?,
            spend: self.spend.as_ref().ok_or(CheckpointError::Shape("spend"))?.model()?,
            joined,
            heard: self.heard,
            matured: self.matured,
            labelled,
            contacted: self.contacted,
        })
    }
}

impl JoinedState {
    fn new(slot: SlotRef, outcome: &Outcome) -> Self {
        let flags = [
            outcome.declined,
            outcome.not_offered,
            outcome.reversed,
            outcome.fulfilled,
            outcome.failed,
            outcome.unsubscribed,
        ];
        Self {
            decision: slot.decision,
            slot: u32::from(slot.slot),
            step: outcome.step as u32,
            flags: (0_u32..).zip(flags).map(|(bit, flag)| u32::from(flag) << bit).sum(),
            amount_minor: outcome.amount_minor,
            amount_at: outcome.amount_at.as_micros(),
        }
    }

    fn outcome(&self) -> Result<Outcome, CheckpointError> {
        let flag = |bit: u32| self.flags >> bit & 1 == 1;
        Ok(Outcome {
            step: Step::from_code(narrow(self.step, "step")?)
                .ok_or(CheckpointError::Shape("step"))?,
            declined: flag(0),
            not_offered: flag(1),
            reversed: flag(2),
            fulfilled: flag(3),
            failed: flag(4),
            unsubscribed: flag(5),
            amount_minor: self.amount_minor,
            amount_at: Timestamp::from_micros(self.amount_at),
        })
    }
}

/// Decision and slot of each, in order.
fn pairs(slots: &BTreeSet<SlotRef>) -> Vec<u64> {
    slots.iter().flat_map(|s| [s.decision, u64::from(s.slot)]).collect()
}

fn slots(pairs: &[u64]) -> Result<BTreeSet<SlotRef>, CheckpointError> {
    let slot = |pair: &[u64]| match *pair {
        [decision, slot] => Ok(SlotRef { decision, slot: narrow(slot, "acceptance")? }),
        _ => Err(CheckpointError::Shape("acceptances")),
    };
    pairs.chunks(2).map(slot).collect()
}

fn tally(numbers: &[f64]) -> Result<Tally, CheckpointError> {
    match *numbers {
        [shown, accepted] => Ok(Tally { shown, accepted }),
        _ => Err(CheckpointError::Shape("counts")),
    }
}

fn narrow<T: TryInto<U>, U>(number: T, what: &'static str) -> Result<U, CheckpointError> {
    number.try_into().map_err(|_| CheckpointError::Shape(what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::ranker::Forgetting;

    fn refused(checkpoint: &[u8]) -> String {
        Learner::restore(checkpoint).expect_err("a bad checkpoint").to_string()
    }

    #[test]
    fn a_new_learner_is_restored() {
        let learner = Learner::new(Forgetting::default());
        assert_eq!(
            Learner::restore(&learner.checkpoint()).expect("a checkpoint just written"),
            learner
        );
    }

    /// A checkpoint of before the hours of segments is read on; what was seen of hours since is kept.
    #[test]
    fn a_checkpoint_of_the_version_before_is_read_and_hours_are_kept() {
        let mut learner = Learner::new(Forgetting::default());
        let before = envelope::seal(OLDEST, &learner.body());
        assert_eq!(Learner::restore(&before).expect("version 5"), learner);
        learner.hear_activity(7, (3, 19), crate::domain::time::Date(20_000));
        learner.hear_activity(8, (u16::MAX, 0), crate::domain::time::Date(20_001));
        let again = Learner::restore(&learner.checkpoint()).expect("a checkpoint just written");
        assert_eq!((again.digest(), again.heard()), (learner.digest(), 8));
        assert_eq!(again, learner);
    }

    #[test]
    fn what_cannot_be_a_learner_is_refused() {
        let learner = Learner::new(Forgetting::default());
        let mut flipped = learner.checkpoint();
        *flipped.last_mut().unwrap() ^= 1;
        assert_eq!(refused(&flipped), "the checkpoint is not what was written");
        assert_eq!(refused(b"nonsense"), "the checkpoint cannot be read");
        assert!(refused(&[]).contains("version 0"));
        assert!(refused(&envelope::seal(VERSION + 1, &learner.body())).contains("version 6"));
        assert!(refused(&envelope::seal(OLDEST - 1, &learner.body())).contains("version 4"));
        let broken: [fn(&mut Body); 5] = [
            |b| b.channels.iter_mut().for_each(|channels| channels.hours_of = vec![1, 2]),
            |b| b.ranker = None,
            |b| b.accepted = vec![1],
            |b| b.labelled = vec![1, 1 << 16],
            |b| b.joined = vec![JoinedState { step: 9, ..JoinedState::default() }],
        ];
        for break_it in broken {
            let mut body = learner.body();
            break_it(&mut body);
            assert!(
                refused(&envelope::seal(VERSION, &body))
                    .starts_with("the checkpoint has no valid ")
            );
        }
    }
}
