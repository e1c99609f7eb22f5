//! Rows for off-policy evaluation, from the decisions of the log: what was drawn for the first slot
//! of each placement, with which probability, what came of it, and what another policy would have
//! drawn.
//!
//! The model that both policies read is the one that was in force: it had learnt nothing from the
//! decision or what came after it, so its predictions may be used as they are.

use std::sync::Arc;

use crate::decide::replay::{Rerated, is_replayed, rerate};
use crate::decide::{Scratch, Serving};
use crate::domain::decision::{Proposition, Source};
use crate::domain::id::GuestKey;
use crate::domain::outcome::{Outcome, Step};
use crate::learn::offpolicy::row::{Predicted, Row};

use super::target::{Target, TargetError};
use super::{Error, Past};

/// What a decision is to bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reward {
    /// 1 where the offer was accepted, and not reversed.
    #[default]
    Accepts,
    /// 1 where it was clicked, or more.
    Clicks,
    /// The offer's margin, in major units, where it was accepted.
    Margin,
}

/// Rows of several targets from one log.
#[derive(Debug)]
pub struct Collector<'t> {
    targets: &'t [Target],
    reward: Reward,
    scratch: Scratch,
    rows: Vec<(u64, Vec<Row>)>,
    /// What the targets decide from in the place of what served the last decision.
    served: Option<(Arc<Serving>, Vec<Arc<Serving>>)>,
    /// What was seen on the way.
    pub seen: Seen,
}

/// What was seen of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Seen {
    /// Decisions.
    pub decisions: u64,
    /// Of those, made again to the bit: every offer and selection probability.
    pub replayed: u64,
    /// Placements that nothing was drawn for (fallbacks, baselines, the holdout): not evaluated.
    pub not_drawn: u64,
    /// Placements whose labels are not final yet: not evaluated.
    pub not_final: u64,
}

impl<'t> Collector<'t> {
    /// Collects rows for these targets.
    pub fn new(targets: &'t [Target], reward: Reward) -> Self {
        let (scratch, rows, seen) = (Scratch::default(), Vec::new(), Seen::default());
        Self { targets, reward, scratch, rows, served: None, seen }
    }

    /// Takes a decision in.
    ///
    /// # Errors
    /// Where the store cannot be read, or a target does not fit into the catalog.
    pub fn take(&mut self, past: &Past<'_>) -> Result<(), CollectError> {
        let decision = past.decision;
        self.seen.decisions += 1;
        let is_again = is_replayed(decision, past.serving, &mut self.scratch);
        self.seen.replayed += u64::from(is_again);
        let outcomes = past.outcomes()?;
        let ran = rerate(decision, past.serving, &mut self.scratch);
        let mut asked = Vec::with_capacity(self.targets.len());
        let servings = self.servings(past.serving)?;
        for (target, serving) in self.targets.iter().zip(&servings) {
            let as_asked = target.asked(decision);
            let decision = as_asked.as_ref().unwrap_or(decision);
            asked.push(rerate(decision, serving, &mut self.scratch));
        }
        for (at, (proposition, ran)) in decision.propositions.iter().zip(&ran).enumerate() {
            let Some(taken) = taken(proposition, ran) else {
                self.seen.not_drawn += 1;
                continue;
            };
            let first = outcomes.iter().find(|(p, slot, _)| usize::from(*p) == at && *slot == 0);
            let outcome = first.map(|(_, _, outcome)| *outcome).unwrap_or_default();
            let earned = |offer| self.worth(offer, past);
            let reward = match taken {
                Taken::Offer(place) => self.earns(&outcome) * earned(ran.candidates[place].offer),
                Taken::Nothing => 0.0,
            };
            let rows = asked.iter().filter_map(|asked| {
                row(past.guest, (ran, asked.get(at)?), taken, (reward, self.reward), &earned)
            });
            self.rows.push((decision.sequence, rows.collect()));
        }
        Ok(())
    }

    /// What each target decides from in the place of what ran.
    fn servings(&mut self, ran: &Arc<Serving>) -> Result<Vec<Arc<Serving>>, TargetError> {
        if let Some((last, servings)) = self.served.as_ref().filter(|(l, _)| Arc::ptr_eq(l, ran)) {
            debug_assert_eq!(last.model_sequence, ran.model_sequence);
            return Ok(servings.clone());
        }
        let servings = self.targets.iter().map(|target| target.serving(ran));
        let servings = servings.collect::<Result<Vec<_>, _>>()?;
        self.served = Some((Arc::clone(ran), servings.clone()));
        Ok(servings)
    }

    fn worth(&self, offer: crate::domain::id::OfferIndex, past: &Past<'_>) -> f64 {
        match self.reward {
            Reward::Accepts | Reward::Clicks => 1.0,
            Reward::Margin => {
                past.serving.catalog.margins().get(offer.at()).copied().unwrap_or(0.0)
            }
        }
    }

    fn earns(&self, outcome: &Outcome) -> f64 {
        let is_earned = match self.reward {
            Reward::Accepts | Reward::Margin => outcome.is_accepted(),
            Reward::Clicks => outcome.step >= Step::Clicked,
        };
        f64::from(u8::from(is_earned))
    }

    /// The rows of each target, of decisions up to the sequence whose labels are final.
    pub fn rows(&mut self, matured: u64) -> Vec<Vec<Row>> {
        let mut each: Vec<Vec<Row>> = self.targets.iter().map(|_| Vec::new()).collect();
        for (sequence, rows) in self.rows.drain(..) {
            if sequence > matured {
                self.seen.not_final += 1;
            } else if rows.len() == each.len() {
                each.iter_mut().zip(rows).for_each(|(all, row)| all.push(row));
            }
        }
        each
    }
}

/// Why rows cannot be collected.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The log.
    #[error("{0}")]
    Log(#[from] Error),
    /// A target.
    #[error("{0}")]
    Target(#[from] TargetError),
}

/// What was drawn for the first slot.
#[derive(Debug, Clone, Copy)]
enum Taken {
    /// The candidate at this place.
    Offer(usize),
    Nothing,
}

/// What was drawn; `None` where nothing was: forced, or without an alternative.
fn taken(proposition: &Proposition, ran: &Rerated) -> Option<Taken> {
    match (proposition.source, proposition.slots.first()) {
        (Source::Nothing, _) => Some(Taken::Nothing),
        (Source::Model, Some(slot)) if !slot.is_override => {
            ran.candidates.iter().position(|c| c.offer == slot.offer).map(Taken::Offer)
        }
        _ => None,
    }
}

fn row(
    guest: GuestKey,
    (ran, asked): (&Rerated, &Rerated),
    taken: Taken,
    (reward, kind): (f64, Reward),
    worth: &impl Fn(crate::domain::id::OfferIndex) -> f64,
) -> Option<Row> {
    let of = |rated: &Rerated| match taken {
        Taken::Offer(place) => rated.candidates.get(place).map(|c| c.selection_probability),
        Taken::Nothing => Some(rated.nothing.unwrap_or(0.0)),
    };
    let expected: Vec<f64> =
        ran.candidates.iter().map(|c| c.response_propensity * worth(c.offer)).collect();
    let target = asked.candidates.iter().zip(&expected);
    let target: f64 = target.map(|(c, expected)| c.selection_probability * expected).sum();
    let predicted = Predicted {
        taken: match taken {
            Taken::Offer(place) => expected[place],
            Taken::Nothing => 0.0,
        },
        target,
    };
    let never = ran.candidates.iter().zip(&asked.candidates);
    let never = never.filter(|(ran, _)| ran.selection_probability <= 0.0);
    Some(Row {
        reward,
        logged_selection_probability: of(ran)?,
        target_selection_probability: of(asked)?,
        predicted: (kind != Reward::Clicks).then_some(predicted),
        guest: unit(guest),
        unsupported: Some(never.map(|(_, asked)| asked.selection_probability).sum()),
    })
}

/// A guest as a number.
pub(in crate::engine) fn unit(guest: GuestKey) -> u64 {
    let mut half = [0; 8];
    half.copy_from_slice(&guest.0[..8]);
    u64::from_be_bytes(half)
}
