//! Numbers of other systems: claimed, found, taken by nobody else; and who books, stays and pays.

use super::merging::on_disk;
use super::*;
use crate::domain::event::PartyRole;
use crate::domain::id::{PropertyId, ReservationId};
use crate::domain::identity::Identity;
use crate::domain::money::{Currency, Money};
use crate::domain::profile::{ContactPoint, ContactState, GuestFacts, ProfileChange};
use crate::domain::stay::StayFacts;
use crate::domain::time::Date;

pub(super) fn guest_id(id: &str) -> GuestId {
    GuestId::parse("guest", id).unwrap()
}

fn identity(namespace: &str, id: &str) -> Identity {
    Identity { namespace: namespace.to_owned(), id: id.to_owned() }
}

fn change(guest: &str, identities: &[Identity]) -> ProfileChange {
    let facts = GuestFacts { identities: identities.to_vec(), ..GuestFacts::default() };
    let guest = guest_id(guest);
    let (consents, preferences) = (Vec::new(), Vec::new());
    ProfileChange { guest, facts: Some(facts), consents, preferences, replaced: None }
}

fn claim(world: &World, guest: &str, identities: &[Identity]) -> Result<u64, Error> {
    let change = change(guest, identities);
    on_disk(|waiter| world.engine.change_profile(&world.scope, change, waiter))
}

fn owner(world: &World, id: &str) -> String {
    let view = world.engine.guest(&world.scope, &guest_id(id)).unwrap();
    view.profile.guest.as_str().to_owned()
}

#[test]
fn a_number_means_its_guest_from_the_claim_on_and_over_a_restart() {
    let world = World::new(60);
    world.opt_in("ana");
    claim(&world, "ana", &[identity("loyalty", "4711"), identity("pms:opera", "9")]).unwrap();
    for id in ["loyalty:4711", "pms:opera:9"] {
        world.record(world.event(id, &format!("view {id}"), EventKind::View));
        assert_eq!(owner(&world, id), "ana");
    }
    let by_number = world.decide("loyalty:4711", |_| {}).decision;
    let by_name = world.decide("ana", |_| {}).decision;
    assert_eq!(by_number.guest, by_name.guest);
    assert!(by_number.taste.is_some(), "ana allows profiling");
    let world = world.reopen();
    let view = world.engine.guest(&world.scope, &guest_id("pms:opera:9")).unwrap();
    assert_eq!((view.state.stats.events, view.state.stats.decisions), (6, 2));
    assert_eq!(view.merged, None, "a number was never a guest");
}

#[test]
fn a_number_of_another_guest_is_not_taken_and_its_owner_is_named() {
    let world = World::new(10);
    claim(&world, "ana", &[identity("loyalty", "1")]).unwrap();
    world.record(world.event("loyalty:2", "heard of", EventKind::View));
    world.opt_in("bob");
    let both = [identity("loyalty", "3"), identity("loyalty", "1"), identity("loyalty", "2")];
    let refused = claim(&world, "bob", &both).unwrap_err();
    assert_eq!((refused.kind, refused.reason), (ErrorKind::Conflict, "IDENTITY_TAKEN"));
    let told: Vec<(&str, bool)> = refused
        .fields
        .iter()
        .map(|f| {
            (f.field.as_str(), f.problem.contains("'ana'") || f.problem.contains("'loyalty:2'"))
        })
        .collect();
    assert_eq!(told, [("guest.identities[1]", true), ("guest.identities[2]", true)]);
    assert_eq!(owner(&world, "loyalty:3"), "loyalty:3", "all or nothing");
    let mut writer = world.scope.clone();
    writer.rights = [Right::GuestsWrite].into_iter().collect();
    let hidden = world.engine.check_profile(&writer, change("bob", &both)).unwrap_err();
    assert!(!format!("{hidden:?}").contains("ana"), "who may not read guests is not told whose");
    // Given up, it is free, and what was heard under it stays where it was heard.
    world.record(world.event("loyalty:1", "by number", EventKind::View));
    claim(&world, "ana", &[]).unwrap();
    claim(&world, "bob", &[identity("loyalty", "1")]).unwrap();
    assert_eq!(owner(&world, "loyalty:1"), "bob");
    let events = |guest: &str| {
        world.engine.guest(&world.scope, &guest_id(guest)).unwrap().state.stats.events
    };
    assert_eq!((events("ana"), events("loyalty:1")), (1, 4));
}

/// Two systems claim one number for two guests, and a third says something under it, at once: one wins,
/// and whoever was heard under the number is where it was heard.
#[test]
fn one_of_many_claims_wins() {
    let world = World::new(10);
    for round in 0..20 {
        let number = [identity("loyalty", &format!("n{round}"))];
        let (won, recorded) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for caller in 0..8 {
                let (world, number, won) = (&world, &number, &won);
                scope.spawn(move || {
                    let claimed = claim(world, &format!("g{round}-{caller}"), number);
                    won.fetch_add(u64::from(claimed.is_ok()), Ordering::SeqCst);
                });
            }
            scope.spawn(|| {
                let place = format!("loyalty:n{round}");
                world.record(world.event(&place, &format!("e{round}"), EventKind::View));
                recorded.fetch_add(1, Ordering::SeqCst);
            });
        });
        let won = won.load(Ordering::SeqCst);
        let place = format!("loyalty:n{round}");
        let view = world.engine.guest(&world.scope, &guest_id(&place)).unwrap();
        assert_eq!(view.state.stats.events, 1, "round {round}: heard once, where the number leads");
        let is_claimed = view.profile.guest.as_str() != place;
        assert_eq!(won, u64::from(is_claimed), "round {round}");
    }
}

#[test]
fn addresses_are_kept_as_hashes_and_masks_name_nobody() {
    let world = World::new(10);
    claim(&world, "ana", &[identity("email", "Ana@Example.com")]).unwrap();
    assert_eq!(owner(&world, "email: ana@example.com"), "ana", "whatever the spelling");
    world.record(world.event("email:bob@example.com", "b", EventKind::View));
    let bob = owner(&world, "email:BOB@example.com");
    assert!(bob.starts_with("email:#") && bob.len() == 39, "{bob}");
    assert_eq!(owner(&world, &bob), bob, "the hash is a name of its own");
    let kept = world.engine.guest(&world.scope, &guest_id("ana")).unwrap().profile.facts.identities;
    assert!(kept[0].id.starts_with('#'), "{kept:?}");
    // To write back what was read changes nothing.
    claim(&world, "ana", &kept).unwrap();
    assert_eq!(owner(&world, "email:ana@example.com"), "ana");
    let masked = claim(&world, "bea", &[identity("email", "x.1@guest.booking.com")]).unwrap_err();
    assert_eq!(masked.fields[0].field, "guest.identities[0].id");
    let mut change = change("bea", &[identity("email", "bea@agency.example")]);
    change.facts.as_mut().unwrap().contact_points = vec![ContactPoint {
        channel: crate::domain::channel::Channel::Email,
        address: "bea@agency.example".to_owned(),
        state: ContactState::Masked,
    }];
    let masked = world.engine.check_profile(&world.scope, change).unwrap_err();
    assert_eq!(masked.fields[0].field, "guest.identities[0].id");
}

/// An assistant books and accepts an upsell, the boss stays, the company pays.
#[test]
fn who_books_who_stays_and_who_pays_may_be_three() {
    let world = World::new(60);
    ["assistant", "boss", "company"].iter().for_each(|guest| world.opt_in(guest));
    let facts =
        |from| StayFacts { check_in: Date(from), check_out: Date(from + 2), ..Default::default() };
    let told = |guest: &str, kind: EventKind, role: PartyRole| {
        let mut incoming = world.event(guest, &format!("{guest} {kind:?}"), kind);
        incoming.event.role = role;
        incoming.event.property = Some(PropertyId::parse("p", "city").unwrap());
        incoming.event.reservation = Some(ReservationId::parse("r", "R1").unwrap());
        incoming.event.stay = Some(facts(20_520));
        incoming.event.amount = Some(Money::new(50_000, Currency::EUR));
        incoming
    };
    let state = |guest: &str| world.engine.guest(&world.scope, &guest_id(guest)).unwrap().state;
    let before = state("assistant");
    let shown = world.decide("assistant", |_| {});
    let mut accept = told("assistant", EventKind::Accept, PartyRole::Booker);
    accept.token = Some(shown.token.clone());
    accept.event.offer = Some(World::first(&shown));
    world.record(told("assistant", EventKind::Book, PartyRole::Booker));
    world.record(accept);
    world.record(told("boss", EventKind::Book, PartyRole::Stayer));
    world.record(told("company", EventKind::Pay, PartyRole::Payer));
    world.record(told("boss", EventKind::CheckIn, PartyRole::Stayer));
    world.clock.advance(Duration::from_secs(7_200));
    let (assistant, boss, company) = (state("assistant"), state("boss"), state("company"));
    assert!(assistant.stays.is_empty() && company.stays.is_empty() && boss.stays.len() == 1);
    assert_eq!((assistant.stats.stays, boss.stats.stays, company.stats.stays), (0, 1, 0));
    let paid = [&assistant, &boss, &company].map(|guest| guest.stats.paid_minor);
    assert_eq!(paid, [0, 0, 50_000]);
    let bits = |guest: &GuestState| guest.taste.mean.map(f32::to_bits);
    assert_eq!(bits(&assistant), bits(&before), "chosen for another");
    assert!(assistant.affinities.is_empty() && assistant.stats.accepts == 0);
    assert!(!assistant.ledger.entries().is_empty(), "what the assistant saw, they saw");
    assert_eq!(world.decide("boss", |_| {}).decision.context.stage.name(), "IN_HOUSE");
    // The control: the same words of one person teach.
    let shown = world.decide("boss", |_| {});
    let mut accept = told("boss", EventKind::Accept, PartyRole::Stayer);
    accept.token = Some(shown.token.clone());
    accept.event.offer = Some(World::first(&shown));
    world.record(accept);
    let taught = state("boss");
    assert_ne!(bits(&taught), bits(&boss));
    assert_eq!(taught.stats.accepts, 1);
}
