//! Who takes a concern.
//!
//! Members of the department on duty are looked at in rounds: those with the language and the skills;
//! those with the language; those with the skills; anyone. The first round in which somebody has
//! room decides. While somebody of an earlier round is on duty and merely busy, the concern waits for
//! them: a quarter of its time for language and skills, half of it for either. Where nobody on duty
//! could, nothing is waited for.
//!
//! Within a round the best score wins:
//!
//! `score = .30·skill + .25·rapport + .25·free + .20·fairness`
//!
//! Equal scores go to who was given less today, then to who has less in hand, then by id.

use crate::domain::time::{Date, Timestamp};

use super::board::Seat;
use super::{Assignment, Fit, Interaction, SKILL_MAX, ScoreParts};

/// What each part of the score counts.
pub const WEIGHTS: ScoreParts =
    ScoreParts { skill: 0.30, rapport: 0.25, free: 0.25, fairness: 0.20 };

/// So many fewer given today than to the one who was given most count in full.
const FAIR_MAX: u32 = 5;

/// The score of some parts.
pub fn score(parts: &ScoreParts) -> f32 {
    WEIGHTS.skill * parts.skill
        + WEIGHTS.rapport * parts.rapport
        + WEIGHTS.free * parts.free
        + WEIGHTS.fairness * parts.fairness
}

/// The rounds, and after which part of the time, in quarters, the next one may give in.
const ROUNDS: [(Fit, u32); 4] =
    [(Fit::Whole, 1), (Fit::WithoutSkill, 2), (Fit::WithoutLanguage, 2), (Fit::Anyone, 4)];

/// Chooses among the seats of a hotel; `None`: the concern waits.
pub(super) fn choose<'s>(
    seats: impl Iterator<Item = &'s Seat> + Clone,
    interaction: &Interaction,
    last_with: Option<&str>,
    (now, day): (Timestamp, Date),
) -> Option<Assignment> {
    let on_duty: Vec<&Seat> = seats
        .filter(|seat| seat.member.is_on_duty(now))
        .filter(|seat| seat.member.departments.contains(&interaction.department))
        .collect();
    for (fit, quarters) in ROUNDS {
        let fitting: Vec<&Seat> =
            on_duty.iter().copied().filter(|seat| fits(seat, interaction, fit)).collect();
        let with_room: Vec<&Seat> =
            fitting.iter().copied().filter(|seat| seat.has_room()).collect();
        if let Some((seat, parts)) = best(&with_room, interaction, last_with, day) {
            return Some(Assignment {
                member: seat.member.id.clone(),
                at: now,
                day,
                fit,
                parts,
                on_duty: count(on_duty.len()),
                fitting: count(fitting.len()),
                with_room: count(with_room.len()),
            });
        }
        let patience = interaction.began().plus(interaction.span * quarters / 4);
        if !fitting.is_empty() && now < patience {
            return None;
        }
    }
    None
}

fn count(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

fn fits(seat: &Seat, interaction: &Interaction, fit: Fit) -> bool {
    let speaks = || {
        let asked = &interaction.language;
        asked.is_empty() || seat.member.languages.contains(asked)
    };
    let can = || interaction.skills.iter().all(|asked| seat.member.level(&asked.id) >= asked.level);
    match fit {
        Fit::Whole => speaks() && can(),
        Fit::WithoutSkill => speaks(),
        Fit::WithoutLanguage => can(),
        Fit::Anyone | Fit::Named => true,
    }
}

fn best<'s>(
    seats: &[&'s Seat],
    interaction: &Interaction,
    last_with: Option<&str>,
    day: Date,
) -> Option<(&'s Seat, ScoreParts)> {
    let most = seats.iter().map(|seat| seat.given_on(day)).max().unwrap_or(0);
    let rated = seats.iter().map(|seat| {
        let parts = parts(seat, interaction, last_with, (day, most));
        (*seat, parts)
    });
    rated.min_by(|(a, of_a), (b, of_b)| {
        let ties = |seat: &Seat| (seat.given_on(day), seat.open, seat.member.id.clone());
        score(of_b).total_cmp(&score(of_a)).then_with(|| ties(a).cmp(&ties(b)))
    })
}

/// What speaks for somebody.
pub(super) fn parts(
    seat: &Seat,
    interaction: &Interaction,
    last_with: Option<&str>,
    (day, most): (Date, u32),
) -> ScoreParts {
    let beyond = |asked: &super::Skill| {
        let beyond = seat.member.level(&asked.id).saturating_sub(asked.level);
        f32::from(beyond) / f32::from(SKILL_MAX)
    };
    let asked = interaction.skills.len().max(1);
    #[expect(clippy::cast_precision_loss, reason = "a handful of skills")]
    let skill = interaction.skills.iter().map(beyond).sum::<f32>() / asked as f32;
    let worth = f32::from(interaction.value_percent.min(100)) / 100.0;
    let capacity = u32::from(seat.member.capacity.max(1));
    let share = |part: u32, whole: u32| {
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let share = part as f32 / whole.max(1) as f32;
        share
    };
    ScoreParts {
        skill: skill * (0.5 + 0.5 * worth),
        rapport: if last_with == Some(seat.member.id.as_str()) { 1.0 } else { 0.0 },
        free: share(capacity.saturating_sub(seat.open), capacity),
        fairness: share((most - seat.given_on(day).min(most)).min(FAIR_MAX), FAIR_MAX),
    }
}
