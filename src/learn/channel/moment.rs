//! At which moment to send: a few moments of the window, scored, and one drawn (algorithms 5.4).
//!
//! ```text
//! score(τ) = P(response in the cell of τ) · f_g(hour of τ) / mean of f_g
//! ```
//!
//! The caller lists the moments at which the channel may be used (every half hour of the window
//! that is not quiet, with hour and time context where the guest is). Of these the best are kept,
//! at least two hours apart, and the draw is among them by inverse-gap weighting: each has an exact
//! selection probability. What is drawn is moved by up to a quarter of an hour ([`jitter`]), always the
//! same for a guest, so that not all guests are written to on the stroke of the hour.

use std::time::Duration;

use crate::domain::time::{TimeContext, Timestamp};
use crate::learn::exploration;
use crate::sys::rng::SplitMix64;

use super::hours::{Density, HOURS};

/// Moments drawn from at most.
pub const MOMENTS_MAX: usize = 6;
/// Moments drawn from are at least this far apart.
const APART: Duration = Duration::from_secs(2 * 3_600);
/// How far a moment may be moved, either way.
pub const JITTER: Duration = Duration::from_secs(15 * 60);

/// A moment at which a message may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The moment.
    pub at: Timestamp,
    /// Hour of the guest's clock then, 0 to 23.
    pub hour: u8,
    /// Day type and daypart of the guest then.
    pub time: TimeContext,
}

/// How much a guest's activity speaks for an hour: 1 on average over the day. An hour there is not
/// has none.
pub fn activity(density: &Density, hour: u8) -> f64 {
    let mean = density.iter().sum::<f64>() / HOURS as f64;
    let at = density.get(usize::from(hour)).copied().unwrap_or(0.0);
    if mean > 0.0 { at / mean } else { 1.0 }
}

/// P(response) in the cell of a moment, raised or lowered by how active the guest is at its hour;
/// at most 1. What [`super::utility::Contact::response_propensity`] is to be for this moment.
pub fn score(response_propensity: f64, density: &Density, hour: u8) -> f64 {
    (response_propensity * activity(density, hour)).min(1.0)
}

/// The moment drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// Place of the moment in the caller's list.
    pub place: usize,
    /// P(this moment was drawn | the list).
    pub selection_probability: f64,
    /// Places drawn from and their selection probabilities, in order of time; all others have 0.
    pub among: Vec<(usize, f64)>,
}

/// How moments are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MomentDraw {
    /// Worths are divided by this, so that 1 is about the largest; above 0.
    pub worth_cap: f64,
    /// Sharpness ([`exploration::sharpness`]).
    pub gamma: f64,
    /// Share drawn uniformly.
    pub floor: f64,
    /// The uniform draw, 0 to below 1.
    pub unit: f64,
    /// How active the guest is, by hour.
    pub density: Density,
    /// By which the moment drawn is moved a little: the same for all messages to a guest.
    pub jitter: u64,
}

/// Draws one of the moments by their worths (utility of sending then, [`super::utility`]), in the
/// order of the list. `None` where the list is empty or the lengths differ.
pub fn choose(candidates: &[Candidate], worths: &[f64], draw: &MomentDraw) -> Option<Chosen> {
    if candidates.is_empty() || candidates.len() != worths.len() {
        return None;
    }
    let kept = kept(candidates, worths);
    let scaled: Vec<f64> = kept.iter().map(|at| worths[*at] / draw.worth_cap).collect();
    let mut p = vec![0.0; kept.len()];
    exploration::inverse_gap(&scaled, draw.gamma, draw.floor, &mut p);
    let drawn = exploration::draw(&p, draw.unit)?;
    let among = kept.iter().copied().zip(p.iter().copied()).collect();
    Some(Chosen { place: kept[drawn], selection_probability: p[drawn], among })
}

/// Places of the moments that are drawn from: the best, then the next best that is far enough from
/// those before; in order of time.
fn kept(candidates: &[Candidate], worths: &[f64]) -> Vec<usize> {
    let worth = |at: usize| if worths[at].is_nan() { f64::MIN } else { worths[at] };
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    // Of equals the earlier.
    order.sort_by(|a, b| {
        worth(*b).total_cmp(&worth(*a)).then(candidates[*a].at.cmp(&candidates[*b].at))
    });
    let mut kept: Vec<usize> = Vec::with_capacity(MOMENTS_MAX);
    for at in order {
        let here = candidates[at].at;
        let is_apart = kept.iter().all(|k| {
            let other = candidates[*k].at;
            here.since(other).max(other.since(here)) >= APART
        });
        if is_apart {
            kept.push(at);
        }
        if kept.len() == MOMENTS_MAX {
            break;
        }
    }
    kept.sort_by_key(|at| candidates[*at].at);
    kept
}

/// By how much the moments of a guest are moved, -15 to below 15 minutes, in microseconds: always
/// the same for the same `key`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a quarter of an hour in microseconds"
)]
pub fn jitter(key: u64) -> i64 {
    let reach = JITTER.as_micros() as f64;
    ((2.0 * SplitMix64::new(key).unit() - 1.0) * reach) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reach::ActiveHours;
    use crate::domain::time::{DayType, Daypart};
    use crate::learn::channel::hours::SegmentHours;

    const DRAW: MomentDraw = MomentDraw {
        worth_cap: 1.0,
        gamma: 300.0,
        floor: 0.02,
        unit: 0.5,
        density: SegmentHours::UNKNOWN,
        jitter: 0,
    };

    /// Every half hour of a day.
    fn day() -> Vec<Candidate> {
        let candidate = |half: u8| {
            let seconds = i64::from(half) * 1_800;
            let hour = half / 2;
            let time = TimeContext { day_type: DayType::Work, daypart: Daypart::of_hour(hour) };
            Candidate { at: Timestamp::from_seconds(seconds), hour, time }
        };
        (0..48).map(candidate).collect()
    }

    fn worths(candidates: &[Candidate], acts: &[u8]) -> Vec<f64> {
        let mut guest = ActiveHours::default();
        acts.iter().for_each(|hour| guest.note(Timestamp::EPOCH, *hour));
        let density = guest.density(&SegmentHours::default().density(), Timestamp::EPOCH);
        candidates.iter().map(|c| score(0.2, &density, c.hour)).collect()
    }

    #[test]
    fn a_guest_is_written_to_at_the_hour_they_read() {
        let candidates = day();
        let worths = worths(&candidates, &[19, 20, 19]);
        let chosen = choose(&candidates, &worths, &DRAW).unwrap();
        assert_eq!(candidates[chosen.place].hour, 19);
        assert!(chosen.selection_probability > 0.9);
        assert!((chosen.among.iter().map(|(_, p)| p).sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn few_moments_are_drawn_from_and_they_lie_apart() {
        let candidates = day();
        let among = choose(&candidates, &worths(&candidates, &[9]), &DRAW).unwrap().among;
        assert_eq!(among.len(), MOMENTS_MAX);
        let at = |place: usize| candidates[place].at;
        assert!(among.windows(2).all(|w| at(w[1].0).since(at(w[0].0)) >= APART));
        assert!(among.iter().all(|(_, p)| *p >= 0.02 / 6.0));
    }

    /// χ² of 60,000 draws, 5 degrees of freedom; its 99.9 % point is 20.5.
    #[test]
    fn what_is_drawn_is_what_is_logged() {
        let candidates = day();
        let worths = worths(&candidates, &[9, 21]);
        let mut rng = SplitMix64::new(4);
        let among = choose(&candidates, &worths, &DRAW).unwrap().among;
        let mut served = vec![0.0; among.len()];
        for _ in 0..60_000 {
            let draw = MomentDraw { unit: rng.unit(), gamma: 30.0, ..DRAW };
            let chosen = choose(&candidates, &worths, &draw).unwrap();
            served[chosen.among.iter().position(|(at, _)| *at == chosen.place).unwrap()] += 1.0;
        }
        let draw = MomentDraw { gamma: 30.0, ..DRAW };
        let logged = choose(&candidates, &worths, &draw).unwrap().among;
        let expected = logged.iter().map(|(_, p)| p * 60_000.0);
        let statistic: f64 =
            served.iter().zip(expected).map(|(s, e): (&f64, f64)| (s - e) * (s - e) / e).sum();
        assert!(statistic < 20.5, "{statistic}: {served:?}");
    }

    #[test]
    fn lists_that_say_nothing_give_nothing_and_worths_that_are_no_numbers_come_last() {
        assert_eq!(choose(&[], &[], &DRAW), None);
        assert_eq!(choose(&day(), &[0.1], &DRAW), None);
        let mut worths = vec![f64::NAN; 48];
        worths[20] = 0.3;
        assert_eq!(choose(&day(), &worths, &DRAW).unwrap().place, 20);
        let one = choose(&day()[..1], &[-3.0], &DRAW).unwrap();
        assert!((one.selection_probability - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_guest_is_moved_by_up_to_a_quarter_of_an_hour_and_always_the_same() {
        let moved: Vec<i64> = (0..500).map(jitter).collect();
        assert_eq!(moved[7], jitter(7));
        let range = moved.iter().max().unwrap() - moved.iter().min().unwrap();
        assert!(range > 28 * 60 * 1_000_000, "{range}");
        assert!(moved.iter().all(|by| by.abs() <= 15 * 60 * 1_000_000));
    }
}
