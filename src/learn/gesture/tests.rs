//! What comes of choices, and the learner restored.

use super::*;
use crate::domain::gesture::{Gesture, GestureArm, GestureTrigger, NoGesture, Occasion};
use crate::domain::id::{EventId, GuestId, Label, PropertyId, ReservationId, SourceId};
use crate::domain::money::{Currency, Money};

const DAY: Duration = Duration::from_secs(86_400);
const STRATUM: Stratum = Stratum(20);

fn program() -> GestureProgram {
    let gesture = Gesture {
        id: Label::parse("", "fruit").unwrap(),
        name: String::new(),
        triggers: vec![GestureTrigger::Occasion],
        cost: Money::new(900, Currency::EUR),
        properties: Vec::new(),
        least_severity: 0,
        prior_satisfaction: 0.0,
        prior_return: 0.0,
        talking_points: Vec::new(),
    };
    GestureProgram {
        amount: Money::new(2_000, Currency::EUR),
        start: Timestamp::EPOCH,
        period: DAY * 30,
        window: DAY * 60,
        holdout: 0.1,
        holdout_severity: 3,
        satisfaction_worth: 1.0,
        return_worth: 1.0,
        survey_wait: DAY * 10,
        return_wait: DAY * 100,
        value_cap: 1.0,
        gamma0: 1.0,
        floor: 0.1,
        gestures: vec![gesture],
    }
}

fn guest(n: u8) -> GuestKey {
    GuestKey([n; 16])
}

fn day(n: u32) -> Timestamp {
    Timestamp::EPOCH.plus(DAY * n)
}

fn choice(n: u8, at: Timestamp, chosen: Result<u8, NoGesture>) -> GestureChoice {
    let arm = GestureArm {
        gesture: 7,
        satisfaction: 0.0,
        returning: 0.0,
        cost: 900,
        value: 0.0,
        selection_probability: 0.5,
    };
    GestureChoice {
        guest: guest(n),
        ids: vec![guest(n)],
        property: PropertyId::parse("", "city").unwrap(),
        reservation: Some(Fingerprint::of("r1")),
        decided: at,
        catalog_version: 1,
        model_version: 0,
        occasion: Occasion { trigger: GestureTrigger::Occasion, severity: 0 },
        tier: None,
        is_measured: true,
        left: 0,
        shadow_price: 1.0,
        arms: vec![arm],
        none: [0.4, 0.1],
        seed: 1,
        draw: 0.5,
        chosen,
    }
}

fn event(kind: EventKind, at: Timestamp, reservation: &str, rating: Option<u8>) -> Event {
    let from = (SourceId::parse("", "test").unwrap(), EventId::parse("", "e").unwrap());
    let mut event = Event::plain(from, kind, at, GuestId::parse("", "g").unwrap());
    event.reservation = ReservationId::parse("", reservation).ok();
    Event { rating, ..event }
}

/// A learner and the next sequence.
struct Log(GestureLearner, u64);

impl Log {
    fn at(&mut self, at: Timestamp) -> &mut GestureLearner {
        self.1 += 1;
        assert!(self.0.hear(self.1, at));
        &mut self.0
    }

    fn say(&mut self, n: u8, event: &Event) {
        self.at(event.time).event(guest(n), event);
    }

    /// Rated, sum of the ratings, followed, returned: whole numbers all.
    #[expect(clippy::cast_possible_truncation, reason = "small whole numbers")]
    fn tally(&self, arm: u64) -> [i64; 4] {
        let tally = self.0.model().tally(arm, STRATUM);
        [tally.rated, tally.sum, tally.followed, tally.returned].map(|n| n as i64)
    }
}

#[test]
fn a_rating_and_a_return_count_once_and_in_their_time() {
    let mut log = Log(GestureLearner::default(), 0);
    log.at(day(1)).choose(&program(), &choice(1, day(1), Ok(0)));
    log.say(2, &event(EventKind::Feedback, day(2), "r1", Some(5)));
    log.say(1, &event(EventKind::Feedback, Timestamp::EPOCH, "r1", Some(5)));
    assert_eq!(log.tally(7), [0; 4], "another guest; before the choice");
    log.say(1, &event(EventKind::Feedback, day(2), "r1", Some(4)));
    log.say(1, &event(EventKind::Feedback, day(3), "r1", Some(1)));
    assert_eq!(log.tally(7), [1, 4, 0, 0], "the first");
    log.say(1, &event(EventKind::CheckIn, day(4), "r1", None));
    assert_eq!(log.tally(7)[2], 0, "the same stay");
    log.say(1, &event(EventKind::CheckIn, day(50), "r2", None));
    log.say(1, &event(EventKind::CheckIn, day(60), "r3", None));
    assert_eq!((log.tally(7), log.0.waiting()), ([1, 4, 1, 1], 0));

    log.at(day(61)).choose(&program(), &choice(3, day(61), Err(NoGesture::HeldOut)));
    log.at(day(61)).choose(&program(), &choice(4, day(61), Err(NoGesture::HadOne)));
    let unmeasured = GestureChoice { is_measured: false, ..choice(5, day(61), Ok(0)) };
    log.at(day(61)).choose(&program(), &unmeasured);
    assert_eq!(log.0.waiting(), 1, "who could have had one, and may be measured");
    log.say(3, &event(EventKind::Complaint, day(62), "r1", None));
    log.say(3, &event(EventKind::Feedback, day(80), "r1", Some(5)));
    assert_eq!(log.tally(0), [1, 1, 0, 0], "a complaint is a 1");
    log.at(day(160));
    assert_eq!(log.tally(0)[2], 0);
    log.at(day(161));
    assert_eq!((log.tally(0), log.0.waiting()), ([1, 1, 1, 0], 0), "nobody came");
    assert!(!log.0.hear(3, day(200)), "each record is heard once");
}

#[test]
fn a_guest_who_became_another_is_still_heard() {
    let mut log = Log(GestureLearner::default(), 0);
    log.at(day(1)).choose(&program(), &choice(1, day(1), Ok(0)));
    let id = |text: &str| GuestId::parse("", text).unwrap();
    let joining = |parts| Joining {
        source: guest(1),
        source_guest: id("one"),
        target_guest: id("two"),
        parts,
    };
    log.at(day(2)).join(guest(2), &joining(false));
    log.say(2, &event(EventKind::Feedback, day(3), "r1", Some(4)));
    assert_eq!(log.tally(7)[0], 1);
    log.say(1, &event(EventKind::CheckIn, day(30), "r2", None));
    assert_eq!((log.tally(7)[3], log.0.waiting()), (1, 0));
}

#[test]
fn a_learner_is_restored_to_the_bit_and_goes_on_alike() {
    let mut log = Log(GestureLearner::default(), 0);
    for n in 0..40 {
        let chosen = if n % 3 == 0 { Err(NoGesture::NotWorth) } else { Ok(0) };
        let at = day(u32::from(n));
        log.at(at).choose(&program(), &choice(n, at, chosen));
        if n % 2 == 0 {
            let at = at.plus(Duration::from_secs(7));
            log.say(n, &event(EventKind::Feedback, at, "r1", Some(1 + n % 5)));
        }
    }
    let restored = GestureLearner::restore(&log.0.checkpoint()).unwrap();
    assert_eq!(restored, log.0);
    let mut other = Log(restored, log.1);
    for log in [&mut log, &mut other] {
        log.say(12, &event(EventKind::CheckIn, day(45), "r2", None));
        log.at(day(130));
    }
    assert_eq!((other.0.digest(), &other.0), (log.0.digest(), &log.0));
    assert!(log.0.model().labels() > 40 && log.0.waiting() > 0);
    let mut damaged = log.0.checkpoint();
    *damaged.last_mut().unwrap() ^= 1;
    assert!(GestureLearner::restore(&damaged).is_err());
    assert_eq!(GestureLearner::restore(&[]).unwrap(), GestureLearner::default());
}

#[test]
fn the_till_counts_by_period_and_keeps_a_guest_to_one() {
    let (program, mut till) = (program(), Till::default());
    let stands = |till: &Till, n: u8, at| {
        let standing = till.standing(&program, &[guest(n)], at);
        (standing.left, standing.had_one)
    };
    assert_eq!(stands(&till, 1, day(0)), (2_000, false));
    till.take(&program, &choice(1, day(0), Ok(0)));
    till.take(&program, &choice(2, day(1), Err(NoGesture::NotWorth)));
    assert_eq!(
        (stands(&till, 1, day(1)), stands(&till, 2, day(1))),
        ((1_100, true), (1_100, false))
    );
    till.take(&program, &choice(3, day(1), Ok(0)));
    let early = till.standing(&program, &[], day(2));
    assert!(early.left == 200 && early.shadow_price > 7.9, "{early:?}");
    assert_eq!(stands(&till, 1, day(30)), (2_000, true), "another period");
    assert_eq!(stands(&till, 1, day(60)), (2_000, false), "the window is over");
    let before = GestureProgram { start: day(10), ..program.clone() };
    assert_eq!(till.standing(&before, &[], day(9)).left, 0, "not yet");
}
