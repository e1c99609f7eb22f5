//! How does the business stand? The seven P's of a brand or of one of its hotels, from the log.
//!
//! | P | what it answers | file |
//! |---|---|---|
//! | profiling | of whom do we know what they like? | here |
//! | persistency | who comes again, who is about to be lost, who moved between tiers? | [`persistency`] |
//! | profitability | who and what brings the profit, and what is personalization worth? | here |
//! | performance | how do decisions do, and was it foreseen? | [`calibration`] |
//! | prospecting | who became a guest, and who is like the best ones? | here |
//! | product | which offers do well, which take each other's place? | [`product`] |
//! | promotion | what does a discount bring? | [`promotion`] |
//!
//! Beside them stand the groups that guests form ([`groups`]).
//!
//! Pure sums over what is handed in; the same log gives the same report. No guest is named.

pub mod calibration;
pub mod complements;
pub mod groups;
pub mod persistency;
pub mod product;
pub mod promotion;
pub mod share;

use serde::Serialize;

use super::experiment::impact;
use super::value::tiers::Tier;
use calibration::Calibration;
use groups::Groups;
use persistency::Persistency;
use product::{Funnel, Product};
use promotion::Promotion;
use share::Share;

/// The seven P's.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The brand.
    pub brand: String,
    /// The hotel; `None`: all of the brand.
    pub property: Option<String>,
    /// First day of the period, UTC, YYYY-MM-DD.
    pub from: String,
    /// Last day of the period, likewise.
    pub through: String,
    /// Of whom it is known what they like.
    pub profiling: Profiling,
    /// Who comes again.
    pub persistency: Persistency,
    /// What brings the profit.
    pub profitability: Profitability,
    /// How decisions do.
    pub performance: Performance,
    /// Who became a guest.
    pub prospecting: Prospecting,
    /// How offers do.
    pub product: Product,
    /// What discounts bring.
    pub promotion: Promotion,
    /// Which groups guests form; `None` for one hotel, and before they were fitted or ruled.
    pub groups: Option<Groups>,
}

/// Of how many guests it is known what they like, and what may be used.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Profiling {
    /// Guests anything was heard of up to the end of the period.
    pub guests: u64,
    /// Who allow profiling.
    pub profiled: u64,
    /// Who allow marketing.
    pub marketable: u64,
    /// Who can be reached on a channel beyond the house.
    pub reachable: u64,
    /// Whose taste is known: the variance is below half of what it is before anything is seen.
    pub known: u64,
    /// How much of a taste is known on average: 1 less its variance over what it is before anything is
    /// seen, 0 to 1.
    pub learnt: f64,
    /// Who stated a preference, or of whom staff or a survey did.
    pub stated: u64,
    /// Survey answers in the period.
    pub survey_answers: u64,
    /// Guests by segment.
    pub segments: Vec<SegmentLine>,
}

/// A segment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SegmentLine {
    /// Its id; empty: guests of no segment.
    pub segment: String,
    /// Its guests.
    pub guests: u64,
    /// Those whose taste is known.
    pub known: u64,
}

/// What brings the profit. Money in major units of the brand's currency.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Profitability {
    /// Paid less refunded in the period.
    pub paid: f64,
    /// What accepted offers brought.
    pub offer_revenue: f64,
    /// Of that, what is left after taxes, variable costs and commission.
    pub offer_margin: f64,
    /// Messages that were to be sent.
    pub contacts: u64,
    /// What they cost.
    pub contact_cost: f64,
    /// Margin less cost of messages, a decision.
    pub margin_per_decision: f64,
    /// Nights of rooms with guests in the period.
    pub room_nights: u64,
    /// What personalization brought beyond the holdout; `None` without one, or too early.
    pub incremental: Option<Incremental>,
}

/// Margin beyond that of the holdout.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Incremental {
    /// For a guest, in major units.
    pub per_guest: f64,
    /// For a night of a room with guests: over all guests of the policy, spread over all such nights.
    pub per_room_night: f64,
    /// Lower end of its always-valid interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// How decisions do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Performance {
    /// Decisions.
    pub decisions: u64,
    /// Placements that were answered by the model, as a share.
    pub by_model: Share,
    /// What came of all slots.
    pub funnel: Funnel,
    /// Accepted of offered.
    pub accept_rate: Share,
    /// Each placement.
    pub placements: Vec<PlacementLine>,
    /// Each channel that messages were to go through.
    pub channels: Vec<ChannelLine>,
    /// Decisions that chose not to send.
    pub withheld: u64,
    /// The whole policy against the holdout and each ablation.
    pub impact: impact::Report,
    /// Was acceptance foreseen? `None` with few labels.
    pub calibration: Option<Calibration>,
}

/// A placement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlacementLine {
    /// Its id.
    pub placement: String,
    /// What came of its slots.
    pub funnel: Funnel,
    /// Accepted of offered.
    pub accept_rate: Share,
}

/// A channel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChannelLine {
    /// Its name.
    pub channel: String,
    /// Messages that were to go through it.
    pub contacts: u64,
    /// Of those, answered: something they carried was clicked, or more.
    pub answered: Share,
    /// Of those, ended in an unsubscription.
    pub unsubscribed: Share,
}

/// Who became a guest.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Prospecting {
    /// People known at the beginning of the period who had not stayed, and those who came into view
    /// in it.
    pub prospects: u64,
    /// Of those, who booked or arrived in the period.
    pub converted: Share,
    /// Of those who did not, how alike the taste is to that of the best guests: counts by cosine,
    /// below 0, 0 to ¼, ¼ to ½, ½ to ¾, above. Empty where no guest is valued.
    pub look_alike: Vec<u64>,
    /// What messages to prospects cost for each who became a guest; `None` where nobody did.
    pub cost_per_conversion: Option<f64>,
}

/// How guests moved between tiers: rows from A to D before, columns after.
pub type Migration = [[u64; Tier::ALL.len()]; Tier::ALL.len()];
