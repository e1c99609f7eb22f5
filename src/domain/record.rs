//! What the ordered log holds. Everything else is a fold of these records.

use std::sync::Arc;

use super::decision::Decision;
use super::delivery::{DeliveryFact, SkippedTrigger};
use super::event::Event;
use super::gesture::GestureChoice;
use super::id::{BrandId, DecisionId, GuestId, GuestKey, OfferId, PropertyId};
use super::policy::LearningMode;
use super::profile::ProfileChange;
use super::rank::RankFact;
use super::rate::RatesChange;
use super::routing::Routing;
use super::time::{Date, Timestamp};
use super::value::ValueFact;

/// One record of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its place in the log; from 1, without gaps.
    pub sequence: u64,
    /// The tenant.
    pub brand: BrandId,
    /// When it was written.
    pub recorded: Timestamp,
    /// What it says.
    pub body: Body,
}

/// Two guests become one, or part again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joining {
    /// The guest that becomes part of another, or no longer is.
    pub source: GuestKey,
    /// The same, in the brand's own words.
    pub source_guest: GuestId,
    /// The other one, in the brand's own words.
    pub target_guest: GuestId,
    /// Do they part?
    pub parts: bool,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// A decision was made.
    Decision(Box<Decision>),
    /// A deferred decision was really shown.
    Activated {
        /// Whose.
        guest: GuestKey,
        /// Which.
        decision: DecisionId,
    },
    /// Something happened to a guest.
    Event {
        /// To whom.
        guest: GuestKey,
        /// What.
        event: Box<Event>,
    },
    /// Facts, consents or stated preferences of a guest were set.
    Profile {
        /// Whose.
        guest: GuestKey,
        /// What.
        change: Box<ProfileChange>,
    },
    /// Two guests became one, or parted again.
    Joined {
        /// The guest that the other became, or was, part of.
        guest: GuestKey,
        /// What happened.
        joining: Box<Joining>,
    },
    /// Labels of decisions up to a sequence are final now.
    Matured {
        /// Through this sequence.
        through: u64,
    },
    /// A catalog came into force.
    CatalogPublished {
        /// Which version.
        version: u64,
    },
    /// An offer was stopped at once, or may run again.
    OfferStopped {
        /// Which.
        offer: OfferId,
        /// Stopped or running.
        stopped: bool,
    },
    /// Stock of an offer was set.
    InventorySet {
        /// Which offer.
        offer: OfferId,
        /// At which hotel.
        property: PropertyId,
        /// For which day.
        day: Date,
        /// Units left.
        units: u32,
    },
    /// Rates of room types came into force.
    RatesSet(Arc<RatesChange>),
    /// Staff, or a guest's concern that they take.
    Routing(Box<Routing>),
    /// The learning mode of a brand was set over its policies; `None` returns it to them.
    ModeSet {
        /// The mode.
        mode: Option<LearningMode>,
    },
    /// A rank of free actions was made, rewarded, activated, or waited for long enough.
    Rank(Box<RankFact>),
    /// A gesture was chosen for a guest, or none.
    Gesture(Box<GestureChoice>),
    /// What guests are worth, or which groups they form, was fitted anew.
    Fitted(Box<ValueFact>),
    /// Something became of a message on its way.
    Delivery {
        /// To whom.
        guest: GuestKey,
        /// What.
        fact: DeliveryFact,
    },
    /// A lifecycle trigger did not ask for its decision.
    Skipped {
        /// For whom.
        guest: GuestKey,
        /// Which, and why.
        skipped: Box<SkippedTrigger>,
    },
}

impl Record {
    /// The guest it is about, where it is about one.
    pub fn guest(&self) -> Option<GuestKey> {
        match &self.body {
            Body::Decision(decision) => Some(decision.guest),
            Body::Gesture(choice) => Some(choice.guest),
            Body::Activated { guest, .. }
            | Body::Event { guest, .. }
            | Body::Joined { guest, .. }
            | Body::Profile { guest, .. }
            | Body::Delivery { guest, .. }
            | Body::Skipped { guest, .. } => Some(*guest),
            Body::Routing(routing) => routing.fact.guest(),
            Body::Matured { .. }
            | Body::CatalogPublished { .. }
            | Body::OfferStopped { .. }
            | Body::InventorySet { .. }
            | Body::RatesSet(_)
            | Body::ModeSet { .. }
            | Body::Fitted(_)
            | Body::Rank(_) => None,
        }
    }

    /// The virtual partition it belongs to.
    pub fn partition(&self) -> u8 {
        self.guest().map_or(0, GuestKey::partition)
    }
}
