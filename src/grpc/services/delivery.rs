//! `DeliveryService`. Its streams are in [`super::outbox_stream`].

use std::sync::Arc;

use tonic::{Code, Request, Response, Status, Streaming, async_trait};

use crate::api::v1;
use crate::api::v1::delivery_service_server::DeliveryService;
use crate::engine::delivery::{Acknowledged, Acknowledgement};
use crate::grpc::from_proto::delivery as read;
use crate::grpc::layers::door::{Caller, of_message};
use crate::grpc::names;
use crate::grpc::problems::Problems;
use crate::grpc::status;
use crate::grpc::to_proto::delivery as write;
use crate::grpc::to_proto::values;

use super::outbox_stream::{self, Read, Streamed};
use super::{Edge, committed, enter, enter_stream};

/// The outbox over gRPC.
#[derive(Clone)]
pub(crate) struct Deliveries {
    edge: Arc<Edge>,
}

impl Deliveries {
    /// The outbox of an edge.
    pub(crate) fn new(edge: Arc<Edge>) -> Self {
        Self { edge }
    }
}

/// Takes acknowledgements, and waits for the disk. For each: was there such a message?
pub(super) async fn acknowledge(
    edge: &Edge,
    caller: &Caller,
    deadline: crate::sys::clock::Deadline,
    said: Vec<Acknowledgement>,
) -> Result<Vec<bool>, Status> {
    let (engine, scope) = (Arc::clone(&edge.engine), Arc::clone(&caller.scope));
    let (waiter, done) = committed::pair();
    let work = move || engine.acknowledge(&scope, &said, waiter);
    let came = edge.blocking.run(deadline, work).await??;
    done.wait().await?;
    Ok(came.into_iter().map(|came| came == Acknowledged::Taken).collect())
}

#[async_trait]
impl DeliveryService for Deliveries {
    type ReadOutboxStream = Read;

    async fn read_outbox(
        &self,
        request: Request<v1::ReadOutboxRequest>,
    ) -> Result<Response<Read>, Status> {
        let (caller, wire) = enter(request)?;
        let wanted = read::read(&caller.scope, &wire.parent, wire.filter)?;
        outbox_stream::read(&self.edge, caller, wanted).map(Response::new)
    }

    type StreamOutboxStream = Streamed;

    async fn stream_outbox(
        &self,
        request: Request<Streaming<v1::StreamOutboxRequest>>,
    ) -> Result<Response<Streamed>, Status> {
        let (caller, mut inbound) = enter_stream(request)?;
        let Some(first) = inbound.message().await.map_err(of_message)? else {
            let text = "the stream ended before its first message, which says what is wanted";
            return Err(status::build(Code::InvalidArgument, text, "INVALID_ARGUMENT", &[]));
        };
        let wanted = read::read(&caller.scope, &first.parent, first.filter)?;
        let rest = v1::StreamOutboxRequest {
            acknowledgements: first.acknowledgements,
            ..Default::default()
        };
        let said = read::next(rest)?;
        outbox_stream::stream(&self.edge, caller, wanted, (said, inbound)).map(Response::new)
    }

    async fn acknowledge_messages(
        &self,
        request: Request<v1::AcknowledgeMessagesRequest>,
    ) -> Result<Response<v1::AcknowledgeMessagesResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let said = read::acknowledge(&caller.scope, wire)?;
        let offsets: Vec<u64> = said.iter().map(|one| one.offset).collect();
        let taken = acknowledge(&self.edge, &caller, caller.deadline, said).await?;
        let unknown = offsets.iter().zip(&taken).filter(|(_, taken)| !**taken);
        Ok(Response::new(v1::AcknowledgeMessagesResponse {
            acknowledged_count: values::count(taken.iter().filter(|taken| **taken).count()),
            unknown_offsets: unknown.map(|(offset, _)| *offset).collect(),
        }))
    }

    async fn get_outbox_status(
        &self,
        request: Request<v1::GetOutboxStatusRequest>,
    ) -> Result<Response<v1::GetOutboxStatusResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let mut problems = Problems::new();
        names::brand(&mut problems, &caller.scope, "parent", &wire.parent);
        problems.finish(Some(()))?;
        let status = self.edge.engine.outbox_status(&caller.scope)?;
        Ok(Response::new(write::status(status)))
    }
}
