//! Calls that read and change the catalog.

use crate::api::v1;
use crate::domain::id::{Label, OfferId, PropertyId};
use crate::domain::scope::{Right, Scope};
use crate::engine::{Error, Stock, StockChange};
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{enums, paging, preference, values};

/// Longest reason given for a change, in bytes.
const DESCRIPTION_BYTES_MAX: usize = 512;
/// Most units of an offer on a date.
const UNITS_MAX: i32 = 1_000_000;

/// A catalog to publish.
#[derive(Debug)]
pub(crate) struct Publication {
    pub(crate) text: String,
    pub(crate) description: String,
    pub(crate) expected: Option<u64>,
    pub(crate) restart: Vec<OfferId>,
}

/// An earlier version to publish again.
#[derive(Debug)]
pub(crate) struct RollBack {
    pub(crate) version: u64,
    pub(crate) description: String,
    pub(crate) expected: Option<u64>,
}

/// A page of versions.
pub(crate) struct VersionsAsked {
    pub(crate) limit: usize,
    /// Versions below this one, where the page is not the first.
    pub(crate) below: Option<u64>,
    pub(crate) pages: paging::Query,
}

/// A page of offers.
pub(crate) struct OffersAsked {
    pub(crate) limit: usize,
    /// Place in the catalog and version to go on with, where the page is not the first.
    pub(crate) after: Option<(usize, u64)>,
    pub(crate) property: Option<PropertyId>,
    pub(crate) category: Option<Label>,
    pub(crate) state: v1::OfferState,
    pub(crate) pages: paging::Query,
}

/// Reads which version is wanted; `None`: the current one.
pub(crate) fn get(scope: &Scope, wire: &v1::GetCatalogRequest) -> Result<Option<u64>, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let named = names::catalog(p, scope, "name", &wire.name);
    match enums::known::<v1::CatalogFormat>(p, "format", wire.format) {
        Some(v1::CatalogFormat::Unspecified | v1::CatalogFormat::Message) => {
            p.unsupported("format", "ask for CATALOG_FORMAT_TOML");
        }
        Some(v1::CatalogFormat::Toml) | None => {}
    }
    let version = (wire.catalog_version != 0).then_some(wire.catalog_version);
    let version = problems.finish(named.map(|()| version))?;
    // Nothing is left out of a document, so whoever reads one must be allowed to see all of it.
    for right in [Right::ViewMargin, Right::ViewValue, Right::ViewScores] {
        if !scope.may(right) {
            return Err(Error::lacks(right).into());
        }
    }
    Ok(version)
}

/// Reads a catalog to check.
pub(crate) fn validate(scope: &Scope, wire: v1::ValidateCatalogRequest) -> Result<String, Refusal> {
    use v1::validate_catalog_request::Source;
    let mut problems = Problems::new();
    let parent = names::brand(&mut problems, scope, "parent", &wire.parent);
    let text = document(
        &mut problems,
        wire.source.map(|source| match source {
            Source::Catalog(_) => None,
            Source::CatalogToml(text) => Some(text),
        }),
    );
    problems.finish(parent.and(text))
}

/// Reads a catalog to publish.
pub(crate) fn publish(
    scope: &Scope,
    wire: v1::PublishCatalogRequest,
) -> Result<Publication, Refusal> {
    use v1::publish_catalog_request::Source;
    let mut problems = Problems::new();
    let p = &mut problems;
    let parent = names::brand(p, scope, "parent", &wire.parent);
    let text = document(
        p,
        wire.source.map(|source| match source {
            Source::Catalog(_) => None,
            Source::CatalogToml(text) => Some(text),
        }),
    );
    let description = values::bounded(p, "description", wire.description, DESCRIPTION_BYTES_MAX);
    preference::request_id(p, &wire.request_id);
    let ids = values::list(p, "restart_offer_ids", wire.restart_offer_ids, values::LIST_MAX);
    let mut restart = Vec::with_capacity(ids.len());
    for (at, id) in ids.iter().enumerate() {
        restart.extend(
            p.within(|| values::at("restart_offer_ids", at), |p| p.take(OfferId::parse("", id))),
        );
    }
    let expected = wire.expected_catalog_version;
    let publication =
        parent.and(text).map(|text| Publication { text, description, expected, restart });
    problems.finish(publication)
}

/// The TOML document of a source; `Some(None)` is the form of messages.
fn document(problems: &mut Problems, source: Option<Option<String>>) -> Option<String> {
    match source {
        Some(Some(text)) if !text.is_empty() => Some(text),
        Some(None) => {
            problems.unsupported("catalog", "give catalog_toml");
            None
        }
        Some(Some(_)) | None => {
            problems.add("catalog_toml", "is missing; give the document");
            None
        }
    }
}

/// Reads which version comes back.
pub(crate) fn roll_back(
    scope: &Scope,
    wire: v1::RollBackCatalogRequest,
) -> Result<RollBack, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let named = names::catalog(p, scope, "name", &wire.name);
    if wire.catalog_version == 0 {
        p.add("catalog_version", "is missing; say which version comes back");
    }
    let description = values::required(p, "description", wire.description, DESCRIPTION_BYTES_MAX);
    preference::request_id(p, &wire.request_id);
    let (version, expected) = (wire.catalog_version, wire.expected_catalog_version);
    problems.finish(named.map(|()| RollBack { version, description, expected }))
}

/// Reads which versions are wanted.
pub(crate) fn versions(
    scope: &Scope,
    wire: &v1::ListCatalogVersionsRequest,
) -> Result<VersionsAsked, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let named = names::catalog(p, scope, "parent", &wire.parent);
    let limit = paging::size(p, wire.page_size);
    let pages = paging::Query::of("versions").and(wire.parent.as_bytes());
    let below = pages.place(p, &wire.page_token).map(|(_, version)| version);
    problems.finish(named.map(|()| VersionsAsked { limit, below, pages }))
}

/// Reads which offer is stopped.
pub(crate) fn stop(scope: &Scope, wire: v1::StopOfferRequest) -> Result<OfferId, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let offer = names::offer(p, scope, "name", &wire.name);
    values::required(p, "description", wire.description, DESCRIPTION_BYTES_MAX);
    preference::request_id(p, &wire.request_id);
    problems.finish(offer)
}

/// Reads which offer is wanted.
pub(crate) fn get_offer(scope: &Scope, wire: &v1::GetOfferRequest) -> Result<OfferId, Refusal> {
    let mut problems = Problems::new();
    let offer = names::offer(&mut problems, scope, "name", &wire.name);
    problems.finish(offer)
}

/// Reads which offers are wanted.
pub(crate) fn list_offers(
    scope: &Scope,
    wire: &v1::ListOffersRequest,
) -> Result<OffersAsked, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let parent = names::brand(p, scope, "parent", &wire.parent);
    let limit = paging::size(p, wire.page_size);
    let property = values::catalog_optional(p, "property_id", &wire.property_id, PropertyId::parse);
    let category = values::catalog_optional(p, "category_id", &wire.category_id, Label::parse);
    if !wire.kinds.is_empty() {
        p.unsupported("kinds", "ask by category_id: offers have no kind yet");
    }
    let state = enums::known::<v1::OfferState>(p, "state", wire.state).unwrap_or_default();
    let pages = paging::Query::of("offers")
        .and(wire.parent.as_bytes())
        .and(wire.property_id.as_bytes())
        .and(wire.category_id.as_bytes())
        .and(&[state as u8]);
    let after = pages
        .place(p, &wire.page_token)
        .and_then(|(at, version)| Some((usize::try_from(at).ok()?, version)));
    problems.finish(parent.map(|()| OffersAsked { limit, after, property, category, state, pages }))
}

/// Reads new stock.
pub(crate) fn inventory(
    scope: &Scope,
    wire: v1::SetInventoryRequest,
) -> Result<StockChange, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let property = names::property(p, scope, "property", &wire.property);
    let offer = p.take(OfferId::parse("offer_id", &wire.offer_id));
    preference::request_id(p, &wire.request_id);
    if wire.entries.is_empty() {
        p.add("entries", "is empty; give 1 to 1,000");
    }
    let list = values::list(p, "entries", wire.entries, values::LIST_MAX);
    let mut entries: Vec<Stock> = Vec::with_capacity(list.len());
    let mut days = std::collections::HashSet::with_capacity(list.len());
    for (at, entry) in list.into_iter().enumerate() {
        let read = p.within(
            || values::at("entries", at),
            |p| {
                let day = values::date(p, "date", &entry.date);
                let units = values::count(
                    p,
                    "remaining_unit_count",
                    entry.remaining_unit_count,
                    0..=UNITS_MAX,
                );
                if day.is_some_and(|day| !days.insert(day)) {
                    p.add("date", "stands in the list twice");
                }
                day.map(|day| Stock { day, units })
            },
        );
        entries.extend(read);
    }
    let change =
        property.zip(offer).map(|(property, offer)| StockChange { property, offer, entries });
    problems.finish(change)
}
