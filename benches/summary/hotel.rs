//! An engine in process, with the catalog of the measurements.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

use concierge::domain::channel::ChannelSet;
use concierge::domain::id::{BrandId, GuestId, PlacementId, PropertyId};
use concierge::domain::price::AskedTerms;
use concierge::domain::request::{ChannelRequest, DecideRequest, Direction, PlacementRequest};
use concierge::domain::scope::{PropertyScope, Rights, Scope};
use concierge::engine::{
    self, Answer, Engine, EngineOptions, ErrorKind, IncomingEvent, Recorded, Waiter,
};
use concierge::sys::clock::Clock;
use concierge::sys::rng::Randomness;

use crate::{Outcome, catalog};

/// The brand of the measurements.
pub(crate) const BRAND: &str = "bench";

type Failure = Box<dyn std::error::Error>;

/// An engine, and who asks it.
pub(crate) struct Hotel {
    pub(crate) engine: Arc<Engine>,
    pub(crate) scope: Scope,
    /// Greatest sequence this hotel has seen.
    last: AtomicU64,
}

impl Hotel {
    /// Makes a store in an empty folder, opens it, and publishes the catalog.
    pub(crate) fn create(folder: &Path, options: EngineOptions) -> Result<Self, Failure> {
        Engine::init(folder)?;
        let hotel = Self::open(options)?;
        let published =
            hotel.engine.publish_catalog(&hotel.scope, &catalog::document(), "for measuring", None);
        published
            .map_err(|error| error.fields.first().map_or(error.to_string(), ToString::to_string))?;
        Ok(hotel)
    }

    /// Opens a store.
    pub(crate) fn open(options: EngineOptions) -> Result<Self, Failure> {
        let seeds = Randomness::from_seed(1).shared("decisions");
        let on_fatal = |error| crate::report::note(&format!("the committer failed: {error}"));
        let engine = Engine::open(options, Clock::System, seeds, on_fatal)?;
        let scope = Scope {
            brand: BrandId::parse("brand", BRAND)?,
            properties: PropertyScope::All,
            rights: Rights::all(),
            credential: Arc::from("bench"),
            bound: None,
        };
        Ok(Self { engine, scope, last: AtomicU64::new(0) })
    }

    /// Takes an event in; waits where too much waits for the disk.
    pub(crate) fn record(
        &self,
        event: &IncomingEvent,
        mut waiter: Option<Waiter>,
    ) -> Result<Recorded, Failure> {
        loop {
            match self.engine.record(&self.scope, event.clone(), waiter.take()) {
                Err(error) if error.kind == ErrorKind::Overloaded => self.flush()?,
                Err(error) => return Err(error.into()),
                Ok(recorded) => {
                    self.last.fetch_max(recorded.sequence, Ordering::Relaxed);
                    return Ok(recorded);
                }
            }
        }
    }

    /// Waits until everything handed to the log is written.
    pub(crate) fn flush(&self) -> Outcome {
        let (waiter, told) = waiter();
        self.engine.wait_for(self.last.load(Ordering::Relaxed), waiter);
        Ok(told.recv()??)
    }

    /// Decides both placements and a channel for a guest.
    pub(crate) fn decide(&self, request: &DecideRequest) -> Result<Answer, Failure> {
        loop {
            match self.engine.decide(&self.scope, request) {
                Err(error) if error.kind == ErrorKind::Overloaded => self.flush()?,
                Err(error) => return Err(error.into()),
                Ok(answer) => {
                    self.last.fetch_max(answer.decision.sequence, Ordering::Relaxed);
                    return Ok(answer);
                }
            }
        }
    }
}

/// A waiter, and where to hear what it was told.
pub(crate) fn waiter() -> (Waiter, mpsc::Receiver<Result<(), engine::Error>>) {
    let (tell, told) = mpsc::sync_channel(1);
    (Box::new(move |result| drop(tell.send(result))), told)
}

/// The call that is measured everywhere: two placements of three offers, and a channel.
pub(crate) fn request(guest: &GuestId) -> Result<DecideRequest, Failure> {
    let placement = |id: &&str| {
        let placement = PlacementId::parse("placement", id)?;
        Ok(PlacementRequest {
            placement,
            count: Some(3),
            allowed: Vec::new(),
            excluded: Vec::new(),
        })
    };
    let placements = catalog::PLACEMENTS.iter().map(placement).collect::<Result<_, Failure>>()?;
    let channel = ChannelRequest { allowed: ChannelSet::ALL, ..ChannelRequest::default() };
    Ok(DecideRequest {
        property: PropertyId::parse("property", catalog::PROPERTY)?,
        guest: guest.clone(),
        placements,
        direction: Direction::Inbound,
        current_channel: None,
        stage: None,
        reservation: None,
        room: None,
        locale: String::new(),
        zone: String::new(),
        intent: String::new(),
        adults: None,
        children: None,
        travel_purpose: None,
        terms: AskedTerms::default(),
        channel: Some(channel),
        message: None,
        allow_duplicates: false,
        defers_activation: false,
        delivery: None,
        pushed: None,
        wants_full_view: false,
        mode: None,
        policy: None,
        planned: None,
        goes_with: Arc::default(),
        request: None,
    })
}
