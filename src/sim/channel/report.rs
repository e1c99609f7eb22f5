//! What a play showed, over all worlds: figures for a table and for JSON.

use serde::Serialize;

use super::policy::Policy;
use super::run::play;
use super::scenario::Scenario;
use super::tally::{Faithful, Tally};
use super::world::World;
use crate::sim::hotel::report::Spread;

/// What is played.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The scenario.
    pub scenario: Scenario,
    /// Who plays; all are compared with the first.
    pub policies: Vec<Policy>,
    /// A world for each.
    pub seeds: Vec<u64>,
}

/// All that was played.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Version of the program.
    pub version: &'static str,
    /// The scenario.
    pub scenario: Scenario,
    /// Seeds of the worlds.
    pub seeds: Vec<u64>,
    /// A row for each policy.
    pub policies: Vec<PolicyFigures>,
}

/// What one policy made of all worlds. Rates are means of the true response propensity of what was
/// sent; a contact that was not made counts 0.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyFigures {
    /// Name of the policy.
    pub policy: &'static str,
    /// Rate over contacts 1 to 6.
    pub first_contacts: Spread,
    /// Rate over the last ten contacts.
    pub last_contacts: Spread,
    /// Rate over all contacts.
    pub all_contacts: Spread,
    /// Rate over contacts 1 to 6 less that of the first policy of the table, world by world.
    pub first_contacts_against: Spread,
    /// Rate over the last ten contacts less that of the first policy of the table, world by world.
    pub last_contacts_against: Spread,
    /// Contacts made.
    pub sent: Spread,
    /// Unsubscriptions of 1,000 guests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsubscribed_of_1000: Option<Spread>,
    /// What contacts brought less what they cost, of a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worth_of_guest: Option<Spread>,
    /// Share of contacts on the right channel, of guests for whom it differs by the kind of day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right_channel: Option<Spread>,
    /// Response propensity over that of the right channel, of the same contacts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of_right_channel: Option<Spread>,
    /// Mean bytes of a guest after five contacts and after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_bytes: Option<[f64; 2]>,
    /// Whether what was chosen is what was logged, world by world; empty where nothing is logged.
    pub faithful: Vec<Faithful>,
}

impl Report {
    /// Plays every policy in the world of every seed.
    pub fn play(setup: &Setup) -> Self {
        let mut tallies: Vec<Vec<Tally>> = vec![Vec::new(); setup.policies.len()];
        for seed in &setup.seeds {
            let world = World::new(&setup.scenario.world, *seed);
            for (policy, of) in setup.policies.iter().zip(&mut tallies) {
                of.push(play(&setup.scenario, &world, *policy, *seed));
            }
        }
        let base = tallies.first().cloned().unwrap_or_default();
        let figures = setup.policies.iter().zip(&tallies);
        let policies = figures
            .filter_map(|(policy, of)| PolicyFigures::of(*policy, of, &base, &setup.scenario));
        Self {
            version: env!("CARGO_PKG_VERSION"),
            scenario: setup.scenario.clone(),
            seeds: setup.seeds.clone(),
            policies: policies.collect(),
        }
    }

    /// The row of a policy.
    pub fn of(&self, policy: Policy) -> Option<&PolicyFigures> {
        self.policies.iter().find(|row| row.policy == policy.name())
    }
}

impl PolicyFigures {
    #[expect(clippy::cast_precision_loss, reason = "numbers of contacts and guests")]
    fn of(policy: Policy, tallies: &[Tally], base: &[Tally], scenario: &Scenario) -> Option<Self> {
        let spread =
            |of: &dyn Fn(&Tally) -> f64| Spread::of(&tallies.iter().map(of).collect::<Vec<_>>());
        let against = |of: fn(&Tally) -> f64| {
            let pairs = tallies.iter().zip(base);
            Spread::of(&pairs.map(|(own, base)| of(own) - of(base)).collect::<Vec<_>>())
        };
        let guests = scenario.world.guests as f64;
        let costs = scenario.annoyance.is_some();
        let is_given = tallies.iter().all(|t| t.right_channel.is_some());
        let right = |of: fn(&super::tally::RightChannel) -> f64| {
            let share = |t: &Tally| t.right_channel.as_ref().map_or(0.0, of);
            if is_given { spread(&share) } else { None }
        };
        let bytes = |at: usize| spread(&|t| t.guest_bytes[at].unwrap_or(0.0)).map(|s| s.mean);
        let has_bytes = tallies.iter().all(|t| t.guest_bytes[1].is_some());
        let guest_bytes = if has_bytes { Some([bytes(0)?, bytes(1)?]) } else { None };
        let costly = |of: Option<Spread>| of.filter(|_| costs);
        Some(Self {
            policy: policy.name(),
            first_contacts: spread(&Tally::first)?,
            last_contacts: spread(&Tally::last)?,
            all_contacts: spread(&Tally::overall)?,
            first_contacts_against: against(Tally::first)?,
            last_contacts_against: against(Tally::last)?,
            sent: spread(&|t| t.sent as f64)?,
            unsubscribed_of_1000: costly(spread(&|t| t.unsubscribed as f64 * 1_000.0 / guests)),
            worth_of_guest: costly(spread(&|t| t.worth / guests)),
            right_channel: right(|r| r.right),
            of_right_channel: right(|r| r.of_best),
            guest_bytes,
            faithful: tallies.iter().filter_map(Tally::faithful).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(name: &str, policies: &[Policy]) -> Report {
        let mut scenario = Scenario::find(name).unwrap();
        (scenario.world.guests, scenario.contacts) = (80, 12);
        Report::play(&Setup { scenario, policies: policies.to_vec(), seeds: vec![1, 2] })
    }

    #[test]
    fn the_report_is_the_mean_of_its_worlds_and_compares_with_its_first_row() {
        let report = report("standard", &[Policy::Segment, Policy::Product]);
        let [base, product] = report.policies.as_slice() else { panic!("two rows") };
        let difference = product.last_contacts.mean - base.last_contacts.mean;
        assert!((product.last_contacts_against.mean - difference).abs() < 1e-12);
        assert!(base.first_contacts_against.mean.abs() < 1e-12);
        assert!(base.faithful.is_empty() && product.faithful.len() == 2);
        assert!(base.right_channel.is_none() && product.worth_of_guest.is_none());
        assert!(product.guest_bytes.unwrap()[0] > 40.0 && base.guest_bytes.is_none());
    }

    #[test]
    fn figures_that_a_scenario_asks_for_are_there_and_go_to_json() {
        let given = report("work-rest-holiday", &[Policy::Product]);
        assert!(given.policies[0].right_channel.unwrap().mean > 0.2);
        let costly = report("annoyance", &[Policy::Product]);
        assert!(costly.policies[0].worth_of_guest.is_some());
        let json = serde_json::to_value(&costly).unwrap();
        assert_eq!(json["policies"][0]["policy"], "product");
        assert_eq!(json["scenario"]["annoyance"]["value"], 1.0);
    }
}
