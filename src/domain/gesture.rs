//! Gestures: what the house gives for nothing, to surprise a guest or to make up for what went wrong.
//!
//! A gesture has no price and cannot be bought. It costs the house something, and it is chosen by what
//! it does to satisfaction and to the guest's return.

use std::time::Duration;

use super::guest_value::ValueTier;
use super::id::{Fingerprint, GuestKey, Label, PropertyId, RequestId, ReservationId};
use super::money::Money;
use super::survey::Texts;
use super::time::Timestamp;

/// What calls for a gesture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum GestureTrigger {
    /// Something went wrong, and the guest said so.
    Complaint,
    /// The guest had to wait.
    LongWait,
    /// A birthday, an anniversary: something the guest told of.
    Occasion,
    /// A guest who is worth much (tier A or B).
    HighValue,
    /// A guest who has not been here for long.
    Lapsed,
}

impl GestureTrigger {
    /// All of them, in code order.
    pub const ALL: [Self; 5] =
        [Self::Complaint, Self::LongWait, Self::Occasion, Self::HighValue, Self::Lapsed];

    /// The trigger of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// Its name in files and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Complaint => "COMPLAINT",
            Self::LongWait => "LONG_WAIT",
            Self::Occasion => "OCCASION",
            Self::HighValue => "HIGH_VALUE",
            Self::Lapsed => "LAPSED",
        }
    }

    /// Does it make up for something? Else it is a surprise.
    pub fn is_recovery(self) -> bool {
        matches!(self, Self::Complaint | Self::LongWait)
    }
}

/// The gravest trouble.
pub const SEVERITY_MAX: u8 = 5;

/// What a gesture is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Occasion {
    /// What calls for it.
    pub trigger: GestureTrigger,
    /// How grave the trouble is, 1 to [`SEVERITY_MAX`]; 0 for a surprise.
    pub severity: u8,
}

/// A gesture, as it is published.
#[derive(Debug, Clone, PartialEq)]
pub struct Gesture {
    /// Its id.
    pub id: Label,
    /// Its name for staff.
    pub name: String,
    /// What it answers to; all recoveries or all surprises.
    pub triggers: Vec<GestureTrigger>,
    /// What it costs the house.
    pub cost: Money,
    /// Hotels that can give it; empty: all.
    pub properties: Vec<PropertyId>,
    /// For trouble of this gravity at least, 0 to [`SEVERITY_MAX`].
    pub least_severity: u8,
    /// What it is thought to add to satisfaction (1 to 5) before anything is known.
    pub prior_satisfaction: f64,
    /// What it is thought to add to the chance of another stay before anything is known.
    pub prior_return: f64,
    /// What staff may say with it, by language.
    pub talking_points: Texts,
}

impl Gesture {
    /// Names it in records: a hash of its id, never 0.
    pub fn key(&self) -> u64 {
        let Fingerprint(key) = Fingerprint::of(&format!("gesture {}", self.id));
        key.max(1)
    }

    /// May it be given there, for that?
    pub fn answers(&self, property: &PropertyId, occasion: Occasion) -> bool {
        self.triggers.contains(&occasion.trigger)
            && occasion.severity >= self.least_severity
            && (self.properties.is_empty() || self.properties.contains(property))
    }
}

/// How gestures are paid for, measured and chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct GestureProgram {
    /// What may be spent in a period.
    pub amount: Money,
    /// When the first period begins.
    pub start: Timestamp,
    /// How long a period lasts.
    pub period: Duration,
    /// A guest has one gesture at most in this time.
    pub window: Duration,
    /// Share of guests who get none, so that effects can be measured, 0 to 0.5.
    pub holdout: f64,
    /// Nobody whose trouble is graver is kept without.
    pub holdout_severity: u8,
    /// What one point of satisfaction is worth, in major units.
    pub satisfaction_worth: f64,
    /// What it is worth that a guest returns who would not have, in major units.
    pub return_worth: f64,
    /// How long a rating is waited for.
    pub survey_wait: Duration,
    /// How long the next stay is waited for.
    pub return_wait: Duration,
    /// Values are divided by this before exploration.
    pub value_cap: f64,
    /// Sharpness of the exploration: `γ = gamma0 · √(labels + 1)`.
    pub gamma0: f64,
    /// Share drawn uniformly.
    pub floor: f64,
    /// What can be given.
    pub gestures: Vec<Gesture>,
}

impl GestureProgram {
    /// Names the budget: another start or length is another one.
    pub fn budget_key(&self) -> u64 {
        let text = format!("gestures@{}+{}", self.start.as_micros(), self.period.as_micros());
        Fingerprint::of(&text).0
    }

    /// The number of the period of a moment, and how much of it is left, 0 to 1; `None` before the first.
    #[expect(clippy::cast_precision_loss, reason = "a share of a period")]
    pub fn period_at(&self, now: Timestamp) -> Option<(i64, f64)> {
        let length = i64::try_from(self.period.as_micros()).ok().filter(|length| *length > 0)?;
        let since = now.as_micros().checked_sub(self.start.as_micros())?;
        let (number, inside) = (since.div_euclid(length), since.rem_euclid(length));
        (since >= 0).then_some((number, 1.0 - inside as f64 / length as f64))
    }
}

/// A call for a gesture, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct GestureQuery {
    /// The hotel that asks.
    pub property: PropertyId,
    /// For whom.
    pub guest: super::id::GuestId,
    /// For which stay.
    pub reservation: Option<ReservationId>,
    /// What for.
    pub occasion: Occasion,
    /// Makes a repeated call return the stored answer.
    pub request: Option<RequestId>,
}

/// Why no gesture is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum NoGesture {
    /// None answers to this, here.
    NoneFits,
    /// The guest had one lately.
    HadOne,
    /// Too little is left of the budget.
    NoBudget,
    /// Kept without, so that effects can be measured.
    HeldOut,
    /// None is worth its cost.
    NotWorth,
}

impl NoGesture {
    /// All of them, in code order.
    pub const ALL: [Self; 5] =
        [Self::NoneFits, Self::HadOne, Self::NoBudget, Self::HeldOut, Self::NotWorth];

    /// Was there something to give? Then the guest is one of those without, for comparison.
    pub fn is_arm(self) -> bool {
        matches!(self, Self::HeldOut | Self::NotWorth)
    }
}

/// A gesture that could have been given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GestureArm {
    /// Which ([`Gesture::key`]).
    pub gesture: u64,
    /// Expected effect on satisfaction, in points.
    pub satisfaction: f64,
    /// Expected effect on the chance of another stay.
    pub returning: f64,
    /// What it costs, in minor units.
    pub cost: i64,
    /// What it is worth over none, in major units, its cost at the shadow price.
    pub value: f64,
    /// P(the policy chose it | what was eligible).
    pub selection_probability: f64,
}

/// What a choice was made from, and what it came to: enough to make it again.
#[derive(Debug, Clone, PartialEq)]
pub struct GestureChoice {
    /// For whom.
    pub guest: GuestKey,
    /// Ids of the guest at that moment.
    pub ids: Vec<GuestKey>,
    /// Where.
    pub property: PropertyId,
    /// For which stay.
    pub reservation: Option<Fingerprint>,
    /// When.
    pub decided: Timestamp,
    /// Catalog version in force.
    pub catalog_version: u64,
    /// Sequence of the last record that the effects had been learnt from.
    pub model_version: u64,
    /// What for.
    pub occasion: Occasion,
    /// What the guest was worth, where that may be known.
    pub tier: Option<ValueTier>,
    /// May what comes of it be learnt from?
    pub is_measured: bool,
    /// What was left of the budget before it, in minor units.
    pub left: i64,
    /// Shadow price of money: 1 while the budget lasts.
    pub shadow_price: f64,
    /// What could have been given.
    pub arms: Vec<GestureArm>,
    /// P(none, because none is worth it), and P(none, to measure).
    pub none: [f64; 2],
    /// Seed of the draw.
    pub seed: u64,
    /// The draw.
    pub draw: f64,
    /// The arm chosen, or why there is none.
    pub chosen: Result<u8, NoGesture>,
}

impl GestureChoice {
    /// The arm that is given.
    pub fn given(&self) -> Option<&GestureArm> {
        self.arms.get(usize::from(self.chosen.ok()?))
    }

    /// P(the policy chose this gesture, or none | what was eligible).
    pub fn selection_probability(&self) -> f64 {
        match (self.given(), self.chosen) {
            (Some(arm), _) => arm.selection_probability,
            (None, Err(why)) if why.is_arm() => self.none.iter().sum(),
            (None, _) => 1.0,
        }
    }
}
