//! What was fitted to the guests of a brand. One message, of which one field says what it is: 1 their
//! value, 2 their groups, 3 what goes with what.
//!
//! Their value: 1 until, 2 model, 3 its parameters (row: 4 × f64), 4 what a stay brings (row: 3 × f64), 5
//! mean of that, 6 gap (row: f64), 7 bounds of tiers (row: 3 × f64), 8 months, 9 economics (row: 5 × f64),
//! 10 guests, 11 repeaters. Groups: 1 until, 2 guests, 3 silhouette, 4 features, 5 clusters, 6 rules. A
//! feature: 1 id, 2 mean, 3 deviation, 4 edges, 5 counts. A cluster: 1 name, 2 centre, 3 guests. A rule: 1
//! id, 2 guests. Lists of numbers are rows of one. What goes with what: 1 until, 2 guests, 3 pairs (row: key
//! u64 of the one, key u64 of the other, percent i16).

use super::parts;
use crate::domain::complement::{Complement, ComplementFit};
use crate::domain::id::{Label, OfferKey};
use crate::domain::time::Timestamp;
use crate::domain::value::{
    ClusterFit, FeatureFit, RepeatKind, RuleFit, SegmentFit, ValueFact, ValueFit,
};
use crate::store::wire::{self, Fields, Malformed, Read, Row, Value};

pub(super) fn write(out: &mut Vec<u8>, fact: &ValueFact) {
    match fact {
        ValueFact::Valued(fit) => wire::message(out, 1, |out| write_value(out, fit)),
        ValueFact::Segmented(fit) => wire::message(out, 2, |out| write_segments(out, fit)),
        ValueFact::Complemented(fit) => wire::message(out, 3, |out| write_complements(out, fit)),
    }
}

pub(super) fn read(mut fields: Fields<'_>) -> Read<ValueFact> {
    let mut fact = None;
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => fact = Some(ValueFact::Valued(read_value(value.message()?)?)),
            2 => fact = Some(ValueFact::Segmented(read_segments(value.message()?)?)),
            3 => fact = Some(ValueFact::Complemented(read_complements(value.message()?)?)),
            _ => {}
        }
    }
    fact.ok_or(Malformed("a fit says nothing"))
}

fn put_all<const N: usize>(out: &mut Vec<u8>, field: u32, numbers: Option<&[f64; N]>) {
    let numbers: &[f64] = numbers.map_or(&[], |numbers| numbers);
    wire::put_rows(out, field, numbers.iter(), |number| -> [u8; 8] { number.to_le_bytes() });
}

fn all<const N: usize>(value: Value<'_>) -> Read<[f64; N]> {
    let numbers = value.rows(number)?;
    <[f64; N]>::try_from(numbers).map_err(|_| Malformed("a fit has another number of numbers"))
}

#[expect(clippy::unnecessary_wraps, reason = "as rows are read")]
fn number(mut row: Row<'_, 8>) -> Read<f64> {
    Ok(row.f64())
}

#[expect(clippy::unnecessary_wraps, reason = "as rows are read")]
fn count(mut row: Row<'_, 8>) -> Read<u64> {
    Ok(row.u64())
}

fn write_value(out: &mut Vec<u8>, fit: &ValueFit) {
    parts::put_time(out, 1, fit.until);
    wire::put_uint(out, 2, fit.repeat as u8);
    put_all(out, 3, Some(&fit.parameters));
    put_all(out, 4, fit.spend.as_ref());
    wire::put_double(out, 5, fit.mean_spend);
    put_all(out, 6, fit.gap_days.map(|gap| [gap]).as_ref());
    put_all(out, 7, fit.bounds.as_ref());
    wire::put_uint(out, 8, fit.months);
    put_all(out, 9, Some(&fit.economics));
    wire::put_uint(out, 10, fit.guests);
    wire::put_uint(out, 11, fit.repeaters);
}

fn read_value(mut fields: Fields<'_>) -> Read<ValueFit> {
    let (mut repeat, mut parameters, mut economics) = (None, None, None);
    let (mut until, mut spend, mut gap, mut bounds) = (Timestamp::EPOCH, None, None, None);
    let (mut mean_spend, mut months, mut guests, mut repeaters) = (0.0, 0, 0, 0);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => until = parts::read_time(value)?,
            2 => repeat = Some(value.code(RepeatKind::from_code)?),
            3 => parameters = Some(all(value)?),
            4 => spend = Some(all(value)?),
            5 => mean_spend = value.double()?,
            6 => gap = Some(all::<1>(value)?),
            7 => bounds = Some(all(value)?),
            8 => months = value.uint()?,
            9 => economics = Some(all(value)?),
            10 => guests = value.uint()?,
            11 => repeaters = value.uint()?,
            _ => {}
        }
    }
    Ok(ValueFit {
        until,
        repeat: repeat.ok_or(Malformed("the model is missing"))?,
        parameters: parameters.ok_or(Malformed("the parameters are missing"))?,
        spend,
        mean_spend,
        gap_days: gap.map(|[gap]| gap),
        bounds,
        months,
        economics: economics.ok_or(Malformed("the economics are missing"))?,
        guests,
        repeaters,
    })
}

fn write_segments(out: &mut Vec<u8>, fit: &SegmentFit) {
    let numbers = |out: &mut Vec<u8>, field, numbers: &[f64]| {
        wire::put_rows(out, field, numbers.iter(), |number| -> [u8; 8] { number.to_le_bytes() });
    };
    parts::put_time(out, 1, fit.until);
    wire::put_uint(out, 2, fit.guests);
    wire::put_double(out, 3, fit.silhouette);
    for feature in &fit.features {
        wire::message(out, 4, |out| {
            wire::put_bytes(out, 1, feature.id.as_bytes());
            wire::put_double(out, 2, feature.mean);
            wire::put_double(out, 3, feature.deviation);
            numbers(out, 4, &feature.edges);
            wire::put_rows(out, 5, feature.counts.iter(), |n| -> [u8; 8] { n.to_le_bytes() });
        });
    }
    for cluster in &fit.clusters {
        wire::message(out, 5, |out| {
            wire::put_bytes(out, 1, cluster.name.as_bytes());
            numbers(out, 2, &cluster.centre);
            wire::put_uint(out, 3, cluster.guests);
        });
    }
    for rule in &fit.rules {
        wire::message(out, 6, |out| {
            wire::put_bytes(out, 1, rule.id.as_str());
            wire::put_uint(out, 2, rule.guests);
        });
    }
}

fn read_segments(mut fields: Fields<'_>) -> Read<SegmentFit> {
    let mut fit = SegmentFit {
        until: Timestamp::EPOCH,
        guests: 0,
        silhouette: 0.0,
        features: Vec::new(),
        clusters: Vec::new(),
        rules: Vec::new(),
    };
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => fit.until = parts::read_time(value)?,
            2 => fit.guests = value.uint()?,
            3 => fit.silhouette = value.double()?,
            4 => fit.features.push(read_feature(value.message()?)?),
            5 => fit.clusters.push(read_cluster(value.message()?)?),
            6 => fit.rules.push(read_rule(value.message()?)?),
            _ => {}
        }
    }
    let is_whole = |cluster: &ClusterFit| cluster.centre.len() == fit.features.len();
    if fit.clusters.iter().all(is_whole) {
        Ok(fit)
    } else {
        Err(Malformed("a centre has another number of features"))
    }
}

fn write_complements(out: &mut Vec<u8>, fit: &ComplementFit) {
    parts::put_time(out, 1, fit.until);
    wire::put_uint(out, 2, fit.guests);
    wire::put_rows(out, 3, fit.pairs.iter(), |pair| -> [u8; 18] {
        let (with, offer) = (pair.with.0.to_le_bytes(), pair.offer.0.to_le_bytes());
        wire::row(&[&with, &offer, &pair.percent.to_le_bytes()])
    });
}

fn read_complements(mut fields: Fields<'_>) -> Read<ComplementFit> {
    let mut fit = ComplementFit::default();
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => fit.until = parts::read_time(value)?,
            2 => fit.guests = value.uint()?,
            3 => fit.pairs = value.rows(complement)?,
            _ => {}
        }
    }
    Ok(fit)
}

#[expect(clippy::unnecessary_wraps, reason = "as rows are read")]
fn complement(mut row: Row<'_, 18>) -> Read<Complement> {
    let (with, offer) = (OfferKey(row.u64()), OfferKey(row.u64()));
    Ok(Complement { with, offer, percent: i16::from_le_bytes(row.u16().to_le_bytes()) })
}

fn read_feature(mut fields: Fields<'_>) -> Read<FeatureFit> {
    let mut feature = FeatureFit {
        id: "".into(),
        mean: 0.0,
        deviation: 0.0,
        edges: Vec::new(),
        counts: Vec::new(),
    };
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => feature.id = value.text()?.into(),
            2 => feature.mean = value.double()?,
            3 => feature.deviation = value.double()?,
            4 => feature.edges = value.rows(number)?,
            5 => feature.counts = value.rows(count)?,
            _ => {}
        }
    }
    Ok(feature)
}

fn read_cluster(mut fields: Fields<'_>) -> Read<ClusterFit> {
    let mut cluster = ClusterFit { name: "".into(), centre: Vec::new(), guests: 0 };
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => cluster.name = value.text()?.into(),
            2 => cluster.centre = value.rows(number)?,
            3 => cluster.guests = value.uint()?,
            _ => {}
        }
    }
    Ok(cluster)
}

fn read_rule(mut fields: Fields<'_>) -> Read<RuleFit> {
    let (mut id, mut guests) = (None, 0);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => id = Some(value),
            2 => guests = value.uint()?,
            _ => {}
        }
    }
    Ok(RuleFit { id: parts::id(id, Label::parse)?, guests })
}
