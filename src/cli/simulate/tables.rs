//! What `concierge simulate` prints: a table of regrets, one of everything else, and how to read
//! them.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, Table};

use crate::cli::output;
use crate::sim::hotel::report::{PolicyFigures, Report, Spread};
use crate::sim::hotel::run::Reference;
use crate::sim::hotel::tally::TOLD_AT;

/// What could be had, and how to read the tables.
pub(super) fn summary(report: &Report) -> String {
    let percent = |of: fn(&Reference) -> f64| report.mean_of(of) * 100.0;
    let rounds = report.counted_rounds;
    let mean = match report.worlds.len() {
        1 => format!("One world of {rounds} rounds"),
        n => format!("Mean of {n} worlds of {rounds} rounds, ± one standard error"),
    };
    let mut text = format!(
        "{mean}. Of some {:.0} candidates the best is accepted in {:.2} % of the rounds, one at random \
         in {:.2} %. ECE and over-prediction are those of what was chosen in the second half of the rounds.",
        report.mean_of(|world| world.candidates),
        percent(|world| world.oracle_accept_rate),
        percent(|world| world.uniform_accept_rate),
    );
    if let Some(margin) = &report.scenario.margin {
        let _infallible = write!(
            text,
            "\nA round brings {:.4} with the best, {:.4} with one at random. Regret and value are in units of {} of margin.",
            report.mean_of(|world| world.oracle_value),
            report.mean_of(|world| world.uniform_value),
            margin.unit,
        );
    }
    if report.scenario.brand.is_some() {
        let _infallible = write!(
            text,
            "\nThese are one property's {rounds} rounds. Alone, a policy learns from them; in the brand, from all {}.",
            report.rounds,
        );
    }
    text
}

/// A heading, and what stands below it for a policy.
type Column = (String, Box<dyn Fn(&PolicyFigures) -> String>);

fn column(heading: &str, cell: impl Fn(&PolicyFigures) -> String + 'static) -> Column {
    (heading.to_owned(), Box::new(cell))
}

/// A row for each policy.
fn table(report: &Report, columns: &[Column]) -> Table {
    let mut table = output::table::<0>([]);
    table.set_header(columns.iter().map(|(heading, _)| heading));
    for policy in &report.policies {
        table.add_row(columns.iter().map(|(_, cell)| cell(policy)));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Regret at the end and on the way, and how much of the oracle's reward is reached.
pub(super) fn regrets(report: &Report) -> Table {
    let best = report.mean_of(|world| world.oracle_value);
    let mut columns = vec![
        column("policy", PolicyFigures::label),
        column("regret", |p| {
            let error = p.regret.standard_error.map(|error| format!(" ± {error:.1}"));
            format!("{:.1}{}", p.regret.mean, error.unwrap_or_default())
        }),
    ];
    for mark in TOLD_AT.into_iter().filter(|mark| *mark < report.counted_rounds) {
        columns.push(column(&format!("at {mark}"), move |p| {
            p.regret_at(mark).map_or_else(String::new, |regret| format!("{regret:.1}"))
        }));
    }
    columns.push(column("of oracle", move |p| format!("{:.1} %", p.value.mean / best * 100.0)));
    table(report, &columns)
}

/// What was accepted, calibration and times.
pub(super) fn qualities(report: &Report) -> Table {
    let mean = |spread: Option<Spread>| spread.map(|spread| spread.mean);
    let mut columns = vec![
        column("policy", PolicyFigures::label),
        column("accepted", |p| format!("{:.2} %", p.accept_rate.mean * 100.0)),
    ];
    if report.scenario.margin.is_some() {
        columns.push(column("value", |p| format!("{:.4}", p.value.mean)));
    }
    columns.extend([
        column("ECE", move |p| {
            mean(p.calibration_error).map_or_else(String::new, |error| format!("{error:.4}"))
        }),
        column("over-predicted", move |p| mean(p.over_prediction).map_or_else(String::new, signed)),
        column("decision µs", |p| format!("{:.1}", p.decision_us)),
        column("label µs", |p| format!("{:.1}", p.label_us)),
    ]);
    table(report, &columns)
}

/// A part as percent with its sign; what rounds to nothing is above zero.
fn signed(part: f64) -> String {
    let tenths = (part * 1_000.0).round() + 0.0;
    format!("{:+.1} %", tenths / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::hotel::policy::Policy;
    use crate::sim::hotel::run::{Setup, Unwatched, play};
    use crate::sim::hotel::scenario::Scenario;

    fn text(scenario: &str, policies: &[Policy], seeds: &[u64], rounds: u64) -> String {
        let scenario = Scenario::find(scenario).unwrap();
        let setup = Setup { scenario, policies: policies.to_vec(), seeds: seeds.to_vec(), rounds };
        let report = Report::new(&setup, &play(&setup, &mut Unwatched));
        format!("{}\n{}\n{}", regrets(&report), qualities(&report), summary(&report))
    }

    #[test]
    fn the_tables_have_a_row_for_each_policy_and_a_column_for_what_counts() {
        let standard = text("standard", &[Policy::Popular, Policy::Oracle], &[1, 2], 1_500);
        assert!(standard.contains("at 1000") && !standard.contains("at 2000"), "{standard}");
        assert!(standard.contains("0.0 ± 0.0") && standard.contains("100.0 %"), "{standard}");
        assert!(!standard.contains("value") && standard.contains("2 worlds of 1500"), "{standard}");
        let margins = text("heavy-tail", &[Policy::Oracle], &[1], 10);
        assert!(margins.contains("value") && !margins.contains('±'), "{margins}");
        let brand = text("sparse-hotel", &[Policy::Greedy], &[1], 60);
        assert!(brand.contains("greedy (alone)") && brand.contains("greedy (in the brand)"));
        assert!(brand.contains("one property's 2 rounds"), "{brand}");
    }

    #[test]
    fn nothing_has_no_minus_sign() {
        assert_eq!(
            [-0.000_4, 0.0, 0.084, -0.05].map(signed),
            ["+0.0 %", "+0.0 %", "+8.4 %", "-5.0 %"]
        );
    }
}
