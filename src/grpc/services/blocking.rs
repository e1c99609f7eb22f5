//! Work that may wait for a disk, on threads that may wait, so many at once. A call that gives up
//! waiting leaves its work to end by itself: what is half-way to the disk is never dropped.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tonic::{Code, Status};

use crate::grpc::status;
use crate::sys::clock::Deadline;

/// Threads that may wait.
#[derive(Debug, Clone)]
pub(crate) struct Blocking {
    room: Arc<Semaphore>,
}

impl Blocking {
    /// So many at once.
    pub(crate) fn new(max: usize) -> Self {
        Self { room: Arc::new(Semaphore::new(max)) }
    }

    /// Runs work where it may wait. Work that nobody waits for any more is not begun.
    pub(crate) async fn run<T, F>(&self, deadline: Deadline, work: F) -> Result<T, Status>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let closing = |_| {
            status::build(
                Code::Unavailable,
                "the server is ending; repeat elsewhere",
                "CLOSING",
                &[],
            )
        };
        let place = Arc::clone(&self.room).acquire_owned().await.map_err(closing)?;
        let task = tokio::task::spawn_blocking(move || {
            let _place = place;
            (!deadline.has_passed()).then(work)
        });
        match task.await {
            Ok(Some(value)) => Ok(value),
            Ok(None) => {
                Err(Status::deadline_exceeded("the deadline passed before the call was begun"))
            }
            Err(_) => {
                metrics::counter!(crate::grpc::layers::calls::PANICS).increment(1);
                Err(status::build(
                    Code::Internal,
                    "a fault of the server; the operator's log says more",
                    "PANIC",
                    &[],
                ))
            }
        }
    }
}
