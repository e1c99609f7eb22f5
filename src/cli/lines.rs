//! Reads lines of a CSV file: every one that cannot be taken is named with its number and what is wrong
//! with it, and nothing is lost.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use csv::StringRecord;

/// Problems shown.
const SHOWN: usize = 50;

/// A line that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bad {
    /// Its number, from 1.
    pub(crate) line: u64,
    /// What is wrong.
    pub(crate) problem: String,
    /// The line as it stands.
    pub(crate) fields: Vec<String>,
}

/// What a file holds: what was taken of each line, with its number, and what was not.
#[derive(Debug)]
pub(crate) struct Lines<T> {
    /// Taken.
    pub(crate) good: Vec<(u64, T)>,
    /// Not taken.
    pub(crate) bad: Vec<Bad>,
}

/// Why a file is not imported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Its header is another.
    #[error("{}: {problem}", path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// Lines are wrong.
    #[error("{}", told(path, bad))]
    Lines {
        /// The file.
        path: PathBuf,
        /// The lines.
        bad: Vec<Bad>,
    },
}

/// Opens a file and reads it. Lines that cannot be taken, which `bad` finds in what was read, go to the
/// file `rejects`; without it they are an error.
///
/// # Errors
/// Where a file cannot be read or written, for another header, and for lines that are wrong.
pub(crate) fn open<T>(
    path: &Path,
    rejects: Option<&Path>,
    read: impl FnOnce(File) -> Result<T, String>,
    bad: impl FnOnce(&T) -> &[Bad],
) -> Result<T, FileError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source| FileError::File { path, source }
    };
    let taken = read(File::open(path).map_err(failed(path))?)
        .map_err(|problem| FileError::Header { path: path.to_owned(), problem })?;
    let bad = bad(&taken);
    match rejects {
        Some(rejects) => keep(bad, rejects).map_err(failed(rejects))?,
        None if bad.is_empty() => {}
        None => return Err(FileError::Lines { path: path.to_owned(), bad: bad.to_vec() }),
    }
    Ok(taken)
}

/// Reads a file with a header of these columns, in any order; what stands in `optional` may be left out.
/// `row` gets a line's number and fields in the order of `columns`, empty where there is none.
///
/// # Errors
/// Where there is no header, or it is another: says which columns there must be.
pub(crate) fn read<const N: usize, T>(
    file: impl Read,
    (columns, optional): (&[&str; N], &[&str]),
    mut row: impl FnMut(u64, [&str; N]) -> Result<T, String>,
) -> Result<Lines<T>, String> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(file);
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let places = places(&header, columns, optional)?;
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    let mut record = StringRecord::new();
    loop {
        let line = reader.position().line();
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(Lines { good, bad }),
            Ok(true) => {}
            Err(error) => {
                bad.push(Bad { line, problem: error.to_string(), fields: Vec::new() });
                continue;
            }
        }
        let line = record.position().map_or(line, csv::Position::line);
        let taken = if record.len() == header.len() {
            row(line, places.map(|at| at.and_then(|at| record.get(at)).unwrap_or_default()))
        } else {
            Err(format!("has {} fields, the header {}", record.len(), header.len()))
        };
        match taken {
            Ok(taken) => good.push((line, taken)),
            Err(problem) => {
                let fields = record.iter().map(str::to_owned).collect();
                bad.push(Bad { line, problem, fields });
            }
        }
    }
}

/// Where each column stands.
fn places<const N: usize>(
    header: &StringRecord,
    columns: &[&str; N],
    optional: &[&str],
) -> Result<[Option<usize>; N], String> {
    let must = || format!("line 1: the columns are {}", columns.join(","));
    for (at, name) in header.iter().enumerate() {
        if !columns.contains(&name) {
            return Err(format!("{}; there is no '{name}'", must()));
        }
        if header.iter().take(at).any(|other| other == name) {
            return Err(format!("{}; '{name}' stands there twice", must()));
        }
    }
    let places = columns.map(|name| header.iter().position(|column| column == name));
    let mut missing = columns.iter().zip(places).filter(|(_, at)| at.is_none());
    match missing.find(|(name, _)| !optional.contains(name)) {
        Some((name, _)) => Err(format!("{}; '{name}' is missing", must())),
        None => Ok(places),
    }
}

/// The first of the lines that were not taken, one below the other.
fn told(path: &Path, bad: &[Bad]) -> String {
    let mut text: Vec<String> = bad
        .iter()
        .take(SHOWN)
        .map(|bad| format!("{}:{}: {}", path.display(), bad.line, bad.problem))
        .collect();
    if bad.len() > SHOWN {
        text.push(format!("and {} lines more", bad.len() - SHOWN));
    }
    text.push(
        "nothing was imported; mend these lines, or import the others with --rejects FILE"
            .to_owned(),
    );
    text.join("\n")
}

/// Writes down the lines that were not taken.
fn keep(bad: &[Bad], path: &Path) -> io::Result<()> {
    let mut file = csv::WriterBuilder::new().flexible(true).from_path(path)?;
    file.write_record(["line", "problem", "fields"])?;
    for Bad { line, problem, fields } in bad {
        let head = [line.to_string(), problem.clone()];
        file.write_record(head.iter().chain(fields))?;
    }
    file.flush()
}
