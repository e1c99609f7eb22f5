//! Why, in sentences: one for the guest from a reviewed list, one for staff, in the language of the
//! answer.
//!
//! A sentence for a guest says nothing that the hotel knows of them and nothing of what an offer is
//! worth: what the brand pushes, and what earns more, is to a guest a recommendation.

use crate::api::v1;
use crate::domain::decision::{ReasonCode, ScoreParts};

use super::View;
use super::sentences::{self, Language};

/// The code a guest's screen may see, and the name of what a guest may read.
fn for_guest(code: ReasonCode) -> (&'static str, &'static str) {
    match code {
        ReasonCode::Taste => ("TASTE", "guest-taste"),
        ReasonCode::Affinity => ("AFFINITY", "guest-affinity"),
        ReasonCode::Situation => ("SITUATION", "guest-situation"),
        ReasonCode::Popularity => ("POPULARITY", "guest-popularity"),
        ReasonCode::Exploration => ("EXPLORATION", "guest-exploration"),
        ReasonCode::Fallback => ("FALLBACK", "guest-fallback"),
        ReasonCode::GoesWith => ("GOES_WITH", "guest-goes-with"),
        ReasonCode::Lever | ReasonCode::Value | ReasonCode::GuestValue => {
            ("RECOMMENDED", "guest-recommended")
        }
    }
}

/// The name of what staff may read.
fn for_staff(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::Taste => "staff-taste",
        ReasonCode::Affinity => "staff-affinity",
        ReasonCode::Situation => "staff-situation",
        ReasonCode::Popularity => "staff-popularity",
        ReasonCode::Lever => "staff-lever",
        ReasonCode::Value => "staff-value",
        ReasonCode::Exploration => "staff-exploration",
        ReasonCode::Fallback => "staff-fallback",
        ReasonCode::GuestValue => "staff-guest-value",
        ReasonCode::GoesWith => "staff-goes-with",
    }
}

/// The reasons of a slot, strongest first: for each what the guest may read, and what staff may
/// where they may see it.
pub(crate) fn reasons(
    (told, parts): (&[ReasonCode], &ScoreParts),
    language: Language,
    view: View,
) -> Vec<v1::Reason> {
    let each = if view.decisions { 2 } else { 1 };
    let mut written: Vec<v1::Reason> = Vec::with_capacity(told.len() * each);
    for reason in told {
        let (code, name) = for_guest(*reason);
        // Two reasons may be one recommendation to a guest.
        let is_told = written.iter().any(|known| known.code == code && known.audience == GUEST);
        if !is_told {
            written.push(sentence(code, name, language, GUEST, None));
        }
        // What a guest is worth is told to those who may see it.
        let is_theirs = *reason != ReasonCode::GuestValue || view.value;
        if view.decisions && is_theirs {
            let contribution = parts.contribution(*reason).filter(|_| view.scores);
            let name = for_staff(*reason);
            written.push(sentence(reason.name(), name, language, STAFF, contribution));
        }
    }
    written
}

pub(super) const GUEST: i32 = v1::ReasonAudience::Guest as i32;
pub(super) const STAFF: i32 = v1::ReasonAudience::Staff as i32;

pub(super) fn sentence(
    code: &str,
    name: &str,
    language: Language,
    audience: i32,
    contribution: Option<f64>,
) -> v1::Reason {
    v1::Reason {
        code: code.to_owned(),
        display_text: sentences::text(language, name).into_owned(),
        audience,
        contribution,
        ..Default::default()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::scope::Right;
    use crate::grpc::testing::{scope, scope_with};

    const ALL: [ReasonCode; 10] = [
        ReasonCode::Taste,
        ReasonCode::Affinity,
        ReasonCode::Situation,
        ReasonCode::Popularity,
        ReasonCode::Lever,
        ReasonCode::Value,
        ReasonCode::Exploration,
        ReasonCode::Fallback,
        ReasonCode::GuestValue,
        ReasonCode::GoesWith,
    ];

    /// Names of all sentences that are said here.
    pub(in crate::grpc::to_proto) fn names() -> impl Iterator<Item = &'static str> {
        ALL.into_iter().flat_map(|code| [for_guest(code).1, for_staff(code)])
    }

    #[test]
    fn a_guest_never_reads_of_value_or_levers() {
        let view = View::of(&scope_with(&[Right::Decide]));
        let written = reasons((&ALL, &ScoreParts::default()), Language::English, view);
        assert!(written.iter().all(|r| r.audience == GUEST && r.contribution.is_none()));
        assert!(!written.iter().any(|r| r.code == "LEVER" || r.code.contains("VALUE")));
        assert_eq!(written.iter().filter(|r| r.code == "RECOMMENDED").count(), 1);
    }

    #[test]
    fn staff_read_the_reason_itself_with_its_contribution() {
        let parts = ScoreParts { taste: 0.5, ..ScoreParts::default() };
        let told = (&[ReasonCode::Taste][..], &parts);
        let written = reasons(told, Language::ChineseTraditional, View::of(&scope()));
        assert_eq!(written.len(), 2);
        assert_eq!((written[1].code.as_str(), written[1].contribution), ("TASTE", Some(0.5)));
    }
}
