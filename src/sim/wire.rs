//! The real product: a server on this machine, spoken to over gRPC like any caller would, one call
//! at a time.
//!
//! The client has a runtime of its own with one thread, the caller's: a call costs no hop between
//! threads on this side, so that the times measured are those of transport and server. The clock
//! and the moment of learning are handed in; they are the only things the world moves that are not
//! part of the API.

use std::future::Future;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status};

use crate::api::v1;
use crate::api::v1::catalog_service_client::CatalogServiceClient;
use crate::api::v1::decision_service_client::DecisionServiceClient;
use crate::api::v1::event_service_client::EventServiceClient;
use crate::api::v1::guest_service_client::GuestServiceClient;
use crate::domain::time::Timestamp;
use crate::sys::clock::{ManualClock, Stopwatch};

use super::product::{Product, Refused};

/// Longest a call may take.
const DEADLINE: Duration = Duration::from_secs(30);
/// Largest message taken: a catalog.
const MESSAGE_BYTES_MAX: usize = 16 << 20;

/// Background work, brought to rest.
pub type Settle = Box<dyn FnMut() -> Result<(), String>>;

/// A server spoken to over gRPC.
pub struct Served {
    runtime: Runtime,
    brand: String,
    key: MetadataValue<Ascii>,
    decisions: DecisionServiceClient<Channel>,
    events: EventServiceClient<Channel>,
    guests: GuestServiceClient<Channel>,
    catalogs: CatalogServiceClient<Channel>,
    clock: ManualClock,
    settle: Settle,
}

/// What a server is spoken to with.
#[derive(Debug, Clone)]
pub struct Address {
    /// `http://127.0.0.1:50051`.
    pub uri: String,
    /// The brand.
    pub brand: String,
    /// The key.
    pub key: String,
}

impl Served {
    /// Connects.
    ///
    /// # Errors
    /// Where nobody listens there.
    pub fn connect(address: &Address, clock: ManualClock, settle: Settle) -> Result<Self, Refused> {
        let refused = |message: String| Refused { call: "connect", message };
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| refused(e.to_string()))?;
        let endpoint =
            Endpoint::from_shared(address.uri.clone()).map_err(|e| refused(e.to_string()))?;
        let connecting = async { endpoint.tcp_nodelay(true).timeout(DEADLINE).connect().await };
        let channel = runtime.block_on(connecting).map_err(|e| refused(e.to_string()))?;
        let key = format!("Bearer {}", address.key);
        Ok(Self {
            runtime,
            brand: address.brand.clone(),
            key: key
                .parse()
                .map_err(|_| refused("the key has characters that no header takes".to_owned()))?,
            decisions: DecisionServiceClient::new(channel.clone())
                .max_decoding_message_size(MESSAGE_BYTES_MAX),
            events: EventServiceClient::new(channel.clone()),
            guests: GuestServiceClient::new(channel.clone()),
            catalogs: CatalogServiceClient::new(channel)
                .max_decoding_message_size(MESSAGE_BYTES_MAX),
            clock,
            settle,
        })
    }

    fn with_key<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.key.clone());
        request
    }

    fn wait<T>(
        &self,
        answer: impl Future<Output = Result<Response<T>, Status>>,
    ) -> Result<T, Status> {
        self.runtime.block_on(answer).map(Response::into_inner)
    }
}

/// A status as the world tells it.
fn refused(call: &'static str) -> impl Fn(Status) -> Refused {
    move |status| Refused { call, message: format!("{:?}: {}", status.code(), status.message()) }
}

impl Product for Served {
    fn catalog(&mut self) -> Result<v1::Catalog, Refused> {
        let refused = refused("GetCatalog");
        let name = format!("brands/{}/catalog", self.brand);
        let request = self.with_key(v1::GetCatalogRequest {
            name,
            format: v1::CatalogFormat::Toml.into(),
            ..v1::GetCatalogRequest::default()
        });
        let mut client = self.catalogs.clone();
        let answer = self.wait(async { client.get_catalog(request).await }).map_err(&refused)?;
        match answer.content {
            Some(v1::get_catalog_response::Content::Catalog(catalog)) => Ok(catalog),
            Some(v1::get_catalog_response::Content::CatalogToml(text)) => read_catalog(&text)
                .ok_or_else(|| refused(Status::data_loss("the catalog cannot be read"))),
            None => Err(refused(Status::not_found("no catalog in the answer"))),
        }
    }

    fn decide(
        &mut self,
        request: v1::DecideOffersRequest,
    ) -> Result<(v1::DecideOffersResponse, Duration), Refused> {
        let request = self.with_key(request);
        let mut client = self.decisions.clone();
        let watch = Stopwatch::start();
        let answer = self.wait(async { client.decide_offers(request).await });
        let waited = watch.elapsed();
        answer.map(|answer| (answer, waited)).map_err(refused("DecideOffers"))
    }

    fn activate(&mut self, request: v1::ActivateDecisionRequest) -> Result<bool, Refused> {
        let request = self.with_key(request);
        let mut client = self.decisions.clone();
        match self.wait(async { client.activate_decision(request).await }) {
            Ok(_) => Ok(true),
            Err(status) if status.code() == tonic::Code::FailedPrecondition => Ok(false),
            Err(status) => Err(refused("ActivateDecision")(status)),
        }
    }

    fn write(&mut self, events: Vec<v1::Event>) -> Result<(), Refused> {
        let refused = refused("WriteEvents");
        let kinds: Vec<(String, i32)> =
            events.iter().map(|e| (e.event_id.clone(), e.event_type)).collect();
        let request =
            self.with_key(v1::WriteEventsRequest { events, ..v1::WriteEventsRequest::default() });
        let mut client = self.events.clone();
        let answer = self.wait(async { client.write_events(request).await }).map_err(&refused)?;
        for (result, (id, kind)) in answer.results.iter().zip(&kinds) {
            if let Some(error) = &result.error {
                let kind = v1::EventType::try_from(*kind).map_or("?", |kind| kind.as_str_name());
                let message = format!("{id} ({kind}): {} {}", error.field, error.message);
                return Err(refused(Status::invalid_argument(message)));
            }
        }
        Ok(())
    }

    fn update_guest(&mut self, guest: v1::Guest) -> Result<(), Refused> {
        let request = v1::UpdateGuestRequest {
            guest: Some(guest),
            allow_missing: true,
            ..v1::UpdateGuestRequest::default()
        };
        let request = self.with_key(request);
        let mut client = self.guests.clone();
        self.wait(async { client.update_guest(request).await }).map_err(refused("UpdateGuest"))?;
        Ok(())
    }

    fn state_preferences(&mut self, profile: v1::PreferenceProfile) -> Result<(), Refused> {
        let request = self.with_key(v1::UpdatePreferenceProfileRequest {
            preference_profile: Some(profile),
            allow_missing: true,
            ..v1::UpdatePreferenceProfileRequest::default()
        });
        let mut client = self.guests.clone();
        self.wait(async { client.update_preference_profile(request).await })
            .map_err(refused("UpdatePreferenceProfile"))?;
        Ok(())
    }

    fn set_stock(&mut self, request: v1::SetInventoryRequest) -> Result<(), Refused> {
        let request = self.with_key(request);
        let mut client = self.catalogs.clone();
        self.wait(async { client.set_inventory(request).await })
            .map_err(refused("SetInventory"))?;
        Ok(())
    }

    fn stand_at(&mut self, now: Timestamp) {
        self.clock.set(now);
    }

    fn settle(&mut self) -> Result<(), Refused> {
        (self.settle)().map_err(|message| Refused { call: "settle", message })
    }
}

/// What the world needs of a catalog, from its text.
fn read_catalog(text: &str) -> Option<v1::Catalog> {
    let content = crate::catalog::validate(text).ok()?;
    let money = |money: crate::domain::money::Money| v1::Money {
        currency_code: money.currency.to_string(),
        amount_minor: money.minor,
    };
    let offer = |o: &crate::domain::offer::Offer| v1::Offer {
        offer_id: o.id.to_string(),
        category_id: o.category.to_string(),
        tags: o.tags.iter().map(ToString::to_string).collect(),
        pricing: vec![v1::OfferPricing {
            list_price: Some(money(o.pricing.list)),
            ..v1::OfferPricing::default()
        }],
        is_fallback: o.is_fallback,
        inventory_limited: o.is_inventory_limited,
        property_ids: o.properties.iter().map(ToString::to_string).collect(),
        ..v1::Offer::default()
    };
    let property = |p: &crate::domain::offer::Property| v1::Property {
        property_id: p.id.to_string(),
        time_zone: p.zone.to_string(),
        currency_code: p.currency.to_string(),
        ..v1::Property::default()
    };
    let segment = |s: &crate::domain::policy::Segment| v1::Segment {
        segment_id: s.id.to_string(),
        ..v1::Segment::default()
    };
    Some(v1::Catalog {
        offers: content.offers.iter().map(offer).collect(),
        properties: content.properties.iter().map(property).collect(),
        segments: content.segments.iter().map(segment).collect(),
        ..v1::Catalog::default()
    })
}
