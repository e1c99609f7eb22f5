//! What was fitted to the guests of a brand: how they come again and what they spend, and which groups
//! they form, what goes with what. It stands in the log; what a guest is worth at any later moment follows from it and from
//! the guest's own stays.

use super::complement::ComplementFit;
use super::id::Label;
use super::time::Timestamp;

/// A model of when guests come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum RepeatKind {
    /// MBG/NBD: guests may leave after any stay.
    MbgNbd = 1,
    /// Pareto/NBD: guests may leave at any moment.
    ParetoNbd = 2,
}

impl RepeatKind {
    /// The kind of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::MbgNbd, Self::ParetoNbd].into_iter().find(|kind| *kind as u8 == code)
    }

    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::MbgNbd => "MBG/NBD",
            Self::ParetoNbd => "Pareto/NBD",
        }
    }
}

/// How the guests of a brand come again, what they spend, and where the tiers of value lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueFit {
    /// Stays before this moment were fitted.
    pub until: Timestamp,
    /// The model of coming again that speaks for these guests.
    pub repeat: RepeatKind,
    /// Its parameters: r, α, then a, b (MBG/NBD) or s, β (Pareto/NBD); times in weeks.
    pub parameters: [f64; 4],
    /// Gamma-Gamma: p, q, v; `None` with too few repeat stays.
    pub spend: Option<[f64; 3]>,
    /// What a stay brings on average, in major units, where there is no model of it.
    pub mean_spend: f64,
    /// Days between two stays of a guest, the median over all.
    pub gap_days: Option<f64>,
    /// Least lifetime values of tiers A, B and C.
    pub bounds: Option<[f64; 3]>,
    /// Months that lifetime value looks ahead.
    pub months: u32,
    /// Margin share, commission share, cost of service, cost of messages, discount rate.
    pub economics: [f64; 5],
    /// Guests who had stayed.
    pub guests: u64,
    /// Of those, who had come more than once.
    pub repeaters: u64,
}

/// The groups that guests of a brand form.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentFit {
    /// As of this moment.
    pub until: Timestamp,
    /// Guests that were looked at.
    pub guests: u64,
    /// Mean silhouette of the clusters, -1 to 1.
    pub silhouette: f64,
    /// What guests were compared by.
    pub features: Vec<FeatureFit>,
    /// Clusters, the largest first.
    pub clusters: Vec<ClusterFit>,
    /// How many guests each rule segment had.
    pub rules: Vec<RuleFit>,
}

/// A feature of guests, as it was spread.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureFit {
    /// Its id.
    pub id: Box<str>,
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation; 0: all guests were alike in it.
    pub deviation: f64,
    /// Upper ends of all bins but the last, ascending.
    pub edges: Vec<f64>,
    /// Guests in each bin, and last those of whom it was not known.
    pub counts: Vec<u64>,
}

/// A cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterFit {
    /// What tells its guests from others, in plain words.
    pub name: Box<str>,
    /// Its centre: of each feature, how many standard deviations from the mean.
    pub centre: Vec<f64>,
    /// Its guests.
    pub guests: u64,
}

/// A rule segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFit {
    /// Its id.
    pub id: Label,
    /// Its guests.
    pub guests: u64,
}

/// Something that was fitted.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueFact {
    /// What guests are worth.
    Valued(ValueFit),
    /// Which groups they form.
    Segmented(SegmentFit),
    /// What goes with what they chose.
    Complemented(ComplementFit),
}
