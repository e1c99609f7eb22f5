//! Which channel a guest answers, when, and what asking costs. Pure arithmetic.
//!
//! | file | what it answers |
//! |---|---|
//! | [`population`] | how do guests of a segment answer, when, in which stay stage? |
//! | [`spread`] | how much do guests of a segment differ? |
//! | [`effects`] | what is different about this guest? (compact, for the hot state) |
//! | [`update`] | what does one answer teach about a sum of unknowns? |
//! | [`response`] | P(response \| guest, channel, moment, stay stage), and what an answer teaches |
//! | [`trust`] | is it worth telling guests apart, given how well they are known? |
//! | [`hazard`] | how likely does one more contact end in an unsubscription? |
//! | [`utility`] | what is a contact worth, and how likely is each to be chosen? |
//! | [`model`] | all of it together |
//! | [`hours`], [`moment`] | at which hours is the guest there, and at which moment to send? |
//! | [`fallback`] | what to do next when a message did not get through? |
//!
//! Log-odds of a response are `population + guest`, both Gaussian. One answer teaches both sides at
//! once, each with the other as known as it then is, so that a cell is not credited with what its
//! guests brought along. A rate is always the mean over what is not known, never the logistic of a
//! mean: of a guest never met before it is the rate of the segment, to the last digit.

pub mod effects;
pub mod fallback;
pub mod hazard;
pub mod hours;
pub mod merge_effects;
pub mod model;
pub mod moment;
pub mod population;
pub mod response;
pub mod spread;
pub mod trust;
pub mod update;
pub mod utility;
