//! A connection that knows when it is of no more use.
//!
//! tonic closes no silent connection by itself (F12 of the reliability notes): one that opens and
//! says nothing, sends half a header, or was forgotten by its caller would stay. This wrapper looks
//! at what the door says of calls, every few seconds, and ends a connection that made no call in
//! time, or has made none for long.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Sleep;
use tonic::transport::server::Connected;

use super::gathered::Gathered;
use crate::grpc::Activity;

/// How long a connection may be silent.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From its opening until its first call.
    pub first_call: Duration,
    /// Between two calls.
    pub idle: Duration,
}

/// An accepted connection.
pub struct Connection {
    stream: Gathered<TcpStream>,
    activity: Activity,
    silence: Silence,
    /// Its place among the connections allowed.
    _place: OwnedSemaphorePermit,
}

impl Connection {
    /// Wraps an accepted stream.
    pub fn new(stream: TcpStream, patience: Patience, place: OwnedSemaphorePermit) -> Self {
        Self {
            stream: Gathered::new(stream),
            activity: Activity::default(),
            silence: Silence::new(patience),
            _place: place,
        }
    }
}

/// How long nothing was called.
struct Silence {
    patience: Patience,
    /// How often is looked.
    step: Duration,
    sleep: Pin<Box<Sleep>>,
    so_far: Duration,
    /// Calls that had begun when last looked.
    begun: u64,
}

impl Silence {
    #[expect(clippy::disallowed_methods, reason = "a connection ends itself; no task waits here")]
    fn new(patience: Patience) -> Self {
        let step = (patience.first_call.min(patience.idle) / 4)
            .clamp(Duration::from_millis(5), Duration::from_secs(5));
        Self {
            patience,
            step,
            sleep: Box::pin(tokio::time::sleep(step)),
            so_far: Duration::ZERO,
            begun: 0,
        }
    }

    /// Has it lasted too long? Looks only when it is time to.
    fn is_over(&mut self, cx: &mut Context<'_>, activity: &Activity) -> bool {
        while self.sleep.as_mut().poll(cx).is_ready() {
            let begun = activity.begun();
            self.so_far = if activity.is_busy() || begun != self.begun {
                Duration::ZERO
            } else {
                self.so_far + self.step
            };
            self.begun = begun;
            let limit = if begun == 0 { self.patience.first_call } else { self.patience.idle };
            if self.so_far >= limit {
                return true;
            }
            let next = self.sleep.deadline() + self.step;
            self.sleep.as_mut().reset(next);
        }
        false
    }
}

impl Connected for Connection {
    type ConnectInfo = Activity;

    fn connect_info(&self) -> Activity {
        self.activity.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        match Pin::new(&mut this.stream).poll_read(cx, buffer) {
            Poll::Pending if this.silence.is_over(cx, &this.activity) => {
                metrics::counter!(super::SILENT_CONNECTIONS).increment(1);
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            polled => polled,
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;
    use tokio::sync::Semaphore;

    use super::*;
    use crate::sys::clock::Stopwatch;

    const PATIENCE: Patience =
        Patience { first_call: Duration::from_millis(80), idle: Duration::from_millis(160) };

    async fn open() -> (Connection, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let place = Arc::new(Semaphore::new(1)).acquire_owned().await.unwrap();
        (Connection::new(listener.accept().await.unwrap().0, PATIENCE, place), client)
    }

    async fn lasted(connection: &mut Connection) -> Duration {
        let watch = Stopwatch::start();
        let error = connection.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        watch.elapsed()
    }

    #[tokio::test]
    async fn a_connection_without_a_call_ends_in_time() {
        let (mut connection, _client) = open().await;
        let lasted = lasted(&mut connection).await;
        assert!(lasted >= PATIENCE.first_call && lasted < Duration::from_secs(5), "{lasted:?}");
    }

    #[tokio::test]
    async fn a_running_call_keeps_it_and_an_old_one_does_not() {
        let (mut connection, _client) = open().await;
        let busy = connection.activity.begin();
        let waited = tokio::time::timeout(Duration::from_millis(400), connection.read_u8()).await;
        assert!(waited.is_err(), "busy, so it stays");
        drop(busy);
        let lasted = lasted(&mut connection).await;
        assert!(
            lasted >= PATIENCE.idle - Duration::from_millis(40) && lasted < Duration::from_secs(5),
            "{lasted:?}"
        );
    }
}
