//! Artifacts are read back as they were written, and never when they are not.

use std::fs;
use std::num::NonZeroUsize;

use serde_json::{Value, json};

use super::*;
use crate::learn::embedding::ials::IalsParameters;
use crate::learn::embedding::segments::SegmentParameters;

fn artifact() -> Artifact {
    let items: Vec<String> = ["bar", "spa", "späti"].map(str::to_owned).to_vec();
    let item_factors = ndarray::arr2(&[[0.1, -0.2], [f32::MIN_POSITIVE, 0.3], [4.0, -0.0]]);
    let guests = ndarray::arr2(&[[0.0, 0.1], [0.2, 0.0], [5.0, 5.1], [5.1, 5.0]]);
    let segments = SegmentParameters { count: 2, ..SegmentParameters::default() };
    let words: Vec<Vec<String>> = items.iter().map(|item| vec![item.clone()]).collect();
    Artifact {
        name: "demo".to_owned(),
        version: "3".to_owned(),
        created: Timestamp::from_seconds(1_700_000_000),
        space_version: 2,
        aligned_to: Some(AlignedTo {
            name: "demo".to_owned(),
            version: "2".to_owned(),
            space_version: 2,
            common: 3,
            relative_distance: 0.25,
        }),
        ease: Some(Array2::from_elem((3, 3), 0.5)),
        segments: Segments::fit(guests.view(), &segments, NonZeroUsize::MIN).unwrap(),
        attributes: Some(Attributes::fit(&words, item_factors.view(), 1.0).unwrap()),
        items,
        item_factors,
        hyper_parameters: HyperParameters {
            ials: IalsParameters { dimensions: 2, ..IalsParameters::default() },
            ease_lambda: Some(100.0),
            attributes_lambda: Some(1.0),
            segments,
        },
        report: Report { protocol: "none".to_owned(), ..Report::default() },
        training: Training {
            rows: 9,
            guests: 4,
            items: 3,
            pairs: 8,
            first_unix_us: -1,
            last_unix_us: 5,
        },
    }
}

/// Writes an artifact, lets a change be made to its manifest, and reads it.
fn read_changed(change: impl FnOnce(&mut Value)) -> Result<Artifact, ArtifactError> {
    let folder = tempfile::tempdir().unwrap();
    artifact().write(folder.path()).unwrap();
    let path = folder.path().join(MANIFEST);
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    fs::write(&path, manifest.to_string()).unwrap();
    Artifact::read(folder.path())
}

#[test]
fn what_is_read_is_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo").join("3");
    let mut written = artifact();
    // JSON keeps this number to about its last digit.
    let explained = written.attributes.as_ref().unwrap().explained();
    written.write(&path).unwrap();
    let read = Artifact::read(&path).unwrap();
    let attributes = read.attributes.clone().unwrap();
    assert!((attributes.explained() - explained).abs() < 1e-12);
    written.attributes = Some(attributes);
    assert_eq!(read, written);
    assert_eq!(read.item_factors[[2, 1]].to_bits(), (-0.0_f32).to_bits());

    let bare = Artifact { ease: None, attributes: None, aligned_to: None, ..artifact() };
    let path = folder.path().join("bare");
    bare.write(&path).unwrap();
    assert_eq!(Artifact::read(&path).unwrap(), bare);
}

#[test]
fn the_same_artifact_is_the_same_bytes() {
    let [one, two] = [0, 1].map(|_| {
        let folder = tempfile::tempdir().unwrap();
        artifact().write(folder.path()).unwrap();
        [TENSORS, MANIFEST].map(|name| fs::read(folder.path().join(name)).unwrap())
    });
    assert_eq!(one, two);
}

#[test]
fn a_version_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    artifact().write(folder.path()).unwrap();
    let error = artifact().write(folder.path()).unwrap_err();
    assert!(matches!(error, ArtifactError::Exists { .. }), "{error}");
}

#[test]
fn an_artifact_whose_writing_was_cut_off_is_none_and_can_be_written_again() {
    let folder = tempfile::tempdir().unwrap();
    artifact().write(folder.path()).unwrap();
    fs::remove_file(folder.path().join(MANIFEST)).unwrap();
    let error = Artifact::read(folder.path()).unwrap_err();
    assert!(matches!(&error, ArtifactError::Missing { path } if path.ends_with(MANIFEST)));
    artifact().write(folder.path()).unwrap();
    fs::remove_file(folder.path().join(TENSORS)).unwrap();
    let error = Artifact::read(folder.path()).unwrap_err();
    assert!(matches!(&error, ArtifactError::Missing { path } if path.ends_with(TENSORS)));
}

#[test]
fn a_newer_format_is_refused_whatever_else_it_says() {
    let error = read_changed(|manifest| {
        *manifest = json!({ "format": FORMAT + 1, "anything": true });
    });
    let error = error.unwrap_err();
    assert!(matches!(error, ArtifactError::TooNew { found, .. } if found == FORMAT + 1), "{error}");
    assert!(error.to_string().contains(MANIFEST), "{error}");
}

#[test]
fn a_changed_byte_anywhere_in_the_numbers_is_found() {
    let folder = tempfile::tempdir().unwrap();
    artifact().write(folder.path()).unwrap();
    let path = folder.path().join(TENSORS);
    let bytes = fs::read(&path).unwrap();
    for at in (0..bytes.len()).step_by(7) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        fs::write(&path, changed).unwrap();
        let error = Artifact::read(folder.path()).unwrap_err();
        assert!(matches!(error, ArtifactError::Digest { .. }), "byte {at}: {error}");
        assert!(error.to_string().contains(TENSORS) && error.to_string().contains("train again"));
    }
    fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    let error = Artifact::read(folder.path()).unwrap_err();
    assert!(matches!(error, ArtifactError::Digest { .. }), "{error}");
}

#[test]
fn a_manifest_that_does_not_fit_the_numbers_is_refused() {
    let error = read_changed(|manifest| manifest["items"][1] = json!("bar")).unwrap_err();
    assert!(matches!(error, ArtifactError::Invalid { .. }), "{error}");
    let error = read_changed(|manifest| manifest["items"] = json!(["a", "b"])).unwrap_err();
    assert!(matches!(error, ArtifactError::Tensor { tensor: "ease", .. }), "{error}");
    let error = read_changed(|m| m["hyper_parameters"]["ials"]["dimensions"] = json!(3));
    let error = error.unwrap_err();
    assert!(error.to_string().contains("[3, 2]"), "{error}");
    let error = read_changed(|manifest| manifest["files"] = json!({})).unwrap_err();
    assert!(matches!(error, ArtifactError::Unlisted { file: TENSORS, .. }), "{error}");
    let error = read_changed(|manifest| manifest["nmae"] = json!("demo")).unwrap_err();
    assert!(matches!(error, ArtifactError::Manifest { .. }), "{error}");
    let error = read_changed(|manifest| manifest["attributes"]["words"][0] = json!("z"));
    assert!(matches!(error.unwrap_err(), ArtifactError::Invalid { .. }));
}

#[test]
fn numbers_that_are_none_are_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut broken = artifact();
    broken.item_factors[[0, 0]] = f32::NAN;
    let error = broken.write(folder.path()).unwrap_err();
    assert!(error.to_string().contains("item factors"), "{error}");
    let mut broken = artifact();
    broken.segments.variances[[0, 0]] = 0.0;
    let error = broken.write(folder.path()).unwrap_err();
    assert!(error.to_string().contains("variances"), "{error}");
    let unsorted = Artifact { items: ["b", "a", "c"].map(str::to_owned).to_vec(), ..artifact() };
    let error = unsorted.write(folder.path()).unwrap_err();
    assert!(error.to_string().contains("ascending"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "something was written");
}
