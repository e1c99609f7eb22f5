//! The high-water mark (T17): missing, damaged, ahead of the store, behind it.

use super::*;

/// A store with 100 events, the same later with 250, and the marks of both.
struct World {
    dir: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let world = Self { dir };
        Store::init(&world.early()).unwrap();
        fill(&world.early(), busy(Durability::Always), 100);
        copy_folder(&world.early(), &world.late());
        fill(&world.late(), busy(Durability::Always), 150);
        world
    }

    fn early(&self) -> PathBuf {
        self.dir.path().join("early")
    }

    fn late(&self) -> PathBuf {
        self.dir.path().join("late")
    }
}

fn open(path: &Path) -> Result<Store, StoreError> {
    Store::open(path, busy(Durability::Always))
}

#[test]
fn a_store_behind_its_mark_is_refused_with_the_number_missing() {
    let world = World::new();
    fs::copy(world.late().join("HIGHWATER"), world.early().join("HIGHWATER")).unwrap();
    let error = open(&world.early()).unwrap_err();
    assert!(matches!(error, StoreError::Behind { missing: 150, found: 100, mark: 250 }), "{error}");
    assert_eq!(error.exit().code(), 78);
    let text = error.to_string();
    assert!(
        text.contains("150 commits behind") && text.contains("--recover=point-in-time"),
        "{text}"
    );
    assert!(open(&world.early()).is_err(), "a refusal changes nothing");

    let options =
        Options { recovery: concierge::store::Recovery::PointInTime, ..busy(Durability::Always) };
    let store = Store::open(&world.early(), options).unwrap();
    assert_eq!((store.report().lost, store.report().last_sequence), (150, 100));
    drop(store);
    assert_eq!(open(&world.early()).unwrap().report().lost, 0, "asked once, not for ever");
}

#[test]
fn a_mark_behind_the_store_is_no_news() {
    let world = World::new();
    fs::copy(world.early().join("HIGHWATER"), world.late().join("HIGHWATER")).unwrap();
    let store = open(&world.late()).unwrap();
    assert!(!store.report().mark_was_missing);
    assert_eq!(store.report().last_sequence, 250);
}

#[test]
fn a_mark_that_is_missing_or_damaged_is_written_anew_and_never_read_as_zero() {
    let world = World::new();
    let path = world.late().join("HIGHWATER");
    for damage in ["deleted", "emptied", "zeroed", "flipped"] {
        let mut bytes = fs::read(&path).unwrap();
        match damage {
            "deleted" => fs::remove_file(&path).unwrap(),
            "emptied" => fs::write(&path, []).unwrap(),
            "zeroed" => fs::write(&path, vec![0; bytes.len()]).unwrap(),
            _ => {
                // One bit in each slot.
                bytes[9] ^= 1;
                bytes[32 + 9] ^= 1;
                fs::write(&path, &bytes).unwrap();
            }
        }
        let store = open(&world.late()).unwrap();
        assert!(store.report().mark_was_missing, "{damage}");
        drop(store);
        let store = open(&world.late()).unwrap();
        assert!(!store.report().mark_was_missing, "{damage}: written anew");
        drop(store);
    }
    // And it is a mark again: an older store with it is behind.
    fs::copy(&path, world.early().join("HIGHWATER")).unwrap();
    assert!(matches!(open(&world.early()), Err(StoreError::Behind { missing: 150, .. })));
}
