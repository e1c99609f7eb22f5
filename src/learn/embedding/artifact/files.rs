//! Files that appear whole or not at all, and are what they were when written.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{ArtifactError, MANIFEST};

/// What a file was when written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub bytes: u64,
    /// Hexadecimal.
    pub sha256: String,
}

/// Makes the folder; refuses one that holds an artifact.
pub(super) fn prepare(folder: &Path) -> Result<(), ArtifactError> {
    fs::create_dir_all(folder).map_err(ArtifactError::io("creating", folder))?;
    match folder.join(MANIFEST).try_exists() {
        Ok(false) => Ok(()),
        Ok(true) => Err(ArtifactError::Exists { path: folder.to_owned() }),
        Err(error) => Err(ArtifactError::io("reading", folder)(error)),
    }
}

/// Writes a file under another name, syncs it, gives it its name, and syncs the folder.
pub(super) fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<Written, ArtifactError> {
    let (path, draft) = (folder.join(name), folder.join(format!(".{name}.draft")));
    let written = File::create(&draft)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&draft, &path));
    if let Err(error) = written {
        // What could not be written is of no use; that it may not go either changes nothing.
        let _ = fs::remove_file(&draft);
        return Err(ArtifactError::io("writing", &path)(error));
    }
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(ArtifactError::io("syncing", folder))?;
    Ok(Written { bytes: bytes.len() as u64, sha256: sha256(bytes) })
}

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, ArtifactError> {
    fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ArtifactError::Missing { path: path.to_owned() },
        _ => ArtifactError::io("reading", path)(error),
    })
}

/// Reads a file that is what the manifest says.
pub(super) fn read_verified(
    folder: &Path,
    name: &'static str,
    files: &BTreeMap<String, Written>,
) -> Result<Vec<u8>, ArtifactError> {
    let path = folder.join(name);
    let Some(written) = files.get(name) else {
        return Err(ArtifactError::Unlisted { path: folder.join(MANIFEST), file: name });
    };
    let bytes = read(&path)?;
    let found = sha256(&bytes);
    if found != written.sha256 || bytes.len() as u64 != written.bytes {
        return Err(ArtifactError::Digest { path, wanted: written.sha256.clone(), found });
    }
    Ok(bytes)
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_and_leaves_no_draft() {
        let folder = tempfile::tempdir().unwrap();
        let written = write(folder.path(), "file", b"abc").unwrap();
        // FIPS 180-2, appendix B.1.
        assert_eq!(
            written.sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(read(&folder.path().join("file")).unwrap(), b"abc");
        fs::create_dir(folder.path().join("other")).unwrap();
        let error = write(folder.path(), "other", b"abc").unwrap_err();
        assert!(matches!(error, ArtifactError::Io { doing: "writing", .. }), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "a draft stayed behind");
    }
}
