//! Resource names: `brands/{brand}/properties/{property}` and its kin, read and written.
//!
//! The brand of a name must be that of the credential. Another one is refused without a look at
//! what exists.

use crate::domain::id::{DecisionId, GuestId, Label, OfferId, PropertyId};
use crate::domain::scope::Scope;

use super::card_numbers::holds_card_number;
use super::problems::Problems;

/// The id by which the bearer of a guest token names its guest.
const ME: &str = "me";

/// Reads `brands/{brand}` followed by `rest`, and gives the parts of `rest` that vary. Denies
/// another brand.
fn parts<'n, const N: usize>(
    problems: &mut Problems,
    scope: &Scope,
    field: &str,
    name: &'n str,
    form: &str,
    collections: [&str; N],
) -> Option<[&'n str; N]> {
    if name.is_empty() {
        problems.add(field, format!("is missing; write it like {form}"));
        return None;
    }
    let read = || {
        let (brand, mut rest) = name.strip_prefix("brands/")?.split_once('/')?;
        let mut found = [""; N];
        for (at, (found, collection)) in found.iter_mut().zip(collections).enumerate() {
            let inner = rest.strip_prefix(collection)?.strip_prefix('/')?;
            (*found, rest) = if at + 1 == N { (inner, "") } else { inner.split_once('/')? };
        }
        let is_well_formed = found.iter().all(|part| !part.is_empty() && !part.contains('/'));
        is_well_formed.then_some((brand, found))
    };
    let Some((brand, found)) = read() else {
        problems.add(field, format!("is not such a name; write it like {form}"));
        return None;
    };
    if brand != scope.brand.as_str() {
        problems.deny();
        return None;
    }
    Some(found)
}

/// Checks `brands/{brand}`.
pub(crate) fn brand(problems: &mut Problems, scope: &Scope, field: &str, name: &str) -> Option<()> {
    match name.strip_prefix("brands/") {
        Some(brand) if brand == scope.brand.as_str() => Some(()),
        Some(brand) if !brand.is_empty() && !brand.contains('/') => {
            problems.deny();
            None
        }
        _ => {
            problems.add(field, "is not the name of a brand; write it like brands/acme");
            None
        }
    }
}

/// Checks `brands/{brand}/catalog`.
pub(crate) fn catalog(
    problems: &mut Problems,
    scope: &Scope,
    field: &str,
    name: &str,
) -> Option<()> {
    let Some(owner) = name.strip_suffix("/catalog") else {
        problems.add(field, "is not the name of a catalog; write it like brands/acme/catalog");
        return None;
    };
    brand(problems, scope, field, owner)
}

/// Reads `brands/{brand}/properties/{property}`; a property that the credential does not reach is
/// denied.
pub(crate) fn property(
    problems: &mut Problems,
    scope: &Scope,
    field: &str,
    name: &str,
) -> Option<PropertyId> {
    let form = "brands/acme/properties/harbour";
    let [id] = parts(problems, scope, field, name, form, ["properties"])?;
    reachable(problems, scope, field, id)
}

fn reachable(problems: &mut Problems, scope: &Scope, field: &str, id: &str) -> Option<PropertyId> {
    let property = problems.take(PropertyId::parse(field, id))?;
    if !scope.reaches(&property) {
        problems.deny();
        return None;
    }
    Some(property)
}

/// Reads `brands/{brand}/guests/{guest}`.
pub(crate) fn guest(
    problems: &mut Problems,
    scope: &Scope,
    field: &str,
    name: &str,
) -> Option<GuestId> {
    guest_in(problems, scope, field, name, "")
}

/// Reads `brands/{brand}/guests/{guest}/{singleton}`; an empty singleton means the guest itself.
pub(crate) fn guest_in(
    problems: &mut Problems,
    scope: &Scope,
    field: &str,
    name: &str,
    singleton: &str,
) -> Option<GuestId> {
    let form = match singleton {
        "" => "brands/acme/guests/g-1001",
        "consent" => "brands/acme/guests/g-1001/consent",
        _ => "brands/acme/guests/g-1001/preferenceProfile",
    };
    let owner = if singleton.is_empty() {
        Some(name)
    } else {
        name.strip_suffix(singleton).and_then(|owner| owner.strip_suffix('/'))
    };
    let Some(owner) = owner else {
        problems.add(field, format!("is not such a name; write it like {form}"));
        return None;
    };
    let [id] = parts(problems, scope, field, owner, form, ["guests"])?;
    if holds_card_number(id) {
        problems.forbid(field);
        return None;
    }
    match &scope.bound {
        Some(bound) if id == ME => Some(bound.guest.clone()),
        Some(_) | None => {
            let guest = problems.take(GuestId::parse(field, id));
            within_reach(problems, scope, guest)
        }
    }
}

/// A guest that was read; one that the credential does not reach is denied, whether or not there is
/// one.
pub(crate) fn within_reach(
    problems: &mut Problems,
    scope: &Scope,
    guest: Option<GuestId>,
) -> Option<GuestId> {
    let guest = guest?;
    if !scope.reaches_guest(&guest) {
        problems.deny();
        return None;
    }
    Some(guest)
}

/// Reads `brands/{brand}/offers/{offer}`.
pub(crate) fn offer(
    problems: &mut Problems,
    scope: &Scope,
    field: &str,
    name: &str,
) -> Option<OfferId> {
    let [id] = parts(problems, scope, field, name, "brands/acme/offers/spa.massage", ["offers"])?;
    problems.take(OfferId::parse(field, id))
}

/// Reads `brands/{brand}/properties/{property}/decisions/{decision}`.
pub(crate) fn decision(
    problems: &mut Problems,
    scope: &Scope,
    field: &str,
    name: &str,
) -> Option<(PropertyId, DecisionId)> {
    let form = "brands/acme/properties/harbour/decisions/0123456789abcdef0123456789abcdef";
    let [property, id] = parts(problems, scope, field, name, form, ["properties", "decisions"])?;
    let property = reachable(problems, scope, field, property);
    let decision = problems.take(DecisionId::parse(field, id));
    property.zip(decision)
}

/// Reads `brands/{brand}/properties/{property}/staff/{member}`.
pub(crate) fn staff(
    problems: &mut Problems,
    scope: &Scope,
    field: &str,
    name: &str,
) -> Option<(PropertyId, Label)> {
    let form = "brands/acme/properties/harbour/staff/mei";
    let [property, id] = parts(problems, scope, field, name, form, ["properties", "staff"])?;
    let property = reachable(problems, scope, field, property);
    let member = problems.take(Label::parse(field, id));
    property.zip(member)
}

/// Reads `brands/{brand}/properties/{property}/interactions/{number}`.
pub(crate) fn interaction(
    problems: &mut Problems,
    scope: &Scope,
    field: &str,
    name: &str,
) -> Option<(PropertyId, u64)> {
    let form = "brands/acme/properties/harbour/interactions/4711";
    let [property, id] = parts(problems, scope, field, name, form, ["properties", "interactions"])?;
    let property = reachable(problems, scope, field, property);
    let number = id.parse().ok().filter(|number: &u64| number.to_string() == id);
    if number.is_none() {
        problems.add(field, format!("is not such a name; write it like {form}"));
    }
    property.zip(number)
}

/// Writes `brands/{brand}/properties/{property}/{collection}/{id}`.
pub(crate) fn write_under(
    scope: &Scope,
    property: &PropertyId,
    collection: &str,
    id: &str,
) -> String {
    let (brand, property) = (scope.brand.as_str(), property.as_str());
    ["brands/", brand, "/properties/", property, "/", collection, "/", id].concat()
}

/// Writes `brands/{brand}/{collection}/{id}`.
pub(crate) fn write(scope: &Scope, collection: &str, id: &str) -> String {
    ["brands/", scope.brand.as_str(), "/", collection, "/", id].concat()
}

/// Writes `brands/{brand}`.
pub(crate) fn write_brand(scope: &Scope) -> String {
    ["brands/", scope.brand.as_str()].concat()
}

/// Writes `brands/{brand}/guests/{guest}/{singleton}`. A browser is not told the guest's id.
pub(crate) fn write_guest_in(scope: &Scope, guest: &GuestId, singleton: &str) -> String {
    let guest = if scope.bound.is_some() { ME } else { guest.as_str() };
    ["brands/", scope.brand.as_str(), "/guests/", guest, "/", singleton].concat()
}

/// Writes `brands/{brand}/properties/{property}/decisions/{decision}`.
pub(crate) fn write_decision(scope: &Scope, property: &PropertyId, decision: DecisionId) -> String {
    write_under(scope, property, "decisions", &decision.to_string())
}

/// `brands/{brand}/properties/{property}/gestureDecisions/{id}`.
pub(crate) fn write_gesture(scope: &Scope, property: &PropertyId, choice: DecisionId) -> String {
    let id = choice.to_string();
    ["brands/", scope.brand.as_str(), "/properties/", property.as_str(), "/gestureDecisions/", &id]
        .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::problems::{Fault, Refusal};
    use crate::grpc::testing::{scope, scope_at};

    /// What reading a name as a property, a guest or a decision comes to.
    fn read<T>(read: impl FnOnce(&mut Problems) -> Option<T>) -> Result<T, Refusal> {
        let mut problems = Problems::new();
        let value = read(&mut problems);
        problems.finish(value)
    }

    #[test]
    fn names_are_read_and_written() {
        let scope = scope();
        let id =
            read(|p| property(p, &scope, "property", "brands/acme/properties/harbour")).unwrap();
        assert_eq!(id.as_str(), "harbour");
        let id = read(|p| guest(p, &scope, "guest", "brands/acme/guests/anonymous:c 1")).unwrap();
        assert_eq!(id.as_str(), "anonymous:c 1");
        let name = "brands/acme/guests/g/consent";
        let id = read(|p| guest_in(p, &scope, "name", name, "consent")).unwrap();
        assert_eq!(write_guest_in(&scope, &id, "consent"), name);
        let name = "brands/acme/properties/harbour/decisions/0123456789abcdef0123456789abcdef";
        let (property, id) = read(|p| decision(p, &scope, "decision", name)).unwrap();
        assert_eq!(write_decision(&scope, &property, id), name);
        assert!(read(|p| brand(p, &scope, "parent", "brands/acme")).is_ok());
        assert!(read(|p| catalog(p, &scope, "name", "brands/acme/catalog")).is_ok());
    }

    #[test]
    fn another_brand_is_denied_whatever_follows() {
        let scope = scope();
        for name in [
            "brands/other/properties/harbour",
            "brands/other/properties/x",
            "brands/ACME/properties/harbour",
        ] {
            assert!(
                matches!(read(|p| property(p, &scope, "property", name)), Err(Refusal::Denied)),
                "{name}"
            );
        }
        assert!(matches!(
            read(|p| guest(p, &scope, "g", "brands/other/guests/g")),
            Err(Refusal::Denied)
        ));
        assert!(matches!(read(|p| brand(p, &scope, "b", "brands/other")), Err(Refusal::Denied)));
        assert!(matches!(
            read(|p| catalog(p, &scope, "b", "brands/other/catalog")),
            Err(Refusal::Denied)
        ));
    }

    #[test]
    fn a_property_out_of_reach_is_denied() {
        let scope = scope_at("harbour");
        assert!(
            read(|p| property(p, &scope, "property", "brands/acme/properties/harbour")).is_ok()
        );
        assert!(matches!(
            read(|p| property(p, &scope, "property", "brands/acme/properties/garden")),
            Err(Refusal::Denied)
        ));
    }

    #[test]
    fn malformed_names_tell_their_field() {
        let scope = scope();
        for name in [
            "",
            "harbour",
            "brands/acme",
            "brands/acme/properties/",
            "brands/acme/properties/a/b",
            "brands//properties/a",
            "brands/acme/guests/harbour",
            "/brands/acme/properties/a",
            "brands/acme/properties/Harbour",
        ] {
            let refused = read(|p| property(p, &scope, "property", name));
            match refused {
                Err(Refusal::Fields(Fault::Invalid, fields)) => {
                    assert_eq!(fields[0].field, "property", "{name}")
                }
                Err(Refusal::Denied) if name.starts_with("brands//") => {}
                other => panic!("{name}: {other:?}"),
            }
        }
        let refused = read(|p| guest(p, &scope, "guest", "brands/acme/guests/4111111111111111"));
        assert!(matches!(refused, Err(Refusal::Fields(Fault::Forbidden, _))));
    }
}
