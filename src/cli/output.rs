//! What a command answers, on standard output. Everything else a program says goes to standard
//! error.

use std::io::Write;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};

/// Prints a command's answer. A reader which has gone (`concierge status | head -1`) is no error.
pub(crate) fn answer(text: impl std::fmt::Display) {
    let _gone = writeln!(std::io::stdout(), "{text}");
}

/// Prints what went wrong, for the person at the keyboard.
pub(crate) fn complain(text: impl std::fmt::Display) {
    let _gone = writeln!(std::io::stderr(), "{text}");
}

/// A table with these headings.
pub(crate) fn table<const N: usize>(headings: [&str; N]) -> Table {
    lines(headings.into())
}

/// The same, of any number of headings.
pub(crate) fn lines(headings: Vec<&str>) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(headings);
    table
}
