//! A TOML document with the place of everything in it. The only file that knows TOML.
//!
//! Reading goes on after a problem, so that a writer hears of all of them at once: a field that
//! cannot be read is reported to the [`Report`] and given up, the rest is still read. Unknown
//! fields are problems, with the name that was probably meant.

use std::cell::RefCell;
use std::fmt::Display;
use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{FINDINGS_MAX, Finding, PROBLEMS_MAX, Place, Problem, position};
use super::words::choice;

/// Problems found while reading.
#[derive(Debug, Default)]
pub(crate) struct Report {
    findings: RefCell<Vec<Finding>>,
}

impl Report {
    pub(crate) fn add(&self, finding: Finding) {
        let mut findings = self.findings.borrow_mut();
        if findings.len() < FINDINGS_MAX {
            findings.push(finding);
        }
    }

    /// What was found so far.
    pub(crate) fn take(&self) -> Vec<Finding> {
        self.findings.take()
    }
}

/// A value of a document.
#[derive(Debug, Clone)]
pub(crate) struct Node<'d> {
    value: &'d Spanned<DeValue<'d>>,
    path: String,
    report: &'d Report,
}

/// A table of a document, of which the known fields are named. Where a value is no table, that was
/// reported, and it has no fields.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'d> {
    table: Option<&'d DeTable<'d>>,
    start: usize,
    path: String,
    report: &'d Report,
}

/// A parsed document.
#[derive(Debug)]
pub(crate) struct Document<'d> {
    text: &'d str,
    root: Spanned<DeTable<'d>>,
}

impl<'d> Document<'d> {
    /// Parses a text; problems of its form go to the report, and what could be read remains.
    pub(crate) fn parse(text: &'d str, report: &Report) -> Self {
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let place = error.span().map_or(Place::Byte(0), |span| Place::Byte(span.start));
            let problem = format!("is not TOML: {}", error.message());
            report.add(Finding { field: String::new(), problem, place });
        }
        Self { text, root }
    }

    /// The table of the whole document.
    pub(crate) fn fields<'a>(&'a self, known: &[&str], report: &'a Report) -> Fields<'a>
    where
        'd: 'a,
    {
        Fields::of(Some(self.root.get_ref()), 0, String::new(), report, known)
    }

    /// Looks up where findings are; in order of place, at most [`PROBLEMS_MAX`].
    pub(crate) fn locate(&self, findings: Vec<Finding>) -> Vec<Problem> {
        let mut placed: Vec<(usize, Finding)> =
            findings.into_iter().map(|finding| (self.byte_of(&finding), finding)).collect();
        placed.sort_by_key(|(byte, _)| *byte);
        let problems = placed.into_iter().take(PROBLEMS_MAX).map(|(byte, finding)| {
            let (line, column) = position(self.text, byte);
            Problem { line, column, field: finding.field, problem: finding.problem }
        });
        problems.collect()
    }

    fn byte_of(&self, finding: &Finding) -> usize {
        match finding.place {
            Place::Byte(byte) => byte,
            Place::Field => self.span_of(&finding.field).start,
            Place::Inside(chars) => {
                let span = self.span_of(&finding.field);
                let raw = self.text.get(span.clone()).unwrap_or_default();
                span.start + inside(raw, chars)
            }
        }
    }

    /// The place of a path, or of the nearest part of it that is written down.
    fn span_of(&self, path: &str) -> std::ops::Range<usize> {
        let mut span = 0..0;
        let mut table = Some(self.root.get_ref());
        let mut value: Option<&Spanned<DeValue<'_>>> = None;
        for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
            let next = match (step.strip_suffix(']'), table, value.map(Spanned::get_ref)) {
                (Some(at), _, Some(DeValue::Array(array))) => {
                    at.parse::<usize>().ok().and_then(|at| array.get(at))
                }
                (None, Some(table), _) => table.get(step),
                _ => None,
            };
            let Some(next) = next else { break };
            span = next.span();
            value = Some(next);
            table = match next.get_ref() {
                DeValue::Table(table) => Some(table),
                _ => None,
            };
        }
        span
    }
}

/// Bytes from the start of a written TOML string to a character of its value.
fn inside(raw: &str, chars: usize) -> usize {
    let quote = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
    let body = raw.get(quote..).unwrap_or_default();
    let newline = if quote == 1 { "" } else { body };
    let start = quote
        + (newline.len() - newline.trim_start_matches('\r').len())
        + usize::from(newline.trim_start_matches('\r').starts_with('\n'));
    let mut rest = raw.get(start..).unwrap_or_default();
    for _ in 0..chars {
        let mut escape = rest.chars();
        let Some(first) = escape.next() else { break };
        let written = match (first, raw.starts_with('"'), escape.next()) {
            ('\\', true, Some('u')) => 6,
            ('\\', true, Some('U')) => 10,
            ('\\', true, Some('x')) => 4,
            ('\\', true, Some(second)) => 1 + second.len_utf8(),
            _ => first.len_utf8(),
        };
        rest = rest.get(written..).unwrap_or_default();
    }
    raw.len() - rest.len()
}

impl<'d> Node<'d> {
    /// Reports a problem of this value.
    pub(crate) fn fail(&self, problem: impl Into<String>) {
        let place = Place::Byte(self.value.span().start);
        self.report.add(Finding { field: self.path.clone(), problem: problem.into(), place });
    }

    /// Reads without reporting.
    pub(crate) fn quietly<T>(&self, read: impl Fn(&Node<'_>) -> Option<T>) -> Option<T> {
        let report = Report::default();
        read(&Node { value: self.value, path: String::new(), report: &report })
    }

    /// A value, where a check of it succeeds; else its problem is reported.
    pub(crate) fn checked<T>(&self, outcome: Result<T, impl Display>) -> Option<T> {
        outcome.map_err(|problem| self.fail(problem.to_string())).ok()
    }

    /// A text of at most so many bytes.
    pub(crate) fn text(&self, most: usize) -> Option<&'d str> {
        let DeValue::String(text) = self.value.get_ref() else {
            self.fail("must be a text in quotation marks");
            return None;
        };
        if text.len() > most {
            self.fail(format!("is longer than {most} bytes; shorten it"));
            return None;
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.fail("has a control character; remove it");
            return None;
        }
        Some(text)
    }

    /// The text as it was written where it is one or a date, for values that may be written either
    /// way.
    pub(crate) fn text_or_date(&self) -> Option<String> {
        match self.value.get_ref() {
            DeValue::Datetime(moment) => Some(moment.to_string()),
            _ => self.text(64).map(str::to_owned),
        }
    }

    /// True or false.
    pub(crate) fn flag(&self) -> Option<bool> {
        let DeValue::Boolean(flag) = self.value.get_ref() else {
            self.fail("must be true or false");
            return None;
        };
        Some(*flag)
    }

    /// A whole number within bounds.
    pub(crate) fn whole(&self, bounds: RangeInclusive<i64>) -> Option<i64> {
        let number = match self.value.get_ref() {
            DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok(),
            _ => None,
        };
        let within = number.filter(|n| bounds.contains(n));
        if within.is_none() {
            self.fail(format!(
                "must be a whole number from {} to {}",
                bounds.start(),
                bounds.end()
            ));
        }
        within
    }

    /// A number.
    pub(crate) fn number(&self) -> Option<f64> {
        let number: Option<f64> = match self.value.get_ref() {
            DeValue::Integer(n) if n.radix() == 10 => n.as_str().parse().ok(),
            DeValue::Float(n) => n.as_str().parse().ok(),
            _ => None,
        };
        self.checked(number.filter(|n| n.is_finite()).ok_or("must be a number"))
    }

    /// A text, a number or a truth value, as a text: the value of an attribute.
    pub(crate) fn scalar(&self, most: usize) -> Option<String> {
        match self.value.get_ref() {
            DeValue::Boolean(flag) => Some(flag.to_string()),
            DeValue::Integer(n) => Some(n.to_string()),
            DeValue::Float(n) => Some(n.to_string()),
            _ => self.text(most).map(str::to_owned),
        }
    }

    /// Is it a list?
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.value.get_ref(), DeValue::Array(_))
    }

    /// Is it a table?
    pub(crate) fn is_table(&self) -> bool {
        matches!(self.value.get_ref(), DeValue::Table(_))
    }

    /// The items of a list of at most so many.
    pub(crate) fn items(&self, most: usize) -> Vec<Self> {
        let DeValue::Array(array) = self.value.get_ref() else {
            self.fail("must be a list, in square brackets");
            return Vec::new();
        };
        if array.len() > most {
            self.fail(format!("has {} entries, and {most} is the most; remove some", array.len()));
            return Vec::new();
        }
        let item =
            |(at, value)| Node { value, path: format!("{}[{at}]", self.path), report: self.report };
        array.iter().enumerate().map(item).collect()
    }

    /// The fields of a table that may have the known ones and no others.
    pub(crate) fn fields(&self, known: &[&str]) -> Fields<'d> {
        let start = self.value.span().start;
        Fields::of(self.table(), start, self.path.clone(), self.report, known)
    }

    /// The entries of a table whose names are free.
    pub(crate) fn entries(&self, most: usize) -> Vec<(&'d str, Self)> {
        let Some(table) = self.table() else { return Vec::new() };
        if table.len() > most {
            self.fail(format!("has {} entries, and {most} is the most; remove some", table.len()));
            return Vec::new();
        }
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let entry = |(key, value): (&'d Spanned<_>, _)| {
            let key: &'d std::borrow::Cow<'d, str> = key.get_ref();
            let path = format!("{}.{key}", self.path);
            (key.as_ref(), Node { value, path, report: self.report })
        };
        entries.into_iter().map(entry).collect()
    }

    fn table(&self) -> Option<&'d DeTable<'d>> {
        let DeValue::Table(table) = self.value.get_ref() else {
            self.fail("must be a table, written { name = value }");
            return None;
        };
        Some(table)
    }
}

impl<'d> Fields<'d> {
    fn of(
        table: Option<&'d DeTable<'d>>,
        start: usize,
        path: String,
        report: &'d Report,
        known: &[&str],
    ) -> Self {
        let fields = Self { table, start, path, report };
        let keys = table.into_iter().flat_map(|table| table.keys());
        for key in keys.filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let name: String = key.get_ref().chars().take(64).collect();
            let meant = known.iter().find(|k| distance(k, &name) <= 2);
            let problem = match meant {
                Some(meant) => format!("is not known here; did you mean {meant}?"),
                None => format!("is not known here; known are {}", choice(known.iter().copied())),
            };
            let place = Place::Byte(key.span().start);
            report.add(Finding { field: fields.path_of(&name), problem, place });
        }
        fields
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A field that may be left out.
    pub(crate) fn get(&self, name: &str) -> Option<Node<'d>> {
        let value = self.table?.get(name)?;
        Some(Node { value, path: self.path_of(name), report: self.report })
    }

    /// A field that must be there; `example` shows how it is written.
    pub(crate) fn need(&self, name: &str, example: &str) -> Option<Node<'d>> {
        let node = self.get(name);
        if node.is_none() && self.table.is_some() {
            let place = Place::Byte(self.start);
            let problem = format!("is missing; write it like {name} = {example}");
            self.report.add(Finding { field: self.path_of(name), problem, place });
        }
        node
    }

    /// A table that must be there, with its known fields.
    pub(crate) fn need_table(&self, name: &str, known: &[&str], example: &str) -> Self {
        match self.need(name, example) {
            Some(node) => node.fields(known),
            None => Self::of(None, self.start, self.path_of(name), self.report, known),
        }
    }

    /// The items of a list that may be left out.
    pub(crate) fn list(&self, name: &str, most: usize) -> Vec<Node<'d>> {
        self.get(name).map(|node| node.items(most)).unwrap_or_default()
    }
}

/// How many letters differ, for guessing what was meant: insertions, deletions and exchanges.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (slot, y) in row.iter_mut().skip(1).zip(&b) {
            let above = *slot;
            left = (left + 1).min(above + 1).min(diagonal + usize::from(x != *y));
            diagonal = above;
            *slot = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_inside_a_text_is_found_as_it_was_written() {
        for (raw, chars, byte) in [
            ("\"abc\"", 1, 2),
            ("'a\\nb'", 2, 3),
            ("\"a\\\"b\"", 2, 4),
            ("\"é\\u00e9x\"", 2, 9),
            ("\"\"\"\nabc\"\"\"", 2, 6),
            ("\"\"\"\r\nabc\"\"\"", 0, 5),
            ("'''abc'''", 1, 4),
            ("\"a\"", 99, 3),
        ] {
            assert_eq!(inside(raw, chars), byte, "{raw}");
        }
    }

    #[test]
    fn distances_count_letters() {
        for (a, b, expected) in [
            ("cost", "cost", 0),
            ("cost", "costs", 1),
            ("tags", "tga", 2),
            ("", "ab", 2),
            ("ab", "", 2),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }
}
