//! `concierge staff`: who is on duty, and who takes a guest's concern.

pub(super) mod scene;

use clap::{Args, Subcommand};
use comfy_table::Table;

use crate::api::v1;
use crate::api::v1::routing_service_client::RoutingServiceClient;

use super::client::{CallError, ServerArgs};
use super::output;

/// Shows who works at a hotel, or hands a guest's concern to whoever fits best.
#[derive(Debug, Args)]
pub(crate) struct StaffArgs {
    #[command(subcommand)]
    command: StaffCommand,
}

#[derive(Debug, Subcommand)]
enum StaffCommand {
    List(ListArgs),
    Route(RouteArgs),
}

/// Lists who works at a hotel: departments, skills, languages, what each has in hand.
///
///   concierge staff list --property lisbon-baixa
#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// The hotel.
    #[arg(long)]
    property: String,
}

/// Hands a guest's concern to the member of staff who fits best, and says why. Repeated, it opens
/// another interaction; `RoutingService.CloseInteraction` closes them.
///
///   concierge staff route --property lisbon-baixa --guest g-1001 --issue complaint
#[derive(Debug, Args)]
struct RouteArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// The hotel.
    #[arg(long)]
    property: String,
    /// The guest, as your systems know them.
    #[arg(long)]
    guest: String,
    /// What it is about: an issue type of the catalog.
    #[arg(long)]
    issue: String,
    /// Language to speak, BCP 47; the guest's without it.
    #[arg(long)]
    language: Option<String>,
}

/// Runs the command.
pub(crate) async fn staff(args: &StaffArgs) -> Result<(), CallError> {
    match &args.command {
        StaffCommand::List(args) => list(&args.server, &args.property).await,
        StaffCommand::Route(args) => {
            let mut table = routes();
            let language = args.language.as_deref().unwrap_or_default();
            let of = Concern { guest: &args.guest, issue: &args.issue, language };
            table.add_row(route(&args.server, &args.property, of).await?);
            output::answer(table);
            Ok(())
        }
    }
}

/// What a guest is concerned about.
#[derive(Debug, Clone, Copy)]
struct Concern<'a> {
    guest: &'a str,
    issue: &'a str,
    /// Empty: the guest's.
    language: &'a str,
}

async fn list(server: &ServerArgs, property: &str) -> Result<(), CallError> {
    let mut client = RoutingServiceClient::new(server.connect().await?);
    let request = v1::ListStaffMembersRequest { parent: server.name("properties", property) };
    let members = client.list_staff_members(request).await?.into_inner().staff_members;
    if members.is_empty() {
        output::answer("nobody: RoutingService.UpdateStaffMember tells who works here");
        return Ok(());
    }
    let mut table = output::table([
        "id",
        "name",
        "departments",
        "skills",
        "languages",
        "in hand",
        "takes more",
    ]);
    members.iter().for_each(|member| {
        table.add_row(member_row(member));
    });
    output::answer(table);
    Ok(())
}

fn member_row(member: &v1::StaffMember) -> [String; 7] {
    let skills = member.skills.iter().map(|s| format!("{} {}", s.skill_id, s.level));
    let capacity = member.capacity.max(1);
    let takes = !member.is_unavailable && member.open_interaction_count < capacity;
    [
        last(&member.name).to_owned(),
        member.display_name.clone(),
        member.department_ids.join(", "),
        skills.collect::<Vec<_>>().join(", "),
        member.language_codes.join(", "),
        format!("{} of {capacity}", member.open_interaction_count),
        if takes { "yes" } else { "no" }.to_owned(),
    ]
}

fn routes() -> Table {
    output::table(["guest", "concern", "language", "department", "goes to", "why"])
}

/// Routes a concern; a row of [`routes`].
async fn route(
    server: &ServerArgs,
    property: &str,
    of: Concern<'_>,
) -> Result<[String; 6], CallError> {
    let mut client = RoutingServiceClient::new(server.connect().await?);
    let request = v1::RouteInteractionRequest {
        parent: server.name("properties", property),
        guest: server.name("guests", of.guest),
        issue_type_id: of.issue.to_owned(),
        language_code: of.language.to_owned(),
        ..Default::default()
    };
    let routed = client.route_interaction(request).await?.into_inner();
    Ok(row(of.guest, &routed.interaction.unwrap_or_default()))
}

fn row(guest: &str, interaction: &v1::Interaction) -> [String; 6] {
    let (to, why) = match &interaction.assignment {
        Some(given) => (given.display_name.clone(), given.explanation.clone()),
        None => ("waits".to_owned(), "nobody who fits has room".to_owned()),
    };
    [
        guest.to_owned(),
        interaction.issue_type_id.clone(),
        interaction.language_code.clone(),
        interaction.department_id.clone(),
        to,
        why,
    ]
}

/// The last part of a resource name.
fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_takes_no_more_is_told() {
        let member = |open, capacity, is_unavailable| v1::StaffMember {
            name: "brands/b/properties/p/staff/ines".to_owned(),
            capacity,
            open_interaction_count: open,
            is_unavailable,
            ..Default::default()
        };
        let takes = |member: v1::StaffMember| {
            let [id, .., hand, takes] = member_row(&member);
            assert_eq!(id, "ines");
            (hand, takes)
        };
        let said = |hand: &str, takes: &str| (hand.to_owned(), takes.to_owned());
        assert_eq!(takes(member(1, 2, false)), said("1 of 2", "yes"));
        assert_eq!(takes(member(2, 2, false)), said("2 of 2", "no"));
        assert_eq!(takes(member(0, 2, true)), said("0 of 2", "no"));
    }

    #[test]
    fn what_waits_says_so() {
        let waiting = v1::Interaction { department_id: "desk".to_owned(), ..Default::default() };
        assert_eq!(row("g", &waiting)[4], "waits");
    }
}
