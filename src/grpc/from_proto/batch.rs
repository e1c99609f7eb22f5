//! `BatchDecideOffers`: a call for the decisions of many guests.

use std::collections::HashSet;

use crate::api::v1;
use crate::domain::id::{GuestId, Label, OfferId, RequestId, ReservationId, RoomId};
use crate::domain::request::DecideRequest;
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::engine::VolumeConstraint;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{decide, values};

/// Most guests of a call.
pub(crate) const GUESTS_MAX: usize = 10_000;
/// Most constraints of a call.
const CONSTRAINTS_MAX: usize = 32;
/// Longest id of a call, in bytes: the place of the guest is added.
const REQUEST_ID_BYTES_MAX: usize = 120;

/// A call for the decisions of many guests, checked.
#[derive(Debug)]
pub(crate) struct AskedForMany {
    /// For each guest the call for their decision, in the order of the guests.
    pub(crate) requests: Vec<DecideRequest>,
    /// How often scarce offers may be given.
    pub(crate) constraints: Vec<VolumeConstraint>,
    /// Is what to show wanted with each offer?
    pub(crate) includes_content: bool,
}

/// Reads a call.
pub(crate) fn batch(
    scope: &Scope,
    wire: v1::BatchDecideOffersRequest,
    now: Timestamp,
) -> Result<AskedForMany, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    // Told under the name it has here.
    let has_property = names::property(p, scope, "property", &wire.property).is_some();
    let guests = guests(p, scope, wire.guests);
    let constraints = constraints(p, wire.volume_constraints);
    let id = values::bounded(p, "request_id", wire.request_id, REQUEST_ID_BYTES_MAX);
    let id = values::foreign_optional(p, "request_id", &id, RequestId::parse);
    let template = match wire.template {
        None => {
            p.add("template", "is missing; say what is asked for each guest");
            None
        }
        Some(_) if !has_property => None,
        Some(template) => {
            p.within(|| "template".into(), |p| read(p, scope, (template, &wire.property), now))
        }
    };
    let asked = template.map(|template| {
        let of_guest = |(at, guest): (usize, Guest)| DecideRequest {
            guest: guest.id,
            reservation: guest.reservation,
            room: guest.room,
            request: id.as_ref().and_then(|id| of_call(id, at)),
            ..template.request.clone()
        };
        let requests = guests.into_iter().enumerate().map(of_guest).collect();
        let includes_content = template.includes_content;
        AskedForMany { requests, constraints, includes_content }
    });
    problems.finish(asked)
}

/// The id of a guest's part of a call. It names the place, so that a list in another order is another
/// call.
fn of_call(id: &RequestId, at: usize) -> Option<RequestId> {
    RequestId::parse("request_id", &format!("{}/{at}", id.as_str())).ok()
}

fn read(
    p: &mut Problems,
    scope: &Scope,
    (mut template, property): (v1::DecideOffersRequest, &str),
    now: Timestamp,
) -> Option<decide::Asked> {
    let context = template.context.as_ref();
    let has = |of: fn(&v1::DecisionContext) -> &String| context.is_some_and(|c| !of(c).is_empty());
    let set = [
        ("property", !template.property.is_empty(), "name it beside the template"),
        ("subject", template.subject.is_some(), "name the guests in guests"),
        ("request_id", !template.request_id.is_empty(), "give it beside the template"),
        ("validate_only", template.validate_only, "ask DecideOffers"),
        ("context.reservation_id", has(|c| &c.reservation_id), "give it with the guest"),
        ("context.room_id", has(|c| &c.room_id), "give it with the guest"),
    ];
    for (field, _, instead) in set.into_iter().filter(|(_, is_set, _)| *is_set) {
        p.add(field, format!("must be left out of a template; {instead}"));
    }
    template.property = property.to_owned();
    let nobody = || GuestId::parse("guest", "template").expect("the word is an id");
    decide::read(p, scope, v1::DecideOffersRequest { subject: None, ..template }, now, nobody)
}

struct Guest {
    id: GuestId,
    reservation: Option<ReservationId>,
    room: Option<RoomId>,
}

fn guests(problems: &mut Problems, scope: &Scope, wire: Vec<v1::BatchGuest>) -> Vec<Guest> {
    if wire.is_empty() {
        problems.add("guests", "is empty; name 1 to 10,000 guests");
    }
    let wire = values::list(problems, "guests", wire, GUESTS_MAX);
    let mut seen = HashSet::with_capacity(wire.len());
    let mut read = Vec::with_capacity(wire.len());
    for (at, guest) in wire.into_iter().enumerate() {
        let guest = problems.within(
            || values::at("guests", at),
            |p| {
                let v1::BatchGuest { guest, reservation_id: reservation, room_id: room } = guest;
                let id = names::guest(p, scope, "guest", &guest)?;
                if !seen.insert(id.clone()) {
                    p.add("guest", "stands in the list twice; name each guest once");
                }
                let parse = ReservationId::parse;
                let reservation =
                    values::foreign_optional(p, "reservation_id", &reservation, parse);
                let room = values::foreign_optional(p, "room_id", &room, RoomId::parse);
                Some(Guest { id, reservation, room })
            },
        );
        read.extend(guest);
    }
    read
}

fn constraints(problems: &mut Problems, wire: Vec<v1::VolumeConstraint>) -> Vec<VolumeConstraint> {
    let wire = values::list(problems, "volume_constraints", wire, CONSTRAINTS_MAX);
    let (mut names, mut taken) = (HashSet::new(), HashSet::new());
    let mut read = Vec::with_capacity(wire.len());
    for (at, constraint) in wire.into_iter().enumerate() {
        let constraint = problems.within(
            || values::at("volume_constraints", at),
            |p| {
                let id = p.take(Label::parse("constraint_id", &constraint.constraint_id));
                if id.as_ref().is_some_and(|id| !names.insert(id.clone())) {
                    p.add("constraint_id", "is the name of another constraint; choose another");
                }
                let offers = offers(p, constraint.offer_ids, &mut taken);
                let max = values::count(p, "max_count", constraint.max_count, 0..=i32::MAX);
                let min = values::count(p, "min_count", constraint.min_count, 0..=i32::MAX);
                if min > max && constraint.max_count >= 0 {
                    p.add("min_count", "is more than max_count; lower it, or raise max_count");
                }
                Some(VolumeConstraint { id: id?, offers, max, min })
            },
        );
        read.extend(constraint);
    }
    read
}

fn offers(p: &mut Problems, wire: Vec<String>, taken: &mut HashSet<OfferId>) -> Vec<OfferId> {
    if wire.is_empty() {
        p.add("offer_ids", "is empty; name the offers that it counts");
    }
    let wire = values::list(p, "offer_ids", wire, values::LIST_MAX);
    let mut read = Vec::with_capacity(wire.len());
    for (at, id) in wire.iter().enumerate() {
        let offer = p.within(
            || values::at("offer_ids", at),
            |p| {
                let offer = p.take(OfferId::parse("", id))?;
                if !taken.insert(offer.clone()) {
                    p.add("", "stands in a constraint already; an offer counts once");
                }
                Some(offer)
            },
        );
        read.extend(offer);
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::problems::Fault;
    use crate::grpc::testing::{NOW, faults, scope};

    fn guest(id: &str) -> v1::BatchGuest {
        let guest = format!("brands/acme/guests/{id}");
        v1::BatchGuest { guest, reservation_id: format!("r-{id}"), ..Default::default() }
    }

    fn suites(offers: &[&str]) -> v1::VolumeConstraint {
        let offer_ids = offers.iter().map(ToString::to_string).collect();
        v1::VolumeConstraint {
            constraint_id: "suites".into(),
            offer_ids,
            max_count: 10,
            min_count: 2,
        }
    }

    fn sound() -> v1::BatchDecideOffersRequest {
        let placement =
            v1::PlacementRequest { placement_id: "portal.hero".into(), ..Default::default() };
        v1::BatchDecideOffersRequest {
            property: "brands/acme/properties/harbour".into(),
            guests: vec![guest("a"), guest("b")],
            template: Some(v1::DecideOffersRequest {
                placement_requests: vec![placement],
                ..Default::default()
            }),
            volume_constraints: vec![suites(&["suite-1", "suite-2"])],
            request_id: "arrivals".into(),
        }
    }

    fn read(
        change: impl FnOnce(&mut v1::BatchDecideOffersRequest),
    ) -> Result<AskedForMany, Refusal> {
        let mut wire = sound();
        change(&mut wire);
        batch(&scope(), wire, NOW)
    }

    #[test]
    fn every_guest_gets_the_call_of_the_template() {
        let asked = read(|_| ()).unwrap();
        let of = |at: usize| {
            let request = &asked.requests[at];
            let ids = (request.reservation.as_ref(), request.request.as_ref());
            (request.guest.as_str(), ids.0.unwrap().as_str(), ids.1.unwrap().as_str())
        };
        assert_eq!(of(0), ("a", "r-a", "arrivals/0"));
        assert_eq!(of(1), ("b", "r-b", "arrivals/1"));
        assert_eq!(asked.requests[1].placements[0].placement.as_str(), "portal.hero");
        assert_eq!(asked.requests[1].property.as_str(), "harbour");
        let suites = &asked.constraints[0];
        assert_eq!((suites.max, suites.min, suites.offers.len()), (10, 2, 2));
    }

    type Change = fn(&mut v1::BatchDecideOffersRequest);

    #[test]
    fn what_is_wrong_is_named() {
        let hostile: [(Change, &[&str]); 15] = [
            (|w| w.property.clear(), &["property"]),
            (|w| w.guests.clear(), &["guests"]),
            (|w| w.guests = vec![guest("a"); 10_001], &["guests"]),
            (|w| w.guests[1] = w.guests[0].clone(), &["guests[1].guest"]),
            (|w| w.guests[0].reservation_id = "x".repeat(999), &["guests[0].reservation_id"]),
            (|w| w.template = None, &["template"]),
            (
                |w| w.template.as_mut().unwrap().placement_requests.clear(),
                &["template.placement_requests"],
            ),
            (|w| w.template.as_mut().unwrap().request_id = "x".into(), &["template.request_id"]),
            (
                |w| {
                    let context = v1::DecisionContext { room_id: "1".into(), ..Default::default() };
                    w.template.as_mut().unwrap().context = Some(context);
                },
                &["template.context.room_id"],
            ),
            (|w| w.volume_constraints[0].max_count = -1, &["volume_constraints[0].max_count"]),
            (|w| w.volume_constraints[0].min_count = -1, &["volume_constraints[0].min_count"]),
            (|w| w.volume_constraints[0].min_count = 11, &["volume_constraints[0].min_count"]),
            (|w| w.volume_constraints[0].offer_ids.clear(), &["volume_constraints[0].offer_ids"]),
            (
                |w| w.volume_constraints.push(suites(&["suite-2"])),
                &["volume_constraints[1].constraint_id", "volume_constraints[1].offer_ids[0]"],
            ),
            (|w| w.request_id = "x".repeat(121), &["request_id"]),
        ];
        for (change, fields) in hostile {
            assert_eq!(faults(read(change)), (Fault::Invalid, fields_of(fields)));
        }
    }

    fn fields_of(fields: &[&str]) -> Vec<String> {
        fields.iter().map(ToString::to_string).collect()
    }
}
