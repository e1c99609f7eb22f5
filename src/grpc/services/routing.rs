//! `RoutingService`.

use std::sync::Arc;

use tonic::{Request, Response, Status, async_trait};

use crate::api::v1;
use crate::api::v1::routing_service_server::RoutingService;
use crate::domain::id::PropertyId;
use crate::engine::Routed;
use crate::grpc::from_proto::routing as read;
use crate::grpc::layers::door::Caller;
use crate::grpc::to_proto::{View, routing as write, values};

use super::{Edge, enter};

/// Routing over gRPC.
#[derive(Clone)]
pub(crate) struct RoutingDesk {
    edge: Arc<Edge>,
}

impl RoutingDesk {
    /// Routing of an edge.
    pub(crate) fn new(edge: Arc<Edge>) -> Self {
        Self { edge }
    }

    fn told(&self, caller: &Caller, property: &PropertyId, routed: &Routed) -> v1::Interaction {
        let when = (self.edge.clock.now(), View::of(&caller.scope));
        write::interaction(&caller.scope, property, routed, when)
    }
}

#[async_trait]
impl RoutingService for RoutingDesk {
    async fn update_staff_member(
        &self,
        request: Request<v1::UpdateStaffMemberRequest>,
    ) -> Result<Response<v1::UpdateStaffMemberResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                let asked = read::update_staff(&caller.scope, wire)?;
                let property = asked.property.clone();
                let changed = desk.edge.ask(&caller, move |engine, scope| {
                    let change = (&asked.id, asked.change);
                    engine.update_staff(scope, &asked.property, change, asked.allow_missing)
                });
                let member = write::member(&caller.scope, &property, &changed.await?);
                Ok(v1::UpdateStaffMemberResponse { staff_member: Some(member) })
            })
            .await
    }

    async fn delete_staff_member(
        &self,
        request: Request<v1::DeleteStaffMemberRequest>,
    ) -> Result<Response<v1::DeleteStaffMemberResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                let (property, id) = read::delete_staff(&caller.scope, &wire)?;
                let gone = move |engine: &crate::engine::Engine, scope: &_| {
                    engine.delete_staff(scope, &property, &id)
                };
                desk.edge.ask(&caller, gone).await?;
                Ok(v1::DeleteStaffMemberResponse {})
            })
            .await
    }

    async fn list_staff_members(
        &self,
        request: Request<v1::ListStaffMembersRequest>,
    ) -> Result<Response<v1::ListStaffMembersResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let property = read::list_staff(&caller.scope, &wire)?;
        let asked = property.clone();
        let seats =
            self.edge.ask(&caller, move |engine, scope| engine.staff(scope, &asked)).await?;
        let member = |seat| write::member(&caller.scope, &property, seat);
        let staff_members = seats.iter().map(member).collect();
        Ok(Response::new(v1::ListStaffMembersResponse { staff_members }))
    }

    async fn route_interaction(
        &self,
        request: Request<v1::RouteInteractionRequest>,
    ) -> Result<Response<v1::RouteInteractionResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let concern = read::route(&caller.scope, wire)?;
        let property = concern.property.clone();
        let routed =
            self.edge.ask(&caller, move |engine, scope| engine.route(scope, &concern)).await?;
        Ok(Response::new(v1::RouteInteractionResponse {
            is_replayed: routed.is_repeated,
            interaction: Some(self.told(&caller, &property, &routed)),
        }))
    }

    async fn reassign_interaction(
        &self,
        request: Request<v1::ReassignInteractionRequest>,
    ) -> Result<Response<v1::ReassignInteractionResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                let ((property, number), member) = read::reassign(&caller.scope, &wire)?;
                let at = property.clone();
                let routed = desk.edge.ask(&caller, move |engine, scope| {
                    engine.reassign(scope, (&at, number), member.as_ref())
                });
                let interaction = Some(desk.told(&caller, &property, &routed.await?));
                Ok(v1::ReassignInteractionResponse { interaction })
            })
            .await
    }

    async fn close_interaction(
        &self,
        request: Request<v1::CloseInteractionRequest>,
    ) -> Result<Response<v1::CloseInteractionResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                let ((property, number), ending) = read::close(&caller.scope, &wire)?;
                let at = property.clone();
                let routed = desk.edge.ask(&caller, move |engine, scope| {
                    engine.close_interaction(scope, (&at, number), ending)
                });
                let interaction = Some(desk.told(&caller, &property, &routed.await?));
                Ok(v1::CloseInteractionResponse { interaction })
            })
            .await
    }

    async fn list_interactions(
        &self,
        request: Request<v1::ListInteractionsRequest>,
    ) -> Result<Response<v1::ListInteractionsResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let asked = read::interactions(&caller.scope, &wire)?;
        let query = asked.query.clone();
        let listed =
            self.edge.ask(&caller, move |engine, scope| engine.interactions(scope, &query));
        let (mut found, now) = listed.await?;
        if asked.only_assigned {
            found.retain(|routed| routed.interaction.assignment.is_some());
        }
        let view = View::of(&caller.scope);
        let page = found.iter().skip(asked.skip).take(asked.limit);
        let interactions: Vec<_> = page
            .map(|routed| {
                write::interaction(&caller.scope, &asked.query.property, routed, (now, view))
            })
            .collect();
        let end = asked.skip.saturating_add(interactions.len());
        let next = (end < found.len()).then(|| i64::try_from(end).ok()).flatten();
        Ok(Response::new(v1::ListInteractionsResponse {
            next_page_token: next.map(|at| asked.pages.token((at, 0))).unwrap_or_default(),
            total_count: values::count(found.len()),
            interactions,
        }))
    }
}
