//! The spend model in bytes.

use prost::Message;

use crate::learn::spend::Spend;
use crate::learn::spend::state::SpendState;

use super::CheckpointError;

/// Everything learnt of what guests spend.
#[derive(Clone, PartialEq, Message)]
pub(super) struct SpendNumbers {
    /// Forgetting of offer, category, brand; dispersion; the brand.
    #[prost(double, repeated, tag = "1")]
    brand: Vec<f64>,
    /// Hash of each category.
    #[prost(uint32, repeated, tag = "2")]
    categories: Vec<u32>,
    /// Six numbers of each of them.
    #[prost(double, repeated, tag = "3")]
    of_categories: Vec<f64>,
    /// Key of each offer.
    #[prost(fixed64, repeated, tag = "4")]
    offers: Vec<u64>,
    /// Hash of its category.
    #[prost(uint32, repeated, tag = "5")]
    category_of: Vec<u32>,
    /// Five numbers of each of them.
    #[prost(double, repeated, tag = "6")]
    of_offers: Vec<f64>,
}

impl SpendNumbers {
    /// What waits to be final waits in the learner's outcomes, not here.
    pub(super) fn of(spend: &Spend) -> Self {
        let state = spend.state();
        Self {
            brand: [&state.forgetting[..], &state.dispersion, &state.brand].concat(),
            categories: state.categories.iter().map(|(hash, _)| *hash).collect(),
            of_categories: state.categories.iter().flat_map(|(_, numbers)| *numbers).collect(),
            offers: state.offers.iter().map(|(key, ..)| *key).collect(),
            category_of: state.offers.iter().map(|(_, category, _)| *category).collect(),
            of_offers: state.offers.iter().flat_map(|(.., numbers)| *numbers).collect(),
        }
    }

    pub(super) fn model(&self) -> Result<Spend, CheckpointError> {
        let unsound = || CheckpointError::Shape("spend");
        let brand: [f64; 11] = self.brand.as_slice().try_into().map_err(|_| unsound())?;
        let ([f0, f1, f2], [d0, d1], rest) = match brand {
            [f0, f1, f2, d0, d1, b0, b1, b2, b3, b4, b5] => {
                ([f0, f1, f2], [d0, d1], [b0, b1, b2, b3, b4, b5])
            }
        };
        let (categories, offers) = (self.of_categories.as_chunks(), self.of_offers.as_chunks());
        let is_whole = categories.0.len() == self.categories.len()
            && offers.0.len() == self.offers.len()
            && self.category_of.len() == self.offers.len()
            && categories.1.is_empty()
            && offers.1.is_empty();
        if !is_whole {
            return Err(unsound());
        }
        let keys = self.offers.iter().zip(&self.category_of).zip(offers.0);
        let state = SpendState {
            forgetting: [f0, f1, f2],
            dispersion: [d0, d1],
            brand: rest,
            categories: self.categories.iter().copied().zip(categories.0.iter().copied()).collect(),
            offers: keys.map(|((key, category), numbers)| (*key, *category, *numbers)).collect(),
            ..SpendState::default()
        };
        Spend::restore(&state).map_err(|_| unsound())
    }
}
