//! Who comes first, over gRPC: an offer that owns its slot, and what a guest is worth, told to whom it may be.

use concierge::api::v1;
use concierge::catalog::demo::DEMO_CATALOG;

use crate::support::{self, TestClient, TestService};

const OWNED: &str = "spa.thermal-circuit";

/// The demo with a week of the thermal circuit, and spa offers for who has paid much.
fn text() -> String {
    let policy = "[[decision_policies]]\nid = \"portal\"\n";
    assert!(DEMO_CATALOG.contains(policy));
    let weighed =
        format!("{policy}guest_weights = [{{ tier = \"A\", category = \"spa\", percent = 50 }}]\n");
    format!(
        "{}\n[guest_value]\nleast_paid = {{ A = 5000, B = 2000, C = 500 }}\n\
         [[guarantees]]\nid = \"thermal-week\"\noffer = \"{OWNED}\"\nplacements = [\"portal.hero\"]\n\
         from = 2026-11-20\nuntil = 2026-11-27\n",
        DEMO_CATALOG.replacen(policy, &weighed, 1)
    )
}

async fn decide(client: &TestClient, guest: &str) -> Vec<v1::RankedOffer> {
    let mut request = support::decide(guest, "portal.hero");
    request.placement_requests[0].offer_count = 8;
    request.view = v1::DecisionView::Full.into();
    request.context = Some(v1::DecisionContext {
        stay_stage: v1::StayStage::InHouse.into(),
        ..Default::default()
    });
    client.decide(request).await.unwrap().propositions.remove(0).offers
}

#[tokio::test]
async fn a_guarantee_and_a_guests_worth_are_told_to_whom_they_may_be() {
    let service = TestService::start().await;
    let all = service.client("all");
    all.publish(&text()).await.unwrap();
    for guest in ["ana", "bob"] {
        all.opt_in(guest).await;
    }
    let mut paid = support::event("ana", "p1", v1::EventType::Pay);
    paid.amount = Some(v1::Money { currency_code: "EUR".into(), amount_minor: 600_000 });
    all.write(vec![paid]).await.unwrap();

    let (ana, bob) = (decide(&all, "ana").await, decide(&all, "bob").await);
    for offers in [&ana, &bob] {
        assert_eq!(offers[0].offer_id, OWNED);
        assert_eq!(offers[0].override_kind(), v1::OverrideKind::Guaranteed);
        assert!(offers[0].selection_probability.is_none(), "nothing was drawn");
        let drawn = &offers[1..];
        assert!(drawn.iter().all(|o| o.override_kind() == v1::OverrideKind::Unspecified));
        assert!(drawn.iter().all(|o| o.selection_probability.is_some()));
    }
    let weight = |offer: &v1::RankedOffer| {
        offer.score_components.as_ref().map(|parts| parts.guest_value_weight)
    };
    let weights: Vec<f64> = ana.iter().filter_map(weight).collect();
    assert!(weights.iter().any(|w| (w - 1.5).abs() < 1e-12), "{weights:?}");
    assert!(bob.iter().filter_map(weight).all(|w| (w - 1.0).abs() < 1e-12));
    let reasons = ana.iter().flat_map(|offer| &offer.reasons);
    assert!(reasons.clone().any(|reason| reason.code == "GUEST_VALUE"), "{ana:?}");
    let mut quotes = ana.iter().zip(std::iter::repeat(&bob));
    assert!(quotes.all(|(offer, others)| {
        let same = others.iter().find(|other| other.offer_id == offer.offer_id);
        same.is_none_or(|same| {
            let price = |o: &v1::RankedOffer| o.quote.as_ref().map(|q| q.offer_price.clone());
            price(same) == price(offer)
        })
    }));

    let seen = decide(&service.client("portal"), "ana").await;
    assert_eq!(seen[0].offer_id, OWNED);
    let told = seen.iter().flat_map(|offer| &offer.reasons);
    assert!(told.clone().all(|reason| !reason.code.contains("VALUE")), "{seen:?}");
    assert!(seen.iter().all(|offer| offer.score_components.is_none()));
}
