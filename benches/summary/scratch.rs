//! Folders for the stores of a measurement: on the disk of the target folder, gone afterwards.

use std::path::Path;

use tempfile::TempDir;

/// A new folder.
pub(crate) fn folder() -> std::io::Result<TempDir> {
    let base = Path::new(env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(base)?;
    tempfile::Builder::new().prefix("summary-").tempdir_in(base)
}
