//! What a command answers, on standard output. Everything else a program says goes to standard error.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};

/// Prints a command's answer.
#[expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]
pub(crate) fn answer(text: impl std::fmt::Display) {
    println!("{text}");
}

/// Prints what went wrong, for the person at the keyboard.
#[expect(clippy::print_stderr, reason = "a command's complaint goes to standard error")]
pub(crate) fn complain(text: impl std::fmt::Display) {
    eprintln!("{text}");
}

/// A table with these headings.
pub(crate) fn table<const N: usize>(headings: [&str; N]) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(headings);
    table
}
