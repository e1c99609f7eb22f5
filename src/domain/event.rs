//! What happened: the only way anything about a guest changes.

use super::channel::Channel;
use super::consent::Consent;
use super::held_price::HeldPrice;
use super::hold::{HoldMark, HoldState};
use super::id::{
    DecisionId, EventId, GuestId, OfferId, OfferKey, PlacementId, PropertyId, ReservationId,
    RoomId, SourceId,
};
use super::money::Money;
use super::outcome::{Outcome, Step};
use super::presence::Sighting;
use super::stay::StayFacts;
use super::time::Timestamp;

/// Attribute that tells why.
pub const REASON_CODE: &str = "concierge.reason_code";
/// Reason of a FAILED after which the unit is not there again.
pub const UNIT_GONE: &str = "unit_gone";

/// Kinds of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum EventKind {
    /// An offer was really shown.
    Impression,
    /// An offer was opened.
    Click,
    /// An offer was accepted.
    Accept,
    /// An offer was declined or dismissed.
    Decline,
    /// Staff did not make the offer.
    NotOffered,
    /// A page or a service was looked at.
    View,
    /// Rooms or services were searched.
    Search,
    /// A stay or a service was booked.
    Book,
    /// A booking or an acceptance was cancelled.
    Cancel,
    /// The guest arrived.
    CheckIn,
    /// The guest left.
    CheckOut,
    /// A service was used.
    Consume,
    /// Something was paid.
    Pay,
    /// A payment was returned.
    Refund,
    /// A survey question was answered.
    Survey,
    /// A rating was given.
    Feedback,
    /// A complaint was made.
    Complaint,
    /// An accepted offer was delivered.
    Fulfilled,
    /// An accepted offer could not be delivered.
    Failed,
    /// A consent was given.
    OptIn,
    /// A consent was refused or withdrawn.
    OptOut,
    /// A message arrived.
    Delivered,
    /// A message could not be delivered.
    Bounced,
    /// A message was opened.
    Opened,
    /// A message was answered.
    Replied,
    /// Something is known of the guest right now.
    Presence,
}

impl EventKind {
    /// All of them, in code order.
    pub const ALL: [Self; 26] = [
        Self::Impression,
        Self::Click,
        Self::Accept,
        Self::Decline,
        Self::NotOffered,
        Self::View,
        Self::Search,
        Self::Book,
        Self::Cancel,
        Self::CheckIn,
        Self::CheckOut,
        Self::Consume,
        Self::Pay,
        Self::Refund,
        Self::Survey,
        Self::Feedback,
        Self::Complaint,
        Self::Fulfilled,
        Self::Failed,
        Self::OptIn,
        Self::OptOut,
        Self::Delivered,
        Self::Bounced,
        Self::Opened,
        Self::Replied,
        Self::Presence,
    ];

    /// The kind of a code (its position in [`Self::ALL`]).
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// What this kind says about the offer of a decision; `None` where it says nothing.
    pub fn outcome(self) -> Option<Outcome> {
        let step = |step| Some(Outcome { step, ..Outcome::default() });
        match self {
            Self::Impression => step(Step::Shown),
            Self::Click | Self::Opened | Self::Replied => step(Step::Clicked),
            Self::Accept | Self::Book => step(Step::Accepted),
            Self::Pay => step(Step::Purchased),
            Self::Consume | Self::Fulfilled => {
                Some(Outcome { step: Step::Accepted, fulfilled: true, ..Outcome::default() })
            }
            Self::Decline => {
                Some(Outcome { step: Step::Shown, declined: true, ..Outcome::default() })
            }
            Self::NotOffered => Some(Outcome { not_offered: true, ..Outcome::default() }),
            Self::Cancel | Self::Refund => Some(Outcome { reversed: true, ..Outcome::default() }),
            Self::Failed => Some(Outcome { failed: true, ..Outcome::default() }),
            Self::OptOut => Some(Outcome { unsubscribed: true, ..Outcome::default() }),
            Self::View
            | Self::Search
            | Self::CheckIn
            | Self::CheckOut
            | Self::Survey
            | Self::Feedback
            | Self::Complaint
            | Self::OptIn
            | Self::Delivered
            | Self::Bounced
            | Self::Presence => None,
        }
    }
}

/// What the guest of an event has to do with the stay it is about: who books, who stays and who pays
/// may be three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum PartyRole {
    /// Stays, and may well have booked and pay. Everything counts as the guest's own.
    #[default]
    Stayer,
    /// Books for somebody else. No stay of theirs, no spend, and no word about their taste: they chose
    /// for another.
    Booker,
    /// Pays for somebody else. The spend is theirs, and nothing more.
    Payer,
}

impl PartyRole {
    /// The role of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Stayer, Self::Booker, Self::Payer].get(usize::from(code)).copied()
    }
}

/// A survey answer: how much the tags it praises are wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyAnswer {
    /// Which question.
    pub question: String,
    /// -1 (not at all) to 1 (very much).
    pub value: f32,
    /// The tags asked about.
    pub tags: Vec<String>,
}

/// Something that happened, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Unique within the source.
    pub id: EventId,
    /// The system it comes from.
    pub source: SourceId,
    /// What happened.
    pub kind: EventKind,
    /// When it happened.
    pub time: Timestamp,
    /// To whom.
    pub guest: GuestId,
    /// What that guest has to do with the stay.
    pub role: PartyRole,
    /// At which hotel.
    pub property: Option<PropertyId>,
    /// In which reservation.
    pub reservation: Option<ReservationId>,
    /// In which room.
    pub room: Option<RoomId>,
    /// Through which channel.
    pub channel: Option<Channel>,
    /// The decision it answers: from the attribution token or named outright.
    pub decision: Option<DecisionRef>,
    /// The offer it is about.
    pub offer: Option<OfferId>,
    /// The placement it was shown in.
    pub placement: Option<PlacementId>,
    /// What was paid, returned or agreed.
    pub amount: Option<Money>,
    /// What it cost the hotel.
    pub cost: Option<Money>,
    /// The event this one undoes.
    pub reverses: Option<EventId>,
    /// The stay it is about.
    pub stay: Option<StayFacts>,
    /// The answer of a survey.
    pub survey: Option<SurveyAnswer>,
    /// 1 to 5.
    pub rating: Option<u8>,
    /// The consent given or refused.
    pub consent: Option<Consent>,
    /// What was seen of the guest right now.
    pub presence: Vec<Sighting>,
    /// Did a machine open the message, and not the guest? Then it says nothing.
    pub is_machine: bool,
    /// When the guest was active, where the event says so and it may be kept.
    pub activity: Option<Activity>,
    /// Anything else, at most 32 pairs.
    pub attributes: Vec<(String, String)>,
    /// What it did to units of scarce offers: told by the engine, not by the sender.
    pub holds: Vec<HoldMark>,
    /// The price that was promised for it, where one was.
    pub held_price: Option<Box<HeldPrice>>,
}

impl Event {
    /// An event that says no more than what happened, when and to whom.
    pub fn plain(
        (source, id): (SourceId, EventId),
        kind: EventKind,
        time: Timestamp,
        guest: GuestId,
    ) -> Self {
        Self {
            id,
            source,
            kind,
            time,
            guest,
            role: PartyRole::Stayer,
            property: None,
            reservation: None,
            room: None,
            channel: None,
            decision: None,
            offer: None,
            placement: None,
            amount: None,
            cost: None,
            reverses: None,
            stay: None,
            survey: None,
            rating: None,
            consent: None,
            presence: Vec::new(),
            is_machine: false,
            activity: None,
            attributes: Vec::new(),
            holds: Vec::new(),
            held_price: None,
        }
    }

    /// What it says about the offer or the message of a decision; `None` where it says nothing. A yes
    /// to what was sold out is a yes, and no sale.
    pub fn outcome(&self) -> Option<Outcome> {
        let mut said = self.kind.outcome().filter(|_| !self.is_machine)?;
        said.failed |= self.holds.iter().any(|mark| mark.state == HoldState::Refused);
        Some(said)
    }
}

/// That a guest opened, clicked, answered or accepted, and when on the clock of where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activity {
    /// Segment of the guest then.
    pub segment: u16,
    /// Hour of the local clock, 0 to 23.
    pub hour: u8,
}

/// A decision as an event names it. What a verified attribution token carries beyond the id
/// restores a decision that a crash took before it reached the disk.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionRef {
    /// The decision.
    pub id: DecisionId,
    /// Which of its slots the event speaks of; `None`: of all of them.
    pub place: Option<SlotPlace>,
    /// From a verified token; `None` where the decision was named by its id alone.
    pub token: Option<TokenFacts>,
}

/// A slot of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotPlace {
    /// Number of the placement in the decision, 0-based.
    pub proposition: u8,
    /// Number of the slot in the placement, 0-based.
    pub slot: u8,
}

/// What the signed attribution token of a decision carries: enough to attribute, to cap and to
/// evaluate by, should a crash have taken the decision's record.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenFacts {
    /// When it was decided.
    pub decided: Timestamp,
    /// When its reservation lapses.
    pub expires: Timestamp,
    /// The offers chosen, over all placements, first slot of the first placement first.
    pub slots: Vec<TokenSlot>,
}

/// One offer of a token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TokenSlot {
    /// Where it stood.
    pub place: SlotPlace,
    /// The offer.
    pub offer: OfferKey,
    /// P(the policy chose this offer for this slot | context).
    pub selection_probability: f64,
}
