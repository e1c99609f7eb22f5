//! How the guests of two real hotels book: the figures that the simulated population is drawn from.
//!
//! Computed from Antonio, de Almeida, Nunes, "Hotel booking demand datasets", Data in Brief 22
//! (2019) 41-49 (CC BY 4.0): arrivals of July 2015 to December 2016, 26,881 bookings of the resort
//! hotel and 51,822 of the city hotel. Only these sums are kept, no booking; see NOTICE. Shares are
//! of all bookings of the hotel, cancelled ones included, unless a field says otherwise.

use crate::sys::rng::SplitMix64;

/// How the guests of one hotel book.
#[derive(Debug, Clone, Copy)]
pub struct Marginals {
    /// Bookings the figures were computed from.
    pub bookings: u32,
    /// Share of stays with 0, 1, 2 … 13 nights, and 14 or more.
    pub nights: [f64; 15],
    /// Days between booking and arrival: every twentieth quantile, from the least to the greatest.
    pub lead_time_days: [f64; 21],
    /// Share of parties: one adult, two, three or more, with children or babies.
    pub parties: [f64; 4],
    /// Share of bookings cancelled before arrival.
    pub cancelled: f64,
    /// Share of bookings whose guests did not come.
    pub no_show: f64,
    /// Share of stays that were given another room type than the one reserved (of guests who came).
    pub room_changed: f64,
    /// Share of bookings with 0, 1, 2, and 3 or more special requests.
    pub special_requests: [f64; 4],
    /// Countries of residence (ISO 3166) with their shares; the rest is not known.
    pub countries: &'static [(&'static str, f64)],
    /// Market segments with their shares; the rest is complementary.
    pub segments: &'static [(&'static str, f64)],
    /// Average daily rate of the guests who came and paid, in euros: deciles.
    pub rate_euros: [f64; 11],
}

/// The resort hotel.
pub const RESORT: Marginals = Marginals {
    bookings: 26_881,
    nights: [
        0.0121, 0.1978, 0.1611, 0.1441, 0.1187, 0.0686, 0.0458, 0.1535, 0.0209, 0.0160, 0.0219,
        0.0070, 0.0041, 0.0028, 0.0259,
    ],
    lead_time_days: [
        0.0, 0.0, 1.0, 3.0, 6.0, 10.0, 16.0, 24.0, 33.0, 42.0, 54.0, 69.0, 83.0, 102.0, 123.0,
        148.0, 169.0, 197.0, 232.0, 279.0, 737.0,
    ],
    parties: [0.1765, 0.7099, 0.0264, 0.0872],
    cancelled: 0.2562,
    no_show: 0.0068,
    room_changed: 0.2776,
    special_requests: [0.5912, 0.2768, 0.1101, 0.0218],
    countries: &[
        ("PT", 0.4699),
        ("GB", 0.1595),
        ("ES", 0.1006),
        ("IE", 0.0519),
        ("FR", 0.0390),
        ("DE", 0.0301),
        ("CN", 0.0131),
        ("NL", 0.0130),
        ("US", 0.0104),
        ("BE", 0.0101),
        ("IT", 0.0093),
    ],
    segments: &[
        ("online_ta", 0.4113),
        ("offline_ta_to", 0.2064),
        ("groups", 0.1607),
        ("direct", 0.1596),
        ("corporate", 0.0570),
    ],
    rate_euros: [2.0, 38.0, 46.0, 54.0, 61.0, 70.0, 82.0, 99.0, 128.0, 169.0, 508.0],
};

/// The city hotel.
pub const CITY: Marginals = Marginals {
    bookings: 51_822,
    nights: [
        0.0048, 0.1725, 0.2924, 0.2609, 0.1473, 0.0594, 0.0256, 0.0224, 0.0042, 0.0025, 0.0025,
        0.0010, 0.0006, 0.0006, 0.0032,
    ],
    lead_time_days: [
        0.0, 1.0, 3.0, 7.0, 13.0, 19.0, 28.0, 36.0, 46.0, 56.0, 69.0, 82.0, 97.0, 113.0, 136.0,
        163.0, 193.0, 245.0, 286.0, 332.0, 626.0,
    ],
    parties: [0.2077, 0.6795, 0.0502, 0.0626],
    cancelled: 0.4001,
    no_show: 0.0131,
    room_changed: 0.1784,
    special_requests: [0.6377, 0.2517, 0.0936, 0.0170],
    countries: &[
        ("PT", 0.4438),
        ("FR", 0.1055),
        ("DE", 0.0691),
        ("ES", 0.0627),
        ("GB", 0.0512),
        ("IT", 0.0425),
        ("BE", 0.0207),
        ("BR", 0.0190),
        ("NL", 0.0184),
        ("US", 0.0167),
        ("CH", 0.0146),
        ("AT", 0.0126),
    ],
    segments: &[
        ("online_ta", 0.4394),
        ("offline_ta_to", 0.2509),
        ("groups", 0.1859),
        ("direct", 0.0712),
        ("corporate", 0.0425),
        ("aviation", 0.0025),
    ],
    rate_euros: [1.0, 65.0, 75.0, 82.0, 90.0, 96.0, 105.0, 115.0, 127.0, 149.0, 452.0],
};

/// The place of a draw among shares; the last place where they sum to less than 1.
pub fn pick(shares: impl IntoIterator<Item = f64>, unit: f64) -> usize {
    let mut left = unit;
    let mut last = 0;
    for (at, share) in shares.into_iter().enumerate() {
        if left < share {
            return at;
        }
        left -= share;
        last = at;
    }
    last
}

/// A draw from equally spaced quantiles, straight lines between them.
pub fn quantile(quantiles: &[f64], unit: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a few quantiles")]
    let place = unit.clamp(0.0, 1.0) * quantiles.len().saturating_sub(1) as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "floor of a small number"
    )]
    let at = place as usize;
    let low = quantiles.get(at).copied().unwrap_or_default();
    let high = quantiles.get(at + 1).copied().unwrap_or(low);
    low + (high - low) * (place - place.floor())
}

impl Marginals {
    /// Draws the nights of a stay.
    pub fn draw_nights(&self, rng: &mut SplitMix64) -> i64 {
        i64::try_from(pick(self.nights, rng.unit())).unwrap_or(1)
    }

    /// Draws the days between booking and arrival.
    #[expect(clippy::cast_possible_truncation, reason = "a few hundred days")]
    pub fn draw_lead_time(&self, rng: &mut SplitMix64) -> i64 {
        quantile(&self.lead_time_days, rng.unit()).round() as i64
    }

    /// Draws adults and children.
    pub fn draw_party(&self, rng: &mut SplitMix64) -> (u8, u8) {
        match pick(self.parties, rng.unit()) {
            0 => (1, 0),
            1 => (2, 0),
            2 => (3, 0),
            _ => (2, 1 + u8::from(rng.chance(0.45))),
        }
    }

    /// Draws a country of residence; `None`: not known.
    pub fn draw_country(&self, rng: &mut SplitMix64) -> Option<&'static str> {
        let at = pick(self.countries.iter().map(|(_, share)| *share).chain([1.0]), rng.unit());
        self.countries.get(at).map(|(country, _)| *country)
    }

    /// Draws a market segment.
    pub fn draw_segment(&self, rng: &mut SplitMix64) -> &'static str {
        let at = pick(self.segments.iter().map(|(_, share)| *share).chain([1.0]), rng.unit());
        self.segments.get(at).map_or("complementary", |(segment, _)| *segment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_shares() {
        for hotel in [RESORT, CITY] {
            let sums = [
                hotel.nights.iter().sum::<f64>(),
                hotel.parties.iter().sum(),
                hotel.special_requests.iter().sum(),
            ];
            assert!(sums.iter().all(|sum| (sum - 1.0).abs() < 1e-3), "{sums:?}");
            assert!(hotel.countries.iter().map(|(_, s)| s).sum::<f64>() < 1.0);
            assert!(hotel.segments.iter().map(|(_, s)| s).sum::<f64>() < 1.0);
            assert!(hotel.lead_time_days.is_sorted() && hotel.rate_euros.is_sorted());
        }
    }

    #[test]
    fn draws_follow_the_figures() {
        let mut rng = SplitMix64::new(3);
        let n = 40_000;
        let near = |found: f64, expected: f64| {
            assert!(
                (found - expected).abs()
                    < 4.0 * (expected * (1.0 - expected) / f64::from(n)).sqrt(),
                "{found} {expected}"
            );
        };
        for hotel in [RESORT, CITY] {
            let (mut nights, mut parties, mut portuguese, mut booked_late) =
                ([0_u32; 15], [0_u32; 4], 0, 0);
            for _ in 0..n {
                nights[usize::try_from(hotel.draw_nights(&mut rng)).unwrap()] += 1;
                let party = match hotel.draw_party(&mut rng) {
                    (_, 1..) => 3,
                    (1, _) => 0,
                    (2, _) => 1,
                    _ => 2,
                };
                parties[party] += 1;
                portuguese += u32::from(hotel.draw_country(&mut rng) == Some("PT"));
                booked_late += u32::from(hotel.draw_lead_time(&mut rng) >= 54);
            }
            for (found, expected) in
                nights.iter().zip(hotel.nights).chain(parties.iter().zip(hotel.parties))
            {
                near(f64::from(*found) / f64::from(n), expected);
            }
            near(f64::from(portuguese) / f64::from(n), hotel.countries[0].1);
            // Half of the resort's guests book 54 days ahead or more, the city's 69.
            assert!(
                (0.45..0.60).contains(&(f64::from(booked_late) / f64::from(n))),
                "{booked_late}"
            );
        }
    }
}
