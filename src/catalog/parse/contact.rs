//! Reads contact policies, quiet hours, channels and segments.

use std::time::Duration;

use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::exposure::ExposureState;
use crate::domain::id::{Label, OfferId};
use crate::domain::policy::{
    CapObject, CapSubject, ChannelPolicy, ContactPolicy, ContactRules, QuietHours, Segment,
    SegmentResponse, SendTime, WhenQuiet,
};

use super::values;
use crate::catalog::content::{
    CONTACT_POLICIES_MAX, QUIET_HOURS_MAX, RESPONSES_MAX, TASTES_MAX, TEXT_BYTES_MAX,
};
use crate::catalog::document::{Fields, Node};
use crate::catalog::words::{COUNTED, SUBJECTS};

/// Fields of the contact rules.
pub(in crate::catalog) const CONTACT: &[&str] =
    &["fallback_zone", "send_time", "policies", "quiet_hours", "when_quiet", "channels"];
const SEND_TIMES: [(&str, SendTime); 2] =
    [("EARLIEST", SendTime::Earliest), ("BEST", SendTime::Best)];
const WHEN_QUIET: [(&str, WhenQuiet); 2] =
    [("QUEUE", WhenQuiet::Queue), ("DISCARD", WhenQuiet::Discard)];
/// Fields of a contact policy.
pub(in crate::catalog) const CONTACT_POLICY: &[&str] =
    &["id", "subject", "counts", "counted", "limit", "window", "counts_transactional"];
/// Fields of what a contact policy counts.
pub(in crate::catalog) const COUNTS: &[&str] = &["offer", "group", "channel"];
/// Fields of quiet hours.
pub(in crate::catalog) const QUIET: &[&str] = &["country", "channels", "start", "end", "rest_days"];
/// What a permission is worth where a catalog does not say, in major units.
const PERMISSION_VALUE: f64 = 10.0;
/// Fields of a channel.
pub(in crate::catalog) const CHANNEL: &[&str] =
    &["channel", "cost", "prior_response", "annoyance", "permission_value"];
/// Fields of a segment.
pub(in crate::catalog) const SEGMENT: &[&str] = &["id", "tastes", "responses"];
/// Fields of a response rate.
pub(in crate::catalog) const RESPONSE: &[&str] = &["channel", "context", "rate"];

/// Reads the contact rules of a document.
pub(super) fn rules(document: &Fields<'_>) -> ContactRules {
    let example = "{ fallback_zone = \"Europe/Lisbon\" }";
    let fields = document.need_table("contact", CONTACT, example);
    let zone = fields.need("fallback_zone", "\"Europe/Lisbon\"");
    let mut quiet_hours: Vec<QuietHours> =
        fields.list("quiet_hours", QUIET_HOURS_MAX).iter().map(quiet).collect();
    if quiet_hours.iter().all(|quiet| quiet.country.is_some()) {
        quiet_hours.push(quiet_by_default());
    }
    ContactRules {
        policies: fields.list("policies", CONTACT_POLICIES_MAX).iter().map(policy).collect(),
        quiet_hours,
        send_time: fields
            .get("send_time")
            .and_then(|node| values::one_of(&node, &SEND_TIMES))
            .unwrap_or_default(),
        when_quiet: fields
            .get("when_quiet")
            .and_then(|node| values::one_of(&node, &WHEN_QUIET))
            .unwrap_or_default(),
        fallback_zone: zone.and_then(|node| values::zone(&node)).unwrap_or_else(|| "UTC".into()),
        channels: fields.list("channels", Channel::COUNT).iter().map(channel).collect(),
    }
}

/// Quiet hours where a document has none for everywhere: 21:00 to 09:00 on every channel that
/// reaches the guest anywhere.
fn quiet_by_default() -> QuietHours {
    QuietHours {
        country: None,
        channels: pushed(),
        start_minute: 21 * 60,
        end_minute: 9 * 60,
        rest_days: false,
    }
}

fn pushed() -> ChannelSet {
    Channel::ALL.into_iter().filter(|channel| channel.is_pushed()).collect()
}

fn policy(node: &Node<'_>) -> ContactPolicy {
    let fields = node.fields(CONTACT_POLICY);
    let subject = fields.get("subject").and_then(|node| values::one_of(&node, &SUBJECTS));
    let counted = fields.get("counted").and_then(|node| values::one_of(&node, &COUNTED));
    let limit = fields.need("limit", "2").and_then(|node| node.whole(0..=i64::from(u16::MAX)));
    let window = fields.need("window", "\"7d\"").and_then(|node| values::duration(&node));
    let object = fields.need("counts", "\"EACH_OFFER\"").and_then(|node| object(&node));
    let transactional = fields.get("counts_transactional").and_then(|node| node.flag());
    ContactPolicy {
        id: values::id(fields.need("id", "\"email-weekly\""), Label::parse),
        subject: subject.unwrap_or(CapSubject::Guest),
        object: object.unwrap_or(CapObject::All),
        counted: counted.unwrap_or(ExposureState::Shown),
        limit: limit.and_then(|n| u16::try_from(n).ok()).unwrap_or(0),
        window: window.unwrap_or(Duration::from_secs(86_400)),
        counts_transactional: transactional.unwrap_or(false),
    }
}

/// `"EACH_OFFER"`, `"ALL"`, or a table that names one offer, group or channel.
fn object(node: &Node<'_>) -> Option<CapObject> {
    if !node.is_table() {
        return match node.text(TEXT_BYTES_MAX)? {
            "EACH_OFFER" => Some(CapObject::EachOffer),
            "ALL" => Some(CapObject::All),
            _ => {
                node.fail("must be \"EACH_OFFER\", \"ALL\", or { offer = … }, { group = … } or { channel = … }");
                None
            }
        };
    }
    let fields = node.fields(COUNTS);
    let offer = fields.get("offer").map(|n| CapObject::Offer(values::id(Some(n), OfferId::parse)));
    let group = fields.get("group").map(|n| CapObject::Group(values::id(Some(n), Label::parse)));
    let channel = fields
        .get("channel")
        .map(|n| values::channel(&n).map_or(CapObject::All, CapObject::Channel));
    let mut named = [offer, group, channel].into_iter().flatten();
    match (named.next(), named.next()) {
        (Some(object), None) => Some(object),
        _ => {
            node.fail("must name exactly one: an offer, a group or a channel");
            None
        }
    }
}

fn quiet(node: &Node<'_>) -> QuietHours {
    let fields = node.fields(QUIET);
    let start = fields.need("start", "\"21:00\"").and_then(|node| values::minute(&node));
    let end = fields.need("end", "\"09:00\"").and_then(|node| values::minute(&node));
    QuietHours {
        country: fields.get("country").and_then(|node| values::country(&node)),
        channels: values::channels(fields.get("channels"), pushed()),
        start_minute: start.unwrap_or(21 * 60),
        end_minute: end.unwrap_or(9 * 60),
        rest_days: fields.get("rest_days").and_then(|node| node.flag()).unwrap_or(false),
    }
}

fn channel(node: &Node<'_>) -> ChannelPolicy {
    let fields = node.fields(CHANNEL);
    let channel = fields.need("channel", "\"EMAIL\"").and_then(|node| values::channel(&node));
    let number = |node: Option<Node<'_>>| node.and_then(|node| node.number());
    ChannelPolicy {
        channel: channel.unwrap_or(Channel::Email),
        cost: number(fields.get("cost")).unwrap_or(0.0),
        prior_response: number(fields.need("prior_response", "0.05")).unwrap_or(0.05),
        annoyance: number(fields.get("annoyance")).unwrap_or(0.0),
        permission_value: number(fields.get("permission_value")).unwrap_or(PERMISSION_VALUE),
    }
}

/// Reads a segment.
pub(super) fn segment(node: &Node<'_>) -> Segment {
    let fields = node.fields(SEGMENT);
    let id = fields.need("id", "\"leisure\"");
    let tastes = fields.get("tastes");
    let tastes = tastes.map(|node| node.entries(TASTES_MAX)).unwrap_or_default();
    let responses = fields.list("responses", RESPONSES_MAX);
    let taste = |(tag, node): (&str, Node<'_>)| {
        let tag = node.checked(Label::parse("", tag).map_err(|invalid| invalid.problem))?;
        #[expect(clippy::cast_possible_truncation, reason = "tastes are checked to be -4 to 4")]
        Some((tag, node.number()? as f32))
    };
    Segment {
        id: values::id(id, Label::parse),
        tastes: tastes.into_iter().filter_map(taste).collect(),
        learnt: Vec::new(),
        responses: responses.iter().flat_map(response).collect(),
    }
}

/// A response rate; without a context it holds in all.
fn response(node: &Node<'_>) -> Vec<SegmentResponse> {
    let fields = node.fields(RESPONSE);
    let channel = fields.need("channel", "\"EMAIL\"").and_then(|node| values::channel(&node));
    let rate = fields.need("rate", "0.1").and_then(|node| node.number());
    let (Some(channel), Some(rate)) = (channel, rate) else { return Vec::new() };
    let Some(context) = fields.get("context") else {
        return vec![SegmentResponse { channel, context: None, rate }];
    };
    let contexts = values::contexts(&context).into_iter();
    contexts.map(|context| SegmentResponse { channel, context: Some(context), rate }).collect()
}
