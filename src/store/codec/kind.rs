//! Kinds of record, and their codes.

use crate::domain::record::Body;

/// What a record of the log says. The code is the second byte of the record and the value in
/// timelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum RecordKind {
    /// A decision was made.
    Decision = 2,
    /// A deferred decision was really shown.
    Activated = 3,
    /// Something happened to a guest.
    Event = 4,
    /// Facts, consents or stated preferences of a guest were set.
    Profile = 5,
    /// Labels of decisions are final.
    Matured = 6,
    /// A catalog came into force.
    CatalogPublished = 7,
    /// An offer was stopped, or may run again.
    OfferStopped = 8,
    /// Stock of an offer was set.
    InventorySet = 9,
    /// The learning mode of a brand was set.
    ModeSet = 10,
    /// A rank of free actions: made, rewarded, activated, settled.
    Rank = 16,
    /// Two guests became one, or parted again.
    Joined = 17,
    /// Something became of a message on its way.
    Delivery = 18,
    /// A lifecycle trigger did not ask.
    Skipped = 19,
    /// A member of staff, or a guest's concern that they take.
    Routing = 20,
    /// Rates of room types came into force.
    RatesSet = 22,
    /// A gesture was chosen, or none.
    Gesture = 24,
    /// What guests are worth, or which groups they form, was fitted anew.
    Fitted = 26,
}

impl RecordKind {
    /// The kind of a code.
    pub(in crate::store) fn from_code(code: u8) -> Option<Self> {
        const ALL: [RecordKind; 17] = [
            RecordKind::Decision,
            RecordKind::Activated,
            RecordKind::Event,
            RecordKind::Profile,
            RecordKind::Matured,
            RecordKind::CatalogPublished,
            RecordKind::OfferStopped,
            RecordKind::InventorySet,
            RecordKind::ModeSet,
            RecordKind::Rank,
            RecordKind::Joined,
            RecordKind::Delivery,
            RecordKind::Skipped,
            RecordKind::Routing,
            RecordKind::RatesSet,
            RecordKind::Gesture,
            RecordKind::Fitted,
        ];
        ALL.into_iter().find(|kind| *kind as u8 == code)
    }

    /// The kind of a body.
    pub fn of(body: &Body) -> Self {
        match body {
            Body::Decision(_) => Self::Decision,
            Body::Activated { .. } => Self::Activated,
            Body::Event { .. } => Self::Event,
            Body::Profile { .. } => Self::Profile,
            Body::Matured { .. } => Self::Matured,
            Body::CatalogPublished { .. } => Self::CatalogPublished,
            Body::OfferStopped { .. } => Self::OfferStopped,
            Body::InventorySet { .. } => Self::InventorySet,
            Body::ModeSet { .. } => Self::ModeSet,
            Body::Rank(_) => Self::Rank,
            Body::Joined { .. } => Self::Joined,
            Body::Delivery { .. } => Self::Delivery,
            Body::Skipped { .. } => Self::Skipped,
            Body::RatesSet(_) => Self::RatesSet,
            Body::Routing(_) => Self::Routing,
            Body::Gesture(_) => Self::Gesture,
            Body::Fitted(_) => Self::Fitted,
        }
    }
}
