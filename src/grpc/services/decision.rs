//! `DecisionService`.

use std::sync::Arc;

use metrics::Histogram;
use tonic::{Request, Response, Status, async_trait};

use crate::api::v1;
use crate::api::v1::decision_service_server::DecisionService;
use crate::domain::id::{DecisionId, GuestId, PropertyId};
use crate::domain::request::DecideRequest;
use crate::domain::scope::Scope;
use crate::engine::{Answer, DecisionState, Error, ErrorKind, StoredDecision};
use crate::grpc::from_proto::{
    activate, arrivals as read_arrivals, batch as read_batch, compose, decide,
    gesture as read_gesture, message, terms, watch as read_watch,
};
use crate::grpc::layers::door::Caller;
use crate::grpc::to_proto::decide::Extent;
use crate::grpc::to_proto::{
    View, arrivals, compose as to_compose, decide as to_decide, explain, gesture,
    message as to_message, quote, stored, values,
};
use crate::sys::clock::Stopwatch;
use crate::sys::telemetry::{DECISION_SECONDS, DECISION_STAGE_SECONDS};

use super::batch::{self, Decided};
use super::watch::Pushes;
use super::{Edge, committed, enter, watch};

/// Decisions over gRPC.
#[derive(Clone)]
pub(crate) struct Decisions {
    edge: Arc<Edge>,
    stages: Arc<Stages>,
}

/// How long the parts of a call take, recorded for each.
struct Stages {
    door: Histogram,
    decide: Histogram,
    reply: Histogram,
}

impl Decisions {
    /// Decisions of an edge.
    pub(crate) fn new(edge: Arc<Edge>) -> Self {
        let stage =
            |stage: &'static str| metrics::histogram!(DECISION_STAGE_SECONDS, "stage" => stage);
        let stages = Stages {
            door: stage("door"),
            decide: metrics::histogram!(DECISION_SECONDS),
            reply: stage("reply"),
        };
        Self { edge, stages: Arc::new(stages) }
    }

    /// A person of whom nothing is known, and who will not be known again.
    fn nobody(&self) -> GuestId {
        let id = self.edge.nobodies.uuid(self.edge.clock.now());
        GuestId::parse("guest", &format!("anonymous:{id}")).expect("a UUID is an id")
    }

    async fn make(&self, caller: &Caller, request: DecideRequest) -> Result<Answer, Status> {
        if let Some(answer) = self.edge.engine.decide_resident(&caller.scope, &request) {
            return Ok(answer?);
        }
        let (engine, scope) = (Arc::clone(&self.edge.engine), Arc::clone(&caller.scope));
        let made = self
            .edge
            .blocking
            .run(caller.deadline, move || engine.decide(&scope, &request))
            .await?;
        Ok(made?)
    }

    /// The decision of a name, where it was made at the property of that name.
    async fn stored(
        &self,
        caller: &Caller,
        property: PropertyId,
        id: DecisionId,
    ) -> Result<StoredDecision, Status> {
        let (engine, scope) = (Arc::clone(&self.edge.engine), Arc::clone(&caller.scope));
        let stored =
            self.edge.blocking.run(caller.deadline, move || engine.decision(&scope, id)).await??;
        if stored.decision.property == property {
            Ok(stored)
        } else {
            Err(Error::not_found("decision").into())
        }
    }
}

/// The answer to a call that was only to be checked.
fn checked(scope: &Scope) -> v1::DecideOffersResponse {
    tracing::debug!(brand = %scope.brand, "call checked, nothing decided");
    v1::DecideOffersResponse::default()
}

#[async_trait]
impl DecisionService for Decisions {
    async fn decide_offers(
        &self,
        request: Request<v1::DecideOffersRequest>,
    ) -> Result<Response<v1::DecideOffersResponse>, Status> {
        let mut watch = Stopwatch::start();
        let (caller, wire) = enter(request)?;
        let asked = decide::decide(&caller.scope, wire, self.edge.clock.now(), || self.nobody())?;
        if asked.validates_only {
            return Ok(Response::new(checked(&caller.scope)));
        }
        let view = View::of(&caller.scope);
        let is_full = asked.request.wants_full_view;
        let extent = Extent { is_full, includes_content: asked.includes_content, view };
        self.stages.door.record(watch.lap().as_secs_f64());
        let answer = self.make(&caller, asked.request).await?;
        self.stages.decide.record(watch.lap().as_secs_f64());
        let response = to_decide::response(&caller.scope, answer, extent);
        self.stages.reply.record(watch.lap().as_secs_f64());
        Ok(Response::new(response))
    }

    async fn decide_channel(
        &self,
        request: Request<v1::DecideChannelRequest>,
    ) -> Result<Response<v1::DecideChannelResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let asked = message::message(&caller.scope, wire, self.edge.clock.now())?;
        if asked.validates_only {
            return Ok(Response::new(v1::DecideChannelResponse::default()));
        }
        let extent = Extent {
            is_full: asked.request.wants_full_view,
            includes_content: asked.includes_content,
            view: View::of(&caller.scope),
        };
        let guest = asked.request.guest.clone();
        let answer = self.make(&caller, asked.request).await?;
        let profile =
            self.edge.ask(&caller, move |engine, scope| engine.addressee(scope, &guest)).await?;
        let response = to_message::response(&caller.scope, answer, profile.as_ref(), extent);
        Ok(Response::new(response))
    }

    type BatchDecideOffersStream = Decided;

    async fn batch_decide_offers(
        &self,
        request: Request<v1::BatchDecideOffersRequest>,
    ) -> Result<Response<Decided>, Status> {
        let (caller, wire) = enter(request)?;
        let asked = read_batch::batch(&caller.scope, wire, self.edge.clock.now())?;
        batch::open(&self.edge, caller, asked).await.map(Response::new)
    }

    type WatchNextBestOfferStream = Pushes;

    async fn watch_next_best_offer(
        &self,
        request: Request<v1::WatchNextBestOfferRequest>,
    ) -> Result<Response<Pushes>, Status> {
        let (caller, wire) = enter(request)?;
        let now = self.edge.clock.now();
        let watched = read_watch::watch(&caller.scope, wire, now, || self.nobody())?;
        watch::open(&self.edge, caller, watched).map(Response::new)
    }

    async fn list_arrivals(
        &self,
        request: Request<v1::ListArrivalsRequest>,
    ) -> Result<Response<v1::ListArrivalsResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let asked = read_arrivals::arrivals(&caller.scope, &wire)?;
        let query = asked.query.clone();
        let listed =
            self.edge.ask(&caller, move |engine, scope| engine.arrivals(scope, &query)).await?;
        Ok(Response::new(arrivals::page(&caller.scope, &asked, listed)))
    }

    async fn quote_offer(
        &self,
        request: Request<v1::QuoteOfferRequest>,
    ) -> Result<Response<v1::QuoteOfferResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let asked = terms::quote(&caller.scope, wire)?;
        let quoted = self.edge.engine.quote(&caller.scope, &asked.query)?;
        let view = View::of(&caller.scope);
        Ok(Response::new(quote::quoted(&quoted, &asked.locale, view)))
    }

    async fn hold_price(
        &self,
        request: Request<v1::HoldPriceRequest>,
    ) -> Result<Response<v1::HoldPriceResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let asked = terms::hold(&caller.scope, wire)?;
        let query = &asked.price.query;
        let promised =
            self.edge.engine.hold_price(&caller.scope, &asked.guest, query, asked.length)?;
        let view = View::of(&caller.scope);
        Ok(Response::new(quote::promised(promised, &asked.price.locale, view)))
    }

    async fn compose_bundle(
        &self,
        request: Request<v1::ComposeBundleRequest>,
    ) -> Result<Response<v1::ComposeBundleResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let now = self.edge.clock.now();
        let read = compose::compose(&caller.scope, wire, now, || self.nobody())?;
        let (view, is_full) = (View::of(&caller.scope), read.asked.request.wants_full_view);
        let extent = Extent { is_full, includes_content: read.asked.includes_content, view };
        let locale = read.asked.request.locale.clone();
        let composed = self.edge.ask(&caller, move |engine, scope| {
            engine.compose(scope, read.asked.request, &read.chosen, read.proposes)
        });
        let bundle = to_compose::bundle(&caller.scope, composed.await?, &locale, extent);
        Ok(Response::new(bundle))
    }

    async fn decide_gesture(
        &self,
        request: Request<v1::DecideGestureRequest>,
    ) -> Result<Response<v1::DecideGestureResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let (query, locale) = read_gesture::gesture(&caller.scope, wire)?;
        let (waiter, written) = committed::pair();
        let answered = self
            .edge
            .ask(&caller, move |engine, scope| engine.decide_gesture(scope, &query, waiter));
        let answer = answered.await?;
        written.wait().await?;
        Ok(Response::new(gesture::answer(&caller.scope, &answer, &locale)))
    }

    async fn activate_decision(
        &self,
        request: Request<v1::ActivateDecisionRequest>,
    ) -> Result<Response<v1::ActivateDecisionResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let activation = activate::activate(&caller.scope, wire)?;
        let (engine, scope) = (Arc::clone(&self.edge.engine), Arc::clone(&caller.scope));
        let (waiter, done) = committed::pair();
        let activated = self
            .edge
            .blocking
            .run(caller.deadline, move || engine.activate(&scope, &activation, waiter));
        let activated = activated.await??;
        done.wait().await?;
        let state = stored::state(DecisionState::Activated).into();
        let response = v1::ActivateDecisionResponse {
            state,
            activate_time: activated.at.map(values::moment),
            is_replayed: activated.is_repeated,
        };
        Ok(Response::new(response))
    }

    async fn get_decision(
        &self,
        request: Request<v1::GetDecisionRequest>,
    ) -> Result<Response<v1::GetDecisionResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let wanted = activate::get(&caller.scope, &wire)?;
        let stored = self.stored(&caller, wanted.property, wanted.decision).await?;
        let extent = Extent {
            is_full: wanted.is_full,
            includes_content: false,
            view: View::of(&caller.scope),
        };
        let decision = Some(stored::decision(&caller.scope, &stored, extent));
        Ok(Response::new(v1::GetDecisionResponse { decision }))
    }

    async fn explain_decision(
        &self,
        request: Request<v1::ExplainDecisionRequest>,
    ) -> Result<Response<v1::ExplainDecisionResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let asked = activate::explain(&caller.scope, wire)?;
        let stored = self.stored(&caller, asked.property.clone(), asked.decision).await?;
        let (engine, scope, id) =
            (Arc::clone(&self.edge.engine), Arc::clone(&caller.scope), asked.decision);
        let replayed =
            self.edge.blocking.run(caller.deadline, move || engine.replay(&scope, id)).await?;
        let replayed = match replayed {
            // Explained without a replay: what was logged is told all the same.
            Err(error) if error.kind == ErrorKind::FailedPrecondition => Err(error.message),
            other => Ok(other?),
        };
        let view = View::of(&caller.scope);
        Ok(Response::new(explain::response(&caller.scope, &stored, &replayed, &asked, view)))
    }
}
