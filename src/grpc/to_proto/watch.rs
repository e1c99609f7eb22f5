//! Pushes to watchers.

use crate::api::v1;
use crate::domain::scope::Scope;
use crate::engine::{Cause, Push};

use super::decide::{self, Extent};

/// A push, or a heartbeat.
pub(crate) fn response(
    scope: &Scope,
    push: Option<Push>,
    (resume_token, push_number): (String, u64),
    extent: Extent,
) -> v1::WatchNextBestOfferResponse {
    let (causes, answer) = push.map(|push| (push.causes, push.answer)).unzip();
    let causes = causes.into_iter().flatten();
    v1::WatchNextBestOfferResponse {
        decision: answer.map(|answer| decide::response(scope, answer, extent)),
        resume_token,
        push_number,
        causes: causes.map(|cause| cause_of(cause).into()).collect(),
    }
}

fn cause_of(cause: Cause) -> v1::WatchCause {
    use v1::WatchCause as Wire;
    match cause {
        Cause::Opened => Wire::Opened,
        Cause::Resumed => Wire::Resumed,
        Cause::Presence => Wire::Presence,
        Cause::Stay => Wire::Stay,
        Cause::Consent => Wire::Consent,
        Cause::Profile => Wire::Profile,
        Cause::Outcome => Wire::Outcome,
        Cause::Event => Wire::Event,
        Cause::Decision => Wire::Decision,
        Cause::Catalog => Wire::Catalog,
        Cause::StoppedOffer => Wire::StoppedOffer,
        Cause::Stock => Wire::Inventory,
        Cause::Time => Wire::Time,
        Cause::Expired => Wire::Expired,
    }
}
