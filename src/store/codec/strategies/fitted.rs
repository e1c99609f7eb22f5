//! What was fitted to guests.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::domain::complement::{Complement, ComplementFit};
use crate::domain::id::{Label, OfferKey};
use crate::domain::value::{
    ClusterFit, FeatureFit, RepeatKind, RuleFit, SegmentFit, ValueFact, ValueFit,
};

fn real() -> impl Strategy<Value = f64> {
    -1e9..1e9_f64
}

fn valued() -> impl Strategy<Value = ValueFact> {
    let shape = (any::<[u32; 4]>(), option::of([real(), real(), real()]), real());
    let rest = (option::of(real()), option::of([real(), real(), real()]), any::<bool>());
    let sums = ([real(), real(), real(), real(), real()], any::<u32>(), any::<[u64; 2]>());
    (shape, rest, sums, super::time()).prop_map(
        |((parameters, spend, mean_spend), (gap_days, bounds, is_pareto), sums, until)| {
            let (economics, months, [guests, repeaters]) = sums;
            ValueFact::Valued(ValueFit {
                until,
                repeat: if is_pareto { RepeatKind::ParetoNbd } else { RepeatKind::MbgNbd },
                parameters: parameters.map(f64::from),
                spend,
                mean_spend,
                gap_days,
                bounds,
                months,
                economics,
                guests,
                repeaters,
            })
        },
    )
}

fn segmented() -> impl Strategy<Value = ValueFact> {
    let numbers = || vec(real(), 0..5);
    let feature = ("[a-z:]{1,12}", real(), real(), numbers(), vec(any::<u64>(), 0..5)).prop_map(
        |(id, mean, deviation, edges, counts)| FeatureFit {
            id: id.into(),
            mean,
            deviation,
            edges,
            counts,
        },
    );
    let rule = ("[a-z][a-z0-9.-]{0,20}", any::<u64>())
        .prop_map(|(id, guests)| RuleFit { id: Label::parse("", &id).unwrap(), guests });
    let centres = vec(("[a-z ]{0,20}", vec(real(), 4), any::<u64>()), 0..4);
    let lists = (vec(feature, 0..5), centres, vec(rule, 0..4));
    (super::time(), any::<u64>(), real(), lists).prop_map(
        |(until, guests, silhouette, (features, centres, rules))| {
            let cluster = |(name, centre, guests): (String, Vec<f64>, u64)| ClusterFit {
                name: name.into(),
                centre: centre.into_iter().take(features.len()).collect(),
                guests,
            };
            let clusters = centres.into_iter().map(cluster).collect();
            let fit = SegmentFit { until, guests, silhouette, features, clusters, rules };
            ValueFact::Segmented(fit)
        },
    )
}

fn complemented() -> impl Strategy<Value = ValueFact> {
    let pair = any::<(u64, u64, i16)>().prop_map(|(with, offer, percent)| Complement {
        with: OfferKey(with),
        offer: OfferKey(offer),
        percent,
    });
    (super::time(), any::<u64>(), vec(pair, 0..4)).prop_map(|(until, guests, pairs)| {
        ValueFact::Complemented(ComplementFit { until, guests, pairs })
    })
}

pub(super) fn fact() -> impl Strategy<Value = ValueFact> {
    prop_oneof![valued(), segmented(), complemented()]
}
