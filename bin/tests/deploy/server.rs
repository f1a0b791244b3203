//! One server for all tests of this program, with an account for each.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use formwork_cli::deploy::local::{Emulator, EmulatorSetup};
use serde_json::Value;

use crate::ask::Ask;

/// An account of the server that nobody else has.
pub struct Account {
    /// Its number.
    pub number: String,
    /// The address of the server.
    pub endpoint: &'static str,
}

/// The Python that has ministack; none where the tests are to be skipped.
#[expect(clippy::print_stderr, reason = "whoever runs the tests must see that some are not run")]
pub fn python() -> Option<PathBuf> {
    let python = env::var_os("FORMWORK_MINISTACK").map(PathBuf::from);
    if python.is_none() {
        assert!(env::var_os("FORMWORK_REQUIRE_EMULATOR").is_none(), "`FORMWORK_MINISTACK` is not set");
        eprintln!("skipped: `FORMWORK_MINISTACK` names no Python that has ministack");
    }
    python
}

/// A server of its own, which keeps what it has below `cache`.
pub fn setup(cache: &Path) -> Option<EmulatorSetup> {
    Some(EmulatorSetup {
        endpoint: None,
        python: Some(python()?),
        cache: cache.to_owned(),
        app: "tests".to_owned(),
        region: "us-east-1".to_owned(),
        faults: Some(cache.join("faults")),
    })
}

/// A new account; none where the tests are to be skipped.
pub fn account() -> Option<Account> {
    static SERVER: OnceLock<Emulator> = OnceLock::new();
    static ACCOUNTS: AtomicU64 = AtomicU64::new(100_000_000_000);
    let setup = setup(&shared())?;
    let server = SERVER.get_or_init(|| {
        let _ = fs::remove_dir_all(shared());
        fs::create_dir_all(shared().join("faults")).expect("is writable");
        Emulator::start(&setup, |_| ()).expect("starts")
    });
    let number = ACCOUNTS.fetch_add(1, Ordering::Relaxed).to_string();
    Some(Account { number, endpoint: server.endpoint() })
}

fn shared() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("deploy")
}

impl Account {
    /// Asks a service, as nothing of Formwork does.
    pub fn ask(&self, service: &'static str) -> Ask<'_> {
        Ask::new(self.endpoint, &self.number, service)
    }

    /// Says what goes wrong in this account from now on; see `Faults` in `local/server.py`.
    pub fn faults(&self, faults: &Value) {
        let path = shared().join("faults").join(format!("{}.json", self.number));
        // Renamed, so that the server never reads half of it.
        let new = path.with_extension("new");
        fs::write(&new, faults.to_string()).expect("is writable");
        fs::rename(&new, &path).expect("is writable");
    }
}
