//! Many guests planned at once.

use concierge::domain::id::Label;
use concierge::domain::request::DecideRequest;
use concierge::engine::{EngineOptions, VolumeConstraint};
use concierge::sys::clock::Stopwatch;

use crate::hotel::{self, Hotel};
use crate::{Outcome, guests, report, scratch};

/// Guests of the batch.
const GUESTS: u64 = 10_000;
/// Scarce offers, each under a constraint of its own.
const CONSTRAINTS: usize = 8;
/// Units of each.
const UNITS: u32 = 50;
/// Decisions made at once.
const GROUP: usize = 64;

/// Time to rate 10,000 resident guests for eight scarce offers beside all others and to make the plan
/// (`batch_plan_10k_s`), and to make and log their decisions by it (`batch_decide_10k_s`).
pub(crate) fn measure() -> Outcome {
    let folder = scratch::folder()?;
    let hotel = Hotel::create(folder.path(), EngineOptions::new(folder.path()))?;
    for number in 0..GUESTS {
        hotel.record(&guests::newcomer(number)?, None)?;
    }
    hotel.flush()?;
    let requests = (0..GUESTS).map(|number| hotel::request(&guests::guest_id(number)?));
    let requests: Vec<DecideRequest> = requests.collect::<Result<_, _>>()?;
    // What everybody is shown once tells which offers guests may have.
    let mut offers = Vec::new();
    for request in requests.iter().take(200) {
        let answer = hotel.decide(request)?;
        let slots = answer.decision.propositions.first().into_iter().flat_map(|p| &p.slots);
        for offer in slots.filter_map(|slot| answer.catalog.offer(slot.offer)) {
            if offers.len() < CONSTRAINTS && !offers.contains(&offer.id) {
                offers.push(offer.id.clone());
            }
        }
    }
    let constraint = |offer: &concierge::domain::id::OfferId| {
        let id = Label::parse("constraint", offer.as_str())?;
        Ok(VolumeConstraint { id, offers: vec![offer.clone()], max: UNITS, min: 0 })
    };
    let constraints: Result<Vec<_>, Box<dyn std::error::Error>> =
        offers.iter().map(constraint).collect();
    let watch = Stopwatch::start();
    let mut batch = hotel.engine.plan(&hotel.scope, requests, constraints?)?;
    report::value("batch_plan_10k_s", watch.seconds(), "s");
    let watch = Stopwatch::start();
    let mut decided = 0;
    loop {
        let made = hotel.engine.decide_planned(&hotel.scope, &mut batch, GROUP);
        if made.is_empty() {
            break;
        }
        decided += made.iter().filter(|(_, answer)| answer.is_ok()).count();
    }
    report::value("batch_decide_10k_s", watch.seconds(), "s");
    let given: u32 = batch.volumes().iter().map(|volume| volume.given).sum();
    report::note(&format!("batch: {decided} decided, {given} scarce units given"));
    Ok(hotel.engine.close()?)
}
