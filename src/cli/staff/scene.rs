//! Five guests of the demo with something on their minds, and the staff of one hotel.

use crate::api::v1;
use crate::api::v1::routing_service_client::RoutingServiceClient;
use crate::cli::client::{CallError, ServerArgs};
use crate::cli::output;

use super::{Concern, route, routes};

const HOUSE: &str = "lisbon-baixa";

/// Who is on duty: id, name, departments, skills, languages, how many guests at once.
type Member = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [(&'static str, i32)],
    &'static [&'static str],
    i32,
);

const STAFF: [Member; 4] = [
    (
        "ines",
        "Inês",
        &["front-office"],
        &[("complaints", 4), ("cashier", 3)],
        &["pt", "en", "es"],
        2,
    ),
    (
        "wei",
        "Wei",
        &["front-office", "concierge-desk"],
        &[("complaints", 3), ("local-knowledge", 3)],
        &["zh", "en"],
        2,
    ),
    ("joao", "João", &["housekeeping"], &[], &["pt"], 3),
    ("marta", "Marta", &["duty-managers"], &[("complaints", 5)], &["pt", "en", "de"], 1),
];

/// The concerns in the order they come.
const CONCERNS: [Concern<'static>; 5] = [
    Concern { guest: "helena", issue: "complaint", language: "en" },
    Concern { guest: "visitor-from-chengdu", issue: "complaint", language: "zh-Hans" },
    Concern { guest: "colleague-1", issue: "bill", language: "en" },
    Concern { guest: "colleague-2", issue: "arrange-outing", language: "en" },
    Concern { guest: "colleague-3", issue: "bill", language: "en" },
];

/// Puts the staff on duty and routes the concerns.
///
/// # Errors
/// Where the server refuses a call.
pub(in crate::cli) async fn show(server: &ServerArgs) -> Result<(), CallError> {
    let mut client = RoutingServiceClient::new(server.connect().await?);
    for member in &STAFF {
        let staff_member = Some(wire(server, member));
        let request = v1::UpdateStaffMemberRequest {
            staff_member,
            allow_missing: true,
            ..Default::default()
        };
        client.update_staff_member(request).await?;
    }
    let mut table = routes();
    for of in CONCERNS {
        table.add_row(route(server, HOUSE, of).await?);
    }
    output::answer(format_args!(
        "\nFive guests with something on their minds, and who of four on duty at {HOUSE} takes it (also: concierge \
         staff):\n\n{table}"
    ));
    Ok(())
}

fn wire(server: &ServerArgs, member: &Member) -> v1::StaffMember {
    let (id, name, departments, skills, languages, capacity) = *member;
    let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
    let skill =
        |(id, level): &(&str, i32)| v1::StaffSkill { skill_id: (*id).to_owned(), level: *level };
    v1::StaffMember {
        name: format!("{}/staff/{id}", server.name("properties", HOUSE)),
        display_name: name.to_owned(),
        department_ids: owned(departments),
        skills: skills.iter().map(skill).collect(),
        language_codes: owned(languages),
        capacity,
        ..Default::default()
    }
}
