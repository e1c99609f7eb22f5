//! A decision over gRPC: what comes back, who sees what of it, and what becomes of it.

use concierge::api::v1;
use concierge::domain::scope::Right;
use tonic::Code;

use crate::support::{self, TestService, code_and_fields, event};

/// The booking engine's call, a few days before arrival: three offers, in Portuguese, with what to
/// show.
fn upsell(guest: &str) -> v1::DecideOffersRequest {
    v1::DecideOffersRequest {
        include_content: true,
        context: Some(v1::DecisionContext {
            locale: "pt-PT".into(),
            stay_stage: v1::StayStage::PreArrival.into(),
            ..Default::default()
        }),
        ..support::decide(guest, "booking.upsell")
    }
}

#[tokio::test]
async fn a_decision_offers_prices_and_reasons_in_the_language_asked_for() {
    let service = TestService::start().await;
    let decided = service.client("portal").decide(upsell("ana")).await.unwrap();
    assert!(decided.decision.starts_with("brands/demo/properties/lisbon-baixa/decisions/"));
    assert!(!decided.attribution_token.is_empty() && decided.attribution_token.len() <= 12_288);
    let [proposition] = decided.propositions.as_slice() else { panic!("{decided:?}") };
    assert_eq!(
        (proposition.placement_id.as_str(), proposition.offers.len()),
        ("booking.upsell", 3)
    );
    for (slot, offer) in (1..).zip(&proposition.offers) {
        assert_eq!(offer.slot, slot);
        let quote = offer.quote.as_ref().expect("a price");
        let [list, price, total] =
            [&quote.list_price, &quote.offer_price, &quote.total_price].map(|m| m.clone().unwrap());
        assert!(
            price.amount_minor <= list.amount_minor && total.amount_minor >= price.amount_minor
        );
        assert_eq!(price.currency_code, "EUR");
        assert!(!offer.content.as_ref().expect("what to show").title.is_empty());
        assert!(!offer.reasons.is_empty());
        assert!(
            offer.reasons.iter().all(|reason| reason.audience == v1::ReasonAudience::Guest as i32)
        );
        let english =
            ["Chosen to", "It goes", "A good", "A favourite", "Something new", "Recommended by"];
        assert!(
            offer.reasons.iter().all(|r| !english.iter().any(|e| r.display_text.starts_with(e))),
            "{offer:?}"
        );
    }
    assert!(decided.is_non_personalized, "nobody has allowed profiling");
    assert_eq!((decided.catalog_version, decided.degraded), (1, false));
    assert!(decided.expire_time.unwrap().seconds > decided.create_time.unwrap().seconds);
}

/// What is worth money to know does not leave to those who may not see it.
#[tokio::test]
async fn margins_and_scores_are_for_those_who_may_see_them() {
    let service = TestService::start().await;
    let full = v1::DecisionView::Full.into();
    let seen = service
        .client("portal")
        .decide(v1::DecideOffersRequest { view: full, ..upsell("ana") })
        .await
        .unwrap();
    let offer = &seen.propositions[0].offers[0];
    let quote = offer.quote.as_ref().unwrap();
    assert!(
        quote.floor_price.is_none()
            && quote.variable_cost.is_none()
            && quote.expected_margin.is_none()
    );
    assert!(quote.floor_basis == 0 && quote.selection_probability.is_none());
    assert!(
        offer.score_components.is_none()
            && offer.selection_probability.is_none()
            && offer.score.to_bits() == 0
    );
    assert!(seen.filtered_offers.is_empty() && seen.stage_timings.is_empty());

    let seen = service
        .client("all")
        .decide(v1::DecideOffersRequest { view: full, ..upsell("bea") })
        .await
        .unwrap();
    let offer = &seen.propositions[0].offers[0];
    let quote = offer.quote.as_ref().unwrap();
    assert!(
        quote.floor_price.as_ref().unwrap().amount_minor
            <= quote.offer_price.as_ref().unwrap().amount_minor
    );
    let parts = offer.score_components.as_ref().expect("parts");
    let log_odds: f64 = parts.log_odds_terms.iter().map(|term| term.term).sum();
    // Uncertainty draws the propensity towards one half, and nothing else is between the two.
    let (told, certain) = (parts.response_propensity, 1.0 / (1.0 + (-log_odds).exp()));
    assert!((told - 0.5).abs() <= (certain - 0.5).abs() + 1e-6, "{log_odds} {told}");
    let priority: f64 = parts.log_priority_terms.iter().map(|term| term.term).sum();
    assert!((priority.exp() - parts.priority).abs() < 1e-9 * parts.priority.max(1.0));
    let probability = offer.selection_probability.unwrap();
    assert!(probability > 0.0 && probability <= 1.0);
    assert!(!seen.filtered_offers.is_empty() && !seen.stage_timings.is_empty());
    assert!(seen.filtered_offers.iter().all(|f| f.stage != 0 && !f.display_text.is_empty()));
}

#[tokio::test]
async fn a_repeated_call_gets_the_stored_answer() {
    let service = TestService::start().await;
    let client = service.client("portal");
    let ask = v1::DecideOffersRequest { request_id: "call-1".into(), ..upsell("ana") };
    let first = client.decide(ask.clone()).await.unwrap();
    let again = client.decide(ask.clone()).await.unwrap();
    assert!(!first.is_replayed && again.is_replayed);
    assert_eq!(first.decision, again.decision);
    assert_eq!(first.propositions, again.propositions);
    let other = v1::DecideOffersRequest {
        request_id: "call-1".into(),
        ..support::decide("ana", "portal.hero")
    };
    assert_eq!(client.decide(other).await.unwrap_err().code(), Code::AlreadyExists);
}

#[tokio::test]
async fn what_the_catalog_does_not_have_is_named() {
    let service = TestService::start().await;
    let client = service.client("portal");
    let refused = client.decide(support::decide("ana", "portal.zero")).await;
    assert_eq!(
        code_and_fields(refused),
        (Code::NotFound, vec!["placement_requests[0].placement_id".into()])
    );
    let elsewhere = v1::DecideOffersRequest {
        property: "brands/demo/properties/atlantis".into(),
        ..upsell("ana")
    };
    assert_eq!(client.decide(elsewhere).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn a_call_that_is_only_checked_decides_nothing() {
    let service = TestService::start().await;
    let before = service.committed();
    let checked = service
        .client("portal")
        .decide(v1::DecideOffersRequest { validate_only: true, ..upsell("ana") })
        .await;
    assert_eq!(checked.unwrap(), v1::DecideOffersResponse::default());
    assert_eq!(service.committed(), before);
}

#[tokio::test]
async fn a_person_nobody_named_is_a_new_one_each_time() {
    let service = TestService::start().await;
    let ask = || v1::DecideOffersRequest { subject: None, ..upsell("") };
    for _ in 0..20 {
        let decided = service.client("portal").decide(ask()).await.unwrap();
        // No caps of somebody else's calls: the best three are still there.
        assert_eq!(decided.propositions[0].offers.len(), 3);
        assert!(decided.is_non_personalized);
    }
}

/// From the decision to its outcome and its explanation.
#[tokio::test]
async fn a_decision_is_read_back_with_what_came_of_it() {
    let service = TestService::start().await;
    let client = service.client("all");
    client.opt_in("ana").await;
    let decided = client.decide(upsell("ana")).await.unwrap();
    assert!(!decided.is_non_personalized);
    let chosen = decided.propositions[0].offers[0].offer_id.clone();
    let accept = v1::Event {
        attribution_token: decided.attribution_token.clone(),
        offer_id: chosen.clone(),
        amount: Some(v1::Money { currency_code: "EUR".into(), amount_minor: 4_900 }),
        event_time: Some(support::at(1)),
        ..event("ana", "accept-1", v1::EventType::Accept)
    };
    let written = client.write(vec![accept]).await.unwrap();
    assert!(
        written.results[0].error.is_none() && written.results[0].warnings.is_empty(),
        "{written:?}"
    );

    let get = v1::GetDecisionRequest { name: decided.decision.clone(), view: 0 };
    let stored = client.decisions().get_decision(get).await.unwrap().into_inner().decision.unwrap();
    assert_eq!(stored.guest, "brands/demo/guests/ana");
    assert_eq!(stored.state, v1::DecisionState::Activated as i32);
    let outcome = &stored.outcomes[0];
    assert_eq!(
        (outcome.offer_id.as_str(), outcome.step),
        (chosen.as_str(), v1::OutcomeStep::Accepted as i32)
    );
    assert_eq!(outcome.reward.as_ref().unwrap().amount_minor, 4_900);

    let name = decided.decision.clone();
    let explain = v1::ExplainDecisionRequest {
        name,
        max_candidate_count: 5,
        locale: "zh-Hant".into(),
        ..Default::default()
    };
    let explained = client.decisions().explain_decision(explain).await.unwrap().into_inner();
    assert_eq!(explained.slots.len(), 3);
    let first = &explained.slots[0];
    assert_eq!(first.chosen_offer_id, chosen);
    assert!(first.candidates.len() <= 5 && first.candidates.iter().any(|c| c.offer_id == chosen));
    assert!(explained.replay_matches || !explained.replay_difference.is_empty());

    let wrong = decided.decision.replace("lisbon-baixa", "macau-lotus");
    let get = v1::GetDecisionRequest { name: wrong, view: 0 };
    assert_eq!(client.decisions().get_decision(get).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn a_deferred_decision_is_activated_once() {
    let service = TestService::start().await;
    let client = service.client("all");
    let decided = client
        .decide(v1::DecideOffersRequest { defer_activation: true, ..upsell("ana") })
        .await
        .unwrap();
    let get = || v1::GetDecisionRequest { name: decided.decision.clone(), view: 0 };
    let state = async || {
        client.decisions().get_decision(get()).await.unwrap().into_inner().decision.unwrap().state
    };
    assert_eq!(state().await, v1::DecisionState::Reserved as i32);
    for is_replayed in [false, true] {
        service.clock.advance(std::time::Duration::from_secs(60));
        let name = decided.decision.clone();
        let activate = v1::ActivateDecisionRequest { name, ..Default::default() };
        let activated = client.decisions().activate_decision(activate).await.unwrap().into_inner();
        assert_eq!(activated.state, v1::DecisionState::Activated as i32);
        assert_eq!(
            (activated.is_replayed, activated.activate_time),
            (is_replayed, Some(support::at(60)))
        );
    }
    assert_eq!(state().await, v1::DecisionState::Activated as i32);
}

#[tokio::test]
async fn a_channel_is_decided_or_withheld_with_a_reason() {
    let service = TestService::start().await;
    let mode = v1::ChannelMode::Decide.into();
    let ask = v1::DecideOffersRequest {
        channel_request: Some(v1::ChannelRequest { mode, ..Default::default() }),
        view: v1::DecisionView::Full.into(),
        ..support::decide("ana", "prearrival.email")
    };
    let decided = service.client("all").decide(ask).await.unwrap();
    let channel = decided.channel_decision.expect("a channel was asked for");
    assert_eq!(
        channel.outcome,
        v1::ChannelOutcome::Withhold as i32,
        "nobody has allowed marketing"
    );
    assert!(channel.withhold_reason != 0 && channel.send_window.is_none());
}

#[tokio::test]
async fn extra_rights_are_asked_for_where_the_api_says() {
    let service = TestService::start().await;
    let simulate = v1::DecideOffersRequest {
        context_overrides: Some(v1::ContextOverrides::default()),
        ..upsell("ana")
    };
    let only = service.client(&format!("only-{}", Right::Decide.name()));
    assert_eq!(only.decide(simulate.clone()).await.unwrap_err().code(), Code::PermissionDenied);
    let refused = service.client("all").decide(simulate).await;
    assert_eq!(code_and_fields(refused), (Code::Unimplemented, vec!["context_overrides".into()]));
}
