//! A sync fails (T07): the process ends with code 74, acknowledges nothing after it, and what was
//! acknowledged before is there after a restart, whatever became of the rest.

use super::*;

const TEST: &str = "faults::failed_sync::the_process_ends_and_loses_nothing";

#[test]
fn the_process_ends_and_loses_nothing() {
    if role().is_some() {
        send_without_end(Durability::Always);
    }
    let dir = tempfile::tempdir().unwrap();
    let Some(shim) = shim::compile(dir.path()) else { return };
    let (store, acks) = (dir.path().join("store"), dir.path().join("acks"));
    Store::init(&store).unwrap();
    let mut phantoms = 0;
    for fail_at in [1, 2, 3, 5, 8, 13, 21, 34, 55, 60] {
        let started = Instant::now();
        let output = child(TEST, "send", &store)
            .env("ACKS", &acks)
            .env("SHIM_FAIL_AT", fail_at.to_string())
            .env("SHIM_FAIL_BELOW", store.join("db"))
            .env("LD_PRELOAD", &shim)
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(74), "sync {fail_at}: {words}");
        assert!(started.elapsed() < Duration::from_secs(20), "sync {fail_at}: ended late");
        let last_acknowledged = acknowledged(&acks).into_iter().max().unwrap_or(0);
        let Verdict::Whole(last) = examine(&store, busy(Durability::Always)) else {
            panic!("sync {fail_at}: {:?}", examine(&store, busy(Durability::Always)));
        };
        assert!(
            last >= last_acknowledged,
            "sync {fail_at}: ends at {last}, {last_acknowledged} was acknowledged"
        );
        phantoms = phantoms.max(last - last_acknowledged);
    }
    println!("at most {phantoms} records were there that nobody was told of");
}
