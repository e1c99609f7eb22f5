//! Real bookings through the command line, where the data stands: twice is once.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The real bookings, beside the project.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn data() -> Option<PathBuf> {
    let file = "../shared/data/hotel_bookings_arrivals_2015_2016.csv.zst";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if file.exists() {
        return Some(file);
    }
    println!("skipped: {} is not there", file.display());
    None
}

fn concierge(words: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_concierge")).args(words).output().expect("the program runs")
}

/// A folder with a new store in it, and the store's path.
fn new_store() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("store").to_str().expect("a path").to_owned();
    assert!(concierge(&["init", "--store", &store]).status.success());
    (folder, store)
}

fn import(store: &str, file: &str, more: &[&str]) -> serde_json::Value {
    let words = ["import", "bookings", file, "--store", store, "--limit", "1500", "--json"];
    let output = concierge(&[&words[..], more].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

#[test]
fn real_bookings_come_in_once_however_often_they_are_told() {
    let Some(file) = data() else { return };
    let (_folder, store) = new_store();
    let (store, file) = (store.as_str(), file.to_str().expect("a path"));

    let first = import(store, file, &[]);
    assert_eq!((&first["bookings"], &first["duplicates"]), (&1500.into(), &0.into()), "{first}");
    assert!(first["twins"].as_u64().is_some_and(|twins| twins > 0), "group bookings stay: {first}");
    let again = import(store, file, &[]);
    assert_eq!((&again["events"], &again["duplicates"]), (&0.into(), &first["events"]), "{again}");
}

#[test]
fn a_hotel_the_catalog_does_not_have_is_told_with_its_flag() {
    let Some(file) = data() else { return };
    let (_folder, store) = new_store();
    let (store, file) = (store.as_str(), file.to_str().expect("a path"));
    let output = concierge(&["import", "bookings", file, "--store", store, "--city", "atlantis"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && said.contains("--city") && said.contains("atlantis"),
        "{said}"
    );
}
