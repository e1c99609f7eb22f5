//! What a page may say happened, and what it may not.

use concierge::api::v1;
use concierge::api::v1::EventType as Kind;
use tonic::Code;

use crate::support::{TestService, at, code_and_fields, decide, event};

use super::{denied, page, said, timeline, told};

#[tokio::test]
async fn an_event_that_no_page_can_know_is_refused_and_leaves_no_trace() {
    let service = TestService::start().await;
    let all = service.client("all");
    let ana = service.browser("ana").await;
    let mine = ana.decide(page("portal.hero")).await.unwrap();
    let hers = all.decide(decide("bea", "portal.hero")).await.unwrap();
    // An acknowledged event is on the disk, and the decisions before it.
    all.write(vec![event("bea", "kept", Kind::View)]).await.unwrap();
    let before = service.committed();
    for kind in 1..=26 {
        let kind = Kind::try_from(kind).unwrap();
        if matches!(kind, Kind::Impression | Kind::Click | Kind::Decline | Kind::Survey) {
            continue;
        }
        let wrong = told(&ana, vec![said(&mine, "e", kind)]).await;
        assert!(wrong[0].is_some(), "{kind:?} was taken");
        if kind == Kind::Accept {
            assert_eq!(wrong, [denied("event_type")]);
        }
    }
    type Change = fn(&mut v1::Event);
    let changes: [(&str, Change); 4] = [
        ("attribution_token", |e| e.attribution_token.clear()),
        ("attribution_token", |e| e.attribution_token.push('x')),
        ("offer_id", |e| e.offer_id = "not-proposed".into()),
        ("", |e| e.channel = v1::Channel::FrontDesk.into()),
    ];
    for (field, change) in changes {
        let mut event = said(&mine, "e", Kind::Click);
        change(&mut event);
        assert_eq!(told(&ana, vec![event]).await, [denied(field)]);
    }
    let theirs = said(&hers, "e", Kind::Click);
    assert_eq!(told(&ana, vec![theirs]).await, [denied("attribution_token")], "of another guest");
    let old = v1::Event { event_time: Some(at(-86_401)), ..said(&mine, "e", Kind::Click) };
    let too_old = (v1::EventErrorCode::TooOld.into(), "event_time".to_owned());
    assert_eq!(told(&ana, vec![old.clone()]).await, [Some(too_old.clone())]);
    // To call it history is of no use.
    let history = v1::Event { source: "backfill".into(), ..old };
    assert_eq!(told(&ana, vec![history]).await, [Some(too_old)]);
    let paid = v1::Event {
        amount: Some(v1::Money { currency_code: "EUR".into(), amount_minor: 1 }),
        staff_id: "7".into(),
        reservation_id: "R".into(),
        ..said(&mine, "e", Kind::Click)
    };
    let (code, fields) = code_and_fields(ana.write(vec![paid]).await);
    let expected = ["events[0].reservation_id", "events[0].amount", "events[0].staff_id"];
    assert_eq!((code, fields), (Code::PermissionDenied, expected.map(String::from).to_vec()));
    let many = vec![said(&mine, "e", Kind::Click); 33];
    let (code, fields) = code_and_fields(ana.write(many).await);
    assert_eq!((code, fields), (Code::InvalidArgument, vec!["events".to_owned()]));
    assert_eq!(service.committed(), before, "nothing of it was written");
}

/// A page cannot take the id of an event that another system, or another guest's page, will write.
#[tokio::test]
async fn a_page_takes_nobodys_event_id() {
    let service = TestService::start().await;
    let all = service.client("all");
    for guest in ["ana", "bea"] {
        let page_of = service.browser(guest).await;
        let mine = page_of.decide(page("portal.hero")).await.unwrap();
        let event = v1::Event { source: "pms".into(), ..said(&mine, "booking-1", Kind::Click) };
        let written = page_of.write(vec![event]).await.unwrap();
        assert!(written.results[0].error.is_none() && !written.results[0].duplicate, "{written:?}");
    }
    let written = all.write(vec![event("ana", "booking-1", Kind::View)]).await.unwrap();
    assert!(written.results[0].error.is_none() && !written.results[0].duplicate, "{written:?}");
    assert_eq!(timeline(&all, "ana").await.len(), 2);
}
