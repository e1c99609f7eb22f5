//! The till of gestures: what is spent of a period's budget, and who had one lately. In whole cents.

use std::collections::BTreeMap;

use crate::domain::gesture::{GestureChoice, GestureProgram};
use crate::domain::id::GuestKey;
use crate::domain::time::Timestamp;

/// Pruned where so many guests stand in it.
const PRUNE_AT: usize = 1_024;
/// The dearest that money gets when it goes too fast.
const SHADOW_MAX: f64 = 8.0;

/// What is spent, and who had a gesture lately.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Till {
    /// Which budget.
    pub(super) budget: u64,
    /// Which period of it.
    pub(super) period: i64,
    /// What is spent of it, in minor units.
    pub(super) spent: i64,
    /// Until when each guest gets no other.
    pub(super) had: BTreeMap<GuestKey, Timestamp>,
}

/// How the till stands for a choice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// What is left of the budget, in minor units.
    pub left: i64,
    /// Shadow price of money.
    pub shadow_price: f64,
    /// Had the guest one lately?
    pub had_one: bool,
}

impl Till {
    /// How it stands at a moment for a guest of these ids.
    #[expect(clippy::cast_precision_loss, reason = "amounts have fewer digits")]
    pub fn standing(&self, program: &GestureProgram, ids: &[GuestKey], now: Timestamp) -> Standing {
        let had_one = ids.iter().any(|id| self.had.get(id).is_some_and(|until| now < *until));
        let Some((period, time_left)) = program.period_at(now) else {
            return Standing { left: 0, shadow_price: 1.0, had_one };
        };
        let left = (program.amount.minor - self.spent_of(program, period)).max(0);
        let money_left = left as f64 / program.amount.minor.max(1) as f64;
        let shadow_price =
            if left > 0 { (time_left / money_left).clamp(1.0, SHADOW_MAX) } else { SHADOW_MAX };
        Standing { left, shadow_price, had_one }
    }

    fn spent_of(&self, program: &GestureProgram, period: i64) -> i64 {
        let is_same = self.budget == program.budget_key() && self.period == period;
        if is_same { self.spent } else { 0 }
    }

    /// A choice was made: takes what it costs.
    pub fn take(&mut self, program: &GestureProgram, choice: &GestureChoice) {
        let (Some(arm), Some((period, _))) = (choice.given(), program.period_at(choice.decided))
        else {
            return;
        };
        self.spent = self.spent_of(program, period) + arm.cost;
        (self.budget, self.period) = (program.budget_key(), period);
        if self.had.len() >= PRUNE_AT {
            self.had.retain(|_, until| choice.decided < *until);
        }
        let until = choice.decided.plus(program.window);
        self.had.extend(choice.ids.iter().map(|id| (*id, until)));
    }
}
