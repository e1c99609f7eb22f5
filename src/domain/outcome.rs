//! What came of an offer: a join of everything heard about it, in any order and any number of
//! times.
//!
//! `shown < clicked < accepted < purchased` is a maximum; reversal, decline and fulfilment are
//! registers of their own. The reward is a function of the joined state, recomputed and never
//! incremented, so that late, doubled and reversed events end in the same place as the tidy order.

use super::time::Timestamp;

/// The furthest step heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(u8)]
pub enum Step {
    /// Nothing was heard.
    #[default]
    None,
    /// Shown.
    Shown,
    /// Clicked or opened.
    Clicked,
    /// Accepted.
    Accepted,
    /// Paid.
    Purchased,
}

impl Step {
    /// The step of a code.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::None, Self::Shown, Self::Clicked, Self::Accepted, Self::Purchased]
            .get(usize::from(code))
            .copied()
    }
}

/// Everything heard about one offer of one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Outcome {
    /// The furthest step.
    pub step: Step,
    /// Declined or dismissed.
    pub declined: bool,
    /// Staff did not make the offer: not the guest's answer.
    pub not_offered: bool,
    /// Cancelled or refunded.
    pub reversed: bool,
    /// The service was delivered.
    pub fulfilled: bool,
    /// The service could not be delivered.
    pub failed: bool,
    /// The guest unsubscribed over the message that carried it.
    pub unsubscribed: bool,
    /// Amount of the latest statement of it, in minor units of the offer's currency.
    pub amount_minor: i64,
    /// Time of that statement.
    pub amount_at: Timestamp,
}

impl Outcome {
    /// Joins another state of knowledge into this one: commutative, associative, idempotent.
    pub fn join(&mut self, other: &Self) {
        self.step = self.step.max(other.step);
        self.declined |= other.declined;
        self.not_offered |= other.not_offered;
        self.reversed |= other.reversed;
        self.fulfilled |= other.fulfilled;
        self.failed |= other.failed;
        self.unsubscribed |= other.unsubscribed;
        if (other.amount_at, other.amount_minor) > (self.amount_at, self.amount_minor) {
            self.amount_at = other.amount_at;
            self.amount_minor = other.amount_minor;
        }
    }

    /// Did the guest say yes, for all that is known?
    pub fn is_accepted(&self) -> bool {
        self.step >= Step::Accepted && !self.reversed && !self.failed
    }

    /// The reward in minor units: the amount of an accepted offer (its list price where no amount
    /// was told), else zero.
    pub fn reward_minor(&self, list_price_minor: i64) -> i64 {
        match self.is_accepted() {
            true if self.amount_at > Timestamp::EPOCH => self.amount_minor,
            true => list_price_minor,
            false => 0,
        }
    }

    /// The label for response learning: `None` where the guest never had the chance to answer.
    pub fn label(&self) -> Option<bool> {
        if self.not_offered && self.step < Step::Accepted {
            None
        } else {
            Some(self.step >= Step::Accepted)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_outcome() -> impl Strategy<Value = Outcome> {
        (0_u8..5, any::<[bool; 6]>(), -5_i64..5, 0_i64..5).prop_map(
            |(step, b, amount_minor, at)| Outcome {
                step: Step::from_code(step).unwrap(),
                declined: b[0],
                not_offered: b[1],
                reversed: b[2],
                fulfilled: b[3],
                failed: b[4],
                unsubscribed: b[5],
                amount_minor: if at == 0 { 0 } else { amount_minor },
                amount_at: Timestamp::from_seconds(at),
            },
        )
    }

    fn joined<'a>(heard: impl IntoIterator<Item = &'a Outcome>) -> Outcome {
        heard.into_iter().fold(Outcome::default(), |mut sum, o| {
            sum.join(o);
            sum
        })
    }

    proptest! {
        /// T24: every permutation with duplicates ends in the same state.
        #[test]
        fn order_and_repetition_do_not_matter(heard in prop::collection::vec(any_outcome(), 1..8), seed in any::<u64>()) {
            let tidy = joined(&heard);
            let mut shuffled: Vec<Outcome> = heard.iter().chain(&heard).copied().collect();
            let mut state = seed;
            for i in (1..shuffled.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                shuffled.swap(i, usize::try_from(state >> 33).unwrap() % (i + 1));
            }
            prop_assert_eq!(joined(&shuffled), tidy);
        }
    }

    #[test]
    fn a_reversal_undoes_the_reward_exactly_even_when_it_comes_first() {
        let accepted = Outcome {
            step: Step::Accepted,
            amount_minor: 7_000,
            amount_at: Timestamp::from_seconds(1),
            ..Outcome::default()
        };
        let reversed = Outcome { reversed: true, ..Outcome::default() };
        assert_eq!(accepted.reward_minor(9_000), 7_000);
        assert_eq!(joined([&reversed, &accepted]).reward_minor(9_000), 0);
        assert_eq!(joined([&accepted, &reversed]).reward_minor(9_000), 0);
    }
}
