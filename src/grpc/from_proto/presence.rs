//! What is known of the guest right now, as an event tells it.
//!
//! This version acts on one thing: a channel on which the guest can be reached at this moment,
//! believed for a quarter of an hour. All else of a presence is named and refused: a caller who
//! says "do not disturb" must not believe it is heard.

use std::time::Duration;

use crate::api::v1;
use crate::domain::channel::Channel;
use crate::domain::event::EventKind;
use crate::domain::time::Timestamp;
use crate::grpc::problems::Problems;

use super::extras::{self, Extras};
use super::{enums, values};

/// How long reachability is believed.
const BELIEVED: Duration = Duration::from_secs(15 * 60);
/// A presence ends at most so long after it was observed; do-not-disturb later.
const END_MAX: Duration = Duration::from_secs(24 * 3_600);
const DO_NOT_DISTURB_END_MAX: Duration = Duration::from_secs(30 * 86_400);

/// Reads the presence of an event, and gives the channel of the event: that on which the guest is
/// reachable, for PRESENCE.
pub(crate) fn channel(
    problems: &mut Problems,
    kind: Option<EventKind>,
    time: Option<Timestamp>,
    wire: Option<v1::PresenceState>,
    channel: Option<Channel>,
    kept: &mut Extras,
) -> Option<Channel> {
    let Some(wire) = wire else { return channel };
    if kind != Some(EventKind::Presence) {
        problems.unsupported("presence", "write a PRESENCE event beside this one");
        return channel;
    }
    let reachable = problems.within(
        || "presence".into(),
        |p| {
            not_acted_on(p, &wire);
            end(p, &wire, time);
            kept.keep(extras::PRESENCE_SOURCE, values::required(p, "source", wire.source, 128));
            if let Some(end) = wire.expire_time {
                kept.keep(extras::PRESENCE_END, end.seconds.to_string());
            }
            let set = enums::channels(p, "reachable_channels", &wire.reachable_channels);
            if set.iter().count() != 1 && !p.any() {
                p.unsupported(
                    "reachable_channels",
                    "name one channel, and write an event for each",
                );
            }
            set.iter().next()
        },
    );
    if channel.is_some() && channel != reachable {
        problems.add("channel", "is not the channel of presence.reachable_channels; leave it out");
    }
    reachable
}

fn not_acted_on(problems: &mut Problems, wire: &v1::PresenceState) {
    enums::known::<v1::Availability>(problems, "availability", wire.availability);
    enums::known::<v1::Activity>(problems, "activity", wire.activity);
    enums::known::<v1::Sphere>(problems, "sphere", wire.sphere);
    let set = [
        ("availability", wire.availability != 0),
        ("activity", wire.activity != 0),
        ("sphere", wire.sphere != 0),
        ("do_not_disturb", wire.do_not_disturb),
        ("time_zone", !wire.time_zone.is_empty()),
        ("country_code", !wire.country_code.is_empty()),
    ];
    for (field, _) in set.into_iter().filter(|(_, is_set)| *is_set) {
        problems.unsupported(field, "leave it out");
    }
}

fn end(problems: &mut Problems, wire: &v1::PresenceState, time: Option<Timestamp>) {
    let observed = values::moment(problems, "update_time", wire.update_time).or(time);
    if wire.expire_time.is_none() {
        problems.add("expire_time", "is missing; say when it ends");
    }
    let end = values::moment(problems, "expire_time", wire.expire_time);
    let Some((observed, end)) = observed.zip(end) else { return };
    let longest = if wire.do_not_disturb { DO_NOT_DISTURB_END_MAX } else { END_MAX };
    if end <= observed {
        problems.add("expire_time", "is not after update_time");
    } else if end > observed.plus(longest) {
        problems.add(
            "expire_time",
            "lies more than 24 hours (do-not-disturb: 30 days) after update_time",
        );
    } else if end < observed.plus(BELIEVED) {
        problems.unsupported(
            "expire_time",
            "give at least 15 minutes: reachability is believed that long",
        );
    }
}
