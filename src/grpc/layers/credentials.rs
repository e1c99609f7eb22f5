//! Who calls: API keys `ck_<id>_<secret>`, and guest tokens `gt_…` that one of them minted.
//!
//! The server keeps the SHA-256 of the whole key. A key has 256 random bits, so a plain hash is
//! enough; it is compared in constant time, and an unknown id costs the same as a wrong secret.
//! Nothing of a key is ever logged.
//!
//! A guest token is sealed and stored nowhere (`engine::guest_token`). It is worth what its minter is
//! worth now, less all that a browser must not do: it ends with the minter's key, with the minter's
//! right to mint, and at its own time.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use http::HeaderMap;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::scope::{GuestBound, PropertyScope, Right, Scope};
use crate::domain::time::Timestamp;
use crate::engine::{GUEST_TOKEN_BYTES_MAX, GUEST_TOKEN_PREFIX, GuestPass, GuestTokens};
use crate::sys::clock::Clock;
use crate::sys::rng::{NoRandomness, secret};

/// Longest key looked at, in bytes.
const KEY_BYTES_MAX: usize = 256;

/// What a guest token may do, as far as its minter may.
const GUEST_RIGHTS: [Right; 4] =
    [Right::Decide, Right::EventsWrite, Right::GuestsRead, Right::GuestsWrite];

/// A credential as it is configured.
#[derive(Debug, Clone)]
pub struct Credential {
    /// What it may do, and its id as [`Scope::credential`].
    pub scope: Scope,
    /// SHA-256 of the key.
    pub sha256: [u8; 32],
    /// When it ends; `None`: never.
    pub expires: Option<Timestamp>,
}

/// All credentials, by id.
pub struct Credentials {
    by_id: HashMap<Arc<str>, Known>,
    guest_tokens: GuestTokens,
    clock: Clock,
}

struct Known {
    scope: Arc<Scope>,
    sha256: [u8; 32],
    expires: Option<Timestamp>,
}

impl Credentials {
    /// These credentials, and the tokens they mint; `clock` says when one has ended.
    pub fn new(
        credentials: impl IntoIterator<Item = Credential>,
        guest_tokens: GuestTokens,
        clock: Clock,
    ) -> Self {
        let known = |credential: Credential| {
            let id = Arc::clone(&credential.scope.credential);
            let scope = Arc::new(credential.scope);
            (id, Known { scope, sha256: credential.sha256, expires: credential.expires })
        };
        Self { by_id: credentials.into_iter().map(known).collect(), guest_tokens, clock }
    }

    /// The moment by which credentials end.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The scope of whoever sent these headers; `None` where they show no valid key, whatever the
    /// reason.
    pub(crate) fn verify(&self, headers: &HeaderMap) -> Option<Arc<Scope>> {
        let key = key_of(headers)?;
        if key.starts_with(GUEST_TOKEN_PREFIX.as_bytes()) {
            let pass = self.guest_tokens.open(std::str::from_utf8(key).ok()?)?;
            return self.held_to_guest(pass);
        }
        if key.len() > KEY_BYTES_MAX {
            return None;
        }
        // Hashed and compared even where the id is unknown, so that time tells nothing about which
        // ids there are.
        let known = id_of(key).and_then(|id| self.by_id.get(id));
        let given = Sha256::digest(key);
        let expected = known.map_or([0; 32], |known| known.sha256);
        let is_right: bool = given.as_slice().ct_eq(expected.as_slice()).into();
        let known = known.filter(|_| is_right)?;
        self.holds(known).then(|| Arc::clone(&known.scope))
    }

    fn holds(&self, known: &Known) -> bool {
        known.expires.is_none_or(|expires| self.clock.now() < expires)
    }

    /// What the bearer of a guest token may: no more than its minter now.
    fn held_to_guest(&self, pass: GuestPass) -> Option<Arc<Scope>> {
        let minter = self.by_id.get(&pass.minter).filter(|minter| self.holds(minter))?;
        let scope = &minter.scope;
        let is_minters = scope.brand == pass.brand && scope.may(Right::TokensMint);
        if !is_minters || self.clock.now() >= pass.expires {
            return None;
        }
        let properties = if pass.properties.is_empty() {
            scope.properties.clone()
        } else {
            let reached = pass.properties.into_iter().filter(|property| scope.reaches(property));
            PropertyScope::Only(reached.collect())
        };
        let GuestPass { guest, placements, reservation, .. } = pass;
        Some(Arc::new(Scope {
            brand: pass.brand,
            properties,
            rights: GUEST_RIGHTS.into_iter().filter(|right| scope.may(*right)).collect(),
            credential: pass.minter,
            bound: Some(Arc::new(GuestBound { guest, placements, reservation })),
        }))
    }
}

// Hashes are no secrets, but nobody needs them in a log.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("count", &self.by_id.len()).finish_non_exhaustive()
    }
}

/// Where a hosted personalizer looks for its key: who comes from there need not change it.
const HOSTED_KEY: &str = "ocp-apim-subscription-key";

/// The key of a call: `authorization: Bearer <key>`, `x-api-key: <key>`, or [`HOSTED_KEY`].
fn key_of(headers: &HeaderMap) -> Option<&[u8]> {
    let key = match headers.get(http::header::AUTHORIZATION) {
        Some(value) => {
            let (scheme, key) = value.as_bytes().split_at_checked(7)?;
            scheme.eq_ignore_ascii_case(b"bearer ").then_some(key)?
        }
        None => headers.get("x-api-key").or_else(|| headers.get(HOSTED_KEY))?.as_bytes(),
    };
    (key.len() <= GUEST_TOKEN_BYTES_MAX).then_some(key)
}

/// The id of a key: what stands between `ck_` and the last `_`.
fn id_of(key: &[u8]) -> Option<&str> {
    let rest = std::str::from_utf8(key).ok()?.strip_prefix("ck_")?;
    rest.rsplit_once('_').map(|(id, _)| id)
}

/// A new key for an id, with its SHA-256.
///
/// # Errors
/// Where the operating system gives no random bytes.
pub fn new_key(id: &str) -> Result<(String, [u8; 32]), NoRandomness> {
    let mut key = format!("ck_{id}_");
    for byte in secret::<32>()? {
        // Writing to a string cannot fail.
        let _ = write!(key, "{byte:02x}");
    }
    let sha256 = Sha256::digest(key.as_bytes()).into();
    Ok((key, sha256))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::testing::{NOW, scope};
    use crate::sys::clock::ManualClock;

    fn known(expires: Option<Timestamp>) -> (Credentials, String, ManualClock) {
        let (key, sha256) = new_key("test").unwrap();
        let clock = ManualClock::at(NOW);
        let credential = Credential { scope: scope(), sha256, expires };
        let guest_tokens = GuestTokens::new(&[7; 32]);
        (Credentials::new([credential], guest_tokens, clock.clone().into()), key, clock)
    }

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn a_key_is_taken_in_each_header() {
        let (credentials, key, _) = known(None);
        for headers in [
            headers("authorization", &format!("Bearer {key}")),
            headers("authorization", &format!("bearer {key}")),
            headers("x-api-key", &key),
            headers(HOSTED_KEY, &key),
        ] {
            assert_eq!(credentials.verify(&headers).unwrap().brand.as_str(), "acme");
        }
    }

    #[test]
    fn anything_else_is_not() {
        let (credentials, key, _) = known(None);
        let changed = format!("{}0", key.strip_suffix(key.chars().last().unwrap()).unwrap());
        let other = new_key("other").unwrap().0;
        let same_id = new_key("test").unwrap().0;
        for value in [
            "",
            "Bearer",
            "Bearer ",
            "Basic dGVzdA==",
            "Bearer ck_test_",
            "Bearer ck__",
            "Bearer ck_",
            &key,
            &format!("Bearer {other}"),
            &format!("Bearer {same_id}"),
            &format!("Bearer {key} "),
            &format!("Bearer  {key}"),
            &format!("Bearer {}", "x".repeat(10_000)),
        ] {
            assert!(credentials.verify(&headers("authorization", value)).is_none(), "{value}");
        }
        if changed != key {
            assert!(credentials.verify(&headers("x-api-key", &changed)).is_none());
        }
        assert!(credentials.verify(&HeaderMap::new()).is_none());
        let mut odd = HeaderMap::new();
        odd.insert("x-api-key", http::HeaderValue::from_bytes(b"ck_test_\xff").unwrap());
        assert!(credentials.verify(&odd).is_none());
    }

    #[test]
    fn a_key_ends_when_it_says() {
        let (credentials, key, clock) = known(Some(NOW.plus(std::time::Duration::from_secs(1))));
        let headers = headers("x-api-key", &key);
        assert!(credentials.verify(&headers).is_some());
        clock.advance(std::time::Duration::from_secs(1));
        assert!(credentials.verify(&headers).is_none());
    }

    #[test]
    fn keys_do_not_repeat() {
        assert_ne!(new_key("a").unwrap().0, new_key("a").unwrap().0);
    }
}
