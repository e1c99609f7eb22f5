//! Price cells: what shares one price, and which step of it a cell tries.
//!
//! A cell is a property, an offer, a day of use, a price list and an epoch; nobody's conditions are
//! in it. Each cell draws one step, once: the draw is a keyed hash of the cell, so that it is the
//! same for whoever asks and whenever, needs no memory, and nobody without the brand's key can
//! foresee it. With `K` steps and a share `s` tried, a step has the selection probability `s / K`, and
//! the highest one `1 − s` more; where the steps were learnt, each has what was learnt in the place of
//! that. What was learnt holds for whole epochs, so a cell never changes its step within one.
//!
//! An epoch is a number of whole local days, counted from 1970-01-01; a new price list starts new
//! cells.

use xxhash_rust::xxh3::{Xxh3, xxh3_64_with_seed};

use crate::domain::id::{Label, PropertyId};
use crate::domain::offer::Pricing;
use crate::domain::price::{Condition, LearntSteps, PriceTerms, PriceTrial, WHOLE};
use crate::domain::time::Date;

use super::Sold;
use super::guard::{guard, reaches};

/// The brand's secret for draws of prices.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct PriceKey(pub u64);

// Whoever has the key can foresee prices.
impl std::fmt::Debug for PriceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PriceKey").finish_non_exhaustive()
    }
}

/// The step of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Drawn {
    /// Hash of the cell.
    pub(super) cell: u64,
    /// The step; `None` where the price has none.
    pub(super) step: Option<usize>,
    pub(super) selection_probability: f64,
    pub(super) draw: f64,
    pub(super) is_explored: bool,
}

/// Draws the step of the cell that a sale falls into, of those that reach the floor by rates. The
/// uniform draw is the cell's own: rates that change make no cell draw anew, they take steps away.
pub(super) fn draw(
    sold: Sold<'_>,
    terms: &PriceTerms,
    (key, least): (PriceKey, Option<i64>),
) -> Drawn {
    let cell = cell_of(sold, terms);
    let Some(highest) = sold.pricing.steps.len().checked_sub(1) else {
        let (selection_probability, draw) = (1.0, 0.0);
        return Drawn { cell, step: None, selection_probability, draw, is_explored: false };
    };
    let draw = unit(xxh3_64_with_seed(&cell.to_le_bytes(), key.0));
    let mut probabilities = probabilities(sold.pricing, sold.property, terms.today());
    if let Some(least) = least {
        keep_reaching(sold.pricing, least, &mut probabilities);
    }
    let mut cumulated = 0.0;
    let reaches = |p: &f64| {
        cumulated += p;
        draw < cumulated
    };
    let step = probabilities.iter().position(reaches).unwrap_or(highest);
    let selection_probability = probabilities[step];
    let is_explored = probabilities.iter().any(|p| *p > selection_probability);
    Drawn { cell, step: Some(step), selection_probability, draw, is_explored }
}

/// Can any step reach a floor? The highest can, or none.
pub(super) fn can_reach(pricing: &Pricing, floor: i64) -> bool {
    let highest = pricing.steps.last().map_or(WHOLE, |step| step.basis_points);
    reaches(pricing, highest, floor)
}

/// Takes away the steps under a floor; what is left keeps its proportions. Where nothing was to be
/// drawn of what is left, and where nothing is left, it is the highest step.
fn keep_reaching(pricing: &Pricing, least: i64, probabilities: &mut [f64]) {
    let under = |at: usize| !reaches(pricing, pricing.steps[at].basis_points, least);
    let count = (0..probabilities.len()).take_while(|at| under(*at)).count();
    if count == 0 {
        return;
    }
    let (gone, left) = probabilities.split_at_mut(count);
    gone.fill(0.0);
    let sum: f64 = left.iter().sum();
    if sum > 0.0 {
        left.iter_mut().for_each(|p| *p /= sum);
    } else if let Some(highest) = probabilities.last_mut() {
        *highest = 1.0;
    }
}

/// Selection probability of each step at a property on a local day; they sum to 1.
#[expect(clippy::cast_precision_loss, reason = "a number of steps")]
pub fn probabilities(pricing: &Pricing, property: &PropertyId, today: Date) -> Vec<f64> {
    let is_here = |learnt: &&LearntSteps| learnt.property == *property;
    if let Some(trial) = pricing.trial.filter(|trial| trial.is_learnt)
        && let Some(learnt) = pricing.learnt.iter().find(is_here)
    {
        let learnt = learnt.in_epoch(epoch_begin(trial, epoch(trial, today)));
        if learnt.len() == pricing.steps.len() {
            return learnt.to_vec();
        }
    }
    let tried = pricing.trial.map_or(0.0, |t| f64::from(t.share_basis_points) / f64::from(WHOLE));
    let steps = pricing.steps.len();
    let mut all = vec![tried / steps as f64; steps];
    if let Some(highest) = all.last_mut() {
        *highest += 1.0 - tried;
    }
    all
}

/// Uniform in [0, 1), a multiple of 2^-53.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// The id of a price within a cell: its published condition tells prices of one cell apart. Never
/// zero.
pub(super) fn id_of((cell, least): (u64, Option<i64>), rule: Option<&Label>) -> u64 {
    let cell = under(cell, least);
    xxh3_64_with_seed(rule.map_or("", Label::as_str).as_bytes(), cell).max(1)
}

/// A cell under a floor by rates: another one for each floor, as other steps may be drawn.
fn under(cell: u64, least: Option<i64>) -> u64 {
    least.map_or(cell, |least| xxh3_64_with_seed(&least.to_le_bytes(), cell))
}

/// Everything two guests must share to be owed the same price, hashed: the cell and all terms of the
/// sale, met or not. Of two quotes with the same key and different prices, one was wrong.
pub fn conditions_key(sold: Sold<'_>, terms: &PriceTerms) -> u64 {
    let least = guard(sold, terms).map(|guard| guard.floor);
    let mut hash = Xxh3::with_seed(under(cell_of(sold, terms), least));
    hash.update(&terms.lead_days.to_le_bytes());
    hash.update(&terms.nights.to_le_bytes());
    if let Some(id) = &terms.tier {
        text(&mut hash, b't', id);
    }
    if let Some(id) = &terms.rate_plan {
        text(&mut hash, b'r', id);
    }
    for id in &terms.promotions {
        text(&mut hash, b'p', id);
    }
    for part in &terms.together {
        hash.update(b"w");
        hash.update(part.offer.as_str().as_bytes());
        hash.update(&[0]);
    }
    hash.digest()
}

fn cell_of(sold: Sold<'_>, terms: &PriceTerms) -> u64 {
    // Without a trial nothing changes from day to day.
    let epoch = sold.pricing.trial.map_or(0, |trial| epoch(trial, terms.today()));
    let mut hash = Xxh3::with_seed(price_list(sold.pricing));
    hash.update(&sold.offer.0.to_le_bytes());
    hash.update(&terms.date.0.to_le_bytes());
    hash.update(&epoch.to_le_bytes());
    hash.update(sold.property.as_str().as_bytes());
    hash.digest()
}

/// The epoch of a local day.
pub fn epoch(trial: PriceTrial, today: Date) -> i32 {
    today.0.div_euclid(i32::from(trial.epoch_days.max(1)))
}

/// The day on which an epoch begins.
pub fn epoch_begin(trial: PriceTrial, epoch: i32) -> Date {
    Date(epoch.saturating_mul(i32::from(trial.epoch_days.max(1))))
}

/// A hash of all that is published of a price.
fn price_list(pricing: &Pricing) -> u64 {
    let (floor, _) = pricing.floor();
    let mut hash = Xxh3::new();
    hash.update(&pricing.list.currency.bytes());
    hash.update(&pricing.list.minor.to_le_bytes());
    hash.update(&floor.minor.to_le_bytes());
    hash.update(&[pricing.basis as u8]);
    for step in &pricing.steps {
        hash.update(&step.basis_points.to_le_bytes());
        step.id.iter().for_each(|id| text(&mut hash, b's', id));
    }
    if let Some(trial) = pricing.trial {
        hash.update(&trial.share_basis_points.to_le_bytes());
        hash.update(&trial.epoch_days.to_le_bytes());
        if trial.is_learnt {
            hash.update(&[1]);
        }
    }
    for rule in &pricing.rules {
        text(&mut hash, b'q', &rule.id);
        hash.update(&rule.basis_points.to_le_bytes());
        condition(&mut hash, &rule.condition);
    }
    hash.digest()
}

fn condition(hash: &mut Xxh3, condition: &Condition) {
    match condition {
        Condition::TierFrom(tier) => text(hash, 1, tier),
        Condition::LeadDays(days) => number(hash, 2, i32::from(*days)),
        Condition::Nights(nights) => number(hash, 3, i32::from(*nights)),
        Condition::Promotion(codes) => codes.iter().for_each(|code| text(hash, 4, code)),
        Condition::RatePlan(plans) => plans.iter().for_each(|plan| text(hash, 5, plan)),
        Condition::Dates(first, last) => {
            number(hash, 6, first.0);
            number(hash, 7, last.0);
        }
        Condition::Together(offers, categories, least) => {
            for offer in offers {
                hash.update(&[8]);
                hash.update(offer.as_str().as_bytes());
                hash.update(&[0]);
            }
            categories.iter().for_each(|category| text(hash, 9, category));
            number(hash, 10, i32::from(*least));
        }
    }
}

fn number(hash: &mut Xxh3, kind: u8, number: i32) {
    hash.update(&[kind]);
    hash.update(&number.to_le_bytes());
}

/// A text with its kind and a mark of its end, so that no two lists of texts read alike.
fn text(hash: &mut Xxh3, kind: u8, id: &Label) {
    hash.update(&[kind]);
    hash.update(id.as_str().as_bytes());
    hash.update(&[0]);
}
