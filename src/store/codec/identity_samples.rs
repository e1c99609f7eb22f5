//! Guests that were merged, in every form that is stored, for the golden bytes.

use crate::domain::belief::Belief;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::event::{Event, PartyRole};
use crate::domain::guest::GuestState;
use crate::domain::id::{GuestId, GuestKey};
use crate::domain::identity::{Identity, Joined, Link, Part};
use crate::domain::profile::{GuestFacts, ProfileChange};
use crate::domain::record::{Body, Joining};
use crate::store::own::Own;

use super::samples::{at, change, event, facts, guest, id, profile, text, vector};

/// What says who is who.
pub(super) fn bodies() -> [Body; 4] {
    let guest = GuestKey([0x61; 16]);
    let joining = |parts| Joining {
        source: GuestKey([0x62; 16]),
        source_guest: id(GuestId::parse, "loyalty:4711"),
        target_guest: id(GuestId::parse, "guest é"),
        parts,
    };
    let identity = Identity { namespace: text("loyalty"), id: text("4711") };
    let facts = GuestFacts { identities: vec![identity], ..facts() };
    let replaced = Some(Box::new(GuestFacts { locale: text("en"), ..GuestFacts::default() }));
    let change = ProfileChange { facts: Some(facts), replaced, ..change() };
    [
        Body::Joined { guest, joining: Box::new(joining(false)) },
        Body::Joined { guest, joining: Box::new(joining(true)) },
        Body::Profile { guest, change: Box::new(change) },
        Body::Event { guest, event: Box::new(Event { role: PartyRole::Payer, ..event() }) },
    ]
}

/// A guest that another one was merged into.
pub(super) fn merged() -> GuestState {
    let into = GuestKey([0x61; 16]);
    let part = |n: u8, joined| Part { key: GuestKey([n; 16]), into, joined, since: 77 };
    let parts = vec![part(0x62, Joined::Merged), part(0x63, Joined::Identity)];
    let revoked = ChannelSet::NONE.with(Channel::AppPush);
    GuestState { parts, revoked, ..guest() }
}

/// What stands in the place of that one.
pub(super) fn moved() -> GuestState {
    let link = Link {
        into: GuestKey([0x61; 16]),
        guest: id(GuestId::parse, "guest é"),
        joined: Joined::Merged,
    };
    let taste = Belief { mean: vector(0.0), variance: vector(1.0), updated: at(0) };
    GuestState::moved(taste, link, 77)
}

pub(super) fn own() -> Own {
    Own { sequence: 77, state: guest(), profile: profile() }
}
