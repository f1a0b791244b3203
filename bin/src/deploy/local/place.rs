//! Where the local server lives on the disk.

use std::{
    ffi::OsString,
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use formwork_assembly::{Diagnostic, code};

/// Formwork's directory among the user's caches, from what the environment says; none where it does not say where the user's home is.
///
/// `$XDG_CACHE_HOME/formwork` or `~/.cache/formwork` on Linux, `~/Library/Caches/formwork` on macOS, `%LOCALAPPDATA%\formwork` on Windows.
pub fn cache_directory(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let path = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = if cfg!(windows) {
        path("LOCALAPPDATA")
    } else if let Some(caches) = path("XDG_CACHE_HOME") {
        Some(caches)
    } else if cfg!(target_os = "macos") {
        path("HOME").map(|home| home.join("Library").join("Caches"))
    } else {
        path("HOME").map(|home| home.join(".cache"))
    };
    caches.map(|caches| caches.join("formwork"))
}

/// The directory in which the server keeps what an app has, locked against other runs for as long as this lives.
#[derive(Debug)]
pub(super) struct State {
    pub(super) directory: PathBuf,
    lock: File,
}

impl State {
    pub(super) fn lock(cache: &Path, app: &str) -> Result<Self, Diagnostic> {
        let directory = cache.join("local").join(directory_name(app));
        let unwritable = |error: &dyn std::fmt::Display| {
            Diagnostic::error(
                &code::LOCAL_DIRECTORY,
                format!("`{}` cannot be written: {error}", directory.display()),
            )
            .help("the local server keeps its stacks there; set `XDG_CACHE_HOME`, or `LOCALAPPDATA` on Windows, to a directory of yours")
        };
        fs::create_dir_all(&directory).map_err(|error| unwritable(&error))?;
        let lock = File::create(directory.join("lock")).map_err(|error| unwritable(&error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { directory, lock }),
            Err(TryLockError::WouldBlock) => Err(Diagnostic::error(
                &code::LOCAL_BUSY,
                format!("`{app}` is being deployed to the local server already"),
            )
            .help("wait until the other command ends, or give both the same running server: `--local URL`")),
            Err(TryLockError::Error(error)) => Err(unwritable(&error)),
        }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        // Closing the file is not enough: a child that is being started at this moment has it as well, until it runs its own program.
        let _ = self.lock.unlock();
    }
}

/// A name that is one on every system, whatever an assembly from elsewhere calls its app. The prefix keeps clear of `.`, `..` and `con`.
fn directory_name(app: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let name: String = app.chars().take(100).map(plain).collect();
    format!("app-{}", name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{State, cache_directory, directory_name};

    #[test]
    fn an_app_cannot_choose_a_directory_outside() {
        for (app, name) in [
            ("shop", "app-shop"),
            ("..", "app---"),
            ("../../etc", "app-------etc"),
            ("C:\\x", "app-c--x"),
            ("", "app-"),
        ] {
            assert_eq!(directory_name(app), name);
        }
    }

    #[test]
    fn one_run_at_a_time_has_the_state_of_an_app() {
        let cache = tempfile::tempdir().expect("is made");
        let first = State::lock(cache.path(), "shop").expect("is free");
        let busy = State::lock(cache.path(), "shop").expect_err("is taken");
        assert_eq!(busy.code, "FW6606");
        State::lock(cache.path(), "blog").expect("is another app");
        drop(first);
        State::lock(cache.path(), "shop").expect("is free again");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn caches_are_where_the_system_has_them() {
        let among = |set: &'static [(&str, &str)]| {
            let find =
                move |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).into());
            cache_directory(find)
        };
        assert_eq!(among(&[("HOME", "/me")]), Some("/me/.cache/formwork".into()));
        assert_eq!(among(&[("HOME", "/me"), ("XDG_CACHE_HOME", "/c")]), Some("/c/formwork".into()));
        assert_eq!(among(&[("HOME", "/me"), ("XDG_CACHE_HOME", "c")]), Some("/me/.cache/formwork".into()));
        assert_eq!(among(&[]), None);
    }
}
