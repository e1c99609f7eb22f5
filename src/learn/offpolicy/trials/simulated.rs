//! A17: logs of a world whose truth is known. An estimator that is unbiased must be so here, and
//! what breaks it must be seen to.

use crate::learn::offpolicy::crossfit::{ActionMeans, CrossFitted, OutcomeModel};
use crate::learn::offpolicy::decision::{Decision, Greedy, Outcomes, Target, rows};
use crate::learn::offpolicy::estimators::{Estimator, Parameters};
use crate::learn::offpolicy::sums::GuestSums;
use crate::sys::rng::SplitMix64;

const KINDS: usize = 3;
const ACTIONS: usize = 6;
/// Share of choices the logging policy draws alike.
const FLOOR: f64 = 0.05;
const LOGS: u32 = 200;
const DECISIONS: u64 = 2_000;

/// How often a kind of guest accepts an action.
fn response(kind: usize, action: usize) -> f64 {
    [
        [0.10, 0.15, 0.20, 0.25, 0.30, 0.35],
        [0.40, 0.10, 0.30, 0.10, 0.20, 0.10],
        [0.05, 0.30, 0.05, 0.30, 0.05, 0.20],
    ][kind][action]
}

/// An offer to a guest of some kind, a guest deciding twice.
#[derive(Debug, Clone)]
struct Offer {
    guest: u64,
    kind: usize,
    taken: usize,
    logged: f64,
    reward: f64,
}

impl Decision for Offer {
    fn guest(&self) -> u64 {
        self.guest
    }

    fn actions(&self) -> usize {
        ACTIONS
    }

    /// An action to another kind of guest is another action: what is learnt of it is exact.
    fn action(&self, place: usize) -> u64 {
        (self.kind * ACTIONS + place) as u64
    }

    fn taken(&self) -> usize {
        self.taken
    }

    fn selection_probability(&self) -> f64 {
        self.logged
    }

    fn reward(&self) -> f64 {
        self.reward
    }
}

/// Prefers one action and draws all alike with a share of [`FLOOR`]. `told` is the floor it logs.
fn log(told: f64, rng: &mut SplitMix64) -> Vec<Offer> {
    let offer = |at: u64| {
        let kind = rng.below(KINDS);
        let favourite = kind + 1;
        let taken = if rng.chance(FLOOR) { rng.below(ACTIONS) } else { favourite };
        let share = told / 6.0;
        let logged = if taken == favourite { 1.0 - told + share } else { share };
        let reward = f64::from(u8::from(rng.chance(response(kind, taken))));
        Offer { guest: at / 2, kind, taken, logged, reward }
    };
    (0..DECISIONS).map(offer).collect()
}

/// The target: mostly the logging policy's favourite, and the one after it more often.
fn target(offer: &Offer, out: &mut Vec<f64>) {
    out.resize(ACTIONS, 0.02);
    out[offer.kind + 1] = 0.62;
    out[offer.kind + 2] = 0.30;
}

/// What a target earns of a kind of guest.
fn worth(kind: usize, wanted: &[f64]) -> f64 {
    wanted.iter().enumerate().map(|(action, p)| p * response(kind, action)).sum()
}

/// Mean and variance of a number over logs.
struct Spread {
    mean: f64,
    variance: f64,
}

fn spread(values: &[f64]) -> Spread {
    let n = f64::from(LOGS);
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>();
    Spread { mean, variance: squares / (n - 1.0) }
}

impl Spread {
    /// How many standard errors the mean is off zero.
    fn deviations(&self) -> f64 {
        self.mean.abs() / (self.variance / f64::from(LOGS)).sqrt()
    }
}

/// Errors of each estimator over logs whose policy claims this floor.
fn errors(told: f64) -> Vec<(Estimator, Spread)> {
    let mut rng = SplitMix64::new(1001);
    let mut errors = vec![Vec::new(); Estimator::ALL.len()];
    for _ in 0..LOGS {
        let log = log(told, &mut rng);
        let kinds = log.iter().map(|offer| {
            let mut wanted = Vec::new();
            target(offer, &mut wanted);
            worth(offer.kind, &wanted)
        });
        let truth = kinds.sum::<f64>() / f64::from(u32::try_from(log.len()).unwrap());
        let model = CrossFitted::fit(&ActionMeans { weight: 10.0 }, &log, 3, 0);
        let rows = rows(&log, &target, Some(&model)).unwrap();
        let sums = GuestSums::of(&rows, &Parameters { clip: 5.0, tau: 5.0, lambda: 25.0 });
        for (errors, estimator) in errors.iter_mut().zip(Estimator::ALL) {
            errors.push(sums.total().value(estimator) - truth);
        }
    }
    Estimator::ALL.into_iter().zip(errors.iter().map(|errors| spread(errors))).collect()
}

fn of(errors: &[(Estimator, Spread)], estimator: Estimator) -> &Spread {
    &errors.iter().find(|(of, _)| *of == estimator).unwrap().1
}

/// Over 10,000 logs the means are off by 0.9 and 0.8 standard errors; these 200 are for every run.
#[test]
fn ips_and_dr_are_unbiased_and_a_good_model_steadies_dr() {
    let errors = errors(FLOOR);
    for estimator in [Estimator::Ips, Estimator::Dr] {
        let deviations = of(&errors, estimator).deviations();
        assert!(deviations <= 2.0, "{estimator:?}: {deviations}");
    }
    assert!(of(&errors, Estimator::Dr).variance < of(&errors, Estimator::Ips).variance);
    // Controls: estimators that are biased by their making are seen to be.
    for estimator in [Estimator::ClippedIps, Estimator::Dm] {
        let deviations = of(&errors, estimator).deviations();
        assert!(deviations > 4.0, "{estimator:?}: {deviations}");
    }
}

/// The control of the test above: a log whose policy claims twice the floor it draws with.
#[test]
fn wrong_selection_probabilities_are_seen_as_bias() {
    let errors = errors(2.0 * FLOOR);
    let deviations = of(&errors, Estimator::Ips).deviations();
    assert!(deviations > 10.0, "{deviations}");
}

/// Mean error of the value of the target a model makes, by a model that learns from all of the log
/// or fold by fold.
fn error_of_greedy<M: Outcomes<Offer>>(learn: impl Fn(&[Offer]) -> M) -> Spread {
    let mut rng = SplitMix64::new(18);
    let one = |_| {
        let log = log(1.0, &mut rng);
        // A floor of 1 in what is told only: draw all alike, so that every action is seen.
        let log: Vec<Offer> = log.into_iter().map(|offer| redrawn(offer, &mut rng)).collect();
        let model = learn(&log);
        let target = Greedy { model: &model, floor: 0.0 };
        let mut wanted = Vec::new();
        let kinds = log.iter().map(|offer| {
            wanted.clear();
            target.selection_probabilities(offer, &mut wanted);
            worth(offer.kind, &wanted)
        });
        let truth = kinds.sum::<f64>() / f64::from(u32::try_from(log.len()).unwrap());
        let rows = rows(&log, &target, Some(&model)).unwrap();
        GuestSums::of(&rows, &Parameters::UNLIMITED).total().value(Estimator::Dr) - truth
    };
    spread(&(0..LOGS).map(one).collect::<Vec<_>>())
}

fn redrawn(offer: Offer, rng: &mut SplitMix64) -> Offer {
    let taken = rng.below(ACTIONS);
    let reward = f64::from(u8::from(rng.chance(response(offer.kind, taken))));
    Offer { taken, reward, logged: 1.0 / 6.0, ..offer }
}

#[test]
fn a_policy_learnt_from_the_log_needs_cross_fitting() {
    let model = ActionMeans { weight: 1.0 };
    let crossed = error_of_greedy(|log| CrossFitted::fit(&model, log, 3, 0));
    assert!(crossed.deviations() <= 2.0, "{}", crossed.deviations());
    // Control: what the log happens to reward is taken for the best.
    let flattered = error_of_greedy(|log| model.fit(&log.iter().collect::<Vec<_>>()));
    assert!(flattered.mean > 0.0 && flattered.deviations() > 5.0, "{}", flattered.deviations());
}
