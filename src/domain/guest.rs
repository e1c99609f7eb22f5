//! What is known of a guest, in the form a decision reads: the hot state. It is a fold of the
//! guest's records in the log.

use std::sync::Arc;

use super::belief::{Affinity, Belief};
use super::channel::ChannelSet;
use super::consent::ConsentTable;
use super::delivery::{Agenda, DISPATCHES_MAX, Dispatch};
use super::exposure::Ledger;
use super::hold::BrokenPromise;
use super::id::{Fingerprint, GuestKey, OfferKey};
use super::identity::{Joined, Link, Part};
use super::presence::Presence;
use super::price::Membership;
use super::reach::{ActiveHours, Effects, OpenContact};
use super::stay::{Stay, TravelPurpose};
use super::time::Timestamp;

/// A decision still open for outcomes, kept hot so that the usual event needs no read.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenDecision {
    /// First half of the decision's id.
    pub decision: u64,
    /// Its place in the log.
    pub sequence: u64,
    /// When it was decided.
    pub at: Timestamp,
    /// The offers shown, over all placements.
    pub slots: Vec<OpenSlot>,
    /// The message that carried them, while nothing was learnt of it.
    pub contact: Option<OpenContact>,
    /// When its message arrived, where that was heard; an opening at the same moment was a machine's.
    pub delivered: Option<Timestamp>,
    /// Was it pushed to a watcher, and nobody said yet that it was shown? Then silence is no answer.
    pub awaits_showing: bool,
}

/// An offer of an open decision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpenSlot {
    /// Number of the placement in the decision, 0-based.
    pub proposition: u8,
    /// The offer.
    pub offer: OfferKey,
    /// Log-odds of acceptance from everything but the guest's taste, as the ranker saw them.
    pub context_log_odds: f32,
    /// Weight the taste part had.
    pub taste_weight: f32,
    /// Slot, 0-based, for the position examination of the learner.
    pub slot: u8,
    /// Strongest taste evidence already folded from this slot: 0 none, 1 click, 2 decline, 3
    /// accept; with [`UNANSWERED`] added where it was folded that no answer came.
    pub evidence: u8,
}

/// Added to [`OpenSlot::evidence`] once it was folded that a slot was not answered.
pub const UNANSWERED: u8 = 0x80;

impl OpenSlot {
    /// Rank of the strongest evidence heard.
    pub fn heard(&self) -> u8 {
        self.evidence & !UNANSWERED
    }

    /// Has nothing been heard, and has that not been folded yet?
    pub fn is_unanswered(&self) -> bool {
        self.evidence == 0
    }
}

/// Segment of a guest whose segment nobody knows.
pub const NO_SEGMENT: u16 = u16::MAX;
/// Most decisions kept open in the hot state.
pub const OPEN_DECISIONS_MAX: usize = 3;
/// Most stays kept in the hot state.
pub const STAYS_MAX: usize = 4;
/// Most answers kept for repeated calls.
pub const REQUESTS_MAX: usize = 4;

/// A call already answered, so that its repetition returns the stored answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnsweredRequest {
    /// Fingerprint of the request id.
    pub request: Fingerprint,
    /// Sequence of the decision that answered it.
    pub sequence: u64,
}

/// Where and how a guest lives, as far as a decision needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Home {
    /// IANA zone of the guest's home, where known.
    pub zone: Option<Arc<str>>,
    /// BCP 47 language of the guest, where known.
    pub locale: Option<Arc<str>>,
    /// ISO 3166 alpha-2 country, `[0, 0]` where unknown.
    pub country: [u8; 2],
}

/// Sums over a guest's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GuestStats {
    /// Events folded.
    pub events: u64,
    /// Decisions made.
    pub decisions: u64,
    /// Stays that began.
    pub stays: u32,
    /// Offers accepted.
    pub accepts: u32,
    /// Net amount paid, in minor units of the brand's currency.
    pub paid_minor: i64,
}

/// The hot state of a guest.
#[derive(Debug, Clone, PartialEq)]
pub struct GuestState {
    /// Last log sequence folded into this state; 0 for a guest never heard of.
    pub sequence: u64,
    /// Segment, an index into the catalog's segments; [`NO_SEGMENT`] where nobody knows.
    pub segment: u16,
    /// Taste.
    pub taste: Belief,
    /// Named affinities.
    pub affinities: Vec<Affinity>,
    /// How differently the guest answers on each channel.
    pub channels: Effects,
    /// At which hours the guest is active.
    pub hours: ActiveHours,
    /// Why the guest mostly travels; a stay's own purpose wins.
    pub purpose: Option<TravelPurpose>,
    /// What the guest has allowed.
    pub consent: ConsentTable,
    /// Channels with a working address or device.
    pub reachable: ChannelSet,
    /// Channels on which messages bounced.
    pub bounced: ChannelSet,
    /// Channels whose only address is a travel agency's mask: messages about the stay, no
    /// marketing.
    pub masked: ChannelSet,
    /// Channels that the guest gave up: the app removed, the permission withdrawn.
    pub revoked: ChannelSet,
    /// Home.
    pub home: Home,
    /// Tier of the loyalty programme: a condition of published prices, and of nothing else.
    pub membership: Option<Membership>,
    /// Stays, most recent last.
    pub stays: Vec<Stay>,
    /// What was offered.
    pub ledger: Ledger,
    /// Decisions open for outcomes, oldest first.
    pub open: Vec<OpenDecision>,
    /// Calls already answered, oldest first.
    pub answered: Vec<AnsweredRequest>,
    /// What was seen of the guest lately.
    pub presence: Presence,
    /// When to look again, and the stays that triggers speak of.
    pub agenda: Agenda,
    /// Messages on their way, oldest first.
    pub dispatches: Vec<Dispatch>,
    /// Sums.
    pub stats: GuestStats,
    /// Promises that could not be kept, oldest first; at most [`BrokenPromise::KEPT_MAX`].
    pub broken: Vec<BrokenPromise>,
    /// Whose part this id is; all else is empty then.
    pub part_of: Option<Box<Link>>,
    /// Ids that are part of this guest, theirs included.
    pub parts: Vec<Part>,
}

impl GuestState {
    /// A guest of whom nothing is known.
    pub fn unknown(taste: Belief) -> Self {
        Self {
            sequence: 0,
            segment: NO_SEGMENT,
            taste,
            affinities: Vec::new(),
            channels: Effects::default(),
            hours: ActiveHours::default(),
            purpose: None,
            consent: ConsentTable::default(),
            reachable: ChannelSet::NONE,
            bounced: ChannelSet::NONE,
            masked: ChannelSet::NONE,
            revoked: ChannelSet::NONE,
            home: Home::default(),
            membership: None,
            stays: Vec::new(),
            ledger: Ledger::default(),
            open: Vec::new(),
            answered: Vec::new(),
            presence: Presence::default(),
            agenda: Agenda::default(),
            dispatches: Vec::new(),
            stats: GuestStats::default(),
            broken: Vec::new(),
            part_of: None,
            parts: Vec::new(),
        }
    }

    /// What stands in the place of an id that became part of another guest.
    pub fn moved(taste: Belief, link: Link, sequence: u64) -> Self {
        Self { sequence, part_of: Some(Box::new(link)), ..Self::unknown(taste) }
    }

    /// Has nothing been heard of the guest, and is the id nobody's part?
    pub fn is_blank(&self) -> bool {
        self.stats.events == 0 && self.stats.decisions == 0 && self.sequence == 0
    }

    /// Is an id a part of this guest?
    pub fn has_part(&self, key: GuestKey) -> bool {
        self.parts.iter().any(|part| part.key == key)
    }

    /// Guests that were merged into this one, with when.
    pub fn merged(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.joined == Joined::Merged)
    }

    /// Bytes this state occupies in memory, its lists included.
    pub fn resident_bytes(&self) -> usize {
        size_of::<Self>()
            + self.affinities.capacity() * size_of::<Affinity>()
            + self.channels.list_bytes()
            + self.hours.list_bytes()
            + self.stays.capacity() * size_of::<Stay>()
            + size_of_val(self.ledger.entries())
            + self
                .open
                .iter()
                .map(|d| size_of::<OpenDecision>() + size_of_val(d.slots.as_slice()))
                .sum::<usize>()
            + self.answered.capacity() * size_of::<AnsweredRequest>()
            + self.presence.list_bytes()
            + self.part_of.iter().map(|_| size_of::<Link>()).sum::<usize>()
            + self.parts.capacity() * size_of::<Part>()
            + self.agenda.list_bytes()
            + self.dispatches.iter().map(Dispatch::bytes).sum::<usize>()
    }

    /// Adds a stay or replaces the one of the same reservation.
    pub fn put_stay(&mut self, stay: Stay) {
        if let Some(known) = self.stays.iter_mut().find(|s| s.reservation == stay.reservation) {
            *known = stay;
            return;
        }
        if self.stays.len() >= STAYS_MAX {
            let oldest = (0..self.stays.len()).min_by_key(|i| self.stays[*i].check_out);
            self.stays.remove(oldest.unwrap_or(0));
        }
        self.stays.reserve_exact(1);
        self.stays.push(stay);
    }

    /// Keeps a decision open for outcomes; the oldest gives way.
    pub fn put_open(&mut self, decision: OpenDecision) {
        if self.open.len() >= OPEN_DECISIONS_MAX {
            self.open.remove(0);
        }
        self.open.reserve_exact(1);
        self.open.push(decision);
    }

    /// Is there no room for another message on its way?
    pub fn has_too_many_dispatches(&self) -> bool {
        self.dispatches.len() >= DISPATCHES_MAX
    }

    /// Remembers an answered call; the oldest gives way.
    pub fn put_answered(&mut self, answered: AnsweredRequest) {
        if self.answered.len() >= REQUESTS_MAX {
            self.answered.remove(0);
        }
        self.answered.reserve_exact(1);
        self.answered.push(answered);
    }
}
