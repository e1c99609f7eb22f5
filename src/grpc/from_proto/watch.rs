//! `WatchNextBestOffer`: a call for a decision, that stays.

use std::time::Duration;

use crate::api::v1;
use crate::domain::id::GuestId;
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::grpc::problems::{Problems, Refusal};

use super::decide::{self, Asked};
use super::values;

/// Longest resume token, in bytes.
const TOKEN_BYTES_MAX: usize = 512;
/// Most pushes a stream may be asked to end after.
const PUSHES_MAX: i32 = 1_000;
/// How long a stream is silent at most, where the caller does not say.
const HEARTBEAT: Duration = Duration::from_secs(30);
const HEARTBEAT_MIN: Duration = Duration::from_secs(1);
const HEARTBEAT_MAX: Duration = Duration::from_secs(300);

/// What is watched, and how.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(crate) asked: Asked,
    /// Empty: from the beginning.
    pub(crate) resume_token: String,
    pub(crate) heartbeat: Duration,
    /// Pushes after which the stream ends; `None`: it goes on.
    pub(crate) pushes_max: Option<u16>,
}

/// Reads what is to be watched.
pub(crate) fn watch(
    scope: &Scope,
    wire: v1::WatchNextBestOfferRequest,
    now: Timestamp,
    nobody: impl FnOnce() -> GuestId,
) -> Result<Watched, Refusal> {
    let mut problems = Problems::new();
    if wire.subject.is_none() {
        problems
            .add("guest", "is missing; name the guest, an anonymous_id or an identity to watch");
    }
    if wire.channel_request.as_ref().is_some_and(|asked| asked.deliver) {
        problems.add("channel_request.deliver", "is set, but what is watched is shown, not sent");
    }
    if wire.resume_token.len() > TOKEN_BYTES_MAX {
        problems.add("resume_token", "is longer than any token; give that of the last push");
    }
    let heartbeat = heartbeat(&mut problems, wire.heartbeat_interval);
    let pushes_max = (wire.max_push_count != 0).then(|| {
        values::count(&mut problems, "max_push_count", wire.max_push_count, 1..=PUSHES_MAX)
    });
    let resume_token = wire.resume_token.clone();
    // What concerns the stream is told first; then the call is read like any other for a decision.
    problems.finish(Some(()))?;
    let asked = decide::decide(scope, call_of(wire), now, nobody)?;
    Ok(Watched { asked, resume_token, heartbeat, pushes_max })
}

fn heartbeat(problems: &mut Problems, wire: Option<prost_types::Duration>) -> Duration {
    let Some(wire) = wire else { return HEARTBEAT };
    let length = Duration::try_from(wire).ok();
    match length.filter(|length| (HEARTBEAT_MIN..=HEARTBEAT_MAX).contains(length)) {
        Some(length) => length,
        None => {
            problems.add("heartbeat_interval", "is not between 1 second and 5 minutes");
            HEARTBEAT
        }
    }
}

/// The call for a decision in it.
fn call_of(wire: v1::WatchNextBestOfferRequest) -> v1::DecideOffersRequest {
    use v1::decide_offers_request::Subject;
    use v1::watch_next_best_offer_request::Subject as Watched;
    let subject = wire.subject.map(|subject| match subject {
        Watched::Guest(name) => Subject::Guest(name),
        Watched::AnonymousId(id) => Subject::AnonymousId(id),
        Watched::Identity(identity) => Subject::Identity(identity),
    });
    v1::DecideOffersRequest {
        property: wire.property,
        subject,
        placement_requests: wire.placement_requests,
        context: wire.context,
        channel_request: wire.channel_request,
        allow_duplicates_across_placements: wire.allow_duplicates_across_placements,
        decision_policy_id: wire.decision_policy_id,
        learning_mode: wire.learning_mode,
        defer_activation: true,
        view: wire.view,
        include_content: wire.include_content,
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::testing::{NOW, faults, scope};

    fn read(change: fn(&mut v1::WatchNextBestOfferRequest)) -> Result<Watched, Refusal> {
        use v1::watch_next_best_offer_request::Subject;
        let placement =
            v1::PlacementRequest { placement_id: "portal.hero".into(), ..Default::default() };
        let mut wire = v1::WatchNextBestOfferRequest {
            property: "brands/acme/properties/harbour".into(),
            subject: Some(Subject::Guest("brands/acme/guests/g-1".into())),
            placement_requests: vec![placement],
            ..Default::default()
        };
        change(&mut wire);
        watch(&scope(), wire, NOW, || GuestId::parse("guest", "nobody").unwrap())
    }

    #[test]
    fn a_watch_is_a_call_for_a_decision_that_is_not_shown_at_once() {
        let watched = read(|_| ()).unwrap();
        assert_eq!(watched.heartbeat, HEARTBEAT);
        assert!(watched.asked.request.defers_activation && watched.resume_token.is_empty());
        assert_eq!(watched.asked.request.guest.as_str(), "g-1");
    }

    #[test]
    fn what_is_wrong_is_told_by_field() {
        let long = |seconds| Some(prost_types::Duration { seconds, nanos: 0 });
        assert_eq!(faults(read(|w| w.max_push_count = -1)).1, ["max_push_count"]);
        assert_eq!(faults(read(|w| w.subject = None)).1, ["guest"]);
        assert_eq!(faults(read(|w| w.resume_token = "x".repeat(513))).1, ["resume_token"]);
        for seconds in [0, -1, 301, i64::MAX] {
            let mut problems = Problems::new();
            heartbeat(&mut problems, long(seconds));
            assert!(problems.any(), "{seconds}");
        }
        assert_eq!(
            faults(read(|w| w.placement_requests[0].offer_count = -1)).1,
            ["placement_requests[0].offer_count"]
        );
        assert_eq!(faults(read(|w| w.placement_requests.clear())).1, ["placement_requests"]);
    }
}
