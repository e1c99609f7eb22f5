//! `concierge demo`: a hotel group lives through a month, then the server stays up.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser};

use crate::app::config::{Config, ConfigError, Span};
use crate::app::{App, DEMO_BRAND, Listeners, StartError, World, demo_credential};
use crate::catalog::demo::with_holdout;
use crate::domain::time::{DAY_MICROS, Timestamp};
use crate::engine::insight::FitQuery;
use crate::engine::{Engine, InsightQuery};
use crate::sim::figures::Lift;
use crate::sim::wire::{Address, Served};
use crate::sim::{DayReport, Ended, Knobs, Setting, Simulation, Stopped};
use crate::store::StoreError;
use crate::sys::clock::{Clock, ManualClock};
use crate::sys::exit::Exit;
use crate::sys::rng::{NoRandomness, Randomness};
use crate::sys::shutdown::Shutdown;
use crate::sys::telemetry::{TelemetryError, install_metrics, start_logs};

use super::channels::scene;
use super::client::{CallError, ServerArgs};
use super::{Cli, Command, output, staff};

/// Shows what Concierge does: makes a store, publishes a catalog of 46 offers, serves, and lets
/// guests live through 30 days in which booking engine, portal, app and front desk call over gRPC.
/// Then the server stays up for you.
///
/// Guests answer by tastes that the server never sees. One in ten gets the most popular offers
/// instead, one in ten random ones: what personalization is worth is measured in the same run.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Seed of the world: the same seed, the same figures (but for times).
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Days to live through.
    #[arg(long, default_value_t = 30)]
    days: u32,
    /// Guests of the group.
    #[arg(long, default_value_t = 8_000)]
    guests: u32,
    /// Import real bookings first (see `concierge import bookings`).
    #[arg(long, value_name = "FILE")]
    bookings: Option<PathBuf>,
    /// End when the days are over.
    #[arg(long)]
    once: bool,
    /// Print one JSON object with the figures, and nothing else.
    #[arg(long)]
    json: bool,
    /// Where to keep the store; without it, in a folder that goes away with the demo.
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// Address and port for calls.
    #[arg(long, default_value = "127.0.0.1:50051", value_name = "ADDRESS")]
    listen: String,
}

/// Why the demo did not come to its end.
#[derive(Debug, thiserror::Error)]
enum DemoError {
    #[error("{0}")]
    Config(#[from] ConfigError),
    #[error("{0}")]
    Telemetry(#[from] TelemetryError),
    #[error("{0}")]
    Randomness(#[from] NoRandomness),
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("{0}")]
    Start(#[from] StartError),
    #[error("{0}")]
    Engine(#[from] crate::engine::Error),
    #[error("{0}")]
    Import(#[from] super::import::ImportError),
    #[error("{0}")]
    Simulation(#[from] Stopped),
    #[error("{0}")]
    Call(#[from] CallError),
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("the figures cannot be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// Runs the command.
pub(crate) fn demo(args: &DemoArgs) -> Exit {
    match run(args) {
        Ok(exit) => exit,
        Err(error) => {
            output::complain(format_args!("concierge demo: {error}"));
            Exit::Config
        }
    }
}

/// A folder of ours, removed with it.
struct TemporaryFolder(PathBuf);

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // What cannot be removed stays in the system's temporary folder, which is for that.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn run(args: &DemoArgs) -> Result<Exit, DemoError> {
    let randomness = Randomness::from_os()?;
    let name = format!("concierge-demo-{:016x}", randomness.stream("folder").next_u64());
    let temporary = TemporaryFolder(std::env::temp_dir().join(name));
    let folder = args.store.clone().unwrap_or_else(|| temporary.0.clone());
    Engine::init(&folder)?;
    if let Some(file) = &args.bookings {
        import(file, &folder, args.json)?;
    }
    let mut config = Config::default();
    config.store.folder.clone_from(&folder);
    config.server.listen.clone_from(&args.listen);
    // The simulated days pass faster than this clock: the demo fits when they are over.
    config.learning.refit = Span(Duration::ZERO);
    if args.once {
        config.metrics.listen.clear();
        config.server.listen = "127.0.0.1:0".to_owned();
    }
    let mut settings = config.check()?;
    start_logs(settings.log.0, "warn")?;
    let (key, credential) = demo_credential()?;
    let scope = credential.scope.clone();
    settings.credentials.push(credential);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let listeners = runtime.block_on(Listeners::bind(&settings))?;
    let address = listeners.calls.local_addr()?;

    let today = Clock::System.now().as_micros().div_euclid(DAY_MICROS);
    let first = today - i64::from(args.days);
    let clock = ManualClock::at(Timestamp::from_micros((first - scene::DAYS) * DAY_MICROS));
    let world = World {
        clock: Clock::Manual(clock.clone()),
        randomness: Randomness::from_seed(args.seed),
        metrics: install_metrics()?,
        on_fatal: Box::new(|error| Exit::Storage.now(&error.to_string())),
    };
    let shutdown = Shutdown::new();
    let app = {
        let _inside = runtime.enter();
        App::build(settings, world, listeners, &shutdown)?
    };
    let engine = app.engine();
    engine.hold_upkeep(true);
    // The demo's hotels write their letters themselves, so that those can be compared.
    engine.publish_catalog(&scope, &with_holdout(), "the demo's catalog", None)?;
    let server = runtime.spawn(app.run());

    let address = Address { uri: format!("http://{address}"), brand: DEMO_BRAND.to_owned(), key };
    let caller = ServerArgs::of(&address.uri, &address.key, &address.brand);
    scene::live(&runtime, &caller, &clock, first, || {
        engine.upkeep()?;
        Ok::<_, DemoError>(engine.learned()?)
    })?;
    let ended = live(args, &engine, &clock, &address, first)?;
    tell(args, &ended)?;
    if !args.json {
        let until = Timestamp::from_micros(clock.now().as_micros() + 1);
        engine.fit_guests(&scope, &FitQuery::default())?;
        output::answer("\nHow the hotels stand, from the log (also: concierge report):\n");
        super::report::print(&engine.insight(&scope, &InsightQuery::last_days(until, args.days))?);
        runtime.block_on(scene::show(&caller, clock.now()))?;
        runtime.block_on(staff::scene::show(&caller))?;
    }
    if !args.once {
        stay_up(&runtime, &shutdown, (&engine, &clock), &address, &ended)?;
    }
    shutdown.begin();
    drop(engine);
    let exit = runtime.block_on(server).map_err(std::io::Error::other)??;
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(exit)
}

fn import(file: &Path, folder: &Path, is_quiet: bool) -> Result<(), DemoError> {
    let words = ["concierge", "import", "bookings", "--rebase", "--store"].map(OsString::from);
    let words =
        words.into_iter().chain([folder.as_os_str().to_owned(), file.as_os_str().to_owned()]);
    match Cli::try_parse_from(words).map(|cli| cli.command) {
        Ok(Command::Import(import)) => Ok(super::import::run(&import, &Clock::System, is_quiet)?),
        Ok(_) | Err(_) => unreachable!("the words of a command of ours"),
    }
}

/// Lives through the days.
fn live(
    args: &DemoArgs,
    engine: &std::sync::Arc<Engine>,
    clock: &ManualClock,
    address: &Address,
    first: i64,
) -> Result<Ended, DemoError> {
    let settled = std::sync::Arc::clone(engine);
    let settle = Box::new(move || {
        let rest = || {
            settled.upkeep()?;
            settled.learned()
        };
        rest().map_err(|error: crate::engine::Error| error.to_string())
    });
    let mut served = Served::connect(address, clock.clone(), settle).map_err(Stopped::from)?;
    let knobs = Knobs { guests: args.guests, days: args.days, ..Knobs::default() };
    let first_day = jiff::Timestamp::from_second(first * 86_400)
        .map(|t| t.to_zoned(jiff::tz::TimeZone::UTC).date())
        .map_err(std::io::Error::other)?;
    let setting = Setting { brand: DEMO_BRAND.to_owned(), seed: args.seed, first_day, knobs };
    let simulation = Simulation::new(&mut served, setting)?;
    if !args.json {
        output::answer(HEADINGS);
    }
    Ok(simulation.run(|day| {
        if !args.json {
            output::answer(row(day));
        }
    })?)
}

const HEADINGS: &str = "\
 day   decisions    per s   p50 ms   p99 ms   personalized   most popular   random   lift over most popular
────────────────────────────────────────────────────────────────────────────────────────────────────────────";

fn row(day: &DayReport) -> String {
    let [personalized, popular, random] = day.arms.map(|arm| arm.rate() * 100.0);
    let lift = day.lift.as_ref().map(lift).unwrap_or_default();
    format!(
        "{:>4} {:>11} {:>8.0} {:>8.2} {:>8.2} {personalized:>12.2} % {popular:>12.2} % {random:>6.2} %   {lift}",
        day.number, day.decisions, day.decisions_per_second, day.p50_ms, day.p99_ms,
    )
}

fn lift(lift: &Lift) -> String {
    let percent = |x: f64| x * 100.0;
    format!(
        "{:+.0} % ({:+.0} to {:+.0})",
        percent(lift.lift),
        percent(lift.low),
        percent(lift.high)
    )
}

fn tell(args: &DemoArgs, ended: &Ended) -> Result<(), DemoError> {
    if args.json {
        output::answer(serde_json::to_string(&ended.figures)?);
        return Ok(());
    }
    let figures = &ended.figures;
    let percent = |x: f64| x * 100.0;
    output::answer(format_args!(
        "\nAccepted of what was shown: {:.2} % personalized, {:.2} % most popular, {:.2} % random. Who knew every \
         guest's mind could reach {:.2} %.",
        percent(figures.accept_rate),
        percent(figures.accept_rate_popular),
        percent(figures.accept_rate_random),
        percent(figures.accept_rate_oracle),
    ));
    Ok(())
}

/// Explains one decision, says how to go on, and waits for Ctrl-C, on the system's clock.
fn stay_up(
    runtime: &tokio::runtime::Runtime,
    shutdown: &Shutdown,
    (engine, clock): (&std::sync::Arc<Engine>, &ManualClock),
    address: &Address,
    ended: &Ended,
) -> Result<(), DemoError> {
    if let Some(known) = &ended.acquaintance {
        let (guest, house) = (&known.guest, &known.house);
        output::answer(format_args!("\nOne guest, explained ({guest}, at {house}):\n"));
        let mut words =
            vec!["concierge", "decide", "--explain", "--channel", "--placement", "app.home"];
        words.extend(["--server", &address.uri, "--key", &address.key]);
        words.extend(["--guest", guest, "--property", house]);
        if let Ok(Command::Decide(decide)) = Cli::try_parse_from(words).map(|cli| cli.command)
            && let Err(error) = runtime.block_on(super::decide::decide(&decide))
        {
            output::complain(error);
        }
        output::answer(format_args!(
            "\nThe server stays up at {uri}. In another terminal:\n\n  \
             export CONCIERGE_KEY={key}\n  \
             {program} decide --guest {guest} --property {house} --placement app.home --explain\n  \
             {program} channels --guest helena\n  \
             {program} staff route --guest {guest} --property lisbon-baixa --issue complaint\n  \
             {program} status\n\nCtrl-C ends it.",
            program = program(),
            uri = address.uri,
            key = address.key,
        ));
    }
    engine.hold_upkeep(false);
    runtime.block_on(async { shutdown.listen_for_signals() })?;
    let clock = clock.clone();
    runtime.block_on(async {
        while !shutdown.has_begun() {
            clock.set(Clock::System.now());
            shutdown.sleep(Duration::from_millis(20)).await;
        }
    });
    Ok(())
}

/// What to type to run this program again: as it was run, which a search path need not know.
fn program() -> String {
    let first = std::env::args_os().next();
    first.map_or_else(|| "concierge".to_owned(), |first| first.to_string_lossy().into_owned())
}
