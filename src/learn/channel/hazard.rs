//! How likely one more contact ends in an unsubscription (algorithms 5.2):
//!
//! ```text
//! P = σ(α_channel + β₁·ln(1 + n_channel) + β₂·ln(1 + n_all) − β₃·relevance)       n: in 7 days
//! ```
//!
//! Unsubscriptions are rare, so it starts from priors and learns one label at a time, by the same
//! one-step Laplace update as responses do.

use crate::domain::channel::Channel;
use crate::learn::gaussian::Gaussian;
use crate::learn::laplace::{self, sigmoid};

/// Prior variance of a channel's level, in squared log-odds.
const LEVEL_VARIANCE: f64 = 0.5;
/// Prior variance of a slope.
const SLOPE_VARIANCE: f64 = 0.04;
/// Prior means of β₁ and β₂ (algorithms 5.2), and of β₃, which the source leaves open.
const SLOPES: [f64; 3] = [0.6, 0.4, 0.5];

/// What makes a contact annoying.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pressure {
    /// The channel.
    pub channel: Channel,
    /// Contacts on this channel in the last seven days.
    pub on_channel: u16,
    /// Contacts on all channels in the last seven days.
    pub on_all: u16,
    /// How much the message is about the guest, 0 to 1.
    pub relevance: f64,
}

impl Pressure {
    fn features(&self) -> [f64; 3] {
        let relevance = if self.relevance.is_nan() { 0.0 } else { self.relevance.clamp(0.0, 1.0) };
        let of = |contacts: u16| libm::log(1.0 + f64::from(contacts));
        [of(self.on_channel), of(self.on_all), -relevance]
    }
}

/// What is known of unsubscribing.
#[derive(Debug, Clone, PartialEq)]
pub struct Hazard {
    /// Level of each channel, by its code.
    pub levels: [Gaussian; Channel::COUNT],
    /// β₁, β₂, β₃.
    pub slopes: [Gaussian; 3],
}

impl Default for Hazard {
    fn default() -> Self {
        Self {
            levels: Channel::ALL.map(|c| Gaussian::new(first_level(c), LEVEL_VARIANCE)),
            slopes: SLOPES.map(|slope| Gaussian::new(slope, SLOPE_VARIANCE)),
        }
    }
}

/// Algorithms 5.2 for what is pushed; surfaces the guest comes to drive nobody away.
fn first_level(channel: Channel) -> f64 {
    match channel {
        Channel::Email => -6.5,
        Channel::AppPush => -6.0,
        Channel::Sms | Channel::WhatsApp | Channel::WeChat => -5.0,
        Channel::Phone => -4.0,
        Channel::Postal => -7.0,
        Channel::InApp
        | Channel::Web
        | Channel::FrontDesk
        | Channel::Kiosk
        | Channel::InRoomDevice => -8.0,
    }
}

impl Hazard {
    /// P(this contact ends in an unsubscription).
    pub fn probability_of_unsubscribing(&self, pressure: &Pressure) -> f64 {
        sigmoid(self.log_odds(pressure).mean)
    }

    /// Learns whether a contact ended in an unsubscription or a complaint about being contacted.
    pub fn learn(&mut self, pressure: &Pressure, unsubscribed: bool) {
        let known = self.log_odds(pressure);
        let step = laplace::step(known.mean, known.variance, unsubscribed, 1.0);
        self.levels[pressure.channel.at()].learn(1.0, &step);
        for (slope, x) in self.slopes.iter_mut().zip(pressure.features()) {
            slope.learn(x, &step);
        }
    }

    fn log_odds(&self, pressure: &Pressure) -> Gaussian {
        let mut sum = self.levels[pressure.channel.at()];
        for (slope, x) in self.slopes.iter().zip(pressure.features()) {
            sum.mean += slope.mean * x;
            sum.variance += slope.variance * x * x;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::rng::SplitMix64;

    fn pressure(channel: Channel, on_channel: u16, on_all: u16) -> Pressure {
        Pressure { channel, on_channel, on_all, relevance: 0.0 }
    }

    #[test]
    fn it_starts_from_the_published_levels_and_slopes() {
        let hazard = Hazard::default();
        let p = |p: &Pressure| hazard.probability_of_unsubscribing(p);
        assert!((p(&pressure(Channel::Email, 0, 0)) - sigmoid(-6.5)).abs() < 1e-15);
        let pressed = sigmoid(-5.0 + 0.6 * libm::log(3.0) + 0.4 * libm::log(5.0));
        assert!((p(&pressure(Channel::Sms, 2, 4)) - pressed).abs() < 1e-15);
        let relevant = Pressure { relevance: 1.0, ..pressure(Channel::Email, 0, 0) };
        assert!(p(&relevant) < p(&pressure(Channel::Email, 0, 0)));
    }

    #[test]
    fn it_learns_a_channel_that_drives_guests_away_and_leaves_the_others() {
        let (mut hazard, mut rng) = (Hazard::default(), SplitMix64::new(2));
        for _ in 0..4_000 {
            let at = pressure(Channel::Sms, 0, 0);
            hazard.learn(&at, rng.chance(0.03));
        }
        let p = |c| hazard.probability_of_unsubscribing(&pressure(c, 0, 0));
        assert!((p(Channel::Sms) - 0.03).abs() < 0.008, "{}", p(Channel::Sms));
        assert!((p(Channel::Email) - sigmoid(-6.5)).abs() < 1e-12);
    }

    #[test]
    fn it_learns_how_fast_guests_tire() {
        let (mut hazard, mut rng) = (Hazard::default(), SplitMix64::new(3));
        let truth = |n: u16| sigmoid(-5.0 + 1.3 * libm::log(1.0 + f64::from(n)));
        for _ in 0..20_000 {
            let n = u16::try_from(rng.below(8)).unwrap();
            hazard.learn(&pressure(Channel::Sms, n, 0), rng.chance(truth(n)));
        }
        let p = hazard.probability_of_unsubscribing(&pressure(Channel::Sms, 7, 0));
        assert!((p / truth(7) - 1.0).abs() < 0.2, "{p} for {}", truth(7));
    }
}
