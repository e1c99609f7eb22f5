//! What `concierge evaluate` prints: an answer for each policy, or why there is none.

use comfy_table::Table;

use crate::cli::output;
use crate::learn::offpolicy::gate::Verdict;
use crate::learn::offpolicy::intervals::Interval;

use super::{Answer, PolicyReport};

/// A row for each policy.
pub(super) fn answers(reports: &[PolicyReport]) -> Table {
    let mut table = output::table([
        "policy",
        "value",
        "interval",
        "over logged",
        "interval ",
        "by",
        "effective decisions",
    ]);
    if let Some(first) = reports.first() {
        let logged = &first.report.table.logged;
        let decisions = first.report.table.weights.decisions.to_string();
        let none = String::new;
        let row = [value(logged.value), interval(logged.normal)];
        table.add_row(["what ran".to_owned()].into_iter().chain(row).chain([
            none(),
            none(),
            none(),
            decisions,
        ]));
    }
    for PolicyReport { policy, report } in reports {
        let effective = format!("{:.0}", report.table.weights.effective_sample_size);
        table.add_row(match &report.verdict {
            Verdict::Answer(answer) => [
                policy.clone(),
                value(answer.value()),
                interval(answer.interval()),
                format!("{:+.5}", answer.lift()),
                interval(answer.lift_interval()),
                answer.estimator().name().to_owned(),
                effective,
            ],
            Verdict::Refused(_) => {
                let refused = "no answer".to_owned();
                let none = String::new;
                [policy.clone(), refused, none(), none(), none(), none(), effective]
            }
        });
    }
    table
}

/// Every estimator of a policy, ungated.
pub(super) fn estimators(report: &PolicyReport) -> String {
    let mut table = output::table(["estimator", "parameter", "value", "interval", "over logged"]);
    for line in &report.report.table.lines {
        table.add_row([
            line.estimator.name().to_owned(),
            line.parameter.map(|p| format!("{p:.3}")).unwrap_or_default(),
            value(line.ungated_value),
            interval(line.normal),
            format!("{:+.5}", line.ungated_lift),
        ]);
    }
    let weights = &report.report.table.weights;
    format!(
        "{}: whether or not the log carries an answer\n{table}\n\
         weights: mean {:.4} ± {:.4} (1 where log and policy fit), largest {:.2} with {:.1} % of all",
        report.policy,
        weights.mean,
        weights.standard_error,
        weights.max,
        weights.max_share * 100.0,
    )
}

/// Why there is no answer where there is none, and how to read the table.
pub(super) fn footnotes(answer: &Answer) -> String {
    let reports = &answer.policies;
    let mut notes = Vec::new();
    if let Some(seen) = &answer.seen {
        notes.push(format!(
            "{} of {} decisions were made again to the bit. Left out: {} placements that nothing was \
             drawn for, {} whose labels are not final.",
            seen.replayed, seen.decisions, seen.not_drawn, seen.not_final
        ));
    }
    for report in reports {
        notes.extend(
            report.report.advice.iter().map(|advice| format!("{}: {advice}", report.policy)),
        );
    }
    if let Some(first) = reports.first() {
        let (level, guests) = (first.report.table.level * 100.0, first.report.table.guests);
        notes.push(format!(
            "Value is reward for each decision. Intervals hold with {level:.0} %, over {guests} guests."
        ));
    }
    notes.join("\n")
}

fn value(value: f64) -> String {
    format!("{value:.5}")
}

fn interval(interval: Interval) -> String {
    format!("[{:.5}, {:.5}]", interval.low, interval.high)
}
