//! Who asks, and what they may. Every verb of the engine takes a [`Scope`]: there is no way to ask
//! without one.

use std::sync::Arc;

use super::id::{BrandId, GuestId, PlacementId, PropertyId, ReservationId};

/// One thing a credential may do or see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum Right {
    /// Ask for decisions and activate them.
    Decide = 1,
    /// Write events.
    EventsWrite = 1 << 1,
    /// Read guests.
    GuestsRead = 1 << 2,
    /// Write guests, consents and stated preferences.
    GuestsWrite = 1 << 3,
    /// Read the catalog.
    CatalogRead = 1 << 4,
    /// Publish, roll back, stop offers, set inventory.
    CatalogWrite = 1 << 5,
    /// Read stored decisions.
    DecisionsRead = 1 << 6,
    /// Status, checkpoints, learning mode.
    Admin = 1 << 7,
    /// See floors, costs and margins.
    ViewMargin = 1 << 8,
    /// See the value of a guest.
    ViewValue = 1 << 9,
    /// See score parts, selection probabilities and stage timings.
    ViewScores = 1 << 10,
    /// Mint tokens with which a browser acts for one guest.
    TokensMint = 1 << 11,
    /// Read what the log says of the business: reports, audits, values of guests.
    InsightsRead = 1 << 15,
    /// Put messages into the outbox, and take them out to send them.
    Deliver = 1 << 12,
    /// Hand guests' concerns to staff and close them; see who works there.
    Route = 1 << 13,
    /// Say who works where, when and with which skills.
    StaffWrite = 1 << 14,
}

impl Right {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Decide,
        Self::EventsWrite,
        Self::GuestsRead,
        Self::GuestsWrite,
        Self::CatalogRead,
        Self::CatalogWrite,
        Self::DecisionsRead,
        Self::Admin,
        Self::ViewMargin,
        Self::ViewValue,
        Self::ViewScores,
        Self::TokensMint,
        Self::InsightsRead,
        Self::Deliver,
        Self::Route,
        Self::StaffWrite,
    ];

    /// Its name in configuration and errors.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decide => "decide",
            Self::EventsWrite => "events.write",
            Self::GuestsRead => "guests.read",
            Self::GuestsWrite => "guests.write",
            Self::CatalogRead => "catalog.read",
            Self::CatalogWrite => "catalog.write",
            Self::DecisionsRead => "decisions.read",
            Self::Admin => "admin",
            Self::ViewMargin => "view.margin",
            Self::ViewValue => "view.value",
            Self::ViewScores => "view.scores",
            Self::TokensMint => "tokens.mint",
            Self::InsightsRead => "insights.read",
            Self::Deliver => "deliver",
            Self::Route => "route",
            Self::StaffWrite => "staff.write",
        }
    }

    /// The right of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.name() == name)
    }
}

/// A set of rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rights(u16);

impl Rights {
    /// Every right.
    pub fn all() -> Self {
        Right::ALL.into_iter().collect()
    }

    /// Is the right in it?
    pub fn has(self, right: Right) -> bool {
        self.0 & right as u16 != 0
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Self {
        Self(rights.into_iter().fold(0, |bits, right| bits | right as u16))
    }
}

/// Properties a credential reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PropertyScope {
    /// All of the brand.
    All,
    /// Only these.
    Only(Vec<PropertyId>),
}

/// What holds a credential to one guest: a guest token's, minted for a browser, where anybody can
/// read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestBound {
    /// The only guest it reaches.
    pub guest: GuestId,
    /// Placements it may fill; empty: all that a page or an app shows.
    pub placements: Vec<PlacementId>,
    /// The reservation its decisions are about, and the only one they may name.
    pub reservation: Option<ReservationId>,
}

/// What a verified credential carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The tenant.
    pub brand: BrandId,
    /// The hotels it reaches.
    pub properties: PropertyScope,
    /// What it may do and see.
    pub rights: Rights,
    /// Name of the credential, for audit and metrics; of a guest token, the one that minted it.
    pub credential: Arc<str>,
    /// The guest it is held to; `None`: it reaches every guest of the brand.
    pub bound: Option<Arc<GuestBound>>,
}

impl Scope {
    /// May it do or see this?
    pub fn may(&self, right: Right) -> bool {
        self.rights.has(right)
    }

    /// May answers show it what needs this right? A credential held to a guest sees no such thing,
    /// whatever it may do.
    pub fn sees(&self, right: Right) -> bool {
        self.bound.is_none() && self.may(right)
    }

    /// Does it reach this guest?
    pub fn reaches_guest(&self, guest: &GuestId) -> bool {
        self.bound.as_ref().is_none_or(|bound| bound.guest == *guest)
    }

    /// Does it reach this property?
    pub fn reaches(&self, property: &PropertyId) -> bool {
        match &self.properties {
            PropertyScope::All => true,
            PropertyScope::Only(properties) => properties.contains(property),
        }
    }
}
