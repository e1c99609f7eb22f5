//! Which groups do guests form, who is like whom, and do they change? Pure arithmetic over features.
//!
//! | file | what it answers |
//! |---|---|
//! | [`features`] | by what are guests compared, and how is it spread? |
//! | [`cluster`] | which groups do they form by themselves? |
//! | [`words`] | what tells a group from the others, in plain words? |
//! | [`alike`] | who is like these guests, and in what? |
//! | [`drift`] | are guests still as they were? |
//!
//! A feature that is not known of a guest is NaN; it says nothing for or against anybody.

pub mod alike;
pub mod cluster;
pub mod drift;
pub mod features;
pub mod words;
