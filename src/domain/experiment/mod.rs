//! Experiments: who gets what. What came of it is told by `learn::experiment`.
//!
//! | file | what it answers |
//! |---|---|
//! | [`bucket`] | in which bucket is a unit? |
//! | [`plan`], [`ablation`], [`allocation`] | what is an experiment, and which arm of it is a unit in? |
//! | [`program`] | which experiments is a subject in, and is the guest held out? |
//! | [`exposure`] | which arm is kept where two ids turn out to be one guest? |

pub mod ablation;
pub mod allocation;
pub mod bucket;
pub mod exposure;
pub mod plan;
pub mod program;
