//! A small fixed world for tests and benches. Only in test builds (feature `testkit`).

pub mod world;
