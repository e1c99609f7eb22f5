//! P(response | guest, channel, moment, stay stage), and what the fate of a message teaches about
//! it.
//!
//! Population and guest are two Gaussians on the log-odds; the response propensity is the mean of
//! the logistic over both, not the logistic of the mean: with beliefs as wide as those about a new
//! guest the two lie far apart, and a cost is weighed against the propensity.

use crate::domain::event::EventKind;
use crate::learn::evidence::Evidence;
use crate::learn::gaussian::Gaussian;
use crate::learn::laplace;

/// So much of a full label an opening is, where a reply or a click is one.
const OPENED: f64 = 0.5;
/// An unsubscription says no louder than silence does.
const UNSUBSCRIBED: f64 = 2.0;

/// A message that nothing was heard of when its label matured.
pub const IGNORED: Evidence = Evidence { label: false, weight: 1.0 };

/// P(the guest responds | contacted), from what is believed of the population and of the guest.
pub fn propensity(population: Gaussian, guest: Gaussian) -> f64 {
    laplace::expected_sigmoid(population.mean + guest.mean, population.variance + guest.variance)
}

/// The propensity to explore by: with the population's log-odds taken `optimism` standard
/// deviations up, so that what was seldom tried with anybody gets its chance. The uncertainty about
/// the single guest is left out of it: it is as wide for every cell of a new guest, and drowns what
/// differs between cells. Never log it as a response propensity.
pub fn hopeful(population: Gaussian, guest: Gaussian, optimism: f64) -> f64 {
    let lifted = population.mean + optimism * population.variance.max(0.0).sqrt();
    propensity(Gaussian::new(lifted, population.variance), guest)
}

/// What an event about a message says of the response; `None` where it says nothing. A message of
/// which nothing was heard when its label matured was [`IGNORED`]; a bounced one reached nobody.
pub fn evidence(kind: EventKind) -> Option<Evidence> {
    match kind {
        EventKind::Replied | EventKind::Click | EventKind::Accept | EventKind::Book => {
            Some(Evidence { label: true, weight: 1.0 })
        }
        EventKind::Opened => Some(Evidence { label: true, weight: OPENED }),
        EventKind::Decline => Some(Evidence { label: true, weight: 1.0 }),
        EventKind::OptOut => Some(Evidence { label: false, weight: UNSUBSCRIBED }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_propensity_is_the_mean_over_what_is_not_known() {
        let (population, guest) = (Gaussian::new(-3.0, 0.3), Gaussian::new(0.0, 0.5));
        assert!((propensity(population, guest) - 0.068_054_782_9).abs() < 1e-9);
        // The same mean, but wider: closer to one half.
        let stranger = propensity(population, Gaussian::new(0.0, 1.3));
        assert!(stranger > propensity(population, guest) && stranger < 0.5);
    }

    #[test]
    fn hope_lifts_what_was_seldom_tried_and_not_who_is_unknown() {
        let guest = |variance| Gaussian::new(0.0, variance);
        let gain = |tried: f64, of_guest: f64| {
            let population = Gaussian::new(-2.0, tried);
            hopeful(population, guest(of_guest), 0.5) - propensity(population, guest(of_guest))
        };
        assert!(gain(0.5, 0.2) > 2.0 * gain(0.05, 0.2));
        assert!(gain(0.0, 1.3).abs() < 1e-12);
    }

    #[test]
    fn what_reached_nobody_teaches_nothing() {
        assert_eq!(evidence(EventKind::Bounced), None);
        assert_eq!(evidence(EventKind::Delivered), None);
        assert!(evidence(EventKind::Opened).unwrap().weight < 1.0);
        assert!(evidence(EventKind::Decline).unwrap().label, "a refusal is an answer");
        let opted_out = evidence(EventKind::OptOut).unwrap();
        assert!(!opted_out.label && opted_out.weight > IGNORED.weight);
    }
}
