//! Settings: a TOML file, then the environment over it, then the defaults under both. Every default
//! is here.
//!
//! The environment names a setting by its path: `CONCIERGE_SERVER__LISTEN`,
//! `CONCIERGE_STORE__DURABILITY`. A key or a variable
//! that is not known is refused, with its line or its name: a setting that is misspelt does not
//! quietly keep its default.

mod check;
mod credential;
mod environment;
mod units;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use check::{Settings, Tls};
pub use credential::CredentialConfig;
pub use units::{NotAQuantity, Size, Span};

/// The settings of a server, as they are written.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where and how calls are taken.
    pub server: ServerConfig,
    /// JSON and gRPC-web beside gRPC.
    pub gateway: GatewayConfig,
    /// Where operators look.
    pub metrics: MetricsConfig,
    /// Where and how data are kept.
    pub store: StoreConfig,
    /// What is learnt from, and when.
    pub learning: LearningConfig,
    /// What is logged, and how.
    pub log: LogConfig,
    /// Who may call.
    pub credentials: Vec<CredentialConfig>,
}

/// Where and how calls are taken.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerConfig {
    /// Address and port. Without TLS only a loopback address is taken.
    pub listen: String,
    /// Certificate and key of the server; without them connections are not encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsConfig>,
    /// Connections open at once; one more is closed at once.
    pub max_connections: usize,
    /// Calls open at once on one connection; one more waits at the caller.
    pub max_streams_per_connection: u32,
    /// Calls that run at once over all connections; one more is turned away with
    /// `RESOURCE_EXHAUSTED`.
    pub max_in_flight: usize,
    /// Event streams open at once.
    pub max_event_streams: usize,
    /// Readers of outboxes at once.
    pub max_outbox_readers: usize,
    /// Watchers of next best offers at once, over all.
    pub max_watchers: usize,
    /// The same, with one credential.
    pub max_watchers_per_credential: usize,
    /// How often a watcher's offers are looked at for what changes by time alone.
    pub watch_interval: Span,
    /// Calls that may wait for the disk at once.
    pub max_blocking: usize,
    /// Calls a minute with the guest tokens of one guest; 0: no limit.
    pub max_guest_calls: u32,
    /// Longest a decision may take; a caller's own deadline counts where it is shorter.
    pub decide_timeout: Span,
    /// Longest any other call may take.
    pub call_timeout: Span,
    /// Longest a report over the whole log may take.
    pub report_timeout: Span,
    /// A connection that makes no call for so long after it was opened is closed.
    pub first_call_timeout: Span,
    /// A connection without a call for so long is closed.
    pub idle_timeout: Span,
    /// A connection this old is asked to end after its running calls, so that load spreads over new
    /// servers; 0: never.
    pub connection_age: Span,
    /// How often a silent caller is asked whether they are still there.
    pub keepalive_interval: Span,
    /// How long they may take to answer.
    pub keepalive_timeout: Span,
    /// From the first word of ending until no more connections are taken: time for balancers to
    /// notice.
    pub drain_delay: Span,
    /// Longest that running calls are waited for after that.
    pub drain_timeout: Span,
    /// Whether tools may ask which calls there are. They need a credential either way.
    pub reflection: bool,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:50051".to_owned(),
            tls: None,
            max_connections: 4_096,
            max_streams_per_connection: 128,
            max_in_flight: 1_024,
            max_event_streams: 256,
            max_outbox_readers: 256,
            max_watchers: 4_096,
            max_watchers_per_credential: 2_048,
            watch_interval: Span::seconds(15),
            max_blocking: 64,
            max_guest_calls: 240,
            decide_timeout: Span::seconds(2),
            call_timeout: Span::seconds(10),
            report_timeout: Span::seconds(300),
            first_call_timeout: Span::seconds(10),
            idle_timeout: Span::seconds(300),
            connection_age: Span::seconds(1_800),
            keepalive_interval: Span::seconds(30),
            keepalive_timeout: Span::seconds(10),
            drain_delay: Span::seconds(2),
            drain_timeout: Span::seconds(20),
            reflection: true,
        }
    }
}

/// JSON and gRPC-web, on the port of gRPC.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct GatewayConfig {
    /// Whether there is any of it; without, the port speaks gRPC only.
    pub enabled: bool,
    /// Whether the description of the API is served at `/openapi.json`. It holds no data, and asks
    /// for no credential.
    pub openapi: bool,
    /// Origins whose web pages may call, like `https://portal.example`; `*`: all.
    pub cors_origins: Vec<String>,
}

impl Default for GatewayConfig {
    fn default() -> Self {
        Self { enabled: true, openapi: true, cors_origins: Vec::new() }
    }
}

/// Certificate and key, in PEM files.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// The certificate, and those between it and its root.
    pub certificate_file: PathBuf,
    /// Its private key.
    pub key_file: PathBuf,
}

/// Where operators look.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct MetricsConfig {
    /// Address and port of `/metrics`, `/livez`, `/readyz` and `/version`; empty: none. It shows no
    /// personal data, and asks for no credential.
    pub listen: String,
}

impl Default for MetricsConfig {
    fn default() -> Self {
        Self { listen: "127.0.0.1:9464".to_owned() }
    }
}

/// When an acknowledged write is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DurabilityConfig {
    /// Synced before it is acknowledged.
    #[default]
    Always,
    /// Synced once an interval: a power cut may take one interval of acknowledged events.
    Interval,
}

/// Where and how data are kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreConfig {
    /// The folder, made by `concierge init`.
    pub folder: PathBuf,
    /// When an acknowledged write is on the disk: `always` or `interval`.
    pub durability: DurabilityConfig,
    /// With `interval`: how often is synced.
    pub interval: Span,
    /// Memory for guests that were active lately.
    pub resident: Size,
    /// Memory for what was read from the disk.
    pub cache: Size,
    /// Memory for what is not yet in sorted files.
    pub write_buffer: Size,
    /// Most that waits for the disk; above it writes are turned away.
    pub queue: Size,
    /// Most write-ahead log on the disk: bounds the time a restart takes.
    pub wal: Size,
    /// Most open files of the database.
    pub open_files: u16,
    /// Threads that sort files in the background.
    pub background_jobs: u8,
    /// Bytes a second those threads write at most: smooths their bursts. More for machines that
    /// take in more.
    pub background_rate: Size,
    /// Read past the page cache, on machines whose data are much larger than it.
    pub direct_reads: bool,
    /// How long a decision may wait for others to be written with.
    pub linger: Span,
    /// Messages that wait in the outbox of a brand; one more is turned away.
    pub max_outbox_messages: usize,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("concierge-data"),
            durability: DurabilityConfig::Always,
            interval: Span::millis(100),
            resident: Size::mebibytes(1_024),
            cache: Size::mebibytes(128),
            write_buffer: Size::mebibytes(64),
            queue: Size::mebibytes(64),
            wal: Size::mebibytes(128),
            open_files: 256,
            background_jobs: 2,
            background_rate: Size::mebibytes(64),
            direct_reads: false,
            linger: Span::millis(5),
            max_outbox_messages: 1_000_000,
        }
    }
}

/// What is learnt from, and when.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct LearningConfig {
    /// How long after a decision an event still counts as its outcome.
    pub attribution: Span,
    /// How long after a decision what came of it is final, and learnt from.
    pub maturity: Span,
    /// Half-life of a guest's taste, in days.
    pub taste_half_life_days: f64,
    /// Oldest event taken, but from the source `backfill`.
    pub event_age_max: Span,
    /// How far ahead of this server's clock an event's may be.
    pub event_ahead_max: Span,
    /// Records after which the models are written to the disk.
    pub checkpoint_records: u64,
    /// Age from which what was fitted to guests is fitted anew; 0: only when asked.
    pub refit: Span,
}

impl Default for LearningConfig {
    fn default() -> Self {
        Self {
            attribution: Span::seconds(7 * 86_400),
            maturity: Span::seconds(3_600),
            taste_half_life_days: crate::learn::preference::HALF_LIFE_DAYS,
            event_age_max: Span::seconds(7 * 86_400),
            event_ahead_max: Span::seconds(300),
            checkpoint_records: 200_000,
            refit: Span::seconds(86_400),
        }
    }
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// `text` for people, `json` for machines.
    pub format: String,
    /// What is logged, in the form `info,concierge::store=debug`.
    pub filter: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { format: "text".to_owned(), filter: "info".to_owned() }
    }
}

/// The defaults as a document that explains itself; a test holds it against [`Config::default`].
pub const DEFAULT_DOCUMENT: &str = include_str!("default.toml");

/// Settings that cannot be used, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration {} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not understood; the message shows the line.
    #[error("{}: {message}", path.display())]
    Document {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        message: String,
    },
    /// A variable of the environment is not understood.
    #[error("the variable {name}: {message}")]
    Variable {
        /// Its name.
        name: String,
        /// What is wrong with it.
        message: String,
    },
    /// Settings that do not go together, or are out of bounds.
    #[error("{}", list(.0))]
    Unusable(Vec<String>),
}

fn list(problems: &[String]) -> String {
    match problems {
        [only] => only.clone(),
        many => many.iter().map(|problem| format!("\n- {problem}")).collect(),
    }
}

impl Config {
    /// The settings of a file (`None`: the defaults) with the environment over them.
    ///
    /// # Errors
    /// Where the file cannot be read, or a key of it or a variable is not understood.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let config = match file {
            Some(path) => Self::read(path)?,
            None => Self::default(),
        };
        environment::over(config, environment)
    }

    fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        let document = |error: toml::de::Error| ConfigError::Document {
            path: path.to_owned(),
            message: error.to_string(),
        };
        toml::from_str(&text).map_err(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_text(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("concierge.toml");
        std::fs::write(&path, text).unwrap();
        Config::load(Some(&path), [])
    }

    #[test]
    fn the_document_of_defaults_says_what_the_code_does() {
        assert_eq!(of_text(DEFAULT_DOCUMENT).unwrap(), Config::default());
        // And it leaves nothing out: every key of the defaults stands in it.
        let document: toml::Table = toml::from_str(DEFAULT_DOCUMENT).unwrap();
        let defaults = toml::Table::try_from(Config::default()).unwrap();
        for (section, keys) in &defaults {
            let Some(keys) = keys.as_table() else { continue };
            for key in keys.keys() {
                assert!(
                    document[section.as_str()].get(key).is_some(),
                    "{section}.{key} is not in default.toml"
                );
            }
        }
    }

    #[test]
    fn a_misspelt_key_is_refused_with_its_line() {
        let error = of_text("[server]\nlisten = \"127.0.0.1:1\"\nmax_conections = 3\n")
            .unwrap_err()
            .to_string();
        assert!(error.contains("line 3") && error.contains("max_conections"), "{error}");
        let error = of_text("[sever]\n").unwrap_err().to_string();
        assert!(error.contains("line 1") && error.contains("sever"), "{error}");
        let error = of_text("[store]\nresident = \"1 GB\"\n").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("64MiB"), "{error}");
        let error = of_text("[store]\ndurability = \"never\"\n").unwrap_err().to_string();
        assert!(error.contains("always"), "{error}");
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Config::load(Some(Path::new("/nowhere/concierge.toml")), []).unwrap_err();
        assert!(error.to_string().contains("/nowhere/concierge.toml"));
    }
}
