//! A caller: the generated clients with a key, and what tests ask of them again and again.

use std::net::SocketAddr;

use concierge::api::v1;
use concierge::api::v1::admin_service_client::AdminServiceClient;
use concierge::api::v1::catalog_service_client::CatalogServiceClient;
use concierge::api::v1::decision_service_client::DecisionServiceClient;
use concierge::api::v1::delivery_service_client::DeliveryServiceClient;
use concierge::api::v1::event_service_client::EventServiceClient;
use concierge::api::v1::guest_service_client::GuestServiceClient;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

/// Puts the key into a call.
#[derive(Clone)]
pub(crate) struct Key(Option<MetadataValue<Ascii>>);

impl Interceptor for Key {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(key) = &self.0 {
            request.metadata_mut().insert("authorization", key.clone());
        }
        Ok(request)
    }
}

pub(crate) type Connection = InterceptedService<Channel, Key>;

/// A caller.
#[derive(Clone)]
pub(crate) struct TestClient {
    connection: Connection,
    brand: String,
}

impl TestClient {
    pub(crate) fn new(address: SocketAddr, key: Option<&str>, brand: &str) -> Self {
        let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address");
        let key = key.map(|key| format!("Bearer {key}").parse().expect("a header"));
        let connection = InterceptedService::new(endpoint.connect_lazy(), Key(key));
        Self { connection, brand: brand.to_owned() }
    }

    pub(crate) fn connection(&self) -> Connection {
        self.connection.clone()
    }

    pub(crate) fn decisions(&self) -> DecisionServiceClient<Connection> {
        DecisionServiceClient::new(self.connection())
    }

    pub(crate) fn events(&self) -> EventServiceClient<Connection> {
        EventServiceClient::new(self.connection())
    }

    pub(crate) fn deliveries(&self) -> DeliveryServiceClient<Connection> {
        DeliveryServiceClient::new(self.connection())
    }

    pub(crate) fn guests(&self) -> GuestServiceClient<Connection> {
        GuestServiceClient::new(self.connection())
    }

    pub(crate) fn catalogs(&self) -> CatalogServiceClient<Connection> {
        CatalogServiceClient::new(self.connection())
    }

    pub(crate) fn admin(&self) -> AdminServiceClient<Connection> {
        AdminServiceClient::new(self.connection())
    }

    /// Publishes a catalog.
    pub(crate) async fn publish(&self, text: &str) -> Result<v1::PublishCatalogResponse, Status> {
        let source = Some(v1::publish_catalog_request::Source::CatalogToml(text.to_owned()));
        let parent = format!("brands/{}", self.brand);
        let request = v1::PublishCatalogRequest { parent, source, ..Default::default() };
        self.catalogs().publish_catalog(request).await.map(tonic::Response::into_inner)
    }

    /// Asks for a decision.
    pub(crate) async fn decide(
        &self,
        request: v1::DecideOffersRequest,
    ) -> Result<v1::DecideOffersResponse, Status> {
        self.decisions().decide_offers(request).await.map(tonic::Response::into_inner)
    }

    /// Writes events, and gives what became of each.
    pub(crate) async fn write(
        &self,
        events: Vec<v1::Event>,
    ) -> Result<v1::WriteEventsResponse, Status> {
        let request = v1::WriteEventsRequest { events, ..Default::default() };
        self.events().write_events(request).await.map(tonic::Response::into_inner)
    }

    /// Records that a guest allows everything.
    pub(crate) async fn opt_in(&self, guest: &str) {
        let purposes = [
            v1::Purpose::Profiling,
            v1::Purpose::Marketing,
            v1::Purpose::Presence,
            v1::Purpose::Measurement,
        ];
        let record = |purpose: v1::Purpose| v1::ConsentRecord {
            purpose: purpose.into(),
            state: v1::ConsentState::Granted.into(),
            basis: v1::ConsentBasis::Consent.into(),
            text_version: "2026-01".into(),
            source: "portal".into(),
            ..Default::default()
        };
        let name = format!("brands/{}/guests/{guest}/consent", self.brand);
        let records = purposes.into_iter().map(record).collect();
        let request = v1::UpdateConsentRequest { name, records, ..Default::default() };
        self.guests().update_consent(request).await.expect("consent");
    }
}

/// The code of a refusal, and the fields it names.
pub(crate) fn code_and_fields<T: std::fmt::Debug>(
    refused: Result<T, Status>,
) -> (Code, Vec<String>) {
    let status = refused.expect_err("refused");
    let details = status.get_error_details();
    let fields = details
        .bad_request()
        .map(|bad| bad.field_violations.iter().map(|v| v.field.clone()).collect());
    (status.code(), fields.unwrap_or_default())
}
