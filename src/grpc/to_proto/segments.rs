//! Values of guests and their groups on the wire.

use crate::api::v1;
use crate::domain::scope::Scope;
use crate::domain::value::ValueFit;
use crate::engine::insight::parts::{DriftLine, GroupLine, Groups, Standing};
use crate::engine::insight::{Alike, Fitted, GuestWorth};
use crate::grpc::names;

use super::values;

/// What a guest is worth.
pub(crate) fn guest_value(scope: &Scope, found: &GuestWorth) -> v1::GetGuestValueResponse {
    v1::GetGuestValueResponse {
        name: names::write(scope, "guests", found.guest.as_str()),
        value_time: Some(values::moment(found.now)),
        allows_profiling: found.allows_profiling,
        value: found.standing.as_ref().map(value),
        model: Some(model(&found.fit)),
    }
}

fn value(standing: &Standing) -> v1::GuestWorth {
    let worth = &standing.worth;
    let (history, lifetime) = (&worth.history, &worth.lifetime);
    let repeats = i32::try_from(history.repeats()).unwrap_or(i32::MAX);
    v1::GuestWorth {
        alive_probability: worth.alive,
        expected_stay_count: worth.expected_stays,
        expected_spend: worth.expected_spend,
        lifetime_value: lifetime.net(),
        lifetime_margin: lifetime.margin,
        lifetime_commission: lifetime.commission,
        lifetime_service_cost: lifetime.service,
        lifetime_contact_cost: lifetime.contact,
        tier: format!("{:?}", standing.tier),
        plain_tier: format!("{:?}", standing.plain_tier),
        best_tier: format!("{:?}", standing.best_tier),
        overdue_ratio: worth.overdue.unwrap_or(0.0),
        is_at_risk: standing.churn.is_at_risk,
        stay_count: repeats.saturating_add(1),
        repeat_count: repeats,
        recency_weeks: history.last(),
        age_weeks: history.age(),
        mean_repeat_spend: worth.repeat_spend,
        paid: worth.paid,
        first_arrival_date: worth.arrivals.0.to_string(),
        last_arrival_date: worth.arrivals.1.to_string(),
    }
}

fn model(fit: &ValueFit) -> v1::ValueModel {
    let [margin_share, commission_share, service_cost, contact_cost, discount] = fit.economics;
    v1::ValueModel {
        fit_time: Some(values::moment(fit.until)),
        repeat_model: fit.repeat.name().to_owned(),
        repeat_parameters: fit.parameters.to_vec(),
        spend_parameters: fit.spend.iter().flatten().copied().collect(),
        tier_bounds: fit.bounds.iter().flatten().copied().collect(),
        typical_gap_days: fit.gap_days.unwrap_or(0.0),
        horizon_months: i32::try_from(fit.months).unwrap_or(i32::MAX),
        economics: Some(v1::StayEconomics {
            margin_share,
            commission_share,
            service_cost,
            contact_cost,
            monthly_discount_rate: discount,
        }),
        guest_count: count(fit.guests),
        repeat_guest_count: count(fit.repeaters),
    }
}

/// What was fitted.
pub(crate) fn fitted(fitted: &Fitted) -> v1::FitGuestModelsResponse {
    let segments = fitted.segments.as_ref();
    let clusters = segments.map_or(0, |fit| fit.clusters.len());
    v1::FitGuestModelsResponse {
        value_model: fitted.value.as_ref().ok().map(model),
        complement_pair_count: fitted
            .complements
            .as_ref()
            .map_or(0, |fit| i32::try_from(fit.pairs.len()).unwrap_or(i32::MAX)),
        not_valued_reason: fitted.value.as_ref().err().map(ToString::to_string).unwrap_or_default(),
        cluster_count: i32::try_from(clusters).unwrap_or(i32::MAX),
        silhouette: segments.map_or(0.0, |fit| fit.silhouette),
    }
}

/// Who is like the seeds.
pub(crate) fn look_alikes(scope: &Scope, found: &[Alike]) -> v1::FindLookalikesResponse {
    let reason = |reason: &crate::engine::insight::Reason| v1::LookalikeReason {
        feature: reason.feature.clone(),
        text: reason.words.clone(),
        part: reason.part,
    };
    let one = |alike: &Alike| v1::Lookalike {
        guest: names::write(scope, "guests", alike.guest.as_str()),
        score: alike.score,
        reasons: alike.reasons.iter().map(reason).collect(),
        tier: alike.tier.map(|tier| format!("{tier:?}")).unwrap_or_default(),
    };
    v1::FindLookalikesResponse { lookalikes: found.iter().map(one).collect() }
}

/// The groups that guests form.
pub(crate) fn groups(groups: &Groups) -> v1::ListSegmentsResponse {
    v1::ListSegmentsResponse {
        guest_count: count(groups.guests),
        fit_date: groups.fitted.clone().unwrap_or_default(),
        fit_guest_count: count(groups.fitted_guests),
        silhouette: groups.silhouette,
        clusters: groups.clusters.iter().map(group).collect(),
        rule_segments: groups.rules.iter().map(group).collect(),
        size_drift: groups.sizes.as_ref().map(drift),
        features: groups
            .features
            .iter()
            .map(|line| v1::SegmentFeature {
                id: line.feature.clone(),
                drift: line.drift.as_ref().map(drift),
            })
            .collect(),
    }
}

fn group(line: &GroupLine) -> v1::GuestSegment {
    v1::GuestSegment {
        id: line.id.clone(),
        display_name: line.name.clone(),
        guest_count: count(line.guests),
        share: line.share,
        fit_share: line.share_at_fit,
        profit_share: line.profit_share,
        value_share: line.value_share,
        centre: line.centre.clone(),
        drift: line.drift.as_ref().map(drift),
    }
}

fn drift(line: &DriftLine) -> v1::SegmentDrift {
    v1::SegmentDrift {
        stability_index: line.psi,
        by_chance: line.by_chance,
        alarm: line.alarm.to_owned(),
    }
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
