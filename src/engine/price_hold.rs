//! A price is promised to a guest for a while, and honoured.
//!
//! The promise is a token, signed by this store's key and bound to the brand and the guest: nothing is
//! kept of it here, and it outlives restarts. What is bought under it says so in its record, with the
//! conditions and versions that the price came from, so that the audit can work it out again.
//!
//! Layout before base64 (URL-safe, no padding): version 1 byte = 1 · guest key 16 · the promised price in
//! the bytes of the log · HMAC-SHA256 truncated to 16.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use crate::domain::event::{Event, EventKind};
use crate::domain::guest::GuestState;
use crate::domain::held_price::HeldPrice;
use crate::domain::id::{BrandId, GuestId, GuestKey};
use crate::domain::invalid::Invalid;
use crate::domain::scope::Scope;
use crate::store::{decode_held_price, encode_held_price};

use super::Engine;
use super::brands::Brand;
use super::error::Error;
use super::persons::Person;
use super::quoting::{QuoteQuery, Quoted};
use super::token::{TAG_BYTES, TokenSigner};

const VERSION: u8 = 1;
const HEAD_BYTES: usize = 17;
/// Longest token, in bytes.
const TOKEN_BYTES_MAX: usize = 8_192;
/// The field that names the token.
const FIELD: &str = "price_hold_token";

/// A promised price, and its token.
#[derive(Debug, Clone)]
pub struct Promised {
    /// The price.
    pub quoted: Quoted,
    /// What the guest gives back.
    pub token: String,
}

impl Engine {
    /// Promises a guest the price of published conditions, as published now. Nothing is logged, and no
    /// stock is held.
    ///
    /// # Errors
    /// As [`Engine::quote`].
    pub fn hold_price(
        &self,
        scope: &Scope,
        guest: &GuestId,
        query: &QuoteQuery,
        length: Duration,
    ) -> Result<Promised, Error> {
        let (mut quoted, terms, rates_version) = self.quote_under(scope, query)?;
        let until = quoted.now.plus(length);
        quoted.quote.valid_until = until;
        let held = HeldPrice {
            offer: query.offer.clone(),
            property: query.property.clone(),
            terms,
            unit: quoted.quote.offer,
            total: quoted.quote.total(),
            catalog_version: quoted.catalog.version(),
            rates_version,
            held: quoted.now,
            until,
        };
        let key = self.guest_key(&scope.brand, guest);
        let token = sign(&self.price_holds, &scope.brand, key, &held);
        Ok(Promised { quoted, token })
    }

    /// Honours the promise that an event names: fills in what it says, and keeps it in the event.
    pub(super) fn honour(
        &self,
        brand: &Brand,
        (person, guest): (&Person, &GuestState),
        event: &mut Event,
        token: Option<&str>,
    ) -> Result<(), Error> {
        let Some(token) = token else { return Ok(()) };
        let wrong = |problem: &str| Error::from(Invalid::new(FIELD, problem.to_owned()));
        let ours = verify(&self.price_holds, &brand.id, token);
        let ours = ours.filter(|(key, _)| person.is(guest, *key));
        let (_, held) = ours.ok_or_else(|| {
            wrong("is not a promise of this brand to this guest; give what HoldPrice answered")
        })?;
        if !matches!(event.kind, EventKind::Accept | EventKind::Book | EventKind::Pay) {
            return Err(wrong("belongs to ACCEPT, BOOK and PAY; leave it out"));
        }
        if event.time > held.until {
            return Err(wrong(
                "is over: the price was promised for a time that had passed; quote anew",
            ));
        }
        if event.offer.as_ref().is_some_and(|offer| *offer != held.offer) {
            return Err(wrong("is the price of another offer"));
        }
        if event.property.as_ref().is_some_and(|property| *property != held.property) {
            return Err(wrong("is the price of another property"));
        }
        if event.amount.is_some_and(|amount| amount != held.total) {
            let problem = format!("differs from the {} that were promised", held.total);
            return Err(Invalid::new("amount", problem).into());
        }
        event.amount = Some(held.total);
        event.offer = Some(held.offer.clone());
        event.property = Some(held.property.clone());
        event.held_price = Some(Box::new(held));
        Ok(())
    }
}

fn sign(signer: &TokenSigner, brand: &BrandId, guest: GuestKey, held: &HeldPrice) -> String {
    let mut bytes = vec![VERSION];
    bytes.extend_from_slice(&guest.0);
    encode_held_price(&mut bytes, held);
    let tag = signer.tag(brand, &bytes);
    bytes.extend_from_slice(&tag);
    URL_SAFE_NO_PAD.encode(&bytes)
}

fn verify(signer: &TokenSigner, brand: &BrandId, token: &str) -> Option<(GuestKey, HeldPrice)> {
    if token.len() > TOKEN_BYTES_MAX {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (body, tag) = bytes.split_at(bytes.len().checked_sub(TAG_BYTES)?);
    let is_ours: bool = signer.tag(brand, body).ct_eq(tag).into();
    let (head, held) = body.split_at_checked(HEAD_BYTES)?;
    if !is_ours || head[0] != VERSION {
        return None;
    }
    Some((GuestKey(head[1..].try_into().ok()?), decode_held_price(held)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{OfferId, PropertyId};
    use crate::domain::money::{Currency, Money};
    use crate::domain::price::PriceTerms;
    use crate::domain::time::{Date, Timestamp};

    #[test]
    fn a_promise_is_read_by_its_brand_alone_and_no_bit_of_it_can_be_turned() {
        let signer = TokenSigner::new(&[7; 32]);
        let brand = |id| BrandId::parse("", id).unwrap();
        let held = HeldPrice {
            offer: OfferId::parse("", "suite").unwrap(),
            property: PropertyId::parse("", "city").unwrap(),
            terms: PriceTerms { nights: 3, ..PriceTerms::plain(Date(20_000)) },
            unit: Money::new(14_000, Currency::EUR),
            total: Money::new(42_000, Currency::EUR),
            catalog_version: 3,
            rates_version: 17,
            held: Timestamp::from_seconds(1_000),
            until: Timestamp::from_seconds(1_900),
        };
        let guest = GuestKey([5; 16]);
        let token = sign(&signer, &brand("demo"), guest, &held);
        assert_eq!(verify(&signer, &brand("demo"), &token), Some((guest, held)));
        assert_eq!(verify(&signer, &brand("other"), &token), None);
        assert_eq!(verify(&TokenSigner::new(&[8; 32]), &brand("demo"), &token), None);
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for at in 0..bytes.len() {
            let mut turned = bytes.clone();
            turned[at] ^= 1;
            let turned = URL_SAFE_NO_PAD.encode(&turned);
            assert_eq!(verify(&signer, &brand("demo"), &turned), None, "byte {at}");
        }
        for broken in ["", "AA", "!", token.trim_start_matches('A')] {
            assert_eq!(verify(&signer, &brand("demo"), broken), None);
        }
    }
}
