//! A bare echo: what gRPC itself costs on this machine.
//!
//! One unary method of a prost message with one field of bytes, on tonic as it comes. The server is
//! this program once more, as a process of its own.

use std::convert::Infallible;
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::pin::Pin;
use std::process::{Command, Stdio};
use std::task::{Context, Poll};

use bytes::Bytes;
use prost::Message;
use tonic::body::Body;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use crate::process::Kept;
use crate::{Outcome, report};

/// The method.
pub(crate) const PATH: &str = "/bench.Echo/Call";
/// What the server says when it is ready, before its address.
const LISTENING: &str = "listening ";

/// The message, both ways.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Parcel {
    /// Anything.
    #[prost(bytes = "bytes", tag = "1")]
    pub(crate) body: Bytes,
}

impl Parcel {
    /// A message of so many bytes when encoded, give or take one where the length of the length
    /// jumps.
    pub(crate) fn of_encoded_len(bytes: usize) -> Self {
        let mut parcel = Self { body: Bytes::from(vec![0x2A; bytes]) };
        let excess = parcel.encoded_len() - bytes;
        parcel.body.truncate(bytes.saturating_sub(excess));
        parcel
    }
}

#[derive(Clone)]
struct Echo {
    answer: Parcel,
}

impl UnaryService<Parcel> for Echo {
    type Response = Parcel;
    type Future = std::future::Ready<Result<Response<Parcel>, Status>>;

    fn call(&mut self, _: Request<Parcel>) -> Self::Future {
        std::future::ready(Ok(Response::new(self.answer.clone())))
    }
}

impl NamedService for Echo {
    const NAME: &'static str = "bench.Echo";
}

impl tower::Service<http::Request<Body>> for Echo {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let method = self.clone();
        Box::pin(async move {
            let mut grpc = Grpc::new(tonic_prost::ProstCodec::<Parcel, Parcel>::default());
            Ok(grpc.unary(method, request).await)
        })
    }
}

/// Serves until it is ended: what `summary echo BYTES` does. Every answer has so many bytes.
pub(crate) fn serve(answer_bytes: &str) -> Outcome {
    let echo = Echo { answer: Parcel::of_encoded_len(answer_bytes.parse()?) };
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let incoming =
            TcpIncoming::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?.with_nodelay(Some(true));
        report::line(&format!("{LISTENING}http://{}", incoming.local_addr()?));
        Server::builder().add_service(echo).serve_with_incoming(incoming).await?;
        Ok(())
    })
}

/// Starts a server. Its address, and the process.
pub(crate) fn start(answer_bytes: usize) -> Result<(Kept, String), Box<dyn std::error::Error>> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["echo", &answer_bytes.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map(Kept)?;
    let mut said = String::new();
    if let Some(output) = child.0.stdout.take() {
        BufReader::new(output).read_line(&mut said)?;
    }
    let address = said.trim().strip_prefix(LISTENING).ok_or("the echo did not come up")?.to_owned();
    Ok((child, address))
}
