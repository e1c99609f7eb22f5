//! The world outside: clock, randomness, shutdown, telemetry, exit codes.
//!
//! This is the only layer that asks the machine what time it is or for random bytes; `.clippy.toml`
//! bans the calls elsewhere and names the replacement. Everything above is handed a
//! [`clock::Clock`] and a random stream, so that a test can stand at any moment and a seed replays
//! any bug.
//!
//! Knows `domain` only.

pub mod clock;
pub mod exit;
pub mod rng;
pub mod shutdown;
pub mod telemetry;
pub mod unread;
