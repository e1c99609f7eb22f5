//! What a brand proposes changes: publish, roll back, stop an offer, set stock, set the learning
//! mode.

use std::sync::Arc;
use std::sync::mpsc;

use prost::Message;
use sha2::{Digest, Sha256};

use crate::catalog::{Bitset, Catalog, Problem, validate};
use crate::domain::hold::ShelfKey;
use crate::domain::id::{Fingerprint, OfferId, OfferKey};
use crate::domain::invalid::Invalid;
use crate::domain::policy::LearningMode;
use crate::domain::record::{Body, Record};
use crate::domain::scope::{Right, Scope};
use crate::domain::time::Timestamp;
use crate::store::Reservation;

use super::brands::Brand;
use super::calls::{CatalogVersion, Stock, StockChange};
use super::catalogs::Learnt;
use super::error::{Error, ErrorKind};
use super::watching::Cause;
use super::wire::{CatalogDocument, ModelDocument};
use super::{Engine, budgets, catalogs};

impl Engine {
    /// The catalog of a version (`None`: the one in force), its text, and the version in force.
    ///
    /// # Errors
    /// Without the right; where there is no such version.
    pub fn catalog(
        &self,
        scope: &Scope,
        version: Option<u64>,
    ) -> Result<(Arc<Catalog>, String, u64), Error> {
        self.need(scope, Right::CatalogRead)?;
        let brand = self.brands.get(&scope.brand);
        let current = brand.need_serving()?.catalog.version();
        let version = version.unwrap_or(current);
        let document = catalogs::document(&self.store, &brand.id, version)?;
        let text = document.ok_or_else(|| Error::not_found("catalog version"))?.text;
        Ok((self.catalog_of(&brand, version)?, text, current))
    }

    /// The problems of a catalog's text; none where it could be published.
    ///
    /// # Errors
    /// Without the right.
    pub fn validate_catalog(&self, scope: &Scope, text: &str) -> Result<Vec<Problem>, Error> {
        self.need(scope, Right::CatalogRead)?;
        Ok(validate(text).map_or_else(|problems| problems, |_| Vec::new()))
    }

    /// Publishes a catalog: in force, and on disk, when this returns. Blocks until then.
    ///
    /// # Errors
    /// Without the right; with the problems of the text; where another version than `expected` is
    /// in force.
    pub fn publish_catalog(
        &self,
        scope: &Scope,
        text: &str,
        description: &str,
        expected: Option<u64>,
    ) -> Result<CatalogVersion, Error> {
        self.need(scope, Right::CatalogWrite)?;
        let learnt = self.learnt_in_force(scope)?;
        self.put_in_force(scope, (text, description), learnt, (expected, 0))
    }

    /// Puts an earlier version in force again, as a new version.
    ///
    /// # Errors
    /// As [`Self::publish_catalog`]; where there is no such version.
    pub fn roll_back_catalog(
        &self,
        scope: &Scope,
        version: u64,
        description: &str,
        expected: Option<u64>,
    ) -> Result<CatalogVersion, Error> {
        self.need(scope, Right::CatalogWrite)?;
        let document = catalogs::document(&self.store, &scope.brand, version)?;
        let document = document.ok_or_else(|| Error::not_found("catalog version"))?;
        // Cells keep their steps through an epoch, whatever the text: prices stay as they were learnt.
        let CatalogDocument { text, model, tastes, .. } = document;
        let learnt = Learnt { model, tastes, ..self.learnt_in_force(scope)? };
        self.put_in_force(scope, (&text, description), learnt, (expected, version))
    }

    /// Publishes the text in force again, with other vectors.
    pub(super) fn publish_vectors(
        &self,
        scope: &Scope,
        model: Option<ModelDocument>,
        description: &str,
    ) -> Result<CatalogVersion, Error> {
        let learnt = Learnt { model, ..self.learnt_in_force(scope)? };
        self.publish_learnt(scope, learnt, description)
    }

    /// Publishes the text in force again, with what was learnt.
    pub(super) fn publish_learnt(
        &self,
        scope: &Scope,
        learnt: Learnt,
        description: &str,
    ) -> Result<CatalogVersion, Error> {
        let current = self.brands.get(&scope.brand).need_serving()?.catalog.version();
        let document = catalogs::document(&self.store, &scope.brand, current)?;
        let text = document.ok_or_else(|| Error::not_found("catalog version"))?.text;
        self.put_in_force(scope, (&text, description), learnt, (Some(current), 0))
    }

    /// What was learnt and is in force, which a new text keeps.
    pub(super) fn learnt_in_force(&self, scope: &Scope) -> Result<Learnt, Error> {
        let Some(serving) = self.brands.get(&scope.brand).serving() else {
            return Ok(Learnt::default());
        };
        let document = catalogs::document(&self.store, &scope.brand, serving.catalog.version())?;
        Ok(document.map(Learnt::of).unwrap_or_default())
    }

    fn put_in_force(
        &self,
        scope: &Scope,
        (text, description): (&str, &str),
        learnt: Learnt,
        (expected, rolled_back_to): (Option<u64>, u64),
    ) -> Result<CatalogVersion, Error> {
        let brand = self.brands.get(&scope.brand);
        let _publishing = brand.publishing.lock();
        let current = brand.serving().map_or(0, |s| s.catalog.version());
        if expected.is_some_and(|e| e != current) {
            let message = format!(
                "version {current} is in force, not the expected one; read it and decide anew"
            );
            return Err(Error::new(
                ErrorKind::FailedPrecondition,
                "CATALOG_VERSION_CHANGED",
                message,
            ));
        }
        let last = self.store.catalog_versions(&brand.id)?.last().copied().unwrap_or(0);
        let version = last.max(current) + 1;
        let built = catalogs::build(text, version, &learnt);
        let catalog = Arc::new(built.map_err(refused)?);
        if rolled_back_to == 0 {
            self.check_segments(&brand, &catalog)?;
        }
        let now = self.clock.now();
        let sha256 =
            Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect::<String>();
        let document = CatalogDocument {
            text: text.to_owned(),
            description: description.to_owned(),
            publisher: scope.credential.to_string(),
            published_micros: now.as_micros(),
            rolled_back_to,
            sha256,
            model: learnt.model,
            prices: learnt.prices,
            tastes: learnt.tastes,
        };
        budgets::open(&self.store, &brand, &catalog, now)?;
        self.write(&brand, Body::CatalogPublished { version }, |reservation| {
            reservation.catalog(&brand.id, version, &document.encode_to_vec());
        })?;
        let stopped = brand
            .serving()
            .map(|old| carried_over(&old.catalog, &brand.live.load().stopped, &catalog));
        brand.put_catalog(Arc::clone(&catalog), now);
        brand.change_live(|live| {
            live.stopped = stopped.clone().unwrap_or_else(|| Bitset::none(catalog.offer_count()))
        });
        self.watchers.mark_all(&brand.id, Cause::Catalog.bit());
        Ok(version_of(&document, version, true))
    }

    /// Guests hold their segment by its place, so those of earlier versions stay where they are.
    /// What was rolled back from counts, too: guests may hold what only it had.
    fn check_segments(&self, brand: &Brand, new: &Catalog) -> Result<(), Error> {
        let Some(serving) = brand.serving() else { return Ok(()) };
        let mut version = serving.catalog.version();
        while version > 0 {
            let Some(document) = catalogs::document(&self.store, &brand.id, version)? else {
                break;
            };
            let old = self.catalog_of(brand, version)?;
            if let Some(problem) = segment_moved(&old, new) {
                return Err(refused(vec![problem]));
            }
            if document.rolled_back_to == 0 {
                break;
            }
            version -= 1;
        }
        Ok(())
    }

    /// All versions of the catalog, oldest first.
    ///
    /// # Errors
    /// Without the right.
    pub fn catalog_versions(&self, scope: &Scope) -> Result<Vec<CatalogVersion>, Error> {
        self.need(scope, Right::CatalogRead)?;
        let current = self.brands.get(&scope.brand).serving().map_or(0, |s| s.catalog.version());
        let mut versions = Vec::new();
        for version in self.store.catalog_versions(&scope.brand)? {
            if let Some(document) = catalogs::document(&self.store, &scope.brand, version)? {
                versions.push(version_of(&document, version, version == current));
            }
        }
        Ok(versions)
    }

    /// Stops an offer at once, or lets it run again. Returns the sequence.
    ///
    /// # Errors
    /// Without the right; where there is no such offer.
    pub fn stop_offer(&self, scope: &Scope, offer: &OfferId, stopped: bool) -> Result<u64, Error> {
        self.need(scope, Right::CatalogWrite)?;
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        serving.catalog.index_of(offer).ok_or_else(|| Error::not_found("offer"))?;
        let body = Body::OfferStopped { offer: offer.clone(), stopped };
        apply(&brand, &body);
        self.watchers.mark_all(&brand.id, Cause::StoppedOffer.bit());
        self.write(&brand, body, |_| {})
    }

    /// Sets stock. Returns the sequence of the last entry, and how many units of each are held.
    ///
    /// # Errors
    /// Without the right; where there is no such offer or property.
    pub fn set_stock(
        &self,
        scope: &Scope,
        change: &StockChange,
    ) -> Result<(u64, Vec<usize>), Error> {
        self.need(scope, Right::CatalogWrite)?;
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        serving.catalog.index_of(&change.offer).ok_or_else(|| Error::not_found("offer"))?;
        let is_known = scope.reaches(&change.property)
            && serving.catalog.property_index(&change.property).is_some();
        if !is_known {
            return Err(Error::not_found("property"));
        }
        let brand: &Brand = &brand;
        let (mut sequence, mut held) = (0, Vec::with_capacity(change.entries.len()));
        for stock in &change.entries {
            let (offer, property) = (change.offer.clone(), change.property.clone());
            let Stock { day, units, .. } = *stock;
            let key = ShelfKey { offer: OfferKey::of(&offer), property: property.clone(), day };
            let body = Body::InventorySet { offer, property, day, units };
            let mut book = brand.book.lock();
            let (now, _) = book.lapse(self.clock.now());
            held.push(book.held(&key));
            sequence = self.write_at(brand, now, body, move |reservation| {
                brand.shelve(&mut book, &key, units, (reservation.sequence(), now));
                drop(book);
            })?;
            self.watchers.mark_all(&brand.id, Cause::Stock.bit());
        }
        Ok((sequence, held))
    }

    /// Sets the learning mode over all policies (`None`: gives it back to them). Returns the mode
    /// before.
    ///
    /// # Errors
    /// Without the right.
    pub fn set_mode(
        &self,
        scope: &Scope,
        mode: Option<LearningMode>,
    ) -> Result<Option<LearningMode>, Error> {
        self.need(scope, Right::Admin)?;
        let brand = self.brands.get(&scope.brand);
        let before = **brand.mode.load();
        let body = Body::ModeSet { mode };
        apply(&brand, &body);
        self.watchers.mark_all(&brand.id, Cause::Catalog.bit());
        self.write(&brand, body, |_| {})?;
        Ok(before)
    }

    /// Writes a record that is about no guest, and waits until it is on disk.
    pub(super) fn write(
        &self,
        brand: &Brand,
        body: Body,
        more: impl FnOnce(&mut Reservation<'_>),
    ) -> Result<u64, Error> {
        self.write_at(brand, self.clock.now(), body, more)
    }

    /// The same, recorded at a moment. `more` is called once there is a place in the log, and before
    /// anybody waits.
    pub(super) fn write_at(
        &self,
        brand: &Brand,
        recorded: Timestamp,
        body: Body,
        more: impl FnOnce(&mut Reservation<'_>),
    ) -> Result<u64, Error> {
        let mut reservation = self.committer.reserve()?;
        let sequence = reservation.sequence();
        reservation.record(&Record { sequence, brand: brand.id.clone(), recorded, body });
        more(&mut reservation);
        let (tell, told) = mpsc::sync_channel(1);
        reservation.submit_and_tell(Box::new(move |result| drop(tell.send(result))));
        let gone = || {
            Error::new(
                ErrorKind::Indeterminate,
                "STORAGE_INDETERMINATE",
                "the write's fate is not known",
            )
        };
        told.recv().map_err(|_| gone())??;
        Ok(sequence)
    }
}

/// Folds a record that lies over the catalog into a brand: at run time, and again when the log is
/// replayed.
pub(super) fn apply(brand: &Brand, body: &Body) {
    match body {
        Body::OfferStopped { offer, stopped } => {
            let Some(serving) = brand.serving() else { return };
            let Some(index) = serving.catalog.index_of(offer) else { return };
            brand.change_live(|live| {
                if live.stopped.size() != serving.catalog.offer_count() {
                    live.stopped = Bitset::none(serving.catalog.offer_count());
                }
                if *stopped { live.stopped.insert(index) } else { live.stopped.remove(index) }
            });
        }
        Body::ModeSet { mode } => brand.mode.store(Arc::new(*mode)),
        // Its version is the record's: [`super::rates`] puts it in force.
        Body::RatesSet(_)
        | Body::Routing(_)
        | Body::Decision(_)
        | Body::Activated { .. }
        | Body::Event { .. }
        | Body::Profile { .. }
        | Body::Matured { .. }
        | Body::CatalogPublished { .. }
        | Body::InventorySet { .. }
        | Body::Joined { .. }
        | Body::Delivery { .. }
        | Body::Skipped { .. }
        | Body::Gesture(_)
        | Body::Fitted(_)
        | Body::Rank(_) => {}
    }
}

/// Folds what a record tells of units of scarce offers, when the log is replayed.
pub(super) fn apply_units(brand: &Brand, record: &Record) {
    let at = (record.sequence, record.recorded);
    match &record.body {
        Body::InventorySet { offer, property, day, units } => {
            let offer = OfferKey::of(offer);
            let key = ShelfKey { offer, property: property.clone(), day: *day };
            brand.shelve(&mut brand.book.lock(), &key, *units, at);
        }
        Body::Event { guest, event } if !event.holds.is_empty() => {
            let reservation = event.reservation.as_ref().map(|r| Fingerprint::of(r.as_str()));
            let mut book = brand.book.lock();
            for mark in &event.holds {
                book.apply(*guest, reservation, mark, at);
            }
        }
        _ => {}
    }
}

/// Offers that stay stopped in a new version.
pub(super) fn carried_over(old: &Catalog, stopped: &Bitset, new: &Catalog) -> Bitset {
    let mut carried = Bitset::none(new.offer_count());
    let ids = stopped.iter().filter_map(|at| old.offer(at));
    ids.filter_map(|offer| new.index_of(&offer.id)).for_each(|at| carried.insert(at));
    carried
}

fn version_of(document: &CatalogDocument, version: u64, is_current: bool) -> CatalogVersion {
    CatalogVersion {
        version,
        published: Timestamp::from_micros(document.published_micros),
        publisher: document.publisher.clone(),
        description: document.description.clone(),
        rolled_back_to: document.rolled_back_to,
        sha256: document.sha256.clone(),
        is_current,
    }
}

/// The first segment of an earlier version that is not where it was.
fn segment_moved(old: &Catalog, new: &Catalog) -> Option<Problem> {
    let (old, new) = (&old.content().segments, &new.content().segments);
    let at = (0..old.len()).find(|at| new.get(*at).map(|s| &s.id) != Some(&old[*at].id))?;
    let problem = format!(
        "must be '{}', as in an earlier version: guests hold segments by their place. Keep it here, \
         change its tastes as you like, and add new segments at the end",
        old[at].id
    );
    Some(Problem { line: 0, column: 0, field: format!("segments[{at}].id"), problem })
}

fn refused(problems: Vec<Problem>) -> Error {
    let fields = problems.iter().map(|p| {
        let place = if p.line > 0 { format!(":{}:{}", p.line, p.column) } else { String::new() };
        Invalid::new(format!("catalog_toml{place} {}", p.field), &p.problem)
    });
    let mut error = Error::from(fields.collect::<Vec<_>>());
    error.reason = "CATALOG_INVALID";
    error
}
