//! What gestures do: choices wait for what comes of them, and each label is learnt once.
//!
//! ```text
//! choice ──▶ trial ── rating within its wait ──────▶ satisfaction ─┐
//!              └───── next stay, or the end of its wait ─▶ return ─┴▶ model
//! ```
//!
//! Everything here is a fold of the log in the order of its sequence: of choices, of events, and of
//! guests who became one. Time is that of the records. A rating is the first that the guest gives within
//! `survey_wait`; a complaint without one counts as 1. A return is a check-in of another stay, a day
//! after the choice or later, within `return_wait`.

mod checkpoint;
pub mod model;
#[cfg(test)]
mod tests;
pub mod till;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::domain::event::{Event, EventKind, PartyRole};
use crate::domain::gesture::{GestureChoice, GestureProgram};
use crate::domain::id::{Fingerprint, GuestKey};
use crate::domain::record::Joining;
use crate::domain::time::Timestamp;

use model::{GestureModel, Stratum};
use till::Till;

/// Most choices that are waited for at once; the oldest is given up.
pub const TRIALS_MAX: usize = 200_000;
/// A check-in sooner than this belongs to the same stay.
const SAME_STAY: Duration = Duration::from_secs(86_400);
/// What a complaint without a rating counts as.
const COMPLAINED: f64 = 1.0;

/// A choice of which it is not known yet what came of it.
#[derive(Debug, Clone, PartialEq)]
struct Trial {
    guests: Vec<GuestKey>,
    arm: u64,
    stratum: Stratum,
    reservation: Option<Fingerprint>,
    at: Timestamp,
    /// Until when a rating counts; `None`: it came.
    rated_until: Option<Timestamp>,
    until: Timestamp,
}

/// The learner of a brand's gestures.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GestureLearner {
    heard: u64,
    model: GestureModel,
    till: Till,
    trials: BTreeMap<u64, Trial>,
    of_guest: BTreeMap<GuestKey, BTreeSet<u64>>,
    due: BTreeSet<(Timestamp, u64)>,
}

impl GestureLearner {
    /// Last sequence heard.
    pub fn heard(&self) -> u64 {
        self.heard
    }

    /// What was learnt.
    pub fn model(&self) -> &GestureModel {
        &self.model
    }

    /// The till as the log has it.
    pub fn till(&self) -> &Till {
        &self.till
    }

    /// Choices that wait.
    pub fn waiting(&self) -> usize {
        self.trials.len()
    }

    /// Begins a record: false where it was heard before. What is over by then is settled.
    pub fn hear(&mut self, sequence: u64, recorded: Timestamp) -> bool {
        if sequence <= self.heard {
            return false;
        }
        self.heard = sequence;
        while let Some((until, at)) = self.due.first().copied().filter(|(at, _)| *at <= recorded) {
            self.due.remove(&(until, at));
            if let Some(trial) = self.end(at) {
                self.model.follow((trial.arm, trial.stratum), false);
                self.model.version = sequence;
            }
        }
        true
    }

    /// A choice was made, under this program.
    pub fn choose(&mut self, program: &GestureProgram, choice: &GestureChoice) {
        self.till.take(program, choice);
        let arm = match (choice.given(), choice.chosen) {
            (Some(arm), _) => arm.gesture,
            (None, Err(why)) if why.is_arm() => 0,
            (None, _) => return,
        };
        if !choice.is_measured {
            return;
        }
        let decided = choice.decided;
        let mut guests = choice.ids.clone();
        if !guests.contains(&choice.guest) {
            guests.push(choice.guest);
        }
        let trial = Trial {
            guests,
            arm,
            stratum: Stratum::of(choice.occasion, choice.tier),
            reservation: choice.reservation,
            at: decided,
            rated_until: Some(decided.plus(program.survey_wait)),
            until: decided.plus(program.return_wait),
        };
        self.put(self.heard, trial);
        if self.trials.len() > TRIALS_MAX
            && let Some(oldest) = self.trials.keys().next().copied()
        {
            self.end(oldest);
        }
    }

    /// Something happened to a guest.
    pub fn event(&mut self, guest: GuestKey, event: &Event) {
        let Some(trials) = self.of_guest.get(&guest) else { return };
        if event.role != PartyRole::Stayer {
            return;
        }
        for at in trials.iter().copied().collect::<Vec<_>>() {
            let Some(trial) = self.trials.get_mut(&at).filter(|trial| event.time > trial.at) else {
                continue;
            };
            let place = (trial.arm, trial.stratum);
            let is_complaint = event.kind == EventKind::Complaint;
            let rating = event.rating.map(f64::from).or(is_complaint.then_some(COMPLAINED));
            let in_time = trial.rated_until.is_some_and(|until| event.time < until);
            if let Some(rating) = rating.filter(|_| in_time) {
                trial.rated_until = None;
                self.model.rate(place, rating);
                self.model.version = self.heard;
            }
            let reservation = event.reservation.as_ref().map(|r| Fingerprint::of(r.as_str()));
            let is_same = reservation.is_some() && reservation == trial.reservation;
            let is_later = event.time >= trial.at.plus(SAME_STAY) && event.time < trial.until;
            if event.kind == EventKind::CheckIn && is_later && !is_same {
                self.end(at);
                self.model.follow(place, true);
                self.model.version = self.heard;
            }
        }
    }

    /// Two guests became one: what comes of either is heard.
    pub fn join(&mut self, guest: GuestKey, joining: &Joining) {
        if joining.parts {
            return;
        }
        for (of, also) in [(guest, joining.source), (joining.source, guest)] {
            for at in self.of_guest.get(&of).cloned().unwrap_or_default() {
                if let Some(trial) = self.trials.get_mut(&at).filter(|t| !t.guests.contains(&also))
                {
                    trial.guests.push(also);
                    self.of_guest.entry(also).or_default().insert(at);
                }
            }
        }
    }

    fn put(&mut self, at: u64, trial: Trial) {
        self.due.insert((trial.until, at));
        for guest in &trial.guests {
            self.of_guest.entry(*guest).or_default().insert(at);
        }
        self.trials.insert(at, trial);
    }

    fn end(&mut self, at: u64) -> Option<Trial> {
        let trial = self.trials.remove(&at)?;
        self.due.remove(&(trial.until, at));
        for guest in &trial.guests {
            if let Some(of_guest) = self.of_guest.get_mut(guest) {
                of_guest.remove(&at);
                if of_guest.is_empty() {
                    self.of_guest.remove(guest);
                }
            }
        }
        Some(trial)
    }
}
