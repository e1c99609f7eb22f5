//! `concierge report`: what the guests of a brand are worth.

mod value;

use std::path::PathBuf;

use clap::Args;

use crate::cli::output;
use crate::cli::reading::{self, ReadError};
use crate::learn::value::clv::Economics;
use crate::sys::exit::Exit;

use value::{ValueError, ValueReport};

/// Report what the guests of a brand are worth: who brings the profit, how many will come again, and
/// whom one is about to lose.
///
/// Everything is computed from the events of the store, which may be in use; no guest is named. Coming
/// again is a Pareto/NBD or MBG/NBD model, whichever speaks better for these guests; what a stay
/// brings is a Gamma-Gamma model.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The folder.
    #[arg(long, value_name = "DIR", default_value = "concierge-data")]
    store: PathBuf,
    /// The brand; needed where the store has several.
    #[arg(long)]
    brand: Option<String>,
    /// Months that lifetime value looks ahead.
    #[arg(long, default_value_t = 36)]
    months: u32,
    /// Share of what a stay brings that is left after its variable costs.
    #[arg(long, default_value_t = 0.6)]
    margin_share: f64,
    /// Share of what a stay brings that goes to the channel it is booked through.
    #[arg(long, default_value_t = 0.15)]
    commission_share: f64,
    /// Cost of serving a stay beyond that, in major units.
    #[arg(long, default_value_t = 10.0)]
    service_cost: f64,
    /// Cost of a month of messages to a guest, in major units.
    #[arg(long, default_value_t = 0.1)]
    contact_cost: f64,
    /// Discount rate of a month.
    #[arg(long, default_value_t = 0.01)]
    discount: f64,
    /// Print one JSON object, and nothing else.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, thiserror::Error)]
enum ReportError {
    #[error("{0}")]
    Read(#[from] ReadError),
    #[error("{0}")]
    Value(#[from] ValueError),
    #[error("the report cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// Runs the command.
pub(crate) fn report(args: &ReportArgs) -> Exit {
    let told = run(args).and_then(|report| {
        if args.json {
            output::answer(serde_json::to_string(&report)?);
        } else {
            tell(&report);
        }
        Ok(())
    });
    let Err(error) = told else { return Exit::Clean };
    output::complain(format_args!("concierge report: {error}"));
    match error {
        ReportError::Read(error) => error.exit(),
        ReportError::Value(_) => Exit::Config,
        ReportError::Json(_) => Exit::Storage,
    }
}

fn run(args: &ReportArgs) -> Result<ValueReport, ReportError> {
    let (history, brand) = reading::open(&args.store, args.brand.as_deref())?;
    let economics = Economics {
        margin_share: args.margin_share,
        commission_share: args.commission_share,
        service_cost: args.service_cost,
        contact_cost: args.contact_cost,
        discount: args.discount,
    };
    let guests = history.guests(&brand).map_err(ReadError::Log)?;
    Ok(value::value(&guests, args.months, &economics)?)
}

fn tell(report: &ValueReport) {
    let percent = |share: f64| share * 100.0;
    output::answer(format_args!(
        "{} guests as of {}, {} of them more than once. {:.0} % are still guests; {:.0} stays are \
         expected in twelve months.",
        report.guests,
        report.today,
        report.repeaters,
        percent(report.alive),
        report.expected_stays
    ));
    output::answer(format_args!(
        "The top fifth has paid {:.0} % so far and holds {:.0} % of the value to come.",
        percent(report.paid_by_top_fifth),
        percent(report.value_of_top_fifth)
    ));
    let mut table = output::table(["tier", "guests", "value", "of all", "from"]);
    for line in &report.tiers {
        let of_all = line.lifetime_value / report.lifetime_value.max(f64::MIN_POSITIVE);
        table.add_row([
            format!("{:?}", line.tier),
            line.guests.to_string(),
            format!("{:.0}", line.lifetime_value),
            format!("{:.1} %", percent(of_all)),
            format!("{:.2}", line.from),
        ]);
    }
    output::answer(table);
    output::answer(format_args!(
        "{} of the guests who paid most are rather gone. Value: net, of the next {} months, discounted.",
        report.at_risk, report.months
    ));
    if report.dependence > 0.3 {
        output::answer(format_args!(
            "Guests who come more often spend differently (correlation {:.2}): values are rough.",
            report.dependence
        ));
    }
}
