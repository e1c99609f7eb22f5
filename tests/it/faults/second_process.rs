//! A second process on the same folder (T12) is turned away with the holder's process id; the first
//! one notices nothing.

use super::*;

const TEST: &str = "faults::second_process::is_turned_away";

#[test]
fn is_turned_away() {
    if role().is_some() {
        send_without_end(Durability::Always);
    }
    let dir = tempfile::tempdir().unwrap();
    let (store, acks) = (dir.path().join("store"), dir.path().join("acks"));
    Store::init(&store).unwrap();
    let mut first = child(TEST, "first", &store).env("ACKS", &acks).spawn().unwrap();
    while acknowledged(&acks).is_empty() {
        std::thread::sleep(Duration::from_millis(2));
    }

    let started = Instant::now();
    let second =
        child(TEST, "second", &store).env("ACKS", dir.path().join("other")).output().unwrap();
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    assert_eq!(second.status.code(), Some(73));
    let words = String::from_utf8_lossy(&second.stderr);
    assert!(words.contains(&format!("process {}", first.id())), "{words}");
    assert!(acknowledged(&dir.path().join("other")).is_empty());

    let before = acknowledged(&acks).len();
    kill_after(&mut first, &acks, before, Duration::ZERO);
    // The lock went with the process: nothing has to be cleaned up.
    assert!(matches!(examine(&store, busy(Durability::Always)), Verdict::Whole(_)));
}
