//! What one policy's play was worth, and whether it did what it logged.

use serde::Serialize;

/// Groups of selection probabilities: how many alternatives were chosen against how many should
/// have been.
const GROUPS: usize = 12;
/// Upper ends of the groups but the last.
const ENDS: [f64; GROUPS - 1] = [3e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.02, 0.05, 0.2, 0.5, 0.9, 0.98];

/// Alternatives of about the same selection probability.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Group {
    chosen: f64,
    expected: f64,
    variance: f64,
}

/// Pearson's statistic of what was chosen against what was logged, by groups of alternatives of
/// about the same selection probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Faithful {
    /// The statistic.
    pub chi_square: f64,
    /// Groups with more than five expected choices: about its degrees of freedom.
    pub groups: usize,
    /// Its 99.9 % point for as many degrees of freedom (Wilson and Hilferty, 1931).
    pub bound: f64,
}

/// How often the right channel was chosen where it differs by the kind of day: over the last
/// contacts on each day type of guests whose best channel is not the same on all.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Default)]
pub struct RightChannel {
    /// Contacts counted.
    pub contacts: u64,
    /// Share in which the channel was the one, of those that could be chosen, that the guest
    /// answers most at that moment.
    pub right: f64,
    /// Mean response propensity over that of the right one.
    pub of_best: f64,
}

/// Counts the contacts of one policy in one world.
#[derive(Debug, Clone)]
pub struct Tally {
    guests: usize,
    /// Sum of true response propensities over guests, by number of the contact.
    responses: Vec<f64>,
    /// Contacts made.
    pub sent: u64,
    /// Unsubscriptions.
    pub unsubscribed: u64,
    /// What contacts brought less what they cost, expected.
    pub worth: f64,
    /// Of the right channel, where moments are given.
    pub right_channel: Option<RightChannel>,
    /// Mean bytes of a guest after 5 contacts and after the last.
    pub guest_bytes: [Option<f64>; 2],
    groups: [Group; GROUPS],
}

impl Tally {
    /// Of so many guests with so many contacts each.
    pub fn new(guests: usize, contacts: usize) -> Self {
        Self {
            guests,
            responses: vec![0.0; contacts],
            sent: 0,
            unsubscribed: 0,
            worth: 0.0,
            right_channel: None,
            guest_bytes: [None; 2],
            groups: [Group::default(); GROUPS],
        }
    }

    /// Counts a contact, the `number`-th of its guest, with its true response propensity.
    pub fn count(&mut self, number: usize, response_propensity: f64) {
        self.sent += 1;
        self.responses[number] += response_propensity;
    }

    /// Counts the alternatives of a choice: their selection probabilities, and the one chosen.
    pub fn count_choice(&mut self, selection_probabilities: &[f64], chosen: usize) {
        for (at, p) in selection_probabilities.iter().enumerate() {
            let group = &mut self.groups[ENDS.partition_point(|end| end < p)];
            group.chosen += if at == chosen { 1.0 } else { 0.0 };
            group.expected += p;
            group.variance += p * (1.0 - p);
        }
    }

    /// Mean true response propensity of contacts with these numbers, from the first on; a contact
    /// that was not made counts 0.
    #[expect(clippy::cast_precision_loss, reason = "numbers of guests and contacts")]
    pub fn response_rate(&self, numbers: std::ops::Range<usize>) -> f64 {
        let of = &self.responses[numbers.start..numbers.end.min(self.responses.len())];
        of.iter().sum::<f64>() / (of.len() * self.guests).max(1) as f64
    }

    /// Mean over contacts 1 to 6.
    pub fn first(&self) -> f64 {
        self.response_rate(0..6)
    }

    /// Mean over the last ten contacts.
    pub fn last(&self) -> f64 {
        self.response_rate(self.responses.len().saturating_sub(10)..self.responses.len())
    }

    /// Mean over all contacts.
    pub fn overall(&self) -> f64 {
        self.response_rate(0..self.responses.len())
    }

    /// Whether what was chosen is what was logged; `None` where nothing was.
    #[expect(clippy::cast_precision_loss, reason = "a dozen groups")]
    pub fn faithful(&self) -> Option<Faithful> {
        let full = self.groups.iter().filter(|g| g.expected > 5.0 && g.variance > 1.0);
        let statistic = |g: &Group| (g.chosen - g.expected).powi(2) / g.variance;
        let groups = full.clone().count();
        let freedom = groups as f64;
        let cube = 1.0 - 2.0 / (9.0 * freedom) + 3.09 * (2.0 / (9.0 * freedom)).sqrt();
        let bound = freedom * cube.powi(3);
        (groups > 0).then(|| Faithful { chi_square: full.map(statistic).sum(), groups, bound })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    #[test]
    fn rates_are_over_guests_and_contacts_and_silence_counts_nothing() {
        let mut tally = Tally::new(2, 12);
        for number in 0..12 {
            tally.count(number, 0.2);
            if number < 6 {
                tally.count(number, 0.4);
            }
        }
        assert!((tally.first() - 0.3).abs() < 1e-12, "both guests");
        assert!((tally.last() - (4.0 * 0.3 + 6.0 * 0.1) / 10.0).abs() < 1e-12);
        assert_eq!(tally.sent, 18);
    }

    #[test]
    fn a_policy_that_does_not_do_what_it_logs_is_found_out() {
        let statistic = |told: [f64; 3], done: [f64; 3]| {
            let (mut tally, mut rng) = (Tally::new(1, 1), SplitMix64::new(1));
            for _ in 0..20_000 {
                let chosen = crate::learn::exploration::draw(&done, rng.unit()).unwrap();
                tally.count_choice(&told, chosen);
            }
            tally.faithful().unwrap()
        };
        let honest = statistic([0.9, 0.08, 0.02], [0.9, 0.08, 0.02]);
        assert!(honest.chi_square < honest.bound && honest.groups == 3, "{honest:?}");
        let greedier = statistic([0.9, 0.08, 0.02], [0.93, 0.06, 0.01]);
        assert!(greedier.chi_square > greedier.bound, "{greedier:?}");
        assert_eq!(Tally::new(1, 1).faithful(), None);
    }
}
