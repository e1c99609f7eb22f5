//! Pythons with the packages that the product is compared with.

use std::path::PathBuf;

/// A Python with a peer: the one that a variable names, or the environment that `make peers` made.
pub(crate) fn python(variable: &str, environment: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).map(PathBuf::from);
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let made = target.join("peers").join(environment).join("bin/python");
    named.or(Some(made)).filter(|python| python.exists())
}
