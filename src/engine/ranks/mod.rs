//! Ranks of free actions: asked, rewarded, activated, imported.
//!
//! ```text
//! rank ──▶ model (a snapshot) ──▶ answer, at once     record ─▶ log ─▶ learner ─▶ model
//!              │                                         ▲
//!              └─▶ desk: what waits for a reward ◀── reward, activation, end of the wait
//! ```
//!
//! The desk is the door's view of what the learner has pending: it says in memory whether a reward
//! counts. What it says is written in the order in which it said it, so the learner, which folds the
//! log, comes to the same. Nobody waits for the disk to be answered a rank; rewards and activations
//! are told when they are on disk. The id of an event makes all of it safe to repeat.
//!
//! A crash may take the last ranks of which nothing came, a few milliseconds of them; a reward for
//! such a rank finds nothing.

mod desk;
mod learning;

use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use parking_lot::Mutex;

use crate::domain::invalid::Invalid;
use crate::domain::policy::LearningMode;
use crate::domain::rank::{Question, REWARD_MAX, RankFact, Ranked, Terms};
use crate::domain::record::{Body, Record};
use crate::domain::scope::{Right, Scope};
use crate::domain::time::Timestamp;
use crate::learn::ranks::RankLearner;
use crate::learn::ranks::model::RankModel;
use crate::store::{Claim, Claimed, Reservation};
use crate::sys::rng::SplitMix64;

use super::brands::Brand;
use super::calls::Waiter;
use super::error::{Error, ErrorKind};
use super::{Engine, store_waiter};
use desk::{Desk, Said, Waiting};

pub(super) use learning::fold;

/// Most ranks of a brand that wait for a reward at once.
const WAITING_MAX: usize = 1_000_000;

/// What a brand keeps of its ranks.
#[derive(Default)]
pub(super) struct Ranks {
    pub(super) learner: Mutex<RankLearner>,
    model: ArcSwap<RankModel>,
    /// Has the learner learnt what the model does not know?
    is_behind: AtomicBool,
    desk: Mutex<Desk>,
}

/// What became of a reward or an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankFate {
    /// It counts.
    Counted,
    /// It changes nothing: a reward came before, it was activated before, or the wait is over.
    SettledBefore,
}

impl Ranks {
    /// Takes over what a checkpoint knew, with its model.
    pub(super) fn restore(&self, learner: RankLearner) {
        *self.learner.lock() = learner;
        self.is_behind.store(true, Ordering::Release);
    }

    /// Puts what was learnt in force, where there is something new.
    pub(super) fn publish(&self) {
        if self.is_behind.swap(false, Ordering::AcqRel) {
            let model = self.learner.lock().model();
            self.model.store(model.into());
        }
    }

    /// Opens the desk with what waits.
    pub(super) fn open_desk(&self) {
        *self.desk.lock() = Desk::of(self.learner.lock().pending());
    }
}

impl Engine {
    /// Ranks the actions of a question. The same event asked again gets the same answer. An event
    /// without an id gets one.
    ///
    /// # Errors
    /// Without the right; where the event's id was used for another question; where too many ranks
    /// wait for their reward, or too much for the disk.
    pub fn rank(&self, scope: &Scope, mut question: Question) -> Result<Ranked, Error> {
        self.need(scope, Right::Decide)?;
        let brand = self.brands.get(&scope.brand);
        if question.event.is_empty() {
            question.event =
                format!("{:016x}{:016x}", self.seeds.next_u64(), self.seeds.next_u64());
        }
        let claim = match self.claim_rank(&brand, &question)? {
            Ok(claim) => claim,
            Err(sequence) => return self.ranked(&brand, sequence),
        };
        let terms = self.rank_terms(&brand);
        let unit = SplitMix64::new(self.seeds.next_u64()).unit();
        let ranking = brand.ranks.model.load().rank(&question, &terms, unit);
        let key = self.store.pepper().rank(&brand.id, &question.event).0;
        let now = self.clock.now();
        let reservation = {
            let mut desk = brand.ranks.desk.lock();
            if desk.len() >= WAITING_MAX {
                let message = format!("{WAITING_MAX} ranks wait for their reward; reward them");
                return Err(Error::new(ErrorKind::Overloaded, "TOO_MANY_RANKS", message));
            }
            let reservation = self.committer.reserve()?;
            let rank = reservation.sequence();
            let waiting = Waiting { rank, is_activated: !question.defers, is_rewarded: false };
            desk.put(key, waiting, now.plus(terms.wait));
            reservation
        };
        let ranked = Ranked { question, terms, ranking, import: None };
        Ok(self.write_rank(&brand, reservation, (ranked, claim), now, None))
    }

    /// Rewards a rank, -1 to 1. Of several rewards the first counts. On disk when `waiter` is told.
    ///
    /// # Errors
    /// Without the right; for a value out of range; where no such event is known.
    pub fn reward_rank(
        &self,
        scope: &Scope,
        event: &str,
        value: f64,
        waiter: Waiter,
    ) -> Result<RankFate, Error> {
        self.need(scope, Right::EventsWrite)?;
        if !(-REWARD_MAX..=REWARD_MAX).contains(&value) {
            let problem = "must be a number from -1 to 1; bring your rewards to that scale";
            return Err(Invalid::new("value", problem).into());
        }
        self.say_of_rank(scope, event, waiter, Said::Reward(value))
    }

    /// Says that a deferred rank was really shown. On disk when `waiter` is told.
    ///
    /// # Errors
    /// Without the right; where no such event is known.
    pub fn activate_rank(
        &self,
        scope: &Scope,
        event: &str,
        waiter: Waiter,
    ) -> Result<RankFate, Error> {
        self.need(scope, Right::Decide)?;
        self.say_of_rank(scope, event, waiter, Said::Shown)
    }

    /// Takes in a rank that another system made, with what came of it: it is learnt at once, unless
    /// its terms say otherwise. False where its event is known already; on disk when `waiter` is
    /// told.
    ///
    /// # Errors
    /// Without the right; where the event's id was used for another question; where too much waits
    /// for the disk.
    pub fn import_rank(
        &self,
        scope: &Scope,
        ranked: Ranked,
        waiter: Option<Waiter>,
    ) -> Result<bool, Error> {
        self.need(scope, Right::EventsWrite)?;
        let brand = self.brands.get(&scope.brand);
        let Ok(claim) = self.claim_rank(&brand, &ranked.question)? else {
            waiter.into_iter().for_each(|waiter| waiter(Ok(())));
            return Ok(false);
        };
        let reservation = self.committer.reserve()?;
        let now = self.clock.now();
        self.write_rank(&brand, reservation, (ranked, claim), now, waiter);
        Ok(true)
    }

    /// Hash of what a brand's learner of ranks knows, and how many rewards it learnt from: equal for
    /// equal bits.
    pub fn ranks_learnt(&self, scope: &Scope) -> (u64, u64) {
        let brand = self.brands.get(&scope.brand);
        let learner = brand.ranks.learner.lock();
        (learner.digest(), learner.learnt())
    }

    /// Says that the wait of ranks is over, where it is.
    pub(super) fn settle_ranks(&self, now: Timestamp) -> Result<(), Error> {
        for brand in self.brands.all() {
            let reservation = {
                let mut desk = brand.ranks.desk.lock();
                if !desk.is_due(now) {
                    continue;
                }
                let reservation = self.committer.reserve()?;
                desk.settle(now);
                reservation
            };
            self.write_fact(&brand, reservation, RankFact::Waited { until: now }, None);
        }
        Ok(())
    }

    /// Finds the event on the desk, and writes what is said of it where it still matters.
    fn say_of_rank(
        &self,
        scope: &Scope,
        event: &str,
        waiter: Waiter,
        said: Said,
    ) -> Result<RankFate, Error> {
        let brand = self.brands.get(&scope.brand);
        let known = self.store.pepper().rank(&brand.id, event);
        let counted = {
            let mut desk = brand.ranks.desk.lock();
            match desk.open_to(known.0, said) {
                Some(rank) => {
                    let reservation = self.committer.reserve()?;
                    desk.take(known.0, said);
                    Some((reservation, rank))
                }
                None => None,
            }
        };
        if let Some((reservation, rank)) = counted {
            let fact = match said {
                Said::Reward(value) => RankFact::Rewarded { rank, value },
                Said::Shown => RankFact::Activated { rank },
            };
            self.write_fact(&brand, reservation, fact, Some(waiter));
            return Ok(RankFate::Counted);
        }
        // What changes nothing is told like what does: when all before it is on disk.
        self.committer.flush()?;
        match self.store.seen(known)? {
            Some(_) => {
                waiter(Ok(()));
                Ok(RankFate::SettledBefore)
            }
            None => Err(Error::not_found("event")),
        }
    }

    /// The right to answer an event; or the place of its answer, where it was answered before.
    fn claim_rank(&self, brand: &Brand, question: &Question) -> Result<Result<Claim, u64>, Error> {
        let key = self.store.pepper().rank(&brand.id, &question.event);
        match self.store.claim(key, question.fingerprint().0)? {
            Claimed::Fresh(claim) => Ok(Ok(claim)),
            Claimed::Duplicate { sequence } => Ok(Err(sequence)),
            Claimed::InFlight => {
                self.committer.flush()?;
                let seen = self.store.seen(key)?.map(|seen| Err(seen.sequence));
                let message = "the same event is being ranked; repeat in a moment";
                seen.ok_or_else(|| Error::new(ErrorKind::Overloaded, "STORE_BUSY", message))
            }
            Claimed::Conflict => {
                let message = "this event was ranked with other features or actions; use a new id";
                Err(Error::new(ErrorKind::Conflict, "EVENT_ID_REUSED", message))
            }
        }
    }

    /// A rank as it stands in the log.
    fn ranked(&self, brand: &Brand, sequence: u64) -> Result<Ranked, Error> {
        learning::ranked(&self.store, &brand.id, sequence)?.ok_or_else(|| Error::not_found("event"))
    }

    fn rank_terms(&self, brand: &Brand) -> Terms {
        let mut terms = Terms::default();
        let mut mode = LearningMode::default();
        if let Some(serving) = brand.serving() {
            let content = serving.catalog.content();
            let rules = &content.ranks;
            (terms.wait, terms.default_reward) = (rules.reward_wait, rules.default_reward);
            let named = rules.policy.as_ref();
            let policy = content.decision_policies.iter().find(|p| Some(&p.id) == named);
            if let Some(policy) = policy {
                (terms.exploration, mode) = (policy.exploration, policy.mode);
            }
        }
        let mode = brand.mode.load().unwrap_or(mode);
        terms.is_baseline = mode != LearningMode::Online;
        terms.is_learnt = mode != LearningMode::LoggingOnly;
        terms
    }

    /// Writes a rank, and gives it back.
    fn write_rank(
        &self,
        brand: &Brand,
        mut reservation: Reservation<'_>,
        (ranked, claim): (Ranked, Claim),
        now: Timestamp,
        waiter: Option<Waiter>,
    ) -> Ranked {
        let answer = ranked.clone();
        let body = Body::Rank(Box::new(RankFact::Ranked(ranked)));
        let sequence = reservation.sequence();
        reservation.record(&Record { sequence, brand: brand.id.clone(), recorded: now, body });
        reservation.seen(claim, now);
        match waiter {
            Some(waiter) => reservation.submit_and_tell(store_waiter(waiter)),
            None => reservation.submit(),
        }
        answer
    }

    fn write_fact(
        &self,
        brand: &Brand,
        mut reservation: Reservation<'_>,
        fact: RankFact,
        waiter: Option<Waiter>,
    ) {
        let (sequence, recorded) = (reservation.sequence(), self.clock.now());
        let body = Body::Rank(Box::new(fact));
        reservation.record(&Record { sequence, brand: brand.id.clone(), recorded, body });
        match waiter {
            Some(waiter) => reservation.submit_and_tell(store_waiter(waiter)),
            None => reservation.submit(),
        }
    }
}
