//! Reads offers and their treatments.

use crate::domain::channel::ChannelSet;
use crate::domain::id::{Label, OfferId, OfferKey, PlacementId, PropertyId, TreatmentId};
use crate::domain::money::{Currency, Money};
use crate::domain::offer::{ChargeBasis, Offer, Pricing, Treatment};
use crate::domain::time::Timestamp;

use super::super::content::{
    NAME_BYTES_MAX, PARTY_MAX, PLACEMENTS_MAX, PROPERTIES_MAX, TAGS_MAX, TEXT_BYTES_MAX, TEXTS_MAX,
    TREATMENTS_MAX,
};
use super::super::document::{Fields, Node};
use super::super::rules::RULE_BYTES_MAX;
use super::values;

/// Fields of an offer.
pub(in super::super) const OFFER: &[&str] = &[
    "id", "name", "category", "group", "supplier", "attributes", "tags", "price", "free", "cost", "commission",
    "tax", "fee", "per", "qualification", "valid_from", "valid_until", "properties", "stages", "placements",
    "channels", "adults", "children", "rule", "inventory_limited", "fallback", "treatments",
];
/// Fields of a treatment.
pub(in super::super) const TREATMENT: &[&str] = &["id", "channels", "locale", "contexts", "content"];
/// Fields of limits of a party.
pub(in super::super) const LIMITS: &[&str] = &["min", "max"];

/// Reads an offer.
pub(super) fn offer(node: &Node<'_>) -> Offer {
    let empty = Offers(node.fields(OFFER));
    empty.read()
}

/// The fields of an offer, where it is a table at all.
struct Offers<'d>(Option<Fields<'d>>);

impl<'d> Offers<'d> {
    fn get(&self, name: &str) -> Option<Node<'d>> {
        self.0.as_ref()?.get(name)
    }

    fn need(&self, name: &str, example: &str) -> Option<Node<'d>> {
        self.0.as_ref()?.need(name, example)
    }

    fn list(&self, name: &str, most: usize) -> Vec<Node<'d>> {
        self.0.as_ref().map(|fields| fields.list(name, most)).unwrap_or_default()
    }

    fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(|node| node.flag()).unwrap_or(false)
    }

    fn text(&self, name: &str, most: usize) -> String {
        let text = self.get(name).and_then(|node| node.text(most).map(str::to_owned));
        text.unwrap_or_default()
    }

    fn label(&self, name: &str) -> Option<Label> {
        self.get(name).map(|node| values::id(Some(node), Label::parse))
    }

    fn read(&self) -> Offer {
        let id = values::id(self.need("id", "\"spa.massage-60\""), OfferId::parse);
        let from = self.get("valid_from").and_then(|node| values::moment(&node, false));
        let until = self.get("valid_until").and_then(|node| values::moment(&node, true));
        Offer {
            key: OfferKey::of(&id),
            name: values::name(self.get("name"), id.as_str()),
            category: values::id(self.need("category", "\"spa\""), Label::parse),
            group: self.label("group"),
            supplier: self.label("supplier"),
            attributes: self.attributes(),
            tags: ids(self.list("tags", TAGS_MAX), Label::parse),
            pricing: self.pricing(),
            valid_from: from.unwrap_or(Timestamp::EPOCH),
            valid_until: until.unwrap_or(Timestamp::NEVER),
            properties: ids(self.list("properties", PROPERTIES_MAX), PropertyId::parse),
            stages: values::stages(self.get("stages")),
            placements: ids(self.list("placements", PLACEMENTS_MAX), PlacementId::parse),
            channels: values::channels(self.get("channels"), ChannelSet::ALL),
            adults: self.limits("adults"),
            children: self.limits("children"),
            rule: self.text("rule", RULE_BYTES_MAX),
            is_inventory_limited: self.flag("inventory_limited"),
            is_fallback: self.flag("fallback"),
            treatments: self.treatments(),
            id,
        }
    }

    fn attributes(&self) -> Vec<(String, String)> {
        let Some(node) = self.get("attributes") else { return Vec::new() };
        let entries = node.entries(TEXTS_MAX);
        let read = |(name, node): (&str, Node<'_>)| {
            check_name(name, &node);
            Some((name.to_owned(), node.scalar(TEXT_BYTES_MAX)?))
        };
        entries.into_iter().filter_map(read).collect()
    }

    fn pricing(&self) -> Pricing {
        let list = self.price();
        let money = |name| self.get(name).and_then(|node| values::money(&node));
        let points = |name| self.get(name).and_then(|node| values::basis_points(&node));
        let bases = ChargeBasis::ALL.map(|basis| (basis.name(), basis));
        let basis = self.get("per").and_then(|node| values::one_of(&node, &bases));
        let zero = Money::new(0, list.currency);
        Pricing {
            list,
            variable_cost: money("cost").unwrap_or(zero),
            commission_basis_points: points("commission").unwrap_or(0),
            tax_basis_points: points("tax").unwrap_or(0),
            mandatory_fee: money("fee").unwrap_or(zero),
            basis: basis.unwrap_or_default(),
            qualification: self.text("qualification", NAME_BYTES_MAX),
        }
    }

    /// A price, or `free = true`: never both, and never a zero by oversight.
    fn price(&self) -> Money {
        let zero = Money::new(0, Currency::EUR);
        if self.flag("free") {
            if let Some(price) = self.get("price") {
                price.fail("stands beside free = true; remove one of them");
            }
            // What is free has the currency of its cost.
            let cost = self.get("cost").filter(|node| !node.is_list());
            return cost.and_then(|node| values::currency_of(&node)).map_or(zero, |c| Money::new(0, c));
        }
        let Some(node) = self.need("price", "\"49.00 EUR\" (or free = true)") else { return zero };
        let price = values::money(&node).unwrap_or(zero);
        if price.minor == 0 {
            node.fail("is zero; write free = true instead, if that is meant");
        }
        price
    }

    fn limits(&self, name: &str) -> (u8, u8) {
        let Some(fields) = self.get(name).and_then(|node| node.fields(LIMITS)) else {
            return (0, PARTY_MAX);
        };
        let bound = |name| {
            let node = fields.get(name)?;
            node.whole(0..=i64::from(PARTY_MAX)).and_then(|n| u8::try_from(n).ok())
        };
        (bound("min").unwrap_or(0), bound("max").unwrap_or(PARTY_MAX))
    }

    fn treatments(&self) -> Vec<Treatment> {
        self.list("treatments", TREATMENTS_MAX).iter().map(treatment).collect()
    }
}

/// Ids of a list.
fn ids<T>(
    nodes: Vec<Node<'_>>,
    parse: fn(&str, &str) -> Result<T, crate::domain::invalid::Invalid>,
) -> Vec<T> {
    nodes.into_iter().map(|node| values::id(Some(node), parse)).collect()
}

/// Names of attributes and texts are words of programs and templates.
fn check_name(name: &str, node: &Node<'_>) {
    let fits = (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !fits {
        node.fail("has a name that is not 1 to 64 characters from a-z, 0-9 and '_'");
    }
}

fn treatment(node: &Node<'_>) -> Treatment {
    let fields = node.fields(TREATMENT);
    let get = |name| fields.as_ref().and_then(|f| f.get(name));
    let locale = fields.as_ref().and_then(|f| f.need("locale", "\"en\""));
    let locale = locale.and_then(|node| values::locale(&node)).unwrap_or_else(|| "en".into());
    let contexts = fields.as_ref().map(|f| f.list("contexts", 12)).unwrap_or_default();
    let content = fields.as_ref().and_then(|f| f.need("content", "{ title = \"…\" }"));
    let content = content.map(|node| node.entries(TEXTS_MAX)).unwrap_or_default();
    let text = |(name, node): (&str, Node<'_>)| {
        check_name(name, &node);
        Some((name.to_owned(), node.text(TEXT_BYTES_MAX)?.to_owned()))
    };
    let mut contexts: Vec<_> = contexts.iter().flat_map(values::contexts).collect();
    contexts.sort_unstable();
    contexts.dedup();
    let id = match get("id") {
        None => TreatmentId::parse("", &locale.to_ascii_lowercase()).ok(),
        some => Some(values::id(some, TreatmentId::parse)),
    };
    Treatment {
        id: id.unwrap_or_else(|| values::id(None, TreatmentId::parse)),
        channels: values::channels(get("channels"), ChannelSet::NONE),
        locale,
        contexts,
        content: content.into_iter().filter_map(text).collect(),
    }
}
