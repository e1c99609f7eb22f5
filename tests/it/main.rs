//! The one integration test binary: a module for each behaviour, named after what a user sees.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at a surprise, and waits for real processes"
)]

mod arbitration;
mod batch;
mod bundles;
mod caps;
mod catalog;
mod config;
mod credentials;
mod decide;
mod demo;
mod draws;
mod faults;
mod gateway;
mod gestures;
mod guest_tokens;
mod guests;
mod holds;
mod hostile;
mod hostile_many;
mod identity;
mod import;
mod insight;
mod killed;
mod killed_merges;
mod messages;
mod outbox;
mod presence;
mod price_hold;
mod prices;
mod proto_breaking;
mod rates;
mod rationing;
mod record;
mod repeats;
mod routing;
mod segments;
mod serving;
mod support;
mod survey;
mod tidy;
mod watch;
