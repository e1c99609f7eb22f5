//! Exit codes: what a supervisor, an operator or a script can act on.
//!
//! | code | name | what to do |
//! |---|---|---|
//! | 0 | clean | nothing |
//! | 64 | usage | read `--help`: the command line was wrong |
//! | 65 | found | an audit found something: read its report |
//! | 73 | locked | another process holds the data folder; its pid is in the message |
//! | 74 | storage | a write or a sync failed: look at the disk, then restart; callers repeat safely by id |
//! | 78 | config | do not restart blindly: configuration, version or data need a person |
//!
//! Numbers follow `sysexits.h`. A panic ends with Rust's own 101.

use std::process::ExitCode;

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Everything was done and flushed.
    Clean,
    /// The command line was wrong.
    Usage,
    /// An audit found what must not be.
    Found,
    /// Another process holds the data folder.
    Locked,
    /// Storage refused a write or a sync; what was acknowledged is safe.
    Storage,
    /// Configuration is wrong, data are corrupt or behind, or written by a newer version.
    Config,
}

impl Exit {
    /// The number the parent process sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Usage => 64,
            Self::Found => 65,
            Self::Locked => 73,
            Self::Storage => 74,
            Self::Config => 78,
        }
    }

    /// Ends the process at once, without unwinding: for a state in which going on would break a
    /// promise, such as a failed sync of the log. Everywhere else, return the code from `main`.
    #[expect(clippy::disallowed_methods, reason = "the one place that ends the process")]
    pub fn now(self, why: &str) -> ! {
        tracing::error!(exit.code = self.code(), why, "ending at once");
        std::process::exit(i32::from(self.code()))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Units, scripts and the README rely on these numbers.
    #[test]
    fn the_numbers_are_a_promise() {
        let codes =
            [Exit::Clean, Exit::Usage, Exit::Locked, Exit::Storage, Exit::Config].map(Exit::code);
        assert_eq!(codes, [0, 64, 73, 74, 78]);
    }
}
