//! What an accepting guest spends, as a factor on the offer's list price: a price paid above or
//! below list, a longer stay, a larger quantity.
//!
//! ```text
//! value = P(accept) × list price × E[factor | accept] × margin share          [`expected_value`]
//! ```
//!
//! Hierarchical credibility (Jewell, "The use of collateral data in credibility theory: a
//! hierarchical model", 1975; Bühlmann and Gisler, "A Course in Credibility Theory", 2005, chapter
//! 6): brand → category → offer, each drawn toward the one above until it has been seen often, the
//! brand toward 1. It is the best linear estimate of the mean whatever the law of what guests
//! spend, and the exact posterior mean where an offer's spend is gamma with an inverse gamma mean.
//! (A log-normal would need its variance to be right for its mean to be, and cannot take a spend of
//! nothing.) Before any evidence every factor is 1, which leaves a ranking as it is.
//!
//! ```text
//! offer      z = n / (n + κ)                            θ = z·(s/n) + (1 − z)·θ(category)
//! category   X = Σ z·(s/n) / Σ z,  z = Σz / (Σz + κ')   θ = z·X + (1 − z)·θ(brand)
//! brand      likewise over its categories               θ = z·X + (1 − z)·1
//! ```
//!
//! A category's X weighs its offers by how well each is known, so that a favourite does not speak
//! for all. A label costs one offer, one category and the brand: their old terms are taken out of
//! the sums above and the new ones put in.
//!
//! **Forgetting** counts touches, as the ranker's does. An offer forgets at its own labels; the
//! sums above fade with each label below them, so that an offer no longer sold fades out of its
//! category.
//!
//! **Maturity.** What was heard waits until the log says it is final. Until then a new statement
//! replaces it and a cancellation takes it away without a trace; afterwards it was learnt, and the
//! ledger of rewards, not the learner, undoes it.

use std::collections::BTreeMap;

use crate::domain::id::OfferKey;

use super::fold::SlotRef;

pub mod state;
#[cfg(test)]
mod tests;

/// Squared coefficient of variation of one guest's spend on one offer, before it was measured.
const DISPERSION: f64 = 0.5;
/// Labels that the first guess of [`DISPERSION`] weighs as much as.
const DISPERSION_LABELS: f64 = 20.0;
/// Relative variance between the offers of a category, the categories of a brand, and brands: most
/// mean factors lie within a third of the one above.
const BETWEEN: f64 = 0.1;
/// κ of an offer: labels that what is above it weighs as much as, `within / between + 1`.
const OFFER_STRENGTH: f64 = DISPERSION * (1.0 + 1.0 / BETWEEN);
/// κ of categories and of the brand, in well known members: the variances between are the same.
const GROUP_STRENGTH: f64 = 1.0;
/// Largest factor learnt as it is: what is above is taken to be this, a slip of the keyboard or a
/// group's booking that would outweigh a year of others.
pub const FACTOR_MAX: f64 = 20.0;

/// How fast spend is forgotten: the factor on the evidence at each touch, above 0, at most 1; 1
/// forgets nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forgetting {
    /// Of an offer, at each of its labels.
    pub offer: f64,
    /// Of a category's offers, at each label of the category.
    pub category: f64,
    /// Of the brand's categories, at each label, and of the dispersion.
    pub brand: f64,
}

/// An offer's last 500 acceptances, a category's last 2,000, the brand's last 10,000: acceptances
/// are a tenth of what the ranker counts, so this is slower than it by as much.
impl Default for Forgetting {
    fn default() -> Self {
        Self { offer: 0.998, category: 0.999_5, brand: 0.999_9 }
    }
}

/// What one accepted offer brought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spent {
    /// The offer.
    pub offer: OfferKey,
    /// Hash of its category.
    pub category: u32,
    /// What was spent over the list price: [`factor`].
    pub factor: f64,
}

/// What a guest who accepts is expected to spend, as a factor on the list price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// Mean; 1 where nothing is known.
    pub mean: f64,
    /// How unsure that mean is: a variance.
    pub mean_variance: f64,
    /// Variance of what one guest spends: around the mean, and of the mean.
    pub variance: f64,
}

/// What was spent over the list price; `None` without a list price, or for a spend below zero.
#[expect(clippy::cast_precision_loss, reason = "minor units of an amount, far below 2^53")]
pub fn factor(spent_minor: i64, list_minor: i64) -> Option<f64> {
    (spent_minor >= 0 && list_minor > 0).then(|| spent_minor as f64 / list_minor as f64)
}

/// Expected margin of showing an offer, in the units of the list price. `margin_share` is the part
/// of what is spent that stays.
pub fn expected_value(
    response_propensity: f64,
    list_price: f64,
    spend: &Prediction,
    margin_share: f64,
) -> f64 {
    response_propensity * list_price * spend.mean * margin_share
}

/// An offer: discounted labels and sum of factors, and what of it stands in its category.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Member {
    category: u32,
    labels: f64,
    sum: f64,
    term: Term,
}

/// Members of a category, or of the brand: Σz and Σz·x, faded.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Group {
    weight: f64,
    sum: f64,
    /// Labels of the group so far.
    clock: f64,
    /// What of a category stands in the brand.
    term: Term,
}

/// What of a member stands in the sums of its group since the group's clock said `at`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Term {
    weight: f64,
    sum: f64,
    at: f64,
}

/// A mean with its relative variance.
#[derive(Debug, Clone, Copy)]
struct Known {
    mean: f64,
    relative_variance: f64,
}

impl Known {
    /// Before anything is known of the brand.
    const NEUTRAL: Self = Self { mean: 1.0, relative_variance: 0.0 };

    /// One level below: a member whose own data say `x` with credibility `z`.
    fn below(self, x: f64, z: f64) -> Self {
        let rest = 1.0 - z;
        let relative_variance = rest * BETWEEN + rest * rest * self.relative_variance;
        Self { mean: z * x + rest * self.mean, relative_variance }
    }
}

impl Group {
    /// A label of the group: what is known fades.
    fn tick(&mut self, kept: f64) {
        self.clock += 1.0;
        self.weight *= kept;
        self.sum *= kept;
    }

    /// Takes a member's old term out, as faded as it is by now, and puts the new one in.
    fn exchange(&mut self, old: &Term, (weight, x): (f64, f64), kept: f64) -> Term {
        self.take_out(old, kept);
        let new = Term { weight, sum: weight * x, at: self.clock };
        self.weight += new.weight;
        self.sum += new.sum;
        new
    }

    fn take_out(&mut self, old: &Term, kept: f64) {
        let faded = libm::pow(kept, self.clock - old.at);
        self.weight = (self.weight - faded * old.weight).max(0.0);
        self.sum = (self.sum - faded * old.sum).max(0.0);
    }

    fn mean(&self) -> f64 {
        if self.weight > 0.0 { self.sum / self.weight } else { 1.0 }
    }

    fn credibility(&self) -> f64 {
        self.weight / (self.weight + GROUP_STRENGTH)
    }
}

impl Member {
    fn mean(&self) -> f64 {
        if self.labels > 0.0 { self.sum / self.labels } else { 1.0 }
    }

    fn credibility(&self) -> f64 {
        self.labels / (self.labels + OFFER_STRENGTH)
    }
}

/// What guests of a brand spend.
#[derive(Debug, Clone, PartialEq)]
pub struct Spend {
    forgetting: Forgetting,
    brand: Group,
    categories: BTreeMap<u32, Group>,
    offers: BTreeMap<OfferKey, Member>,
    /// Discounted labels, and sum of squared relative distances from what was predicted.
    dispersion: (f64, f64),
    /// Heard, and not final yet.
    waiting: BTreeMap<SlotRef, Spent>,
    /// Statements about decisions up to this sequence are final.
    matured: u64,
}

impl Spend {
    /// A model that has seen nothing.
    pub fn new(forgetting: Forgetting) -> Self {
        Self {
            forgetting,
            brand: Group::default(),
            categories: BTreeMap::new(),
            offers: BTreeMap::new(),
            dispersion: (0.0, 0.0),
            waiting: BTreeMap::new(),
            matured: 0,
        }
    }

    /// Notes what an accepted slot brought, in place of what was heard of it before. Says whether
    /// it was in time: what is final stays as it was learnt.
    pub fn hear(&mut self, slot: SlotRef, spent: Spent) -> bool {
        let is_in_time = slot.decision > self.matured;
        if is_in_time {
            self.waiting.insert(slot, spent);
        }
        is_in_time
    }

    /// Takes back what was heard of a slot that was cancelled or refunded. Says whether there was
    /// something that was not final yet.
    pub fn cancel(&mut self, slot: SlotRef) -> bool {
        self.waiting.remove(&slot).is_some()
    }

    /// Learns what is final: statements about decisions up to this sequence, in their order.
    pub fn mature(&mut self, through: u64) {
        let later = SlotRef { decision: through.saturating_add(1), slot: 0 };
        let later = self.waiting.split_off(&later);
        for spent in std::mem::replace(&mut self.waiting, later).into_values() {
            self.learn(&spent);
        }
        self.matured = self.matured.max(through);
    }

    /// How many statements wait to be final.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Learns what a guest spent. A factor that is not finite or below zero is left out; one above
    /// [`FACTOR_MAX`] counts as that.
    pub fn learn(&mut self, spent: &Spent) {
        if !(spent.factor.is_finite() && spent.factor >= 0.0) {
            return;
        }
        let factor = spent.factor.min(FACTOR_MAX);
        self.measure(spent, factor);
        let Forgetting { offer: of_offer, category: of_category, brand: of_brand } =
            self.forgetting;
        let fresh =
            Member { category: spent.category, labels: 0.0, sum: 0.0, term: Term::default() };
        let member = self.offers.entry(spent.offer).or_insert(fresh);
        self.brand.tick(of_brand);
        if member.category != spent.category {
            if let Some(old) = self.categories.get_mut(&member.category) {
                old.take_out(&member.term, of_category);
                let left = (old.credibility(), old.mean());
                old.term = self.brand.exchange(&old.term, left, of_brand);
            }
            *member = fresh;
        }
        member.labels = of_offer * member.labels + 1.0;
        member.sum = of_offer * member.sum + factor;
        let category = self.categories.entry(spent.category).or_default();
        category.tick(of_category);
        let of_member = (member.credibility(), member.mean());
        member.term = category.exchange(&member.term, of_member, of_category);
        let of_group = (category.credibility(), category.mean());
        category.term = self.brand.exchange(&category.term, of_group, of_brand);
    }

    /// Measures how far one guest's spend lies from what was expected, in units of that. What is
    /// unsure in the expectation itself is allowed for: `E[e²] = φ(K + 1)/(K − φ)` of an offer with
    /// K = n + κ labels.
    fn measure(&mut self, spent: &Spent, factor: f64) {
        let (predicted, dispersion) = (self.known(spent.offer, spent.category), self.dispersion());
        let labels = self.member(spent.offer, spent.category).map_or(0.0, |member| member.labels);
        let distance = ((factor - predicted.mean) / predicted.mean).min(FACTOR_MAX);
        let sure = labels + OFFER_STRENGTH;
        let share = ((sure - dispersion) / (sure + 1.0)).max(0.0);
        let (count, sum) = self.dispersion;
        let kept = self.forgetting.brand;
        self.dispersion = (kept * count + 1.0, kept * sum + share * distance * distance);
    }

    /// Squared coefficient of variation of one guest's spend on one offer.
    fn dispersion(&self) -> f64 {
        let (count, sum) = self.dispersion;
        (sum + DISPERSION_LABELS * DISPERSION) / (count + DISPERSION_LABELS)
    }

    fn member(&self, offer: OfferKey, category: u32) -> Option<&Member> {
        self.offers.get(&offer).filter(|member| member.category == category)
    }

    fn known(&self, offer: OfferKey, category: u32) -> Known {
        let brand = Known::NEUTRAL.below(self.brand.mean(), self.brand.credibility());
        let group = self.categories.get(&category).copied().unwrap_or_default();
        let category_known = brand.below(group.mean(), group.credibility());
        match self.member(offer, category) {
            Some(member) => category_known.below(member.mean(), member.credibility()),
            None => category_known.below(1.0, 0.0),
        }
    }

    /// What a guest who accepts the offer is expected to spend.
    pub fn predict(&self, offer: OfferKey, category: u32) -> Prediction {
        let Known { mean, relative_variance } = self.known(offer, category);
        let square = mean * mean;
        let mean_variance = relative_variance * square;
        let variance = self.dispersion() * (square + mean_variance) + mean_variance;
        Prediction { mean, mean_variance, variance }
    }
}
