//! Are prices fair? An audit of quotes that anyone can do again from the decision log.
//!
//! Four questions, each with its own answer:
//!
//! 1. **Same conditions ⇒ same price** (I8). Conditions are worked out anew from what was logged of
//!    the sale, never taken from the cell id in the record: a record that was forged with a cell for
//!    each guest is found all the same. Of two prices for one conditions, both decisions are named.
//! 2. **Published**: not under the floor, not over the list price, under the list price for a
//!    published reason only, and the price that the catalog in force gives when it is asked again.
//! 3. **Loyalty**: with everything else alike, a higher tier never pays more.
//! 4. **Who paid more?** Attributes that are kept for the audit alone (country, age band) are compared
//!    by [`effect`]: over all quotes, and among quotes of the same conditions.

pub mod effect;
mod spread;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde::Serialize;

use crate::domain::decision::Quote;
use crate::domain::id::{DecisionId, OfferId, PropertyId};
use crate::domain::invariants::{discount_is_published, price_is_above_floor};
use crate::domain::price::PriceTerms;

pub use effect::Effect;
use effect::Row;
pub use spread::OfferSpread;

/// Most violations that are listed; all are counted.
pub const LISTED_MAX: usize = 100;
/// Guests that a value of an attribute needs to be compared by itself.
pub const GUESTS_MIN: usize = 30;
/// An effect among the same conditions of more than this share of the price is a finding.
pub const EFFECT_MAX: f64 = 0.01;
/// How many standard errors an effect must be from zero to be one: 1 % of chance.
const SURE: f64 = 2.576;
/// What stands for a value that is not known.
pub const UNKNOWN: &str = "(not known)";
/// What stands for values of few guests, together.
const OTHERS: &str = "(others)";

/// A price that a guest was quoted.
#[derive(Debug, Clone, Copy)]
pub struct Sale<'a> {
    /// The decision that quoted it.
    pub decision: DecisionId,
    /// The guest, as a number.
    pub guest: u64,
    /// The hotel.
    pub property: &'a PropertyId,
    /// The offer.
    pub offer: &'a OfferId,
    /// The published conditions.
    pub terms: &'a PriceTerms,
    /// Hash of all that decides the price but the tier.
    pub conditions: u64,
    /// Place of the tier, 1 for the lowest; 0: none.
    pub tier: u8,
    /// The price.
    pub quote: &'a Quote,
    /// Is it the price that the catalog gives when it is asked again?
    pub is_again: bool,
    /// Values of the attributes, in their order.
    pub values: &'a [String],
}

/// What a price did wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Fault {
    /// Two prices for the same conditions.
    SameConditions,
    /// A higher tier paid more.
    Loyalty,
    /// Under the floor.
    Floor,
    /// Over the list price, or under it without a published reason.
    Unpublished,
    /// Not the price that the catalog gives.
    NotReproducible,
}

impl Fault {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [
        Self::SameConditions,
        Self::Loyalty,
        Self::Floor,
        Self::Unpublished,
        Self::NotReproducible,
    ];

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::SameConditions => "SAME_CONDITIONS",
            Self::Loyalty => "LOYALTY",
            Self::Floor => "FLOOR",
            Self::Unpublished => "UNPUBLISHED",
            Self::NotReproducible => "NOT_REPRODUCIBLE",
        }
    }
}

/// One side of a violation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Witness {
    /// The decision, in hexadecimal.
    pub decision: String,
    /// Its price for each unit, as people write it.
    pub price: String,
    /// Place of its tier, 1 for the lowest; 0: none.
    pub tier: u8,
}

/// A violation, with what proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// What was wrong.
    pub fault: Fault,
    /// The hotel.
    pub property: String,
    /// The offer.
    pub offer: String,
    /// The published conditions, in one line.
    pub conditions: String,
    /// The decision.
    pub found: Witness,
    /// The decision it contradicts, where there is one.
    pub against: Option<Witness>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Prices quoted.
    pub quotes: u64,
    /// Guests they were quoted to.
    pub guests: u64,
    /// Different conditions among them.
    pub conditions: u64,
    /// Quotes that were compared with an earlier one of the same conditions and tier.
    pub compared: u64,
    /// Of those, to another guest.
    pub compared_between_guests: u64,
    /// Quotes that were compared with one of another tier.
    pub compared_between_tiers: u64,
    /// Prices of records that are older than price cells: not audited.
    pub not_audited: u64,
    /// Violations by kind; none: fair.
    pub violation_counts: Vec<(Fault, u64)>,
    /// The first of them.
    pub violations: Vec<Violation>,
    /// How far the prices of each offer are apart, the widest first.
    pub offers: Vec<OfferSpread>,
    /// What attributes that are kept for the audit have to do with prices.
    pub effects: Vec<Effect>,
    /// Attributes whose effect among the same conditions is a finding: `attribute=value`.
    pub effect_findings: Vec<String>,
}

impl Report {
    /// Was nothing found?
    pub fn is_fair(&self) -> bool {
        self.violation_counts.is_empty() && self.effect_findings.is_empty()
    }
}

/// The first price of some conditions and tier.
#[derive(Debug, Clone, Copy)]
struct Seen {
    tier: u8,
    minor: i64,
    decision: DecisionId,
    guest: u64,
}

/// An audit under way. It keeps some 60 bytes a quote.
#[derive(Debug, Default)]
pub struct Audit {
    attributes: Vec<String>,
    seen: HashMap<u64, Vec<Seen>>,
    rows: Vec<Row>,
    /// Values of each attribute, and their numbers.
    values: Vec<HashMap<String, u16>>,
    spreads: spread::Spreads,
    counts: HashMap<Fault, u64>,
    violations: Vec<Violation>,
    compared: [u64; 3],
    /// Prices that cannot be audited.
    pub not_audited: u64,
}

impl Audit {
    /// An audit that compares guests by these attributes.
    pub fn new(attributes: Vec<String>) -> Self {
        let values = vec![HashMap::new(); attributes.len()];
        Self { attributes, values, ..Self::default() }
    }

    /// The attributes.
    pub fn attributes(&self) -> &[String] {
        &self.attributes
    }

    /// Takes a price in.
    pub fn take(&mut self, sale: &Sale<'_>) {
        self.check_alone(sale);
        self.check_against(sale);
        self.spreads.take(sale);
        let mut numbers = Vec::with_capacity(self.values.len());
        for (known, value) in self.values.iter_mut().zip(sale.values) {
            let next = u16::try_from(known.len()).unwrap_or(u16::MAX);
            let number = known.get(value).copied();
            numbers.push(number.unwrap_or_else(|| *known.entry(value.clone()).or_insert(next)));
        }
        if let Some(log_share) = log_share(sale.quote) {
            let mut conditions = [0; 9];
            conditions[..8].copy_from_slice(&sale.conditions.to_le_bytes());
            conditions[8] = sale.tier;
            let conditions = xxhash_rust::xxh3::xxh3_64(&conditions);
            self.rows.push(Row {
                conditions,
                guest: sale.guest,
                log_share,
                values: numbers.into(),
            });
        }
    }

    /// What one price says by itself.
    fn check_alone(&mut self, sale: &Sale<'_>) {
        if price_is_above_floor(sale.quote).is_err() {
            self.fail(Fault::Floor, sale, None);
        }
        if discount_is_published(sale.quote).is_err() {
            self.fail(Fault::Unpublished, sale, None);
        }
        if !sale.is_again {
            self.fail(Fault::NotReproducible, sale, None);
        }
    }

    /// What it says beside those before it.
    fn check_against(&mut self, sale: &Sale<'_>) {
        let minor = sale.quote.offer.minor;
        let (tier, decision, guest) = (sale.tier, sale.decision, sale.guest);
        let all = self.seen.entry(sale.conditions).or_default();
        let before = all.clone();
        if before.iter().all(|seen| seen.tier != tier) {
            all.push(Seen { tier, minor, decision, guest });
        }
        let others = before.iter().any(|seen| seen.tier != tier);
        self.compared[2] += u64::from(others);
        for seen in before {
            if seen.tier == tier {
                self.compared[0] += 1;
                self.compared[1] += u64::from(seen.guest != guest);
                if seen.minor != minor {
                    self.fail(Fault::SameConditions, sale, Some(seen));
                }
            } else if (seen.tier < tier && seen.minor < minor)
                || (seen.tier > tier && seen.minor > minor)
            {
                self.fail(Fault::Loyalty, sale, Some(seen));
            }
        }
    }

    fn fail(&mut self, fault: Fault, sale: &Sale<'_>, against: Option<Seen>) {
        *self.counts.entry(fault).or_default() += 1;
        if self.violations.len() >= LISTED_MAX {
            return;
        }
        let currency = sale.quote.offer.currency;
        let witness = |decision: DecisionId, minor, tier| Witness {
            decision: decision.0.iter().map(|byte| format!("{byte:02x}")).collect(),
            price: crate::domain::money::Money::new(minor, currency).to_string(),
            tier,
        };
        self.violations.push(Violation {
            fault,
            property: sale.property.to_string(),
            offer: sale.offer.to_string(),
            conditions: sale.terms.told(),
            found: witness(sale.decision, sale.quote.offer.minor, sale.tier),
            against: against.map(|seen| witness(seen.decision, seen.minor, seen.tier)),
        });
    }

    /// The answer.
    pub fn report(self) -> Report {
        let guests: std::collections::HashSet<u64> = self.rows.iter().map(|r| r.guest).collect();
        let mut effects = Vec::new();
        for (at, (attribute, values)) in self.attributes.iter().zip(&self.values).enumerate() {
            effects.extend(effect::effects(attribute, at, values, &self.rows));
        }
        let is_found = |effect: &&Effect| {
            effect.same_conditions.is_some_and(|same| {
                same.effect.abs() > EFFECT_MAX && same.effect.abs() > SURE * same.standard_error
            })
        };
        let findings = effects.iter().filter(is_found);
        let effect_findings = findings.map(|e| format!("{}={}", e.attribute, e.value)).collect();
        let mut violation_counts: Vec<(Fault, u64)> = self.counts.into_iter().collect();
        violation_counts.sort_unstable();
        let [compared, compared_between_guests, compared_between_tiers] = self.compared;
        Report {
            quotes: self.spreads.quotes(),
            guests: count(guests.len()),
            conditions: count(self.seen.len()),
            compared,
            compared_between_guests,
            compared_between_tiers,
            not_audited: self.not_audited,
            violation_counts,
            violations: self.violations,
            offers: self.spreads.told(),
            effects,
            effect_findings,
        }
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Logarithm of the price as a share of the list price: -0.1 is some ten percent less. `None` for what
/// is free.
fn log_share(quote: &Quote) -> Option<f64> {
    let share = quote.offer.major() / quote.list.major();
    (share.is_finite() && share > 0.0).then(|| libm::log(share))
}
