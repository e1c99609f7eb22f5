//! What forbids a channel: each hard rule at its edges, and which reason comes first.

use super::*;

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
    check("refused at the desk", FrontDesk, no_consent, |w| {
        say(Some(FrontDesk), ConsentState::Denied)(w);
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
    use Channel::{AppPush, Email, FrontDesk, InApp, InRoomDevice, Kiosk, Web};
    let unreachable = Some(WithholdReason::Unreachable);
    check("no address", Email, unreachable, |w| w.guest.reachable = ChannelSet::NONE);
    let bounced = Some(WithholdReason::Bounced);
    check("bounced", Email, bounced, |w| w.guest.bounced = ChannelSet::NONE.with(Email));
    check("masked", Email, Some(WithholdReason::Masked), |w| {
        w.guest.masked = ChannelSet::NONE.with(Email);
    });
    check("app removed", AppPush, Some(WithholdReason::Revoked), |w| {
        w.guest.reachable = w.guest.reachable.without(AppPush);
        w.guest.revoked = ChannelSet::NONE.with(AppPush);
    });
    check("app removed from one device of two", AppPush, None, |w| {
        w.guest.revoked = ChannelSet::NONE.with(AppPush);
    });
    check("masked, transactional", Email, None, |w| {
        w.guest.masked = ChannelSet::NONE.with(Email);
        w.guest.reachable = ChannelSet::NONE;
        w.request.is_transactional = true;
    });
    check("bounced, transactional", Email, bounced, |w| {
        w.guest.bounced = ChannelSet::NONE.with(Email);
        w.request.is_transactional = true;
    });
    for surface in [InApp, Web, FrontDesk, Kiosk, InRoomDevice] {
        let present = move |w: &mut World| {
            w.guest.presence.see(sighting(Sign::of_surface(surface).unwrap(), w.now));
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
            let sign = Sign::of_surface(surface).unwrap();
            w.guest.presence.see(Sighting { until: w.now, ..sighting(sign, w.now) });
        });
        let in_the_house = matches!(surface, FrontDesk | InRoomDevice);
        check("in the house", surface, unreachable.filter(|_| !in_the_house), |w| {
            w.in_house_until = Some(w.now.plus(DAY))
        });
    }
    check("no longer at the desk, but in the house", FrontDesk, None, |w| {
        w.guest.presence.see(sighting(Sign::AtDesk, w.now));
        w.in_house_until = Some(w.now.plus(DAY));
        w.request.earliest = Some(w.now.plus(2 * HOUR));
    });
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
        w.guest.presence.see(sighting(Sign::DoNotDisturb, w.now));
    };
    check("now", Email, disturbed, leave_alone);
    check("in the house", FrontDesk, disturbed, |w| {
        leave_alone(w);
        w.in_house_until = Some(w.now.plus(DAY));
    });
    check("a bill", Email, None, |w| {
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
    let bills = |w: &mut World| {
        two_mails(w);
        let bill = |e: &Exposure| Exposure { is_transactional: true, ..*e };
        w.guest.ledger = Ledger::from_entries(w.guest.ledger.entries().iter().map(bill).collect());
    };
    check("bills do not count", Email, None, bills);
    check("unless the policy says so", Email, capped, |w| {
        bills(w);
        w.rules.policies[0].counts_transactional = true;
    });
    check("declined twice", Email, Some(WithholdReason::Suppressed), |w| {
        two_mails(w);
        w.rules.policies[0].counted = ExposureState::Declined;
        let declined = |e: &Exposure| Exposure { state: ExposureState::Declined, ..*e };
        w.guest.ledger =
            Ledger::from_entries(w.guest.ledger.entries().iter().map(declined).collect());
    });
    for reason in [WithholdReason::NoOffer, WithholdReason::Suppressed] {
        check("what may not be said goes nowhere", Email, Some(reason), |w| w.bar = Some(reason));
    }
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
        purpose: None,
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
