//! One table, three faces: what a call is told does not depend on how it was made.
//!
//! Three services begin in the same state, with the same clock and the same randomness; each is
//! asked the same through one face. What belongs to a process alone (its uptime, its memory, the
//! key of its tokens) is left out of the comparison.

use std::collections::{BTreeSet, HashMap};

use concierge::catalog::demo::DEMO_CATALOG;
use prost_reflect::{DynamicMessage, Value};
use serde_json::Value as Json;

use crate::support::TestService;

use super::callers::{Call, Face, Outcome, POOL, Seen, json_text, method, methods};
use super::description::Description;
use super::table::{self, Row};

/// Fields that two services in the same state may tell differently, and why.
const OF_THE_PROCESS: &[(&str, &str)] = &[
    ("attribution_token", "signed with a key of the store"),
    ("price_hold_token", "signed with a key of the store"),
    ("token", "sealed with a key of the store"),
    ("resume_token", "signed with a key of the store"),
    ("uptime", "time really passes"),
    ("process_resident_bytes", "memory of the process"),
    ("resident_bytes", "allocators round"),
    ("stored_bytes", "files are written in the background"),
    ("stored_guest_count", "an estimate of the files"),
    ("checkpoint_id", "the learner runs in the background"),
    ("learner_sequence", "the learner runs in the background"),
    ("model_sequence", "the learner runs in the background"),
    ("checkpoint_sequence", "the learner runs in the background"),
    ("duration", "stages take real time"),
    ("committed_sequence", "groups are cut by time"),
    ("through_client_sequence", "groups are cut by time"),
];

/// How far the learner was when a checkpoint was asked for.
const CHECKPOINT_SEQUENCE: &str = "concierge.v1.CreateModelCheckpointResponse.sequence";
/// Digits at the end of a decision's id that come from the key of the store.
const KEYED_DIGITS: usize = 16;

/// Leaves out what belongs to a process, at every depth.
fn blank(message: &mut DynamicMessage) {
    let fields: Vec<_> = message.fields().map(|(field, _)| field).collect();
    for field in fields {
        let is_of_checkpoint = field.full_name() == CHECKPOINT_SEQUENCE;
        if is_of_checkpoint || OF_THE_PROCESS.iter().any(|(name, _)| *name == field.name()) {
            message.clear_field(&field);
            continue;
        }
        match message.get_field_mut(&field) {
            Value::Message(inner) => blank(inner),
            Value::String(text)
                if text.contains("/decisions/") || text.contains("/gestureDecisions/") =>
            {
                text.truncate(text.len() - KEYED_DIGITS);
            }
            Value::List(list) => {
                list.iter_mut().filter_map(Value::as_message_mut).for_each(blank);
            }
            Value::Map(map) => {
                map.values_mut().filter_map(Value::as_message_mut).for_each(blank);
            }
            _ => {}
        }
    }
}

/// Takes from an answer what later requests name.
pub(super) fn learn(
    known: &mut HashMap<&'static str, String>,
    call: &str,
    message: &DynamicMessage,
) {
    let json: Json = serde_json::from_str(&json_text(message)).expect("JSON");
    let text = |path: &str| json.pointer(path).and_then(Json::as_str).map(ToOwned::to_owned);
    match call {
        "DecisionService/DecideOffers" => {
            known.extend(text("/decision").map(|text| ("decision", text)));
            known.extend(text("/attributionToken").map(|text| ("token", text)));
            let offer = text("/propositions/0/offers/0/offerId");
            known.extend(offer.map(|text| ("offer", text)));
        }
        "CatalogService/ListOffers" => {
            let offers = json["offers"].as_array().expect("offers");
            let scarce = offers.iter().find(|offer| offer["inventoryLimited"] == true);
            let scarce = scarce.and_then(|offer| offer["offerId"].as_str()).expect("one");
            known.insert("scarce", scarce.to_owned());
        }
        _ => {}
    }
}

/// A service, and what was learnt from its answers.
struct Run {
    service: TestService,
    face: Face,
    known: HashMap<&'static str, String>,
}

impl Run {
    async fn new(face: Face) -> Self {
        let service = TestService::start().await;
        Self { service, face, known: HashMap::new() }
    }

    fn call(&self, row: &Row) -> Call {
        let key = (!row.credential.is_empty()).then(|| self.service.key(row.credential).to_owned());
        Call { timeout: row.timeout, ..Call::of(row.call, &row.request, &self.known, key) }
    }

    async fn make(&mut self, row: &Row) -> (Outcome, Vec<Seen>) {
        let (mut outcome, seen) = self.call(row).through(self.face, &self.service).await;
        if row.credential == "all" {
            outcome.messages.iter().for_each(|message| learn(&mut self.known, row.call, message));
        }
        outcome.messages.iter_mut().for_each(blank);
        if row.call == "EventService/StreamEvents" {
            // How many acknowledgements there are depends on how groups were cut.
            outcome.messages.dedup();
        }
        (outcome, seen)
    }
}

fn right_of(call: &str) -> String {
    let extension = POOL.get_extension_by_name("concierge.v1.required_right").expect("the option");
    let right = method(call).options().get_extension(&extension).into_owned();
    right.as_str().expect("a right").to_owned()
}

/// The promise: every call gives the same answer as gRPC, gRPC-web and JSON, errors and
/// deadlines too; and every answer in JSON is one that the description describes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_gives_the_same_answer_through_every_face() {
    let mut rows = table::sound(DEMO_CATALOG);
    let made: BTreeSet<String> = rows.iter().map(|row| row.call.to_owned()).collect();
    let all: BTreeSet<String> = methods()
        .iter()
        .map(|method| format!("{}/{}", method.parent_service().name(), method.name()))
        .collect();
    assert_eq!(made, all, "every call of the API stands in the table");
    let turned_away = table::turned_away(&rows, right_of);
    rows.extend(table::refused());
    rows.extend(turned_away);

    let mut grpc = Run::new(Face::Grpc).await;
    let mut others =
        [Run::new(Face::Web).await, Run::new(Face::WebText).await, Run::new(Face::Json).await];
    let description = Description::of(&others[2].service).await;
    let (mut told, mut wrong) = (0, Vec::new());
    for row in &rows {
        let (expected, _) = grpc.make(row).await;
        let about = format!("{} by {:?}: {}", row.call, row.credential, row.request);
        let about = about.get(..about.floor_char_boundary(400)).unwrap_or_default();
        if expected.code != row.code {
            wrong.push(format!("{about}: {expected:?} is no {}", row.code));
        }
        for other in &mut others {
            let (outcome, seen) = other.make(row).await;
            if outcome != expected {
                wrong.push(format!("{:?}: {about}: {outcome:?} is not {expected:?}", other.face));
            }
            for seen in seen {
                description.describes(&seen);
                told += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    assert!(told >= rows.len(), "every answer in JSON was held against the description");
}
