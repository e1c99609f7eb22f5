//! What is said about a person, and may move nothing: attributes, names and addresses change hands, and
//! every decision, price and channel stays what it was, to the bit.

use super::prices::{text, today};
use super::*;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::decision::Decision;
use crate::domain::id::Label;
use crate::domain::price::Membership;
use crate::domain::profile::{ContactPoint, ContactState, GuestFacts, ProfileChange};
use crate::domain::request::{ChannelRequest, Direction};
use crate::domain::time::Date;

const GUESTS: usize = 24;

/// Kept for the audit alone.
const ATTRIBUTES: [(&str, [&str; 3]); 6] = [
    ("gender", ["female", "male", "other"]),
    ("age_band", ["18-29", "30-59", "60+"]),
    ("religion", ["a", "b", "none"]),
    ("ethnicity", ["a", "b", "c"]),
    ("disability", ["yes", "no", "unknown"]),
    ("nationality", ["PT", "MO", "DE"]),
];

/// What a hotel knows of a guest: `person` says who they are, `n` what they have with the hotel.
fn facts(n: usize, person: usize, tier: usize) -> GuestFacts {
    let tier = ["silver", "gold", "platinum"].get(tier % 4).map(|t| Label::parse("", t).unwrap());
    let point = |channel: Channel| ContactPoint {
        channel,
        address: format!("person-{person} on {channel}"),
        state: ContactState::Verified,
    };
    let digits = (0_u32..).map(|at| person / 3_usize.pow(at) % 3);
    let said = ATTRIBUTES.iter().zip(digits);
    GuestFacts {
        display_name: format!("Person {person}"),
        zone: if n.is_multiple_of(2) { "Europe/Lisbon" } else { "Asia/Macau" }.to_owned(),
        membership: tier.map(|tier| Membership { tier, until: None }),
        contact_points: [Channel::Email, Channel::Sms, Channel::AppPush].map(point).to_vec(),
        attributes: said
            .map(|((key, values), digit)| ((*key).to_owned(), values[digit].to_owned()))
            .collect(),
        ..GuestFacts::default()
    }
}

fn says(world: &World, n: usize, facts: GuestFacts) {
    let guest = GuestId::parse("guest", &format!("p{n}")).unwrap();
    let (facts, consents, preferences) = (Some(facts), Vec::new(), Vec::new());
    let change = ProfileChange { guest, facts, consents, preferences, replaced: None };
    world.engine.change_profile(&world.scope, change, Box::new(|_| ())).unwrap();
}

/// Guests of the hotel with pasts of their own: no two like the same.
fn lived() -> World {
    let world = World::new(60);
    world.engine.publish_catalog(&world.scope, &text(), "priced", None).unwrap();
    for n in 0..GUESTS {
        world.opt_in(&format!("p{n}"));
        says(&world, n, facts(n, n, n));
        for k in 0..6 {
            let kinds = [EventKind::Click, EventKind::Accept, EventKind::Decline];
            let mut event = world.event(&format!("p{n}"), &format!("{n}-{k}"), kinds[(n + k) % 3]);
            let offer = format!("offer-{:05}", (7 * n + 11 * k) % 60);
            event.event.offer = Some(OfferId::parse("o", &offer).unwrap());
            world.record(event);
        }
        world.clock.advance(Duration::from_secs(3_600));
    }
    world.engine.committer.flush().unwrap();
    world
}

/// The same moment once more, every guest told to be somebody else, and asked for twice: at the counter
/// and for a message.
fn decisions(world: &World, told: impl Fn(usize) -> GuestFacts) -> Vec<Decision> {
    let world = world.reopen_copy();
    (0..GUESTS).for_each(|n| says(&world, n, told(n)));
    let asked = |n: usize, outbound: bool| {
        world.decide(&format!("p{n}"), |request| {
            request.placements[0].count = Some(4);
            let arrival = today(&world) + 20;
            request.terms.dates = Some((Date(arrival), Date(arrival + 2)));
            if outbound {
                let allowed = [Channel::Email, Channel::Sms, Channel::AppPush];
                let allowed = allowed.into_iter().collect::<ChannelSet>();
                request.direction = Direction::Outbound;
                request.channel = Some(ChannelRequest { allowed, ..ChannelRequest::default() });
            }
        })
    };
    let each = (0..GUESTS).flat_map(|n| [asked(n, false), asked(n, true)]);
    each.map(|answer| (*answer.decision).clone()).collect()
}

#[test]
fn whoever_a_guest_is_every_decision_price_and_channel_is_the_same() {
    let world = lived();
    let as_they_are = decisions(&world, |n| facts(n, n, n));
    assert!(as_they_are.iter().any(|d| d.channel.as_ref().is_some_and(|c| c.channel.is_some())));
    for shift in [1, 5, 13] {
        assert!(as_they_are == decisions(&world, |n| facts(n, (n + shift) % GUESTS, n)), "{shift}");
    }
    // What the hotel has published conditions for does move prices.
    let others = decisions(&world, |n| facts(n, n, n + 1));
    assert!(as_they_are != others, "decisions would differ if anything they read did");
}
