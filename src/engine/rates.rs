//! Rates of room types: set at once for every decision that follows, kept in the log, and had again as
//! they were at any decision of it.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use crate::domain::id::{BrandId, Label, PropertyId};
use crate::domain::invalid::Invalid;
use crate::domain::money::Currency;
use crate::domain::rate::{RateRow, Rates, RatesChange};
use crate::domain::record::{Body, Record};
use crate::domain::scope::{Right, Scope};
use crate::domain::time::{Date, Timestamp};
use crate::store::StoreError;

use super::Engine;
use super::brands::Brand;
use super::error::{Error, ErrorKind};
use super::watching::Cause;
use super::wire::{NightRow, RatesBook, RatesRow};

/// Versions of rates kept behind the newest one while the log is read: a decision under way while rates
/// are set has the ones before, and each waits for the disk.
const VERSIONS_KEPT: usize = 64;
/// Days for which the rates of a night are kept once it is over: for longer than anyone stays.
const NIGHTS_KEPT: i32 = 366;

/// Rates that were set, or looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatesSet {
    /// Sequence of the rates in force.
    pub version: u64,
    /// Room types that no offer of the catalog in force sells or upgrades from, ascending.
    pub unused: Vec<Label>,
}

impl Engine {
    /// Sets rates of a property, for every decision that begins after this returns; or only looks
    /// whether they could be set.
    ///
    /// # Errors
    /// Without the right; where there is no such property; where the property sells in another
    /// currency; before a catalog was published.
    pub fn set_rates(
        &self,
        scope: &Scope,
        change: RatesChange,
        is_trial: bool,
    ) -> Result<RatesSet, Error> {
        self.need(scope, Right::CatalogWrite)?;
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        let content = serving.catalog.content();
        let known = content.properties.iter().find(|known| known.id == change.property);
        let known = known.filter(|known| scope.reaches(&known.id));
        let property = known.ok_or_else(|| Error::not_found("property"))?;
        if property.currency != change.currency {
            return Err(other_currency(&change, property.currency));
        }
        let rooms = content.offers.iter().filter_map(|offer| offer.pricing.room.as_ref());
        let used: BTreeSet<&Label> =
            rooms.flat_map(|room| room.upgrade_from.iter().chain([&room.room_type])).collect();
        let named: BTreeSet<&Label> = change.rows.iter().map(|row| &row.room_type).collect();
        let unused: Vec<Label> = named.difference(&used).map(|id| (*id).clone()).collect();
        if is_trial {
            return Ok(RatesSet { version: brand.rates().version(), unused });
        }
        // In force in the order of the log: a version tells what holds.
        let _publishing = brand.publishing.lock();
        let change = Arc::new(change);
        let now = self.clock.now();
        let version = self.write_at(&brand, now, Body::RatesSet(Arc::clone(&change)), |_| {})?;
        brand.put_rates(&change, version, oldest_night(now));
        self.watchers.mark_all(&brand.id, Cause::Stock.bit());
        Ok(RatesSet { version, unused })
    }
}

impl Engine {
    /// The rates in force at a property, which had any at all, and their version.
    ///
    /// # Errors
    /// Without the right; where there is no such property; before a catalog was published.
    pub fn rates(
        &self,
        scope: &Scope,
        property: &PropertyId,
    ) -> Result<(Option<RatesChange>, u64), Error> {
        self.need(scope, Right::CatalogWrite)?;
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        let is_known = serving.catalog.property_index(property).is_some();
        if !(is_known && scope.reaches(property)) {
            return Err(Error::not_found("property"));
        }
        let rates = brand.rates();
        Ok((rates.of(property), rates.version()))
    }
}

fn other_currency(change: &RatesChange, house: Currency) -> Error {
    let message = format!("rates of {} are told in {house}, its own currency", change.property);
    let problem = format!("is {}, but the property sells in {house}", change.currency);
    let mut error = Error::new(ErrorKind::InvalidArgument, "CURRENCY_MISMATCH", message);
    error.fields.push(Invalid::new("currency_code", problem));
    error
}

/// Rates of a brand, as the log is read: those of each decision that follows a record.
pub(super) struct RatesOfLog {
    newest: Arc<Rates>,
    /// Those before it, oldest first.
    before: VecDeque<Arc<Rates>>,
}

impl RatesOfLog {
    pub(super) fn new() -> Self {
        Self { newest: Arc::default(), before: VecDeque::new() }
    }

    /// Takes a record in.
    pub(super) fn hear(&mut self, brand: &BrandId, record: &Record) {
        let Body::RatesSet(change) = &record.body else { return };
        if record.brand != *brand {
            return;
        }
        self.before.push_back(Arc::clone(&self.newest));
        if self.before.len() > VERSIONS_KEPT {
            self.before.pop_front();
        }
        let oldest = oldest_night(record.recorded);
        Arc::make_mut(&mut self.newest).put(change, record.sequence, oldest);
    }

    /// The rates of a version.
    pub(super) fn at(&self, version: u64) -> Result<&Arc<Rates>, Error> {
        let mut kept = self.before.iter().chain([&self.newest]);
        kept.find(|rates| rates.version() == version).ok_or_else(lost)
    }
}

/// The first night whose rates are kept when rates are set. The same for those who set them and for
/// those who read the log.
pub(super) fn oldest_night(recorded: Timestamp) -> Date {
    Date(recorded.utc_day().0.saturating_sub(NIGHTS_KEPT))
}

fn lost() -> Error {
    let message = "the rates of a decision are not to be had again: the log before it is not whole";
    Error::new(ErrorKind::DataLoss, "RATES_LOST", message)
}

/// Rates as a checkpoint keeps them; `None` before the first.
pub(super) fn book(rates: &Rates) -> Option<RatesBook> {
    let place = |change: RatesChange| RatesRow {
        property: change.property.to_string(),
        currency: change.currency.to_string(),
        nights: change.rows.iter().filter_map(NightRow::of).collect(),
    };
    let places = rates.changes().into_iter().map(place).collect();
    (rates.version() > 0).then(|| RatesBook { version: rates.version(), places })
}

/// Puts the rates of a checkpoint in force.
pub(super) fn restore(brand: &Brand, book: &RatesBook) -> Result<(), StoreError> {
    let damaged = || StoreError::Corrupt { what: "the rates of a checkpoint".to_owned() };
    let mut rates = Rates::default();
    rates.note(book.version);
    for place in &book.places {
        let property = PropertyId::parse("property", &place.property).map_err(|_| damaged())?;
        let currency = Currency::parse("currency", &place.currency).map_err(|_| damaged())?;
        let nights: Option<Vec<RateRow>> = place.nights.iter().map(NightRow::row).collect();
        let rows = nights.ok_or_else(damaged)?;
        rates.put(&RatesChange { property, currency, rows }, book.version, Date(i32::MIN));
    }
    brand.restore_rates(rates);
    Ok(())
}
