//! Ten thousand requests made up to do harm, over every service: each is answered with a status
//! that blames the caller, names the field where a field is at fault, and leaves no trace.
//!
//! [`crate::hostile`] knows each spoilt field by hand; here the values are drawn from a seed, the
//! same at each run: a failure names its round.

mod raw;
mod spoil;

use concierge::api::v1;
use concierge::sys::rng::SplitMix64;
use concierge::testkit::world;
use tonic::{Code, Response, Status};
use tonic_types::StatusExt;

use spoil::{CALLS, Call, EVENTS, date, decimal, id, moment, name, number, one, text, word, zone};

use crate::support::{self, TestClient, TestService, event};

const REQUESTS: usize = 10_000;

/// What an attack was about, and what it was told.
struct Attack {
    /// The field that must be named; empty: it is refused for another reason.
    field: &'static str,
    /// May it happen to be sound?
    may_pass: bool,
    told: Result<(), Status>,
}

fn attack<T>(field: &'static str, told: Result<Response<T>, Status>) -> Attack {
    Attack { field, may_pass: false, told: told.map(drop) }
}

/// A status is honest where it blames the caller and, of a field, says which.
fn judge(round: usize, attack: &Attack) {
    let Attack { field, may_pass, told } = attack;
    let Err(status) = told else {
        assert!(may_pass, "round {round}: {field} was taken");
        return;
    };
    let blames_the_caller = [
        Code::InvalidArgument,
        Code::Unauthenticated,
        Code::PermissionDenied,
        Code::NotFound,
        Code::FailedPrecondition,
        Code::OutOfRange,
        Code::Unimplemented,
    ];
    assert!(blames_the_caller.contains(&status.code()), "round {round}: {field}: {status:?}");
    let details = status.get_error_details();
    let violations = details.bad_request().map_or(&[][..], |bad| &bad.field_violations);
    if status.code() == Code::InvalidArgument && !may_pass {
        assert!(!violations.is_empty(), "round {round}: {field}: no field is named: {status:?}");
    }
    for told in violations {
        assert!(!told.field.is_empty() && !told.description.is_empty(), "round {round}: {told:?}");
    }
    if !field.is_empty() {
        let is_named = violations.iter().any(|told| told.field.starts_with(field));
        assert!(is_named, "round {round}: {field} is not in {status:?}");
    }
}

fn ask(guest: &str) -> Call {
    let property = "brands/demo/properties/city".into();
    v1::DecideOffersRequest { property, ..support::decide(guest, "p50") }
}

fn view(guest: &str, id: &str) -> v1::Event {
    let property = "brands/demo/properties/city".into();
    v1::Event { property, ..event(guest, id, v1::EventType::View) }
}

async fn on_decisions(client: &TestClient, rng: &mut SplitMix64) -> Attack {
    let mut decisions = client.decisions();
    let spoilt = format!("brands/demo/properties/city/decisions/{}", text(rng, 32));
    let unknown = format!("brands/demo/properties/city/decisions/{:032x}", rng.next_u64());
    match rng.below(30) {
        0 => {
            let get = v1::GetDecisionRequest { name: spoilt, view: 0 };
            attack("name", decisions.get_decision(get).await)
        }
        1 => {
            let get = v1::GetDecisionRequest { name: unknown, view: 0 };
            attack("", decisions.get_decision(get).await)
        }
        2 => {
            let max_candidate_count = number(rng);
            let explain = v1::ExplainDecisionRequest {
                name: unknown,
                max_candidate_count,
                ..Default::default()
            };
            attack("max_candidate_count", decisions.explain_decision(explain).await)
        }
        3 => {
            let (name, attribution_token) = (unknown, text(rng, 90));
            let activate =
                v1::ActivateDecisionRequest { name, attribution_token, ..Default::default() };
            attack("", decisions.activate_decision(activate).await)
        }
        4 => {
            use v1::watch_next_best_offer_request::Subject;
            let watch = v1::WatchNextBestOfferRequest {
                property: "brands/demo/properties/city".into(),
                subject: Some(Subject::Guest(ANA.into())),
                placement_requests: ask("ana").placement_requests,
                max_push_count: number(rng),
                ..Default::default()
            };
            attack("max_push_count", decisions.watch_next_best_offer(watch).await)
        }
        5 => {
            let sign =
                v1::PresenceSign { kind: number(rng), source: text(rng, 9), ..Default::default() };
            let name = format!("{ANA}/presence");
            let update =
                v1::UpdatePresenceRequest { name, signs: vec![sign], ..Default::default() };
            attack("signs[0].kind", client.guests().update_presence(update).await)
        }
        _ => {
            let (field, spoil) = one(rng, CALLS);
            let mut call = ask("ana");
            spoil(&mut call, rng);
            attack(field, decisions.decide_offers(call).await)
        }
    }
}

/// A refused event stands in the answer. It is judged as the call would be.
async fn on_events(client: &TestClient, rng: &mut SplitMix64) -> Attack {
    let (field, spoil) = one(rng, EVENTS);
    let mut event = view("ana", &format!("e{}", rng.next_u64()));
    spoil(&mut event, rng);
    let written = match client.write(vec![event]).await {
        Ok(written) => written,
        Err(status) => return Attack { field, may_pass: false, told: Err(status) },
    };
    let told = written.results[0].error.as_ref().map_or(Ok(()), |error| {
        assert!(error.field.starts_with(field) && !error.retryable, "{field}: {error:?}");
        assert_eq!(error.code, v1::EventErrorCode::InvalidField as i32, "{field}: {error:?}");
        Err(Status::not_found("as a whole it was taken"))
    });
    Attack { field: if told.is_err() { "" } else { field }, may_pass: false, told }
}

const ANA: &str = "brands/demo/guests/ana";

async fn on_guests(client: &TestClient, rng: &mut SplitMix64) -> Attack {
    let mut guests = client.guests();
    let change = |change: &dyn Fn(&mut v1::Guest)| {
        let mut guest = v1::Guest { name: ANA.into(), ..Default::default() };
        change(&mut guest);
        v1::UpdateGuestRequest { guest: Some(guest), allow_missing: true, ..Default::default() }
    };
    match rng.below(9) {
        0 => {
            let name = format!("brands/demo/guests/{}", id(rng));
            attack("name", guests.get_guest(v1::GetGuestRequest { name }).await)
        }
        1 | 2 => on_consents(client, rng).await,
        3 => {
            let zone = zone(rng);
            let request = change(&|guest| guest.home_time_zone.clone_from(&zone));
            attack("guest.home_time_zone", guests.update_guest(request).await)
        }
        4 => {
            let text = format!("{}\u{7}", text(rng, 20));
            let request = change(&|guest| guest.display_name.clone_from(&text));
            attack("guest.display_name", guests.update_guest(request).await)
        }
        5 => {
            let stated = v1::GuestPreference {
                dimension: "tag".into(),
                value: "t1".into(),
                level: v1::PreferenceLevel::Preferred.into(),
                strength: decimal(rng),
                ..Default::default()
            };
            let profile = v1::PreferenceProfile {
                name: format!("{ANA}/preferenceProfile"),
                stated_preferences: vec![stated],
                ..Default::default()
            };
            let preference_profile = Some(profile);
            let request =
                v1::UpdatePreferenceProfileRequest { preference_profile, ..Default::default() };
            let field = "preference_profile.stated_preferences[0].strength";
            attack(field, guests.update_preference_profile(request).await)
        }
        _ => on_timelines(client, rng).await,
    }
}

async fn on_consents(client: &TestClient, rng: &mut SplitMix64) -> Attack {
    let mut record = v1::ConsentRecord {
        purpose: v1::Purpose::Marketing.into(),
        state: v1::ConsentState::Granted.into(),
        basis: v1::ConsentBasis::Contract.into(),
        source: "portal".into(),
        ..Default::default()
    };
    let field = match rng.below(3) {
        0 => {
            record.purpose = word(rng);
            "records[0].purpose"
        }
        1 => {
            record.state = word(rng);
            "records[0].state"
        }
        _ => {
            record.consent_time = moment(rng);
            "records[0].consent_time"
        }
    };
    let (name, records) = (format!("{ANA}/consent"), vec![record]);
    let request = v1::UpdateConsentRequest { name, records, ..Default::default() };
    attack(field, client.guests().update_consent(request).await)
}

async fn on_timelines(client: &TestClient, rng: &mut SplitMix64) -> Attack {
    let mut list = v1::ListGuestTimelineRequest { parent: ANA.into(), ..Default::default() };
    let field = match rng.below(5) {
        0 => {
            list.page_size = -1 - i32::try_from(rng.below(1 << 30)).unwrap();
            "page_size"
        }
        1 => {
            (list.start_time, list.end_time) = (Some(support::at(9)), Some(support::at(-9)));
            "end_time"
        }
        2 => {
            list.start_time = moment(rng);
            "start_time"
        }
        3 => {
            list.kinds = vec![1, word(rng)];
            "kinds[1]"
        }
        _ => {
            let length = 1 + rng.below(300);
            list.page_token = text(rng, length);
            "page_token"
        }
    };
    attack(field, client.guests().list_guest_timeline(list).await)
}

async fn on_catalogs(client: &TestClient, rng: &mut SplitMix64) -> Attack {
    let mut catalogs = client.catalogs();
    let stock = |date, remaining_unit_count| v1::SetInventoryRequest {
        property: "brands/demo/properties/city".into(),
        offer_id: "offer-00000".into(),
        entries: vec![v1::InventoryEntry { date, remaining_unit_count, ..Default::default() }],
        ..Default::default()
    };
    match rng.below(7) {
        6 => {
            let amount = i64::from(number(rng));
            let rate = v1::RoomRate {
                room_type_id: "suite".into(),
                date: "2026-12-24".into(),
                bid_price_minor: Some(if amount < 0 { amount } else { i64::MAX - amount }),
                ..Default::default()
            };
            let request = v1::SetRatesRequest {
                property: "brands/demo/properties/city".into(),
                currency_code: "EUR".into(),
                rates: vec![rate],
                ..Default::default()
            };
            attack("rates[0].bid_price_minor", catalogs.set_rates(request).await)
        }
        0 => {
            let units = number(rng);
            let request = stock("2026-12-24".into(), units);
            attack("entries[0].remaining_unit_count", catalogs.set_inventory(request).await)
        }
        1 => attack("entries[0].date", catalogs.set_inventory(stock(date(rng), 1)).await),
        2 => {
            let name = format!("brands/demo/catalog/offers/{}", name(rng));
            attack("name", catalogs.get_offer(v1::GetOfferRequest { name }).await)
        }
        3 => {
            let (parent, state) = ("brands/demo".into(), word(rng));
            let request = v1::ListOffersRequest { parent, state, ..Default::default() };
            attack("state", catalogs.list_offers(request).await)
        }
        4 => {
            let (name, catalog_version) = ("brands/demo/catalog".into(), 2 + rng.next_u64() / 2);
            let description = "back".into();
            let request = v1::RollBackCatalogRequest {
                name,
                catalog_version,
                description,
                ..Default::default()
            };
            attack("", catalogs.roll_back_catalog(request).await)
        }
        _ => {
            let (brand, learning_mode) = ("brands/demo".into(), word(rng));
            let description = "now".into();
            let request = v1::SetLearningModeRequest {
                brand,
                learning_mode,
                description,
                ..Default::default()
            };
            attack("learning_mode", client.admin().set_learning_mode(request).await)
        }
    }
}

/// A catalog with a rule that cannot be read, or asks for what there is not.
async fn on_rules(client: &TestClient, rng: &mut SplitMix64) -> Attack {
    let nested = "(".repeat(1 + rng.below(3_000));
    let open = "[".repeat(1 + rng.below(3_000));
    let unknown = text(rng, 9);
    let rule = match rng.below(9) {
        0 => format!("nights <= {nested}7"),
        1 => format!("nights <= 7 && {open}1"),
        2 => format!("{unknown} == 7"),
        3 => format!("nights <= 7 && {unknown}(nights)"),
        4 => format!("nights <= '{unknown}'"),
        5 => "nights <= 7 ||".repeat(1 + rng.below(9)),
        6 => format!("nights <= 7 {}", one(rng, &["&", "?", ":", "\\", "#", ";", "\u{0}", "'"])),
        7 => format!("nights <= {}{}", u64::MAX, u64::MAX),
        _ => format!("nights <= 7{}", " && nights <= 7".repeat(2_000 + rng.below(2_000))),
    };
    // A text in TOML is written as one in JSON.
    let rule = serde_json::to_string(&rule).unwrap();
    let sound = world::text(2);
    let text =
        sound.replacen("commission = 5.0\n", &format!("commission = 5.0\nrule = {rule}\n"), 1);
    assert_ne!(text, sound);
    let told = client.publish(&text).await;
    if let Err(status) = &told {
        let details = status.get_error_details();
        let violations = &details.bad_request().expect("a field").field_violations;
        assert!(violations.iter().any(|told| told.field.contains("rule")), "{rule}: {status:?}");
    }
    Attack { field: "", may_pass: false, told: told.map(drop) }
}

/// Of another brand nothing is told, whichever side asks.
async fn on_brands(clients: &[TestClient; 2], rng: &mut SplitMix64) -> Attack {
    let [demo, other] = clients;
    let (client, theirs) = one(rng, &[(demo, "other"), (other, "demo")]);
    let name = format!("brands/{theirs}/guests/{}", one(rng, &["ana", "bea", "nobody"]));
    let property = format!("brands/{theirs}/properties/city");
    let told = match rng.below(6) {
        0 => client.guests().get_guest(v1::GetGuestRequest { name }).await.map(drop),
        1 => {
            let request = v1::ListGuestTimelineRequest { parent: name, ..Default::default() };
            client.guests().list_guest_timeline(request).await.map(drop)
        }
        2 => {
            let subject = Some(v1::decide_offers_request::Subject::Guest(name));
            client.decide(Call { subject, ..ask("ana") }).await.map(drop)
        }
        3 => client.decide(Call { property, ..ask("ana") }).await.map(drop),
        4 => {
            let parent = format!("brands/{theirs}");
            let request = v1::CreateModelCheckpointRequest { parent, ..Default::default() };
            client.admin().create_model_checkpoint(request).await.map(drop)
        }
        _ => {
            let name = format!("{property}/decisions/{:032x}", rng.next_u64());
            let get = v1::GetDecisionRequest { name, view: 0 };
            client.decisions().get_decision(get).await.map(drop)
        }
    };
    let denied = told.as_ref().is_err_and(|status| status.code() == Code::PermissionDenied);
    assert!(denied, "{theirs}: {told:?}");
    Attack { field: "", may_pass: false, told }
}

/// Who shows no key, half a key, an old one, or one that may not do this.
async fn on_keys(service: &TestService, rng: &mut SplitMix64) -> Attack {
    let (sound, drawn) = (service.key("all").to_owned(), text(rng, 64));
    let half = sound.get(..rng.below(sound.len())).unwrap().to_owned();
    let keys = [
        (None, Code::Unauthenticated),
        (Some(half), Code::Unauthenticated),
        (Some(format!("{sound}0")), Code::Unauthenticated),
        (Some(format!("ck_all_{drawn}")), Code::Unauthenticated),
        (Some(drawn.repeat(100)), Code::Unauthenticated),
        (Some(service.key("ended").to_owned()), Code::Unauthenticated),
        (Some(service.key("only-catalog.read").to_owned()), Code::PermissionDenied),
    ];
    let (key, expected) = one(rng, &keys);
    let client = service.client_with_key(key.as_deref());
    let told = match rng.below(3) {
        0 => client.decide(ask("ana")).await.map(drop),
        1 => client.write(vec![view("ana", "stolen")]).await.map(drop),
        _ => {
            let name = "brands/demo/guests/ana".into();
            client.guests().get_guest(v1::GetGuestRequest { name }).await.map(drop)
        }
    };
    assert_eq!(told.as_ref().map_err(Status::code), Err(expected), "{key:?}");
    Attack { field: "", may_pass: false, told }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_made_up_requests_do_no_harm() {
    let service = TestService::empty(|_| {});
    let clients = ["all", "other"].map(|credential| service.client(credential));
    let client = &clients[0];
    client.publish(&world::text(20)).await.unwrap();
    client.decide(ask("ana")).await.unwrap();
    let kept = view("ana", "kept");
    let place = client.write(vec![kept.clone()]).await.unwrap().results[0].sequence;
    let before = service.committed();

    let mut rng = SplitMix64::new(10_000);
    let blamed = faults(&service);
    for round in 0..REQUESTS {
        let attack = match rng.below(100) {
            0..37 => on_decisions(client, &mut rng).await,
            37..62 => on_events(client, &mut rng).await,
            62..78 => on_guests(client, &mut rng).await,
            78..85 => on_catalogs(client, &mut rng).await,
            85..88 => on_rules(client, &mut rng).await,
            88..93 => on_brands(&clients, &mut rng).await,
            _ => on_keys(&service, &mut rng).await,
        };
        judge(round, &attack);
    }
    assert_eq!(service.committed(), before, "nothing of it was written");
    is_none_the_worse(&service, client, (&kept, place), &blamed).await;
}

/// A sound call is answered, the event is where it was, nothing panicked, and of nothing the
/// service took the blame.
async fn is_none_the_worse(
    service: &TestService,
    client: &TestClient,
    (kept, place): (&v1::Event, u64),
    blamed: &[String],
) {
    let decided = client.decide(ask("ana")).await.unwrap();
    assert_eq!((decided.catalog_version, decided.propositions[0].offers.len()), (1, 3));
    let again = client.write(vec![kept.clone()]).await.unwrap();
    assert!(again.results[0].duplicate && again.results[0].sequence == place, "{again:?}");
    let (_, page) = service.page("/metrics");
    let panics = page.lines().find_map(|line| line.strip_prefix("concierge_panics_total "));
    assert_eq!(panics, Some("0"));
    assert_eq!(faults(service), blamed, "the service took the blame");
}

/// Calls of which the service took the blame, of all tests in this process.
pub(super) fn faults(service: &TestService) -> Vec<String> {
    let (_, page) = service.page("/metrics");
    let is_ours = |line: &&str| {
        ["INTERNAL", "UNKNOWN", "DATA_LOSS"]
            .iter()
            .any(|code| line.contains(&format!("code=\"{code}\"")))
    };
    page.lines().filter(is_ours).map(str::to_owned).collect()
}
