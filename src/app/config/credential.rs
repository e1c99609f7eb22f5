//! Who may call, as it is written in the settings.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::id::{BrandId, PropertyId};
use crate::domain::scope::{PropertyScope, Right, Rights, Scope};
use crate::domain::time::Timestamp;
use crate::grpc::Credential;

/// A credential.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialConfig {
    /// Its id: 1 to 64 of `a-z 0-9 . _ -`; named in logs, and in the key.
    pub id: String,
    /// The brand it belongs to.
    pub brand: String,
    /// Hotels it reaches; empty: all of the brand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<String>,
    /// What it may do and see.
    pub rights: Vec<String>,
    /// SHA-256 of its key, 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
    /// A file that holds these digits, instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256_file: Option<PathBuf>,
    /// When it ends, RFC 3339; empty: never.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub expires: String,
}

/// Checks all credentials; problems are added to the list, and what is returned counts only where
/// there are none.
pub(super) fn check(configs: &[CredentialConfig], problems: &mut Vec<String>) -> Vec<Credential> {
    let mut seen = HashSet::new();
    let mut checked = Vec::with_capacity(configs.len());
    for (at, config) in configs.iter().enumerate() {
        let mut told = Vec::new();
        checked.extend(config.check(&mut told));
        if !seen.insert(config.id.as_str()) {
            told.push(format!("id {:?} is used twice; give each credential its own", config.id));
        }
        problems.extend(told.into_iter().map(|problem| format!("credentials[{at}].{problem}")));
    }
    checked
}

impl CredentialConfig {
    fn check(&self, problems: &mut Vec<String>) -> Option<Credential> {
        let mut take = |result: Result<(), String>| problems.extend(result.err());
        take(BrandId::parse("id", &self.id).map(drop).map_err(|e| e.to_string()));
        let brand = BrandId::parse("brand", &self.brand).map_err(|e| take(Err(e.to_string()))).ok();
        let mut properties = Vec::with_capacity(self.properties.len());
        for property in &self.properties {
            match PropertyId::parse("properties", property) {
                Ok(property) => properties.push(property),
                Err(invalid) => take(Err(invalid.to_string())),
            }
        }
        if self.rights.is_empty() {
            take(Err(format!("rights is empty; give some of {}", all_rights())));
        }
        let mut rights = Vec::with_capacity(self.rights.len());
        for right in &self.rights {
            match Right::from_name(right) {
                Some(right) => rights.push(right),
                None => take(Err(format!(
                    "rights: {right:?} is unknown; give some of {}",
                    all_rights()
                ))),
            }
        }
        let sha256 = self.hash().map_err(|e| take(Err(e))).ok();
        let expires = self.end().map_err(|e| take(Err(e))).ok();
        let properties = if properties.is_empty() {
            PropertyScope::All
        } else {
            PropertyScope::Only(properties)
        };
        let scope = Scope {
            brand: brand?,
            properties,
            rights: rights.into_iter().collect::<Rights>(),
            credential: Arc::from(self.id.as_str()),
            bound: None,
        };
        Some(Credential { scope, sha256: sha256?, expires: expires? })
    }

    fn hash(&self) -> Result<[u8; 32], String> {
        let text = match (&self.sha256_file, self.sha256.as_str()) {
            (Some(_), text) if !text.is_empty() => {
                return Err("sha256 and sha256_file are both given; give one".into());
            }
            (Some(path), _) => std::fs::read_to_string(path).map_err(|error| {
                format!("sha256_file {} cannot be read: {error}", path.display())
            })?,
            (None, text) => text.to_owned(),
        };
        digits(text.trim()).ok_or_else(|| {
            "sha256 is not 64 hexadecimal digits; `concierge config credential` makes a key with its hash".to_owned()
        })
    }

    fn end(&self) -> Result<Option<Timestamp>, String> {
        if self.expires.is_empty() {
            return Ok(None);
        }
        let moment = self.expires.parse::<jiff::Timestamp>();
        let moment = moment.map_err(|_| {
            format!("expires {:?} is no moment; write it like 2027-12-31T23:59:59Z", self.expires)
        })?;
        Ok(Some(Timestamp::from_micros(moment.as_microsecond())))
    }
}

fn all_rights() -> String {
    Right::ALL.map(Right::name).join(", ")
}

/// Reads 64 hexadecimal digits.
fn digits(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> CredentialConfig {
        CredentialConfig {
            id: "booking".into(),
            brand: "acme".into(),
            rights: vec!["decide".into()],
            sha256: "ab".repeat(32),
            ..Default::default()
        }
    }

    fn told(configs: &[CredentialConfig]) -> Vec<String> {
        let mut problems = Vec::new();
        check(configs, &mut problems);
        problems
    }

    #[test]
    fn a_sound_credential_becomes_a_scope() {
        let mut problems = Vec::new();
        let config = CredentialConfig {
            properties: vec!["harbour".into()],
            expires: "2030-01-01T00:00:00Z".into(),
            ..sound()
        };
        let checked = check(&[config], &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(checked[0].sha256, [0xab; 32]);
        assert!(checked[0].scope.may(Right::Decide) && !checked[0].scope.may(Right::Admin));
        assert!(checked[0].expires.is_some());
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let bad = CredentialConfig {
            id: "Booking Engine".into(),
            brand: String::new(),
            rights: vec!["decide".into(), "fly".into()],
            sha256: "xyz".into(),
            expires: "tomorrow".into(),
            ..Default::default()
        };
        let problems = told(&[sound(), bad]);
        let all = problems.join("\n");
        for expected in [
            "credentials[1].id",
            "credentials[1].brand",
            "\"fly\"",
            "64 hexadecimal",
            "\"tomorrow\"",
        ] {
            assert!(all.contains(expected), "{expected} is not in {all}");
        }
        assert!(told(&[sound(), sound()])[0].contains("used twice"));
    }
}
