//! Maximum likelihood for any of the models: parameters, how sure they are, and why there are none.
//!
//! Parameters are above 0, so the search runs over their logarithms. Guests with equal rows are
//! counted, not repeated, and what depends on the number of repeat stays alone is computed once
//! for each number. Large samples begin on every n-th row. The result depends on nothing but the
//! guests: not on their order, and not on chance.
//!
//! Small hotels, and guests who hardly differ, often have no maximum: a parameter runs to 0 or to
//! infinity. [`fit`] says so; [`fit_or_shrink`] then draws the parameters gently toward where it
//! started, which leaves what the guests do tell as it is.

use super::error::FitError;
use super::history::{Row, Sample};
use super::jet::Jet;
use super::newton::{Maximum, Stuck, maximize, variances};

/// Guests who came again without whom no model is fitted.
pub const REPEATERS_MIN: u64 = 50;
/// How far a parameter may lie from its start, as a logarithm: a factor of a million.
const REACH: f64 = 13.9;
/// Standard error of a parameter's logarithm from which the parameter is anything: the search ended
/// on its way to 0 or to infinity.
const LOG_ERROR_MAX: f64 = 10.0;
/// Standard deviation of a parameter's logarithm about the start, where one is needed: a factor of
/// seven either way.
const PRIOR_SPREAD: f64 = 2.0;
/// With more different rows than this, the search begins on about as many.
const ROWS_FIRST: usize = 8_192;

/// A model of N parameters, all above 0, with the derivatives of its likelihood.
pub trait Model<const N: usize>: Sized {
    /// What it knows of a guest.
    type Row: Row;
    /// Names of the parameters, as in the paper.
    const NAMES: [&'static str; N];

    /// The model with these parameters, each above 0 and finite.
    fn of(parameters: [f64; N]) -> Self;
    /// A place to start from: `unit` is the mean of [`Row::size`], `repeats` the mean number of
    /// repeat stays.
    fn start(unit: f64, repeats: f64) -> [f64; N];
    /// The part of a guest's log-likelihood that depends on the number of repeat stays alone.
    fn shared(&self, repeats: u32) -> Jet<N>;
    /// The rest of it.
    fn row(&self, row: &Self::Row) -> Jet<N>;

    /// Log-likelihood of a guest.
    fn log_likelihood(&self, row: &Self::Row) -> f64 {
        self.shared(row.repeats()).value + self.row(row).value
    }
}

/// A fitted model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit<M, const N: usize> {
    /// The model.
    pub model: M,
    /// Its parameters.
    pub parameters: [f64; N],
    /// Standard errors of the parameters' logarithms: about the relative errors of the parameters.
    pub log_errors: [f64; N],
    /// Log-likelihood of all guests.
    pub log_likelihood: f64,
    /// Guests.
    pub guests: u64,
    /// Passes over all different rows.
    pub evaluations: u32,
    /// Whether the parameters were drawn toward the start, for want of a maximum.
    pub is_shrunk: bool,
}

/// Fits a model by maximum likelihood.
///
/// # Errors
/// [`FitError`] with too few guests who came again, or where the likelihood has no maximum.
pub fn fit<M: Model<N>, const N: usize>(sample: &Sample<M::Row>) -> Result<Fit<M, N>, FitError> {
    let centre = centre::<M, N>(sample)?;
    let mut start = centre;
    let step = sample.rows().len() / ROWS_FIRST;
    if step > 1
        && let Ok(found) = climb::<M, N>(&sample.thinned(step), centre, centre, f64::INFINITY)
    {
        start = found.at;
    }
    let found = climb::<M, N>(sample, start, centre, f64::INFINITY);
    let fit: Fit<M, N> = told(sample, &found.map_err(|stuck| why::<M, N>(stuck))?);
    match fit.log_errors.iter().position(|error| *error > LOG_ERROR_MAX) {
        Some(place) => {
            let (parameter, value) = (M::NAMES[place], fit.parameters[place]);
            Err(FitError::Boundary { parameter, value })
        }
        None => Ok(fit),
    }
}

/// Fits a model by maximum likelihood or, where there is no maximum, with a weak prior: every
/// parameter log-normal about its start.
///
/// # Errors
/// [`FitError`] with too few guests who came again, or where even that has no maximum.
pub fn fit_or_shrink<M: Model<N>, const N: usize>(
    sample: &Sample<M::Row>,
) -> Result<Fit<M, N>, FitError> {
    let is_shrinkable = |error: &FitError| {
        matches!(error, FitError::Boundary { .. } | FitError::NoConvergence { .. })
    };
    match fit::<M, N>(sample) {
        Err(error) if is_shrinkable(&error) => {
            let centre = centre::<M, N>(sample)?;
            let found = climb::<M, N>(sample, centre, centre, PRIOR_SPREAD);
            let found = found.map_err(|stuck| why::<M, N>(stuck))?;
            let fit = told(sample, &found);
            let log_likelihood = total::<M, N>(sample, &found.at).value;
            Ok(Fit { log_likelihood, is_shrunk: true, ..fit })
        }
        other => other,
    }
}

/// Where the search starts, as logarithms.
fn centre<M: Model<N>, const N: usize>(sample: &Sample<M::Row>) -> Result<[f64; N], FitError> {
    let (guests, repeaters) = (sample.guests(), sample.repeaters());
    if repeaters < REPEATERS_MIN {
        return Err(FitError::TooFewRepeaters { guests, repeaters, needed: REPEATERS_MIN });
    }
    let [weight, size, repeats] = sample.rows().iter().fold([0.0; 3], |sums, (row, count)| {
        let terms = [1.0, row.size(), f64::from(row.repeats())];
        std::array::from_fn(|i| sums[i] + count * terms[i])
    });
    Ok(M::start(size / weight, repeats / weight).map(libm::log))
}

fn told<M: Model<N>, const N: usize>(sample: &Sample<M::Row>, found: &Maximum<N>) -> Fit<M, N> {
    let parameters = found.at.map(libm::exp);
    let log_errors = variances(&found.jet).map_or([f64::INFINITY; N], |v| v.map(f64::sqrt));
    Fit {
        model: M::of(parameters),
        parameters,
        log_errors,
        log_likelihood: found.jet.value,
        guests: sample.guests(),
        evaluations: found.evaluations,
        is_shrunk: false,
    }
}

/// Log-likelihood of a sample with its derivatives by the parameters' logarithms.
fn total<M: Model<N>, const N: usize>(sample: &Sample<M::Row>, logs: &[f64; N]) -> Jet<N> {
    let parameters = logs.map(libm::exp);
    let model = M::of(parameters);
    let mut total = Jet::ZERO;
    for same in sample.rows().chunk_by(|(a, _), (b, _)| a.repeats() == b.repeats()) {
        let (mut part, mut weight) = (Jet::ZERO, 0.0);
        for (row, count) in same {
            part.add(*count, &model.row(row));
            weight += count;
        }
        part.add(weight, &model.shared(same[0].0.repeats()));
        total.add(1.0, &part);
    }
    total.by_logarithms(&parameters)
}

/// Climbs from `start`, with a prior of this spread about `centre`.
fn climb<M: Model<N>, const N: usize>(
    sample: &Sample<M::Row>,
    start: [f64; N],
    centre: [f64; N],
    spread: f64,
) -> Result<Maximum<N>, Stuck> {
    let precision = 1.0 / (spread * spread);
    maximize(start, centre, REACH, |logs| {
        let mut jet = total::<M, N>(sample, logs);
        for i in 0..N {
            let off = logs[i] - centre[i];
            jet.value -= 0.5 * precision * off * off;
            jet.gradient[i] -= precision * off;
            jet.hessian[i][i] -= precision;
        }
        jet
    })
}

fn why<M: Model<N>, const N: usize>(stuck: Stuck) -> FitError {
    match stuck {
        Stuck::Start => FitError::NotFinite,
        Stuck::Bound(place, log) => {
            FitError::Boundary { parameter: M::NAMES[place], value: libm::exp(log) }
        }
        Stuck::Steps(promised) => FitError::NoConvergence { promised },
    }
}
