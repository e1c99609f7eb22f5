//! Catalog versions: read from the store, built once, kept while decisions need them.

use std::collections::HashMap;
use std::sync::Arc;

use prost::Message;

use crate::catalog::{Catalog, CatalogContent, Problem, validate};
use crate::domain::belief::Vector;
use crate::domain::id::{BrandId, OfferKey};
use crate::domain::time::Timestamp;
use crate::learn::vectors::offer_vector;
use crate::store::Store;

use super::Engine;
use super::brands::{Brand, Brands};
use super::error::{Error, ErrorKind};
use super::wire::{CatalogDocument, LearntPrice, LearntSegmentTastes, ModelDocument};
use super::{leanings, models, pricing};

/// What comes with a text: it was learnt, and is no part of what people write.
#[derive(Debug, Clone, Default)]
pub(super) struct Learnt {
    /// Trained vectors, where there are any.
    pub(super) model: Option<ModelDocument>,
    /// Steps of prices.
    pub(super) prices: Vec<LearntPrice>,
    /// First tastes of segments.
    pub(super) tastes: Vec<LearntSegmentTastes>,
}

impl Learnt {
    /// What came with a stored text.
    pub(super) fn of(document: CatalogDocument) -> Self {
        let CatalogDocument { model, prices, tastes, .. } = document;
        Self { model, prices, tastes }
    }
}

/// Builds a snapshot from a text and what was learnt.
///
/// # Errors
/// The problems of the text.
pub(super) fn build(text: &str, version: u64, learnt: &Learnt) -> Result<Catalog, Vec<Problem>> {
    let mut content = validate(text)?;
    let vectors = vectors_of(&content, learnt.model.as_ref());
    pricing::put_learnt(&mut content, &learnt.prices);
    leanings::put_learnt(&mut content, &learnt.tastes);
    Catalog::build(content, version, vectors)
}

/// Offer vectors: trained ones, and for offers that no model knows from category, tags and
/// attributes, in the same space.
fn vectors_of(content: &CatalogContent, model: Option<&ModelDocument>) -> Vec<Vector> {
    let trained: HashMap<OfferKey, Vector> =
        model.map(|model| models::vectors_of(model).collect()).unwrap_or_default();
    let vector = |o: &crate::domain::offer::Offer| {
        if let Some(vector) = trained.get(&o.key) {
            return *vector;
        }
        let tags = o.tags.iter().map(|t| t.as_str());
        let attributes = o.attributes.iter().map(|(k, v)| (k.as_str(), v.as_str()));
        offer_vector(o.category.as_str(), tags, attributes)
    };
    content.offers.iter().map(vector).collect()
}

/// The stored document of a version.
pub(super) fn document(
    store: &Store,
    brand: &BrandId,
    version: u64,
) -> Result<Option<CatalogDocument>, Error> {
    let Some(bytes) = store.catalog(brand, version)? else { return Ok(None) };
    let unreadable = |_| {
        Error::new(ErrorKind::DataLoss, "CATALOG_UNREADABLE", "the stored catalog cannot be read")
    };
    CatalogDocument::decode(bytes.as_slice()).map(Some).map_err(unreadable)
}

/// A built catalog of a version, from memory or from the store.
pub(super) fn load(store: &Store, brand: &Brand, version: u64) -> Result<Arc<Catalog>, Error> {
    let known = brand.built.lock().iter().find(|c| c.version() == version).cloned();
    if let Some(known) = known {
        return Ok(known);
    }
    let mut document =
        document(store, &brand.id, version)?.ok_or_else(|| Error::not_found("catalog version"))?;
    let unbuildable = |problems: Vec<Problem>| {
        let first = problems.first().map(ToString::to_string).unwrap_or_default();
        tracing::error!(version, first, "a published catalog cannot be built any more");
        Error::new(
            ErrorKind::DataLoss,
            "CATALOG_UNREADABLE",
            "a published catalog cannot be built any more",
        )
    };
    let text = std::mem::take(&mut document.text);
    let built = build(&text, version, &Learnt::of(document));
    let catalog = Arc::new(built.map_err(unbuildable)?);
    brand.keep(Arc::clone(&catalog));
    Ok(catalog)
}

/// Puts the newest stored catalog of every brand in force.
pub(super) fn restore(store: &Store, brands: &Brands) -> Result<(), Error> {
    for id in store.brands()? {
        let brand = brands.get(&id);
        let Some(version) = store.catalog_versions(&id)?.last().copied() else { continue };
        let published = document(store, &id, version)?.map_or(0, |d| d.published_micros);
        brand.put_catalog(load(store, &brand, version)?, Timestamp::from_micros(published));
    }
    Ok(())
}

impl Engine {
    /// The catalog of a version.
    pub(super) fn catalog_of(&self, brand: &Brand, version: u64) -> Result<Arc<Catalog>, Error> {
        load(&self.store, brand, version)
    }
}
