//! First tastes of segments are learnt from the log, and come into force as a catalog version of the
//! same text: a decision's record names it, so that it can be made again.
//!
//! What people wrote down is where learning starts from, and has the last word: a learnt leaning holds
//! as long as the text says of that segment and tag what it said when it was learnt. Only decisions for
//! guests who allow profiling are learnt from, and of those only what is final.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalog::content::TASTES_MAX;
use crate::catalog::{Catalog, CatalogContent};
use crate::domain::decision::Decision;
use crate::domain::id::Label;
use crate::domain::offer::Offer;
use crate::domain::outcome::Outcome;
use crate::domain::policy::{LearningMode, LearntTaste, Segment};
use crate::domain::record::{Body, Record};
use crate::domain::scope::{PropertyScope, Right, Scope};
use crate::domain::time::{DAY_MICROS, Timestamp};
use crate::learn::fold::label;
use crate::learn::leanings::{Answer, Heard, Leaning, fit};
use crate::store::RecordKind;

use super::Engine;
use super::catalogs::Learnt;
use super::error::Error;
use super::learning::was_shown;
use super::token::places;
use super::wire::{LearntSegmentTastes, LearntTagTaste};

/// Days of the log that are learnt from.
const DAYS: i64 = 180;
/// A leaning that moved less than this from what was written down is not told apart from it.
const MOVED_MIN: f64 = 0.02;

/// What was learnt of a segment.
#[derive(Debug, Clone, PartialEq)]
pub struct LearntSegment {
    /// The segment.
    pub segment: Label,
    /// Offers that its guests had the chance to answer.
    pub offered: u64,
    /// Of those, accepted.
    pub accepted: u64,
    /// What moved, the farthest first.
    pub leanings: Vec<LearntLeaning>,
}

/// What a segment thinks of a tag.
#[derive(Debug, Clone, PartialEq)]
pub struct LearntLeaning {
    /// The tag.
    pub tag: Label,
    /// What the text says, in log-odds; 0 where it says nothing.
    pub written: f32,
    /// What was learnt, in log-odds.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
}

impl Engine {
    /// Learns the first tastes of all segments, and puts them in force, unless they are only to be
    /// looked at. Returns the catalog version in force. Reads the log of half a year.
    ///
    /// # Errors
    /// Without the right, with a credential of some properties, before a catalog was published, or where
    /// the store cannot be read.
    pub fn learn_segments(
        &self,
        scope: &Scope,
        is_trial: bool,
    ) -> Result<(u64, Vec<LearntSegment>), Error> {
        self.need(scope, Right::CatalogWrite)?;
        if scope.properties != PropertyScope::All {
            return Err(Error::out_of_reach());
        }
        let brand = self.brands.get(&scope.brand);
        let catalog = Arc::clone(&brand.need_serving()?.catalog);
        let now = self.clock.now();
        let from = Timestamp::from_micros(now.as_micros() - DAYS * DAY_MICROS);
        let last = brand.learner.lock().matured();
        let mut heard = BTreeMap::new();
        for record in self.store.log(1)?.only(&[RecordKind::Decision]) {
            let Record { sequence, brand: of, body, .. } = record?;
            if sequence > last {
                break;
            }
            match body {
                Body::Decision(decision) if of == brand.id && decision.decided >= from => {
                    take(&mut heard, &decision, &catalog, &self.store.outcomes(sequence)?);
                }
                _ => {}
            }
        }
        let learnt = learn(&catalog, heard);
        if is_trial || learnt.iter().all(|segment| segment.leanings.is_empty()) {
            return Ok((catalog.version(), learnt));
        }
        let tastes = learnt.iter().map(document).collect();
        let next = Learnt { tastes, ..self.learnt_in_force(scope)? };
        let description = format!("first tastes of {} segments, learnt", learnt.len());
        Ok((self.publish_learnt(scope, next, &description)?.version, learnt))
    }
}

/// Answers by segment and offer.
type Answers = BTreeMap<(Option<usize>, usize), Vec<Answer>>;

fn take(
    heard: &mut Answers,
    decision: &Decision,
    catalog: &Catalog,
    outcomes: &[(u8, u8, Outcome)],
) {
    let is_personal = decision.taste.is_some() && decision.mode != LearningMode::LoggingOnly;
    if !is_personal || !was_shown(decision, || !outcomes.is_empty()) {
        return;
    }
    let segment = usize::from(decision.segment);
    let segment = Some(segment).filter(|at| *at < catalog.content().segments.len());
    for (place, slot) in places(decision).filter(|(_, slot)| !slot.is_stand_in()) {
        let found = outcomes.iter().find(|(p, s, _)| (*p, *s) == (place.proposition, place.slot));
        let outcome = found.map(|(.., outcome)| *outcome).unwrap_or_default();
        let offer = catalog.index_of_key(slot.key);
        let (Some(offer), Some(label)) = (offer, label(&outcome, place.slot)) else { continue };
        #[expect(clippy::cast_possible_truncation, reason = "a weight of 0 to 1")]
        let weight = label.weight as f32;
        // What is asked is what the segment likes whatever is known of one guest. The ranker's weight of
        // affinities begins at 1, and stays near it.
        let context = slot.context_log_odds - slot.affinity_sum;
        let answer = Answer { context, weight, accepted: label.accepted };
        heard.entry((segment, offer.at())).or_default().push(answer);
    }
}

fn learn(catalog: &Catalog, heard: Answers) -> Vec<LearntSegment> {
    let mut tags: Vec<&Label> = catalog.offers().iter().flat_map(|offer| &offer.tags).collect();
    tags.sort_unstable();
    tags.dedup();
    let places =
        |offer: &Offer| offer.tags.iter().filter_map(|tag| tags.binary_search(&tag).ok()).collect();
    let offers: Vec<Vec<usize>> = catalog.offers().iter().map(places).collect();
    let segments = &catalog.content().segments;
    let first = |segment: &Segment| tags.iter().map(|tag| segment.written(tag).into()).collect();
    let firsts: Vec<Vec<f64>> = segments.iter().map(first).collect();
    let heard: Vec<Heard> = heard
        .into_iter()
        .map(|((segment, offer), answers)| Heard { segment, offer, answers })
        .collect();
    let found = fit(&heard, &offers, &firsts);
    let told = segments.iter().zip(&found).zip(0..).map(|((segment, found), at)| {
        let own = || heard.iter().filter(|heard| heard.segment == Some(at));
        let answers = || own().flat_map(|heard| &heard.answers);
        LearntSegment {
            segment: segment.id.clone(),
            offered: count(answers().count()),
            accepted: count(answers().filter(|answer| answer.accepted).count()),
            leanings: moved(segment, &tags, found),
        }
    });
    told.collect()
}

/// The leanings that moved, the farthest first.
fn moved(segment: &Segment, tags: &[&Label], found: &[Leaning]) -> Vec<LearntLeaning> {
    let each = tags.iter().zip(found).map(|(tag, leaning)| LearntLeaning {
        tag: (*tag).clone(),
        written: segment.written(tag),
        mean: leaning.mean,
        error: leaning.error,
    });
    let mut moved: Vec<LearntLeaning> = each.filter(|l| l.distance() >= MOVED_MIN).collect();
    moved.sort_by(|a, b| b.distance().total_cmp(&a.distance()).then_with(|| a.tag.cmp(&b.tag)));
    moved.truncate(TASTES_MAX);
    moved
}

impl LearntLeaning {
    fn distance(&self) -> f64 {
        (self.mean - f64::from(self.written)).abs()
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn document(learnt: &LearntSegment) -> LearntSegmentTastes {
    #[expect(clippy::cast_possible_truncation, reason = "tastes are in single precision")]
    let taste = |leaning: &LearntLeaning| LearntTagTaste {
        tag: leaning.tag.to_string(),
        written: leaning.written,
        mean: leaning.mean as f32,
    };
    LearntSegmentTastes {
        segment: learnt.segment.to_string(),
        tastes: learnt.leanings.iter().map(taste).collect(),
    }
}

/// Puts what was learnt into the segments of a content.
pub(super) fn put_learnt(content: &mut CatalogContent, learnt: &[LearntSegmentTastes]) {
    for segment in &mut content.segments {
        let of_segment = learnt.iter().filter(|row| row.segment == segment.id.as_str());
        let taste = |row: &LearntTagTaste| {
            let tag = Label::parse("tag", &row.tag).ok()?;
            Some(LearntTaste { tag, written: row.written, mean: row.mean })
        };
        segment.learnt = of_segment.flat_map(|row| &row.tastes).filter_map(taste).collect();
    }
}
