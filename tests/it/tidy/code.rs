//! Rust text taken apart, so that a word in a sentence is not an import and a word in a literal is
//! not a remark.

/// A file's code and its comments. Each has spaces in place of the other and of literals; every
/// line keeps its number.
pub(super) struct Parts {
    pub(super) code: String,
    pub(super) comments: String,
}

pub(super) fn take_apart(text: &str) -> Parts {
    let mut parts = Parts { code: String::new(), comments: String::new() };
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let follows_word = parts.code.ends_with(|c: char| c == '_' || c.is_alphanumeric());
        let length = literal_length(rest, follows_word);
        let (head, after) = rest.split_at(if length == 0 { first.len_utf8() } else { length });
        let is_comment = head.starts_with("//") || head.starts_with("/*");
        parts.code.push_str(&if length == 0 { head.to_owned() } else { blank(head) });
        parts.comments.push_str(&if is_comment { head.to_owned() } else { blank(head) });
        rest = after;
    }
    parts
}

fn blank(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect()
}

/// How many bytes at the start of the text are one comment, string or character; 0 where it is
/// code.
fn literal_length(text: &str, follows_word: bool) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with("/*") {
        return block_comment_length(text);
    }
    if text.starts_with('\'') {
        return character_length(text);
    }
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        let rest = text.strip_prefix(prefix).unwrap_or("");
        let hashes = if prefix.ends_with('r') { rest.trim_start_matches('#') } else { rest };
        hashes.starts_with('"') && (prefix.is_empty() || !follows_word)
    });
    let Some(prefix) = prefix else { return 0 };
    let rest = &text[prefix.len()..];
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let body = prefix.len() + hashes + 1;
    if prefix.ends_with('r') {
        let close = format!("\"{}", "#".repeat(hashes));
        return text[body..].find(&close).map_or(text.len(), |at| body + at + close.len());
    }
    let mut escaped = false;
    for (at, c) in text[body..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return body + at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Block comments nest.
fn block_comment_length(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// A character literal, or 0 for a lifetime.
fn character_length(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => {
            let rest = text.get(3..).unwrap_or("");
            rest.find('\'').map_or(0, |at| 3 + at + 1)
        }
        Some(_) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 0,
        },
        None => 0,
    }
}
