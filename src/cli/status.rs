//! `concierge status`: how a running server is.

use clap::Args;
use serde_json::json;

use crate::api::v1;
use crate::api::v1::admin_service_client::AdminServiceClient;

use super::client::{CallError, ServerArgs};
use super::output;

/// Asks a running server how it is: what it serves, how far its log and its models are, what memory
/// it uses.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) async fn status(args: &StatusArgs) -> Result<(), CallError> {
    let mut client = AdminServiceClient::new(args.server.connect().await?);
    let status = client.get_server_status(v1::GetServerStatusRequest {}).await?.into_inner();
    if args.json {
        output::answer(json_of(&status));
        return Ok(());
    }
    let mut table = output::table(["", ""]);
    let uptime = status.uptime.map_or(0, |uptime| uptime.seconds);
    let (minutes, seconds) = (uptime / 60, uptime % 60);
    let state = v1::ServingState::try_from(status.serving_state).unwrap_or_default();
    let durability = v1::DurabilityMode::try_from(status.durability_mode).unwrap_or_default();
    table.add_row(["version", &status.server_version]);
    table.add_row(["state", short(state.as_str_name(), "SERVING_STATE_")]);
    table.add_row(["up", &format!("{}h {}m {seconds}s", minutes / 60, minutes % 60)]);
    table.add_row(["on disk up to", &status.committed_sequence.to_string()]);
    table.add_row(["learnt up to", &status.learner_sequence.to_string()]);
    table.add_row(["durability", short(durability.as_str_name(), "DURABILITY_MODE_")]);
    let bytes = format!(
        "{} guests, {} of {}",
        status.resident_guest_count,
        mib(status.resident_bytes),
        mib(status.resident_bytes_limit)
    );
    table.add_row(["in memory", &bytes]);
    table.add_row(["process", &mib(status.process_resident_bytes)]);
    for brand in &status.brands {
        let mode = v1::LearningMode::try_from(brand.learning_mode).unwrap_or_default();
        let mode = if mode == v1::LearningMode::Unspecified {
            "as its policies say"
        } else {
            mode.as_str_name()
        };
        let catalog = if brand.catalog_version == 0 {
            "no catalog yet".to_owned()
        } else {
            format!("catalog {}", brand.catalog_version)
        };
        table.add_row([
            brand.brand.as_str(),
            &format!("{catalog}, checkpoint {}, learning {mode}", brand.checkpoint_sequence),
        ]);
    }
    output::answer(table);
    Ok(())
}

fn short<'n>(name: &'n str, prefix: &str) -> &'n str {
    name.strip_prefix(prefix).unwrap_or(name)
}

fn mib(bytes: i64) -> String {
    format!("{} MiB", bytes >> 20)
}

fn json_of(status: &v1::GetServerStatusResponse) -> serde_json::Value {
    let brand = |brand: &v1::BrandStatus| {
        json!({
            "brand": brand.brand,
            "catalog_version": brand.catalog_version,
            "learner_sequence": brand.learner_sequence,
            "checkpoint_sequence": brand.checkpoint_sequence,
        })
    };
    json!({
        "server_version": status.server_version,
        "serving_state": v1::ServingState::try_from(status.serving_state).unwrap_or_default().as_str_name(),
        "uptime_s": status.uptime.map_or(0, |uptime| uptime.seconds),
        "committed_sequence": status.committed_sequence,
        "learner_sequence": status.learner_sequence,
        "resident_guest_count": status.resident_guest_count,
        "resident_bytes": status.resident_bytes,
        "resident_bytes_limit": status.resident_bytes_limit,
        "process_resident_bytes": status.process_resident_bytes,
        "brands": status.brands.iter().map(brand).collect::<Vec<_>>(),
    })
}
