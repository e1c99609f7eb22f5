//! What is learnt: guests' tastes, what is accepted by whom and when, which channel is answered.
//! Pure arithmetic.
//!
//! No I/O, no clock, no hidden randomness: `now` and every draw are arguments, and the same inputs
//! give the same bits. What must replay uses exp and ln of `libm` only; scoring uses the polynomial
//! of [`kernel`], the same bits on every machine. Arithmetic is f64; guests are stored and offers
//! are scored in f32.
//!
//! | file | what it answers |
//! |---|---|
//! | [`preference`], [`affinity`], [`witness`] | what does this guest like, after this event? |
//! | [`evidence`] | what does an event say about taste, and how loudly? |
//! | [`ranker`], [`tree`], [`locals`] | what is accepted, by whom, when, where? (the learner's state) |
//! | [`snapshot`], [`scoring`] | the same, frozen and laid out for a decision over hundreds of offers |
//! | [`exploration`], [`stream`] | with which probability is each offer chosen, and which one was it? |
//! | [`demand`] | what is bought at which step of a price, and which step is tried next? |
//! | [`budget`] | who is shown what the house pays for, for how much of it, at which return? |
//! | [`rationing`] | who asks for what is scarce, and what would they gain? |
//! | [`spend`] | what does a guest spend who accepts? |
//! | [`gesture`] | what does a gesture add to satisfaction and to the guest's return? |
//! | [`merge_beliefs`] | what do two guests like who are one? |
//! | [`value`] | what is a guest worth, will they come back? |
//! | [`audience`] | which groups do guests form, who is like whom? |
//! | [`survey`] | what is most worth asking a guest next? |
//! | [`guard`] | best for each, or best for all? |
//! | [`channel`], [`segment`] | on which channel does a guest answer, and when? |
//! | [`leanings`] | what do the guests of a segment like, before anything is known of one of them? |
//! | [`fold`], [`checkpoint`] | the learner as a fold of the log: exactly once, restored to the bit |
//! | [`embedding`] | where do offers and guests lie in the space of tastes, by the log? |
//! | [`vectors`] | where does an offer lie in the space of tastes before anything was trained? |
//! | [`experiment`] | did an experiment make a difference? |
//! | [`insight`] | how does the business stand: the seven P's |
//! | [`arms`] | which arm earns how much, in a log of any kind? |
//! | [`ranks`] | which action earns how much, for callers who bring actions of their own? |
//! | [`offpolicy`] | what would another policy have earned on this log? |
//! | [`laplace`], [`gaussian`], [`layout`], [`kernel`] | the numbers underneath |
//!
//! Formulas and default values come from the sources each file names.

pub mod affinity;
pub mod arms;
pub mod audience;
pub mod budget;
pub mod channel;
pub mod checkpoint;
pub mod demand;
pub mod embedding;
pub mod evidence;
pub mod experiment;
pub mod exploration;
pub mod fairness;
pub mod fold;
pub mod gaussian;
pub mod gesture;
pub mod guard;
pub mod impression;
pub mod insight;
pub mod kernel;
pub mod laplace;
pub mod layout;
pub mod leanings;
pub mod locals;
pub mod merge_beliefs;
pub mod offpolicy;
pub mod popular;
pub mod preference;
pub mod ranker;
pub mod ranks;
pub mod rationing;
pub mod scoring;
pub mod segment;
pub mod snapshot;
pub mod spend;
pub mod stream;
pub mod survey;
pub mod tree;
#[cfg(test)]
mod trials;
pub mod value;
pub mod vectors;
pub mod witness;
