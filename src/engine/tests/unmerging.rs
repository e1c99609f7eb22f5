//! What was merged by mistake comes apart: each guest is as if they had never been one, but for the
//! contacts they had as one.

use proptest::prelude::*;

use super::identities::guest_id;
use super::merging::{merge, on_disk, said, unmerge, view};
use super::*;
use crate::domain::belief::{Origin, PreferenceLevel};
use crate::domain::channel::Channel;
use crate::domain::id::{Label, PropertyId, ReservationId};
use crate::domain::money::{Currency, Money};
use crate::domain::profile::{ContactPoint, ContactState, ProfileChange, StatedPreference};
use crate::domain::stay::StayFacts;
use crate::domain::time::Date;

/// Something that is heard of a guest.
#[derive(Debug, Clone)]
enum Step {
    Offer(EventKind, usize),
    Consent(Purpose, Option<Channel>, bool),
    Message(EventKind, Channel),
    Stay(EventKind, u8),
    Pay(i64),
    Locale(u8),
    Address(u8),
    Prefers(u8, bool),
    Waits(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let kinds = [EventKind::Click, EventKind::Accept, EventKind::Decline, EventKind::View];
    let purposes = prop::sample::select(Purpose::ALL.to_vec());
    let channels = prop::sample::select(vec![Channel::Email, Channel::Sms, Channel::AppPush]);
    let messages = [EventKind::Bounced, EventKind::Delivered, EventKind::Opened];
    let stays = [EventKind::Book, EventKind::CheckIn, EventKind::Cancel];
    prop_oneof![
        4 => (prop::sample::select(kinds.to_vec()), 0_usize..60).prop_map(|(k, o)| Step::Offer(k, o)),
        2 => (purposes, prop::option::of(channels.clone()), any::<bool>())
            .prop_map(|(purpose, channel, yes)| Step::Consent(purpose, channel, yes)),
        2 => (prop::sample::select(messages.to_vec()), channels)
            .prop_map(|(kind, channel)| Step::Message(kind, channel)),
        2 => (prop::sample::select(stays.to_vec()), 0_u8..3).prop_map(|(k, r)| Step::Stay(k, r)),
        1 => (1_i64..90_000).prop_map(Step::Pay),
        1 => (0_u8..4).prop_map(Step::Locale),
        1 => (0_u8..4).prop_map(Step::Address),
        1 => (0_u8..6, any::<bool>()).prop_map(|(tag, likes)| Step::Prefers(tag, likes)),
        1 => (1_u64..20).prop_map(Step::Waits),
    ]
}

fn change_facts(
    world: &World,
    guest: &str,
    change: impl FnOnce(&mut crate::domain::profile::GuestFacts),
) {
    let mut facts = view(world, guest).profile.facts;
    change(&mut facts);
    let (guest, consents, preferences) = (guest_id(guest), Vec::new(), Vec::new());
    let change = ProfileChange { guest, facts: Some(facts), consents, preferences, replaced: None };
    on_disk(|waiter| world.engine.change_profile(&world.scope, change, waiter)).unwrap();
}

/// Lives a step. Changes of facts are what the guest's systems send: the field, and all else as read.
fn live(world: &World, at: usize, guest: &str, step: &Step) {
    let incoming = |kind| world.event(guest, &format!("{at}"), kind);
    match step {
        Step::Offer(kind, offer) => {
            let mut event = incoming(*kind);
            event.event.offer = Some(OfferId::parse("o", &format!("offer-{offer:05}")).unwrap());
            world.record(event);
        }
        Step::Consent(purpose, channel, yes) => {
            let state = if *yes { ConsentState::Granted } else { ConsentState::Withdrawn };
            world.clock.advance(Duration::from_secs(1));
            said(world, guest, (*purpose, *channel, state));
        }
        Step::Message(kind, channel) => {
            let mut event = incoming(*kind);
            event.event.channel = Some(*channel);
            world.record(event);
        }
        Step::Stay(kind, reservation) => {
            let mut event = incoming(*kind);
            let (from, id) = (20_600 + i32::from(*reservation), format!("R{reservation} {guest}"));
            event.event.property = Some(PropertyId::parse("p", "city").unwrap());
            event.event.reservation = Some(ReservationId::parse("r", &id).unwrap());
            event.event.stay = Some(StayFacts {
                check_in: Date(from),
                check_out: Date(from + 2),
                ..Default::default()
            });
            world.record(event);
        }
        Step::Pay(minor) => {
            let mut event = incoming(EventKind::Pay);
            event.event.amount = Some(Money::new(*minor, Currency::EUR));
            world.record(event);
        }
        // Each guest says it in its own words, so that nothing said is what was there.
        Step::Locale(n) => {
            change_facts(world, guest, |facts| facts.locale = format!("{guest}-{at}-{n}"))
        }
        Step::Address(n) => change_facts(world, guest, |facts| {
            facts.contact_points.push(ContactPoint {
                channel: Channel::Email,
                address: format!("{guest}-{at}-{n}@example.com"),
                state: if *n == 0 { ContactState::Bounced } else { ContactState::Given },
            });
        }),
        Step::Prefers(tag, likes) => {
            let tag = Label::parse("tag", &format!("t{tag}")).unwrap();
            let level =
                if *likes { PreferenceLevel::Preferred } else { PreferenceLevel::Unacceptable };
            let preferences = vec![StatedPreference { tag, level, origin: Origin::Stated }];
            let guest = guest_id(guest);
            let (facts, consents) = (None, Vec::new());
            let change = ProfileChange { guest, facts, consents, preferences, replaced: None };
            on_disk(|waiter| world.engine.change_profile(&world.scope, change, waiter)).unwrap();
        }
        Step::Waits(hours) => {
            world.clock.advance(Duration::from_secs(hours * 3_600));
        }
    }
}

/// What a decision reads of a guest, with what may differ made equal: places in the log.
fn reads(world: &World, guest: &str) -> (GuestState, Vec<String>) {
    let GuestView { profile, mut state, merged, .. } = view(world, guest);
    assert_eq!(merged, None);
    state.sequence = 0;
    state.agenda.nonce = 0;
    state.open.iter_mut().for_each(|open| open.sequence = 0);
    state.answered.iter_mut().for_each(|answered| answered.sequence = 0);
    let mut told = vec![format!("{:?}", profile.facts), format!("{:?}", profile.preferences)];
    let mut consents: Vec<String> = profile.consents.iter().map(|c| format!("{c:?}")).collect();
    consents.sort();
    told.extend(consents);
    (state, told)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Merge, live on under both ids, un-merge: each is as if they had never been merged.
    #[test]
    fn to_part_is_as_never_to_have_been_one(
        before in prop::collection::vec((any::<bool>(), step()), 1..14),
        after in prop::collection::vec((any::<bool>(), step()), 1..20),
        turns in any::<bool>(),
    ) {
        let (one, never) = (World::new(60), World::new(60));
        let guest = |is_ana: &bool| if *is_ana { "ana" } else { "bob" };
        for world in [&one, &never] {
            ["ana", "bob"].iter().for_each(|guest| world.opt_in(guest));
            ["ana", "bob", "ana"].iter().for_each(|guest| drop(world.decide(guest, |_| {})));
            for (at, (is_ana, step)) in before.iter().enumerate() {
                live(world, at, guest(is_ana), step);
            }
        }
        let (source, target) = if turns { ("ana", "bob") } else { ("bob", "ana") };
        merge(&one, source, target).unwrap();
        for world in [&one, &never] {
            for (at, (is_ana, step)) in after.iter().enumerate() {
                live(world, 100 + at, guest(is_ana), step);
            }
        }
        let told = one.engine.unmerge_guest(&one.scope, &guest_id(source), None).unwrap();
        assert!(view(&one, source).merged.is_some(), "to look changes nothing");
        let parted = unmerge(&one, source);
        prop_assert!(parted.sequence > 0 && told.sequence == 0);
        prop_assert_eq!(&told.source.state.taste, &parted.source.state.taste);
        for world in [one.reopen_copy(), one.reopen()] {
            for guest in ["ana", "bob"] {
                prop_assert_eq!(reads(&world, guest), reads(&never, guest), "{}", guest);
            }
        }
    }
}

/// The control of the above: the one guest they were is neither of the two.
#[test]
fn while_they_are_one_they_are_neither() {
    let (one, never) = (World::new(60), World::new(60));
    for world in [&one, &never] {
        ["ana", "bob"].iter().for_each(|guest| world.opt_in(guest));
        live(world, 1, "ana", &Step::Offer(EventKind::Accept, 3));
        live(world, 2, "bob", &Step::Offer(EventKind::Decline, 3));
    }
    merge(&one, "bob", "ana").unwrap();
    let [ana, bob] = ["ana", "bob"].map(|guest| reads(&never, guest).0.taste);
    let both = reads(&one, "ana").0.taste;
    assert!(both != ana && both != bob);
}

/// Who was shown something while the two were one saw it, whoever they turn out to be; and tokens of
/// that time go on working for the id they were asked for by.
#[test]
fn contacts_of_both_count_for_each() {
    let world = World::new(1);
    let text = world::text(1).replace("limit = 30", "limit = 1");
    world.engine.publish_catalog(&world.scope, &text, "cap of one", None).unwrap();
    ["ana", "bob", "cleo"].iter().for_each(|guest| world.opt_in(guest));
    merge(&world, "bob", "ana").unwrap();
    let shown = world.decide("bob", |_| {});
    assert_eq!(World::first(&shown).as_str(), "offer-00000");
    merge(&world, "cleo", "ana").unwrap();
    unmerge(&world, "bob");
    unmerge(&world, "cleo");
    for guest in ["ana", "bob"] {
        assert_eq!(
            World::first(&world.decide(guest, |_| {})).as_str(),
            "welcome",
            "{guest} saw it"
        );
    }
    let answer = world.decide("cleo", |_| {});
    assert_eq!(World::first(&answer).as_str(), "offer-00000", "cleo came after it was shown");
    let mut click = world.event("bob", "late", EventKind::Click);
    click.token = Some(shown.token.clone());
    click.event.offer = Some(World::first(&shown));
    assert_eq!(world.record(click).warnings, []);
    let mut click = world.event("ana", "not hers", EventKind::Click);
    click.token = Some(shown.token.clone());
    assert_eq!(world.record(click).warnings, [Warning::TokenInvalid]);
}

#[test]
fn a_branch_leaves_with_what_was_merged_into_it() {
    let world = World::new(60);
    for (at, guest) in ["a", "b", "c", "d"].iter().enumerate() {
        world.opt_in(guest);
        live(&world, at, guest, &Step::Pay(100 * (1 + i64::try_from(at).unwrap())));
    }
    merge(&world, "a", "b").unwrap();
    merge(&world, "d", "c").unwrap();
    merge(&world, "b", "c").unwrap();
    live(&world, 10, "a", &Step::Pay(10_000));
    let paid = |guest: &str| view(&world, guest).state.stats.paid_minor;
    assert_eq!(paid("d"), 100 + 200 + 300 + 400 + 10_000);
    unmerge(&world, "b");
    assert_eq!((paid("a"), paid("b")), (10_300, 10_300));
    assert_eq!((paid("c"), paid("d")), (700, 700));
    assert_eq!(view(&world, "a").profile.guest.as_str(), "b", "a is part of b still");
    live(&world, 11, "a", &Step::Pay(1));
    unmerge(&world, "a");
    assert_eq!((paid("a"), paid("b")), (10_101, 200));
    assert_eq!(unmerge(&world, "a").sequence, 0, "nobody's part: nothing to do");
    merge(&world, "a", "c").unwrap();
    assert_eq!(paid("a"), 10_801);
    let world = world.reopen();
    assert_eq!(view(&world, "a").state.stats.paid_minor, 10_801);
}
