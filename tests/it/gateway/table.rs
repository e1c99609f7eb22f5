//! The table: calls in an order that makes sense, each request in the JSON of its message, with who
//! makes it and what code it ends with. `$name` stands for what an earlier answer gave.

use serde_json::{Value, json};

use super::rank_rows::{self, rank};
use super::{bundle_rows, gesture_rows, joining, messages, outbox_rows, rate_rows, segment_rows};

/// A row.
pub(super) struct Row {
    pub(super) call: &'static str,
    /// One request, or a list of them for a stream.
    pub(super) request: Value,
    /// A credential of the test service; empty: none.
    pub(super) credential: &'static str,
    pub(super) timeout: Option<&'static str>,
    pub(super) code: &'static str,
}

impl Row {
    fn by(mut self, credential: &'static str) -> Self {
        self.credential = credential;
        self
    }
}

pub(super) fn row(code: &'static str, call: &'static str, request: Value) -> Row {
    Row { call, request, credential: "all", timeout: None, code }
}

pub(super) const LISBON: &str = "brands/demo/properties/lisbon-baixa";
pub(super) const ANA: &str = "brands/demo/guests/ana";
const DECIDE: &str = "DecisionService/DecideOffers";
const WRITE: &str = "EventService/WriteEvents";
const WATCH: &str = "DecisionService/WatchNextBestOffer";

fn decide(guest: &str, request_id: &str) -> Value {
    json!({
        "property": LISBON,
        "guest": format!("brands/demo/guests/{guest}"),
        "placementRequests": [{ "placementId": "portal.hero", "offerCount": 3 }, { "placementId": "app.home" }],
        "channelRequest": { "mode": "CHANNEL_MODE_DECIDE" },
        "context": { "locale": "pt-PT", "timeZone": "Europe/Lisbon", "party": { "adultCount": 2 } },
        "view": "DECISION_VIEW_FULL",
        "includeContent": true,
        "requestId": request_id,
    })
}

fn watch(guest: &str) -> Value {
    json!({
        "property": LISBON,
        "guest": format!("brands/demo/guests/{guest}"),
        "placementRequests": [{ "placementId": "portal.hero", "offerCount": 2 }],
        "heartbeatInterval": "45s",
        "maxPushCount": 1,
    })
}

fn event(guest: &str, id: &str, kind: &str) -> Value {
    json!({
        "eventId": id,
        "source": "pms",
        "eventType": kind,
        "eventTime": "2026-11-23T09:59:00.500Z",
        "property": LISBON,
        "guest": format!("brands/demo/guests/{guest}"),
        "attributes": { "room": "12", "who": "Zoë \"Z\" 東京" },
    })
}

fn consent(purpose: &str) -> Value {
    json!({
        "purpose": purpose,
        "state": "CONSENT_STATE_GRANTED",
        "basis": "CONSENT_BASIS_CONSENT",
        "textVersion": "2026-01",
        "source": "portal",
    })
}

/// Calls that come well, every call of the API at least once.
pub(super) fn sound(catalog: &str) -> Vec<Row> {
    let mut rows = of_guests();
    rows.extend(joining::rows());
    rows.extend(of_decisions());
    rows.extend(rank_rows::rows().into_iter().chain(gesture_rows::rows()));
    let more = segment_rows::sound().into_iter().chain([rate_rows::set(), rate_rows::list()]);
    rows.extend(outbox_rows::sound().into_iter().chain(more));
    rows.extend(messages::rows().into_iter().chain(bundle_rows::with_routing()));
    rows.extend(of_the_catalog(catalog));
    rows.push(of_tokens());
    rows.extend(of_reports());
    rows
}

fn of_guests() -> Vec<Row> {
    let guest = json!({
        "name": ANA,
        "displayName": "Ana Zoë",
        "locale": "pt-PT",
        "countryCode": "PT",
        "homeTimeZone": "Europe/Lisbon",
        "contactPoints": [{
            "contactPointId": "home",
            "channel": "CHANNEL_EMAIL",
            "address": "ana@example.com",
            "state": "CONTACT_POINT_STATE_VERIFIED",
        }],
        "attributes": { "pillow": "soft" },
    });
    let preference = json!({
        "dimension": "diet",
        "value": "vegetarian",
        "level": "PREFERENCE_LEVEL_PREFERRED",
    });
    let profile =
        json!({ "name": format!("{ANA}/preferenceProfile"), "statedPreferences": [preference] });
    let ok = |call, request| row("Ok", call, request);
    vec![
        ok(
            "GuestService/UpdateGuest",
            json!({
                "guest": guest, "updateMask": "displayName,locale,contactPoints,attributes",
                "allowMissing": true, "requestId": "u 1/ä",
            }),
        ),
        ok("GuestService/GetGuest", json!({ "name": ANA })),
        ok(
            "GuestService/UpdateConsent",
            json!({
                "name": format!("{ANA}/consent"),
                "records": [consent("PURPOSE_PROFILING"), consent("PURPOSE_MARKETING")],
            }),
        ),
        ok(
            "GuestService/GetConsent",
            json!({ "name": format!("{ANA}/consent"), "includeHistory": true }),
        ),
        ok(
            "GuestService/UpdatePresence",
            json!({
                "name": format!("{ANA}/presence"), "property": LISBON,
                "signs": [
                    { "kind": "PRESENCE_SIGN_KIND_APP_IN_FRONT", "source": "app" },
                    { "kind": "PRESENCE_SIGN_KIND_DO_NOT_DISTURB", "source": "door",
                      "expireTime": "2026-11-23T12:00:00Z" },
                ],
            }),
        ),
        ok("GuestService/GetPresence", json!({ "name": format!("{ANA}/presence") })),
        ok("GuestService/UpdatePreferenceProfile", json!({ "preferenceProfile": profile })),
        ok(
            "GuestService/GetPreferenceProfile",
            json!({ "name": format!("{ANA}/preferenceProfile") }),
        ),
    ]
}

fn of_decisions() -> Vec<Row> {
    let stream = json!([
        { "clientSequence": "1", "event": event("ana", "s1", "EVENT_TYPE_VIEW") },
        { "clientSequence": "2", "event": event("ana", "s2", "EVENT_TYPE_VIEW") },
    ]);
    let ok = |call, request| row("Ok", call, request);
    vec![
        ok(
            WRITE,
            json!({ "events": [
            event("ana", "e1", "EVENT_TYPE_VIEW"),
            event("ana", "", "EVENT_TYPE_VIEW"),
            event("ana", "e1", "EVENT_TYPE_VIEW"),
        ] }),
        ),
        ok("EventService/StreamEvents", stream),
        ok(DECIDE, decide("ana", "d1")),
        ok(DECIDE, decide("ana", "d1")),
        ok(DECIDE, decide("nobody", "")).by("portal"),
        ok(
            "DecisionService/BatchDecideOffers",
            json!({
                "property": LISBON,
                "guests": [{ "guest": ANA, "reservationId": "r-1" }, { "guest": "brands/demo/guests/bo" }],
                "template": {
                    "includeContent": true,
                    "placementRequests": [{ "placementId": "portal.hero", "offerCount": 2 }] },
                "volumeConstraints": [
                    { "constraintId": "spa", "offerIds": ["spa.thermal-circuit"], "maxCount": 1 },
                ],
                "requestId": "b1",
            }),
        ),
        ok("DecisionService/ListArrivals", super::desk::arrivals()),
        ok(
            "DecisionService/QuoteOffer",
            json!({
                "property": LISBON, "offerId": "spa.couples-ritual", "tierId": "gold",
                "checkInDate": "2026-12-20", "checkOutDate": "2026-12-23",
                "party": { "adultCount": 2 }, "promotionCodes": ["WINTER"], "locale": "pt-PT",
            }),
        ),
        ok(
            "DecisionService/ActivateDecision",
            json!({
                "name": "$decision", "attributionToken": "$token",
            }),
        ),
        ok(WATCH, watch("ana")),
        ok(
            "DecisionService/GetDecision",
            json!({ "name": "$decision", "view": "DECISION_VIEW_FULL" }),
        ),
        ok("DecisionService/GetDecision", json!({ "name": "$decision" })).by("only-decisions.read"),
        ok(
            "DecisionService/ExplainDecision",
            json!({ "name": "$decision", "maxCandidateCount": 5 }),
        ),
        ok(
            "GuestService/ListGuestTimeline",
            json!({
                "parent": ANA, "pageSize": 2, "oldestFirst": true, "startTime": "2026-01-01T00:00:00Z",
                "kinds": ["TIMELINE_KIND_EVENT", "TIMELINE_KIND_DECISION"],
            }),
        ),
        ok("GuestService/NextSurveyQuestion", json!({ "guest": ANA, "locale": "en" })),
    ]
}

fn of_the_catalog(catalog: &str) -> Vec<Row> {
    let other_catalog = catalog.replacen("label = \"Winter 2026\"", "label = \"Spring\"", 1);
    let ok = |call, request| row("Ok", call, request);
    vec![
        ok(
            "CatalogService/ValidateCatalog",
            json!({ "parent": "brands/demo", "catalogToml": "offers = 7" }),
        ),
        ok(
            "CatalogService/PublishCatalog",
            json!({
                "parent": "brands/demo", "catalogToml": other_catalog, "expectedCatalogVersion": "1",
            }),
        ),
        ok(
            "CatalogService/GetCatalog",
            json!({
                "name": "brands/demo/catalog", "catalogVersion": "1", "format": "CATALOG_FORMAT_TOML",
            }),
        ),
        ok(
            "CatalogService/ListCatalogVersions",
            json!({ "parent": "brands/demo/catalog", "pageSize": 5 }),
        ),
        ok(
            "CatalogService/RollBackCatalog",
            json!({
                "name": "brands/demo/catalog", "catalogVersion": "1", "description": "too early",
            }),
        ),
        ok(
            "CatalogService/ListOffers",
            json!({ "parent": "brands/demo", "propertyId": "lisbon-baixa" }),
        ),
        ok("CatalogService/GetOffer", json!({ "name": "brands/demo/offers/$scarce" })),
        ok(
            "CatalogService/SetInventory",
            json!({
                "property": LISBON, "offerId": "$scarce",
                "entries": [{ "date": "2026-12-24", "remainingUnitCount": 3 }],
            }),
        ),
        ok(
            "CatalogService/StopOffer",
            json!({ "name": "brands/demo/offers/$scarce", "description": "broken" }),
        ),
        ok(
            "ModelService/ShadowModel",
            json!({
                "parent": "brands/demo", "displayName": "Lisbon", "version": "1",
                "offers": [{ "offerId": "$scarce", "factors": [0.5, -0.25] }],
            }),
        ),
        ok("ModelService/GetModels", json!({ "parent": "brands/demo" })),
        ok("ModelService/PublishModel", json!({ "parent": "brands/demo" })),
        ok("ModelService/RollBackModel", json!({ "parent": "brands/demo" })),
        ok(
            "AdminService/SetLearningMode",
            json!({
                "brand": "brands/demo", "learningMode": "LEARNING_MODE_APPRENTICE", "description": "quiet",
            }),
        ),
        ok("AdminService/CreateModelCheckpoint", json!({ "parent": "brands/demo" })),
        ok("AdminService/GetServerStatus", json!({})),
    ]
}

fn of_reports() -> Vec<Row> {
    let ok = |call, request| row("Ok", call, request);
    let fairness = json!({ "parent": "brands/demo", "attributes": ["country"] });
    vec![
        ok(
            "InsightService/GetBusinessReport",
            json!({
                "parent": "brands/demo", "property": LISBON, "endTime": "2026-12-01T00:00:00Z",
                "horizonMonths": 24,
            }),
        ),
        ok("CatalogService/LearnPrices", json!({ "parent": "brands/demo", "validateOnly": true })),
        ok("CatalogService/ListBudgets", json!({ "parent": "brands/demo" })),
        ok("InsightService/AuditFairness", fairness),
    ]
}

fn of_tokens() -> Row {
    row(
        "Ok",
        "AdminService/MintGuestToken",
        json!({
            "brand": "brands/demo", "guest": ANA, "properties": [LISBON],
            "placementIds": ["portal.hero"], "reservationId": "R 1", "ttl": "600s",
        }),
    )
}

/// Calls that are refused by what they ask.
pub(super) fn refused() -> Vec<Row> {
    let mut rows = refused_decisions();
    rows.extend(refused_others());
    let twice = rank("r2", &["spa", "spa"]);
    let empty = json!({ "property": LISBON, "guests": [{ "guest": ANA }], "template": {} });
    rows.extend([
        row("InvalidArgument", "DecisionService/BatchDecideOffers", empty),
        row("InvalidArgument", "RankService/Rank", twice),
        row("AlreadyExists", "RankService/Rank", rank("r1", &["bar", "spa"])),
        row("InvalidArgument", "RankService/RewardRank", json!({ "eventId": "r1", "value": 7.0 })),
        row("NotFound", "RankService/RewardRank", json!({ "eventId": "never", "value": 0.0 })),
        row("NotFound", "RankService/ActivateRank", json!({ "eventId": "never" })),
    ]);
    rows.extend(outbox_rows::refused());
    rows.extend(refused_tokens());
    rows.extend(refused_watchers());
    rows.extend(joining::refused());
    rows
}

fn refused_decisions() -> Vec<Row> {
    let bare = |name: &str, value: Value| {
        let mut request = decide("ana", "");
        request[name] = value;
        request
    };
    let mut other_content = decide("ana", "d1");
    other_content["placementRequests"] = json!([{ "placementId": "app.home" }]);
    let (invalid, missing) = ("InvalidArgument", "NotFound");
    vec![
        row(
            invalid,
            DECIDE,
            bare("placementRequests", json!([{ "placementId": "x", "offerCount": -1 }])),
        ),
        row(
            invalid,
            DECIDE,
            bare("context", json!({ "timeZone": "Europe/Atlantis", "locale": "?" })),
        ),
        row(invalid, DECIDE, bare("requestId", json!("4111111111111111"))),
        row(invalid, DECIDE, bare("learningMode", json!(77))),
        row(missing, DECIDE, bare("placementRequests", json!([{ "placementId": "no.such" }]))),
        row("AlreadyExists", DECIDE, other_content),
        row("PermissionDenied", DECIDE, decide("ana", "")).by("other"),
        row(
            "PermissionDenied",
            DECIDE,
            bare("property", json!("brands/demo/properties/macau-lotus")),
        )
        .by("lisbon"),
        row("OutOfRange", DECIDE, bare("requestId", json!("x".repeat(300_000)))),
        row(invalid, WRITE, json!({})),
    ]
}

fn refused_others() -> Vec<Row> {
    let many: Vec<Value> = (0..1_001).map(|at| json!({ "eventId": at.to_string() })).collect();
    let (invalid, missing) = ("InvalidArgument", "NotFound");
    vec![
        row(invalid, WRITE, json!({ "events": many })),
        row(
            invalid,
            "EventService/StreamEvents",
            json!([
                { "clientSequence": "5", "event": event("ana", "s5", "EVENT_TYPE_VIEW") },
                { "clientSequence": "4", "event": event("ana", "s4", "EVENT_TYPE_VIEW") },
            ]),
        ),
        row(
            invalid,
            "GuestService/UpdateGuest",
            json!({
                "guest": { "name": ANA, "homeTimeZone": "Mars/Base", "locale": "§" },
            }),
        ),
        row(
            invalid,
            "GuestService/UpdateGuest",
            json!({ "guest": { "name": ANA }, "updateMask": "colour" }),
        ),
        row(
            "FailedPrecondition",
            "GuestService/UpdateGuest",
            json!({
                "guest": { "name": ANA, "locale": "en", "etag": "no-such-tag" },
            }),
        ),
        row(
            missing,
            "DecisionService/GetDecision",
            json!({
                "name": format!("{LISBON}/decisions/{}", "0".repeat(32)),
            }),
        ),
        row(
            "FailedPrecondition",
            "CatalogService/RollBackCatalog",
            json!({
                "name": "brands/demo/catalog", "catalogVersion": "1", "description": "x", "expectedCatalogVersion": "99",
            }),
        ),
        row(
            invalid,
            "CatalogService/PublishCatalog",
            json!({ "parent": "brands/demo", "catalogToml": "[[" }),
        ),
        row("Unimplemented", "CatalogService/GetCatalog", json!({ "name": "brands/demo/catalog" })),
        row(
            "Unimplemented",
            "GuestService/UpdatePreferenceProfile",
            json!({ "preferenceProfile": {
            "name": format!("{ANA}/preferenceProfile"),
            "statedPreferences": [{
                "dimension": "diet", "value": "x", "level": "PREFERENCE_LEVEL_REQUIRED",
                "strength": 0.75, "halfLife": "86400s",
            }],
        } }),
        ),
        row(missing, "CatalogService/GetOffer", json!({ "name": "brands/demo/offers/no-such" })),
        row(
            invalid,
            "CatalogService/ListOffers",
            json!({ "parent": "brands/demo", "pageToken": "?" }),
        ),
    ]
}

fn refused_tokens() -> Vec<Row> {
    vec![
        row(
            "InvalidArgument",
            "AdminService/MintGuestToken",
            json!({ "brand": "brands/demo", "placementIds": ["?"], "ttl": "3601s" }),
        ),
        row(
            "PermissionDenied",
            "AdminService/MintGuestToken",
            json!({ "brand": "brands/demo", "guest": ANA, "properties": ["brands/demo/properties/macau-lotus"] }),
        )
        .by("lisbon"),
    ]
}

fn refused_watchers() -> Vec<Row> {
    let invalid = "InvalidArgument";
    vec![
        row(
            invalid,
            "GuestService/UpdatePresence",
            json!({ "name": format!("{ANA}/presence"), "signs": [{ "kind": 3 }, {}] }),
        ),
        row(invalid, WATCH, json!({ "property": LISBON, "heartbeatInterval": "0.5s" })),
    ]
}

/// Every call of the table by somebody who may not make it, and by somebody who does not wait.
pub(super) fn turned_away(sound: &[Row], right_of: impl Fn(&str) -> String) -> Vec<Row> {
    let again = |row: &Row, credential, timeout, code| Row {
        call: row.call,
        request: row.request.clone(),
        credential,
        timeout,
        code,
    };
    let mut rows = Vec::new();
    for row in sound {
        let is_admin = right_of(row.call) == "admin";
        let other = if is_admin { "only-decide" } else { "only-admin" };
        rows.push(again(row, "", None, "Unauthenticated"));
        rows.push(again(row, "ended", None, "Unauthenticated"));
        rows.push(again(row, other, None, "PermissionDenied"));
        rows.push(again(row, "all", Some("1n"), "DeadlineExceeded"));
    }
    rows
}
