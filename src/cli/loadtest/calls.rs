//! The calls of the load test.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use prost::Message;
use tokio::runtime::Handle;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::{Code, Status};

use super::wire::{Caller, GUEST_DIGITS, Payload, Template, connect};
use super::{EVENT_BATCH, LoadtestArgs, events};
use crate::api::v1;
use crate::sys::rng::SplitMix64;

/// Stands where the number of a guest will.
const MARK: &[u8; GUEST_DIGITS] = b"#########";
/// Guests of a batch of preparation.
const PREPARED_AT_ONCE: u64 = 200;
/// Batches of preparation under way.
const PREPARATIONS_UNDER_WAY: u64 = 4;

/// A server under load. Clones share its connections.
#[derive(Clone)]
pub struct Target {
    inner: Arc<Inner>,
}

struct Inner {
    decide: Caller,
    write_events: Caller,
    decide_template: Template,
    place: events::Place,
    guests: u64,
    seed: u64,
}

impl Target {
    /// Opens the connections.
    ///
    /// # Errors
    /// Where the server cannot be reached.
    pub async fn connect(args: &LoadtestArgs) -> Result<Self, Box<dyn std::error::Error>> {
        let key: MetadataValue<Ascii> = format!("Bearer {}", args.key).parse()?;
        let channels = connect(&args.server, args.connections).await?;
        let caller = |path| Caller::new(&channels, path, Some(key.clone()));
        let place = events::Place::new(&args.brand, &args.property, args.seed);
        let request = decide_request(args, &place);
        let inner = Inner {
            decide: caller("/concierge.v1.DecisionService/DecideOffers"),
            write_events: caller("/concierge.v1.EventService/WriteEvents"),
            decide_template: Template::new(&request.encode_to_vec(), MARK),
            place,
            guests: args.guests.max(1),
            seed: args.seed,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The n-th decision, for a guest drawn at random. True where it came back well.
    pub async fn decide(self, n: u64) -> bool {
        let inner = &*self.inner;
        let payload = inner.decide_template.of(inner.guest(n));
        inner.decide.call(n, payload).await.is_ok()
    }

    /// One decision, read in full: what the load test gets is looked at before and after.
    ///
    /// # Errors
    /// What the server says; an answer that cannot be read.
    pub async fn decide_once(&self, n: u64) -> Result<v1::DecideOffersResponse, Status> {
        let inner = &*self.inner;
        let payload = inner.decide_template.of(inner.guest(n));
        read(inner.decide.call(n, payload).await?)
    }

    /// Bytes of the message of a decision's request: the same for every guest.
    pub fn decide_request_bytes(&self) -> usize {
        self.inner.decide_template.len_bytes()
    }

    /// The n-th batch of events, of guests drawn at random. True where all of it was taken in.
    pub async fn write_events(self, n: u64) -> bool {
        let inner = &*self.inner;
        let first = n.wrapping_mul(EVENT_BATCH);
        let numbers = first..first.wrapping_add(EVENT_BATCH);
        let events = numbers.map(|number| inner.place.event(number, inner.guest(number)));
        inner.write(n, events.collect()).await.is_ok()
    }

    /// Makes every guest of the population known: consents to profiling and marketing, and an
    /// address that works.
    ///
    /// # Errors
    /// What the server says of the first batch it does not take.
    pub async fn prepare(&self) -> Result<(), Status> {
        let next = Arc::new(AtomicU64::new(0));
        let under_way: Vec<_> = (0..PREPARATIONS_UNDER_WAY)
            .map(|_| Handle::current().spawn(self.clone().prepare_some(Arc::clone(&next))))
            .collect();
        for task in under_way {
            task.await.map_err(|error| Status::internal(error.to_string()))??;
        }
        Ok(())
    }

    async fn prepare_some(self, next: Arc<AtomicU64>) -> Result<(), Status> {
        let inner = &*self.inner;
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let first = n * PREPARED_AT_ONCE;
            if first >= inner.guests {
                return Ok(());
            }
            let guests = first..inner.guests.min(first + PREPARED_AT_ONCE);
            let events = guests.flat_map(|guest| inner.place.introduction(guest));
            inner.write(n, events.collect()).await?;
        }
    }
}

impl Inner {
    async fn write(&self, n: u64, events: Vec<v1::Event>) -> Result<(), Status> {
        let request = v1::WriteEventsRequest { events, validate_only: false };
        let answer = self.write_events.call(n, Payload::from(request.encode_to_vec())).await?;
        let answer: v1::WriteEventsResponse = read(answer)?;
        match answer.results.into_iter().find_map(|result| result.error) {
            None => Ok(()),
            Some(error) => Err(Status::new(Code::FailedPrecondition, error.message)),
        }
    }

    /// The guest of a number: uniform over the population.
    fn guest(&self, n: u64) -> u64 {
        SplitMix64::new(self.seed ^ n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).next_u64() % self.guests
    }
}

fn decide_request(args: &LoadtestArgs, place: &events::Place) -> v1::DecideOffersRequest {
    let guest = format!("{}load-{}", place.guests(), MARK.escape_ascii());
    let placement = |id: &String| v1::PlacementRequest {
        placement_id: id.clone(),
        offer_count: i32::from(args.offers),
        ..v1::PlacementRequest::default()
    };
    let channel = || v1::ChannelRequest {
        mode: v1::ChannelMode::Decide.into(),
        ..v1::ChannelRequest::default()
    };
    v1::DecideOffersRequest {
        property: place.property().to_owned(),
        subject: Some(v1::decide_offers_request::Subject::Guest(guest)),
        placement_requests: args.placements.iter().map(placement).collect(),
        channel_request: args.channel.then(channel),
        ..v1::DecideOffersRequest::default()
    }
}

fn read<M: Message + Default>(answer: bytes::Bytes) -> Result<M, Status> {
    M::decode(answer).map_err(|error| Status::data_loss(error.to_string()))
}
