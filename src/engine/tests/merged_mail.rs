//! Messages on their way to guests who become one, and part.

use super::delivering::{acknowledge, deliver, later, reachable, reader, take, world};
use super::identities::guest_id;
use super::merging::{merge, said, unmerge};
use super::*;
use crate::domain::channel::{Channel, ChannelSet};
use crate::engine::delivery::Acknowledged;

const HOUR: Duration = Duration::from_secs(3_600);

fn waiting(world: &World, guest: &str) -> usize {
    let state = world.engine.guest(&world.scope, &guest_id(guest)).unwrap().state;
    state.dispatches.len()
}

fn both() -> World {
    let world = world();
    for guest in ["ana", "bo"] {
        reachable(&world, guest);
        deliver(&world, guest, &[Channel::Email]);
    }
    world
}

#[test]
fn messages_of_both_leave_one_after_the_other_and_once() {
    let mut world = both();
    merge(&world, "bo", "ana").unwrap();
    assert_eq!(waiting(&world, "ana"), 2);
    world = world.reopen();
    let all = reader(&world, ChannelSet::ALL);
    for _ in 0..2 {
        let out = take(&world, &all);
        let [message] = &out[..] else { panic!("{} at once", out.len()) };
        assert_eq!(message.guest, guest_id("ana"));
        assert_eq!(message.addresses, ["ana on EMAIL", "bo on EMAIL"]);
        assert_eq!(acknowledge(&world, message.offset, false), Acknowledged::Taken);
    }
    assert!(take(&world, &all).is_empty());
}

#[test]
fn who_forbids_it_as_one_hears_nothing_more_as_the_other() {
    let world = both();
    said(&world, "ana", (Purpose::Marketing, None, ConsentState::Withdrawn));
    merge(&world, "bo", "ana").unwrap();
    later(&world, HOUR);
    assert_eq!(take(&world, &reader(&world, ChannelSet::ALL)).len(), 0);
    assert_eq!(waiting(&world, "bo"), 0);
    // Had they not become one, it would have left.
    let world = both();
    said(&world, "ana", (Purpose::Marketing, None, ConsentState::Withdrawn));
    later(&world, HOUR);
    assert_eq!(take(&world, &reader(&world, ChannelSet::ALL)).len(), 1);
}

#[test]
fn each_keeps_its_own_messages_as_they_part() {
    let mut world = both();
    merge(&world, "bo", "ana").unwrap();
    let as_one = deliver(&world, "bo", &[Channel::Sms]);
    unmerge(&world, "bo");
    assert_eq!((waiting(&world, "ana"), waiting(&world, "bo")), (1, 2));
    world = world.reopen();
    let all = reader(&world, ChannelSet::ALL);
    let mut left = Vec::new();
    loop {
        let out = take(&world, &all);
        if out.is_empty() {
            break;
        }
        for message in out {
            acknowledge(&world, message.offset, false);
            left.push((message.guest.to_string(), message.channel, message.addresses.clone()));
            let is_as_one = message.decision.id == as_one.decision.id;
            assert_eq!(is_as_one, message.channel == Channel::Sms);
        }
    }
    left.sort();
    let text = |text: &str| text.to_owned();
    assert_eq!(
        left,
        [
            (text("ana"), Channel::Email, vec![text("ana on EMAIL")]),
            (text("bo"), Channel::Email, vec![text("bo on EMAIL")]),
            (text("bo"), Channel::Sms, vec![text("bo on SMS")]),
        ]
    );
}
