//! A small fixed world, and public data, for tests and benches. Only in test builds (feature
//! `testkit`).

pub mod bakeoff;
pub mod data;
pub mod world;
