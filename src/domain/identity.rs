//! Who is who: numbers of other systems that belong to a guest, and guests that turned out to be one.
//!
//! Every id has its own place in the space of guest ids: the number `4711` of the namespace `loyalty` is
//! the guest `loyalty:4711` until it is said to belong to another guest. From then on that place says
//! only whose part it is ([`Link`]), and the guest it belongs to lists its parts ([`Part`]): the two
//! are always written together, so that a call under any id finds the one guest, and finds out when an
//! id has left it meanwhile.

use super::id::{FOREIGN_ID_BYTES_MAX, GuestId, GuestKey};
use super::invalid::Invalid;

/// Most identities of a guest.
pub const IDENTITIES_MAX: usize = 32;
/// Most parts of a guest: identities, and guests that were merged into it with theirs.
pub const PARTS_MAX: usize = 96;
/// The namespace of ids that callers keep themselves: no identity.
pub const ANONYMOUS: &str = "anonymous";

/// A number by which another system knows a guest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// Who gives out these numbers.
    pub namespace: String,
    /// The number. Of e-mail and telephone kind: `#` and a keyed hash.
    pub id: String,
}

impl Identity {
    /// The guest id that is its place: `namespace:id`.
    ///
    /// # Errors
    /// Where the two together are longer than an id may be.
    pub fn place(&self, field: &str) -> Result<GuestId, Invalid> {
        GuestId::parse(field, &[&self.namespace, ":", &self.id].concat())
    }

    /// Longest id in a namespace, in bytes.
    pub fn id_bytes_max(namespace: &str) -> usize {
        FOREIGN_ID_BYTES_MAX.saturating_sub(namespace.len() + 1)
    }
}

/// Why an id is part of a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Joined {
    /// It is an identity of the guest: nothing was ever kept under it.
    Identity,
    /// It was a guest, and was merged into the guest.
    Merged,
}

impl Joined {
    /// The reason of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Identity, Self::Merged].get(usize::from(code)).copied()
    }
}

/// What stands in the place of an id that is part of a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Whose part it is. That guest may have been merged in its turn.
    pub into: GuestKey,
    /// The same, in the brand's own words.
    pub guest: GuestId,
    /// Why.
    pub joined: Joined,
}

/// An id that is part of a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its key.
    pub key: GuestKey,
    /// What its own place says it is part of: the guest, or another part.
    pub into: GuestKey,
    /// Why.
    pub joined: Joined,
    /// Sequence of the record that joined them.
    pub since: u64,
}

/// Does a namespace give out addresses of people: e-mail addresses or telephone numbers? What
/// follows its first colon only says which of theirs.
pub fn is_address_kind(namespace: &str) -> bool {
    const KINDS: [&str; 8] =
        ["email", "e-mail", "mail", "phone", "tel", "telephone", "mobile", "sms"];
    let kind = namespace.split(':').next().unwrap_or_default();
    KINDS.iter().any(|known| kind.eq_ignore_ascii_case(known))
}

/// Is it an alias that a travel agency gives out for one booking? It serves messages about the stay,
/// and says nothing of who the guest is: the next guest of the same agency may get it.
pub fn is_masked_address(address: &str) -> bool {
    const AGENCIES: [&str; 9] = [
        "guest.booking.com",
        "property.booking.com",
        "m.expediapartnercentral.com",
        "expediapartnercentral.com",
        "agoda-messaging.com",
        "guest.airbnb.com",
        "reply.airbnb.com",
        "messages.homeaway.com",
        "guest.trip.com",
    ];
    let Some((_, domain)) = address.trim().rsplit_once('@') else { return false };
    AGENCIES.iter().any(|agency| domain.eq_ignore_ascii_case(agency))
}

/// An address as two people who write down the same one write it: e-mail addresses in small letters,
/// telephone numbers without what groups them.
pub fn plain_address(address: &str) -> String {
    let address = address.trim();
    if address.contains('@') {
        return address.to_lowercase();
    }
    let is_number = |c: char| c.is_ascii_digit() || " +-.()/".contains(c);
    if address.chars().all(is_number) {
        return address.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    }
    address.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_of_people_are_known() {
        for namespace in ["email", "E-Mail", "phone:work", "mobile"] {
            assert!(is_address_kind(namespace), "{namespace}");
        }
        for namespace in ["loyalty", "pms:opera", "wechat", "emails", ""] {
            assert!(!is_address_kind(namespace), "{namespace}");
        }
    }

    #[test]
    fn masks_of_agencies_are_known_whatever_their_case() {
        assert!(is_masked_address("lee.123@Guest.Booking.com"));
        assert!(is_masked_address(" x@m.expediapartnercentral.com "));
        for own in ["lee@booking.com", "lee@example.com", "guest.booking.com", ""] {
            assert!(!is_masked_address(own), "{own}");
        }
    }

    #[test]
    fn an_address_has_one_spelling() {
        assert_eq!(plain_address(" Lee@Example.COM "), "lee@example.com");
        assert_eq!(plain_address("+351 21 (123)-45.67"), "+351211234567");
        assert_eq!(plain_address("wx-Lee"), "wx-lee");
    }

    #[test]
    fn an_identity_has_its_place_among_the_guests() {
        let identity = |id: &str| Identity { namespace: "loyalty".into(), id: id.into() };
        assert_eq!(identity("4711").place("id").unwrap().as_str(), "loyalty:4711");
        let most = Identity::id_bytes_max("loyalty");
        assert!(identity(&"x".repeat(most)).place("id").is_ok());
        assert_eq!(identity(&"x".repeat(most + 1)).place("id").unwrap_err().field, "id");
    }
}
