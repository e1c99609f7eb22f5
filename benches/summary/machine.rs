//! Facts about the machine: figures mean little without them.

use std::fs;
use std::process::Command;

/// Facts, one a line.
pub(crate) fn facts() -> Vec<String> {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    vec![
        format!("cores {cores}, {}", of("/proc/cpuinfo", "model name")),
        format!("memory {}", of("/proc/meminfo", "MemTotal")),
        rustc(),
        format!("load average {}", load()),
    ]
}

/// The load average of the last 1, 5 and 15 minutes.
pub(crate) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_ascii_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

/// The first value of a key in a file of `key: value` lines.
fn of(path: &str, key: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let value =
        text.lines().filter_map(|line| line.split_once(':')).find(|(name, _)| name.trim() == key);
    value.map_or_else(|| "unknown".to_owned(), |(_, value)| value.trim().to_owned())
}

fn rustc() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output();
    let said = output.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    said.map_or_else(|| "rustc unknown".to_owned(), |text| text.trim().to_owned())
}
