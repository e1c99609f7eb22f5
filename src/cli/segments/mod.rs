//! `concierge segments`: which groups guests form, fitting them anew, and learning what segments like.

mod learn;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::api::v1;
use crate::api::v1::insight_service_client::InsightServiceClient;
use crate::learn::insight::groups::{GroupLine, Groups};

use super::client::{CallError, ServerArgs};
use super::output;
use super::reading::{self, ReadError};

/// Shows which groups the guests of a brand form, and fits them and the value of guests anew.
#[derive(Debug, Args)]
pub(crate) struct SegmentsArgs {
    #[command(subcommand)]
    command: SegmentsCommand,
}

#[derive(Debug, Subcommand)]
enum SegmentsCommand {
    /// Fits how guests come again and what they spend, where the tiers of value lie, and which groups they
    /// form; a running server puts it in force. Run it once a month.
    Fit {
        /// How many clusters, 1 to 12; without it, as many as stand apart best.
        #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
        clusters: i32,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Learns from the log what the guests of each segment of the catalog like, and begins new guests of the
    /// segment there. Run it once a month.
    Learn {
        /// Only look: nothing is put in force.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Shows the groups as they stand, and how far they have drifted since the fit. Read from the folder of
    /// a store, which may be in use.
    Show {
        /// The folder.
        #[arg(long, value_name = "DIR", default_value = "concierge-data")]
        store: PathBuf,
        /// The brand; needed where the store has several.
        #[arg(long)]
        brand: Option<String>,
        /// Print one JSON object, and nothing else.
        #[arg(long)]
        json: bool,
    },
}

/// Why groups cannot be shown or fitted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SegmentsError {
    /// The store cannot be read.
    #[error("{0}")]
    Read(#[from] ReadError),
    /// The server refused, or cannot be reached.
    #[error(transparent)]
    Call(#[from] CallError),
    /// It cannot be written as JSON.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
}

/// Runs the command.
pub(crate) async fn segments(args: &SegmentsArgs) -> Result<(), SegmentsError> {
    match &args.command {
        SegmentsCommand::Fit { clusters, server } => Ok(fit(*clusters, server).await?),
        SegmentsCommand::Learn { dry_run, server } => Ok(learn::learn(*dry_run, server).await?),
        SegmentsCommand::Show { store, brand, json } => {
            let (history, brand) = reading::open(store, brand.as_deref())?;
            let last = history.last_moment().map_err(ReadError::Log)?;
            let groups = history.segments(&brand, last).map_err(ReadError::Log)?;
            if *json {
                output::answer(serde_json::to_string(&groups)?);
            } else {
                show(&groups);
            }
            Ok(())
        }
    }
}

async fn fit(clusters: i32, server: &ServerArgs) -> Result<(), CallError> {
    let mut client = InsightServiceClient::new(server.connect().await?);
    let request = v1::FitGuestModelsRequest {
        parent: format!("brands/{}", server.brand),
        cluster_count: clusters,
        ..v1::FitGuestModelsRequest::default()
    };
    let fitted = client.fit_guest_models(request).await?.into_inner();
    output::answer(match &fitted.value_model {
        Some(model) => format!(
            "{} guests valued by {} ({} came again), {} months ahead.",
            model.guest_count, model.repeat_model, model.repeat_guest_count, model.horizon_months
        ),
        None => format!("Guests cannot be valued: {}.", fitted.not_valued_reason),
    });
    output::answer(match fitted.cluster_count {
        0 => "Too few guests allow profiling to find groups.".to_owned(),
        count => format!("{count} groups; silhouette {:.2}.", fitted.silhouette),
    });
    output::answer(match fitted.complement_pair_count {
        0 => "No two offers are told to go together, or not to.".to_owned(),
        count => {
            format!("{count} pairs of offers of which one makes the other likelier or less likely.")
        }
    });
    Ok(())
}

fn show(groups: &Groups) {
    told(groups).iter().for_each(output::answer);
    for (heading, lines) in [("cluster", &groups.clusters), ("rule segment", &groups.rules)] {
        if !lines.is_empty() {
            let mut drawn = output::lines(headings(heading));
            for row in rows(lines) {
                drawn.add_row(row);
            }
            output::answer(drawn);
        }
    }
}

/// The groups in sentences.
pub(crate) fn told(groups: &Groups) -> Vec<String> {
    let mut told = Vec::new();
    told.push(match &groups.fitted {
        Some(day) => format!(
            "{} guests allow profiling; groups were fitted on {day} to {}. Silhouette {:.2}{}.",
            groups.guests,
            groups.fitted_guests,
            groups.silhouette,
            if groups.silhouette < 0.25 { ": they hardly stand apart" } else { "" }
        ),
        None => format!(
            "{} guests allow profiling; their groups were never fitted (concierge segments fit).",
            groups.guests
        ),
    });
    let alarms = groups.alarms();
    for (of, drift) in &alarms {
        told.push(format!(
            "ALARM, {}: {of} has drifted, PSI {:.2} (0.1 is something, 0.25 much; by chance below {:.2}).",
            drift.alarm, drift.psi, drift.by_chance
        ));
    }
    if alarms.is_empty() && groups.fitted.is_some() {
        told.push("Nothing has drifted since.".to_owned());
    }
    told
}

/// Headings of [`rows`].
pub(crate) fn headings(of: &'static str) -> Vec<&'static str> {
    vec![of, "who", "guests", "of all", "at the fit", "of profit", "of value to come", "PSI"]
}

/// A row for each group.
pub(crate) fn rows(groups: &[GroupLine]) -> Vec<Vec<String>> {
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let row = |line: &GroupLine| {
        vec![
            line.id.clone(),
            line.name.clone(),
            line.guests.to_string(),
            percent(line.share),
            line.share_at_fit.map(percent).unwrap_or_default(),
            percent(line.profit_share),
            line.value_share.map(percent).unwrap_or_default(),
            line.drift.map(|drift| format!("{:.3}", drift.psi)).unwrap_or_default(),
        ]
    };
    groups.iter().map(row).collect()
}
