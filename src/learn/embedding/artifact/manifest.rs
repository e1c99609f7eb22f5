//! All that is said of an artifact, as JSON that people read too.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::domain::time::Timestamp;
use crate::learn::embedding::ials::IalsParameters;
use crate::learn::embedding::interactions::Summary;
use crate::learn::embedding::measure::Report;
use crate::learn::embedding::segments::SegmentParameters;

use super::files::{self, Written};
use super::{Artifact, ArtifactError, FORMAT, MANIFEST, TENSORS};

/// The space that an artifact was turned onto.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlignedTo {
    /// Name of its model.
    pub name: String,
    /// Version of its model.
    pub version: String,
    /// Version of its space.
    pub space_version: u32,
    /// Offers in both.
    pub common: usize,
    /// How far they moved: see [`Alignment`](crate::learn::embedding::align::Alignment).
    pub relative_distance: f64,
}

/// What an artifact was trained with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HyperParameters {
    /// Of iALS.
    pub ials: IalsParameters,
    /// Regularisation of EASE.
    pub ease_lambda: Option<f64>,
    /// Regularisation of attributes.
    pub attributes_lambda: Option<f64>,
    /// Of segments.
    pub segments: SegmentParameters,
}

/// What an artifact was trained on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Events.
    pub rows: usize,
    /// Guests.
    pub guests: usize,
    /// Offers.
    pub items: usize,
    /// Guests and offers that came together at least once.
    pub pairs: usize,
    /// The earliest event, in microseconds since 1970 UTC.
    pub first_unix_us: i64,
    /// The latest event, in microseconds since 1970 UTC.
    pub last_unix_us: i64,
}

impl From<Summary> for Training {
    fn from(summary: Summary) -> Self {
        Self {
            rows: summary.rows,
            guests: summary.guests,
            items: summary.offers,
            pairs: summary.pairs,
            first_unix_us: summary.first.as_micros(),
            last_unix_us: summary.last.as_micros(),
        }
    }
}

/// The manifest as it is stored. Fields in the order that people want to read them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    format: u32,
    pub name: String,
    pub version: String,
    created_unix_us: i64,
    pub space_version: u32,
    pub aligned_to: Option<AlignedTo>,
    pub training: Training,
    pub hyper_parameters: HyperParameters,
    pub report: Report,
    pub segment_sizes: Vec<usize>,
    pub attributes: Option<Words>,
    pub files: BTreeMap<String, Written>,
    /// Last, because they are many.
    pub items: Vec<String>,
}

/// What the rows of attribute coefficients stand for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub explained: f64,
    pub words: Vec<String>,
}

/// Of any format: read first, so that a newer one is refused for what it is.
#[derive(Deserialize)]
struct Format {
    format: u32,
}

impl Manifest {
    pub(super) fn created(&self) -> Timestamp {
        Timestamp::from_micros(self.created_unix_us)
    }
}

pub(super) fn encode(
    artifact: &Artifact,
    tensors: &Written,
    folder: &Path,
) -> Result<Vec<u8>, ArtifactError> {
    let manifest = Manifest {
        format: FORMAT,
        name: artifact.name.clone(),
        version: artifact.version.clone(),
        created_unix_us: artifact.created.as_micros(),
        space_version: artifact.space_version,
        aligned_to: artifact.aligned_to.clone(),
        training: artifact.training.clone(),
        hyper_parameters: artifact.hyper_parameters.clone(),
        report: artifact.report.clone(),
        segment_sizes: artifact.segments.sizes.clone(),
        attributes: artifact.attributes.as_ref().map(|attributes| Words {
            explained: attributes.explained(),
            words: attributes.words().to_vec(),
        }),
        files: BTreeMap::from([(TENSORS.to_owned(), tensors.clone())]),
        items: artifact.items.clone(),
    };
    let mut text = serde_json::to_vec_pretty(&manifest)
        .map_err(|source| ArtifactError::Manifest { path: folder.join(MANIFEST), source })?;
    text.push(b'\n');
    Ok(text)
}

pub(super) fn read(folder: &Path) -> Result<Manifest, ArtifactError> {
    let path = folder.join(MANIFEST);
    let bytes = files::read(&path)?;
    let broken = |source| ArtifactError::Manifest { path: path.clone(), source };
    let Format { format: found } = serde_json::from_slice(&bytes).map_err(broken)?;
    if found > FORMAT {
        return Err(ArtifactError::TooNew { path, found });
    }
    serde_json::from_slice(&bytes).map_err(broken)
}
