//! Staff, and guests' concerns, on the wire.

use crate::api::v1;
use crate::domain::id::PropertyId;
use crate::domain::routing::choice::WEIGHTS;
use crate::domain::routing::{
    Assignment, Ending, Fit, Interaction, Routing, RoutingFact, Seat, Skill, StaffMember,
};
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::engine::Routed;
use crate::grpc::names;

use super::{View, values};

/// A member of staff.
pub(crate) fn member(scope: &Scope, property: &PropertyId, seat: &Seat) -> v1::StaffMember {
    let member = &seat.member;
    let some =
        |moment: Timestamp, none: Timestamp| (moment != none).then(|| values::moment(moment));
    v1::StaffMember {
        name: names::write_under(scope, property, "staff", member.id.as_str()),
        display_name: member.name.clone(),
        department_ids: member.departments.iter().map(ToString::to_string).collect(),
        skills: member.skills.iter().map(skill).collect(),
        language_codes: member.languages.clone(),
        capacity: i32::from(member.capacity),
        is_unavailable: !member.is_available,
        duty_start_time: some(member.from, Timestamp::EPOCH),
        duty_end_time: some(member.until, Timestamp::NEVER),
        open_interaction_count: i32::try_from(seat.open).unwrap_or(i32::MAX),
        given_interaction_count: i32::try_from(seat.given.1).unwrap_or(i32::MAX),
    }
}

fn skill(skill: &Skill) -> v1::StaffSkill {
    v1::StaffSkill { skill_id: skill.id.to_string(), level: i32::from(skill.level) }
}

/// A concern as it is at a moment.
pub(crate) fn interaction(
    scope: &Scope,
    property: &PropertyId,
    routed: &Routed,
    (now, view): (Timestamp, View),
) -> v1::Interaction {
    use v1::InteractionState as State;
    let Routed { interaction, member, .. } = routed;
    let state = match (&interaction.closed, &interaction.assignment) {
        (Some(_), _) => State::Closed,
        (None, Some(_)) => State::Assigned,
        (None, None) => State::Waiting,
    };
    let given = interaction.assignment.as_ref();
    let given = given.map(|given| assignment(scope, property, (interaction, given), member, view));
    v1::Interaction {
        name: names::write_under(scope, property, "interactions", &interaction.number.to_string()),
        guest: names::write(scope, "guests", interaction.guest_id.as_str()),
        issue_type_id: interaction.issue.to_string(),
        department_id: interaction.department.to_string(),
        state: state.into(),
        assignment: given,
        required_skills: interaction.skills.iter().map(skill).collect(),
        language_code: interaction.language.clone(),
        guest_value_percent: match view.value {
            true => i32::from(interaction.value_percent),
            false => 0,
        },
        create_time: Some(values::moment(interaction.opened)),
        deadline: Some(values::moment(interaction.deadline)),
        is_overdue: interaction.is_overdue(now),
        escalation_count: i32::from(interaction.escalations),
        close_time: interaction.closed.map(|(at, _)| values::moment(at)),
        outcome: interaction.closed.map_or(0, |(_, ending)| outcome(ending)),
    }
}

fn outcome(ending: Ending) -> i32 {
    match ending {
        Ending::Resolved => v1::InteractionOutcome::Resolved,
        Ending::Unresolved => v1::InteractionOutcome::Unresolved,
        Ending::Abandoned => v1::InteractionOutcome::Abandoned,
    }
    .into()
}

fn assignment(
    scope: &Scope,
    property: &PropertyId,
    (interaction, given): (&Interaction, &Assignment),
    member: &Option<StaffMember>,
    view: View,
) -> v1::InteractionAssignment {
    let reasons = reasons(interaction, given);
    let explanation = sentence(interaction, given, &reasons);
    let parts = given.parts;
    let score = view.scores.then(|| v1::RoutingScore {
        skill: f64::from(parts.skill),
        rapport: f64::from(parts.rapport),
        free: f64::from(parts.free),
        fairness: f64::from(parts.fairness),
    });
    v1::InteractionAssignment {
        staff_member: names::write_under(scope, property, "staff", given.member.as_str()),
        display_name: member.as_ref().map(|member| member.name.clone()).unwrap_or_default(),
        assign_time: Some(values::moment(given.at)),
        reasons: reasons.into_iter().map(Into::into).collect(),
        explanation,
        score,
        on_duty_count: i32::from(given.on_duty),
        fitting_count: i32::from(given.fitting),
        available_count: i32::from(given.with_room),
    }
}

/// What spoke for a member: what was given up first, then what was asked for, then the parts of the
/// score by their weight.
fn reasons(interaction: &Interaction, given: &Assignment) -> Vec<v1::RoutingReason> {
    use v1::RoutingReason as Reason;
    if given.fit == Fit::Named {
        return vec![Reason::Named];
    }
    let (asks_language, asks_skills) =
        (!interaction.language.is_empty(), !interaction.skills.is_empty());
    let mut reasons = Vec::new();
    match given.fit {
        Fit::WithoutSkill => reasons.push(Reason::SkillGivenUp),
        Fit::WithoutLanguage => reasons.push(Reason::LanguageGivenUp),
        Fit::Anyone => {
            let both =
                [(asks_language, Reason::LanguageGivenUp), (asks_skills, Reason::SkillGivenUp)];
            reasons.extend(both.into_iter().filter(|(asks, _)| *asks).map(|(_, reason)| reason));
        }
        Fit::Whole | Fit::Named => {}
    }
    if asks_language && matches!(given.fit, Fit::Whole | Fit::WithoutSkill) {
        reasons.push(Reason::Language);
    }
    if asks_skills && matches!(given.fit, Fit::Whole | Fit::WithoutLanguage) {
        reasons.push(Reason::Skills);
    }
    if given.with_room == 1 {
        reasons.push(Reason::OnlyOne);
        return reasons;
    }
    let parts = given.parts;
    let mut weighed = [
        (WEIGHTS.rapport * parts.rapport, Reason::KnowsGuest),
        (WEIGHTS.skill * parts.skill, Reason::Expert),
        (WEIGHTS.fairness * parts.fairness, Reason::FairShare),
        (WEIGHTS.free * parts.free, Reason::Free),
    ];
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
    reasons.extend(weighed.iter().filter(|(weight, _)| *weight >= 0.05).map(|(_, reason)| *reason));
    reasons
}

fn sentence(
    interaction: &Interaction,
    given: &Assignment,
    reasons: &[v1::RoutingReason],
) -> String {
    use v1::RoutingReason as Reason;
    let text = |reason: &Reason| match reason {
        Reason::Unspecified => String::new(),
        Reason::Language => format!("speaks {}", interaction.language),
        Reason::Skills => {
            let names: Vec<&str> = interaction.skills.iter().map(|s| s.id.as_str()).collect();
            format!("skilled in {}", names.join(", "))
        }
        Reason::Expert => "is better at it than is asked".to_owned(),
        Reason::KnowsGuest => "helped this guest before".to_owned(),
        Reason::Free => "has room".to_owned(),
        Reason::FairShare => "was given less today than others".to_owned(),
        Reason::OnlyOne => "is the only one who could".to_owned(),
        Reason::SkillGivenUp => "a skill was given up: nobody with it was free in time".to_owned(),
        Reason::LanguageGivenUp => {
            format!("nobody who speaks {} was free in time", interaction.language)
        }
        Reason::Named => "was named by a colleague".to_owned(),
    };
    let told: Vec<String> = reasons.iter().map(text).collect();
    match given.fit {
        Fit::Named => told.join("; "),
        _ => format!("{} ({} of {} on duty fitted)", told.join("; "), given.fitting, given.on_duty),
    }
}

/// A step of a concern in a guest's timeline; `None` for what is about staff alone.
pub(crate) fn step(scope: &Scope, routing: &Routing, sequence: u64) -> Option<v1::InteractionStep> {
    use v1::InteractionStepKind as Kind;
    let staff = |given: &Assignment| {
        names::write_under(scope, &routing.property, "staff", given.member.as_str())
    };
    let named = |number: u64| {
        names::write_under(scope, &routing.property, "interactions", &number.to_string())
    };
    let step = match &routing.fact {
        RoutingFact::Staff(_) | RoutingFact::Gone(_) => return None,
        RoutingFact::Opened { interaction, .. } => v1::InteractionStep {
            interaction: named(sequence),
            kind: Kind::Opened.into(),
            issue_type_id: interaction.issue.to_string(),
            department_id: interaction.department.to_string(),
            staff_member: interaction.assignment.as_ref().map(staff).unwrap_or_default(),
            ..Default::default()
        },
        RoutingFact::Assigned { number, assignment, .. } => v1::InteractionStep {
            interaction: named(*number),
            kind: Kind::Assigned.into(),
            staff_member: staff(assignment),
            ..Default::default()
        },
        RoutingFact::Escalated { number, department, .. } => v1::InteractionStep {
            interaction: named(*number),
            kind: Kind::Escalated.into(),
            department_id: department.to_string(),
            ..Default::default()
        },
        RoutingFact::Closed { number, ending, .. } => v1::InteractionStep {
            interaction: named(*number),
            kind: Kind::Closed.into(),
            outcome: outcome(*ending),
            ..Default::default()
        },
    };
    Some(step)
}
