//! A browser acts for one guest: a token is minted, and whoever shows it is held to that guest.
//!
//! A guest token lies where anybody at that browser can read it. So the engine itself, and not the
//! edge alone, holds its bearer to what a page needs: one guest, placements that pages and apps
//! show, one reservation, events that answer a decision of this server, moments that are near.

use std::time::Duration;

use crate::catalog::Catalog;
use crate::domain::channel::Channel;
use crate::domain::event::EventKind;
use crate::domain::id::{
    GuestId, GuestKey, OfferKey, PlacementId, PropertyId, ReservationId, SourceId,
};
use crate::domain::invalid::Invalid;
use crate::domain::request::DecideRequest;
use crate::domain::scope::{GuestBound, Right, Scope};
use crate::domain::time::Timestamp;

use super::Engine;
use super::calls::IncomingEvent;
use super::error::{Error, ErrorKind};
use super::guest_token::{GuestPass, GuestTokens, TOKEN_LIST_MAX};
use super::recording::place_in_token;

/// Longest a guest token holds.
pub const TOKEN_TTL_MAX: Duration = Duration::from_secs(3_600);
/// Shortest a guest token holds.
pub const TOKEN_TTL_MIN: Duration = Duration::from_secs(1);
/// Oldest event a page may write: what waited while it was offline.
const PAGE_EVENT_AGE_MAX: Duration = Duration::from_secs(86_400);

/// For whom a token is minted, and how far it reaches.
#[derive(Debug, Clone)]
pub struct Minting {
    /// The guest.
    pub guest: GuestId,
    /// Hotels, at most 16; empty: all that the minter reaches.
    pub properties: Vec<PropertyId>,
    /// Placements, at most 16; empty: all that a page or an app shows.
    pub placements: Vec<PlacementId>,
    /// The reservation its decisions are about.
    pub reservation: Option<ReservationId>,
    /// How long it holds, 1 second to 1 hour.
    pub ttl: Duration,
}

/// A token as it was minted.
#[derive(Debug, Clone)]
pub struct Minted {
    /// What the browser shows.
    pub token: String,
    /// When it ends.
    pub expires: Timestamp,
}

impl Engine {
    /// What seals and opens the guest tokens of this store.
    pub fn guest_tokens(&self) -> &GuestTokens {
        &self.guest_tokens
    }

    /// Mints a token with which a browser acts for a guest. Nothing is kept of it.
    ///
    /// # Errors
    /// Without the right; for a guest or a property out of reach; for lists or a time out of bounds;
    /// where the system gives no randomness.
    pub fn mint_guest_token(&self, scope: &Scope, minting: Minting) -> Result<Minted, Error> {
        self.need(scope, Right::TokensMint)?;
        let Minting { guest, properties, placements, reservation, ttl } = minting;
        // Who is held to a guest mints nothing, for that guest neither.
        if scope.bound.is_some() || properties.iter().any(|property| !scope.reaches(property)) {
            return Err(Error::out_of_reach());
        }
        for (field, count) in [("properties", properties.len()), ("placements", placements.len())] {
            if count > TOKEN_LIST_MAX {
                let problem = format!("has {count} elements; give at most {TOKEN_LIST_MAX}");
                return Err(Invalid::new(field, problem).into());
            }
        }
        if !(TOKEN_TTL_MIN..=TOKEN_TTL_MAX).contains(&ttl) {
            return Err(Invalid::new("ttl", "must be 1 second to 1 hour").into());
        }
        let expires = self.clock.now().plus(ttl);
        let minter = std::sync::Arc::clone(&scope.credential);
        let brand = scope.brand.clone();
        let pass = GuestPass { minter, brand, guest, reservation, properties, placements, expires };
        Ok(Minted { token: self.guest_tokens.seal(&pass)?, expires })
    }

    /// Refuses a guest that the scope does not reach, in the same words whether or not there is one.
    pub(super) fn need_guest(&self, scope: &Scope, guest: &GuestId) -> Result<(), Error> {
        if scope.reaches_guest(guest) { Ok(()) } else { Err(Error::out_of_reach()) }
    }

    /// The same, of a guest known by their key alone.
    pub(super) fn need_guest_key(&self, scope: &Scope, key: GuestKey) -> Result<(), Error> {
        let Some(bound) = &scope.bound else { return Ok(()) };
        let brand = self.brands.get(&scope.brand);
        let own = self.guest_key(&scope.brand, &bound.guest);
        if self.is_same(&brand, own, key)? { Ok(()) } else { Err(Error::not_found("decision")) }
    }

    /// Refuses what a page may not ask.
    pub(super) fn need_page(
        &self,
        scope: &Scope,
        request: &DecideRequest,
        catalog: &Catalog,
    ) -> Result<(), Error> {
        self.need_guest(scope, &request.guest)?;
        let Some(bound) = &scope.bound else { return Ok(()) };
        let is_of_system = request.channel.is_some()
            || request.mode.is_some()
            || request.policy.is_some()
            || request.room.is_some()
            || request.wants_full_view
            || request.current_channel.is_some_and(|channel| !is_shown_by_pages(channel))
            || (request.reservation.is_some() && request.reservation != bound.reservation);
        if is_of_system {
            return Err(Error::out_of_reach());
        }
        for (at, asked) in request.placements.iter().map(|asked| &asked.placement).enumerate() {
            let known = catalog.placement_index(asked).and_then(|known| catalog.placement(known));
            let is_shown = known.is_some_and(|known| is_shown_by_pages(known.channel));
            let is_named = bound.placements.is_empty() || bound.placements.contains(asked);
            if !is_shown || !is_named {
                let mut error = Error::not_found("placement");
                let field = format!("placement_requests[{at}].placement_id");
                let problem = "names no placement that this guest token may fill";
                error.fields.push(Invalid::new(field, problem));
                return Err(error);
            }
        }
        Ok(())
    }

    /// An event as a page may write it; who is not held to a guest writes what they like.
    ///
    /// Its source is the server's to say: the name of the minter and a keyed hash of the guest. So no
    /// page takes the id of an event of another guest, or of another system.
    pub(super) fn page_event(
        &self,
        scope: &Scope,
        mut incoming: IncomingEvent,
        now: Timestamp,
    ) -> Result<IncomingEvent, Error> {
        let Some(bound) = &scope.bound else { return Ok(incoming) };
        self.need_guest(scope, &incoming.event.guest)?;
        let event = &incoming.event;
        let refused = |field: &str, problem: &str| {
            let mut error = Error::from(Invalid::new(field, problem));
            (error.kind, error.reason) = (ErrorKind::PermissionDenied, "GUEST_TOKEN");
            error
        };
        if !is_written_by_pages(event.kind) {
            let problem =
                "is not for guest tokens; a page writes IMPRESSION, CLICK, DECLINE and SURVEY";
            return Err(refused("event_type", problem));
        }
        if says_more_than_a_page(&incoming, bound) {
            return Err(refused("", "says what a page cannot know"));
        }
        if event.time < now.minus(PAGE_EVENT_AGE_MAX) {
            let mut error = Error::from(Invalid::new("event_time", "is more than a day ago"));
            error.reason = "EVENT_TOO_OLD";
            return Err(error);
        }
        let key = self.guest_key(&scope.brand, &event.guest);
        if event.kind != EventKind::Survey {
            let token = incoming.token.as_deref().unwrap_or_default();
            let token = self.signer.verify(&scope.brand, token);
            let brand = self.brands.get(&scope.brand);
            let is_theirs = match &token {
                Some(token) => self.is_same(&brand, token.guest, key)?,
                None => false,
            };
            let Some(token) = token
                .filter(|_| is_theirs)
                .filter(|t| incoming.decision.is_none_or(|d| d == t.decision))
            else {
                let problem = "is missing, or not that of a decision for this guest";
                return Err(refused("attribution_token", problem));
            };
            let offer = event.offer.as_ref().map(OfferKey::of);
            let is_of_decision = place_in_token(&token.facts, offer, incoming.slot).is_some();
            if (offer.is_some() || incoming.slot.is_some()) && !is_of_decision {
                return Err(refused("offer_id", "was not proposed by that decision"));
            }
        }
        incoming.event.source = source(scope, key)?;
        Ok(incoming)
    }
}

/// The source of a page's events.
fn source(scope: &Scope, key: GuestKey) -> Result<SourceId, Error> {
    let hash: String = key.0.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(SourceId::parse("source", &format!("{}:{hash}", scope.credential))?)
}

/// Surfaces that belong to the guest's own browser or app.
fn is_shown_by_pages(channel: Channel) -> bool {
    matches!(channel, Channel::Web | Channel::InApp)
}

/// What happens on a page and nowhere else. An ACCEPT binds guest and hotel, holds scarce units and is
/// a reward to learn from: it is for the server that takes the order to say.
fn is_written_by_pages(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Impression | EventKind::Click | EventKind::Decline | EventKind::Survey
    )
}

/// Money, stays, rooms, marks and consents come from systems and calls of their own.
fn says_more_than_a_page(incoming: &IncomingEvent, bound: &GuestBound) -> bool {
    let event = &incoming.event;
    event.amount.is_some()
        || event.cost.is_some()
        || event.reverses.is_some()
        || event.stay.is_some()
        || event.room.is_some()
        || event.rating.is_some()
        || event.consent.is_some()
        || event.channel.is_some_and(|channel| !is_shown_by_pages(channel))
        || (event.reservation.is_some() && event.reservation != bound.reservation)
        || (event.survey.is_some() && event.kind != EventKind::Survey)
}
