//! What the brand has decided about deciding: formulas, exploration, caps, quiet hours.

use std::time::Duration;

use super::channel::{Channel, ChannelSet};
use super::exposure::ExposureState;
use super::guest_value::GuestWeight;
use super::id::{Label, OfferId};
use super::time::Timestamp;

/// How a policy explores among the eligible offers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Exploration {
    /// Inverse-gap weighting with a uniform floor (algorithms 3.4).
    InverseGap {
        /// `γ = gamma0 · √(min(t + 1, decisions_cap))`.
        gamma0: f64,
        /// Decisions after which `γ` stops growing, so that drift is still noticed.
        decisions_cap: f64,
        /// Share drawn uniformly, above 0 and at most 1.
        floor: f64,
    },
    /// The best, but for a share drawn uniformly.
    EpsilonGreedy {
        /// Share drawn uniformly, above 0 and at most 1.
        floor: f64,
    },
    /// The best, where offers with few labels are given the benefit of the doubt: their propensity
    /// is taken `optimism` standard deviations up.
    Optimistic {
        /// Standard deviations of the log-odds.
        optimism: f64,
        /// An offer is young below so many labels.
        young: f64,
        /// Share drawn uniformly, above 0 and at most 1.
        floor: f64,
    },
    /// Each as often as it is the best of one draw from every candidate's own posterior.
    Thompson {
        /// What the standard deviations of the posteriors are multiplied by.
        spread: f64,
        /// Share drawn uniformly, above 0 and at most 1.
        floor: f64,
    },
    /// Every eligible offer alike.
    Uniform,
    /// By smoothed acceptance over all guests, without a guest's taste: the "most popular"
    /// baseline.
    Popular,
}

/// A manual factor on an offer or a category, which ends by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Lever {
    /// The offer it pushes or damps; `None`: see `category`.
    pub offer: Option<OfferId>,
    /// The category it pushes or damps.
    pub category: Option<Label>,
    /// Percent added, -100 to 200: `L = 1 + Σ percent / 100`.
    pub percent: f64,
    /// When it ends.
    pub expires: Timestamp,
}

/// A weight of the situation: percent added for a category in a stay stage or intent.
#[derive(Debug, Clone, PartialEq)]
pub struct ContextWeight {
    /// The category.
    pub category: Label,
    /// The intent the caller must have told, empty: any.
    pub intent: String,
    /// Percent added, -100 to 200.
    pub percent: f64,
}

/// Whether a policy acts on what it learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum LearningMode {
    /// Learn and act on it.
    #[default]
    Online,
    /// Learn, but return the baseline (most popular).
    Apprentice,
    /// Return the baseline; learn nothing.
    LoggingOnly,
}

impl LearningMode {
    /// The mode of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Online, Self::Apprentice, Self::LoggingOnly].get(usize::from(code)).copied()
    }
}

/// The logic that fills a placement: `score = P^p · C · V^v · L`, exploration, slate.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionPolicy {
    /// Its id.
    pub id: Label,
    /// Exponent of the response propensity, 0 to 4; 0 leaves it out.
    pub propensity_exponent: f64,
    /// Exponent of the value, 0 to 1; 0 leaves it out.
    pub value_exponent: f64,
    /// Value at which the value factor is 1, in major units of the brand's currency.
    pub value_reference: f64,
    /// Scores are divided by this before exploration, so that 1 is about the largest; changed only
    /// with the policy.
    pub score_cap: f64,
    /// Exploration.
    pub exploration: Exploration,
    /// Most offers of one category in a slate; 0: no limit.
    pub category_cap: u8,
    /// How much likeness to what stands in the slate counts against a score, `1 − λ` of maximal marginal
    /// relevance, 0 to 0.9; 0: not at all.
    pub diversity: f64,
    /// Score below which showing nothing is better; 0: always show something.
    pub do_nothing_score: f64,
    /// Levers.
    pub levers: Vec<Lever>,
    /// Context weights.
    pub context_weights: Vec<ContextWeight>,
    /// Weights of what the guest is worth; none: it counts for nothing.
    pub guest_weights: Vec<GuestWeight>,
    /// Learning mode.
    pub mode: LearningMode,
    /// How long a decision reserves what it uses.
    pub reservation: Duration,
}

/// Over whom a cap counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CapSubject {
    /// The (merged) guest.
    Guest,
    /// Everybody of a reservation.
    Reservation,
    /// Everybody of a room.
    Room,
}

/// What a cap counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CapObject {
    /// Each offer by itself.
    EachOffer,
    /// One offer.
    Offer(OfferId),
    /// Offers of a group.
    Group(Label),
    /// What goes through a channel.
    Channel(Channel),
    /// Everything.
    All,
}

/// How often, and how soon after which outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactPolicy {
    /// Its id.
    pub id: Label,
    /// Over whom it counts.
    pub subject: CapSubject,
    /// What it counts.
    pub object: CapObject,
    /// The least an exposure must have come to be counted.
    pub counted: ExposureState,
    /// Most counted exposures inside the window; 0 forbids.
    pub limit: u16,
    /// Rolling window.
    pub window: Duration,
    /// Do messages of a transaction count?
    pub counts_transactional: bool,
}

/// Quiet hours of outbound messages in the guest's local time.
#[derive(Debug, Clone, PartialEq)]
pub struct QuietHours {
    /// ISO 3166 alpha-2 country they hold in; `None`: everywhere no other rule holds.
    pub country: Option<[u8; 2]>,
    /// Channels they silence.
    pub channels: ChannelSet,
    /// First quiet minute of the day, 0 to 1439.
    pub start_minute: u16,
    /// First minute that is not quiet; before `start_minute` where the night is spanned.
    pub end_minute: u16,
    /// Quiet all day on rest days and holidays?
    pub rest_days: bool,
}

/// Costs and first rates of a channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChannelPolicy {
    /// The channel.
    pub channel: Channel,
    /// Cost of one contact, in major units of the brand's currency.
    pub cost: f64,
    /// Response rate before anything was learnt, 0 to 1.
    pub prior_response: f64,
    /// Expected cost of annoyance of one contact, in major units.
    pub annoyance: f64,
    /// What the permission to use this channel is worth, in major units: lost where a contact ends in
    /// an unsubscription.
    pub permission_value: f64,
}

/// A segment of guests, with the response rates of its channels by time context.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Its id.
    pub id: Label,
    /// First taste: tags with a mean on the log-odds scale.
    pub tastes: Vec<(Label, f32)>,
    /// What was learnt of it since.
    pub learnt: Vec<LearntTaste>,
    /// Response rates that differ from the channel's prior.
    pub responses: Vec<SegmentResponse>,
}

impl Segment {
    /// What is written down of a tag, in log-odds.
    pub fn written(&self, tag: &Label) -> f32 {
        self.tastes.iter().find(|(of, _)| of == tag).map_or(0.0, |(_, mean)| *mean)
    }

    /// Where a guest of the segment begins: tags with a mean in log-odds, what was learnt in place of what
    /// was written down, as long as that is what it was when it was learnt.
    pub fn first_tastes(&self) -> impl Iterator<Item = (&Label, f32)> {
        let holds =
            |learnt: &&LearntTaste| self.written(&learnt.tag).to_bits() == learnt.written.to_bits();
        let learnt = self.learnt.iter().filter(holds);
        let is_learnt =
            move |tag: &Label| self.learnt.iter().filter(holds).any(|learnt| learnt.tag == *tag);
        let written = self.tastes.iter().filter(move |(tag, _)| !is_learnt(tag));
        written.map(|(tag, mean)| (tag, *mean)).chain(learnt.map(|l| (&l.tag, l.mean)))
    }
}

/// What was learnt of a segment's taste.
#[derive(Debug, Clone, PartialEq)]
pub struct LearntTaste {
    /// The tag.
    pub tag: Label,
    /// What was written down of it then, in log-odds.
    pub written: f32,
    /// What was learnt, in log-odds.
    pub mean: f32,
}

/// A response rate of a segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SegmentResponse {
    /// The channel.
    pub channel: Channel,
    /// Only in this time context, where given.
    pub context: Option<super::time::TimeContext>,
    /// The rate, 0 to 1.
    pub rate: f64,
}

/// When a message is sent within its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SendTime {
    /// At the first moment that is not quiet.
    #[default]
    Earliest,
    /// When the guest is likeliest to answer.
    Best,
}

/// What becomes of a message that would be sent in quiet hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum WhenQuiet {
    /// It waits until they are over, as long as its window allows, and must be worth its while then.
    #[default]
    Queue,
    /// It is not sent.
    Discard,
}

/// What the brand has decided about contacting guests.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactRules {
    /// When messages are sent.
    pub send_time: SendTime,
    /// Caps.
    pub policies: Vec<ContactPolicy>,
    /// Quiet hours.
    pub quiet_hours: Vec<QuietHours>,
    /// What becomes of a message that would be sent in them.
    pub when_quiet: WhenQuiet,
    /// Zone assumed for a guest whose zone nobody knows: quiet hours hold for such guests too.
    pub fallback_zone: std::sync::Arc<str>,
    /// Channels in use.
    pub channels: Vec<ChannelPolicy>,
}
