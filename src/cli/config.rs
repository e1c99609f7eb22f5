//! `concierge config`: settings, checked and explained, and keys for callers.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::app::config::{Config, CredentialConfig, DEFAULT_DOCUMENT};
use crate::grpc::new_key;
use crate::sys::exit::Exit;

use super::output;

/// Checks settings, prints the defaults, makes keys.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Checks a configuration, with the environment over it, and says everything that is wrong.
    /// Starts nothing.
    Check {
        /// The file; without it, the defaults and the environment are checked.
        #[arg(long, env = "CONCIERGE_CONFIG", value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Prints every setting with its default and what it means, as a file to start from.
    PrintDefault,
    /// Makes a key for a caller, and the entry of the configuration that lets it in. The key is
    /// shown once: the server keeps only its hash.
    Credential(CredentialArgs),
}

#[derive(Debug, Args)]
struct CredentialArgs {
    /// Its id, named in logs.
    #[arg(long)]
    id: String,
    /// The brand it belongs to.
    #[arg(long)]
    brand: String,
    /// What it may do and see; give it several times, or with commas.
    #[arg(long = "right", value_delimiter = ',', required = true)]
    rights: Vec<String>,
    /// A hotel it reaches; give it several times. Without it: all of the brand.
    #[arg(long = "property", value_delimiter = ',')]
    properties: Vec<String>,
    /// When it ends, like 2027-12-31T23:59:59Z.
    #[arg(long, default_value = "")]
    expires: String,
}

/// Runs the command.
pub(crate) fn config(args: &ConfigArgs) -> Exit {
    match &args.what {
        What::Check { config } => check(config.as_ref()),
        What::PrintDefault => {
            output::answer(DEFAULT_DOCUMENT.trim_end());
            Exit::Clean
        }
        What::Credential(args) => credential(args),
    }
}

fn check(file: Option<&PathBuf>) -> Exit {
    let checked = Config::load(file.map(PathBuf::as_path), std::env::vars())
        .and_then(|config| config.check());
    match checked {
        Ok(settings) => {
            let tls = if settings.tls.is_some() {
                "with TLS"
            } else {
                "without TLS, on this machine only"
            };
            let (listen, count) = (settings.listen, settings.credentials.len());
            output::answer(format_args!(
                "The configuration can be used: {listen} {tls}, {count} credential(s)."
            ));
            Exit::Clean
        }
        Err(error) => {
            output::complain(format_args!("The configuration cannot be used. {error}"));
            Exit::Config
        }
    }
}

fn credential(args: &CredentialArgs) -> Exit {
    let made = match new_key(&args.id) {
        Ok(made) => made,
        Err(error) => {
            output::complain(format_args!("concierge config credential: {error}"));
            return Exit::Config;
        }
    };
    let (key, sha256) = made;
    let entry = CredentialConfig {
        id: args.id.clone(),
        brand: args.brand.clone(),
        properties: args.properties.clone(),
        rights: args.rights.clone(),
        sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
        sha256_file: None,
        expires: args.expires.clone(),
    };
    let config = Config { credentials: vec![entry], ..Config::default() };
    if let Err(error) = config.check() {
        output::complain(error);
        return Exit::Usage;
    }
    let Ok(entry) = toml::to_string(&Credentials { credentials: &config.credentials }) else {
        return Exit::Config;
    };
    output::answer(format_args!(
        "# The key, for the caller. It is not shown again:\n# {key}\n\n{entry}"
    ));
    Exit::Clean
}

/// The entry as it stands in the file.
#[derive(serde::Serialize)]
struct Credentials<'c> {
    credentials: &'c [CredentialConfig],
}
