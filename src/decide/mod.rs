//! The pipeline of a decision, on one page: candidates → score → quote → choose → channel →
//! explain.
//!
//! Pure: the guest's state, the catalog snapshot, the model snapshot, the moment and the random
//! stream come in as arguments, so the same inputs give the same decision (I16) and any logged
//! decision can be made again. Nothing here allocates in proportion to the catalog: what grows
//! lives in [`Scratch`], which its thread keeps.
//!
//! | stage | file | what it answers |
//! |---|---|---|
//! | context | [`context`] | which stage, party, local time, channel |
//! | candidates | [`candidates`], [`caps`] | who may be shown, and who was removed by what |
//! | budget | [`budget`] | what the house pays for: is there money, at this return? |
//! | experiments | `enrolment` | which arms, and what they change |
//! | score | `rating`, [`score`] | response propensity, value, levers, the guest's worth: `P^p · C · V^v · L · G` |
//! | ration | `ration` | is a unit of what is scarce worth more to this guest, or to those still to come? |
//! | quote | [`price`] | the price and its floor |
//! | choose | [`slate`] | exact selection probabilities, one draw a slot |
//! | channel | [`channel`], [`quiet`], [`local_time`] | through which channel and when, or not at all |
//! | message | `message` | the same for what the caller chose to say |
//! | parts | [`parts`] | of a bundle: which may be sold, under which conditions |
//! | plan | [`volume`] | over many guests: who gets what is scarce |
//! | gesture | [`gesture`] | by itself: what to give for nothing, or nothing |
//! | explain | [`explain`] | why, in parts that sum to the score |

pub mod budget;
pub mod candidates;
pub mod caps;
pub mod channel;
pub mod context;
mod diversity;
pub mod enrolment;
pub mod explain;
pub mod gesture;
mod known;
pub mod local_time;
mod message;
pub mod outbound;
pub mod parts;
pub mod pipeline;
pub mod price;
pub mod quiet;
mod rating;
mod ration;
mod recorded;
pub mod replay;
pub mod score;
pub mod scratch;
pub mod serving;
mod setting;
pub mod slate;
#[cfg(test)]
mod tests;
pub mod volume;

pub use channel::Standing;
pub use pipeline::{Failure, Inputs, decide};
pub use scratch::Scratch;
pub use serving::Serving;
