//! `concierge report`: how the business stands, in seven P's.

mod page;
mod plots;
mod sections;

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::output;
use crate::cli::reading::{self, ReadError};
use crate::domain::date;
use crate::domain::id::PropertyId;
use crate::domain::invalid::Invalid;
use crate::domain::time::{DAY_MICROS, Timestamp};
use crate::engine::history::InsightQuery;
use crate::learn::insight::Report;
use crate::learn::value::clv::Economics;
use crate::sys::exit::Exit;

pub(crate) use sections::{Section, sections};

/// Report how the business of a brand, or of one hotel, stands: profiling, persistency,
/// profitability, performance, prospecting, product, promotion.
///
/// Everything is counted from the log of the store, which may be in use; no guest is named. Coming
/// again is a Pareto/NBD or MBG/NBD model, whichever speaks better for these guests; what a stay
/// brings is a Gamma-Gamma model; what personalization is worth is measured against the holdout.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The folder.
    #[arg(long, value_name = "DIR", default_value = "concierge-data")]
    store: PathBuf,
    /// The brand; needed where the store has several.
    #[arg(long)]
    brand: Option<String>,
    /// One hotel; without it, all of the brand.
    #[arg(long)]
    property: Option<String>,
    /// First day of the period, UTC; without it, thirty days before its end.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    from: Option<Timestamp>,
    /// Day after the last one of the period, UTC; without it, the end of the log.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    until: Option<Timestamp>,
    /// Months that lifetime value looks ahead.
    #[arg(long, default_value_t = 36)]
    months: u32,
    /// Share of what a stay brings that is left after its variable costs.
    #[arg(long, default_value_t = Economics::HOTEL.margin_share)]
    margin_share: f64,
    /// Share of what a stay brings that goes to the channel it is booked through.
    #[arg(long, default_value_t = Economics::HOTEL.commission_share)]
    commission_share: f64,
    /// Cost of serving a stay beyond that, in major units.
    #[arg(long, default_value_t = Economics::HOTEL.service_cost)]
    service_cost: f64,
    /// Cost of a month of messages to a guest, in major units.
    #[arg(long, default_value_t = Economics::HOTEL.contact_cost)]
    contact_cost: f64,
    /// Discount rate of a month.
    #[arg(long, default_value_t = Economics::HOTEL.discount)]
    discount: f64,
    /// Print one JSON object, and nothing else.
    #[arg(long)]
    json: bool,
    /// Write a page for people to this file.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
enum ReportError {
    #[error("{0}")]
    Read(#[from] ReadError),
    #[error("--{0}")]
    Argument(Invalid),
    #[error("the report cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    #[error("--html {file}: {error}")]
    Page { file: String, error: std::io::Error },
    #[error("{0}")]
    Plot(#[from] plots::PlotError),
}

/// Runs the command.
pub(crate) fn report(args: &ReportArgs) -> Exit {
    let Err(error) = run(args) else { return Exit::Clean };
    output::complain(format_args!("concierge report: {error}"));
    match error {
        ReportError::Read(error) => error.exit(),
        ReportError::Argument(_) => Exit::Usage,
        ReportError::Json(_) | ReportError::Page { .. } | ReportError::Plot(_) => Exit::Storage,
    }
}

fn run(args: &ReportArgs) -> Result<(), ReportError> {
    let (history, brand) = reading::open(&args.store, args.brand.as_deref())?;
    let property = args.property.as_deref().map(|id| PropertyId::parse("property", id));
    let property = property.transpose().map_err(ReportError::Argument)?;
    let last = history.last_moment().map_err(ReadError::Log)?;
    let until = args.until.unwrap_or_else(|| Timestamp::from_micros(last.as_micros() + 1));
    let thirty_days = InsightQuery::last_days(until, 30);
    let query = InsightQuery {
        from: args.from.unwrap_or(thirty_days.from),
        property,
        months: args.months,
        economics: Economics {
            margin_share: args.margin_share,
            commission_share: args.commission_share,
            service_cost: args.service_cost,
            contact_cost: args.contact_cost,
            discount: args.discount,
        },
        ..thirty_days
    };
    if query.from >= query.until {
        let problem = "lies after the end of the period; give an earlier day";
        return Err(ReportError::Argument(Invalid::new("from", problem)));
    }
    let report = history.insight(&brand, &query).map_err(ReadError::Log)?;
    if let Some(file) = &args.html {
        write_page(&report, file)?;
    }
    if args.json {
        output::answer(serde_json::to_string(&report)?);
    } else {
        print(&report);
    }
    Ok(())
}

fn write_page(report: &Report, file: &Path) -> Result<(), ReportError> {
    let page = page::page(report)?;
    let failed = |error| ReportError::Page { file: file.display().to_string(), error };
    std::fs::write(file, page).map_err(failed)
}

/// Prints the report.
pub(crate) fn print(report: &Report) {
    output::answer(sections::title(report));
    for Section { name, asks, told, tables } in sections(report) {
        output::answer(format_args!("\n{name}: {asks}"));
        for line in told {
            output::answer(line);
        }
        for table in tables {
            let mut drawn = output::lines(table.headings);
            for row in table.rows {
                drawn.add_row(row);
            }
            output::answer(drawn);
        }
    }
}

fn day(text: &str) -> Result<Timestamp, String> {
    let date = date::parse(text).ok_or_else(|| "must be a date, like 2026-12-24".to_owned())?;
    Ok(Timestamp::from_micros(i64::from(date.0) * DAY_MICROS))
}
