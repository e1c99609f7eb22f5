//! Identifiers, each its own type, so that a guest can never be passed where an offer is meant.
//!
//! *Catalog ids* (brand, property, offer …) are names people write: 1 to 64 of `a-z 0-9 . _ -`.
//! *Foreign ids* (guest, reservation, event …) come from other systems: 1 to 128 bytes, no control
//! characters, compared byte for byte: no case folding, no Unicode normalization.

use std::fmt;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::invalid::Invalid;

/// Longest catalog id, in bytes.
pub const CATALOG_ID_BYTES_MAX: usize = 64;
/// Longest foreign id, in bytes.
pub const FOREIGN_ID_BYTES_MAX: usize = 128;

fn check_catalog_id(field: &str, text: &str) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::new(
            field,
            "is missing; give an id of 1 to 64 characters from a-z, 0-9, '.', '_' and '-'",
        ));
    }
    let fits = text.len() <= CATALOG_ID_BYTES_MAX
        && text.bytes().all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-')
        });
    if fits {
        Ok(())
    } else {
        Err(Invalid::new(field, "must be 1 to 64 characters from a-z, 0-9, '.', '_' and '-'"))
    }
}

fn check_foreign_id(field: &str, text: &str) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::new(field, "is missing; give the id that your system knows it by"));
    }
    if text.len() > FOREIGN_ID_BYTES_MAX {
        return Err(Invalid::new(field, "is longer than 128 bytes; shorten or hash it"));
    }
    if text.chars().any(char::is_control) {
        return Err(Invalid::new(field, "has a control character; remove it"));
    }
    Ok(())
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $check:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks and takes a text; `field` names it in the error.
            ///
            /// # Errors
            /// Where the text is empty, too long or has characters that are not allowed.
            pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
                $check(field, text)?;
                Ok(Self(Arc::from(text)))
            }

            /// The text as it came.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

text_id!(
    /// The tenant: a hotel group. All data belongs to one brand.
    BrandId, check_catalog_id
);
text_id!(
    /// One hotel.
    PropertyId, check_catalog_id
);
text_id!(
    /// Something a hotel may propose.
    OfferId, check_catalog_id
);
text_id!(
    /// How an offer is presented on one channel, locale and time context.
    TreatmentId, check_catalog_id
);
text_id!(
    /// A named slot on a surface.
    PlacementId, check_catalog_id
);
text_id!(
    /// A policy of any kind (decision, contact), a category, a group, a segment: anything else
    /// named in a catalog.
    Label, check_catalog_id
);
text_id!(
    /// A guest as the brand's systems know them.
    GuestId, check_foreign_id
);
text_id!(
    /// A reservation of the PMS.
    ReservationId, check_foreign_id
);
text_id!(
    /// A room of a property.
    RoomId, check_foreign_id
);
text_id!(
    /// An event, unique within its source: the key of deduplication.
    EventId, check_foreign_id
);
text_id!(
    /// The system an event comes from.
    SourceId, check_foreign_id
);
text_id!(
    /// Makes a repeated call return the stored answer.
    RequestId, check_foreign_id
);

/// An offer for the machine: a hash of its id, the same in every catalog version. A catalog with
/// two offers of one key is refused at publish, so within a brand a key names one offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OfferKey(pub u64);

impl OfferKey {
    /// The key of an offer id.
    pub fn of(offer: &OfferId) -> Self {
        Self(xxh3_64(offer.as_str().as_bytes()))
    }
}

/// Place of an offer in one catalog version, 0-based: short and dense, and meaningless without that
/// version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OfferIndex(pub u16);

impl OfferIndex {
    /// As an index of arrays laid out in catalog order.
    pub fn at(self) -> usize {
        usize::from(self.0)
    }
}

/// A 64-bit fingerprint of a foreign id (reservation, room, request) for compact state. Equal texts
/// have equal fingerprints; a guest's few dozen entries make an accidental match practically
/// impossible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(pub u64);

impl Fingerprint {
    /// Fingerprint of a text.
    pub fn of(text: &str) -> Self {
        Self(xxh3_64(text.as_bytes()))
    }
}

/// A guest in keys and in memory: a keyed hash of (brand, guest id). The raw id is never in a key,
/// a bound or a log line.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GuestKey(pub [u8; 16]);

impl GuestKey {
    /// The virtual partition of the guest, 0..=255.
    pub fn partition(self) -> u8 {
        self.0[0]
    }
}

impl fmt::Debug for GuestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuestKey(")?;
        for b in &self.0[..4] {
            write!(f, "{b:02x}")?;
        }
        f.write_str("…)")
    }
}

/// A decision: 128 bits, written as 32 hexadecimal digits. The first half is random, the second
/// hides the decision's sequence in the log, so that the record is found without an index (see
/// `store::Pepper::decision_id`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DecisionId(pub [u8; 16]);

impl DecisionId {
    /// Reads the 32 hexadecimal digits; `field` names it in the error.
    ///
    /// # Errors
    /// Where the text is not 32 hexadecimal digits.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        let bad = || {
            Invalid::new(
                field,
                "is not a decision id; give the 32 hexadecimal digits a decision returned",
            )
        };
        if text.len() != 32 || !text.is_ascii() {
            return Err(bad());
        }
        let mut bytes = [0_u8; 16];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let high = char::from(pair[0]).to_digit(16).ok_or_else(bad)?;
            let low = char::from(pair[1]).to_digit(16).ok_or_else(bad)?;
            *byte = u8::try_from(high * 16 + low).map_err(|_| bad())?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0_u8; 32];
        for (pair, byte) in text.chunks_exact_mut(2).zip(&self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecisionId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catalog_ids_are_plain_names() {
        assert!(OfferId::parse("offer_id", "spa.massage-60_min").is_ok());
        for bad in ["", "Spa", "spa massage", "späti", &"x".repeat(65)] {
            let e = OfferId::parse("offer_id", bad).unwrap_err();
            assert_eq!(e.field, "offer_id");
        }
    }

    #[test]
    fn foreign_ids_are_kept_byte_for_byte() {
        let nfc = GuestId::parse("guest", "Jos\u{e9}").unwrap();
        let nfd = GuestId::parse("guest", "Jose\u{301}").unwrap();
        assert_ne!(nfc, nfd);
        assert!(GuestId::parse("guest", " spaces kept ").is_ok());
        assert!(GuestId::parse("guest", "a\0b").is_err());
        assert!(GuestId::parse("guest", &"x".repeat(129)).is_err());
    }

    #[test]
    fn decision_ids_round_trip() {
        let id = DecisionId([0xab; 16]);
        assert_eq!(DecisionId::parse("decision", &id.to_string()), Ok(id));
        assert!(DecisionId::parse("decision", "xyz").is_err());
        assert!(DecisionId::parse("decision", &"é".repeat(16)).is_err());
    }
}
