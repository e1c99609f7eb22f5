//! Decisions from a model that says whether personalization is worth it.

use std::sync::Arc;

use crate::decide::candidates::Live;
use crate::decide::{Scratch, Serving, decide};
use crate::domain::decision::{Proposition, Source};
use crate::domain::id::{Fingerprint, OfferIndex};
use crate::learn::channel::model::ChannelModel;
use crate::learn::impression::{Impression, Situation};
use crate::learn::ranker::{Forgetting, Ranker};
use crate::learn::snapshot::RankerSnapshot;
use crate::testkit::world;

/// A model that has seen one offer accepted, again and again, by everybody.
fn ranker(serving: &Serving, favourite: OfferIndex) -> Ranker {
    let mut ranker = Ranker::new(Forgetting::default());
    let offer = serving.catalog.offer(favourite).unwrap();
    let decided = proposition(serving, 1);
    let situation = Situation { property: Fingerprint(1), ..decided.1 };
    for _ in 0..300 {
        let impression = Impression {
            situation: &situation,
            taste: None,
            affinity_sum: 0.0,
            category: 7,
            offer: offer.key,
            vector: &serving.catalog.vectors()[favourite.at()],
            fatigue: 0.0,
        };
        ranker.update(&impression, true, 1.0);
    }
    ranker
}

fn proposition(serving: &Serving, seed: u64) -> (Proposition, Situation) {
    let (live, channels, guest) = (Live::default(), ChannelModel::default(), world::guest(seed));
    let request = world::request("p50", 1);
    let inputs = world::inputs(serving, (&live, &channels), &guest, &request, seed);
    let decision = decide(&inputs, &mut Scratch::default()).unwrap().decision;
    let situation = Situation::of(&decision.context, &decision.property);
    (decision.propositions.into_iter().next().unwrap(), situation)
}

/// Whom nobody is better served by, everybody gets; what is not the best is still tried, so that
/// the model can notice when that changes.
#[test]
fn where_personalization_is_not_worth_it_everybody_gets_the_best_for_all_and_exploration_goes_on() {
    let catalog = Arc::new(world::catalog(200));
    let serving =
        |model: RankerSnapshot| Serving::new(Arc::clone(&catalog), Arc::new(model), 0, 1_000_000);
    let new = serving(RankerSnapshot::new(&Ranker::new(Forgetting::default())));
    let favourite = proposition(&new, 1).0.candidates[20];
    let mut model = RankerSnapshot::new(&ranker(&new, favourite));
    assert!(model.personalizes);
    assert_eq!(proposition(&serving(model.clone()), 1).0.source, Source::Model);
    model.personalizes = false;
    let for_all = serving(model);
    let (mut favoured, mut explored) = (0, 0);
    for seed in 0..200 {
        let (proposition, _) = proposition(&for_all, seed);
        assert_eq!(proposition.source, Source::Baseline);
        let slot = &proposition.slots[0];
        assert!(slot.selection_probability < 1.0, "all are still tried");
        favoured += u32::from(slot.offer == favourite);
        explored += u32::from(slot.is_explored);
    }
    assert!(favoured > 150 && favoured + explored == 200, "{favoured} {explored}");
}
