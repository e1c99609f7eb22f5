//! The lines of a log, one at a time: what is wrong with one does not hide the next.

use std::io::{BufRead, Read};

use super::error::{LogError, Problem};

/// Most bytes of a line: a thousand actions with a hundred features each.
pub const LINE_BYTES_MAX: u64 = 16 << 20;

/// The lines of a source, blank ones passed over. After a failure to read there is no next.
#[derive(Debug)]
pub struct Lines<R> {
    source: R,
    line: u64,
    bytes: Vec<u8>,
    is_done: bool,
}

impl<R: BufRead> Lines<R> {
    /// Reads from the beginning of a source.
    pub fn new(source: R) -> Self {
        Self { source, line: 0, bytes: Vec::new(), is_done: false }
    }

    /// The line read last, without its end.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes.trim_ascii()).into_owned()
    }

    /// The line read last, from 1.
    pub fn number(&self) -> u64 {
        self.line
    }

    /// Reads the next line; `None` at the end of the log.
    pub fn next_with<T>(
        &mut self,
        parse: impl FnOnce(&[u8]) -> Result<T, Problem>,
    ) -> Option<Result<T, LogError>> {
        while !self.is_done {
            self.line += 1;
            let problem = match self.read_line() {
                Ok(true) if self.bytes.trim_ascii().is_empty() => continue,
                Ok(true) => match parse(&self.bytes) {
                    Ok(parsed) => return Some(Ok(parsed)),
                    Err(problem) => problem,
                },
                Ok(false) => {
                    self.is_done = true;
                    break;
                }
                // What follows in the source is no longer the beginning of a line.
                Err(problem) => {
                    self.is_done = true;
                    problem
                }
            };
            return Some(Err(LogError { line: self.line, problem }));
        }
        None
    }

    /// Reads the next line into `bytes`; false at the end of the log.
    fn read_line(&mut self) -> Result<bool, Problem> {
        self.bytes.clear();
        let mut limited = self.source.by_ref().take(LINE_BYTES_MAX + 1);
        if limited.read_until(b'\n', &mut self.bytes)? == 0 {
            return Ok(false);
        }
        if self.bytes.len() as u64 > LINE_BYTES_MAX {
            return Err(Problem::TooLong { limit: LINE_BYTES_MAX });
        }
        Ok(true)
    }
}
