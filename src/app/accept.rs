//! Taking connections: so many, and calmly where the process has no descriptors left (F11 of the
//! reliability notes: tonic's own loop would spin).

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::Sleep;
use tokio_stream::Stream;

use super::connection::{Connection, Patience};

/// How long nothing is taken after the machine refused a connection.
const PAUSE: Duration = Duration::from_millis(250);
/// The refusal is logged once in so many.
const LOG_EVERY: u32 = 4;
/// Connections turned away in one go before others get their turn.
const TURNED_AWAY_MAX: u32 = 64;

/// Connections as they come.
pub struct Connections {
    listener: TcpListener,
    room: Arc<Semaphore>,
    patience: Patience,
    /// Runs while nothing is taken.
    pause: Option<Pin<Box<Sleep>>>,
    refusals: u32,
}

impl Connections {
    /// Those of a listener, as many at once as there is room for.
    pub fn new(listener: TcpListener, room: Arc<Semaphore>, patience: Patience) -> Self {
        Self { listener, room, patience, pause: None, refusals: 0 }
    }

    /// The machine gave no connection.
    #[expect(
        clippy::disallowed_methods,
        reason = "polled beside the listener: a shutdown drops both"
    )]
    fn refused(&mut self, error: &io::Error) {
        metrics::counter!(super::ACCEPT_ERRORS).increment(1);
        if self.refusals.is_multiple_of(LOG_EVERY) {
            tracing::error!(%error, "no connections can be taken: raise the limit of open files, or lower max_connections");
        }
        self.refusals = self.refusals.wrapping_add(1);
        self.pause = Some(Box::pin(tokio::time::sleep(PAUSE)));
    }
}

/// Errors of one connection, which say nothing about the next.
fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind as K;
    matches!(
        error.kind(),
        K::ConnectionAborted | K::ConnectionReset | K::ConnectionRefused | K::Interrupted
    )
}

impl Stream for Connections {
    type Item = Result<Connection, io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        for _ in 0..TURNED_AWAY_MAX {
            if let Some(pause) = self.pause.as_mut() {
                ready!(pause.as_mut().poll(cx));
                self.pause = None;
            }
            match ready!(self.listener.poll_accept(cx)) {
                Ok((stream, _)) => {
                    self.refusals = 0;
                    let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
                        // Closed by being dropped: the caller learns at once, and tries elsewhere.
                        metrics::counter!(super::CONNECTIONS_TURNED_AWAY).increment(1);
                        continue;
                    };
                    // Small frames should leave at once; where it cannot be set, they leave a little later.
                    let _ = stream.set_nodelay(true);
                    return Poll::Ready(Some(Ok(Connection::new(stream, self.patience, place))));
                }
                Err(error) if is_of_the_connection(&error) => {}
                Err(error) => self.refused(&error),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpStream;
    use tokio_stream::StreamExt;

    use super::*;

    #[tokio::test]
    async fn one_connection_too_many_is_closed_at_once_and_room_comes_back() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let room = Arc::new(Semaphore::new(1));
        let patience =
            Patience { first_call: Duration::from_secs(60), idle: Duration::from_secs(60) };
        let mut connections = Connections::new(listener, Arc::clone(&room), patience);

        let _first = TcpStream::connect(address).await.unwrap();
        let taken = connections.next().await.unwrap().unwrap();
        let mut second = TcpStream::connect(address).await.unwrap();
        let third = async {
            let end = second.read(&mut [0; 1]).await;
            assert!(matches!(end, Ok(0) | Err(_)), "closed");
            drop(taken);
            TcpStream::connect(address).await.unwrap()
        };
        let (connection, _third) = tokio::join!(connections.next(), third);
        let connection = connection.unwrap().unwrap();
        assert_eq!(room.available_permits(), 0);
        drop(connection);
        assert_eq!(room.available_permits(), 1);
    }
}
