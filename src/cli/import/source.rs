//! Reads the file: lines out of CSV, plain or packed with zstd (told by content, never by name),
//! whatever state it is in.
//!
//! A row is a line: a field may be quoted, but not run over lines, so that one lost quote costs one
//! row. A line has a limit, so that memory has one. A file that ends too early ends the reading
//! with a remark, not with an error: what came before is good.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::row::{COLUMNS, LAST_COLUMN};

/// Longest line, in bytes.
const LINE_BYTES_MAX: u64 = 64 << 10;
/// How every zstd frame begins.
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The file, as lines of fields.
pub(super) struct Lines {
    reader: Box<dyn BufRead>,
    /// Number of the line read last, from 1.
    number: u64,
    /// Where each needed column stands.
    columns: Vec<usize>,
    width: usize,
    line: Vec<u8>,
}

/// A line read.
#[derive(Debug)]
pub(super) enum Line {
    /// Fields, as many as the header has.
    Fields(csv::StringRecord),
    /// Not a row, and why.
    Bad(String),
    /// The file broke off here: nothing follows.
    Broken(String),
    /// The end.
    End,
}

impl Lines {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// Where the file cannot be opened, or has not the columns needed.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Self::new(Box::new(File::open(path)?))
    }

    /// Reads from anything.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(super) fn new(input: Box<dyn Read>) -> io::Result<Self> {
        let mut input = BufReader::with_capacity(1 << 16, input);
        let is_packed = input.fill_buf()?.starts_with(&ZSTD_MAGIC);
        let reader: Box<dyn BufRead> = if is_packed {
            Box::new(BufReader::with_capacity(1 << 16, zstd::Decoder::with_buffer(input)?))
        } else {
            Box::new(input)
        };
        let mut lines = Self { reader, number: 0, columns: Vec::new(), width: 0, line: Vec::new() };
        lines.read_header()?;
        Ok(lines)
    }

    fn read_header(&mut self) -> io::Result<()> {
        let bad = |problem: String| io::Error::new(io::ErrorKind::InvalidData, problem);
        let header = match self.next_record() {
            Line::Fields(header) => header,
            Line::Bad(problem) | Line::Broken(problem) => {
                return Err(bad(format!("the header {problem}")));
            }
            Line::End => return Err(bad("it is empty".to_owned())),
        };
        let at = |name: &&str| {
            header.iter().position(|column| column.trim().trim_start_matches('\u{feff}') == *name)
        };
        let wanted: Vec<&str> = COLUMNS.into_iter().chain([LAST_COLUMN]).collect();
        let missing: Vec<&str> = wanted.iter().filter(|name| at(name).is_none()).copied().collect();
        if !missing.is_empty() {
            return Err(bad(format!("it has no column {}", missing.join(", "))));
        }
        self.columns = wanted.iter().filter_map(at).collect();
        self.width = header.len();
        Ok(())
    }

    /// The next line that is not empty.
    pub(super) fn next_line(&mut self) -> Line {
        match self.next_record() {
            Line::Fields(record) if record.len() != self.width => {
                let found = record.len();
                Line::Bad(format!(
                    "has {found} fields, the header has {}; is it cut off?",
                    self.width
                ))
            }
            line => line,
        }
    }

    /// Number of the line read last, from 1.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// The line read last, as it stands in the file.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.line).into_owned()
    }

    /// The needed fields of a record, in the order of [`COLUMNS`], then [`LAST_COLUMN`].
    pub(super) fn needed<'a>(&self, record: &'a csv::StringRecord) -> [&'a str; COLUMNS.len() + 1] {
        let mut fields = [""; COLUMNS.len() + 1];
        for (field, at) in fields.iter_mut().zip(&self.columns) {
            *field = record.get(*at).unwrap_or_default();
        }
        fields
    }

    fn next_record(&mut self) -> Line {
        loop {
            self.line.clear();
            let limited = self.reader.by_ref().take(LINE_BYTES_MAX);
            let read = { limited }.read_until(b'\n', &mut self.line);
            match read {
                Ok(0) => return Line::End,
                Ok(_) => self.number += 1,
                Err(e) => return Line::Broken(format!("the file breaks off: {e}")),
            }
            let is_whole = self.line.ends_with(b"\n");
            if !is_whole && self.line.len() as u64 >= LINE_BYTES_MAX {
                self.line.truncate(200);
                return match self.reader.skip_until(b'\n') {
                    Ok(_) => Line::Bad(format!("is longer than {LINE_BYTES_MAX} bytes")),
                    Err(e) => Line::Broken(format!("the file breaks off: {e}")),
                };
            }
            while self.line.last().is_some_and(|b| matches!(b, b'\n' | b'\r')) {
                self.line.pop();
            }
            if !self.line.is_empty() {
                return parse(&self.line);
            }
        }
    }
}

fn parse(line: &[u8]) -> Line {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(line.len().max(16))
        .from_reader(line);
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(_) => Line::Fields(record),
        Err(_) => Line::Bad("is not UTF-8".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> String {
        let columns: Vec<&str> = COLUMNS.into_iter().chain([LAST_COLUMN, "agent"]).collect();
        columns.join(",")
    }

    fn read(bytes: Vec<u8>) -> (usize, Vec<String>) {
        let mut lines = Lines::new(Box::new(io::Cursor::new(bytes))).unwrap();
        let (mut rows, mut problems) = (0, Vec::new());
        loop {
            match lines.next_line() {
                Line::Fields(_) => rows += 1,
                Line::Bad(problem) => problems.push(format!("{}: {problem}", lines.number())),
                Line::Broken(problem) => {
                    problems.push(format!("{}: {problem}", lines.number()));
                    return (rows, problems);
                }
                Line::End => return (rows, problems),
            }
        }
    }

    fn row() -> String {
        vec!["1"; COLUMNS.len() + 2].join(",")
    }

    #[test]
    fn packed_and_plain_are_told_by_content() {
        let text = format!("{}\r\n{}\r\n\r\n{}", header(), row(), row());
        assert_eq!(read(text.clone().into_bytes()), (2, vec![]));
        assert_eq!(read(zstd::encode_all(text.as_bytes(), 3).unwrap()), (2, vec![]));
    }

    #[test]
    fn a_packed_file_that_breaks_off_gives_what_came_before() {
        let mut noise = 0_u64;
        let mut text = header();
        for _ in 0..20_000 {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.push_str(&format!("\n{}{}", row(), noise >> 30));
        }
        let mut packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
        packed.truncate(packed.len() / 2);
        let (rows, problems) = read(packed);
        assert!(rows > 1_000, "{rows}");
        assert_eq!(problems.len(), 1);
        assert!(problems[0].contains("breaks off"), "{problems:?}");
    }

    #[test]
    fn bad_lines_cost_one_row_each() {
        let mut bytes = format!("{}\n{}\n1,2,3\n\"{}\n", header(), row(), row()).into_bytes();
        bytes.extend_from_slice(b"\xff\xfe,\n");
        bytes.extend_from_slice(&vec![b'x'; 200_000]);
        bytes.extend_from_slice(format!("\n{}\n", row()).as_bytes());
        let (rows, problems) = read(bytes);
        assert_eq!(rows, 2);
        assert_eq!(problems.len(), 4, "{problems:?}");
        for (problem, expected) in
            problems.iter().zip(["3: has 3", "4: has", "5: is not UTF-8", "6: is longer"])
        {
            assert!(problem.starts_with(expected), "{problem}");
        }
    }

    #[test]
    fn a_file_without_the_columns_is_refused_with_their_names() {
        let open = |text: &str| {
            let input = Box::new(io::Cursor::new(text.as_bytes().to_vec()));
            Lines::new(input).err().map(|e| e.to_string()).unwrap_or_default()
        };
        assert!(open("").contains("empty"));
        assert!(open("hotel,adr\n").contains("no column is_canceled, lead_time"));
        assert!(open("\u{feff}").contains("no column hotel"));
        assert_eq!(open(&format!("\u{feff}{}\n", header())), "");
    }
}
