//! Messages on their way and journeys of guests who become one, or part.
//!
//! Pure: whose a message is follows from the id its decision was heard under, whose a journey is from
//! the id its stay was heard under.

use std::collections::BTreeSet;

use crate::domain::delivery::{Agenda, Dispatch, Journey};
use crate::domain::guest::GuestState;
use crate::domain::id::{DecisionId, GuestKey};
use crate::domain::record::Body;
use crate::domain::time::Timestamp;
use crate::engine::delivery::look_again;
use crate::store::Own;

use super::refold::Heard;

/// Adds what is under way with one guest to what is with another. Consents may be stricter now: what
/// waits is looked at again.
pub(super) fn join(merged: &mut GuestState, source: &GuestState, now: Timestamp) {
    let began = |dispatch: &Dispatch| dispatch.attempts.first().map(|attempt| attempt.at);
    for dispatch in &source.dispatches {
        if !merged.dispatches.iter().any(|known| known.decision == dispatch.decision) {
            merged.dispatches.push(dispatch.clone());
        }
    }
    merged.dispatches.sort_by_key(began);
    for journey in &source.agenda.journeys {
        let journeys = &mut merged.agenda.journeys;
        match journeys.iter_mut().find(|known| known.reservation == journey.reservation) {
            Some(known) => same_stay(known, journey),
            None => journeys.push(journey.clone()),
        }
    }
    look_again(merged, now);
}

/// One stay that both have on file: moments by whoever knows them, and no trigger asks twice.
fn same_stay(known: &mut Journey, other: &Journey) {
    let earlier = |moment: &mut Timestamp, other: Timestamp| {
        if *moment == Timestamp::EPOCH || (other != Timestamp::EPOCH && other < *moment) {
            *moment = other;
        }
    };
    earlier(&mut known.booked, other.booked);
    earlier(&mut known.arrived, other.arrived);
    earlier(&mut known.left, other.left);
    same_done(known, other);
}

/// What asked of either asks no more.
fn same_done(known: &mut Journey, other: &Journey) {
    let new = other.done.iter().filter(|done| !known.done.contains(done));
    let new: Vec<u32> = new.copied().collect();
    known.done.extend(new);
}

/// Decisions heard under ids that leave.
pub(super) fn decisions(
    owns: &[(GuestKey, Own)],
    heard: &Heard,
    leaves: impl Fn(GuestKey) -> bool,
) -> BTreeSet<DecisionId> {
    let before = owns.iter().filter(|(key, _)| leaves(*key));
    let before = before.flat_map(|(_, own)| own.state.dispatches.iter().map(|d| d.decision));
    let since = heard.values().filter(|(key, _)| leaves(*key));
    let since = since.filter_map(|(_, record)| match &record.body {
        Body::Decision(decision) => Some(decision.id),
        _ => None,
    });
    before.chain(since).collect()
}

/// Divides what is under way with one guest between the one who stays and the one who goes. Journeys are
/// each guest's own, which may be more than one guest has room for, and what was asked of them as one
/// guest is not asked again.
pub(super) fn part(
    whole: &GuestState,
    [stays, goes]: [&mut GuestState; 2],
    leaving: &BTreeSet<DecisionId>,
    now: Timestamp,
) {
    let goes_on = |dispatch: &&Dispatch| leaving.contains(&dispatch.decision);
    goes.dispatches = whole.dispatches.iter().filter(goes_on).cloned().collect();
    stays.dispatches = whole.dispatches.iter().filter(|d| !goes_on(d)).cloned().collect();
    let triggered = |state: &mut GuestState| {
        let mut journeys = std::mem::take(&mut state.agenda.journeys);
        for own in &mut journeys {
            let of_both = |journey: &&Journey| journey.reservation == own.reservation;
            if let Some(journey) = whole.agenda.journeys.iter().find(of_both) {
                same_done(own, journey);
            }
        }
        journeys
    };
    // The row of the one person is that of who keeps the place.
    stays.agenda = Agenda { journeys: triggered(stays), ..whole.agenda.clone() };
    goes.agenda = Agenda { journeys: triggered(goes), ..Agenda::default() };
    [stays, goes].into_iter().for_each(|state| look_again(state, now));
}
