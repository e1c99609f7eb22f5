//! Guests' concerns over gRPC: given with reasons, handed over, closed, told in the guest's timeline.

use concierge::api::v1;
use concierge::api::v1::routing_service_client::RoutingServiceClient;
use tonic::Code;

use crate::support::client::Connection;
use crate::support::{TestClient, TestService, code_and_fields};

const HOUSE: &str = "brands/demo/properties/lisbon-baixa";

type Routing = RoutingServiceClient<Connection>;

fn routing(client: &TestClient) -> Routing {
    RoutingServiceClient::new(client.connection())
}

fn member(id: &str, languages: &[&str], level: i32) -> v1::UpdateStaffMemberRequest {
    let skill_id = "complaints".into();
    let member = v1::StaffMember {
        name: format!("{HOUSE}/staff/{id}"),
        display_name: id.to_uppercase(),
        department_ids: vec!["front-office".into()],
        skills: vec![v1::StaffSkill { skill_id, level }],
        language_codes: languages.iter().map(|&tag| tag.to_owned()).collect(),
        capacity: 1,
        ..Default::default()
    };
    v1::UpdateStaffMemberRequest {
        staff_member: Some(member),
        allow_missing: true,
        ..Default::default()
    }
}

fn complaint(guest: &str, request: &str) -> v1::RouteInteractionRequest {
    v1::RouteInteractionRequest {
        parent: HOUSE.into(),
        guest: format!("brands/demo/guests/{guest}"),
        issue_type_id: "complaint".into(),
        request_id: request.into(),
        ..Default::default()
    }
}

async fn speaks(client: &TestClient, guest: &str, locale: &str) {
    let request = v1::UpdateGuestRequest {
        guest: Some(v1::Guest {
            name: format!("brands/demo/guests/{guest}"),
            locale: locale.into(),
            ..Default::default()
        }),
        allow_missing: true,
        ..Default::default()
    };
    client.guests().update_guest(request).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_is_handed_to_whoever_speaks_the_language_and_the_timeline_tells_it() {
    let mut service = TestService::start().await;
    let client = service.client("all");
    speaks(&client, "wei", "zh-Hant-TW").await;
    let mut desk = routing(&client);
    for request in [member("ines", &["pt", "en"], 5), member("mei", &["zh-CN", "en"], 3)] {
        desk.update_staff_member(request).await.unwrap();
    }
    let routed = desk.route_interaction(complaint("wei", "r-1")).await.unwrap().into_inner();
    let given = routed.interaction.unwrap();
    assert_eq!(given.state(), v1::InteractionState::Assigned);
    let why = given.assignment.unwrap();
    assert_eq!(why.staff_member, format!("{HOUSE}/staff/mei"));
    let reasons: Vec<_> = why.reasons().collect();
    use v1::RoutingReason as Reason;
    assert_eq!(reasons, [Reason::Language, Reason::Skills, Reason::OnlyOne]);
    assert_eq!(
        why.explanation,
        "speaks zh; skilled in complaints; is the only one who could (1 of 2 on duty fitted)"
    );
    let again = desk.route_interaction(complaint("wei", "r-1")).await.unwrap().into_inner();
    assert!(again.is_replayed && again.interaction.unwrap().name == given.name);

    // A second guest waits for the one who speaks Chinese, also over a restart, and is served.
    speaks(&client, "lin", "zh").await;
    let waiting = desk.route_interaction(complaint("lin", "r-2")).await.unwrap().into_inner();
    assert_eq!(waiting.interaction.unwrap().state(), v1::InteractionState::Waiting);
    service.restart();
    let client = service.client("all");
    let mut desk = routing(&client);
    let close = v1::CloseInteractionRequest {
        name: given.name.clone(),
        outcome: v1::InteractionOutcome::Resolved.into(),
        request_id: String::new(),
    };
    let closed = desk.close_interaction(close).await.unwrap().into_inner().interaction.unwrap();
    assert_eq!(closed.state(), v1::InteractionState::Closed);
    let list = v1::ListInteractionsRequest { parent: HOUSE.into(), ..Default::default() };
    let listed = desk.list_interactions(list.clone()).await.unwrap().into_inner();
    assert_eq!(listed.total_count, 1);
    let served = &listed.interactions[0];
    assert_eq!(served.guest, "brands/demo/guests/lin");
    assert_eq!(served.assignment.as_ref().unwrap().display_name, "MEI");
    let to = v1::ReassignInteractionRequest {
        name: served.name.clone(),
        staff_member: format!("{HOUSE}/staff/ines"),
        request_id: String::new(),
    };
    let given = desk.reassign_interaction(to).await.unwrap().into_inner().interaction.unwrap();
    assert_eq!(given.assignment.unwrap().reasons().collect::<Vec<_>>(), [Reason::Named]);
    let closed = v1::ListInteractionsRequest { state: v1::InteractionState::Closed.into(), ..list };
    assert_eq!(desk.list_interactions(closed).await.unwrap().into_inner().total_count, 1);

    let timeline = v1::ListGuestTimelineRequest {
        parent: "brands/demo/guests/wei".into(),
        kinds: vec![v1::TimelineKind::Interaction.into()],
        oldest_first: true,
        ..Default::default()
    };
    let told = client.guests().list_guest_timeline(timeline).await.unwrap().into_inner();
    let steps: Vec<_> = told
        .entries
        .iter()
        .map(|entry| match entry.entry.as_ref().unwrap() {
            v1::timeline_entry::Entry::Interaction(step) => step.kind(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(steps, [v1::InteractionStepKind::Opened, v1::InteractionStepKind::Closed]);
    let staff = v1::ListStaffMembersRequest { parent: HOUSE.into() };
    let staff = desk.list_staff_members(staff).await.unwrap().into_inner().staff_members;
    let in_hand: Vec<_> =
        staff.iter().map(|m| (m.display_name.as_str(), m.open_interaction_count)).collect();
    assert_eq!(in_hand, [("INES", 1), ("MEI", 0)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_break_is_one_field_and_scores_need_their_right() {
    let service = TestService::start().await;
    let client = service.client("all");
    let mut desk = routing(&client);
    desk.update_staff_member(member("mei", &["zh"], 4)).await.unwrap();
    let away = v1::UpdateStaffMemberRequest {
        staff_member: Some(v1::StaffMember {
            name: format!("{HOUSE}/staff/mei"),
            is_unavailable: true,
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["is_unavailable".into()] }),
        ..Default::default()
    };
    let changed = desk.update_staff_member(away.clone()).await.unwrap().into_inner();
    let changed = changed.staff_member.unwrap();
    assert!(changed.is_unavailable && changed.skills[0].level == 4 && changed.capacity == 1);
    let waiting = desk.route_interaction(complaint("ana", "")).await.unwrap().into_inner();
    assert_eq!(waiting.interaction.unwrap().state(), v1::InteractionState::Waiting);
    let mut back = away;
    back.staff_member.as_mut().unwrap().is_unavailable = false;
    desk.update_staff_member(back).await.unwrap();
    let list = v1::ListInteractionsRequest { parent: HOUSE.into(), ..Default::default() };
    let listed = desk.list_interactions(list).await.unwrap().into_inner();
    let given = listed.interactions[0].assignment.as_ref().unwrap();
    assert!(given.score.is_some_and(|score| score.free > 0.99));
}

type Spoil = (fn(&mut v1::RouteInteractionRequest), Code, &'static [&'static str]);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_is_named_and_nothing_is_opened() {
    let service = TestService::start().await;
    let client = service.client("all");
    let mut desk = routing(&client);
    let rows: [Spoil; 6] = [
        (|r| r.parent = "brands/demo/properties/moon".into(), Code::NotFound, &[]),
        (|r| r.parent = "brands/other/properties/x".into(), Code::PermissionDenied, &[]),
        (|r| r.guest.clear(), Code::InvalidArgument, &["guest"]),
        (|r| r.issue_type_id = "weather".into(), Code::InvalidArgument, &["issue_type_id"]),
        (|r| r.language_code = "<b>".into(), Code::InvalidArgument, &["language_code"]),
        (
            |r| r.required_skills = vec![v1::StaffSkill { skill_id: "x".into(), level: 9 }],
            Code::InvalidArgument,
            &["required_skills[0].level"],
        ),
    ];
    for (spoil, code, fields) in rows {
        let mut request = complaint("ana", "");
        spoil(&mut request);
        let told = code_and_fields(desk.route_interaction(request).await);
        let named: Vec<&str> = told.1.iter().map(String::as_str).collect();
        assert_eq!((told.0, named), (code, fields.to_vec()));
    }
    let mut strange = member("mei", &["zh", ""], 6);
    strange.staff_member.as_mut().unwrap().capacity = 51;
    let (code, mut fields) = code_and_fields(desk.update_staff_member(strange).await);
    fields.sort();
    let expected =
        ["staff_member.capacity", "staff_member.language_codes[1]", "staff_member.skills[0].level"];
    assert_eq!((code, fields), (Code::InvalidArgument, expected.map(String::from).to_vec()));
    let name = format!("{HOUSE}/interactions/007");
    let close = v1::CloseInteractionRequest { name, outcome: 9, request_id: String::new() };
    let (code, mut fields) = code_and_fields(desk.close_interaction(close).await);
    fields.sort();
    assert_eq!((code, fields), (Code::InvalidArgument, vec!["name".into(), "outcome".into()]));
    let list = v1::ListInteractionsRequest { parent: HOUSE.into(), ..Default::default() };
    assert_eq!(desk.list_interactions(list).await.unwrap().into_inner().total_count, 0);
    let refused = routing(&service.client("portal")).route_interaction(complaint("ana", "")).await;
    assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied);
}
