//! Which model speaks for a brand's guests?
//!
//! MBG/NBD and Pareto/NBD are fitted to the same guests; both have four parameters, so the higher
//! log-likelihood wins, and MBG/NBD where they are as good as equal: it foretells without an
//! integral. BG/NBD does not stand for election: it holds everyone who came once for a guest for
//! ever, and in a hotel that is most of them. Guests with a yearly habit go to
//! [`super::beta_binomial`]; [`super::yearly`] tells whether they have one.

use serde::{Deserialize, Serialize};

use super::beta_geometric::MbgNbd;
use super::error::{BadNumber, FitError};
use super::fit::{Fit, fit_or_shrink};
use super::history::{History, Sample};
use super::pareto::ParetoNbd;

/// Log-likelihood by which Pareto/NBD must be better: a likelihood ratio of about seven.
pub const MARGIN: f64 = 2.0;

/// A model of when guests come again.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "model", rename_all = "snake_case")]
pub enum RepeatModel {
    /// Guests may leave after any stay.
    MbgNbd(MbgNbd),
    /// Guests may leave at any moment.
    ParetoNbd(ParetoNbd),
}

impl RepeatModel {
    /// P(the guest will ever come again | history), 0 to 1.
    pub fn alive(&self, guest: &History) -> f64 {
        match self {
            Self::MbgNbd(model) => model.alive(guest),
            Self::ParetoNbd(model) => model.alive(guest),
        }
    }

    /// What is to be expected of a guest, for any number of horizons; [`History::NEW`] for one who
    /// has just become one.
    pub fn outlook<'a>(&'a self, guest: &'a History) -> Outlook<'a> {
        Outlook { model: self, guest, alive: self.alive(guest) }
    }
}

/// A guest's future by a model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook<'a> {
    model: &'a RepeatModel,
    guest: &'a History,
    alive: f64,
}

impl Outlook<'_> {
    /// P(the guest will ever come again | history), 0 to 1.
    pub fn alive(&self) -> f64 {
        self.alive
    }

    /// E(stays within the next `horizon` | history).
    ///
    /// # Errors
    /// [`BadNumber`] for a horizon that is negative or not finite.
    pub fn expected_stays(&self, horizon: f64) -> Result<f64, BadNumber> {
        let if_alive = match self.model {
            RepeatModel::MbgNbd(model) => model.expected_if_alive(self.guest, horizon),
            RepeatModel::ParetoNbd(model) => model.expected_if_alive(self.guest, horizon),
        };
        Ok(self.alive * if_alive?)
    }
}

/// The model chosen and what it was chosen by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// The model.
    pub model: RepeatModel,
    /// The fit of MBG/NBD, or why there is none.
    pub mbg_nbd: Result<Fit<MbgNbd, 4>, FitError>,
    /// The fit of Pareto/NBD, or why there is none.
    pub pareto_nbd: Result<Fit<ParetoNbd, 4>, FitError>,
}

/// Fits both models and chooses.
///
/// # Errors
/// The error of MBG/NBD where neither can be fitted.
pub fn choose(sample: &Sample<History>) -> Result<Choice, FitError> {
    let mbg_nbd = fit_or_shrink::<MbgNbd, 4>(sample);
    let pareto_nbd = fit_or_shrink::<ParetoNbd, 4>(sample);
    let model = match (&mbg_nbd, &pareto_nbd) {
        (Ok(mbg), Ok(pareto)) if pareto.log_likelihood > mbg.log_likelihood + MARGIN => {
            RepeatModel::ParetoNbd(pareto.model)
        }
        (Ok(mbg), _) => RepeatModel::MbgNbd(mbg.model),
        (Err(_), Ok(pareto)) => RepeatModel::ParetoNbd(pareto.model),
        (Err(error), Err(_)) => return Err(*error),
    };
    Ok(Choice { model, mbg_nbd, pareto_nbd })
}
