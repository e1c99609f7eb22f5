//! A decision: in which context, what was chosen with which probability, and why.

use super::belief::Vector;
use super::budget::Spending;
use super::channel::Channel;
use super::complement::GoesWith;
use super::delivery::Delivery;
use super::guest_value::ValueTier;
use super::id::{
    DecisionId, Fingerprint, GuestKey, Label, OfferIndex, OfferKey, PlacementId, PropertyId,
};
use super::policy::LearningMode;
use super::price::PriceTerms;
pub use super::quote::{FloorBasis, Quote};
use super::ration::Bid;
pub use super::reason::{REASONS_MAX, ReasonCode};
pub use super::removal::{FilterStage, Filtered, StageTiming};
use super::request::Direction;
pub use super::request::Pushed;
pub use super::score::ScoreParts;
use super::stay::StayStage;
use super::time::{Date, TimeContext, Timestamp};

/// The situation a decision was made in, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Who came to whom.
    pub direction: Direction,
    /// The channel in use.
    pub channel: Channel,
    /// Stay stage.
    pub stage: StayStage,
    /// Time context where the guest is.
    pub time: TimeContext,
    /// The local day at the property.
    pub today: Date,
    /// Adults of the party.
    pub adults: u8,
    /// Children of the party.
    pub children: u8,
    /// Language of the answer, BCP 47.
    pub locale: String,
    /// What the guest is after.
    pub intent: String,
}

/// Kind of party, for features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Party {
    /// One adult.
    Solo,
    /// Two adults.
    Couple,
    /// With children.
    Family,
    /// Three adults or more.
    Group,
}

impl Party {
    /// How many there are.
    pub const COUNT: usize = 4;

    /// The kind of a party.
    pub fn of(adults: u8, children: u8) -> Self {
        match (adults, children) {
            (_, 1..) => Self::Family,
            (0 | 1, 0) => Self::Solo,
            (2, 0) => Self::Couple,
            (3.., 0) => Self::Group,
        }
    }
}

/// The experiments a decision is part of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Enrolment {
    /// Is the guest in the universal holdout? Then in no experiment.
    pub is_held_out: bool,
    /// The arms, in order of the experiments of the decision's catalog version.
    pub arms: Vec<Assigned>,
}

/// An arm of an experiment, by its place in the decision's catalog version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assigned {
    /// Place of the experiment.
    pub experiment: u8,
    /// Place of the arm in it.
    pub arm: u8,
}

/// What was known of a guest beside the taste.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Known {
    /// Affinities beyond what the guest's segment likes: hash of the tag, log-odds.
    pub affinities: Vec<(u32, f32)>,
    /// Offers seen lately and how often, in order of the offers.
    pub seen: Vec<(OfferIndex, u16)>,
}

/// The taste a decision was made with.
#[derive(Debug, Clone, PartialEq)]
pub struct TasteSnapshot {
    /// Mean of each axis, decayed to the moment of the decision.
    pub mean: Vector,
    /// Variance of each axis.
    pub variance: Vector,
}

/// Where the offers of a proposition come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Source {
    /// Chosen by the model.
    Model,
    /// The baseline: learning mode, missing consent, or a policy without taste.
    Baseline,
    /// Nothing was eligible: the fallback offer.
    Fallback,
    /// Showing nothing is better.
    Nothing,
}

impl Source {
    /// The source of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Model, Self::Baseline, Self::Fallback, Self::Nothing].get(usize::from(code)).copied()
    }
}

/// One chosen offer.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// The offer, in the decision's catalog version.
    pub offer: OfferIndex,
    /// The offer's key.
    pub key: OfferKey,
    /// Its treatment, as a number within the offer.
    pub treatment: u8,
    /// P(the policy chose this offer for this slot | context, earlier slots).
    pub selection_probability: f64,
    /// The uniform draw that chose it.
    pub draw: f64,
    /// Chosen although another scored higher?
    pub is_explored: bool,
    /// Forced (guarantee, staff, fallback): excluded from inverse-propensity estimates.
    pub is_override: bool,
    /// Forced by a volume plan. A true offer all the same: it counts on caps, and its answer teaches.
    pub is_planned: bool,
    /// Forced by a guarantee of the catalog. A true offer, too.
    pub is_guaranteed: bool,
    /// Parts of its score.
    pub parts: ScoreParts,
    /// Log-odds from everything but taste, for the guest's side of learning.
    pub context_log_odds: f32,
    /// Weight the ranker gave taste, likewise.
    pub taste_weight: f32,
    /// Sum of the guest's affinities to the offer's tags, in log-odds: a feature of the ranker.
    pub affinity_sum: f32,
    /// How often it was seen lately: a feature of the ranker.
    pub fatigue: f32,
    /// Its price.
    pub quote: Quote,
    /// Why, strongest first; at most [`REASONS_MAX`].
    pub reasons: Vec<ReasonCode>,
}

impl Slot {
    /// Does it stand in because nothing was eligible? Then it counts on no cap and teaches nothing.
    pub fn is_stand_in(&self) -> bool {
        self.is_override && !self.is_given()
    }

    /// Was it put into its slot, without a draw, as a true offer?
    pub fn is_given(&self) -> bool {
        self.is_planned || self.is_guaranteed
    }
}

/// The answer for one placement.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposition {
    /// The placement.
    pub placement: PlacementId,
    /// The decision policy that filled it.
    pub policy: Label,
    /// The offers chosen among, in catalog order.
    pub candidates: Vec<OfferIndex>,
    /// The offers chosen, first slot first.
    pub slots: Vec<Slot>,
    /// Where they come from.
    pub source: Source,
    /// How often groups of offers could still be shown; none where no cap counts a group.
    pub budgets: Vec<GroupBudget>,
}

/// How often offers of a group can still be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupBudget {
    /// The group (hash of its label).
    pub group: u32,
    /// Showings left.
    pub left: u16,
}

/// What to do with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum SendOutcome {
    /// Send now.
    Send,
    /// Send when the window opens.
    Queue,
    /// Do not send.
    Withhold,
}

/// Why a channel, or every channel, is out of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum WithholdReason {
    /// No consent for this purpose and channel.
    NoConsent,
    /// No address or device is known.
    Unreachable,
    /// The guest wants to be left alone.
    DoNotDisturb,
    /// A cap is reached.
    Capped,
    /// Quiet hours until after the latest moment allowed.
    QuietHours,
    /// Silence is worth more.
    LowValue,
    /// The channel is not in use or not allowed by the caller.
    NotAllowed,
    /// What the guest answered earlier keeps it away for a while.
    Suppressed,
    /// The offer of the message may not be shown now: stopped, or outside its validity.
    NoOffer,
    /// The only address bounced.
    Bounced,
    /// The only address is a travel agency's mask, which carries no marketing.
    Masked,
    /// The guest removed the app, withdrew the permission or closed the account.
    Revoked,
}

impl WithholdReason {
    /// All of them, in code order.
    pub const ALL: [Self; 12] = [
        Self::NoConsent,
        Self::Unreachable,
        Self::DoNotDisturb,
        Self::Capped,
        Self::QuietHours,
        Self::LowValue,
        Self::NotAllowed,
        Self::Suppressed,
        Self::NoOffer,
        Self::Bounced,
        Self::Masked,
        Self::Revoked,
    ];

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoConsent => "NO_CONSENT",
            Self::Unreachable => "UNREACHABLE",
            Self::DoNotDisturb => "DO_NOT_DISTURB",
            Self::Capped => "CAPPED",
            Self::QuietHours => "QUIET_HOURS",
            Self::LowValue => "LOW_VALUE",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::Suppressed => "SUPPRESSED",
            Self::NoOffer => "NO_OFFER",
            Self::Bounced => "BOUNCED",
            Self::Masked => "MASKED",
            Self::Revoked => "REVOKED",
        }
    }
}

/// One channel that was considered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConsideredChannel {
    /// The channel.
    pub channel: Channel,
    /// The hard rule that forbids it; `None`: feasible.
    pub forbidden: Option<WithholdReason>,
    /// P(the guest responds | sent).
    pub response_propensity: f64,
    /// Utility in major units, less cost and annoyance.
    pub utility: f64,
    /// P(the policy chose it | context); 0 where forbidden.
    pub selection_probability: f64,
}

/// The channel and the moment chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelChoice {
    /// What to do.
    pub outcome: SendOutcome,
    /// Through which channel; `None` where withheld.
    pub channel: Option<Channel>,
    /// Why withheld.
    pub reason: Option<WithholdReason>,
    /// P(the policy chose this channel, or silence | context).
    pub selection_probability: f64,
    /// P(the policy chose this moment | channel).
    pub time_selection_probability: f64,
    /// The uniform draw that chose it.
    pub draw: f64,
    /// When to send: not before.
    pub window_start: Timestamp,
    /// When to send: not after.
    pub window_end: Timestamp,
    /// Channels to try next, best first.
    pub fallbacks: Vec<Channel>,
    /// Every channel considered, in code order.
    pub considered: Vec<ConsideredChannel>,
    /// What was known of the chosen channel; `None` where withheld.
    pub basis: Option<ContactBasis>,
    /// The moments drawn from, in order of time; empty where the first that is allowed was taken.
    pub moments: Vec<Moment>,
}

/// A moment that a message might have been sent at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// The moment, before it is moved a little so that not all guests are written to at once.
    pub at: Timestamp,
    /// The response propensity to explore by, in the cell of this moment.
    pub hoped: f64,
    /// How active the guest is at its hour: 1 on average over the day.
    pub activity: f64,
}

/// A message whose content the caller chose: what was decided of it beside channel and moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Carried {
    /// Its offer, in the decision's catalog version, with its key.
    pub offer: Option<(OfferIndex, OfferKey)>,
    /// The treatment of the offer that fits, as a number within the offer.
    pub treatment: u8,
    /// Is it a message that the guest's booking needs?
    pub is_transactional: bool,
    /// What a response is worth, in major units.
    pub value: f64,
}

impl Carried {
    /// Names it in ledgers and tokens: the key of its offer, 0 for a message without one.
    pub fn key(&self) -> OfferKey {
        self.offer.map_or(OfferKey(0), |(_, key)| key)
    }
}

/// What a channel was chosen by, for what its answer teaches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ContactBasis {
    /// Kind of day and part of it at the moment of sending.
    pub time: TimeContext,
    /// Response rate that the brand assumes.
    pub prior_rate: f32,
    /// Log-odds that guests of the segment answer: mean and variance.
    pub population: [f32; 2],
    /// What the guest adds to them: mean and variance.
    pub guest: [f32; 2],
    /// Contacts of the guest that had been learnt from.
    pub contacts: u16,
    /// Contacts of the last seven days on this channel, and on all.
    pub recent: [u16; 2],
}

/// The record of one call: enough to answer it again, to explain it, to replay it and to learn from
/// it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// Its place in the log.
    pub sequence: u64,
    /// The hotel that asked.
    pub property: PropertyId,
    /// For whom.
    pub guest: GuestKey,
    /// Segment of the guest, an index into the catalog's segments.
    pub segment: u16,
    /// When.
    pub decided: Timestamp,
    /// Until when its prices and reservations hold.
    pub expires: Timestamp,
    /// Catalog version in force.
    pub catalog_version: u64,
    /// Log sequence up to which the model had learnt.
    pub model_sequence: u64,
    /// Sequence of the rates of room types in force; 0: none were ever set.
    pub rates_version: u64,
    /// What the guest was worth, where that may count; `None`: it counted for nothing.
    pub value_tier: Option<ValueTier>,
    /// The situation.
    pub context: Context,
    /// The published conditions its prices depend on.
    pub terms: PriceTerms,
    /// Reservation, where told.
    pub reservation: Option<Fingerprint>,
    /// Room, where told.
    pub room: Option<Fingerprint>,
    /// The call it answers, where it had an id.
    pub request: Option<Fingerprint>,
    /// The taste used; `None` where the guest's data were not used.
    pub taste: Option<TasteSnapshot>,
    /// What else was known of the guest and used; empty where their data were not used.
    pub known: Known,
    /// Experiments it was part of.
    pub experiments: Enrolment,
    /// Learning mode in force.
    pub mode: LearningMode,
    /// Are its reservations waiting for activation?
    pub defers_activation: bool,
    /// Is it to be delivered, and who asked?
    pub delivery: Option<Delivery>,
    /// Was it made to be pushed to a watcher? Then it teaches nothing until it was shown.
    pub pushed: Option<Pushed>,
    /// Was something missing (a model, time), so that less than everything was considered?
    pub is_degraded: bool,
    /// The answer for each placement asked for.
    pub propositions: Vec<Proposition>,
    /// What it knew of the budgets of its candidates.
    pub spending: Vec<Spending>,
    /// What it knew of units of rationed offers, in order of propositions and offers.
    pub bids: Vec<Bid>,
    /// How far what the guest had chosen beside moved offers, in order of their keys.
    pub goes_with: Vec<GoesWith>,
    /// The channel, where asked for.
    pub channel: Option<ChannelChoice>,
    /// The message that was chosen already; then there are no propositions.
    pub message: Option<Carried>,
}

impl Decision {
    /// First half of the id, as ledgers hold it.
    pub fn short(&self) -> u64 {
        short_of(self.id)
    }
}

/// First half of a decision's id, as ledgers hold it.
pub fn short_of(id: DecisionId) -> u64 {
    let mut half = [0_u8; 8];
    half.copy_from_slice(&id.0[..8]);
    u64::from_be_bytes(half)
}
