//! The small files beside the database: who holds the folder, what it is, and its secret.
//!
//! | file | content |
//! |---|---|
//! | `LOCK` | locked while the store is open; the holder's process id |
//! | `INSTANCE` | format, instance id, check of the secret; written last by `init`: its receipt |
//! | `SECRET` | 64 hexadecimal digits, readable by the owner only; without it no guest is found again |
//! | `HIGHWATER` | how far the log was on the disk (see `highwater`) |
//! | `db/` | RocksDB |

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::keys::{Pepper, SECRET_BYTES};
use crate::sys::rng;

/// Layout of the folder known to this version.
const LAYOUT: u32 = 1;

/// Where things are in a store's folder.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn database(&self) -> PathBuf {
        self.root.join("db")
    }

    pub(super) fn high_water(&self) -> PathBuf {
        self.root.join("HIGHWATER")
    }

    fn instance(&self) -> PathBuf {
        self.root.join("INSTANCE")
    }

    fn secret(&self) -> PathBuf {
        self.root.join("SECRET")
    }

    fn lock(&self) -> PathBuf {
        self.root.join("LOCK")
    }

    /// Makes the folder, or checks that it is empty.
    pub(super) fn create_empty(&self) -> Result<(), StoreError> {
        fs::create_dir_all(&self.root).map_err(StoreError::io("creating", &self.root))?;
        let mut entries =
            fs::read_dir(&self.root).map_err(StoreError::io("reading", &self.root))?;
        if entries.next().is_some() {
            return Err(StoreError::NotEmpty { path: self.root.clone() });
        }
        Ok(())
    }

    /// Takes the lock of the folder; it is free again when the file is dropped or the process ends,
    /// however it ends.
    pub(super) fn take_lock(&self) -> Result<File, StoreError> {
        let path = self.lock();
        let io = |doing| StoreError::io(doing, &path);
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(io("opening"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let pid =
                    file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
                return Err(StoreError::Locked { path: self.root.clone(), pid });
            }
            Err(TryLockError::Error(source)) => return Err(io("locking")(source)),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(io("writing"))?;
        Ok(file)
    }

    /// Makes a new secret and keeps it readable by the owner only.
    pub(super) fn create_secret(&self) -> Result<Pepper, StoreError> {
        let path = self.secret();
        let secret: [u8; SECRET_BYTES] = rng::secret()
            .map_err(|error| StoreError::io("making", &path)(io::Error::other(error)))?;
        write_new(&path, format!("{}\n", hex(&secret)).as_bytes())?;
        Ok(Pepper::new(&secret))
    }

    pub(super) fn read_secret(&self) -> Result<Pepper, StoreError> {
        let path = self.secret();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let what =
                    format!("{} is missing: without it no guest is found again", path.display());
                return Err(StoreError::Corrupt { what });
            }
            Err(error) => return Err(StoreError::io("reading", &path)(error)),
        };
        let secret = unhex(text.trim()).ok_or_else(|| {
            StoreError::corrupt(format!("{} is not 64 hexadecimal digits", path.display()))
        })?;
        Ok(Pepper::new(&secret))
    }

    /// Writes the receipt of a finished `init`.
    pub(super) fn create_instance(&self, instance: &Instance) -> Result<(), StoreError> {
        let text = format!(
            "layout {LAYOUT}\ninstance {}\nsecret {:016x}\n",
            hex(&instance.id),
            instance.secret_check
        );
        write_new(&self.instance(), text.as_bytes())?;
        sync_folder(&self.root)
    }

    pub(super) fn read_instance(&self) -> Result<Instance, StoreError> {
        let path = self.instance();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::NotInitialised { path: self.root.clone() });
            }
            Err(error) => return Err(StoreError::io("reading", &path)(error)),
        };
        parse_instance(&text, &path)
    }
}

/// Which store this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Instance {
    pub(super) id: [u8; 16],
    pub(super) secret_check: u64,
}

impl Instance {
    pub(super) fn create(pepper: &Pepper) -> Result<Self, StoreError> {
        let id = rng::secret().map_err(|error| StoreError::Io {
            doing: "making an instance id".to_owned(),
            source: io::Error::other(error),
        })?;
        Ok(Self { id, secret_check: pepper.check() })
    }
}

fn parse_instance(text: &str, path: &Path) -> Result<Instance, StoreError> {
    let field =
        |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let broken = || StoreError::corrupt(format!("{} is not what `init` wrote", path.display()));
    let found = field("layout").and_then(|number| number.parse().ok()).ok_or_else(broken)?;
    if found > LAYOUT {
        return Err(StoreError::TooNew { what: "the folder", found, known: LAYOUT });
    }
    let id = field("instance").and_then(unhex).ok_or_else(broken)?;
    let secret_check =
        field("secret").and_then(|text| u64::from_str_radix(text, 16).ok()).ok_or_else(broken)?;
    Ok(Instance { id, secret_check })
}

/// Writes a file that must not exist yet, readable by the owner only, and syncs it.
fn write_new(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(StoreError::io("creating", path))?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(StoreError::io("writing", path))
}

/// Makes names in a folder durable.
pub(super) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(StoreError::io("syncing", path))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_receipt_is_read_back_and_a_newer_layout_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        let instance = Instance { id: [0xab; 16], secret_check: 77 };
        folder.create_instance(&instance).unwrap();
        assert_eq!(folder.read_instance().unwrap(), instance);
        let newer = format!("layout 2\ninstance {}\nsecret 0\n", hex(&[0; 16]));
        let path = Path::new("INSTANCE");
        assert!(matches!(parse_instance(&newer, path), Err(StoreError::TooNew { found: 2, .. })));
        assert!(matches!(parse_instance("layout 1\n", path), Err(StoreError::Corrupt { .. })));
        assert!(matches!(parse_instance("", path), Err(StoreError::Corrupt { .. })));
    }

    #[test]
    fn the_secret_is_kept_from_others_and_read_back() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        let pepper = folder.create_secret().unwrap();
        assert_eq!(folder.read_secret().unwrap().check(), pepper.check());
        let mode = fs::metadata(folder.secret()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(folder.secret(), "short").unwrap();
        assert!(matches!(folder.read_secret(), Err(StoreError::Corrupt { .. })));
        fs::remove_file(folder.secret()).unwrap();
        assert!(matches!(folder.read_secret(), Err(StoreError::Corrupt { .. })));
    }

    #[test]
    fn hexadecimal_digits_round_trip() {
        assert_eq!(unhex(&hex(&[0, 15, 255])), Some([0, 15, 255]));
        assert_eq!(unhex::<2>("abc"), None);
        assert_eq!(unhex::<1>("+1"), None);
    }
}
