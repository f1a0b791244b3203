//! Directories for what a run needs for a while: packed assets, the login to a registry. Each goes with its run; what a run that was killed has
//! left goes with the next one.
//!
//! A lock says that a directory is in use: it ends with its process, however that ends, on every system.

use std::{
    fs::{self, DirBuilder, File},
    io,
    path::{Path, PathBuf},
};

/// The file that is locked: in each directory, and beside all of them.
const LOCK: &str = "lock";

/// A directory of this run, which no other user may look into. It is gone once this is dropped.
#[derive(Debug)]
pub(super) struct Scratch {
    directory: PathBuf,
    lock: Option<File>,
}

impl Scratch {
    /// Makes one in a place that all runs share, and removes there what nobody uses any more. The name is that of no other.
    pub(super) fn new(place: &Path, name: &str) -> io::Result<Self> {
        fs::create_dir_all(place)?;
        // One after the other: a directory that has no lock yet would be taken for one that was left.
        let door = File::options().write(true).create(true).truncate(false).open(place.join(LOCK))?;
        if door.lock().is_ok() {
            sweep(place);
        }
        let directory = place.join(name);
        private().create(&directory)?;
        let mut scratch = Self { directory, lock: None };
        let lock = File::create(scratch.path().join(LOCK))?;
        // Where the disk knows no locks, nobody removes anything but his own.
        let _ = lock.lock();
        scratch.lock = Some(lock);
        Ok(scratch)
    }

    pub(super) fn path(&self) -> &Path {
        &self.directory
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Windows removes no file that is open. What cannot be removed now, the next run removes.
        self.lock = None;
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// Removes the directories whose lock nobody holds.
fn sweep(place: &Path) {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    let directories = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    for directory in directories.map(|entry| entry.path()) {
        let is_left = match File::open(directory.join(LOCK)) {
            Ok(lock) => lock.try_lock().is_ok(),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if is_left {
            let _ = fs::remove_dir_all(&directory);
        }
    }
}

#[cfg(unix)]
fn private() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;

    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

#[cfg(not(unix))]
fn private() -> DirBuilder {
    DirBuilder::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(place: &Path) -> Vec<String> {
        let entries = fs::read_dir(place).expect("is there");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("is readable").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_a_dead_run_has_left_goes_and_what_is_in_use_stays() {
        let root = tempfile::tempdir().expect("makes a directory");
        let place = root.path().join("runs");
        let running = Scratch::new(&place, "running").expect("is made");
        fs::write(running.path().join("a.zip"), "a").expect("writes");
        // Killed with and without its lock.
        for (name, file) in [("dead", LOCK), ("young", "a.zip")] {
            fs::create_dir(place.join(name)).expect("makes a directory");
            fs::write(place.join(name).join(file), "").expect("writes");
        }
        let next = Scratch::new(&place, "next").expect("is made");
        assert_eq!(names(&place), [LOCK, "next", "running"]);
        assert_eq!(names(running.path()), ["a.zip", LOCK]);
        drop((running, next));
        assert_eq!(names(&place), [LOCK]);
    }

    #[test]
    fn a_name_is_used_once() {
        let root = tempfile::tempdir().expect("makes a directory");
        let _first = Scratch::new(root.path(), "run").expect("is made");
        assert_eq!(
            Scratch::new(root.path(), "run").expect_err("is there").kind(),
            io::ErrorKind::AlreadyExists
        );
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_look_into_it() {
        use std::os::unix::fs::PermissionsExt;

        let root = tempfile::tempdir().expect("makes a directory");
        let scratch = Scratch::new(root.path(), "run").expect("is made");
        let mode = fs::metadata(scratch.path()).expect("is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
