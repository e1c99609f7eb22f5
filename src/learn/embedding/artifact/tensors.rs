//! The numbers of an artifact as safetensors: single precision, little-endian, row by row.

use std::borrow::Cow;
use std::path::Path;

use ndarray::{Array2, ArrayView2};
use safetensors::{Dtype, SafeTensors, View};

use crate::learn::embedding::attributes::Attributes;
use crate::learn::embedding::segments::Segments;

use super::manifest::Manifest;
use super::{Artifact, ArtifactError, TENSORS};

const ITEM_FACTORS: &str = "item_factors";
const EASE: &str = "ease";
const SEGMENT_MEANS: &str = "segment_means";
const SEGMENT_VARIANCES: &str = "segment_variances";
const POPULATION_MEAN: &str = "population_mean";
const POPULATION_VARIANCE: &str = "population_variance";
const ATTRIBUTE_COEFFICIENTS: &str = "attribute_coefficients";

/// A tensor to be written; its bytes are made when they are asked for.
struct Tensor<'a> {
    shape: Vec<usize>,
    values: ArrayView2<'a, f32>,
}

impl<'a> Tensor<'a> {
    fn matrix(values: ArrayView2<'a, f32>) -> Self {
        Self { shape: values.shape().to_vec(), values }
    }

    fn vector(values: &'a [f32]) -> Self {
        let row = ndarray::aview1(values).insert_axis(ndarray::Axis(0));
        Self { shape: vec![values.len()], values: row }
    }
}

impl View for Tensor<'_> {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        self.values.iter().flat_map(|x| x.to_le_bytes()).collect()
    }

    fn data_len(&self) -> usize {
        self.values.len() * size_of::<f32>()
    }
}

pub(super) fn encode(artifact: &Artifact, folder: &Path) -> Result<Vec<u8>, ArtifactError> {
    let segments = &artifact.segments;
    let mut tensors = vec![
        (ITEM_FACTORS, Tensor::matrix(artifact.item_factors.view())),
        (SEGMENT_MEANS, Tensor::matrix(segments.means.view())),
        (SEGMENT_VARIANCES, Tensor::matrix(segments.variances.view())),
        (POPULATION_MEAN, Tensor::vector(&segments.population_mean)),
        (POPULATION_VARIANCE, Tensor::vector(&segments.population_variance)),
    ];
    if let Some(ease) = &artifact.ease {
        tensors.push((EASE, Tensor::matrix(ease.view())));
    }
    if let Some(attributes) = &artifact.attributes {
        tensors.push((ATTRIBUTE_COEFFICIENTS, Tensor::matrix(attributes.coefficients())));
    }
    safetensors::serialize(tensors, None)
        .map_err(|source| ArtifactError::Tensors { path: folder.join(TENSORS), source })
}

pub(super) fn decode(
    bytes: &[u8],
    manifest: Manifest,
    folder: &Path,
) -> Result<Artifact, ArtifactError> {
    let reader = Reader::new(bytes, folder)?;
    let d = manifest.hyper_parameters.ials.dimensions;
    let (offers, segments) = (manifest.items.len(), manifest.segment_sizes.len());
    let ease = reader.has(EASE).then(|| reader.matrix(EASE, offers, offers)).transpose()?;
    let attributes = manifest.attributes.as_ref().map(|words| {
        let rows = words.words.len() + 1;
        let coefficients = reader.matrix(ATTRIBUTE_COEFFICIENTS, rows, d)?;
        Attributes::new(words.words.clone(), coefficients, words.explained).map_err(|_| {
            ArtifactError::Invalid { path: folder.to_owned(), wanted: "words ascending, each once" }
        })
    });
    Ok(Artifact {
        created: manifest.created(),
        item_factors: reader.matrix(ITEM_FACTORS, offers, d)?,
        ease,
        segments: Segments {
            means: reader.matrix(SEGMENT_MEANS, segments, d)?,
            variances: reader.matrix(SEGMENT_VARIANCES, segments, d)?,
            sizes: manifest.segment_sizes,
            population_mean: reader.values(POPULATION_MEAN, &[d])?,
            population_variance: reader.values(POPULATION_VARIANCE, &[d])?,
        },
        attributes: attributes.transpose()?,
        name: manifest.name,
        version: manifest.version,
        space_version: manifest.space_version,
        aligned_to: manifest.aligned_to,
        items: manifest.items,
        hyper_parameters: manifest.hyper_parameters,
        report: manifest.report,
        training: manifest.training,
    })
}

/// A file of tensors, being taken apart.
struct Reader<'a> {
    tensors: SafeTensors<'a>,
    folder: &'a Path,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8], folder: &'a Path) -> Result<Self, ArtifactError> {
        let tensors = SafeTensors::deserialize(bytes)
            .map_err(|source| ArtifactError::Tensors { path: folder.join(TENSORS), source })?;
        Ok(Self { tensors, folder })
    }

    fn has(&self, name: &str) -> bool {
        self.tensors.names().contains(&name)
    }

    fn values(&self, name: &'static str, shape: &[usize]) -> Result<Vec<f32>, ArtifactError> {
        let path = self.folder.join(TENSORS);
        let tensor = self
            .tensors
            .tensor(name)
            .map_err(|source| ArtifactError::Tensors { path: path.clone(), source })?;
        if (tensor.dtype(), tensor.shape()) != (Dtype::F32, shape) {
            return Err(ArtifactError::Tensor {
                path,
                tensor: name,
                wanted: format!("{:?} {shape:?}", Dtype::F32),
                found: format!("{:?} {:?}", tensor.dtype(), tensor.shape()),
            });
        }
        let (values, _) = tensor.data().as_chunks();
        Ok(values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    fn matrix(
        &self,
        name: &'static str,
        rows: usize,
        columns: usize,
    ) -> Result<Array2<f32>, ArtifactError> {
        let values = self.values(name, &[rows, columns])?;
        Ok(Array2::from_shape_vec((rows, columns), values).expect("the shape was compared"))
    }
}
