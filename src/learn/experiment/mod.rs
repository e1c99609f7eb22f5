//! Experiments: whether it made a difference. Pure arithmetic. Who gets what is told by
//! `domain::experiment`.
//!
//! | file | what it answers |
//! |---|---|
//! | [`ratio_mismatch`] | did each arm get the units it should have? |
//! | [`moments`], [`estimate`] | what is an arm's mean, and how much more than the other's is it? |
//! | [`sequential`] | is there a difference, whenever one looks? |
//! | [`guardrail`] | does an arm do harm, so that it must stop? |
//! | [`cuped`] | what is left of the noise once the past is taken out? |
//! | [`power`] | how many units does a test need, what can it find? |
//! | [`arms`] | what did each arm of an experiment come to, against the control? |
//! | [`ablation`], [`impact`] | what is each part of the policy worth? |
//! | [`off_policy`] | the same, from decisions the whole policy made |
//! | [`distribution`] | the tails underneath |

pub mod ablation;
pub mod arms;
pub mod cuped;
#[cfg(test)]
mod dealing;
pub mod distribution;
pub mod estimate;
pub mod guardrail;
pub mod impact;
#[cfg(test)]
mod impact_tests;
pub mod moments;
pub mod off_policy;
pub mod power;
pub mod ratio_mismatch;
pub mod sequential;
#[cfg(test)]
mod trials;
