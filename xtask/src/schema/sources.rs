//! The two packages that the facts come from: pinned here, obtained by their ordinary clients.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A package at a fixed version.
pub struct Pin {
    /// Where it is published.
    pub registry: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The day of its data.
    pub date: &'static str,
    /// Its licence.
    pub licence: &'static str,
    /// Its digest, as the registry writes it.
    pub digest: &'static str,
    /// What the facts take from it.
    pub role: &'static str,
}

/// The base: all types with all constraints.
pub const BASE: Pin = Pin {
    registry: "PyPI",
    name: "cfn-lint",
    version: "1.58.0",
    date: "2026-10-20",
    licence: "MIT-0",
    digest: "sha256:9d9f06043160756a6158f5c3f92a44ce38254b1c578127461608305bc8262987",
    role: "base: types, constraints, replacement, attributes, permissions, regions",
};

/// The overlay: what the base does not say.
pub const OVERLAY: Pin = Pin {
    registry: "npm",
    name: "@aws-cdk/aws-service-spec",
    version: "0.1.216",
    date: "2026-09-29",
    licence: "Apache-2.0",
    digest: "sha512-O3Lu6v6J6RnI+Eenklbw8237kV64cTpM94QEXmlcmsIAzhcKrdd+qApZhlTL+H3IDt1JP6Vphbd+OOmq6r8pqw==",
    role: "overlay: references, what Ref returns, ARNs, tag shapes, names of nested types, types of its own",
};

/// The unpacked packages.
pub struct Sources {
    /// The folder `cfnlint/data` of the base.
    pub base: PathBuf,
    /// The database of the overlay.
    pub overlay: PathBuf,
}

impl Sources {
    /// Packages that are unpacked under `directory`: the base as `pip install --target DIR/cfnlint` does it, the
    /// overlay's database as `DIR/db.json`.
    pub fn unpacked(directory: &Path) -> Result<Self, String> {
        let sources = Self {
            base: directory.join("cfnlint").join("cfnlint").join("data"),
            overlay: directory.join("db.json"),
        };
        let info = directory.join("cfnlint").join(format!("cfn_lint-{}.dist-info", BASE.version));
        for path in [&info, &sources.base, &sources.overlay] {
            if !path.exists() {
                return Err(format!(
                    "`{}` is not there\nhelp: unpack the pinned packages first",
                    path.display()
                ));
            }
        }
        Ok(sources)
    }

    /// Downloads and unpacks both packages into `directory`.
    pub fn download(directory: &Path) -> Result<Self, String> {
        let told = |error| format!("cannot use `{}`: {error}", directory.display());
        fs::create_dir_all(directory).map_err(told)?;
        let requirements = directory.join("requirements.txt");
        let line = format!("{}=={} --hash={}\n", BASE.name, BASE.version, BASE.digest);
        fs::write(&requirements, line).map_err(told)?;
        let target = directory.join("cfnlint");
        let mut pip = Command::new(PYTHON);
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
        ]);
        pip.args(["--root-user-action=ignore", "--only-binary=:all:"]);
        run(pip.arg("--target").arg(&target).arg("-r").arg(&requirements))?;

        let mut npm = Command::new(NPM);
        npm.args(["install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"])
            .arg(directory);
        run(npm.arg(format!("{}@{}", OVERLAY.name, OVERLAY.version)))?;
        check_integrity(&directory.join("package-lock.json"))?;
        let packed =
            OVERLAY.name.split('/').fold(directory.join("node_modules"), |path, part| path.join(part));
        let mut gunzip = Command::new(PYTHON);
        let program =
            "import gzip,shutil,sys;shutil.copyfileobj(gzip.open(sys.argv[1]),open(sys.argv[2],'wb'))";
        gunzip.args(["-c", program]).arg(packed.join("db.json.gz")).arg(directory.join("db.json"));
        run(&mut gunzip)?;
        Self::unpacked(directory)
    }
}

const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|error| format!("cannot run `{program}`: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{program}` failed: {status}")) }
}

/// Compares what npm wrote down with the pin.
fn check_integrity(lock: &Path) -> Result<(), String> {
    let lock = read(lock)?;
    let key = format!("node_modules/{}", OVERLAY.name);
    let found = lock.get("packages").and_then(|all| all.get(&key)?.get("integrity")?.as_str());
    if found == Some(OVERLAY.digest) {
        return Ok(());
    }
    Err(format!("`{}` has the digest `{}`, not the pinned one", OVERLAY.name, found.unwrap_or("none")))
}

/// Reads a JSON file.
pub fn read(path: &Path) -> Result<Value, String> {
    let bytes = fs::read(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
}
