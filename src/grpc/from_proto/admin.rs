//! Calls of those who run the server.

use std::time::Duration;

use crate::api::v1;
use crate::domain::id::{PlacementId, ReservationId};
use crate::domain::policy::LearningMode;
use crate::domain::scope::Scope;
use crate::engine::{Minting, TOKEN_LIST_MAX, TOKEN_TTL_MAX, TOKEN_TTL_MIN};
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{enums, preference, subject, values};

/// How long a guest token holds where its minter does not say.
const TTL_DEFAULT: Duration = Duration::from_secs(15 * 60);

/// Checks a call for a checkpoint.
pub(crate) fn checkpoint(
    scope: &Scope,
    wire: &v1::CreateModelCheckpointRequest,
) -> Result<(), Refusal> {
    let mut problems = Problems::new();
    let parent = names::brand(&mut problems, scope, "parent", &wire.parent);
    preference::request_id(&mut problems, &wire.request_id);
    problems.finish(parent)
}

/// Reads the mode a brand is set to; `None`: that of each policy.
pub(crate) fn mode(
    scope: &Scope,
    wire: v1::SetLearningModeRequest,
) -> Result<Option<LearningMode>, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let brand = names::brand(p, scope, "brand", &wire.brand);
    let mode = enums::read::<v1::LearningMode>(p, "learning_mode", wire.learning_mode);
    values::required(p, "description", wire.description, 512);
    preference::request_id(p, &wire.request_id);
    problems.finish(brand.map(|()| mode))
}

/// Reads for whom a token is minted.
pub(crate) fn mint(scope: &Scope, wire: v1::MintGuestTokenRequest) -> Result<Minting, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let brand = names::brand(p, scope, "brand", &wire.brand);
    let guest = match wire.subject {
        Some(who) => subject::read(p, scope, who.into()),
        None => {
            p.add("guest", "is missing; name the guest, an anonymous_id or an identity");
            None
        }
    };
    let named = values::list(p, "properties", wire.properties, TOKEN_LIST_MAX);
    let mut properties = Vec::with_capacity(named.len());
    for (at, name) in named.iter().enumerate() {
        let read = |p: &mut Problems| names::property(p, scope, "", name);
        properties.extend(p.within(|| values::at("properties", at), read));
    }
    let named = values::list(p, "placement_ids", wire.placement_ids, TOKEN_LIST_MAX);
    let mut placements = Vec::with_capacity(named.len());
    for (at, id) in named.iter().enumerate() {
        let read = |p: &mut Problems| p.take(PlacementId::parse("", id));
        placements.extend(p.within(|| values::at("placement_ids", at), read));
    }
    let reservation =
        values::foreign_optional(p, "reservation_id", &wire.reservation_id, ReservationId::parse);
    let ttl = ttl(p, wire.ttl);
    let minting = brand.and(guest).zip(ttl).map(|(guest, ttl)| Minting {
        guest,
        properties,
        placements,
        reservation,
        ttl,
    });
    problems.finish(minting)
}

fn ttl(problems: &mut Problems, wire: Option<prost_types::Duration>) -> Option<Duration> {
    let Some(wire) = wire else { return Some(TTL_DEFAULT) };
    let ttl = Duration::try_from(wire).ok().filter(|t| (TOKEN_TTL_MIN..=TOKEN_TTL_MAX).contains(t));
    if ttl.is_none() {
        problems.add("ttl", "must be 1 second to 1 hour; leave it out for 15 minutes");
    }
    ttl
}
