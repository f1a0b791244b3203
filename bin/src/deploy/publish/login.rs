//! Logins to registries that go with the run, so that no password stays on the machine: in a copy of the settings of the program that pushes.
//!
//! Builds have the user's own settings, in which base images may have logins and builders of buildx are known. A push needs only to find the same
//! daemon; so the copy has contexts and certificates, and neither the user's logins nor a keychain, which would keep ours.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

use super::off_thread;
use crate::deploy::{Failure, Session, scratch::Scratch};

/// The settings themselves.
const SETTINGS: &str = "config.json";

/// What else is needed to find the daemon.
const BESIDE: [&str; 4] = ["contexts", "ca.pem", "cert.pem", "key.pem"];

/// What says where logins are kept.
const KEEPERS: [&str; 3] = ["auths", "credHelpers", "credsStore"];

/// The logins of a run.
#[derive(Debug)]
pub(super) struct Logins {
    /// None where the settings cannot be copied: then they are the user's own.
    settings: Option<Scratch>,
    /// The registries that are logged in to by the copy.
    hosts: BTreeSet<String>,
}

impl Logins {
    pub(super) async fn new<C>(session: &Session<C>) -> Result<Self, Failure> {
        let (from, place) = (session.builder_settings.clone(), session.scratch.clone());
        let name = format!("{}-logins", session.run);
        let copied = off_thread(move || copied(from.as_deref(), &place, &name)).await?;
        Ok(Self { settings: copied.ok(), hosts: BTreeSet::new() })
    }

    /// Writes a login down, before it is tried: a program whose settings have none looks for a keychain to put it in.
    pub(super) fn add(&mut self, host: &str, user: &str, password: &str) -> io::Result<()> {
        let directory = self.settings.as_ref().ok_or(io::ErrorKind::NotFound)?.path();
        let mut settings = read(directory)?;
        let word = aws_smithy_types::base64::encode(format!("{user}:{password}"));
        settings.entry("auths").or_insert_with(|| json!({}))[host] = json!({ "auth": word });
        write(directory, &settings)?;
        self.hosts.insert(host.to_owned());
        Ok(())
    }

    /// The login did not work this way.
    pub(super) fn remove(&mut self, host: &str) {
        self.hosts.remove(host);
    }

    /// What the program has in its environment to use the login to a registry: a name for Docker, nerdctl and Finch, and one for Podman.
    pub(super) fn environment(&self, host: &str) -> Vec<(&'static str, PathBuf)> {
        match &self.settings {
            Some(settings) if self.hosts.contains(host) => vec![
                ("DOCKER_CONFIG", settings.path().to_owned()),
                ("REGISTRY_AUTH_FILE", settings.path().join(SETTINGS)),
            ],
            _ => Vec::new(),
        }
    }
}

/// A copy of the user's settings without logins.
fn copied(from: Option<&Path>, place: &Path, name: &str) -> io::Result<Scratch> {
    let scratch = Scratch::new(place, name)?;
    let mut settings = match from {
        Some(from) if from.join(SETTINGS).exists() => read(from)?,
        _ => Map::new(),
    };
    for keeper in KEEPERS {
        settings.remove(keeper);
    }
    write(scratch.path(), &settings)?;
    for (from, name) in from.iter().flat_map(|from| BESIDE.map(|name| (from.join(name), name))) {
        if from.exists() {
            copy(&from, &scratch.path().join(name))?;
        }
    }
    Ok(scratch)
}

fn read(directory: &Path) -> io::Result<Map<String, Value>> {
    Ok(serde_json::from_str(&fs::read_to_string(directory.join(SETTINGS))?)?)
}

fn write(directory: &Path, settings: &Map<String, Value>) -> io::Result<()> {
    fs::write(directory.join(SETTINGS), serde_json::to_vec(settings)?)
}

/// Copies a file, or a directory with all that is in it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        copy(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::testing::put;

    #[test]
    fn the_copy_finds_the_daemon_and_keeps_no_login() {
        let root = tempfile::tempdir().expect("makes a directory");
        let (home, place) = (root.path().join("home"), root.path().join("runs"));
        let settings = json!({
            "auths": { "ghcr.io": { "auth": "c2VjcmV0" } },
            "credHelpers": { "111122223333.dkr.ecr.eu-west-1.amazonaws.com": "ecr-login" },
            "credsStore": "osxkeychain",
            "currentContext": "colima",
            "HttpHeaders": { "X-Team": "shop" },
        });
        put(&home.join(SETTINGS), &settings.to_string());
        put(&home.join("contexts/meta/1/meta.json"), "{}");
        put(&home.join("ca.pem"), "pem");
        put(&home.join("buildx/current"), "large");
        let scratch = copied(Some(&home), &place, "run").expect("is copied");
        let copy = Value::from(read(scratch.path()).expect("is JSON"));
        assert_eq!(copy, json!({ "currentContext": "colima", "HttpHeaders": { "X-Team": "shop" } }));
        assert!(scratch.path().join("contexts/meta/1/meta.json").is_file());
        assert!(scratch.path().join("ca.pem").is_file() && !scratch.path().join("buildx").exists());
    }

    #[test]
    fn each_registry_has_its_own_login_which_goes_with_the_run() {
        let root = tempfile::tempdir().expect("makes a directory");
        let scratch = copied(None, &root.path().join("runs"), "run").expect("is made");
        let directory = scratch.path().to_owned();
        let mut logins = Logins { settings: Some(scratch), hosts: BTreeSet::new() };
        for host in ["a.example", "b.example"] {
            logins.add(host, "AWS", "hush").expect("is written");
        }
        let auth = json!({ "auth": "QVdTOmh1c2g=" });
        let settings = Value::from(read(&directory).expect("is JSON"));
        assert_eq!(settings, json!({ "auths": { "a.example": auth, "b.example": auth } }));
        logins.remove("b.example");
        assert_eq!(logins.environment("a.example")[0], ("DOCKER_CONFIG", directory.clone()));
        assert!(logins.environment("b.example").is_empty());
        drop(logins);
        assert!(!directory.exists());
    }
}
