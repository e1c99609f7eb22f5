//! Is a guest about to be lost, and worth keeping?
//!
//! Two signs: the model's P(alive), and how long the silence is by the guest's own measure. A guest
//! of tier A or B whom the model gives up more likely than not is at risk.

use super::tiers::Tier;
use super::visits::Visits;
use crate::domain::time::Date;

/// P(alive) below which a valuable guest is at risk.
pub const ALIVE_MIN: f64 = 0.5;
/// Gaps from which a guest's own median is taken.
pub const GAPS_MIN: usize = 2;

/// The state of a guest's relation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Churn {
    /// P(the guest will not come again | history), 0 to 1.
    pub risk: f64,
    /// Days since the last stay, in typical gaps: above 1, overdue. `None` where no gap is known.
    pub overdue: Option<f64>,
    /// A valuable guest who has rather left.
    pub is_at_risk: bool,
}

/// Judges a guest by P(alive), the overdue ratio and the tier. Give the best tier of the last year:
/// the value that sets today's has already fallen with P(alive).
pub fn judge(alive: f64, overdue: Option<f64>, tier: Tier) -> Churn {
    let is_valuable = matches!(tier, Tier::A | Tier::B);
    Churn { risk: 1.0 - alive, overdue, is_at_risk: is_valuable && alive < ALIVE_MIN }
}

/// Days since the last stay over the median gap: the guest's own where there are two or more, else
/// `typical_days`, that of guests like this. `None` without a stay, or with no gap above 0.
pub fn overdue_ratio(visits: &Visits, today: Date, typical_days: Option<f64>) -> Option<f64> {
    let last = visits.last_day()?;
    let own: Vec<i32> = visits.gaps().collect();
    let gap = if own.len() >= GAPS_MIN { median(own) } else { None }.or(typical_days)?;
    let silence = (f64::from(today.0) - f64::from(last.0)).max(0.0);
    (gap > 0.0).then(|| silence / gap)
}

/// The median of gaps in days; `None` without any.
pub fn median(mut days: Vec<i32>) -> Option<f64> {
    days.sort_unstable();
    let middle = days.len() / 2;
    let upper = f64::from(*days.get(middle)?);
    if days.len() % 2 == 1 {
        return Some(upper);
    }
    Some(f64::midpoint(f64::from(days[middle - 1]), upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visits(days: &[i32]) -> Visits {
        let mut visits = Visits::default();
        days.iter().for_each(|day| visits.add(Date(*day), 0).unwrap());
        visits
    }

    #[test]
    fn silence_is_measured_by_the_guests_own_gaps() {
        let near = |found: Option<f64>, wanted: f64| (found.unwrap() - wanted).abs() < 1e-12;
        let regular = visits(&[0, 30, 60, 100]);
        assert!(near(overdue_ratio(&regular, Date(145), Some(90.0)), 1.5));
        assert!(near(overdue_ratio(&visits(&[0, 20, 60]), Date(120), None), 2.0));
        // One gap says little: that of guests like this.
        assert!(near(overdue_ratio(&visits(&[0, 2]), Date(92), Some(90.0)), 1.0));
        assert!(near(overdue_ratio(&regular, Date(50), None), 0.0));
        assert!(overdue_ratio(&visits(&[0]), Date(92), None).is_none());
        assert!(overdue_ratio(&Visits::default(), Date(92), Some(90.0)).is_none());
        assert!(overdue_ratio(&visits(&[0]), Date(92), Some(0.0)).is_none());
    }

    #[test]
    fn only_valuable_guests_are_at_risk() {
        let is_at_risk = |alive, tier| judge(alive, None, tier).is_at_risk;
        assert!(is_at_risk(0.49, Tier::A) && is_at_risk(0.1, Tier::B));
        assert!(!is_at_risk(0.5, Tier::A) && !is_at_risk(0.1, Tier::C));
        assert!((judge(0.3, None, Tier::D).risk - 0.7).abs() < 1e-15);
    }
}
