//! What the simulated world knows of the brand: its published catalog, read through the public API
//! like any caller.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use crate::api::v1;

/// An offer as the world sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// Number of its category.
    pub category: usize,
    /// Its tags.
    pub tags: Vec<String>,
    /// Price of one unit, in major units of its currency; zero for what is free.
    pub price: f64,
    /// Shown only where nothing else is left: not a candidate.
    pub is_fallback: bool,
    /// Are there only so many? Then the hotel tells how many are left.
    pub is_limited: bool,
    /// Hotels that have it; empty: all.
    pub houses: Vec<String>,
}

/// A hotel as the world sees it.
#[derive(Debug, Clone)]
pub struct House {
    /// Its id.
    pub id: String,
    /// Its zone.
    pub zone: TimeZone,
    /// ISO 4217 code of its prices.
    pub currency: String,
}

/// What the brand publishes.
#[derive(Debug, Clone)]
pub struct Menu {
    /// Offers, in catalog order.
    pub items: Vec<Item>,
    /// Hotels.
    pub houses: Vec<House>,
    /// Names of the categories, in order of their numbers.
    pub categories: Vec<String>,
    /// Segments a guest may be put into.
    pub segments: Vec<String>,
    places: BTreeMap<String, usize>,
}

/// The catalog cannot be simulated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// A hotel's zone is not in the zone database.
    #[error("the zone '{0}' of a property is not known")]
    Zone(String),
    /// It has no hotel or no offer.
    #[error("the catalog has no property or no offer")]
    Empty,
}

impl Menu {
    /// Reads a published catalog.
    ///
    /// # Errors
    /// Where there is nothing to simulate.
    pub fn read(catalog: &v1::Catalog) -> Result<Self, Unfit> {
        let mut categories: Vec<String> = Vec::new();
        let mut number = |name: &str| {
            categories.iter().position(|known| known == name).unwrap_or_else(|| {
                categories.push(name.to_owned());
                categories.len() - 1
            })
        };
        let mut items = Vec::with_capacity(catalog.offers.len());
        for offer in &catalog.offers {
            items.push(Item {
                id: offer.offer_id.clone(),
                category: number(&offer.category_id),
                tags: offer.tags.clone(),
                price: offer.pricing.first().and_then(|p| p.list_price.as_ref()).map_or(0.0, major),
                is_fallback: offer.is_fallback,
                is_limited: offer.inventory_limited,
                houses: offer.property_ids.clone(),
            });
        }
        let house = |property: &v1::Property| {
            let zone = TimeZone::get(&property.time_zone)
                .map_err(|_| Unfit::Zone(property.time_zone.clone()))?;
            Ok(House {
                id: property.property_id.clone(),
                zone,
                currency: property.currency_code.clone(),
            })
        };
        let houses: Vec<House> =
            catalog.properties.iter().map(house).collect::<Result<_, Unfit>>()?;
        if houses.is_empty() || items.is_empty() {
            return Err(Unfit::Empty);
        }
        let segments = catalog.segments.iter().map(|s| s.segment_id.clone()).collect();
        let places = (0..).zip(&items).map(|(at, item)| (item.id.clone(), at)).collect();
        Ok(Self { items, houses, categories, segments, places })
    }

    /// The number of an offer.
    pub fn place(&self, offer: &str) -> Option<usize> {
        self.places.get(offer).copied()
    }

    /// The words that offers of a hotel are about, each once.
    pub fn words(&self, house: &House) -> Vec<&str> {
        let has = |item: &&Item| item.houses.is_empty() || item.houses.contains(&house.id);
        let here = self.items.iter().filter(has).filter(|item| !item.is_fallback);
        let words: BTreeSet<&str> = here.flat_map(|item| &item.tags).map(String::as_str).collect();
        words.into_iter().collect()
    }

    /// Every scarce offer with every hotel that has it.
    pub fn scarce(&self) -> impl Iterator<Item = (&Item, &House)> {
        let has =
            |item: &Item, house: &House| item.houses.is_empty() || item.houses.contains(&house.id);
        let limited = self.items.iter().filter(|item| item.is_limited);
        limited.flat_map(move |item| {
            self.houses.iter().filter(move |house| has(item, house)).map(move |h| (item, h))
        })
    }

    /// The numbers of the offers that can be candidates.
    pub fn candidates(&self) -> impl Iterator<Item = usize> + '_ {
        (0..).zip(&self.items).filter(|(_, item)| !item.is_fallback).map(|(at, _)| at)
    }
}

/// An amount in major units. The demo's currencies have hundredths; others only move a price's
/// weight.
#[expect(clippy::cast_precision_loss, reason = "prices of hotel offers")]
fn major(money: &v1::Money) -> f64 {
    money.amount_minor as f64 / 100.0
}
