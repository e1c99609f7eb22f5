//! The log of a store, read again from its beginning: every decision beside the catalog and the
//! model it was made from. Nothing is written, and the store may be in use.
//!
//! What the learner knows changes at maturings only, and is a function of the log alone; so the
//! model of any decision can be had again to the bit, by learning once more what was learnt before
//! it.

mod interactions;
mod persons;
mod rows;
mod target;
mod units;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::decide::Serving;
use crate::decide::price::PriceKey;
use crate::domain::decision::Decision;
use crate::domain::id::{BrandId, GuestKey};
use crate::domain::outcome::Outcome;
use crate::domain::rate::Rates;
use crate::domain::record::{Body, Record};
use crate::domain::time::Timestamp;
use crate::learn::snapshot::RankerSnapshot;
use crate::store::{Options, Store, StoreError};

use super::brands::{Brand, Brands};
use super::error::ErrorKind;
use super::rates::RatesOfLog;
use super::{catalogs, learning};

pub use super::auditing::AuditQuery;
pub use super::error::Error;
pub use super::insight::InsightQuery;
pub use persons::Persons;
pub(super) use rows::unit;
pub use rows::{CollectError, Collector, Reward, Seen};
pub use target::{Target, TargetError};
pub use units::{Found, Units};

/// Models kept while the log is read, behind the newest one that a decision had: decisions under way
/// while a model is published have the one before.
const MODELS_KEPT: usize = 8;
/// Models kept that no decision had yet: the learner may lie behind the log by so many maturings.
const MODELS_AHEAD_MAX: usize = 256;

/// A store opened to read its log again.
pub struct History {
    pub(super) store: Store,
    brands: Vec<BrandId>,
    /// Catalogs that were read.
    read: Brands,
}

/// A decision of the log.
pub struct Past<'a> {
    /// The decision.
    pub decision: &'a Decision,
    /// Whose it is, as of the end of the log: guests who were merged are one.
    pub guest: GuestKey,
    /// Catalog and model that it was made from.
    pub serving: &'a Arc<Serving>,
    store: &'a Store,
}

impl Past<'_> {
    /// What came of its slots, for all that is known today: proposition, slot, outcome.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn outcomes(&self) -> Result<Vec<(u8, u8, Outcome)>, Error> {
        Ok(self.store.outcomes(self.decision.sequence)?)
    }
}

impl History {
    /// Opens the store in a folder, to read.
    ///
    /// # Errors
    /// Where it cannot be opened; the message says what to do.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let store = Store::open_to_read(folder, Options::default())?;
        let brands = store.brands()?;
        let read = Brands::of(&store);
        Ok(Self { store, brands, read })
    }

    /// The brands that have a catalog.
    pub fn brands(&self) -> &[BrandId] {
        &self.brands
    }

    /// A brand, with the catalogs that were read of it.
    pub(super) fn brand(&self, brand: &BrandId) -> Arc<Brand> {
        self.read.get(brand)
    }

    /// The catalog of a version.
    fn catalog(&self, brand: &BrandId, version: u64) -> Result<Arc<Catalog>, Error> {
        catalogs::load(&self.store, &self.read.get(brand), version)
    }

    /// When the last record of the log was written; the epoch for an empty one.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn last_moment(&self) -> Result<Timestamp, Error> {
        let last = self.store.record(self.store.committed())?;
        Ok(last.map_or(Timestamp::EPOCH, |record| record.recorded))
    }

    /// Last sequence of the log.
    pub fn last_sequence(&self) -> u64 {
        self.store.committed()
    }

    /// Visits each decision of a brand in the order of the log. Returns the sequence up to which labels
    /// are final.
    ///
    /// # Errors
    /// Where the store cannot be read, a model is not to be had again, or the visitor fails.
    pub fn visit<E: From<Error>>(
        &self,
        brand: &BrandId,
        mut visitor: impl FnMut(&Past<'_>) -> Result<(), E>,
    ) -> Result<u64, E> {
        let brands = Brands::of(&self.store);
        let brand = brands.get(brand);
        let persons = self.persons(&brand.id)?;
        let mut models = Models::of(&brand);
        let mut rates = RatesOfLog::new();
        for record in self.store.log(1).map_err(Error::from)? {
            let record = record.map_err(Error::from)?;
            learning::fold(&self.store, &brands, &record, false)?;
            rates.hear(&brand.id, &record);
            if matches!(record.body, Body::Matured { .. }) {
                models.note(&brand);
            }
            let Record { body: Body::Decision(decision), brand: of, .. } = &record else {
                continue;
            };
            if *of == brand.id {
                let catalog = catalogs::load(&self.store, &brand, decision.catalog_version)?;
                let rates = rates.at(decision.rates_version)?;
                let serving = models.serving(decision.model_sequence, &catalog, rates)?;
                let guest = persons.of(decision.guest);
                let past = Past { decision, guest, serving: &serving, store: &self.store };
                // What was pushed to a watcher, and nobody saw, was no chance to answer.
                if decision.pushed.is_none() || !past.outcomes()?.is_empty() {
                    visitor(&past)?;
                }
            }
        }
        let matured = brand.learner.lock().matured();
        Ok(matured)
    }
}

/// The latest models of a brand, and what was laid out of them last.
struct Models {
    latest: VecDeque<Model>,
    /// Sequence of the newest model that a decision had.
    had: u64,
    price_key: PriceKey,
    serving: Option<Arc<Serving>>,
}

struct Model {
    sequence: u64,
    labels: u64,
    snapshot: Arc<RankerSnapshot>,
}

impl Models {
    fn of(brand: &Brand) -> Self {
        let mut models =
            Self { latest: VecDeque::new(), had: 0, price_key: brand.price_key, serving: None };
        models.note(brand);
        models
    }

    fn note(&mut self, brand: &Brand) {
        let (snapshot, sequence, labels) = brand.model();
        if self.latest.back().is_some_and(|last| last.sequence == sequence) {
            return;
        }
        self.latest.push_back(Model { sequence, labels, snapshot });
        let behind = self.latest.iter().filter(|model| model.sequence < self.had).count();
        if behind > MODELS_KEPT || self.latest.len() > MODELS_AHEAD_MAX {
            self.latest.pop_front();
        }
    }

    fn serving(
        &mut self,
        sequence: u64,
        catalog: &Arc<Catalog>,
        rates: &Arc<Rates>,
    ) -> Result<Arc<Serving>, Error> {
        let is_same = |s: &&Arc<Serving>| {
            s.model_sequence == sequence
                && s.catalog.version() == catalog.version()
                && s.rates.version() == rates.version()
        };
        if let Some(same) = self.serving.as_ref().filter(is_same) {
            return Ok(Arc::clone(same));
        }
        self.had = self.had.max(sequence);
        let model = self.latest.iter().find(|m| m.sequence == sequence).ok_or_else(|| {
            let message =
                "the model of a decision is not to be had again: the log before it is not whole";
            Error::new(ErrorKind::DataLoss, "MODEL_LOST", message)
        })?;
        let snapshot = Arc::clone(&model.snapshot);
        let serving = Serving::new(Arc::clone(catalog), snapshot, sequence, model.labels);
        let serving = Arc::new(serving.priced_by(self.price_key, Arc::clone(rates)));
        self.serving = Some(Arc::clone(&serving));
        Ok(serving)
    }
}

impl std::fmt::Debug for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("History").field("store", &self.store).finish_non_exhaustive()
    }
}
