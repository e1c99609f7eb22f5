//! One view of the guest, over gRPC: numbers of other systems, two who are one, one who is two; who books,
//! stays and pays; and why a channel does not reach somebody.

use concierge::api::v1;
use concierge::testkit::world;
use tonic::{Code, Response, Status};

use crate::support::{self, TestClient, TestService, code_and_fields, decide};

fn name(guest: &str) -> String {
    format!("brands/demo/guests/{guest}")
}

fn number(namespace: &str, id: &str) -> v1::Identity {
    v1::Identity { namespace: namespace.into(), id: id.into() }
}

async fn put(client: &TestClient, guest: v1::Guest) -> Result<v1::Guest, Status> {
    let guest = Some(guest);
    let request = v1::UpdateGuestRequest { guest, allow_missing: true, ..Default::default() };
    let answer = client.guests().update_guest(request).await.map(Response::into_inner)?;
    Ok(answer.guest.expect("a guest"))
}

async fn get(client: &TestClient, guest: &str) -> Result<v1::Guest, Status> {
    let request = v1::GetGuestRequest { name: name(guest) };
    let answer = client.guests().get_guest(request).await?.into_inner();
    Ok(answer.guest.expect("a guest"))
}

async fn merge(
    client: &TestClient,
    source: &str,
    target: &str,
    validate_only: bool,
) -> Result<v1::MergeGuestsResponse, Status> {
    let (source, target) = (name(source), name(target));
    let request = v1::MergeGuestsRequest { source, target, validate_only, ..Default::default() };
    client.guests().merge_guests(request).await.map(Response::into_inner)
}

async fn unmerge(client: &TestClient, source: &str) -> v1::UnmergeGuestResponse {
    let request = v1::UnmergeGuestRequest { source: name(source), ..Default::default() };
    client.guests().unmerge_guest(request).await.unwrap().into_inner()
}

async fn timeline(client: &TestClient, guest: &str) -> Vec<v1::TimelineEntry> {
    let request = v1::ListGuestTimelineRequest { parent: name(guest), ..Default::default() };
    client.guests().list_guest_timeline(request).await.unwrap().into_inner().entries
}

fn ana() -> v1::Guest {
    v1::Guest {
        name: name("ana"),
        display_name: "Ana".into(),
        locale: "pt-PT".into(),
        ..Default::default()
    }
}

/// A number is the guest's in every call that names somebody, and no two guests have it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_finds_its_guest_in_every_call() {
    let mut service = TestService::start().await;
    let client = service.client("all");
    client.opt_in("ana").await;
    let identities = vec![number("loyalty", "4711"), number("email", "Ana@Example.com")];
    let kept = put(&client, v1::Guest { identities, ..ana() }).await.unwrap().identities;
    assert_eq!(kept[0], number("loyalty", "4711"));
    assert!(kept[1].id.starts_with('#') && !kept[1].id.contains("ana"), "{kept:?}");
    let by = |namespace: &str, id: &str| {
        let subject = v1::decide_offers_request::Subject::Identity(number(namespace, id));
        v1::DecideOffersRequest { subject: Some(subject), ..decide("", "portal.hero") }
    };
    for (namespace, id) in [("loyalty", "4711"), ("email", "ana@example.com")] {
        let decided = client.decide(by(namespace, id)).await.unwrap();
        assert!(!decided.is_non_personalized, "{namespace}");
    }
    let seen = v1::Event {
        subject: Some(v1::event::Subject::Identity(number("loyalty", "4711"))),
        ..support::event("", "seen", v1::EventType::View)
    };
    client.write(vec![seen]).await.unwrap();
    service.restart();
    let client = service.client("all");
    assert_eq!(timeline(&client, "ana").await.len(), 4 + 1 + 2 + 1);
    assert_eq!(get(&client, "loyalty:4711").await.unwrap().name, name("ana"));

    let bob = |identities| v1::Guest { name: name("bob"), identities, ..Default::default() };
    let taken = put(&client, bob(vec![number("loyalty", "4711")])).await;
    let (code, fields) = code_and_fields(taken);
    assert_eq!((code, fields), (Code::AlreadyExists, vec!["guest.identities[0]".into()]));
    let mask = bob(vec![number("email", "lee.1@guest.booking.com")]);
    let (code, fields) = code_and_fields(put(&client, mask).await);
    assert_eq!((code, fields), (Code::InvalidArgument, vec!["guest.identities[0].id".into()]));
    let twice = bob(vec![number("pms", "1"), number("pms", "1")]);
    let (code, fields) = code_and_fields(put(&client, twice).await);
    assert_eq!((code, fields), (Code::InvalidArgument, vec!["guest.identities[1]".into()]));
    let hint = client.decide(by("email", "lee.1@guest.booking.com")).await;
    assert_eq!(code_and_fields(hint), (Code::InvalidArgument, vec!["identity.id".into()]));
}

/// A page of the source goes on after the merge, and so does what it was shown before.
async fn a_page_goes_on(
    (client, page): (&TestClient, &TestClient),
    of_bob: &v1::DecideOffersResponse,
) {
    let shown = v1::Event {
        attribution_token: of_bob.attribution_token.clone(),
        offer_id: of_bob.propositions[0].offers[0].offer_id.clone(),
        subject: None,
        property: String::new(),
        source: String::new(),
        ..support::event("", "click", v1::EventType::Click)
    };
    let written = page.write(vec![shown]).await.unwrap().results;
    assert!(written[0].error.is_none() && written[0].warnings.is_empty(), "{written:?}");
    let of_page = v1::DecideOffersRequest { subject: None, ..decide("", "portal.hero") };
    let decided = page.decide(of_page).await.unwrap();
    assert!(!decided.is_non_personalized);
    let get_it = v1::GetDecisionRequest { name: decided.decision.clone(), view: 0 };
    let stored =
        client.decisions().get_decision(get_it).await.unwrap().into_inner().decision.unwrap();
    assert_eq!(stored.guest, name("ana"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_guests_become_one_and_part_again() {
    let mut service = TestService::start().await;
    let client = service.client("all");
    client.opt_in("ana").await;
    client.opt_in("bob").await;
    put(&client, ana()).await.unwrap();
    let bob = v1::Guest {
        locale: "en".into(),
        country_code: "PT".into(),
        name: name("bob"),
        ..Default::default()
    };
    put(&client, bob).await.unwrap();
    let page = service.browser("bob").await;
    let of_bob = client.decide(decide("bob", "portal.hero")).await.unwrap();

    let told = merge(&client, "bob", "ana", true).await.unwrap();
    let facts = told.report.unwrap().facts;
    let of = |path: &str| facts.iter().find(|fact| fact.path == path).cloned().unwrap_or_default();
    assert!(of("locale").is_conflict && of("locale").target_value == "pt-PT");
    assert_eq!(of("country_code").taken_from, v1::MergedFrom::Source as i32);
    assert_eq!(get(&client, "bob").await.unwrap().state, v1::GuestState::Identified as i32);
    let writer = service.client("only-guests.write");
    let hidden = merge(&writer, "bob", "ana", true).await.unwrap();
    let is_hidden =
        |fact: &v1::MergedFact| fact.target_value.is_empty() && fact.source_value.is_empty();
    assert!(hidden.report.unwrap().facts.iter().all(is_hidden), "for readers of guests");

    let merged = merge(&client, "bob", "ana", false).await.unwrap();
    assert!(merged.sequence > 0 && service.committed() >= merged.sequence);
    let bob = get(&client, "bob").await.unwrap();
    assert_eq!((bob.name, bob.merged_into_guest), (name("bob"), name("ana")));
    assert_eq!(bob.state, v1::GuestState::Merged as i32);
    assert_eq!((bob.display_name.as_str(), bob.country_code.as_str()), ("Ana", "PT"));

    a_page_goes_on((&client, &page), &of_bob).await;
    service.restart();
    let client = service.client("all");
    assert_eq!(timeline(&client, "bob").await, timeline(&client, "ana").await);
    assert_eq!(merge(&client, "bob", "ana", false).await.unwrap().sequence, merged.sequence);
    let round = merge(&client, "ana", "bob", false).await;
    assert_eq!(code_and_fields(round), (Code::InvalidArgument, vec!["target".into()]));

    let parted = unmerge(&client, "bob").await;
    assert!(parted.sequence > merged.sequence);
    let bob = parted.source_guest.unwrap();
    assert_eq!((bob.locale.as_str(), bob.display_name.as_str()), ("en", ""));
    assert_eq!(bob.state, v1::GuestState::Identified as i32);
    let joinings =
        timeline(&client, "ana").await.into_iter().filter_map(|entry| match entry.entry {
            Some(v1::timeline_entry::Entry::Joining(joining)) => Some(joining.is_unmerge),
            _ => None,
        });
    assert_eq!(joinings.collect::<Vec<_>>(), [true, false], "newest first");
    assert_eq!(unmerge(&client, "bob").await.sequence, 0);
    let page = service.client("portal");
    let refused = merge(&page, "bob", "ana", false).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
}

/// I2 over the wire and over a merge: a cap of one, 64 callers on both ids, and the merge among them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cap_holds_for_64_callers_on_both_ids_while_they_are_merged() {
    let service = TestService::empty(|_| {});
    let text = world::text(1).replace("limit = 30", "limit = 1");
    service.client("all").publish(&text).await.unwrap();
    let connections: Vec<_> = (0..8).map(|_| service.client("all")).collect();
    for round in 0..6 {
        let [ana, bob] = ["a", "b"].map(|side| format!("{side}{round}"));
        for guest in [&ana, &bob] {
            let hello = support::event(guest, &format!("hello {guest}"), v1::EventType::View);
            let hello = v1::Event { property: String::new(), ..hello };
            connections[0].write(vec![hello]).await.unwrap();
        }
        let callers = (0..64_usize).map(|caller| {
            let client = connections[caller % 8].clone();
            let guest = if caller % 2 == 0 { ana.clone() } else { bob.clone() };
            tokio::spawn(async move {
                let property = "brands/demo/properties/city".into();
                let ask = v1::DecideOffersRequest { property, ..decide(&guest, "p50") };
                let answer = client.decide(ask).await.unwrap();
                (guest, answer.propositions[0].offers[0].offer_id == "offer-00000")
            })
        });
        let callers: Vec<_> = callers.collect();
        merge(&connections[1], &bob, &ana, false).await.unwrap();
        let mut shown = Vec::new();
        for caller in callers {
            let (guest, is_shown) = caller.await.unwrap();
            shown.extend(is_shown.then_some(guest));
        }
        // Two only where each guest was shown it before they were one.
        shown.sort();
        assert!(
            [1, 2].contains(&shown.len())
                && shown.len() == shown.iter().collect::<std::collections::BTreeSet<_>>().len(),
            "round {round}: {shown:?}"
        );
        for guest in [&ana, &bob] {
            let property = "brands/demo/properties/city".into();
            let ask = v1::DecideOffersRequest { property, ..decide(guest, "p50") };
            let answer = connections[2].decide(ask).await.unwrap();
            assert_eq!(answer.propositions[0].offers[0].offer_id, "welcome", "round {round}");
        }
    }
}

/// Bounced, masked, revoked and never given are told apart, for each channel.
#[tokio::test]
async fn every_channel_that_does_not_reach_the_guest_says_why() {
    let service = TestService::start().await;
    let client = service.client("all");
    client.opt_in("ana").await;
    let point =
        |channel: v1::Channel, address: &str, state: v1::ContactPointState| v1::ContactPoint {
            contact_point_id: address.into(),
            channel: channel.into(),
            address: address.into(),
            state: state.into(),
            ..Default::default()
        };
    use v1::ContactPointState as S;
    let contact_points = vec![
        point(v1::Channel::Email, "x.1@guest.booking.com", S::Unverified),
        point(v1::Channel::Sms, "+351210000000", S::Bounced),
        point(v1::Channel::AppPush, "device", S::Removed),
    ];
    let kept = put(&client, v1::Guest { contact_points, ..ana() }).await.unwrap().contact_points;
    assert!(kept[0].is_masked && kept[2].state == S::Removed as i32, "{kept:?}");
    let ask = v1::DecideOffersRequest {
        channel_request: Some(v1::ChannelRequest {
            mode: v1::ChannelMode::Decide.into(),
            ..Default::default()
        }),
        view: v1::DecisionView::Full.into(),
        ..decide("ana", "prearrival.email")
    };
    let decided = client.decide(ask).await.unwrap().channel_decision.unwrap();
    let why = |channel: v1::Channel| {
        let found = decided.alternatives.iter().find(|a| a.channel == channel as i32);
        found.map(|a| v1::WithholdReason::try_from(a.removed_by).unwrap())
    };
    use v1::WithholdReason as W;
    assert_eq!(why(v1::Channel::Email), Some(W::Masked), "{decided:?}");
    assert_eq!(why(v1::Channel::Sms), Some(W::Bounced));
    assert_eq!(why(v1::Channel::AppPush), Some(W::Revoked));
    assert_eq!(why(v1::Channel::Whatsapp), Some(W::Unreachable));
}

#[tokio::test]
async fn roles_are_checked_and_told_back() {
    let service = TestService::start().await;
    let client = service.client("all");
    let stay = || v1::Stay {
        check_in_date: "2026-12-01".into(),
        check_out_date: "2026-12-03".into(),
        ..Default::default()
    };
    let book = |id: &str| v1::Event {
        stay: Some(stay()),
        reservation_id: "R1".into(),
        ..support::event("assistant", id, v1::EventType::Book)
    };
    let by_role = v1::Event { party_role: v1::PartyRole::Booker.into(), ..book("b1") };
    let mut in_short = book("b2");
    in_short.stay.as_mut().unwrap().is_booker_only = true;
    let paid = v1::Event {
        party_role: v1::PartyRole::Payer.into(),
        ..support::event("company", "p1", v1::EventType::Pay)
    };
    let wrong = [
        v1::Event { party_role: v1::PartyRole::Payer.into(), ..book("b3") },
        v1::Event {
            party_role: v1::PartyRole::Booker.into(),
            stay: Some(stay()),
            ..support::event("assistant", "c1", v1::EventType::CheckIn)
        },
    ];
    let results = client
        .write([vec![by_role, in_short, paid], wrong.to_vec()].concat())
        .await
        .unwrap()
        .results;
    let fields: Vec<_> =
        results.iter().map(|r| r.error.as_ref().map(|e| e.field.as_str())).collect();
    assert_eq!(fields, [None, None, None, Some("party_role"), Some("party_role")]);
    let told = timeline(&client, "assistant").await;
    let roles = told.iter().map(|entry| match &entry.entry {
        Some(v1::timeline_entry::Entry::Event(event)) => event.party_role,
        _ => 0,
    });
    assert_eq!(roles.collect::<Vec<_>>(), [v1::PartyRole::Booker as i32; 2]);
    let assistant = get(&client, "assistant").await.unwrap();
    assert_eq!(assistant.stay_stage, v1::StayStage::Prospect as i32);
    assert_eq!(assistant.statistics.unwrap().next_check_in_date, "");
    // The control: who books to stay has a stay.
    let own = v1::Event {
        subject: support::event("boss", "", v1::EventType::Book).subject,
        ..book("b9")
    };
    client.write(vec![own]).await.unwrap();
    let boss = get(&client, "boss").await.unwrap();
    assert_eq!(boss.statistics.unwrap().next_check_in_date, "2026-12-01");
}
