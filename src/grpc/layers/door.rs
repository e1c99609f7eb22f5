//! The door: every call passes it, and most that must not go on end here, before a byte of the
//! request is read.

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response};
use metrics::Counter;
use tokio::time::Sleep;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::Service;

use crate::domain::scope::{Right, Scope};
use crate::engine::Error;
use crate::grpc::rpc::{RPCS, Rpc};
use crate::grpc::status;
use crate::sys::clock::{Deadline, Stopwatch};
use crate::sys::unread::Unread;

use super::activity::{Activity, Busy};
use super::calls::{self, Calls};
use super::credentials::Credentials;
use super::in_flight::{InFlight, Place};
use super::pace::Pace;
use super::projected::Projected;
use super::refused::Refused;
use super::scan::Scanned;
use super::timeout;

/// Calls that need no credential.
const OPEN: &str = "/grpc.health.v1.Health/";
/// Calls that need a credential, whatever its rights.
const DESCRIBING: [&str; 2] =
    ["/grpc.reflection.v1.ServerReflection/", "/grpc.reflection.v1alpha.ServerReflection/"];

/// What the door goes by.
#[derive(Debug, Clone)]
pub struct DoorOptions {
    /// Longest a decision may take.
    pub decide_budget: Duration,
    /// Longest any other call may take.
    pub call_budget: Duration,
    /// Longest a report over the whole log may take.
    pub report_budget: Duration,
    /// Calls a minute with the tokens of one guest; 0: no limit.
    pub guest_calls_max: u32,
}

impl Default for DoorOptions {
    fn default() -> Self {
        Self {
            decide_budget: Duration::from_secs(2),
            call_budget: Duration::from_secs(10),
            report_budget: Duration::from_secs(300),
            guest_calls_max: 240,
        }
    }
}

/// Who made a call, and until when they wait: what a handler finds in the request.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) scope: Arc<Scope>,
    pub(crate) deadline: Deadline,
    /// The call.
    pub(crate) rpc: &'static Rpc,
    /// What goes on on the connection, for calls that go on after they were answered.
    pub(crate) activity: Option<Activity>,
}

/// A service behind the door.
#[derive(Clone)]
pub struct Door<S> {
    inner: S,
    shared: Arc<Shared>,
}

struct Shared {
    credentials: Credentials,
    in_flight: InFlight,
    pace: Pace,
    options: DoorOptions,
    calls: Calls,
    panics: Counter,
}

impl<S> Door<S> {
    /// Puts a service behind a door.
    pub fn new(
        inner: S,
        credentials: Credentials,
        in_flight: InFlight,
        options: DoorOptions,
    ) -> Self {
        let calls = Calls::new();
        let panics = metrics::counter!(calls::PANICS);
        let pace = Pace::new(options.guest_calls_max);
        let shared = Shared { credentials, in_flight, pace, options, calls, panics };
        Self { inner, shared: Arc::new(shared) }
    }
}

/// What a path needs.
enum Need {
    /// A call of the API, with its right.
    Rpc(&'static Rpc),
    /// A credential.
    Credential,
    /// Nothing.
    Nothing,
}

fn need(path: &str) -> Option<Need> {
    match RPCS.find(path) {
        Some(rpc) => Some(Need::Rpc(rpc)),
        None if path.starts_with(OPEN) => Some(Need::Nothing),
        None if DESCRIBING.iter().any(|prefix| path.starts_with(prefix)) => Some(Need::Credential),
        None => None,
    }
}

impl Shared {
    /// Lets a call in, or says why not.
    fn admit(
        &self,
        rpc: &'static Rpc,
        request: &Request<Body>,
    ) -> Result<(Place, Arc<Scope>), Status> {
        let place = self.in_flight.enter();
        let place = place.ok_or_else(|| {
            status::shed("OVERLOADED", "too many calls at once; repeat after a moment")
        })?;
        let scope = self.credentials.verify(request.headers()).ok_or_else(unauthenticated)?;
        if scope.bound.is_some() && !rpc.guest_token_allowed {
            return Err(not_for_guests());
        }
        if !scope.may(rpc.right) {
            return Err(lacks(rpc.right));
        }
        if !self.pace.admits(&scope, self.credentials.now()) {
            let text = "too many calls for this guest; go on in a minute";
            return Err(status::shed("GUEST_TOO_FAST", text));
        }
        Ok((place, scope))
    }

    fn budget(&self, rpc: &Rpc, request: &Request<Body>) -> Duration {
        let ours = match (rpc.is_decision, rpc.is_report) {
            (true, _) => self.options.decide_budget,
            (_, true) => self.options.report_budget,
            _ => self.options.call_budget,
        };
        timeout::of(request.headers()).map_or(ours, |theirs| theirs.min(ours))
    }
}

fn unauthenticated() -> Status {
    let text = "no valid credential; send 'authorization: Bearer <key>' or 'x-api-key: <key>'";
    status::build(Code::Unauthenticated, text, "UNAUTHENTICATED", &[])
}

fn not_for_guests() -> Status {
    let text = "a guest token may not make this call; make it from a server, with a key";
    status::build(Code::PermissionDenied, text, "GUEST_TOKEN", &[])
}

fn lacks(right: Right) -> Status {
    Error::lacks(right).into()
}

fn too_late() -> Status {
    let text = "the deadline passed; what the call does may still be done, and to repeat it with the same ids is safe";
    status::build(Code::DeadlineExceeded, text, "DEADLINE_EXCEEDED", &[])
}

/// The status of a message of a stream that could not be read. Our own faults carry details; what
/// has none could not be decoded, and tonic calls that our fault, too.
pub(crate) fn of_message(status: Status) -> Status {
    let is_ours = status.code() != Code::Internal || !status.details().is_empty();
    if is_ours { status } else { unreadable() }
}

fn unreadable() -> Status {
    status::build(
        Code::InvalidArgument,
        "the request is no message of this call",
        "UNREADABLE",
        &[],
    )
}

fn panicked() -> Status {
    status::build(
        Code::Internal,
        "a fault of the server; the operator's log says more",
        "PANIC",
        &[],
    )
}

impl<S: Service<Request<Scanned>>> Door<S> {
    /// Passes on a call that is not of this API.
    fn unseen(&mut self, request: Request<Body>, busy: Option<Busy>) -> Passing<S::Future> {
        Passing::Unseen(self.inner.call(request.map(Scanned::unseen)), busy)
    }
}

impl<S> Service<Request<Body>> for Door<S>
where
    S: Service<Request<Scanned>, Response = Response<Body>, Error = Infallible>,
    S::Future: Unpin,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Passing<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let watch = Stopwatch::start();
        let activity = request.extensions().get::<Activity>().cloned();
        let busy = activity.as_ref().map(Activity::begin);
        let rpc = match need(request.uri().path()) {
            Some(Need::Rpc(rpc)) => rpc,
            Some(Need::Nothing) => return self.unseen(request, busy),
            Some(Need::Credential) => {
                return match self.shared.credentials.verify(request.headers()) {
                    Some(scope) if scope.bound.is_some() => {
                        Passing::refused(not_for_guests(), request)
                    }
                    Some(_) => self.unseen(request, busy),
                    None => Passing::refused(unauthenticated(), request),
                };
            }
            None => {
                return Passing::refused(Status::unimplemented("there is no such call"), request);
            }
        };
        let (place, scope) = match self.shared.admit(rpc, &request) {
            Ok(admitted) => admitted,
            Err(refusal) => {
                self.shared.calls.answered(rpc, refusal.code(), watch.seconds());
                return Passing::refused(refusal, request);
            }
        };
        let deadline = Deadline::after(self.shared.budget(rpc, &request));
        let mut request = request.map(|body| Scanned::of(body, rpc));
        let is_for_guest = scope.bound.is_some();
        request.extensions_mut().insert(Caller { scope, deadline, rpc, activity });
        let shared = Arc::clone(&self.shared);
        let Ok(inner) = catch_unwind(AssertUnwindSafe(|| self.inner.call(request))) else {
            shared.panics.increment(1);
            return Passing::Refused(Refused::new(panicked(), Body::empty()));
        };
        let held = Held { _place: place, _busy: busy };
        let sleep = None;
        let through =
            Through { inner, deadline, sleep, watch, rpc, is_for_guest, shared, _held: held };
        Passing::Through(through)
    }
}

/// A call on its way.
pub enum Passing<F> {
    /// Refused at the door.
    Refused(Refused),
    /// Not of this API: health, reflection.
    Unseen(F, Option<Busy>),
    /// Let in.
    Through(Through<F>),
}

impl<F> Passing<F> {
    fn refused(status: Status, request: Request<Body>) -> Self {
        if let Some(unread) = request.extensions().get::<Unread>() {
            unread.set();
        }
        Self::Refused(Refused::new(status, request.into_body()))
    }
}

/// A call that was let in.
pub struct Through<F> {
    inner: F,
    deadline: Deadline,
    /// Made only when the call has to wait: most are answered without.
    sleep: Option<Pin<Box<Sleep>>>,
    watch: Stopwatch,
    rpc: &'static Rpc,
    /// Is the caller held to a guest?
    is_for_guest: bool,
    shared: Arc<Shared>,
    _held: Held,
}

/// What a call holds until it is answered.
struct Held {
    _place: Place,
    _busy: Option<Busy>,
}

impl<F> Future for Passing<F>
where
    F: Future<Output = Result<Response<Body>, Infallible>> + Unpin,
{
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Refused(refused) => refused.poll(cx).map(Ok),
            Self::Unseen(inner, _) => Pin::new(inner).poll(cx),
            Self::Through(through) => through.poll(cx).map(Ok),
        }
    }
}

impl<F> Through<F>
where
    F: Future<Output = Result<Response<Body>, Infallible>> + Unpin,
{
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Response<Body>> {
        // What nobody waits for any more is not begun.
        if self.sleep.is_none() && self.deadline.has_passed() {
            return Poll::Ready(self.answered(too_late().into_http()));
        }
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.inner).poll(cx)));
        match polled {
            Ok(Poll::Ready(Ok(response))) => Poll::Ready(self.answered(response)),
            Ok(Poll::Pending) if self.is_too_late(cx) => {
                Poll::Ready(self.answered(too_late().into_http()))
            }
            Ok(Poll::Pending) => Poll::Pending,
            Err(_) => {
                self.shared.panics.increment(1);
                Poll::Ready(self.answered(panicked().into_http()))
            }
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a deadline is no wait: the call ends when it passes"
    )]
    fn is_too_late(&mut self, cx: &mut Context<'_>) -> bool {
        let deadline = self.deadline;
        let sleep =
            self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(deadline.remaining())));
        // tonic keeps time too, and would answer CANCELLED: ours is looked at first, by the clock
        // and not by the wake.
        sleep.as_mut().poll(cx).is_ready() || deadline.has_passed()
    }

    fn answered(&self, response: Response<Body>) -> Response<Body> {
        let status = response.headers().get("grpc-status");
        let code = status.map_or(Code::Ok, |status| Code::from_bytes(status.as_bytes()));
        // Our own faults carry details: see `of_message`.
        let is_unreadable =
            code == Code::Internal && !response.headers().contains_key("grpc-status-details-bin");
        let (response, code) = if is_unreadable {
            (unreadable().into_http(), Code::InvalidArgument)
        } else {
            (response, code)
        };
        let seconds = self.watch.seconds();
        self.shared.calls.answered(self.rpc, code, seconds);
        tracing::debug!(method = %self.rpc.name, code = calls::name(code), duration_ms = seconds * 1e3, "call answered");
        if self.is_for_guest {
            return response.map(|body| Body::new(Projected::new(body, self.rpc)));
        }
        response
    }
}
