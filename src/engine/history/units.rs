//! What the units of each experiment came to: guests, bookings or property-days, in the arms they
//! were dealt to.
//!
//! Every unit counts by intention: all its decisions, whatever was shown. Decisions whose labels are
//! not final yet are left out, so that a late acceptance does not look like a refusal.

use std::collections::{BTreeMap, HashMap};

use crate::catalog::Catalog;
use crate::decide::enrolment::ablation_of;
use crate::domain::decision::{Assigned, Decision};
use crate::domain::experiment::allocation::Allocation;
use crate::domain::experiment::plan::Unit;
use crate::domain::id::{Fingerprint, GuestKey};
use crate::domain::outcome::Outcome;
use crate::learn::experiment::ablation::{Ablations, GuestTotals, Policy};
use crate::learn::experiment::arms::{Arm, Arms};
use crate::learn::experiment::moments::PairMoments;

use super::rows::unit;
use super::{Error, Past};

/// Totals of the units of a log.
#[derive(Debug, Default)]
pub struct Units {
    guests: HashMap<u64, GuestTotals>,
    experiments: BTreeMap<String, Experiment>,
    shares: BTreeMap<Policy, f64>,
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Experiment {
    arms: Vec<(String, bool, f64)>,
    units: HashMap<u64, (usize, Totals)>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    decisions: u64,
    accepted: u64,
    value: f64,
}

/// A decision that counts once its labels are final.
#[derive(Debug)]
struct Waiting {
    sequence: u64,
    guest: u64,
    policy: Policy,
    totals: Totals,
    /// Experiment, unit and arm.
    arms: Vec<(String, u64, usize)>,
}

/// What a log says of a brand's experiments.
#[derive(Debug)]
pub struct Found {
    /// Each experiment, by id.
    pub experiments: BTreeMap<String, Arms>,
    /// The whole policy, its ablations and the holdout, over guests.
    pub impact: Ablations,
    /// Planned shares of guests, for the same.
    pub shares: BTreeMap<Policy, f64>,
}

impl Units {
    /// Takes a decision in.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn take(&mut self, past: &Past<'_>) -> Result<(), Error> {
        let catalog = &past.serving.catalog;
        if !catalog.program().is_empty() {
            self.take_decision((past.decision, past.guest), catalog, &past.outcomes()?);
        }
        Ok(())
    }

    /// Takes a decision in, with whose it is and what came of its slots.
    pub(in crate::engine) fn take_decision(
        &mut self,
        (decision, guest): (&Decision, GuestKey),
        catalog: &Catalog,
        outcomes: &[(u8, u8, Outcome)],
    ) {
        let program = catalog.program();
        if program.is_empty() {
            return;
        }
        let enrolment = &decision.experiments;
        // Which policy a caller asked for was not dealt: it says nothing of the brand's own.
        if enrolment.arms.is_empty() && is_asked_for(decision, catalog) {
            return;
        }
        let policy = match enrolment.is_held_out {
            true => Policy::Holdout,
            false => Policy::from(ablation_of(catalog, enrolment)),
        };
        self.shares = shares(program);
        let mut arms = Vec::new();
        for Assigned { experiment, arm } in &enrolment.arms {
            let Some(allocation) = program.experiments().get(usize::from(*experiment)) else {
                continue;
            };
            let plan = allocation.plan();
            self.experiments.entry(plan.id.clone()).or_insert_with(|| Experiment::of(allocation));
            let Some(unit) = unit_of(decision, guest, plan.unit) else { continue };
            arms.push((plan.id.clone(), unit, usize::from(*arm)));
        }
        let totals = totals((decision, catalog), outcomes);
        let (sequence, guest) = (decision.sequence, unit(guest));
        self.waiting.push(Waiting { sequence, guest, policy, totals, arms });
    }

    /// What was found, of decisions up to the sequence whose labels are final.
    pub fn found(mut self, matured: u64) -> Found {
        for waiting in std::mem::take(&mut self.waiting) {
            if waiting.sequence <= matured {
                self.count(waiting);
            }
        }
        let impact = Ablations::of(self.guests.into_values());
        let arms = self.experiments.into_iter().map(|(id, e)| (id, e.arms()));
        Found {
            experiments: arms.collect(),
            impact: impact.expect("accepted decisions are decisions, margins are finite"),
            shares: self.shares,
        }
    }

    fn count(&mut self, waiting: Waiting) {
        let Waiting { guest, policy, totals, arms, .. } = waiting;
        // What a guest saw first, under whichever id, is what the guest's answers belong to.
        let of_guest = self.guests.entry(guest).or_insert(GuestTotals {
            policy,
            decisions: 0,
            accepted: 0,
            value: 0.0,
            value_before: None,
        });
        of_guest.decisions += totals.decisions;
        of_guest.accepted += totals.accepted;
        of_guest.value += totals.value;
        for (experiment, unit, arm) in arms {
            let Some(experiment) = self.experiments.get_mut(&experiment) else { continue };
            let (_, sum) = experiment.units.entry(unit).or_insert((arm, Totals::default()));
            sum.decisions += totals.decisions;
            sum.accepted += totals.accepted;
            sum.value += totals.value;
        }
    }
}

impl Experiment {
    fn of(allocation: &Allocation) -> Self {
        let arms = allocation.plan().arms.iter().zip(allocation.expected_shares());
        let arms = arms.map(|(arm, share)| (arm.id.clone(), arm.is_control, share));
        Self { arms: arms.collect(), units: HashMap::new() }
    }

    fn arms(self) -> Arms {
        let none = |(id, is_control, share)| Arm {
            id,
            is_control,
            share,
            accepts: PairMoments::default(),
            value: PairMoments::default(),
        };
        let mut arms: Vec<Arm> = self.arms.into_iter().map(none).collect();
        let mut units: Vec<(u64, (usize, Totals))> = self.units.into_iter().collect();
        // The order of additions is that of the units, so that a report is the same each time.
        units.sort_by_key(|(unit, _)| *unit);
        for (_, (arm, totals)) in units {
            let Some(arm) = arms.get_mut(arm) else { continue };
            let (decisions, accepted) = (real(totals.decisions), real(totals.accepted));
            let counted = arm.accepts.add(decisions, accepted);
            counted.and_then(|()| arm.value.add(0.0, totals.value)).expect("finite numbers");
        }
        Arms { arms }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number of decisions of one unit")]
fn real(count: u64) -> f64 {
    count as f64
}

fn unit_of(decision: &Decision, guest: GuestKey, by: Unit) -> Option<u64> {
    match by {
        Unit::Guest => Some(unit(guest)),
        Unit::Booking => decision.reservation.map(|Fingerprint(print)| print),
        Unit::PropertyDay => {
            let day = format!("{}/{}", decision.property, decision.context.today);
            Some(Fingerprint::of(&day).0)
        }
    }
}

/// Was a placement filled by another policy than its own?
fn is_asked_for(decision: &Decision, catalog: &Catalog) -> bool {
    let placements = &catalog.content().placements;
    decision.propositions.iter().any(|proposition| {
        let own = placements.iter().find(|placement| placement.id == proposition.placement);
        own.is_some_and(|placement| placement.policy != proposition.policy)
    })
}

/// Placements that showed an offer, those of them with an accepted one, and its margin.
fn totals((decision, catalog): (&Decision, &Catalog), outcomes: &[(u8, u8, Outcome)]) -> Totals {
    let margins = catalog.margins();
    let mut totals = Totals::default();
    for (proposition, number) in decision.propositions.iter().zip(0_u8..) {
        totals.decisions += u64::from(!proposition.slots.is_empty());
        let of_it = outcomes.iter().filter(|(p, _, o)| *p == number && o.is_accepted());
        let slots = of_it.filter_map(|(_, slot, _)| proposition.slots.get(usize::from(*slot)));
        let mut is_accepted = false;
        for slot in slots {
            is_accepted = true;
            totals.value += margins.get(slot.offer.at()).copied().unwrap_or(0.0);
        }
        totals.accepted += u64::from(is_accepted);
    }
    totals
}

/// Planned shares of guests: the holdout's, each ablation's, and the rest for the whole policy.
fn shares(program: &crate::domain::experiment::program::Program) -> BTreeMap<Policy, f64> {
    let held_out = program.holdout_share();
    let mut shares = BTreeMap::new();
    if held_out > 0.0 {
        shares.insert(Policy::Holdout, held_out);
    }
    for allocation in program.experiments() {
        let range = f64::from(allocation.plan().layer.parts()) / 10_000.0;
        for (arm, share) in allocation.plan().arms.iter().zip(allocation.expected_shares()) {
            if arm.ablation.is_some() {
                let share = share * range * (1.0 - held_out);
                *shares.entry(Policy::from(arm.ablation)).or_default() += share;
            }
        }
    }
    let taken: f64 = shares.values().sum();
    shares.insert(Policy::Bandit, 1.0 - taken);
    shares
}
