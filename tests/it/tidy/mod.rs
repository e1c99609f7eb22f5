//! The rules of the house, checked by reading the files. What a machine checks is what survives.
//!
//! - layers: which of our modules each folder under `src` may name ([`LAYERS`])
//! - homes: which folders may name a given crate ([`HOMES`]), and which may not ([`BANNED`])
//! - shape: every file opens with `//!`, public types and functions have `///`, lines and files
//!   have a limit
//! - leftovers: unfinished code, tests switched off, `super::super`
//!
//! Code is searched without its comments and literals, so a word in a sentence is not an import.
//! Each finding names file, line and rule. [`TOLERATED_LONG_FILES`] only shrinks: an entry that no
//! longer offends is a finding too.

#![expect(clippy::string_slice, reason = "positions come from searching the same text")]

mod code;
mod proofs;

use std::fmt;
use std::fs;
use std::path::Path;

use code::take_apart;

/// What a folder may import of ours. Imports go down only; siblings never meet.
/// `testkit` exists in test builds alone, so everyone may use it; the compiler keeps it out of the product.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("api", &[]),
    ("sys", &["domain"]),
    ("learn", &["domain", "sys"]),
    ("catalog", &["domain", "sys"]),
    ("store", &["domain", "sys"]),
    ("cache", &["domain", "sys"]),
    ("decide", &["domain", "sys", "learn", "catalog"]),
    ("engine", &["domain", "sys", "learn", "catalog", "store", "cache", "decide"]),
    ("grpc", &["domain", "sys", "api", "engine"]),
    ("gateway", &["domain", "sys", "api", "engine"]),
    ("console", &["domain", "sys", "engine"]),
    ("app", EVERYTHING),
    ("cli", EVERYTHING),
    ("sim", EVERYTHING),
    ("testkit", EVERYTHING),
];

const EVERYTHING: &[&str] = &["*"];

/// Crates with a home: nobody else names them, or a crate of the same family (`tonic_health`).
const HOMES: &[(&str, &[&str])] = &[
    ("rocksdb", &["store"]),
    ("tonic", &["api", "grpc", "app", "cli", "sim"]),
    ("axum", &["gateway", "console", "app"]),
];

/// What a pure layer may not name: no I/O, no async, no logging, no clock.
const BANNED: &[(&str, &[&str])] = &[
    (
        "domain",
        &["tokio", "serde", "tracing", "metrics", "prost", "std::fs", "std::net", "std::io"],
    ),
    ("decide", &["tokio", "std::fs", "std::net"]),
    ("learn", &["tokio", "std::net"]),
];

/// Files that a price comes from. Nothing about a guest may reach them, so none of this may be named.
const BLIND: (&[&str], &[&str]) = (
    &["src/decide/price/", "src/domain/price.rs", "src/domain/rate.rs"],
    &[
        "Guest",
        "guest",
        "profile",
        "belief",
        "consent",
        "exposure",
        "request",
        "reach",
        "stay",
        "learn",
        "Decision",
        "TasteSnapshot",
        "ValueTier",
        "guest_value",
        "Known",
        "Fingerprint",
        "ReservationId",
        "segment",
        "country",
    ],
);

/// rustfmt breaks at 100; what it leaves alone (texts, macros) may be a little longer.
const LINE_LIMIT: usize = 150;
const FILE_LIMIT: usize = 500;

/// Files over [`FILE_LIMIT`] lines, each with the reason it may stay.
const TOLERATED_LONG_FILES: &[(&str, &str)] = &[];

#[test]
fn the_house_is_tidy() {
    let mut sources = Vec::new();
    for folder in ["src", "tests", "benches"] {
        collect(Path::new(env!("CARGO_MANIFEST_DIR")), Path::new(folder), &mut sources);
    }
    assert!(sources.iter().any(|source| source.path == "src/lib.rs"), "no sources were read");

    let mut findings: Vec<Finding> = sources.iter().flat_map(check).collect();
    findings.extend(check_lengths(&sources, TOLERATED_LONG_FILES));
    let list: Vec<String> = findings.iter().map(Finding::to_string).collect();
    assert!(findings.is_empty(), "\n{}\n{} finding(s)", list.join("\n"), findings.len());
}

/// One file: its path from the project's root with `/`, and its text.
struct Source {
    path: String,
    text: String,
}

/// One broken rule.
struct Finding {
    path: String,
    line: usize,
    rule: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.rule)
    }
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(root.join(folder)) else { return };
    let mut names: Vec<_> = entries.map(|entry| entry.expect("folder entry").file_name()).collect();
    names.sort();
    for name in names {
        let path = folder.join(name);
        if root.join(&path).is_dir() {
            collect(root, &path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(root.join(&path)).expect("a source is UTF-8");
            let path = path.to_str().expect("a path is UTF-8").replace('\\', "/");
            sources.push(Source { path, text });
        }
    }
}

/// Every rule that looks at one file.
fn check(source: &Source) -> Vec<Finding> {
    let parts = take_apart(&source.text);
    let code = parts.code;
    let mut rules: Vec<(usize, String)> = Vec::new();
    rules.extend(check_opening(&source.text));
    rules.extend(check_leftovers(&parts.comments, &code));
    rules.extend(check_line_lengths(&source.text));
    rules.extend(check_blind(&source.path, &code));
    if let Some(inner) = source.path.strip_prefix("src/") {
        rules.extend(check_docs(&source.text, &code));
        if let Some((layer, file)) = inner.split_once('/') {
            rules.extend(check_layer(layer, file == "mod.rs", &code));
            rules.extend(check_crates(layer, &code));
        } else {
            // `lib.rs` and `main.rs` stand above the layers, but nobody keeps another's crate at the door.
            rules.extend(check_crates("", &code));
        }
    }
    let path = &source.path;
    rules.into_iter().map(|(line, rule)| Finding { path: path.clone(), line, rule }).collect()
}

fn check_opening(text: &str) -> Vec<(usize, String)> {
    let opens = text.lines().next().is_some_and(|line| line.starts_with("//!"));
    if opens { vec![] } else { vec![(1, "a file opens with `//!`, its idea in a sentence".into())] }
}

/// A price cannot depend on what its files cannot name.
fn check_blind(path: &str, code: &str) -> Vec<(usize, String)> {
    let (blind, unseen) = BLIND;
    if !blind.iter().any(|file| path.starts_with(file)) {
        return Vec::new();
    }
    // `Guest` stands for every type that begins with it, `guest` for itself.
    let is_it = |name: &str, word: &str| {
        name == word || (word.starts_with(char::is_uppercase) && name.starts_with(word))
    };
    let named = |word: &'static str| {
        let at = words(code, word).filter(move |at| is_it(&word_at(&code[*at..]), word));
        at.map(move |at| (line_of(code, at), format!("a price may not see `{word}`")))
    };
    unseen.iter().flat_map(|word| named(word)).collect()
}

fn check_layer(layer: &str, is_root: bool, code: &str) -> Vec<(usize, String)> {
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        return vec![(1, format!("`src/{layer}` is not a layer: give it a row in LAYERS"))];
    };
    let mut found = Vec::new();
    for (line, named) in own_modules(code, is_root) {
        let known = LAYERS.iter().any(|(name, _)| *name == named);
        let may = named == layer || named == "testkit" || allowed.contains(&"*") || !known;
        if !may && !allowed.contains(&named.as_str()) {
            let may_use = if allowed.is_empty() { "nothing".into() } else { allowed.join(", ") };
            found.push((line, format!("`{layer}` may not use `{named}` (it may use {may_use})")));
        }
    }
    found
}

/// Top-level modules of ours that the code names: `crate::x`, `crate::{x, y::z}`, `concierge::x`,
/// and from a layer's own `mod.rs` also `super::x`.
fn own_modules(code: &str, is_root: bool) -> Vec<(usize, String)> {
    let mut found = names_after(code, "crate::");
    found.extend(names_after(code, "concierge::"));
    if is_root {
        found.extend(names_after(code, "super::"));
    }
    found
}

/// The names that follow a path's start, with their lines: `x` for `start::x`, `x` and `y` for
/// `start::{x, y::z}`.
fn names_after(code: &str, start: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for at in words(code, start) {
        let rest = &code[at + start.len()..];
        let names =
            if rest.trim_start().starts_with('{') { group(rest) } else { vec![word_at(rest)] };
        found.extend(names.into_iter().map(|name| (line_of(code, at), name)));
    }
    found
}

/// First names of the members of `{a, b::c, d::{e, f}}`.
fn group(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 0_usize;
    let mut at_member = false;
    for (at, c) in text.char_indices() {
        match c {
            '{' => {
                depth += 1;
                at_member = depth == 1;
            }
            '}' if depth == 1 => break,
            '}' => depth -= 1,
            ',' => at_member = depth == 1,
            c if c.is_whitespace() => {}
            _ if at_member => {
                names.push(word_at(&text[at..]));
                at_member = false;
            }
            _ => {}
        }
    }
    names
}

fn check_crates(layer: &str, code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (name, homes) in HOMES {
        if !homes.contains(&layer) {
            for line in lines_naming(code, name) {
                found.push((line, format!("`{name}` is at home in {} only", homes.join(", "))));
            }
        }
    }
    for (_, names) in BANNED.iter().filter(|(pure, _)| *pure == layer) {
        for name in *names {
            for line in lines_naming(code, name) {
                found.push((line, format!("`{layer}` is pure: it does not know `{name}`")));
            }
        }
    }
    found
}

/// Lines on which a path begins with this crate or a crate of its family (`tonic` finds
/// `tonic_health::`), or names this module (`std::io`, also within `std::{..}`).
fn lines_naming(code: &str, name: &str) -> Vec<usize> {
    let mut lines: Vec<usize> = match name.split_once("::") {
        Some((parent, child)) => {
            let named = names_after(code, &format!("{parent}::"));
            named.into_iter().filter(|(_, name)| name == child).map(|(line, _)| line).collect()
        }
        None => words(code, name)
            .filter(|at| begins_path(code, *at, name))
            .map(|at| line_of(code, at))
            .collect(),
    };
    lines.dedup();
    lines
}

/// True where the word at this place is the crate at the beginning of a path or of a `use`.
fn begins_path(code: &str, at: usize, name: &str) -> bool {
    let word = word_at(&code[at..]);
    if word != name && !word.starts_with(&format!("{name}_")) {
        return false;
    }
    let before = code[..at].trim_end();
    let outer = before.strip_suffix("::");
    let is_member = outer.is_some_and(|outer| {
        outer.ends_with(|c: char| c == '_' || c == '>' || c.is_alphanumeric())
    });
    let goes_on = code[at + word.len()..].trim_start().starts_with("::");
    let is_imported =
        before.ends_with("use") || before.ends_with("crate") || before.ends_with("use ::");
    !is_member && (goes_on || is_imported)
}

fn check_leftovers(comments: &str, code: &str) -> Vec<(usize, String)> {
    // Written in halves, so that this file does not find itself.
    let marks = [concat!("FIX", "ME"), concat!("XX", "X")];
    let macros = [concat!("to", "do!"), concat!("unimpl", "emented!")];
    let mut found = Vec::new();
    for mark in marks {
        let is_mark = |at: &usize| word_at(&comments[*at..]) == mark;
        let lines = words(comments, mark).filter(is_mark).map(|at| line_of(comments, at));
        found.extend(lines.map(|line| (line, format!("finish it or say why it stays: {mark}"))));
    }
    for name in macros {
        found.extend(
            words(code, name).map(|at| (line_of(code, at), format!("unfinished code: {name}"))),
        );
    }
    for (at, _) in code.match_indices("super::super") {
        found.push((
            line_of(code, at),
            "two levels up is another module: name it from `crate::`".into(),
        ));
    }
    for (at, _) in code.match_indices("#[ignore") {
        found.push((line_of(code, at), "a test is not switched off: mend it or delete it".into()));
    }
    found
}

/// Public types anywhere and public functions at the top level of a file are documented. Fields,
/// variants and methods may speak for themselves.
fn check_docs(text: &str, code: &str) -> Vec<(usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in code.lines().enumerate() {
        let item = line.trim_start();
        let is_type =
            ["pub struct ", "pub enum ", "pub trait "].iter().any(|start| item.starts_with(start));
        let functions = ["pub fn ", "pub const fn ", "pub async fn "];
        let is_function = functions.iter().any(|start| line.starts_with(start));
        if (is_type || is_function) && !is_documented(&lines[..at]) {
            found.push((at + 1, "a public type or function has a `///` line".into()));
        }
    }
    found
}

/// True where the nearest line above that is no attribute is documentation.
fn is_documented(above: &[&str]) -> bool {
    let mut inside_attribute = false;
    for line in above.iter().rev().map(|line| line.trim()) {
        // A macro passes documentation on as `$(#[$doc])*`.
        if line.starts_with("///") || line.starts_with("#[doc") || line.starts_with("$(#[") {
            return true;
        }
        if line.starts_with("#[") {
            inside_attribute = false;
        } else if line.ends_with(")]") || inside_attribute {
            inside_attribute = true;
        } else {
            return false;
        }
    }
    false
}

fn check_line_lengths(text: &str) -> Vec<(usize, String)> {
    let is_long = |line: &str| line.chars().count() > LINE_LIMIT && !line.contains("https://");
    let long = text.lines().enumerate().filter(|(_, line)| is_long(line));
    long.map(|(at, _)| (at + 1, format!("a line has at most {LINE_LIMIT} columns"))).collect()
}

fn check_lengths(sources: &[Source], tolerated: &[(&str, &str)]) -> Vec<Finding> {
    let mut found = Vec::new();
    for source in sources {
        let lines = source.text.lines().count();
        let is_tolerated = tolerated.iter().any(|(path, _)| *path == source.path);
        if lines > FILE_LIMIT && !is_tolerated {
            let rule =
                format!("{lines} lines, the limit is {FILE_LIMIT}: look for a noun hiding in it");
            found.push(Finding { path: source.path.clone(), line: FILE_LIMIT + 1, rule });
        }
    }
    for (path, _) in tolerated {
        let offends =
            |source: &Source| source.path == *path && source.text.lines().count() > FILE_LIMIT;
        if !sources.iter().any(offends) {
            let rule = "no longer offends: take it off TOLERATED_LONG_FILES".into();
            found.push(Finding { path: (*path).into(), line: 1, rule });
        }
    }
    found
}

/// Where `word` begins as a word of its own. A word that ends in a letter may go on: ask
/// [`word_at`].
fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_start = |at: &usize| !text[..*at].ends_with(|c: char| c == '_' || c.is_alphanumeric());
    text.match_indices(word).map(|(at, _)| at).filter(is_start)
}

/// The identifier at the start of the text, empty where there is none.
fn word_at(text: &str) -> String {
    text.trim_start().chars().take_while(|c| *c == '_' || c.is_alphanumeric()).collect()
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}
