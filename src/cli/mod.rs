//! The command line: one file for each command. Answers go to standard output, complaints to
//! standard error, and how it went into the exit code ([`crate::sys::exit`]; 1 for a call that a
//! server refused).

mod arrivals;
mod audit;
mod catalog;
mod channels;
mod client;
mod config;
mod decide;
mod demo;
mod evaluate;
mod experiments;
mod html;
pub mod import;
mod init;
mod inventory;
mod lines;
pub mod loadtest;
mod models;
mod outbox;
mod output;
mod prices;
mod rates;
mod reading;
mod report;
mod segments;
mod serve;
mod simulate;
mod staff;
mod status;
mod token;
mod train;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::sys::clock::Clock;
use crate::sys::exit::Exit;

/// Real-time personalization for hotels: which offers, in what order, at what price, through which
/// channel, when, and why.
#[derive(Debug, Parser)]
#[command(
    name = "concierge",
    version,
    after_help = "First steps:\n  concierge demo\n  concierge init --store concierge-data\n  concierge serve\n  concierge status\n\n\
                  Every setting: concierge config print-default"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    Serve(serve::ServeArgs),
    Init(init::InitArgs),
    Config(config::ConfigArgs),
    Status(status::StatusArgs),
    Token(token::TokenArgs),
    Outbox(outbox::OutboxArgs),
    Decide(decide::DecideArgs),
    Arrivals(arrivals::ArrivalsArgs),
    Catalog(catalog::CatalogArgs),
    Channels(channels::ChannelsArgs),
    Import(import::ImportArgs),
    Loadtest(loadtest::LoadtestArgs),
    Simulate(simulate::SimulateArgs),
    SimulateChannels(simulate::channels::SimulateChannelsArgs),
    Evaluate(evaluate::EvaluateArgs),
    Experiments(experiments::ExperimentsArgs),
    Report(report::ReportArgs),
    Audit(audit::AuditArgs),
    Train(train::TrainArgs),
    Models(models::ModelsArgs),
    Prices(prices::PricesArgs),
    Rates(rates::RatesArgs),
    Inventory(inventory::InventoryArgs),
    Segments(segments::SegmentsArgs),
    Staff(staff::StaffArgs),
}

/// Runs the command of these arguments.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match Cli::try_parse_from(arguments) {
        Ok(cli) => cli.command.run(),
        Err(error) => {
            // Help and version are answers, too; where they cannot be printed nobody reads them.
            let _ = error.print();
            if error.use_stderr() { Exit::Usage.into() } else { Exit::Clean.into() }
        }
    }
}

impl Command {
    fn run(self) -> ExitCode {
        match self {
            Self::Demo(args) => demo::demo(&args).into(),
            Self::Serve(args) => serve::serve(&args).into(),
            Self::Init(args) => init::init(&args).into(),
            Self::Config(args) => config::config(&args).into(),
            Self::Status(args) => called(async move { status::status(&args).await }),
            Self::Decide(args) => called(async move { decide::decide(&args).await }),
            Self::Arrivals(args) => called(async move { arrivals::arrivals(&args).await }),
            Self::Catalog(args) => called(async move { catalog::catalog(&args).await }),
            Self::Channels(args) => called(async move { channels::channels(&args).await }),
            Self::Import(args) => match import::run(&args, &Clock::default(), false) {
                Ok(()) => Exit::Clean.into(),
                Err(error) => {
                    output::complain(format_args!("concierge import: {error}"));
                    error.exit().into()
                }
            },
            Self::Token(args) => called(async move { token::token(&args).await }),
            Self::Prices(args) => called(async move { prices::prices(&args).await }),
            Self::Rates(args) => called(async move { rates::rates(&args).await }),
            Self::Inventory(args) => called(async move { inventory::inventory(&args).await }),
            Self::Segments(args) => called(async move { segments::segments(&args).await }),
            Self::Staff(args) => called(async move { staff::staff(&args).await }),
            Self::Outbox(args) => called(async move { outbox::outbox(&args).await }),
            Self::Models(args) => called(async move { models::models(&args).await }),
            Self::Loadtest(args) => called(async move { loadtest::loadtest(&args).await }),
            Self::Evaluate(args) => evaluate::evaluate(&args).into(),
            Self::Experiments(args) => experiments::experiments(&args).into(),
            Self::Report(args) => report::report(&args).into(),
            Self::Audit(args) => audit::audit(&args).into(),
            Self::Train(args) => train::train(&args, &Clock::default()).into(),
            Self::Simulate(args) => simulate::simulate(&args).into(),
            Self::SimulateChannels(args) => simulate::channels::simulate_channels(&args).into(),
        }
    }
}

/// Runs a command that calls a server.
fn called<E: std::fmt::Display>(call: impl Future<Output = Result<(), E>>) -> ExitCode {
    let done = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map(|runtime| runtime.block_on(call));
    match done {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            output::complain(error);
            ExitCode::FAILURE
        }
        Err(error) => {
            output::complain(error);
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_teaches() {
        for command in Cli::command().get_subcommands() {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(about.len() > 15, "{} says nothing of itself", command.get_name());
            for argument in command.get_arguments().filter(|a| !a.is_hide_set()) {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(
                    !help.is_empty(),
                    "{} --{} says nothing of itself",
                    command.get_name(),
                    argument.get_id()
                );
            }
        }
    }
}
