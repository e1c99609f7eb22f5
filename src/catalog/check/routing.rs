//! Departments and the kinds of concern they take.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::catalog::content::{DEPARTMENTS_MAX, ISSUE_TYPES_MAX};
use crate::domain::id::Label;

use super::Check;

const DAY: Duration = Duration::from_secs(86_400);

impl Check<'_> {
    pub(super) fn routing(&mut self) {
        let (departments, issues) = (&self.content.departments, &self.content.issue_types);
        for (name, count, most) in [
            ("departments", departments.len(), DEPARTMENTS_MAX),
            ("issue_types", issues.len(), ISSUE_TYPES_MAX),
        ] {
            let problem = || format!("has {count} entries; there must be 0 to {most}");
            self.need(count <= most, || name.to_owned(), problem);
        }
        self.unique(departments.iter().map(|d| &d.id), |at| format!("departments[{at}].id"));
        self.unique(issues.iter().map(|i| &i.id), |at| format!("issue_types[{at}].id"));
        let above: HashMap<&Label, Option<&Label>> =
            departments.iter().map(|d| (&d.id, d.escalates_to.as_ref())).collect();
        for (at, department) in departments.iter().enumerate() {
            let Some(next) = &department.escalates_to else { continue };
            let field = || format!("departments[{at}].escalates_to");
            self.known(above.contains_key(next), field, "department", next);
            let problem = || "leads back to where it began; somebody must be the last".to_owned();
            self.need(ends(&department.id, &above), field, problem);
        }
        for (at, issue) in issues.iter().enumerate() {
            let exists = above.contains_key(&issue.department);
            let field = || format!("issue_types[{at}].department");
            self.known(exists, field, "department", &issue.department);
            let fits = (Duration::from_secs(60)..=30 * DAY).contains(&issue.deadline);
            let problem = || "must be from one minute to 30 days".to_owned();
            self.need(fits, || format!("issue_types[{at}].deadline"), problem);
        }
    }
}

/// Does whoever escalates from a department come to an end?
fn ends(from: &Label, above: &HashMap<&Label, Option<&Label>>) -> bool {
    let (mut at, mut seen) = (from, HashSet::new());
    while let Some(Some(next)) = above.get(at) {
        if !seen.insert(*next) || *next == from {
            return false;
        }
        at = next;
    }
    true
}

#[cfg(test)]
mod tests {
    use crate::catalog::validate;
    use crate::testkit::world;

    const SOUND: &str = r#"
[[departments]]
id = "front"
name = "Front office"
escalates_to = "managers"
[[departments]]
id = "managers"
[[issue_types]]
id = "noise"
department = "front"
skills = { calming = 3 }
deadline = "30m"
"#;

    #[test]
    fn departments_and_issues_are_read() {
        let content = validate(&format!("{}\n{SOUND}", world::text(3))).unwrap();
        assert_eq!(content.departments[0].escalates_to.as_ref().unwrap().as_str(), "managers");
        let noise = &content.issue_types[0];
        assert_eq!((noise.deadline.as_secs(), noise.skills[0].level), (1_800, 3));
        assert_eq!((noise.name.as_str(), noise.skills[0].id.as_str()), ("noise", "calming"));
    }

    #[test]
    fn what_cannot_be_is_told_with_its_place() {
        let rows = [
            ("id = \"managers\"", "id = \"front\"", "departments[1].id", "as is departments[0].id"),
            ("to = \"managers\"", "to = \"nobody\"", "departments[0].escalates_to", "nobody"),
            ("to = \"managers\"", "to = \"front\"", "departments[0].escalates_to", "leads back"),
            (
                "id = \"managers\"",
                "id = \"managers\"\nescalates_to = \"front\"",
                "departments[1].escalates_to",
                "leads back",
            ),
            ("nt = \"front\"", "nt = \"back\"", "issue_types[0].department", "back"),
            ("30m", "30s", "issue_types[0].deadline", "one minute"),
            ("calming = 3", "calming = 6", "issue_types[0].skills.calming", "5"),
            ("calming = 3", "Calming = 3", "issue_types[0].skills.Calming", ""),
            ("deadline = \"30m\"", "", "issue_types[0].deadline", "missing"),
        ];
        for (text, by, field, problem) in rows {
            assert!(SOUND.contains(text), "{text}");
            let document = format!("{}\n{}", world::text(3), SOUND.replacen(text, by, 1));
            let problems = validate(&document).unwrap_err();
            let told = problems.iter().find(|p| p.field == field);
            let told = told.unwrap_or_else(|| panic!("{field}: {problems:#?}"));
            assert!(told.problem.contains(problem), "{told:?}");
        }
    }
}
