//! The random numbers of one decision.
//!
//! They depend on the decision's id and the policy alone, so that a logged decision replays
//! (invariant I16), and two policies that fill placements of one decision draw independently.

use xxhash_rust::xxh3::Xxh3;

use crate::domain::id::DecisionId;
use crate::sys::rng::SplitMix64;

/// A decision's stream of draws: SplitMix64 from `xxh3(decision id ‖ policy)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionStream(SplitMix64);

impl DecisionStream {
    /// The stream of a decision under a policy. Name what else separates draws (the placement's
    /// number, "channel") in
    /// `policy`.
    pub fn new(decision: DecisionId, policy: &[u8]) -> Self {
        let mut hash = Xxh3::new();
        hash.update(&decision.0);
        hash.update(policy);
        Self(SplitMix64::new(hash.digest()))
    }

    /// The next draw: uniform in [0, 1), a multiple of 2⁻⁵³.
    pub fn next_unit(&mut self) -> f64 {
        self.0.unit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_depend_on_decision_and_policy_alone() {
        let first = |id, policy: &[u8]| {
            DecisionStream::new(DecisionId([id; 16]), policy).next_unit().to_bits()
        };
        assert_eq!(first(1, b"upsell"), first(1, b"upsell"));
        assert_ne!(first(1, b"upsell"), first(2, b"upsell"));
        assert_ne!(first(1, b"upsell"), first(1, b"hero"));
    }

    /// A logged draw must replay for as long as the log is kept.
    #[test]
    fn the_stream_never_changes() {
        let mut stream = DecisionStream::new(DecisionId(*b"0123456789abcdef"), b"default");
        let drawn = [stream.next_unit(), stream.next_unit()];
        assert_eq!(drawn.map(f64::to_bits), [4_600_890_505_332_829_062, 4_587_707_542_526_189_424]);
    }
}
