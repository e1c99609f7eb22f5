//! Channel and moment on the wire.

use crate::api::v1;
use crate::domain::decision::{ChannelChoice, ConsideredChannel, Decision, SendOutcome};
use crate::domain::money::Currency;
use crate::grpc::from_proto::enums;

use super::sentences::Language;
use super::{View, channel_reasons, values};

/// The channel of a decision. `is_full` asks for what was considered.
pub(crate) fn decision(
    decision: &Decision,
    choice: &ChannelChoice,
    currency: Option<Currency>,
    is_full: bool,
    view: View,
) -> v1::ChannelDecision {
    let time = choice.basis.map_or(decision.context.time, |basis| basis.time);
    let language = Language::of(&decision.context.locale);
    let is_withheld = choice.outcome == SendOutcome::Withhold;
    let chosen = choice.considered.iter().find(|c| Some(c.channel) == choice.channel);
    let best = choice
        .considered
        .iter()
        .filter(|c| c.forbidden.is_none())
        .max_by(|a, b| a.utility.total_cmp(&b.utility));
    let explored = !is_withheld && best.is_some_and(|best| Some(best.channel) != choice.channel);
    v1::ChannelDecision {
        outcome: enums::channel_outcome(choice.outcome),
        channel: choice.channel.map_or(0, enums::channel),
        send_window: (!is_withheld).then(|| window(choice)),
        time_context: Some(values::time_context(time)),
        response_propensity: chosen.filter(|_| view.scores).map(|c| c.response_propensity),
        channel_selection_probability: view.scores.then_some(choice.selection_probability),
        send_time_selection_probability: (view.scores && !is_withheld)
            .then_some(choice.time_selection_probability),
        explored,
        fallback_channels: choice.fallbacks.iter().map(|c| fallback(*c, choice, view)).collect(),
        withhold_reason: choice.reason.map_or(0, enums::withhold_reason),
        alternatives: if is_full {
            alternatives(&choice.considered, currency, view)
        } else {
            Vec::new()
        },
        reasons: channel_reasons::reasons(decision, choice, explored, language, view),
        ..Default::default()
    }
}

fn window(choice: &ChannelChoice) -> v1::TimeWindow {
    v1::TimeWindow {
        start_time: values::moment_known(choice.window_start),
        end_time: values::moment_known(choice.window_end),
    }
}

fn fallback(
    channel: crate::domain::channel::Channel,
    choice: &ChannelChoice,
    view: View,
) -> v1::FallbackChannel {
    let known = choice.considered.iter().find(|c| c.channel == channel);
    v1::FallbackChannel {
        channel: enums::channel(channel),
        send_window: Some(window(choice)),
        response_propensity: known.filter(|_| view.scores).map(|c| c.response_propensity),
        ..Default::default()
    }
}

/// Every channel that was looked at, for those who may see scores.
pub(crate) fn alternatives(
    considered: &[ConsideredChannel],
    currency: Option<Currency>,
    view: View,
) -> Vec<v1::ChannelAlternative> {
    if !view.scores {
        return Vec::new();
    }
    let one = |considered: &ConsideredChannel| v1::ChannelAlternative {
        channel: enums::channel(considered.channel),
        removed_by: considered.forbidden.map_or(0, enums::withhold_reason),
        component: considered
            .forbidden
            .map(|reason| reason.name().to_ascii_lowercase())
            .unwrap_or_default(),
        response_propensity: considered.response_propensity,
        net_value: currency.map(|currency| values::money_of(considered.utility, currency)),
        selection_probability: considered.selection_probability,
        ..Default::default()
    };
    considered.iter().map(one).collect()
}
