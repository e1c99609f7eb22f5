//! How differently two guests answer on channels who turn out to be one.
//!
//! Both began from no difference with the prior's variance and learnt from contacts of their own; so
//! their precisions add up, and the prior, which is in both, counts once (as of tastes, see
//! `learn::merge_beliefs`). With `s` the part of the prior's variance that is left:
//!
//! ```text
//! 1/s = 1/s₁ + 1/s₂ − 1        m/s = m₁/s₁ + m₂/s₂
//! ```
//!
//! The one that changed earlier is brought up to the other's moment first. An effect that only one of them
//! has stays as it is.

use crate::domain::reach::{Effect, Effects};

use super::effects::{entry, faded};

/// What is different about one guest who was taken for two.
pub fn merge(one: &Effects, other: &Effects) -> Effects {
    let now = one.updated.max(other.updated);
    let [one, other] = [one, other].map(|effects| {
        let mut effects = effects.clone();
        effects.fade(now);
        effects
    });
    let with = |effect: &Effect| match other.entries.iter().find(|o| o.effect == effect.effect) {
        Some(same) => product(effect, same),
        None => *effect,
    };
    let alone = |effect: &&Effect| !one.entries.iter().any(|o| o.effect == effect.effect);
    let alone = other.entries.iter().filter(alone).copied();
    let mut merged = Effects {
        updated: now,
        contacts: one.contacts.saturating_add(other.contacts),
        entries: one.entries.iter().map(with).chain(alone).collect(),
    };
    merged.entries.sort_by_key(|effect| effect.effect);
    merged.make_room();
    merged.entries.shrink_to_fit();
    merged
}

fn product(one: &Effect, other: &Effect) -> Effect {
    let ((m1, s1), (m2, s2)) = (faded(one, 1.0), faded(other, 1.0));
    let share = 1.0 / (1.0 / s1 + 1.0 / s2 - 1.0).max(1.0);
    entry(one.effect, share * (m1 / s1 + m2 / s2), share)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::channel::Channel;
    use crate::domain::time::{DayType, Daypart, TimeContext, Timestamp};
    use crate::learn::channel::effects::EFFECTS_MAX;
    use crate::learn::channel::spread::Spread;
    use crate::learn::evidence::Evidence;
    use crate::learn::gaussian::Gaussian;
    use crate::learn::segment::Cell;

    fn lived(contacts: &[(Channel, bool)], day: u64) -> Effects {
        let mut effects = Effects::default();
        for (channel, label) in contacts {
            let time = TimeContext { day_type: DayType::Work, daypart: Daypart::Day };
            let cell = Cell { channel: *channel, time };
            let now = Timestamp::EPOCH.plus(Duration::from_secs(day * 86_400));
            let population = Gaussian::new(-2.0, 0.05);
            let evidence = Evidence { label: *label, weight: 1.0 };
            effects.learn(cell, now, population, &Spread::default(), evidence);
        }
        effects
    }

    #[test]
    fn the_order_does_not_matter_and_nobody_adds_nothing() {
        let one = lived(&[(Channel::Email, true), (Channel::Sms, false)], 3);
        let other = lived(&[(Channel::Sms, true), (Channel::Phone, false)], 40);
        assert_eq!(merge(&one, &other), merge(&other, &one));
        assert_eq!(merge(&one, &Effects::default()), one);
    }

    #[test]
    fn what_both_saw_is_surer_than_what_either_did_and_bounded() {
        let one = lived(&[(Channel::Email, true), (Channel::Email, true)], 1);
        let other = lived(&[(Channel::Email, true)], 1);
        let merged = merge(&one, &other);
        for effect in &merged.entries {
            let of = |effects: &Effects| {
                effects.entries.iter().find(|e| e.effect == effect.effect).copied().unwrap()
            };
            assert!(effect.share < of(&one).share && effect.share < of(&other).share);
            assert!(effect.mean > of(&one).mean, "two witnesses say so");
        }
        assert_eq!(merged.contacts, 3);
        let all: Vec<_> = Channel::ALL.iter().map(|channel| (*channel, true)).collect();
        let many = merge(&lived(&all, 1), &lived(&all, 2));
        assert!(many.entries.len() <= EFFECTS_MAX && many.entries.is_sorted_by_key(|e| e.effect));
    }
}
