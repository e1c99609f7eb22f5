//! What the guests of a brand are worth: who brings the profit, who will come again, whom one is about
//! to lose.

use serde::Serialize;

use crate::domain::time::Date;
use crate::engine::history::Guests;
use crate::learn::value::choice::{RepeatModel, choose};
use crate::learn::value::churn::ALIVE_MIN;
use crate::learn::value::clv::{Economics, MONTH_WEEKS, lifetime_value};
use crate::learn::value::error::{BadNumber, FitError};
use crate::learn::value::gamma_gamma::{GammaGamma, dependence, fit_spend};
use crate::learn::value::history::{History, Sample, Spend};
use crate::learn::value::sketch::Sketch;
use crate::learn::value::tiers::{Tier, TierBounds};
use crate::learn::value::visits::Visits;

/// Minor units of the brand's currency in a major one.
const MINOR_UNITS: u32 = 100;
/// The guests who are said to bring most of the profit.
const TOP_SHARE: f64 = 0.2;

/// Figures over all guests of a brand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct ValueReport {
    /// The last day of the log, YYYY-MM-DD.
    pub(super) today: String,
    /// Guests who stayed.
    pub(super) guests: usize,
    /// Of those, guests who came more than once.
    pub(super) repeaters: usize,
    /// The model of coming again that speaks for these guests.
    pub(super) model: RepeatModel,
    /// What a repeat stay brings; none with too few of them.
    pub(super) spend: Option<GammaGamma>,
    /// Correlation of how often and how much; above .3 the two are not independent, as the model of
    /// spend takes them to be.
    pub(super) dependence: f64,
    /// Mean P(alive).
    pub(super) alive: f64,
    /// Stays expected within the next twelve months.
    pub(super) expected_stays: f64,
    /// Months that lifetime value looks ahead.
    pub(super) months: u32,
    /// Lifetime value of all, net, in major units.
    pub(super) lifetime_value: f64,
    /// Share of what was paid so far that the top fifth of the guests paid.
    pub(super) paid_by_top_fifth: f64,
    /// Share of lifetime value that the top fifth of the guests has.
    pub(super) value_of_top_fifth: f64,
    /// Guests by tier, and their lifetime value.
    pub(super) tiers: Vec<TierLine>,
    /// Of the fifth that has paid most, guests who are rather gone (P(alive) < ½).
    pub(super) at_risk: usize,
}

/// A tier.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct TierLine {
    pub(super) tier: Tier,
    pub(super) guests: usize,
    pub(super) lifetime_value: f64,
    /// The least lifetime value of a guest of the tier.
    pub(super) from: f64,
}

/// Why guests cannot be valued.
#[derive(Debug, thiserror::Error)]
pub(super) enum ValueError {
    #[error("no guest has stayed yet: import bookings, or send CHECK_IN events")]
    Nobody,
    #[error("{0}")]
    Fit(#[from] FitError),
    #[error("{0}")]
    Number(#[from] BadNumber),
}

/// One guest.
struct Valued {
    paid: f64,
    alive: f64,
    expected_stays: f64,
    value: f64,
}

/// Values all guests of a brand.
pub(super) fn value(
    guests: &Guests,
    months: u32,
    economics: &Economics,
) -> Result<ValueReport, ValueError> {
    let histories: Vec<(History, &Visits)> =
        guests.visits.values().filter_map(|v| Some((v.history(guests.today)?, v))).collect();
    if histories.is_empty() {
        return Err(ValueError::Nobody);
    }
    let sample = Sample::of(histories.iter().map(|(history, _)| *history));
    let model = choose(&sample)?.model;
    let spends = Sample::of(histories.iter().filter_map(|(_, v)| v.repeat_spend(MINOR_UNITS)));
    let spend = fit_spend(&spends).ok().map(|fit| fit.model);
    let mean = mean_spend(&histories);
    let mut valued = Vec::with_capacity(histories.len());
    for (history, visits) in &histories {
        let outlook = model.outlook(history);
        let own = visits.repeat_spend(MINOR_UNITS);
        let expected = expected_spend(spend.as_ref(), own.as_ref(), mean);
        let stays = |month: u32| outlook.expected_stays(f64::from(month) * MONTH_WEEKS);
        valued.push(Valued {
            paid: paid(visits),
            alive: outlook.alive(),
            expected_stays: stays(12)?,
            value: lifetime_value(months, expected, economics, stays)?.net(),
        });
    }
    Ok(report(guests.today, &valued, (model, spend, &spends), &sample, months))
}

fn report(
    today: Date,
    valued: &[Valued],
    (model, spend, spends): (RepeatModel, Option<GammaGamma>, &Sample<Spend>),
    sample: &Sample<History>,
    months: u32,
) -> ValueReport {
    let sum = |of: fn(&Valued) -> f64| valued.iter().map(of).sum::<f64>();
    let top = top_fifth(valued, |v| v.paid);
    ValueReport {
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
        tiers: tiers(valued),
        at_risk: top.iter().filter(|v| v.alive < ALIVE_MIN && v.paid > 0.0).count(),
    }
}

/// What a stay of a guest will bring: by the model, or the mean of all.
fn expected_spend(model: Option<&GammaGamma>, own: Option<&Spend>, mean: f64) -> f64 {
    match (model, own) {
        (Some(model), Some(own)) => model.expected_spend(own),
        (Some(model), None) => model.mean(),
        (None, _) => mean,
    }
}

fn paid(visits: &Visits) -> f64 {
    let kept: i64 = visits.kept().iter().map(|o| o.spend_minor).sum();
    minor(kept.saturating_add(visits.counted().spend_minor))
}

fn mean_spend(histories: &[(History, &Visits)]) -> f64 {
    let (mut sum, mut stays) = (0.0, 0.0);
    for (_, visits) in histories {
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
fn top_fifth(valued: &[Valued], of: fn(&Valued) -> f64) -> Vec<&Valued> {
    let mut order: Vec<&Valued> = valued.iter().collect();
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

fn share(top: &[&Valued], all: &[Valued], of: fn(&Valued) -> f64) -> f64 {
    let whole: f64 = all.iter().map(of).sum();
    let part: f64 = top.iter().map(|v| of(v)).sum();
    if whole > 0.0 { part / whole } else { 0.0 }
}

fn tiers(valued: &[Valued]) -> Vec<TierLine> {
    let mut sketch = Sketch::default();
    for guest in valued.iter().filter(|v| v.value > 0.0) {
        // Not finite: not counted.
        let _counted = sketch.add(guest.value);
    }
    let Some(bounds) = TierBounds::of(&sketch) else { return Vec::new() };
    let line = |tier| {
        let of_tier = valued.iter().filter(|v| bounds.tier(v.value) == tier);
        TierLine {
            tier,
            guests: of_tier.clone().count(),
            lifetime_value: of_tier.map(|v| v.value).sum(),
            from: bounds.least(tier),
        }
    };
    [Tier::A, Tier::B, Tier::C, Tier::D].into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::GuestKey;
    use crate::sys::rng::SplitMix64;

    const HOTEL: Economics = Economics {
        margin_share: 0.6,
        commission_share: 0.15,
        service_cost: 10.0,
        contact_cost: 0.5,
        discount: 0.01,
    };

    /// A few regulars who pay much, and many who come once.
    fn guests() -> Guests {
        let mut rng = SplitMix64::new(5);
        let mut guests = Guests { today: Date(20_000), ..Guests::default() };
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
            guests.visits.insert(GuestKey(key), visits);
        }
        guests
    }

    #[test]
    fn the_few_who_bring_the_profit_are_found_and_parts_sum_to_the_whole() {
        let guests = guests();
        let report = value(&guests, 36, &HOTEL).unwrap();
        assert_eq!(report.guests, 500);
        assert!(report.paid_by_top_fifth > 0.5, "{report:?}");
        assert!(report.value_of_top_fifth > 0.6, "{report:?}");
        assert!(report.value_of_top_fifth > report.paid_by_top_fifth, "{report:?}");
        assert_eq!(report.tiers.iter().map(|t| t.guests).sum::<usize>(), 500);
        let sum: f64 = report.tiers.iter().map(|t| t.lifetime_value).sum();
        assert!((sum - report.lifetime_value).abs() < 1e-6 * sum);
        assert!(report.tiers[0].guests < 100 && report.alive > 0.05 && report.alive < 0.95);
        let naive = guests.visits.values().filter(|v| v.repeats() > 0).count();
        assert_eq!(report.repeaters, naive);
    }

    #[test]
    fn nobody_is_worth_nothing() {
        let nobody = value(&Guests::default(), 36, &HOTEL).unwrap_err();
        assert!(nobody.to_string().contains("no guest has stayed"), "{nobody}");
    }
}
