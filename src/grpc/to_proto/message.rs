//! The answer to `DecideChannel`.

use crate::api::v1;
use crate::domain::decision::Decision;
use crate::domain::money::Currency;
use crate::domain::profile::Profile;
use crate::domain::scope::Scope;
use crate::engine::{Answer, Catalog};
use crate::grpc::from_proto::enums;
use crate::grpc::names;

use super::decide::{Extent, channel_decision, currency};
use super::{View, guest, offer, values};

/// The answer; `profile` is that of the guest, for the address.
pub(crate) fn response(
    scope: &Scope,
    answer: Answer,
    profile: Option<&Profile>,
    extent: Extent,
) -> v1::DecideChannelResponse {
    let Answer { decision, catalog, token, is_replayed, .. } = answer;
    let mut channel = channel_decision(&decision, &catalog, extent);
    let point = profile.and_then(|profile| address(&decision, profile, extent.view));
    if let (Some(channel), Some(point)) = (channel.as_mut(), point) {
        channel.contact_point_id = point.contact_point_id;
        channel.address = point.address;
    }
    v1::DecideChannelResponse {
        decision: names::write_decision(scope, &decision.property, decision.id),
        attribution_token: token,
        channel_decision: channel,
        message: message(&decision, &catalog, extent),
        model_sequence: decision.model_sequence,
        catalog_version: decision.catalog_version,
        time_context: Some(values::time_context(decision.context.time)),
        stay_stage: enums::stay_stage(decision.context.stage),
        create_time: Some(values::moment(decision.decided)),
        expire_time: Some(values::moment(decision.expires)),
        is_non_personalized: decision.taste.is_none(),
        is_replayed,
    }
}

/// Where to send it.
fn address(decision: &Decision, profile: &Profile, view: View) -> Option<v1::ContactPoint> {
    let channel = decision.channel.as_ref()?.channel.filter(|channel| channel.is_pushed())?;
    guest::contact_point(profile, channel, decision.message?.is_transactional, view)
}

/// The message of a decision; absent for one about offers.
pub(crate) fn message(
    decision: &Decision,
    catalog: &Catalog,
    extent: Extent,
) -> Option<v1::CarriedMessage> {
    let carried = decision.message?;
    let offer = carried.offer.and_then(|(at, _)| catalog.offer(at));
    let treatment = offer.and_then(|offer| offer.treatments.get(usize::from(carried.treatment)));
    let money = |currency: Currency| values::money_of(carried.value, currency);
    Some(v1::CarriedMessage {
        offer_id: offer.map(|offer| offer.id.to_string()).unwrap_or_default(),
        treatment_id: treatment.map(|treatment| treatment.id.to_string()).unwrap_or_default(),
        locale: treatment.map(|treatment| treatment.locale.to_string()).unwrap_or_default(),
        transactional: carried.is_transactional,
        content: treatment
            .filter(|_| extent.includes_content)
            .map(|treatment| offer::content(treatment, extent.view)),
        response_value: currency(decision, catalog).filter(|_| extent.view.margin).map(money),
    })
}
