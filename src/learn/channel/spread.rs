//! How much guests of a segment differ, and the numbers of the effects in which they do.

use crate::domain::channel::Channel;
use crate::domain::time::{DayType, Daypart};
use crate::learn::gaussian::Gaussian;
use crate::learn::segment::Cell;

/// Effects of a contact: channel, daypart, day type, channel × day type.
pub const EFFECTS_OF_CONTACT: usize = 4;

const DAYPARTS_AT: usize = Channel::COUNT;
const DAY_TYPES_AT: usize = DAYPARTS_AT + Daypart::ALL.len();
const CROSSED_AT: usize = DAY_TYPES_AT + DayType::ALL.len();

/// How much guests of a segment differ: prior variances of the effects, in squared log-odds. Zero
/// leaves an effect out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Of a channel.
    pub channel: f64,
    /// Of a daypart.
    pub daypart: f64,
    /// Of a day type.
    pub day_type: f64,
    /// Of a channel on a day type, beside both.
    pub crossed: f64,
}

impl Default for Spread {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Spread {
    /// Algorithms 5.1; the interaction as one-step-ahead likelihood chose it in two simulated worlds.
    pub const DEFAULT: Self = Self { channel: 0.64, daypart: 0.25, day_type: 0.16, crossed: 0.25 };

    /// Guests who are all alike.
    pub const NONE: Self = Self { channel: 0.0, daypart: 0.0, day_type: 0.0, crossed: 0.0 };

    /// The belief about a guest of whom nothing is known, or may be used.
    pub fn unknown(&self) -> Gaussian {
        Gaussian::new(0.0, self.total())
    }

    /// Variance of the log-odds among guests of a segment.
    pub fn total(&self) -> f64 {
        self.channel + self.daypart + self.day_type + self.crossed
    }

    /// Prior variance of an effect.
    pub(super) fn of(&self, effect: u8) -> f64 {
        let at = usize::from(effect);
        if at < DAYPARTS_AT {
            self.channel
        } else if at < DAY_TYPES_AT {
            self.daypart
        } else if at < CROSSED_AT {
            self.day_type
        } else {
            self.crossed
        }
    }
}

/// The effects of a contact in a cell, by number.
#[expect(clippy::cast_possible_truncation, reason = "fewer than 64 effects")]
pub(super) fn numbers(cell: Cell) -> [u8; EFFECTS_OF_CONTACT] {
    let (channel, time) = (cell.channel.at(), cell.time);
    let day_type = time.day_type as usize;
    [
        channel,
        DAYPARTS_AT + time.daypart as usize,
        DAY_TYPES_AT + day_type,
        CROSSED_AT + channel * DayType::ALL.len() + day_type,
    ]
    .map(|at| at as u8)
}

/// The effect of a channel on days of a type.
pub(super) fn crossed(channel: Channel, day_type: DayType) -> Option<u8> {
    u8::try_from(CROSSED_AT + channel.at() * DayType::ALL.len() + day_type as usize).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::time::TimeContext;

    #[test]
    fn every_effect_has_a_number_of_its_own_and_the_variance_of_its_kind() {
        let spread = Spread { channel: 1.0, daypart: 2.0, day_type: 3.0, crossed: 4.0 };
        let mut seen = BTreeSet::new();
        for channel in Channel::ALL {
            for day_type in DayType::ALL {
                for daypart in Daypart::ALL {
                    let of = numbers(Cell { channel, time: TimeContext { day_type, daypart } });
                    assert_eq!(
                        of.map(|n| spread.of(n).to_bits()),
                        [1.0, 2.0, 3.0, 4.0].map(f64::to_bits)
                    );
                    assert_eq!(Some(of[3]), crossed(channel, day_type));
                    seen.extend(of);
                }
            }
        }
        let effects = CROSSED_AT + Channel::COUNT * DayType::ALL.len();
        assert_eq!(seen.len(), effects);
        assert!(seen.iter().all(|n| usize::from(*n) < effects));
    }
}
