//! Settings checked as a whole: what a server is started with, or every reason not to start.

use std::net::SocketAddr;
use std::path::Path;

use crate::engine::EngineOptions;
use crate::gateway::GatewayOptions;
use crate::grpc::Credential;
use crate::store::{Durability, Options};
use crate::sys::telemetry::LogFormat;

use super::{Config, ConfigError, DurabilityConfig, ServerConfig, credential};

/// Settings that can be used.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where calls are taken.
    pub listen: SocketAddr,
    /// Where operators look.
    pub metrics_listen: Option<SocketAddr>,
    /// Certificate and key.
    pub tls: Option<Tls>,
    /// JSON and gRPC-web; `None`: gRPC only.
    pub gateway: Option<GatewayOptions>,
    /// Everything else about taking calls.
    pub server: ServerConfig,
    /// Who may call.
    pub credentials: Vec<Credential>,
    /// The engine.
    pub engine: EngineOptions,
    /// Form of the log, and what goes into it.
    pub log: (LogFormat, String),
}

/// Certificate and key, as they stand in their files.
#[derive(Clone)]
pub struct Tls {
    /// The certificate chain, PEM.
    pub certificate: Vec<u8>,
    /// The private key, PEM.
    pub key: Vec<u8>,
}

// A private key is not for logs.
impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

impl Config {
    /// Checks the settings as a whole.
    ///
    /// # Errors
    /// With every reason why a server cannot be started with them.
    pub fn check(&self) -> Result<Settings, ConfigError> {
        let mut problems = Vec::new();
        let listen = address("server.listen", &self.server.listen, &mut problems);
        let metrics_listen = match self.metrics.listen.as_str() {
            "" => None,
            text => address("metrics.listen", text, &mut problems),
        };
        let tls = self.tls(&mut problems);
        if listen.is_some_and(|listen| !listen.ip().is_loopback()) {
            if self.server.tls.is_none() {
                let what = "takes calls from other machines without TLS; give server.tls, or listen on 127.0.0.1";
                problems.push(format!("server.listen {:?} {what}", self.server.listen));
            }
            if self.credentials.is_empty() {
                problems.push("credentials is empty, so nobody could call; `concierge config credential` makes one".to_owned());
            }
        }
        self.bounds(&mut problems);
        let gateway = self.gateway(&mut problems);
        let credentials = credential::check(&self.credentials, &mut problems);
        let format = self
            .log
            .format
            .parse::<LogFormat>()
            .map_err(|e| problems.push(format!("log.format: {e}")))
            .ok();
        match (listen, format) {
            (Some(listen), Some(format)) if problems.is_empty() => Ok(Settings {
                listen,
                metrics_listen,
                tls,
                gateway,
                server: self.server.clone(),
                credentials,
                engine: self.engine(),
                log: (format, self.log.filter.clone()),
            }),
            _ => Err(ConfigError::Unusable(problems)),
        }
    }

    fn tls(&self, problems: &mut Vec<String>) -> Option<Tls> {
        let files = self.server.tls.as_ref()?;
        let mut read = |setting: &str, path: &Path| {
            let bytes = std::fs::read(path);
            bytes
                .map_err(|error| {
                    problems.push(format!("{setting} {} cannot be read: {error}", path.display()))
                })
                .ok()
        };
        let certificate = read("server.tls.certificate_file", &files.certificate_file);
        let key = read("server.tls.key_file", &files.key_file);
        Some(Tls { certificate: certificate?, key: key? })
    }

    fn gateway(&self, problems: &mut Vec<String>) -> Option<GatewayOptions> {
        for origin in self.gateway.cors_origins.iter().filter(|origin| !is_origin(origin)) {
            let what = "is no origin; write it like https://portal.example, without a path";
            problems.push(format!("gateway.cors_origins: {origin:?} {what}"));
        }
        let (cors_origins, openapi) = (self.gateway.cors_origins.clone(), self.gateway.openapi);
        self.gateway.enabled.then_some(GatewayOptions { cors_origins, openapi })
    }

    /// Numbers that would make a server that does nothing, or too much.
    fn bounds(&self, problems: &mut Vec<String>) {
        let server = &self.server;
        let counts = [
            ("server.max_connections", server.max_connections, 100_000),
            (
                "server.max_streams_per_connection",
                server.max_streams_per_connection as usize,
                10_000,
            ),
            ("server.max_in_flight", server.max_in_flight, 100_000),
            ("server.max_event_streams", server.max_event_streams, 10_000),
            ("server.max_outbox_readers", server.max_outbox_readers, 10_000),
            ("store.max_outbox_messages", self.store.max_outbox_messages, 100_000_000),
            ("server.max_watchers", server.max_watchers, 100_000),
            ("server.max_watchers_per_credential", server.max_watchers_per_credential, 100_000),
            ("server.max_blocking", server.max_blocking, 400),
            ("store.open_files", usize::from(self.store.open_files), 65_535),
            ("store.background_jobs", usize::from(self.store.background_jobs), 64),
        ];
        for (name, number, most) in counts {
            if !(1..=most).contains(&number) {
                problems.push(format!("{name} is {number}; give 1 to {most}"));
            }
        }
        let spans = [
            ("server.decide_timeout", server.decide_timeout),
            ("server.call_timeout", server.call_timeout),
            ("server.report_timeout", server.report_timeout),
            ("server.first_call_timeout", server.first_call_timeout),
            ("server.idle_timeout", server.idle_timeout),
            ("server.watch_interval", server.watch_interval),
            ("server.keepalive_interval", server.keepalive_interval),
            ("server.keepalive_timeout", server.keepalive_timeout),
            ("store.interval", self.store.interval),
            ("learning.attribution", self.learning.attribution),
            ("learning.event_age_max", self.learning.event_age_max),
        ];
        for (name, _) in spans.into_iter().filter(|(_, span)| span.0.is_zero()) {
            problems.push(format!("{name} is zero; give a length of time"));
        }
        let refit = self.learning.refit.0;
        if !refit.is_zero() && refit < std::time::Duration::from_secs(3_600) {
            problems.push(format!(
                "learning.refit is {}; give 1h or more, or 0s for only when asked",
                self.learning.refit
            ));
        }
        let half_life = self.learning.taste_half_life_days;
        if !(half_life.is_finite() && half_life > 0.0) {
            problems.push(format!(
                "learning.taste_half_life_days is {half_life}; give a number above 0"
            ));
        }
        let store = &self.store;
        for (name, size) in [
            ("store.resident", store.resident),
            ("store.queue", store.queue),
            ("store.background_rate", store.background_rate),
        ] {
            if size.0 < 1 << 20 {
                problems.push(format!("{name} is {size}; give at least 1MiB"));
            }
        }
    }

    fn engine(&self) -> EngineOptions {
        let store = &self.store;
        let durability = match store.durability {
            DurabilityConfig::Always => Durability::Always,
            DurabilityConfig::Interval => Durability::Interval(store.interval.0),
        };
        let options = Options {
            durability,
            cache_bytes: store.cache.bytes(),
            write_buffer_bytes: store.write_buffer.bytes(),
            queue_bytes: store.queue.bytes(),
            wal_bytes: store.wal.0,
            open_files: store.open_files,
            background_jobs: store.background_jobs,
            background_bytes_per_second: store.background_rate.0,
            direct_reads: store.direct_reads,
            linger: store.linger.0,
            ..Options::default()
        };
        let learning = &self.learning;
        EngineOptions {
            store: options,
            resident_bytes: store.resident.bytes(),
            outbox_messages_max: store.max_outbox_messages,
            event_age_max: learning.event_age_max.0,
            event_ahead_max: learning.event_ahead_max.0,
            attribution: learning.attribution.0,
            maturity: learning.maturity.0,
            taste_half_life_days: learning.taste_half_life_days,
            checkpoint_records: learning.checkpoint_records,
            refit: learning.refit.0,
            ..EngineOptions::new(&store.folder)
        }
    }
}

/// A scheme, a host and perhaps a port, as browsers write it; or all of them.
fn is_origin(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-:[]".contains(c);
    text == "*" || rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(is_plain))
}

fn address(name: &str, text: &str, problems: &mut Vec<String>) -> Option<SocketAddr> {
    let address = text.parse::<SocketAddr>();
    address
        .map_err(|_| {
            problems.push(format!(
                "{name} {text:?} is no address and port; write it like 127.0.0.1:50051"
            ))
        })
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::config::{Size, Span, TlsConfig};

    fn told(change: impl FnOnce(&mut Config)) -> String {
        let mut config = Config::default();
        change(&mut config);
        config.check().unwrap_err().to_string()
    }

    #[test]
    fn the_defaults_can_be_used() {
        let settings = Config::default().check().unwrap();
        assert!(settings.listen.ip().is_loopback() && settings.tls.is_none());
        assert_eq!(settings.engine.resident_bytes, 1 << 30);
    }

    #[test]
    fn calls_from_other_machines_need_tls_and_credentials() {
        let problems = told(|c| c.server.listen = "0.0.0.0:50051".into());
        assert!(
            problems.contains("without TLS") && problems.contains("credentials is empty"),
            "{problems}"
        );
        let problems = told(|c| c.server.listen = "[::]:1".into());
        assert!(problems.contains("without TLS"), "{problems}");
        assert!(
            Config {
                server: ServerConfig { listen: "[::1]:1".into(), ..Default::default() },
                ..Default::default()
            }
            .check()
            .is_ok()
        );
    }

    #[test]
    fn every_reason_is_told_at_once() {
        let problems = told(|c| {
            c.server.listen = "localhost".into();
            c.metrics.listen = "9464".into();
            c.server.max_connections = 0;
            c.server.decide_timeout = Span::millis(0);
            c.store.resident = Size(10);
            c.store.background_rate = Size(0);
            c.learning.taste_half_life_days = f64::NAN;
            c.log.format = "yaml".into();
            c.gateway.cors_origins = vec!["*".into(), "https://portal.example/".into()];
            let nowhere = || "/nowhere/tls.pem".into();
            c.server.tls = Some(TlsConfig { certificate_file: nowhere(), key_file: nowhere() });
        });
        for expected in [
            "server.listen",
            "metrics.listen",
            "max_connections",
            "decide_timeout",
            "store.resident",
            "store.background_rate",
            "taste_half_life_days",
            "log.format",
            "gateway.cors_origins: \"https://portal.example/\"",
            "certificate_file",
            "key_file",
        ] {
            assert!(problems.contains(expected), "{expected} is not in {problems}");
        }
    }
}
