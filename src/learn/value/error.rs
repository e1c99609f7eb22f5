//! What cannot be fitted or foretold, and what to do about it.

/// A number that no guest can have, or that a model cannot use.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{field}: is {value}; {remedy}")]
pub struct BadNumber {
    /// Name of the field.
    pub field: &'static str,
    /// What was given.
    pub value: f64,
    /// What to give in its place.
    pub remedy: &'static str,
}

/// A model that could not be fitted.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum FitError {
    /// Too few guests came again.
    #[error(
        "repeaters: {repeaters} of {guests} guests came again, at least {needed} must; take a \
         longer history, or fit properties of a kind together"
    )]
    TooFewRepeaters {
        /// Guests given.
        guests: u64,
        /// Those who came again.
        repeaters: u64,
        /// How many a fit needs.
        needed: u64,
    },
    /// A parameter ran to the end of what makes sense.
    #[error(
        "{parameter}: ran to {value:e}: the history does not tell how guests differ in it; take a \
         longer history or another model, and keep the last fit until then"
    )]
    Boundary {
        /// Name of the parameter.
        parameter: &'static str,
        /// How far it ran.
        value: f64,
    },
    /// What stays bring has no mean.
    #[error(
        "q: is {q}: what guests spend is spread so wide that it has no mean; cap extreme amounts \
         and fit again"
    )]
    NoMean {
        /// The parameter, up to 1.
        q: f64,
    },
    /// The likelihood cannot be computed.
    #[error("the log-likelihood at the start is not finite; look for extreme times or amounts")]
    NotFinite,
    /// The search did not end, or ended where the likelihood is flat.
    #[error(
        "the log-likelihood has no single maximum, the next step promises {promised:e}; take a \
         longer history or another model, and keep the last fit until then"
    )]
    NoConvergence {
        /// Log-likelihood that the next step promised.
        promised: f64,
    },
}

/// Checks that a number is finite and accepted by `is_valid`.
pub(super) fn check(
    field: &'static str,
    value: f64,
    remedy: &'static str,
    is_valid: impl FnOnce(f64) -> bool,
) -> Result<f64, BadNumber> {
    if value.is_finite() && is_valid(value) {
        Ok(value)
    } else {
        Err(BadNumber { field, value, remedy })
    }
}

/// Checks a parameter of a model: finite and above 0.
pub(super) fn parameter(field: &'static str, value: f64) -> Result<f64, BadNumber> {
    check(field, value, "give a finite parameter above 0", |value| value > 0.0)
}
