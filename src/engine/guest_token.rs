//! Guest tokens: what a browser shows, sealed with this store's key and kept nowhere.
//!
//! Layout: `gt_` and, in base64 (URL-safe, no padding), version 1 byte = 1 · nonce 12 · sealed part ·
//! tag 16. The part is sealed with AES-256-GCM-SIV (RFC 8452), so that nobody without the key reads
//! or changes a bit of it: not the guest's id, not what it may reach, not when it ends. The key is
//! derived from the store's secret for this purpose alone; a token holds over restarts, and is worth
//! nothing to another store.
//!
//! The part: expires µs 8 · minter · brand · guest · reservation (empty: none) · count 1, properties
//! (none: all that the minter reaches) · count 1, placements (none: all of pages and apps). Each text
//! has its length before it, 1 byte.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::id::{BrandId, GuestId, PlacementId, PropertyId, ReservationId};
use crate::domain::time::Timestamp;
use crate::sys::rng::secret;

use super::error::{Error, ErrorKind};

/// How every guest token begins.
pub const GUEST_TOKEN_PREFIX: &str = "gt_";
/// Longest guest token, in bytes.
pub const GUEST_TOKEN_BYTES_MAX: usize = 4_096;
/// Most properties, and most placements, of a token.
pub const TOKEN_LIST_MAX: usize = 16;

const VERSION: u8 = 1;
const CONTEXT: &[u8] = b"concierge guest token 1";

/// What a guest token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestPass {
    /// The credential that minted it: the token ends with it, and can do no more.
    pub minter: Arc<str>,
    /// The tenant.
    pub brand: BrandId,
    /// The guest it reaches.
    pub guest: GuestId,
    /// The reservation its decisions are about.
    pub reservation: Option<ReservationId>,
    /// Hotels it reaches; empty: those of the minter.
    pub properties: Vec<PropertyId>,
    /// Placements it may fill; empty: all that a page or an app shows.
    pub placements: Vec<PlacementId>,
    /// When it ends.
    pub expires: Timestamp,
}

/// Seals guest tokens and opens them.
#[derive(Clone)]
pub struct GuestTokens {
    key: Arc<LessSafeKey>,
}

impl GuestTokens {
    /// With a key that serves nothing else.
    pub fn new(key: &[u8; 32]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM_SIV, key)
            .unwrap_or_else(|_| unreachable!("the key has the length of the cipher"));
        Self { key: Arc::new(LessSafeKey::new(key)) }
    }

    /// The token that says this.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub fn seal(&self, pass: &GuestPass) -> Result<String, Error> {
        let failed = |what: &str| Error::new(ErrorKind::Internal, "TOKEN_NOT_SEALED", what);
        let nonce: [u8; NONCE_LEN] = secret().map_err(|error| failed(&error.to_string()))?;
        let mut part = written(pass);
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(CONTEXT),
                &mut part,
            )
            .map_err(|_| failed("a guest token could not be sealed"))?;
        let bytes = [&[VERSION][..], &nonce, &part].concat();
        Ok([GUEST_TOKEN_PREFIX, &URL_SAFE_NO_PAD.encode(bytes)].concat())
    }

    /// What a token says; `None` where it is not one of ours, whatever the reason. Whether it has
    /// ended is not looked at.
    pub fn open(&self, token: &str) -> Option<GuestPass> {
        if token.len() > GUEST_TOKEN_BYTES_MAX {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix(GUEST_TOKEN_PREFIX)?).ok()?;
        let (version, rest) = bytes.split_first()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>()?;
        if *version != VERSION {
            return None;
        }
        let mut part = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let part = self.key.open_in_place(nonce, Aad::from(CONTEXT), &mut part).ok()?;
        read(part)
    }
}

// A key is not for logs.
impl fmt::Debug for GuestTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuestTokens").finish_non_exhaustive()
    }
}

fn written(pass: &GuestPass) -> Vec<u8> {
    let mut part = pass.expires.as_micros().to_be_bytes().to_vec();
    let reservation = pass.reservation.as_ref().map_or("", |id| id.as_str());
    for text in [&*pass.minter, pass.brand.as_str(), pass.guest.as_str(), reservation] {
        put(&mut part, text);
    }
    put_list(&mut part, pass.properties.iter().map(|id| id.as_str()));
    put_list(&mut part, pass.placements.iter().map(|id| id.as_str()));
    part
}

fn put(part: &mut Vec<u8>, text: &str) {
    // Ids are at most 128 bytes.
    part.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    part.extend_from_slice(text.as_bytes());
}

fn put_list<'t>(part: &mut Vec<u8>, texts: impl ExactSizeIterator<Item = &'t str>) {
    part.push(u8::try_from(texts.len()).unwrap_or(u8::MAX));
    texts.for_each(|text| put(part, text));
}

fn read(mut part: &[u8]) -> Option<GuestPass> {
    let (expires, rest) = part.split_first_chunk::<8>()?;
    part = rest;
    let expires = Timestamp::from_micros(i64::from_be_bytes(*expires));
    let minter = Arc::from(text(&mut part)?);
    let brand = BrandId::parse("brand", text(&mut part)?).ok()?;
    let guest = GuestId::parse("guest", text(&mut part)?).ok()?;
    let reservation = match text(&mut part)? {
        "" => None,
        id => Some(ReservationId::parse("reservation", id).ok()?),
    };
    let properties = list(&mut part, |id| PropertyId::parse("property", id).ok())?;
    let placements = list(&mut part, |id| PlacementId::parse("placement", id).ok())?;
    let pass = GuestPass { minter, brand, guest, reservation, properties, placements, expires };
    part.is_empty().then_some(pass)
}

fn text<'p>(part: &mut &'p [u8]) -> Option<&'p str> {
    let (length, rest) = part.split_first()?;
    let (text, rest) = rest.split_at_checked(usize::from(*length))?;
    *part = rest;
    std::str::from_utf8(text).ok()
}

fn list<T>(part: &mut &[u8], read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let (count, rest) = part.split_first()?;
    *part = rest;
    (0..*count).map(|_| read(text(part)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass() -> GuestPass {
        let placement = |id| PlacementId::parse("p", id).unwrap();
        GuestPass {
            minter: Arc::from("portal"),
            brand: BrandId::parse("b", "acme").unwrap(),
            guest: GuestId::parse("g", "loyalty:Zoë 4711").unwrap(),
            reservation: Some(ReservationId::parse("r", "R-1").unwrap()),
            properties: vec![PropertyId::parse("p", "harbour").unwrap()],
            placements: vec![placement("portal.hero"), placement("app.home")],
            expires: Timestamp::from_seconds(1_795_341_600),
        }
    }

    #[test]
    fn what_was_sealed_is_read_and_tells_nobody_else() {
        let tokens = GuestTokens::new(&[7; 32]);
        let token = tokens.seal(&pass()).unwrap();
        assert_eq!(tokens.open(&token), Some(pass()));
        let again = GuestTokens::new(&[7; 32]);
        assert_eq!(again.open(&token), Some(pass()), "it holds over a restart");
        assert_eq!(GuestTokens::new(&[8; 32]).open(&token), None, "another store");
        assert_ne!(token, tokens.seal(&pass()).unwrap(), "no two tokens are alike");
        let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix("gt_").unwrap()).unwrap();
        let words: Vec<&[u8]> = vec![b"4711", b"acme", b"portal", b"harbour", b"R-1"];
        for word in words {
            assert!(!bytes.windows(word.len()).any(|part| part == word), "{word:?} can be read");
        }
        let none = GuestPass {
            reservation: None,
            properties: Vec::new(),
            placements: Vec::new(),
            ..pass()
        };
        assert_eq!(tokens.open(&tokens.seal(&none).unwrap()), Some(none));
    }

    #[test]
    fn a_token_of_the_longest_ids_is_no_longer_than_is_looked_at() {
        let wide = |at: usize| format!("{}{at:02}", "x".repeat(62));
        let pass = GuestPass {
            minter: Arc::from(wide(0)),
            brand: BrandId::parse("b", &wide(0)).unwrap(),
            guest: GuestId::parse("g", &"g".repeat(128)).unwrap(),
            reservation: Some(ReservationId::parse("r", &"r".repeat(128)).unwrap()),
            properties: (0..TOKEN_LIST_MAX)
                .map(|at| PropertyId::parse("p", &wide(at)).unwrap())
                .collect(),
            placements: (0..TOKEN_LIST_MAX)
                .map(|at| PlacementId::parse("p", &wide(at)).unwrap())
                .collect(),
            expires: Timestamp::NEVER,
        };
        let tokens = GuestTokens::new(&[7; 32]);
        assert_eq!(tokens.open(&tokens.seal(&pass).unwrap()), Some(pass));
    }

    /// Every bit, every length, every character in a place that had another.
    #[test]
    fn a_token_that_was_touched_is_none_of_ours() {
        let tokens = GuestTokens::new(&[7; 32]);
        let token = tokens.seal(&pass()).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix("gt_").unwrap()).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut turned = bytes.clone();
            turned[bit / 8] ^= 1 << (bit % 8);
            let turned = format!("gt_{}", URL_SAFE_NO_PAD.encode(turned));
            assert_eq!(tokens.open(&turned), None, "bit {bit}");
        }
        for bit in 0..token.len() * 8 {
            let mut turned = token.clone().into_bytes();
            turned[bit / 8] ^= 1 << (bit % 8);
            if let Ok(turned) = String::from_utf8(turned) {
                assert_eq!(tokens.open(&turned), None, "bit {bit} of the text");
            }
        }
        for length in 0..token.len() {
            assert_eq!(tokens.open(token.get(..length).unwrap()), None, "cut to {length}");
        }
        for longer in [format!("{token}A"), format!("{token}="), format!(" {token}")] {
            assert_eq!(tokens.open(&longer), None, "{longer}");
        }
        assert_eq!(tokens.open(&format!("gt_{}", "A".repeat(10_000))), None);
    }
}
