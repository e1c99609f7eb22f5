//! The rows that were not taken: line, reason and the row as it stands, so that it can be mended
//! and imported by itself.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

/// Rejects remembered for the summary.
const SHOWN: usize = 5;
/// Longest part of a row written down.
const ROW_CHARS_MAX: usize = 2_000;

/// Writes rejects down, or at least counts them.
#[derive(Default)]
pub(super) struct Rejects {
    file: Option<csv::Writer<BufWriter<File>>>,
    count: u64,
    first: Vec<String>,
}

impl Rejects {
    /// Into a new file, or nowhere.
    ///
    /// # Errors
    /// Where the file cannot be made.
    pub(super) fn to(path: Option<&Path>) -> io::Result<Self> {
        let Some(path) = path else { return Ok(Self::default()) };
        let mut file = csv::Writer::from_writer(BufWriter::new(File::create(path)?));
        file.write_record(["line", "reason", "row"])?;
        Ok(Self { file: Some(file), ..Self::default() })
    }

    /// Takes one more.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(super) fn add(&mut self, line: u64, reason: &str, row: &str) -> io::Result<()> {
        self.count += 1;
        if self.first.len() < SHOWN {
            self.first.push(format!("line {line}: {reason}"));
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        let row: String = row.chars().take(ROW_CHARS_MAX).collect();
        file.write_record([line.to_string().as_str(), reason, &row])?;
        Ok(())
    }

    /// Closes the file.
    ///
    /// # Errors
    /// Where the last of it cannot be written.
    pub(super) fn close(mut self) -> io::Result<(u64, Vec<String>)> {
        if let Some(file) = &mut self.file {
            file.flush()?;
        }
        Ok((self.count, self.first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_are_written_down_with_line_reason_and_row() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rejects.csv");
        let mut rejects = Rejects::to(Some(&path)).unwrap();
        for line in 2..10 {
            rejects.add(line, "adr: 'x' is no amount", "a,\"b\",x").unwrap();
        }
        let (count, first) = rejects.close().unwrap();
        assert_eq!((count, first.len()), (8, SHOWN));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("line,reason,row\n2,adr: 'x' is no amount,\"a,\"\"b\"\",x\"\n"),
            "{text}"
        );
    }
}
