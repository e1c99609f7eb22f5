//! Each rule by itself, then all of them at once on random cases against a second, slower reading of the same words.

use std::collections::BTreeSet;

use super::*;
use crate::decide::local_time::{Clues, ZoneSource};
use crate::decide::quiet::tests::{Dice, lawyer_says_quiet};
use crate::domain::belief::{DIM, Prior};
use crate::domain::consent::{Consent, ConsentState, Purpose};
use crate::domain::exposure::{Exposure, ExposureState};
use crate::domain::guest::{Home, Presence};
use crate::domain::id::{Label, OfferKey};
use crate::domain::invariants::{
    marketing_needs_consent, probabilities_sum_to_one, silence_has_a_reason,
};
use crate::domain::policy::{CapObject, CapSubject, ContactPolicy, QuietHours};
use crate::domain::zone::Zone;

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// A guest who may be contacted everywhere, on a Wednesday at noon in Berlin, and all that a decision about them needs.
struct World {
    now: Timestamp,
    request: ChannelRequest,
    offer_channels: ChannelSet,
    guest: GuestState,
    reservation: Option<Ledger>,
    place: Place,
    current: Option<Channel>,
    in_house_until: Option<Timestamp>,
    rules: ContactRules,
    calendar: Calendar,
    rates: [f64; Channel::COUNT],
    value: f64,
    gamma: f64,
    draw: f64,
}

fn utc(text: &str) -> Timestamp {
    Timestamp::from_micros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
}

fn said(purpose: Purpose, channel: Option<Channel>, state: ConsentState) -> Consent {
    let (basis, text_version, source) = (String::new(), String::new(), String::new());
    Consent {
        purpose,
        channel,
        state,
        time: Timestamp::from_seconds(1),
        basis,
        text_version,
        source,
    }
}

fn night(channels: ChannelSet) -> QuietHours {
    QuietHours {
        country: None,
        channels,
        start_minute: 21 * 60,
        end_minute: 9 * 60,
        rest_days: false,
    }
}

fn cap(object: CapObject, limit: u16) -> ContactPolicy {
    ContactPolicy {
        id: Label::parse("policy", "cap").unwrap(),
        subject: CapSubject::Guest,
        object,
        counted: ExposureState::Reserved,
        limit,
        window: 7 * DAY,
        counts_transactional: false,
    }
}

fn exposure(decision: u64, channel: Channel, at: Timestamp) -> Exposure {
    let state = ExposureState::Shown;
    Exposure {
        offer: OfferKey(1),
        decision,
        at,
        expires: at.plus(HOUR),
        group: 0,
        channel: Some(channel),
        state,
    }
}

/// Inverse-gap weighting with a floor of 2 %, as algorithms 3.4 writes it.
fn inverse_gap(values: &[f64], gamma: f64, out: &mut [f64]) {
    let count = f64::from(u32::try_from(values.len()).unwrap());
    let best = (0..values.len()).rev().max_by(|a, b| values[*a].total_cmp(&values[*b])).unwrap();
    for (value, p) in values.iter().zip(&mut *out) {
        *p = 1.0 / (count + gamma * (values[best] - value));
    }
    out[best] = 0.0;
    out[best] = 1.0 - out.iter().sum::<f64>();
    out.iter_mut().for_each(|p| *p = 0.98 * *p + 0.02 / count);
}

impl World {
    fn new() -> Self {
        let belief = Prior { mean: [0.0; DIM], variance: [1.0; DIM] }.belief(Timestamp::EPOCH);
        let mut guest = GuestState::unknown(belief);
        guest.reachable = Channel::ALL.into_iter().filter(|c| c.is_pushed()).collect();
        guest.consent.apply(&said(Purpose::Marketing, None, ConsentState::Granted));
        guest.consent.apply(&said(Purpose::Presence, None, ConsentState::Granted));
        let policy =
            |channel| ChannelPolicy { channel, cost: 0.1, prior_response: 0.1, annoyance: 0.1 };
        Self {
            now: utc("2026-01-14T11:00:00Z"),
            request: ChannelRequest { allowed: ChannelSet::ALL, ..ChannelRequest::default() },
            offer_channels: ChannelSet::ALL,
            guest,
            reservation: None,
            place: Place {
                zone: Zone::parse("zone", "Europe/Berlin").unwrap(),
                source: ZoneSource::Home,
                country: *b"DE",
            },
            current: None,
            in_house_until: None,
            rules: ContactRules {
                policies: Vec::new(),
                quiet_hours: Vec::new(),
                fallback_zone: "Europe/Berlin".into(),
                channels: Channel::ALL.into_iter().map(policy).collect(),
            },
            calendar: Calendar::default(),
            rates: [0.1; Channel::COUNT],
            value: 10.0,
            gamma: 1e9,
            draw: 0.5,
        }
    }

    fn choose(&self) -> ChannelChoice {
        choose(&ChannelInput {
            now: self.now,
            request: self.request,
            offer_channels: self.offer_channels,
            guest: &self.guest,
            reservation: self.reservation.as_ref(),
            room: None,
            place: self.place,
            current: self.current,
            in_house_until: self.in_house_until,
            rules: &self.rules,
            calendar: &self.calendar,
            rate: &|channel, _| self.rates[channel.at()],
            value: self.value,
            utility_cap: 10.0,
            probabilities: &|values, out| inverse_gap(values, self.gamma, out),
            draw: self.draw,
        })
    }

    fn only(mut self, channels: &[Channel]) -> Self {
        self.request.allowed = channels.iter().copied().collect();
        self
    }

    fn quiet(&self) -> Quiet<'_> {
        Quiet { rules: &self.rules.quiet_hours, calendar: &self.calendar, place: self.place }
    }
}

fn of(choice: &ChannelChoice, channel: Channel) -> &ConsideredChannel {
    choice.considered.iter().find(|c| c.channel == channel).unwrap()
}

fn check(
    what: &str,
    channel: Channel,
    expected: Option<WithholdReason>,
    change: impl Fn(&mut World),
) {
    let mut world = World::new().only(&[channel]);
    change(&mut world);
    let choice = world.choose();
    assert_eq!(of(&choice, channel).forbidden, expected, "{what}");
    assert_eq!(choice.reason, expected, "{what}");
    assert_eq!(choice.channel, expected.is_none().then_some(channel), "{what}");
}

#[test]
fn what_is_not_allowed() {
    use Channel::Email;
    let not_allowed = Some(WithholdReason::NotAllowed);
    check("everything is in order", Email, None, |_| {});
    check("not in use", Email, not_allowed, |w| w.rules.channels.retain(|p| p.channel != Email));
    check("no treatment for it", Email, not_allowed, |w| {
        w.offer_channels = ChannelSet::ALL.without(Email)
    });
    check("too late", Email, not_allowed, |w| w.request.latest = Some(w.now.minus(HOUR)));
    let mut world = World::new();
    world.request.allowed = ChannelSet::NONE;
    assert_eq!(world.choose().reason, not_allowed);
}

#[test]
fn what_needs_consent() {
    use Channel::{Email, FrontDesk, Sms, Web};
    let no_consent = Some(WithholdReason::NoConsent);
    let say = |channel, state| {
        move |w: &mut World| w.guest.consent.apply(&said(Purpose::Marketing, channel, state))
    };
    let withdraw = say(None, ConsentState::Withdrawn);
    check("withdrawn", Email, no_consent, withdraw);
    check("never asked", Email, no_consent, |w| {
        w.guest.consent = GuestState::unknown(w.guest.taste.clone()).consent
    });
    check("refused here", Sms, no_consent, say(Some(Sms), ConsentState::Denied));
    check("refused elsewhere", Email, None, say(Some(Sms), ConsentState::Denied));
    check("transactional", Email, None, |w| {
        withdraw(w);
        w.request.is_transactional = true;
    });
    check("never asked, at the desk", FrontDesk, None, |w| {
        w.guest.consent = GuestState::unknown(w.guest.taste.clone()).consent;
        w.in_house_until = Some(w.now.plus(DAY));
    });
    check("objected, at the desk", FrontDesk, no_consent, |w| {
        withdraw(w);
        w.in_house_until = Some(w.now.plus(DAY));
    });
    check("objected, on the page in use", Web, None, |w| {
        withdraw(w);
        w.current = Some(Web);
    });
    check("consent comes before address", Email, no_consent, |w| {
        withdraw(w);
        w.guest.reachable = ChannelSet::NONE;
    });
}

#[test]
fn what_is_reachable() {
    use Channel::{Email, FrontDesk, InApp, InRoomDevice, Kiosk, Web};
    let unreachable = Some(WithholdReason::Unreachable);
    check("no address", Email, unreachable, |w| w.guest.reachable = ChannelSet::NONE);
    check("bounced", Email, unreachable, |w| w.guest.bounced = ChannelSet::NONE.with(Email));
    check("masked", Email, unreachable, |w| w.guest.masked = ChannelSet::NONE.with(Email));
    check("masked, transactional", Email, None, |w| {
        w.guest.masked = ChannelSet::NONE.with(Email);
        w.guest.reachable = ChannelSet::NONE;
        w.request.is_transactional = true;
    });
    check("bounced, transactional", Email, unreachable, |w| {
        w.guest.bounced = ChannelSet::NONE.with(Email);
        w.request.is_transactional = true;
    });
    for surface in [InApp, Web, FrontDesk, Kiosk, InRoomDevice] {
        let present = move |w: &mut World| {
            let reachable_now = ChannelSet::NONE.with(surface);
            w.guest.presence =
                Presence { reachable_now, do_not_disturb: false, expires: w.now.plus(HOUR) };
        };
        check("nobody there", surface, unreachable, |_| {});
        check("in use", surface, None, |w| w.current = Some(surface));
        check("in use now, wanted later", surface, unreachable, |w| {
            w.current = Some(surface);
            w.request.earliest = Some(w.now.plus(HOUR));
        });
        check("there", surface, None, present);
        check("there, wanted after", surface, unreachable, |w| {
            present(w);
            w.request.earliest = Some(w.now.plus(HOUR));
        });
        check("there, without the consent to know", surface, unreachable, |w| {
            present(w);
            w.guest.consent.apply(&said(Purpose::Presence, None, ConsentState::Withdrawn));
        });
        check("no longer believed", surface, unreachable, |w| {
            present(w);
            w.guest.presence.expires = w.now;
        });
        let in_the_house = matches!(surface, FrontDesk | InRoomDevice);
        check("in the house", surface, unreachable.filter(|_| !in_the_house), |w| {
            w.in_house_until = Some(w.now.plus(DAY))
        });
    }
    check("left before", FrontDesk, unreachable, |w| {
        w.in_house_until = Some(w.now.plus(HOUR));
        w.request.earliest = Some(w.now.plus(DAY));
    });
}

#[test]
fn who_does_not_want_to_be_disturbed() {
    use Channel::{Email, FrontDesk, Web};
    let disturbed = Some(WithholdReason::DoNotDisturb);
    let leave_alone = |w: &mut World| {
        w.guest.presence = Presence {
            reachable_now: ChannelSet::NONE,
            do_not_disturb: true,
            expires: w.now.plus(HOUR),
        };
    };
    check("now", Email, disturbed, leave_alone);
    check("in the house", FrontDesk, disturbed, |w| {
        leave_alone(w);
        w.in_house_until = Some(w.now.plus(DAY));
    });
    check("a bill", Email, disturbed, |w| {
        leave_alone(w);
        w.request.is_transactional = true;
    });
    check("without the consent to know", Email, disturbed, |w| {
        leave_alone(w);
        w.guest.consent.apply(&said(Purpose::Presence, None, ConsentState::Withdrawn));
    });
    check("on the page in use", Web, None, |w| {
        leave_alone(w);
        w.current = Some(Web);
    });
    check("after it ended", Email, None, |w| {
        leave_alone(w);
        w.request.earliest = Some(w.now.plus(HOUR));
    });
}

/// So many messages on a channel yesterday, and a cap.
fn contacted(times: u64, on: Channel, object: CapObject, limit: u16) -> impl Fn(&mut World) {
    move |w| {
        w.guest.ledger =
            Ledger::from_entries((0..times).map(|i| exposure(i, on, w.now.minus(DAY))).collect());
        w.rules.policies = vec![cap(object.clone(), limit)];
    }
}

#[test]
fn what_is_capped() {
    use Channel::{Email, Sms};
    let capped = Some(WithholdReason::Capped);
    let mail = CapObject::Channel(Email);
    let two_mails = contacted(2, Email, mail.clone(), 2);
    check("below", Email, None, contacted(1, Email, mail.clone(), 2));
    check("reached", Email, capped, &two_mails);
    check("elsewhere", Sms, None, &two_mails);
    check("everything", Sms, capped, contacted(2, Email, CapObject::All, 2));
    check("everything, at the desk", Channel::FrontDesk, None, |w| {
        contacted(2, Email, CapObject::All, 2)(w);
        w.in_house_until = Some(w.now.plus(DAY));
    });
    check("forbidden", Email, capped, contacted(0, Email, CapObject::All, 0));
    check("offers are not asked here", Email, None, contacted(2, Email, CapObject::EachOffer, 1));
    check("one message with two offers", Email, None, |w| {
        two_mails(w);
        w.guest.ledger =
            Ledger::from_entries(vec![exposure(1, Email, w.now), exposure(1, Email, w.now)]);
    });
    check("out of the window", Email, None, |w| {
        two_mails(w);
        w.now = w.now.plus(6 * DAY);
    });
    check("a bill", Email, None, |w| {
        two_mails(w);
        w.request.is_transactional = true;
    });
    check("over the reservation", Email, capped, |w| {
        contacted(0, Email, mail.clone(), 2)(w);
        w.rules.policies[0].subject = CapSubject::Reservation;
        w.reservation =
            Some(Ledger::from_entries(vec![exposure(1, Email, w.now), exposure(2, Email, w.now)]));
    });
}

#[test]
fn quiet_hours_delay_and_then_forbid() {
    use Channel::{Email, InRoomDevice, Sms, Web};
    let quiet = Some(WithholdReason::QuietHours);
    let evening = |w: &mut World| {
        w.now = utc("2026-01-14T22:00:00Z");
        w.rules.quiet_hours = vec![night([Sms, InRoomDevice, Web].into_iter().collect())];
    };
    let mut world = World::new().only(&[Sms]);
    evening(&mut world);
    let choice = world.choose();
    assert_eq!((choice.outcome, choice.channel), (SendOutcome::Queue, Some(Sms)));
    assert_eq!(choice.window_start, utc("2026-01-15T08:00:00Z"));
    assert_eq!(choice.window_end, utc("2026-01-15T19:59:59.999999Z"));

    check("waits", Sms, None, evening);
    check("the window ends before", Sms, quiet, |w| {
        evening(w);
        w.request.latest = Some(utc("2026-01-15T07:59:59Z"));
    });
    check("a bill waits too", Sms, quiet, |w| {
        evening(w);
        w.request.latest = Some(utc("2026-01-15T07:59:59Z"));
        w.request.is_transactional = true;
    });
    check("not silenced", Email, None, evening);
    check("the page in use is not outbound", Web, None, |w| {
        evening(w);
        w.current = Some(Web);
    });
    check("the guest leaves before", InRoomDevice, quiet, |w| {
        evening(w);
        w.in_house_until = Some(utc("2026-01-15T07:00:00Z"));
    });
}

#[test]
fn a_guest_whose_zone_nobody_knows_has_quiet_hours_too() {
    let mut world = World::new().only(&[Channel::Sms]);
    world.now = utc("2026-01-14T11:00:00Z");
    world.rules.quiet_hours = vec![night(ChannelSet::ALL)];
    let (property_zone, fallback) = (world.place.zone, Zone::parse("zone", "Asia/Tokyo").unwrap());
    let clues = Clues {
        in_house: false,
        property_zone,
        property_country: *b"DE",
        told: None,
        home: &Home::default(),
        fallback,
    };
    world.place = Place::of(&clues);
    // 20:00 in Tokyo, then 22:00.
    assert_eq!(world.choose().outcome, SendOutcome::Send);
    world.now = utc("2026-01-14T13:00:00Z");
    let choice = world.choose();
    assert_eq!(
        (choice.outcome, choice.window_start),
        (SendOutcome::Queue, utc("2026-01-15T00:00:00Z"))
    );
}

#[test]
fn the_answer_of_the_time_context_counts_at_the_moment_of_sending() {
    let mut world = World::new().only(&[Channel::Sms]);
    world.now = utc("2026-01-16T22:00:00Z");
    world.rules.quiet_hours = vec![night(ChannelSet::ALL)];
    let contexts = std::cell::RefCell::new(Vec::new());
    let rate = |_, context: TimeContext| {
        contexts.borrow_mut().push(context);
        0.1
    };
    let input = ChannelInput {
        now: world.now,
        request: world.request,
        offer_channels: ChannelSet::ALL,
        guest: &world.guest,
        reservation: None,
        room: None,
        place: world.place,
        current: None,
        in_house_until: None,
        rules: &world.rules,
        calendar: &world.calendar,
        rate: &rate,
        value: 10.0,
        utility_cap: 1.0,
        probabilities: &|values, out| inverse_gap(values, 1e6, out),
        draw: 0.0,
    };
    choose(&input);
    // Saturday morning, not Friday night.
    assert_eq!(
        *contexts.borrow(),
        [world.place.time_context(&world.calendar, utc("2026-01-17T08:00:00Z"))]
    );
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

/// I5: each time the best channel falls away, the next is chosen; at last the best one's reason is given.
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
    let reachable_now = ChannelSet::NONE.with(InApp);
    world.guest.presence =
        Presence { reachable_now, do_not_disturb: false, expires: world.now.plus(HOUR) };
    let choice = world.choose();
    assert_eq!((choice.channel, choice.outcome), (Some(InApp), SendOutcome::Send));
    assert_eq!(choice.window_end, world.now.plus(HOUR).minus(Duration::from_micros(1)));
    assert_eq!(choice.fallbacks, [Sms, Email, FrontDesk]);
    assert_eq!((of(&choice, Sms).forbidden, of(&choice, Sms).selection_probability), (None, 0.0));
    assert!(of(&choice, FrontDesk).selection_probability > 0.0);
    // Bills go where bills go; and a surface that is worth nothing overrides nothing.
    world.request.is_transactional = true;
    assert_eq!(world.choose().channel, Some(Sms));
    world.request.is_transactional = false;
    world.rates[InApp.at()] = 0.0;
    assert_eq!(world.choose().channel, Some(Sms));
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
        ..cap(object, limit)
    }
}

fn random_guest(dice: &mut Dice, world: &mut World) {
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
        let expires = world.now.minus(HOUR).plus(Duration::from_secs(dice.roll(86_400)));
        world.guest.presence =
            Presence { reachable_now: dice.channels(), do_not_disturb: dice.chance(30), expires };
    }
    world.guest.ledger = random_ledger(dice, world.now);
    world.reservation = dice.chance(50).then(|| random_ledger(dice, world.now));
    world.in_house_until =
        dice.chance(30).then(|| world.now.plus(Duration::from_secs(dice.roll(3 * 86_400))));
    world.current = dice.chance(20).then(|| dice.pick(&Channel::ALL));
}

fn random_world(dice: &mut Dice) -> World {
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
    world
}

/// Does a contact policy stop one more message? Read off the words of the policy, with sets instead of counts.
fn is_capped(world: &World, channel: Channel) -> bool {
    world.rules.policies.iter().any(|policy| {
        let ledger = match policy.subject {
            CapSubject::Reservation => world.reservation.as_ref().unwrap_or(&world.guest.ledger),
            CapSubject::Guest | CapSubject::Room => &world.guest.ledger,
        };
        let counted = ledger.entries().iter().filter(|e| {
            let lapsed = e.state == ExposureState::Reserved && e.expires <= world.now;
            !lapsed && e.state >= policy.counted && world.now.since(e.at) < policy.window
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
    let believed = start < guest.presence.expires && guest.consent.allows(Purpose::Presence);
    let present = believed && guest.presence.reachable_now.contains(channel);
    !channel.is_pushed() && (present || (world.current == Some(channel) && start == world.now))
}

/// A channel that is to be used, or tried next, breaks no hard rule.
fn nothing_forbids(world: &World, channel: Channel, case: u32) {
    let (guest, request) = (&world.guest, &world.request);
    let start = request.earliest.unwrap_or(world.now).max(world.now);
    assert!(
        request.allowed.contains(channel) && world.offer_channels.contains(channel),
        "case {case}"
    );
    assert!(world.rules.channels.iter().any(|p| p.channel == channel), "case {case}");
    assert_eq!(
        marketing_needs_consent(channel, request.is_transactional, &guest.consent),
        Ok(()),
        "case {case}"
    );
    assert!(request.is_transactional || !is_capped(world, channel), "case {case}: {channel}");
    let is_there = is_there(world, channel);
    assert!(
        is_there || !(start < guest.presence.expires && guest.presence.do_not_disturb),
        "case {case}"
    );
    if channel.is_pushed() {
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
fn nothing_is_quiet(world: &World, choice: &ChannelChoice, dice: &mut Dice, case: u32) {
    let (Some(channel), quiet) = (choice.channel, world.quiet()) else { return };
    let is_there = is_there(world, channel);
    let length = u64::try_from(choice.window_end.since(choice.window_start).as_micros()).unwrap();
    assert!(choice.window_start <= choice.window_end, "case {case}");
    let within = choice.window_start.plus(Duration::from_micros(dice.roll(length + 1)));
    if channel.is_pushed() || (channel == Channel::InRoomDevice && !is_there) {
        for at in [choice.window_start, within, choice.window_end] {
            assert!(!lawyer_says_quiet(&quiet, channel, at), "case {case}: {channel} {at:?}");
        }
    }
    let leaves = world.guest.presence.expires.max(world.now.plus(Duration::from_secs(601)));
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
fn the_answer_is_consistent(world: &World, choice: &ChannelChoice, case: u32) {
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
    assert!(
        choice.selection_probability > 0.0 && choice.time_selection_probability >= 1.0,
        "case {case}"
    );
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
    assert!(sent > 20_000 && queued > 10_000 && withheld > 10_000, "{sent} {queued} {withheld}");
}
