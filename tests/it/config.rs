//! The program itself: settings that are refused, exit codes, a start on a fresh machine, and an
//! end.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn concierge(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concierge"));
    command.args(arguments).env_clear().envs(environment.iter().copied());
    command.output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn file(folder: &Path, text: &str) -> String {
    let path = folder.join("concierge.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn settings_that_cannot_be_used_stop_the_start_with_78() {
    let folder = tempfile::tempdir().unwrap();
    for (text, expected) in [
        ("[server]\nlistn = \"127.0.0.1:1\"\n", "line 2"),
        ("[server]\nlisten = \"0.0.0.0:1\"\n", "without TLS"),
        ("[store]\ndurability = \"sometimes\"\n", "always"),
        (
            "[[credentials]]\nid = \"a\"\nbrand = \"demo\"\nrights = [\"fly\"]\nsha256 = \"00\"\n",
            "\"fly\"",
        ),
        ("[server\n", "line 1"),
    ] {
        let path = file(folder.path(), text);
        for command in [&["config", "check", "--config", &path][..], &["serve", "--config", &path]]
        {
            let output = concierge(command, &[]);
            assert_eq!(output.status.code(), Some(78), "{text}: {}", told(&output));
            assert!(told(&output).contains(expected), "{expected} is not in {}", told(&output));
        }
    }
    let output = concierge(&["config", "check"], &[("CONCIERGE_SERVER__LISTN", "x")]);
    assert!(
        output.status.code() == Some(78) && told(&output).contains("CONCIERGE_SERVER__LISTN"),
        "{}",
        told(&output)
    );
}

#[test]
fn the_printed_defaults_are_a_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let printed = concierge(&["config", "print-default"], &[]);
    let path = file(folder.path(), &String::from_utf8(printed.stdout).unwrap());
    assert_eq!(concierge(&["config", "check", "--config", &path], &[]).status.code(), Some(0));
}

#[test]
fn a_made_credential_fits_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "config",
        "credential",
        "--id",
        "pms",
        "--brand",
        "demo",
        "--right",
        "events.write,guests.read",
    ];
    let made = concierge(&arguments, &[]);
    assert_eq!(made.status.code(), Some(0), "{}", told(&made));
    let text = String::from_utf8(made.stdout).unwrap();
    assert!(text.contains("# ck_pms_"));
    let path = file(folder.path(), &text);
    assert_eq!(concierge(&["config", "check", "--config", &path], &[]).status.code(), Some(0));
}

#[test]
fn usage_and_missing_stores_have_their_codes() {
    assert_eq!(concierge(&["serve", "--fast"], &[]).status.code(), Some(64));
    assert_eq!(concierge(&[], &[]).status.code(), Some(64));
    assert_eq!(concierge(&["--help"], &[]).status.code(), Some(0));
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("none");
    let output =
        concierge(&["serve", "--listen", "127.0.0.1:0", "--store", store.to_str().unwrap()], &[]);
    assert!(
        output.status.code() == Some(78) && told(&output).contains("concierge init"),
        "{}",
        told(&output)
    );
    assert!(!store.exists(), "nothing is made by accident");
}

/// A started server, ended by its own drop where a test stops early.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_fresh_machine_serves_with_a_key_of_its_own_and_ends_with_0() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let store = store.to_str().unwrap();
    assert_eq!(concierge(&["init", "--store", store], &[]).status.code(), Some(0));
    let mut command = Command::new(env!("CARGO_BIN_EXE_concierge"));
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--store", store])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let quick = [("CONCIERGE_METRICS__LISTEN", ""), ("CONCIERGE_SERVER__DRAIN_DELAY", "0ms")];
    let mut server = Server(command.env_clear().envs(quick).spawn().unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let calls = lines.find(|line| line.contains("calls")).unwrap();
    let address = calls.split_whitespace().nth(1).unwrap().to_owned();
    let key = lines
        .find_map(|line| line.trim().strip_prefix("export CONCIERGE_KEY=").map(ToOwned::to_owned))
        .unwrap();

    let status = concierge(&["status", "--json", "--server", &address], &[("CONCIERGE_KEY", &key)]);
    assert_eq!(status.status.code(), Some(0), "{}", told(&status));
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(status["serving_state"], "SERVING_STATE_SERVING");
    let refused = concierge(&["status", "--server", &address], &[("CONCIERGE_KEY", "ck_local_0")]);
    assert!(refused.status.code() == Some(1) && told(&refused).contains("Unauthenticated"));

    let pid = server.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(server.0.wait().unwrap().code(), Some(0));
    let mut log = String::new();
    server.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(!log.contains(&key), "the key is in no log");
}
