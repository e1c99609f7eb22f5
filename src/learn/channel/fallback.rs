//! What to do next about a message: wait, try another channel, or stop. A pure function of the
//! attempts so far and the moment, so that asking twice says the same (algorithms 5.5).
//!
//! The first channel was drawn; those after it follow in a fixed order, so only the first has a
//! selection probability. The next is tried at once where delivery failed, and where nothing was
//! heard for as long as that channel's guests usually take. Nothing is tried after the offer has
//! expired, nothing that is worth less than silence, nothing a cap forbids, and never more than
//! three attempts. In the house the last resort is a task for the front desk.

use std::time::Duration;

use crate::domain::channel::Channel;
use crate::domain::id::DecisionId;
use crate::domain::time::Timestamp;

/// Attempts at most, the last resort included.
pub const ATTEMPTS_MAX: usize = 3;

/// How long to wait for a sign of life on a channel before the next is tried. Algorithms 5.5 for
/// push, WhatsApp, SMS, e-mail and app; the rest likewise.
pub fn patience(channel: Channel) -> Duration {
    let hours = match channel {
        Channel::AppPush | Channel::Sms | Channel::Phone => 2,
        Channel::WhatsApp | Channel::WeChat => 4,
        Channel::InApp | Channel::Web | Channel::Kiosk | Channel::InRoomDevice => 12,
        Channel::Email | Channel::FrontDesk => 24,
        Channel::Postal => 7 * 24,
    };
    Duration::from_secs(hours * 3_600)
}

/// Names an attempt to whoever sends: the same key is never sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AttemptKey {
    /// The decision.
    pub decision: DecisionId,
    /// Number of the attempt, 0-based.
    pub attempt: u8,
}

/// How far an attempt has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Handed over or delivered; nothing heard since.
    Sent,
    /// It did not get through.
    Failed,
    /// The guest opened, answered or acted on it.
    Answered,
    /// The guest wants no more of it: declined or unsubscribed.
    Refused,
}

/// An attempt that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// The channel.
    pub channel: Channel,
    /// When it was sent.
    pub at: Timestamp,
    /// How far it has come.
    pub progress: Progress,
}

/// A message with the channels to try, best first.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// The decision it belongs to.
    pub decision: DecisionId,
    /// The channel drawn, then its fallbacks.
    pub order: &'a [Channel],
    /// When offer and price end.
    pub expires: Timestamp,
    /// Is the guest in the house, so that the front desk is a last resort?
    pub in_house: bool,
}

/// What a channel is like at the moment it would be tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Standing {
    /// It may be used, and would be worth so much.
    Open {
        /// Utility now; 0 is that of silence.
        utility: f64,
    },
    /// Quiet hours: not before this moment.
    Later(Timestamp),
    /// A hard rule forbids it.
    Forbidden,
}

/// Why nothing more is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The guest answered.
    Answered,
    /// The guest refused.
    Refused,
    /// Offer or price have ended.
    Expired,
    /// No more attempts are allowed.
    Attempts,
    /// No channel is left that may be used and is worth it.
    Exhausted,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Ask again at this moment, or when something is heard.
    Wait {
        /// The moment.
        until: Timestamp,
    },
    /// Send through this channel.
    Send {
        /// The channel.
        channel: Channel,
        /// Name of the attempt.
        key: AttemptKey,
    },
    /// Give it to the front desk: the last resort.
    Task {
        /// Name of the attempt.
        key: AttemptKey,
    },
    /// Nothing more.
    Stop(Stop),
}

/// What to do next about a message at a moment; `standing` tells of each channel what its hard
/// rules and its utility are then.
pub fn next_step(
    plan: &Plan<'_>,
    attempts: &[Attempt],
    now: Timestamp,
    standing: &dyn Fn(Channel) -> Standing,
) -> Next {
    if attempts.iter().any(|a| a.progress == Progress::Refused) {
        return Next::Stop(Stop::Refused);
    }
    if attempts.iter().any(|a| a.progress == Progress::Answered) {
        return Next::Stop(Stop::Answered);
    }
    if now >= plan.expires {
        return Next::Stop(Stop::Expired);
    }
    let waiting = attempts.iter().filter(|a| a.progress == Progress::Sent);
    let patient_until = waiting.map(|a| a.at.plus(patience(a.channel))).max();
    if let Some(until) = patient_until.filter(|until| now < *until) {
        return Next::Wait { until: until.min(plan.expires) };
    }
    let number = attempts.len();
    let Some(attempt) = u8::try_from(number).ok().filter(|_| number < ATTEMPTS_MAX) else {
        return Next::Stop(Stop::Attempts);
    };
    let key = AttemptKey { decision: plan.decision, attempt };
    next_channel(plan, attempts, key, standing)
}

fn next_channel(
    plan: &Plan<'_>,
    attempts: &[Attempt],
    key: AttemptKey,
    standing: &dyn Fn(Channel) -> Standing,
) -> Next {
    let is_tried = |channel: Channel| attempts.iter().any(|a| a.channel == channel);
    let mut opens = None;
    for channel in plan.order.iter().copied().filter(|c| !is_tried(*c)) {
        match standing(channel) {
            Standing::Open { utility } if utility > 0.0 => return Next::Send { channel, key },
            Standing::Later(at) if at < plan.expires => {
                opens = Some(opens.map_or(at, |before: Timestamp| before.min(at)));
            }
            Standing::Open { .. } | Standing::Later(_) | Standing::Forbidden => {}
        }
    }
    let desk_is_free = plan.in_house
        && !is_tried(Channel::FrontDesk)
        && matches!(standing(Channel::FrontDesk), Standing::Open { .. });
    match opens {
        Some(until) => Next::Wait { until },
        None if desk_is_free && !attempts.is_empty() => Next::Task { key },
        None => Next::Stop(Stop::Exhausted),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ORDER: [Channel; 4] = [Channel::AppPush, Channel::Sms, Channel::Email, Channel::Phone];
    const DECISION: DecisionId = DecisionId([7; 16]);

    fn hour(n: i64) -> Timestamp {
        Timestamp::from_seconds(n * 3_600)
    }

    fn plan(in_house: bool) -> Plan<'static> {
        Plan { decision: DECISION, order: &ORDER, expires: hour(72), in_house }
    }

    fn attempt(channel: Channel, at: i64, progress: Progress) -> Attempt {
        Attempt { channel, at: hour(at), progress }
    }

    fn open(_: Channel) -> Standing {
        Standing::Open { utility: 1.0 }
    }

    fn sent(channel: Channel, attempt: u8) -> Next {
        Next::Send { channel, key: AttemptKey { decision: DECISION, attempt } }
    }

    #[test]
    fn a_failed_delivery_is_followed_at_once_and_silence_after_patience() {
        let next = |attempts: &[Attempt], at| next_step(&plan(false), attempts, hour(at), &open);
        assert_eq!(next(&[], 0), sent(Channel::AppPush, 0));
        let failed = [attempt(Channel::AppPush, 0, Progress::Failed)];
        assert_eq!(next(&failed, 0), sent(Channel::Sms, 1));
        let silent = [attempt(Channel::AppPush, 0, Progress::Sent)];
        assert_eq!(next(&silent, 1), Next::Wait { until: hour(2) });
        assert_eq!(next(&silent, 2), sent(Channel::Sms, 1));
        assert_eq!(next(&silent, 2), next(&silent, 2), "the same question, the same key");
    }

    #[test]
    fn an_answer_or_a_refusal_ends_it_even_on_an_earlier_attempt() {
        let after = |progress| {
            let attempts = [
                attempt(Channel::AppPush, 0, progress),
                attempt(Channel::Sms, 2, Progress::Failed),
            ];
            next_step(&plan(true), &attempts, hour(3), &open)
        };
        assert_eq!(after(Progress::Answered), Next::Stop(Stop::Answered));
        assert_eq!(after(Progress::Refused), Next::Stop(Stop::Refused));
    }

    #[test]
    fn nothing_is_tried_after_the_offer_or_after_three_attempts() {
        assert_eq!(next_step(&plan(true), &[], hour(72), &open), Next::Stop(Stop::Expired));
        let failed = [Channel::AppPush, Channel::Sms, Channel::Email]
            .map(|c| attempt(c, 0, Progress::Failed));
        assert_eq!(next_step(&plan(true), &failed, hour(1), &open), Next::Stop(Stop::Attempts));
        let late = Plan { expires: hour(1), ..plan(false) };
        let silent = [attempt(Channel::AppPush, 0, Progress::Sent)];
        assert_eq!(next_step(&late, &silent, hour(0), &open), Next::Wait { until: hour(1) });
    }

    #[test]
    fn what_is_forbidden_or_worth_less_than_silence_is_passed_over() {
        let failed = [attempt(Channel::AppPush, 0, Progress::Failed)];
        let standing = |channel| match channel {
            Channel::Sms => Standing::Forbidden,
            Channel::Email => Standing::Open { utility: -0.1 },
            _ => open(channel),
        };
        let next = next_step(&plan(false), &failed, hour(1), &standing);
        assert_eq!(next, sent(Channel::Phone, 1));
        let none = |_| Standing::Forbidden;
        let next = next_step(&plan(false), &failed, hour(1), &none);
        assert_eq!(next, Next::Stop(Stop::Exhausted));
    }

    #[test]
    fn quiet_hours_are_waited_for_but_not_past_the_offer() {
        let failed = [attempt(Channel::AppPush, 0, Progress::Failed)];
        let quiet = |channel| match channel {
            Channel::Sms => Standing::Later(hour(9)),
            Channel::Email => Standing::Later(hour(8)),
            _ => Standing::Later(hour(100)),
        };
        let next = next_step(&plan(true), &failed, hour(1), &quiet);
        assert_eq!(next, Next::Wait { until: hour(8) });
    }

    #[test]
    fn in_the_house_the_front_desk_is_the_last_resort() {
        let failed = [attempt(Channel::AppPush, 0, Progress::Failed)];
        let desk_alone = |channel| match channel {
            Channel::FrontDesk => Standing::Open { utility: -1.0 },
            _ => Standing::Forbidden,
        };
        let next = |in_house, attempts: &[Attempt]| {
            next_step(&plan(in_house), attempts, hour(1), &desk_alone)
        };
        let key = AttemptKey { decision: DECISION, attempt: 1 };
        assert_eq!(next(true, &failed), Next::Task { key });
        assert_eq!(next(false, &failed), Next::Stop(Stop::Exhausted));
        assert_eq!(next(true, &[]), Next::Stop(Stop::Exhausted), "not the first resort");
        let told = [failed[0], attempt(Channel::FrontDesk, 0, Progress::Failed)];
        assert_eq!(next(true, &told), Next::Stop(Stop::Exhausted));
    }

    proptest! {
        /// Whatever the guest and the channels do, a message ends, no channel is used twice, and no
        /// key is given twice.
        #[test]
        fn every_message_ends(
            fates in prop::collection::vec((0_u8..4, 0_u8..3), 30),
            in_house: bool,
        ) {
            let (mut attempts, mut now): (Vec<Attempt>, _) = (Vec::new(), hour(0));
            for (fate, state) in fates {
                let standing = |c: Channel| match (state + c as u8) % 3 {
                    0 => open(c),
                    1 => Standing::Later(now.plus(Duration::from_secs(3_600))),
                    _ => Standing::Forbidden,
                };
                let fates = [Progress::Sent, Progress::Failed, Progress::Sent, Progress::Answered];
                let progress = fates[usize::from(fate)];
                match next_step(&plan(in_house), &attempts, now, &standing) {
                    Next::Wait { until } => {
                        prop_assert!(until > now && until <= hour(72));
                        now = until;
                    }
                    Next::Send { channel, key } => {
                        prop_assert!(attempts.iter().all(|a| a.channel != channel));
                        prop_assert_eq!(usize::from(key.attempt), attempts.len());
                        attempts.push(Attempt { channel, at: now, progress });
                    }
                    Next::Task { .. } => {
                        let channel = Channel::FrontDesk;
                        attempts.push(Attempt { channel, at: now, progress });
                    }
                    Next::Stop(_) => return Ok(()),
                }
                prop_assert!(attempts.len() <= ATTEMPTS_MAX);
            }
            let end = next_step(&plan(in_house), &attempts, hour(73), &open);
            prop_assert!(matches!(end, Next::Stop(_)));
        }
    }
}
