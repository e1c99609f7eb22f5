//! Staff, and guests' concerns that they take.

use std::collections::HashSet;

use crate::api::v1;
use crate::domain::id::{Label, PropertyId, RequestId};
use crate::domain::routing::{Ending, SKILL_MAX, Skill, spoken};
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::engine::{Concern, InteractionQuery, StaffChange};
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{paging, values};

const NAME_BYTES_MAX: usize = 120;
const DEPARTMENTS_MAX: usize = 8;
const SKILLS_MAX: usize = 32;
const REQUIRED_SKILLS_MAX: usize = 8;
const LANGUAGES_MAX: usize = 16;
const CAPACITY_MAX: i32 = 50;
const FIELDS: [&str; 8] = [
    "display_name",
    "department_ids",
    "skills",
    "language_codes",
    "capacity",
    "is_unavailable",
    "duty_start_time",
    "duty_end_time",
];

/// A change of a member of staff that is asked for.
#[derive(Debug)]
pub(crate) struct StaffAsked {
    pub(crate) property: PropertyId,
    pub(crate) id: Label,
    pub(crate) change: StaffChange,
    pub(crate) allow_missing: bool,
}

/// A list of concerns that is asked for.
pub(crate) struct InteractionsAsked {
    pub(crate) query: InteractionQuery,
    /// Only those that somebody has.
    pub(crate) only_assigned: bool,
    pub(crate) skip: usize,
    pub(crate) limit: usize,
    pub(crate) pages: paging::Query,
}

/// Reads a change of a member of staff.
pub(crate) fn update_staff(
    scope: &Scope,
    wire: v1::UpdateStaffMemberRequest,
) -> Result<StaffAsked, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    super::preference::request_id(p, &wire.request_id);
    let paths = wire.update_mask.map(|mask| mask.paths).unwrap_or_default();
    if paths.iter().any(|path| !FIELDS.contains(&path.as_str())) {
        p.add("update_mask", "holds a path that is unknown or OUTPUT_ONLY");
    }
    let Some(member) = wire.staff_member else {
        p.add("staff_member", "is missing");
        return problems.finish(None);
    };
    let includes = |field: &str| paths.is_empty() || paths.iter().any(|path| path == field);
    let read = p.within(
        || "staff_member".into(),
        |p| {
            let name = names::staff(p, scope, "name", &member.name);
            let change = change(p, member, includes);
            name.map(|(property, id)| (property, id, change))
        },
    );
    let allow_missing = wire.allow_missing;
    problems.finish(read.map(|(property, id, change)| StaffAsked {
        property,
        id,
        change,
        allow_missing,
    }))
}

fn change(p: &mut Problems, wire: v1::StaffMember, includes: impl Fn(&str) -> bool) -> StaffChange {
    let id = wire.name.rsplit('/').next().unwrap_or_default().to_owned();
    let name = values::bounded(p, "display_name", wire.display_name, NAME_BYTES_MAX);
    let departments = values::list(p, "department_ids", wire.department_ids, DEPARTMENTS_MAX);
    let departments = departments
        .iter()
        .enumerate()
        .filter_map(|(at, id)| p.take(Label::parse(&values::at("department_ids", at), id)));
    let departments: Vec<Label> = departments.collect();
    let skills = skills(p, "skills", wire.skills, SKILLS_MAX);
    let languages = values::list(p, "language_codes", wire.language_codes, LANGUAGES_MAX);
    let languages = languages.into_iter().enumerate().map(|(at, tag)| {
        let field = values::at("language_codes", at);
        if tag.is_empty() {
            p.add(&field, "is empty; give a BCP 47 tag");
        }
        spoken(&values::locale(p, &field, tag))
    });
    let mut languages: Vec<String> = languages.collect();
    languages.sort_unstable();
    languages.dedup();
    let capacity = match wire.capacity {
        0 => 1,
        some => values::count::<u8>(p, "capacity", some, 1..=CAPACITY_MAX),
    };
    let from = values::moment(p, "duty_start_time", wire.duty_start_time);
    let until = values::moment(p, "duty_end_time", wire.duty_end_time);
    let is_set = &includes;
    fn of<T>(is_set: bool, value: T) -> Option<T> {
        is_set.then_some(value)
    }
    StaffChange {
        name: of(is_set("display_name"), if name.is_empty() { id } else { name }),
        departments: of(is_set("department_ids"), departments),
        skills: of(is_set("skills"), skills),
        languages: of(is_set("language_codes"), languages),
        capacity: of(is_set("capacity"), capacity),
        is_available: of(is_set("is_unavailable"), !wire.is_unavailable),
        from: of(is_set("duty_start_time"), from.unwrap_or(Timestamp::EPOCH)),
        until: of(is_set("duty_end_time"), until.unwrap_or(Timestamp::NEVER)),
    }
}

fn skills(p: &mut Problems, field: &str, wire: Vec<v1::StaffSkill>, most: usize) -> Vec<Skill> {
    let mut known = HashSet::new();
    let list = values::list(p, field, wire, most).into_iter().enumerate();
    let read = list.filter_map(|(at, wire)| {
        p.within(
            || values::at(field, at),
            |p| {
                let id = p.take(Label::parse("skill_id", &wire.skill_id))?;
                if !known.insert(id.clone()) {
                    p.add("skill_id", "stands in the list twice");
                }
                let level = values::count(p, "level", wire.level, 1..=i32::from(SKILL_MAX));
                Some(Skill { id, level })
            },
        )
    });
    read.collect()
}

/// Reads whose place on the board is given up.
pub(crate) fn delete_staff(
    scope: &Scope,
    wire: &v1::DeleteStaffMemberRequest,
) -> Result<(PropertyId, Label), Refusal> {
    let mut problems = Problems::new();
    let named = names::staff(&mut problems, scope, "name", &wire.name);
    problems.finish(named)
}

/// Reads whose staff is asked for.
pub(crate) fn list_staff(
    scope: &Scope,
    wire: &v1::ListStaffMembersRequest,
) -> Result<PropertyId, Refusal> {
    let mut problems = Problems::new();
    let property = names::property(&mut problems, scope, "parent", &wire.parent);
    problems.finish(property)
}

/// Reads a concern.
pub(crate) fn route(scope: &Scope, wire: v1::RouteInteractionRequest) -> Result<Concern, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let property = names::property(p, scope, "parent", &wire.parent);
    let guest = names::guest(p, scope, "guest", &wire.guest);
    let issue = p.take(Label::parse("issue_type_id", &wire.issue_type_id));
    let language = values::locale(p, "language_code", wire.language_code);
    let skills = skills(p, "required_skills", wire.required_skills, REQUIRED_SKILLS_MAX);
    let request = values::foreign_optional(p, "request_id", &wire.request_id, RequestId::parse);
    let named = property.zip(guest).zip(issue);
    problems.finish(named.map(|((property, guest), issue)| Concern {
        property,
        guest,
        issue,
        language: (!language.is_empty()).then_some(language),
        skills,
        request,
    }))
}

/// Reads a hand-over: which concern, and to whom.
pub(crate) fn reassign(
    scope: &Scope,
    wire: &v1::ReassignInteractionRequest,
) -> Result<((PropertyId, u64), Option<Label>), Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let named = names::interaction(p, scope, "name", &wire.name);
    let member = member_of(p, scope, &wire.staff_member, named.as_ref().map(|(house, _)| house));
    problems.finish(named.map(|named| (named, member)))
}

/// A member of staff of a hotel, where one is named.
fn member_of(
    p: &mut Problems,
    scope: &Scope,
    name: &str,
    house: Option<&PropertyId>,
) -> Option<Label> {
    if name.is_empty() {
        return None;
    }
    let (property, id) = names::staff(p, scope, "staff_member", name)?;
    if house.is_some_and(|house| *house != property) {
        p.add("staff_member", "works at another hotel; name one of the interaction's own");
    }
    Some(id)
}

/// Reads how a concern ended.
pub(crate) fn close(
    scope: &Scope,
    wire: &v1::CloseInteractionRequest,
) -> Result<((PropertyId, u64), Ending), Refusal> {
    use v1::InteractionOutcome as Outcome;
    let mut problems = Problems::new();
    let p = &mut problems;
    let named = names::interaction(p, scope, "name", &wire.name);
    let ending = match Outcome::try_from(wire.outcome) {
        Ok(Outcome::Resolved) => Some(Ending::Resolved),
        Ok(Outcome::Unresolved) => Some(Ending::Unresolved),
        Ok(Outcome::Abandoned) => Some(Ending::Abandoned),
        Ok(Outcome::Unspecified) | Err(_) => {
            p.add("outcome", "is missing or unknown; say RESOLVED, UNRESOLVED or ABANDONED");
            None
        }
    };
    problems.finish(named.zip(ending))
}

/// Reads which concerns are asked for.
pub(crate) fn interactions(
    scope: &Scope,
    wire: &v1::ListInteractionsRequest,
) -> Result<InteractionsAsked, Refusal> {
    use v1::InteractionState as State;
    let mut problems = Problems::new();
    let p = &mut problems;
    let property = names::property(p, scope, "parent", &wire.parent);
    let department =
        values::catalog_optional(p, "department_id", &wire.department_id, Label::parse);
    let member = member_of(p, scope, &wire.staff_member, property.as_ref());
    let state = State::try_from(wire.state).ok();
    if state.is_none() {
        p.add("state", "is unknown; say WAITING, ASSIGNED or CLOSED, or leave it out");
    }
    let limit = paging::size(p, wire.page_size);
    let pages = paging::Query::of("interactions")
        .and(wire.parent.as_bytes())
        .and(wire.department_id.as_bytes())
        .and(wire.staff_member.as_bytes())
        .and(&wire.state.to_le_bytes());
    let place = pages.place(p, &wire.page_token);
    let skip = place.and_then(|(at, _)| usize::try_from(at).ok()).unwrap_or(0);
    let (waiting, closed) = (state == Some(State::Waiting), state == Some(State::Closed));
    let query =
        property.map(|property| InteractionQuery { property, department, member, waiting, closed });
    let only_assigned = state == Some(State::Assigned);
    problems.finish(query.map(|query| InteractionsAsked {
        query,
        only_assigned,
        skip,
        limit,
        pages,
    }))
}
