//! The channel of a decision: what the pipeline knows, put into the words of the channel choice.

use crate::domain::decision::{ChannelChoice, ChannelRequest, Context, Proposition, SendOutcome, WithholdReason};
use crate::domain::id::DecisionId;
use crate::domain::time::Timestamp;

use super::local_time::Place;
use super::pipeline::Inputs;

pub(super) fn choose(
    inputs: &Inputs<'_>,
    _asked: &ChannelRequest,
    _context: &Context,
    _place: Place,
    _propositions: &[Proposition],
    _seed: DecisionId,
) -> ChannelChoice {
    ChannelChoice {
        outcome: SendOutcome::Withhold,
        channel: None,
        reason: Some(WithholdReason::NotAllowed),
        selection_probability: 1.0,
        time_selection_probability: 1.0,
        draw: 0.0,
        window_start: inputs.now,
        window_end: Timestamp::NEVER,
        fallbacks: Vec::new(),
        considered: Vec::new(),
    }
}
