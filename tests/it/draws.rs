//! What is drawn is what is told and what is logged: some 200,000 slots drawn by the real service,
//! and every one read back.
//!
//! An answer tells only the probability of what was chosen, which says nothing by itself: whatever
//! is chosen was chosen. So each draw watches one alternative that was named before it: in turn the
//! one with the best score, and the one whose turn it is. Whether the watched one was chosen,
//! less its probability, sums to about 0: `z = Σ(1 − p) / √Σp(1 − p)` stays within ±4.
//!
//! - **slots**: the probabilities of all candidates for the first slot are made again by replay; for
//!   the next ones by the published formula over what the earlier ones left open (also by category)
//! - **channel**: the log holds the probability of every channel; silence has the rest
//! - **moment**: it is not drawn; its probability is told and logged as 1
//!
//! Guests here do not allow profiling: replay knows affinities and fatigue of chosen offers only.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use concierge::api::v1;
use concierge::domain::decision::{ChannelChoice, Decision, Proposition};
use concierge::domain::id::{BrandId, DecisionId, OfferIndex};
use concierge::domain::scope::{PropertyScope, Rights, Scope};
use concierge::engine::history::{CollectError, Collector, History, Reward};
use concierge::engine::{Catalog, Engine, EngineOptions, ReplayedCandidate};
use concierge::learn::exploration;
use concierge::sys::clock::ManualClock;
use concierge::sys::rng::Randomness;
use concierge::testkit::world;

use crate::support::{self, TestClient, TestService, event};

/// Sharpness of the policy: its `decisions_cap` of 1 keeps it from growing with what is learnt.
const GAMMA: f64 = 100.0 / 0.5;
const FLOOR: f64 = 0.01;
/// Of every so many guests one may be written to: their calls ask for a channel, too.
const CHANNEL_EVERY: usize = 4;
/// Few enough calls for each guest that no cap is near.
const CALLS_PER_GUEST: usize = 16;

/// Calls, each for two placements of three slots: 210,000 draws. Others with `CONCIERGE_DRAWS`.
fn calls() -> usize {
    std::env::var("CONCIERGE_DRAWS").map_or(35_000, |count| count.parse().unwrap())
}

fn catalog() -> String {
    let text = world::text(16)
        .replace("gamma0 = 1000.0, decisions_cap = 200000.0", "gamma0 = 100.0, decisions_cap = 1.0")
        .replace("id = \"standard\"\n", "id = \"standard\"\ncategory_cap = 1\n");
    assert!(text.contains("decisions_cap = 1.0") && text.contains("category_cap = 1\n"));
    text
}

/// What a caller was told of one decision.
struct Told {
    slots: Vec<(String, f64)>,
    channel: Option<ToldChannel>,
}

struct ToldChannel {
    chosen: i32,
    probability: f64,
    /// That of the moment, where something is sent.
    moment: Option<f64>,
    /// Every channel that was looked at.
    considered: Vec<(i32, f64)>,
}

fn told(answer: &v1::DecideOffersResponse) -> Told {
    let offers = answer.propositions.iter().flat_map(|p| &p.offers);
    let slots = offers.map(|o| (o.offer_id.clone(), o.selection_probability.unwrap()));
    let channel = answer.channel_decision.as_ref().map(|c| ToldChannel {
        chosen: c.channel,
        probability: c.channel_selection_probability.unwrap(),
        moment: c.send_time_selection_probability,
        considered: c.alternatives.iter().map(|a| (a.channel, a.selection_probability)).collect(),
    });
    Told { slots: slots.collect(), channel }
}

fn ask(call: usize) -> v1::DecideOffersRequest {
    let stages = [v1::StayStage::Prospect, v1::StayStage::PreArrival, v1::StayStage::InHouse];
    let placement = |id: &str| v1::PlacementRequest {
        placement_id: id.into(),
        offer_count: 3,
        ..Default::default()
    };
    let guest = call / CALLS_PER_GUEST;
    // The full view is only needed for the channels that were not chosen.
    let is_outbound = guest.is_multiple_of(CHANNEL_EVERY);
    let mode = v1::ChannelMode::Decide.into();
    v1::DecideOffersRequest {
        property: "brands/demo/properties/city".into(),
        placement_requests: vec![placement("p50"), placement("all")],
        context: Some(v1::DecisionContext {
            stay_stage: stages[call % stages.len()].into(),
            party: Some(v1::Party { adult_count: 1 + (call % 3) as i32, ..Default::default() }),
            ..Default::default()
        }),
        channel_request: is_outbound.then(|| v1::ChannelRequest { mode, ..Default::default() }),
        view: if is_outbound { v1::DecisionView::Full } else { v1::DecisionView::Basic }.into(),
        ..support::decide(&format!("g{guest}"), "p50")
    }
}

/// Guests who may be written to, and whose taste is nobody's business.
async fn may_be_written_to(client: &TestClient, guest: usize) {
    let name = format!("brands/demo/guests/g{guest}");
    let point = |channel: v1::Channel, address: &str| v1::ContactPoint {
        contact_point_id: address.into(),
        channel: channel.into(),
        address: address.into(),
        ..Default::default()
    };
    let contact_points = vec![
        point(v1::Channel::Email, "guest@example.org"),
        point(v1::Channel::Sms, "+351000000000"),
        point(v1::Channel::AppPush, "device"),
    ];
    let guest = v1::Guest { name: name.clone(), contact_points, ..Default::default() };
    let request =
        v1::UpdateGuestRequest { guest: Some(guest), allow_missing: true, ..Default::default() };
    client.guests().update_guest(request).await.unwrap();
    let record = v1::ConsentRecord {
        purpose: v1::Purpose::Marketing.into(),
        state: v1::ConsentState::Granted.into(),
        basis: v1::ConsentBasis::Consent.into(),
        text_version: "1".into(),
        source: "portal".into(),
        ..Default::default()
    };
    let name = format!("{name}/consent");
    let request = v1::UpdateConsentRequest { name, records: vec![record], ..Default::default() };
    client.guests().update_consent(request).await.unwrap();
}

/// Some guests accept, and what came of it is learnt: scores are not all alike.
async fn teach(service: &TestService, client: &TestClient) {
    for n in 0..60 {
        let guest = format!("pupil-{n}");
        let request = v1::DecideOffersRequest { subject: None, ..ask(n) };
        let subject = support::decide(&guest, "p50").subject;
        let decided = client.decide(v1::DecideOffersRequest { subject, ..request }).await.unwrap();
        let offers = decided.propositions.iter().flat_map(|p| &p.offers);
        let liked = offers.filter(|o| o.offer_id.ends_with(['1', '4', '7']));
        let accepts = liked.map(|offer| v1::Event {
            property: "brands/demo/properties/city".into(),
            attribution_token: decided.attribution_token.clone(),
            offer_id: offer.offer_id.clone(),
            event_time: Some(support::at(1)),
            ..event(&guest, &format!("{n}-{}", offer.offer_id), v1::EventType::Accept)
        });
        let accepts: Vec<_> = accepts.collect();
        if !accepts.is_empty() {
            client.write(accepts).await.unwrap();
        }
    }
    service.clock.advance(Duration::from_secs(2 * 3_600));
    let subject = || support::decide("pupil-0", "p50").subject;
    for _ in 0..500 {
        let decided =
            client.decide(v1::DecideOffersRequest { subject: subject(), ..ask(1) }).await.unwrap();
        if decided.model_sequence > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nothing was learnt");
}

/// Many callers at once.
async fn serve(service: &TestService, calls: usize) -> HashMap<DecisionId, Told> {
    const CALLERS: usize = 32;
    let connections: Vec<_> = (0..4).map(|_| service.client("all")).collect();
    let callers = (0..CALLERS).map(|caller| {
        let client = connections[caller % connections.len()].clone();
        tokio::spawn(async move {
            let mut answers = Vec::new();
            // A caller keeps to its own guests: their calls come one after another.
            for guest in (caller..calls / CALLS_PER_GUEST).step_by(CALLERS) {
                if guest.is_multiple_of(CHANNEL_EVERY) {
                    may_be_written_to(&client, guest).await;
                }
                for call in guest * CALLS_PER_GUEST..(guest + 1) * CALLS_PER_GUEST {
                    let answer = client.decide(ask(call)).await.unwrap();
                    let id = answer.decision.rsplit('/').next().unwrap();
                    answers.push((DecisionId::parse("id", id).unwrap(), told(&answer)));
                }
            }
            answers
        })
    });
    let mut answers = HashMap::new();
    for caller in callers.collect::<Vec<_>>() {
        answers.extend(caller.await.unwrap());
    }
    answers
}

/// The store when the service is gone.
fn open(folder: &Path, clock: &ManualClock) -> (Arc<Engine>, Scope) {
    let scope = Scope {
        brand: BrandId::parse("brand", "demo").unwrap(),
        properties: PropertyScope::All,
        rights: Rights::all(),
        credential: Arc::from("test"),
        bound: None,
    };
    let seeds = Randomness::from_seed(1).shared("decisions");
    let options = EngineOptions::new(folder);
    let engine = Engine::open(options, clock.clone().into(), seeds, |error| panic!("{error}"));
    (engine.unwrap(), scope)
}

/// The statistic of one factor.
#[derive(Debug, Default)]
struct Tally {
    draws: usize,
    excess: f64,
    variance: f64,
}

impl Tally {
    /// A draw that chose the watched alternative, or not; its probability.
    fn add(&mut self, was_chosen: bool, probability: f64) {
        self.draws += 1;
        self.excess += f64::from(u8::from(was_chosen)) - probability;
        self.variance += probability * (1.0 - probability);
    }

    fn z(&self) -> f64 {
        self.excess / self.variance.sqrt()
    }
}

/// Of so many, the one to watch at this draw: the best, or the one whose turn it is.
fn watched(turn: usize, scores: &[f64]) -> usize {
    if turn.is_multiple_of(2) {
        exploration::best(scores).unwrap()
    } else {
        turn / 2 % scores.len()
    }
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[derive(Default)]
struct Tallies {
    slots: [Tally; 3],
    channel: Tally,
    /// The control: later slots by the probabilities of the first one. They must not fit.
    unconditional: Tally,
}

impl Tallies {
    /// Goes through a placement slot by slot, with what was open before each.
    fn placement(
        &mut self,
        turn: usize,
        proposition: &Proposition,
        rescored: &[ReplayedCandidate],
        catalog: &Catalog,
    ) {
        let first: Vec<f64> = rescored.iter().map(|c| c.selection_probability).collect();
        assert!(is_near(first.iter().sum(), 1.0), "they sum to 1: {first:?}");
        assert_eq!(first.len(), proposition.candidates.len(), "every candidate is made again");
        let category = |offer: OfferIndex| &catalog.offer(offer).unwrap().category;
        let mut open: Vec<usize> = (0..first.len()).collect();
        let mut probabilities = first.clone();
        for (number, slot) in proposition.slots.iter().enumerate() {
            let scores: Vec<f64> = open.iter().map(|at| rescored[*at].score).collect();
            if number > 0 {
                probabilities = vec![0.0; open.len()];
                exploration::inverse_gap(&scores, GAMMA, FLOOR, &mut probabilities);
            }
            let chosen = open.iter().position(|at| proposition.candidates[*at] == slot.offer);
            let chosen = chosen.expect("what is chosen was open");
            let logged = slot.selection_probability;
            assert!(is_near(probabilities[chosen], logged), "{logged} {}", probabilities[chosen]);
            assert_eq!(exploration::draw(&probabilities, slot.draw), Some(chosen), "as drawn");
            let watched = watched(turn + number, &scores);
            self.slots[number].add(chosen == watched, probabilities[watched]);
            if number > 0 {
                self.unconditional.add(chosen == watched, first[open[watched]]);
            }
            open.retain(|at| category(proposition.candidates[*at]) != category(slot.offer));
        }
    }

    fn channel(&mut self, turn: usize, choice: &ChannelChoice) {
        let drawn: Vec<_> = choice.considered.iter().filter(|c| c.forbidden.is_none()).collect();
        assert_eq!(drawn.len(), 3, "three channels and silence are drawn from");
        let sum: f64 = drawn.iter().map(|c| c.selection_probability).sum();
        assert!((0.0..1.0).contains(&sum), "silence has the rest: {sum}");
        let (watched, probability) = match turn % 4 {
            3 => (None, 1.0 - sum),
            at => (Some(drawn[at].channel), drawn[at].selection_probability),
        };
        self.channel.add(choice.channel == watched, probability);
        assert_eq!(choice.time_selection_probability.to_bits(), 1.0_f64.to_bits());
    }
}

/// What was told is what is logged, to the bit.
fn compare(told: &Told, decision: &Decision, catalog: &Catalog) {
    let slots = decision.propositions.iter().flat_map(|p| &p.slots);
    let name = |offer| catalog.offer(offer).unwrap().id.to_string();
    let logged: Vec<_> = slots.map(|s| (name(s.offer), s.selection_probability)).collect();
    assert_eq!(told.slots, logged);
    assert_eq!(told.channel.is_some(), decision.channel.is_some());
    let Some(told) = &told.channel else { return };
    let choice = decision.channel.as_ref().unwrap();
    assert_eq!(told.probability.to_bits(), choice.selection_probability.to_bits());
    let at = choice.considered.iter().position(|c| Some(c.channel) == choice.channel);
    assert_eq!(told.chosen, at.map_or(0, |at| told.considered[at].0));
    assert_eq!(told.moment, at.map(|_| choice.time_selection_probability));
    let considered = told.considered.iter().map(|(_, probability)| probability.to_bits());
    assert!(considered.eq(choice.considered.iter().map(|c| c.selection_probability.to_bits())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_drawn_is_what_is_told_and_logged() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let service = TestService::empty(|config| config.store.folder.clone_from(&store));
    let client = service.client("all");
    client.publish(&catalog()).await.unwrap();
    teach(&service, &client).await;
    let told = serve(&service, calls()).await;
    let clock = service.clock.clone();
    tokio::task::block_in_place(|| drop(service));

    let (engine, scope) = open(&store, &clock);
    let (mut tallies, mut models) = (Tallies::default(), std::collections::HashSet::new());
    for (turn, (id, told)) in told.iter().enumerate() {
        let stored = engine.decision(&scope, *id).unwrap();
        let decision = &*stored.decision;
        models.insert(decision.model_sequence);
        assert!(decision.taste.is_none(), "nobody has allowed profiling");
        compare(told, decision, &stored.catalog);
        let again = engine.replay(&scope, *id).unwrap();
        assert!(again.channel_matches, "the channel is drawn again");
        let rescored = again.placements;
        for (at, (proposition, (_, rescored))) in
            decision.propositions.iter().zip(&rescored).enumerate()
        {
            assert_eq!(proposition.slots.len(), 3);
            tallies.placement(turn + at, proposition, rescored, &stored.catalog);
        }
        if let Some(choice) = &decision.channel {
            tallies.channel(turn, choice);
        }
    }
    engine.close().unwrap();
    let mut collector = Collector::new(&[], Reward::Accepts);
    let history = History::open(&store).unwrap();
    history.visit::<CollectError>(&scope.brand, |past| collector.take(past)).unwrap();
    let seen = collector.seen;
    assert!(seen.decisions as usize >= calls() && seen.replayed == seen.decisions, "{seen:?}");
    assert_eq!(models.len(), 1, "one model decided: {models:?}");
    let Tallies { slots, channel, unconditional } = tallies;
    let drawn: usize = slots.iter().map(|tally| tally.draws).sum();
    assert!(drawn + 6 * 3 * CALLS_PER_GUEST >= 6 * calls(), "{drawn} slots were drawn");
    for tally in slots.iter().chain([&channel]) {
        assert!(tally.variance > 300.0, "there is something to draw: {tally:?}");
        assert!(tally.z().abs() < 4.0, "z = {}: {tally:?}", tally.z());
    }
    assert!(unconditional.z().abs() > 4.0, "the check can fail: {unconditional:?}");
    println!("{slots:?} {channel:?} {unconditional:?}");
}
