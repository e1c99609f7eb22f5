//! From a path to its service. One comparison of names for the services of the API, which is less
//! than a router for all of HTTP would ask for; health and reflection go through tonic's own.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tonic::body::Body;
use tonic::codegen::BoxFuture;
use tonic::service::Routes;
use tower::Service;

use crate::api::v1::admin_service_server::AdminServiceServer;
use crate::api::v1::catalog_service_server::CatalogServiceServer;
use crate::api::v1::decision_service_server::DecisionServiceServer;
use crate::api::v1::delivery_service_server::DeliveryServiceServer;
use crate::api::v1::event_service_server::EventServiceServer;
use crate::api::v1::guest_service_server::GuestServiceServer;
use crate::api::v1::insight_service_server::InsightServiceServer;
use crate::api::v1::model_service_server::ModelServiceServer;
use crate::api::v1::rank_service_server::RankServiceServer;
use crate::api::v1::routing_service_server::RoutingServiceServer;

use super::layers::scan::Scanned;
use super::rpc::bytes_max_of;
use super::services::Edge;
use super::services::admin::Admin;
use super::services::catalog::Catalogs;
use super::services::decision::Decisions;
use super::services::delivery::Deliveries;
use super::services::event::Events;
use super::services::guest::Guests;
use super::services::insight::Insights;
use super::services::model::Models;
use super::services::rank::Ranks;
use super::services::routing::RoutingDesk;

/// Every service behind the door.
#[derive(Clone)]
pub struct Dispatch {
    decisions: DecisionServiceServer<Decisions>,
    events: EventServiceServer<Events>,
    deliveries: DeliveryServiceServer<Deliveries>,
    guests: GuestServiceServer<Guests>,
    catalogs: CatalogServiceServer<Catalogs>,
    models: ModelServiceServer<Models>,
    ranks: RankServiceServer<Ranks>,
    routing: RoutingServiceServer<RoutingDesk>,
    insights: InsightServiceServer<Insights>,
    admin: AdminServiceServer<Admin>,
    others: Routes,
}

impl Dispatch {
    /// The services of an edge, and others (health, reflection).
    pub fn new(edge: &Arc<Edge>, others: Routes) -> Self {
        let edge = || Arc::clone(edge);
        Self {
            decisions: DecisionServiceServer::new(Decisions::new(edge()))
                .max_decoding_message_size(bytes_max_of("DecisionService")),
            events: EventServiceServer::new(Events::new(edge()))
                .max_decoding_message_size(bytes_max_of("EventService")),
            deliveries: DeliveryServiceServer::new(Deliveries::new(edge()))
                .max_decoding_message_size(bytes_max_of("DeliveryService")),
            guests: GuestServiceServer::new(Guests::new(edge()))
                .max_decoding_message_size(bytes_max_of("GuestService")),
            catalogs: CatalogServiceServer::new(Catalogs::new(edge()))
                .max_decoding_message_size(bytes_max_of("CatalogService")),
            models: ModelServiceServer::new(Models::new(edge()))
                .max_decoding_message_size(bytes_max_of("ModelService")),
            ranks: RankServiceServer::new(Ranks::new(edge()))
                .max_decoding_message_size(bytes_max_of("RankService")),
            routing: RoutingServiceServer::new(RoutingDesk::new(edge()))
                .max_decoding_message_size(bytes_max_of("RoutingService")),
            insights: InsightServiceServer::new(Insights::new(edge()))
                .max_decoding_message_size(bytes_max_of("InsightService")),
            admin: AdminServiceServer::new(Admin::new(edge()))
                .max_decoding_message_size(bytes_max_of("AdminService")),
            others,
        }
    }
}

impl Service<Request<Scanned>> for Dispatch {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Response<Body>, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Scanned>) -> Self::Future {
        let service = request
            .uri()
            .path()
            .strip_prefix("/concierge.v1.")
            .and_then(|path| path.split('/').next());
        match service {
            Some("DecisionService") => self.decisions.call(request),
            Some("EventService") => self.events.call(request),
            Some("DeliveryService") => self.deliveries.call(request),
            Some("GuestService") => self.guests.call(request),
            Some("CatalogService") => self.catalogs.call(request),
            Some("ModelService") => self.models.call(request),
            Some("RankService") => self.ranks.call(request),
            Some("RoutingService") => self.routing.call(request),
            Some("InsightService") => self.insights.call(request),
            Some("AdminService") => self.admin.call(request),
            _ => Box::pin(self.others.call(request)),
        }
    }
}

/// Names of the services, for health and reflection.
pub const SERVICES: [&str; 10] = [
    "concierge.v1.DecisionService",
    "concierge.v1.EventService",
    "concierge.v1.DeliveryService",
    "concierge.v1.GuestService",
    "concierge.v1.CatalogService",
    "concierge.v1.ModelService",
    "concierge.v1.RankService",
    "concierge.v1.RoutingService",
    "concierge.v1.InsightService",
    "concierge.v1.AdminService",
];
