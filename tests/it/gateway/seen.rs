//! Nobody is shown what is not for them: every call of the API by every kind of credential, through
//! the real server, and each answer walked to its leaves against the options `visible_with`.

use std::collections::{BTreeSet, HashMap};

use concierge::catalog::demo::DEMO_CATALOG;
use concierge::domain::scope::Right;
use prost_reflect::{DynamicMessage, ReflectMessage, Value};
use serde_json::{Value as Json, json};

use crate::support::TestService;

use super::callers::{Call, Face, Outcome, POOL, methods};
use super::faces::learn;
use super::table;

type Known = HashMap<&'static str, String>;

/// Fields of a message, at every depth, that these rights do not show.
fn hidden(message: &DynamicMessage, may: &dyn Fn(&str) -> bool, path: &str) -> Vec<String> {
    let option = POOL.get_extension_by_name("concierge.v1.visible_with").expect("the option");
    let mut found = Vec::new();
    for (field, value) in message.fields() {
        let path = format!("{path}.{}", field.name());
        let options = field.options();
        let right = options.get_extension(&option);
        if right.as_str().is_some_and(|right| !right.is_empty() && !may(right)) {
            found.push(path.clone());
        }
        match value {
            Value::Message(inner) => found.extend(hidden(inner, may, &path)),
            Value::List(list) => {
                let inner = list.iter().filter_map(Value::as_message);
                found.extend(inner.flat_map(|inner| hidden(inner, may, &path)));
            }
            Value::Map(map) => {
                let inner = map.values().filter_map(Value::as_message);
                found.extend(inner.flat_map(|inner| hidden(inner, may, &path)));
            }
            _ => {}
        }
    }
    found
}

/// Every call of the table with a key; what was answered well.
async fn all_calls(service: &TestService, key: &str, known: &mut Known) -> Vec<DynamicMessage> {
    let mut answers = Vec::new();
    for row in table::sound(DEMO_CATALOG) {
        let mut request = row.request.clone();
        // Each key decides anew: a stored answer has no filtered offers.
        if request["requestId"] == "d1" {
            request["requestId"] = json!("");
        }
        let call = Call::of(row.call, &request, known, Some(key.to_owned()));
        let (outcome, _) = call.through(Face::Grpc, service).await;
        outcome.messages.iter().for_each(|message| learn(known, row.call, message));
        answers.extend(outcome.messages);
    }
    answers
}

/// The promise, for keys: none of any kind sees a field whose right it lacks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_key_is_shown_a_field_whose_right_it_lacks() {
    let service = TestService::start().await;
    let mut known = Known::new();
    let everything = all_calls(&service, service.key("all"), &mut known).await;
    // The control: the walk finds what there is to hide, of every right that hides something.
    let texts: Vec<String> = everything.iter().map(super::callers::json_text).collect();
    for field in INNER {
        let told = texts.iter().any(|text| text.contains(&format!("\"{field}\"")));
        assert!(told, "no key is told {field}");
    }
    for right in ["view.margin", "view.value", "view.scores", "decisions.read", "guests.read"] {
        let may = |other: &str| other != right;
        let found = everything.iter().flat_map(|answer| hidden(answer, &may, "")).count();
        // What a guest is worth is not computed yet, but for its weight in a score.
        assert!(found > 0, "nothing needs {right}");
    }
    for missing in Right::ALL {
        for (key, may) in [
            (format!("without-{}", missing.name()), Box::new(move |r: &str| r != missing.name())),
            (format!("only-{}", missing.name()), Box::new(move |r: &str| r == missing.name()) as _),
        ] as [(String, Box<dyn Fn(&str) -> bool>); 2]
        {
            let answers = all_calls(&service, service.key(&key), &mut known.clone()).await;
            assert!(key.starts_with("only") || answers.len() > 15, "{key}: {}", answers.len());
            for answer in answers {
                let path = answer.descriptor().name().to_owned();
                assert_eq!(hidden(&answer, &may, &path), Vec::<String>::new(), "{key}");
            }
        }
    }
}

const LISBON: &str = "brands/demo/properties/lisbon-baixa";

/// Fields that no right hides, and that are not for browsers all the same.
const INNER: [&str; 3] = ["catalogVersion", "learningMode", "timeContext"];

/// What a page asks, every call that a guest token may make.
fn of_a_page() -> Vec<(&'static str, Json)> {
    let event = |kind: &str, id: &str| {
        json!({
            "eventId": id, "eventType": kind, "eventTime": "2026-11-23T09:59:59Z",
            "offerId": "$offer", "placementId": "portal.hero", "slot": 1,
            "attributionToken": "$token",
        })
    };
    let answer = json!({ "questionId": "q", "value": 1, "tags": ["spa"], "choiceId": "c" });
    let survey = json!({
        "eventId": "s", "eventType": "EVENT_TYPE_SURVEY", "eventTime": "2026-11-23T09:59:59Z",
        "surveyAnswer": answer,
    });
    let consent = |purpose: &str| {
        json!({
            "purpose": purpose, "state": "CONSENT_STATE_GRANTED", "textVersion": "2026-01",
            "basis": "CONSENT_BASIS_CONSENT",
        })
    };
    let me = |inner: &str| format!("brands/demo/guests/me{inner}");
    vec![
        (
            "GuestService/UpdateConsent",
            json!({
                "name": me("/consent"),
                "records": [consent("PURPOSE_PROFILING"), consent("PURPOSE_MARKETING")],
            }),
        ),
        ("GuestService/GetConsent", json!({ "name": me("/consent") })),
        (
            "DecisionService/DecideOffers",
            json!({
                "property": LISBON, "includeContent": true, "deferActivation": true,
                "placementRequests": [{ "placementId": "portal.hero", "offerCount": 3 }],
                "context": { "locale": "pt-PT", "party": { "adultCount": 2 } },
            }),
        ),
        (
            "DecisionService/ActivateDecision",
            json!({ "name": "$decision", "attributionToken": "$token" }),
        ),
        (
            "EventService/WriteEvents",
            json!({ "events": [
                event("EVENT_TYPE_IMPRESSION", "i"), event("EVENT_TYPE_CLICK", "c"),
                event("EVENT_TYPE_DECLINE", "d"), survey, event("EVENT_TYPE_ACCEPT", "a"),
            ] }),
        ),
        ("GuestService/NextSurveyQuestion", json!({ "guest": me(""), "locale": "en" })),
        (
            "GuestService/UpdatePreferenceProfile",
            json!({ "preferenceProfile": {
                "name": me("/preferenceProfile"),
                "statedPreferences": [{
                    "dimension": "diet", "value": "vegan", "level": "PREFERENCE_LEVEL_PREFERRED",
                }],
            } }),
        ),
        ("GuestService/GetPreferenceProfile", json!({ "name": me("/preferenceProfile") })),
    ]
}

async fn minted(service: &TestService, guest: &str) -> String {
    let request = json!({ "brand": "brands/demo", "guest": format!("brands/demo/guests/{guest}") });
    let key = Some(service.key("all").to_owned());
    let call = Call::of("AdminService/MintGuestToken", &request, &Known::new(), key);
    let (outcome, _) = call.through(Face::Json, service).await;
    let token = outcome.messages[0].get_field_by_name("token").expect("a token").into_owned();
    token.as_str().expect("a text").to_owned()
}

/// The same promise for browsers, through each face: a token of a key that sees everything sees no
/// field that needs a right, and not the guest's own id.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_is_shown_no_field_that_needs_a_right() {
    let service = TestService::start().await;
    for (face, guest) in
        [(Face::Grpc, "guest-4711"), (Face::Web, "guest-4712"), (Face::Json, "guest-4713")]
    {
        let token = minted(&service, guest).await;
        let mut known = Known::new();
        let mut made = BTreeSet::new();
        for (name, request) in of_a_page() {
            let call = Call::of(name, &request, &known, Some(token.clone()));
            let (outcome, _) = call.through(face, &service).await;
            assert_eq!(outcome.code, "Ok", "{face:?} {name}: {outcome:?}");
            for message in &outcome.messages {
                learn(&mut known, name, message);
                let path = message.descriptor().name().to_owned();
                assert_eq!(hidden(message, &|_| false, &path), Vec::<String>::new(), "{face:?}");
                let text = super::callers::json_text(message);
                assert!(!text.contains(guest) && text.len() > 2, "{face:?} {name}: {text}");
                let inner = INNER.iter().find(|field| text.contains(&format!("\"{field}\"")));
                assert_eq!(inner, None, "{face:?} {name}: no browser is told this: {text}");
                if name == "EventService/WriteEvents" {
                    let json: Json = serde_json::from_str(&text).expect("JSON");
                    let results = json["results"].as_array().expect("results");
                    let errors: Vec<bool> =
                        results.iter().map(|result| result["error"].is_object()).collect();
                    assert_eq!(errors, [false, false, false, false, true], "{text}");
                }
            }
            made.insert(name);
        }
        assert!(known.contains_key("offer"), "something was proposed");
        assert_eq!(made, allowed(), "every call that is open to guest tokens");
    }
}

fn allowed() -> BTreeSet<&'static str> {
    let option =
        POOL.get_extension_by_name("concierge.v1.guest_token_allowed").expect("the option");
    let open = methods()
        .into_iter()
        .filter(|method| method.options().get_extension(&option).as_bool().expect("yes or no"));
    let names =
        open.map(|method| &*format!("{}/{}", method.parent_service().name(), method.name()).leak());
    names.collect()
}

/// Every other call is closed, whatever it asks and through whichever face; so is every field that is
/// not for browsers, in the same words.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_other_call_and_field_is_closed_to_a_browser() {
    let service = TestService::start().await;
    let token = minted(&service, "ana").await;
    let mut known = Known::new();
    all_calls(&service, service.key("all"), &mut known).await;
    let mut closed = BTreeSet::new();
    for row in table::sound(DEMO_CATALOG) {
        let call = Call::of(row.call, &row.request, &known, Some(token.clone()));
        let is_open = allowed().contains(row.call);
        let mut told: Vec<Outcome> = Vec::new();
        for face in [Face::Grpc, Face::Web, Face::Json] {
            told.push(call.through(face, &service).await.0);
        }
        if !is_open {
            assert_eq!(
                (&*told[0].code, &*told[0].reason),
                ("PermissionDenied", "GUEST_TOKEN"),
                "{}",
                row.call
            );
            closed.insert(row.call);
        }
        if row.call == "DecisionService/DecideOffers" {
            let fields: Vec<&str> = told[0].fields.iter().map(|(field, _)| &**field).collect();
            assert_eq!(fields, ["channel_request", "view"], "{:?}", told[0]);
        }
        if told[0].code != "Ok" {
            assert!(told.iter().all(|other| *other == told[0]), "{told:?}");
        }
    }
    assert_eq!(closed.len() + allowed().len(), methods().len(), "{closed:?}");
}
