//! `concierge token`: a guest token from a running server, to try a page with.

use std::time::Duration;

use clap::{Args, Subcommand};

use crate::api::v1;
use crate::api::v1::admin_service_client::AdminServiceClient;

use super::client::{CallError, ServerArgs};
use super::output;

/// Mints tokens with which a browser acts for one guest.
#[derive(Debug, Args)]
pub(crate) struct TokenArgs {
    #[command(subcommand)]
    command: TokenCommand,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Mints a token for a guest and prints it. The key needs the right `tokens.mint`.
    Mint(MintArgs),
}

#[derive(Debug, Args)]
struct MintArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// The guest, as your systems know them.
    #[arg(long)]
    guest: String,
    /// A hotel it reaches; give it several times. Without it: all that the key reaches.
    #[arg(long = "property", value_delimiter = ',')]
    properties: Vec<String>,
    /// A placement it may fill; give it several times. Without it: all that a page or an app shows.
    #[arg(long = "placement", value_delimiter = ',')]
    placements: Vec<String>,
    /// The reservation its decisions are about.
    #[arg(long, default_value = "")]
    reservation: String,
    /// How long it holds, in seconds, at most 3,600.
    #[arg(long, default_value_t = 900)]
    ttl_seconds: u32,
}

/// Runs the command.
pub(crate) async fn token(args: &TokenArgs) -> Result<(), CallError> {
    let TokenCommand::Mint(args) = &args.command;
    let name = |property: &String| args.server.name("properties", property);
    let guest = args.server.name("guests", &args.guest);
    let ttl = Duration::from_secs(u64::from(args.ttl_seconds));
    let request = v1::MintGuestTokenRequest {
        brand: format!("brands/{}", args.server.brand),
        subject: Some(v1::mint_guest_token_request::Subject::Guest(guest)),
        properties: args.properties.iter().map(name).collect(),
        placement_ids: args.placements.clone(),
        reservation_id: args.reservation.clone(),
        ttl: prost_types::Duration::try_from(ttl).ok(),
    };
    let mut client = AdminServiceClient::new(args.server.connect().await?);
    output::answer(client.mint_guest_token(request).await?.into_inner().token);
    Ok(())
}
