//! The decision log of a store, evaluated.

use std::path::{Path, PathBuf};

use crate::cli::reading;
use crate::engine::history::{CollectError, Collector, Reward, Seen, Target};
use crate::learn::offpolicy::row::{Row, Rows};

use super::EvaluateError;
use super::targets::Evaluated;

/// Rows of each policy, and what was seen on the way.
pub(super) fn evaluate(
    folder: &Path,
    brand: Option<&str>,
    policies: &[String],
    reward: Reward,
) -> Result<(Vec<Evaluated>, Seen), EvaluateError> {
    let (history, brand) = reading::open(folder, brand)?;
    let targets = targets(policies)?;
    let mut collector = Collector::new(&targets, reward);
    let matured = history.visit::<CollectError>(&brand, |past| collector.take(past))?;
    let rows = collector.rows(matured);
    let named = targets.iter().zip(rows);
    let evaluated = named.map(|(target, rows)| evaluated(target, rows, folder));
    Ok((evaluated.collect::<Result<_, _>>()?, collector.seen))
}

fn evaluated(target: &Target, rows: Vec<Row>, folder: &Path) -> Result<Evaluated, EvaluateError> {
    if rows.is_empty() {
        return Err(EvaluateError::Empty { path: folder.to_owned() });
    }
    let rows = Rows::new(rows).map_err(|error| EvaluateError::Evaluation(error.into()))?;
    Ok(Evaluated { policy: target.name.clone(), rows })
}

fn targets(named: &[String]) -> Result<Vec<Target>, EvaluateError> {
    let mut targets = Vec::new();
    for name in named {
        match Target::built_in(name) {
            Some(target) => targets.push(target),
            None => targets.extend(of_file(&PathBuf::from(name))?),
        }
    }
    Ok(targets)
}

fn of_file(path: &Path) -> Result<Vec<Target>, EvaluateError> {
    let refused = |problem: &dyn std::fmt::Display| {
        let names = "as-ran, uniform, popular, learned, or a TOML file with [[decision_policies]]";
        EvaluateError::Policy(format!("--policy {}: {problem}; give {names}", path.display()))
    };
    let text = std::fs::read_to_string(path).map_err(|error| refused(&error))?;
    Target::of_text(&text)
        .map_err(|error| EvaluateError::Policy(format!("{}: {error}", path.display())))
}
