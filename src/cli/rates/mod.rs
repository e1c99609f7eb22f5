//! `concierge rates`: bid prices, hurdles and costs of room types, from a revenue management system to a
//! running server.

mod file;
mod list;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::api::v1;
use crate::api::v1::catalog_service_client::CatalogServiceClient;

use super::client::{CallError, ServerArgs};
use super::lines::{self, FileError};
use super::output;
use file::{Batch, Rates};

/// Sets the rates of room types by night, by which floors of prices are worked out.
#[derive(Debug, Args)]
pub(crate) struct RatesArgs {
    #[command(subcommand)]
    command: RatesCommand,
}

#[derive(Debug, Subcommand)]
enum RatesCommand {
    /// Imports a CSV file with the columns `property,room_type,date,currency,bid_price,hurdle,variable_cost`
    /// (the last two may be left out). A line without amounts takes the rates of its night away. To import a
    /// file again changes nothing.
    Import {
        /// The file.
        file: PathBuf,
        /// Import the good lines though some are not, and write those to this file with what is wrong with
        /// them. Without it, a file with a bad line is not imported at all.
        #[arg(long, value_name = "CSV")]
        rejects: Option<PathBuf>,
        /// Only check, here and by the server: nothing is set.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Writes the rates in force at a hotel, as a file that `import` reads.
    List {
        /// The hotel.
        #[arg(long)]
        property: String,
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// What an import is told.
struct Import<'a> {
    file: &'a Path,
    rejects: Option<&'a Path>,
    dry_run: bool,
    server: &'a ServerArgs,
}

/// Why rates were not, or not all, imported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RatesError {
    /// The file is not imported.
    #[error(transparent)]
    File(#[from] FileError),
    /// The server refused a part.
    #[error(
        "lines {} to {} ({property}) were not imported, nor what comes after; {done} rates were. Mend the \
         cause and import the file again. {source}", lines.0, lines.1
    )]
    Refused {
        /// Rates imported before.
        done: usize,
        /// First and last line of the part.
        lines: (u64, u64),
        /// Its property.
        property: String,
        /// What the server said.
        source: CallError,
    },
    /// The server cannot be reached.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Runs the command.
pub(crate) async fn rates(args: &RatesArgs) -> Result<(), RatesError> {
    match &args.command {
        RatesCommand::Import { file, rejects, dry_run, server } => {
            import(Import { file, rejects: rejects.as_deref(), dry_run: *dry_run, server }).await
        }
        RatesCommand::List { property, server } => Ok(list::list(server, property).await?),
    }
}

async fn import(import: Import<'_>) -> Result<(), RatesError> {
    let Import { file, rejects, dry_run, server } = import;
    let read = lines::open(file, rejects, file::read, |rates: &Rates| &rates.bad)?;
    let mut client = CatalogServiceClient::new(server.connect().await?);
    let (mut done, mut unused) = (0, std::collections::BTreeSet::new());
    for Batch { property, currency, lines, rates } in read.batches {
        let count = rates.len();
        let request = v1::SetRatesRequest {
            property: server.name("properties", &property),
            currency_code: currency,
            rates,
            validate_only: dry_run,
            ..v1::SetRatesRequest::default()
        };
        let set = client.set_rates(request).await.map_err(|status| RatesError::Refused {
            done,
            lines,
            property,
            source: status.into(),
        })?;
        unused.extend(set.into_inner().unused_room_type_ids);
        done += count;
    }
    let what = if dry_run { "could be set; nothing was" } else { "are in force" };
    output::answer(format_args!("{done} rates {what}; {} lines were not taken", read.bad.len()));
    if !unused.is_empty() {
        let all: Vec<String> = unused.into_iter().collect();
        output::answer(format_args!("no offer names the room types {}", all.join(", ")));
    }
    Ok(())
}
