//! What an event carries beyond the fields that the domain acts on: kept with the event under
//! reserved keys, so that nothing a caller said is lost, and given back when the event is read.

use crate::domain::event::Event;

/// Keys that begin so are the server's.
pub(crate) const RESERVED: &str = "concierge.";

pub(crate) use crate::domain::event::REASON_CODE;
pub(crate) const CONTACT_POINT: &str = "concierge.contact_point_id";
pub(crate) const STAFF: &str = "concierge.staff_id";
pub(crate) const QUANTITY: &str = "concierge.quantity";
pub(crate) const CHOICE: &str = "concierge.survey.choice_id";
pub(crate) const SURVEY_TEXT: &str = "concierge.survey.text";
pub(crate) const RATING_VALUE: &str = "concierge.rating.value";
pub(crate) const RATING_MIN: &str = "concierge.rating.scale_min";
pub(crate) const RATING_MAX: &str = "concierge.rating.scale_max";
pub(crate) const RATING_ASPECT: &str = "concierge.rating.aspect_id";
pub(crate) const STAY_PURPOSE: &str = "concierge.stay.travel_purpose";
pub(crate) const STAY_BOOKER_ONLY: &str = "concierge.stay.is_booker_only";
pub(crate) const STAY_ROOMS: &str = "concierge.stay.room_count";
pub(crate) const STAY_CHILD_AGES: &str = "concierge.stay.child_age_years";
pub(crate) const PRESENCE_SOURCE: &str = "concierge.presence.source";
pub(crate) const PRESENCE_END: &str = "concierge.presence.expire_seconds";

/// Extras as they are gathered from the wire.
#[derive(Debug, Default)]
pub(crate) struct Extras(Vec<(String, String)>);

impl Extras {
    /// Keeps a value under a key, unless it is empty.
    pub(crate) fn keep(&mut self, key: &str, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.0.push((key.to_owned(), value));
        }
    }

    /// The attributes of the event: the caller's first, then these.
    pub(crate) fn after(self, mut attributes: Vec<(String, String)>) -> Vec<(String, String)> {
        attributes.extend(self.0);
        attributes
    }
}

/// What an event keeps under a key; empty for nothing.
pub(crate) fn kept<'e>(event: &'e Event, key: &str) -> &'e str {
    event.attributes.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value)
}

/// The same as a number; its default for nothing.
pub(crate) fn kept_number<T: std::str::FromStr + Default>(event: &Event, key: &str) -> T {
    kept(event, key).parse().unwrap_or_default()
}

/// The attributes that the caller gave.
pub(crate) fn callers_own(event: &Event) -> impl Iterator<Item = (&String, &String)> {
    event
        .attributes
        .iter()
        .filter(|(key, _)| !key.starts_with(RESERVED))
        .map(|(key, value)| (key, value))
}
