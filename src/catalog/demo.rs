//! The demo brand's catalog, carried in the binary.

/// The document.
pub const DEMO_CATALOG: &str = include_str!("../../models/demo/catalog.toml");
