//! The calls of the API: for each its right, its limits and its budget of time, in one table made
//! from the descriptors.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::domain::scope::Right;

use super::descriptors::DESCRIPTORS;

/// Longest request where its call says nothing else, in bytes.
const REQUEST_BYTES_MAX: usize = 256 << 10;
/// Longest request that carries a catalog or a model: the document, and what goes with it.
const CATALOG_BYTES_MAX: usize = (16 << 20) + (64 << 10);
/// Longest request that names many guests.
const BATCH_BYTES_MAX: usize = 4 << 20;
/// Most elements in a list of a request: room for every list the API takes, but for one.
const LIST_MAX: u32 = 2_048;
/// Most guests of a batch, and some.
const BATCH_LIST_MAX: u32 = 10_240;

/// A call of the API.
#[derive(Debug)]
pub(crate) struct Rpc {
    /// Its place in the table.
    pub(crate) number: usize,
    /// Service and call, as metrics and logs name it: `DecisionService/DecideOffers`.
    pub(crate) name: String,
    /// The right it needs.
    pub(crate) right: Right,
    /// Longest message it takes, in bytes.
    pub(crate) bytes_max: usize,
    /// Most elements in a list of a message.
    pub(crate) list_max: u32,
    /// May a guest token make it?
    pub(crate) guest_token_allowed: bool,
    /// Its request, for the scan of the wire.
    pub(crate) input: usize,
    /// Its answer, for what a guest token sees of it.
    pub(crate) output: usize,
    /// Has it the shorter budget of a decision?
    pub(crate) is_decision: bool,
    /// Has it the longer budget of a report, which reads the whole log?
    pub(crate) is_report: bool,
}

/// All calls, by path.
pub(crate) struct Rpcs {
    by_path: HashMap<String, usize>,
    all: Vec<Rpc>,
}

/// The calls of this API.
pub(crate) static RPCS: LazyLock<Rpcs> = LazyLock::new(Rpcs::read);

impl Rpcs {
    fn read() -> Self {
        let methods = DESCRIPTORS.methods.iter();
        // A call without a right is not served at all.
        let served = methods.filter_map(|method| Some((method, method.right?)));
        let rpc = |(number, (method, right)): (usize, (&super::descriptors::Method, Right))| Rpc {
            number,
            name: format!("{}/{}", method.service, method.name),
            right,
            bytes_max: match method.name.as_str() {
                "PublishCatalog" | "ValidateCatalog" | "ShadowModel" => CATALOG_BYTES_MAX,
                "BatchDecideOffers" => BATCH_BYTES_MAX,
                _ => REQUEST_BYTES_MAX,
            },
            list_max: match method.name.as_str() {
                "BatchDecideOffers" => BATCH_LIST_MAX,
                _ => LIST_MAX,
            },
            guest_token_allowed: method.guest_token_allowed,
            input: method.input,
            output: method.output,
            is_decision: matches!(
                method.name.as_str(),
                "DecideOffers"
                    | "DecideChannel"
                    | "QuoteOffer"
                    | "HoldPrice"
                    | "ComposeBundle"
                    | "ActivateDecision"
                    | "Rank"
            ),
            is_report: method.service == "InsightService" || method.name.starts_with("Learn"),
        };
        let all: Vec<Rpc> = served.enumerate().map(rpc).collect();
        let paths = DESCRIPTORS
            .methods
            .iter()
            .filter(|method| method.right.is_some())
            .map(|method| method.path.clone());
        Self { by_path: paths.zip(0..).collect(), all }
    }

    /// The call of a path.
    pub(crate) fn find(&'static self, path: &str) -> Option<&'static Rpc> {
        self.by_path.get(path).and_then(|at| self.all.get(*at))
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.all.len()
    }
}

/// Longest message that the call of a path takes, in bytes; the usual one where there is no such
/// call.
pub fn request_bytes_max(path: &str) -> usize {
    RPCS.find(path).map_or(REQUEST_BYTES_MAX, |rpc| rpc.bytes_max)
}

/// Longest message that any call of a service takes: tonic knows one limit for each service.
pub(crate) fn bytes_max_of(service: &str) -> usize {
    let of_service = RPCS.all.iter().filter(|rpc| rpc.name.split('/').next() == Some(service));
    of_service.map(|rpc| rpc.bytes_max).max().unwrap_or(REQUEST_BYTES_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who may make which call, written out: a new call must be added here, and to the thoughts of
    /// whoever adds it.
    const EXPECTED: &[(&str, Right)] = &[
        ("DecisionService/DecideOffers", Right::Decide),
        ("DecisionService/DecideChannel", Right::Decide),
        ("DecisionService/BatchDecideOffers", Right::Decide),
        ("DecisionService/ListArrivals", Right::GuestsRead),
        ("DecisionService/QuoteOffer", Right::Decide),
        ("DecisionService/HoldPrice", Right::Decide),
        ("DecisionService/ComposeBundle", Right::Decide),
        ("DecisionService/DecideGesture", Right::Decide),
        ("DecisionService/ActivateDecision", Right::Decide),
        ("DecisionService/GetDecision", Right::DecisionsRead),
        ("DecisionService/ExplainDecision", Right::DecisionsRead),
        ("DecisionService/WatchNextBestOffer", Right::Decide),
        ("EventService/WriteEvents", Right::EventsWrite),
        ("EventService/StreamEvents", Right::EventsWrite),
        ("DeliveryService/ReadOutbox", Right::Deliver),
        ("DeliveryService/StreamOutbox", Right::Deliver),
        ("DeliveryService/AcknowledgeMessages", Right::Deliver),
        ("DeliveryService/GetOutboxStatus", Right::Deliver),
        ("GuestService/GetGuest", Right::GuestsRead),
        ("GuestService/UpdateGuest", Right::GuestsWrite),
        ("GuestService/GetConsent", Right::GuestsRead),
        ("GuestService/UpdateConsent", Right::GuestsWrite),
        ("GuestService/GetPresence", Right::GuestsRead),
        ("GuestService/UpdatePresence", Right::EventsWrite),
        ("GuestService/GetPreferenceProfile", Right::GuestsRead),
        ("GuestService/UpdatePreferenceProfile", Right::GuestsWrite),
        ("GuestService/ListGuestTimeline", Right::GuestsRead),
        ("GuestService/NextSurveyQuestion", Right::Decide),
        ("GuestService/MergeGuests", Right::GuestsWrite),
        ("GuestService/UnmergeGuest", Right::GuestsWrite),
        ("CatalogService/GetCatalog", Right::CatalogRead),
        ("CatalogService/ValidateCatalog", Right::CatalogRead),
        ("CatalogService/PublishCatalog", Right::CatalogWrite),
        ("CatalogService/RollBackCatalog", Right::CatalogWrite),
        ("CatalogService/ListCatalogVersions", Right::CatalogRead),
        ("CatalogService/StopOffer", Right::CatalogWrite),
        ("CatalogService/GetOffer", Right::CatalogRead),
        ("CatalogService/ListOffers", Right::CatalogRead),
        ("CatalogService/SetInventory", Right::CatalogWrite),
        ("CatalogService/SetRates", Right::CatalogWrite),
        ("CatalogService/ListRates", Right::CatalogWrite),
        ("CatalogService/LearnPrices", Right::CatalogWrite),
        ("CatalogService/LearnSegmentTastes", Right::CatalogWrite),
        ("CatalogService/ListBudgets", Right::CatalogRead),
        ("ModelService/ShadowModel", Right::CatalogWrite),
        ("ModelService/PublishModel", Right::CatalogWrite),
        ("ModelService/RollBackModel", Right::CatalogWrite),
        ("ModelService/GetModels", Right::CatalogRead),
        ("RankService/Rank", Right::Decide),
        ("RankService/RewardRank", Right::EventsWrite),
        ("RankService/ActivateRank", Right::Decide),
        ("RoutingService/UpdateStaffMember", Right::StaffWrite),
        ("RoutingService/DeleteStaffMember", Right::StaffWrite),
        ("RoutingService/ListStaffMembers", Right::Route),
        ("RoutingService/RouteInteraction", Right::Route),
        ("RoutingService/ReassignInteraction", Right::Route),
        ("RoutingService/CloseInteraction", Right::Route),
        ("RoutingService/ListInteractions", Right::Route),
        ("InsightService/GetBusinessReport", Right::InsightsRead),
        ("InsightService/AuditFairness", Right::InsightsRead),
        ("InsightService/GetGuestValue", Right::InsightsRead),
        ("InsightService/FitGuestModels", Right::Admin),
        ("InsightService/FindLookalikes", Right::InsightsRead),
        ("InsightService/ListSegments", Right::InsightsRead),
        ("AdminService/GetServerStatus", Right::Admin),
        ("AdminService/CreateModelCheckpoint", Right::Admin),
        ("AdminService/SetLearningMode", Right::Admin),
        ("AdminService/MintGuestToken", Right::TokensMint),
    ];

    #[test]
    fn every_call_has_its_right() {
        let mut known: Vec<(&str, Right)> =
            RPCS.all.iter().map(|rpc| (rpc.name.as_str(), rpc.right)).collect();
        let mut expected = EXPECTED.to_vec();
        known.sort_by_key(|(name, _)| *name);
        expected.sort_by_key(|(name, _)| *name);
        assert_eq!(known, expected);
        assert_eq!(RPCS.count(), expected.len());
    }

    /// What a guest's browser may call, written out: everything else is closed to it.
    #[test]
    fn a_guest_token_makes_these_calls_and_no_other() {
        let mut allowed: Vec<&str> = RPCS
            .all
            .iter()
            .filter(|rpc| rpc.guest_token_allowed)
            .map(|r| r.name.as_str())
            .collect();
        allowed.sort_unstable();
        let expected = [
            "DecisionService/ActivateDecision",
            "DecisionService/DecideOffers",
            "EventService/WriteEvents",
            "GuestService/GetConsent",
            "GuestService/GetPreferenceProfile",
            "GuestService/NextSurveyQuestion",
            "GuestService/UpdateConsent",
            "GuestService/UpdatePreferenceProfile",
        ];
        assert_eq!(allowed, expected);
    }

    #[test]
    fn calls_are_found_by_their_path_only() {
        let decide = RPCS.find("/concierge.v1.DecisionService/DecideOffers").unwrap();
        assert!(decide.is_decision && decide.bytes_max == REQUEST_BYTES_MAX);
        assert!(RPCS.find("/concierge.v1.DecisionService/decideoffers").is_none());
        assert!(RPCS.find("/grpc.health.v1.Health/Check").is_none());
        assert_eq!(bytes_max_of("CatalogService"), CATALOG_BYTES_MAX);
        assert_eq!(bytes_max_of("GuestService"), REQUEST_BYTES_MAX);
    }
}
