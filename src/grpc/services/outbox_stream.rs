//! `DeliveryService.ReadOutbox` and `StreamOutbox`: one task for each reader.
//!
//! It takes a few messages, hands them over one by one as the caller reads them, and takes more. What
//! it holds is bounded by the reader's own credit, which counts what was handed over and not yet
//! acknowledged: a caller who neither reads nor acknowledges costs that much, and delays nobody, for
//! as it goes, or its leases end, others get what it held. Acknowledgements on the stream are read
//! also while the caller does not read.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status, Streaming};

use crate::api::v1;
use crate::engine::delivery::{Acknowledgement, Outgoing, Reader};
use crate::grpc::from_proto::delivery::{self as read_wire, Wanted};
use crate::grpc::layers::activity::{Activity, Busy};
use crate::grpc::layers::door::{Caller, of_message};
use crate::grpc::status;
use crate::grpc::to_proto::{View, delivery as write};
use crate::sys::clock::{Deadline, Stopwatch};

use super::Edge;
use super::delivery::acknowledge;

/// Messages of `ReadOutbox` on their way to the caller.
pub(crate) type Read = ReceiverStream<Result<v1::ReadOutboxResponse, Status>>;
/// Messages of `StreamOutbox` on their way to the caller.
pub(crate) type Streamed = ReceiverStream<Result<v1::StreamOutboxResponse, Status>>;

/// Messages taken at once.
const GROUP_MAX: usize = 32;
/// A stream this old is asked to resume: credentials are looked at again, and load moves on.
const AGE_MAX: Duration = Duration::from_secs(1_800);
/// How long taking and acknowledging may wait for the disk.
const DISK_BUDGET: Duration = Duration::from_secs(10);
/// Looked at least so often: the engine's clock may be moved by others.
const PATIENCE: Duration = Duration::from_secs(5);

/// Something for the caller.
enum Told {
    Message(Box<v1::OutboxMessage>),
    Acknowledged(i64),
}

/// A message of a kind of stream.
pub(crate) trait Response: Send + 'static {
    /// The message, where this kind of stream tells such a thing.
    fn of_message(message: v1::OutboxMessage) -> Self;
    /// How many acknowledgements are on disk.
    fn of_count(count: i64) -> Self;
}

impl Response for v1::ReadOutboxResponse {
    fn of_message(message: v1::OutboxMessage) -> Self {
        Self { message: Some(message) }
    }

    fn of_count(_: i64) -> Self {
        Self::default()
    }
}

impl Response for v1::StreamOutboxResponse {
    fn of_message(message: v1::OutboxMessage) -> Self {
        Self { message: Some(message), acknowledged_count: 0 }
    }

    fn of_count(count: i64) -> Self {
        Self { message: None, acknowledged_count: count }
    }
}

/// Opens a stream that is only read.
pub(crate) fn read(edge: &Arc<Edge>, caller: Caller, wanted: Wanted) -> Result<Read, Status> {
    open(edge, caller, wanted, Vec::new(), None)
}

/// Opens a stream with acknowledgements; `said` came with its first message.
pub(crate) fn stream(
    edge: &Arc<Edge>,
    caller: Caller,
    wanted: Wanted,
    (said, inbound): (Vec<Acknowledgement>, Streaming<v1::StreamOutboxRequest>),
) -> Result<Streamed, Status> {
    open(edge, caller, wanted, said, Some(inbound))
}

fn open<R: Response>(
    edge: &Arc<Edge>,
    caller: Caller,
    wanted: Wanted,
    said: Vec<Acknowledgement>,
    inbound: Option<Streaming<v1::StreamOutboxRequest>>,
) -> Result<ReceiverStream<Result<R, Status>>, Status> {
    let place = Arc::clone(&edge.readers).try_acquire_owned();
    let place = place.map_err(|_| {
        status::shed("TOO_MANY_READERS", "too many readers of outboxes; end one, or wait")
    })?;
    let woken = Arc::new(Notify::new());
    let wake = Arc::clone(&woken);
    let wake = Box::new(move || wake.notify_one());
    let reader = edge.engine.read_outbox(&caller.scope, wanted.options, wake)?;
    let (tell, told) = mpsc::channel(1);
    let task = Task {
        edge: Arc::clone(edge),
        _busy: caller.activity.as_ref().map(Activity::begin),
        caller,
        reader: Arc::new(reader),
        stops_when_empty: wanted.stops_when_empty,
        woken,
        inbound,
        acknowledged: 0,
        is_count_owed: false,
        age: Stopwatch::start(),
        tell,
        _place: place,
    };
    edge.shutdown.spawn(task.run(said));
    Ok(ReceiverStream::new(told))
}

/// Why a stream ends.
enum End {
    /// As it should.
    Well,
    /// The caller has gone.
    Gone,
    /// With an error.
    Failed(Status),
}

impl From<Status> for End {
    fn from(status: Status) -> Self {
        Self::Failed(status)
    }
}

struct Task<R> {
    edge: Arc<Edge>,
    caller: Caller,
    reader: Arc<Reader>,
    stops_when_empty: bool,
    woken: Arc<Notify>,
    /// `None`: a stream without acknowledgements.
    inbound: Option<Streaming<v1::StreamOutboxRequest>>,
    acknowledged: i64,
    is_count_owed: bool,
    age: Stopwatch,
    tell: mpsc::Sender<Result<R, Status>>,
    _busy: Option<Busy>,
    _place: OwnedSemaphorePermit,
}

impl<R: Response> Task<R> {
    async fn run(mut self, said: Vec<Acknowledgement>) {
        let end = match self.take_acknowledgements(said).await {
            Ok(()) => self.serve().await,
            Err(end) => end,
        };
        match end {
            End::Well => {
                // What the caller still holds stays with it until its leases end.
                self.reader.keep_loans();
                if self.is_count_owed {
                    let count = R::of_count(self.acknowledged);
                    let _ = self.tell.send(Ok(count)).await;
                }
            }
            End::Gone => {}
            End::Failed(status) => {
                drop(self.tell.try_send(Err(status)));
            }
        }
    }

    async fn serve(&mut self) -> End {
        loop {
            let taken = match self.take().await {
                Ok(taken) => taken,
                Err(status) => return End::Failed(status),
            };
            let is_empty = taken.is_empty();
            for outgoing in taken {
                let view = View::of(&self.caller.scope);
                let message = write::message(&self.caller.scope, outgoing, view);
                if let Err(end) = self.tell(Told::Message(Box::new(message))).await {
                    return end;
                }
            }
            if self.is_count_owed
                && let Err(end) = self.tell(Told::Acknowledged(self.acknowledged)).await
            {
                return end;
            }
            if is_empty {
                if self.stops_when_empty {
                    return End::Well;
                }
                if let Err(end) = self.wait().await {
                    return end;
                }
            }
        }
    }

    async fn take(&self) -> Result<Vec<Outgoing>, Status> {
        let (engine, reader) = (Arc::clone(&self.edge.engine), Arc::clone(&self.reader));
        let work = move || engine.take_messages(&reader, GROUP_MAX);
        match self.edge.blocking.run(Deadline::after(DISK_BUDGET), work).await? {
            Ok(taken) => Ok(taken),
            // Too much waits for the disk: taken after a moment.
            Err(error) if error.is_passing() => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    /// Hands something over as the caller reads, and takes acknowledgements meanwhile.
    async fn tell(&mut self, told: Told) -> Result<(), End> {
        loop {
            let said = tokio::select! {
                biased;
                () = self.edge.shutdown.begun() => return Err(End::Failed(draining())),
                room = self.tell.reserve() => {
                    let Ok(room) = room else { return Err(End::Gone) };
                    room.send(Ok(match told {
                        Told::Message(message) => R::of_message(*message),
                        Told::Acknowledged(count) => {
                            self.is_count_owed = false;
                            R::of_count(count)
                        }
                    }));
                    return Ok(());
                }
                said = next_of(&mut self.inbound) => said,
            };
            self.hear(said).await?;
        }
    }

    /// Waits until there is reason to take.
    async fn wait(&mut self) -> Result<(), End> {
        if self.age.elapsed() >= AGE_MAX {
            return Err(End::Failed(resume()));
        }
        let patience = self.patience();
        let said = tokio::select! {
            biased;
            () = self.tell.closed() => return Err(End::Gone),
            said = next_of(&mut self.inbound) => said,
            () = self.woken.notified() => return Ok(()),
            whole = self.edge.shutdown.sleep(patience) => {
                return if whole { Ok(()) } else { Err(End::Failed(draining())) };
            }
        };
        self.hear(said).await
    }

    fn patience(&self) -> Duration {
        let next = self.edge.engine.next_message_at(&self.reader);
        let wait = next.map_or(PATIENCE, |at| at.since(self.edge.clock.now()));
        wait.clamp(Duration::from_millis(1), PATIENCE)
    }

    async fn hear(
        &mut self,
        said: Option<Result<v1::StreamOutboxRequest, Status>>,
    ) -> Result<(), End> {
        match said {
            None => Err(End::Well),
            Some(Err(status)) => Err(End::Failed(of_message(status))),
            Some(Ok(wire)) => {
                let said = read_wire::next(wire).map_err(|r| End::Failed(Status::from(r)))?;
                self.take_acknowledgements(said).await
            }
        }
    }

    async fn take_acknowledgements(&mut self, said: Vec<Acknowledgement>) -> Result<(), End> {
        if said.is_empty() {
            return Ok(());
        }
        let deadline = Deadline::after(DISK_BUDGET);
        let taken = acknowledge(&self.edge, &self.caller, deadline, said).await?;
        let count = taken.iter().filter(|taken| **taken).count();
        self.acknowledged += i64::try_from(count).unwrap_or(0);
        self.is_count_owed = true;
        Ok(())
    }
}

/// The next message of the caller; waits for ever where the stream takes none.
async fn next_of(
    inbound: &mut Option<Streaming<v1::StreamOutboxRequest>>,
) -> Option<Result<v1::StreamOutboxRequest, Status>> {
    match inbound {
        Some(inbound) => inbound.message().await.transpose(),
        None => std::future::pending().await,
    }
}

fn draining() -> Status {
    let text = "the server is ending; open the stream again, what was not acknowledged comes again";
    status::build(Code::Unavailable, text, "DRAINING", &[])
}

fn resume() -> Status {
    let text = "the stream has its age; open it again, what was not acknowledged comes again";
    status::build(Code::Unavailable, text, "RESUME", &[])
}
