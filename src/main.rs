//! The `concierge` program: arguments in, exit code out.

use std::process::ExitCode;

/// Answers are made on one thread and let go on another (the committer's, a connection's); glibc's
/// arenas lock for that, and took a fifth of the processor time at the peak.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    concierge::cli::run(std::env::args_os())
}
