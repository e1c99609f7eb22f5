//! Packed sets of files: they stand beside the project and are no part of it.

use std::collections::HashMap;
use std::path::Path;

/// The files of a `.tar.zst`, by their path in it; `None`, and a line saying so, where it is not
/// there.
pub fn unpacked(name: &str) -> Option<HashMap<String, String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    let Ok(packed) = std::fs::read(&path) else {
        eprintln!("skipped: {} is not here", path.display());
        return None;
    };
    Some(files(&zstd::decode_all(&packed[..]).expect("a packed set")))
}

/// The files of a tar archive, those that are text: blocks of 512 bytes, a header before each file
/// with its name at 0, its size in octal at 124 and its kind at 156 (POSIX ustar).
fn files(archive: &[u8]) -> HashMap<String, String> {
    let mut files = HashMap::new();
    let mut rest = archive;
    while let Some((header, after)) = rest.split_at_checked(512) {
        let text = |at: usize, len: usize| {
            let bytes = header[at..at + len].split(|byte| *byte == 0).next().unwrap_or(&[]);
            String::from_utf8(bytes.to_vec()).expect("names are text")
        };
        let size = usize::from_str_radix(text(124, 12).trim(), 8).unwrap_or(0);
        let (body, padded) = after.split_at(size.min(after.len()));
        let is_file = matches!(header[156], b'0' | 0) && !text(0, 100).is_empty();
        if is_file && let Ok(body) = String::from_utf8(body.to_vec()) {
            files.insert(text(0, 100).trim_start_matches("./").to_owned(), body);
        }
        rest = &padded[(size.next_multiple_of(512) - size).min(padded.len())..];
    }
    files
}
