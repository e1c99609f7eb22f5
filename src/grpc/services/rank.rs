//! `RankService`.

use std::sync::Arc;

use tonic::{Request, Response, Status, async_trait};

use crate::api::v1;
use crate::api::v1::rank_service_server::RankService;
use crate::engine::RankFate;
use crate::grpc::from_proto::rank as read;
use crate::grpc::to_proto::rank as write;

use super::{Edge, committed, enter};

/// Ranks over gRPC.
#[derive(Clone)]
pub(crate) struct Ranks {
    edge: Arc<Edge>,
}

impl Ranks {
    /// Ranks of an edge.
    pub(crate) fn new(edge: Arc<Edge>) -> Self {
        Self { edge }
    }
}

#[async_trait]
impl RankService for Ranks {
    async fn rank(
        &self,
        request: Request<v1::RankRequest>,
    ) -> Result<Response<v1::RankResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let question = read::rank(wire)?;
        let ranked = self.edge.ask(&caller, move |engine, scope| engine.rank(scope, question));
        Ok(Response::new(write::ranked(ranked.await?)))
    }

    async fn reward_rank(
        &self,
        request: Request<v1::RewardRankRequest>,
    ) -> Result<Response<v1::RewardRankResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let (event, value) = read::reward(wire)?;
        let (waiter, written) = committed::pair();
        let fate = self
            .edge
            .ask(&caller, move |engine, scope| engine.reward_rank(scope, &event, value, waiter));
        let counted = fate.await? == RankFate::Counted;
        written.wait().await?;
        Ok(Response::new(v1::RewardRankResponse { counted }))
    }

    async fn activate_rank(
        &self,
        request: Request<v1::ActivateRankRequest>,
    ) -> Result<Response<v1::ActivateRankResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let event = read::activate(wire)?;
        let (waiter, written) = committed::pair();
        let fate = self
            .edge
            .ask(&caller, move |engine, scope| engine.activate_rank(scope, &event, waiter));
        let counted = fate.await? == RankFate::Counted;
        written.wait().await?;
        Ok(Response::new(v1::ActivateRankResponse { counted }))
    }
}
