//! What the guests of a brand are worth: who brings the profit, who will come again, whom one is about
//! to lose.
//!
//! Every guest who stayed is valued by the model that speaks for these guests ([`choose`]), by what a
//! repeat stay brings ([`fit_spend`]) and by what serving them costs ([`Economics`]). Tiers follow
//! Pareto ([`TierBounds`]).

use std::collections::BTreeMap;

use serde::Serialize;

use super::choice::{RepeatModel, choose};
use super::churn::{ALIVE_MIN, median, overdue_ratio};
use super::clv::{Economics, MONTH_WEEKS, lifetime_value};
use super::error::{BadNumber, FitError};
use super::gamma_gamma::{GammaGamma, dependence, fit_spend};
use super::history::{History, Sample, Spend};
use super::sketch::Sketch;
use super::tiers::{Tier, TierBounds};
use super::visits::Visits;
use crate::domain::id::GuestKey;
use crate::domain::time::Date;

/// Minor units of the brand's currency in a major one.
pub(super) const MINOR_UNITS: u32 = 100;
/// The guests who are said to bring most of the profit.
const TOP_SHARE: f64 = 0.2;
/// Steps of the Pareto curve.
const CURVE_STEPS: usize = 20;

/// The guests of a brand, valued.
#[derive(Debug, Clone, PartialEq)]
pub struct Portfolio {
    /// Each guest who stayed.
    pub guests: BTreeMap<GuestKey, Valued>,
    /// The least value of each tier; `None` where nobody has a value above 0.
    pub bounds: Option<TierBounds>,
    /// Figures over all of them.
    pub figures: Figures,
}

/// One guest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Valued {
    /// What was paid so far, net, in major units.
    pub paid: f64,
    /// P(alive).
    pub alive: f64,
    /// Stays expected within twelve months.
    pub expected_stays: f64,
    /// Lifetime value, net, in major units.
    pub value: f64,
    /// Stays so far.
    pub stays: u32,
    /// Day of the last arrival.
    pub last: Date,
    /// Days since then over the guest's own median gap, or that of all; `None` where no gap is known.
    pub overdue: Option<f64>,
}

/// Figures over all guests of a brand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// The last day of the log, YYYY-MM-DD.
    pub today: String,
    /// Guests who stayed.
    pub guests: usize,
    /// Of those, guests who came more than once.
    pub repeaters: usize,
    /// The model of coming again that speaks for these guests.
    pub model: RepeatModel,
    /// What a repeat stay brings; none with too few of them.
    pub spend: Option<GammaGamma>,
    /// Correlation of how often and how much; above .3 the two are not independent, as the model of
    /// spend takes them to be.
    pub dependence: f64,
    /// Mean P(alive).
    pub alive: f64,
    /// Stays expected within the next twelve months.
    pub expected_stays: f64,
    /// Months that lifetime value looks ahead.
    pub months: u32,
    /// Lifetime value of all, net, in major units.
    pub lifetime_value: f64,
    /// Share of what was paid so far that the top fifth of the guests paid.
    pub paid_by_top_fifth: f64,
    /// Share of lifetime value that the top fifth of the guests has.
    pub value_of_top_fifth: f64,
    /// Guests by tier, and their lifetime value.
    pub tiers: Vec<TierLine>,
    /// Of the fifth that has paid most, guests who are rather gone (P(alive) < ½).
    pub at_risk: usize,
    /// Guests who are silent for longer than twice their usual gap.
    pub overdue: usize,
    /// Days between two stays of a guest, the median over all; `None` where nobody came twice.
    pub typical_gap_days: Option<f64>,
    /// Share of what was paid that the top 0 %, 5 %, … 100 % of the guests paid.
    pub pareto: Vec<f64>,
}

/// A tier.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TierLine {
    /// The tier.
    pub tier: Tier,
    /// Its guests.
    pub guests: usize,
    /// Their lifetime value, net, in major units.
    pub lifetime_value: f64,
    /// The least lifetime value of a guest of the tier.
    pub from: f64,
}

/// Why guests cannot be valued.
#[derive(Debug, thiserror::Error)]
pub enum ValueError {
    /// Nobody stayed.
    #[error("no guest has stayed yet: import bookings, or send CHECK_IN events")]
    Nobody,
    /// No model fits.
    #[error("{0}")]
    Fit(#[from] FitError),
    /// A number of the economics is out of bounds.
    #[error("{0}")]
    Number(#[from] BadNumber),
}

/// Values guests by their stays, as of a day.
///
/// # Errors
/// [`ValueError`] where nobody stayed, no model fits, or the economics are out of bounds.
pub fn value<'v>(
    visits: impl IntoIterator<Item = (GuestKey, &'v Visits)>,
    today: Date,
    months: u32,
    economics: &Economics,
) -> Result<Portfolio, ValueError> {
    let histories: Vec<(GuestKey, History, &Visits)> =
        visits.into_iter().filter_map(|(guest, v)| Some((guest, v.history(today)?, v))).collect();
    if histories.is_empty() {
        return Err(ValueError::Nobody);
    }
    let sample = Sample::of(histories.iter().map(|(_, history, _)| *history));
    let model = choose(&sample)?.model;
    let spends = Sample::of(histories.iter().filter_map(|(.., v)| v.repeat_spend(MINOR_UNITS)));
    let spend = fit_spend(&spends).ok().map(|fit| fit.model);
    let mean = mean_spend(&histories);
    let gap = median(histories.iter().flat_map(|(.., v)| v.gaps()).collect());
    let mut guests = BTreeMap::new();
    for (guest, history, visits) in &histories {
        let outlook = model.outlook(history);
        let own = visits.repeat_spend(MINOR_UNITS);
        let expected = expected_spend(spend.as_ref(), own.as_ref(), mean);
        let stays = |month: u32| outlook.expected_stays(f64::from(month) * MONTH_WEEKS);
        let valued = Valued {
            paid: paid(visits),
            alive: outlook.alive(),
            expected_stays: stays(12)?,
            value: lifetime_value(months, expected, economics, stays)?.net(),
            stays: visits.repeats() + 1,
            last: visits.last_day().unwrap_or(today),
            overdue: overdue_ratio(visits, today, gap),
        };
        guests.insert(*guest, valued);
    }
    let bounds = bounds_of(guests.values().map(|guest| guest.value));
    let valued: Vec<&Valued> = guests.values().collect();
    let mut figures = figures(today, &valued, (model, spend, &spends), &sample, months);
    figures.tiers = bounds.map_or_else(Vec::new, |bounds| tiers(&valued, bounds));
    figures.typical_gap_days = gap;
    Ok(Portfolio { guests, bounds, figures })
}

impl Portfolio {
    /// The tier of a guest; D for one who never stayed.
    pub fn tier(&self, guest: GuestKey) -> Tier {
        let value = self.guests.get(&guest).map_or(0.0, |valued| valued.value);
        self.bounds.map_or(Tier::D, |bounds| bounds.tier(value))
    }
}

fn figures(
    today: Date,
    valued: &[&Valued],
    (model, spend, spends): (RepeatModel, Option<GammaGamma>, &Sample<Spend>),
    sample: &Sample<History>,
    months: u32,
) -> Figures {
    let sum = |of: fn(&Valued) -> f64| valued.iter().map(|v| of(v)).sum::<f64>();
    let top = top_fifth(valued, |v| v.paid);
    Figures {
        today: today.to_string(),
        guests: valued.len(),
        repeaters: usize::try_from(sample.repeaters()).unwrap_or(usize::MAX),
        model,
        spend,
        dependence: dependence(spends),
        alive: sum(|v| v.alive) / real(valued.len()),
        expected_stays: sum(|v| v.expected_stays),
        months,
        lifetime_value: sum(|v| v.value),
        paid_by_top_fifth: share(&top, valued, |v| v.paid),
        value_of_top_fifth: share(&top_fifth(valued, |v| v.value), valued, |v| v.value),
        tiers: Vec::new(),
        at_risk: top.iter().filter(|v| v.alive < ALIVE_MIN && v.paid > 0.0).count(),
        overdue: valued.iter().filter(|v| v.overdue.is_some_and(|ratio| ratio > 2.0)).count(),
        typical_gap_days: None,
        pareto: pareto(valued),
    }
}

/// Shares of what was paid, by the share of the guests who paid most.
fn pareto(valued: &[&Valued]) -> Vec<f64> {
    let mut paid: Vec<f64> = valued.iter().map(|v| v.paid.max(0.0)).collect();
    paid.sort_by(|a, b| b.total_cmp(a));
    let whole: f64 = paid.iter().sum();
    let of_top = |step: usize| {
        let count = (paid.len() * step).div_ceil(CURVE_STEPS);
        let part: f64 = paid.iter().take(count).sum();
        if whole > 0.0 { part / whole } else { 0.0 }
    };
    (0..=CURVE_STEPS).map(of_top).collect()
}

/// What a stay of a guest will bring: by the model, or the mean of all.
pub(super) fn expected_spend(model: Option<&GammaGamma>, own: Option<&Spend>, mean: f64) -> f64 {
    match (model, own) {
        (Some(model), Some(own)) => model.expected_spend(own),
        (Some(model), None) => model.mean(),
        (None, _) => mean,
    }
}

/// What a guest paid so far, net, in major units.
pub fn paid(visits: &Visits) -> f64 {
    let kept: i64 = visits.kept().iter().map(|o| o.spend_minor).sum();
    minor(kept.saturating_add(visits.counted().spend_minor))
}

fn mean_spend(histories: &[(GuestKey, History, &Visits)]) -> f64 {
    let (mut sum, mut stays) = (0.0, 0.0);
    for (.., visits) in histories {
        sum += paid(visits);
        stays += f64::from(visits.repeats()) + 1.0;
    }
    (sum / f64::max(stays, 1.0)).max(0.0)
}

#[expect(clippy::cast_precision_loss, reason = "amounts are bounded far below 2^53")]
fn minor(amount: i64) -> f64 {
    amount as f64 / f64::from(MINOR_UNITS)
}

#[expect(clippy::cast_precision_loss, reason = "a number of guests")]
fn real(count: usize) -> f64 {
    count as f64
}

/// The fifth of the guests of whom there is most.
fn top_fifth<'v>(valued: &[&'v Valued], of: fn(&Valued) -> f64) -> Vec<&'v Valued> {
    let mut order = valued.to_vec();
    order.sort_by(|a, b| of(b).total_cmp(&of(a)));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a number of guests"
    )]
    let count = (real(valued.len()) * TOP_SHARE).ceil() as usize;
    order.truncate(count);
    order
}

fn share(top: &[&Valued], all: &[&Valued], of: fn(&Valued) -> f64) -> f64 {
    let whole: f64 = all.iter().map(|v| of(v)).sum();
    let part: f64 = top.iter().map(|v| of(v)).sum();
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// The bounds of tiers over lifetime values.
pub(super) fn bounds_of(values: impl Iterator<Item = f64>) -> Option<TierBounds> {
    let mut sketch = Sketch::default();
    for value in values.filter(|value| *value > 0.0) {
        // Not finite: not counted.
        let _counted = sketch.add(value);
    }
    TierBounds::of(&sketch)
}

fn tiers(valued: &[&Valued], bounds: TierBounds) -> Vec<TierLine> {
    let line = |tier| {
        let of_tier = valued.iter().filter(|v| bounds.tier(v.value) == tier);
        TierLine {
            tier,
            guests: of_tier.clone().count(),
            lifetime_value: of_tier.map(|v| v.value).fold(0.0, std::ops::Add::add),
            from: bounds.least(tier),
        }
    };
    Tier::ALL.into_iter().map(line).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    const HOTEL: Economics = Economics { contact_cost: 0.5, ..Economics::HOTEL };
    const TODAY: Date = Date(20_000);

    /// A few regulars who pay much, and many who come once.
    pub(in crate::learn::value) fn guests() -> BTreeMap<GuestKey, Visits> {
        let mut rng = SplitMix64::new(5);
        let mut guests = BTreeMap::new();
        for n in 0..500_u16 {
            let mut visits = Visits::default();
            let is_regular = n % 10 == 0;
            let mut day = 18_500 + i32::try_from(rng.below(900)).unwrap();
            loop {
                let spend = if is_regular { 60_000.0 } else { 20_000.0 } * (0.5 + rng.unit());
                visits.add(Date(day), spend as i64).unwrap();
                day += 20 + i32::try_from(rng.below(120)).unwrap();
                if day >= 20_000 || !rng.chance(if is_regular { 0.95 } else { 0.25 }) {
                    break;
                }
            }
            let mut key = [0; 16];
            key[..2].copy_from_slice(&n.to_be_bytes());
            guests.insert(GuestKey(key), visits);
        }
        guests
    }

    #[test]
    fn the_few_who_bring_the_profit_are_found_and_parts_sum_to_the_whole() {
        let guests = guests();
        let all = || guests.iter().map(|(guest, visits)| (*guest, visits));
        let portfolio = value(all(), TODAY, 36, &HOTEL).unwrap();
        let figures = &portfolio.figures;
        assert_eq!(figures.guests, 500);
        assert!(figures.paid_by_top_fifth > 0.5, "{figures:?}");
        assert!(figures.value_of_top_fifth > 0.6, "{figures:?}");
        assert!(figures.value_of_top_fifth > figures.paid_by_top_fifth, "{figures:?}");
        assert_eq!(figures.tiers.iter().map(|t| t.guests).sum::<usize>(), 500);
        let sum: f64 = figures.tiers.iter().map(|t| t.lifetime_value).sum();
        assert!((sum - figures.lifetime_value).abs() < 1e-6 * sum);
        assert!(figures.tiers[0].guests < 100 && figures.alive > 0.05 && figures.alive < 0.95);
        let naive = guests.values().filter(|v| v.repeats() > 0).count();
        assert_eq!(figures.repeaters, naive);
        let first = figures.tiers[0].guests;
        assert_eq!(guests.keys().filter(|g| portfolio.tier(**g) == Tier::A).count(), first);
        assert!((figures.pareto[4] - figures.paid_by_top_fifth).abs() < 1e-9);
        assert!(figures.pareto.is_sorted() && (figures.pareto[20] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn nobody_is_worth_nothing() {
        let nobody = value([], TODAY, 36, &HOTEL).unwrap_err();
        assert!(nobody.to_string().contains("no guest has stayed"), "{nobody}");
    }
}
