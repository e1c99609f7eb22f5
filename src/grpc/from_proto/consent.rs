//! Consents and objections.

use std::time::Duration;

use crate::api::v1;
use crate::domain::consent::{Consent, ConsentState};
use crate::domain::id::{GuestId, SourceId};
use crate::domain::profile::ProfileChange;
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::grpc::names;
use crate::grpc::problems::{Problems, Refusal};

use super::{enums, preference, values};

/// Most records of a call.
const RECORDS_MAX: usize = 64;
/// How far ahead of ours a caller's clock may be.
const AHEAD_MAX: Duration = Duration::from_secs(300);

/// Reads whose consents are wanted.
pub(crate) fn get(scope: &Scope, wire: &v1::GetConsentRequest) -> Result<GuestId, Refusal> {
    let mut problems = Problems::new();
    let guest = names::guest_in(&mut problems, scope, "name", &wire.name, "consent");
    problems.finish(guest)
}

/// Reads records to add.
pub(crate) fn change(
    scope: &Scope,
    wire: v1::UpdateConsentRequest,
    now: Timestamp,
) -> Result<ProfileChange, Refusal> {
    let mut problems = Problems::new();
    let p = &mut problems;
    let guest = names::guest_in(p, scope, "name", &wire.name, "consent");
    preference::request_id(p, &wire.request_id);
    if wire.records.is_empty() {
        p.add("records", "is empty; give 1 to 64");
    }
    let records = values::list(p, "records", wire.records, RECORDS_MAX);
    let mut consents: Vec<Consent> = Vec::with_capacity(records.len());
    for (at, wire) in records.into_iter().enumerate() {
        let read = p.within(
            || values::at("records", at),
            |p| {
                let read = record(p, scope, wire, now)?;
                if consents
                    .iter()
                    .any(|known| (known.purpose, known.channel) == (read.purpose, read.channel))
                {
                    p.add("purpose", "stands in the list twice with its channel");
                }
                Some(read)
            },
        );
        consents.extend(read);
    }
    let change = guest.map(|guest| ProfileChange {
        guest,
        facts: None,
        consents,
        preferences: Vec::new(),
        replaced: None,
    });
    problems.finish(change)
}

fn record(
    problems: &mut Problems,
    scope: &Scope,
    wire: v1::ConsentRecord,
    now: Timestamp,
) -> Option<Consent> {
    let purpose = enums::required::<v1::Purpose>(problems, "purpose", wire.purpose);
    let channel = enums::read::<v1::Channel>(problems, "channel", wire.channel);
    let state = enums::required::<v1::ConsentState>(problems, "state", wire.state);
    let basis = enums::known::<v1::ConsentBasis>(problems, "basis", wire.basis).unwrap_or_default();
    let time = values::moment(problems, "consent_time", wire.consent_time).unwrap_or(now);
    if time > now.plus(AHEAD_MAX) {
        problems.add("consent_time", "lies in the future");
    }
    if state == Some(ConsentState::Granted) {
        if basis == v1::ConsentBasis::Unspecified {
            problems.add("basis", "is missing; a grant rests on something");
        }
        if basis == v1::ConsentBasis::Consent && wire.text_version.is_empty() {
            problems.add("text_version", "is missing; say which text the guest agreed to");
        }
    }
    if wire.expire_time.is_some() {
        problems.unsupported("expire_time", "leave it out, and record UNKNOWN when it ends");
    }
    let source = if scope.bound.is_some() {
        if !matches!(basis, v1::ConsentBasis::Unspecified | v1::ConsentBasis::Consent) {
            problems.withhold("basis", "a guest agrees or objects: give CONSENT");
        }
        problems.take(SourceId::parse("source", &scope.credential))
    } else {
        values::foreign(problems, "source", &wire.source, SourceId::parse)
    };
    let text_version = values::word(problems, "text_version", wire.text_version);
    let source = source?.as_str().to_owned();
    Some(Consent {
        purpose: purpose?,
        channel,
        state: state?,
        time,
        basis: basis_word(basis).to_owned(),
        text_version,
        source,
    })
}

/// The word under which a basis is kept.
pub(crate) fn basis_word(basis: v1::ConsentBasis) -> &'static str {
    match basis {
        v1::ConsentBasis::Unspecified => "",
        v1::ConsentBasis::Consent => "CONSENT",
        v1::ConsentBasis::Contract => "CONTRACT",
        v1::ConsentBasis::LegitimateInterest => "LEGITIMATE_INTEREST",
        v1::ConsentBasis::LegalObligation => "LEGAL_OBLIGATION",
    }
}

/// The basis of a word.
pub(crate) fn basis_of(word: &str) -> v1::ConsentBasis {
    use v1::ConsentBasis as B;
    let all = [B::Consent, B::Contract, B::LegitimateInterest, B::LegalObligation];
    all.into_iter().find(|basis| basis_word(*basis) == word).unwrap_or(B::Unspecified)
}
