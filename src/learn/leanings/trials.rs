//! Leanings whose truth is known.

use super::*;
use crate::sys::rng::SplitMix64;

const TAGS: usize = 12;
const OFFERS: usize = 40;
const SEGMENTS: usize = 4;

struct World {
    offers: Vec<Vec<usize>>,
    truth: Vec<Vec<f64>>,
    /// What the ranker did not know.
    missed: Vec<f64>,
}

impl World {
    fn new(rng: &mut SplitMix64, spread: f64) -> Self {
        let tags = |rng: &mut SplitMix64| {
            let mut tags: Vec<usize> = (0..3).map(|_| rng.below(TAGS)).collect();
            tags.sort_unstable();
            tags.dedup();
            tags
        };
        let offers = (0..OFFERS).map(|_| tags(rng)).collect();
        let row = |rng: &mut SplitMix64| (0..TAGS).map(|_| spread * rng.normal()).collect();
        let truth = (0..SEGMENTS).map(|_| row(rng)).collect();
        let missed = (0..OFFERS).map(|_| 0.7 * rng.normal()).collect();
        Self { offers, truth, missed }
    }

    fn live(&self, rng: &mut SplitMix64, answers: usize, is_shuffled: bool) -> Vec<Heard> {
        let mut heard = Vec::new();
        for segment in 0..SEGMENTS {
            for offer in 0..OFFERS {
                let ask = |rng: &mut SplitMix64| {
                    let context = -2.0 + 0.5 * rng.normal();
                    let of = if is_shuffled { rng.below(SEGMENTS) } else { segment };
                    let tags = &self.offers[offer];
                    let sum: f64 = tags.iter().map(|tag| self.truth[of][*tag]).sum();
                    let odds = context + self.missed[offer] + sum * scale(tags.len());
                    let accepted = rng.chance(1.0 / (1.0 + (-odds).exp()));
                    #[expect(clippy::cast_possible_truncation, reason = "a log-odds")]
                    let context = context as f32;
                    Answer { context, weight: 1.0, accepted }
                };
                let answers = (0..answers).map(|_| ask(rng)).collect();
                heard.push(Heard { segment: Some(segment), offer, answers });
            }
        }
        heard
    }
}

fn flat(rows: &[Vec<f64>]) -> Vec<f64> {
    rows.iter().flatten().copied().collect()
}

/// A row less what all segments have in common, which δ may take.
fn apart(rows: &[Vec<f64>]) -> Vec<f64> {
    let mean = |tag: usize| rows.iter().map(|row| row[tag]).sum::<f64>() / rows.len() as f64;
    rows.iter().flat_map(|row| (0..TAGS).map(|tag| row[tag] - mean(tag))).collect()
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn none() -> Vec<Vec<f64>> {
    vec![vec![0.0; TAGS]; SEGMENTS]
}

fn means(leanings: &[Vec<Leaning>]) -> Vec<Vec<f64>> {
    leanings.iter().map(|row| row.iter().map(|leaning| leaning.mean).collect()).collect()
}

#[test]
fn what_a_segment_likes_is_found() {
    let mut rng = SplitMix64::new(3);
    let world = World::new(&mut rng, 0.6);
    let heard = world.live(&mut rng, 300, false);
    let found = fit(&heard, &world.offers, &none());
    let likeness = correlation(&apart(&means(&found)), &apart(&world.truth));
    assert!(likeness > 0.95, "{likeness}");
}

/// A truth within so many standard errors, as often as a Gaussian is.
#[test]
fn errors_are_as_large_as_they_are_said_to_be() {
    let (mut within, mut all) = (0.0, 0.0);
    for seed in 0..12 {
        let mut rng = SplitMix64::new(100 + seed);
        let world = World::new(&mut rng, 0.5);
        let heard = world.live(&mut rng, 30, false);
        let found = fit(&heard, &world.offers, &none());
        for (leaning, truth) in found.iter().flatten().zip(flat(&world.truth)) {
            within += f64::from(u8::from((leaning.mean - truth).abs() < leaning.error));
            all += 1.0;
        }
    }
    let share = within / all;
    assert!((0.58..0.78).contains(&share), "{share}, .683 was to be expected");
}

#[test]
fn where_segments_do_not_differ_they_are_not_told_apart() {
    let mut rng = SplitMix64::new(7);
    let world = World::new(&mut rng, 0.6);
    let heard = world.live(&mut rng, 300, true);
    let found = fit(&heard, &world.offers, &none());
    let root_mean_square =
        |values: &[f64]| (values.iter().map(|v| v * v).sum::<f64>() / values.len() as f64).sqrt();
    assert!(root_mean_square(&apart(&means(&found))) < 0.12);
    assert!(root_mean_square(&apart(&world.truth)) > 0.4);
}

#[test]
fn without_labels_what_was_written_down_stays() {
    let mut first = none();
    first[1][2] = 0.8;
    first[3][0] = -1.5;
    let found = fit(&[], &[vec![0, 2]], &first);
    assert_eq!(means(&found), first);
    assert!(found.iter().flatten().all(|leaning| (leaning.error - 0.5).abs() < 1e-12));
}

/// The mode of one leaning alone, found by bisection.
#[test]
fn the_mode_is_the_mode() {
    let (yes, no) = (40, 60);
    let answer = |accepted| Answer { context: -1.0, weight: 1.0, accepted };
    let answers: Vec<Answer> = std::iter::repeat_n(answer(true), yes)
        .chain(std::iter::repeat_n(answer(false), no))
        .collect();
    let heard = [Heard { segment: Some(0), offer: 0, answers }];
    let found = fit(&heard, &[vec![0]], &[vec![0.2]])[0][0].mean;
    // δ/1 = (θ − .2)/.25 at the mode, for both have the same gradient.
    let (mut low, mut high) = (-4.0_f64, 4.0_f64);
    for _ in 0..80 {
        let theta = f64::midpoint(low, high);
        let delta = (theta - 0.2) / LEANING_VARIANCE * OFFER_VARIANCE;
        let rate = 1.0 / (1.0 + (1.0 - delta - theta).exp());
        let gradient = 40.0 - 100.0 * rate - (theta - 0.2) / LEANING_VARIANCE;
        if gradient > 0.0 { low = theta } else { high = theta }
    }
    assert!((found - low).abs() < 1e-3, "{found}, not {low}");
}
