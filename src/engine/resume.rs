//! Resume tokens: where a watch stood, signed by this store's key and bound to brand and guest.
//!
//! Layout before base64 (URL-safe, no padding): version 1 byte = 1 · guest key 16 · what was asked
//! 8 · decision 8 · content 8 · expires µs 8 · number of the push 8 · HMAC-SHA256 truncated to 16.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use crate::domain::id::{BrandId, GuestKey};
use crate::domain::time::Timestamp;

use super::token::{TAG_BYTES, TokenSigner};

const VERSION: u8 = 1;
const BODY_BYTES: usize = 1 + 16 + 5 * 8;

/// The last push of a watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sent {
    /// First half of the decision's id.
    pub(super) decision: u64,
    /// Fingerprint of what it showed: offers, prices, channel.
    pub(super) content: u64,
    /// When its reservations end.
    pub(super) expires: Timestamp,
    /// Its number, 1 for the first of the watch.
    pub(super) number: u64,
}

/// The token of a push, for a watch that asks `asked`.
pub(super) fn sign(
    signer: &TokenSigner,
    brand: &BrandId,
    guest: GuestKey,
    (asked, sent): (u64, &Sent),
) -> String {
    let mut bytes = Vec::with_capacity(BODY_BYTES + TAG_BYTES);
    bytes.push(VERSION);
    bytes.extend_from_slice(&guest.0);
    let expires = sent.expires.as_micros().cast_unsigned();
    for word in [asked, sent.decision, sent.content, expires, sent.number] {
        bytes.extend_from_slice(&word.to_be_bytes());
    }
    let tag = signer.tag(brand, &bytes);
    bytes.extend_from_slice(&tag);
    URL_SAFE_NO_PAD.encode(&bytes)
}

/// What was asked and the last push, by a token of this brand for this guest; `None` where it is
/// none, whatever the reason.
pub(super) fn verify(
    signer: &TokenSigner,
    brand: &BrandId,
    guest: GuestKey,
    token: &str,
) -> Option<(u64, Sent)> {
    if token.len() > (BODY_BYTES + TAG_BYTES) * 2 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (body, tag) = bytes.split_at_checked(BODY_BYTES)?;
    let is_ours: bool = signer.tag(brand, body).ct_eq(tag).into();
    let (head, words) = body.split_at_checked(17)?;
    let is_theirs = head.first() == Some(&VERSION) && head.get(1..) == Some(&guest.0[..]);
    let (words, _) = words.as_chunks::<8>();
    let words: [u64; 5] = words.try_into().map(|w: [[u8; 8]; 5]| w.map(u64::from_be_bytes)).ok()?;
    let [asked, decision, content, expires, number] = words;
    let expires = Timestamp::from_micros(expires.cast_signed());
    (is_ours && is_theirs).then_some((asked, Sent { decision, content, expires, number }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_by_its_own_brand_and_guest_only() {
        let signer = TokenSigner::new(&[7; 32]);
        let brand = |id: &str| BrandId::parse("brand", id).unwrap();
        let guest = GuestKey([3; 16]);
        let expires = Timestamp::from_seconds(-5);
        let sent = Sent { decision: 9, content: u64::MAX, expires, number: 12 };
        let token = sign(&signer, &brand("a"), guest, (77, &sent));
        assert_eq!(verify(&signer, &brand("a"), guest, &token), Some((77, sent)));
        assert_eq!(verify(&signer, &brand("b"), guest, &token), None);
        assert_eq!(verify(&signer, &brand("a"), GuestKey([4; 16]), &token), None);
        assert_eq!(verify(&TokenSigner::new(&[8; 32]), &brand("a"), guest, &token), None);
        for at in 0..token.len() {
            let mut turned = token.clone().into_bytes();
            turned[at] = if turned[at] == b'A' { b'Q' } else { b'A' };
            let turned = String::from_utf8(turned).unwrap();
            assert_eq!(verify(&signer, &brand("a"), guest, &turned), None, "character {at}");
        }
        assert_eq!(verify(&signer, &brand("a"), guest, ""), None);
    }
}
