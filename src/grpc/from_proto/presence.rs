//! What is known of the guest right now: signs by themselves, and as an event tells them.
//!
//! What no decision looks at is named and refused: a caller who says "in a meeting" must not believe
//! that it is heard.

use std::sync::Arc;
use std::time::Duration;

use crate::api::v1;
use crate::domain::event::EventKind;
use crate::domain::id::{Fingerprint, GuestId, PropertyId};
use crate::domain::presence::{Sighting, Sign};
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{enums, preference, values};

/// Longest name of a source, in bytes.
const SOURCE_BYTES_MAX: usize = 128;
/// How far ahead of ours a caller's clock may be.
const AHEAD_MAX: Duration = Duration::from_secs(300);

/// Signs to be taken in by themselves.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) guest: GuestId,
    pub(crate) property: Option<PropertyId>,
    pub(crate) signs: Vec<Sighting>,
}

/// Reads whose presence is wanted.
pub(crate) fn get(scope: &Scope, wire: &v1::GetPresenceRequest) -> Result<GuestId, Refusal> {
    let mut problems = Problems::new();
    let guest = names::guest_in(&mut problems, scope, "name", &wire.name, "presence");
    problems.finish(guest)
}

/// Reads signs to be taken in by themselves.
pub(crate) fn update(
    scope: &Scope,
    wire: v1::UpdatePresenceRequest,
    now: Timestamp,
) -> Result<Seen, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let guest = names::guest_in(p, scope, "name", &wire.name, "presence");
    preference::request_id(p, &wire.request_id);
    let property = match wire.property.as_str() {
        "" => None,
        name => names::property(p, scope, "property", name),
    };
    if wire.signs.is_empty() {
        p.add("signs", "is empty; give 1 to 9");
    }
    let given = Given { source: String::new(), seen: Some(now), until: None, now: Some(now) };
    let mut read = Vec::new();
    signs(p, wire.signs, (&given, place(property.as_ref())), &mut read);
    problems.finish(guest.map(|guest| Seen { guest, property, signs: read }))
}

fn place(property: Option<&PropertyId>) -> Option<Fingerprint> {
    property.map(|property| Fingerprint::of(property.as_str()))
}

/// Reads the presence of an event: for PRESENCE only.
pub(crate) fn of_event(
    problems: &mut Problems,
    kind: Option<EventKind>,
    time: Option<Timestamp>,
    wire: Option<v1::PresenceState>,
    property: Option<&PropertyId>,
) -> Vec<Sighting> {
    let Some(wire) = wire else { return Vec::new() };
    if kind != Some(EventKind::Presence) {
        problems.unsupported("presence", "write a PRESENCE event beside this one");
        return Vec::new();
    }
    problems.within(|| "presence".into(), |p| state(p, wire, time, place(property)))
}

/// What a state says of all its signs.
struct Given {
    source: String,
    seen: Option<Timestamp>,
    until: Option<Timestamp>,
    /// The moment of the call, where it is one: nothing is seen long after it.
    now: Option<Timestamp>,
}

fn state(
    problems: &mut Problems,
    wire: v1::PresenceState,
    time: Option<Timestamp>,
    property: Option<Fingerprint>,
) -> Vec<Sighting> {
    not_acted_on(problems, &wire);
    let seen = values::moment(problems, "update_time", wire.update_time).or(time);
    let until = values::moment(problems, "expire_time", wire.expire_time);
    let all_say_who = wire.signs.iter().all(|sign| !sign.source.is_empty());
    let needs_source = wire.do_not_disturb || !wire.reachable_channels.is_empty() || !all_say_who;
    let source = if needs_source {
        values::required(problems, "source", wire.source, SOURCE_BYTES_MAX)
    } else {
        values::bounded(problems, "source", wire.source, SOURCE_BYTES_MAX)
    };
    let given = Given { source, seen, until, now: time };
    let mut read = Vec::new();
    let surfaces = enums::channels(problems, "reachable_channels", &wire.reachable_channels);
    for (at, channel) in surfaces.iter().enumerate() {
        match Sign::of_surface(channel).filter(|_| !channel.is_pushed()) {
            Some(sign) => read.extend(sighting(problems, "expire_time", sign, &given, property)),
            None => problems.unsupported(
                &values::at("reachable_channels", at),
                "name surfaces the guest is on; a call is the sign ON_CALL",
            ),
        }
    }
    if wire.do_not_disturb {
        let sign = Sign::DoNotDisturb;
        read.extend(sighting(problems, "expire_time", sign, &given, property));
    }
    signs(problems, wire.signs, (&given, property), &mut read);
    if read.is_empty() && !problems.any() {
        problems.add("signs", "is empty, and nothing else says what was seen");
    }
    read
}

/// A sign of a state that says all else.
fn sighting(
    problems: &mut Problems,
    field: &str,
    sign: Sign,
    given: &Given,
    property: Option<Fingerprint>,
) -> Option<Sighting> {
    let seen = given.seen?;
    let until = given.until.unwrap_or_else(|| seen.plus(sign.believed()));
    check_end(problems, field, sign, (seen, until));
    Some(Sighting { sign, source: Arc::from(given.source.as_str()), property, seen, until })
}

fn check_end(
    problems: &mut Problems,
    field: &str,
    sign: Sign,
    (seen, until): (Timestamp, Timestamp),
) {
    if until <= seen {
        problems.add(field, "is not after the moment it was seen; say `ended` of what is over");
    } else if until > seen.plus(sign.longest()) {
        problems.add(
            field,
            "lies more than 24 hours (do-not-disturb: 30 days) after the moment it was seen",
        );
    }
}

fn signs(
    problems: &mut Problems,
    wire: Vec<v1::PresenceSign>,
    (given, property): (&Given, Option<Fingerprint>),
    read: &mut Vec<Sighting>,
) {
    for (at, wire) in values::list(problems, "signs", wire, Sign::COUNT).into_iter().enumerate() {
        let sighting = problems.within(
            || values::at("signs", at),
            |p| {
                let sighting = sign(p, wire, given, property)?;
                if read.iter().any(|known| known.sign == sighting.sign) {
                    p.add("kind", "is told twice; tell of each kind once");
                }
                Some(sighting)
            },
        );
        read.extend(sighting);
    }
}

fn sign(
    problems: &mut Problems,
    wire: v1::PresenceSign,
    given: &Given,
    property: Option<Fingerprint>,
) -> Option<Sighting> {
    let sign = enums::required::<v1::PresenceSignKind>(problems, "kind", wire.kind);
    let source = if wire.source.is_empty() { given.source.clone() } else { wire.source };
    let source = values::required(problems, "source", source, SOURCE_BYTES_MAX);
    let seen = values::moment(problems, "observe_time", wire.observe_time).or(given.seen)?;
    if given.now.is_some_and(|now| seen > now.plus(AHEAD_MAX)) {
        problems.add("observe_time", "lies in the future; check the sender's clock");
    }
    if wire.ended && wire.expire_time.is_some() {
        problems.add("expire_time", "is set, but the sign has ended; leave it out");
    }
    let told = values::moment(problems, "expire_time", wire.expire_time).or(given.until);
    let sign = sign?;
    let until = if wire.ended { seen } else { told.unwrap_or_else(|| seen.plus(sign.believed())) };
    if !wire.ended {
        check_end(problems, "expire_time", sign, (seen, until));
    }
    Some(Sighting { sign, source: Arc::from(source), property, seen, until })
}

fn not_acted_on(problems: &mut Problems, wire: &v1::PresenceState) {
    enums::known::<v1::Availability>(problems, "availability", wire.availability);
    enums::known::<v1::Activity>(problems, "activity", wire.activity);
    enums::known::<v1::Sphere>(problems, "sphere", wire.sphere);
    let set = [
        ("availability", wire.availability != 0),
        ("activity", wire.activity != 0),
        ("sphere", wire.sphere != 0),
        ("time_zone", !wire.time_zone.is_empty()),
        ("country_code", !wire.country_code.is_empty()),
    ];
    for (field, _) in set.into_iter().filter(|(_, is_set)| *is_set) {
        problems.unsupported(field, "leave it out");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::problems::Fault;
    use crate::grpc::testing::{NOW, faults, scope};

    fn at(seconds: i64) -> Option<prost_types::Timestamp> {
        Some(prost_types::Timestamp { seconds: NOW.as_seconds() + seconds, nanos: 0 })
    }

    fn wire(kind: v1::PresenceSignKind) -> v1::PresenceSign {
        v1::PresenceSign { kind: kind.into(), source: "app".into(), ..Default::default() }
    }

    fn read(signs: Vec<v1::PresenceSign>) -> Result<Seen, Refusal> {
        let name = "brands/acme/guests/g-1/presence".into();
        update(&scope(), v1::UpdatePresenceRequest { name, signs, ..Default::default() }, NOW)
    }

    #[test]
    fn each_sign_has_its_own_end_where_nobody_says() {
        use v1::PresenceSignKind as Kind;
        let ended = v1::PresenceSign { ended: true, ..wire(Kind::AppInFront) };
        let told = v1::PresenceSign { expire_time: at(60), ..wire(Kind::OnWifi) };
        let seen = read(vec![wire(Kind::KeyUsed), wire(Kind::OnCall), ended, told]).unwrap();
        let ends: Vec<(Sign, i64)> = seen
            .signs
            .iter()
            .map(|s| (s.sign, s.until.as_seconds() - s.seen.as_seconds()))
            .collect();
        let expected = [
            (Sign::KeyUsed, 7_200),
            (Sign::OnCall, 1_800),
            (Sign::AppInFront, 0),
            (Sign::OnWifi, 60),
        ];
        assert_eq!(ends, expected);
    }

    type Change = fn(&mut v1::PresenceSign);

    #[test]
    fn what_is_wrong_with_a_sign_is_told_by_field() {
        let rows: &[(&str, Change)] = &[
            ("signs[0].kind", |s| s.kind = 0),
            ("signs[0].kind", |s| s.kind = 99),
            ("signs[0].source", |s| s.source.clear()),
            ("signs[0].source", |s| s.source = "x".repeat(129)),
            ("signs[0].observe_time", |s| s.observe_time = at(301)),
            ("signs[0].expire_time", |s| s.expire_time = at(0)),
            ("signs[0].expire_time", |s| s.expire_time = at(86_401)),
            ("signs[0].expire_time", |s| {
                (s.ended, s.expire_time) = (true, at(60));
            }),
        ];
        for (field, change) in rows {
            let mut sign = wire(v1::PresenceSignKind::AtDesk);
            change(&mut sign);
            assert_eq!(faults(read(vec![sign])), (Fault::Invalid, vec![(*field).to_owned()]));
        }
        let desk = || wire(v1::PresenceSignKind::AtDesk);
        assert_eq!(faults(read(vec![desk(), desk()])).1, ["signs[1].kind"]);
        assert_eq!(faults(read(vec![])).1, ["signs"]);
        assert_eq!(faults(read(vec![desk(); 10])).1, ["signs"]);
    }

    #[test]
    fn a_state_of_an_event_becomes_signs_and_what_is_not_heard_is_refused() {
        let state = |change: fn(&mut v1::PresenceState)| {
            let mut wire = v1::PresenceState {
                reachable_channels: vec![v1::Channel::InApp.into(), v1::Channel::FrontDesk.into()],
                do_not_disturb: true,
                source: "app".into(),
                ..Default::default()
            };
            change(&mut wire);
            let mut problems = Problems::new();
            let kind = Some(EventKind::Presence);
            let signs = of_event(&mut problems, kind, Some(NOW), Some(wire), None);
            problems.finish(Some(signs))
        };
        let signs = state(|_| ()).unwrap();
        let signs: Vec<Sign> = signs.iter().map(|s| s.sign).collect();
        assert_eq!(signs, [Sign::AppInFront, Sign::AtDesk, Sign::DoNotDisturb]);
        let refused = faults(state(|s| s.activity = v1::Activity::Meeting.into()));
        assert_eq!(refused, (Fault::Unsupported, vec!["presence.activity".into()]));
        let refused = faults(state(|s| s.reachable_channels = vec![v1::Channel::Email.into()]));
        assert_eq!(refused, (Fault::Unsupported, vec!["presence.reachable_channels[0]".into()]));
        assert_eq!(faults(state(|s| s.source.clear())).1, ["presence.source"]);
        assert_eq!(faults(state(|s| *s = v1::PresenceState::default())).1, ["presence.signs"]);
    }
}
