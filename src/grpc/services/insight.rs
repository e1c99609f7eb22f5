//! `InsightService`.

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;
use tonic::{Request, Response, Status, async_trait};

use crate::api::v1;
use crate::api::v1::insight_service_server::InsightService;
use crate::domain::scope::Scope;
use crate::engine::insight::parts::Groups;
use crate::grpc::from_proto::insight as read;
use crate::grpc::status;
use crate::grpc::to_proto::insight as write;
use crate::grpc::to_proto::segments;

use super::{Edge, enter};

/// Reports over gRPC, one at a time.
#[derive(Clone)]
pub(crate) struct Insights {
    edge: Arc<Edge>,
}

impl Insights {
    /// Reports of an edge.
    pub(crate) fn new(edge: Arc<Edge>) -> Self {
        metrics::describe_gauge!(DRIFT, "How far guests have drifted from the last fit: PSI");
        metrics::describe_gauge!(DRIFT_ALARMS, "Drifts of guests that are an alarm");
        Self { edge }
    }
}

/// Population stability index of what was fitted, by brand and by what it is of.
const DRIFT: &str = "concierge_segment_drift";
/// How many of them are an alarm, by brand.
const DRIFT_ALARMS: &str = "concierge_segment_drift_alarms";

/// Tells the metrics how far guests have drifted.
fn watch_drift(scope: &Scope, groups: &Groups) {
    let brand = scope.brand.to_string();
    for (of, drift) in groups.drifts() {
        metrics::gauge!(DRIFT, "brand" => brand.clone(), "of" => of).set(drift.psi);
    }
    let alarms = u32::try_from(groups.alarms().len()).unwrap_or(u32::MAX);
    metrics::gauge!(DRIFT_ALARMS, "brand" => brand).set(f64::from(alarms));
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
        report.groups.iter().for_each(|groups| watch_drift(&caller.scope, groups));
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

    async fn get_guest_value(
        &self,
        request: Request<v1::GetGuestValueRequest>,
    ) -> Result<Response<v1::GetGuestValueResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let guest = read::guest_value(&caller.scope, &wire)?;
        let found = self.edge.ask(&caller, move |engine, scope| engine.guest_value(scope, &guest));
        let found = found.await?;
        Ok(Response::new(segments::guest_value(&caller.scope, &found)))
    }

    async fn fit_guest_models(
        &self,
        request: Request<v1::FitGuestModelsRequest>,
    ) -> Result<Response<v1::FitGuestModelsResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                let query = read::fit(&caller.scope, wire)?;
                let place = alone(&desk.edge)?;
                let fitted = desk.edge.ask(&caller, move |engine, scope| {
                    let _place = place;
                    engine.fit_guests(scope, &query)
                });
                Ok(segments::fitted(&fitted.await?))
            })
            .await
    }

    async fn find_lookalikes(
        &self,
        request: Request<v1::FindLookalikesRequest>,
    ) -> Result<Response<v1::FindLookalikesResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let query = read::look_alikes(&caller.scope, wire)?;
        let place = alone(&self.edge)?;
        let found = self.edge.ask(&caller, move |engine, scope| {
            let _place = place;
            engine.look_alikes(scope, &query)
        });
        let found = found.await?;
        Ok(Response::new(segments::look_alikes(&caller.scope, &found)))
    }

    async fn list_segments(
        &self,
        request: Request<v1::ListSegmentsRequest>,
    ) -> Result<Response<v1::ListSegmentsResponse>, Status> {
        let (caller, wire) = enter(request)?;
        read::segments(&caller.scope, &wire)?;
        let place = alone(&self.edge)?;
        let groups = self.edge.ask(&caller, move |engine, scope| {
            let _place = place;
            engine.segments(scope)
        });
        let groups = groups.await?;
        watch_drift(&caller.scope, &groups);
        Ok(Response::new(segments::groups(&groups)))
    }
}
