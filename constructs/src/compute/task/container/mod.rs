//! One container of a task: what it runs, what it is given, and how far it is trusted.

mod definition;
mod health;
mod options;
mod order;

use formwork_assembly::{Diagnostic, SortedMap, SortedSet, code};
use formwork_synth::{Expr, Scope, SecretValue, Str};

pub(super) use definition::secrets;
pub use health::ContainerHealth;
pub(crate) use options::container_options;
pub use order::ContainerState;
pub(super) use order::{Waiting, check_order};

use super::Compatibility;
use crate::{AccessPointRef, Image, compute::credential::credential_in, each::each};

/// What is to run in one container.
#[derive(Clone, Debug)]
pub(crate) struct Container {
    pub(crate) image: Image,
    pub(crate) environment: SortedMap<Str, Expr>,
    /// The plain variables that look like a credential and are none, each with the reason.
    pub(crate) harmless: SortedMap<Str, Str>,
    pub(crate) secrets: SortedMap<Str, SecretValue>,
    pub(crate) entry_point: Vec<Str>,
    pub(crate) command: Vec<Str>,
    pub(crate) working_directory: Option<Str>,
    pub(crate) user: Option<Str>,
    pub(crate) health: Option<ContainerHealth>,
    pub(crate) after: SortedMap<Str, ContainerState>,
    pub(crate) start_seconds: Option<u32>,
    pub(crate) stop_seconds: u32,
    pub(crate) init: bool,
    pub(crate) open_files: Option<u32>,
    pub(crate) root: Root,
    pub(crate) writable: SortedSet<Str>,
    /// Directories in memory, with the MiB that they may take.
    pub(crate) in_memory: SortedMap<Str, u32>,
    pub(crate) mounts: SortedMap<Str, AccessPointRef>,
    pub(crate) labels: SortedMap<Str, Expr>,
}

/// Whether a container may write to the files of its image.
#[derive(Clone, Debug)]
pub(crate) enum Root {
    /// Only where a volume is.
    ReadOnly,
    /// Everywhere, for a reason.
    Writable(Str),
}

/// Where programs look for a place for temporary files.
const TEMPORARY: Str = Str::Borrowed("/tmp");

/// The MiB that these may take.
const TEMPORARY_MIB: u32 = 64;

/// The most seconds that Fargate waits for a container to start, or to stop.
const LONGEST_WAIT: u32 = 120;

impl Container {
    pub(crate) fn new(image: Image) -> Self {
        Self {
            image,
            environment: SortedMap::new(),
            harmless: SortedMap::new(),
            secrets: SortedMap::new(),
            entry_point: Vec::new(),
            command: Vec::new(),
            working_directory: None,
            user: None,
            health: None,
            after: SortedMap::new(),
            start_seconds: None,
            stop_seconds: 30,
            init: false,
            open_files: None,
            root: Root::ReadOnly,
            writable: SortedSet::new(),
            in_memory: SortedMap::new(),
            mounts: SortedMap::new(),
            labels: SortedMap::new(),
        }
    }

    /// Sets a variable, unless the user has.
    pub(super) fn suggest(&mut self, name: &'static str, value: Expr) {
        if !self.secrets.contains_key(name) {
            self.environment.or_insert(Str::Borrowed(name), value);
        }
    }

    /// The directories in memory. A disk belongs to root, but memory to everybody: so `/tmp` is there, unless the user wants it elsewhere.
    pub(super) fn in_memory(&self) -> SortedMap<Str, u32> {
        let mut directories = self.in_memory.clone();
        let is_elsewhere = self.writable.contains(&TEMPORARY) || self.mounts.contains_key(&TEMPORARY);
        if matches!(self.root, Root::ReadOnly) && !is_elsewhere {
            directories.or_insert(TEMPORARY, TEMPORARY_MIB);
        }
        directories
    }

    /// What the user took upon himself, for whoever reviews the template.
    pub(super) fn accepted(&self, name: &str) -> Vec<String> {
        let mut accepted =
            each(&self.harmless, |(variable, reason)| format!("`{variable}` is no credential: {reason}"));
        if let Root::Writable(reason) = &self.root {
            accepted.push(format!("`{name}` writes to its own files: {reason}"));
        }
        accepted
    }

    /// Reports what cannot be a type.
    pub(super) fn check(&self, scope: &mut Scope<'_>, name: &str, compatibility: Compatibility) {
        self.check_environment(scope);
        self.check_paths(scope, name);
        if let Some(health) = &self.health {
            health.check(scope, name);
        }
        if compatibility == Compatibility::Fargate {
            self.check_waits(scope, name);
        }
    }

    fn check_environment(&self, scope: &mut Scope<'_>) {
        for name in self.environment.keys().filter(|name| self.secrets.contains_key(*name)) {
            let message = format!("the variable `{name}` is both plain and secret");
            let help = "a container has each variable once: drop `.env(…)` or `.secret(…)`";
            scope.report(Diagnostic::error(&code::ENVIRONMENT, message).help(help));
        }
        for name in self.environment.keys().chain(self.secrets.keys()) {
            if name.is_empty() || name.contains(['=', '\0']) {
                let message =
                    format!("`{}` cannot be the name of an environment variable", name.escape_debug());
                scope.report(Diagnostic::error(&code::ENVIRONMENT, message).help("name it without `=`"));
            }
        }
        for (name, value) in &self.environment {
            if let Some(what) = credential_in(name, value)
                && !self.harmless.contains_key(name)
            {
                let message = format!("the plain variable `{name}` {what}");
                let help = "keep the value in Secrets Manager or Parameter Store and inject it by `.secret(…)`; \
                            if it is no secret, say so by `.harmless_env(…)` with a reason";
                scope.report(Diagnostic::error(&code::CREDENTIAL, message).help(help));
            }
        }
    }

    fn check_paths(&self, scope: &mut Scope<'_>, name: &str) {
        let paths = self.writable.iter().chain(self.mounts.keys()).chain(self.in_memory.keys());
        let mut seen = SortedSet::new();
        for path in paths {
            let is_path = path.len() > 1 && path.starts_with('/') && !path.contains([':', '\0']);
            if !is_path {
                let message =
                    format!("`{}` is no path to mount a volume at in `{name}`", path.escape_debug());
                let help = "name a directory from the root on, such as `/var/cache`";
                scope.report(Diagnostic::error(&code::CONTAINER_PATH, message).help(help));
            }
            if !seen.insert(path) {
                let message = format!("two volumes are mounted at `{path}` in `{name}`");
                let help =
                    "keep one of `.writable(…)`, `.in_memory(…)` and `.mount(…)`: each can be written to";
                scope.report(Diagnostic::error(&code::CONTAINER_PATH, message).help(help));
            }
        }
        for path in self.in_memory.iter().filter(|(_, mib)| **mib == 0).map(|(path, _)| path) {
            let message = format!("the directory `{path}` of `{name}` has no memory");
            let help = "give it one MiB at least, out of what the task has";
            scope.report(Diagnostic::error(&code::CONTAINER_PATH, message).help(help));
        }
    }

    fn check_waits(&self, scope: &mut Scope<'_>, name: &str) {
        let help = format!("Fargate waits {LONGEST_WAIT} seconds at most");
        if self.stop_seconds > LONGEST_WAIT {
            let message = format!("a container cannot have {} seconds to stop", self.stop_seconds);
            scope.report(Diagnostic::error(&code::STOP_TIMEOUT, message).help(help.clone()));
        }
        if let Some(seconds) = self.start_seconds.filter(|seconds| !(2..=LONGEST_WAIT).contains(seconds)) {
            let message = format!("`{name}` cannot have {seconds} seconds to start");
            let help = format!("{help}, and 2 at least");
            scope.report(Diagnostic::error(&code::CONTAINER_TIMING, message).help(help));
        }
    }
}
