//! Bookings as the engine takes them: facts, consents and events of the source `backfill`.

use crate::domain::channel::Channel;
use crate::domain::consent::{Consent, ConsentState, Purpose};
use crate::domain::event::{Event, PartyRole};
use crate::domain::id::{EventId, GuestId, Label, PropertyId, ReservationId, SourceId};
use crate::domain::invalid::Invalid;
use crate::domain::money::{Currency, Money};
use crate::domain::profile::{ContactPoint, ContactState, GuestFacts, ProfileChange};
use crate::domain::stay::StayFacts;
use crate::domain::time::{Date, Timestamp};

use super::identity::RowIdentity;
use super::row::{Booking, Ending, Hotel};
use super::timeline::{Moment, Step, Timeliner, paid_cents};

/// The source of imported history.
const SOURCE: &str = "backfill";
/// Where imported consents say they come from.
const CONSENT_SOURCE: &str = "import --consent-share";
/// Part of the opted-in guests who have the hotel's app. None of it is in the file.
const APP_SHARE: f64 = 0.35;

/// Translates bookings.
pub(super) struct Translator {
    timeliner: Timeliner,
    source: SourceId,
    houses: Houses,
    consent_share: f64,
    /// Segments the catalog knows: others are told as an attribute only.
    segments: Vec<Label>,
}

/// The properties the file's hotels become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Houses {
    /// The resort hotel.
    pub(super) resort: PropertyId,
    /// The city hotel.
    pub(super) city: PropertyId,
}

impl Translator {
    /// A translator for one import.
    ///
    /// # Errors
    /// Never in practice: the fixed ids are good ones.
    pub(super) fn new(
        timeliner: Timeliner,
        houses: Houses,
        consent_share: f64,
        segments: Vec<Label>,
    ) -> Result<Self, Invalid> {
        Ok(Self {
            timeliner,
            source: SourceId::parse("source", SOURCE)?,
            houses,
            consent_share,
            segments,
        })
    }

    /// The event of a moment.
    ///
    /// # Errors
    /// Never in practice: ids are made of hexadecimal digits.
    pub(super) fn event(
        &self,
        row: RowIdentity,
        booking: &Booking,
        moment: &Moment,
    ) -> Result<Event, Invalid> {
        let name = row.name();
        let step = moment.step;
        let property = match booking.hotel {
            Hotel::Resort => &self.houses.resort,
            Hotel::City => &self.houses.city,
        };
        let has_stay = matches!(step, Step::Book | Step::CheckIn);
        let amount = paid_cents(booking).filter(|_| step == Step::Pay);
        let is_no_show = step == Step::Cancel && booking.ending == Ending::NoShow;
        let reason = is_no_show.then(|| ("reason_code".to_owned(), "no_show".to_owned()));
        Ok(Event {
            id: EventId::parse("event_id", &format!("{name}:{}", step.name()))?,
            source: self.source.clone(),
            kind: step.kind(),
            time: moment.time,
            guest: GuestId::parse("guest", &name)?,
            role: PartyRole::Stayer,
            property: Some(property.clone()),
            reservation: Some(ReservationId::parse("reservation_id", &name)?),
            room: None,
            channel: None,
            decision: None,
            offer: None,
            placement: None,
            amount: amount.map(|cents| Money::new(cents, Currency::EUR)),
            cost: None,
            reverses: None,
            stay: has_stay.then(|| self.stay(booking)),
            survey: None,
            rating: None,
            consent: None,
            presence: Vec::new(),
            is_machine: false,
            activity: None,
            attributes: reason.into_iter().collect(),
            held_price: None,
            holds: Vec::new(),
        })
    }

    fn stay(&self, booking: &Booking) -> StayFacts {
        let arrival = booking.arrival;
        let departure = arrival
            .checked_add(jiff::Span::new().days(i64::from(booking.nights)))
            .unwrap_or(arrival);
        StayFacts {
            check_in: self.day(arrival),
            check_out: self.day(departure),
            adults: booking.adults,
            children: booking.children,
            room_type_reserved: booking.room_reserved.clone(),
            room_type_assigned: booking.room_assigned.clone(),
            rate_plan: String::new(),
            market_segment: booking.market_segment.clone(),
            distribution_channel: booking.distribution_channel.clone(),
            lead_time_days: booking.lead_time_days,
            special_requests_count: booking.special_requests,
            meal: booking.meal.to_owned(),
            purpose: None,
        }
    }

    fn day(&self, day: jiff::civil::Date) -> Date {
        let since = self.timeliner.moved(day).since(jiff::civil::date(1970, 1, 1));
        Date(since.map_or(0, |span| span.get_days()))
    }

    /// Did this guest opt in, as declared by `--consent-share`? The same in every run with the same
    /// share; a greater share only adds guests.
    pub(super) fn has_consented(&self, row: RowIdentity) -> bool {
        row.unit("consent") < self.consent_share
    }

    /// What becomes known of the guest at the booking: facts, and where opted in consents and
    /// addresses.
    ///
    /// # Errors
    /// Never in practice: ids are made of hexadecimal digits.
    pub(super) fn profile(
        &self,
        row: RowIdentity,
        booking: &Booking,
        booked: Timestamp,
    ) -> Result<ProfileChange, Invalid> {
        let name = row.name();
        let has_consented = self.has_consented(row);
        let mut contact_points = Vec::new();
        if has_consented {
            let address = format!("{name}@example.com");
            contact_points.push(ContactPoint {
                channel: Channel::Email,
                address,
                state: ContactState::Given,
            });
        }
        if has_consented && row.unit("app") < APP_SHARE {
            let address = format!("app-{name}");
            contact_points.push(ContactPoint {
                channel: Channel::AppPush,
                address,
                state: ContactState::Given,
            });
        }
        let consent = |purpose| Consent {
            purpose,
            channel: None,
            state: ConsentState::Granted,
            time: booked,
            basis: "CONSENT".to_owned(),
            text_version: "import".to_owned(),
            source: CONSENT_SOURCE.to_owned(),
        };
        let purposes =
            if has_consented { [Purpose::Profiling, Purpose::Marketing].as_slice() } else { &[] };
        let country = booking.country.map(|code| code.iter().map(|b| char::from(*b)).collect());
        Ok(ProfileChange {
            guest: GuestId::parse("guest", &name)?,
            facts: Some(GuestFacts {
                country: country.unwrap_or_default(),
                segment: self
                    .segments
                    .iter()
                    .find(|s| s.as_str() == booking.market_segment)
                    .cloned(),
                contact_points,
                attributes: attributes(booking),
                ..GuestFacts::default()
            }),
            consents: purposes.iter().map(|purpose| consent(*purpose)).collect(),
            preferences: Vec::new(),
            replaced: None,
        })
    }
}

/// What rules may ask of a guest and the stay does not say. Texts that are not known are left out.
fn attributes(booking: &Booking) -> Vec<(String, String)> {
    let pairs =
        [("market_segment", &booking.market_segment), ("customer_type", &booking.customer_type)];
    pairs
        .iter()
        .filter(|(_, v)| !v.is_empty())
        .map(|(k, v)| ((*k).to_owned(), (*v).clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::import::row_tests::{booking, identity};

    fn translator(share: f64) -> Translator {
        let house = |id| PropertyId::parse("property", id).unwrap();
        let houses = Houses { resort: house("resort"), city: house("city") };
        Translator::new(Timeliner::new(0).unwrap(), houses, share, Vec::new()).unwrap()
    }

    fn events(row: RowIdentity, booking: &Booking) -> Vec<Event> {
        let mut moments = Vec::new();
        let translator = translator(0.6);
        translator.timeliner.write(0, row, booking, &mut moments);
        moments.iter().map(|m| translator.event(row, booking, m).unwrap()).collect()
    }

    #[test]
    fn a_row_gives_the_same_ids_every_time_and_a_twin_gives_others() {
        let ids = |row| events(row, &booking()).into_iter().map(|e| e.id).collect::<Vec<_>>();
        let row = identity("x");
        assert_eq!(ids(row), ids(identity("x")));
        let mut census = crate::cli::import::identity::Census::default();
        census.identify(["x"].into_iter());
        let twin = census.identify(["x"].into_iter());
        assert!(ids(twin).iter().all(|id| !ids(row).contains(id)));
        let events = events(row, &booking());
        assert!(events.iter().all(|e| e.source.as_str() == "backfill" && e.property.is_some()));
    }

    #[test]
    fn nights_are_paid_once_in_euros() {
        let events = events(identity("x"), &booking());
        let paid: Vec<_> = events.iter().filter_map(|e| e.amount).collect();
        assert_eq!(paid, [Money::new(29_550, Currency::EUR)]);
        let stay = events[0].stay.as_ref().unwrap();
        assert_eq!(stay.check_out.0 - stay.check_in.0, 3);
    }

    #[test]
    fn consents_follow_the_share_and_nothing_is_known_without_them() {
        let rows: Vec<_> = (0..1_000).map(|i| identity(&i.to_string())).collect();
        let consented =
            |share: f64| rows.iter().filter(|r| translator(share).has_consented(**r)).count();
        assert_eq!((consented(0.0), consented(1.0)), (0, 1_000));
        assert!((550..650).contains(&consented(0.6)));

        let profile = |row, share| {
            translator(share).profile(row, &booking(), Timestamp::from_seconds(7)).unwrap()
        };
        let silent = profile(rows[0], 0.0);
        assert!(silent.consents.is_empty() && silent.facts.unwrap().contact_points.is_empty());
        let open = profile(rows[0], 1.0);
        assert_eq!(open.consents.len(), 2);
        assert!(
            open.consents
                .iter()
                .all(|c| c.source == CONSENT_SOURCE && c.time == Timestamp::from_seconds(7))
        );
        assert!(!open.facts.unwrap().contact_points.is_empty());
    }
}
