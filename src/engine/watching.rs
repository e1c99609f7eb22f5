//! Watching for the next best offer: what would be decided for a guest is looked at whenever
//! something changed, and decided anew only where it no longer stands.
//!
//! **Does it stand?** The last decision is made once more as of now, with its own draws and as if it
//! had not been shown: the same random numbers on the same inputs give the same slate, so only a
//! change of the inputs can change it, never another draw. That decision is made on a copy and
//! forgotten.
//!
//! **Where it does not stand**, a new decision is made like any other, with draws of its own. Whether
//! one is made depends on what was before it only, so its logged selection probabilities are exact.
//! It takes the place of the one before: what that one still reserves is given back in the same
//! record ([`Pushed`]).
//!
//! **Nobody saw it yet.** A push reserves caps until it is activated, replaced or expires. It teaches
//! nobody until it was shown: neither the guest's taste and channels nor the shared models, and no
//! evaluation counts it ([`super::learning`], [`super::history`]).

use std::sync::Arc;

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::cache::{Wake, Watching};
use crate::decide::caps::Ledgers;
use crate::decide::{self, Serving};
use crate::domain::decision::{Decision, Pushed, SendOutcome};
use crate::domain::event::EventKind;
use crate::domain::guest::GuestState;
use crate::domain::id::{Fingerprint, GuestKey};
use crate::domain::invalid::Invalid;
use crate::domain::request::DecideRequest;
use crate::domain::scope::{Right, Scope};
use crate::domain::time::Timestamp;

use super::brands::Brand;
use super::calls::Answer;
use super::error::Error;
use super::party::Party;
use super::resume::{self, Sent};
use super::{Engine, fold};

/// Why a watcher is woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Cause {
    /// The watch begins.
    Opened,
    /// It goes on, and something changed meanwhile.
    Resumed,
    /// Presence.
    Presence,
    /// A stay was booked, began, ended or was cancelled.
    Stay,
    /// A consent.
    Consent,
    /// Facts or stated preferences.
    Profile,
    /// An offer or a message was shown or answered.
    Outcome,
    /// Another event.
    Event,
    /// Another decision for the guest.
    Decision,
    /// A catalog came into force, or a learning mode.
    Catalog,
    /// An offer was stopped, or runs again.
    StoppedOffer,
    /// Stock was set.
    Stock,
    /// Time went by.
    Time,
    /// The reservations of the last push ended.
    Expired,
}

impl Cause {
    /// All of them, in order of their bits.
    pub const ALL: [Self; 14] = [
        Self::Opened,
        Self::Resumed,
        Self::Presence,
        Self::Stay,
        Self::Consent,
        Self::Profile,
        Self::Outcome,
        Self::Event,
        Self::Decision,
        Self::Catalog,
        Self::StoppedOffer,
        Self::Stock,
        Self::Time,
        Self::Expired,
    ];

    /// Its bit in a mark.
    pub(super) fn bit(self) -> u32 {
        1 << self as u32
    }

    /// What an event of this kind changes.
    pub(super) fn of_event(kind: EventKind) -> Self {
        match kind {
            EventKind::Presence => Self::Presence,
            EventKind::Book | EventKind::Cancel | EventKind::CheckIn | EventKind::CheckOut => {
                Self::Stay
            }
            EventKind::OptIn | EventKind::OptOut => Self::Consent,
            kind if kind.outcome().is_some() || fold::moves(kind) => Self::Outcome,
            _ => Self::Event,
        }
    }

    fn of_bits(bits: u32) -> Vec<Self> {
        Self::ALL.into_iter().filter(|cause| bits & cause.bit() != 0).collect()
    }
}

/// A watch, held by who is told. It ends when it is dropped.
pub struct Watch {
    watching: Watching,
    brand: Arc<Brand>,
    key: GuestKey,
    request: DecideRequest,
    asked: u64,
    last: Option<Sent>,
    begins: Cause,
    has_begun: bool,
}

/// A decision to be pushed.
#[derive(Debug)]
pub struct Push {
    /// The decision.
    pub answer: Answer,
    /// What was heard since the push before.
    pub causes: Vec<Cause>,
}

/// What a look came to.
#[derive(Debug)]
pub struct Look {
    /// A decision, where the one before no longer stands.
    pub push: Option<Box<Push>>,
    /// The next moment at which what is known now ends: look again then.
    pub next: Option<Timestamp>,
}

impl Watch {
    /// Resumes at the last push; empty before the first.
    pub fn resume_token(&self, engine: &Engine) -> String {
        let sign = |sent: &Sent| {
            resume::sign(&engine.resumes, &self.brand.id, self.key, (self.asked, sent))
        };
        self.last.as_ref().map(sign).unwrap_or_default()
    }

    /// How many pushes there were, those before a resumption included.
    pub fn pushes(&self) -> u64 {
        self.last.map_or(0, |sent| sent.number)
    }
}

impl Engine {
    /// Begins to watch, or goes on where a resume token says. `wake` is called, from any thread, when
    /// there is something to [look](Self::look) at; the first look is owed at once.
    ///
    /// # Errors
    /// Without the right; for a property that is not reached; for a resume token that is not of this
    /// guest's watches.
    pub fn watch(
        &self,
        scope: &Scope,
        request: DecideRequest,
        resume_token: Option<&str>,
        wake: Wake,
    ) -> Result<Watch, Error> {
        self.need(scope, Right::Decide)?;
        if !scope.reaches(&request.property) {
            return Err(Error::not_found("property"));
        }
        let brand = self.brands.get(&scope.brand);
        let key = self.guest_key(&scope.brand, &request.guest);
        let asked = xxh3_64(format!("{request:?}").as_bytes());
        let resumed = match resume_token {
            None => None,
            Some(token) => {
                Some(resume::verify(&self.resumes, &brand.id, key, token).ok_or_else(|| {
                    Invalid::new("resume_token", "is of no watch of this guest; leave it out")
                })?)
            }
        };
        // Of another question nothing is known to stand, but what it reserved is given back.
        let last = resumed.map(|(of, sent)| Sent {
            content: if of == asked { sent.content } else { !sent.content },
            expires: if of == asked { sent.expires } else { Timestamp::EPOCH },
            ..sent
        });
        let begins = if last.is_some() { Cause::Resumed } else { Cause::Opened };
        let watching = self.watchers.watch(brand.id.clone(), key, wake);
        Ok(Watch { watching, brand, key, request, asked, last, begins, has_begun: false })
    }

    /// Can the watch be looked at without the disk?
    pub fn looks_resident(&self, watch: &Watch) -> bool {
        self.holds(&watch.brand, watch.key)
    }

    /// Looks whether the last push still stands, and decides anew where it does not. May read the
    /// disk.
    ///
    /// # Errors
    /// Where the catalog in force no longer has what the watch asks for; where too much waits for the
    /// disk: then look again later.
    pub fn look(&self, watch: &mut Watch) -> Result<Look, Error> {
        let heard = watch.watching.take();
        let looked = self.look_once(watch, heard);
        if looked.is_err() {
            watch.watching.put_back(heard);
        }
        looked
    }

    fn look_once(&self, watch: &mut Watch, heard: u32) -> Result<Look, Error> {
        let Watch { brand, key, request, last, .. } = watch;
        let (key, serving) = (*key, brand.need_serving()?);
        request.pushed = Some(Pushed { replaces: last.map(|sent| sent.decision) });
        let party = self.watched_party(brand, request, &serving);
        let made = self.with_guest(brand, key, |guest, person| {
            let now = self.clock.now();
            let request = &*person.asks(request);
            let next = guest.presence.next_end(now);
            let made = self.with_party(&brand.id, party, |party| {
                let is_live = last.filter(|sent| now < sent.expires);
                let stands = match is_live {
                    Some(sent) => {
                        let who = (person.key, &*guest);
                        self.stands((&*brand, &serving), who, request, &party, sent)?
                    }
                    None => false,
                };
                if stands {
                    return Ok((None, 0));
                }
                let made = self.make(brand, &serving, person, request, guest, party)?;
                let sequence = made.decision.sequence;
                Ok((Some(made), sequence))
            });
            let sequence =
                made.as_ref().ok().and_then(|made| Some(made.as_ref()?.decision.sequence));
            (made.map(|made| (made, next, person.heard_as)), sequence)
        })?;
        let (made, next, heard_as) = made?;
        let has_expired = last.is_some_and(|sent| self.clock.now() >= sent.expires);
        let push = made.map(|outcome| {
            let decision = &outcome.decision;
            let number = last.map_or(0, |sent| sent.number) + 1;
            let content = content_of(decision);
            *last = Some(Sent {
                decision: decision.short(),
                content,
                expires: decision.expires,
                number,
            });
            let mut causes = Cause::of_bits(heard);
            if !watch.has_begun {
                causes.insert(0, watch.begins);
            } else if has_expired {
                causes.push(Cause::Expired);
            } else if causes.is_empty() {
                causes.push(Cause::Time);
            }
            Box::new(Push { answer: self.answer(brand, &serving, *outcome, heard_as), causes })
        });
        watch.has_begun = true;
        let expires = last.map(|sent| sent.expires);
        Ok(Look { push, next: next.into_iter().chain(expires).min() })
    }

    fn watched_party(
        &self,
        brand: &Brand,
        request: &DecideRequest,
        serving: &Serving,
    ) -> super::party::PartyKeys {
        let fingerprint = |id: Option<&str>| id.map(Fingerprint::of);
        self.party_keys(
            (&brand.id, &request.property),
            (
                fingerprint(request.reservation.as_ref().map(|r| r.as_str())),
                fingerprint(request.room.as_ref().map(|r| r.as_str())),
            ),
            &serving.catalog,
        )
    }

    /// Would the last push be decided again as it was? Changes nothing.
    fn stands(
        &self,
        (brand, serving): (&Brand, &Serving),
        (key, guest): (GuestKey, &GuestState),
        request: &DecideRequest,
        party: &Party<'_>,
        sent: Sent,
    ) -> Result<bool, Error> {
        let now = self.clock.now();
        let mut guest = guest.clone();
        fold::to_now(&mut guest, serving, &self.options, now);
        guest.ledger.set_aside(sent.decision);
        let party = party.set_aside(sent.decision);
        let [reservation, room] = [party[0].as_ref(), party[1].as_ref()];
        let ledgers = Ledgers { guest: &guest.ledger, reservation, room };
        let (asked, when) = ((request, ledgers), (now, sent.decision));
        let again = brand.with_inputs(serving, (key, &guest), asked, when, decide::decide)?;
        Ok(content_of(&again.decision) == sent.content)
    }
}

/// Fingerprint of what a decision shows: offers with their treatments and prices, channel and,
/// where a message is to wait, its moment.
fn content_of(decision: &Decision) -> u64 {
    let mut hash = Xxh3::new();
    for proposition in &decision.propositions {
        hash.update(proposition.placement.as_str().as_bytes());
        hash.update(&[0, proposition.source as u8]);
        for slot in &proposition.slots {
            let price = slot.quote.offer;
            hash.update(&slot.key.0.to_le_bytes());
            hash.update(&u64::from(slot.treatment).to_le_bytes());
            hash.update(&price.minor.to_le_bytes());
            hash.update(&price.currency.bytes());
        }
        hash.update(&[u8::MAX]);
    }
    if let Some(choice) = &decision.channel {
        let code = |code: Option<u8>| code.map_or(0, |code| code + 1);
        hash.update(&[
            choice.outcome as u8,
            code(choice.channel.map(|channel| channel as u8)),
            code(choice.reason.map(|reason| reason as u8)),
        ]);
        if choice.outcome == SendOutcome::Queue {
            hash.update(&choice.window_start.as_micros().to_le_bytes());
        }
    }
    hash.digest()
}
