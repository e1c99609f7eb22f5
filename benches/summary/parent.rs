//! Runs the parts, each in a process of its own, and keeps what they print.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use concierge::sys::clock::{Deadline, Stopwatch};

use crate::{Outcome, machine, report, setting};

/// Runs the parts that `BENCH_ONLY` names, or all of them.
pub(crate) fn run(parts: &[&str]) -> Outcome {
    let only = std::env::var("BENCH_ONLY").unwrap_or_default();
    let only: Vec<&str> = only.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if let Some(unknown) = only.iter().find(|name| !parts.contains(name)) {
        return Err(
            format!("BENCH_ONLY names '{unknown}'; the parts are {}", parts.join(", ")).into()
        );
    }
    let path = summary_path();
    let mut summary = Summary(File::create(&path)?);
    for fact in machine::facts() {
        summary.put(&format!("# {fact}"))?;
    }
    let (whole, mut failed) = (Stopwatch::start(), Vec::new());
    for part in parts.iter().filter(|name| only.is_empty() || only.contains(name)) {
        summary.put(&format!("# part {part}, load average {}", machine::load()))?;
        let watch = Stopwatch::start();
        if let Err(reason) = run_part(part, &mut summary) {
            summary.put(&format!("# part {part} failed: {reason}"))?;
            failed.push(*part);
        }
        summary.put(&format!("# part {part} took {:.0} s", watch.seconds()))?;
    }
    summary.put(&format!("# all took {:.0} s", whole.seconds()))?;
    report::note(&format!("written to {}", path.display()));
    if failed.is_empty() { Ok(()) } else { Err(failed.join(", ").into()) }
}

fn summary_path() -> PathBuf {
    let named = std::env::var_os("BENCH_SUMMARY").map(PathBuf::from);
    named.unwrap_or_else(|| {
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| PathBuf::from("target"), PathBuf::from);
        target.join("bench-summary.tsv")
    })
}

struct Summary(File);

impl Summary {
    /// Writes a line at once: what was measured stays, whatever comes.
    fn put(&mut self, line: &str) -> Outcome {
        report::line(line);
        writeln!(self.0, "{line}")?;
        Ok(())
    }
}

/// Runs a part to its end, or to its deadline.
fn run_part(part: &str, summary: &mut Summary) -> Outcome {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["part", part])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // Its own group: the servers it starts end with it.
        .process_group(0)
        .spawn()?;
    let deadline = Deadline::after(Duration::from_secs(setting("BENCH_PART_SECONDS", 180)));
    let lines = lines_of(&mut child);
    let outcome = loop {
        match lines.recv_timeout(deadline.remaining()) {
            Ok(line) => summary.put(&line)?,
            Err(RecvTimeoutError::Disconnected) => break Ok(()),
            Err(RecvTimeoutError::Timeout) => break Err("it took too long"),
        }
    };
    if outcome.is_err() {
        end_group(&child);
    }
    let status = child.wait()?;
    outcome?;
    if status.success() { Ok(()) } else { Err(status.to_string().into()) }
}

fn lines_of(child: &mut Child) -> mpsc::Receiver<String> {
    let (send, receive) = mpsc::channel();
    if let Some(output) = child.stdout.take() {
        std::thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            lines.take_while(|line| send.send(line.clone()).is_ok()).for_each(drop);
        });
    }
    receive
}

/// Ends a part and all it has started.
fn end_group(child: &Child) {
    let group = format!("-{}", child.id());
    let ended = Command::new("kill").args(["-KILL", "--", &group]).status();
    if let Err(error) = ended {
        report::note(&format!("cannot end process group {group}: {error}"));
    }
}
