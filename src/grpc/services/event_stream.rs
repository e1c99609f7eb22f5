//! `EventService.StreamEvents`: events as they come, acknowledged as groups of them reach the disk.
//!
//! Two tasks: one reads what the caller sends, as much as is there, and takes it in; the other
//! waits for the disk and acknowledges, in order. What lies between them is bounded: while
//! [`WAITING_MAX`] messages wait for the disk, no more is read, and the caller's window fills.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status, Streaming};

use crate::api::v1;
use crate::domain::scope::Scope;
use crate::grpc::from_proto::event as read;
use crate::grpc::layers::door::{Caller, of_message};
use crate::grpc::problems::Problems;
use crate::grpc::status;
use crate::grpc::to_proto::hold;
use crate::sys::clock::Deadline;

use super::Edge;
use super::event::{Read, Taken, take_in};

/// Acknowledgements on their way to the caller.
pub(crate) type Acknowledgements = ReceiverStream<Result<v1::StreamEventsResponse, Status>>;

/// Most messages of a stream that wait for the disk.
const WAITING_MAX: u32 = 4_096;
/// Most messages taken in at once.
const GROUP_MAX: usize = 256;
/// Acknowledgements that wait for the caller to read them.
const ACKNOWLEDGEMENTS_MAX: usize = 64;
/// How long taking in a group may take.
const GROUP_BUDGET: std::time::Duration = std::time::Duration::from_secs(10);

/// Opens a stream.
pub(crate) fn open(
    edge: &Arc<Edge>,
    caller: Caller,
    inbound: Streaming<v1::StreamEventsRequest>,
) -> Result<Acknowledgements, Status> {
    let place = Arc::clone(&edge.streams).try_acquire_owned();
    let place = place.map_err(|_| {
        status::shed("TOO_MANY_STREAMS", "too many streams are open; write batches, or wait")
    })?;
    let (tell, acknowledgements) = mpsc::channel(ACKNOWLEDGEMENTS_MAX);
    let (hand_on, groups) = mpsc::channel(ACKNOWLEDGEMENTS_MAX);
    let scope = Arc::clone(&caller.scope);
    let reader = Reader {
        edge: Arc::clone(edge),
        busy: caller.activity.as_ref().map(crate::grpc::layers::activity::Activity::begin),
        caller,
        inbound,
        room: Arc::new(Semaphore::new(WAITING_MAX as usize)),
        last: 0,
        _place: place,
    };
    edge.shutdown.spawn(async move {
        tokio::join!(reader.run(hand_on), acknowledge(groups, tell, scope));
    });
    Ok(ReceiverStream::new(acknowledgements))
}

/// A group that was taken in, or the end of the stream.
enum Group {
    Taken { through: u64, numbers: Vec<u64>, taken: Taken, _room: OwnedSemaphorePermit },
    End(Status),
}

/// The side that reads.
struct Reader {
    edge: Arc<Edge>,
    #[expect(dead_code, reason = "held while the stream is open")]
    busy: Option<crate::grpc::layers::activity::Busy>,
    caller: Caller,
    inbound: Streaming<v1::StreamEventsRequest>,
    room: Arc<Semaphore>,
    /// The number of the last message.
    last: u64,
    _place: OwnedSemaphorePermit,
}

impl Reader {
    async fn run(mut self, hand_on: mpsc::Sender<Group>) {
        let end = loop {
            let messages = tokio::select! {
                biased;
                () = self.edge.shutdown.begun() => break Some(draining()),
                // The caller has gone, and nobody reads acknowledgements any more.
                () = hand_on.closed() => break None,
                messages = Waiting(&mut self.inbound) => messages,
            };
            let (messages, error) = match messages {
                Some(Ok((messages, error))) => (messages, error),
                Some(Err(status)) => break Some(of_message(status)),
                None => break None,
            };
            match self.group(messages).await {
                Ok(group) => {
                    if hand_on.send(group).await.is_err() {
                        break None;
                    }
                }
                Err(status) => break Some(status),
            }
            if let Some(status) = error {
                break Some(of_message(status));
            }
        };
        if let Some(status) = end {
            // What was taken in before is acknowledged first.
            let _ = hand_on.send(Group::End(status)).await;
        }
    }

    /// Takes a group in, once there is room for it.
    async fn group(&mut self, messages: Vec<v1::StreamEventsRequest>) -> Result<Group, Status> {
        let (mut numbers, mut events) =
            (Vec::with_capacity(messages.len()), Vec::with_capacity(messages.len()));
        for message in messages {
            if message.client_sequence <= self.last {
                let mut problems = Problems::new();
                problems.add(
                    "client_sequence",
                    format!("did not grow: {} after {}", message.client_sequence, self.last),
                );
                problems.finish(Some(()))?;
            }
            self.last = message.client_sequence;
            numbers.push(message.client_sequence);
            events.push(self.read(message.event));
        }
        let wanted = u32::try_from(events.len()).unwrap_or(WAITING_MAX).min(WAITING_MAX);
        let room =
            Arc::clone(&self.room).acquire_many_owned(wanted).await.map_err(|_| draining())?;
        let (engine, scope) = (Arc::clone(&self.edge.engine), Arc::clone(&self.caller.scope));
        let deadline = Deadline::after(GROUP_BUDGET);
        let taken =
            self.edge.blocking.run(deadline, move || take_in(&engine, &scope, events)).await??;
        Ok(Group::Taken { through: self.last, numbers, taken, _room: room })
    }

    fn read(&self, event: Option<v1::Event>) -> Read {
        match event {
            Some(event) => read::event(&self.caller.scope, event),
            None => {
                let mut problems = Problems::new();
                problems.add("", "the message holds no event");
                problems.finish::<crate::engine::IncomingEvent>(None)
            }
        }
    }
}

fn draining() -> Status {
    let text =
        "the server is ending; what was taken in is acknowledged, repeat the rest on a new stream";
    status::build(Code::Unavailable, text, "DRAINING", &[])
}

/// The side that waits for the disk and acknowledges, group after group.
async fn acknowledge(
    mut groups: mpsc::Receiver<Group>,
    tell: mpsc::Sender<Result<v1::StreamEventsResponse, Status>>,
    scope: Arc<Scope>,
) {
    let mut committed = 0;
    while let Some(group) = groups.recv().await {
        let answer = match group {
            Group::Taken { through, numbers, taken, _room } => {
                committed = taken.last.max(committed);
                acknowledgement(&scope, (through, &numbers), taken, committed).await
            }
            Group::End(status) => Err(status),
        };
        let is_over = answer.is_err();
        if tell.send(answer).await.is_err() || is_over {
            return;
        }
    }
}

async fn acknowledgement(
    scope: &Scope,
    (through, numbers): (u64, &[u64]),
    taken: Taken,
    committed_sequence: u64,
) -> Result<v1::StreamEventsResponse, Status> {
    if let Some(committed) = taken.committed {
        committed.wait().await?;
    }
    let is_duplicate = |result: &&Result<crate::engine::Recorded, v1::EventError>| {
        result.as_ref().is_ok_and(|recorded| recorded.is_duplicate)
    };
    let duplicates = taken.results.iter().filter(is_duplicate).count();
    let (mut rejected_events, mut held_events) = (Vec::new(), Vec::new());
    for (client_sequence, result) in numbers.iter().copied().zip(taken.results) {
        match result {
            Ok(recorded) => held_events.extend(recorded.hold.map(|answer| {
                let hold = Some(hold::answer(scope, answer));
                v1::HeldEvent { client_sequence, hold }
            })),
            Err(error) => {
                rejected_events.push(v1::RejectedEvent { client_sequence, error: Some(error) });
            }
        }
    }
    Ok(v1::StreamEventsResponse {
        through_client_sequence: through,
        committed_sequence,
        rejected_events,
        held_events,
        duplicate_count: i32::try_from(duplicates).unwrap_or(i32::MAX),
    })
}

/// Everything that is there, at least one message: as a future that can be dropped without losing
/// any.
struct Waiting<'s>(&'s mut Streaming<v1::StreamEventsRequest>);

/// Messages, and an error that came after them.
type Came = (Vec<v1::StreamEventsRequest>, Option<Status>);

impl Future for Waiting<'_> {
    type Output = Option<Result<Came, Status>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut messages = Vec::new();
        loop {
            match Pin::new(&mut *self.0).poll_next(cx) {
                Poll::Ready(Some(Ok(message))) => {
                    messages.push(message);
                    if messages.len() == GROUP_MAX {
                        return Poll::Ready(Some(Ok((messages, None))));
                    }
                }
                Poll::Ready(Some(Err(status))) if messages.is_empty() => {
                    return Poll::Ready(Some(Err(status)));
                }
                Poll::Ready(Some(Err(status))) => {
                    return Poll::Ready(Some(Ok((messages, Some(status)))));
                }
                Poll::Ready(None) if messages.is_empty() => return Poll::Ready(None),
                Poll::Pending if messages.is_empty() => return Poll::Pending,
                Poll::Ready(None) | Poll::Pending => {
                    return Poll::Ready(Some(Ok((messages, None))));
                }
            }
        }
    }
}
