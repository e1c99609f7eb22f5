//! What a guest would be by itself: the state it had when it became one with others, and what was heard
//! under its id since.
//!
//! Every record since then stands in the timeline of the id it was heard under. Those of the guest's own
//! timeline are folded as ever, with the catalog in force now. Of those of the others, as long as the two were
//! one person, only the contacts count: who was shown something saw it, whatever the id.

use std::collections::BTreeMap;

use crate::decide::Serving;
use crate::domain::decision::{Decision, short_of};
use crate::domain::exposure::ExposureState;
use crate::domain::guest::GuestState;
use crate::domain::id::GuestKey;
use crate::domain::identity::Part;
use crate::domain::profile::{Profile, ProfileChange};
use crate::domain::record::{Body, Record};
use crate::domain::time::Timestamp;
use crate::engine::deciding::{FATIGUE_HORIZON, expose, remember};
use crate::engine::error::Error;
use crate::engine::{Engine, EngineOptions, delivery, fold, hours};
use crate::store::Own;

/// What is heard of several guests who are one: each record, by its place in the log, with the id it was
/// heard under.
pub(super) type Heard = BTreeMap<u64, (GuestKey, Record)>;

/// How records are folded.
#[derive(Clone, Copy)]
pub(super) struct How<'a> {
    pub(super) serving: &'a Serving,
    pub(super) options: &'a EngineOptions,
}

impl Engine {
    /// What was heard under each of these ids after the earliest of the sequences.
    pub(super) fn heard_since(&self, ids: &[GuestKey], after: u64) -> Result<Heard, Error> {
        let mut heard = Heard::new();
        for id in ids {
            for line in self.store.timeline(*id, None, usize::MAX)? {
                let is_new = line.sequence > after && !heard.contains_key(&line.sequence);
                if is_new && let Some(record) = self.store.record(line.sequence)? {
                    heard.insert(line.sequence, (*id, record));
                }
            }
        }
        Ok(heard)
    }
}

/// Brings what a guest is by itself up to a place in the log.
pub(super) fn refold(
    key: GuestKey,
    own: &Own,
    (parts, heard): (&[Part], &Heard),
    how: How<'_>,
    sequence: u64,
) -> Own {
    let Own { mut state, mut profile, .. } = own.clone();
    for (at, (id, record)) in heard.range(own.sequence + 1..) {
        if *id == key {
            hear(&mut state, &mut profile, record, how);
        } else if together_since(parts, key, *id).is_some_and(|since| *at > since) {
            see(&mut state, record, how);
        }
    }
    state.part_of = None;
    state.parts.clear();
    Own { sequence, state, profile }
}

/// Since when two ids are one guest: the last joining on the way from one to the other.
fn together_since(parts: &[Part], one: GuestKey, other: GuestKey) -> Option<u64> {
    let way = |from: GuestKey| {
        let mut steps = vec![(from, 0)];
        while let Some(part) = parts.iter().find(|part| part.key == steps[steps.len() - 1].0) {
            let (_, before) = steps[steps.len() - 1];
            steps.push((part.into, part.since.max(before)));
        }
        steps
    };
    let others = way(other);
    way(one).into_iter().find_map(|(key, since)| {
        let met = others.iter().find(|(theirs, _)| *theirs == key)?;
        Some(since.max(met.1))
    })
}

/// Folds what was heard under the guest's own id.
fn hear(state: &mut GuestState, profile: &mut Profile, record: &Record, how: How<'_>) {
    let How { serving, options } = how;
    match &record.body {
        Body::Event { event, .. } => {
            // When the guest was active may be kept by the guest's own consent.
            let mut event = event.clone();
            hours::note(&mut event, state, serving);
            fold::event(state, &event, serving, options, record.recorded, record.sequence);
            delivery::note_journey(state, &event);
            if let Some(consent) = &event.consent {
                profile.put_consent(consent);
                profile.sequence = record.sequence;
            }
        }
        Body::Decision(decision) => {
            fold::to_now(state, serving, options, decision.decided);
            remember(decision, serving, state);
        }
        Body::Activated { decision, .. } => {
            activated(state, short_of(*decision), record.recorded);
            state.sequence = record.sequence;
        }
        Body::Profile { change, .. } => {
            let change = own_change(profile, change);
            profile.apply(record.sequence, &change);
            fold::profile(state, &change, serving, record.sequence);
        }
        _ => {}
    }
}

/// The part of a change that is the guest's own.
fn own_change(profile: &Profile, change: &ProfileChange) -> ProfileChange {
    let mut own = change.clone();
    if let (Some(after), Some(before)) = (&change.facts, &change.replaced) {
        let mut facts = profile.facts.clone();
        facts.change_as(before, after);
        own.facts = Some(facts);
    }
    own
}

/// Folds a contact with the one person that was made under another id.
fn see(state: &mut GuestState, record: &Record, how: How<'_>) {
    let catalog = &how.serving.catalog;
    match &record.body {
        // What was said of an offer without a decision is no contact.
        Body::Event { event, .. } if event.decision.is_some() => {
            fold::exposure(&mut state.ledger, event, catalog, record.recorded);
        }
        Body::Decision(decision) => contact(state, decision, how),
        Body::Activated { decision, .. } => {
            activated(state, short_of(*decision), record.recorded);
        }
        _ => {}
    }
}

fn contact(state: &mut GuestState, decision: &Decision, how: How<'_>) {
    let (catalog, now) = (&how.serving.catalog, decision.decided);
    if let Some(replaced) = decision.pushed.and_then(|pushed| pushed.replaces) {
        state.ledger.release(replaced);
    }
    state.ledger.prune(now, catalog.caps_horizon().max(FATIGUE_HORIZON));
    expose(decision, catalog, &mut state.ledger, now);
}

fn activated(state: &mut GuestState, decision: u64, at: Timestamp) {
    state.ledger.advance(decision, None, ExposureState::Shown, at);
    let open = state.open.iter_mut().filter(|open| open.decision == decision);
    open.for_each(|open| open.awaits_showing = false);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::identity::Joined;

    fn key(n: u8) -> GuestKey {
        GuestKey([n; 16])
    }

    fn part(from: u8, into: u8, since: u64) -> Part {
        Part { key: key(from), into: key(into), joined: Joined::Merged, since }
    }

    #[test]
    fn two_ids_are_one_since_the_last_joining_between_them() {
        // 1 into 2 at 10, 4 into 3 at 20, 2 into 3 at 30; 9 is nobody here.
        let parts = [part(1, 2, 10), part(4, 3, 20), part(2, 3, 30)];
        let since = |a, b| together_since(&parts, key(a), key(b));
        assert_eq!((since(1, 2), since(2, 1)), (Some(10), Some(10)));
        assert_eq!((since(1, 3), since(4, 3)), (Some(30), Some(20)));
        assert_eq!((since(1, 4), since(4, 1)), (Some(30), Some(30)));
        assert_eq!(since(1, 9), None);
    }
}
