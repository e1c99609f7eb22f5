//! Staff, and guests' concerns that they take.
//!
//! A fact: 1 property; a member of staff: 2 (message); one who left: 3; a concern: 4 (message), 5 what
//! the guest paid; else 6 the concern's number, and 7 an assignment (message), or 8 the next
//! department and 9 its deadline, or 10 an ending and 11 when. The guest stands in the record.
//!
//! A member: 1 id, 2 name, 3 departments, 4 skills, 5 languages, 6 capacity, 7 is available, 8 from,
//! 9 until. A skill: 1 id, 2 level. A concern: 1 number, 2 guest (key), 3 guest, 4 issue type, 5
//! department, 6 skills, 7 language, 8 percent of guests worth less, 9 opened, 10 deadline, 11 span in
//! microseconds, 12 escalations, 13 assignment, 14 closed, 15 ending. An assignment: 1 member, 2 at,
//! 3 day, 4 fit, 5 parts of the score (four f32), 6 on duty, 7 fitting, 8 with room.

use std::time::Duration;

use crate::domain::id::{GuestId, GuestKey, Label, PropertyId};
use crate::domain::routing::{
    Assignment, Ending, Fit, Interaction, Routing, RoutingFact, ScoreParts, Skill, StaffMember,
};
use crate::domain::time::{Date, Timestamp};
use crate::store::wire::{self, Fields, Malformed, Read, Value};

use super::parts;

pub(super) fn write(out: &mut Vec<u8>, routing: &Routing) {
    wire::put_bytes(out, 1, routing.property.as_str());
    match &routing.fact {
        RoutingFact::Staff(member) => wire::message(out, 2, |out| write_member(out, member)),
        RoutingFact::Gone(id) => wire::put_bytes(out, 3, id.as_str()),
        RoutingFact::Opened { interaction, paid_minor } => {
            wire::message(out, 4, |out| write_interaction(out, interaction));
            wire::put_sint(out, 5, *paid_minor);
        }
        RoutingFact::Assigned { number, assignment, .. } => {
            wire::put_uint(out, 6, *number);
            wire::message(out, 7, |out| write_assignment(out, assignment));
        }
        RoutingFact::Escalated { number, department, deadline, .. } => {
            wire::put_uint(out, 6, *number);
            wire::put_bytes(out, 8, department.as_str());
            parts::put_time(out, 9, *deadline);
        }
        RoutingFact::Closed { number, at, ending, .. } => {
            wire::put_uint(out, 6, *number);
            wire::put_uint(out, 10, *ending as u8);
            parts::put_time(out, 11, *at);
        }
    }
}

pub(super) fn read(mut fields: Fields<'_>, guest: Option<GuestKey>) -> Read<Routing> {
    let (mut property, mut number, mut paid_minor) = (None, 0, 0);
    let (mut member, mut gone, mut interaction, mut assignment) = (None, None, None, None);
    let (mut department, mut deadline, mut ending) = (None, Timestamp::EPOCH, None);
    let mut at = Timestamp::EPOCH;
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => property = Some(value),
            2 => member = Some(Box::new(read_member(value.message()?)?)),
            3 => gone = parts::some_id(value, Label::parse)?,
            4 => interaction = Some(Box::new(read_interaction(value.message()?)?)),
            5 => paid_minor = value.sint()?,
            6 => number = value.uint()?,
            7 => assignment = Some(Box::new(read_assignment(value.message()?)?)),
            8 => department = parts::some_id(value, Label::parse)?,
            9 => deadline = parts::read_time(value)?,
            10 => ending = Some(value.code(Ending::from_code)?),
            11 => at = parts::read_time(value)?,
            _ => {}
        }
    }
    let guest = guest.ok_or(Malformed("the guest is missing"));
    let fact = match (member, gone, interaction, assignment, department, ending) {
        (Some(member), ..) => RoutingFact::Staff(member),
        (_, Some(gone), ..) => RoutingFact::Gone(gone),
        (_, _, Some(interaction), ..) => RoutingFact::Opened { interaction, paid_minor },
        (_, _, _, Some(assignment), ..) => {
            RoutingFact::Assigned { number, guest: guest?, assignment }
        }
        (_, _, _, _, Some(department), _) => {
            RoutingFact::Escalated { number, guest: guest?, department, deadline }
        }
        (.., Some(ending)) => RoutingFact::Closed { number, guest: guest?, at, ending },
        _ => return Err(Malformed("the fact is missing")),
    };
    Ok(Routing { property: parts::id(property, PropertyId::parse)?, fact })
}

fn write_skills(out: &mut Vec<u8>, field: u32, skills: &[Skill]) {
    for skill in skills {
        wire::message(out, field, |out| {
            wire::put_bytes(out, 1, skill.id.as_str());
            wire::put_uint(out, 2, skill.level);
        });
    }
}

fn read_skill(mut fields: Fields<'_>) -> Read<Skill> {
    let (mut id, mut level) = (None, 0);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => id = Some(value),
            2 => level = value.uint()?,
            _ => {}
        }
    }
    Ok(Skill { id: parts::id(id, Label::parse)?, level })
}

pub(in crate::store) fn write_member(out: &mut Vec<u8>, member: &StaffMember) {
    wire::put_bytes(out, 1, member.id.as_str());
    wire::put_bytes(out, 2, &member.name);
    for department in &member.departments {
        wire::put_bytes(out, 3, department.as_str());
    }
    write_skills(out, 4, &member.skills);
    for language in &member.languages {
        wire::always_bytes(out, 5, language.as_bytes());
    }
    wire::put_uint(out, 6, member.capacity);
    wire::put_uint(out, 7, member.is_available);
    parts::put_time(out, 8, member.from);
    parts::put_time(out, 9, member.until);
}

pub(in crate::store) fn read_member(mut fields: Fields<'_>) -> Read<StaffMember> {
    let (mut id, mut name, mut departments, mut skills) = (None, "", Vec::new(), Vec::new());
    let (mut languages, mut capacity, mut is_available) = (Vec::new(), 0, false);
    let (mut from, mut until) = (Timestamp::EPOCH, Timestamp::EPOCH);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => id = Some(value),
            2 => name = value.text()?,
            3 => departments.push(parts::id(Some(value), Label::parse)?),
            4 => skills.push(read_skill(value.message()?)?),
            5 => languages.push(value.text()?.to_owned()),
            6 => capacity = value.uint()?,
            7 => is_available = value.uint::<u64>()? != 0,
            8 => from = parts::read_time(value)?,
            9 => until = parts::read_time(value)?,
            _ => {}
        }
    }
    let (id, name) = (parts::id(id, Label::parse)?, name.to_owned());
    Ok(StaffMember {
        id,
        name,
        departments,
        skills,
        languages,
        capacity,
        is_available,
        from,
        until,
    })
}

pub(in crate::store) fn write_interaction(out: &mut Vec<u8>, interaction: &Interaction) {
    wire::put_uint(out, 1, interaction.number);
    wire::always_bytes(out, 2, &interaction.guest.0);
    wire::put_bytes(out, 3, interaction.guest_id.as_str());
    wire::put_bytes(out, 4, interaction.issue.as_str());
    wire::put_bytes(out, 5, interaction.department.as_str());
    write_skills(out, 6, &interaction.skills);
    wire::put_bytes(out, 7, &interaction.language);
    wire::put_uint(out, 8, interaction.value_percent);
    parts::put_time(out, 9, interaction.opened);
    parts::put_time(out, 10, interaction.deadline);
    wire::put_uint(out, 11, u64::try_from(interaction.span.as_micros()).unwrap_or(u64::MAX));
    wire::put_uint(out, 12, interaction.escalations);
    if let Some(assignment) = &interaction.assignment {
        wire::message(out, 13, |out| write_assignment(out, assignment));
    }
    if let Some((at, ending)) = interaction.closed {
        parts::put_time(out, 14, at);
        wire::put_uint(out, 15, ending as u8);
    }
}

pub(in crate::store) fn read_interaction(mut fields: Fields<'_>) -> Read<Interaction> {
    let (mut guest, mut guest_id, mut issue, mut department) = (None, None, None, None);
    let (mut number, mut skills, mut language, mut value_percent) = (0, Vec::new(), "", 0);
    let (mut opened, mut deadline, mut span) = (Timestamp::EPOCH, Timestamp::EPOCH, 0);
    let (mut escalations, mut assignment) = (0, None);
    let (mut closed, mut ending) = (Timestamp::EPOCH, None);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => number = value.uint()?,
            2 => guest = Some(GuestKey(value.array()?)),
            3 => guest_id = Some(value),
            4 => issue = Some(value),
            5 => department = Some(value),
            6 => skills.push(read_skill(value.message()?)?),
            7 => language = value.text()?,
            8 => value_percent = value.uint()?,
            9 => opened = parts::read_time(value)?,
            10 => deadline = parts::read_time(value)?,
            11 => span = value.uint()?,
            12 => escalations = value.uint()?,
            13 => assignment = Some(read_assignment(value.message()?)?),
            14 => closed = parts::read_time(value)?,
            15 => ending = Some(value.code(Ending::from_code)?),
            _ => {}
        }
    }
    Ok(Interaction {
        number,
        guest: guest.ok_or(Malformed("the guest is missing"))?,
        guest_id: parts::id(guest_id, GuestId::parse)?,
        issue: parts::id(issue, Label::parse)?,
        department: parts::id(department, Label::parse)?,
        skills,
        language: language.to_owned(),
        value_percent,
        opened,
        deadline,
        span: Duration::from_micros(span),
        escalations,
        assignment,
        closed: ending.map(|ending| (closed, ending)),
    })
}

fn write_assignment(out: &mut Vec<u8>, assignment: &Assignment) {
    wire::put_bytes(out, 1, assignment.member.as_str());
    parts::put_time(out, 2, assignment.at);
    wire::put_sint(out, 3, assignment.day.0);
    wire::put_uint(out, 4, assignment.fit as u8);
    let ScoreParts { skill, rapport, free, fairness } = assignment.parts;
    let [a, b, c, d] = [skill, rapport, free, fairness].map(f32::to_le_bytes);
    wire::always_bytes(out, 5, &wire::row::<16>(&[&a, &b, &c, &d]));
    wire::put_uint(out, 6, assignment.on_duty);
    wire::put_uint(out, 7, assignment.fitting);
    wire::put_uint(out, 8, assignment.with_room);
}

fn read_assignment(mut fields: Fields<'_>) -> Read<Assignment> {
    let (mut member, mut at, mut day, mut fit) = (None, Timestamp::EPOCH, Date(0), None);
    let mut score = ScoreParts::default();
    let (mut on_duty, mut fitting, mut with_room) = (0, 0, 0);
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => member = Some(value),
            2 => at = parts::read_time(value)?,
            3 => day = Date(value.sint()?),
            4 => fit = Some(value.code(Fit::from_code)?),
            5 => score = read_parts(value)?,
            6 => on_duty = value.uint()?,
            7 => fitting = value.uint()?,
            8 => with_room = value.uint()?,
            _ => {}
        }
    }
    let member = parts::id(member, Label::parse)?;
    let fit = fit.ok_or(Malformed("the fit is missing"))?;
    Ok(Assignment { member, at, day, fit, parts: score, on_duty, fitting, with_room })
}

fn read_parts(value: Value<'_>) -> Read<ScoreParts> {
    let bytes: [u8; 16] = value.array()?;
    let at = |place: usize| {
        let four = bytes.get(4 * place..4 * place + 4).and_then(|b| b.try_into().ok());
        four.map_or(0.0, f32::from_le_bytes)
    };
    Ok(ScoreParts { skill: at(0), rapport: at(1), free: at(2), fairness: at(3) })
}
