//! What the proto says of its messages, fields and calls.

use std::collections::HashMap;

use prost_reflect::{DescriptorPool, FileDescriptor};

/// The comments of all files, by file and place.
pub(super) struct Comments {
    by_place: HashMap<(String, Vec<i32>), String>,
}

impl Comments {
    /// Those of a pool.
    pub(super) fn of(pool: &DescriptorPool) -> Self {
        let mut by_place = HashMap::new();
        for file in pool.files() {
            let locations = file.file_descriptor_proto().source_code_info.iter();
            for location in locations.flat_map(|info| &info.location) {
                if let Some(comment) = location.leading_comments.as_deref() {
                    let place = (file.name().to_owned(), location.path.clone());
                    by_place.insert(place, flowing(comment));
                }
            }
        }
        Self { by_place }
    }

    /// The comment of what stands at a place of a file; empty: none.
    pub(super) fn at(&self, file: &FileDescriptor, path: &[i32]) -> &str {
        let place = (file.name().to_owned(), path.to_vec());
        self.by_place.get(&place).map_or("", String::as_str)
    }
}

/// Lines of a comment as flowing text; empty lines and items of lists stay apart.
fn flowing(comment: &str) -> String {
    let mut text = String::with_capacity(comment.len());
    for line in comment.lines().map(str::trim) {
        let before = match line {
            _ if text.is_empty() || text.ends_with('\n') => "",
            "" => "\n\n",
            item if item.starts_with("- ") => "\n",
            _ => " ",
        };
        text.push_str(before);
        text.push_str(line);
    }
    text.trim().to_owned()
}

/// The first sentence of a text.
pub(super) fn first_sentence(text: &str) -> &str {
    let end = text.find(". ").or_else(|| text.find(".\n")).unwrap_or(text.len());
    text.get(..end).unwrap_or(text).trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_flow_and_lists_stay() {
        let comment = " One\n two.\n\n Rights:\n - `a`: first,\n   second\n - `b`\n";
        assert_eq!(flowing(comment), "One two.\n\nRights:\n- `a`: first, second\n- `b`");
        assert_eq!(first_sentence("Decides. One call."), "Decides");
        assert_eq!(first_sentence("Decides."), "Decides");
    }
}
