//! `InsightService`.

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;
use tonic::{Request, Response, Status, async_trait};

use crate::api::v1;
use crate::api::v1::insight_service_server::InsightService;
use crate::grpc::from_proto::insight as read;
use crate::grpc::status;
use crate::grpc::to_proto::insight as write;

use super::{Edge, enter};

/// Reports over gRPC, one at a time.
#[derive(Clone)]
pub(crate) struct Insights {
    edge: Arc<Edge>,
}

impl Insights {
    /// Reports of an edge.
    pub(crate) fn new(edge: Arc<Edge>) -> Self {
        Self { edge }
    }
}

/// Room for a call that reads the whole log: two at once would only be slower, and take the disk from
/// others.
pub(super) fn alone(edge: &Edge) -> Result<OwnedSemaphorePermit, Status> {
    let place = Arc::clone(&edge.reports).try_acquire_owned();
    place.map_err(|_| {
        status::shed("TOO_MANY_REPORTS", "another report is being made; wait for it to end")
    })
}

#[async_trait]
impl InsightService for Insights {
    async fn get_business_report(
        &self,
        request: Request<v1::GetBusinessReportRequest>,
    ) -> Result<Response<v1::GetBusinessReportResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let query = read::report(&caller.scope, self.edge.clock.now(), wire)?;
        let place = alone(&self.edge)?;
        let made = self.edge.ask(&caller, move |engine, scope| {
            let _place = place;
            Ok((engine.insight(scope, &query)?, query))
        });
        let (report, query) = made.await?;
        Ok(Response::new(write::report(&query, &report)))
    }

    async fn audit_fairness(
        &self,
        request: Request<v1::AuditFairnessRequest>,
    ) -> Result<Response<v1::AuditFairnessResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let query = read::audit(&caller.scope, wire)?;
        let place = alone(&self.edge)?;
        let made = self.edge.ask(&caller, move |engine, scope| {
            let _place = place;
            engine.audit(scope, &query)
        });
        let report = made.await?;
        Ok(Response::new(write::audit(&caller.scope, &report)))
    }
}
