//! A product that knows nothing, for tests of the world: it shows what a test's policy says and
//! remembers what it was told.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::api::v1;
use crate::domain::time::Timestamp;

use super::product::{Product, Refused};

/// Chooses offers for a request, by their numbers in the catalog.
pub(super) type Policy = Box<dyn FnMut(&v1::DecideOffersRequest, u64) -> Vec<usize>>;

/// The stand-in.
pub(super) struct StandIn {
    catalog: v1::Catalog,
    policy: Policy,
    now: Timestamp,
    pub(super) decisions: u64,
    pub(super) activations: u64,
    pub(super) guests: u64,
    pub(super) stocked: u64,
    pub(super) events: Vec<v1::Event>,
}

/// Offers of the stand-in's catalog, the last one the fallback.
pub(super) const OFFERS: usize = 41;

/// A catalog of 40 offers in 8 categories and a fallback, for three hotels.
pub(super) fn catalog() -> v1::Catalog {
    let categories = [
        "upgrade",
        "spa",
        "dining",
        "late_checkout",
        "transfer",
        "experience",
        "family",
        "loyalty",
    ];
    let tags = [
        "quiet", "romantic", "kids", "wellness", "gourmet", "active", "business", "local",
        "luxury", "saving",
    ];
    let house = |id: &str, zone: &str| v1::Property {
        property_id: id.to_owned(),
        time_zone: zone.to_owned(),
        currency_code: "EUR".to_owned(),
        ..v1::Property::default()
    };
    let offer = |at: usize| v1::Offer {
        offer_id: format!("offer-{at:02}"),
        category_id: categories[at % 8].to_owned(),
        tags: vec![tags[(at * 3) % 10].to_owned(), tags[(at * 7 + 1) % 10].to_owned()],
        pricing: vec![v1::OfferPricing {
            list_price: Some(v1::Money {
                currency_code: "EUR".to_owned(),
                amount_minor: i64::try_from(at % 9).unwrap() * 1_500,
            }),
            ..v1::OfferPricing::default()
        }],
        is_fallback: at + 1 == OFFERS,
        inventory_limited: at == 5,
        ..v1::Offer::default()
    };
    v1::Catalog {
        properties: vec![
            house("resort", "Europe/Lisbon"),
            house("city", "Europe/Lisbon"),
            house("harbour", "Asia/Shanghai"),
        ],
        offers: (0..OFFERS).map(offer).collect(),
        ..v1::Catalog::default()
    }
}

impl StandIn {
    /// With a policy.
    pub(super) fn new(policy: Policy) -> Self {
        let (decisions, activations, guests, stocked) = (0, 0, 0, 0);
        let (catalog, now, events) = (catalog(), Timestamp::EPOCH, Vec::new());
        Self { catalog, policy, now, decisions, activations, guests, stocked, events }
    }

    /// Three offers, others each time.
    pub(super) fn in_turn() -> Self {
        Self::new(Box::new(|_, number| {
            (0..3)
                .map(|slot| (usize::try_from(number).unwrap() * 3 + slot) % (OFFERS - 1))
                .collect()
        }))
    }

    /// Events by kind.
    pub(super) fn kinds(&self) -> BTreeMap<&'static str, usize> {
        let mut kinds = BTreeMap::new();
        for event in &self.events {
            *kinds.entry(event.event_type().as_str_name()).or_insert(0) += 1;
        }
        kinds
    }
}

impl Product for StandIn {
    fn catalog(&mut self) -> Result<v1::Catalog, Refused> {
        Ok(self.catalog.clone())
    }

    fn decide(
        &mut self,
        request: v1::DecideOffersRequest,
    ) -> Result<(v1::DecideOffersResponse, Duration), Refused> {
        let list = (self.policy)(&request, self.decisions);
        self.decisions += 1;
        let offer = |at: &usize| v1::RankedOffer {
            offer_id: self.catalog.offers[*at].offer_id.clone(),
            ..v1::RankedOffer::default()
        };
        let proposition = v1::Proposition {
            offers: list.iter().map(offer).collect(),
            ..v1::Proposition::default()
        };
        let answer = v1::DecideOffersResponse {
            attribution_token: format!("token-{}", self.decisions),
            propositions: vec![proposition],
            channel_decision: request.channel_request.map(|_| v1::ChannelDecision {
                outcome: v1::ChannelOutcome::Send as i32,
                channel: v1::Channel::Email as i32,
                ..v1::ChannelDecision::default()
            }),
            ..v1::DecideOffersResponse::default()
        };
        Ok((answer, Duration::from_micros(300)))
    }

    fn activate(&mut self, _: v1::ActivateDecisionRequest) -> Result<bool, Refused> {
        self.activations += 1;
        Ok(true)
    }

    fn write(&mut self, events: Vec<v1::Event>) -> Result<(), Refused> {
        for event in &events {
            let time = super::letters::from_wire(event.event_time.as_ref().expect("a time"));
            let ahead = time.as_micros() - self.now.as_micros();
            assert!(ahead <= 300_000_000, "{} lies {ahead} µs ahead", event.event_id);
        }
        self.events.extend(events);
        Ok(())
    }

    fn update_guest(&mut self, _: v1::Guest) -> Result<(), Refused> {
        self.guests += 1;
        Ok(())
    }

    fn state_preferences(&mut self, profile: v1::PreferenceProfile) -> Result<(), Refused> {
        assert_eq!(profile.stated_preferences.len(), 5, "{profile:?}");
        Ok(())
    }

    fn set_stock(&mut self, request: v1::SetInventoryRequest) -> Result<(), Refused> {
        assert!(!request.entries.is_empty());
        self.stocked += 1;
        Ok(())
    }

    fn stand_at(&mut self, now: Timestamp) {
        assert!(now >= self.now || now.as_micros() + 3_600_000_000 > self.now.as_micros());
        self.now = now;
    }

    fn settle(&mut self) -> Result<(), Refused> {
        Ok(())
    }
}
