//! What a contact is worth, and with which probability each alternative is chosen (algorithms 5.2).
//!
//! ```text
//! U(channel, moment) = P(response)·value − cost − permission·P(unsubscribe) − annoyance·ΔF
//!                      − lateness·days
//! U(none) = 0
//! ```
//!
//! Saying nothing is an alternative like any other. Probabilities are those of
//! [`exploration::inverse_gap`]: exact, above the floor, computed after every hard rule.

use std::time::Duration;

use crate::learn::exploration;

/// Days after which a contact weighs half as much.
const PRESSURE_HALF_LIFE_DAYS: f64 = 7.0;

/// What a contact brings and costs, in major units of the brand's currency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contact {
    /// P(the guest responds | contacted).
    pub response_propensity: f64,
    /// Worth of a response: P(accept | response) · margin.
    pub value: f64,
    /// Cost of the message.
    pub cost: f64,
    /// P(this contact ends in an unsubscription).
    pub unsubscribe_hazard: f64,
    /// What the permission to use this channel is worth: the guest's lifetime value · share of the
    /// margin that arrives through it.
    pub permission_value: f64,
    /// Cost of a unit of pressure.
    pub annoyance: f64,
    /// Pressure this contact adds, as [`pressure`] measures it; 1 for an ordinary message.
    pub pressure_added: f64,
    /// Cost of a day of waiting.
    pub lateness_a_day: f64,
    /// How long the message waits.
    pub wait: Duration,
}

impl Contact {
    /// A contact that costs nothing and annoys nobody.
    pub fn free(response_propensity: f64, value: f64) -> Self {
        Self {
            response_propensity,
            value,
            cost: 0.0,
            unsubscribe_hazard: 0.0,
            permission_value: 0.0,
            annoyance: 0.0,
            pressure_added: 0.0,
            lateness_a_day: 0.0,
            wait: Duration::ZERO,
        }
    }

    /// Its utility; 0 is that of saying nothing. What is not a number is the least there is.
    pub fn utility(&self) -> f64 {
        let gain = self.response_propensity * self.value - self.cost;
        let permission = self.permission_value * self.unsubscribe_hazard;
        let days = self.wait.as_secs_f64() / 86_400.0;
        let utility =
            gain - permission - self.annoyance * self.pressure_added - self.lateness_a_day * days;
        if utility.is_nan() { f64::MIN } else { utility }
    }
}

/// Pressure of earlier contacts: `F = Σ w·2^(−age / 7 days)`, over pairs of weight and age.
pub fn pressure(contacts: impl Iterator<Item = (f64, Duration)>) -> f64 {
    let of = |(weight, age): (f64, Duration)| {
        weight * libm::exp2(-age.as_secs_f64() / 86_400.0 / PRESSURE_HALF_LIFE_DAYS)
    };
    contacts.map(of).sum()
}

/// How alternatives are explored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Draw {
    /// Utilities are divided by this first, so that 1 is about the largest; above 0.
    pub utility_cap: f64,
    /// Sharpness ([`exploration::sharpness`]).
    pub gamma: f64,
    /// Share drawn uniformly.
    pub floor: f64,
    /// Is saying nothing an alternative? Not for a message of a transaction.
    pub silence: bool,
}

/// Selection probabilities of the utilities, and of silence last where it is an alternative. Empty
/// where there is no alternative at all.
pub fn selection_probabilities(utilities: &[f64], draw: &Draw, out: &mut Vec<f64>) {
    let mut scaled: Vec<f64> = utilities.iter().map(|u| u / draw.utility_cap).collect();
    if draw.silence {
        scaled.push(0.0);
    }
    out.clear();
    out.resize(scaled.len(), 0.0);
    exploration::inverse_gap(&scaled, draw.gamma, draw.floor, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAW: Draw = Draw { utility_cap: 10.0, gamma: 300.0, floor: 0.02, silence: true };

    #[test]
    fn every_part_of_the_utility_counts_once() {
        let contact = Contact {
            response_propensity: 0.3,
            value: 10.0,
            cost: 0.5,
            unsubscribe_hazard: 0.01,
            permission_value: 40.0,
            annoyance: 0.2,
            pressure_added: 1.5,
            lateness_a_day: 0.1,
            wait: Duration::from_secs(36 * 3_600),
        };
        assert!((contact.utility() - (3.0 - 0.5 - 0.4 - 0.3 - 0.15)).abs() < 1e-12);
        let unknown = Contact { value: f64::NAN, ..contact };
        assert_eq!(unknown.utility().to_bits(), f64::MIN.to_bits());
    }

    #[test]
    fn a_contact_of_last_week_presses_half_as_much() {
        let days = |n: u64| Duration::from_secs(n * 86_400);
        let both = pressure([(1.0, days(0)), (2.0, days(7))].into_iter());
        assert!((both - 2.0).abs() < 1e-12);
    }

    #[test]
    fn silence_is_chosen_where_every_contact_costs_more_than_it_brings() {
        let mut p = Vec::new();
        selection_probabilities(&[-2.0, -1.0], &DRAW, &mut p);
        assert_eq!(p.len(), 3);
        assert!(p[2] > 0.9 && p[0] < p[1] && p.iter().all(|p| *p >= 0.02 / 3.0), "{p:?}");
        assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        selection_probabilities(&[-2.0, -1.0], &Draw { silence: false, ..DRAW }, &mut p);
        assert!(p.len() == 2 && p[1] > 0.9, "{p:?}");
        selection_probabilities(&[], &Draw { silence: false, ..DRAW }, &mut p);
        assert!(p.is_empty());
    }

    #[test]
    fn the_probabilities_are_those_of_inverse_gap_weighting() {
        let mut p = Vec::new();
        let draw = Draw { utility_cap: 10.0, gamma: 100.0, floor: 0.0, silence: false };
        selection_probabilities(&[0.5, 0.4, 0.3, 0.1], &draw, &mut p);
        let expected = [0.508_333_33, 0.2, 0.166_666_67, 0.125];
        assert!(p.iter().zip(expected).all(|(p, e)| (p - e).abs() < 1e-8), "{p:?}");
    }
}
