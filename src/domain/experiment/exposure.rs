//! Two ids turn out to be one guest: which arm is kept?
//!
//! A unit keeps its arm by being hashed, not stored; ids that merge were hashed apart. What was
//! seen first wins, for it is what the guest's answers since then belong to.

use super::program::Assignment;
use crate::domain::time::Timestamp;

/// When an id first saw an experiment, and as what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exposure {
    /// When.
    pub at: Timestamp,
    /// The id it was hashed by.
    pub unit_id: String,
    /// What it was shown.
    pub assignment: Assignment,
}

/// Of the exposures of ids that turned out to be one guest, the one that holds from now on: the
/// first, by time, then id. Order and grouping of the merges do not matter. `None` where no id was
/// exposed: then the guest's own id is hashed.
pub fn first_exposure(exposures: impl IntoIterator<Item = Exposure>) -> Option<Exposure> {
    exposures.into_iter().min()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever the order and the grouping in which ids are found to be one guest.
        #[test]
        fn the_first_exposure_wins(
            times in prop::collection::vec(0_i64..5, 1..6),
            rotation in 0_usize..6,
            cut in 0_usize..6,
        ) {
            let mut exposures: Vec<Exposure> = times
                .iter()
                .enumerate()
                .map(|(at, time)| Exposure {
                    at: Timestamp::from_micros(*time),
                    unit_id: at.to_string(),
                    assignment: Assignment::Arm(at),
                })
                .collect();
            let kept = first_exposure(exposures.clone()).unwrap();
            prop_assert_eq!(kept.at.as_micros(), *times.iter().min().unwrap());
            exposures.rotate_left(rotation % times.len());
            let (left, right) = exposures.split_at(cut.min(times.len()));
            let halves = [left, right].map(|half| first_exposure(half.iter().cloned()));
            prop_assert_eq!(first_exposure(halves.into_iter().flatten()), Some(kept));
        }
    }

    #[test]
    fn a_holdout_seen_first_stays_held_out() {
        let seen = |micros, assignment| Exposure {
            at: Timestamp::from_micros(micros),
            unit_id: "anonymous".to_owned(),
            assignment,
        };
        let kept = first_exposure([seen(2, Assignment::Arm(0)), seen(1, Assignment::Holdout)]);
        assert_eq!(kept.map(|kept| kept.assignment), Some(Assignment::Holdout));
        assert_eq!(first_exposure([]), None);
    }
}
