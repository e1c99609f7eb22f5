//! The offline trainer: where offers and guests lie in the space of tastes, learnt from the log.
//!
//! A training is a chain of pure steps; time, seeds and the number of threads are arguments, and
//! the same data, parameters and seed give the same bits with any number of threads.
//!
//! 1. Events become a matrix of guests by offers, or a part to train on and cases to measure with.
//! 2. iALS gives factors, EASE gives the weight of each pair of offers.
//! 3. The new space is turned onto the one that is being served, guests and offers alike, so that
//!    what is stored of guests keeps its meaning.
//! 4. Guests' factors, turned too, give segments and their priors; offers' factors and words give
//!    those of offers that nobody has had to do with yet.
//! 5. All of it, with measures beside popularity, is written once as an artifact and verified
//!    whenever it is read.
//!
//! | file | what it answers |
//! |---|---|
//! | [`interactions`], [`csr`] | who had to do with what, how much? |
//! | [`holdout`], [`measure`] | how well is it foreseen, beside popularity? |
//! | [`ease`] | which offers go with which? |
//! | [`ials`], `rows` | where do guests and offers lie? |
//! | [`fold_in`] | where does this one guest lie, and how sure is that? |
//! | [`align`] | how is a new space brought onto an old one, and what moved? |
//! | [`attributes`] | where does a new offer lie, by what is said of it? |
//! | [`segments`] | what is believed of a guest before anything else? |
//! | [`artifact`] | the result in files |
//! | [`dense`], [`parallel`] | the arithmetic underneath |
//!
//! The only part that touches files is [`artifact`].

pub mod align;
pub mod artifact;
pub mod attributes;
pub mod csr;
pub mod dense;
pub mod ease;
pub mod error;
pub mod fold_in;
pub mod holdout;
pub mod ials;
pub mod interactions;
pub mod measure;
pub mod parallel;
pub mod placing;
mod rows;
pub mod segments;
#[cfg(test)]
mod trials;
