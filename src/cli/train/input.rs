//! Reads who had to do with what: a CSV or TSV file with a row of headings.

use std::path::Path;

use serde::Deserialize;

use crate::domain::time::Timestamp;
use crate::learn::embedding::interactions::Event;

/// A row of the file.
#[derive(Debug, Deserialize)]
struct Line {
    guest: String,
    offer: String,
    #[serde(default)]
    weight: Option<f64>,
    #[serde(default)]
    time: Option<String>,
}

/// Why a file cannot be trained on.
#[derive(Debug, thiserror::Error)]
pub(super) enum InputError {
    #[error("{path}: {source}")]
    Read { path: String, source: csv::Error },
    #[error("{path}:{line}: {field}: {problem}")]
    Line { path: String, line: u64, field: &'static str, problem: &'static str },
}

/// Reads all events. Without a time they all happened at once; without a weight each counts 1.
pub(super) fn read(path: &Path) -> Result<Vec<Event<String, String>>, InputError> {
    let name = || path.display().to_string();
    let failed = |source| InputError::Read { path: name(), source };
    let is_tsv = path.extension().is_some_and(|extension| extension == "tsv");
    let delimiter = if is_tsv { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_path(path)
        .map_err(failed)?;
    let mut events = Vec::new();
    let headers = reader.headers().map_err(failed)?.clone();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(failed)? {
        let line = record.position().map_or(0, csv::Position::line);
        let wrong = |field, problem| InputError::Line { path: name(), line, field, problem };
        let read: Line = record.deserialize(Some(&headers)).map_err(failed)?;
        if read.guest.is_empty() || read.offer.is_empty() {
            return Err(wrong("guest, offer", "must not be empty"));
        }
        let time = match read.time.as_deref() {
            None | Some("") => Timestamp::EPOCH,
            Some(text) => time(text).ok_or_else(|| {
                wrong("time", "must be RFC 3339, like 2026-03-01T09:30:00Z, or seconds since 1970")
            })?,
        };
        let weight = read.weight.unwrap_or(1.0);
        if !(weight.is_finite() && weight > 0.0) {
            return Err(wrong("weight", "must be a number above 0; leave the row out otherwise"));
        }
        events.push(Event { guest: read.guest, offer: read.offer, weight, time });
    }
    Ok(events)
}

fn time(text: &str) -> Option<Timestamp> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(Timestamp::from_seconds(seconds));
    }
    let time = text.parse::<jiff::Timestamp>().ok()?;
    Some(Timestamp::from_micros(time.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, text: &str) -> Result<Vec<Event<String, String>>, InputError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn rows_are_read_with_and_without_weight_and_time() {
        let events = of("a.csv", "guest,offer,weight,time\na,spa,2,60\nb,bar,,\n").unwrap();
        assert_eq!(events.len(), 2);
        assert!((events[0].weight - 2.0).abs() < 1e-12 && (events[1].weight - 1.0).abs() < 1e-12);
        assert_eq!(events[0].time, Timestamp::from_seconds(60));
        let events = of("a.tsv", "offer\tguest\ttime\nspa\ta\t1970-01-01T00:01:00Z\n").unwrap();
        assert_eq!((events[0].guest.as_str(), events[0].time), ("a", Timestamp::from_seconds(60)));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, said) in [
            ("guest,offer,weight\na,spa,-1\n", ":2: weight"),
            ("guest,offer,time\na,spa,tomorrow\n", ":2: time"),
            ("guest,offer\n,spa\n", ":2: guest"),
            ("who,what\na,spa\n", "guest"),
        ] {
            let refused = of("a.csv", text).unwrap_err().to_string();
            assert!(refused.contains(said), "{refused}");
        }
    }
}
