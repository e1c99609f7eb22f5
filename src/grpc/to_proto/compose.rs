//! A bundle on the wire.

use crate::api::v1;
use crate::domain::decision::Quote;
use crate::domain::id::OfferIndex;
use crate::domain::money::{Currency, Money};
use crate::domain::scope::Scope;
use crate::engine::{Bundle, BundlePart, Catalog, Complement};

use super::decide::{self, Extent};
use super::{View, filtered, quote, values};

/// A bundle, its texts in a language.
pub(crate) fn bundle(
    scope: &Scope,
    bundle: Bundle,
    locale: &str,
    extent: Extent,
) -> v1::ComposeBundleResponse {
    let Bundle { parts, complements, answer, catalog, now } = bundle;
    let sold: Vec<(&Quote, &Quote)> =
        parts.iter().filter_map(|part| Some((part.quote.as_ref().ok()?, &part.alone))).collect();
    let currency = one_currency(&sold);
    let sum = |minor: fn(&(&Quote, &Quote)) -> i64| {
        currency.map(|currency| {
            let minor = sold.iter().map(minor).fold(0, i64::saturating_add);
            values::money(Money::new(minor, currency))
        })
    };
    let view = extent.view;
    let complement = |it: &Complement| complement(it, &catalog, (locale, view));
    v1::ComposeBundleResponse {
        total_price: sum(|(together, _)| together.total().minor),
        separate_price: sum(|(_, alone)| alone.total().minor),
        savings: sum(|(together, alone)| alone.total().minor - together.total().minor),
        parts: parts.iter().map(|it| part(it, &catalog, (locale, view))).collect(),
        complements: complements.iter().map(complement).collect(),
        decision: answer.map(|answer| decide::response(scope, answer, extent)),
        catalog_version: catalog.version(),
        create_time: Some(values::moment(now)),
    }
}

/// The currency that all have; `None` where there are several, or no price.
fn one_currency(sold: &[(&Quote, &Quote)]) -> Option<Currency> {
    let (first, _) = sold.first()?;
    let currency = first.offer.currency;
    sold.iter().all(|(quote, _)| quote.offer.currency == currency).then_some(currency)
}

fn id(catalog: &Catalog, at: OfferIndex) -> String {
    catalog.offer(at).map(|offer| offer.id.to_string()).unwrap_or_default()
}

fn part(part: &BundlePart, catalog: &Catalog, (locale, view): (&str, View)) -> v1::BundlePart {
    let pricing = catalog.offer(part.offer).map(|offer| &offer.pricing);
    let unavailable = part.quote.as_ref().err().map(|removed| {
        let mut told = filtered::filtered(std::slice::from_ref(removed)).pop().unwrap_or_default();
        // The words are for staff: they may tell a rule.
        if !view.decisions {
            told.display_text.clear();
            told.component.clear();
        }
        told
    });
    let price = part.quote.as_ref().ok();
    v1::BundlePart {
        offer_id: id(catalog, part.offer),
        quote: price.and_then(|price| quote::quote(price, pricing, locale, view)),
        separate_price: Some(values::money(part.alone.total())),
        unavailable,
    }
}

fn complement(
    complement: &Complement,
    catalog: &Catalog,
    (locale, view): (&str, View),
) -> v1::BundleComplement {
    let pricing = catalog.offer(complement.offer).map(|offer| &offer.pricing);
    let currency = complement.quote.offer.currency;
    v1::BundleComplement {
        offer_id: id(catalog, complement.offer),
        quote: quote::quote(&complement.quote, pricing, locale, view),
        savings: Some(values::money(Money::new(complement.saves_minor, currency))),
    }
}
