//! What the tests of this layer share.

use std::sync::Arc;

use crate::domain::id::{BrandId, PropertyId};
use crate::domain::scope::{PropertyScope, Right, Rights, Scope};
use crate::domain::time::Timestamp;

use super::problems::{Fault, Refusal};

/// A moment in the tests' world: 2026-11-22 10:00 UTC.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_795_341_600);

/// A credential of the brand `acme` that may do and see everything.
pub(crate) fn scope() -> Scope {
    let brand = BrandId::parse("brand", "acme").expect("an id");
    Scope {
        brand,
        properties: PropertyScope::All,
        rights: Rights::all(),
        credential: Arc::from("test"),
        bound: None,
    }
}

/// The same, for one property only.
pub(crate) fn scope_at(property: &str) -> Scope {
    let property = PropertyId::parse("property", property).expect("an id");
    Scope { properties: PropertyScope::Only(vec![property]), ..scope() }
}

/// The same, with these rights only.
pub(crate) fn scope_with(rights: &[Right]) -> Scope {
    Scope { rights: rights.iter().copied().collect(), ..scope() }
}

/// The kind of fault and the fields of a refusal.
pub(crate) fn faults<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> (Fault, Vec<String>) {
    match refused {
        Err(Refusal::Fields(fault, fields)) => {
            (fault, fields.into_iter().map(|f| f.field).collect())
        }
        other => panic!("not refused for its fields: {other:?}"),
    }
}
