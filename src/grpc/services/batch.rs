//! `DecisionService.BatchDecideOffers`: the plan is made at once, the decisions as the caller reads
//! them.
//!
//! No thread waits for a caller: a few decisions are made, handed over, and only when they were taken
//! the next.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use crate::api::v1;
use crate::api::v1::batch_decide_offers_response::Result as Message;
use crate::domain::id::GuestId;
use crate::engine::{Answer, Batch, Error};
use crate::grpc::from_proto::batch::AskedForMany;
use crate::grpc::layers::door::Caller;
use crate::grpc::names;
use crate::grpc::status;
use crate::grpc::to_proto::decide::{self as to_decide, Extent};
use crate::grpc::to_proto::{View, batch as write};

use super::Edge;

/// What came of a batch, on its way to the caller.
pub(crate) type Decided = ReceiverStream<Result<v1::BatchDecideOffersResponse, Status>>;

/// Decisions made at once.
const GROUP_MAX: usize = 64;
/// Messages that wait for the caller to read them.
const WAITING_MAX: usize = 128;

/// Opens the stream of a batch.
pub(crate) async fn open(
    edge: &Arc<Edge>,
    caller: Caller,
    asked: AskedForMany,
) -> Result<Decided, Status> {
    let place = Arc::clone(&edge.batches).try_acquire_owned();
    let place = place.map_err(|_| {
        status::shed("TOO_MANY_BATCHES", "too many batches are being decided; wait for one to end")
    })?;
    let AskedForMany { requests, constraints, includes_content } = asked;
    let is_full = requests.iter().any(|request| request.wants_full_view);
    let extent = Extent { is_full, includes_content, view: View::of(&caller.scope) };
    let guests = requests.iter().map(|request| request.guest.clone()).collect();
    let planned =
        move |engine: &crate::engine::Engine, scope: &_| engine.plan(scope, requests, constraints);
    let batch = edge.ask(&caller, planned).await?;
    let (tell, decided) = mpsc::channel(WAITING_MAX);
    let busy = caller.activity.as_ref().map(crate::grpc::layers::activity::Activity::begin);
    let run = Run { edge: Arc::clone(edge), caller, guests, extent, tell, _place: place };
    edge.shutdown.spawn(async move {
        let _busy = busy;
        run.decide(batch).await;
    });
    Ok(ReceiverStream::new(decided))
}

/// A batch while it is decided.
struct Run {
    edge: Arc<Edge>,
    caller: Caller,
    guests: Vec<GuestId>,
    extent: Extent,
    tell: mpsc::Sender<Result<v1::BatchDecideOffersResponse, Status>>,
    _place: OwnedSemaphorePermit,
}

impl Run {
    async fn decide(self, mut batch: Batch) {
        let (mut decided_count, mut error_count) = (0, 0);
        loop {
            let (engine, scope) = (Arc::clone(&self.edge.engine), Arc::clone(&self.caller.scope));
            let work = move || {
                let made = engine.decide_planned(&scope, &mut batch, GROUP_MAX);
                (batch, made)
            };
            let made = match self.edge.blocking.run(self.caller.deadline, work).await {
                Ok((rest, made)) => {
                    batch = rest;
                    made
                }
                Err(status) => return self.end(status).await,
            };
            if made.is_empty() {
                break;
            }
            for (at, answer) in made {
                *(if answer.is_ok() { &mut decided_count } else { &mut error_count }) += 1;
                if !self.send(Message::Decision(self.decision(at, answer))).await {
                    return;
                }
            }
            if self.edge.shutdown.has_begun() {
                return self.end(draining()).await;
            }
        }
        let volume_uses = write::volumes(batch.volumes(), self.extent.view);
        let summary = v1::BatchSummary { decided_count, error_count, volume_uses };
        self.send(Message::Summary(summary)).await;
    }

    fn decision(&self, at: usize, answer: Result<Answer, Error>) -> v1::BatchDecision {
        let scope = &self.caller.scope;
        let (response, error) = match answer {
            Ok(answer) => (Some(to_decide::response(scope, answer, self.extent)), None),
            Err(error) => (None, Some(write::error(error))),
        };
        v1::BatchDecision {
            guest_index: i32::try_from(at).unwrap_or(i32::MAX),
            guest: names::write(scope, "guests", self.guests[at].as_str()),
            response,
            error,
        }
    }

    /// Hands a message over; false: nobody listens any more, and the rest is left undecided.
    async fn send(&self, message: Message) -> bool {
        let message = v1::BatchDecideOffersResponse { result: Some(message) };
        self.tell.send(Ok(message)).await.is_ok()
    }

    async fn end(&self, status: Status) {
        let _ = self.tell.send(Err(status)).await;
    }
}

fn draining() -> Status {
    let text = "the server is ending; repeat the call with the same request_id to decide the rest";
    status::build(tonic::Code::Unavailable, text, "DRAINING", &[])
}
