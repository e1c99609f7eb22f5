//! What is known of a guest right now, on the wire.

use crate::api::v1;
use crate::domain::consent::Purpose;
use crate::domain::guest::GuestState;
use crate::domain::id::GuestId;
use crate::domain::presence::{Sighting, Sign};
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::grpc::from_proto::enums;
use crate::grpc::names;

use super::values;

/// A sign as it was seen.
pub(crate) fn sign(sighting: &Sighting) -> v1::PresenceSign {
    let ended = sighting.until <= sighting.seen;
    v1::PresenceSign {
        kind: enums::presence_sign(sighting.sign),
        source: sighting.source.as_ref().to_owned(),
        observe_time: values::moment_known(sighting.seen),
        expire_time: values::moment_known(sighting.until).filter(|_| !ended),
        ended,
    }
}

/// What is believed of a guest now, and may be told.
fn told(state: &GuestState, now: Timestamp) -> impl Iterator<Item = &Sighting> {
    let may_know = state.consent.allows(Purpose::Presence);
    state.presence.current(now).filter(move |s| may_know || !s.sign.needs_consent())
}

/// A guest's presence.
pub(crate) fn presence(
    scope: &Scope,
    guest: &GuestId,
    state: &GuestState,
    now: Timestamp,
) -> v1::Presence {
    v1::Presence {
        name: names::write_guest_in(scope, guest, "presence"),
        signs: told(state, now).map(sign).collect(),
        presence_allowed: state.consent.allows(Purpose::Presence),
    }
}

/// The same as a state; `None` where nothing is known.
pub(crate) fn state(state: &GuestState, now: Timestamp) -> Option<v1::PresenceState> {
    let signs: Vec<&Sighting> = told(state, now).collect();
    let until = signs.iter().map(|s| s.until).min()?;
    Some(state_of(&signs, until))
}

/// Signs as a state that ends with the first of them.
pub(crate) fn state_of(signs: &[&Sighting], until: Timestamp) -> v1::PresenceState {
    let now = signs.iter().filter(|s| s.until > s.seen);
    let surfaces = now.clone().filter_map(|s| s.sign.surface()).filter(|c| !c.is_pushed());
    v1::PresenceState {
        reachable_channels: surfaces.map(enums::channel).collect(),
        do_not_disturb: now.clone().any(|s| s.sign == Sign::DoNotDisturb),
        expire_time: values::moment_known(until),
        signs: signs.iter().map(|sighting| sign(sighting)).collect(),
        ..Default::default()
    }
}
