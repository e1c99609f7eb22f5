//! Context weights and levers of a decision policy, resolved to categories and offers.
//!
//! `C = 1 + Σ percent / 100` over the context weights that match, `L` likewise over the levers in
//! force; neither goes below 0. What the guest is worth adds likewise, `G = 1 + Σ percent / 100`, bounded
//! by [`GUEST_WEIGHT`]. A decision asks once for its [`Multipliers`]; then an offer costs
//! two array reads.

use crate::domain::guest_value::{GUEST_WEIGHT, ValueTier};
use crate::domain::id::{Label, OfferId, OfferIndex};
use crate::domain::policy::DecisionPolicy;
use crate::domain::time::Timestamp;

use super::content::CATEGORIES_MAX;

/// The weights of one decision policy.
#[derive(Debug, Clone, Default)]
pub(crate) struct PolicyTable {
    weights: Vec<Weight>,
    levers: Vec<PulledLever>,
    of_guests: Vec<OfGuest>,
}

#[derive(Debug, Clone)]
struct Weight {
    category: u8,
    /// Empty: any.
    intent: String,
    percent: f64,
}

/// Percent added for guests of a tier.
#[derive(Debug, Clone, Copy)]
struct OfGuest {
    tier: ValueTier,
    /// `None`: on what is scarce.
    category: Option<u8>,
    percent: f64,
}

#[derive(Debug, Clone, Copy)]
struct PulledLever {
    on: LeverOn,
    percent: f64,
    expires: Timestamp,
}

#[derive(Debug, Clone, Copy)]
enum LeverOn {
    Offer(OfferIndex),
    Category(u8),
    Everything,
}

/// Context weight and lever of every category and offer, for one decision. Reuse it: filling it
/// does not allocate, but for the levers of single offers the first time.
#[derive(Debug, Clone)]
pub struct Multipliers {
    context: [f64; CATEGORIES_MAX],
    lever: [f64; CATEGORIES_MAX],
    by_offer: Vec<(OfferIndex, f64)>,
    /// What goes with what is chosen, and what does not.
    together: Vec<(OfferIndex, f64)>,
    /// What the guest is worth adds by category, and on what is scarce; `None`: nothing.
    guest: Option<([f64; CATEGORIES_MAX], f64)>,
}

impl Default for Multipliers {
    fn default() -> Self {
        Self {
            context: [1.0; CATEGORIES_MAX],
            lever: [1.0; CATEGORIES_MAX],
            by_offer: Vec::new(),
            together: Vec::new(),
            guest: None,
        }
    }
}

impl Multipliers {
    /// Takes every weight and lever back.
    pub fn clear(&mut self) {
        self.context.fill(1.0);
        self.together.clear();
        self.guest = None;
        self.clear_levers();
    }

    /// Takes every lever back.
    pub fn clear_levers(&mut self) {
        self.lever.fill(1.0);
        self.by_offer.clear();
    }

    /// Moves an offer by so many percent, for it goes with what is chosen, or does not.
    pub fn goes_with(&mut self, offer: OfferIndex, percent: i16) {
        self.together.push((offer, f64::from(percent) / 100.0));
    }

    /// What goes with what is chosen, on an offer: 0 for what has nothing to do with it.
    #[inline]
    pub fn together(&self, offer: OfferIndex) -> f64 {
        self.together.iter().filter(|(at, _)| *at == offer).map(|(_, more)| more).sum()
    }

    /// Context weight, `C`, of an offer of a category.
    #[inline]
    pub fn context(&self, offer: OfferIndex, category: u8) -> f64 {
        let of_category = self.context.get(usize::from(category)).copied().unwrap_or(1.0);
        (of_category + self.together(offer)).max(0.0)
    }

    /// Weight of what the guest is worth, `G`, on an offer of a category, of which there are only so
    /// many or enough.
    #[inline]
    pub fn guest(&self, category: u8, is_scarce: impl FnOnce() -> bool) -> f64 {
        let Some((by_category, on_scarce)) = &self.guest else { return 1.0 };
        let of_category = by_category.get(usize::from(category)).copied().unwrap_or(0.0);
        let of_scarce = if *on_scarce != 0.0 && is_scarce() { *on_scarce } else { 0.0 };
        (1.0 + of_category + of_scarce).clamp(GUEST_WEIGHT.0, GUEST_WEIGHT.1)
    }

    /// Lever, `L`, of an offer of a category.
    #[inline]
    pub fn lever(&self, offer: OfferIndex, category: u8) -> f64 {
        let of_category = self.lever.get(usize::from(category)).copied().unwrap_or(1.0);
        let of_offer: f64 =
            self.by_offer.iter().filter(|(at, _)| *at == offer).map(|(_, more)| more).sum();
        (of_category + of_offer).max(0.0)
    }
}

impl PolicyTable {
    /// Resolves the names of a policy; one that is not in the catalog is left out (`check` has
    /// refused it).
    pub(crate) fn of(
        policy: &DecisionPolicy,
        category: impl Fn(&Label) -> Option<u8>,
        offer: impl Fn(&OfferId) -> Option<OfferIndex>,
    ) -> Self {
        let weights = policy.context_weights.iter().filter_map(|weight| {
            let category = category(&weight.category)?;
            Some(Weight { category, intent: weight.intent.clone(), percent: weight.percent })
        });
        let levers = policy.levers.iter().filter_map(|lever| {
            let on = match (&lever.offer, &lever.category) {
                (Some(id), _) => LeverOn::Offer(offer(id)?),
                (None, Some(label)) => LeverOn::Category(category(label)?),
                (None, None) => LeverOn::Everything,
            };
            Some(PulledLever { on, percent: lever.percent, expires: lever.expires })
        });
        let of_guests = policy.guest_weights.iter().filter_map(|weight| {
            let category = match &weight.category {
                Some(label) => Some(category(label)?),
                None => None,
            };
            Some(OfGuest { tier: weight.tier, category, percent: weight.percent })
        });
        Self {
            weights: weights.collect(),
            levers: levers.collect(),
            of_guests: of_guests.collect(),
        }
    }

    /// Fills the multipliers of a decision. `tier`: what the guest is worth, where that may count.
    pub(crate) fn fill(
        &self,
        (intent, tier): (&str, Option<ValueTier>),
        now: Timestamp,
        out: &mut Multipliers,
    ) {
        out.clear();
        for weight in self.of_guests.iter().filter(|weight| Some(weight.tier) == tier) {
            let (by_category, on_scarce) = out.guest.get_or_insert(([0.0; CATEGORIES_MAX], 0.0));
            match weight.category {
                Some(category) => add(by_category, category, weight.percent),
                None => *on_scarce += weight.percent / 100.0,
            }
        }
        for weight in &self.weights {
            if weight.intent.is_empty() || weight.intent == intent {
                add(&mut out.context, weight.category, weight.percent);
            }
        }
        for lever in self.levers.iter().filter(|lever| now < lever.expires) {
            match lever.on {
                LeverOn::Offer(offer) => out.by_offer.push((offer, lever.percent / 100.0)),
                LeverOn::Category(category) => add(&mut out.lever, category, lever.percent),
                LeverOn::Everything => {
                    out.lever.iter_mut().for_each(|l| *l += lever.percent / 100.0);
                }
            }
        }
    }
}

fn add(factors: &mut [f64; CATEGORIES_MAX], category: u8, percent: f64) {
    if let Some(factor) = factors.get_mut(usize::from(category)) {
        *factor += percent / 100.0;
    }
}
