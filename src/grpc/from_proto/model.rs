//! Calls that bring a model.

use std::collections::BTreeMap;

use ndarray::Array2;

use crate::api::v1;
use crate::domain::belief::DIM;
use crate::domain::id::OfferId;
use crate::domain::scope::Scope;
use crate::engine::TrainedModel;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::values;

/// Longest name and version, in bytes.
const NAME_BYTES_MAX: usize = 256;
/// Most offers of a model.
const OFFERS_MAX: usize = 10_000;

/// Checks the brand of a call that says nothing else.
pub(crate) fn parent(scope: &Scope, parent: &str) -> Result<(), Refusal> {
    let mut problems = Problems::new();
    let named = names::brand(&mut problems, scope, "parent", parent);
    problems.finish(named)
}

/// Reads a model.
pub(crate) fn model(scope: &Scope, wire: v1::ShadowModelRequest) -> Result<TrainedModel, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let parent = names::brand(p, scope, "parent", &wire.parent);
    let name = named(p, "display_name", wire.display_name);
    let version = named(p, "version", wire.version);
    let rows = values::list(p, "offers", wire.offers, OFFERS_MAX);
    let dimensions = rows.first().map_or(0, |row| row.factors.len());
    if !(1..=DIM).contains(&dimensions) {
        p.add("offers", format!("must have 1 to {DIM} factors for each offer"));
    }
    let mut offers = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        p.within(
            || values::at("offers", at),
            |p| {
                let id = p.take(OfferId::parse("offer_id", &row.offer_id));
                if row.factors.len() != dimensions || !row.factors.iter().all(|x| x.is_finite()) {
                    p.add(
                        "factors",
                        format!("must be {dimensions} finite numbers, as for the first offer"),
                    );
                }
                if let Some(id) = id
                    && offers.insert(id.to_string(), at).is_some()
                {
                    p.add("offer_id", "is there twice; give each offer once".to_owned());
                }
            },
        );
    }
    let read = parent.and(name).zip(version);
    let (name, version) = problems.finish(read)?;
    let order: Vec<usize> = offers.values().copied().collect();
    let factors = Array2::from_shape_fn((order.len(), dimensions), |(row, axis)| {
        rows[order[row]].factors[axis]
    });
    Ok(TrainedModel { name, version, offers: offers.into_keys().collect(), factors })
}

fn named(p: &mut Problems, field: &'static str, text: String) -> Option<String> {
    let text = values::bounded(p, field, text, NAME_BYTES_MAX);
    if text.is_empty() {
        p.add(field, "is required".to_owned());
        return None;
    }
    Some(text)
}
