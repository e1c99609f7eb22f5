//! Who arrives at a hotel on a day, and what to propose to each.
//!
//! A row for each guest said to be due leads to the guests; their own stays say whether they still
//! are. What to propose is decided by one plan for all of them, so that a scarce offer is proposed
//! no more often than there are units; and once a day: whoever asks again hears the same.

use std::collections::HashSet;

use crate::decide::Serving;
use crate::domain::event::{Event, EventKind};
use crate::domain::guest::GuestState;
use crate::domain::id::{
    Fingerprint, GuestKey, Label, PlacementId, PropertyId, RequestId, ReservationId,
};
use crate::domain::offer::Offer;
use crate::domain::price::AskedTerms;
use crate::domain::profile::Profile;
use crate::domain::record::Body;
use crate::domain::request::{DecideRequest, Direction, PlacementRequest};
use crate::domain::scope::{Right, Scope};
use crate::domain::stay::{Due, Stay, StayStatus};
use crate::domain::time::{Date, Timestamp};
use crate::store::Reservation;

use super::brands::Brand;
use super::calls::{Answer, GuestView};
use super::error::{Error, ErrorKind};
use super::planning::VolumeConstraint;
use super::{Engine, fold};

/// Most guests of a day.
const ARRIVALS_MAX: usize = 5_000;
/// Most complaints told of a guest.
const COMPLAINTS_MAX: usize = 3;
/// How far back complaints are told.
const COMPLAINTS_BACK: std::time::Duration = std::time::Duration::from_secs(365 * 86_400);
/// Lines of a guest's timeline that are looked at for complaints.
const LINES_MAX: usize = 256;

/// Which arrivals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrivalQuery {
    /// The hotel.
    pub property: PropertyId,
    /// The local day; `None`: today.
    pub day: Option<Date>,
    /// The placement to decide for; `None`: nothing is decided.
    pub placement: Option<PlacementId>,
    /// Guests to pass over.
    pub skip: usize,
    /// Most guests to tell.
    pub limit: usize,
}

/// A guest who arrives.
#[derive(Debug)]
pub struct Arrival {
    /// Who, as far as on file.
    pub guest: GuestView,
    /// The stay.
    pub stay: Stay,
    /// The reservation, where told.
    pub reservation: Option<ReservationId>,
    /// Local minute of the day at which the guest means to arrive, where told.
    pub minute: Option<u16>,
    /// Place among the guests of the day by what they paid so far: 1 the first twentieth, 2 to a
    /// fifth, 3 to a half, 4 the rest; 0: nothing yet.
    pub value_tier: u8,
    /// Complaints of a year, newest first.
    pub complaints: Vec<Event>,
    /// What to propose, where it was asked for.
    pub answer: Option<Result<Answer, Error>>,
}

/// The arrivals of a day.
#[derive(Debug)]
pub struct Arrivals {
    /// The day.
    pub day: Date,
    /// The moment.
    pub now: Timestamp,
    /// How many there are in all.
    pub count: usize,
    /// Those asked for: by hour, those who told none last.
    pub arrivals: Vec<Arrival>,
}

/// Notes that a guest is due, where an event tells a stay.
pub(super) fn note(reservation: &mut Reservation<'_>, brand: &Brand, key: GuestKey, event: &Event) {
    let is_due = matches!(event.kind, EventKind::Book | EventKind::CheckIn);
    let (Some(stay), Some(property), true) = (&event.stay, &event.property, is_due) else { return };
    let told = event.attributes.iter().find(|(name, _)| name == Due::TIME);
    let minute = told.and_then(|(_, text)| Due::minute_of(text));
    let due = Due { guest: key, reservation: event.reservation.clone(), minute };
    reservation.arrival(&brand.id, (property, stay.check_in), &due);
}

impl Engine {
    /// Who arrives at a hotel on a day.
    ///
    /// # Errors
    /// Without the right to read guests, and, where a placement is to be decided for, to decide; for
    /// a hotel or a placement that is not there; where more than 5,000 arrive.
    pub fn arrivals(&self, scope: &Scope, query: &ArrivalQuery) -> Result<Arrivals, Error> {
        self.need(scope, Right::GuestsRead)?;
        let brand = self.brands.get(&scope.brand);
        let serving = brand.need_serving()?;
        let place = serving.catalog.property_index(&query.property);
        let place = place.filter(|_| scope.reaches(&query.property));
        let place = place.ok_or_else(|| Error::not_found("property"))?;
        let now = self.clock.now();
        let today = serving.zones[usize::from(place.0)].local(now).date;
        let day = query.day.unwrap_or(today);
        let mut arrivals = self.due(scope, &brand, (&query.property, day), now)?;
        if let Some(placement) = &query.placement {
            self.propose(
                scope,
                (&brand, &serving),
                (query, placement),
                (day, today),
                &mut arrivals,
            )?;
        }
        let count = arrivals.len();
        let mut arrivals: Vec<Arrival> =
            arrivals.into_iter().skip(query.skip).take(query.limit).collect();
        for arrival in &mut arrivals {
            arrival.complaints = self.complaints(scope, &brand, arrival, now)?;
        }
        Ok(Arrivals { day, now, count, arrivals })
    }

    /// Everybody who is due, in order.
    fn due(
        &self,
        scope: &Scope,
        brand: &Brand,
        (property, day): (&PropertyId, Date),
        now: Timestamp,
    ) -> Result<Vec<Arrival>, Error> {
        let place = Fingerprint::of(property.as_str());
        let (mut arrivals, mut seen) = (Vec::new(), HashSet::new());
        for due in self.store.arrivals(&scope.brand, property, day)? {
            let told = due.reservation.as_ref().map(|r| Fingerprint::of(r.as_str()));
            let found = self.with_guest(brand, due.guest, |guest, person| {
                let stay = stay_on(guest, place, day, told);
                (stay.map(|stay| (stay, guest.clone(), person.key)), None)
            })?;
            let Some((stay, mut state, key)) = found else { continue };
            // Of guests who became one, each had its line: the stay is told once.
            if !seen.insert((key, stay.reservation)) {
                continue;
            }
            let Some(profile) = self.profile_of(brand, key)? else { continue };
            if arrivals.len() == ARRIVALS_MAX {
                let message = format!("more than {ARRIVALS_MAX} guests arrive; no list holds them");
                return Err(Error::new(
                    ErrorKind::FailedPrecondition,
                    "TOO_MANY_ARRIVALS",
                    message,
                ));
            }
            fold::fade(&mut state, &self.options, now);
            arrivals.push(Arrival {
                guest: GuestView {
                    profile,
                    state,
                    merged: None,
                    answers: Vec::new(),
                    likings: Vec::new(),
                },
                stay,
                reservation: due.reservation,
                minute: due.minute,
                value_tier: 0,
                complaints: Vec::new(),
                answer: None,
            });
        }
        arrivals.sort_by_cached_key(|a| {
            (a.minute.unwrap_or(u16::MAX), a.guest.profile.guest.as_str().to_owned())
        });
        put_tiers(&mut arrivals);
        Ok(arrivals)
    }

    /// Decides for all of them by one plan.
    fn propose(
        &self,
        scope: &Scope,
        (brand, serving): (&Brand, &Serving),
        (query, placement): (&ArrivalQuery, &PlacementId),
        (day, today): (Date, Date),
        arrivals: &mut [Arrival],
    ) -> Result<(), Error> {
        let live = brand.live.load();
        let units = |offer: &Offer| live.stock.left(offer.key, &query.property, day.max(today));
        let limited = serving.limited.iter().filter_map(|at| serving.catalog.offer(at));
        let here =
            limited.filter(|o| o.properties.is_empty() || o.properties.contains(&query.property));
        let constraint = |offer: &Offer| {
            let id = Label::parse("offer_id", offer.id.as_str()).ok()?;
            Some(VolumeConstraint { id, offers: vec![offer.id.clone()], max: units(offer), min: 0 })
        };
        let constraints = here.filter_map(constraint).collect();
        let name = format!("arrivals {placement} {day} as of {today}");
        let request = RequestId::parse("request_id", &name).ok();
        let requests =
            arrivals.iter().map(|a| request_of(a, &query.property, placement, request.clone()));
        let mut batch = self.plan(scope, requests.collect(), constraints)?;
        loop {
            let made = self.decide_planned(scope, &mut batch, 64);
            if made.is_empty() {
                return Ok(());
            }
            for (at, answer) in made {
                arrivals[at].answer = Some(answer);
            }
        }
    }

    fn complaints(
        &self,
        scope: &Scope,
        brand: &Brand,
        arrival: &Arrival,
        now: Timestamp,
    ) -> Result<Vec<Event>, Error> {
        let key = self.guest_key(&scope.brand, &arrival.guest.profile.guest);
        let since = now.minus(COMPLAINTS_BACK);
        let mut complaints = Vec::new();
        for line in self.lines_before(&self.timelines(brand, key)?, None, LINES_MAX)? {
            if line.time < since || complaints.len() == COMPLAINTS_MAX {
                break;
            }
            if line.kind != crate::store::RecordKind::Event {
                continue;
            }
            if let Some(Body::Event { event, .. }) =
                self.store.record(line.sequence)?.map(|record| record.body)
                && event.kind == EventKind::Complaint
            {
                complaints.push(*event);
            }
        }
        Ok(complaints)
    }
}

/// The stay that begins at a hotel on a day, if it is still to be: of the reservation told, else any.
fn stay_on(
    guest: &GuestState,
    property: Fingerprint,
    day: Date,
    told: Option<Fingerprint>,
) -> Option<Stay> {
    let is_due = |stay: &&Stay| {
        stay.property == property
            && stay.check_in == day
            && matches!(stay.status, StayStatus::Booked | StayStatus::CheckedIn)
    };
    let mut due = guest.stays.iter().filter(is_due);
    due.clone().find(|stay| Some(stay.reservation) == told).or_else(|| due.next()).copied()
}

/// Ranks the guests of a day by what they paid so far.
fn put_tiers(arrivals: &mut [Arrival]) {
    let mut paid: Vec<i64> = arrivals.iter().map(|a| a.guest.state.stats.paid_minor).collect();
    paid.sort_unstable_by(|a, b| b.cmp(a));
    for arrival in arrivals {
        let own = arrival.guest.state.stats.paid_minor;
        let better = paid.partition_point(|other| *other > own);
        arrival.value_tier = if own <= 0 { 0 } else { tier(better, paid.len()) };
    }
}

/// The tier of somebody whom so many of so many surpass.
fn tier(better: usize, count: usize) -> u8 {
    // The first always leads: of ten guests, too, one is the first twentieth.
    match better {
        0 => 1,
        better if better * 20 < count => 1,
        better if better * 5 < count => 2,
        better if better * 2 < count => 3,
        _ => 4,
    }
}

fn request_of(
    arrival: &Arrival,
    property: &PropertyId,
    placement: &PlacementId,
    request: Option<RequestId>,
) -> DecideRequest {
    let Profile { guest, .. } = &arrival.guest.profile;
    DecideRequest {
        property: property.clone(),
        guest: guest.clone(),
        placements: vec![PlacementRequest {
            placement: placement.clone(),
            count: Some(1),
            allowed: Vec::new(),
            excluded: Vec::new(),
        }],
        direction: Direction::Inbound,
        current_channel: None,
        stage: None,
        reservation: arrival.reservation.clone(),
        room: None,
        locale: String::new(),
        zone: String::new(),
        intent: String::new(),
        adults: None,
        children: None,
        terms: AskedTerms::default(),
        travel_purpose: None,
        message: None,
        delivery: None,
        channel: None,
        allow_duplicates: false,
        defers_activation: true,
        pushed: None,
        wants_full_view: false,
        mode: None,
        policy: None,
        planned: None,
        goes_with: std::sync::Arc::default(),
        request,
    }
}

#[cfg(test)]
mod tests {
    use super::tier;

    #[test]
    fn of_two_hundred_ten_lead_and_of_one_the_one() {
        let tiers: Vec<u8> = (0..200).map(|better| tier(better, 200)).collect();
        let count = |wanted| tiers.iter().filter(|t| **t == wanted).count();
        assert_eq!([count(1), count(2), count(3), count(4)], [10, 30, 60, 100]);
        assert_eq!((tier(0, 1), tier(1, 2), tier(1, 3)), (1, 4, 3));
    }
}
