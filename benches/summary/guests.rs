//! Guests of the engine in process, and what they do.

use concierge::domain::channel::Channel;
use concierge::domain::consent::{Consent, ConsentState, Purpose};
use concierge::domain::event::{Event, EventKind, SurveyAnswer};
use concierge::domain::id::{EventId, GuestId, OfferId, PropertyId, ReservationId, SourceId};
use concierge::domain::invalid::Invalid;
use concierge::domain::money::{Currency, Money};
use concierge::domain::stay::StayFacts;
use concierge::domain::time::{Date, Timestamp};
use concierge::engine::{Answer, IncomingEvent};
use concierge::sys::clock::Clock;

use crate::Outcome;
use crate::catalog::{self, offer_id};
use crate::hotel::{self, Hotel};

/// Events of a guest's history.
pub(crate) const EVENTS: u64 = 20;

/// A guest by number.
pub(crate) fn guest_id(number: u64) -> Result<GuestId, Invalid> {
    GuestId::parse("guest", &format!("guest-{number:09}"))
}

/// One guest's history under way: events come one after the other, decisions in between.
pub(crate) struct History {
    number: u64,
    guest: GuestId,
    done: u64,
    answer: Option<Answer>,
}

impl History {
    /// Nothing has happened yet.
    pub(crate) fn new(number: u64) -> Result<Self, Invalid> {
        Ok(Self { number, guest: guest_id(number)?, done: 0, answer: None })
    }

    /// The next event of [`EVENTS`]. Two decisions are made on the way: the first is clicked and
    /// accepted, the second declined.
    pub(crate) fn step(&mut self, hotel: &Hotel) -> Outcome {
        use EventKind as K;
        if matches!(self.done, 5 | 17) {
            self.answer = Some(hotel.decide(&hotel::request(&self.guest)?)?);
        }
        let step = self.done;
        self.done += 1;
        let mut event = match step {
            0 | 1 => self.opt_in(step)?,
            2 => Event { channel: Some(Channel::Email), ..self.bare(K::Delivered)? },
            3 => self.booking()?,
            5 | 18 => self.bare(K::Impression)?,
            6 => self.of_slot(K::Click, 0)?,
            7 => self.of_slot(K::Accept, 1)?,
            8 => Event { stay: Some(self.stay()), ..self.bare(K::CheckIn)? },
            9 => self.survey()?,
            10 => Event { offer: Some(self.offer(10)?), ..self.bare(K::Consume)? },
            11 | 12 => {
                Event { amount: Some(Money::new(4_900, Currency::EUR)), ..self.bare(K::Pay)? }
            }
            13 => Event { rating: Some(5), ..self.bare(K::Feedback)? },
            14 => self.bare(K::Search)?,
            19 => self.of_slot(K::Decline, 0)?,
            _ => Event { offer: Some(self.offer(step)?), ..self.bare(K::View)? },
        };
        event.reservation = matches!(step, 3 | 8)
            .then(|| ReservationId::parse("", &format!("r-{}", self.number)))
            .transpose()?;
        let is_answer = matches!(event.kind, K::Impression | K::Click | K::Accept | K::Decline);
        let token = self.answer.as_ref().filter(|_| is_answer).map(|answer| answer.token.clone());
        hotel.record(
            &IncomingEvent { event, token, decision: None, slot: None, held: None },
            None,
        )?;
        Ok(())
    }

    fn bare(&self, kind: EventKind) -> Result<Event, Invalid> {
        bare(&self.guest, &format!("{}-{}", self.number, self.done), kind)
    }

    fn opt_in(&self, step: u64) -> Result<Event, Invalid> {
        let purpose = if step == 0 { Purpose::Profiling } else { Purpose::Marketing };
        let event = self.bare(EventKind::OptIn)?;
        Ok(Event { consent: Some(granted(purpose, event.time)), ..event })
    }

    fn booking(&self) -> Result<Event, Invalid> {
        let amount = Some(Money::new(36_000, Currency::EUR));
        Ok(Event { stay: Some(self.stay()), amount, ..self.bare(EventKind::Book)? })
    }

    fn stay(&self) -> StayFacts {
        let today = i32::try_from(Clock::System.now().as_micros() / 86_400_000_000).unwrap_or(0);
        let first = today + i32::try_from(self.number % 5).unwrap_or(0);
        StayFacts {
            check_in: Date(first),
            check_out: Date(first + 3),
            adults: 2,
            ..StayFacts::default()
        }
    }

    fn survey(&self) -> Result<Event, Invalid> {
        let tags = vec![format!("t{}", self.number % 7), format!("u{}", self.number % 11)];
        let survey = SurveyAnswer { question: "evening".to_owned(), value: 0.8, tags };
        Ok(Event { survey: Some(survey), ..self.bare(EventKind::Survey)? })
    }

    fn offer(&self, step: u64) -> Result<OfferId, Invalid> {
        let at = usize::try_from(self.number * 31 + step * 17).unwrap_or(0) % catalog::OFFERS;
        OfferId::parse("offer", &offer_id(at))
    }

    /// An answer to a slot of the last decision's first placement.
    fn of_slot(&self, kind: EventKind, slot: usize) -> Result<Event, Invalid> {
        let shown = self.answer.as_ref().and_then(|answer| {
            let slot = answer.decision.propositions.first()?.slots.get(slot)?;
            answer.catalog.offer(slot.offer).map(|offer| offer.id.clone())
        });
        Ok(Event { offer: shown, ..self.bare(kind)? })
    }
}

/// The one event of a guest who has opted in to profiling and done nothing else.
pub(crate) fn newcomer(number: u64) -> Result<IncomingEvent, Invalid> {
    let event = bare(&guest_id(number)?, &format!("n-{number}"), EventKind::OptIn)?;
    let event = Event { consent: Some(granted(Purpose::Profiling, event.time)), ..event };
    Ok(IncomingEvent { event, token: None, decision: None, slot: None, held: None })
}

/// A guest who has opted in to profiling and marketing.
pub(crate) fn consents(number: u64) -> Result<Vec<IncomingEvent>, Invalid> {
    let purposes = [Purpose::Profiling, Purpose::Marketing];
    let consent = |purpose: Purpose| {
        let event = bare(&guest_id(number)?, &format!("{purpose:?}-{number}"), EventKind::OptIn)?;
        let event = Event { consent: Some(granted(purpose, event.time)), ..event };
        Ok(IncomingEvent { event, token: None, decision: None, slot: None, held: None })
    };
    purposes.into_iter().map(consent).collect()
}

/// A look at an offer: the lightest event that teaches something.
pub(crate) fn view(number: u64, guest: u64) -> Result<IncomingEvent, Invalid> {
    let at = usize::try_from(number).unwrap_or(0) % catalog::OFFERS;
    let event = bare(&guest_id(guest)?, &format!("v-{number}"), EventKind::View)?;
    let event = Event { offer: Some(OfferId::parse("offer", &offer_id(at))?), ..event };
    Ok(IncomingEvent { event, token: None, decision: None, slot: None, held: None })
}

fn granted(purpose: Purpose, time: Timestamp) -> Consent {
    Consent {
        purpose,
        channel: None,
        state: ConsentState::Granted,
        time,
        basis: "CONSENT".to_owned(),
        text_version: "bench-1".to_owned(),
        source: "bench".to_owned(),
    }
}

fn bare(guest: &GuestId, id: &str, kind: EventKind) -> Result<Event, Invalid> {
    let from = (SourceId::parse("source", "bench")?, EventId::parse("event", id)?);
    let property = Some(PropertyId::parse("property", catalog::PROPERTY)?);
    Ok(Event { property, ..Event::plain(from, kind, Clock::System.now(), guest.clone()) })
}
