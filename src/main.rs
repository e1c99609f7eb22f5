//! The `concierge` program: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    concierge::cli::run(std::env::args_os())
}
