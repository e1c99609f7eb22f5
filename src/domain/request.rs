//! A call for a decision: for whom, where, and which placements are to be filled.

use std::sync::Arc;

use super::channel::{Channel, ChannelSet};
use super::complement::GoesWith;
use super::delivery::Delivery;
use super::id::{
    GuestId, Label, OfferId, OfferKey, PlacementId, PropertyId, RequestId, ReservationId, RoomId,
};
use super::money::Money;
use super::policy::LearningMode;
use super::price::AskedTerms;
use super::stay::{StayStage, TravelPurpose};
use super::time::Timestamp;

/// Did the guest come to us, or do we contact the guest?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum Direction {
    /// The guest came to us.
    #[default]
    Inbound,
    /// We contact the guest.
    Outbound,
}

/// One placement to fill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacementRequest {
    /// The placement.
    pub placement: PlacementId,
    /// How many offers, 1 to 30; `None`: the placement's default.
    pub count: Option<u8>,
    /// Only these, where not empty.
    pub allowed: Vec<OfferId>,
    /// Not these.
    pub excluded: Vec<OfferId>,
}

/// Is a channel to be decided too?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChannelRequest {
    /// Channels to choose among.
    pub allowed: ChannelSet,
    /// Not before; `None`: from now.
    pub earliest: Option<Timestamp>,
    /// Not after; `None`: within 72 hours.
    pub latest: Option<Timestamp>,
    /// Is it a message the guest's booking needs (no marketing consent wanted)?
    pub is_transactional: bool,
}

/// A message whose content the caller has chosen: channel and moment are all that is to be decided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// The offer it carries; a message of a transaction carries none.
    pub offer: Option<OfferId>,
    /// What a response is worth, in the property's currency; `None`: by the offer's margin.
    pub response_value: Option<Money>,
}

/// What is different about a decision that is pushed to a watcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pushed {
    /// First half of the id of the decision pushed before, never 0: what that one still reserves is
    /// given back, and what came of it is not waited for where nobody saw it.
    pub replaces: Option<u64>,
}

/// A guest's part of a volume plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What the plan gives: the first slot of the first placement holds it, where it may be shown.
    pub gives: Option<OfferKey>,
    /// Every offer that the plan counts, in order of their keys: none of them is drawn, or stands in.
    pub scarce: Arc<[OfferKey]>,
}

impl Planned {
    /// Is the offer one that the plan alone gives?
    pub fn holds_back(&self, offer: OfferKey) -> bool {
        self.scarce.binary_search(&offer).is_ok()
    }
}

/// A call for a decision, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecideRequest {
    /// The hotel that asks.
    pub property: PropertyId,
    /// For whom.
    pub guest: GuestId,
    /// Placements to fill, 1 to 16; none where a message is to be sent.
    pub placements: Vec<PlacementRequest>,
    /// Who came to whom.
    pub direction: Direction,
    /// The channel in use now; `None`: that of the first placement.
    pub current_channel: Option<Channel>,
    /// Stay stage, where the caller knows better than the stays on file.
    pub stage: Option<StayStage>,
    /// The reservation it is about.
    pub reservation: Option<ReservationId>,
    /// The room it is about.
    pub room: Option<RoomId>,
    /// Language to answer in, BCP 47; empty: the guest's.
    pub locale: String,
    /// Zone where the guest is now, IANA; empty: derived.
    pub zone: String,
    /// What the guest is after, in the caller's words (`spa`, `late_checkout`); at most 64 bytes.
    pub intent: String,
    /// Adults of the party, where told.
    pub adults: Option<u8>,
    /// Children of the party, where told.
    pub children: Option<u8>,
    /// Why the guest travels, where told.
    pub travel_purpose: Option<TravelPurpose>,
    /// Published conditions, where told.
    pub terms: AskedTerms,
    /// Channel to decide, where asked.
    pub channel: Option<ChannelRequest>,
    /// The message that was chosen already: then no placement is filled, and `channel` is asked.
    pub message: Option<Message>,
    /// May an offer stand in two placements?
    pub allow_duplicates: bool,
    /// Are the caps only reserved until `ActivateDecision`?
    pub defers_activation: bool,
    /// Is the message put into the outbox? Only with a channel to decide.
    pub delivery: Option<Delivery>,
    /// Is the answer pushed to a watcher? Its activation is deferred then.
    pub pushed: Option<Pushed>,
    /// Are removals and timings wanted?
    pub wants_full_view: bool,
    /// Learning mode other than the policy's.
    pub mode: Option<LearningMode>,
    /// Decision policy other than the placements' own.
    pub policy: Option<Label>,
    /// The guest's part of a volume plan.
    pub planned: Option<Planned>,
    /// What the guest has chosen beside: how far it moves offers, in order of their keys.
    pub goes_with: Arc<[GoesWith]>,
    /// Makes a repeated call return the stored answer.
    pub request: Option<RequestId>,
}
