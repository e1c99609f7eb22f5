//! `concierge import`: history through the same log as everything. `dsjson` brings the decisions of a
//! hosted personalizer ([`dsjson`]); `bookings FILE.csv[.zst] --store DIR` two real hotels:
//!
//! | file | what it knows |
//! |---|---|
//! | [`source`] | lines of a file, plain or packed, whole or broken off |
//! | [`row`], [`country`] | what a row says, what is left out of it, why it is rejected |
//! | [`identity`] | who a row is, twins included |
//! | [`timeline`] | when what happened; moved by whole weeks with `--rebase` |
//! | [`plan`] | the whole file as one list of moments |
//! | [`events`] | moments as events, guests as facts and consents |
//! | [`write`] | the plan through the engine, many records under way |
//! | [`rejects`], [`summary`] | what was not taken, and what was |
//!
//! The hotels of the file are the properties `resort` and `city`, so the catalog in force must have
//! both. Into a store of the brand `demo` without a catalog the import first publishes the demo
//! catalog; for any other brand it refuses and says what to run, for a brand's catalog is not this
//! command's to invent.
//!
//! Repeating an import changes nothing: ids come from the rows. Nothing about consent is in the
//! file: `--consent-share` declares it, guest by guest, and every consent so made says so.

mod country;
#[cfg(test)]
mod cut_tests;
pub(super) mod dsjson;
mod events;
mod identity;
mod plan;
mod rejects;
mod row;
#[cfg(test)]
mod row_tests;
mod source;
mod summary;
mod timeline;
mod write;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use crate::catalog::Catalog;
use crate::catalog::demo::DEMO_CATALOG;
use crate::domain::id::{BrandId, Label, PropertyId};
use crate::domain::scope::{PropertyScope, Rights, Scope};
use crate::engine::{Engine, EngineOptions, Error, ErrorKind};
use crate::store::StoreError;
use crate::sys::clock::{Clock, Stopwatch};
use crate::sys::exit::Exit;
use crate::sys::rng::{NoRandomness, Randomness};

use events::Houses;
use plan::Reading;
use rejects::Rejects;
use source::Lines;
use summary::Summary;
use timeline::Timeliner;

/// The brand whose catalog comes with the binary.
const DEMO_BRAND: &str = "demo";

/// Bring history into a store.
#[derive(Debug, Args)]
pub struct ImportArgs {
    #[command(subcommand)]
    what: Import,
}

#[derive(Debug, Subcommand)]
enum Import {
    /// Hotel bookings: the CSV file of Antonio, de Almeida, Nunes (2019), plain or packed with
    /// zstd.
    ///
    /// Each row becomes a guest with a stay, facts and events in time order; rows that cannot be
    /// understood are listed with line and reason. To repeat an import changes nothing. The store
    /// must not be in use by a server.
    Bookings(BookingsArgs),
    /// Decisions of a hosted personalizer: its log, JSON lines in dsjson, plain or packed with zstd.
    ///
    /// The ranks of the brand learn from it, so that they begin with what the old service knew. Lines
    /// that cannot be understood are listed with line and reason. To repeat an import changes
    /// nothing. The store must not be in use by a server.
    Dsjson(dsjson::DsjsonArgs),
}

#[derive(Debug, Args)]
struct BookingsArgs {
    /// The file.
    file: PathBuf,
    /// The data folder, made by `concierge init`.
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    /// The brand the hotels belong to.
    #[arg(long, default_value = DEMO_BRAND)]
    brand: String,
    /// The property of the catalog that the file's resort hotel is.
    #[arg(long, value_name = "PROPERTY", default_value = "algarve-cliffs")]
    resort: String,
    /// The property of the catalog that the file's city hotel is.
    #[arg(long, value_name = "PROPERTY", default_value = "lisbon-baixa")]
    city: String,
    /// Move all dates by whole weeks, so that the last arrivals fall around today. What then lies
    /// in the future has not happened yet and is left out.
    #[arg(long)]
    rebase: bool,
    /// Part of the guests to declare opted in to profiling and marketing, 0 to 1: the file says
    /// nothing of it, and without consent nothing is learnt about anybody.
    #[arg(long, value_name = "SHARE", default_value_t = 0.6, value_parser = share)]
    consent_share: f64,
    /// Write rejected rows here, as CSV with line and reason.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Stop after this many bookings.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Print the summary as one JSON object.
    #[arg(long)]
    json: bool,
}

/// A share between 0 and 1.
fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "give a number from 0 to 1".to_owned())?;
    if (0.0..=1.0).contains(&share) {
        Ok(share)
    } else {
        Err("give a number from 0 to 1".to_owned())
    }
}

/// Why an import did not happen, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file, or where to write, is at fault.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: String,
        /// What is wrong with it.
        source: io::Error,
    },
    /// The command cannot work like this.
    #[error("{0}")]
    Usage(String),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gives no randomness.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// The engine refused.
    #[error(transparent)]
    Engine(#[from] Error),
}

impl ImportError {
    /// How the process should end.
    pub fn exit(&self) -> Exit {
        match self {
            Self::File { .. } | Self::Usage(_) => Exit::Usage,
            Self::Store(e) => e.exit(),
            Self::Randomness(_) => Exit::Storage,
            Self::Engine(e) => match e.kind {
                ErrorKind::DataLoss => Exit::Config,
                ErrorKind::InvalidArgument
                | ErrorKind::FailedPrecondition
                | ErrorKind::Unauthenticated
                | ErrorKind::PermissionDenied
                | ErrorKind::NotFound
                | ErrorKind::Conflict => Exit::Usage,
                ErrorKind::Overloaded
                | ErrorKind::DeadlineExceeded
                | ErrorKind::Indeterminate
                | ErrorKind::Internal => Exit::Storage,
            },
        }
    }
}

/// Runs `concierge import …` and prints what was done, unless its caller speaks for it.
///
/// # Errors
/// Where the file, the store or the catalog does not allow it. What was written before an error
/// stays, and repeating the import completes it.
pub fn run(args: &ImportArgs, clock: &Clock, is_quiet: bool) -> Result<(), ImportError> {
    let told = match &args.what {
        Import::Bookings(args) => {
            let summary = import_bookings(args, clock)?;
            if args.json { summary.to_json() } else { summary.to_table() }
        }
        Import::Dsjson(args) => {
            let summary = dsjson::import(args, clock)?;
            if args.json { summary.to_json() } else { summary.to_table() }
        }
    };
    if !is_quiet {
        super::output::answer(told);
    }
    Ok(())
}

/// Imports a file of bookings into an open engine: what the command does between opening and
/// closing the store, and what
/// `concierge demo --bookings` does.
pub struct BookingImport {
    /// The file.
    pub file: PathBuf,
    /// The properties its hotels become.
    houses: Houses,
    /// Move the dates so that the last arrivals fall around today?
    pub rebase: bool,
    /// Part of the guests declared opted in.
    pub consent_share: f64,
    /// Where rejects go.
    pub rejects: Option<PathBuf>,
    /// At most this many bookings.
    pub limit: Option<usize>,
}

fn import_bookings(args: &BookingsArgs, clock: &Clock) -> Result<Summary, ImportError> {
    let house = |field: &'static str, id: &str| {
        PropertyId::parse(field, id).map_err(|e| ImportError::Usage(e.to_string()))
    };
    let houses =
        Houses { resort: house("--resort", &args.resort)?, city: house("--city", &args.city)? };
    let import = BookingImport {
        file: args.file.clone(),
        houses,
        rebase: args.rebase,
        consent_share: args.consent_share,
        rejects: args.rejects.clone(),
        limit: args.limit,
    };
    let brand =
        BrandId::parse("brand", &args.brand).map_err(|e| ImportError::Usage(e.to_string()))?;
    let seeds = Randomness::from_os()?.shared("decisions");
    let on_fatal = |e: StoreError| e.exit().now(&e.to_string());
    let engine = Engine::open(EngineOptions::new(&args.store), clock.clone(), seeds, on_fatal)?;
    let summary = import.run(&engine, &scope(brand), clock);
    engine.close()?;
    summary
}

/// Who imports: everything within one brand.
fn scope(brand: BrandId) -> Scope {
    Scope {
        brand,
        properties: PropertyScope::All,
        rights: Rights::all(),
        credential: Arc::from("import"),
        bound: None,
    }
}

impl BookingImport {
    /// Reads the file, writes it, and says what was done.
    ///
    /// # Errors
    /// As [`run`].
    fn run(&self, engine: &Engine, scope: &Scope, clock: &Clock) -> Result<Summary, ImportError> {
        let whole = Stopwatch::start();
        let at = |path: &PathBuf| {
            let path = path.display().to_string();
            move |source| ImportError::File { path, source }
        };
        let catalog = catalog(engine, scope, &self.houses)?;
        let mut lines = Lines::open(&self.file).map_err(at(&self.file))?;
        let rejects_path = self.rejects.clone().unwrap_or_default();
        let mut rejects = Rejects::to(self.rejects.as_deref()).map_err(at(&rejects_path))?;
        let reading =
            Reading::read(&mut lines, self.limit, &mut rejects).map_err(at(&self.file))?;
        let (rejected, first_rejects) = rejects.close().map_err(at(&rejects_path))?;

        let now = clock.now();
        let today = timeline::local_day(now);
        let shift_weeks = if self.rebase { reading.weeks_to(today) } else { 0 };
        let timeliner =
            Timeliner::new(shift_weeks).map_err(|e| ImportError::Usage(e.to_string()))?;
        let (moments, not_yet) = reading.moments(&timeliner, now);
        let segments: Vec<Label> =
            catalog.content().segments.iter().map(|s| s.id.clone()).collect();
        let houses = self.houses.clone();
        let translator = events::Translator::new(timeliner, houses, self.consent_share, segments)
            .map_err(Error::from)?;

        let progress = progress(moments.len() as u64);
        let writing = Stopwatch::start();
        let written = write::write(engine, scope, &translator, &reading, &moments, &progress)?;
        progress.finish_and_clear();
        #[expect(clippy::cast_precision_loss, reason = "a count of bookings")]
        let bookings_per_second = written.bookings as f64 / writing.seconds().max(1e-9);
        Ok(Summary {
            rows: reading.rows,
            bookings: written.bookings,
            twins: reading.twins,
            guests: written.profiles,
            guests_opted_in: written.opted_in,
            events: written.events,
            duplicates: written.duplicates,
            conflicts: written.conflicts,
            not_yet,
            rejects: rejected,
            is_truncated: reading.is_truncated,
            mended: reading.mends,
            shift_weeks,
            catalog_version: catalog.version(),
            seconds: whole.seconds(),
            bookings_per_second,
            first_rejects,
        })
    }
}

/// The catalog in force, which must have both hotels; the demo brand's is published where there is
/// none.
fn catalog(engine: &Engine, scope: &Scope, houses: &Houses) -> Result<Arc<Catalog>, ImportError> {
    let brand = &scope.brand;
    let current = || engine.catalog(scope, None).map(|(catalog, _, _)| catalog);
    let catalog = match current() {
        Ok(catalog) => catalog,
        Err(e) if e.kind == ErrorKind::FailedPrecondition && brand.as_str() == DEMO_BRAND => {
            engine.publish_catalog(scope, DEMO_CATALOG, "demo catalog, for an import", None)?;
            current()?
        }
        Err(e) if e.kind == ErrorKind::FailedPrecondition => {
            return Err(ImportError::Usage(format!(
                "brand '{brand}' has no catalog; publish one with the two hotels of the file first: \
                 concierge catalog publish FILE.toml --store DIR --brand {brand}"
            )));
        }
        Err(e) => return Err(e.into()),
    };
    for (flag, id) in [("--resort", &houses.resort), ("--city", &houses.city)] {
        if !catalog.content().properties.iter().any(|p| p.id == *id) {
            return Err(ImportError::Usage(format!(
                "the catalog of brand '{brand}' has no property '{id}'; say with {flag} which of its properties the hotel of \
                 the file is"
            )));
        }
    }
    Ok(catalog)
}

/// A bar on the terminal; nothing where there is none.
fn progress(length: u64) -> ProgressBar {
    let bar = ProgressBar::new(length);
    let style =
        ProgressStyle::with_template("{wide_bar} {pos}/{len} records, {per_sec}, {eta} left");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}
