//! The channel model in bytes.

use std::collections::BTreeMap;

use prost::Message;

use crate::domain::time::Date;
use crate::learn::channel::hazard::Hazard;
use crate::learn::channel::hours::{HOURS, SegmentHours};
use crate::learn::channel::model::{ChannelModel, SPREAD};
use crate::learn::channel::population::{Heterogeneity, Population};
use crate::learn::channel::trust::{Gain, Trust};
use crate::learn::gaussian::Gaussian;

use super::CheckpointError;

/// Everything learnt of channels.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ChannelState {
    /// Day to which evidence has faded.
    #[prost(sint32, tag = "1")]
    day: i32,
    /// Terms that were touched: segment and 1, 0 for those of all guests; its number.
    #[prost(uint32, repeated, tag = "2")]
    terms: Vec<u32>,
    /// Mean and variance of each of them.
    #[prost(double, repeated, tag = "3")]
    beliefs: Vec<f64>,
    /// Labels, gains and their squares, of each group of guests.
    #[prost(double, repeated, tag = "4")]
    trust: Vec<f64>,
    /// Mean and variance of each level and slope of the hazard.
    #[prost(double, repeated, tag = "5")]
    hazard: Vec<f64>,
    /// Segments whose hours are known, each with the day that its counts have faded to.
    #[prost(sint32, repeated, tag = "6")]
    pub(super) hours_of: Vec<i32>,
    /// Counts of the 24 hours of each of them.
    #[prost(double, repeated, tag = "7")]
    hours: Vec<f64>,
}

impl ChannelState {
    pub(super) fn of(model: &ChannelModel) -> Self {
        let (day, touched) = model.population.touched();
        let mut state = Self { day: day.0, ..Self::default() };
        for ((segment, term), known) in touched {
            let segment = segment.map_or(0, |segment| u32::from(segment) + 1);
            state.terms.extend([segment, u32::from(term)]);
            state.beliefs.extend([known.mean, known.variance]);
        }
        let rows = model.trust.groups.iter();
        state.trust = rows.flat_map(|gain| [gain.labels, gain.sum, gain.squares]).collect();
        let weights = model.hazard.levels.iter().chain(&model.hazard.slopes);
        state.hazard = weights.flat_map(|weight| [weight.mean, weight.variance]).collect();
        for (segment, hours) in &model.hours {
            state.hours_of.extend([i32::from(*segment), hours.day.0]);
            state.hours.extend(hours.counts);
        }
        state
    }

    pub(super) fn model(&self) -> Result<ChannelModel, CheckpointError> {
        let unsound = || CheckpointError::Shape("channels");
        let (keys, pairs) = (self.terms.as_chunks::<2>(), self.beliefs.as_chunks::<2>());
        let is_whole = keys.1.is_empty() && pairs.1.is_empty() && keys.0.len() == pairs.0.len();
        if !is_whole {
            return Err(unsound());
        }
        let mut touched = Vec::with_capacity(keys.0.len());
        for ([segment, term], [mean, variance]) in keys.0.iter().zip(pairs.0) {
            let segment = segment.checked_sub(1).map(u16::try_from).transpose();
            let key =
                (segment.map_err(|_| unsound())?, u16::try_from(*term).map_err(|_| unsound())?);
            touched.push((key, Gaussian::new(*mean, *variance)));
        }
        let population = Population::restore(
            Heterogeneity::default(),
            SPREAD.total(),
            Date(self.day),
            touched.into_iter(),
        );
        let mut trust = Trust::default();
        let rows = self.trust.as_chunks::<3>();
        if rows.0.len() != trust.groups.len() || !rows.1.is_empty() {
            return Err(unsound());
        }
        for (gain, [labels, sum, squares]) in trust.groups.iter_mut().zip(rows.0) {
            *gain = Gain { labels: *labels, sum: *sum, squares: *squares };
        }
        let mut hazard = Hazard::default();
        let rows = self.hazard.as_chunks::<2>();
        if rows.0.len() != hazard.levels.len() + hazard.slopes.len() || !rows.1.is_empty() {
            return Err(unsound());
        }
        let weights = hazard.levels.iter_mut().chain(&mut hazard.slopes);
        for (weight, [mean, variance]) in weights.zip(rows.0) {
            *weight = Gaussian::new(*mean, *variance);
        }
        Ok(ChannelModel { population, trust, hazard, hours: self.hours()? })
    }

    fn hours(&self) -> Result<BTreeMap<u16, SegmentHours>, CheckpointError> {
        let unsound = || CheckpointError::Shape("hours");
        let (of, counts) = (self.hours_of.as_chunks::<2>(), self.hours.as_chunks::<HOURS>());
        let is_whole = of.1.is_empty() && counts.1.is_empty() && of.0.len() == counts.0.len();
        if !is_whole || self.hours.iter().any(|count| !count.is_finite() || *count < 0.0) {
            return Err(unsound());
        }
        let read = |([segment, day], counts): (&[i32; 2], &[f64; HOURS])| {
            let segment = u16::try_from(*segment).map_err(|_| unsound())?;
            Ok((segment, SegmentHours { counts: *counts, day: Date(*day) }))
        };
        of.0.iter().zip(counts.0).map(read).collect()
    }
}
