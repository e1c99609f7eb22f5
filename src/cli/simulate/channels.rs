//! `concierge simulate-channels`: policies that choose channels for guests whose truth is known.

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::cli::output;
use crate::sim::channel::policy::Policy;
use crate::sim::channel::report::{PolicyFigures, Report, Setup};
use crate::sim::channel::scenario::Scenario;
use crate::sim::document::ScenarioError;
use crate::sim::hotel::report::Spread;
use crate::sys::exit::Exit;

/// Largest seed.
const SEED_MAX: u64 = 1_000_000_000_000;

/// Lets policies choose the channel and the moment of messages to simulated guests, and tells how
/// often each was answered.
///
/// Every guest answers each channel differently by daypart and kind of day, about a third of the
/// choices can be made at a time, and policies learn from answers alone. A seed is a world of its own.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Scenarios:
  standard           3,000 guests in six segments, 40 contacts each (algorithms of the design, 5.1)
  extended           guests differ in channel by kind of day, too: A at work, B at rest, C on holiday
  alike              all guests of a segment are the same: nothing is to be gained by telling them apart
  work-rest-holiday  moments come as they come: is the right channel chosen in each context?
  annoyance          contacts cost and annoy; guests who had enough unsubscribe

Policies:
  product     the product: population, guest, hazard, exact selection probabilities
  population  the product, telling no guests apart
  heedless    the product, blind to what an unsubscription costs
  additive    a table of segments with a guest's effects added
  segment     the best for the segment, by Thompson sampling
  global      the best for all, by Thompson sampling
  random      every choice alike
  oracle      knows the truth

Examples:
  concierge simulate-channels
  concierge simulate-channels --scenario annoyance --policy product,heedless,oracle")]
pub(crate) struct SimulateChannelsArgs {
    /// The scenario: a standard one by name (see --help), or a TOML file.
    #[arg(long, default_value = "standard", value_name = "NAME|FILE")]
    scenario: String,
    /// Policies to play; all are compared with the first.
    #[arg(
        long = "policy",
        value_delimiter = ',',
        default_value = "segment,product,additive,global,random,oracle",
        value_parser = PossibleValuesParser::new(Policy::ALL.map(Policy::name)),
        value_name = "NAMES"
    )]
    policies: Vec<String>,
    /// Seeds: a world for each.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "1,2,3",
        value_parser = clap::value_parser!(u64).range(0..=SEED_MAX)
    )]
    seeds: Vec<u64>,
    /// Print one JSON object with all figures, and nothing else.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, thiserror::Error)]
enum ChannelsError {
    #[error("{0}")]
    Scenario(#[from] ScenarioError),
    #[error("the figures cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// Runs the command.
pub(crate) fn simulate_channels(args: &SimulateChannelsArgs) -> Exit {
    let told = run(args).and_then(|report| {
        if args.json {
            output::answer(serde_json::to_string(&report)?);
        } else {
            tell(&report);
        }
        Ok(())
    });
    let Err(error) = told else { return Exit::Clean };
    output::complain(format_args!("concierge simulate-channels: {error}"));
    match error {
        ChannelsError::Scenario(_) => Exit::Usage,
        ChannelsError::Json(_) => Exit::Config,
    }
}

fn run(args: &SimulateChannelsArgs) -> Result<Report, ChannelsError> {
    let scenario = Scenario::find(&args.scenario)?;
    let policies = args.policies.iter().filter_map(|name| Policy::from_name(name)).collect();
    Ok(Report::play(&Setup { scenario, policies, seeds: args.seeds.clone() }))
}

fn tell(report: &Report) {
    output::answer(format_args!("{}: {}", report.scenario.name, report.scenario.about));
    let mut table = output::table([
        "policy",
        "contacts 1 to 6",
        "last ten",
        "against the first row",
        "right channel",
        "unsubscribed of 1,000",
        "worth of a guest",
    ]);
    for row in &report.policies {
        table.add_row(cells(row));
    }
    output::answer(table);
    let worlds = report.seeds.len();
    output::answer(format_args!(
        "Response rates, means of {worlds} worlds ± one standard error; a contact that was not made counts 0."
    ));
    let unfaithful =
        report.policies.iter().flat_map(|row| &row.faithful).filter(|f| f.chi_square > f.bound);
    if unfaithful.count() > 0 {
        output::answer("What was chosen is not what the logged selection probabilities say.");
    }
}

fn cells(row: &PolicyFigures) -> [String; 7] {
    let three = |spread: &Spread| told(spread, 3);
    let some = |spread: Option<&Spread>, digits| {
        spread.map(|spread| told(spread, digits)).unwrap_or_default()
    };
    [
        row.policy.to_owned(),
        three(&row.first_contacts),
        three(&row.last_contacts),
        three(&row.last_contacts_against),
        some(row.right_channel.as_ref(), 3),
        some(row.unsubscribed_of_1000.as_ref(), 0),
        some(row.worth_of_guest.as_ref(), 2),
    ]
}

fn told(spread: &Spread, digits: usize) -> String {
    match spread.standard_error {
        Some(error) => format!("{:.digits$} ± {error:.digits$}", spread.mean),
        None => format!("{:.digits$}", spread.mean),
    }
}
