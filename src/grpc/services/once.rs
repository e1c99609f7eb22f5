//! Calls that change something and carry a `request_id`: made once, however often they are asked for.

use std::sync::Arc;
use std::time::Duration;

use prost::Message;
use tonic::{Request, Response, Status};

use crate::api::v1;
use crate::domain::id::RequestId;
use crate::domain::scope::Scope;
use crate::engine::{AskedBefore, Engine};
use crate::grpc::from_proto::values;
use crate::grpc::layers::door::Caller;
use crate::grpc::problems::Problems;
use crate::sys::clock::Deadline;

use super::{Edge, enter};

/// How long a call goes on whose caller has gone, so that it can be answered when it is repeated.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request to change something.
pub(crate) trait Change: Message {
    /// The id its caller gave it; empty for none.
    fn request_id(&self) -> &str;

    /// Is it only to be checked?
    fn is_trial(&self) -> bool {
        false
    }
}

macro_rules! changes {
    ($($request:ident)*) => {$(
        impl Change for v1::$request {
            fn request_id(&self) -> &str {
                &self.request_id
            }
        }
    )*};
    (validated: $($request:ident)*) => {$(
        impl Change for v1::$request {
            fn request_id(&self) -> &str {
                &self.request_id
            }

            fn is_trial(&self) -> bool {
                self.validate_only
            }
        }
    )*};
}

changes! {
    PublishCatalogRequest
    RollBackCatalogRequest
    StopOfferRequest
    SetInventoryRequest
    SetLearningModeRequest
    ShadowModelRequest
    PublishModelRequest
    RollBackModelRequest
    FitGuestModelsRequest
    CreateModelCheckpointRequest
    UpdateConsentRequest
    UpdatePresenceRequest
    UpdatePreferenceProfileRequest
    UpdateStaffMemberRequest
    DeleteStaffMemberRequest
    ReassignInteractionRequest
    CloseInteractionRequest
}

changes! {
    validated:
    SetRatesRequest
    LearnPricesRequest
    LearnSegmentTastesRequest
    UpdateGuestRequest
    MergeGuestsRequest
    UnmergeGuestRequest
}

impl Edge {
    /// Makes a change, or gives the answer that an earlier call with its id was given. A change that was
    /// begun under an id is ended, also where its caller has gone meanwhile: who repeats it is told.
    pub(super) async fn once<Q, A, F>(
        self: &Arc<Self>,
        request: Request<Q>,
        make: impl FnOnce(Caller, Q) -> F,
    ) -> Result<Response<A>, Status>
    where
        Q: Change,
        A: Message + Default + 'static,
        F: Future<Output = Result<A, Status>> + Send + 'static,
    {
        let (caller, wire) = enter(request)?;
        let mut problems = Problems::new();
        let id = wire.request_id();
        let id = values::foreign_optional(&mut problems, "request_id", id, RequestId::parse);
        problems.finish(Some(()))?;
        let Some(id) = id.filter(|_| !wire.is_trial()) else {
            return make(caller, wire).await.map(Response::new);
        };
        let (call, content) = (caller.rpc, wire.encode_to_vec());
        let look = move |engine: &Engine, scope: &Scope| {
            engine.asked_before(scope, (&call.name, &id), &content)
        };
        let ticket = match self.ask(&caller, look).await? {
            AskedBefore::No(ticket) => ticket,
            AskedBefore::Yes(answer) => {
                let answer = A::decode(&*answer);
                let damaged = |_| Status::data_loss("the stored answer of the call is damaged");
                return answer.map(Response::new).map_err(damaged);
            }
        };
        let patient = Caller { deadline: Deadline::after(PATIENCE), ..caller };
        let (edge, work) = (Arc::clone(self), make(patient, wire));
        let made = self.shutdown.spawn(async move {
            let answer = work.await?;
            edge.engine.remember_answer(ticket, answer.encode_to_vec());
            Ok(answer)
        });
        match made.await {
            Ok(answer) => answer.map(Response::new),
            // For the layer that answers for faults.
            Err(fault) => match fault.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Status::unavailable("the server is ending; repeat elsewhere")),
            },
        }
    }
}
