//! Why training stops: each error names what is wrong and what to do.

use super::dense::NotPositiveDefinite;

/// Training cannot go on with what it was given.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TrainingError {
    /// A weight that no loss can use.
    #[error(
        "interaction {row}: weight {weight} is not above 0 and at most {WEIGHT_MAX:e}; leave the \
         interaction out or mend its weight"
    )]
    Weight {
        /// Place among the interactions, from 0.
        row: usize,
        /// The weight.
        weight: f64,
    },
    /// Nothing to learn from.
    #[error("there are no interactions{0}: widen the time range or lower the thresholds")]
    Empty(&'static str),
    /// More guests or offers than an index can count.
    #[error("there are {count} {what}, more than {}: train on a part of them", u32::MAX)]
    TooMany {
        /// `guests` or `offers`.
        what: &'static str,
        /// How many there are.
        count: usize,
    },
    /// A hyper-parameter out of its range.
    #[error("{name} is {value}; set it {wanted}")]
    Parameter {
        /// Name of the hyper-parameter.
        name: &'static str,
        /// Its value.
        value: f64,
        /// Its range.
        wanted: &'static str,
    },
    /// Two things that must have the same shape.
    #[error("{what}: {found} in place of {wanted}")]
    Shape {
        /// What was counted.
        what: &'static str,
        /// What there must be.
        wanted: usize,
        /// What there is.
        found: usize,
    },
    /// Names that must be in order are not.
    #[error("{what} are not in ascending order, each once: sort them and their factors alike")]
    Order {
        /// Which names.
        what: &'static str,
    },
    /// EASE would need more memory than it may have.
    #[error(
        "EASE on {items} offers needs {needed} bytes, above memory_limit_bytes = {limit}: \
         raise the limit, or use iALS, whose memory grows with offers times dimensions"
    )]
    Memory {
        /// Offers.
        items: usize,
        /// Bytes of one matrix of offers by offers.
        needed: u128,
        /// Bytes allowed.
        limit: u64,
    },
    /// Regularisation too weak for the data.
    #[error("{what}: {source}")]
    Singular {
        /// What was being computed.
        what: &'static str,
        /// Where it failed.
        source: NotPositiveDefinite,
    },
    /// Factors or vectors with infinities or without a number.
    #[error("{what} hold a number that is not finite: check weights, and regularise more strongly")]
    NotFinite {
        /// Which numbers.
        what: &'static str,
    },
}

/// Largest weight of an interaction.
pub const WEIGHT_MAX: f64 = 1e9;

impl TrainingError {
    /// Tells what was being computed when a matrix turned out not to be positive definite.
    pub fn singular(what: &'static str) -> impl FnOnce(NotPositiveDefinite) -> Self {
        move |source| Self::Singular { what, source }
    }
}

/// Checks a hyper-parameter: finite and accepted by `is_valid`.
pub(super) fn parameter(
    name: &'static str,
    value: f64,
    wanted: &'static str,
    is_valid: impl FnOnce(f64) -> bool,
) -> Result<(), TrainingError> {
    if value.is_finite() && is_valid(value) {
        Ok(())
    } else {
        Err(TrainingError::Parameter { name, value, wanted })
    }
}
