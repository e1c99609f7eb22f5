//! Timelines: guests of every zone there is, over the days about a change of the clocks, who agree and
//! object, come and go, while message after message is decided. No contact in quiet hours, none without
//! consent, no cap passed, no silence without a reason.
//!
//! `CONCIERGE_TIMELINES` says how many; `make timelines` runs a million.

use jiff::tz::TimeZoneDatabase;

use super::random::{
    is_capped, nothing_forbids, nothing_is_quiet, random_guest, random_world,
    the_answer_is_consistent, what_is_forbidden_had_to_be,
};
use super::*;

/// How many are lived through where nobody says.
const TIMELINES: u32 = 2_000;

fn zones() -> Vec<Zone> {
    let database = TimeZoneDatabase::bundled();
    database.available().filter_map(|name| Zone::find(name.as_str())).collect()
}

/// What one message came to: when it was sent, and whether a booking needed it.
struct Sent {
    channel: Channel,
    at: Timestamp,
}

/// A guest from message to message: a random world, but for what goes on from the one before.
fn live(zones: &[Zone], dice: &mut Dice, case: u32) -> u32 {
    let zone = dice.pick(zones);
    let mut now = dice.moment(zone);
    let mut ledger = Ledger::default();
    let mut sent: Vec<Sent> = Vec::new();
    let policies = random_world(dice).rules.policies;
    for message in 0..4_u64 {
        let mut world = random_world(dice);
        world.place = Place { zone, ..dice.place() };
        world.now = now;
        world.calendar = dice.calendar(world.place.local(now).date);
        random_guest(dice, &mut world);
        world.request.earliest = dice.chance(20).then(|| now.plus(HOUR));
        world.request.latest =
            dice.chance(50).then(|| now.plus(Duration::from_secs(dice.roll(3 * 86_400))));
        world.rules.policies.clone_from(&policies);
        world.guest.ledger.clone_from(&ledger);
        world.reservation = None;
        let choice = world.choose();
        the_answer_is_consistent(&world, &choice, case);
        nothing_is_quiet(&world, &choice, dice, case);
        what_is_forbidden_had_to_be(&world, &choice, case);
        for channel in choice.channel.into_iter().chain(choice.fallbacks.iter().copied()) {
            nothing_forbids(&world, channel, case);
        }
        assert!(
            choice.considered.iter().all(|c| c.forbidden.is_some()
                || choice.reason.is_none()
                || choice.reason == Some(WithholdReason::LowValue)),
            "case {case}: every channel that was removed says why"
        );
        if let Some(channel) = choice.channel {
            let length = choice.window_end.since(choice.window_start);
            let micros = u64::try_from(length.as_micros()).unwrap();
            let at = choice.window_start.plus(Duration::from_micros(dice.roll(micros + 1)));
            let is_transactional = world.request.is_transactional;
            assert!(is_transactional || !is_capped(&world, channel), "case {case}");
            let entry = exposure(message + 1, channel, now);
            ledger.add(Exposure { is_transactional, ..entry }, now);
            sent.push(Sent { channel, at });
        }
        now = now.plus(Duration::from_secs(dice.roll(3 * 86_400)));
    }
    let pushed = sent.iter().filter(|sent| sent.channel.is_pushed() && sent.at > Timestamp::EPOCH);
    u32::try_from(pushed.count()).unwrap()
}

#[test]
fn nobody_is_ever_written_to_at_night_or_against_their_will() {
    let count = std::env::var("CONCIERGE_TIMELINES").ok().and_then(|n| n.parse().ok());
    let (count, zones) = (count.unwrap_or(TIMELINES), zones());
    assert!(zones.len() > 400, "{} zones", zones.len());
    let halves = [0, 1].map(|half| {
        let zones = zones.clone();
        std::thread::spawn(move || {
            (half..count)
                .step_by(2)
                .map(|case| live(&zones, &mut Dice(u64::from(case)), case))
                .sum::<u32>()
        })
    });
    let messages: u32 = halves.into_iter().map(|half| half.join().unwrap()).sum();
    assert!(messages > count / 2, "{messages} messages in {count} timelines");
}
