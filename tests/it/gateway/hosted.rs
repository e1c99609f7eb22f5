//! The hosted personalizer's API, as its clients speak it: its paths, its header, its bodies, its
//! statuses and its errors; and that it learns, over restarts.

use serde_json::{Value, json};

use crate::support::TestService;

use super::http1::{Ask, Told};

const RANK: &str = "/personalizer/v1.0/rank";

/// The example of the hosted service's reference, word for word.
const EXAMPLE: &str = r#"{"contextFeatures":[{"timeOfDay":"Morning"}],
"actions":[{"id":"NewsArticle","features":[{"type":"News"}]},
{"id":"SportsArticle","features":[{"type":"Sports"}]},
{"id":"EntertainmentArticle","features":[{"type":"Entertainment"}]}],
"excludedActions":["SportsArticle"],"eventId":"75269AD0-BFEE-4598-8196-C57383D38E10",
"deferActivation":false}"#;

async fn post(service: &TestService, path: &str, body: impl Into<String>) -> Told {
    let ask = Ask::new("POST", path).with("ocp-apim-subscription-key", service.key("portal"));
    ask.json(body).send(service.address()).await
}

async fn rank(service: &TestService, body: &Value) -> Value {
    let told = post(service, RANK, body.to_string()).await;
    assert_eq!((told.status, told.header("content-type")), (201, "application/json"), "{told:?}");
    told.json()
}

async fn reward(service: &TestService, event: &str, value: f64) {
    let path = format!("/personalizer/v1.0/events/{event}/reward");
    let told = post(service, &path, format!("{{\"value\": {value}}}")).await;
    assert_eq!((told.status, told.body.len()), (204, 0), "{told:?}");
}

/// `{"error": {"code", "message"}}`, and nothing of ours.
fn error(told: &Told) -> (u16, String) {
    assert_eq!(told.header("content-type"), "application/json");
    let json = told.json();
    assert!(json["error"]["message"].is_string() && json.as_object().unwrap().len() == 1, "{json}");
    (told.status, json["error"]["code"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_example_of_its_reference_is_answered_as_there() {
    // No catalog was ever published.
    let service = TestService::empty(|_| {});
    let told = post(&service, RANK, EXAMPLE).await;
    assert_eq!(told.status, 201, "{told:?}");
    let answer = told.json();
    let fields: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["eventId", "ranking", "rewardActionId"]);
    assert_eq!(answer["eventId"], "75269AD0-BFEE-4598-8196-C57383D38E10");
    let ranking = answer["ranking"].as_array().unwrap();
    assert_eq!(ranking[1], json!({ "id": "SportsArticle", "probability": 0.0 }), "keeps its place");
    assert_eq!(ranking[0]["id"], answer["rewardActionId"]);
    let sum: f64 = ranking.iter().map(|a| a["probability"].as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-9 && ranking.len() == 3);

    for version in ["v1.0", "v1.1-preview.1", "v1.1-preview.2", "v1.1-preview.3"] {
        let again = post(&service, &format!("/personalizer/{version}/rank"), EXAMPLE).await;
        assert_eq!((again.status, again.json()), (201, answer.clone()), "the same event");
    }
    let other = EXAMPLE.replace("Morning", "Evening");
    assert_eq!(error(&post(&service, RANK, other).await), (409, "BadRequest".to_owned()));

    reward(&service, "75269AD0-BFEE-4598-8196-C57383D38E10", 1.0).await;
    reward(&service, "75269AD0-BFEE-4598-8196-C57383D38E10", 0.0).await;
    let native = Ask::new("POST", "/v1/ranks").key(service.key("all")).json(EXAMPLE);
    assert_eq!(native.send(service.address()).await.json(), answer, "rewarded, and still the same");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_errors_are_told_in_its_words() {
    let service = TestService::start().await;
    let actions = |count: usize| -> Vec<Value> {
        (0..count).map(|n| json!({ "id": n.to_string() })).collect()
    };
    let flood: serde_json::Map<String, Value> =
        (0..40_000).map(|n| (format!("f{n}"), json!(1))).collect();
    let some: serde_json::Map<String, Value> =
        (0..2_000).map(|n| (format!("f{n}"), json!(1))).collect();
    let deep = format!("{}1{}", "{\"d\":".repeat(60), "}".repeat(60));
    let bodies = [
        json!({}).to_string(),
        json!({ "actions": actions(51) }).to_string(),
        json!({ "actions": [{ "id": "a" }, { "id": "a" }] }).to_string(),
        json!({ "actions": actions(2), "excludedActions": ["0", "1"] }).to_string(),
        json!({ "actions": actions(2), "contextFeatures": [some] }).to_string(),
        json!({ "actions": actions(2), "eventId": "x".repeat(257) }).to_string(),
        json!({ "actions": [{ "id": "a", "features": "none" }] }).to_string(),
        r#"{"actions":[{"id":"a","features":[{"x":NaN}]}]}"#.to_owned(),
        r#"{"actions":[{"id":"a","features":[{"x":1e999}]}]}"#.to_owned(),
        format!(r#"{{"actions":[{{"id":"a","features":[{deep}]}}]}}"#),
        "[]".to_owned(),
        String::new(),
    ];
    for body in bodies {
        let told = post(&service, RANK, body.clone()).await;
        let expected = (400, "InvalidRankRequest".to_owned());
        assert_eq!(error(&told), expected, "{:.200} {}", body, told.text());
    }
    let long = json!({ "actions": actions(2), "contextFeatures": [flood] }).to_string();
    let told = post(&service, RANK, long).await;
    assert!(matches!(told.status, 400 | 413), "{}", told.text());

    let twice =
        post(&service, RANK, json!({ "actions": [{ "id": "a" }, { "id": "a" }] }).to_string());
    let detail = &twice.await.json()["error"]["details"][0];
    assert_eq!(detail["target"], "actions[1].id", "the field is named: {detail}");

    let on = |event: &str, verb: &str| format!("/personalizer/v1.0/events/{event}/{verb}");
    let invalid = (400, "InvalidRewardRequest".to_owned());
    assert_eq!(error(&post(&service, &on("e", "reward"), "{}").await), invalid);
    assert_eq!(error(&post(&service, &on("e", "reward"), r#"{"value":1.5}"#).await), invalid);
    let unknown = (404, "ResourceNotFound".to_owned());
    assert_eq!(error(&post(&service, &on("e", "reward"), r#"{"value":1}"#).await), unknown);
    let activate = post(&service, &on("e", "activate"), "").await;
    assert_eq!(error(&activate), (404, "InvalidEventIdToActivate".to_owned()));
    let nobody = Ask::new("POST", RANK).json(EXAMPLE).send(service.address()).await;
    assert_eq!(error(&nobody).0, 401);
}

/// On work days guests read, on rest days they bathe: rewards that only the right action gets.
fn question(event: &str, day: &str) -> Value {
    let action = |(id, kind): (&str, &str)| json!({ "id": id, "features": [{ "kind": kind }] });
    let actions = [("news", "text"), ("spa", "water"), ("bar", "drink")].map(action);
    json!({
        "contextFeatures": [{ "day": day }, { "user": { "isVip": true, "age": 41 } }],
        "actions": actions,
        "eventId": event,
    })
}

fn fits(day: &str, action: &Value) -> bool {
    *action == if day == "work" { "news" } else { "spa" }
}

async fn teach(service: &TestService, name: &str, rounds: usize) {
    for round in 0..rounds {
        let (event, day) = (format!("{name}-{round}"), ["work", "rest"][round % 2]);
        let answer = rank(service, &question(&event, day)).await;
        let value = f64::from(u8::from(fits(day, &answer["rewardActionId"])));
        reward(service, &event, value).await;
    }
    service.learned();
}

/// The probabilities with which the right action is drawn on each kind of day.
async fn chances(service: &TestService, name: &str) -> [f64; 2] {
    let mut chances = [0.0; 2];
    for (chance, day) in chances.iter_mut().zip(["work", "rest"]) {
        let answer = rank(service, &question(&format!("{name}-{day}"), day)).await;
        let ranking = answer["ranking"].as_array().unwrap();
        let right = ranking.iter().find(|action| fits(day, &action["id"])).unwrap();
        *chance = right["probability"].as_f64().unwrap();
    }
    chances
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_rewarded_in_a_context_is_shown_there_and_a_restart_keeps_it() {
    let mut service = TestService::empty(|_| {});
    assert!(chances(&service, "before").await.iter().any(|chance| *chance < 0.5));
    teach(&service, "teach", 240).await;
    // One in five explores, alike among three.
    let expected = 0.8 + 0.2 / 3.0;
    let is_learnt = |chances: [f64; 2]| chances.iter().all(|c| (c - expected).abs() < 1e-9);
    let before = chances(&service, "after").await;
    assert!(is_learnt(before), "{before:?}");
    service.learned();
    let digest = service.ranks_learnt();
    assert_eq!(digest.1, 240);

    service.restart();
    assert_eq!(service.ranks_learnt(), digest, "to the same bits");
    assert!(is_learnt(chances(&service, "restarted").await));
    let answer = rank(&service, &question("teach-3", "rest")).await;
    assert_eq!(answer["eventId"], "teach-3", "an event is remembered over a restart");

    // z-test: what is drawn is as frequent as is told, to 4 standard errors.
    let (mut right, draws) = (0.0, 400);
    for draw in 0..draws {
        let answer = rank(&service, &question(&format!("draw-{draw}"), "work")).await;
        right += f64::from(u8::from(fits("work", &answer["rewardActionId"])));
    }
    let n = f64::from(draws);
    let z = (right - expected * n) / (n * expected * (1.0 - expected)).sqrt();
    assert!(z.abs() < 4.0, "{right} of {n}");
}

/// A deferred rank counts once it is activated; what nobody rewards earns the default at the end of
/// the wait; another brand knows nothing of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deferred_ranks_waits_and_brands_are_kept_apart() {
    let service = TestService::start().await;
    let deferred = |event: &str| {
        let mut question = question(event, "work");
        question["deferActivation"] = true.into();
        question
    };
    let learnt = || {
        service.learned();
        service.ranks_learnt().1
    };
    rank(&service, &deferred("shown")).await;
    rank(&service, &deferred("hidden")).await;
    rank(&service, &question("ignored", "rest")).await;
    reward(&service, "shown", 0.5).await;
    reward(&service, "hidden", 0.5).await;
    assert_eq!(learnt(), 0, "nothing was shown");
    let activate = "/personalizer/v1.0/events/shown/activate";
    for _ in 0..2 {
        let told = post(&service, activate, "").await;
        assert_eq!((told.status, told.body.len()), (204, 0), "{told:?}");
    }
    assert_eq!(learnt(), 1);

    service.clock.advance(std::time::Duration::from_secs(601));
    for _ in 0..200 {
        // The service's own upkeep may be at it.
        service.upkeep();
        if learnt() == 2 {
            break;
        }
    }
    assert_eq!(learnt(), 2, "'ignored' earned the default, 'hidden' was never shown");
    reward(&service, "ignored", 1.0).await;
    assert_eq!(learnt(), 2, "too late");

    let other = |path: &str, body: String| {
        let ask = Ask::new("POST", path).key(service.key("other")).json(body);
        let address = service.address();
        async move { ask.send(address).await }
    };
    let told = other("/v1/ranks/shown:reward", r#"{"value":1}"#.to_owned()).await;
    assert_eq!(told.status, 404, "another brand has no such event");
    let told = other("/v1/ranks", question("shown", "rest").to_string()).await;
    assert_eq!(told.status, 200, "and may use the id for its own");
}
