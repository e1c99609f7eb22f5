//! `EventService`: batches. Streams are in [`super::event_stream`].

use std::sync::Arc;

use metrics::Histogram;
use tonic::{Request, Response, Status, Streaming, async_trait};

use crate::api::v1;
use crate::api::v1::event_service_server::EventService;
use crate::domain::scope::Scope;
use crate::engine::{Engine, Error, IncomingEvent, Recorded};
use crate::grpc::from_proto::event as read;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};
use crate::grpc::to_proto::View;
use crate::grpc::to_proto::event as write;
use crate::grpc::to_proto::hold;
use crate::sys::clock::Stopwatch;
use crate::sys::telemetry::EVENT_ACK_SECONDS;

use super::committed::{self, Committed};
use super::event_stream::{self, Acknowledgements};
use super::{Edge, enter, enter_stream};

/// Most events of a batch.
const BATCH_MAX: usize = 1_000;
/// Most events of a batch of a browser.
const PAGE_BATCH_MAX: usize = 32;

/// Events over gRPC.
#[derive(Clone)]
pub(crate) struct Events {
    edge: Arc<Edge>,
    acknowledged: Histogram,
}

impl Events {
    /// Events of an edge.
    pub(crate) fn new(edge: Arc<Edge>) -> Self {
        Self { edge, acknowledged: metrics::histogram!(EVENT_ACK_SECONDS) }
    }
}

/// An event as it was read, or why it was not.
pub(crate) type Read = Result<IncomingEvent, Refusal>;

/// What became of the events of a batch.
pub(crate) struct Taken {
    /// For each event: taken in, or why not.
    pub(crate) results: Vec<Result<Recorded, v1::EventError>>,
    /// The greatest sequence among them; 0 where none was taken in.
    pub(crate) last: u64,
    /// Told when all of them are on disk; `None` where none was taken in.
    pub(crate) committed: Option<Committed>,
}

/// Takes events in, in order, with one wait for all: sequences commit in order, so when the last is
/// on disk all are. May read the disk.
///
/// # Errors
/// Where the call as a whole cannot go on; what was taken in before stays, and to repeat the batch
/// is safe.
pub(crate) fn take_in(engine: &Engine, scope: &Scope, events: Vec<Read>) -> Result<Taken, Error> {
    let count = events.len();
    let mut results = Vec::with_capacity(count);
    let (mut last, mut told) = (0, None);
    for (number, event) in (1..).zip(events) {
        let (waiter, done) =
            if number == count { Some(committed::pair()).unzip() } else { (None, None) };
        let recorded = event.and_then(|event| Ok(engine.record(scope, event, waiter)?));
        match recorded {
            Ok(recorded) => {
                last = last.max(recorded.sequence);
                // A repeated event says nothing of those before it, so its waiter does not do for them.
                told = done.filter(|_| !recorded.is_duplicate);
                results.push(Ok(recorded));
            }
            Err(refusal) => results.push(Err(write::refused(refusal)?)),
        }
    }
    let committed = match told {
        Some(done) => Some(done),
        None if last > 0 => {
            let (waiter, done) = committed::pair();
            engine.wait_for(last, waiter);
            Some(done)
        }
        None => None,
    };
    Ok(Taken { results, last, committed })
}

#[async_trait]
impl EventService for Events {
    async fn write_events(
        &self,
        request: Request<v1::WriteEventsRequest>,
    ) -> Result<Response<v1::WriteEventsResponse>, Status> {
        let watch = Stopwatch::start();
        let (caller, wire) = enter(request)?;
        check_batch(&caller.scope, &wire)?;
        let guests_seen = View::of(&caller.scope).guests;
        let events: Vec<Read> =
            wire.events.into_iter().map(|event| read::event(&caller.scope, event)).collect();
        let guests: Vec<String> =
            events.iter().map(|event| guest_of(&caller.scope, event, guests_seen)).collect();
        if wire.validate_only {
            let results =
                events.into_iter().zip(guests).map(|(event, guest)| checked(event, guest));
            let results = results.collect::<Result<Vec<_>, Status>>()?;
            return Ok(Response::new(v1::WriteEventsResponse { results, committed_sequence: 0 }));
        }
        let (engine, scope) = (Arc::clone(&self.edge.engine), Arc::clone(&caller.scope));
        let taken = self
            .edge
            .blocking
            .run(caller.deadline, move || take_in(&engine, &scope, events))
            .await??;
        if let Some(committed) = taken.committed {
            committed.wait().await?;
        }
        self.acknowledged.record(watch.seconds());
        let results = taken
            .results
            .into_iter()
            .zip(guests)
            .map(|(result, guest)| result_of(&caller.scope, result, guest))
            .collect();
        let committed_sequence = self.edge.engine.committed().max(taken.last);
        Ok(Response::new(v1::WriteEventsResponse { results, committed_sequence }))
    }

    type StreamEventsStream = Acknowledgements;

    async fn stream_events(
        &self,
        request: Request<Streaming<v1::StreamEventsRequest>>,
    ) -> Result<Response<Acknowledgements>, Status> {
        let (caller, inbound) = enter_stream(request)?;
        event_stream::open(&self.edge, caller, inbound).map(Response::new)
    }
}

fn check_batch(scope: &Scope, wire: &v1::WriteEventsRequest) -> Result<(), Status> {
    let most = if scope.bound.is_some() { PAGE_BATCH_MAX } else { BATCH_MAX };
    let mut problems = Problems::new();
    match wire.events.len() {
        0 => problems.add("events", format!("is empty; give 1 to {most}")),
        many if many > most => {
            problems.add("events", format!("has {many} elements; give at most {most}"));
        }
        _ => {}
    }
    Ok(problems.finish(Some(()))?)
}

/// Name of the guest an event counts for, for those who may see guests.
fn guest_of(scope: &Scope, event: &Read, may_see: bool) -> String {
    match event {
        Ok(event) if may_see => names::write(scope, "guests", event.event.guest.as_str()),
        _ => String::new(),
    }
}

fn checked(event: Read, guest: String) -> Result<v1::WriteEventResult, Status> {
    match event {
        Ok(_) => Ok(v1::WriteEventResult { guest, ..Default::default() }),
        Err(refusal) => Ok(refused(write::refused(refusal)?)),
    }
}

fn result_of(
    scope: &Scope,
    result: Result<Recorded, v1::EventError>,
    guest: String,
) -> v1::WriteEventResult {
    match result {
        Ok(recorded) => v1::WriteEventResult {
            duplicate: recorded.is_duplicate,
            sequence: recorded.sequence,
            warnings: recorded.warnings.into_iter().map(write::warning).collect(),
            guest,
            error: None,
            hold: recorded.hold.map(|answer| hold::answer(scope, answer)),
        },
        Err(error) => refused(error),
    }
}

fn refused(error: v1::EventError) -> v1::WriteEventResult {
    v1::WriteEventResult { error: Some(error), ..Default::default() }
}
