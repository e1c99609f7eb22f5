//! A stream that gathers what HTTP/2 writes, so that one system call takes what belongs together.
//!
//! An answer is a head, a message and a trailer. The protocol's library (h2) writes and flushes a
//! message before it takes up the frame behind it, which costs both sides a second system call for the
//! ten bytes of a trailer. It writes a message's frame in two slices or more, anything else in one, and
//! flushes again before it lets go of the connection. So the flush behind a message is passed over
//! here, and the next one, or the next read, takes everything along.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Most that is gathered, in bytes. What is longer goes out at once.
const GATHERED_MAX: usize = 32 << 10;
/// Room kept for the next answers, in bytes.
const KEPT_MAX: usize = 16 << 10;
/// How HTTP/2 begins where it is not inside of TLS.
const PREFACE: &[u8] = b"PRI";

/// What is spoken on a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speech {
    /// Nothing was said yet.
    Unknown,
    /// Writes are gathered.
    Http2,
    /// Anything else: every write and flush is passed on as it comes.
    Other,
}

/// A stream whose writes are gathered.
pub(super) struct Gathered<S> {
    stream: S,
    speech: Speech,
    bytes: Vec<u8>,
    /// How many of them have left.
    left: usize,
    /// Was a message written last, so that its trailer may follow at once?
    awaits_trailer: bool,
}

impl<S> Gathered<S> {
    /// Gathers what is written to a stream.
    pub(super) fn new(stream: S) -> Self {
        let (speech, bytes) = (Speech::Unknown, Vec::new());
        Self { stream, speech, bytes, left: 0, awaits_trailer: false }
    }
}

impl<S: AsyncWrite + Unpin> Gathered<S> {
    /// Writes everything that was gathered.
    fn write_out(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.bytes.get(self.left..).filter(|rest| !rest.is_empty()) {
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, rest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.left += written;
        }
        self.left = 0;
        self.bytes.clear();
        self.bytes.shrink_to(KEPT_MAX);
        Poll::Ready(Ok(()))
    }

    /// Are so many bytes more to be gathered? Makes room for them.
    fn gathers(&mut self, cx: &mut Context<'_>, bytes: usize) -> Poll<io::Result<bool>> {
        self.awaits_trailer = false;
        if self.bytes.len() + bytes > GATHERED_MAX {
            ready!(self.write_out(cx))?;
        }
        Poll::Ready(Ok(self.speech == Speech::Http2 && bytes <= GATHERED_MAX))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Gathered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // Who reads has answered what there was to answer.
        if let Poll::Ready(Err(error)) = self.write_out(cx) {
            return Poll::Ready(Err(error));
        }
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if self.speech == Speech::Unknown && polled.is_ready() {
            let begins = buffer.filled().get(before..).is_some_and(|b| b.starts_with(PREFACE));
            self.speech = if begins { Speech::Http2 } else { Speech::Other };
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gathered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if !ready!(self.gathers(cx, bytes.len()))? {
            return Pin::new(&mut self.stream).poll_write(cx, bytes);
        }
        self.bytes.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let bytes = slices.iter().map(|slice| slice.len()).sum();
        if !ready!(self.gathers(cx, bytes))? {
            return Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        }
        slices.iter().for_each(|slice| self.bytes.extend_from_slice(slice));
        self.awaits_trailer = slices.iter().filter(|slice| !slice.is_empty()).count() > 1;
        Poll::Ready(Ok(bytes))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if std::mem::take(&mut self.awaits_trailer) {
            return Poll::Ready(Ok(()));
        }
        ready!(self.write_out(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.write_out(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::{Ready, poll_fn, ready};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use proptest::prelude::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::net::{TcpListener, TcpStream};
    use tokio_stream::StreamExt;
    use tonic::body::Body;
    use tonic::codegen::{BoxFuture, Service, http};
    use tonic::server::{Grpc, NamedService, UnaryService};
    use tonic::transport::server::Connected;
    use tonic::transport::{Channel, Server};
    use tonic_prost::ProstCodec;

    use super::*;
    use crate::api::v1::DecideOffersRequest as Parcel;

    /// A stream that takes at most so many bytes a write, and counts writes.
    struct Counting<S> {
        stream: S,
        most: usize,
        writes: Arc<AtomicUsize>,
    }

    impl<S: AsyncRead + Unpin> AsyncRead for Counting<S> {
        fn poll_read(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Pin::new(&mut self.stream).poll_read(cx, buffer)
        }
    }

    impl<S: AsyncWrite + Unpin> AsyncWrite for Counting<S> {
        fn poll_write(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.writes.fetch_add(1, Ordering::Relaxed);
            let most = self.most.min(bytes.len());
            Pin::new(&mut self.stream).poll_write(cx, &bytes[..most])
        }

        fn poll_write_vectored(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            slices: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            self.writes.fetch_add(1, Ordering::Relaxed);
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

    impl Connected for Gathered<Counting<TcpStream>> {
        type ConnectInfo = ();

        fn connect_info(&self) {}
    }

    type Ours = Gathered<Counting<DuplexStream>>;

    /// Both ends of a stream on which the other side has spoken first.
    async fn pair(said: &str, room: usize, most: usize) -> (Ours, DuplexStream) {
        let (stream, mut other) = duplex(room);
        let mut ours = Gathered::new(Counting { stream, most, writes: Arc::default() });
        other.write_all(said.as_bytes()).await.unwrap();
        let mut heard = vec![0; said.len()];
        ours.read_exact(&mut heard).await.unwrap();
        (ours, other)
    }

    const HTTP2: &str = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    fn writes(stream: &Ours) -> usize {
        stream.stream.writes.load(Ordering::Relaxed)
    }

    async fn flush(stream: &mut Ours) {
        poll_fn(|cx| Pin::new(&mut *stream).poll_flush(cx)).await.unwrap();
    }

    /// As h2 does: the frame of a message in two slices, all else in one.
    async fn answer(stream: &mut Ours, trailer: &[u8]) {
        let parts = [IoSlice::new(b"head and "), IoSlice::new(b"message")];
        assert_eq!(stream.write_vectored(&parts).await.unwrap(), 16);
        flush(stream).await;
        if !trailer.is_empty() {
            stream.write_all(trailer).await.unwrap();
        }
        flush(stream).await;
    }

    #[tokio::test]
    async fn a_message_and_its_trailer_leave_together() {
        let (mut stream, mut other) = pair(HTTP2, 1 << 20, usize::MAX).await;
        answer(&mut stream, b" and trailer").await;
        assert_eq!(writes(&stream), 1);
        let mut got = [0; 28];
        other.read_exact(&mut got).await.unwrap();
        assert_eq!(&got, b"head and message and trailer");
    }

    /// A stream of messages has no trailer yet: the second flush, or a read, sends the message.
    #[tokio::test]
    async fn a_message_alone_does_not_wait_for_a_trailer() {
        let (mut stream, mut other) = pair(HTTP2, 1 << 20, usize::MAX).await;
        answer(&mut stream, b"").await;
        assert_eq!(writes(&stream), 1);
        other.read_exact(&mut [0; 16]).await.unwrap();

        let parts = [IoSlice::new(b"me"), IoSlice::new(b"re")];
        assert_eq!(stream.write_vectored(&parts).await.unwrap(), 4);
        poll_fn(|cx| {
            let polled = Pin::new(&mut stream).poll_read(cx, &mut ReadBuf::new(&mut [0; 1]));
            assert!(polled.is_pending());
            Poll::Ready(())
        })
        .await;
        other.read_exact(&mut [0; 4]).await.unwrap();
    }

    #[tokio::test]
    async fn what_is_not_http2_is_passed_on_as_it_comes() {
        for said in ["GET / HTTP/1.1\r\n", "\x16\x03\x01", "P"] {
            let (mut stream, mut other) = pair(said, 1 << 20, usize::MAX).await;
            let parts = [IoSlice::new(b"head and "), IoSlice::new(b"message")];
            let written = stream.write_vectored(&parts).await.unwrap();
            flush(&mut stream).await;
            other.read_exact(&mut vec![0; written]).await.unwrap();
            assert!(stream.bytes.is_empty());
        }
    }

    #[tokio::test]
    async fn nothing_more_is_taken_while_the_other_side_is_slow() {
        let (mut stream, _other) = pair(HTTP2, 1_000, usize::MAX).await;
        let writing = async {
            loop {
                stream.write_all(&[1; 200]).await.unwrap();
            }
        };
        assert!(tokio::time::timeout(Duration::from_millis(50), writing).await.is_err());
        let taken = stream.bytes.len();
        assert!((GATHERED_MAX - 200..=GATHERED_MAX).contains(&taken), "{taken}");
    }

    proptest! {
        /// However it is written, flushed and taken, the same bytes arrive in their order.
        #[test]
        fn the_same_bytes_arrive(
            steps in prop::collection::vec((0..3_u8, 0..50_000_usize), 1..30),
            (is_http2, most) in (any::<bool>(), 1..5_000_usize),
        ) {
            let said = if is_http2 { HTTP2 } else { "GET / HTTP/1.1" };
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let (mut stream, mut other) = pair(said, 3_000, most).await;
                let mut sent = Vec::new();
                let writer = async {
                    for (step, length) in steps {
                        let part: Vec<u8> = (0..length).map(|n| (n + sent.len()) as u8).collect();
                        let (a, b) = part.split_at(length / 3);
                        let written = match step {
                            0 => stream.flush().await.map(|()| 0),
                            1 => stream.write_vectored(&[IoSlice::new(a), IoSlice::new(b)]).await,
                            _ => stream.write(&part).await,
                        };
                        sent.extend_from_slice(&part[..written.unwrap()]);
                    }
                    stream.shutdown().await.unwrap();
                    sent
                };
                let mut got = Vec::new();
                let (sent, read) = tokio::join!(writer, other.read_to_end(&mut got));
                read.unwrap();
                assert!(got == sent);
            });
        }
    }

    /// Answers with what it was asked.
    #[derive(Clone)]
    struct Echo;

    impl UnaryService<Parcel> for Echo {
        type Response = Parcel;
        type Future = Ready<Result<tonic::Response<Parcel>, tonic::Status>>;

        fn call(&mut self, request: tonic::Request<Parcel>) -> Self::Future {
            ready(Ok(tonic::Response::new(request.into_inner())))
        }
    }

    impl NamedService for Echo {
        const NAME: &'static str = "test.Echo";
    }

    impl Service<http::Request<Body>> for Echo {
        type Response = http::Response<Body>;
        type Error = Infallible;
        type Future = BoxFuture<Self::Response, Infallible>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: http::Request<Body>) -> Self::Future {
            let codec = ProstCodec::<Parcel, Parcel>::default();
            Box::pin(async { Ok(Grpc::new(codec).unary(Self, request).await) })
        }
    }

    /// Real gRPC: one write for each answer, of whatever length. Fails where the library comes to
    /// write or flush in another order.
    #[tokio::test]
    async fn an_answer_is_one_write() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let counted: Arc<AtomicUsize> = Arc::default();
        let writes = Arc::clone(&counted);
        let serving = async {
            let stream = listener.accept().await.unwrap().0;
            let stream = Gathered::new(Counting { stream, most: usize::MAX, writes });
            let incoming =
                tokio_stream::once(Ok::<_, io::Error>(stream)).chain(tokio_stream::pending());
            Server::builder().add_service(Echo).serve_with_incoming(incoming).await.unwrap();
        };
        tokio::select! {
            () = serving => panic!("served until the calls were made"),
            () = calls(address, &counted) => {}
        }
    }

    async fn calls(address: String, counted: &AtomicUsize) {
        const CALLS: usize = 50;
        let channel = Channel::from_shared(address).unwrap().connect().await.unwrap();
        let mut client = tonic::client::Grpc::new(channel);
        for length in [0, 200, 300, 1_500, 10_000] {
            let parcel = Parcel { property: "x".repeat(length), ..Parcel::default() };
            let before = counted.load(Ordering::Relaxed);
            for _ in 0..CALLS {
                client.ready().await.unwrap();
                let path = http::uri::PathAndQuery::from_static("/test.Echo/Call");
                let codec = ProstCodec::<Parcel, Parcel>::default();
                let answer = client.unary(tonic::Request::new(parcel.clone()), path, codec).await;
                assert_eq!(answer.unwrap().into_inner(), parcel);
            }
            let written = counted.load(Ordering::Relaxed) - before;
            // And what keeps the connection alive.
            assert!((CALLS..CALLS + 10).contains(&written), "{length}: {written}");
        }
    }
}
