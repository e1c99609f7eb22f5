//! Reads of guests: whose, and which part of their life.

use crate::api::v1;
use crate::domain::id::GuestId;
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::engine::TimelineQuery;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{enums, paging, values};

/// A page of a timeline: the engine's part of the question, and ours.
pub(crate) struct TimelineAsked {
    pub(crate) query: TimelineQuery,
    /// Kinds of entries wanted; empty: all.
    pub(crate) kinds: Vec<v1::TimelineKind>,
    /// What leads on.
    pub(crate) pages: paging::Query,
}

/// Reads which guest is wanted.
pub(crate) fn get(scope: &Scope, wire: &v1::GetGuestRequest) -> Result<GuestId, Refusal> {
    let mut problems = Problems::new();
    let guest = names::guest(&mut problems, scope, "name", &wire.name);
    problems.finish(guest)
}

/// Reads whose preferences are wanted.
pub(crate) fn get_preferences(
    scope: &Scope,
    wire: &v1::GetPreferenceProfileRequest,
) -> Result<GuestId, Refusal> {
    let mut problems = Problems::new();
    let guest = names::guest_in(&mut problems, scope, "name", &wire.name, "preferenceProfile");
    problems.finish(guest)
}

/// Reads which page of which timeline is wanted.
pub(crate) fn timeline(
    scope: &Scope,
    wire: &v1::ListGuestTimelineRequest,
) -> Result<TimelineAsked, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let guest = names::guest(p, scope, "parent", &wire.parent);
    let from = values::moment(p, "start_time", wire.start_time).unwrap_or(Timestamp::EPOCH);
    let until = values::moment(p, "end_time", wire.end_time).unwrap_or(Timestamp::NEVER);
    if until <= from {
        p.add("end_time", "is not after start_time; turn the window round");
    }
    let kinds = kinds(p, &wire.kinds);
    let limit = paging::size(p, wire.page_size);
    let pages = paging::Query::of("timeline")
        .and(wire.parent.as_bytes())
        .and(&from.as_micros().to_le_bytes())
        .and(&until.as_micros().to_le_bytes())
        .and(&[u8::from(wire.oldest_first)])
        .and(&kinds.iter().map(|kind| *kind as u8).collect::<Vec<_>>());
    let after = pages
        .place(p, &wire.page_token)
        .map(|(micros, sequence)| (Timestamp::from_micros(micros), sequence));
    let oldest_first = wire.oldest_first;
    let asked = guest.map(|guest| TimelineAsked {
        query: TimelineQuery { guest, from, until, oldest_first, after, limit },
        kinds,
        pages,
    });
    problems.finish(asked)
}

fn kinds(problems: &mut Problems, wire: &[i32]) -> Vec<v1::TimelineKind> {
    if wire.len() > values::LIST_MAX {
        problems.add("kinds", "has too many elements");
        return Vec::new();
    }
    let mut kinds = Vec::new();
    for (at, number) in wire.iter().enumerate() {
        let path = || values::at("kinds", at);
        match problems.within(path, |p| enums::known::<v1::TimelineKind>(p, "", *number)) {
            Some(v1::TimelineKind::Unspecified) => {
                problems.add(&values::at("kinds", at), "is missing")
            }
            Some(kind) if !kinds.contains(&kind) => kinds.push(kind),
            Some(_) | None => {}
        }
    }
    kinds
}
