//! `concierge prices`: what a running server learns of its prices.

use clap::{Args, Subcommand};

use crate::api::v1;
use crate::api::v1::catalog_service_client::CatalogServiceClient;

use super::client::{CallError, ServerArgs};
use super::output;

/// Learns which step of a price brings most, from the cells that tried them.
#[derive(Debug, Args)]
pub(crate) struct PricesArgs {
    #[command(subcommand)]
    command: PricesCommand,
}

#[derive(Debug, Subcommand)]
enum PricesCommand {
    /// Learns the steps of all prices whose trial has learn = true, and puts them in force from the next
    /// epoch on. Run it once an epoch.
    Learn {
        /// Only look: nothing is put in force.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// Runs the command.
pub(crate) async fn prices(args: &PricesArgs) -> Result<(), CallError> {
    let PricesCommand::Learn { dry_run, server } = &args.command;
    let mut client = CatalogServiceClient::new(server.connect().await?);
    let parent = format!("brands/{}", server.brand);
    let request =
        v1::LearnPricesRequest { parent, validate_only: *dry_run, request_id: String::new() };
    let learnt = client.learn_prices(request).await?.into_inner();
    if learnt.ladders.is_empty() {
        output::answer("No offer of the catalog has a price_trial with learn = true.");
        return Ok(());
    }
    let mut table = output::table([
        "offer",
        "property",
        "elasticity",
        "from",
        "price",
        "accept rate",
        "margin an offer",
        "drawn",
    ]);
    for ladder in &learnt.ladders {
        for (at, step) in ladder.steps.iter().enumerate() {
            let head = |text: String| if at == 0 { text } else { String::new() };
            let property = ladder.property.rsplit('/').next().unwrap_or_default();
            let (elasticity, error) = (ladder.elasticity, ladder.elasticity_standard_error);
            table.add_row([
                head(ladder.offer_id.clone()),
                head(property.to_owned()),
                head(format!("{elasticity:.1} ± {error:.1} of {}", ladder.offered_count)),
                head(ladder.effective_date.clone()),
                format!("{:.0} %", f64::from(step.basis_points) / 100.0),
                format!("{:.2} %", 100.0 * step.accept_rate),
                step.expected_margin.map(|margin| format!("{margin:.2}")).unwrap_or_default(),
                step.selection_probability
                    .map(|p| format!("{:.1} %", 100.0 * p))
                    .unwrap_or_default(),
            ]);
        }
    }
    output::answer(table);
    output::answer(match dry_run {
        true => format!("nothing was put in force; catalog version {}", learnt.catalog_version),
        false => format!("in force with catalog version {}", learnt.catalog_version),
    });
    Ok(())
}
