//! What is chosen among the channels left: utility, silence, presence, fallbacks, and the draw.

use super::*;
use crate::domain::time::Daypart;

#[test]
fn the_answer_of_the_time_context_counts_at_the_moment_of_sending() {
    let mut world = World::new().only(&[Channel::Sms]);
    world.now = utc("2026-01-16T22:00:00Z");
    world.rules.quiet_hours = vec![night(ChannelSet::ALL)];
    let contexts = std::cell::RefCell::new(Vec::new());
    let rate = |_, context: TimeContext| {
        contexts.borrow_mut().push(context);
        expected(0.1)
    };
    choose(&world.input(&rate));
    // Saturday morning, not Friday night.
    let sent = world.place.time_context(&world.calendar, utc("2026-01-17T08:00:00Z"));
    let asked = contexts.borrow();
    assert!(!asked.is_empty() && asked.iter().all(|context| *context == sent), "{asked:?}");
}

#[test]
fn utility_is_value_less_cost_and_annoyance() {
    use Channel::{Email, Sms};
    let mut world = World::new().only(&[Email, Sms]);
    world.rates[Sms.at()] = 0.3;
    let now = world.now;
    world.guest.ledger = Ledger::from_entries(vec![
        exposure(1, Email, now.minus(DAY)),
        exposure(2, Sms, now.minus(DAY)),
        exposure(3, Channel::Web, now.minus(DAY)),
        exposure(4, Email, now.minus(8 * DAY)),
    ]);
    let choice = world.choose();
    // 0.3 · 10 − 0.1 − 0.1 · (1 + 2).
    assert!((of(&choice, Sms).utility - 2.6).abs() < 1e-12);
    assert!((of(&choice, Email).utility - 0.6).abs() < 1e-12);
    world.value = f64::NAN;
    world.rates = [f64::NAN; Channel::COUNT];
    assert_eq!(world.choose().reason, Some(WithholdReason::LowValue));
}

#[test]
fn exploration_sees_channels_in_code_order_and_silence_last_on_its_own_scale() {
    let world = World::new().only(&[Channel::Email, Channel::Sms, Channel::Web]);
    let seen = std::cell::RefCell::new(Vec::new());
    let probabilities = |values: &[f64], out: &mut [f64]| {
        seen.borrow_mut().extend_from_slice(values);
        out.copy_from_slice(&[0.5, 0.25, 0.25]);
    };
    let choice = choose(&ChannelInput {
        utility_cap: 4.0,
        probabilities: &probabilities,
        ..world.input(&|_, _| expected(0.1))
    });
    let expected = [0.8 / 4.0, 0.8 / 4.0, 0.0];
    assert!(seen.borrow().iter().zip(expected).all(|(s, e)| (s - e).abs() < 1e-12), "{seen:?}");
    assert_eq!((choice.channel, choice.draw.to_bits()), (Some(Channel::Sms), 0.5_f64.to_bits()));
}

#[test]
fn silence_is_chosen_where_nothing_is_worth_its_cost_and_never_for_a_bill() {
    let mut world = World::new();
    world.value = 0.5;
    let choice = world.choose();
    assert_eq!(
        (choice.outcome, choice.reason),
        (SendOutcome::Withhold, Some(WithholdReason::LowValue))
    );
    assert!(choice.fallbacks.is_empty() && choice.selection_probability > 0.9);
    world.request.is_transactional = true;
    let choice = world.choose();
    assert_eq!((choice.outcome, choice.reason), (SendOutcome::Send, None));
    assert_eq!(choice.fallbacks.len(), 6);
}

#[test]
fn of_equal_channels_the_first_says_why() {
    let mut world = World::new().only(&[Channel::Email, Channel::Sms]);
    world.guest.bounced = ChannelSet::NONE.with(Channel::Email);
    world.guest.consent.apply(&said(Purpose::Marketing, Some(Channel::Sms), ConsentState::Denied));
    assert_eq!(world.choose().reason, Some(WithholdReason::Bounced));
}

/// I5: each time the best channel falls away, the next is chosen; at last the best one's reason is
/// given.
#[test]
fn the_next_best_channel_takes_over() {
    use Channel::{AppPush, Email, Phone, Sms};
    let mut world = World::new().only(&[Email, Sms, AppPush, Phone]);
    for (channel, rate) in [(Sms, 0.4), (Phone, 0.3), (Email, 0.2), (AppPush, 0.01)] {
        world.rates[channel.at()] = rate;
    }
    assert_eq!(world.choose().fallbacks, [Phone, Email]);
    for channel in [Sms, Phone, Email] {
        assert_eq!(world.choose().channel, Some(channel));
        world.guest.reachable = world.guest.reachable.without(channel);
    }
    // What is left is worth less than silence.
    assert_eq!(world.choose().reason, Some(WithholdReason::LowValue));
    world.guest.consent.apply(&said(Purpose::Marketing, Some(AppPush), ConsentState::Denied));
    assert_eq!(world.choose().reason, Some(WithholdReason::Unreachable));
    world.rates[AppPush.at()] = 0.5;
    assert_eq!(world.choose().reason, Some(WithholdReason::NoConsent));
}

#[test]
fn a_guest_who_is_there_is_spoken_to_there() {
    use Channel::{Email, FrontDesk, InApp, Sms};
    let mut world = World::new().only(&[Email, Sms, InApp, FrontDesk]);
    world.rates = [0.05; Channel::COUNT];
    world.rates[Sms.at()] = 0.5;
    world.rates[Email.at()] = 0.4;
    world.in_house_until = Some(world.now.plus(DAY));
    assert_eq!(world.choose().channel, Some(Sms));
    world.guest.presence.see(sighting(Sign::AppInFront, world.now));
    let choice = world.choose();
    assert_eq!((choice.channel, choice.outcome), (Some(InApp), SendOutcome::Send));
    assert_eq!(choice.window_end, world.now.plus(HOUR).minus(Duration::from_micros(1)));
    assert_eq!(choice.fallbacks, [Sms, Email, FrontDesk]);
    assert_eq!((of(&choice, Sms).forbidden, of(&choice, Sms).selection_probability), (None, 0.0));
    let desk = of(&choice, FrontDesk);
    assert_eq!((desk.forbidden, desk.selection_probability), (None, 0.0));
    // Bills go where bills go; and a surface that is worth nothing overrides nothing.
    world.request.is_transactional = true;
    assert_eq!(world.choose().channel, Some(Sms));
    world.request.is_transactional = false;
    world.rates[InApp.at()] = 0.0;
    assert_eq!(world.choose().channel, Some(Sms));
}

#[test]
fn each_sign_of_presence_overrides_history_until_it_ends() {
    use Channel::{Email, FrontDesk, InApp, InRoomDevice, Phone};
    let mut world = World::new();
    world.rates = [0.1; Channel::COUNT];
    world.rates[Email.at()] = 0.9;
    assert_eq!(world.choose().channel, Some(Email), "history");
    let signs = [
        (Sign::AppInFront, Some(InApp)),
        (Sign::WebOpen, Some(Channel::Web)),
        (Sign::AtDesk, Some(FrontDesk)),
        (Sign::AtKiosk, Some(Channel::Kiosk)),
        (Sign::OnRoomDevice, Some(InRoomDevice)),
        (Sign::OnCall, Some(Phone)),
        // These say where the guest is, not that they listen.
        (Sign::OnWifi, Some(Email)),
        (Sign::KeyUsed, Some(Email)),
        (Sign::DoNotDisturb, None),
    ];
    for (sign, expected) in signs {
        let mut world = World { guest: world.guest.clone(), ..World::new() };
        world.rates[Email.at()] = 0.9;
        world.guest.presence.see(sighting(sign, world.now));
        let choice = world.choose();
        assert_eq!(choice.channel, expected, "{sign:?}");
        let drawn = choice.considered.iter().filter(|c| c.selection_probability > 0.0);
        let overrides = sign.surface().is_some();
        assert!(!overrides || drawn.count() == 1, "{sign:?}: nothing else is drawn from");
        // Elsewhere it says nothing, but for who wants to be left alone.
        let there = Sighting { property: Some(Fingerprint(8)), ..sighting(sign, world.now) };
        world.guest.presence = [there].into_iter().collect();
        let is_quiet = sign == Sign::DoNotDisturb;
        assert_eq!(world.choose().channel, Some(Email).filter(|_| !is_quiet), "{sign:?} there");
        // When it has ended, history speaks again.
        world.guest.presence = [sighting(sign, world.now)].into_iter().collect();
        world.now = world.now.plus(HOUR);
        assert_eq!(world.choose().channel, Some(Email), "{sign:?} ended");
    }
}

#[test]
fn on_a_call_there_is_the_call_and_nothing_else() {
    use Channel::{Email, InApp, Phone};
    let mut world = World::new();
    world.guest.presence.see(sighting(Sign::OnCall, world.now));
    world.guest.presence.see(sighting(Sign::AppInFront, world.now));
    // No address is needed to speak to who is on the line, nor a consent to be called.
    world.guest.reachable = world.guest.reachable.without(Phone);
    world.rules.quiet_hours = vec![night(ChannelSet::ALL)];
    world.now = utc("2026-01-14T22:00:00Z");
    world.guest.presence = [Sign::OnCall, Sign::AppInFront]
        .map(|sign| sighting(sign, world.now))
        .into_iter()
        .collect();
    let choice = world.choose();
    assert_eq!((choice.channel, choice.outcome), (Some(Phone), SendOutcome::Send));
    assert!(choice.fallbacks.is_empty());
    for channel in [Email, InApp] {
        assert_eq!(of(&choice, channel).forbidden, Some(WithholdReason::DoNotDisturb));
    }
    // The app that asks for itself goes on.
    world.current = Some(InApp);
    assert_eq!(of(&world.choose(), InApp).forbidden, None);
    // Without the consent to know of it, the call opens nothing.
    world.guest.consent.apply(&said(Purpose::Presence, None, ConsentState::Withdrawn));
    assert_eq!(of(&world.choose(), Phone).forbidden, Some(WithholdReason::Unreachable));
}

/// I6: what is logged is what is served.
#[test]
fn served_draws_have_the_logged_frequencies() {
    use Channel::{Email, FrontDesk, Phone, Sms, WhatsApp};
    let mut world = World::new().only(&[Email, Sms, WhatsApp, Phone, FrontDesk]);
    for (channel, rate) in [(Sms, 0.25), (WhatsApp, 0.2), (Email, 0.15), (Phone, 0.0)] {
        world.rates[channel.at()] = rate;
    }
    world.gamma = 40.0;
    let mut dice = Dice(6);
    let mut served = [0_u32; ALTERNATIVES_MAX];
    let draws = 200_000;
    for _ in 0..draws {
        world.draw = dice.unit();
        let choice = world.choose();
        served[choice.channel.map_or(Channel::COUNT, Channel::at)] += 1;
    }
    let choice = world.choose();
    let listed: f64 = choice.considered.iter().map(|c| c.selection_probability).sum();
    let logged = choice.considered.iter().map(|c| (c.channel.at(), c.selection_probability));
    for (at, p) in logged.chain([(Channel::COUNT, 1.0 - listed)]) {
        let n = f64::from(draws);
        if p > 0.0 {
            let z = (f64::from(served[at]) - n * p) / (n * p * (1.0 - p)).sqrt();
            assert!(
                z.abs() < 4.0,
                "alternative {at}: served {} of {n}, logged {p}, z = {z}",
                served[at]
            );
        } else {
            assert_eq!(served[at], 0);
        }
    }
    assert!(served.iter().filter(|n| **n > 0).count() == 5 && served[FrontDesk.at()] == 0);
}

/// Who answers in the evening is written to in the evening, mostly, and with the chance that is told.
#[test]
fn the_moment_is_the_one_the_guest_answers_at() {
    let mut world = World::new().only(&[Channel::Email]);
    world.rules.quiet_hours = vec![night(ChannelSet::ALL)];
    world.request.latest = Some(world.now.plus(2 * DAY));
    let expect = |_: Channel, time: TimeContext| {
        expected(if time.daypart == Daypart::Evening { 0.4 } else { 0.1 })
    };
    let (mut evenings, mut told, mut earlier) = (0.0, 0.0, 0);
    for draw in 0..1_000_u32 {
        let unit = (f64::from(draw) + 0.5) / 1_000.0;
        let draw = MomentDraw { worth_cap: 10.0, floor: 0.05, ..moment_draw(100.0, unit) };
        let choice = choose(&ChannelInput { moment: Some(draw), ..world.input(&expect) });
        let time = world.place.time_context(&world.calendar, choice.window_start);
        assert_eq!(choice.basis.unwrap().time, time, "it is learnt where it was sent");
        let is_evening = time.daypart == Daypart::Evening;
        evenings += f64::from(u8::from(is_evening));
        told += 1.0 / choice.time_selection_probability / 1_000.0;
        earlier += u32::from(choice.outcome == SendOutcome::Send);
        assert!(!lawyer_says_quiet(&world.quiet(), Channel::Email, choice.window_start));
    }
    assert!(evenings > 900.0 && earlier < 100, "{evenings} evenings, {earlier} at once");
    // Σ 1/p over draws is the number of moments drawn from.
    assert!((told - told.round()).abs() < 0.1 && told > 1.5, "{told}");
    let choice = choose(&world.input(&expect));
    assert_eq!(choice.outcome, SendOutcome::Send, "unless the brand asks for it");
}
