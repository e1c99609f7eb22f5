//! `concierge audit`: is what was decided as it was promised?

mod page;
mod tables;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::output;
use crate::cli::reading::{self, ReadError};
use crate::domain::date;
use crate::domain::time::Timestamp;
use crate::engine::history::AuditQuery;
use crate::learn::fairness::Report;
use crate::sys::exit::Exit;

/// Audit the decision log of a store, which may be in use.
#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Fairness(FairnessArgs),
}

/// Audit the prices: the same for the same published conditions, never more for the more loyal, never
/// under the floor or over the list price.
///
/// Every price is worked out again from the catalog of its time and from what was logged of the sale.
/// Guests are compared by attributes that touch no price and are kept for this alone; no guest is named.
/// Exit code 65: something was found.
#[derive(Debug, Args)]
struct FairnessArgs {
    /// The folder.
    #[arg(long, value_name = "DIR", default_value = "concierge-data")]
    store: PathBuf,
    /// The brand; needed where the store has several.
    #[arg(long)]
    brand: Option<String>,
    /// Decisions from this day on, UTC.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    from: Option<Timestamp>,
    /// Decisions before this day, UTC.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    until: Option<Timestamp>,
    /// Compare guests by it: country, locale, segment, or an attribute of their profiles. May be
    /// repeated.
    #[arg(long = "by", value_name = "ATTRIBUTE", default_values_t = ["country".to_owned(), "segment".to_owned()])]
    by: Vec<String>,
    /// Print one JSON object, and nothing else.
    #[arg(long)]
    json: bool,
    /// Write a page for people to this file.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
enum AuditError {
    #[error("{0}")]
    Read(#[from] ReadError),
    #[error("the report cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    #[error("--html {file}: {error}")]
    Page { file: String, error: std::io::Error },
}

/// Runs the command.
pub(crate) fn audit(args: &AuditArgs) -> Exit {
    let What::Fairness(args) = &args.what;
    let told = run(args);
    let error = match told {
        Ok(report) if report.is_fair() => return Exit::Clean,
        Ok(_) => return Exit::Found,
        Err(error) => error,
    };
    output::complain(format_args!("concierge audit fairness: {error}"));
    match error {
        AuditError::Read(error) => error.exit(),
        AuditError::Json(_) | AuditError::Page { .. } => Exit::Storage,
    }
}

fn run(args: &FairnessArgs) -> Result<Report, AuditError> {
    let (history, brand) = reading::open(&args.store, args.brand.as_deref())?;
    let mut attributes = args.by.clone();
    attributes.sort_unstable();
    attributes.dedup();
    let query = AuditQuery {
        from: args.from.unwrap_or(Timestamp::EPOCH),
        until: args.until.unwrap_or(Timestamp::NEVER),
        attributes,
    };
    let report = history.audit(&brand, &query).map_err(ReadError::Log)?;
    if let Some(file) = &args.html {
        let failed = |error| AuditError::Page { file: file.display().to_string(), error };
        std::fs::write(file, page::page(brand.as_str(), &report)).map_err(failed)?;
    }
    if args.json {
        output::answer(serde_json::to_string(&report)?);
    } else {
        tables::print(&report);
    }
    Ok(report)
}

fn day(text: &str) -> Result<Timestamp, String> {
    let date = date::parse(text).ok_or_else(|| "must be a date, like 2026-12-24".to_owned())?;
    Ok(Timestamp::from_seconds(i64::from(date.0) * 86_400))
}
