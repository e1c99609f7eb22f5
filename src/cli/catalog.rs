//! `concierge catalog`: check a catalog's text, publish it, bring an earlier version back.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::api::v1;
use crate::api::v1::catalog_service_client::CatalogServiceClient;
use crate::catalog;

use super::client::{CallError, ServerArgs};
use super::output;

/// Checks, publishes and rolls back what a brand proposes.
#[derive(Debug, Args)]
pub(crate) struct CatalogArgs {
    #[command(subcommand)]
    command: CatalogCommand,
}

#[derive(Debug, Subcommand)]
enum CatalogCommand {
    /// Checks a catalog without a server: every problem with its line and column.
    Check {
        /// The catalog, TOML.
        file: PathBuf,
    },
    /// Publishes a catalog on a running server, in force when this returns.
    Publish {
        /// The catalog, TOML.
        file: PathBuf,
        /// Why.
        #[arg(long, default_value = "")]
        description: String,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Puts an earlier version in force again.
    RollBack {
        /// The version.
        version: u64,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Lists the versions.
    Versions {
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Prints the demo's catalog, a commented example to begin with.
    Example,
}

/// Why the command did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CatalogError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The text has problems.
    #[error("{}", list(.0))]
    Problems(Vec<catalog::Problem>),
    /// A call did not succeed.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl From<tonic::Status> for CatalogError {
    fn from(status: tonic::Status) -> Self {
        Self::Call(status.into())
    }
}

fn list(problems: &[catalog::Problem]) -> String {
    let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
    format!("{}\n{} problems", lines.join("\n"), problems.len())
}

fn read(path: &Path) -> Result<String, CatalogError> {
    std::fs::read_to_string(path)
        .map_err(|source| CatalogError::File { path: path.to_owned(), source })
}

/// Runs the command.
pub(crate) async fn catalog(args: &CatalogArgs) -> Result<(), CatalogError> {
    match &args.command {
        CatalogCommand::Example => output::answer(catalog::demo::DEMO_CATALOG),
        CatalogCommand::Check { file } => {
            let content = catalog::validate(&read(file)?).map_err(CatalogError::Problems)?;
            let (offers, placements) = (content.offers.len(), content.placements.len());
            output::answer(format_args!("no problems: {offers} offers, {placements} placements"));
        }
        CatalogCommand::Publish { file, description, server } => {
            let text = read(file)?;
            // Told here with lines and columns, before the server is asked.
            catalog::validate(&text).map_err(CatalogError::Problems)?;
            let mut client = CatalogServiceClient::new(server.connect().await?);
            let request = v1::PublishCatalogRequest {
                parent: format!("brands/{}", server.brand),
                description: description.clone(),
                source: Some(v1::publish_catalog_request::Source::CatalogToml(text)),
                ..v1::PublishCatalogRequest::default()
            };
            let published = client.publish_catalog(request).await?.into_inner();
            output::answer(format_args!("version {} is in force", published.catalog_version));
        }
        CatalogCommand::RollBack { version, server } => {
            let mut client = CatalogServiceClient::new(server.connect().await?);
            let request = v1::RollBackCatalogRequest {
                name: format!("brands/{}/catalog", server.brand),
                catalog_version: *version,
                ..v1::RollBackCatalogRequest::default()
            };
            let published = client.roll_back_catalog(request).await?.into_inner();
            let now = published.catalog_version;
            output::answer(format_args!("version {now} is in force, as version {version} was"));
        }
        CatalogCommand::Versions { server } => versions(server).await?,
    }
    Ok(())
}

async fn versions(server: &ServerArgs) -> Result<(), CatalogError> {
    let mut client = CatalogServiceClient::new(server.connect().await?);
    let request = v1::ListCatalogVersionsRequest {
        parent: format!("brands/{}/catalog", server.brand),
        ..v1::ListCatalogVersionsRequest::default()
    };
    let list = client.list_catalog_versions(request).await?.into_inner();
    let mut table = output::table(["version", "published by", "why", "in force"]);
    for version in list.versions {
        let is_current = if version.is_current { "yes" } else { "" };
        let number = version.catalog_version.to_string();
        table.add_row([&number, &version.publisher, &version.description, is_current]);
    }
    output::answer(table);
    Ok(())
}
