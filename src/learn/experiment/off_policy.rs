//! What would each ablation have been worth on decisions that the whole policy made?
//!
//! Rows with selection probabilities, turned into weighted rewards for an estimator that the caller
//! brings. It needs no guests in other arms, but overlap: an estimator must refuse where the
//! weights carry too little.

use std::collections::BTreeMap;

use super::ablation::Policy;

/// A logged decision.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedDecision {
    /// What it brought.
    pub reward: f64,
    /// Selection probability of the action taken, as logged; above 0, at most 1.
    pub selection_probability: f64,
    /// Selection probability of that action under each ablated policy, 0 to 1. One that cannot be
    /// computed is left out.
    pub ablated: BTreeMap<Policy, f64>,
}

/// A reward and how much it counts under the other policy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightedReward {
    /// `π_e(a) / p`: the other policy's selection probability over the logged one.
    pub weight: f64,
    /// What the decision brought.
    pub reward: f64,
}

/// A row that cannot be weighted.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LogError {
    /// The logged selection probability.
    #[error("rows[{row}].selection_probability: is {value}; log one above 0 and at most 1")]
    Logged {
        /// Number of the row.
        row: usize,
        /// What was logged.
        value: f64,
    },
    /// A policy's selection probability.
    #[error("rows[{row}].ablated.{policy}: is {value}; give one from 0 to 1")]
    Ablated {
        /// Number of the row.
        row: usize,
        /// The policy.
        policy: Policy,
        /// What was given.
        value: f64,
    },
    /// A policy that a row says nothing of.
    #[error("rows[{row}].ablated.{policy}: is missing; compute it for all rows or none")]
    Missing {
        /// Number of the row.
        row: usize,
        /// The policy.
        policy: Policy,
    },
    /// The reward.
    #[error("rows[{row}].reward: is not a finite number; leave the row out or mend its source")]
    Reward {
        /// Number of the row.
        row: usize,
    },
}

/// What `estimator` makes of the rows as if `policy` had decided. The whole policy
/// ([`Policy::Bandit`]) has weight 1 everywhere.
///
/// # Errors
/// [`LogError`] of the first row that cannot be weighted.
pub fn evaluate<T>(
    rows: &[LoggedDecision],
    policy: Policy,
    estimator: impl FnOnce(&[WeightedReward]) -> T,
) -> Result<T, LogError> {
    let weighted = rows.iter().enumerate().map(|(at, row)| weigh(at, row, policy));
    Ok(estimator(&weighted.collect::<Result<Vec<_>, _>>()?))
}

fn weigh(
    row: usize,
    decision: &LoggedDecision,
    policy: Policy,
) -> Result<WeightedReward, LogError> {
    let logged = decision.selection_probability;
    if !(logged > 0.0 && logged <= 1.0) {
        return Err(LogError::Logged { row, value: logged });
    }
    if !decision.reward.is_finite() {
        return Err(LogError::Reward { row });
    }
    let chosen = match policy {
        Policy::Bandit => logged,
        ablated => {
            *decision.ablated.get(&ablated).ok_or(LogError::Missing { row, policy: ablated })?
        }
    };
    if !(0.0..=1.0).contains(&chosen) {
        return Err(LogError::Ablated { row, policy, value: chosen });
    }
    Ok(WeightedReward { weight: chosen / logged, reward: decision.reward })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(reward: f64, logged: f64, random: Option<f64>) -> LoggedDecision {
        let ablated = random.map(|p| (Policy::RandomEligible, p)).into_iter().collect();
        LoggedDecision { reward, selection_probability: logged, ablated }
    }

    fn mean(rows: &[WeightedReward]) -> f64 {
        let count = u32::try_from(rows.len()).unwrap();
        rows.iter().map(|row| row.weight * row.reward).sum::<f64>() / f64::from(count)
    }

    /// Two actions worth 1 and 0, logged at .8 and .2 in their proportions: under the uniform
    /// policy worth ½.
    #[test]
    fn weights_turn_one_policys_rewards_into_anothers() {
        let mut rows = vec![row(1.0, 0.8, Some(0.5)); 8];
        rows.extend(vec![row(0.0, 0.2, Some(0.5)); 2]);
        let random = evaluate(&rows, Policy::RandomEligible, mean).unwrap();
        let whole = evaluate(&rows, Policy::Bandit, mean).unwrap();
        assert!((random - 0.5).abs() < 1e-12 && (whole - 0.8).abs() < 1e-12, "{random} {whole}");
        let weights: f64 =
            evaluate(&rows, Policy::RandomEligible, |rows| rows.iter().map(|r| r.weight).sum())
                .unwrap();
        assert!((weights - 10.0).abs() < 1e-12);
    }

    #[test]
    fn rows_that_cannot_be_weighted_are_named() {
        let sound = row(1.0, 0.5, Some(0.5));
        let refused = |unsound: LoggedDecision| {
            let rows = [sound.clone(), unsound];
            evaluate(&rows, Policy::RandomEligible, mean).unwrap_err().to_string()
        };
        let starts = |text: String, start: &str| assert!(text.starts_with(start), "{text}");
        starts(refused(row(1.0, 0.0, Some(0.5))), "rows[1].selection_probability: is 0;");
        starts(refused(row(1.0, f64::NAN, Some(0.5))), "rows[1].selection_probability: is NaN;");
        starts(refused(row(1.0, 0.5, Some(1.5))), "rows[1].ablated.random_eligible: is 1.5;");
        starts(refused(row(1.0, 0.5, None)), "rows[1].ablated.random_eligible: is missing;");
        starts(refused(row(f64::NAN, 0.5, Some(0.5))), "rows[1].reward: is not");
    }
}
