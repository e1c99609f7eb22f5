//! When a token ends: with its time, with its minter, with the first bit that was touched.

use std::time::Duration;

use concierge::domain::scope::PropertyScope;
use tonic::Code;

use crate::support::TestService;

use super::{for_guest, mint, page, reason};
use concierge::api::v1;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_holds_over_a_restart_and_ends_with_its_time_and_with_its_minter() {
    let mut service = TestService::start().await;
    let ttl = Some(prost_types::Duration { seconds: 60, nanos: 0 });
    let web = service.client("web");
    let token =
        mint(&web, v1::MintGuestTokenRequest { ttl, ..for_guest("ana") }).await.unwrap().token;
    let open = |service: &TestService| service.client_with_key(Some(&token));
    open(&service).decide(page("portal.hero")).await.unwrap();
    service.restart();
    open(&service).decide(page("portal.hero")).await.unwrap();

    let is_web = |c: &concierge::grpc::Credential| &*c.scope.credential == "web";
    // The minter reaches one hotel only, from now on; then it may not decide; then not mint; then it ends.
    let mut kept = None;
    service.restart_with(|settings| {
        let web = settings.credentials.iter_mut().find(|c| is_web(c)).unwrap();
        kept = Some(web.clone());
        let macau = concierge::domain::id::PropertyId::parse("p", "macau-lotus").unwrap();
        web.scope.properties = PropertyScope::Only(vec![macau]);
    });
    let refused = open(&service).decide(page("portal.hero")).await.unwrap_err();
    assert_eq!((refused.code(), &*reason(&refused)), (Code::PermissionDenied, "OUT_OF_REACH"));
    let rights = |without: &str| {
        let all = concierge::domain::scope::Right::ALL.into_iter();
        all.filter(|right| right.name() != without).collect::<concierge::domain::scope::Rights>()
    };
    for (without, expected) in [
        ("decide", Err(Code::PermissionDenied)),
        ("tokens.mint", Err(Code::Unauthenticated)),
        ("", Ok(())),
        ("key", Err(Code::Unauthenticated)),
    ] {
        service.restart_with(|settings| {
            settings.credentials.retain(|credential| !is_web(credential));
            let mut web = kept.clone().unwrap();
            web.scope.rights = rights(without);
            if without != "key" {
                settings.credentials.push(web);
            }
        });
        let told = open(&service).decide(page("portal.hero")).await;
        assert_eq!(told.map(drop).map_err(|status| status.code()), expected, "{without:?}");
    }
    service.restart_with(|settings| settings.credentials.push(kept.clone().unwrap()));
    service.clock.advance(Duration::from_secs(59));
    open(&service).decide(page("portal.hero")).await.unwrap();
    service.clock.advance(Duration::from_secs(1));
    let ended = open(&service).decide(page("portal.hero")).await.unwrap_err();
    let forged =
        service.client_with_key(Some("gt_x")).decide(page("portal.hero")).await.unwrap_err();
    assert_eq!((ended.code(), ended.message()), (Code::Unauthenticated, forged.message()));
}

/// Through the whole server; that every bit counts is shown in `engine::guest_token`.
#[tokio::test]
async fn a_forged_token_is_no_credential() {
    let (service, other) = (TestService::start().await, TestService::start().await);
    let token = mint(&service.client("web"), for_guest("ana")).await.unwrap().token;
    let turned = |at: usize| {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    let mut forged: Vec<String> = (0..token.len()).step_by(5).map(turned).collect();
    forged.push(token.get(..token.len() - 1).unwrap().to_owned());
    forged.push(format!("{token}A"));
    forged.push(token.replacen("gt_", "ck_", 1));
    forged.push(mint(&other.client("web"), for_guest("ana")).await.unwrap().token);
    for token in forged {
        let refused = service.client_with_key(Some(&token)).decide(page("portal.hero")).await;
        assert_eq!(refused.unwrap_err().code(), Code::Unauthenticated, "{token}");
    }
}
