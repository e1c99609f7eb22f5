//! Changes of a guest's facts.

use crate::api::v1;
use crate::domain::id::{GuestId, Label};
use crate::domain::identity::{IDENTITIES_MAX, Identity, is_masked_address};
use crate::domain::price::Membership;
use crate::domain::profile::{ContactPoint, ContactState, GuestFacts, put_contact_point_ids};
use crate::domain::scope::Scope;
use crate::domain::stay::TravelPurpose;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::extras::RESERVED;
use super::{enums, preference, subject, values};

/// Most contact points of a guest.
const CONTACT_POINTS_MAX: usize = 32;

/// A change of facts. `None` leaves a fact as it is.
#[derive(Debug)]
pub(crate) struct GuestChange {
    pub(crate) guest: GuestId,
    pub(crate) facts: Patch,
    pub(crate) etag: String,
    pub(crate) allow_missing: bool,
    pub(crate) validates_only: bool,
}

/// New facts.
#[derive(Debug, Default)]
pub(crate) struct Patch {
    display_name: Option<String>,
    country: Option<String>,
    locale: Option<String>,
    zone: Option<String>,
    segment: Option<Option<Label>>,
    membership: Option<Option<Membership>>,
    identities: Option<Vec<Identity>>,
    purpose: Option<Option<TravelPurpose>>,
    contact_points: Option<(Vec<ContactPoint>, Vec<String>)>,
    attributes: Option<Vec<(String, String)>>,
}

impl Patch {
    /// Puts the new facts over the old ones.
    pub(crate) fn apply(self, facts: &mut GuestFacts) {
        fn put<T>(fact: &mut T, new: Option<T>) {
            if let Some(new) = new {
                *fact = new;
            }
        }
        put(&mut facts.display_name, self.display_name);
        put(&mut facts.country, self.country);
        put(&mut facts.locale, self.locale);
        put(&mut facts.zone, self.zone);
        put(&mut facts.segment, self.segment);
        put(&mut facts.membership, self.membership);
        put(&mut facts.identities, self.identities);
        put(&mut facts.purpose, self.purpose);
        if let Some(attributes) = self.attributes {
            facts.attributes.retain(|(key, _)| key.starts_with(RESERVED));
            facts.attributes.extend(attributes);
        }
        if let Some((points, ids)) = self.contact_points {
            facts.contact_points = points;
            put_contact_point_ids(facts, &ids);
        }
    }
}

/// Reads a change of facts.
pub(crate) fn change(scope: &Scope, wire: v1::UpdateGuestRequest) -> Result<GuestChange, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    preference::request_id(p, &wire.request_id);
    let mask = wire.update_mask.map(|mask| mask.paths).unwrap_or_default();
    let Some(guest) = wire.guest else {
        p.add("guest", "is missing");
        return problems.finish(None);
    };
    let wanted = Wanted::read(p, &mask);
    let change = p.within(
        || "guest".into(),
        |p| {
            let id = names::guest(p, scope, "name", &guest.name);
            let etag = values::word(p, "etag", guest.etag.clone());
            let facts = patch(p, &wanted, guest);
            let (allow_missing, validates_only) = (wire.allow_missing, wire.validate_only);
            Some(GuestChange { guest: id?, facts, etag, allow_missing, validates_only })
        },
    );
    problems.finish(change)
}

/// Facts that can be changed.
const SUPPORTED: [&str; 12] = [
    "identities",
    "display_name",
    "contact_points",
    "home_time_zone",
    "locale",
    "country_code",
    "segment_id",
    "travel_purpose",
    "attributes",
    "loyalty",
    "loyalty.tier_id",
    "loyalty.tier_end_date",
];
/// Facts of the API that this version does not keep.
const UNSUPPORTED: [&str; 1] = ["corporate_account_id"];

/// Which facts a call changes.
enum Wanted {
    /// Those that are set.
    Set,
    /// Every one; what is not set is cleared.
    All,
    /// These; what is not set is cleared.
    Only(Vec<String>),
}

impl Wanted {
    fn read(problems: &mut Problems, mask: &[String]) -> Self {
        if mask.is_empty() {
            return Self::Set;
        }
        if mask == ["*"] {
            return Self::All;
        }
        if mask.len() > values::LIST_MAX {
            problems.add("update_mask", "has too many paths");
        }
        for path in mask.iter().take(values::LIST_MAX) {
            let field = path.split('.').next().unwrap_or("");
            if UNSUPPORTED.contains(&field) {
                problems.unsupported("update_mask", &format!("leave {field} out"));
            } else if !SUPPORTED.contains(&path.as_str()) {
                problems.add(
                    "update_mask",
                    "holds a path that is unknown, OUTPUT_ONLY or inside a list or map",
                );
            }
        }
        Self::Only(mask.to_vec())
    }

    fn includes(&self, field: &str, is_set: bool) -> bool {
        match self {
            Self::Set => is_set,
            Self::All => true,
            Self::Only(paths) => paths.iter().any(|path| path == field),
        }
    }
}

fn patch(problems: &mut Problems, wanted: &Wanted, guest: v1::Guest) -> Patch {
    let set = [("corporate_account_id", !guest.corporate_account_id.is_empty())];
    for (field, _) in set.into_iter().filter(|(_, is_set)| *is_set) {
        problems.unsupported(field, "leave it out");
    }
    let wants = |field: &str, is_set: bool| wanted.includes(field, is_set);
    let mut patch = Patch::default();
    if wants("display_name", !guest.display_name.is_empty()) {
        patch.display_name =
            Some(values::bounded(problems, "display_name", guest.display_name, 256));
    }
    if wants("home_time_zone", !guest.home_time_zone.is_empty()) {
        patch.zone = Some(values::zone(problems, "home_time_zone", &guest.home_time_zone));
    }
    if wants("locale", !guest.locale.is_empty()) {
        patch.locale = Some(values::locale(problems, "locale", guest.locale));
    }
    if wants("country_code", !guest.country_code.is_empty()) {
        patch.country = Some(values::country(problems, "country_code", guest.country_code));
    }
    if wants("segment_id", !guest.segment_id.is_empty()) {
        patch.segment =
            Some(values::catalog_optional(problems, "segment_id", &guest.segment_id, Label::parse));
    }
    // The tier and its end are one fact.
    let is_set = guest.loyalty.is_some();
    if wants("loyalty", is_set)
        || wants("loyalty.tier_id", is_set)
        || wants("loyalty.tier_end_date", is_set)
    {
        patch.membership = Some(guest.loyalty.and_then(|wire| membership(problems, &wire)));
    }
    if wants("travel_purpose", guest.travel_purpose != 0) {
        let number = guest.travel_purpose;
        let purpose = enums::read::<v1::TravelPurpose>(problems, "travel_purpose", number);
        patch.purpose = Some(purpose);
    }
    if wants("attributes", !guest.attributes.is_empty()) {
        patch.attributes =
            Some(values::attributes(problems, "attributes", guest.attributes, RESERVED));
    }
    if wants("identities", !guest.identities.is_empty()) {
        patch.identities = Some(identities(problems, guest.identities));
    }
    if wants("contact_points", !guest.contact_points.is_empty()) {
        patch.contact_points = Some(contact_points(problems, guest.contact_points));
    }
    patch
}

/// The tier of a guest, and how long they have it.
fn membership(problems: &mut Problems, wire: &v1::LoyaltyMembership) -> Option<Membership> {
    problems.within(
        || "loyalty".into(),
        |p| {
            let set = [
                ("program_id", !wire.program_id.is_empty()),
                ("points_balance", wire.points_balance.is_some()),
                ("member_since_date", !wire.member_since_date.is_empty()),
            ];
            for (field, _) in set.into_iter().filter(|(_, is_set)| *is_set) {
                p.unsupported(field, "leave it out: only the tier is kept");
            }
            let until = (!wire.tier_end_date.is_empty())
                .then(|| values::date(p, "tier_end_date", &wire.tier_end_date))
                .flatten();
            let tier = p.take(Label::parse("tier_id", &wire.tier_id))?;
            Some(Membership { tier, until })
        },
    )
}

fn identities(problems: &mut Problems, wire: Vec<v1::Identity>) -> Vec<Identity> {
    let wire = values::list(problems, "identities", wire, IDENTITIES_MAX);
    let mut identities: Vec<Identity> = Vec::with_capacity(wire.len());
    for (at, wire) in wire.into_iter().enumerate() {
        let identity = Identity { namespace: wire.namespace.clone(), id: wire.id.clone() };
        problems.within(
            || values::at("identities", at),
            |p| {
                if subject::identity(p, &wire).is_some() && identities.contains(&identity) {
                    p.add("", "stands in the list twice");
                }
            },
        );
        identities.push(identity);
    }
    identities
}

fn contact_points(
    problems: &mut Problems,
    wire: Vec<v1::ContactPoint>,
) -> (Vec<ContactPoint>, Vec<String>) {
    let wire = values::list(problems, "contact_points", wire, CONTACT_POINTS_MAX);
    let (mut points, mut ids) =
        (Vec::with_capacity(wire.len()), Vec::<String>::with_capacity(wire.len()));
    for (at, wire) in wire.into_iter().enumerate() {
        let read = problems.within(
            || values::at("contact_points", at),
            |p| {
                let id =
                    values::required(p, "contact_point_id", wire.contact_point_id.clone(), 128);
                if id.contains(['\n', '\t']) {
                    p.add("contact_point_id", "has a control character; remove it");
                }
                if ids.contains(&id) {
                    p.add("contact_point_id", "stands in the list twice");
                }
                ids.push(id);
                contact_point(p, wire)
            },
        );
        points.extend(read);
    }
    (points, ids)
}

fn contact_point(problems: &mut Problems, wire: v1::ContactPoint) -> Option<ContactPoint> {
    use v1::ContactPointState as S;
    let channel = enums::required::<v1::Channel>(problems, "channel", wire.channel);
    let address = values::required(problems, "address", wire.address, 512);
    let state = match enums::known::<S>(problems, "state", wire.state)? {
        S::Unspecified | S::Unverified => ContactState::Given,
        S::Verified => ContactState::Verified,
        S::Bounced => ContactState::Bounced,
        S::SoftBounced => {
            problems.unsupported("state", "leave it out: the address stays in use");
            ContactState::Given
        }
        S::Removed => ContactState::Revoked,
    };
    let is_masked = wire.is_masked || is_masked_address(&address);
    let is_in_use = !matches!(state, ContactState::Bounced | ContactState::Revoked);
    let state = if is_masked && is_in_use { ContactState::Masked } else { state };
    let set = [
        ("is_preferred", wire.is_preferred, "leave it out"),
        ("locale", !wire.locale.is_empty(), "leave it out, and give the locale of the guest"),
        ("reachable_until_time", wire.reachable_until_time.is_some(), "leave it out"),
    ];
    for (field, _, instead) in set.into_iter().filter(|(_, is_set, _)| *is_set) {
        problems.unsupported(field, instead);
    }
    Some(ContactPoint { channel: channel?, address, state })
}
