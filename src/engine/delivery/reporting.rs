//! What events say of messages on their way, and of the stays that triggers speak of. Folded under the
//! guest's lock with the event itself, and written in its batch.

use crate::domain::decision::short_of;
use crate::domain::delivery::{Journey, Progress};
use crate::domain::event::{Event, EventKind, PartyRole};
use crate::domain::guest::GuestState;
use crate::domain::stay::StayStatus;
use crate::domain::time::Timestamp;

/// What follows from an event: messages that left the outbox by it.
#[derive(Debug, Default)]
pub(in crate::engine) struct Reported {
    /// Their offsets.
    pub(in crate::engine) sent: Vec<u64>,
}

/// What an event of this kind says of the message it answers.
fn progress_of(kind: EventKind) -> Option<Progress> {
    match kind {
        EventKind::Delivered | EventKind::Impression => Some(Progress::Sent),
        EventKind::Bounced | EventKind::NotOffered => Some(Progress::Failed),
        EventKind::Opened
        | EventKind::Replied
        | EventKind::Click
        | EventKind::Accept
        | EventKind::Book
        | EventKind::Pay
        | EventKind::Consume
        | EventKind::Fulfilled => Some(Progress::Answered),
        EventKind::Decline | EventKind::OptOut | EventKind::Complaint => Some(Progress::Refused),
        EventKind::View
        | EventKind::Search
        | EventKind::Cancel
        | EventKind::CheckIn
        | EventKind::CheckOut
        | EventKind::Refund
        | EventKind::Survey
        | EventKind::Feedback
        | EventKind::Failed
        | EventKind::OptIn
        | EventKind::Presence => None,
    }
}

/// Folds an event into what is under way.
pub(in crate::engine) fn event(guest: &mut GuestState, event: &Event, now: Timestamp) -> Reported {
    note_journey(guest, event);
    let mut reported = Reported::default();
    if let Some((decision, progress)) = event.decision.as_ref().zip(progress_of(event.kind)) {
        report(guest, short_of(decision.id), event, progress, now, &mut reported);
    }
    let may_forbid = matches!(
        event.kind,
        EventKind::OptOut | EventKind::Cancel | EventKind::Bounced | EventKind::Complaint
    );
    if may_forbid || event.consent.is_some() {
        look_again(guest, now);
    }
    reported
}

/// Something changed that may forbid what waits: it is looked at without delay.
pub(in crate::engine) fn look_again(guest: &mut GuestState, now: Timestamp) {
    for dispatch in &mut guest.dispatches {
        if dispatch.waiting().is_some() {
            dispatch.next = dispatch.next.min(now);
        }
    }
}

fn report(
    guest: &mut GuestState,
    decision: u64,
    event: &Event,
    progress: Progress,
    now: Timestamp,
    reported: &mut Reported,
) {
    let found = guest.dispatches.iter_mut().find(|d| short_of(d.decision) == decision);
    let Some(dispatch) = found else { return };
    let Some(number) = dispatch.attempt_on(event.channel) else { return };
    let attempt = &mut dispatch.attempts[number];
    // What the guest did outweighs what a carrier says, in whatever order they come.
    let is_final = matches!(attempt.progress, Progress::Answered | Progress::Refused);
    let is_said = matches!(progress, Progress::Answered | Progress::Refused);
    if is_final && (!is_said || attempt.progress == Progress::Refused) {
        return;
    }
    if attempt.progress == Progress::Waiting {
        // Nobody acknowledged it, but it has left.
        reported.sent.push(attempt.offset);
        attempt.at = now;
    }
    attempt.progress = progress;
    dispatch.next = now;
}

/// Keeps the stays that triggers speak of. Messages about a stay are for who stays.
pub(in crate::engine) fn note_journey(guest: &mut GuestState, event: &Event) {
    let is_about_the_stay = event.offer.is_none() && event.decision.is_none();
    let says = match event.kind {
        EventKind::Book | EventKind::Cancel => is_about_the_stay,
        EventKind::CheckIn | EventKind::CheckOut => true,
        _ => false,
    };
    let (Some(reservation), Some(property)) = (&event.reservation, &event.property) else { return };
    if !says || event.role != PartyRole::Stayer {
        return;
    }
    let GuestState { agenda, stays, .. } = guest;
    let known = agenda.journeys.iter().position(|j| j.reservation == *reservation);
    let at = known.unwrap_or_else(|| {
        agenda.journeys.push(Journey {
            reservation: reservation.clone(),
            property: property.clone(),
            booked: Timestamp::EPOCH,
            arrived: Timestamp::EPOCH,
            left: Timestamp::EPOCH,
            done: Vec::new(),
        });
        agenda.journeys.len() - 1
    });
    let journey = &mut agenda.journeys[at];
    let first = |moment: &mut Timestamp| {
        if *moment == Timestamp::EPOCH {
            *moment = event.time;
        }
    };
    match event.kind {
        EventKind::Book => first(&mut journey.booked),
        EventKind::CheckIn => first(&mut journey.arrived),
        EventKind::CheckOut => first(&mut journey.left),
        _ => {}
    }
    // Only stays on file have moments; those cancelled have none any more.
    agenda.journeys.retain(|journey| {
        let print = journey.fingerprint();
        stays.iter().any(|s| s.reservation == print && s.status != StayStatus::Cancelled)
    });
}
