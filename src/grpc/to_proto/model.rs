//! Models on the wire.

use crate::api::v1;
use crate::engine::{Foresight, ModelFacts, Models};

/// What is known of a model.
pub(crate) fn model(facts: &ModelFacts) -> v1::Model {
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    v1::Model {
        display_name: facts.name.clone(),
        version: facts.version.clone(),
        offer_count: count(facts.offers),
        common_offer_count: count(facts.common),
        relative_distance: facts.relative_distance,
    }
}

/// Where the models stand.
pub(crate) fn models(models: &Models) -> v1::GetModelsResponse {
    let shadow = models.shadow.as_ref();
    v1::GetModelsResponse {
        published: models.published.as_ref().map(model),
        catalog_version: models.catalog_version,
        shadow: shadow.map(|(facts, _)| model(facts)),
        foresight: shadow.map(|(_, seen)| foresight(seen)),
    }
}

fn foresight(seen: &Foresight) -> v1::Foresight {
    let Foresight { labels, published_loss, shadow_loss } = *seen;
    v1::Foresight { label_count: labels, published_loss, shadow_loss }
}
