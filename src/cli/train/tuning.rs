//! The settings of iALS that foresee best, chosen within the part that models are trained on: what is
//! held back for measuring is never looked at.

use crate::learn::embedding::error::TrainingError;
use crate::learn::embedding::fold_in::FoldIn;
use crate::learn::embedding::holdout::{Division, Holdout, by_guest, chronological};
use crate::learn::embedding::ials::{Ials, IalsParameters};
use crate::learn::embedding::measure::measure;

use super::TrainArgs;
use super::steps::{Events, moment, tenth};

/// What is tried. Rendle et al., "Revisiting the performance of iALS on item recommendation benchmarks"
/// (`RecSys` 2022) find both to matter most, and the best of them orders of magnitude apart between
/// data sets.
const ALPHA0: [f64; 3] = [0.03, 0.1, 0.3];
const LAMBDA: [f64; 5] = [0.003, 0.01, 0.03, 0.1, 0.3];
/// Length of the lists whose NDCG decides.
const LENGTH: usize = 20;

/// The settings asked for, and the best of what is tried for those that were not told.
pub(super) fn parameters(
    args: &TrainArgs,
    events: &Events,
) -> Result<IalsParameters, TrainingError> {
    let with = |alpha0, lambda| IalsParameters {
        dimensions: args.dimensions,
        alpha0,
        lambda,
        epochs: args.epochs,
        seed: args.seed,
        ..IalsParameters::default()
    };
    let alphas = args.alpha0.map_or(ALPHA0.to_vec(), |told| vec![told]);
    let lambdas = args.lambda.map_or(LAMBDA.to_vec(), |told| vec![told]);
    let first = with(alphas[alphas.len() / 2], lambdas[lambdas.len() / 2]);
    if alphas.len() * lambdas.len() == 1 {
        return Ok(first);
    }
    // Too little to choose by: the middle of what would be tried.
    let Ok(holdout) = split(args, events) else { return Ok(first) };
    let mut best = (f64::MIN, first);
    for alpha0 in alphas {
        for lambda in &lambdas {
            let parameters = with(alpha0, *lambda);
            let ndcg = foresight(args, &holdout, parameters)?;
            if ndcg > best.0 {
                best = (ndcg, parameters);
            }
        }
    }
    Ok(best.1)
}

/// NDCG on what the inner split holds.
fn foresight(
    args: &TrainArgs,
    holdout: &Holdout<String, String>,
    parameters: IalsParameters,
) -> Result<f64, TrainingError> {
    let model = Ials::fit(&holdout.train, parameters, args.threads)?;
    let fold_in = FoldIn::of(&model)?;
    let offers = holdout.train.offers().len();
    let metrics =
        measure(&holdout.cases, offers, &[LENGTH], args.threads, |row, out| {
            match fold_in.taste(row) {
                Ok(taste) => fold_in.score(&taste.mean, out),
                Err(_) => out.fill(0.0),
            }
        });
    Ok(metrics.at.get(&LENGTH).map_or(0.0, |at| at.ndcg))
}

/// Splits what models are trained on once more.
fn split(args: &TrainArgs, events: &Events) -> Result<Holdout<String, String>, TrainingError> {
    let kept = |keep: &dyn Fn(&str) -> bool| -> Events {
        events.iter().filter(|event| keep(&event.guest)).cloned().collect()
    };
    match moment(args.held, events) {
        None => {
            let division = Division { offers_min: 2, held_share: args.held };
            by_guest(kept(&|guest| tenth(guest) != 0), division, |guest| tenth(guest) == 1)
        }
        Some(at) => {
            let before: Events = events.iter().filter(|event| event.time < at).cloned().collect();
            let inner = moment(args.held, &before).unwrap_or(at);
            chronological(before, inner)
        }
    }
}
