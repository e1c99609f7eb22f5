//! Reports on the wire.

use crate::api::v1;
use crate::domain::scope::Scope;
use crate::engine::InsightQuery;
use crate::engine::insight::parts::{
    BudgetLine, Comparison, Effect, Estimate, FairnessReport, Fault, Finding, Funnel, OfferLine,
    Outcome, Pair, Performance, Persistency, Profiling, Profitability, Promotion, PromotionLine,
    Prospecting, Report, Share, Tier, Violation,
};
use crate::grpc::names;

use super::{segments, values};

/// The seven P's.
pub(crate) fn report(query: &InsightQuery, report: &Report) -> v1::GetBusinessReportResponse {
    let pairs =
        |pairs: &[Pair], is_rival| pairs.iter().map(move |p| pair(p, is_rival)).collect::<Vec<_>>();
    let product = &report.product;
    v1::GetBusinessReportResponse {
        start_time: Some(values::moment(query.from)),
        end_time: Some(values::moment(query.until)),
        profiling: Some(profiling(&report.profiling)),
        persistency: Some(persistency(&report.persistency)),
        profitability: Some(profitability(&report.profitability, &report.persistency)),
        performance: Some(performance(&report.performance)),
        prospecting: Some(prospecting(&report.prospecting)),
        offers: product.offers.iter().map(offer).collect(),
        offer_pairs: [pairs(&product.rivals, true), pairs(&product.complements, false)].concat(),
        promotion: Some(promotion(&report.promotion)),
        segments: report.groups.as_ref().map(segments::groups),
    }
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn share(share: &Share) -> Option<v1::ShareEstimate> {
    let Share { of, count: successes, rate, low, high } = *share;
    Some(v1::ShareEstimate {
        trial_count: count(of),
        success_count: count(successes),
        rate,
        low,
        high,
    })
}

fn funnel(funnel: &Funnel) -> Option<v1::OfferFunnel> {
    Some(v1::OfferFunnel {
        offered_count: count(funnel.offered),
        shown_count: count(funnel.shown),
        clicked_count: count(funnel.clicked),
        accepted_count: count(funnel.accepted),
        declined_count: count(funnel.declined),
        reversed_count: count(funnel.reversed),
        revenue: funnel.revenue,
        margin: funnel.margin,
        accept_rate: share(&funnel.accept_rate()),
    })
}

fn profiling(of: &Profiling) -> v1::ProfilingReport {
    v1::ProfilingReport {
        guest_count: count(of.guests),
        profiled_guest_count: count(of.profiled),
        marketable_guest_count: count(of.marketable),
        reachable_guest_count: count(of.reachable),
        known_guest_count: count(of.known),
        stated_guest_count: count(of.stated),
        survey_answer_count: count(of.survey_answers),
        mean_learnt_share: of.learnt,
    }
}

fn persistency(of: &Persistency) -> v1::PersistencyReport {
    let figures = of.figures.as_ref();
    let migration = |(tier, row): (Tier, &[u64; 4])| v1::TierMigration {
        from_tier: format!("{tier:?}"),
        guest_counts: row.iter().map(|guests| count(*guests)).collect(),
    };
    let migrations = of.migration.iter().flat_map(|rows| Tier::ALL.into_iter().zip(rows));
    v1::PersistencyReport {
        not_valued_reason: of.not_valued.clone().unwrap_or_default(),
        guest_count: count(of.stayed),
        repeat_guest_count: count(of.repeaters),
        new_guest_count: count(of.new_guests),
        alive_share: figures.map_or(0.0, |f| f.alive),
        expected_stay_count: figures.map_or(0.0, |f| f.expected_stays),
        median_months_since_arrival: of.months_since_last.unwrap_or(0.0),
        typical_gap_days: figures.and_then(|f| f.typical_gap_days).unwrap_or(0.0),
        overdue_guest_count: figures.map_or(0, |f| values::long(f.overdue)),
        at_risk_guest_count: figures.map_or(0, |f| values::long(f.at_risk)),
        migrations: migrations.map(migration).collect(),
    }
}

fn profitability(of: &Profitability, persistency: &Persistency) -> v1::ProfitabilityReport {
    let figures = persistency.figures.as_ref();
    let tiers = figures.iter().flat_map(|figures| &figures.tiers);
    v1::ProfitabilityReport {
        paid: of.paid,
        offer_revenue: of.offer_revenue,
        offer_margin: of.offer_margin,
        contact_count: count(of.contacts),
        contact_cost: of.contact_cost,
        margin_per_decision: of.margin_per_decision,
        room_night_count: count(of.room_nights),
        incremental: of.incremental.map(|more| v1::IncrementalMargin {
            per_guest: more.per_guest,
            per_room_night: more.per_room_night,
            low: more.low,
            high: more.high,
        }),
        lifetime_value: figures.map_or(0.0, |f| f.lifetime_value),
        paid_by_top_fifth: figures.map_or(0.0, |f| f.paid_by_top_fifth),
        value_of_top_fifth: figures.map_or(0.0, |f| f.value_of_top_fifth),
        tiers: tiers
            .map(|line| v1::ValueTierReport {
                tier: format!("{:?}", line.tier),
                guest_count: values::long(line.guests),
                lifetime_value: line.lifetime_value,
                least_value: line.from,
            })
            .collect(),
    }
}

fn performance(of: &Performance) -> v1::PerformanceReport {
    v1::PerformanceReport {
        decision_count: count(of.decisions),
        by_model: share(&of.by_model),
        funnel: funnel(&of.funnel),
        placements: of
            .placements
            .iter()
            .map(|line| v1::PlacementReport {
                placement_id: line.placement.clone(),
                funnel: funnel(&line.funnel),
            })
            .collect(),
        channels: of
            .channels
            .iter()
            .map(|line| v1::ChannelReport {
                channel: line.channel.clone(),
                contact_count: count(line.contacts),
                answered: share(&line.answered),
                unsubscribed: share(&line.unsubscribed),
            })
            .collect(),
        withheld_count: count(of.withheld),
        comparisons: of.impact.comparisons.iter().filter_map(comparison).collect(),
        calibration: of.calibration.as_ref().map(|found| v1::CalibrationReport {
            label_count: count(found.labels),
            foreseen: found.foreseen,
            accepted: found.accepted,
            error: found.error,
        }),
    }
}

fn comparison(of: &Comparison) -> Option<v1::PolicyComparison> {
    let Finding::Measured(found) = &of.finding else { return None };
    let lift = |outcome: &Outcome| match outcome {
        Outcome::TooEarly(_) => None,
        Outcome::Lift(lift) => Some(v1::LiftEstimate {
            lift: lift.lift,
            low: lift.interval.low,
            high: lift.interval.high,
        }),
    };
    Some(v1::PolicyComparison {
        against: of.against.name().to_owned(),
        guest_count: count(found.guests),
        guest_count_against: count(found.guests_against),
        accept_lift: lift(&found.accept_rate),
        value_lift: lift(&found.value),
    })
}

fn prospecting(of: &Prospecting) -> v1::ProspectingReport {
    v1::ProspectingReport {
        prospect_count: count(of.prospects),
        converted: share(&of.converted),
        look_alike_counts: of.look_alike.iter().map(|guests| count(*guests)).collect(),
        cost_per_conversion: of.cost_per_conversion.unwrap_or(0.0),
    }
}

fn offer(line: &OfferLine) -> v1::OfferReport {
    v1::OfferReport {
        offer_id: line.offer.clone(),
        funnel: funnel(&line.funnel),
        guest_count: count(line.guests),
        coverage: line.coverage,
        penetration: line.penetration.unwrap_or(0.0),
        candidate_count: count(line.candidate),
    }
}

fn pair(pair: &Pair, is_rival: bool) -> v1::OfferPairReport {
    v1::OfferPairReport {
        offer_id: pair.one.clone(),
        other_offer_id: pair.other.clone(),
        is_rival,
        guest_count: count(pair.guests),
        both_count: count(pair.both),
        expected_count: pair.expected,
    }
}

fn promotion(of: &Promotion) -> v1::PromotionReport {
    let trial = |line: &PromotionLine| v1::PriceTrialReport {
        offer_id: line.offer.clone(),
        elasticity: line.elasticity,
        standard_error: line.standard_error,
        steps: line
            .steps
            .iter()
            .map(|step| v1::PriceStepReport {
                basis_points: i32::from(step.basis_points),
                funnel: funnel(&step.funnel),
                cell_count: count(step.cells),
                margin_per_offer: step.margin_per_offer,
                incremental_margin: step.incremental_margin,
                standard_error: step.standard_error.unwrap_or(0.0),
            })
            .collect(),
    };
    v1::PromotionReport {
        discounted: share(&of.discounted),
        mean_discount: of.mean_discount,
        trials: of.offers.iter().map(trial).collect(),
        budgets: of.budgets.iter().map(budget).collect(),
    }
}

fn budget(line: &BudgetLine) -> v1::BudgetReport {
    v1::BudgetReport {
        budget_id: line.budget.clone(),
        amount: line.amount,
        spent: line.spent,
        incremental_value: line.worth,
        minimum_return: line.least_return,
        asked_count: count(line.asked),
        shown_count: count(line.shown),
        accepted_count: count(line.accepted),
        elapsed_share: line.elapsed,
    }
}

/// Were prices fair?
pub(crate) fn audit(scope: &Scope, report: &FairnessReport) -> v1::AuditFairnessResponse {
    let broken = |fault| report.violation_counts.iter().find(|(of, _)| *of == fault);
    let rule = |fault: Fault| v1::FairnessRuleReport {
        rule: fault.name().to_owned(),
        violation_count: broken(fault).map_or(0, |(_, times)| count(*times)),
    };
    let violation = |violation: &Violation| v1::PriceViolationReport {
        rule: violation.fault.name().to_owned(),
        property: names::write(scope, "properties", &violation.property),
        offer_id: violation.offer.clone(),
        conditions: violation.conditions.clone(),
        decision_id: violation.found.decision.clone(),
        price: violation.found.price.clone(),
        other_decision_id: violation
            .against
            .as_ref()
            .map(|w| w.decision.clone())
            .unwrap_or_default(),
        other_price: violation.against.as_ref().map(|w| w.price.clone()).unwrap_or_default(),
    };
    let estimate = |of: Estimate| v1::FairnessEstimate {
        effect: of.effect,
        standard_error: of.standard_error,
    };
    let effect = |effect: &Effect| v1::FairnessEffectReport {
        attribute: effect.attribute.clone(),
        value: effect.value.clone(),
        guest_count: count(effect.guests),
        same_conditions: effect.same_conditions.map(estimate),
        overall: effect.overall.map(estimate),
    };
    v1::AuditFairnessResponse {
        is_fair: report.is_fair(),
        quote_count: count(report.quotes),
        guest_count: count(report.guests),
        not_audited_count: count(report.not_audited),
        rules: Fault::ALL.into_iter().map(rule).collect(),
        violations: report.violations.iter().map(violation).collect(),
        effects: report.effects.iter().map(effect).collect(),
    }
}
