//! `GuestService`.

use std::collections::HashMap;
use std::sync::Arc;

use tonic::{Request, Response, Status, async_trait};

use crate::api::v1;
use crate::api::v1::guest_service_server::GuestService;
use crate::domain::id::GuestId;
use crate::domain::profile::{GuestFacts, ProfileChange, StatedPreference};
use crate::domain::record::{Body, Record};
use crate::domain::scope::{Right, Scope};
use crate::domain::time::Timestamp;
use crate::engine::{Catalog, Engine, Error, ErrorKind, GuestView, TimelineQuery};
use crate::grpc::from_proto::{
    consent, enums, guest as read, guest_change, merging as read_merging, preference, presence,
    survey,
};
use crate::grpc::layers::door::Caller;
use crate::grpc::to_proto::preference::is_known;
use crate::grpc::to_proto::{
    View, guest as write, merging as write_merging, preference as write_preference,
    presence as write_presence, survey as write_survey, timeline,
};

use super::{Edge, committed, enter, reader_of};

/// Most records looked through for a history of consents, and most statements told.
const HISTORY_RECORDS_MAX: usize = 10_000;
const HISTORY_MAX: usize = 1_000;

/// Guests over gRPC.
#[derive(Clone)]
pub(crate) struct Guests {
    edge: Arc<Edge>,
}

impl Guests {
    /// Guests of an edge.
    pub(crate) fn new(edge: Arc<Edge>) -> Self {
        Self { edge }
    }

    /// A guest as the edge itself reads them: a caller who may write need not be allowed to read.
    async fn known(&self, caller: &Caller, guest: &GuestId) -> Result<GuestView, Status> {
        let guest = guest.clone();
        self.edge.ask(caller, move |engine, scope| engine.guest(&reading(scope), &guest)).await
    }

    /// Hands a change to the log, and waits for the disk. Returns its sequence.
    async fn change(&self, caller: &Caller, change: ProfileChange) -> Result<u64, Status> {
        let (waiter, done) = committed::pair();
        let sequence = self
            .edge
            .ask(caller, move |engine, scope| engine.change_profile(scope, change, waiter))
            .await?;
        done.wait().await?;
        Ok(sequence)
    }
}

/// The scope of a caller, with the right to read guests.
fn reading(scope: &Scope) -> Scope {
    let rights =
        Right::ALL.into_iter().filter(|right| scope.may(*right) || *right == Right::GuestsRead);
    Scope { rights: rights.collect(), ..scope.clone() }
}

fn need_known(known: &GuestView) -> Result<(), Error> {
    if is_known(&known.profile, known) { Ok(()) } else { Err(Error::not_found("guest")) }
}

/// Checks an etag; an empty one is no check.
fn check_etag(known: &GuestView, etag: &str) -> Result<(), Error> {
    if etag.is_empty() || etag == write::etag(&known.profile) {
        return Ok(());
    }
    let message = "what is on file has changed since the etag was read; read it again";
    Err(Error::new(ErrorKind::FailedPrecondition, "ETAG_CHANGED", message))
}

/// What a guest of a writing call looks like to the caller: all of it only to those who may read
/// guests.
fn seen(scope: &Scope, known: &GuestView, now: Timestamp) -> v1::Guest {
    if scope.may(Right::GuestsRead) {
        return write::guest(scope, known, now, View::of(scope));
    }
    let name = crate::grpc::names::write(scope, "guests", known.profile.guest.as_str());
    v1::Guest { name, etag: write::etag(&known.profile), ..Default::default() }
}

/// A change of facts or stated preferences.
fn profile_change(
    guest: GuestId,
    facts: Option<GuestFacts>,
    preferences: Vec<StatedPreference>,
) -> ProfileChange {
    ProfileChange { guest, facts, consents: Vec::new(), preferences, replaced: None }
}

#[async_trait]
impl GuestService for Guests {
    async fn get_guest(
        &self,
        request: Request<v1::GetGuestRequest>,
    ) -> Result<Response<v1::GetGuestResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let known = self.known(&caller, &read::get(&caller.scope, &wire)?).await?;
        need_known(&known)?;
        let guest =
            write::guest(&caller.scope, &known, self.edge.clock.now(), View::of(&caller.scope));
        Ok(Response::new(v1::GetGuestResponse { guest: Some(guest) }))
    }

    async fn update_guest(
        &self,
        request: Request<v1::UpdateGuestRequest>,
    ) -> Result<Response<v1::UpdateGuestResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                let change = guest_change::change(&caller.scope, wire)?;
                let known = desk.known(&caller, &change.guest).await?;
                if !change.allow_missing {
                    need_known(&known)?;
                }
                check_etag(&known, &change.etag)?;
                let mut facts = known.profile.facts.clone();
                change.facts.apply(&mut facts);
                let now = desk.edge.clock.now();
                if change.validates_only {
                    let guest = change.guest.clone();
                    let change = profile_change(guest, Some(facts.clone()), vec![]);
                    let check =
                        move |engine: &Engine, scope: &Scope| engine.check_profile(scope, change);
                    desk.edge.ask(&caller, check).await?;
                }
                if change.validates_only
                    || (facts == known.profile.facts && is_known(&known.profile, &known))
                {
                    let guest = Some(seen(&caller.scope, &known, now));
                    return Ok(v1::UpdateGuestResponse { guest, sequence: 0 });
                }
                let guest = change.guest.clone();
                let change = profile_change(change.guest, Some(facts), vec![]);
                let sequence = desk.change(&caller, change).await?;
                let after = desk.known(&caller, &guest).await?;
                let guest = Some(seen(&caller.scope, &after, now));
                Ok(v1::UpdateGuestResponse { guest, sequence })
            })
            .await
    }

    async fn get_consent(
        &self,
        request: Request<v1::GetConsentRequest>,
    ) -> Result<Response<v1::GetConsentResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let guest = consent::get(&caller.scope, &wire)?;
        let known = self.known(&caller, &guest).await?;
        let history = if wire.include_history {
            self.edge.ask(&caller, move |engine, scope| history(engine, scope, guest)).await?
        } else {
            Vec::new()
        };
        let consent = Some(write::consent(&caller.scope, &known.profile, history));
        Ok(Response::new(v1::GetConsentResponse { consent }))
    }

    async fn update_consent(
        &self,
        request: Request<v1::UpdateConsentRequest>,
    ) -> Result<Response<v1::UpdateConsentResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                let change = consent::change(&caller.scope, wire, desk.edge.clock.now())?;
                let guest = change.guest.clone();
                let sequence = desk.change(&caller, change).await?;
                let after = desk.known(&caller, &guest).await?;
                let consent = Some(write::consent(&caller.scope, &after.profile, Vec::new()));
                Ok(v1::UpdateConsentResponse { consent, sequence })
            })
            .await
    }

    async fn get_presence(
        &self,
        request: Request<v1::GetPresenceRequest>,
    ) -> Result<Response<v1::GetPresenceResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let guest = presence::get(&caller.scope, &wire)?;
        let known = self.known(&caller, &guest).await?;
        let now = self.edge.clock.now();
        let presence = write_presence::presence(&caller.scope, &guest, &known.state, now);
        Ok(Response::new(v1::GetPresenceResponse { presence: Some(presence) }))
    }

    async fn update_presence(
        &self,
        request: Request<v1::UpdatePresenceRequest>,
    ) -> Result<Response<v1::UpdatePresenceResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                let seen = presence::update(&caller.scope, wire, desk.edge.clock.now())?;
                let id = desk.edge.nobodies.uuid(desk.edge.clock.now()).to_string();
                let (waiter, done) = committed::pair();
                let see = move |engine: &Engine, scope: &Scope| {
                    engine.see(scope, (seen.guest, seen.property), seen.signs, &id, waiter)
                };
                let taken = desk.edge.ask(&caller, see).await?;
                if taken.sequence > 0 {
                    done.wait().await?;
                }
                Ok(v1::UpdatePresenceResponse {
                    dropped_kinds: taken.dropped.into_iter().map(enums::presence_sign).collect(),
                    sequence: taken.sequence,
                })
            })
            .await
    }

    async fn get_preference_profile(
        &self,
        request: Request<v1::GetPreferenceProfileRequest>,
    ) -> Result<Response<v1::GetPreferenceProfileResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let known = self.known(&caller, &read::get_preferences(&caller.scope, &wire)?).await?;
        need_known(&known)?;
        let profile = write_preference::profile(&caller.scope, &known, View::of(&caller.scope));
        Ok(Response::new(v1::GetPreferenceProfileResponse { preference_profile: Some(profile) }))
    }

    async fn update_preference_profile(
        &self,
        request: Request<v1::UpdatePreferenceProfileRequest>,
    ) -> Result<Response<v1::UpdatePreferenceProfileResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                let change = preference::change(&caller.scope, wire)?;
                let known = desk.known(&caller, &change.guest).await?;
                if !change.allow_missing {
                    need_known(&known)?;
                }
                check_etag(&known, &change.etag)?;
                let (guest, preferences) = (change.guest, change.preferences);
                let change = profile_change(guest.clone(), None, preferences);
                let sequence = desk.change(&caller, change).await?;
                let after = desk.known(&caller, &guest).await?;
                let profile =
                    Some(write_preference::profile(&caller.scope, &after, View::of(&caller.scope)));
                Ok(v1::UpdatePreferenceProfileResponse { preference_profile: profile, sequence })
            })
            .await
    }

    async fn next_survey_question(
        &self,
        request: Request<v1::NextSurveyQuestionRequest>,
    ) -> Result<Response<v1::NextSurveyQuestionResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let (query, locale) = survey::next_question(&caller.scope, wire)?;
        let pick = move |engine: &Engine, scope: &Scope| engine.next_question(scope, &query);
        let next = self.edge.ask(&caller, pick).await?;
        Ok(Response::new(write_survey::next_question(&next, &locale)))
    }

    async fn merge_guests(
        &self,
        request: Request<v1::MergeGuestsRequest>,
    ) -> Result<Response<v1::MergeGuestsResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                let asked = read_merging::merge(&caller.scope, &wire)?;
                let (waiter, done) = committed::pair();
                let merge = move |engine: &Engine, scope: &Scope| {
                    engine.merge_guests(scope, &asked.merging, asked.commits.then_some(waiter))
                };
                let merged = desk.edge.ask(&caller, merge).await?;
                if merged.sequence > 0 {
                    done.wait().await?;
                }
                let guest = seen(&caller.scope, &merged.guest, desk.edge.clock.now());
                let view = View::of(&caller.scope);
                let report = merged.report.map(|report| write_merging::report(report, view));
                let (guest, sequence) = (Some(guest), merged.sequence);
                Ok(v1::MergeGuestsResponse { guest, report, sequence })
            })
            .await
    }

    async fn unmerge_guest(
        &self,
        request: Request<v1::UnmergeGuestRequest>,
    ) -> Result<Response<v1::UnmergeGuestResponse>, Status> {
        let desk = self.clone();
        self.edge
            .once(request, |caller, wire| async move {
                let asked = read_merging::unmerge(&caller.scope, &wire)?;
                let (waiter, done) = committed::pair();
                let unmerge = move |engine: &Engine, scope: &Scope| {
                    engine.unmerge_guest(scope, &asked.source, asked.commits.then_some(waiter))
                };
                let parted = desk.edge.ask(&caller, unmerge).await?;
                if parted.sequence > 0 {
                    done.wait().await?;
                }
                let now = desk.edge.clock.now();
                let guest = |known: &GuestView| seen(&caller.scope, known, now);
                Ok(v1::UnmergeGuestResponse {
                    source_guest: Some(guest(&parted.source)),
                    target_guest: parted.target.as_ref().map(guest),
                    sequence: parted.sequence,
                })
            })
            .await
    }

    async fn list_guest_timeline(
        &self,
        request: Request<v1::ListGuestTimelineRequest>,
    ) -> Result<Response<v1::ListGuestTimelineResponse>, Status> {
        let (caller, wire) = enter(request)?;
        let asked = read::timeline(&caller.scope, &wire)?;
        let (kinds, pages) = (asked.kinds, asked.pages);
        let page = move |engine: &Engine, scope: &Scope| {
            timeline_page(engine, scope, &asked.query, &kinds)
        };
        let (entries, next) = self.edge.ask(&caller, page).await?;
        let next = next.map(|(time, sequence)| pages.token((time.as_micros(), sequence)));
        let next_page_token = next.unwrap_or_default();
        Ok(Response::new(v1::ListGuestTimelineResponse { entries, next_page_token }))
    }
}

/// Entries of a page, and where the next one starts.
type Page = (Vec<v1::TimelineEntry>, Option<(Timestamp, u64)>);

fn timeline_page(
    engine: &Engine,
    scope: &Scope,
    query: &TimelineQuery,
    kinds: &[v1::TimelineKind],
) -> Result<Page, Error> {
    let page = engine.timeline(scope, query)?;
    let view = View::of(scope);
    let mut catalogs: HashMap<u64, Option<Arc<Catalog>>> = HashMap::new();
    let mut entries = Vec::with_capacity(page.records.len());
    for record in &page.records {
        let catalog = version_of(record).and_then(|version| {
            let read = || {
                engine.catalog(&reader_of(scope), Some(version)).ok().map(|(catalog, ..)| catalog)
            };
            catalogs.entry(version).or_insert_with(read).clone()
        });
        let told = timeline::entries(scope, record, catalog.as_deref(), view).into_iter();
        entries.extend(
            told.filter(|(kind, _)| kinds.is_empty() || kinds.contains(kind))
                .map(|(_, entry)| entry),
        );
    }
    Ok((entries, page.next))
}

/// The catalog version a record speaks of.
fn version_of(record: &Record) -> Option<u64> {
    match &record.body {
        Body::Decision(decision) => Some(decision.catalog_version),
        _ => None,
    }
}

/// Every statement of consent on file, newest first.
fn history(
    engine: &Engine,
    scope: &Scope,
    guest: GuestId,
) -> Result<Vec<v1::ConsentRecord>, Error> {
    let query = TimelineQuery {
        guest,
        from: Timestamp::EPOCH,
        until: Timestamp::NEVER,
        oldest_first: false,
        after: None,
        limit: HISTORY_RECORDS_MAX,
    };
    let page = engine.timeline(scope, &query)?;
    Ok(page.records.iter().flat_map(timeline::consents).take(HISTORY_MAX).collect())
}
