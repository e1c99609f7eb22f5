//! Who is who, and what is said and seen of them, with any content.

use proptest::prelude::*;

use crate::domain::id::GuestId;
use crate::domain::identity::{Joined, Link, Part};
use crate::domain::record::Joining;
use crate::store::own::Own;

use super::*;

pub(super) fn link() -> impl Strategy<Value = Link> {
    (guest_key(), foreign_id!(GuestId), one_of(Joined::from_code))
        .prop_map(|(into, guest, joined)| Link { into, guest, joined })
}

pub(super) fn identity() -> impl Strategy<Value = Identity> {
    any::<[String; 2]>().prop_map(|[namespace, id]| Identity { namespace, id })
}

pub(super) fn membership() -> impl Strategy<Value = Membership> {
    let until = option::of(any::<i32>().prop_map(Date));
    (catalog_id!(Label), until).prop_map(|(tier, until)| Membership { tier, until })
}

pub(super) fn stated() -> impl Strategy<Value = StatedPreference> {
    (catalog_id!(Label), one_of(PreferenceLevel::from_code), one_of(Origin::from_code))
        .prop_map(|(tag, level, origin)| StatedPreference { tag, level, origin })
}

pub(super) fn sighting() -> impl Strategy<Value = Sighting> {
    (one_of(Sign::from_code), ".{0,9}", option::of(fingerprint()), time(), time()).prop_map(
        |(sign, source, property, seen, until)| {
            let source = source.as_str().into();
            Sighting { sign, source, property, seen, until }
        },
    )
}

pub(super) fn part() -> impl Strategy<Value = Part> {
    (guest_key(), guest_key(), one_of(Joined::from_code), any::<u64>())
        .prop_map(|(key, into, joined, since)| Part { key, into, joined, since })
}

pub(in crate::store::codec) fn own() -> impl Strategy<Value = Own> {
    (any::<u64>(), guest(), profile()).prop_map(|(sequence, state, profile)| Own {
        sequence,
        state,
        profile,
    })
}

pub(super) fn joining() -> impl Strategy<Value = Joining> {
    (guest_key(), foreign_id!(GuestId), foreign_id!(GuestId), any::<bool>()).prop_map(
        |(source, source_guest, target_guest, parts)| Joining {
            source,
            source_guest,
            target_guest,
            parts,
        },
    )
}
