//! `AdminService`.

use std::sync::Arc;

use tonic::{Request, Response, Status, async_trait};

use crate::api::v1;
use crate::api::v1::admin_service_server::AdminService;
use crate::engine::{BrandStatus, Engine};
use crate::grpc::from_proto::{admin as read, enums};
use crate::grpc::names;
use crate::grpc::to_proto::values;

use super::{Edge, enter};

/// Bytes of a page of memory, as the kernel counts them on the machines we run on.
const PAGE_BYTES: i64 = 4_096;

/// The server itself over gRPC.
#[derive(Clone)]
pub(crate) struct Admin {
    edge: Arc<Edge>,
}

impl Admin {
    /// The server of an edge.
    pub(crate) fn new(edge: Arc<Edge>) -> Self {
        Self { edge }
    }
}

/// Bytes of memory the process uses; 0 where the machine does not say.
fn process_bytes() -> i64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split(' ').nth(1).and_then(|resident| resident.parse::<i64>().ok()).unwrap_or(0)
        * PAGE_BYTES
}

fn brand(name: String, status: &BrandStatus) -> v1::BrandStatus {
    let checkpoint = status.checkpoint_sequence;
    v1::BrandStatus {
        brand: name,
        catalog_version: status.catalog_version,
        catalog_publish_time: values::moment_known(status.catalog_published),
        learner_sequence: status.learner_sequence,
        learning_mode: status.mode.map_or(0, enums::learning_mode),
        checkpoint_id: if checkpoint > 0 { checkpoint.to_string() } else { String::new() },
        checkpoint_sequence: checkpoint,
        ..Default::default()
    }
}

#[async_trait]
impl AdminService for Admin {
    async fn get_server_status(
        &self,
        request: Request<v1::GetServerStatusRequest>,
    ) -> Result<Response<v1::GetServerStatusResponse>, Status> {
        let (caller, _) = enter(request)?;
        let (engine, scope) = (Arc::clone(&self.edge.engine), Arc::clone(&caller.scope));
        let work = move || engine.status(&scope).map(|status| (status, process_bytes()));
        let (status, process_bytes) = self.edge.blocking.run(caller.deadline, work).await??;
        let server = &self.edge.server;
        let is_draining = self.edge.shutdown.has_begun();
        let state =
            if is_draining { v1::ServingState::Draining } else { v1::ServingState::Serving };
        let interval = server.durability_interval;
        let durability = if interval.is_some() {
            v1::DurabilityMode::Interval
        } else {
            v1::DurabilityMode::Always
        };
        Ok(Response::new(v1::GetServerStatusResponse {
            server_version: server.version.to_owned(),
            serving_state: state.into(),
            start_time: Some(values::moment(server.started)),
            uptime: Some(values::duration(server.uptime.elapsed())),
            current_time: Some(values::moment(status.now)),
            committed_sequence: status.committed,
            learner_sequence: status.brand.learner_sequence,
            durability_mode: durability.into(),
            durability_interval: interval.map(values::duration),
            resident_guest_count: values::long(status.resident_guests),
            resident_bytes: values::long(status.resident_bytes),
            resident_bytes_limit: values::long(status.resident_bytes_max),
            process_resident_bytes: process_bytes,
            brands: vec![brand(names::write_brand(&caller.scope), &status.brand)],
            ..Default::default()
        }))
    }

    async fn create_model_checkpoint(
        &self,
        request: Request<v1::CreateModelCheckpointRequest>,
    ) -> Result<Response<v1::CreateModelCheckpointResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                read::checkpoint(&caller.scope, &wire)?;
                let (engine, scope) = (Arc::clone(&desk.edge.engine), Arc::clone(&caller.scope));
                let (sequence, bytes) = desk
                    .edge
                    .blocking
                    .run(caller.deadline, move || engine.checkpoint(&scope))
                    .await??;
                Ok(v1::CreateModelCheckpointResponse {
                    checkpoint_id: sequence.to_string(),
                    sequence,
                    size_bytes: values::long(bytes),
                    create_time: Some(values::moment(desk.edge.clock.now())),
                    ..Default::default()
                })
            })
            .await
    }

    async fn set_learning_mode(
        &self,
        request: Request<v1::SetLearningModeRequest>,
    ) -> Result<Response<v1::SetLearningModeResponse>, Status> {
        let desk = self.clone();
        self.edge.once(request, |caller, wire| async move {
            let why = wire.description.clone();
            let mode = read::mode(&caller.scope, wire)?;
            tracing::info!(brand = %caller.scope.brand, credential = %caller.scope.credential, ?mode, why, "learning mode set");
            let (engine, scope) = (Arc::clone(&desk.edge.engine), Arc::clone(&caller.scope));
            let set = move || {
                engine.set_mode(&scope, mode).map(|before| (before, Engine::committed(&engine)))
            };
            let (before, sequence) = desk.edge.blocking.run(caller.deadline, set).await??;
            Ok(v1::SetLearningModeResponse {
                previous_learning_mode: before.map_or(0, enums::learning_mode),
                learning_mode: mode.map_or(0, enums::learning_mode),
                sequence,
            })
        }).await
    }

    async fn mint_guest_token(
        &self,
        request: Request<v1::MintGuestTokenRequest>,
    ) -> Result<Response<v1::MintGuestTokenResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let minting = read::mint(&caller.scope, wire)?;
        let guest = names::write(&caller.scope, "guests", minting.guest.as_str());
        let minted = self.edge.engine.mint_guest_token(&caller.scope, minting)?;
        let expire_time = Some(values::moment(minted.expires));
        Ok(Response::new(v1::MintGuestTokenResponse { token: minted.token, expire_time, guest }))
    }
}
