//! Which groups do guests form, how large are they, what do they bring, and have they changed?

use serde::Serialize;

use crate::learn::audience::drift::{Alarm, Drift};

/// Groups of guests, as they stand at a moment.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Groups {
    /// Guests who allow profiling: of others nothing is told.
    pub guests: u64,
    /// The day clusters were fitted on, YYYY-MM-DD; `None`: never.
    pub fitted: Option<String>,
    /// Guests that were fitted.
    pub fitted_guests: u64,
    /// How well clusters stand apart, -1 to 1: from about ½ on well, below ¼ hardly.
    pub silhouette: f64,
    /// Clusters, as they were the largest first.
    pub clusters: Vec<GroupLine>,
    /// Rule segments, in the order of the catalog.
    pub rules: Vec<GroupLine>,
    /// The sizes of clusters together against those at the fit.
    pub sizes: Option<DriftLine>,
    /// What guests are compared by.
    pub features: Vec<FeatureLine>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupLine {
    /// Its id.
    pub id: String,
    /// What tells its guests from others, or what people call it.
    pub name: String,
    /// Its guests.
    pub guests: u64,
    /// Of all guests.
    pub share: f64,
    /// Of all guests at the fit; `None` for a rule that is younger.
    pub share_at_fit: Option<f64>,
    /// Share of the profit that all guests have brought so far.
    pub profit_share: f64,
    /// Share of lifetime value; `None` before values were fitted.
    pub value_share: Option<f64>,
    /// Of each feature of [`Groups::features`], how many standard deviations its guests stand from the
    /// mean of all, at the fit. Empty for a rule.
    pub centre: Vec<f64>,
    /// Its size against that at the fit.
    pub drift: Option<DriftLine>,
}

/// A feature of guests.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeatureLine {
    /// Its id.
    pub feature: String,
    /// Its spread against that at the fit.
    pub drift: Option<DriftLine>,
}

/// How much something has changed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DriftLine {
    /// Population stability index.
    pub psi: f64,
    /// What chance alone stays below, 999 times of 1,000.
    pub by_chance: f64,
    /// `none`, `moderate` or `major`.
    pub alarm: &'static str,
}

impl DriftLine {
    /// From counts then to counts now, bin by bin.
    pub fn between(then: &[u64], now: &[u64]) -> Option<Self> {
        let drift = Drift::between(then, now)?;
        let Drift { psi, by_chance } = drift;
        Some(Self { psi, by_chance, alarm: drift.alarm().name() })
    }

    /// Is it worth somebody's attention?
    pub fn is_alarm(&self) -> bool {
        self.alarm != Alarm::None.name()
    }
}

impl Groups {
    /// Everything that has drifted enough to be told: what, and how much.
    pub fn alarms(&self) -> Vec<(String, DriftLine)> {
        self.drifts().into_iter().filter(|(_, drift)| drift.is_alarm()).collect()
    }

    /// How far everything has drifted that is watched.
    pub fn drifts(&self) -> Vec<(String, DriftLine)> {
        let sizes = self.sizes.map(|drift| ("sizes of clusters".to_owned(), drift));
        let rules = self
            .rules
            .iter()
            .filter_map(|line| Some((format!("size of {}", line.id), line.drift?)));
        let features = self
            .features
            .iter()
            .filter_map(|line| Some((format!("spread of {}", line.feature), line.drift?)));
        sizes.into_iter().chain(rules).chain(features).collect()
    }
}
