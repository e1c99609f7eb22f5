//! Commands that read the log of a store, which may be in use.

use std::path::Path;

use crate::domain::id::BrandId;
use crate::engine::history::{Error, History};
use crate::store::StoreError;
use crate::sys::exit::Exit;

/// Why the log cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// The store cannot be opened.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// It is not told which brand.
    #[error("{0}")]
    Brand(String),
    /// The log is damaged.
    #[error("{0}")]
    Log(#[from] Error),
}

impl ReadError {
    /// How the command ends.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Store(error) => error.exit(),
            Self::Brand(_) => Exit::Usage,
            Self::Log(_) => Exit::Storage,
        }
    }
}

/// Opens the store in a folder to read, and finds the brand of this name; without one the only brand.
pub(crate) fn open(folder: &Path, brand: Option<&str>) -> Result<(History, BrandId), ReadError> {
    let history = History::open(folder)?;
    let found = match (brand, history.brands()) {
        (Some(name), brands) => brands.iter().find(|b| b.as_str() == name),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    let brand = found.cloned().ok_or_else(|| {
        let all: Vec<&str> = history.brands().iter().map(|b| b.as_str()).collect();
        let has = if all.is_empty() { "none with a catalog".to_owned() } else { all.join(", ") };
        ReadError::Brand(format!("--brand: name a brand of the store; it has {has}"))
    })?;
    Ok((history, brand))
}
