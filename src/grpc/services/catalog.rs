//! `CatalogService`.

use std::sync::Arc;

use tonic::{Request, Response, Status, async_trait};

use crate::api::v1;
use crate::api::v1::catalog_service_server::CatalogService;
use crate::domain::offer::Offer;
use crate::domain::scope::Scope;
use crate::engine::{Catalog, CatalogVersion, Engine, Error, ErrorKind};
use crate::grpc::from_proto::catalog as read;
use crate::grpc::from_proto::model::parent;
use crate::grpc::from_proto::rates as read_rates;
use crate::grpc::to_proto::{View, catalog as write, offer, values};
use crate::grpc::to_proto::{price as write_price, segment as write_segment};

use super::insight::alone;
use super::{Edge, enter, reader_of};

/// Catalogs over gRPC.
#[derive(Clone)]
pub(crate) struct Catalogs {
    edge: Arc<Edge>,
}

impl Catalogs {
    /// Catalogs of an edge.
    pub(crate) fn new(edge: Arc<Edge>) -> Self {
        Self { edge }
    }
}

/// The catalog in force, as the edge itself reads it.
fn in_force(engine: &Engine, scope: &Scope) -> Result<Arc<Catalog>, Error> {
    engine.catalog(&reader_of(scope), None).map(|(catalog, ..)| catalog)
}

#[async_trait]
impl CatalogService for Catalogs {
    async fn get_catalog(
        &self,
        request: Request<v1::GetCatalogRequest>,
    ) -> Result<Response<v1::GetCatalogResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let version = read::get(&caller.scope, &wire)?;
        let (catalog, text, current) =
            self.edge.ask(&caller, move |engine, scope| engine.catalog(scope, version)).await?;
        Ok(Response::new(v1::GetCatalogResponse {
            content: Some(v1::get_catalog_response::Content::CatalogToml(text)),
            catalog_version: catalog.version(),
            current_catalog_version: current,
        }))
    }

    async fn validate_catalog(
        &self,
        request: Request<v1::ValidateCatalogRequest>,
    ) -> Result<Response<v1::ValidateCatalogResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let text = read::validate(&caller.scope, wire)?;
        let problems = self
            .edge
            .ask(&caller, move |engine, scope| engine.validate_catalog(scope, &text))
            .await?;
        let valid = problems.is_empty();
        let problems = write::problems(&problems);
        Ok(Response::new(v1::ValidateCatalogResponse { valid, problems, summary: None }))
    }

    async fn publish_catalog(
        &self,
        request: Request<v1::PublishCatalogRequest>,
    ) -> Result<Response<v1::PublishCatalogResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                let publication = read::publish(&caller.scope, wire)?;
                let published = desk
                    .edge
                    .ask(&caller, move |engine, scope| publish(engine, scope, &publication));
                let (version, catalog) = published.await?;
                Ok(v1::PublishCatalogResponse {
                    catalog_version: version.version,
                    publish_time: values::moment_known(version.published),
                    problems: Vec::new(),
                    summary: Some(write::summary(&catalog)),
                })
            })
            .await
    }

    async fn roll_back_catalog(
        &self,
        request: Request<v1::RollBackCatalogRequest>,
    ) -> Result<Response<v1::RollBackCatalogResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                let asked = read::roll_back(&caller.scope, wire)?;
                let rolled_back = desk.edge.ask(&caller, move |engine, scope| {
                    engine.roll_back_catalog(
                        scope,
                        asked.version,
                        &asked.description,
                        asked.expected,
                    )
                });
                let version = rolled_back.await?;
                Ok(v1::RollBackCatalogResponse {
                    catalog_version: version.version,
                    publish_time: values::moment_known(version.published),
                })
            })
            .await
    }

    async fn list_catalog_versions(
        &self,
        request: Request<v1::ListCatalogVersionsRequest>,
    ) -> Result<Response<v1::ListCatalogVersionsResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let asked = read::versions(&caller.scope, &wire)?;
        let mut all =
            self.edge.ask(&caller, |engine, scope| engine.catalog_versions(scope)).await?;
        all.sort_by_key(|version| std::cmp::Reverse(version.version));
        let rest =
            all.iter().filter(|version| asked.below.is_none_or(|below| version.version < below));
        let versions: Vec<v1::CatalogVersion> =
            rest.clone().take(asked.limit).map(write::version).collect();
        let has_more = rest.count() > versions.len();
        let last = versions.last().filter(|_| has_more);
        let next_page_token =
            last.map(|last| asked.pages.token((0, last.catalog_version))).unwrap_or_default();
        Ok(Response::new(v1::ListCatalogVersionsResponse { versions, next_page_token }))
    }

    async fn stop_offer(
        &self,
        request: Request<v1::StopOfferRequest>,
    ) -> Result<Response<v1::StopOfferResponse>, Status> {
        let desk = self.clone();
        self.edge.once(request, |caller, wire| async move {
            let why = wire.description.clone();
            let id = read::stop(&caller.scope, wire)?;
            tracing::info!(brand = %caller.scope.brand, credential = %caller.scope.credential, offer = %id, why, "offer stopped");
            let view = View::of(&caller.scope);
            let stopped = desk.edge.ask(&caller, move |engine, scope| {
                let sequence = engine.stop_offer(scope, &id, true)?;
                let catalog = in_force(engine, scope)?;
                let offer = catalog.index_of(&id).and_then(|at| catalog.offer(at));
                Ok((
                    offer.map(|known| offer::offer(scope, (known, &catalog), true, view)),
                    sequence,
                ))
            });
            let (offer, sequence) = stopped.await?;
            let stop_time = Some(values::moment(desk.edge.clock.now()));
            Ok(v1::StopOfferResponse { offer, stop_time, sequence })
        }).await
    }

    async fn get_offer(
        &self,
        request: Request<v1::GetOfferRequest>,
    ) -> Result<Response<v1::GetOfferResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let id = read::get_offer(&caller.scope, &wire)?;
        let catalog = self.edge.ask(&caller, in_force).await?;
        let known = catalog
            .index_of(&id)
            .and_then(|at| catalog.offer(at))
            .filter(|known| is_reached(known, &caller.scope));
        let known = known.ok_or_else(|| Error::not_found("offer"))?;
        let view = View::of(&caller.scope);
        let offer = Some(offer::offer(&caller.scope, (known, &catalog), false, view));
        Ok(Response::new(v1::GetOfferResponse { offer }))
    }

    async fn list_offers(
        &self,
        request: Request<v1::ListOffersRequest>,
    ) -> Result<Response<v1::ListOffersResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let asked = read::list_offers(&caller.scope, &wire)?;
        let catalog = self.edge.ask(&caller, in_force).await?;
        if asked.after.is_some_and(|(_, version)| version != catalog.version()) {
            let message = "a catalog was published since the first page; begin anew";
            return Err(Error::new(
                ErrorKind::FailedPrecondition,
                "CATALOG_VERSION_CHANGED",
                message,
            )
            .into());
        }
        let (offers, next_page_token) = page_of(&catalog, &caller.scope, &asked);
        Ok(Response::new(v1::ListOffersResponse {
            offers,
            next_page_token,
            catalog_version: catalog.version(),
        }))
    }

    async fn set_inventory(
        &self,
        request: Request<v1::SetInventoryRequest>,
    ) -> Result<Response<v1::SetInventoryResponse>, Status> {
        let desk = self.clone();
        self.edge.once(request, |caller, wire| async move {
            let entries = wire.entries.clone();
            let change = read::inventory(&caller.scope, wire)?;
            let sequence = desk.edge.ask(&caller, move |engine, scope| {
            let catalog = in_force(engine, scope)?;
            let known = catalog.index_of(&change.offer).and_then(|at| catalog.offer(at));
            if known.is_some_and(|offer| !offer.is_inventory_limited) {
                let message = "the offer is not inventory_limited in the catalog in force; there is no stock to set";
                return Err(Error::new(ErrorKind::FailedPrecondition, "NOT_INVENTORY_LIMITED", message));
            }
            engine.set_stock(scope, &change)
        });
            let (sequence, held) = sequence.await?;
            let entries = entries.into_iter().zip(held).map(|(entry, held)| v1::InventoryEntry {
                reserved_unit_count: 0,
                held_unit_count: i32::try_from(held).unwrap_or(i32::MAX),
                ..entry
            });
            Ok(v1::SetInventoryResponse { entries: entries.collect(), sequence })
        }).await
    }

    async fn set_rates(
        &self,
        request: Request<v1::SetRatesRequest>,
    ) -> Result<Response<v1::SetRatesResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                let is_trial = wire.validate_only;
                let change = read_rates::rates(&caller.scope, wire)?;
                let rate_count = i32::try_from(change.rows.len()).unwrap_or(i32::MAX);
                let set = desk
                    .edge
                    .ask(&caller, move |engine, scope| engine.set_rates(scope, change, is_trial))
                    .await?;
                let unused = set.unused.iter().map(ToString::to_string).collect();
                let response = v1::SetRatesResponse {
                    sequence: set.version,
                    rate_count,
                    unused_room_type_ids: unused,
                };
                Ok(response)
            })
            .await
    }

    async fn list_rates(
        &self,
        request: Request<v1::ListRatesRequest>,
    ) -> Result<Response<v1::ListRatesResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let asked = read_rates::list(&caller.scope, &wire)?;
        let property = asked.property.clone();
        let (in_force, sequence) =
            self.edge.ask(&caller, move |engine, scope| engine.rates(scope, &property)).await?;
        Ok(Response::new(asked.page(in_force, sequence)))
    }

    async fn learn_prices(
        &self,
        request: Request<v1::LearnPricesRequest>,
    ) -> Result<Response<v1::LearnPricesResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                parent(&caller.scope, &wire.parent)?;
                let place = alone(&desk.edge)?;
                let learnt = desk.edge.ask(&caller, move |engine, scope| {
                    let _place = place;
                    engine.learn_prices(scope, wire.validate_only)
                });
                let (catalog_version, ladders) = learnt.await?;
                let view = View::of(&caller.scope);
                let ladders =
                    ladders.iter().map(|ladder| write_price::ladder(&caller.scope, view, ladder));
                Ok(v1::LearnPricesResponse { ladders: ladders.collect(), catalog_version })
            })
            .await
    }

    async fn learn_segment_tastes(
        &self,
        request: Request<v1::LearnSegmentTastesRequest>,
    ) -> Result<Response<v1::LearnSegmentTastesResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                parent(&caller.scope, &wire.parent)?;
                let place = alone(&desk.edge)?;
                let learnt = desk.edge.ask(&caller, move |engine, scope| {
                    let _place = place;
                    engine.learn_segments(scope, wire.validate_only)
                });
                let (catalog_version, segments) = learnt.await?;
                let segments = segments.iter().map(write_segment::learnt).collect();
                Ok(v1::LearnSegmentTastesResponse { segments, catalog_version })
            })
            .await
    }

    async fn list_budgets(
        &self,
        request: Request<v1::ListBudgetsRequest>,
    ) -> Result<Response<v1::ListBudgetsResponse>, Status> {
        let (caller, wire) = enter(request)?;
        parent(&caller.scope, &wire.parent)?;
        let budgets = self.edge.ask(&caller, |engine, scope| engine.budgets(scope)).await?;
        let view = View::of(&caller.scope);
        let budgets = budgets.iter().map(|budget| write_price::budget(view, budget)).collect();
        Ok(Response::new(v1::ListBudgetsResponse { budgets }))
    }
}

fn publish(
    engine: &Engine,
    scope: &Scope,
    publication: &read::Publication,
) -> Result<(CatalogVersion, Arc<Catalog>), Error> {
    let read::Publication { text, description, expected, restart } = publication;
    let version = engine.publish_catalog(scope, text, description, *expected)?;
    let catalog = in_force(engine, scope)?;
    for offer in restart.iter().filter(|offer| catalog.index_of(offer).is_some()) {
        engine.stop_offer(scope, offer, false)?;
    }
    Ok((version, catalog))
}

/// Has any property that the credential reaches this offer?
fn is_reached(offer: &Offer, scope: &Scope) -> bool {
    offer.properties.is_empty() || offer.properties.iter().any(|property| scope.reaches(property))
}

/// A page of offers, in the catalog's order.
fn page_of(
    catalog: &Catalog,
    scope: &Scope,
    asked: &read::OffersAsked,
) -> (Vec<v1::Offer>, String) {
    let has = |offer: &Offer| {
        let at_property = asked
            .property
            .as_ref()
            .is_none_or(|p| offer.properties.is_empty() || offer.properties.contains(p));
        let in_category =
            asked.category.as_ref().is_none_or(|category| offer.category == *category);
        at_property
            && in_category
            && is_reached(offer, scope)
            && asked.state != v1::OfferState::Stopped
    };
    let start = asked.after.map_or(0, |(at, _)| at);
    let mut wanted =
        catalog.offers().iter().enumerate().skip(start).filter(|(_, offer)| has(offer));
    let view = View::of(scope);
    let offers: Vec<v1::Offer> = wanted
        .by_ref()
        .take(asked.limit)
        .map(|(_, known)| offer::offer(scope, (known, catalog), false, view))
        .collect();
    let next = wanted.next().and_then(|(at, _)| i64::try_from(at).ok());
    let token = next.map(|at| asked.pages.token((at, catalog.version()))).unwrap_or_default();
    (offers, token)
}
