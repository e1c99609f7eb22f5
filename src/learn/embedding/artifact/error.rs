//! Why an artifact is not written or not read: each names the file and what to do.

use std::io;
use std::path::{Path, PathBuf};

use safetensors::SafeTensorError;

use super::FORMAT;

/// An artifact that cannot be written or must not be used.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// The disk refused.
    #[error("{doing} {}: mend the disk or its permissions, then try again", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is one already.
    #[error("{} holds an artifact already: write the new version into a folder of its own",
        path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// A file of it is not there.
    #[error("{} is missing: this is no artifact, or one whose writing was cut off; restore the \
         folder or train again",
        path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// Written by a newer binary.
    #[error(
        "{} has format {found}, this binary reads up to {FORMAT}: use the binary that wrote it, or \
         train again with this one",
        path.display()
    )]
    TooNew {
        /// The manifest.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// Not a manifest.
    #[error("{} cannot be read as a manifest ({source}): restore the folder or train again",
        path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// Where it is wrong.
        source: serde_json::Error,
    },
    /// A file that the manifest does not tell of.
    #[error("{} does not tell the digest of {file}: restore the folder or train again",
        path.display())]
    Unlisted {
        /// The manifest.
        path: PathBuf,
        /// The file.
        file: &'static str,
    },
    /// Not the file that was written.
    #[error(
        "{} is not what was written (sha256 {found}, manifest {wanted}): restore the folder or \
         train again",
        path.display()
    )]
    Digest {
        /// The file.
        path: PathBuf,
        /// Its digest in the manifest, hexadecimal.
        wanted: String,
        /// Its digest, hexadecimal.
        found: String,
    },
    /// Not a file of tensors.
    #[error("{} cannot be read as tensors ({source}): restore the folder or train again",
        path.display())]
    Tensors {
        /// The file.
        path: PathBuf,
        /// Where it is wrong.
        source: SafeTensorError,
    },
    /// A tensor of another shape or type.
    #[error("{}: tensor {tensor} has {found}, not {wanted}: restore the folder or train again",
        path.display())]
    Tensor {
        /// The file.
        path: PathBuf,
        /// The tensor.
        tensor: &'static str,
        /// What it must have.
        wanted: String,
        /// What it has.
        found: String,
    },
    /// Parts that do not fit together.
    #[error("{}: an artifact has {wanted}; this one has not: train again", path.display())]
    Invalid {
        /// The folder.
        path: PathBuf,
        /// What an artifact has.
        wanted: &'static str,
    },
}

impl ArtifactError {
    /// Tells what was being done to which file when the disk refused.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }
}
