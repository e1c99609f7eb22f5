//! Reads departments and the kinds of concern they take.

use std::time::Duration;

use crate::catalog::content::ISSUE_SKILLS_MAX;
use crate::catalog::document::Node;
use crate::domain::id::Label;
use crate::domain::routing::{Department, IssueType, SKILL_MAX, Skill};

use super::values;

/// Fields of a department.
pub(in crate::catalog) const DEPARTMENT: &[&str] = &["id", "name", "escalates_to"];
/// Fields of a kind of concern.
pub(in crate::catalog) const ISSUE_TYPE: &[&str] =
    &["id", "name", "department", "skills", "deadline"];

/// Reads a department.
pub(super) fn department(node: &Node<'_>) -> Department {
    let fields = node.fields(DEPARTMENT);
    let id = values::id(fields.need("id", "\"front-office\""), Label::parse);
    Department {
        name: values::name(fields.get("name"), id.as_str()),
        escalates_to: fields.get("escalates_to").map(|node| values::id(Some(node), Label::parse)),
        id,
    }
}

/// Reads a kind of concern.
pub(super) fn issue_type(node: &Node<'_>) -> IssueType {
    let fields = node.fields(ISSUE_TYPE);
    let id = values::id(fields.need("id", "\"room-noise\""), Label::parse);
    let deadline = fields.need("deadline", "\"30m\"").and_then(|node| values::duration(&node));
    let skills = fields.get("skills").map(|node| node.entries(ISSUE_SKILLS_MAX));
    let skills = skills.unwrap_or_default();
    IssueType {
        name: values::name(fields.get("name"), id.as_str()),
        department: values::id(fields.need("department", "\"front-office\""), Label::parse),
        skills: skills.iter().filter_map(|(name, node)| skill(name, node)).collect(),
        deadline: deadline.unwrap_or(Duration::from_secs(3_600)),
        id,
    }
}

fn skill(name: &str, node: &Node<'_>) -> Option<Skill> {
    let level = node.whole(1..=i64::from(SKILL_MAX)).and_then(|n| u8::try_from(n).ok())?;
    let id = node.checked(Label::parse("", name).map_err(|invalid| invalid.problem))?;
    Some(Skill { id, level })
}
