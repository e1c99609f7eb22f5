//! Concierge.
pub mod domain;
