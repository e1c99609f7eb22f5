//! What the run was worth: rates by arm, the lift and how sure it is.
//!
//! *Accept rate*: accepted offers ÷ propositions that showed at least one offer, in the whole run,
//! cold start included. At most one offer of a proposition is accepted. Every guest of an arm
//! counts, opted in or not (by intention).
//!
//! *Oracle*: P(one is accepted) of the best list by the hidden truth, of the same length, from the
//! same candidates, at the moment of the call; averaged over a fixed sample of the personalized
//! arm's propositions, told by the full view. An upper bound nobody can reach: part of every taste
//! can be told only by asking.
//!
//! *Lift*: accept rate of the personalized arm ÷ that of the most-popular one, less 1. Its interval
//! is over guests, for a guest's answers hang together: the rate of an arm is a ratio of sums over
//! guests, with variance
//! `Σ (aᵢ − r nᵢ)² / (Σ nᵢ)²`, and the logarithm of the ratio of two rates is taken as normal (delta method).

use serde::Serialize;

/// Policies compared, by guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Arm {
    /// The placements' own decision policies.
    Personalized,
    /// Most popular.
    Popular,
    /// Uniform.
    Random,
}

impl Arm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Personalized, Self::Popular, Self::Random];

    /// The decision policy asked for; empty: the placements' own.
    pub fn policy(self) -> &'static str {
        match self {
            Self::Personalized => "",
            Self::Popular => "popular",
            Self::Random => "random",
        }
    }
}

/// Propositions shown and accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// Propositions with at least one offer.
    pub shown: u32,
    /// Of those, with an accepted offer.
    pub accepted: u32,
}

impl Score {
    /// Adds another.
    pub fn add(&mut self, other: Self) {
        self.shown += other.shown;
        self.accepted += other.accepted;
    }

    /// Accepted ÷ shown; zero before anything was shown.
    pub fn rate(self) -> f64 {
        f64::from(self.accepted) / f64::from(self.shown.max(1))
    }
}

/// Scores of the guests of one arm.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArmScores {
    /// One a guest who was shown something.
    pub guests: Vec<Score>,
}

impl ArmScores {
    /// All guests together.
    pub fn total(&self) -> Score {
        self.guests.iter().fold(Score::default(), |mut sum, guest| {
            sum.add(*guest);
            sum
        })
    }

    /// Variance of the logarithm of the rate, over guests; infinite where nothing was accepted.
    fn log_variance(&self) -> f64 {
        let total = self.total();
        let rate = total.rate();
        if total.accepted == 0 || self.guests.len() < 2 {
            return f64::INFINITY;
        }
        let square = |g: &Score| (f64::from(g.accepted) - rate * f64::from(g.shown)).powi(2);
        let squares: f64 = self.guests.iter().map(square).sum();
        #[expect(clippy::cast_precision_loss, reason = "a number of guests")]
        let guests = self.guests.len() as f64;
        let variance = squares / f64::from(total.shown).powi(2) * guests / (guests - 1.0);
        variance / (rate * rate)
    }
}

/// A lift with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Lift {
    /// Ratio of the rates, less 1.
    pub lift: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Lift {
    /// Of one arm over another; `None` where either accepted nothing.
    pub fn of(arm: &ArmScores, over: &ArmScores) -> Option<Self> {
        let deviation = (arm.log_variance() + over.log_variance()).sqrt();
        let ratio = arm.total().rate() / over.total().rate();
        let end = |sign: f64| ratio * libm::exp(sign * 1.96 * deviation) - 1.0;
        deviation.is_finite().then(|| Self { lift: ratio - 1.0, low: end(-1.0), high: end(1.0) })
    }
}

/// The figures of a run. Everything but the times is the same for the same seed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Seed of the world.
    pub seed: u64,
    /// Days simulated.
    pub days: u32,
    /// Guests of the population.
    pub guests: u32,
    /// First simulated day.
    pub first_day: String,
    /// Decisions made.
    pub decisions: u64,
    /// Events written.
    pub events: u64,
    /// Accept rate of the personalized arm over the whole run.
    pub accept_rate: f64,
    /// Of the random arm.
    pub accept_rate_random: f64,
    /// Of the most-popular arm.
    pub accept_rate_popular: f64,
    /// Of the oracle, on the candidates of the personalized arm.
    pub accept_rate_oracle: f64,
    /// Of the personalized arm's lists by the hidden truth, on the oracle's sample: what
    /// `accept_rate` estimates there.
    pub accept_rate_expected: f64,
    /// The same of the most-popular arm's lists: what `accept_rate_popular` estimates.
    pub accept_rate_popular_expected: f64,
    /// Accept rates of the last ten days.
    pub last_10_days: LastDays,
    /// Lift over most popular.
    pub lift: Option<Lift>,
    /// Lift over random.
    pub lift_over_random: Option<Lift>,
    /// Median time of a decision as its caller sees it, in milliseconds.
    pub p50_ms: f64,
    /// Its 99th percentile.
    pub p99_ms: f64,
    /// Decisions per second of real time, one caller, events and learning between them.
    pub decisions_per_second: f64,
}

/// Accept rates after the policies had time to learn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LastDays {
    /// Of the personalized arm.
    pub accept_rate: f64,
    /// Of the random arm.
    pub accept_rate_random: f64,
    /// Of the most-popular arm.
    pub accept_rate_popular: f64,
    /// Of the oracle.
    pub accept_rate_oracle: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    fn arm(rate: f64, guests: u32, rng: &mut SplitMix64) -> ArmScores {
        let guest = |_| {
            // Guests differ: half accept half as often, half half again as often.
            let own = rate * if rng.chance(0.5) { 0.5 } else { 1.5 };
            let shown = 10;
            let accepted = (0..shown).filter(|_| rng.chance(own)).count();
            Score { shown, accepted: u32::try_from(accepted).unwrap() }
        };
        ArmScores { guests: (0..guests).map(guest).collect() }
    }

    #[test]
    fn the_interval_covers_the_truth_as_often_as_it_says() {
        let mut rng = SplitMix64::new(5);
        let covered = (0..400).filter(|_| {
            let (one, other) = (arm(0.12, 800, &mut rng), arm(0.08, 200, &mut rng));
            let lift = Lift::of(&one, &other).unwrap();
            assert!(lift.low < lift.lift && lift.lift < lift.high);
            lift.low < 0.5 && 0.5 < lift.high
        });
        let covered = covered.count();
        assert!((364..=392).contains(&covered), "{covered} of 400, 380 expected");
    }

    #[test]
    fn nothing_accepted_is_no_lift() {
        let mut rng = SplitMix64::new(6);
        let none = ArmScores { guests: vec![Score { shown: 3, accepted: 0 }; 5] };
        assert_eq!(Lift::of(&arm(0.2, 50, &mut rng), &none), None);
        assert_eq!(Lift::of(&ArmScores::default(), &none), None);
    }
}
