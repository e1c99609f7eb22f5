//! `DecisionService.WatchNextBestOffer`: one task for each watcher.
//!
//! It waits for room in the stream first and looks then, so that what is decided is sent at once: a
//! caller who does not read holds one push, a mark in the engine, and no more. It looks when it was
//! marked, when something that is known ends, and every so often for what changes by time alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status};

use crate::api::v1;
use crate::domain::scope::Scope;
use crate::engine::{Look, Push, Watch};
use crate::grpc::from_proto::watch::Watched;
use crate::grpc::layers::activity::{Activity, Busy};
use crate::grpc::layers::door::Caller;
use crate::grpc::status;
use crate::grpc::to_proto::View;
use crate::grpc::to_proto::decide::Extent;
use crate::grpc::to_proto::watch as write;
use crate::sys::clock::{Deadline, Stopwatch};

use super::Edge;

/// Pushes on their way to the caller.
pub(crate) type Pushes = ReceiverStream<Result<v1::WatchNextBestOfferResponse, Status>>;

/// Least time between two pushes of a stream: what changes meanwhile is told together.
const GAP: Duration = Duration::from_millis(250);
/// A stream this old is asked to resume: credentials are looked at again, and load moves on.
const AGE_MAX: Duration = Duration::from_secs(1_800);
/// How long a look may wait for the disk.
const LOOK_BUDGET: Duration = Duration::from_secs(10);

/// How many may watch, and how closely.
#[derive(Debug, Clone)]
pub struct WatchOptions {
    /// Over all.
    pub watchers_max: usize,
    /// With one credential.
    pub watchers_max_of_credential: usize,
    /// How often what changes by time alone is looked for.
    pub interval: Duration,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            watchers_max: 4_096,
            watchers_max_of_credential: 2_048,
            interval: Duration::from_secs(15),
        }
    }
}

/// Room for watchers.
#[derive(Debug)]
pub(crate) struct Seats {
    options: WatchOptions,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    /// By brand and credential.
    each: HashMap<(String, Arc<str>), usize>,
}

/// A seat, until it is dropped.
struct Seat {
    seats: Arc<Seats>,
    who: (String, Arc<str>),
}

impl Seats {
    pub(crate) fn new(options: WatchOptions) -> Self {
        Self { options, taken: Mutex::default() }
    }

    fn take(self: &Arc<Self>, scope: &Scope) -> Result<Seat, Status> {
        let who = (scope.brand.as_str().to_owned(), Arc::clone(&scope.credential));
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let Taken { all, each } = &mut *taken;
        if *all >= self.options.watchers_max {
            return Err(status::shed("TOO_MANY_WATCHERS", "too many watch; try again later"));
        }
        let of_credential = each.entry(who.clone()).or_default();
        if *of_credential >= self.options.watchers_max_of_credential {
            return Err(status::shed(
                "TOO_MANY_WATCHERS_OF_CREDENTIAL",
                "too many watch with this credential; end a stream, or try again later",
            ));
        }
        *of_credential += 1;
        *all += 1;
        Ok(Seat { seats: Arc::clone(self), who })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        if let Some(count) = taken.each.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                taken.each.remove(&self.who);
            }
        }
    }
}

/// Opens a stream.
pub(crate) fn open(edge: &Arc<Edge>, caller: Caller, watched: Watched) -> Result<Pushes, Status> {
    let seat = edge.seats.take(&caller.scope)?;
    let woken = Arc::new(Notify::new());
    let wake = Arc::clone(&woken);
    let Watched { asked, resume_token, heartbeat, pushes_max } = watched;
    let extent = Extent {
        is_full: asked.request.wants_full_view,
        includes_content: asked.includes_content,
        view: View::of(&caller.scope),
    };
    let token = (!resume_token.is_empty()).then_some(resume_token.as_str());
    let wake = Box::new(move || wake.notify_one());
    let watch = edge.engine.watch(&caller.scope, asked.request, token, wake)?;
    // One push on its way: the next is made when this one was taken.
    let (tell, pushes) = mpsc::channel(1);
    let watcher = Watcher {
        edge: Arc::clone(edge),
        scope: caller.scope,
        extent,
        heartbeat,
        pushes_left: pushes_max,
        woken,
        watch: Some(watch),
        age: Stopwatch::start(),
        pushed: None,
        told: Stopwatch::start(),
        next: None,
        _busy: caller.activity.as_ref().map(Activity::begin),
        _seat: seat,
    };
    edge.shutdown.spawn(watcher.run(tell));
    Ok(ReceiverStream::new(pushes))
}

type Tell = mpsc::Sender<Result<v1::WatchNextBestOfferResponse, Status>>;

/// The task of a watcher.
struct Watcher {
    edge: Arc<Edge>,
    scope: Arc<Scope>,
    extent: Extent,
    heartbeat: Duration,
    /// Pushes until the stream ends; `None`: it goes on.
    pushes_left: Option<u16>,
    woken: Arc<Notify>,
    /// `None` only while it is looked at, or where a look failed for good.
    watch: Option<Watch>,
    age: Stopwatch,
    /// Since the last push.
    pushed: Option<Stopwatch>,
    /// Since anything was sent.
    told: Stopwatch,
    /// When what is known now ends.
    next: Option<crate::domain::time::Timestamp>,
    _busy: Option<Busy>,
    _seat: Seat,
}

/// Why a watcher stops waiting.
enum Woken {
    /// To look.
    Look,
    /// The caller has gone.
    Gone,
    /// The stream ends.
    End(Status),
}

impl Watcher {
    async fn run(mut self, tell: Tell) {
        loop {
            let room = tokio::select! {
                biased;
                () = self.edge.shutdown.begun() => {
                    // A caller who does not read hears of it as the connection ends.
                    drop(tell.try_send(Err(draining())));
                    return;
                }
                room = tell.reserve() => room,
            };
            let Ok(room) = room else { return };
            match self.look().await {
                Ok(Some(push)) => {
                    room.send(Ok(push));
                    self.pushed = Some(Stopwatch::start());
                    self.told = Stopwatch::start();
                    self.pushes_left = self.pushes_left.map(|left| left.saturating_sub(1));
                    if self.pushes_left == Some(0) {
                        return;
                    }
                }
                Ok(None) if self.told.elapsed() >= self.heartbeat => {
                    room.send(Ok(self.response(None)));
                    self.told = Stopwatch::start();
                }
                Ok(None) => drop(room),
                Err(status) => return room.send(Err(status)),
            }
            match self.wait(&tell).await {
                Woken::Look => {}
                Woken::Gone => return,
                Woken::End(status) => {
                    drop(tell.try_send(Err(status)));
                    return;
                }
            }
        }
    }

    /// Looks, and makes a push of what no longer stands.
    async fn look(&mut self) -> Result<Option<v1::WatchNextBestOfferResponse>, Status> {
        let gone = || Status::internal("the watch was lost");
        let mut watch = self.watch.take().ok_or_else(gone)?;
        let engine = Arc::clone(&self.edge.engine);
        let looked = if engine.looks_resident(&watch) {
            let looked = engine.look(&mut watch);
            self.watch = Some(watch);
            looked
        } else {
            let work = move || {
                let looked = engine.look(&mut watch);
                (watch, looked)
            };
            let (watch, looked) =
                self.edge.blocking.run(Deadline::after(LOOK_BUDGET), work).await?;
            self.watch = Some(watch);
            looked
        };
        match looked {
            Ok(Look { push, next }) => {
                self.next = next;
                Ok(push.map(|push| self.response(Some(*push))))
            }
            Err(error) if error.is_passing() => {
                // Too much waits for the disk: looked at again after a moment.
                self.next = Some(self.edge.clock.now().plus(GAP));
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn response(&self, push: Option<Push>) -> v1::WatchNextBestOfferResponse {
        let (token, number) = self.watch.as_ref().map_or_else(Default::default, |watch| {
            (watch.resume_token(&self.edge.engine), watch.pushes())
        });
        write::response(&self.scope, push, (token, number), self.extent)
    }

    /// Waits until there is reason to look.
    async fn wait(&self, tell: &Tell) -> Woken {
        if self.age.elapsed() >= AGE_MAX {
            return Woken::End(resume());
        }
        let shutdown = &self.edge.shutdown;
        let is_over = tokio::select! {
            biased;
            () = tell.closed() => return Woken::Gone,
            () = self.woken.notified() => false,
            whole = shutdown.sleep(self.patience()) => !whole,
        };
        if is_over {
            return Woken::End(draining());
        }
        let gap = self.pushed.map_or(Duration::ZERO, |pushed| GAP.saturating_sub(pushed.elapsed()));
        if gap.is_zero() {
            return Woken::Look;
        }
        tokio::select! {
            biased;
            () = tell.closed() => Woken::Gone,
            whole = shutdown.sleep(gap) => {
                if whole { Woken::Look } else { Woken::End(draining()) }
            }
        }
    }

    /// How long there is nothing to look at, as far as is known.
    fn patience(&self) -> Duration {
        let now = self.edge.clock.now();
        let end = self.next.map(|next| {
            let micros = next.as_micros().saturating_sub(now.as_micros());
            Duration::from_micros(u64::try_from(micros).unwrap_or(0))
        });
        let interval = self.edge.seats.options.interval;
        let silence = self.heartbeat.saturating_sub(self.told.elapsed());
        // The clock of the engine and that of the machine need not agree to the microsecond.
        interval.min(end.unwrap_or(interval)).min(silence).max(Duration::from_millis(1))
    }
}

fn draining() -> Status {
    let text = "the server is ending; open the stream again with the last resume_token";
    status::build(Code::Unavailable, text, "DRAINING", &[])
}

fn resume() -> Status {
    let text = "the stream has its age; open it again with the last resume_token";
    status::build(Code::Unavailable, text, "RESUME", &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::testing::scope;

    #[test]
    fn seats_are_bounded_for_each_and_for_all_and_come_back() {
        let options =
            WatchOptions { watchers_max: 3, watchers_max_of_credential: 2, ..Default::default() };
        let seats = Arc::new(Seats::new(options));
        let other = Scope { credential: Arc::from("other"), ..scope() };
        let (first, second) = (seats.take(&scope()).unwrap(), seats.take(&scope()).unwrap());
        assert_eq!(seats.take(&scope()).map(drop).unwrap_err().code(), Code::ResourceExhausted);
        let third = seats.take(&other).unwrap();
        assert!(seats.take(&other).is_err(), "over all");
        drop(first);
        assert!(seats.take(&other).is_ok());
        drop((second, third));
        let taken = seats.taken.lock().unwrap();
        assert!(taken.all == 0 && taken.each.is_empty());
    }
}
