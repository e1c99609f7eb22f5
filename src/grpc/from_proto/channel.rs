//! What a call asks of channel and time.

use std::time::Duration;

use crate::api::v1;
use crate::domain::channel::ChannelSet;
use crate::domain::request::ChannelRequest;
use crate::domain::time::Timestamp;
use crate::grpc::problems::Problems;

use super::{enums, values};

/// The latest moment to send lies at most so far ahead.
const LATEST_MAX: Duration = Duration::from_secs(90 * 86_400);

/// Reads what is asked of channel and time; `None` where no channel is to be decided.
pub(crate) fn request(
    problems: &mut Problems,
    wire: v1::ChannelRequest,
    carries_offers: bool,
    now: Timestamp,
) -> Option<ChannelRequest> {
    problems.within(
        || "channel_request".into(),
        |p| {
            let mode = enums::known::<v1::ChannelMode>(p, "mode", wire.mode)?;
            let named = enums::channels(p, "allowed_channels", &wire.allowed_channels);
            let (earliest, latest) = window(p, wire.earliest_time, wire.latest_time, now);
            urgency(p, wire.urgency);
            if !wire.agent_skill_tags.is_empty() {
                p.unsupported("agent_skill_tags", "leave it out: staff are not routed yet");
            }
            if wire.transactional && carries_offers {
                p.add("transactional", "is set, but the call asks for offers, and a message with an offer is marketing");
            }
            let allowed = match mode {
                v1::ChannelMode::Unspecified | v1::ChannelMode::None => return None,
                v1::ChannelMode::Decide if named.is_empty() => ChannelSet::ALL,
                v1::ChannelMode::Decide => named,
                v1::ChannelMode::Fixed => {
                    if wire.allowed_channels.len() != 1 {
                        p.add("allowed_channels", "must name exactly one channel with the mode FIXED");
                    }
                    named
                }
            };
            Some(ChannelRequest { allowed, earliest, latest, is_transactional: wire.transactional })
        },
    )
}

fn window(
    problems: &mut Problems,
    earliest: Option<prost_types::Timestamp>,
    latest: Option<prost_types::Timestamp>,
    now: Timestamp,
) -> (Option<Timestamp>, Option<Timestamp>) {
    let earliest = values::moment(problems, "earliest_time", earliest);
    let latest = values::moment(problems, "latest_time", latest);
    if earliest.zip(latest).is_some_and(|(earliest, latest)| latest < earliest) {
        problems.add("latest_time", "lies before earliest_time; turn the window round");
    }
    if latest.is_some_and(|latest| latest < now) {
        problems.add("latest_time", "has passed; give a moment that is still to come");
    }
    if latest.is_some_and(|latest| latest > now.plus(LATEST_MAX)) {
        problems.add("latest_time", "lies more than 90 days ahead");
    }
    (earliest, latest)
}

fn urgency(problems: &mut Problems, number: i32) {
    match enums::known::<v1::Urgency>(problems, "urgency", number) {
        Some(v1::Urgency::High | v1::Urgency::Immediate) => {
            problems.unsupported("urgency", "leave it out, and set latest_time to hurry a message");
        }
        Some(v1::Urgency::Unspecified | v1::Urgency::Low | v1::Urgency::Normal) | None => {}
    }
}
