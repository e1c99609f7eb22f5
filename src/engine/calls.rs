//! What the verbs of the engine take and give: plain values, so that an edge only translates.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::domain::channel::Channel;
use crate::domain::decision::{Decision, Filtered, StageTiming};
use crate::domain::event::Event;
use crate::domain::guest::GuestState;
use crate::domain::hold::HoldMark;
use crate::domain::id::{DecisionId, GuestId, OfferId, PlacementId, PropertyId};
use crate::domain::outcome::Outcome;
use crate::domain::policy::LearningMode;
use crate::domain::profile::Profile;
use crate::domain::record::Record;
use crate::domain::time::{Date, TimeContext, Timestamp};

use super::error::Error;
use super::likings::Liking;

/// Called once, from another thread, when what it waits for is on disk, or will not be.
pub type Waiter = Box<dyn FnOnce(Result<(), Error>) + Send>;

/// The answer to a call for a decision.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The decision.
    pub decision: Arc<Decision>,
    /// The catalog version it was made with: texts and prices are read from it.
    pub catalog: Arc<Catalog>,
    /// Signed token for later events.
    pub token: String,
    /// Was this call answered before? Then this is the stored answer.
    pub is_replayed: bool,
    /// Removals, where the full view was asked for.
    pub filtered: Vec<Filtered>,
    /// Timings, where the full view was asked for.
    pub timings: Vec<StageTiming>,
}

/// How far a decision has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionState {
    /// Its caps are reserved until it expires.
    Reserved,
    /// It was really shown.
    Activated,
    /// It lapsed without being shown.
    Expired,
}

/// A decision read back.
#[derive(Debug, Clone)]
pub struct StoredDecision {
    /// The decision.
    pub decision: Arc<Decision>,
    /// The catalog version it was made with.
    pub catalog: Arc<Catalog>,
    /// How far it has come.
    pub state: DecisionState,
    /// What came of each slot, over all placements in order; `None`: nothing heard.
    pub outcomes: Vec<Option<Outcome>>,
    /// The guest, in the brand's own words, where on file.
    pub guest: Option<GuestId>,
}

/// A candidate of a decision made again.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplayedCandidate {
    /// The offer.
    pub offer: OfferId,
    /// Its score.
    pub score: f64,
    /// P(the policy chose it for the first slot | context).
    pub selection_probability: f64,
}

/// A decision made again.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// The candidates of the first slot of each placement, scored with the model in force.
    pub placements: Vec<(PlacementId, Vec<ReplayedCandidate>)>,
    /// Are channel and moment drawn again as they were?
    pub channel_matches: bool,
    /// Is what was withheld of rationed offers the same again?
    pub rations_match: bool,
}

/// Which decision is activated.
#[derive(Debug, Clone)]
pub struct Activation {
    /// The decision.
    pub decision: DecisionId,
    /// Its attribution token, which restores it where a crash took the record.
    pub token: Option<String>,
}

/// An event as it comes in.
#[derive(Debug, Clone)]
pub struct IncomingEvent {
    /// The event; its `decision` is not yet filled in.
    pub event: Event,
    /// The attribution token it came with.
    pub token: Option<String>,
    /// The decision it names outright.
    pub decision: Option<DecisionId>,
    /// The slot it names, 0-based, within its placement.
    pub slot: Option<u8>,
    /// The promise of a price that it names.
    pub held: Option<String>,
}

/// Something about an accepted event its sender should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// The token is not one of ours, or not for this guest: the event was taken without it.
    TokenInvalid,
    /// The decision is older than the attribution window: counted as late, without reward.
    AttributionExpired,
    /// The decision named does not exist for this guest.
    DecisionUnknown,
    /// Nothing is learnt about the guest's taste: no profiling consent.
    NoConsent,
    /// Signs of presence were dropped: no consent to presence.
    PresenceDropped,
}

/// An event taken in. It is on disk when its waiter says so.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Its place in the log.
    pub sequence: u64,
    /// Was it there already? Then nothing has changed.
    pub is_duplicate: bool,
    /// What its sender should know.
    pub warnings: Vec<Warning>,
    /// What became of the guest's unit, where the offer is scarce.
    pub hold: Option<HoldAnswer>,
}

/// What an event did to a unit of a scarce offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldAnswer {
    /// Which offer.
    pub offer: OfferId,
    /// Where, for which day, what became of it, and until when.
    pub mark: HoldMark,
    /// Where none was left: days within a week that have some, the nearest first, at most 3.
    pub other_days: Vec<Date>,
}

/// A guest as far as they are on file.
#[derive(Debug, Clone)]
pub struct GuestView {
    /// Facts, consents, stated preferences.
    pub profile: Profile,
    /// The hot state, preferences decayed to now.
    pub state: GuestState,
    /// The id it was asked for by, where that was a guest itself before it was merged.
    pub merged: Option<GuestId>,
    /// How the guest is expected to answer on each channel the brand uses, in each time context; nothing
    /// without the consent to profiling.
    pub answers: Vec<Answering>,
    /// What was seen or answered of tags, decayed to now; nothing without the consent to profiling.
    pub likings: Vec<Liking>,
}

/// How a guest is expected to answer a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answering {
    /// The channel.
    pub channel: Channel,
    /// Kind of day and part of it.
    pub time: TimeContext,
    /// P(the guest responds | contacted so).
    pub response_propensity: f64,
    /// The same of a guest of the segment of whom nothing is known.
    pub of_segment: f64,
}

/// A page of a guest's timeline.
#[derive(Debug, Clone)]
pub struct TimelinePage {
    /// Records, newest first or oldest first as asked.
    pub records: Vec<Record>,
    /// Where the next page starts; `None`: this was the last.
    pub next: Option<(Timestamp, u64)>,
}

/// What a page of a timeline is asked by.
#[derive(Debug, Clone)]
pub struct TimelineQuery {
    /// Whose.
    pub guest: GuestId,
    /// From this moment on.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// Oldest first?
    pub oldest_first: bool,
    /// Where the previous page ended.
    pub after: Option<(Timestamp, u64)>,
    /// At most this many.
    pub limit: usize,
}

/// A catalog version on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogVersion {
    /// Its number, from 1.
    pub version: u64,
    /// When it was published.
    pub published: Timestamp,
    /// By which credential.
    pub publisher: String,
    /// Why.
    pub description: String,
    /// The version it brought back; 0: a new one.
    pub rolled_back_to: u64,
    /// SHA-256 of its text, hexadecimal.
    pub sha256: String,
    /// Is it in force?
    pub is_current: bool,
}

/// Stock of an offer at a property on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stock {
    /// The day.
    pub day: Date,
    /// Units left.
    pub units: u32,
}

/// State of a brand.
#[derive(Debug, Clone)]
pub struct BrandStatus {
    /// The brand.
    pub brand: String,
    /// Catalog version in force.
    pub catalog_version: u64,
    /// When it came into force.
    pub catalog_published: Timestamp,
    /// Log sequence up to which the learner has folded.
    pub learner_sequence: u64,
    /// Log sequence of the newest checkpoint; 0: none.
    pub checkpoint_sequence: u64,
    /// Learning mode over all policies, where set.
    pub mode: Option<LearningMode>,
}

/// State of the whole engine.
#[derive(Debug, Clone)]
pub struct Status {
    /// Last sequence on disk.
    pub committed: u64,
    /// Resident guests.
    pub resident_guests: usize,
    /// Their bytes.
    pub resident_bytes: usize,
    /// Of them, those of guests who are ready to be decided for; the others are packed.
    pub resident_open_bytes: usize,
    /// Bound of the bytes of all.
    pub resident_bytes_max: usize,
    /// Moment of this status.
    pub now: Timestamp,
    /// The brand of the credential.
    pub brand: BrandStatus,
}

/// Where stock is set.
#[derive(Debug, Clone)]
pub struct StockChange {
    /// The hotel.
    pub property: PropertyId,
    /// The offer.
    pub offer: OfferId,
    /// New stock by day.
    pub entries: Vec<Stock>,
}
