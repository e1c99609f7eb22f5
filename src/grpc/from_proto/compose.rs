//! `ComposeBundle`: what a guest puts together.

use crate::api::v1;
use crate::domain::id::{GuestId, OfferId};
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::grpc::problems::{Problems, Refusal};

use super::{decide, values};

/// Most parts of a bundle.
const PARTS_MAX: usize = 16;

/// A bundle that is asked for.
#[derive(Debug)]
pub(crate) struct BundleAsked {
    pub(crate) asked: decide::Asked,
    pub(crate) chosen: Vec<OfferId>,
    pub(crate) proposes: bool,
}

/// Reads a bundle.
pub(crate) fn compose(
    scope: &Scope,
    wire: v1::ComposeBundleRequest,
    now: Timestamp,
    nobody: impl FnOnce() -> GuestId,
) -> Result<BundleAsked, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let ids = values::list(p, "offer_ids", wire.offer_ids, PARTS_MAX);
    let mut chosen: Vec<OfferId> = Vec::with_capacity(ids.len());
    for (at, id) in ids.iter().enumerate() {
        let field = values::at("offer_ids", at);
        let Some(id) = p.take(OfferId::parse(&field, id)) else { continue };
        if chosen.contains(&id) {
            p.add(&field, "stands in the list twice");
        }
        chosen.push(id);
    }
    let Some(template) = wire.decide_request else {
        p.add("decide_request", "is missing; say for whom and where it is composed");
        return problems.finish(None);
    };
    let asked = p.within(
        || "decide_request".into(),
        |p| {
            if template.placement_requests.len() > 1 {
                p.add("placement_requests", "has several; name the one where it is composed");
            }
            if template.channel_request.is_some() {
                p.add("channel_request", "must be left out: no channel is decided");
            }
            if template.validate_only {
                p.add("validate_only", "must be left out; ask with skip_complements");
            }
            decide::read(p, scope, template, now, nobody)
        },
    );
    let proposes = !wire.skip_complements;
    problems.finish(asked.map(|asked| BundleAsked { asked, chosen, proposes }))
}
