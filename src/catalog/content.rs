//! What a catalog holds, as domain types, and the bounds of everything in it.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::budget::Budget;
use crate::domain::experiment::program::ProgramPlan;
use crate::domain::gesture::GestureProgram;
use crate::domain::guarantee::Guarantee;
use crate::domain::guest_value::GuestValueRules;
use crate::domain::id::{BrandId, Label};
use crate::domain::lifecycle::Trigger;
use crate::domain::offer::{Offer, Placement, Property};
use crate::domain::policy::{ContactRules, DecisionPolicy, Segment};
use crate::domain::price::LoyaltyTier;
use crate::domain::rank::RankRules;
use crate::domain::routing::{Department, IssueType};
use crate::domain::survey::SurveyQuestion;
use crate::domain::zone::calendar::CalendarDay;

/// Longest document, in bytes.
pub const DOCUMENT_BYTES_MAX: usize = 16 << 20;
/// Most properties.
pub const PROPERTIES_MAX: usize = 1_000;
/// Most categories.
pub const CATEGORIES_MAX: usize = 64;
/// Most offers.
pub const OFFERS_MAX: usize = 10_000;
/// Most fallback offers.
pub const FALLBACKS_MAX: usize = 256;
/// Most treatments of an offer.
pub const TREATMENTS_MAX: usize = 32;
/// Most texts of a treatment, and most attributes of an offer.
pub const TEXTS_MAX: usize = 32;
/// Longest text, in bytes.
pub const TEXT_BYTES_MAX: usize = 4 << 10;
/// Longest name, in bytes.
pub const NAME_BYTES_MAX: usize = 256;
/// Most tags of an offer.
pub const TAGS_MAX: usize = 16;
/// Most placements.
pub const PLACEMENTS_MAX: usize = 256;
/// Most decision policies.
pub const DECISION_POLICIES_MAX: usize = 64;
/// Most levers of a decision policy.
pub const LEVERS_MAX: usize = 256;
/// Most context weights of a decision policy.
pub const CONTEXT_WEIGHTS_MAX: usize = 256;
/// Most contact policies.
pub const CONTACT_POLICIES_MAX: usize = 64;
/// Most quiet hours.
pub const QUIET_HOURS_MAX: usize = 256;
/// Most rule segments.
pub(crate) const RULE_SEGMENTS_MAX: usize = 64;
/// Most segments.
pub const SEGMENTS_MAX: usize = 256;
/// Most first tastes of a segment.
pub const TASTES_MAX: usize = 64;
/// Most response rates of a segment: one a channel and time context.
pub const RESPONSES_MAX: usize = 156;
/// Most survey questions.
pub const SURVEY_QUESTIONS_MAX: usize = 256;
/// Most choices of a survey question.
pub const CHOICES_MAX: usize = 12;
/// Most tiers of the loyalty programme.
pub const TIERS_MAX: usize = 32;
/// Most steps of a price.
pub const PRICE_STEPS_MAX: usize = 16;
/// Most published conditions of a price.
pub const PRICE_RULES_MAX: usize = 32;
/// Most codes or rate plans of a condition.
pub const CODES_MAX: usize = 64;
/// Longest epoch of a price trial, in days.
pub const EPOCH_DAYS_MAX: i64 = 365;
/// Most days ahead that a condition may ask for.
pub const LEAD_DAYS_MAX: i64 = 730;
/// Most nights that a condition may ask for.
pub const NIGHTS_MAX: i64 = 365;
/// Most points of a price.
pub const POINTS_MAX: i64 = 1_000_000_000;
/// Longest text that is told beside a price, in bytes.
pub const DISCLOSURE_BYTES_MAX: usize = 1_024;
/// Most days of the brand's own calendar.
pub const CALENDAR_MAX: usize = 10_000;
/// Most lifecycle triggers.
pub const TRIGGERS_MAX: usize = 64;
/// Most placements of a trigger.
pub const TRIGGER_PLACEMENTS_MAX: usize = 16;
/// Most days before an arrival, or after it or a departure.
pub const TRIGGER_DAYS_MAX: i64 = 365;
/// Most days after a departure until a guest has lapsed.
pub const LAPSED_DAYS_MAX: i64 = 1_095;
/// Longest time by which a trigger may ask late.
pub const TOLERANCE_MAX: Duration = Duration::from_secs(30 * 86_400);
/// Most budgets of promotions.
pub const BUDGETS_MAX: usize = 64;
/// Most offers that a budget names.
pub const BUDGET_OFFERS_MAX: usize = 1_000;
/// Longest time that an acceptance is waited for.
pub const BUDGET_HOLD_MAX: Duration = Duration::from_secs(30 * 86_400);
/// Most parts of a bundle.
pub const PARTS_MAX: u8 = 16;
/// Most departments.
pub const DEPARTMENTS_MAX: usize = 64;
/// Most kinds of concern.
pub const ISSUE_TYPES_MAX: usize = 256;
/// Most skills that a concern asks for.
pub const ISSUE_SKILLS_MAX: usize = 8;
/// Most weights of what guests are worth, of a decision policy.
pub const GUEST_WEIGHTS_MAX: usize = 64;
/// Most guarantees.
pub const GUARANTEES_MAX: usize = 64;
/// Most guarantees that speak of one placement.
pub const PLACEMENT_GUARANTEES_MAX: usize = 4;
/// Most gestures.
pub const GESTURES_MAX: usize = 64;
/// Longest period, window and wait of gestures.
pub const GESTURE_TIME_MAX: Duration = Duration::from_secs(730 * 86_400);
/// Most experiments.
pub const EXPERIMENTS_MAX: usize = 64;
/// Most arms of an experiment.
pub const ARMS_MAX: usize = 16;
/// Largest party that limits can name; a larger one counts as this.
pub const PARTY_MAX: u8 = 20;
/// Longest window of a contact policy.
pub const WINDOW_MAX: Duration = Duration::from_secs(400 * 86_400);
/// Longest reservation of a decision.
pub const RESERVATION_MAX: Duration = Duration::from_secs(90 * 86_400);

/// A kind of offer: levers, context weights and slate caps speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its id.
    pub id: Label,
    /// Its name for staff.
    pub name: String,
}

/// All that a brand publishes, in the order it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogContent {
    /// The brand it is for; `None`: the brand of whoever publishes it.
    pub brand: Option<BrandId>,
    /// What people call this version.
    pub label: String,
    /// Language of who reads none that a text is written in, and of guests whose language nobody knows.
    pub default_locale: Arc<str>,
    /// Hotels.
    pub properties: Vec<Property>,
    /// Kinds of offer.
    pub categories: Vec<Category>,
    /// Offers.
    pub offers: Vec<Offer>,
    /// Slots on surfaces.
    pub placements: Vec<Placement>,
    /// The logic that fills placements.
    pub decision_policies: Vec<DecisionPolicy>,
    /// Caps, quiet hours and channels.
    pub contact: ContactRules,
    /// Segments of guests; the first is that of a guest nobody has placed. Guests hold a segment by
    /// its place in this list, so new segments are added at the end.
    pub segments: Vec<Segment>,
    /// What guests may be asked.
    pub survey_questions: Vec<SurveyQuestion>,
    /// How ranks of free actions explore, and how long they wait.
    pub ranks: RankRules,
    /// The holdout and the experiments.
    pub experiments: ProgramPlan,
    /// Holidays and working days beside those that are built in.
    pub calendar: Vec<CalendarDay>,
    /// Tiers of the loyalty programme, lowest first.
    pub loyalty_tiers: Vec<LoyaltyTier>,
    /// At which moments of a stay the brand speaks up by itself.
    pub lifecycle: Vec<Trigger>,
    /// What may be spent on promotions, and at which return.
    pub budgets: Vec<Budget>,
    /// Parts of the house that take guests' concerns.
    pub departments: Vec<Department>,
    /// Kinds of concern.
    pub issue_types: Vec<IssueType>,
    /// How it is counted what guests are worth; `None`: it is not.
    pub guest_value: Option<GuestValueRules>,
    /// Offers that own a slot for a while.
    pub guarantees: Vec<Guarantee>,
    /// What the house gives for nothing; `None`: nothing.
    pub gestures: Option<GestureProgram>,
    /// Groups of guests by a rule.
    pub rule_segments: Vec<RuleSegment>,
}

/// A group of guests by a rule: who is in it follows from what is known of them at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSegment {
    /// Its id.
    pub id: Label,
    /// As people call it.
    pub name: String,
    /// Who is in it, in CEL.
    pub rule: String,
}
