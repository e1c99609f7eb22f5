//! The spend model in plain numbers, for a checkpoint.

use crate::domain::id::OfferKey;
use crate::learn::fold::SlotRef;

use super::{Forgetting, Group, Member, Spend, Spent, Term};

/// The model in plain numbers, the same to the bit: what a checkpoint writes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SpendState {
    /// Offer, category, brand.
    pub forgetting: [f64; 3],
    /// Discounted labels, and their squared relative distances.
    pub dispersion: [f64; 2],
    /// The brand: [`GROUP_NUMBERS`].
    pub brand: [f64; 6],
    /// Hash of each category, and its [`GROUP_NUMBERS`].
    pub categories: Vec<(u32, [f64; 6])>,
    /// Key of each offer, hash of its category; labels, sum, and weight, sum and clock of its term.
    pub offers: Vec<(u64, u32, [f64; 5])>,
    /// Decision and slot; offer, category and factor of what is not final yet.
    pub waiting: Vec<(u64, u16, u64, u32, f64)>,
    /// Statements about decisions up to this sequence are final.
    pub matured: u64,
}

/// Numbers of a group in a [`SpendState`]: weight, sum, clock, and weight, sum and clock of its
/// term.
pub const GROUP_NUMBERS: [&str; 6] =
    ["weight", "sum", "clock", "term weight", "term sum", "term clock"];

/// A state that no model wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the spend model has no valid {0}: start it anew and read the log from its beginning")]
pub struct SpendStateError(pub &'static str);

impl Spend {
    /// The whole model.
    pub fn state(&self) -> SpendState {
        let group = |g: &Group| [g.weight, g.sum, g.clock, g.term.weight, g.term.sum, g.term.at];
        let offer = |(key, m): (&OfferKey, &Member)| {
            (key.0, m.category, [m.labels, m.sum, m.term.weight, m.term.sum, m.term.at])
        };
        let waits = |(slot, s): (&SlotRef, &Spent)| {
            (slot.decision, slot.slot, s.offer.0, s.category, s.factor)
        };
        let Forgetting { offer: of_offer, category, brand } = self.forgetting;
        SpendState {
            forgetting: [of_offer, category, brand],
            dispersion: [self.dispersion.0, self.dispersion.1],
            brand: group(&self.brand),
            categories: self.categories.iter().map(|(hash, g)| (*hash, group(g))).collect(),
            offers: self.offers.iter().map(offer).collect(),
            waiting: self.waiting.iter().map(waits).collect(),
            matured: self.matured,
        }
    }

    /// The model that wrote a state.
    ///
    /// # Errors
    /// [`SpendStateError`] names the first part that cannot be a model's.
    pub fn restore(state: &SpendState) -> Result<Self, SpendStateError> {
        let check = |numbers: &[f64], part: &'static str| {
            let is_sound = numbers.iter().all(|x| x.is_finite() && *x >= 0.0);
            if is_sound { Ok(()) } else { Err(SpendStateError(part)) }
        };
        let is_share = state.forgetting.iter().all(|kept| *kept > 0.0 && *kept <= 1.0);
        if !is_share {
            return Err(SpendStateError("forgetting"));
        }
        check(&state.dispersion, "dispersion")?;
        let group = |[weight, sum, clock, of_term, sum_of_term, at]: [f64; 6]| {
            check(&[weight, sum, clock, of_term, sum_of_term, at], "group")?;
            let term = Term { weight: of_term, sum: sum_of_term, at };
            Ok(Group { weight, sum, clock, term })
        };
        let category = |(hash, numbers): &(u32, [f64; 6])| Ok((*hash, group(*numbers)?));
        let offer = |(key, category, numbers): &(u64, u32, [f64; 5])| {
            check(numbers, "offer")?;
            let [labels, sum, weight, of_term, at] = *numbers;
            let is_known = state.categories.iter().any(|(hash, _)| hash == category);
            let term = Term { weight, sum: of_term, at };
            let member = Member { category: *category, labels, sum, term };
            is_known.then_some((OfferKey(*key), member)).ok_or(SpendStateError("category"))
        };
        let waits = |&(decision, slot, offer, category, factor): &(u64, u16, u64, u32, f64)| {
            let spent = Spent { offer: OfferKey(offer), category, factor };
            (SlotRef { decision, slot }, spent)
        };
        let [of_offer, of_category, of_brand] = state.forgetting;
        Ok(Self {
            forgetting: Forgetting { offer: of_offer, category: of_category, brand: of_brand },
            brand: group(state.brand)?,
            categories: state.categories.iter().map(category).collect::<Result<_, _>>()?,
            offers: state.offers.iter().map(offer).collect::<Result<_, _>>()?,
            dispersion: state.dispersion.into(),
            waiting: state.waiting.iter().map(waits).collect(),
            matured: state.matured,
        })
    }
}
