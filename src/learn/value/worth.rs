//! What a guest is worth by what was fitted, as of any day: from their own stays alone.
//!
//! A fit ([`ValueFit`]) holds the parameters of the models, where the tiers lie and what a stay leaves and
//! costs. The rest is the guest's own: how often, how recently, for how long, for how much. So a guest is
//! valued anew at any moment, without looking at the others.
//!
//! The tier has a memory. At a fit the bounds alone count; from then on the guest moves where the value is
//! past a bound by a tenth ([`TierBounds::moved`]), looked at after each stay or payment, and today.

use std::collections::BTreeMap;

use super::beta_geometric::MbgNbd;
use super::choice::{RepeatModel, choose};
use super::churn::{Churn, judge, median, overdue_ratio};
use super::clv::{Economics, LifetimeValue, MONTH_WEEKS, lifetime_value};
use super::error::BadNumber;
use super::gamma_gamma::{GammaGamma, fit_spend};
use super::history::{History, Sample};
use super::pareto::ParetoNbd;
use super::portfolio::{MINOR_UNITS, ValueError, bounds_of, expected_spend, paid};
use super::tiers::{Review, Tier, TierBounds};
use super::visits::Visits;
use crate::domain::id::GuestKey;
use crate::domain::time::{DAY_MICROS, Date, Timestamp};
use crate::domain::value::{RepeatKind, ValueFit};

/// What was fitted, ready to value guests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Appraiser {
    fit: ValueFit,
    model: RepeatModel,
    spend: Option<GammaGamma>,
    bounds: Option<TierBounds>,
    economics: Economics,
}

/// What a guest is worth on a day. Money in major units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worth {
    /// Stays, and their times in weeks.
    pub history: History,
    /// What a repeat stay brought on average; 0 without one.
    pub repeat_spend: f64,
    /// What was paid so far, net.
    pub paid: f64,
    /// The first day and the last one of an arrival.
    pub arrivals: (Date, Date),
    /// P(alive).
    pub alive: f64,
    /// Stays expected within twelve months.
    pub expected_stays: f64,
    /// What the next stay is expected to bring.
    pub expected_spend: f64,
    /// Lifetime value and its parts.
    pub lifetime: LifetimeValue,
    /// Days since the last arrival over the guest's own median gap, or that of all.
    pub overdue: Option<f64>,
}

/// Where a guest stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// What the guest is worth.
    pub worth: Worth,
    /// The tier.
    pub tier: Tier,
    /// The tier by the bounds alone.
    pub plain_tier: Tier,
    /// The best tier since the fit.
    pub best_tier: Tier,
    /// Is the guest about to be lost?
    pub churn: Churn,
}

/// Fits how guests come again and what they spend, to their stays up to a moment.
///
/// # Errors
/// [`ValueError`] where nobody stayed, no model fits, or the economics are out of bounds.
pub fn fit(
    visits: &BTreeMap<GuestKey, Visits>,
    until: Timestamp,
    months: u32,
    economics: &Economics,
) -> Result<ValueFit, ValueError> {
    let economics = economics.checked()?;
    let today = day(until);
    let histories = || visits.values().filter_map(|v| v.history(today));
    if histories().next().is_none() {
        return Err(ValueError::Nobody);
    }
    let sample = Sample::of(histories());
    let (repeat, parameters) = match choose(&sample)?.model {
        RepeatModel::MbgNbd(m) => (RepeatKind::MbgNbd, [m.r, m.alpha, m.a, m.b]),
        RepeatModel::ParetoNbd(m) => (RepeatKind::ParetoNbd, [m.r, m.alpha, m.s, m.beta]),
    };
    let spends = Sample::of(visits.values().filter_map(|v| v.repeat_spend(MINOR_UNITS)));
    let spend = fit_spend(&spends).ok().map(|fit| fit.model);
    let stays: f64 = visits.values().map(|v| f64::from(v.repeats()) + 1.0).sum();
    let fit = ValueFit {
        until,
        repeat,
        parameters,
        spend: spend.map(|GammaGamma { p, q, v }| [p, q, v]),
        mean_spend: (visits.values().map(paid).sum::<f64>() / stays.max(1.0)).max(0.0),
        gap_days: median(visits.values().flat_map(Visits::gaps).collect()),
        bounds: None,
        months,
        economics: [
            economics.margin_share,
            economics.commission_share,
            economics.service_cost,
            economics.contact_cost,
            economics.discount,
        ],
        guests: sample.guests(),
        repeaters: sample.repeaters(),
    };
    let appraiser = Appraiser::of(&fit)?;
    let mut values = Vec::with_capacity(visits.len());
    for visits in visits.values() {
        values.extend(appraiser.worth(visits, today)?.map(|worth| worth.lifetime.net()));
    }
    Ok(ValueFit { bounds: bounds_of(values.into_iter()).map(TierBounds::parts), ..fit })
}

impl Appraiser {
    /// Of what was fitted.
    ///
    /// # Errors
    /// [`BadNumber`] naming a parameter that cannot be.
    pub fn of(fit: &ValueFit) -> Result<Self, BadNumber> {
        let [a, b, c, d] = fit.parameters;
        let [margin_share, commission_share, service_cost, contact_cost, discount] = fit.economics;
        let economics =
            Economics { margin_share, commission_share, service_cost, contact_cost, discount };
        Ok(Self {
            fit: *fit,
            model: match fit.repeat {
                RepeatKind::MbgNbd => RepeatModel::MbgNbd(MbgNbd::new(a, b, c, d)?),
                RepeatKind::ParetoNbd => RepeatModel::ParetoNbd(ParetoNbd::new(a, b, c, d)?),
            },
            spend: fit.spend.map(|[p, q, v]| GammaGamma::new(p, q, v)).transpose()?,
            bounds: fit.bounds.map(TierBounds::of_parts),
            economics: economics.checked()?,
        })
    }

    /// What was fitted.
    pub fn fit(&self) -> &ValueFit {
        &self.fit
    }

    /// What a stay leaves and costs.
    pub fn economics(&self) -> Economics {
        self.economics
    }

    /// What a guest is worth on a day; `None` for one who never stayed.
    ///
    /// # Errors
    /// [`BadNumber`] where the models have no answer.
    pub fn worth(&self, visits: &Visits, today: Date) -> Result<Option<Worth>, BadNumber> {
        let (Some(history), Some(first), Some(last)) =
            (visits.history(today), visits.kept().first(), visits.last_day())
        else {
            return Ok(None);
        };
        let outlook = self.model.outlook(&history);
        let own = visits.repeat_spend(MINOR_UNITS);
        let expected_spend = expected_spend(self.spend.as_ref(), own.as_ref(), self.fit.mean_spend);
        let stays = |month: u32| outlook.expected_stays(f64::from(month) * MONTH_WEEKS);
        Ok(Some(Worth {
            history,
            repeat_spend: own.map_or(0.0, |own| own.mean()),
            paid: paid(visits),
            arrivals: (first.day, last),
            alive: outlook.alive(),
            expected_stays: stays(12)?,
            expected_spend,
            lifetime: lifetime_value(self.fit.months, expected_spend, &self.economics, stays)?,
            overdue: overdue_ratio(visits, today, self.fit.gap_days),
        }))
    }

    /// Where a guest stands on a day. `path` has the guest's stays as they were known at the fit, then after
    /// each stay or payment since, with its day; the last ones are today's.
    ///
    /// # Errors
    /// As [`Self::worth`].
    pub fn standing(
        &self,
        path: &[(Date, Visits)],
        today: Date,
    ) -> Result<Option<Standing>, BadNumber> {
        let Some((_, visits)) = path.last() else { return Ok(None) };
        let Some(worth) = self.worth(visits, today)? else { return Ok(None) };
        let (mut tier, mut best) = (None, Tier::D);
        let mut review = Review::MonthEnd;
        for (day, visits) in path {
            if let Some(worth) = self.worth(visits, (*day).min(today))? {
                let next = self.moved(tier, worth.lifetime.net(), review);
                (tier, best) = (Some(next), best.min(next));
            }
            review = Review::Running;
        }
        let value = worth.lifetime.net();
        let tier = self.moved(tier, value, review);
        let best_tier = best.min(tier);
        Ok(Some(Standing {
            tier,
            plain_tier: self.moved(None, value, Review::MonthEnd),
            best_tier,
            churn: judge(worth.alive, worth.overdue, best_tier),
            worth,
        }))
    }

    fn moved(&self, before: Option<Tier>, value: f64, review: Review) -> Tier {
        self.bounds.map_or(Tier::D, |bounds| bounds.moved(before, value, review))
    }
}

/// The day of a moment, UTC.
pub fn day(at: Timestamp) -> Date {
    Date(i32::try_from(at.as_micros().div_euclid(DAY_MICROS)).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::value::portfolio::{tests::guests, value};

    const TODAY: Date = Date(20_000);

    fn until() -> Timestamp {
        Timestamp::from_micros(i64::from(TODAY.0) * DAY_MICROS)
    }

    /// A fit values each guest as the valuation of all at once does.
    #[test]
    fn one_by_one_is_as_all_at_once() {
        let guests = guests();
        let economics = Economics::HOTEL;
        let all = value(guests.iter().map(|(k, v)| (*k, v)), TODAY, 36, &economics).unwrap();
        let fit = fit(&guests, until(), 36, &economics).unwrap();
        assert_eq!(fit.guests, 500);
        let appraiser = Appraiser::of(&fit).unwrap();
        for (key, visits) in &guests {
            let one = appraiser.standing(&[(TODAY, visits.clone())], TODAY).unwrap().unwrap();
            let of_all = &all.guests[key];
            let pairs = [
                (one.worth.alive, of_all.alive),
                (one.worth.expected_stays, of_all.expected_stays),
                (one.worth.lifetime.net(), of_all.value),
                (one.worth.paid, of_all.paid),
            ];
            assert!(
                pairs.iter().all(|(a, b)| (a - b).abs() <= 1e-9 * b.abs().max(1.0)),
                "{pairs:?}"
            );
            assert_eq!((one.tier, one.worth.overdue), (all.tier(*key), of_all.overdue));
        }
    }

    /// Between two fits a guest moves only where the value is clearly past a bound; a fit looks at the
    /// bounds alone.
    #[test]
    fn the_tier_remembers() {
        let guests = guests();
        let fit = fit(&guests, until(), 36, &Economics::HOTEL).unwrap();
        let appraiser = Appraiser::of(&fit).unwrap();
        let visits = guests.values().max_by_key(|v| v.repeats()).unwrap();
        let at = |day: i32| {
            let path = [(TODAY, visits.clone())];
            appraiser.standing(&path, Date(day)).unwrap().unwrap()
        };
        assert_eq!(at(TODAY.0).tier, Tier::A);
        let crossed = (TODAY.0..TODAY.0 + 3_000).find(|day| at(*day).plain_tier > Tier::A).unwrap();
        let moved = (crossed..crossed + 3_000).find(|day| at(*day).tier > Tier::A).unwrap();
        assert!(moved > crossed, "{crossed} {moved}");
        let (then, bound) = (at(moved), fit.bounds.unwrap()[0]);
        assert!(then.worth.lifetime.net() < 0.9 * bound && then.best_tier == Tier::A);
        assert!(at(crossed).churn.is_at_risk == (at(crossed).worth.alive < 0.5));
        // Somebody who never stayed has no value.
        assert_eq!(appraiser.standing(&[(TODAY, Visits::default())], TODAY).unwrap(), None);
        assert_eq!(appraiser.standing(&[], TODAY).unwrap(), None);
    }
}
