//! Files are deleted, cut, overwritten and exchanged (T05): either everything is there, or the
//! store refuses to open, or it refuses to be read. Never less than everything without a word, and
//! never a file touched by a refusal.

use super::*;

const EVENTS: u64 = 900;

/// A store with several sorted files and several logs, to be copied and damaged.
struct Template {
    dir: tempfile::TempDir,
    options: Options,
}

impl Template {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let template = Self { dir, options: busy(Durability::Always) };
        Store::init(&template.path()).unwrap();
        // In pieces, so that there is more than one log.
        for _ in 0..3 {
            fill(&template.path(), template.options.clone(), EVENTS / 3);
        }
        assert_eq!(
            examine(&template.copy("whole"), template.options.clone()),
            Verdict::Whole(EVENTS)
        );
        assert!(!template.files(".sst").is_empty() && !template.files(".log").is_empty());
        template
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("template")
    }

    fn copy(&self, name: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        copy_folder(&self.path(), &path);
        path
    }

    /// Files of the template whose name has a part.
    fn files(&self, part: &str) -> Vec<PathBuf> {
        let root = self.path();
        let files = files_below(&root).into_iter().filter(|file| file_name(file).contains(part));
        files.map(|file| file.strip_prefix(&root).unwrap().to_owned()).collect()
    }

    /// Damages a copy and examines it. Gives whether it was noticed.
    fn check(&self, what: &str, damage: impl FnOnce(&Path)) -> bool {
        eprintln!("{what}");
        let path = self.copy("copy");
        damage(&path);
        let damaged: HashMap<PathBuf, Vec<u8>> = files_below(&path)
            .into_iter()
            .map(|file| (file.clone(), fs::read(&file).unwrap()))
            .collect();
        let opened = Store::open(&path, self.options.clone());
        let is_refused = opened.is_err();
        let verdict = match opened {
            Ok(store) => read_all(&store)
                .map_or_else(|error| Verdict::Refused(error.to_string()), Verdict::Whole),
            Err(error) => Verdict::Refused(error.to_string()),
        };
        match &verdict {
            Verdict::Whole(last) => {
                assert_eq!(*last, EVENTS, "{what}: {} records lost without a word", EVENTS - last)
            }
            Verdict::Refused(why) => assert!(!why.is_empty(), "{what}"),
        }
        if is_refused {
            for (file, content) in damaged.iter().filter(|(file, _)| is_data(file)) {
                let is_untouched = fs::read(file).is_ok_and(|now| now == *content);
                assert!(is_untouched, "{what}: a refusal changed {}", file.display());
            }
        }
        fs::remove_dir_all(&path).unwrap();
        verdict != Verdict::Whole(EVENTS)
    }
}

/// Is it a file that data could still be saved from?
fn is_data(file: &Path) -> bool {
    let name = file_name(file);
    name.ends_with(".sst")
        || name.ends_with(".log")
        || name.starts_with("MANIFEST")
        || name == "CURRENT"
}

fn flip(file: &Path, bit: u64) {
    let mut bytes = fs::read(file).unwrap();
    let at = usize::try_from(bit / 8).unwrap() % bytes.len();
    bytes[at] ^= 1 << (bit % 8);
    fs::write(file, bytes).unwrap();
}

fn cut(file: &Path, bytes: u64) {
    let length = fs::metadata(file).unwrap().len();
    OpenOptions::new()
        .write(true)
        .open(file)
        .unwrap()
        .set_len(length.saturating_sub(bytes))
        .unwrap();
}

#[test]
fn a_missing_or_emptied_log_is_noticed() {
    let template = Template::new();
    let logs = template.files(".log");
    assert!(template.check("all logs deleted", |path| {
        logs.iter().for_each(|log| fs::remove_file(path.join(log)).unwrap())
    }));
    assert!(template.check("all logs emptied", |path| {
        logs.iter().for_each(|log| fs::write(path.join(log), []).unwrap())
    }));
    for log in &logs {
        template.check(&format!("{} deleted", log.display()), |path| {
            fs::remove_file(path.join(log)).unwrap()
        });
        template.check(&format!("{} emptied", log.display()), |path| {
            fs::write(path.join(log), []).unwrap()
        });
    }
}

#[test]
fn a_damaged_log_is_noticed() {
    let template = Template::new();
    let (log, mut dice) = (template.files(".log").pop().unwrap(), Dice(5));
    let mut noticed = 0;
    for _ in 0..20 {
        let bit = dice.below(1 << 30);
        noticed += u32::from(
            template.check(&format!("bit {bit} of the log"), |path| flip(&path.join(&log), bit)),
        );
    }
    assert!(noticed >= 18, "{noticed} of 20 flipped bits");
    for bytes in (1..400).step_by(37) {
        assert!(
            template.check(&format!("the log cut by {bytes}"), |path| cut(&path.join(&log), bytes))
        );
    }
    template.check("garbage behind the log", |path| {
        let mut file = OpenOptions::new().append(true).open(path.join(&log)).unwrap();
        file.write_all(&[0xa5; 4_096]).unwrap();
    });
}

/// A torn tail is what a power cut leaves: whole groups are gone from the end, and nothing else
/// (T03). The high-water mark, which would refuse, is taken away.
#[test]
fn a_torn_tail_loses_whole_groups_from_the_end() {
    let template = Template::new();
    let log = template.files(".log").pop().unwrap();
    let mut lengths = Vec::new();
    for bytes in (1..3_000).step_by(37) {
        let path = template.copy("torn");
        fs::remove_file(path.join("HIGHWATER")).unwrap();
        cut(&path.join(&log), bytes);
        match examine(&path, template.options.clone()) {
            Verdict::Whole(last) => lengths.push(last),
            Verdict::Refused(why) => panic!("the log cut by {bytes}: {why}"),
        }
        fs::remove_dir_all(&path).unwrap();
    }
    assert!(
        lengths.is_sorted_by(|shorter_cut, longer_cut| shorter_cut >= longer_cut),
        "{lengths:?}"
    );
    assert!(lengths.iter().all(|last| *last < EVENTS), "{lengths:?}");
}

#[test]
fn a_damaged_manifest_is_noticed() {
    let template = Template::new();
    let (manifest, mut dice) = (template.files("MANIFEST").pop().unwrap(), Dice(6));
    for bytes in (1..400).step_by(13) {
        template.check(&format!("the manifest cut by {bytes}"), |path| {
            cut(&path.join(&manifest), bytes)
        });
    }
    for _ in 0..20 {
        let bit = dice.below(1 << 30);
        template
            .check(&format!("bit {bit} of the manifest"), |path| flip(&path.join(&manifest), bit));
    }
    assert!(
        template
            .check("the manifest deleted", |path| fs::remove_file(path.join(&manifest)).unwrap())
    );
}

#[test]
fn damaged_sorted_files_are_noticed() {
    let template = Template::new();
    let (files, mut dice) = (template.files(".sst"), Dice(7));
    for file in &files {
        let name = file.display();
        assert!(
            template.check(&format!("{name} deleted"), |path| fs::remove_file(path.join(file))
                .unwrap())
        );
        assert!(template.check(&format!("{name} cut"), |path| cut(&path.join(file), 100)));
        let bit = dice.below(1 << 30);
        template.check(&format!("bit {bit} of {name}"), |path| flip(&path.join(file), bit));
    }
    for pair in files.windows(2) {
        let what = format!("{} and {} exchanged", pair[0].display(), pair[1].display());
        assert!(template.check(&what, |path| {
            let [one, other] = [&pair[0], &pair[1]].map(|file| path.join(file));
            fs::rename(&one, path.join("aside")).unwrap();
            fs::rename(&other, &one).unwrap();
            fs::rename(path.join("aside"), &other).unwrap();
        }));
    }
}

#[test]
fn missing_small_files_are_noticed_or_not_needed() {
    let template = Template::new();
    for name in ["CURRENT", "INSTANCE", "SECRET"] {
        let file = template.files(name).pop().unwrap();
        assert!(
            template.check(&format!("{name} deleted"), |path| fs::remove_file(path.join(&file))
                .unwrap())
        );
        assert!(
            template
                .check(&format!("{name} emptied"), |path| fs::write(path.join(&file), []).unwrap())
        );
        assert!(template.check(&format!("{name} overwritten"), |path| {
            fs::write(path.join(&file), "garbage\n").unwrap()
        }));
    }
    for name in ["IDENTITY", "OPTIONS", "LOCK", "HIGHWATER"] {
        for file in template.files(name) {
            template.check(&format!("{} deleted", file.display()), |path| {
                fs::remove_file(path.join(&file)).unwrap()
            });
        }
    }
    assert!(
        template.check("the database deleted", |path| fs::remove_dir_all(path.join("db")).unwrap())
    );
    assert!(template.check("everything deleted", |path| {
        fs::remove_dir_all(path).unwrap();
        fs::create_dir(path).unwrap();
    }));
}
