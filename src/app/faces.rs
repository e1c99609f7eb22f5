//! The faces of the service: how the gateway is wired to the door of gRPC. The two are siblings and
//! do not know each other; what one needs of the other is handed over here.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Request;
use http_body::Frame;
use tonic::Status;
use tonic::body::Body;
use tonic_web::GrpcWebLayer;
use tower::{Layer, Service};

use crate::gateway::{Gateway, GatewayOptions, JsonBody, Pending, Unreadable, Wiring};
use crate::grpc::{self, Dispatch, Door};

/// The door behind its gateway.
pub(super) type Faces = Gateway<Door<Dispatch>, Body>;

/// Puts the gateway before the door.
pub(super) fn faces(door: Door<Dispatch>, options: &GatewayOptions) -> Faces {
    let wiring =
        Wiring { body: |body| Body::new(Json(body)), web, bytes_max: grpc::request_bytes_max };
    Gateway::new(door, wiring, options)
}

fn web(door: Door<Dispatch>, request: Request<Body>) -> Pending<Body> {
    let mut web = GrpcWebLayer::new().layer(door);
    Box::pin(web.call(request))
}

/// A body in JSON, whose failures are statuses of gRPC.
struct Json(JsonBody<Body>);

impl http_body::Body for Json {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        Pin::new(&mut self.0).poll_frame(cx).map_err(|error| match error {
            Unreadable::Invalid(invalid) => grpc::unreadable(invalid),
            Unreadable::Long(bytes_max) => grpc::too_long(bytes_max),
            Unreadable::Broken(status) => status,
        })
    }
}
