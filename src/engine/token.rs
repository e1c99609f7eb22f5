//! Attribution tokens: signed by this store's key, bound to brand and guest, carrying what a crash
//! may take.
//!
//! Layout before base64 (URL-safe, no padding): version 1 byte = 1 · decision id 16 · guest key 16
//! · decided µs 8 · expires µs 8 · slots n × (proposition 1 · slot 1 · offer key 8 · selection
//! probability f64 8) · HMAC-SHA256 truncated to 16. A token is opaque to its holder: it names no
//! price, no score and no raw guest id.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::domain::decision::{Carried, Decision, Slot};
use crate::domain::event::{SlotPlace, TokenFacts, TokenSlot};
use crate::domain::id::{BrandId, DecisionId, GuestKey, OfferKey};
use crate::domain::time::Timestamp;

const VERSION: u8 = 1;
const HEAD_BYTES: usize = 1 + 16 + 16 + 8 + 8;
const SLOT_BYTES: usize = 18;
pub(super) const TAG_BYTES: usize = 16;
/// Most slots a token carries; a decision has at most 16 × 30.
const SLOTS_MAX: usize = 480;

/// Signs and verifies tokens.
#[derive(Clone)]
pub(super) struct TokenSigner {
    keyed: Hmac<Sha256>,
}

/// A verified token.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct VerifiedToken {
    /// The decision.
    pub(super) decision: DecisionId,
    /// Whose it is.
    pub(super) guest: GuestKey,
    /// What it carries.
    pub(super) facts: TokenFacts,
}

impl TokenSigner {
    /// From the signing key of the store.
    pub(super) fn new(key: &[u8; 32]) -> Self {
        let keyed = Hmac::<Sha256>::new_from_slice(key)
            .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
        Self { keyed }
    }

    /// The token of a decision, for who asked by this id of its guest: it goes on working for that id
    /// should it part from the guest.
    pub(super) fn sign(&self, brand: &BrandId, decision: &Decision, heard_as: GuestKey) -> String {
        let slots = decision.propositions.iter().map(|p| p.slots.len()).sum::<usize>().max(1);
        let mut bytes = Vec::with_capacity(HEAD_BYTES + slots * SLOT_BYTES + TAG_BYTES);
        bytes.push(VERSION);
        bytes.extend_from_slice(&decision.id.0);
        bytes.extend_from_slice(&heard_as.0);
        bytes.extend_from_slice(&decision.decided.as_micros().to_be_bytes());
        bytes.extend_from_slice(&decision.expires.as_micros().to_be_bytes());
        for (place, slot) in places(decision) {
            bytes.extend_from_slice(&[place.proposition, place.slot]);
            bytes.extend_from_slice(&slot.key.0.to_be_bytes());
            bytes.extend_from_slice(&slot.selection_probability.to_be_bytes());
        }
        if let Some((place, offer, _)) = message_slot(decision) {
            let p = decision.channel.as_ref().map_or(1.0, |choice| choice.selection_probability);
            bytes.extend_from_slice(&[place.proposition, place.slot]);
            bytes.extend_from_slice(&offer.0.to_be_bytes());
            bytes.extend_from_slice(&p.to_be_bytes());
        }
        let tag = self.tag(brand, &bytes);
        bytes.extend_from_slice(&tag);
        URL_SAFE_NO_PAD.encode(&bytes)
    }

    /// Reads a token of this brand; `None` where it is not one of ours, whatever the reason.
    pub(super) fn verify(&self, brand: &BrandId, token: &str) -> Option<VerifiedToken> {
        if token.len() > (HEAD_BYTES + SLOTS_MAX * SLOT_BYTES + TAG_BYTES) * 4 / 3 + 4 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let body_bytes = bytes.len().checked_sub(TAG_BYTES).filter(|n| *n >= HEAD_BYTES)?;
        let (body, tag) = bytes.split_at(body_bytes);
        let is_ours: bool = self.tag(brand, body).ct_eq(tag).into();
        let (head, slots) = body.split_at(HEAD_BYTES);
        if !is_ours || head[0] != VERSION || slots.len() % SLOT_BYTES != 0 {
            return None;
        }
        let word =
            |at: usize, from: &[u8]| -> Option<[u8; 8]> { from.get(at..at + 8)?.try_into().ok() };
        let slots = slots
            .chunks_exact(SLOT_BYTES)
            .map(|s| {
                let place = SlotPlace { proposition: s[0], slot: s[1] };
                let offer = OfferKey(u64::from_be_bytes(word(2, s)?));
                Some(TokenSlot {
                    place,
                    offer,
                    selection_probability: f64::from_be_bytes(word(10, s)?),
                })
            })
            .collect::<Option<Vec<_>>>()?;
        Some(VerifiedToken {
            decision: DecisionId(head[1..17].try_into().ok()?),
            guest: GuestKey(head[17..33].try_into().ok()?),
            facts: TokenFacts {
                decided: Timestamp::from_micros(i64::from_be_bytes(word(33, head)?)),
                expires: Timestamp::from_micros(i64::from_be_bytes(word(41, head)?)),
                slots,
            },
        })
    }

    /// The signature of some bytes within a brand.
    pub(super) fn tag(&self, brand: &BrandId, body: &[u8]) -> [u8; TAG_BYTES] {
        let mut mac = self.keyed.clone();
        mac.update(brand.as_str().as_bytes());
        mac.update(&[0]);
        mac.update(body);
        let full = mac.finalize().into_bytes();
        let mut tag = [0; TAG_BYTES];
        tag.copy_from_slice(&full[..TAG_BYTES]);
        tag
    }
}

/// The one place of a message that the caller had chosen, with the key it is counted by, where it is to be
/// sent: what is withheld reaches nobody.
pub(super) fn message_slot(decision: &Decision) -> Option<(SlotPlace, OfferKey, Carried)> {
    let carried = decision.message?;
    decision.channel.as_ref().filter(|choice| choice.channel.is_some())?;
    Some((SlotPlace { proposition: 0, slot: 0 }, carried.key(), carried))
}

/// The slots of a decision with their places, in order.
pub(super) fn places(decision: &Decision) -> impl Iterator<Item = (SlotPlace, &Slot)> {
    (0_u8..).zip(&decision.propositions).flat_map(|(proposition, p)| {
        (0_u8..).zip(&p.slots).map(move |(slot, s)| (SlotPlace { proposition, slot }, s))
    })
}
