//! Opening a folder: what is refused, and how.

use super::*;

#[test]
fn only_an_empty_folder_is_initialised_and_only_a_store_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("missing");
    assert!(matches!(Store::open(&missing, small()), Err(StoreError::NotInitialised { .. })));
    assert!(matches!(Store::open(dir.path(), small()), Err(StoreError::NotInitialised { .. })));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "opening left something behind");
    Store::init(&missing).unwrap();
    assert!(matches!(Store::init(&missing), Err(StoreError::NotEmpty { .. })));
    assert!(matches!(Store::init(dir.path()), Err(StoreError::NotEmpty { .. })));
    drop(Store::open(&missing, small()).unwrap());
}

#[test]
fn a_folder_in_use_is_refused_with_the_holders_pid() {
    let world = World::new();
    let error = Store::open(world.dir.path(), small()).unwrap_err();
    let me = std::process::id();
    assert!(matches!(error, StoreError::Locked { pid: Some(pid), .. } if pid == me), "{error}");
    assert_eq!(error.exit().code(), 73);
    assert!(error.to_string().contains(&format!("process {me}")));
    world.write("g-1", "e-1");
}

#[test]
fn another_stores_secret_or_database_is_refused() {
    let (one, other) = (World::new(), World::new());
    one.write("g-1", "e-1");
    other.write("g-1", "e-1");
    let [one, other] = [one, other].map(|world| {
        world.committer.close().unwrap();
        world.dir
    });
    let copy =
        |name: &str, from: &Path, to: &Path| std::fs::copy(from.join(name), to.join(name)).unwrap();
    let keep = std::fs::read(one.path().join("SECRET")).unwrap();
    copy("SECRET", other.path(), one.path());
    let refusal = |expected: &str| {
        let error = Store::open(one.path(), small()).unwrap_err();
        assert!(
            matches!(error, StoreError::Corrupt { .. }) && error.to_string().contains(expected),
            "{error}"
        );
    };
    refusal("SECRET is not the one");
    std::fs::write(one.path().join("SECRET"), keep).unwrap();
    std::fs::rename(one.path().join("db"), one.path().join("aside")).unwrap();
    std::fs::rename(other.path().join("db"), one.path().join("db")).unwrap();
    refusal("another store");
    std::fs::remove_dir_all(one.path().join("db")).unwrap();
    refusal("CURRENT is missing");
    assert!(!one.path().join("db").exists(), "a missing database was made anew");
    std::fs::rename(one.path().join("aside"), one.path().join("db")).unwrap();
    drop(Store::open(one.path(), small()).unwrap());
}

/// One family going back in time is what a shortened manifest looks like.
#[test]
fn families_that_disagree_are_refused() {
    for family in family::Family::ALL {
        let world = World::new();
        world.write("g-1", "e-1");
        world.write("g-1", "e-2");
        let handle = world.store.tables.family(family).unwrap();
        let older = if family == family::Family::Meta { 1_u64 } else { 0 };
        let db = &world.store.tables.db;
        if family == family::Family::Log {
            // Its last record is its mark.
            db.delete_cf(handle, keys::log_row(world.store.last_sequence())).unwrap();
        } else {
            db.put_cf(handle, marks::KEY, older.to_le_bytes()).unwrap();
        }
        let World { dir, store, committer } = world;
        let is_used = store.marks.lock().get(family) > 0;
        committer.close().unwrap();
        drop((committer, store));
        let opened = Store::open(dir.path(), small());
        match is_used {
            true => assert!(matches!(opened, Err(StoreError::Corrupt { .. })), "{family:?}"),
            false => drop(opened.unwrap()),
        }
    }
}

#[test]
fn a_gap_or_an_unreadable_record_at_the_end_of_the_log_is_refused() {
    for (sequence, value) in
        [(3_u64, None), (4, Some(&[1, 99, 0][..])), (4, Some(&[7, 2, 0])), (9, Some(&[1, 1, 0]))]
    {
        let world = World::new();
        for n in 0..5 {
            world.write("g-1", &format!("e-{n}"));
        }
        let log = world.store.tables.family(family::Family::Log).unwrap();
        match value {
            Some(value) => {
                world.store.tables.db.put_cf(log, sequence.to_be_bytes(), value).unwrap()
            }
            None => world.store.tables.db.delete_cf(log, sequence.to_be_bytes()).unwrap(),
        }
        let last = world.store.log(1).unwrap().last().unwrap();
        assert_eq!(last.is_err(), sequence < 5, "a reader must notice too");
        world.committer.close().unwrap();
        let World { dir, store, committer } = world;
        drop((committer, store));
        let error = Store::open(dir.path(), small()).unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { .. } | StoreError::TooNew { .. }), "{error}");
        assert_eq!(error.exit().code(), 78);
    }
}
