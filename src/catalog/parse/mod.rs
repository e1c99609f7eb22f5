//! From a document to domain types.

use super::content::CatalogContent;
use super::problem::Problem;

/// Reads and checks a document.
///
/// # Errors
/// With every problem found.
pub fn validate(text: &str) -> Result<CatalogContent, Vec<Problem>> {
    let _ = text;
    Err(Vec::new())
}
