//! Settings from the environment: `CONCIERGE_<SECTION>__<KEY>`.

use toml::{Table, Value};

use super::{Config, ConfigError};

/// What the name of every variable of ours begins with.
const PREFIX: &str = "CONCIERGE_";
/// What stands between a section and its key. Variables without it are not settings
/// (`CONCIERGE_CONFIG`, `CONCIERGE_KEY`).
const NESTED: &str = "__";

/// The settings with those of the environment over them.
pub(super) fn over(
    config: Config,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Config, ConfigError> {
    let mut ours: Vec<(String, String)> = environment
        .into_iter()
        .filter(|(name, _)| name.strip_prefix(PREFIX).is_some_and(|rest| rest.contains(NESTED)))
        .collect();
    ours.sort();
    let mut config = config;
    for (name, text) in ours {
        config = set(&config, &name, &text)
            .map_err(|message| ConfigError::Variable { name, message })?;
    }
    Ok(config)
}

/// The settings with one more. A value is a text or, where the setting is none, what TOML makes of
/// it.
fn set(config: &Config, name: &str, text: &str) -> Result<Config, String> {
    let path = name.strip_prefix(PREFIX).unwrap_or(name).to_ascii_lowercase();
    let path: Vec<&str> = path.split(NESTED).collect();
    if path.first() == Some(&"credentials") {
        return Err(
            "credentials are given in the file, with sha256_file where a secret manager holds them"
                .to_owned(),
        );
    }
    let table = Table::try_from(config).map_err(|error| error.to_string())?;
    let as_text = put(table.clone(), &path, Value::String(text.to_owned())).and_then(read);
    if as_text.is_ok() {
        return as_text;
    }
    let parsed = format!("value = {text}")
        .parse::<Table>()
        .ok()
        .and_then(|mut parsed| parsed.remove("value"));
    match parsed {
        Some(value) => put(table, &path, value).and_then(read),
        None => as_text,
    }
}

fn read(table: Table) -> Result<Config, String> {
    table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())
}

fn put(mut table: Table, path: &[&str], value: Value) -> Result<Table, String> {
    let mut at = &mut table;
    let Some((key, sections)) = path.split_last() else {
        return Err("names no setting".to_owned());
    };
    for section in sections {
        let entry = at.entry((*section).to_owned()).or_insert_with(|| Value::Table(Table::new()));
        at = entry.as_table_mut().ok_or_else(|| format!("{section} is no section"))?;
    }
    at.insert((*key).to_owned(), value);
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::config::{DurabilityConfig, Span};

    fn with(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        over(
            Config::default(),
            variables.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())),
        )
    }

    #[test]
    fn the_environment_counts_before_the_file() {
        let config = with(&[
            ("CONCIERGE_SERVER__LISTEN", "0.0.0.0:1"),
            ("CONCIERGE_SERVER__MAX_CONNECTIONS", "7"),
            ("CONCIERGE_SERVER__REFLECTION", "false"),
            ("CONCIERGE_SERVER__DECIDE_TIMEOUT", "50ms"),
            ("CONCIERGE_STORE__DURABILITY", "interval"),
            ("CONCIERGE_STORE__FOLDER", "007"),
            ("CONCIERGE_SERVER__TLS__CERTIFICATE_FILE", "a.crt"),
        ]);
        // A section is set whole: its other key is missing still.
        assert!(config.is_err());
        let config = with(&[
            ("CONCIERGE_SERVER__LISTEN", "0.0.0.0:1"),
            ("CONCIERGE_SERVER__MAX_CONNECTIONS", "7"),
            ("CONCIERGE_SERVER__REFLECTION", "false"),
            ("CONCIERGE_SERVER__DECIDE_TIMEOUT", "50ms"),
            ("CONCIERGE_STORE__DURABILITY", "interval"),
            ("CONCIERGE_STORE__FOLDER", "007"),
            ("CONCIERGE_LEARNING__TASTE_HALF_LIFE_DAYS", "30.5"),
            ("CONCIERGE_KEY", "not a setting"),
            ("PATH", "/bin"),
        ])
        .unwrap();
        assert_eq!(
            (config.server.listen.as_str(), config.server.max_connections),
            ("0.0.0.0:1", 7)
        );
        assert_eq!(config.server.decide_timeout, Span::millis(50));
        assert!(!config.server.reflection && config.store.durability == DurabilityConfig::Interval);
        assert_eq!(config.store.folder.to_str(), Some("007"));
    }

    #[test]
    fn an_unknown_variable_is_refused_by_its_name() {
        for (name, text) in [
            ("CONCIERGE_SERVER__LISTENS", "x"),
            ("CONCIERGE_SEVER__LISTEN", "x"),
            ("CONCIERGE_SERVER__MAX_CONNECTIONS", "many"),
            ("CONCIERGE_SERVER__LISTEN__PORT", "1"),
            ("CONCIERGE_CREDENTIALS__0__ID", "x"),
            ("CONCIERGE___", "x"),
        ] {
            let error = with(&[(name, text)]).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}
