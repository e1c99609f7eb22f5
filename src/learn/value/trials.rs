//! The models on public data against published numbers, and on guests drawn from them.
//!
//! CDNOW: 2,357 customers of an online shop, 39 weeks to fit, 39 to foretell. Fader, Hardie, Lee,
//! Marketing Science 24 (2005). Donors: 11,104 supporters of a public radio station by year. Fader,
//! Hardie, Shang, Marketing Science 29 (2010).

use std::collections::BTreeMap;

use super::beta_binomial::BgBb;
use super::beta_geometric::{BgNbd, MbgNbd};
use super::choice::{RepeatModel, choose};
use super::clv::{Economics, lifetime_value};
use super::error::FitError;
use super::fit::{Fit, Model, fit, fit_or_shrink};
use super::gamma_gamma::{DEPENDENCE_MAX, GammaGamma, dependence, fit_spend};
use super::history::{History, Sample, Spend, YearlyHistory};
use super::pareto::ParetoNbd;
use super::simulation;
use crate::sys::rng::SplitMix64;
use crate::testkit::data::unpacked;

/// Customers in the file's order: history and mean spend of repeats.
fn cdnow() -> Option<Vec<(History, f64)>> {
    let files = unpacked("cdnow_1in10_sample.tar.zst")?;
    let text = &files["cdnow/cdnow_customers_summary_with_transactions.csv"];
    let rows = text.lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let number = |place: usize| fields[place].parse::<f64>().unwrap();
        let repeats = fields[1].parse().unwrap();
        (History::new(repeats, number(2), number(3)).unwrap(), number(4))
    });
    Some(rows.collect())
}

fn histories(rows: &[(History, f64)]) -> Sample<History> {
    Sample::of(rows.iter().map(|(history, _)| *history))
}

fn near(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "{found} for {wanted}");
}

/// Parameters to a relative 1e-4, or to the printed digits.
fn parameters<const N: usize>(found: [f64; N], wanted: [f64; N], tolerance: f64) {
    for (found, wanted) in found.into_iter().zip(wanted) {
        near(found, wanted, tolerance);
    }
}

/// The customer of the paper's worked example.
fn example() -> History {
    History::new(2, 30.43, 38.86).unwrap()
}

/// A24.
#[test]
fn bg_nbd_has_the_papers_parameters_and_forecasts() {
    let Some(rows) = cdnow() else { return };
    let found = fit::<BgNbd, 4>(&histories(&rows)).unwrap();
    parameters(found.parameters, [0.242_593, 4.413_531, 0.792_886, 2.425_753], 2e-6);
    near(found.log_likelihood, -9_582.425_6, 5e-5);
    let model = found.model;
    near(model.expected_stays(&example(), 39.0).unwrap(), 1.225_910_4, 1e-7);
    near(model.alive(&example()), 0.726_609_1, 1e-7);
    near(model.expected_stays(&History::NEW, 39.0).unwrap(), 1.195_016_3, 1e-7);
    let forecast = |(history, _): &(History, f64)| model.expected_stays(history, 39.0).unwrap();
    near(rows.iter().map(forecast).sum(), 1_653.423_2, 1e-4);
    let guests = rows.len() as f64;
    near(rows.iter().map(|(row, _)| model.alive(row)).sum::<f64>() / guests, 0.813_439_3, 1e-7);
    // The curve of the paper's spreadsheet: expected repeat days within t weeks.
    for (weeks, stays) in [(0.1429, 0.0078), (1.0, 0.0532), (3.0, 0.1506), (32.0, 1.0437)] {
        near(model.expected_stays(&History::NEW, weeks).unwrap(), stays, 6e-5);
    }
}

/// Published to three digits; the log-likelihoods are those of `lifetimes` 0.11.3 at its own
/// maximum.
#[test]
fn mbg_and_pareto_have_the_published_parameters() {
    let Some(rows) = cdnow() else { return };
    let sample = histories(&rows);
    let mbg = fit::<MbgNbd, 4>(&sample).unwrap();
    parameters(mbg.parameters, [0.525, 6.183, 0.891, 1.614], 5e-4);
    near(mbg.log_likelihood, -9_582.132_7, 5e-5);
    near(mbg.model.alive(&example()), 0.706_13, 1e-5);
    near(mbg.model.expected_stays(&example(), 39.0).unwrap(), 1.262_67, 1e-5);

    let pareto = fit::<ParetoNbd, 4>(&sample).unwrap();
    parameters(pareto.parameters, [0.553, 10.578, 0.606, 11.669], 1.1e-3);
    near(pareto.log_likelihood, -9_595.0, 0.05);
    near(pareto.model.alive(&example()), 0.869_12, 1e-5);
    near(pareto.model.expected_stays(&example(), 39.0).unwrap(), 1.455_1, 5e-5);

    let choice = choose(&sample).unwrap();
    assert_eq!(choice.model, RepeatModel::MbgNbd(mbg.model));
    let guest = example();
    let outlook = choice.model.outlook(&guest);
    near(outlook.alive(), 0.706_13, 1e-5);
    near(outlook.expected_stays(39.0).unwrap(), 1.262_67, 1e-5);
    assert!(outlook.expected_stays(-1.0).is_err());
}

/// Repeat days of the second 39 weeks, counted in the transactions themselves.
#[test]
fn the_second_half_of_cdnow_is_foretold_within_an_eighth() {
    let Some(rows) = cdnow() else { return };
    let files = unpacked("cdnow_1in10_sample.tar.zst").unwrap();
    let mut days: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in files["cdnow/CDNOW_sample.txt"].lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        days.entry(fields[1]).or_default().push(fields[2]);
    }
    assert_eq!((days.len(), rows.len()), (2_357, 2_357));
    // The first 39 weeks end with September 1997.
    let mut actual = 0;
    for days in days.values_mut() {
        days.sort_unstable();
        days.dedup();
        actual += days.iter().filter(|day| **day > "19970930").count();
    }
    assert_eq!(actual, 1_882);
    let sample = histories(&rows);
    let total = |stays: &dyn Fn(&History) -> f64| rows.iter().map(|(row, _)| stays(row)).sum();
    let bg = fit::<BgNbd, 4>(&sample).unwrap().model;
    let mbg = fit::<MbgNbd, 4>(&sample).unwrap().model;
    let pareto = fit::<ParetoNbd, 4>(&sample).unwrap().model;
    near(total(&|row| bg.expected_stays(row, 39.0).unwrap()), 1_653.4, 0.05);
    near(total(&|row| mbg.expected_stays(row, 39.0).unwrap()), 1_576.7, 0.05);
    near(total(&|row| pareto.expected_stays(row, 39.0).unwrap()), 1_665.5, 0.05);
}

fn spenders(rows: &[(History, f64)]) -> Sample<Spend> {
    let repeaters = rows.iter().filter(|(history, _)| history.repeats() > 0);
    Sample::of(repeaters.map(|(history, mean)| Spend::new(history.repeats(), *mean).unwrap()))
}

/// A24.
#[test]
fn gamma_gamma_has_the_notes_parameters_and_forecasts() {
    let Some(rows) = cdnow() else { return };
    let spenders = spenders(&rows);
    assert_eq!(spenders.guests(), 946);
    let found = fit_spend(&spenders).unwrap();
    parameters(found.parameters, [6.248_803, 3.744_588, 15.447_745], 5e-6);
    near(found.log_likelihood, -4_055.923_2, 5e-5);
    near(found.model.mean(), 35.171_0, 5e-5);
    for (repeats, mean, expected) in [
        (1, 30.0, 31.578_078_16),
        (5, 50.0, 48.802_554_88),
        (2, 22.35, 24.658_615_97),
        (7, 73.74, 71.462_851_37),
    ] {
        let spend = Spend::new(repeats, mean).unwrap();
        near(found.model.expected_spend(&spend), expected, 1e-6);
    }
    let correlation = dependence(&spenders);
    near(correlation, 0.113_9, 5e-5);
    assert!(correlation < DEPENDENCE_MAX);
}

/// Years given in of the six after the first gift, last such year, donors: the paper's table 1.
const DONORS: [(u32, u32, u32); 22] = [
    (0, 0, 3_464),
    (1, 1, 1_091),
    (1, 2, 277),
    (1, 3, 129),
    (1, 4, 78),
    (1, 5, 119),
    (1, 6, 129),
    (2, 2, 613),
    (2, 3, 255),
    (2, 4, 155),
    (2, 5, 173),
    (2, 6, 234),
    (3, 3, 322),
    (3, 4, 181),
    (3, 5, 225),
    (3, 6, 357),
    (4, 4, 240),
    (4, 5, 284),
    (4, 6, 512),
    (5, 5, 335),
    (5, 6, 728),
    (6, 6, 1_203),
];

/// Published: α 1.204, β .750, γ .657, δ 2.783, log-likelihood −33,225.6; expected gifts in the
/// next five years .07 without one so far, 3.75 with one every year.
#[test]
fn bg_bb_has_the_papers_parameters_and_forecasts() {
    let donors =
        DONORS.map(|(repeats, last, count)| (YearlyHistory::new(repeats, last, 6).unwrap(), count));
    let found = fit::<BgBb, 4>(&Sample::weighted(donors)).unwrap();
    assert_eq!(found.guests, 11_104);
    parameters(found.parameters, [1.204, 0.750, 0.657, 2.783], 5e-4);
    near(found.log_likelihood, -33_225.6, 0.05);
    let stays = |repeats, last| {
        found.model.expected_stays(&YearlyHistory::new(repeats, last, 6).unwrap(), 5)
    };
    near(stays(0, 0), 0.07, 5e-3);
    near(stays(6, 6), 3.75, 5e-3);
}

/// Every parameter within four of its own standard errors, and the errors small enough to mean
/// something.
fn recovered<M: Model<N>, const N: usize>(truth: [f64; N], guests: impl Iterator<Item = M::Row>) {
    let found: Fit<M, N> = fit(&Sample::of(guests)).unwrap();
    for (i, truth) in truth.into_iter().enumerate() {
        let off = libm::log(found.parameters[i] / truth);
        let error = found.log_errors[i];
        assert!(error < 0.25 && off.abs() < 4.0 * error, "{} {off} {error}", M::NAMES[i]);
    }
}

#[test]
fn a_fit_finds_what_guests_were_drawn_with() {
    let mut rng = SplitMix64::new(7);
    let mut age = SplitMix64::new(8);
    let mut ages = move || 26.0 + 130.0 * age.unit();
    let truth = [0.6, 12.0, 0.9, 2.5];
    let guests = (0..20_000).map(|_| simulation::beta_geometric(&mut rng, truth, false, ages()));
    recovered::<BgNbd, 4>(truth, guests);
    let guests = (0..20_000).map(|_| simulation::beta_geometric(&mut rng, truth, true, ages()));
    recovered::<MbgNbd, 4>(truth, guests);
    let truth = [0.8, 12.0, 0.7, 20.0];
    let guests = (0..20_000).map(|_| simulation::pareto(&mut rng, truth, ages()));
    recovered::<ParetoNbd, 4>(truth, guests);
    let truth = [1.5, 2.0, 0.6, 3.0];
    let guests = (0..20_000).map(|_| simulation::beta_binomial(&mut rng, truth, 8));
    recovered::<BgBb, 4>(truth, guests);
    let truth = [4.0, 3.5, 200.0];
    let guests = (0..5_000).map(|i| simulation::spend(&mut rng, truth, 1 + i % 7));
    recovered::<GammaGamma, 3>(truth, guests);
}

/// Guests drawn from one model, of whom each model is asked.
#[test]
fn the_model_chosen_is_the_one_guests_were_drawn_from() {
    let mut rng = SplitMix64::new(9);
    let drawn =
        Sample::of((0..10_000).map(|_| simulation::pareto(&mut rng, [1.5, 6.0, 0.8, 15.0], 100.0)));
    assert!(matches!(choose(&drawn).unwrap().model, RepeatModel::ParetoNbd(_)));
    let drawn = Sample::of(
        (0..10_000)
            .map(|_| simulation::beta_geometric(&mut rng, [1.5, 6.0, 0.8, 2.0], true, 100.0)),
    );
    assert!(matches!(choose(&drawn).unwrap().model, RepeatModel::MbgNbd(_)));
}

/// Ages spread over years make almost every row its own, so that the search begins on a part of
/// them; and the order of guests is no matter.
#[test]
fn a_large_sample_ends_where_a_slow_search_would() {
    let mut rng = SplitMix64::new(10);
    let mut guests: Vec<History> = (0..40_000)
        .map(|_| {
            let age = 26.0 + 130.0 * rng.unit();
            simulation::beta_geometric(&mut rng, [0.6, 12.0, 0.9, 2.5], true, age)
        })
        .collect();
    let sample = Sample::of(guests.iter().copied());
    let found: Fit<MbgNbd, 4> = fit(&sample).unwrap();
    assert!(found.evaluations < 10, "{}", found.evaluations);
    guests.reverse();
    assert_eq!(fit::<MbgNbd, 4>(&Sample::of(guests.iter().copied())), Ok(found));
    // Moved to either side by a tenth of a standard error, every parameter fits worse.
    let total = |parameters| -> f64 {
        let model = MbgNbd::of(parameters);
        guests.iter().map(|guest| model.log_likelihood(guest)).sum()
    };
    for i in 0..4 {
        for side in [-0.1, 0.1] {
            let mut moved = found.parameters;
            moved[i] *= libm::exp(side * found.log_errors[i]);
            assert!(total(moved) < found.log_likelihood - 1e-4, "{i} {side}");
        }
    }
}

/// Days in place of weeks: the same fit in other words.
#[test]
fn the_unit_of_time_is_no_matter() {
    let Some(rows) = cdnow() else { return };
    let days = rows
        .iter()
        .map(|(row, _)| History::new(row.repeats(), 7.0 * row.last(), 7.0 * row.age()).unwrap());
    let (by_days, by_weeks) = (
        fit::<MbgNbd, 4>(&Sample::of(days)).unwrap(),
        fit::<MbgNbd, 4>(&histories(&rows)).unwrap(),
    );
    let [r, alpha, a, b] = by_weeks.parameters;
    for (found, wanted) in by_days.parameters.into_iter().zip([r, 7.0 * alpha, a, b]) {
        near(found / wanted, 1.0, 1e-6);
    }
    let repeats: u32 = rows.iter().map(|(row, _)| row.repeats()).sum();
    let shift = f64::from(repeats) * libm::log(7.0);
    near(by_days.log_likelihood, by_weeks.log_likelihood - shift, 1e-6);
}

#[test]
fn guests_who_tell_nothing_are_told_why() {
    let once = History::new(0, 0.0, 30.0).unwrap();
    let again = History::new(1, 10.0, 30.0).unwrap();
    let few = Sample::weighted([(once, 5_000), (again, 49)]);
    let refused = fit::<MbgNbd, 4>(&few).unwrap_err();
    assert!(refused.to_string().starts_with("repeaters: 49 of 5049"), "{refused}");
    assert_eq!(choose(&few).unwrap_err(), refused);
    // All alike: no model of how guests differ has a best fit.
    let alike = Sample::weighted([(again, 5_000)]);
    for refused in [
        fit::<MbgNbd, 4>(&alike).map(|_| ()),
        fit::<BgNbd, 4>(&alike).map(|_| ()),
        fit::<ParetoNbd, 4>(&alike).map(|_| ()),
    ] {
        let refused = refused.unwrap_err();
        let is_told = matches!(refused, FitError::Boundary { .. } | FitError::NoConvergence { .. });
        assert!(is_told, "{refused}");
    }
}

/// Guests of a small hotel who come at random and never leave: the likelihood grows without end as
/// leaving is ruled out, yet a forecast is wanted.
#[test]
fn where_there_is_no_maximum_there_is_still_a_forecast() {
    let mut rng = SplitMix64::new(11);
    let never = [0.8, 12.0, 1e-9, 1e9];
    let guests: Vec<History> = (0..500)
        .map(|_| {
            let age = 52.0 + 52.0 * rng.unit();
            simulation::beta_geometric(&mut rng, never, true, age)
        })
        .collect();
    let sample = Sample::of(guests.iter().copied());
    assert!(fit::<MbgNbd, 4>(&sample).is_err() && fit::<ParetoNbd, 4>(&sample).is_err());
    let choice = choose(&sample).unwrap();
    assert!(choice.mbg_nbd.unwrap().is_shrunk && choice.pareto_nbd.unwrap().is_shrunk);
    // The truth is (r + x) t / (α + T) for each, and everyone is alive.
    let (mut found, mut truth) = (0.0, 0.0);
    for guest in &guests {
        found += choice.model.outlook(guest).expected_stays(26.0).unwrap();
        truth += (0.8 + f64::from(guest.repeats())) * 26.0 / (12.0 + guest.age());
    }
    near(found / truth, 1.0, 0.05);
    // Where there is a maximum, nothing is drawn anywhere.
    let Some(rows) = cdnow() else { return };
    let sample = histories(&rows);
    assert_eq!(fit_or_shrink::<MbgNbd, 4>(&sample), fit::<MbgNbd, 4>(&sample));
}

/// By `customer_lifetime_value` of `lifetimes` 0.11.3 with these very parameters: 12 months of
/// 4.345 weeks at 1 % a month.
#[test]
fn lifetime_value_is_the_sum_of_discounted_months() {
    let model = BgNbd::new(0.242_593, 4.413_531, 0.792_886, 2.425_753).unwrap();
    let spend = GammaGamma::new(6.248_803, 3.744_588, 15.447_745).unwrap();
    let free = Economics {
        margin_share: 1.0,
        commission_share: 0.0,
        service_cost: 0.0,
        contact_cost: 0.0,
        discount: 0.01,
    };
    for (repeats, last, mean, wanted) in [
        (2, 30.43, 22.35, 36.278_498_990_555_91),
        (1, 1.71, 11.77, 4.637_466_054_295_283),
        (7, 29.43, 73.74, 283.523_600_032_560_6),
        (5, 24.43, 29.44, 66.659_398_069_142_16),
    ] {
        let history = History::new(repeats, last, 38.86).unwrap();
        let expected = spend.expected_spend(&Spend::new(repeats, mean).unwrap());
        let value = lifetime_value(12, expected, &free, |month| {
            model.expected_stays(&history, 4.345 * f64::from(month))
        })
        .unwrap();
        near(value.net() / wanted, 1.0, 1e-9);
    }
}
