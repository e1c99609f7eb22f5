//! The fast scoring against the learner's own arithmetic, over random catalogs, guests and
//! situations.

use crate::domain::belief::{DIM, Vector};
use crate::domain::channel::Channel;
use crate::domain::decision::{Party, TasteSnapshot};
use crate::domain::id::{Fingerprint, OfferIndex, OfferKey};
use crate::domain::stay::StayStage;
use crate::domain::time::{DayType, Daypart, TimeContext};
use crate::learn::impression::{Impression, Situation};
use crate::learn::laplace::expected_sigmoid;
use crate::learn::ranker::{Forgetting, Ranker};
use crate::learn::scoring::{Candidates, Prepared};
use crate::learn::snapshot::RankerSnapshot;
use crate::learn::vectors::offer_vector;
use crate::sys::rng::SplitMix64;

/// A catalog of 300 offers, the last third of which nobody has seen.
struct World {
    rng: SplitMix64,
    rows: Vec<Vector>,
    ranker: Ranker,
}

const OFFERS: u16 = 300;

fn key(offer: usize) -> OfferKey {
    OfferKey(offer as u64 * 7 + 1)
}

fn category(offer: usize) -> u32 {
    u32::try_from(offer * 12 / usize::from(OFFERS)).unwrap()
}

fn index_of(key: OfferKey) -> Option<OfferIndex> {
    u16::try_from((key.0 - 1) / 7).ok().map(OfferIndex)
}

impl World {
    fn new() -> Self {
        let name = |offer: u16| format!("{}", offer % 17);
        let rows = (0..OFFERS).map(|o| {
            offer_vector(&name(o / 25), [name(o).as_str()], [("n", name(o * 3).as_str())])
        });
        Self {
            rng: SplitMix64::new(4),
            rows: rows.collect(),
            ranker: Ranker::new(Forgetting::default()),
        }
    }

    fn situation(&mut self) -> Situation {
        Situation {
            stage: StayStage::ALL[self.rng.below(9)],
            time: TimeContext {
                day_type: DayType::ALL[self.rng.below(3)],
                daypart: Daypart::ALL[self.rng.below(4)],
            },
            party: [Party::Solo, Party::Couple, Party::Family, Party::Group][self.rng.below(4)],
            channel: Channel::ALL[self.rng.below(12)],
            property: Fingerprint(self.rng.below(3) as u64),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "test data")]
    fn number(&mut self, scale: f64) -> f32 {
        (self.rng.unit() * scale) as f32
    }

    fn taste(&mut self) -> TasteSnapshot {
        TasteSnapshot {
            mean: std::array::from_fn(|_| self.number(3.0) - 1.5),
            variance: std::array::from_fn(|_| self.number(0.5)),
        }
    }

    fn learn(&mut self, rounds: u32) {
        for _ in 0..rounds {
            let (situation, taste, offer) =
                (self.situation(), self.taste(), self.rng.below(usize::from(OFFERS) * 2 / 3));
            let impression = Impression {
                situation: &situation,
                taste: self.rng.chance(0.8).then_some(&taste),
                affinity_sum: self.number(1.0),
                category: category(offer),
                offer: key(offer),
                vector: &self.rows[offer].clone(),
                fatigue: self.number(1.0),
            };
            let label = self.rng.chance(0.1);
            self.ranker.update(&impression, label, 1.0);
        }
    }
}

/// Holds the scores of one decision against the ranker's own, and the parts against their sum.
fn check(world: &mut World, with_taste: bool) {
    let (situation, taste) = (world.situation(), world.taste());
    let taste = with_taste.then_some(&taste);
    let snapshot = RankerSnapshot::new(&world.ranker);
    let effects = snapshot.align_offers((0..world.rows.len()).map(|o| (key(o), category(o))));
    let locals = snapshot.align_locals(situation.property, index_of);
    let picks: Vec<OfferIndex> =
        (0..OFFERS).filter(|_| world.rng.chance(0.4)).map(OfferIndex).collect();
    let affinities: Vec<f32> = picks.iter().map(|_| world.number(2.0)).collect();
    let fatigue: Vec<f32> = picks.iter().map(|_| world.number(2.0)).collect();
    let candidates = Candidates {
        rows: &world.rows,
        effects: &effects,
        picks: &picks,
        affinities: &affinities,
        fatigue: &fatigue,
    };
    let mut out = Vec::new();
    Prepared::new(&snapshot, &locals, &situation, taste).score(&candidates, &mut out);
    assert_eq!(out.len(), picks.len());
    for (at, scored) in out.iter().enumerate() {
        let offer = picks[at].at();
        let wanted = world.ranker.score(&Impression {
            situation: &situation,
            taste,
            affinity_sum: affinities[at],
            category: category(offer),
            offer: key(offer),
            vector: &world.rows[offer],
            fatigue: fatigue[at],
        });
        let near = |got: f32, wanted: f64| (f64::from(got) - wanted).abs() <= 1e-4;
        assert!(
            near(scored.log_odds, wanted.mean) && near(scored.variance, wanted.variance),
            "{scored:?} {wanted:?}"
        );
        assert!(near(scored.propensity, expected_sigmoid(wanted.mean, wanted.variance)));
        let parts = [
            scored.base,
            scored.taste,
            scored.affinity,
            scored.situation,
            scored.popularity,
            scored.fatigue,
        ];
        assert!(near(scored.log_odds, parts.map(f64::from).iter().sum()), "I15");
        assert!(with_taste || scored.taste.to_bits() == 0, "I13");
    }
}

#[test]
fn scores_are_those_of_the_learner() {
    let mut world = World::new();
    for _ in 0..40 {
        check(&mut world, true);
        check(&mut world, false);
        world.learn(100);
    }
}

#[test]
fn a_second_decision_allocates_nothing() {
    let mut world = World::new();
    world.learn(100);
    let (situation, taste) = (world.situation(), world.taste());
    let snapshot = RankerSnapshot::new(&world.ranker);
    let effects = snapshot.align_offers((0..world.rows.len()).map(|o| (key(o), category(o))));
    let picks: Vec<OfferIndex> = (0..200).map(OfferIndex).collect();
    let zeros = [0.0; 200];
    let candidates = Candidates {
        rows: &world.rows,
        effects: &effects,
        picks: &picks,
        affinities: &zeros,
        fatigue: &zeros,
    };
    let locals = snapshot.align_locals(situation.property, index_of);
    let prepared = Prepared::new(&snapshot, &locals, &situation, Some(&taste));
    let mut out = Vec::new();
    prepared.score(&candidates, &mut out);
    let (place, first) = (out.as_ptr(), out.clone());
    prepared.score(&candidates, &mut out);
    assert_eq!((out.as_ptr(), &out), (place, &first));
}

#[test]
fn taste_keeps_a_weight_the_guest_can_be_learnt_with() {
    let mut ranker = Ranker::new(Forgetting::default());
    let weight = |ranker: &Ranker| {
        let (snapshot, situation) = (RankerSnapshot::new(ranker), World::new().situation());
        let locals = snapshot.align_locals(situation.property, index_of);
        Prepared::new(&snapshot, &locals, &situation, None).taste_weight()
    };
    assert!((weight(&ranker) - 1.0).abs() < 1e-6);
    let (situation, taste) =
        (World::new().situation(), TasteSnapshot { mean: [0.2; DIM], variance: [0.1; DIM] });
    for _ in 0..2_000 {
        let impression = Impression {
            situation: &situation,
            taste: Some(&taste),
            affinity_sum: 0.0,
            category: 1,
            offer: OfferKey(1),
            vector: &[0.2; DIM],
            fatigue: 0.0,
        };
        ranker.update(&impression, false, 1.0);
    }
    assert!(weight(&ranker) >= 0.25);
}
