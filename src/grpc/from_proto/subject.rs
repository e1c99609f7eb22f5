//! Who a call is about: a guest by name, by an anonymous id, or by a number of another system.
//!
//! The three are one space of ids: `brands/{brand}/guests/anonymous:c-77` names the guest of the
//! anonymous id `c-77`, and
//! `brands/{brand}/guests/loyalty:4711` that of the number `4711` of the namespace `loyalty`.

use crate::api::v1;
use crate::domain::id::{FOREIGN_ID_BYTES_MAX, GuestId};
use crate::domain::identity::{ANONYMOUS, is_address_kind, is_masked_address};
use crate::domain::scope::Scope;
use crate::grpc::card_numbers::holds_card_number;
use crate::grpc::names;
use crate::grpc::problems::Problems;

/// A subject of the wire, whichever message it stands in.
pub(crate) enum Subject {
    /// A resource name.
    Guest(String),
    /// An id the caller keeps.
    Anonymous(String),
    /// A number of another system.
    Identity(v1::Identity),
}

impl From<v1::decide_offers_request::Subject> for Subject {
    fn from(subject: v1::decide_offers_request::Subject) -> Self {
        use v1::decide_offers_request::Subject as Wire;
        match subject {
            Wire::Guest(name) => Self::Guest(name),
            Wire::AnonymousId(id) => Self::Anonymous(id),
            Wire::Identity(identity) => Self::Identity(identity),
        }
    }
}

impl From<v1::mint_guest_token_request::Subject> for Subject {
    fn from(subject: v1::mint_guest_token_request::Subject) -> Self {
        use v1::mint_guest_token_request::Subject as Wire;
        match subject {
            Wire::Guest(name) => Self::Guest(name),
            Wire::AnonymousId(id) => Self::Anonymous(id),
            Wire::Identity(identity) => Self::Identity(identity),
        }
    }
}

impl From<v1::event::Subject> for Subject {
    fn from(subject: v1::event::Subject) -> Self {
        use v1::event::Subject as Wire;
        match subject {
            Wire::Guest(name) => Self::Guest(name),
            Wire::AnonymousId(id) => Self::Anonymous(id),
            Wire::Identity(identity) => Self::Identity(identity),
        }
    }
}

/// Reads who is meant.
pub(crate) fn read(problems: &mut Problems, scope: &Scope, subject: Subject) -> Option<GuestId> {
    let guest = match subject {
        Subject::Guest(name) => return names::guest(problems, scope, "guest", &name),
        Subject::Anonymous(id) => joined(problems, "anonymous_id", ANONYMOUS, &id),
        Subject::Identity(identity) => {
            problems.within(|| "identity".into(), |p| self::identity(p, &identity))
        }
    };
    names::within_reach(problems, scope, guest)
}

/// The guest id that is the place of a number of another system.
pub(crate) fn identity(p: &mut Problems, identity: &v1::Identity) -> Option<GuestId> {
    let namespace = &identity.namespace;
    if namespace.is_empty() || namespace.contains(':') && namespace.ends_with(':') {
        p.add("namespace", "is missing; say who gives out the id, such as loyalty or pms:opera");
    } else if namespace == ANONYMOUS {
        p.add("namespace", "is that of anonymous ids; use anonymous_id");
    }
    check_part(p, "namespace", namespace);
    if is_address_kind(namespace) && is_masked_address(&identity.id) {
        p.add("id", "is a travel agency's mask, which the next guest may get; it names nobody");
    }
    joined(p, "id", namespace, &identity.id)
}

/// The guest that a credential is held to, where it is held to one: who a call is about when it
/// names nobody.
pub(crate) fn bound(scope: &Scope) -> Option<GuestId> {
    scope.bound.as_ref().map(|bound| bound.guest.clone())
}

fn joined(problems: &mut Problems, field: &str, namespace: &str, id: &str) -> Option<GuestId> {
    if id.is_empty() {
        problems.add(field, "is missing; give the id that your system knows the guest by");
        return None;
    }
    check_part(problems, field, id);
    let whole = [namespace, ":", id].concat();
    if whole.len() > FOREIGN_ID_BYTES_MAX {
        let most = FOREIGN_ID_BYTES_MAX.saturating_sub(namespace.len() + 1);
        problems.add(field, format!("is longer than {most} bytes; shorten or hash it"));
        return None;
    }
    problems.take(GuestId::parse(field, &whole))
}

fn check_part(problems: &mut Problems, field: &str, part: &str) {
    if holds_card_number(part) {
        problems.forbid(field);
    } else if part.contains('/') {
        problems.add(field, "holds a '/'; ids of guests have none");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::problems::Fault;
    use crate::grpc::testing::{faults, scope};

    fn told(subject: Subject) -> Result<GuestId, crate::grpc::problems::Refusal> {
        let mut problems = Problems::new();
        let guest = read(&mut problems, &scope(), subject);
        problems.finish(guest)
    }

    fn identity(namespace: &str, id: &str) -> Subject {
        Subject::Identity(v1::Identity { namespace: namespace.into(), id: id.into() })
    }

    #[test]
    fn the_three_ways_share_one_space() {
        let id = |subject| told(subject).unwrap().as_str().to_owned();
        assert_eq!(id(Subject::Guest("brands/acme/guests/g-1".into())), "g-1");
        assert_eq!(id(Subject::Anonymous("c-77".into())), "anonymous:c-77");
        assert_eq!(
            id(Subject::Guest("brands/acme/guests/anonymous:c-77".into())),
            "anonymous:c-77"
        );
        assert_eq!(id(identity("pms:opera", "4711")), "pms:opera:4711");
    }

    #[test]
    fn hostile_subjects_are_told_by_field() {
        let (_, fields) = faults(told(identity("", "")));
        assert_eq!(fields, ["identity.namespace", "identity.id"]);
        assert_eq!(faults(told(identity("anonymous", "x"))).1, ["identity.namespace"]);
        assert_eq!(faults(told(identity("a/b", "x"))).1, ["identity.namespace"]);
        let mask = told(identity("email", "lee.77@guest.booking.com"));
        assert_eq!(faults(mask).1, ["identity.id"]);
        assert_eq!(faults(told(Subject::Anonymous("x".repeat(120)))).1, ["anonymous_id"]);
        assert_eq!(faults(told(Subject::Anonymous("a\u{0}".into()))).1, ["anonymous_id"]);
        let (fault, fields) = faults(told(identity("loyalty", "4111111111111111")));
        assert_eq!((fault, fields), (Fault::Forbidden, vec!["identity.id".into()]));
    }
}
