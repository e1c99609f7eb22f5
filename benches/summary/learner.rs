//! The learner in its full form: labels learnt, and decisions from what was learnt.

use std::sync::Arc;

use concierge::decide::Serving;
use concierge::domain::belief::tag_hash;
use concierge::domain::channel::Channel;
use concierge::domain::decision::{Party, TasteSnapshot};
use concierge::domain::id::Fingerprint;
use concierge::domain::stay::StayStage;
use concierge::domain::time::{DayType, Daypart, TimeContext};
use concierge::learn::impression::{Impression, Situation};
use concierge::learn::ranker::{Forgetting, Ranker};
use concierge::learn::snapshot::RankerSnapshot;
use concierge::sys::clock::Stopwatch;
use concierge::sys::rng::SplitMix64;
use concierge::testkit::world;

use crate::{Outcome, decide_core, report};

/// Labels learnt before and while it is measured.
const LABELS: u32 = 20_000;

/// Mean time of a label, forgetting included, once 2,000 offers in 8 categories at 3 properties have
/// been learnt from; and of a snapshot. Then decisions as `core` measures them, from that model:
/// every score with its full variance.
pub(crate) fn measure() -> Outcome {
    let catalog = Arc::new(world::catalog(2_000));
    let mut ranker = Ranker::new(Forgetting::default());
    let mut rng = SplitMix64::new(1);
    learn(&mut ranker, &catalog, &mut rng);
    let watch = Stopwatch::start();
    learn(&mut ranker, &catalog, &mut rng);
    let update = watch.elapsed().as_secs_f64() * 1e6 / f64::from(LABELS);
    report::value("learner_update_us", update, "us");
    let watch = Stopwatch::start();
    let model = Arc::new(RankerSnapshot::new(&ranker));
    report::value("learner_snapshot_ms", watch.elapsed().as_secs_f64() * 1e3, "ms");
    let serving = Serving::new(catalog, model, 0, 10_000);
    for eligible in decide_core::ELIGIBLE {
        let times = decide_core::times(&serving, eligible, None)?;
        let name = format!("learner_decide_{eligible}_us");
        report::quantiles(&name, &times, &[("p50", 0.5), ("p99", 0.99)], ("us", 1e3));
    }
    Ok(())
}

fn learn(ranker: &mut Ranker, catalog: &concierge::catalog::Catalog, rng: &mut SplitMix64) {
    let offers = catalog.offers();
    let guests: Vec<TasteSnapshot> = (0..100)
        .map(|seed| world::guest(seed).taste)
        .map(|taste| TasteSnapshot { mean: taste.mean, variance: taste.variance })
        .collect();
    for _ in 0..LABELS {
        let situation = Situation {
            stage: StayStage::ALL[rng.below(StayStage::ALL.len())],
            time: TimeContext {
                day_type: DayType::ALL[rng.below(3)],
                daypart: Daypart::ALL[rng.below(4)],
            },
            party: Party::Couple,
            channel: Channel::Web,
            property: Fingerprint(rng.below(3) as u64),
        };
        let at = rng.below(offers.len());
        let impression = Impression {
            situation: &situation,
            taste: Some(&guests[rng.below(guests.len())]),
            affinity_sum: 0.2,
            category: tag_hash(offers[at].category.as_str()),
            offer: offers[at].key,
            vector: &catalog.vectors()[at],
            fatigue: 0.0,
        };
        ranker.update(&impression, rng.chance(0.1), 1.0);
    }
}
