//! Budgets of promotions: what the house spends on offers it pays for, under a least return.
//!
//! A budget never touches a price: the same conditions cost the same whatever is left of it. It says
//! to whom an offer is *shown*.

use std::time::Duration;

use super::id::{Fingerprint, Label, OfferId, OfferIndex, OfferKey};
use super::money::Money;
use super::time::Timestamp;

/// Parts of a return: a return of 1 is this many basis points.
pub const RETURN_WHOLE: i64 = 10_000;

/// A budget, as it is published.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    /// Its id.
    pub id: Label,
    /// Its name for staff.
    pub name: String,
    /// Offers it pays for.
    pub offers: Vec<OfferId>,
    /// It pays for all offers of this group, too.
    pub group: Option<Label>,
    /// From when it is spent.
    pub start: Timestamp,
    /// Until when: after this moment its offers are shown no more.
    pub end: Timestamp,
    /// What may be spent in all.
    pub amount: Money,
    /// Least incremental value for each unit spent, in basis points: 12,000 asks 1.20 for each 1.00.
    pub return_basis_points: u32,
    /// What an acceptance brings beside its own price, before its cost: another visit, a guest who
    /// stays.
    pub worth: Money,
    /// How long after a decision expired an acceptance of it is still waited for.
    pub hold: Duration,
}

impl Budget {
    /// Names one period of the budget: another start is another budget.
    pub fn key(&self) -> u64 {
        let Fingerprint(key) = Fingerprint::of(&format!("{}@{}", self.id, self.start.as_micros()));
        key
    }

    /// Is it spent at a moment?
    pub fn is_running(&self, now: Timestamp) -> bool {
        self.start <= now && now < self.end
    }
}

/// What stands between a spend and its acceptance: the least returns asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShadowPrices {
    /// That the budget is spent evenly: the shadow price of its money.
    pub budget: f64,
    /// That the return over all spends is met: the shadow price of the constraint.
    pub returns: f64,
}

impl ShadowPrices {
    /// The return that a spend must promise: both constraints hold where the dearer one does.
    pub fn least_return(&self) -> f64 {
        self.budget.max(self.returns)
    }
}

/// What an offer spends and brings when it is accepted, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpendOffer {
    /// The offer, in the decision's catalog version.
    pub offer: OfferIndex,
    /// Its key.
    pub key: OfferKey,
    /// What the house bears.
    pub cost: i64,
    /// Incremental value, before that cost: what would not have come without it.
    pub worth: i64,
}

/// What a decision knew of a budget that governs one of its candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct Spending {
    /// The budget ([`Budget::key`]).
    pub budget: u64,
    /// The shadow prices in force.
    pub prices: ShadowPrices,
    /// Did an offer of it pass everything else? Only then it moves the prices.
    pub is_asked: bool,
    /// Was it kept from a guest of the holdout? Then its offers were no candidates.
    pub is_withheld: bool,
    /// The offers that it let pass, in catalog order.
    pub offers: Vec<SpendOffer>,
}

impl Spending {
    /// What an offer spends, where this budget pays for it.
    pub fn of(&self, offer: OfferIndex) -> Option<&SpendOffer> {
        self.offers.iter().find(|spend| spend.offer == offer)
    }

    /// What an acceptance of an offer counts for in its score, in minor units: its incremental value,
    /// less its cost at the shadow price. Money is never taken for less than it is.
    #[expect(clippy::cast_precision_loss, reason = "amounts have fewer digits")]
    pub fn net(&self, spend: &SpendOffer) -> f64 {
        spend.worth as f64 - self.prices.least_return().max(1.0) * spend.cost as f64
    }
}
