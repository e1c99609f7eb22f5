//! What the channels of a message are like now: the same hard rules and the same utility as when it
//! was decided, on what is known by now.

use crate::decide::caps::Ledgers;
use crate::decide::{Serving, Standing, outbound};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::decision::Decision;
use crate::domain::delivery::{Dispatch, EndReason, exposed_as};
use crate::domain::guest::GuestState;
use crate::domain::id::{GuestId, GuestKey};
use crate::domain::price::AskedTerms;
use crate::domain::request::{ChannelRequest, DecideRequest, Direction};
use crate::domain::stay::StayStatus;
use crate::domain::time::Timestamp;
use crate::engine::Engine;
use crate::engine::brands::Brand;
use crate::engine::error::Error;

/// A message whose channels are looked at.
#[derive(Clone, Copy)]
pub(super) struct Looked<'a> {
    /// Its decision.
    pub(super) decision: &'a Decision,
    /// How far it has come.
    pub(super) dispatch: &'a Dispatch,
    /// Number of the attempt it is about: what that one reserves is not in its own way.
    pub(super) attempt: usize,
    /// It may leave from this moment on.
    pub(super) earliest: Timestamp,
}

impl Engine {
    /// What some channels are like for a message now; or why it may leave through none.
    ///
    /// # Errors
    /// Where the disk cannot be read.
    pub(super) fn standing(
        &self,
        (brand, serving): (&Brand, &Serving),
        (key, guest): (GuestKey, &GuestState),
        looked: Looked<'_>,
        channels: ChannelSet,
        now: Timestamp,
    ) -> Result<Result<Vec<(Channel, Standing)>, EndReason>, Error> {
        let Looked { decision, dispatch, attempt, earliest } = looked;
        let stay = decision.reservation.and_then(|reservation| {
            guest.stays.iter().find(|stay| stay.reservation == reservation)
        });
        if stay.is_some_and(|stay| stay.status == StayStatus::Cancelled) {
            return Ok(Err(EndReason::StayCancelled));
        }
        let asked = ChannelRequest {
            allowed: channels,
            earliest: Some(earliest.max(now)),
            latest: Some(dispatch.expires),
            is_transactional: dispatch.is_transactional,
        };
        let Some(id) = self.profile_of(brand, key)?.map(|profile| profile.guest) else {
            return Ok(Err(EndReason::Exhausted));
        };
        let request = request_of(decision, id, guest);
        let mut ledger = guest.ledger.clone();
        ledger.release(exposed_as(decision.short(), attempt));
        let ledgers = Ledgers { guest: &ledger, reservation: None, room: None };
        let when = (now, decision.short());
        brand.with_inputs(serving, (key, guest), (&request, ledgers), when, |inputs, _| {
            Ok(outbound::standings(inputs, &asked, decision))
        })
    }
}

/// The call for a decision that was made, as far as channels depend on it.
fn request_of(decision: &Decision, id: GuestId, guest: &GuestState) -> DecideRequest {
    let of_stay = |journey: &&crate::domain::delivery::Journey| {
        decision.reservation == Some(journey.fingerprint())
    };
    let journey = guest.agenda.journeys.iter().find(of_stay);
    DecideRequest {
        property: decision.property.clone(),
        guest: id,
        placements: Vec::new(),
        direction: Direction::Outbound,
        current_channel: None,
        stage: None,
        reservation: journey.map(|journey| journey.reservation.clone()),
        room: None,
        locale: decision.context.locale.clone(),
        zone: String::new(),
        intent: String::new(),
        adults: None,
        children: None,
        travel_purpose: None,
        terms: AskedTerms::default(),
        channel: None,
        message: None,
        allow_duplicates: false,
        defers_activation: true,
        delivery: None,
        pushed: None,
        wants_full_view: false,
        mode: None,
        policy: None,
        planned: None,
        goes_with: std::sync::Arc::default(),
        request: None,
    }
}
