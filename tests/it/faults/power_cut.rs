//! The power fails (T02): what was not synced is gone, wholly or in part. Nothing acknowledged is
//! lost, nothing is there twice, and the log that is left is a prefix.
//!
//! A child writes under the shim, which notes how large each file was when it was last synced. The
//! child is killed, and every file RocksDB appends to is cut to that size plus a random part of the
//! rest. The store is opened, read whole, and the next child goes on with it. `CONCIERGE_CUTS` sets
//! how many cuts (50).

use super::*;

const TEST: &str = "faults::power_cut::nothing_acknowledged_is_lost";
const CUTS_A_STORE: u64 = 10;
/// Memory of the child's store: flushes, which sync, every few milliseconds, or hardly ever.
const SMALL: usize = 192 << 10;
const LARGE: usize = 16 << 20;

/// What one cut has shown.
struct Cut {
    acknowledged: u64,
    verdict: Verdict,
}

struct World {
    dir: tempfile::TempDir,
    shim: PathBuf,
    dice: Dice,
}

impl World {
    fn new(seed: u64) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let shim = shim::compile(dir.path())?;
        let world = Self { dir, shim, dice: Dice(seed) };
        Store::init(&world.store()).unwrap();
        Some(world)
    }

    fn store(&self) -> PathBuf {
        self.dir.path().join("store")
    }

    /// One run of a child with memory for `buffers` bytes, ended by a power cut.
    fn cut(&mut self, role: &str, buffers: usize, options: Options) -> Cut {
        let (acks, diary) = (self.dir.path().join("acks"), self.dir.path().join("diary"));
        let known = acknowledged(&acks).len();
        drop(fs::remove_file(&diary));
        let mut child = child(TEST, role, &self.store())
            .env("ACKS", &acks)
            .env("BUFFERS", buffers.to_string())
            .env("SHIM_DIARY", &diary)
            .env("LD_PRELOAD", &self.shim)
            .spawn()
            .unwrap();
        let sizes_before: HashMap<PathBuf, u64> = self.sizes();
        kill_after(&mut child, &acks, known, Duration::from_millis(20 + self.dice.below(230)));
        self.lose_what_was_not_synced(&sizes_before, &shim::synced_sizes(&diary));
        let acknowledged = acknowledged(&acks).into_iter().max().unwrap_or(0);
        Cut { acknowledged, verdict: examine(&self.store(), options) }
    }

    fn sizes(&self) -> HashMap<PathBuf, u64> {
        let files = files_below(&self.store());
        files
            .into_iter()
            .map(|path| (path.clone(), fs::metadata(&path).map_or(0, |file| file.len())))
            .collect()
    }

    fn lose_what_was_not_synced(
        &mut self,
        before: &HashMap<PathBuf, u64>,
        synced: &HashMap<PathBuf, u64>,
    ) {
        for (path, size) in self.sizes() {
            let name = file_name(&path);
            let is_appended =
                name.ends_with(".log") || name.ends_with(".sst") || name.starts_with("MANIFEST");
            if !is_appended {
                continue;
            }
            // What was there before this run has long been on the disk.
            let safe =
                synced.get(&path).or_else(|| before.get(&path)).copied().unwrap_or(0).min(size);
            let kept = match self.dice.below(3) {
                0 => safe,
                1 => safe + (size - safe).min(self.dice.below(300)),
                _ => safe + self.dice.below(size - safe + 1),
            };
            OpenOptions::new().write(true).open(&path).unwrap().set_len(kept).unwrap();
        }
    }
}

fn cuts() -> u64 {
    std::env::var("CONCIERGE_CUTS").map_or(50, |number| number.parse().unwrap())
}

#[test]
fn nothing_acknowledged_is_lost() {
    match role().as_deref() {
        Some("always") => send_without_end(Durability::Always),
        Some("never") => send_without_end(Durability::NeverForTestControl),
        Some("interval") => send_without_end(Durability::Interval(Duration::from_millis(20))),
        _ => {}
    }
    let started = Instant::now();
    let (mut total, mut beyond) = (0, 0);
    for seed in 0..cuts().div_ceil(CUTS_A_STORE) {
        let Some(mut world) = World::new(seed) else { return };
        for number in 0..CUTS_A_STORE {
            let buffers = [SMALL, 1 << 20, LARGE][usize::try_from(world.dice.below(3)).unwrap()];
            let cut = world.cut("always", buffers, busy(Durability::Always));
            let Verdict::Whole(last) = cut.verdict else {
                let kept = world.dir.keep();
                panic!("seed {seed}, cut {number}: {:?}; kept in {}", cut.verdict, kept.display());
            };
            assert!(
                last >= cut.acknowledged,
                "seed {seed}, cut {number}: ends at {last}, {} was acknowledged",
                cut.acknowledged
            );
            total += 1;
            beyond += last - cut.acknowledged;
        }
    }
    println!(
        "{total} cuts in {:.0?}; {beyond} records beyond the last acknowledged one",
        started.elapsed()
    );
}

/// Without syncs the same cuts must lose something, or the test above proves nothing.
#[test]
fn control_without_syncs_loses() {
    let (mut losses, cuts) = (0, 10);
    for seed in 100..100 + cuts {
        let Some(mut world) = World::new(seed) else { return };
        let cut = world.cut("never", LARGE, busy(Durability::NeverForTestControl));
        let is_lost = match cut.verdict {
            Verdict::Whole(last) => last < cut.acknowledged,
            Verdict::Refused(_) => true,
        };
        losses += u64::from(is_lost);
    }
    assert!(losses * 10 >= cuts * 9, "only {losses} of {cuts} cuts lost something");
}

/// With syncs at intervals a cut may take the last of what was acknowledged, but leaves no hole.
#[test]
fn intervals_lose_the_end_at_most() {
    let mut lost = Vec::new();
    for seed in 200..206 {
        let Some(mut world) = World::new(seed) else { return };
        for number in 0..2 {
            let cut =
                world.cut("interval", SMALL, busy(Durability::Interval(Duration::from_millis(20))));
            match cut.verdict {
                Verdict::Whole(last) => lost.push(cut.acknowledged.saturating_sub(last)),
                Verdict::Refused(why) => panic!("seed {seed}, cut {number}: {why}"),
            }
            // The oracle of the next child starts where this one was left.
            fs::remove_file(world.dir.path().join("acks")).unwrap();
        }
    }
    println!("acknowledged records lost by each cut: {lost:?}");
}
