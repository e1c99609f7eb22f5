//! All rules at once on 100,000 random cases, read off the words of the rules a second time.

use std::collections::BTreeSet;

use super::*;

fn random_ledger(dice: &mut Dice, now: Timestamp) -> Ledger {
    let entries = (0..dice.roll(33)).map(|_| Exposure {
        offer: OfferKey(dice.roll(5)),
        decision: dice.roll(12),
        at: now.minus(Duration::from_secs(dice.roll(12 * 86_400))),
        expires: now.minus(HOUR).plus(Duration::from_secs(dice.roll(7_200))),
        group: 0,
        channel: dice.chance(90).then(|| dice.pick(&Channel::ALL)),
        state: dice.pick(&[
            ExposureState::Reserved,
            ExposureState::Reserved,
            ExposureState::Shown,
            ExposureState::Accepted,
        ]),
        is_transactional: dice.chance(20),
    });
    Ledger::from_entries(entries.collect())
}

fn random_policy(dice: &mut Dice) -> ContactPolicy {
    let object = match dice.roll(6) {
        0 => CapObject::All,
        1 => CapObject::EachOffer,
        _ => CapObject::Channel(dice.pick(&Channel::ALL)),
    };
    let limit =
        u16::try_from(if object == CapObject::All { dice.roll(12) } else { dice.roll(5) }).unwrap();
    ContactPolicy {
        subject: dice.pick(&[CapSubject::Guest, CapSubject::Reservation, CapSubject::Room]),
        counted: dice.pick(&[
            ExposureState::Reserved,
            ExposureState::Shown,
            ExposureState::Accepted,
        ]),
        window: Duration::from_secs(3_600 + dice.roll(10 * 86_400)),
        counts_transactional: dice.chance(30),
        ..cap(object, limit)
    }
}

fn random_presence(dice: &mut Dice, now: Timestamp) -> Presence {
    let mut presence = Presence::default();
    for sign in Sign::ALL.into_iter().filter(|sign| *sign != Sign::OnCall) {
        let until = now.minus(HOUR).plus(Duration::from_secs(dice.roll(86_400)));
        let property =
            [None, Some(HOTEL), Some(Fingerprint(8))][usize::try_from(dice.roll(3)).unwrap()];
        if dice.chance(40) {
            presence.see(Sighting { until, property, ..sighting(sign, now) });
        }
    }
    if dice.chance(10) {
        presence.see(sighting(Sign::OnCall, now));
    }
    presence
}

/// Is a sign believed when the window begins, here?
fn is_seen(world: &World, sign: Sign) -> bool {
    let start = world.request.earliest.unwrap_or(world.now).max(world.now);
    world.guest.presence.sightings().iter().any(|s| {
        let is_here = sign == Sign::DoNotDisturb || s.property != Some(Fingerprint(8));
        s.sign == sign && start < s.until && is_here
    })
}

pub(super) fn random_guest(dice: &mut Dice, world: &mut World) {
    let states = [
        ConsentState::Unknown,
        ConsentState::Granted,
        ConsentState::Granted,
        ConsentState::Withdrawn,
        ConsentState::Denied,
    ];
    world.guest.consent = GuestState::unknown(world.guest.taste.clone()).consent;
    for purpose in [Purpose::Marketing, Purpose::Presence] {
        world.guest.consent.apply(&said(purpose, None, dice.pick(&states)));
    }
    if dice.chance(30) {
        world.guest.consent.apply(&said(
            Purpose::Marketing,
            Some(dice.pick(&Channel::ALL)),
            ConsentState::Denied,
        ));
    }
    world.guest.reachable = if dice.chance(50) { ChannelSet::ALL } else { dice.channels() };
    world.guest.bounced = dice.channels().and(dice.channels()).and(dice.channels());
    world.guest.masked = dice.channels().and(dice.channels()).and(dice.channels());
    if dice.chance(50) {
        world.guest.presence = random_presence(dice, world.now);
    }
    world.guest.ledger = random_ledger(dice, world.now);
    world.reservation = dice.chance(50).then(|| random_ledger(dice, world.now));
    world.in_house_until =
        dice.chance(30).then(|| world.now.plus(Duration::from_secs(dice.roll(3 * 86_400))));
    world.current = dice.chance(20).then(|| dice.pick(&Channel::ALL));
}

pub(super) fn random_world(dice: &mut Dice) -> World {
    let mut world = World::new();
    world.place = dice.place();
    world.now = dice.moment(world.place.zone);
    world.calendar = dice.calendar(world.place.local(world.now).date);
    world.request = ChannelRequest {
        allowed: dice.channels(),
        earliest: dice
            .chance(30)
            .then(|| world.now.minus(HOUR).plus(Duration::from_secs(dice.roll(86_400)))),
        latest: dice.chance(50).then(|| world.now.plus(Duration::from_secs(dice.roll(2 * 86_400)))),
        is_transactional: dice.chance(20),
    };
    world.offer_channels = if dice.chance(70) { ChannelSet::ALL } else { dice.channels() };
    random_guest(dice, &mut world);
    world.rules.quiet_hours = (0..dice.roll(4)).map(|_| dice.rule()).collect();
    world.rules.policies = (0..dice.roll(4)).map(|_| random_policy(dice)).collect();
    world.rules.channels.retain(|_| dice.chance(85));
    world.rates = std::array::from_fn(|_| 0.5 * dice.unit());
    world.value = 20.0 * dice.unit() - 2.0;
    world.gamma = dice.pick(&[1.0, 100.0, 1e6]);
    world.draw = dice.unit();
    world.moment = dice.chance(50).then(|| MomentDraw {
        jitter: dice.roll(u64::MAX),
        density: std::array::from_fn(|_| dice.unit()),
        ..moment_draw(world.gamma, dice.unit())
    });
    world
}

/// Does a contact policy stop one more message? Read off the words of the policy, with sets instead
/// of counts.
pub(super) fn is_capped(world: &World, channel: Channel) -> bool {
    world.rules.policies.iter().any(|policy| {
        let ledger = match policy.subject {
            CapSubject::Reservation => world.reservation.as_ref().unwrap_or(&world.guest.ledger),
            CapSubject::Guest | CapSubject::Room => &world.guest.ledger,
        };
        let counted = ledger.entries().iter().filter(|e| {
            let lapsed = e.state == ExposureState::Reserved && e.expires <= world.now;
            let is_meant = policy.counts_transactional || !e.is_transactional;
            !lapsed
                && is_meant
                && e.state >= policy.counted
                && world.now.since(e.at) < policy.window
        });
        let (through, holds): (fn(Channel, Channel) -> bool, bool) = match policy.object {
            CapObject::Channel(capped) => (|used, asked| used == asked, capped == channel),
            CapObject::All => (|used, _| used.is_pushed(), channel.is_pushed()),
            CapObject::EachOffer | CapObject::Offer(_) | CapObject::Group(_) => {
                (|_, _| false, false)
            }
        };
        let messages = counted.filter(|e| e.channel.is_some_and(|used| through(used, channel)));
        let messages: BTreeSet<u64> = messages.map(|e| e.decision).collect();
        holds && messages.len() >= usize::from(policy.limit)
    })
}

/// Is the guest on this surface when the window begins?
fn is_there(world: &World, channel: Channel) -> bool {
    let (guest, start) = (&world.guest, world.request.earliest.unwrap_or(world.now).max(world.now));
    let believed = Sign::of_surface(channel).is_some_and(|sign| is_seen(world, sign));
    let present = believed && guest.consent.allows(Purpose::Presence);
    let is_in_use = world.current == Some(channel) && start == world.now;
    present || (!channel.is_pushed() && is_in_use)
}

/// A channel that is to be used, or tried next, breaks no hard rule.
pub(super) fn nothing_forbids(world: &World, channel: Channel, case: u32) {
    let (guest, request) = (&world.guest, &world.request);
    let start = request.earliest.unwrap_or(world.now).max(world.now);
    assert!(
        request.allowed.contains(channel) && world.offer_channels.contains(channel),
        "case {case}"
    );
    assert!(world.rules.channels.iter().any(|p| p.channel == channel), "case {case}");
    let is_there = is_there(world, channel);
    if !(channel.is_pushed() && is_there) {
        assert_eq!(
            marketing_needs_consent(channel, request.is_transactional, &guest.consent),
            Ok(()),
            "case {case}"
        );
    }
    assert!(request.is_transactional || !is_capped(world, channel), "case {case}: {channel}");
    assert!(
        is_there || request.is_transactional || !is_seen(world, Sign::DoNotDisturb),
        "case {case}"
    );
    let is_in_use = world.current == Some(channel) && start == world.now;
    assert!(
        channel == Channel::Phone
            || is_in_use
            || request.is_transactional
            || !self::is_there(world, Channel::Phone),
        "case {case}: {channel} beside a call"
    );
    if channel.is_pushed() && !is_there {
        let masked = guest.masked.contains(channel);
        assert!(guest.reachable.contains(channel) || masked, "case {case}");
        assert!(
            !guest.bounced.contains(channel) && (request.is_transactional || !masked),
            "case {case}"
        );
    } else {
        let in_house = matches!(channel, Channel::FrontDesk | Channel::InRoomDevice)
            && world.in_house_until.is_some();
        assert!(is_there || in_house, "case {case}");
    }
}

/// I4: the whole window is free of quiet hours, wherever one looks.
pub(super) fn nothing_is_quiet(world: &World, choice: &ChannelChoice, dice: &mut Dice, case: u32) {
    let (Some(channel), quiet) = (choice.channel, world.quiet()) else { return };
    let is_there = is_there(world, channel);
    let length = u64::try_from(choice.window_end.since(choice.window_start).as_micros()).unwrap();
    assert!(choice.window_start <= choice.window_end, "case {case}");
    let within = choice.window_start.plus(Duration::from_micros(dice.roll(length + 1)));
    if !is_there && (channel.is_pushed() || channel == Channel::InRoomDevice) {
        for at in [choice.window_start, within, choice.window_end] {
            assert!(!lawyer_says_quiet(&quiet, channel, at), "case {case}: {channel} {at:?}");
        }
    }
    let sign = Sign::of_surface(channel);
    let sightings = world.guest.presence.sightings().iter();
    let seen = sightings.filter(|s| Some(s.sign) == sign).map(|s| s.until).max();
    let leaves = seen.max(Some(world.now.plus(Duration::from_secs(601)))).unwrap();
    assert!(!is_there || choice.window_end < leaves, "case {case}");
    let start = world.request.earliest.unwrap_or(world.now).max(world.now);
    let latest = world.request.latest.unwrap_or(start.plus(72 * HOUR));
    assert!(start <= choice.window_start && choice.window_end <= latest, "case {case}");
    assert_eq!(
        choice.outcome == SendOutcome::Send,
        choice.window_start == world.now,
        "case {case}"
    );
}

/// I5 and I6: silence has the reason it should have, and the numbers of the answer fit together.
pub(super) fn the_answer_is_consistent(world: &World, choice: &ChannelChoice, case: u32) {
    assert_eq!(silence_has_a_reason(choice), Ok(()), "case {case}");
    assert_eq!(choice.considered.len(), world.request.allowed.iter().count());
    assert!(choice.considered.is_sorted_by_key(|c| c.channel));
    let mut all: Vec<f64> = choice.considered.iter().map(|c| c.selection_probability).collect();
    let channels: f64 = all.iter().sum();
    match choice.channel {
        Some(channel) => {
            let listed = of(choice, channel).selection_probability;
            assert_eq!(choice.selection_probability.to_bits(), listed.to_bits(), "case {case}");
        }
        None => all.push(choice.selection_probability),
    }
    if choice.channel.is_none() || world.request.is_transactional {
        assert_eq!(probabilities_sum_to_one(&all), Ok(()), "case {case}");
    } else {
        assert!(channels < 1.0, "case {case}: silence can be chosen");
    }
    let moment = choice.time_selection_probability;
    let is_drawn = world.moment.is_some();
    assert!(choice.selection_probability > 0.0 && moment > 0.0 && moment <= 1.0, "case {case}");
    assert!(is_drawn || moment >= 1.0, "case {case}");
    assert!(
        choice.considered.iter().all(|c| c.forbidden.is_none() || c.selection_probability == 0.0),
        "case {case}"
    );
    let feasible = choice.considered.iter().any(|c| c.forbidden.is_none());
    if choice.channel.is_none() {
        let real =
            choice.considered.iter().filter(|c| c.forbidden != Some(WithholdReason::NotAllowed));
        let most = real.clone().map(|c| c.utility).fold(f64::NEG_INFINITY, f64::max);
        let best = real.clone().find(|c| c.utility >= most).and_then(|c| c.forbidden);
        let expected = if feasible {
            WithholdReason::LowValue
        } else {
            best.unwrap_or(WithholdReason::NotAllowed)
        };
        assert_eq!(choice.reason, Some(expected), "case {case}");
        assert!(
            choice.fallbacks.is_empty() && !(feasible && world.request.is_transactional),
            "case {case}"
        );
    }
}

/// Nothing is forbidden that need not be, as far as caps and quiet hours go.
pub(super) fn what_is_forbidden_had_to_be(world: &World, choice: &ChannelChoice, case: u32) {
    let start = world.request.earliest.unwrap_or(world.now).max(world.now);
    for entry in &choice.considered {
        let channel = entry.channel;
        match entry.forbidden {
            Some(WithholdReason::Capped | WithholdReason::Suppressed) => {
                assert!(is_capped(world, channel), "case {case}: {channel}")
            }
            Some(WithholdReason::QuietHours) => {
                assert!(
                    lawyer_says_quiet(&world.quiet(), channel, start),
                    "case {case}: {channel}"
                );
                assert!(!is_there(world, channel), "case {case}: {channel}");
            }
            _ => {}
        }
    }
}

/// Consent, caps, quiet hours and the rest, on 100,000 random cases.
#[test]
fn whatever_the_case_no_hard_rule_is_broken() {
    let mut dice = Dice(5);
    let (mut sent, mut queued, mut withheld) = (0, 0, 0);
    for case in 0..100_000 {
        let world = random_world(&mut dice);
        let choice = world.choose();
        the_answer_is_consistent(&world, &choice, case);
        nothing_is_quiet(&world, &choice, &mut dice, case);
        what_is_forbidden_had_to_be(&world, &choice, case);
        for channel in choice.channel.into_iter().chain(choice.fallbacks.iter().copied()) {
            nothing_forbids(&world, channel, case);
        }
        let utilities: Vec<f64> =
            choice.fallbacks.iter().map(|c| of(&choice, *c).utility).collect();
        assert!(
            utilities.is_sorted_by(|a, b| a >= b)
                && !choice.fallbacks.iter().any(|c| choice.channel == Some(*c))
        );
        assert!(
            world.request.is_transactional || utilities.iter().all(|u| *u > 0.0),
            "case {case}"
        );
        match choice.outcome {
            SendOutcome::Send => sent += 1,
            SendOutcome::Queue => queued += 1,
            SendOutcome::Withhold => withheld += 1,
        }
    }
    assert!(sent > 15_000 && queued > 10_000 && withheld > 10_000, "{sent} {queued} {withheld}");
}
