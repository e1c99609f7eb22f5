//! `ModelService`.

use std::sync::Arc;

use tonic::{Request, Response, Status, async_trait};

use crate::api::v1;
use crate::api::v1::model_service_server::ModelService;
use crate::engine::Engine;
use crate::grpc::from_proto::model as read;
use crate::grpc::to_proto::model as write;

use super::{Edge, enter};

/// Models over gRPC.
#[derive(Clone)]
pub(crate) struct Models {
    edge: Arc<Edge>,
}

impl Models {
    /// Models of an edge.
    pub(crate) fn new(edge: Arc<Edge>) -> Self {
        Self { edge }
    }
}

#[async_trait]
impl ModelService for Models {
    async fn shadow_model(
        &self,
        request: Request<v1::ShadowModelRequest>,
    ) -> Result<Response<v1::ShadowModelResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                let model = read::model(&caller.scope, wire)?;
                let models =
                    desk.edge.ask(&caller, move |engine, scope| engine.shadow_model(scope, &model));
                let shadow = models.await?.shadow.map(|(facts, _)| write::model(&facts));
                Ok(v1::ShadowModelResponse { shadow })
            })
            .await
    }

    async fn publish_model(
        &self,
        request: Request<v1::PublishModelRequest>,
    ) -> Result<Response<v1::PublishModelResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                read::parent(&caller.scope, &wire.parent)?;
                let version = desk.edge.ask(&caller, Engine::publish_model).await?.version;
                Ok(v1::PublishModelResponse { catalog_version: version })
            })
            .await
    }

    async fn roll_back_model(
        &self,
        request: Request<v1::RollBackModelRequest>,
    ) -> Result<Response<v1::RollBackModelResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                read::parent(&caller.scope, &wire.parent)?;
                let version = desk.edge.ask(&caller, Engine::roll_back_model).await?.version;
                Ok(v1::RollBackModelResponse { catalog_version: version })
            })
            .await
    }

    async fn get_models(
        &self,
        request: Request<v1::GetModelsRequest>,
    ) -> Result<Response<v1::GetModelsResponse>, Status> {
        let (caller, wire) = enter(request)?;
        read::parent(&caller.scope, &wire.parent)?;
        let models = self.edge.ask(&caller, Engine::models).await?;
        Ok(Response::new(write::models(&models)))
    }
}
