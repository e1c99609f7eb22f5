//! How far the prices of an offer are apart, and by which published reasons.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Sale;

/// The prices of an offer at a property, as shares of the list price.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfferSpread {
    /// The hotel.
    pub property: String,
    /// The offer.
    pub offer: String,
    /// Prices quoted.
    pub quotes: u64,
    /// Different prices for a unit.
    pub prices: usize,
    /// The lowest, the mean and the highest share of the list price.
    pub shares: [f64; 3],
    /// The highest share divided by the lowest: 1 where all paid alike.
    pub ratio: f64,
    /// Quotes by published reason, the price without one as an empty text.
    pub reasons: BTreeMap<String, u64>,
}

/// Prices of all offers.
#[derive(Debug, Default)]
pub(super) struct Spreads {
    by_offer: BTreeMap<(String, String), Spread>,
    quotes: u64,
}

#[derive(Debug, Default)]
struct Spread {
    quotes: u64,
    sum: f64,
    /// Quotes by price and list price.
    prices: BTreeMap<(i64, i64), u64>,
    reasons: BTreeMap<String, u64>,
}

impl Spreads {
    pub(super) fn take(&mut self, sale: &Sale<'_>) {
        self.quotes += 1;
        let (offer, list) = (sale.quote.offer, sale.quote.list);
        if list.minor == 0 {
            return;
        }
        let place = (sale.property.to_string(), sale.offer.to_string());
        let spread = self.by_offer.entry(place).or_default();
        spread.quotes += 1;
        spread.sum += offer.major() / list.major();
        *spread.prices.entry((offer.minor, list.minor)).or_default() += 1;
        let reasons: Vec<&str> = sale.quote.qualifications.iter().map(|id| id.as_str()).collect();
        *spread.reasons.entry(reasons.join(" + ")).or_default() += 1;
    }

    pub(super) fn quotes(&self) -> u64 {
        self.quotes
    }

    /// The widest first.
    #[expect(clippy::cast_precision_loss, reason = "numbers of quotes, and amounts in cents")]
    pub(super) fn told(self) -> Vec<OfferSpread> {
        let told = |((property, offer), spread): ((String, String), Spread)| {
            let shares = spread.prices.keys().map(|(price, list)| *price as f64 / *list as f64);
            let lowest = shares.clone().fold(f64::INFINITY, f64::min);
            let highest = shares.fold(0.0, f64::max);
            OfferSpread {
                property,
                offer,
                quotes: spread.quotes,
                prices: spread.prices.len(),
                shares: [lowest, spread.sum / spread.quotes as f64, highest],
                ratio: if lowest > 0.0 { highest / lowest } else { f64::INFINITY },
                reasons: spread.reasons,
            }
        };
        let mut all: Vec<OfferSpread> = self.by_offer.into_iter().map(told).collect();
        all.sort_by(|a, b| b.ratio.total_cmp(&a.ratio));
        all
    }
}
