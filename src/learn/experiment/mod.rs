//! Experiments: who gets what, and whether it made a difference. Pure arithmetic.
//!
//! | file | what it answers |
//! |---|---|
//! | [`bucket`] | in which bucket is a unit? |
//! | [`plan`], [`allocation`] | what is an experiment, and which arm of it is a unit in? |
//! | [`program`] | which experiments is a subject in, and is the guest held out? |
//! | [`exposure`] | which arm is kept where two ids turn out to be one guest? |
//! | [`ratio_mismatch`] | did each arm get the units it should have? |
//! | [`moments`], [`estimate`] | what is an arm's mean, and how much more than the other's is it? |
//! | [`sequential`] | is there a difference, whenever one looks? |
//! | [`guardrail`] | does an arm do harm, so that it must stop? |
//! | [`cuped`] | what is left of the noise once the past is taken out? |
//! | [`power`] | how many units does a test need, what can it find? |
//! | [`ablation`], [`impact`] | what is each part of the policy worth? |
//! | [`off_policy`] | the same, from decisions the whole policy made |
//! | [`distribution`] | the tails underneath |

pub mod ablation;
pub mod allocation;
pub mod bucket;
pub mod cuped;
pub mod distribution;
pub mod estimate;
pub mod exposure;
pub mod guardrail;
pub mod impact;
#[cfg(test)]
mod impact_tests;
pub mod moments;
pub mod off_policy;
pub mod plan;
pub mod power;
pub mod program;
pub mod ratio_mismatch;
pub mod sequential;
#[cfg(test)]
mod trials;
