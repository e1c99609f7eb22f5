//! Reads lifecycle triggers.

use std::time::Duration;

use crate::catalog::content::{LAPSED_DAYS_MAX, PLACEMENTS_MAX, PROPERTIES_MAX};
use crate::catalog::document::Node;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::id::{Label, PlacementId, PropertyId};
use crate::domain::lifecycle::{ClockOf, Moment, Trigger};

use super::values;

/// Fields of a trigger.
pub(in crate::catalog) const TRIGGER: &[&str] = &[
    "id",
    "moment",
    "days",
    "at",
    "clock",
    "properties",
    "placements",
    "channels",
    "tolerance",
    "window",
    "enabled",
];
const MOMENTS: [(&str, Moment); 6] = [
    ("BOOKED", Moment::Booked),
    ("BEFORE_ARRIVAL", Moment::BeforeArrival),
    ("ARRIVAL", Moment::Arrival),
    ("IN_HOUSE", Moment::InHouse),
    ("CHECK_OUT", Moment::CheckOut),
    ("LAPSED", Moment::Lapsed),
];
const CLOCKS: [(&str, ClockOf); 2] = [("PROPERTY", ClockOf::Property), ("GUEST", ClockOf::Guest)];
/// How late a trigger may ask where a document does not say.
const TOLERANCE: Duration = Duration::from_secs(6 * 3_600);
/// How long after it asked a message may leave where a document does not say.
const WINDOW: Duration = Duration::from_secs(24 * 3_600);

/// Reads a trigger.
pub(super) fn trigger(node: &Node<'_>) -> Trigger {
    let fields = node.fields(TRIGGER);
    let id = values::id(fields.need("id", "\"a-week-before\""), Label::parse);
    let moment = fields.need("moment", "\"BEFORE_ARRIVAL\"");
    let moment = moment.and_then(|node| values::one_of(&node, &MOMENTS));
    let days = fields.get("days").and_then(|node| node.whole(0..=LAPSED_DAYS_MAX));
    let clock = fields.get("clock").and_then(|node| values::one_of(&node, &CLOCKS));
    let length = |name, default| {
        fields.get(name).and_then(|node| values::duration(&node)).unwrap_or(default)
    };
    fields.need("placements", "[\"prearrival.email\"]");
    let properties = fields.list("properties", PROPERTIES_MAX);
    let placements = fields.list("placements", PLACEMENTS_MAX);
    let property = |node: &Node<'_>| values::id(Some(node.clone()), PropertyId::parse);
    let placement = |node: &Node<'_>| values::id(Some(node.clone()), PlacementId::parse);
    Trigger {
        id,
        moment: moment.unwrap_or(Moment::Booked),
        days: days.and_then(|days| u16::try_from(days).ok()).unwrap_or(0),
        minute: fields.get("at").and_then(|node| values::minute(&node)),
        clock: clock.unwrap_or_default(),
        properties: properties.iter().map(property).collect(),
        placements: placements.iter().map(placement).collect(),
        channels: values::channels(fields.get("channels"), pushed()),
        tolerance: length("tolerance", TOLERANCE),
        window: length("window", WINDOW),
        is_enabled: fields.get("enabled").and_then(|node| node.flag()).unwrap_or(true),
    }
}

fn pushed() -> ChannelSet {
    Channel::ALL.into_iter().filter(|channel| channel.is_pushed()).collect()
}
