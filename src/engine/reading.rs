//! What was decided and what is known is read back.

use std::sync::Arc;

use crate::decide::channel::rates::prior_rate;
use crate::decide::replay::{Candidate, Rerated, is_rationed_again, is_rechosen, rerate};
use crate::decide::{Scratch, Serving};
use crate::domain::consent::Purpose;
use crate::domain::decision::Decision;
use crate::domain::guest::GuestState;
use crate::domain::id::{BrandId, DecisionId, GuestId, GuestKey};
use crate::domain::outcome::Outcome;
use crate::domain::profile::Profile;
use crate::domain::record::Body;
use crate::domain::scope::{Right, Scope};
use crate::domain::stay::StayStage;
use crate::domain::time::TimeContext;
use crate::learn::channel::population::Situation;
use crate::learn::segment::Cell;
use crate::store::TimelineEntry;

use super::brands::Brand;
use super::calls::{
    Answering, BrandStatus, GuestView, Replayed, ReplayedCandidate, Status, StoredDecision,
    TimelinePage, TimelineQuery,
};
use super::error::{Error, ErrorKind};
use super::token::{message_slot, places};
use super::{Engine, fold, likings};

/// Most lines that are turned round to be read oldest first.
const TIMELINE_LINES_MAX: usize = 10_000;

impl Engine {
    /// A decision and what came of it.
    ///
    /// # Errors
    /// Without the right; where it is not there for this credential.
    pub fn decision(&self, scope: &Scope, id: DecisionId) -> Result<StoredDecision, Error> {
        self.need(scope, Right::DecisionsRead)?;
        let not_found = || Error::not_found("decision");
        let sequence = self.store.pepper().decision_sequence(id);
        let decision = self.logged_decision(&scope.brand, id)?.ok_or_else(not_found)?;
        if !scope.reaches(&decision.property) {
            return Err(not_found());
        }
        let brand = self.brands.get(&scope.brand);
        let outcomes = places(&decision)
            .map(|(place, _)| place)
            .chain(message_slot(&decision).map(|(place, ..)| place))
            .map(|place| self.outcome(sequence, place.proposition, place.slot));
        let outcomes = outcomes.collect::<Result<Vec<_>, _>>()?;
        let key = decision.guest;
        self.need_guest_key(scope, key)?;
        let state = self.with_guest(&brand, key, |guest, person| {
            ((self.state_of(&decision, &guest.ledger), person.key), None)
        })?;
        let (state, key) = state;
        let guest = self.profile_of(&brand, key)?.map(|p| p.guest);
        let catalog = self.catalog_of(&brand, decision.catalog_version)?;
        Ok(StoredDecision { decision: Arc::new(decision), catalog, state, outcomes, guest })
    }

    pub(super) fn outcome(
        &self,
        decision: u64,
        proposition: u8,
        slot: u8,
    ) -> Result<Option<Outcome>, Error> {
        match self.outcomes.get(&(decision, proposition, slot)) {
            Some(outcome) => Ok(Some(outcome)),
            None => Ok(self.store.outcome(decision, proposition, slot)?),
        }
    }

    /// The profile of the guest whom a message is to be sent to, for its addresses; `None` where none is on
    /// file.
    ///
    /// # Errors
    /// Without the right; for a guest out of reach.
    pub fn addressee(&self, scope: &Scope, guest: &GuestId) -> Result<Option<Profile>, Error> {
        self.need(scope, Right::Decide)?;
        self.need_guest(scope, guest)?;
        let brand = self.brands.get(&scope.brand);
        self.profile_of(&brand, self.guest_key(&scope.brand, guest))
    }

    /// The candidates of a decision, scored again with the model in force: what would be shown now,
    /// and with which probability. (The decision's own probabilities are in its record.)
    ///
    /// # Errors
    /// As [`Self::decision`]; where no catalog is in force.
    pub fn replay(&self, scope: &Scope, id: DecisionId) -> Result<Replayed, Error> {
        let stored = self.decision(scope, id)?;
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        if serving.catalog.version() != stored.decision.catalog_version {
            let message =
                "the catalog of the decision is no longer in force; GetDecision still answers";
            return Err(Error::new(ErrorKind::FailedPrecondition, "CATALOG_CHANGED", message));
        }
        let rerated = rerate(&stored.decision, &serving, &mut Scratch::default());
        let named = |placement: Rerated| {
            let candidates = placement.candidates.into_iter().filter_map(|candidate| {
                let offer = serving.catalog.offer(candidate.offer)?.id.clone();
                let Candidate { score, selection_probability, .. } = candidate;
                Some(ReplayedCandidate { offer, score, selection_probability })
            });
            (placement.placement, candidates.collect())
        };
        let channel_matches = is_rechosen(&stored.decision, &serving);
        let rations_match = is_rationed_again(&stored.decision, &serving, &mut Scratch::default());
        let placements = rerated.into_iter().map(named).collect();
        Ok(Replayed { placements, channel_matches, rations_match })
    }

    /// A guest as far as they are on file; someone never heard of is an empty guest.
    ///
    /// # Errors
    /// Without the right.
    pub fn guest(&self, scope: &Scope, guest: &GuestId) -> Result<GuestView, Error> {
        self.need(scope, Right::GuestsRead)?;
        self.need_guest(scope, guest)?;
        let brand = self.brands.get(&scope.brand);
        let key = self.guest_key(&scope.brand, guest);
        let read = self.with_guest(&brand, key, |state, person| {
            let profile = self.profile_of(&brand, person.key);
            (profile.map(|profile| (profile, state.clone(), person.clone())), None)
        })?;
        let (profile, mut state, person) = read?;
        fold::fade(&mut state, &self.options, self.clock.now());
        let called = self.kept_id(&scope.brand, guest.clone());
        let name = person.guest.unwrap_or_else(|| called.clone());
        let profile = profile.unwrap_or_else(|| Profile::new(name));
        let (answers, likings) = match brand.serving() {
            Some(serving) => {
                (self.answers(&brand, &serving, &state), likings::likings(&serving.catalog, &state))
            }
            None => Default::default(),
        };
        let merged = person.is_merged.then_some(called);
        Ok(GuestView { profile, state, merged, answers, likings })
    }

    /// How a guest is expected to answer, by channel and time context, in the stay stage of now.
    pub(super) fn answers(
        &self,
        brand: &Brand,
        serving: &Serving,
        state: &GuestState,
    ) -> Vec<Answering> {
        if !state.consent.allows(Purpose::Profiling) {
            return Vec::new();
        }
        let (model, now) = (brand.channels.load(), self.clock.now());
        let content = serving.catalog.content();
        let segment = content.segments.get(usize::from(state.segment));
        let channels = content.contact.channels.iter().map(|policy| policy.channel);
        let mut answers = Vec::new();
        for channel in channels {
            for time in TimeContext::all() {
                let prior_rate = prior_rate(segment, &content.contact.channels, channel, time);
                let situation = Situation {
                    segment: state.segment,
                    cell: Cell { channel, time },
                    stage: StayStage::Prospect,
                    prior_rate,
                };
                let rate = |effects| model.expect(&situation, effects, now).response_propensity;
                answers.push(Answering {
                    channel,
                    time,
                    response_propensity: rate(Some(&state.channels)),
                    of_segment: rate(None),
                });
            }
        }
        answers
    }

    /// A page of a guest's timeline.
    ///
    /// # Errors
    /// Without the right.
    pub fn timeline(&self, scope: &Scope, query: &TimelineQuery) -> Result<TimelinePage, Error> {
        self.need(scope, Right::GuestsRead)?;
        self.need_guest(scope, &query.guest)?;
        let brand = self.brands.get(&scope.brand);
        let key = self.guest_key(&scope.brand, &query.guest);
        let lines = self.timeline_lines(&self.timelines(&brand, key)?, query)?;
        let next = (lines.len() == query.limit)
            .then(|| lines.last().map(|l| (l.time, l.sequence)))
            .flatten();
        let mut records = Vec::with_capacity(lines.len());
        for line in lines {
            records.extend(self.store.record(line.sequence)?);
        }
        Ok(TimelinePage { records, next })
    }

    fn timeline_lines(
        &self,
        ids: &[GuestKey],
        query: &TimelineQuery,
    ) -> Result<Vec<TimelineEntry>, Error> {
        let (after, until) = (query.after, (query.until, 0));
        if !query.oldest_first {
            let before = after.filter(|a| a.0 < query.until).unwrap_or(until);
            let mut lines = self.lines_before(ids, Some(before), query.limit)?;
            lines.retain(|line| line.time >= query.from);
            return Ok(lines);
        }
        let mut lines = self.lines_before(ids, Some(until), TIMELINE_LINES_MAX)?;
        lines.reverse();
        let is_wanted = |line: &TimelineEntry| {
            let place = (line.time, line.sequence);
            line.time >= query.from && after.is_none_or(|a| place > a)
        };
        lines.retain(is_wanted);
        lines.truncate(query.limit);
        Ok(lines)
    }

    /// State of the engine and of the credential's brand.
    ///
    /// # Errors
    /// Without the right.
    pub fn status(&self, scope: &Scope) -> Result<Status, Error> {
        self.need(scope, Right::Admin)?;
        let brand = self.brands.get(&scope.brand);
        let usage = self.guests.usage();
        Ok(Status {
            committed: self.store.committed(),
            resident_guests: usage.entries,
            resident_bytes: usage.bytes,
            resident_open_bytes: usage.open_bytes,
            resident_bytes_max: self.options.resident_bytes,
            now: self.clock.now(),
            brand: BrandStatus {
                brand: brand.id.to_string(),
                catalog_version: brand.serving().map_or(0, |s| s.catalog.version()),
                catalog_published: brand.published(),
                learner_sequence: self.learner.position(),
                checkpoint_sequence: self.learner.checkpointed(),
                mode: **brand.mode.load(),
            },
        })
    }

    /// Writes a checkpoint of the models now. Returns its sequence and size in bytes.
    ///
    /// # Errors
    /// Without the right; where it cannot be written.
    pub fn checkpoint(&self, scope: &Scope) -> Result<(u64, usize), Error> {
        self.need(scope, Right::Admin)?;
        self.write_checkpoint()
    }

    /// The decision of an id, waited for where it is on its way to the disk; `None` where it is not
    /// the brand's, or a crash took it (even if its place in the log was given anew).
    pub(super) fn logged_decision(
        &self,
        brand: &BrandId,
        id: DecisionId,
    ) -> Result<Option<Decision>, Error> {
        let sequence = self.store.pepper().decision_sequence(id);
        if sequence > self.store.committed() && sequence <= self.store.last_sequence() {
            self.committer.flush()?;
        }
        let record = self.store.decision(id)?.filter(|r| r.brand == *brand);
        Ok(record.and_then(|r| match r.body {
            Body::Decision(decision) => Some(*decision),
            _ => None,
        }))
    }

    /// The decision of a sequence.
    pub(super) fn stored_decision_at(&self, sequence: u64) -> Result<Option<Decision>, Error> {
        Ok(self.store.record(sequence)?.and_then(|r| match r.body {
            Body::Decision(decision) => Some(*decision),
            _ => None,
        }))
    }
}
