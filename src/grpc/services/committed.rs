//! Waiting for the disk: a waiter for the engine, and its end for a task.

use tokio::sync::oneshot;

use crate::engine::{Error, ErrorKind, Waiter};

/// What a task waits on.
pub(crate) struct Committed(oneshot::Receiver<Result<(), Error>>);

/// A waiter and its end.
pub(crate) fn pair() -> (Waiter, Committed) {
    let (tell, told) = oneshot::channel();
    // Nobody listens any more where the caller has gone: what was written stays written.
    let waiter: Waiter = Box::new(move |result| drop(tell.send(result)));
    (waiter, Committed(told))
}

impl Committed {
    /// Waits until it is on disk, or will not be.
    pub(crate) async fn wait(self) -> Result<(), Error> {
        let lost = |_| {
            let message =
                "it is not known whether the write reached the disk; repeat with the same ids";
            Error::new(ErrorKind::Indeterminate, "STORAGE_INDETERMINATE", message)
        };
        self.0.await.map_err(lost)?
    }
}
