//! Which channel a guest answers is learnt: from messages sent, answered and left alone.

use super::*;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::decision::Decision;
use crate::domain::profile::{ContactPoint, ContactState, GuestFacts, ProfileChange};
use crate::domain::request::{ChannelRequest, Direction};
use crate::domain::time::DayType;
use crate::sys::rng::SplitMix64;

fn world() -> World {
    let world = World::new(60);
    let text = world::text(60).replace("window = \"7d\"", "window = \"1d\"");
    world.engine.publish_catalog(&world.scope, &text, "more messages", None).unwrap();
    world
}

pub(super) fn reachable(world: &World, guest: &str) {
    world.opt_in(guest);
    let point = |channel| ContactPoint {
        channel,
        address: "somewhere".to_owned(),
        state: ContactState::Verified,
    };
    let facts = GuestFacts {
        display_name: "Ana".to_owned(),
        country: "PT".to_owned(),
        zone: "Europe/Lisbon".to_owned(),
        contact_points: [Channel::Email, Channel::Sms, Channel::AppPush].map(point).to_vec(),
        ..GuestFacts::default()
    };
    let guest = GuestId::parse("guest", guest).unwrap();
    let change = ProfileChange {
        guest,
        facts: Some(facts),
        consents: Vec::new(),
        preferences: Vec::new(),
        replaced: None,
    };
    world.engine.change_profile(&world.scope, change, Box::new(|_| ())).unwrap();
}

fn write_to(world: &World, guest: &str) -> Answer {
    world.decide(guest, |request| {
        request.direction = Direction::Outbound;
        let allowed =
            [Channel::Email, Channel::Sms, Channel::AppPush].into_iter().collect::<ChannelSet>();
        request.channel = Some(ChannelRequest { allowed, ..ChannelRequest::default() });
    })
}

fn event(world: &World, answer: &Answer, guest: &str, id: &str, kind: EventKind) {
    let mut event = world.event(guest, id, kind);
    event.token = Some(answer.token.clone());
    event.event.offer = Some(World::first(answer));
    event.event.channel = answer.decision.channel.as_ref().and_then(|c| c.channel);
    world.record(event);
}

/// What happened to a message.
pub(super) fn event_of(
    world: &World,
    answer: &Answer,
    guest: &str,
    id: &str,
    kind: EventKind,
) -> IncomingEvent {
    let mut event = world.event(guest, id, kind);
    event.token = Some(answer.token.clone());
    event.event.channel = answer.decision.channel.as_ref().and_then(|c| c.channel);
    event
}

fn propensity(decision: &Decision, channel: Channel) -> f64 {
    let considered = &decision.channel.as_ref().unwrap().considered;
    considered.iter().find(|c| c.channel == channel).unwrap().response_propensity
}

/// Ana answers e-mail on working days and messages at weekends; the others hardly answer at all.
#[test]
fn one_guest_has_a_channel_for_work_and_another_for_rest() {
    let world = world();
    for guest in ["ana", "bea", "eva"] {
        reachable(&world, guest);
    }
    let first = write_to(&world, "ana").decision;
    let prior = propensity(&first, Channel::Email);
    assert!((prior - 0.05).abs() < 0.01, "what the brand assumes: {prior}");
    let mut rng = SplitMix64::new(3);
    let mut of = [[(0.0, 0.0); 2]; 2];
    for day in 0..120_u32 {
        for guest in ["ana", "bea", "eva"] {
            let answer = write_to(&world, guest);
            let Some(choice) = answer.decision.channel.as_ref() else { panic!("asked for") };
            let Some(channel) = choice.channel else { continue };
            let at_work = choice.basis.unwrap().time.day_type == DayType::Work;
            let likes = if at_work { Channel::Email } else { Channel::Sms };
            let rate = if guest == "ana" && channel == likes { 0.9 } else { 0.03 };
            if rng.chance(rate) {
                event(&world, &answer, guest, &format!("{guest}-{day}"), EventKind::Click);
            }
            if guest == "ana" && day > 80 {
                let row = &mut of[usize::from(!at_work)];
                row[0].0 += f64::from(u8::from(channel == Channel::Email));
                row[1].0 += f64::from(u8::from(channel == Channel::Sms));
                row.iter_mut().for_each(|cell| cell.1 += 1.0);
            }
        }
        // What was decided today is on disk before labels are said to be final: the same in every run.
        world.engine.committer.flush().unwrap();
        world.clock.advance(Duration::from_secs(86_400));
        world.engine.tick().unwrap();
        world.engine.learned().unwrap();
    }
    let share = |(chosen, all): (f64, f64)| chosen / all;
    let [[email_at_work, _], [_, sms_at_rest]] = of;
    assert!(share(email_at_work) > 0.7, "{of:?}");
    assert!(share(sms_at_rest) > 0.7, "{of:?}");
    let bea = write_to(&world, "bea").decision;
    assert!(propensity(&bea, Channel::Email) < 0.1, "what Ana likes is not what Bea likes");

    // What is known outlives a restart, and so does what was folded into the guest.
    let before = write_to(&world, "ana").decision;
    let world = world.reopen();
    let after = write_to(&world, "ana").decision;
    for channel in [Channel::Email, Channel::Sms, Channel::AppPush] {
        assert!((propensity(&before, channel) - propensity(&after, channel)).abs() < 1e-6);
    }
}

/// A guest who does not allow profiling is told apart by nothing.
#[test]
fn without_consent_a_guest_is_the_segment() {
    let world = world();
    reachable(&world, "ana");
    for day in 0..30 {
        let answer = write_to(&world, "ana");
        event(&world, &answer, "ana", &format!("{day}"), EventKind::Click);
        world.clock.advance(Duration::from_secs(86_400));
    }
    let known = write_to(&world, "ana").decision;
    let channel = known.channel.as_ref().unwrap().channel.unwrap();
    world.refuse("ana", Purpose::Profiling);
    let unknown = write_to(&world, "ana").decision;
    let (with, without) = (propensity(&known, channel), propensity(&unknown, channel));
    assert!(with > 2.0 * without, "{with} {without}");
    a_stranger_has(&world, channel, without);
}

fn a_stranger_has(world: &World, channel: Channel, expected: f64) {
    let stranger = write_to(world, "nobody").decision;
    assert!((propensity(&stranger, channel) - expected).abs() < 1e-9);
}
