//! Records of what was fitted, with every field set, for the golden bytes.

use super::samples::{SEQUENCE, at};
use crate::domain::complement::{Complement, ComplementFit};
use crate::domain::id::{BrandId, Label, OfferKey};
use crate::domain::record::{Body, Record};
use crate::domain::value::{
    ClusterFit, FeatureFit, RepeatKind, RuleFit, SegmentFit, ValueFact, ValueFit,
};

/// One record of each.
pub(super) fn records() -> Vec<Record> {
    let valued = ValueFit {
        until: at(7),
        repeat: RepeatKind::ParetoNbd,
        parameters: [0.55, 10.58, 0.61, 11.67],
        spend: Some([6.25, 3.74, 15.44]),
        mean_spend: 180.5,
        gap_days: Some(91.0),
        bounds: Some([900.0, 300.0, 40.0]),
        months: 36,
        economics: [0.6, 0.15, 10.0, 0.1, 0.01],
        guests: 2_357,
        repeaters: 946,
    };
    let segmented = SegmentFit {
        until: at(8),
        guests: 500,
        silhouette: 0.31,
        features: vec![FeatureFit {
            id: "frequency".into(),
            mean: 0.9,
            deviation: 0.4,
            edges: vec![0.7, 1.1],
            counts: vec![300, 120, 70, 10],
        }],
        clusters: vec![ClusterFit { name: "come often".into(), centre: vec![1.25], guests: 200 }],
        rules: vec![RuleFit { id: Label::parse("", "regulars").unwrap(), guests: 60 }],
    };
    let pair =
        |with, offer, percent| Complement { with: OfferKey(with), offer: OfferKey(offer), percent };
    let pairs = vec![pair(7, 0xabcd, -60), pair(0xabcd, 7, 135)];
    let complemented = ComplementFit { until: at(9), guests: 1_200, pairs };
    let facts = [
        ValueFact::Valued(valued),
        ValueFact::Valued(ValueFit { spend: None, gap_days: None, bounds: None, ..valued }),
        ValueFact::Segmented(segmented),
        ValueFact::Complemented(complemented),
    ];
    let record = |fact| Record {
        sequence: SEQUENCE,
        brand: BrandId::parse("", "aurora").unwrap(),
        recorded: at(9),
        body: Body::Fitted(Box::new(fact)),
    };
    facts.map(record).into()
}
