//! At which hours of the local day a guest is there: a density over 24 hours, the segment's drawn
//! to the guest's own activity.
//!
//! ```text
//! f_g(h) ∝ 3·f_seg(h) + Σ_i 2^(−age_i / 90 days)·K(h − h_i)          (algorithms 5.4)
//! ```
//!
//! K is the von Mises kernel of concentration 8 on the circle of hours (Mardia and Jupp,
//! "Directional statistics", 2000, section 3.5.4), about an hour and a half wide, scaled to sum 1:
//! 23 h and 1 h are neighbours. A guest keeps a decayed count for each hour that occurred, 4 bytes
//! each, 24 at most. Openings made by machines (a prefetch within seconds) must not be given to it.

use std::sync::LazyLock;

use crate::domain::reach::{ActiveHour, ActiveHours};
use crate::domain::time::{Date, Timestamp};

/// Hours of a day.
pub const HOURS: usize = 24;
/// Concentration of the kernel.
const CONCENTRATION: f64 = 8.0;
/// The segment's density weighs as much as so many fresh acts of the guest.
const SEGMENT_WEIGHT: f64 = 3.0;
/// Days after which an act of the guest weighs half as much.
const HALF_LIFE_DAYS: f64 = 90.0;
/// Uniform acts that a segment starts from.
const SEGMENT_PRIOR: f64 = 24.0;
/// What remains of a segment's counts after a day.
const DAILY_RETENTION: f64 = 0.98;
/// An act of weight 1, as it is stored.
const UNIT: f64 = 1_024.0;

/// A density over the hours of a local day; sums to 1.
pub type Density = [f64; HOURS];

static KERNEL: LazyLock<Density> = LazyLock::new(kernel);

/// The kernel at a distance of so many hours, for all 24 distances; sums to 1.
pub fn kernel() -> Density {
    let mut k = [0.0; HOURS];
    for (hours, k) in (0_u8..).zip(&mut k) {
        let angle = std::f64::consts::TAU * f64::from(hours) / 24.0;
        *k = libm::exp(CONCENTRATION * (libm::cos(angle) - 1.0));
    }
    let sum: f64 = k.iter().sum();
    k.map(|x| x / sum)
}

/// Weights by hour, spread by the kernel.
fn spread(weights: &[f64; HOURS]) -> [f64; HOURS] {
    let (kernel, mut out) = (&*KERNEL, [0.0; HOURS]);
    for (at, weight) in weights.iter().enumerate().filter(|(_, w)| **w > 0.0) {
        for (hour, out) in out.iter_mut().enumerate() {
            *out += weight * kernel[(hour + HOURS - at) % HOURS];
        }
    }
    out
}

impl ActiveHours {
    /// Notes an opening, a click or an answer at a local hour, 0 to 23; another hour is ignored.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the range of u16 first"
    )]
    pub fn note(&mut self, now: Timestamp, hour: u8) {
        if usize::from(hour) >= HOURS {
            return;
        }
        let rho = retention(now.days_since(self.updated));
        for known in &mut self.entries {
            known.weight = (f64::from(known.weight) * rho).round() as u16;
        }
        self.entries.retain(|h| h.weight > 0);
        self.updated = self.updated.max(now);
        let at = match self.entries.binary_search_by_key(&hour, |h| h.hour) {
            Ok(at) => at,
            Err(at) => {
                if self.entries.len() == self.entries.capacity() {
                    self.entries.reserve_exact(2);
                }
                self.entries.insert(at, ActiveHour { weight: 0, hour });
                at
            }
        };
        self.entries[at].weight = self.entries[at].weight.saturating_add(UNIT as u16);
    }

    /// Hours of two guests who turn out to be one: acts add up, each faded to the later of the two.
    pub fn merge(&mut self, other: &Self) {
        let updated = self.updated.max(other.updated);
        let mut both = [0.0; HOURS];
        for hours in [&*self, other] {
            let rho = retention(updated.days_since(hours.updated));
            for entry in &hours.entries {
                both[usize::from(entry.hour)] += f64::from(entry.weight) * rho;
            }
        }
        let entries = (0_u8..).zip(both).map(|(hour, weight)| {
            let weight = weight.round().min(f64::from(u16::MAX)) as u16;
            ActiveHour { weight, hour }
        });
        self.entries = entries.filter(|entry| entry.weight > 0).collect();
        self.updated = updated;
    }

    /// The density of this guest at a moment, over that of the segment.
    pub fn density(&self, segment: &Density, now: Timestamp) -> Density {
        if self.entries.is_empty() {
            return *segment;
        }
        let rho = retention(now.days_since(self.updated));
        let mut weights = [0.0; HOURS];
        for known in &self.entries {
            if let Some(weight) = weights.get_mut(usize::from(known.hour)) {
                *weight = rho * f64::from(known.weight) / UNIT;
            }
        }
        let own = spread(&weights);
        let total = SEGMENT_WEIGHT + weights.iter().sum::<f64>();
        std::array::from_fn(|hour| (SEGMENT_WEIGHT * segment[hour] + own[hour]) / total)
    }
}

fn retention(days: f64) -> f64 {
    libm::exp2(-days / HALF_LIFE_DAYS)
}

/// When guests of a segment are active.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentHours {
    /// Decayed count of each hour.
    pub counts: [f64; HOURS],
    /// Day the counts have faded to.
    pub day: Date,
}

impl Default for SegmentHours {
    fn default() -> Self {
        Self { counts: [0.0; HOURS], day: Date(0) }
    }
}

impl SegmentHours {
    /// Notes an act of a guest at a local hour, 0 to 23, of a day; counts of earlier days fade
    /// first.
    pub fn note(&mut self, day: Date, hour: u8) {
        let days = day.0.saturating_sub(self.day.0);
        if days > 0 {
            let remaining = libm::pow(DAILY_RETENTION, f64::from(days));
            self.counts.iter_mut().for_each(|count| *count *= remaining);
            self.day = day;
        }
        if let Some(count) = self.counts.get_mut(usize::from(hour)) {
            *count += 1.0;
        }
    }

    /// Uniform: what is believed of a segment that nobody knows.
    pub const UNKNOWN: Density = [1.0 / HOURS as f64; HOURS];

    /// The density of the segment: uniform where nothing is known.
    pub fn density(&self) -> Density {
        let uniform = SEGMENT_PRIOR / 24.0;
        let total = SEGMENT_PRIOR + self.counts.iter().sum::<f64>();
        spread(&self.counts).map(|count| (count + uniform) / total)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn day(n: u64) -> Timestamp {
        Timestamp::EPOCH.plus(Duration::from_secs(n * 86_400))
    }

    fn guest(acts: &[u8]) -> ActiveHours {
        let mut hours = ActiveHours::default();
        acts.iter().for_each(|hour| hours.note(day(1), *hour));
        hours
    }

    #[test]
    fn the_kernel_is_a_circle() {
        let k = kernel();
        assert!((k.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((1..24).all(|h| (k[h] - k[24 - h]).abs() < 1e-15));
        assert!(
            (k[1] / k[0] - libm::exp(8.0 * (libm::cos(15.0_f64.to_radians()) - 1.0))).abs() < 1e-12
        );
        let late = guest(&[23, 23, 23]).density(&SegmentHours::default().density(), day(1));
        assert!(late[0] > 2.0 * late[12] && (late[0] - late[22]).abs() < 1e-12);
    }

    #[test]
    fn a_guest_without_history_is_as_the_segment() {
        let mut segment = SegmentHours::default();
        (0..100).for_each(|_| segment.note(Date(3), 19));
        let density = segment.density();
        assert!(density[19] > 5.0 * density[7]);
        assert!((density.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let own = ActiveHours::default().density(&density, day(3));
        assert!(own.iter().zip(density).all(|(a, b)| (a - b).abs() < 1e-15));
    }

    #[test]
    fn three_acts_weigh_as_much_as_the_segment() {
        let uniform = SegmentHours::default().density();
        let density = guest(&[8, 8, 8]).density(&uniform, day(1));
        let expected = (1.0 / 24.0 + kernel()[0]) / 2.0;
        assert!((density[8] - expected).abs() < 1e-6, "{} for {expected}", density[8]);
    }

    #[test]
    fn acts_fade_to_half_in_90_days() {
        let hours = guest(&[8, 8, 8, 8]);
        let uniform = SegmentHours::default().density();
        let later = hours.density(&uniform, day(91));
        let expected = guest(&[8, 8]).density(&uniform, day(1));
        assert!((later[8] - expected[8]).abs() < 1e-9);
        let mut noted = hours;
        noted.note(day(9_000), 20);
        let kept = ActiveHour { weight: 1_024, hour: 20 };
        assert_eq!(noted.entries, [kept], "what faded away is gone");
    }

    #[test]
    fn hours_of_two_who_are_one_add_up_as_of_the_later() {
        let mut one = guest(&[8, 8, 20]);
        let mut other = ActiveHours::default();
        (0..2).for_each(|_| other.note(day(91), 8));
        let mut back = other.clone();
        back.merge(&one);
        one.merge(&other);
        assert_eq!(one, back);
        let kept = [(3 * 1_024, 8), (512, 20)].map(|(weight, hour)| ActiveHour { weight, hour });
        assert_eq!((one.updated, &one.entries[..]), (day(91), &kept[..]));
    }

    #[test]
    fn a_guest_costs_little() {
        let all: Vec<u8> = (0..24).chain(0..24).collect();
        let mut hours = guest(&all);
        let bytes = size_of::<ActiveHours>() + hours.list_bytes();
        assert!(bytes <= 32 + 24 * 4, "{bytes}");
        (0..1_000).for_each(|_| hours.note(day(1), 5));
        assert!(hours.entries.iter().all(|h| h.weight > 0));
        hours.note(day(1), 24);
        assert_eq!(hours.entries.len(), 24);
    }
}
