//! A small library that stands before the system's syncs, compiled when a test needs it.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Compiles the shim into a folder; `None`, with a message, where the machine has no C compiler or
/// is not Linux.
pub(super) fn compile(folder: &Path) -> Option<PathBuf> {
    let (source, library) = (folder.join("shim.c"), folder.join("shim.so"));
    fs::write(&source, include_str!("shim.c")).unwrap();
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&library)
        .arg(&source)
        .arg("-ldl")
        .output();
    match compiled {
        Ok(output) if output.status.success() && cfg!(target_os = "linux") => Some(library),
        Ok(output) => {
            eprintln!(
                "skipped: the shim does not compile: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            None
        }
        Err(error) => {
            eprintln!("skipped: no C compiler: {error}");
            None
        }
    }
}

/// For each file the size that is known to be on the disk.
pub(super) fn synced_sizes(diary: &Path) -> HashMap<PathBuf, u64> {
    let text = fs::read_to_string(diary).unwrap_or_default();
    let mut sizes = HashMap::new();
    for line in text.lines() {
        // The last line may be cut off: the process was killed.
        if let Some((size, path)) = line.split_once(' ')
            && let Ok(size) = size.parse()
        {
            sizes.insert(PathBuf::from(path), size);
        }
    }
    sizes
}
