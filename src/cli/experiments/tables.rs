//! What `concierge experiments` prints.

use crate::cli::output;
use crate::learn::experiment::arms::ArmsReport;
use crate::learn::experiment::impact::{Comparison, Finding, Measured, Outcome};
use crate::learn::experiment::ratio_mismatch::RatioCheck;
use crate::learn::experiment::sequential::Level;

use super::Answer;

/// Prints the tables.
pub(super) fn print(answer: &Answer, level: Level) {
    if answer.is_empty {
        output::answer(
            "No decision of the log was part of an experiment or a holdout: add [holdout] or \
             [[experiments]] to the catalog and publish it.",
        );
        return;
    }
    for (id, report) in &answer.experiments {
        output::answer(format_args!("experiment {id}"));
        output::answer(arms(report));
        tell(report.sample_ratio.as_ref());
    }
    output::answer("what each part of the policies is worth");
    let mut table = output::table(["against", "guests", "accept rate", "lift", "value lift"]);
    let mut missing = Vec::new();
    for Comparison { against, finding } in &answer.impact.comparisons {
        match finding {
            Finding::Measured(found) => {
                table.add_row([
                    against.to_string(),
                    format!("{} and {}", found.guests, found.guests_against),
                    rates(&found.accept_rate),
                    lift(&found.accept_rate),
                    lift(&found.value),
                ]);
            }
            Finding::NotMeasured(why) => missing.push(format!("{against}: {why}")),
        }
    }
    output::answer(table);
    tell(answer.impact.sample_ratio.as_ref());
    for line in missing {
        output::answer(line);
    }
    output::answer(format_args!(
        "Lifts are of the first over the second; intervals hold with {:.0} %, at any look.",
        100.0 * (1.0 - level.get())
    ));
}

fn arms(report: &ArmsReport) -> comfy_table::Table {
    let headings = ["arm", "units", "accept rate", "value a unit", "lift", "value lift"];
    let mut table = output::table(headings);
    for arm in &report.arms {
        let against = arm.against_control.as_deref();
        let of = |metric: fn(&Measured) -> &Outcome| match against {
            Some(found) => lift(metric(found)),
            None if arm.is_control => "control".to_owned(),
            None => String::new(),
        };
        table.add_row([
            arm.arm.clone(),
            arm.units.to_string(),
            format!("{:.4}", arm.accept_rate),
            format!("{:.2}", arm.value),
            of(|found| &found.accept_rate),
            of(|found| &found.value),
        ]);
    }
    table
}

fn tell(ratio: Option<&RatioCheck>) {
    if let Some(alarm) = ratio.and_then(|ratio| ratio.alarm.as_ref()) {
        output::answer(format_args!("ALARM: {alarm}"));
    }
}

fn rates(outcome: &Outcome) -> String {
    match outcome {
        Outcome::TooEarly(_) => String::new(),
        Outcome::Lift(lift) => format!("{:.4} and {:.4}", lift.bandit, lift.against),
    }
}

fn lift(outcome: &Outcome) -> String {
    match outcome {
        Outcome::TooEarly(why) => why.to_string(),
        Outcome::Lift(lift) => format!(
            "{:+.1} % [{:+.1}, {:+.1}]",
            100.0 * lift.lift,
            100.0 * lift.interval.low,
            100.0 * lift.interval.high
        ),
    }
}
