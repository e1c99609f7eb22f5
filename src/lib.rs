//! Concierge: which offers, in what order, at what price, through which channel, when, and why;
//! then it learns from what the guest does.
//!
//! # Bird's-eye view
//!
//! A gRPC service for hotels. Every guest's state is a fold of one ordered log; it lives in
//! `RocksDB` and, while the guest is
//! active, in memory. A decision reads the resident guest, a catalog snapshot and a model snapshot,
//! and touches no disk. An event is acknowledged when it is on disk. A single learner folds the log
//! and publishes new snapshots by swapping a pointer.
//!
//! # Layers
//!
//! Folders are layers; imports go down only, siblings never meet, and `tests/it/tidy` enforces it.
//!
//! ```text
//! main → app, cli, sim                  assembles: config → build → run → drain; commands; a world
//! grpc    gateway                       the edges: wire types become domain types and go no further · JSON
//! engine                                use cases; introduces the parts below to each other
//! decide                                the pipeline; reads catalog and learn snapshots, nothing else
//! learn    catalog    store    cache    siblings never meet
//! sys    api                            clock, randomness, shutdown, telemetry · generated wire types
//! domain                                words and rules; pure
//! ```
//!
//! # What is absent
//!
//! - Only [`store`] knows `RocksDB`; its types never leave.
//! - Only [`grpc`], and who calls it, knows tonic. Past that door everything is checked.
//! - [`gateway`] turns JSON into calls of `grpc` in this process, and never asks the engine itself:
//!   there is one door.
//! - [`domain`], [`learn`] and [`decide`] do no I/O, own no clock and no hidden randomness: `now`
//!   and every draw are arguments.
//! - No verb of [`engine`] can be called without a [`Scope`](domain::scope::Scope).
//! - No decision waits for the disk; no lock is shared between guests.
//! - Nothing about a guest reaches a price ([`decide::price`]).
//! - Hidden tastes live only in `sim`, and reach the product only through its public API.
//!
//! # A decision is asked for
//!
//! 1. `grpc` authenticates the credential, checks every field of the request, and asks the engine
//!    within the caller's scope.
//! 2. [`engine`] finds the guest's key (a keyed hash), follows it to the guest it is part of, where
//!    it is an identity or was merged, and takes that guest's lock; the state is resident, or loaded
//!    once.
//! 3. [`decide`] resolves the context, intersects bitsets of the [`catalog`] snapshot with lowered
//!    rules, caps, stock and the caller's lists, scores what is left with the [`learn`] snapshot,
//!    computes exact selection probabilities, and draws each slot from the decision's own random
//!    stream.
//! 4. Caps are reserved in the guest's state, a sequence is taken, record and state are handed to
//!    the committer, and the lock is released.
//! 5. The reply goes out without waiting for the disk, with a signed token that restores what a
//!    crash may take.
//!
//! # An event arrives
//!
//! 1. `grpc` checks it; the engine looks its id up among events taken in and on their way.
//! 2. Under the guest's lock it is attributed to its decision and folded into the state: stays,
//!    consent, taste, caps, outcome.
//! 3. The committer, one thread, drains what waits, writes record, states, outcomes and dedupe rows
//!    in one synced batch, and then tells everyone in it.
//! 4. The learner folds the log in order; when the labels of old decisions are said to be final it
//!    learns them, once each, and publishes a new snapshot.
//!
//! # A message is delivered
//!
//! 1. A decision asked for with delivery, by a caller or by a trigger of the catalog when a stay has come
//!    to its moment, puts its message into the outbox, in the batch of its record ([`engine::delivery`]).
//! 2. A reader takes what is due; under the guest's lock the hard rules are asked once more, and what may
//!    not leave is taken out with its reason. What was sent is acknowledged, and then used its caps.
//! 3. Reports come as events; a reminder on disk says when to look again, and the next channel is tried.
//!
//! # A rank is asked for
//!
//! Callers of a hosted personalizer bring actions of their own, and no guest. `grpc` takes their
//! features apart into named numbers; [`engine`] scores them with the brand's model of ranks
//! ([`learn::ranks`]), draws, notes on the brand's desk that the rank waits for a reward, and hands
//! the record to the same committer. Rewards and activations become records where the desk says
//! that they still count; when nothing came in time, a record says so. The learner folds all of it.

pub mod domain;

pub mod api;
pub mod sys;

pub mod cache;
pub mod catalog;
pub mod learn;
pub mod store;

pub mod decide;

pub mod engine;

pub mod gateway;
pub mod grpc;

pub mod app;
pub mod cli;
pub mod sim;

#[cfg(any(test, feature = "testkit"))]
pub mod testkit;
