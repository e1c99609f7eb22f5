//! What guests spend, where the truth is known.

use super::state::SpendState;
use super::{FACTOR_MAX, Forgetting, Prediction, Spend, Spent, expected_value, factor};
use crate::domain::id::OfferKey;
use crate::learn::fold::SlotRef;
use crate::sys::rng::SplitMix64;

const KEEPS: Forgetting = Forgetting { offer: 1.0, category: 1.0, brand: 1.0 };
/// Categories of the world, and offers of each.
const SIZE: (u32, u32) = (8, 25);
/// Standard deviation of the logarithm of one guest's spend.
const NOISE: f64 = 0.6;

/// Mean factors by category and offer: each level spreads around the one above.
struct World {
    factors: Vec<(u32, OfferKey, f64)>,
}

impl World {
    fn new(rng: &mut SplitMix64) -> Self {
        let mut factors = Vec::new();
        for category in 0..SIZE.0 {
            let of_category = 1.3 * libm::exp(0.3 * rng.normal());
            for offer in 0..SIZE.1 {
                let own = of_category * libm::exp(0.3 * rng.normal());
                factors.push((category, OfferKey(u64::from(category * SIZE.1 + offer)), own));
            }
        }
        Self { factors }
    }

    /// A guest accepts one of the offers, favourites more often, and spends around its factor.
    fn spent(&self, rng: &mut SplitMix64) -> Spent {
        let (one, other) = (rng.below(self.factors.len()), rng.below(self.factors.len()));
        let (category, offer, factor) = self.factors[one.min(other)];
        let noise = libm::exp(NOISE * rng.normal() - NOISE * NOISE / 2.0);
        Spent { offer, category, factor: factor * noise }
    }

    /// Root mean square of the relative error of predicted means.
    fn error(&self, predict: impl Fn(OfferKey, u32) -> f64) -> f64 {
        let squares =
            self.factors.iter().map(|(c, o, factor)| (predict(*o, *c) / factor - 1.0).powi(2));
        (squares.sum::<f64>() / f64::from(SIZE.0 * SIZE.1)).sqrt()
    }
}

fn spent(offer: u64, category: u32, factor: f64) -> Spent {
    Spent { offer: OfferKey(offer), category, factor }
}

fn learnt(labels: &[Spent]) -> Spend {
    let mut spend = Spend::new(KEEPS);
    labels.iter().for_each(|label| spend.learn(label));
    spend
}

#[test]
fn before_any_evidence_every_factor_is_one() {
    let spend = Spend::new(Forgetting::default());
    let Prediction { mean, mean_variance, variance } = spend.predict(OfferKey(1), 2);
    assert!((mean - 1.0).abs() < 1e-15 && mean_variance > 0.2 && variance > 0.5);
    let value = expected_value(0.08, 30.0, &spend.predict(OfferKey(1), 2), 0.4);
    assert!((value - 0.96).abs() < 1e-12, "as by list price: {value}");
}

/// Two labels by hand: κ = 5.5 labels for an offer, 1 well known member for what is above.
#[test]
fn two_labels_move_each_level_by_its_credibility() {
    let spend = learnt(&[spent(1, 7, 3.0), spent(1, 7, 2.0)]);
    let z = 2.0 / 7.5;
    let of_category = z / (z + 1.0);
    let of_brand = of_category / (of_category + 1.0);
    let brand = of_brand * 2.5 + (1.0 - of_brand);
    let category = of_category * 2.5 + (1.0 - of_category) * brand;
    let offer = z * 2.5 + (1.0 - z) * category;
    for (key, hash, expected) in [(1, 7, offer), (2, 7, category), (3, 8, brand)] {
        let mean = spend.predict(OfferKey(key), hash).mean;
        assert!((mean - expected).abs() < 1e-12, "{mean} for {expected}");
    }
    assert!(offer > category && category > brand && brand > 1.0);
}

/// Claim: with many labels each offer's own factor is found, and what one guest's spend varies by.
#[test]
fn factors_and_their_spread_are_recovered() {
    let mut rng = SplitMix64::new(1);
    let world = World::new(&mut rng);
    let mut spend = Spend::new(KEEPS);
    (0..200_000).for_each(|_| spend.learn(&world.spent(&mut rng)));
    let error = world.error(|offer, category| spend.predict(offer, category).mean);
    assert!(error < 0.04, "{error}");
    let (category, offer, _) = world.factors[0];
    let Prediction { mean, variance, .. } = spend.predict(offer, category);
    let (spread, truth) = (variance / (mean * mean), libm::exp(NOISE * NOISE) - 1.0);
    assert!((spread / truth - 1.0).abs() < 0.05, "{spread} for {truth}");
}

/// Claim: with few labels, being drawn toward category and brand beats each offer's own mean and
/// the brand's mean alike.
#[test]
fn shrinkage_beats_pooling_and_no_pooling() {
    let (mut ours, mut own, mut pooled) = (0.0, 0.0, 0.0);
    for seed in 0..20 {
        let mut rng = SplitMix64::new(seed);
        let world = World::new(&mut rng);
        let mut spend = Spend::new(KEEPS);
        let (mut sums, mut all) = (vec![(0.0, 0.0); world.factors.len()], (0.0, 0.0));
        for _ in 0..1_000 {
            let label = world.spent(&mut rng);
            spend.learn(&label);
            let at = usize::try_from(label.offer.0).unwrap();
            sums[at] = (sums[at].0 + 1.0, sums[at].1 + label.factor);
            all = (all.0 + 1.0, all.1 + label.factor);
        }
        ours += world.error(|offer, category| spend.predict(offer, category).mean) / 20.0;
        own += world.error(|offer, _| {
            let (n, sum) = sums[usize::try_from(offer.0).unwrap()];
            if n > 0.0 { sum / n } else { 1.0 }
        }) / 20.0;
        pooled += world.error(|_, _| all.1 / all.0) / 20.0;
    }
    eprintln!("relative error: hierarchy {ours:.4}, own mean {own:.4}, one mean {pooled:.4}");
    assert!(ours < 0.8 * own && ours < 0.8 * pooled, "{ours} {own} {pooled}");
}

/// Claim: the mean lies within 1.96 of its own standard deviations of the truth about as often as
/// it says.
#[test]
fn how_unsure_it_is_is_how_wrong_it_is() {
    let (mut within, mut count) = (0.0, 0.0);
    for seed in 0..40 {
        let mut rng = SplitMix64::new(seed + 100);
        let world = World::new(&mut rng);
        let mut spend = Spend::new(KEEPS);
        (0..1_000).for_each(|_| spend.learn(&world.spent(&mut rng)));
        for (category, offer, truth) in &world.factors {
            let Prediction { mean, mean_variance, .. } = spend.predict(*offer, *category);
            let is_within = (mean - truth).abs() <= 1.96 * mean_variance.sqrt();
            within += f64::from(u8::from(is_within));
            count += 1.0;
        }
    }
    let covered: f64 = within / count;
    eprintln!("covered {covered:.4}");
    assert!((0.90..=0.99).contains(&covered), "{covered}");
}

/// Claim: after a change of price an offer is found again, and who forgets nothing is slower.
#[test]
fn what_changed_is_found_again() {
    let after = |forgetting: Forgetting| {
        let mut spend = Spend::new(forgetting);
        (0..2_000).for_each(|_| spend.learn(&spent(1, 1, 1.0)));
        (0..600).for_each(|_| spend.learn(&spent(1, 1, 2.0)));
        spend.predict(OfferKey(1), 1).mean
    };
    let (forgets, keeps) = (after(Forgetting::default()), after(KEEPS));
    assert!(forgets > 1.6 && keeps < 1.3, "{forgets} {keeps}");
}

/// Claim: an offer that is no longer sold fades out of its category; while nothing fades, sums are
/// those of their members.
#[test]
fn what_is_no_longer_sold_speaks_ever_less_for_its_category() {
    let forgetting = Forgetting { category: 0.99, ..Forgetting::default() };
    let mut spend = Spend::new(forgetting);
    (0..200).for_each(|_| spend.learn(&spent(1, 1, 3.0)));
    (0..50).for_each(|_| spend.learn(&spent(2, 1, 1.0)));
    let early = spend.predict(OfferKey(9), 1).mean;
    (0..500).for_each(|_| spend.learn(&spent(2, 1, 1.0)));
    let late = spend.predict(OfferKey(9), 1).mean;
    assert!(early > 1.4 && (1.0..1.1).contains(&late), "{early} {late}");
}

#[test]
fn an_offer_that_changes_its_category_is_a_new_offer() {
    let mut spend = learnt(&vec![spent(1, 1, 4.0); 50]);
    assert!(spend.predict(OfferKey(2), 1).mean > 1.5);
    spend.learn(&spent(1, 2, 1.0));
    let left = spend.state().categories[0].1;
    assert!(left[0].abs() < 1e-12 && left[1].abs() < 1e-12, "nothing of it is left: {left:?}");
    let anew = learnt(&[spent(1, 2, 1.0)]).predict(OfferKey(1), 2).mean;
    let mean = spend.predict(OfferKey(1), 2).mean;
    assert!((mean - anew).abs() < 1e-12, "as if it were new: {mean} for {anew}");
}

#[test]
fn a_cancelled_spend_leaves_no_trace_before_it_is_final_and_stays_afterwards() {
    let [early, late] = [SlotRef::new(1, 0, 0), SlotRef::new(2, 0, 0)];
    let mut spend = Spend::new(KEEPS);
    let untouched = spend.clone();
    assert!(spend.hear(early, spent(1, 1, 5.0)));
    assert!(spend.hear(early, spent(1, 1, 3.0)), "the later statement counts");
    assert_eq!(spend.predict(OfferKey(1), 1), untouched.predict(OfferKey(1), 1), "not final yet");
    assert!(spend.cancel(early) && !spend.cancel(early));
    assert_eq!(spend, untouched, "no trace");

    spend.hear(early, spent(1, 1, 3.0));
    spend.hear(late, spent(1, 1, 9.0));
    spend.mature(1);
    assert_eq!(spend.waiting(), 1, "the later decision waits on");
    let expected = learnt(&[spent(1, 1, 3.0)]).predict(OfferKey(1), 1);
    assert_eq!(spend.predict(OfferKey(1), 1), expected);
    assert!(!spend.cancel(early) && !spend.hear(early, spent(1, 1, 0.0)), "too late");
    spend.mature(1);
    assert_eq!(spend.predict(OfferKey(1), 1), expected, "learnt once");
}

#[test]
fn what_is_no_factor_is_left_out_and_an_outlier_is_cut() {
    let mut spend = learnt(&[spent(1, 1, 1.5)]);
    let before = spend.clone();
    for broken in [f64::NAN, f64::INFINITY, -0.1] {
        spend.learn(&spent(1, 1, broken));
    }
    assert_eq!(spend, before);
    spend.learn(&spent(1, 1, 1e9));
    let cut = learnt(&[spent(1, 1, 1.5), spent(1, 1, FACTOR_MAX)]);
    assert_eq!(spend, cut);
    assert_eq!((factor(0, 100), factor(150, 100)), (Some(0.0), Some(1.5)));
    assert_eq!((factor(-1, 100), factor(5, 0)), (None, None));
}

#[test]
fn a_restored_model_goes_on_to_the_same_bits() {
    let mut rng = SplitMix64::new(3);
    let world = World::new(&mut rng);
    let mut spend = Spend::new(Forgetting::default());
    (0..500).for_each(|_| spend.learn(&world.spent(&mut rng)));
    spend.hear(SlotRef::new(7, 0, 1), world.spent(&mut rng));
    let mut restored = Spend::restore(&spend.state()).unwrap();
    assert_eq!(restored, spend);
    for _ in 0..500 {
        let label = world.spent(&mut rng);
        spend.learn(&label);
        restored.learn(&label);
    }
    assert_eq!(restored.state(), spend.state());
    type Break = fn(&mut SpendState);
    let broken: [(Break, &str); 5] = [
        (|s| s.forgetting[0] = 0.0, "forgetting"),
        (|s| s.dispersion[1] = f64::NAN, "dispersion"),
        (|s| s.brand[0] = -1.0, "group"),
        (|s| s.offers[0].2[0] = f64::INFINITY, "offer"),
        (|s| s.offers[0].1 = 999, "category"),
    ];
    for (break_it, part) in broken {
        let mut state = spend.state();
        break_it(&mut state);
        let refused = Spend::restore(&state).unwrap_err().to_string();
        assert!(refused.starts_with(&format!("the spend model has no valid {part}")), "{refused}");
    }
}
