//! Trained vectors of offers: beside those in force first (*shadow*), then in force, and back.
//!
//! A model is part of a catalog version: publishing one publishes the same text again with its
//! vectors, so a decision's record names its model by its catalog version, and replay, roll-back and
//! the learner find it there.
//!
//! In the shadow a model decides nothing. Every label that becomes final is foreseen with its
//! vectors, too; the mean logarithmic loss of both says whether it would do better.

use std::collections::HashMap;
use std::sync::Arc;

use ndarray::Array2;
use parking_lot::Mutex;
use prost::Message;

use crate::catalog::Catalog;
use crate::domain::belief::{DIM, Vector};
use crate::domain::id::{OfferId, OfferKey};
use crate::domain::scope::{Right, Scope};
use crate::learn::embedding::placing::{Placed, place};
use crate::learn::impression::Impression;
use crate::learn::laplace::expected_sigmoid;
use crate::learn::ranker::Ranker;
use crate::store::Store;

use super::brands::{Brand, Brands};
use super::calls::CatalogVersion;
use super::error::{Error, ErrorKind};
use super::wire::{ModelDocument, OfferVector};
use super::{Engine, catalogs};

/// A trained model, as it is handed in.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainedModel {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Ids of offers, ascending.
    pub offers: Vec<String>,
    /// Their factors, one row an offer.
    pub factors: Array2<f32>,
}

/// What is known of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFacts {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Offers it has vectors of.
    pub offers: usize,
    /// Offers that the space it was turned onto had, too.
    pub common: usize,
    /// How far those moved, over their lengths.
    pub relative_distance: f64,
}

/// Where a brand's models stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Models {
    /// The model in force; none before the first.
    pub published: Option<ModelFacts>,
    /// The catalog version in force.
    pub catalog_version: u64,
    /// The model in the shadow, and what it has foreseen so far.
    pub shadow: Option<(ModelFacts, Foresight)>,
}

/// How well labels were foreseen: mean logarithmic losses, in nats; less is better.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Foresight {
    /// Labels, each counted with its weight.
    pub labels: f64,
    /// By the vectors in force.
    pub published_loss: f64,
    /// By those of the shadow.
    pub shadow_loss: f64,
}

/// A model in the shadow.
pub(super) struct Shadow {
    document: ModelDocument,
    vectors: HashMap<OfferKey, Vector>,
    /// Sums of losses.
    seen: Mutex<Foresight>,
}

impl Shadow {
    fn of(document: ModelDocument) -> Self {
        let vectors = vectors_of(&document).collect();
        Self { document, vectors, seen: Mutex::default() }
    }

    /// Foresees a label with the vectors of both models, before it is learnt.
    pub(super) fn foresee(
        &self,
        ranker: &Ranker,
        impression: &Impression<'_>,
        (accepted, weight): (bool, f64),
    ) {
        let Some(vector) = self.vectors.get(&impression.offer) else { return };
        let loss = |impression: &Impression<'_>| {
            let score = ranker.score(impression);
            let p = expected_sigmoid(score.mean, score.variance).clamp(1e-9, 1.0 - 1e-9);
            -libm::log(if accepted { p } else { 1.0 - p }) * weight
        };
        let (published, shadow) = (loss(impression), loss(&Impression { vector, ..*impression }));
        let mut seen = self.seen.lock();
        seen.labels += weight;
        seen.published_loss += published;
        seen.shadow_loss += shadow;
    }

    fn foresight(&self) -> Foresight {
        let seen = *self.seen.lock();
        let mean = |sum: f64| if seen.labels > 0.0 { sum / seen.labels } else { 0.0 };
        Foresight {
            labels: seen.labels,
            published_loss: mean(seen.published_loss),
            shadow_loss: mean(seen.shadow_loss),
        }
    }
}

/// Vectors of a stored model, by offer.
pub(super) fn vectors_of(
    document: &ModelDocument,
) -> impl Iterator<Item = (OfferKey, Vector)> + '_ {
    document.vectors.iter().filter_map(|row| {
        let vector: Vector = row.vector.as_slice().try_into().ok()?;
        let offer = OfferId::parse("offer", &row.offer).ok()?;
        Some((OfferKey::of(&offer), vector))
    })
}

impl ModelDocument {
    fn facts(&self) -> ModelFacts {
        ModelFacts {
            name: self.name.clone(),
            version: self.version.clone(),
            offers: self.vectors.len(),
            common: usize::try_from(self.common).unwrap_or(usize::MAX),
            relative_distance: self.relative_distance,
        }
    }
}

/// Name of a brand's shadow among the stored models.
fn shadow_name(brand: &Brand) -> String {
    format!("shadow {}", brand.id)
}

/// Takes up the stored shadows.
pub(super) fn restore(store: &Store, brands: &Brands) -> Result<(), Error> {
    for brand in brands.all() {
        let Some((_, bytes)) = store.latest_checkpoint(&shadow_name(&brand))? else { continue };
        let document = ModelDocument::decode(bytes.as_slice()).map_err(|_| {
            Error::new(ErrorKind::DataLoss, "MODEL_UNREADABLE", "a stored model cannot be read")
        })?;
        if !document.vectors.is_empty() {
            brand.shadow.store(Some(Arc::new(Shadow::of(document))));
        }
    }
    Ok(())
}

impl Engine {
    /// Puts a model in the shadow, in place of any other: turned onto the space in force, it foresees
    /// and decides nothing. On disk when this returns.
    ///
    /// # Errors
    /// Without the right; where the model does not fit.
    pub fn shadow_model(&self, scope: &Scope, model: &TrainedModel) -> Result<Models, Error> {
        self.need(scope, Right::CatalogWrite)?;
        let brand = self.brands.get(&scope.brand);
        let _publishing = brand.publishing.lock();
        let serving = brand.need_serving()?;
        let placed = placed(model, &serving.catalog)?;
        let document = ModelDocument {
            name: model.name.clone(),
            version: model.version.clone(),
            common: placed.common as u64,
            relative_distance: placed.relative_distance,
            vectors: placed
                .vectors
                .into_iter()
                .map(|(offer, vector)| OfferVector { offer, vector: vector.to_vec() })
                .collect(),
        };
        self.put_shadow(&brand, document)?;
        self.models(scope)
    }

    /// Puts the model in the shadow in force, as a new catalog version.
    ///
    /// # Errors
    /// Without the right; where there is none.
    pub fn publish_model(&self, scope: &Scope) -> Result<CatalogVersion, Error> {
        self.need(scope, Right::CatalogWrite)?;
        let brand = self.brands.get(&scope.brand);
        let shadow = brand.shadow.load_full().ok_or_else(|| Error::not_found("model"))?;
        let document = shadow.document.clone();
        let description = format!("model {} {}", document.name, document.version);
        let version = self.publish_vectors(scope, Some(document), &description)?;
        self.put_shadow(&brand, ModelDocument::default())?;
        Ok(version)
    }

    /// Puts the vectors in force again that were before the model in force, as a new catalog version.
    ///
    /// # Errors
    /// Without the right; where no model is in force.
    pub fn roll_back_model(&self, scope: &Scope) -> Result<CatalogVersion, Error> {
        self.need(scope, Right::CatalogWrite)?;
        let brand = self.brands.get(&scope.brand);
        let in_force = brand.need_serving()?.catalog.version();
        let model_of = |version| -> Result<Option<ModelDocument>, Error> {
            Ok(catalogs::document(&self.store, &brand.id, version)?.and_then(|d| d.model))
        };
        let current = model_of(in_force)?.ok_or_else(|| Error::not_found("model"))?;
        // What was in force when it was first published.
        let mut before = None;
        for version in self.store.catalog_versions(&brand.id)? {
            let model = model_of(version)?;
            if model.as_ref() == Some(&current) {
                break;
            }
            before = model;
        }
        let description = format!("back from model {} {}", current.name, current.version);
        self.publish_vectors(scope, before, &description)
    }

    /// Where the models stand.
    ///
    /// # Errors
    /// Without the right; before the first catalog.
    pub fn models(&self, scope: &Scope) -> Result<Models, Error> {
        self.need(scope, Right::CatalogRead)?;
        let brand = self.brands.get(&scope.brand);
        let version = brand.need_serving()?.catalog.version();
        let document = catalogs::document(&self.store, &brand.id, version)?;
        let shadow = brand.shadow.load_full();
        Ok(Models {
            published: document.and_then(|d| d.model).map(|model| model.facts()),
            catalog_version: version,
            shadow: shadow.map(|shadow| (shadow.document.facts(), shadow.foresight())),
        })
    }

    /// Stores the shadow, and takes it up; one without vectors is none.
    fn put_shadow(&self, brand: &Brand, document: ModelDocument) -> Result<(), Error> {
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        self.committer.put_checkpoint(
            &shadow_name(brand),
            self.store.committed(),
            &document.encode_to_vec(),
            Box::new(move |result| drop(tell.send(result))),
        );
        told.recv().map_err(|_| crate::store::StoreError::Closed)??;
        let is_one = !document.vectors.is_empty();
        brand.shadow.store(is_one.then(|| Arc::new(Shadow::of(document))));
        Ok(())
    }
}

/// A model in the space of a catalog's vectors.
fn placed(model: &TrainedModel, catalog: &Catalog) -> Result<Placed, Error> {
    let offers = catalog.offers().iter().zip(catalog.vectors());
    let mut current: Vec<(String, Vector)> =
        offers.map(|(offer, vector)| (offer.id.to_string(), *vector)).collect();
    current.sort_by(|a, b| a.0.cmp(&b.0));
    place(&model.offers, &model.factors, &current).map_err(|error| {
        let message =
            format!("model: {error}; train it on this brand's offers, in {DIM} dimensions");
        Error::new(ErrorKind::InvalidArgument, "MODEL_UNFIT", message)
    })
}
