//! Reads the holdout and the experiments.

use crate::catalog::content::{ARMS_MAX, DECISION_POLICIES_MAX, EXPERIMENTS_MAX, NAME_BYTES_MAX};
use crate::catalog::document::{Fields, Node};
use crate::domain::experiment::ablation::Ablation;
use crate::domain::experiment::bucket::LAYER_BUCKETS;
use crate::domain::experiment::plan::{ArmPlan, ExperimentPlan, Hashing, LayerRange, Unit};
use crate::domain::experiment::program::{HoldoutPlan, ProgramPlan};
use crate::domain::id::Label;

use super::values;

/// Fields of the holdout.
pub(in crate::catalog) const HOLDOUT: &[&str] = &["salt", "period", "share"];
/// Fields of an experiment.
pub(in crate::catalog) const EXPERIMENT: &[&str] =
    &["id", "salt", "unit", "hashing", "layer", "arms"];
/// Fields of a place in a layer.
pub(in crate::catalog) const LAYER: &[&str] = &["salt", "start", "end"];
/// Fields of an arm.
pub(in crate::catalog) const ARM: &[&str] = &["id", "share", "is_control", "ablation", "policies"];

const UNITS: [(&str, Unit); 3] =
    [("GUEST", Unit::Guest), ("BOOKING", Unit::Booking), ("PROPERTY_DAY", Unit::PropertyDay)];
const HASHINGS: [(&str, Hashing); 3] = [
    ("SHA256", Hashing::Sha256),
    ("GROWTHBOOK_V1", Hashing::GrowthbookV1),
    ("GROWTHBOOK_V2", Hashing::GrowthbookV2),
];

/// Reads the holdout and the experiments of a document.
pub(super) fn program(fields: &Fields<'_>) -> ProgramPlan {
    let experiments = fields.list("experiments", EXPERIMENTS_MAX);
    ProgramPlan {
        holdout: fields.get("holdout").map(|node| holdout(&node)),
        experiments: experiments.iter().map(experiment).collect(),
    }
}

fn holdout(node: &Node<'_>) -> HoldoutPlan {
    let fields = node.fields(HOLDOUT);
    HoldoutPlan {
        salt: text(fields.get("salt")).unwrap_or_else(|| "holdout".to_owned()),
        period: text(fields.need("period", "\"2026\"")).unwrap_or_default(),
        share: number(fields.need("share", "200")).unwrap_or(0),
    }
}

fn experiment(node: &Node<'_>) -> ExperimentPlan {
    let fields = node.fields(EXPERIMENT);
    let id = values::id(fields.need("id", "\"impact\""), Label::parse).to_string();
    fields.need("arms", "[{ id = \"now\", share = 5000, is_control = true }, …]");
    let unit = fields.get("unit").and_then(|node| values::one_of(&node, &UNITS));
    let hashing = fields.get("hashing").and_then(|node| values::one_of(&node, &HASHINGS));
    ExperimentPlan {
        salt: text(fields.get("salt")).unwrap_or_else(|| id.clone()),
        unit: unit.unwrap_or_default(),
        hashing: hashing.unwrap_or_default(),
        layer: layer(fields.get("layer"), &id),
        arms: fields.list("arms", ARMS_MAX).iter().map(arm).collect(),
        id,
    }
}

/// Without a word of it an experiment is on everybody, in a layer of its own.
fn layer(node: Option<Node<'_>>, id: &str) -> LayerRange {
    let fields = node.map(|node| node.fields(LAYER));
    let get = |name: &str| fields.as_ref().and_then(|fields| fields.get(name));
    LayerRange {
        salt: text(get("salt")).unwrap_or_else(|| format!("layer of {id}")),
        start: number(get("start")).unwrap_or(0),
        end: number(get("end")).unwrap_or(LAYER_BUCKETS),
    }
}

fn arm(node: &Node<'_>) -> ArmPlan {
    let fields = node.fields(ARM);
    let ablations = Ablation::ALL.map(|ablation| (ablation.name(), ablation));
    let policies = fields.get("policies").map(|node| node.entries(DECISION_POLICIES_MAX));
    let policy = |(from, to): (&str, Node<'_>)| {
        let from = to.checked(Label::parse("policies", from).map_err(|invalid| invalid.problem))?;
        Some((from, values::id(Some(to), Label::parse)))
    };
    ArmPlan {
        id: values::id(fields.need("id", "\"new\""), Label::parse).to_string(),
        share: number(fields.need("share", "5000")).unwrap_or(0),
        is_control: fields.get("is_control").and_then(|node| node.flag()).unwrap_or(false),
        ablation: fields.get("ablation").and_then(|node| values::one_of(&node, &ablations)),
        policies: policies.into_iter().flatten().filter_map(policy).collect(),
    }
}

fn text(node: Option<Node<'_>>) -> Option<String> {
    node.and_then(|node| node.text(NAME_BYTES_MAX).map(str::to_owned))
}

fn number(node: Option<Node<'_>>) -> Option<u16> {
    node.and_then(|node| node.whole(0..=10_000)).and_then(|n| u16::try_from(n).ok())
}
