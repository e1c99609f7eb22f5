//! What changes in a world on the way: effects are drawn anew, offers go and new ones come.

use crate::sys::rng::SplitMix64;

use super::scenario::Change;
use super::view::{Offer, STAGES};
use super::world::{Appeal, World, at_properties, near, value};

impl World {
    /// Makes a change happen. Offers that go keep their numbers; those that come get new ones.
    pub fn change(&mut self, change: &Change, rng: &mut SplitMix64) {
        self.redraw(change.redraw_effects, rng);
        self.replace(change.replace_offers, rng);
    }

    fn redraw(&mut self, share: f64, rng: &mut SplitMix64) {
        for place in pick(self.on_sale.len(), share, rng) {
            let n = self.on_sale[place];
            self.appeals[n].effect = self.scenario.world.offer_sd * rng.normal();
        }
        for cell in pick(self.of_stage.len() * STAGES.len(), share, rng) {
            let (category, stage) = (cell / STAGES.len(), cell % STAGES.len());
            self.of_stage[category][stage] = self.scenario.world.stage_sd * rng.normal();
        }
    }

    fn replace(&mut self, share: f64, rng: &mut SplitMix64) {
        let knobs = self.scenario.world.clone();
        for place in pick(self.on_sale.len(), share, rng) {
            let category = self.observed.offers[self.on_sale[place]].category;
            let centre = &self.centres[category];
            let vector = near(centre, knobs.offer_weight, knobs.offer_spread, rng);
            let seen = near(&vector, 1.0, knobs.offer_noise, rng);
            let effect = knobs.offer_sd * rng.normal();
            let value = value(&self.scenario, rng);
            let at_property = at_properties(&self.scenario, rng);
            self.on_sale[place] = self.appeals.len();
            self.appeals.push(Appeal { vector, effect, at_property });
            self.observed.offers.push(Offer { category, vector: seen, value });
        }
    }
}

/// Exactly `share` of the places 0, 1, … n-1, rounded, each as likely as another, in order (Knuth,
/// "The Art of Computer Programming", volume 2, algorithm 3.4.2 S).
fn pick(n: usize, share: f64, rng: &mut SplitMix64) -> Vec<usize> {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a small count"
    )]
    let mut wanted = (share * n as f64).round() as usize;
    let mut picked = Vec::with_capacity(wanted);
    for place in 0..n {
        if rng.below(n - place) < wanted {
            picked.push(place);
            wanted -= 1;
        }
    }
    picked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::hotel::scenario::Scenario;
    use crate::sim::hotel::world::Stream;

    fn changed(name: &str) -> (World, World) {
        let scenario = Scenario::find(name).unwrap();
        let before = World::new(&scenario, 1);
        let mut after = before.clone();
        after.change(&scenario.change.unwrap(), &mut Stream::Change.of(1));
        (before, after)
    }

    #[test]
    fn a_third_of_the_offers_is_never_seen_before() {
        let (before, after) = changed("cold-start");
        let new: Vec<usize> = after.on_sale.iter().copied().filter(|n| *n >= 200).collect();
        assert_eq!(new, (200..267).collect::<Vec<_>>());
        for (place, n) in after.on_sale.iter().enumerate() {
            let offer = &after.observed.offers[*n];
            assert_eq!(offer.category, before.observed.offers[place].category);
            let is_new = before.observed.offers.iter().all(|known| known != offer);
            assert_eq!(is_new, *n >= 200, "offer {n}");
        }
        assert_eq!(after.observed.offers[..200], before.observed.offers);
        assert_eq!(after.of_stage, before.of_stage);
    }

    #[test]
    fn drift_moves_half_of_the_effects_and_nothing_that_is_seen() {
        let (before, after) = changed("drift");
        assert_eq!(after.observed, before.observed);
        let effects = before.appeals.iter().zip(&after.appeals);
        let moved = effects.filter(|(b, a)| b.effect.to_bits() != a.effect.to_bits()).count();
        let cells = before.of_stage.iter().flatten().zip(after.of_stage.iter().flatten());
        let moved_cells = cells.filter(|(b, a)| b.to_bits() != a.to_bits()).count();
        assert_eq!((moved, moved_cells), (100, 16));
    }

    #[test]
    fn a_share_is_picked_exactly_and_everywhere() {
        let mut rng = SplitMix64::new(4);
        let mut times = [0; 9];
        for _ in 0..3_000 {
            let picked = pick(9, 1.0 / 3.0, &mut rng);
            assert!(picked.len() == 3 && picked.is_sorted());
            picked.iter().for_each(|place| times[*place] += 1);
        }
        // 1,000 each, standard deviation 26.
        assert!(times.iter().all(|n| (870..1_130).contains(n)), "{times:?}");
        assert_eq!(pick(4, 1.0, &mut rng), [0, 1, 2, 3]);
        assert!(pick(4, 0.0, &mut rng).is_empty());
    }
}
