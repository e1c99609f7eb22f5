//! What training leaves behind, as a folder that is written once and verified whenever it is read.
//!
//! | file | content |
//! |---|---|
//! | `tensors.safetensors` | the numbers, in single precision |
//! | `manifest.json` | all that is said of them, and digests; written last: the receipt |
//!
//! | tensor | shape |
//! |---|---|
//! | `item_factors` | offers × dimensions |
//! | `ease` (optional) | offers × offers: what having the row's offer adds to the column's score |
//! | `segment_means`, `segment_variances` | segments × dimensions |
//! | `population_mean`, `population_variance` | dimensions |
//! | `attribute_coefficients` (optional) | 1 + words × dimensions, the intercept first |
//!
//! Each file is written under another name, synced and renamed, so that a folder without a manifest
//! is no artifact and one with a manifest is whole. A version is never written over.

mod error;
mod files;
mod manifest;
mod tensors;

use std::path::Path;

use ndarray::Array2;

use crate::domain::time::Timestamp;

pub use error::ArtifactError;
pub use manifest::{AlignedTo, HyperParameters, Training};

use super::attributes::Attributes;
use super::measure::Report;
use super::segments::Segments;

/// Version of the format that this binary writes, and the newest it reads.
pub const FORMAT: u32 = 1;

/// Name of the file with the numbers.
pub const TENSORS: &str = "tensors.safetensors";
/// Name of the file with all that is said of them.
pub const MANIFEST: &str = "manifest.json";

/// A trained model, all of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Artifact {
    /// Name of the model, not empty.
    pub name: String,
    /// Version of the model, not empty.
    pub version: String,
    /// When it was trained.
    pub created: Timestamp,
    /// Version of the space: guests' vectors of one space version go with any artifact of it.
    pub space_version: u32,
    /// The space it was turned onto; `None` where it begins a space of its own.
    pub aligned_to: Option<AlignedTo>,
    /// Ids of the offers, ascending: rows of [`item_factors`](Self::item_factors).
    pub items: Vec<String>,
    /// Factors of the offers, one row an offer.
    pub item_factors: Array2<f32>,
    /// Weights of EASE, offers by offers.
    pub ease: Option<Array2<f32>>,
    /// Priors of guests.
    pub segments: Segments,
    /// Factors of new offers from their words.
    pub attributes: Option<Attributes>,
    /// What it was trained with.
    pub hyper_parameters: HyperParameters,
    /// How well it foresees, beside popularity.
    pub report: Report,
    /// What it was trained on.
    pub training: Training,
}

impl Artifact {
    /// Writes the artifact into a folder, which is made if need be.
    ///
    /// # Errors
    /// [`ArtifactError::Exists`] where the folder holds one already, [`ArtifactError::Invalid`]
    /// where parts of it do not fit together, [`ArtifactError::Io`] where the disk refuses.
    pub fn write(&self, folder: &Path) -> Result<(), ArtifactError> {
        self.check(folder)?;
        files::prepare(folder)?;
        let digest = files::write(folder, TENSORS, &tensors::encode(self, folder)?)?;
        let manifest = manifest::encode(self, &digest, folder)?;
        files::write(folder, MANIFEST, &manifest)?;
        Ok(())
    }

    /// Reads the artifact of a folder, and verifies all of it.
    ///
    /// # Errors
    /// Every mismatch is an [`ArtifactError`] that names the file and what to do.
    pub fn read(folder: &Path) -> Result<Self, ArtifactError> {
        let manifest = manifest::read(folder)?;
        let bytes = files::read_verified(folder, TENSORS, &manifest.files)?;
        let artifact = tensors::decode(&bytes, manifest, folder)?;
        artifact.check(folder)?;
        Ok(artifact)
    }

    /// Whether all parts fit together.
    fn check(&self, folder: &Path) -> Result<(), ArtifactError> {
        let (offers, d) = self.item_factors.dim();
        let segments = &self.segments;
        let names = (!self.name.is_empty() && !self.version.is_empty(), "name and version");
        let finite = |values: &Array2<f32>| values.iter().all(|x| x.is_finite());
        let positive = |values: &[f32]| values.iter().all(|v| *v > 0.0 && v.is_finite());
        let checks = [
            names,
            (self.items.len() == offers, "as many item ids as item factors"),
            (self.items.is_sorted_by(|a, b| a < b), "item ids ascending, each once"),
            (d == self.hyper_parameters.ials.dimensions, "dimensions as in the hyper-parameters"),
            (finite(&self.item_factors), "item factors that are numbers"),
            (self.ease.as_ref().is_none_or(finite), "weights of EASE that are numbers"),
            (
                self.ease.as_ref().is_none_or(|ease| ease.dim() == (offers, offers)),
                "weights of EASE for its items",
            ),
            (
                segments.means.dim() == (segments.sizes.len(), d)
                    && segments.variances.dim() == segments.means.dim()
                    && segments.population_mean.len() == d
                    && segments.population_variance.len() == d,
                "segments of its dimensions",
            ),
            (
                finite(&segments.means) && segments.population_mean.iter().all(|x| x.is_finite()),
                "means of segments that are numbers",
            ),
            (
                segments.variances.iter().all(|v| *v > 0.0 && v.is_finite())
                    && positive(&segments.population_variance),
                "variances of segments above 0",
            ),
            (
                self.attributes.as_ref().is_none_or(|attributes| {
                    attributes.coefficients().ncols() == d
                        && attributes.coefficients().iter().all(|x| x.is_finite())
                        && attributes.explained().is_finite()
                }),
                "coefficients of attributes of its dimensions",
            ),
        ];
        match checks.into_iter().find(|(holds, _)| !holds) {
            Some((_, wanted)) => Err(ArtifactError::Invalid { path: folder.to_owned(), wanted }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
