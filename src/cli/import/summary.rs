//! What an import did: one table for people, one JSON object for programs.

use std::collections::BTreeMap;

use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

/// The figures of an import.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Summary {
    /// Rows of the file, the rejected ones included.
    pub(super) rows: u64,
    /// Bookings written now.
    pub(super) bookings: u64,
    /// Rows whose content came before in the file: true twins, kept.
    pub(super) twins: u64,
    /// Guests whose facts were written now.
    pub(super) guests: u64,
    /// Of those, guests declared to have opted in.
    pub(super) guests_opted_in: u64,
    /// Events written now.
    pub(super) events: u64,
    /// Events that were there from an earlier import.
    pub(super) duplicates: u64,
    /// Events that were there from an earlier import with other dates, and stay as they are.
    pub(super) conflicts: u64,
    /// Events of moved history that lie in the future: left out, a later import brings them.
    pub(super) not_yet: u64,
    /// Rows not taken.
    pub(super) rejects: u64,
    /// The file broke off before its end.
    pub(super) is_truncated: bool,
    /// What was left out of rows that were taken, and how often.
    pub(super) mended: BTreeMap<&'static str, u64>,
    /// Weeks by which history was moved.
    pub(super) shift_weeks: i32,
    /// Catalog version in force.
    pub(super) catalog_version: u64,
    /// Seconds from the opening of the file until the last record was on disk.
    pub(super) seconds: f64,
    /// Bookings per second while writing, until on disk.
    pub(super) bookings_per_second: f64,
    /// The first rejects, for a look.
    #[serde(skip)]
    pub(super) first_rejects: Vec<String>,
}

impl Summary {
    /// For programs.
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// For people.
    pub(super) fn to_table(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        let mut line = |name: &str, value: String| {
            table.add_row([name.to_owned(), value]);
        };
        line("rows", self.rows.to_string());
        line("bookings", format!("{} ({} twins kept)", self.bookings, self.twins));
        line("guests", format!("{} ({} opted in)", self.guests, self.guests_opted_in));
        line("events", self.events.to_string());
        line("duplicates", self.duplicates.to_string());
        if self.conflicts > 0 {
            line(
                "other dates",
                format!("{} events were imported before with other dates and stay", self.conflicts),
            );
        }
        if self.not_yet > 0 {
            line(
                "not yet",
                format!("{} events lie in the future; a later import brings them", self.not_yet),
            );
        }
        let note = if self.is_truncated { " (the file breaks off)" } else { "" };
        line("rejects", format!("{}{note}", self.rejects));
        for (what, count) in &self.mended {
            line(&format!("  left out: {what}"), count.to_string());
        }
        if self.shift_weeks != 0 {
            line("moved by", format!("{} weeks", self.shift_weeks));
        }
        line("bookings/s", format!("{:.0}", self.bookings_per_second));
        if let Some(column) = table.column_mut(0) {
            column.set_cell_alignment(CellAlignment::Left);
        }
        let mut text = table.trim_fmt();
        for reject in &self.first_rejects {
            text.push_str("\n  rejected ");
            text.push_str(reject);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_says_what_was_and_was_not_taken() {
        let summary = Summary {
            rows: 10,
            bookings: 8,
            twins: 1,
            guests: 8,
            guests_opted_in: 5,
            events: 30,
            duplicates: 0,
            conflicts: 0,
            not_yet: 3,
            rejects: 2,
            is_truncated: true,
            mended: BTreeMap::from([("country_missing", 1)]),
            shift_weeks: 516,
            catalog_version: 1,
            seconds: 0.5,
            bookings_per_second: 16.0,
            first_rejects: vec!["line 3: adr: 'x' is no amount".into()],
        };
        let table = summary.to_table();
        for part in [
            "8 (1 twins kept)",
            "5 opted in",
            "breaks off",
            "country_missing",
            "516 weeks",
            "line 3",
        ] {
            assert!(table.contains(part), "{part}:\n{table}");
        }
        let json: serde_json::Value = serde_json::from_str(&summary.to_json()).unwrap();
        assert_eq!(json["rejects"], 2);
        assert_eq!(json["mended"]["country_missing"], 1);
    }
}
