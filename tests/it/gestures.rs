//! Gestures over gRPC: chosen once, seen by whom they concern, refused where they cannot be.

use concierge::api::v1;
use tonic::Code;

use crate::support::{TestClient, TestService, code_and_fields};

fn sorry(guest: &str, request: &str) -> v1::DecideGestureRequest {
    v1::DecideGestureRequest {
        property: "brands/demo/properties/lisbon-baixa".into(),
        guest: format!("brands/demo/guests/{guest}"),
        reservation_id: "r-1".into(),
        trigger: v1::GestureTrigger::Complaint.into(),
        severity: 5,
        locale: "pt".into(),
        request_id: request.into(),
    }
}

async fn ask(client: &TestClient, request: v1::DecideGestureRequest) -> v1::DecideGestureResponse {
    client.decisions().decide_gesture(request).await.unwrap().into_inner()
}

/// The first of some guests to whom something is given: a small share is drawn to have nothing.
async fn given(client: &TestClient) -> (usize, v1::DecideGestureResponse) {
    for n in 0..20 {
        let told = ask(client, sorry(&format!("g{n}"), &format!("q{n}"))).await;
        if !told.gesture_id.is_empty() {
            return (n, told);
        }
    }
    panic!("nothing is ever given");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gesture_is_given_once_and_told_to_whom_it_concerns() {
    let mut service = TestService::start().await;
    let desk = service.client("all");
    let (n, told) = given(&desk).await;
    assert_eq!(told.gesture_id, "late-checkout-sorry");
    assert_eq!(told.kind(), v1::GestureKind::Recovery);
    assert!(told.talking_points.starts_with("Pedimos desculpa"), "{told:?}");
    assert_eq!(told.cost.as_ref().unwrap().amount_minor, 1_200);
    let left = told.budget_left_share.unwrap();
    assert!((left - (90_000.0 - 1_200.0) / 90_000.0).abs() < 1e-9, "{left}");
    let p = told.selection_probability.unwrap();
    assert!(p > 0.5 && p < 1.0 && told.expected_satisfaction_effect.unwrap() > 0.0, "{told:?}");

    let again = ask(&desk, sorry(&format!("g{n}"), &format!("q{n}"))).await;
    assert_eq!(again, v1::DecideGestureResponse { replayed: true, ..told.clone() });
    let another = ask(&desk, sorry(&format!("g{n}"), "")).await;
    assert_eq!(another.no_gesture_reason(), v1::NoGestureReason::HadOne);
    assert!(another.gesture_id.is_empty() && another.cost.is_none());

    let portal = service.client("portal");
    let seen = ask(&portal, sorry(&format!("g{n}"), &format!("q{n}"))).await;
    assert_eq!(seen.gesture_id, told.gesture_id);
    let hidden = seen.cost.is_none()
        && seen.budget_left_share.is_none()
        && seen.selection_probability.is_none()
        && seen.expected_return_effect.is_none()
        && seen.talking_points.is_empty();
    assert!(hidden, "{seen:?}");

    service.restart();
    let desk = service.client("all");
    let kept = ask(&desk, sorry(&format!("g{n}"), &format!("q{n}"))).await;
    assert_eq!(kept, again, "a restart keeps it");
    let reused = sorry("x", &format!("q{n}"));
    let (code, _) = code_and_fields(desk.decisions().decide_gesture(reused).await);
    assert_eq!(code, Code::AlreadyExists);
}

#[tokio::test]
async fn what_cannot_be_asked_is_told_by_its_field() {
    let service = TestService::start().await;
    let desk = service.client("all");
    type Row = (fn(&mut v1::DecideGestureRequest), Code, &'static [&'static str]);
    let rows: [Row; 6] = [
        (|r| r.property = "brands/demo/properties/moon".into(), Code::NotFound, &[]),
        (|r| r.guest.clear(), Code::InvalidArgument, &["guest"]),
        (|r| r.trigger = 0, Code::InvalidArgument, &["trigger"]),
        (|r| r.severity = 0, Code::InvalidArgument, &["severity"]),
        (|r| r.severity = 6, Code::InvalidArgument, &["severity"]),
        (|r| r.trigger = v1::GestureTrigger::Lapsed.into(), Code::InvalidArgument, &["severity"]),
    ];
    for (change, code, fields) in rows {
        let mut request = sorry("ana", "");
        change(&mut request);
        let told = code_and_fields(desk.decisions().decide_gesture(request).await);
        let named: Vec<&str> = told.1.iter().map(String::as_str).collect();
        assert_eq!((told.0, named), (code, fields.to_vec()));
    }
}
