//! Lifetime value: what a guest's future stays bring, less what they cost, in today's money.
//!
//! For month k of the horizon, the stays expected in it times what a stay leaves, less the messages
//! of the month, divided by `(1 + d)^k`. Fader, Hardie, Lee, "RFM and CLV", Journal of Marketing
//! Research 42 (2005), in months.

use serde::{Deserialize, Serialize};

use super::error::{BadNumber, check};

/// Weeks of a month: 365.25 / 12 / 7.
pub const MONTH_WEEKS: f64 = 365.25 / 84.0;

/// What a stay leaves and costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Economics {
    /// Share of what a stay brings that is left after its variable costs, 0 to 1.
    pub margin_share: f64,
    /// Share of what a stay brings that goes to the channel it is booked through, 0 to 1.
    pub commission_share: f64,
    /// Cost of serving a stay beyond that (gifts, recovery, staff), in the currency's major unit.
    pub service_cost: f64,
    /// Cost of a month of messages to the guest, in the currency's major unit.
    pub contact_cost: f64,
    /// Discount rate of a month: 0.01 for 1 %.
    pub discount: f64,
}

impl Economics {
    /// What is assumed of a hotel that says nothing else.
    pub const HOTEL: Self = Self {
        margin_share: 0.6,
        commission_share: 0.15,
        service_cost: 10.0,
        contact_cost: 0.1,
        discount: 0.01,
    };

    /// Checks every number.
    ///
    /// # Errors
    /// [`BadNumber`] naming the first that is out of bounds.
    pub fn checked(self) -> Result<Self, BadNumber> {
        let is_share = |share: f64| (0.0..=1.0).contains(&share);
        check("margin_share", self.margin_share, "give a share, 0 to 1", is_share)?;
        check("commission_share", self.commission_share, "give a share, 0 to 1", is_share)?;
        let is_cost = |cost: f64| cost >= 0.0;
        check("service_cost", self.service_cost, "give a cost, 0 or more", is_cost)?;
        check("contact_cost", self.contact_cost, "give a cost, 0 or more", is_cost)?;
        check("discount", self.discount, "give a monthly rate, 0 or more", is_cost)?;
        Ok(self)
    }
}

/// A guest's lifetime value and its parts, in the currency's major unit, discounted.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct LifetimeValue {
    /// Stays, discounted.
    pub stays: f64,
    /// Margin of the stays.
    pub margin: f64,
    /// Commission of the channels.
    pub commission: f64,
    /// Cost of service.
    pub service: f64,
    /// Cost of messages.
    pub contact: f64,
}

impl LifetimeValue {
    /// What is left of the margin; negative where the guest costs more.
    pub fn net(&self) -> f64 {
        self.margin - self.commission - self.service - self.contact
    }
}

/// The value of the next `months` months. `stays` tells how many stays are expected within the next
/// k months, k from 1 on; `spend` what a stay brings.
///
/// # Errors
/// [`BadNumber`] for a spend that is not finite, a number of economics out of bounds, or what
/// `stays` refuses.
pub fn lifetime_value(
    months: u32,
    spend: f64,
    economics: &Economics,
    mut stays: impl FnMut(u32) -> Result<f64, BadNumber>,
) -> Result<LifetimeValue, BadNumber> {
    let economics = economics.checked()?;
    check("spend", spend, "give what a stay brings, 0 or more", |spend| spend >= 0.0)?;
    let step = 1.0 / (1.0 + economics.discount);
    let (mut before, mut discount, mut discounted) = (0.0, 1.0, 0.0);
    let mut months_discounted = 0.0;
    for month in 1..=months {
        let until = stays(month)?;
        discount *= step;
        discounted += (until - before) * discount;
        months_discounted += discount;
        before = until;
    }
    Ok(LifetimeValue {
        stays: discounted,
        margin: discounted * spend * economics.margin_share,
        commission: discounted * spend * economics.commission_share,
        service: discounted * economics.service_cost,
        contact: months_discounted * economics.contact_cost,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOTEL: Economics = Economics {
        margin_share: 0.6,
        commission_share: 0.15,
        service_cost: 10.0,
        contact_cost: 0.5,
        discount: 0.01,
    };

    /// One stay a month for two months: 1/1.01 + 1/1.01² = 1.970395…
    #[test]
    fn the_parts_are_what_they_are_by_hand() {
        let found = lifetime_value(2, 200.0, &HOTEL, |month| Ok(f64::from(month))).unwrap();
        let stays = 1.0 / 1.01 + 1.0 / 1.0201;
        assert!((found.stays - stays).abs() < 1e-14, "{found:?}");
        assert!((found.net() - stays * (120.0 - 30.0 - 10.0 - 0.5)).abs() < 1e-11, "{found:?}");
    }

    #[test]
    fn a_guest_who_does_not_come_costs_the_messages() {
        let found = lifetime_value(12, 200.0, &HOTEL, |_| Ok(0.0)).unwrap();
        assert!(found.net() < -5.0 && found.net() > -6.0, "{found:?}");
        assert_eq!(lifetime_value(0, 1.0, &HOTEL, |_| Ok(1.0)), Ok(LifetimeValue::default()));
    }

    #[test]
    fn what_is_out_of_bounds_is_named() {
        let named = |economics: Economics, spend| {
            let refused = lifetime_value(1, spend, &economics, |_| Ok(1.0));
            refused.unwrap_err().field
        };
        assert_eq!(named(Economics { margin_share: 1.1, ..HOTEL }, 1.0), "margin_share");
        assert_eq!(named(Economics { commission_share: -0.1, ..HOTEL }, 1.0), "commission_share");
        assert_eq!(named(Economics { service_cost: f64::NAN, ..HOTEL }, 1.0), "service_cost");
        assert_eq!(named(Economics { contact_cost: -1.0, ..HOTEL }, 1.0), "contact_cost");
        assert_eq!(named(Economics { discount: -1.0, ..HOTEL }, 1.0), "discount");
        assert_eq!(named(HOTEL, f64::INFINITY), "spend");
    }
}
