//! Which guests are one, or are not.

use crate::api::v1;
use crate::domain::id::GuestId;
use crate::domain::scope::Scope;
use crate::engine::Merging;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::preference;

/// A merge that is asked for.
#[derive(Debug)]
pub(crate) struct MergeAsked {
    pub(crate) merging: Merging,
    pub(crate) commits: bool,
}

/// An un-merge that is asked for.
#[derive(Debug)]
pub(crate) struct UnmergeAsked {
    pub(crate) source: GuestId,
    pub(crate) commits: bool,
}

/// Reads a merge.
pub(crate) fn merge(scope: &Scope, wire: &v1::MergeGuestsRequest) -> Result<MergeAsked, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    preference::request_id(p, &wire.request_id);
    let source = names::guest(p, scope, "source", &wire.source);
    let target = names::guest(p, scope, "target", &wire.target);
    let merging = source.zip(target).map(|(source, target)| Merging { source, target });
    let asked = merging.map(|merging| MergeAsked { merging, commits: !wire.validate_only });
    problems.finish(asked)
}

/// Reads an un-merge.
pub(crate) fn unmerge(
    scope: &Scope,
    wire: &v1::UnmergeGuestRequest,
) -> Result<UnmergeAsked, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    preference::request_id(p, &wire.request_id);
    let source = names::guest(p, scope, "source", &wire.source);
    let asked = source.map(|source| UnmergeAsked { source, commits: !wire.validate_only });
    problems.finish(asked)
}
