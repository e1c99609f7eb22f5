//! Why this channel and this moment, or why none: sentences for the guest from a reviewed list, and for
//! staff, in the language of the decision.
//!
//! They are read off the record: what was drawn from, what was forbidden, what was known of the guest.

use std::collections::HashMap;

use crate::api::v1;
use crate::domain::decision::{ChannelChoice, Decision, WithholdReason};

use super::View;
use super::reasons::{GUEST, STAFF, sentence};
use super::sentences::Language;

/// Code, name of what the guest may read (nothing where it is not for guests), name of what staff may read.
type Told = (&'static str, Option<&'static str>, &'static str);

const HABIT: Told = ("HABIT", Some("channel-guest-habit"), "channel-staff-habit");
const SEGMENT: Told = ("SEGMENT", Some("channel-guest-segment"), "channel-staff-segment");
const PRESENCE: Told = ("PRESENCE", Some("channel-guest-presence"), "channel-staff-presence");
const ONLY_CHANNEL: Told = ("ONLY_CHANNEL", None, "channel-staff-only-channel");
const TRANSACTION: Told =
    ("TRANSACTION", Some("channel-guest-transaction"), "channel-staff-transaction");
const MOMENT: Told = ("MOMENT", Some("channel-guest-moment"), "channel-staff-moment");
const WAITS: Told = ("CONSTRAINT", Some("channel-guest-waits"), "channel-staff-waits");
const EXPLORATION: Told = ("EXPLORATION", None, "channel-staff-exploration");

/// Why nothing is sent.
fn withheld(reason: WithholdReason) -> &'static str {
    match reason {
        WithholdReason::NoConsent => "withheld-no-consent",
        WithholdReason::Unreachable => "withheld-unreachable",
        WithholdReason::DoNotDisturb => "withheld-do-not-disturb",
        WithholdReason::Capped => "withheld-capped",
        WithholdReason::QuietHours => "withheld-quiet-hours",
        WithholdReason::LowValue => "withheld-low-value",
        WithholdReason::NotAllowed => "withheld-not-allowed",
        WithholdReason::Suppressed => "withheld-suppressed",
        WithholdReason::NoOffer => "withheld-no-offer",
        WithholdReason::Bounced => "withheld-bounced",
        WithholdReason::Masked => "withheld-masked",
        WithholdReason::Revoked => "withheld-revoked",
    }
}

/// The reasons of a choice of channel and moment, the strongest first.
pub(crate) fn reasons(
    decision: &Decision,
    choice: &ChannelChoice,
    explored: bool,
    language: Language,
    view: View,
) -> Vec<v1::Reason> {
    if let Some(reason) = choice.reason {
        let told = ("CONSTRAINT", None, withheld(reason));
        let mut written = write([told].into_iter(), language, view);
        for sentence in &mut written {
            let name = reason.name().to_owned();
            sentence.parameters = HashMap::from([("reason".to_owned(), name)]);
        }
        return written;
    }
    let of_moment = match choice.window_start > decision.decided {
        true if choice.moments.is_empty() => Some(WAITS),
        true => Some(MOMENT),
        false => None,
    };
    write([of_channel(decision, choice, explored)].into_iter().chain(of_moment), language, view)
}

fn of_channel(decision: &Decision, choice: &ChannelChoice, explored: bool) -> Told {
    let feasible = || choice.considered.iter().filter(|c| c.forbidden.is_none());
    let is_known = choice.basis.is_some_and(|basis| basis.contacts > 0);
    match () {
        // Nothing forbids them, and they were not drawn from: the guest is on another surface.
        () if feasible().any(|c| c.selection_probability <= 0.0) => PRESENCE,
        () if decision.message.is_some_and(|carried| carried.is_transactional) => TRANSACTION,
        () if feasible().count() == 1 => ONLY_CHANNEL,
        () if explored => EXPLORATION,
        () if is_known && decision.taste.is_some() => HABIT,
        () => SEGMENT,
    }
}

fn write(told: impl Iterator<Item = Told>, language: Language, view: View) -> Vec<v1::Reason> {
    let mut written = Vec::with_capacity(4);
    for (code, for_guest, for_staff) in told {
        if let Some(name) = for_guest {
            written.push(sentence(code, name, language, GUEST, None));
        }
        if view.decisions {
            written.push(sentence(code, for_staff, language, STAFF, None));
        }
    }
    written
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Names of all sentences that are said here.
    pub(in crate::grpc::to_proto) fn names() -> impl Iterator<Item = &'static str> {
        let told =
            [HABIT, SEGMENT, PRESENCE, ONLY_CHANNEL, TRANSACTION, MOMENT, WAITS, EXPLORATION];
        let of_channels =
            told.into_iter().flat_map(|(_, guest, staff)| guest.into_iter().chain([staff]));
        of_channels.chain(WithholdReason::ALL.map(withheld))
    }
}
