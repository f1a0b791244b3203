//! Asset hashing as an app sees it: what changes a hash, what does not, and what is refused.

use std::{fs, path::Path};

use formwork_assembly::{AssetFiles, AssetHasher, AssetSource, Diagnostic};
use tempfile::TempDir;

fn image(directory: &str) -> AssetSource {
    AssetSource::Image {
        directory: directory.to_owned(),
        dockerfile: "Dockerfile".to_owned(),
        target: None,
        platform: "linux/arm64".to_owned(),
        build_args: Vec::new(),
    }
}

fn directory(directory: &str) -> AssetSource {
    AssetSource::Directory { directory: directory.to_owned() }
}

fn hash(base: &TempDir, source: &AssetSource) -> Result<String, Vec<Diagnostic>> {
    AssetFiles::new(base.path()).hash(source)
}

fn messages(found: Result<String, Vec<Diagnostic>>) -> Vec<String> {
    let found = found.expect_err("must be refused");
    assert!(found.iter().all(|one| one.is_error() && one.help.is_some()));
    found.into_iter().map(|one| format!("{} {}", one.code, one.message)).collect()
}

/// A package with the given files: a path that ends in `/` makes a directory.
fn package(files: &[(&str, &str)]) -> TempDir {
    let base = tempfile::tempdir().expect("a temporary directory");
    add(base.path(), files);
    base
}

fn add(base: &Path, files: &[(&str, &str)]) {
    for (path, content) in files {
        let path = base.join(path);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("makes directories");
        fs::write(path, content).expect("writes");
    }
}

const API: &[(&str, &str)] =
    &[("api/Dockerfile", "FROM scratch\n"), ("api/src/main.rs", "fn main() {}\n"), ("api/a", "1")];

/// Frozen: a change of these would make every user build and push all images anew.
#[test]
fn hashes_are_frozen() {
    let base = package(API);
    assert_eq!(
        hash(&base, &image("api")).expect("is fine"),
        "9c6c00cdd08a6559ad6d405e4a2ac158e1b04015e3a75d62138e9cc84ca73136"
    );
    assert_eq!(
        hash(&base, &directory("api")).expect("is fine"),
        "39dc756600eedf8dda10df501516d12e827507f96fd8ac53d039ed360fc50e5a"
    );
    let file = AssetSource::File { file: "api/a".to_owned() };
    assert_eq!(
        hash(&base, &file).expect("is fine"),
        "6062ced5e3b85a7ab76a617f661b1ed889b3d01f9b1f3f37ff392cd47b4192df"
    );
}

#[test]
fn only_names_and_contents_count() {
    let first = package(API);
    let second = package(&API.iter().rev().copied().collect::<Vec<_>>());
    fs::create_dir(second.path().join("api/empty")).expect("makes a directory");
    let file = fs::File::options().append(true).open(second.path().join("api/a")).expect("opens");
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).expect("sets the time");
    for source in [image("api"), image("./api/"), directory("api")] {
        assert_eq!(hash(&first, &source), hash(&second, &source));
    }
}

#[test]
fn each_content_and_setting_changes_the_hash() {
    let mut hashes = vec![hash(&package(API), &image("api")), hash(&package(API), &directory("api"))];
    for change in [
        ("api/a", "2"),
        ("api/b", "1"),
        ("api/src/a", ""),
        ("api/Dockerfile", "FROM alpine\n"),
        ("api/.dockerignore", "a"),
    ] {
        let base = package(API);
        add(base.path(), &[change]);
        hashes.push(hash(&base, &image("api")));
    }
    let base = package(&[("api/Dockerfile", ""), ("api/Other", "")]);
    let mut built = |dockerfile: &str, target: Option<&str>, platform: &str, args: &[(&str, &str)]| {
        let build_args = args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (dockerfile, target) = (dockerfile.to_owned(), target.map(str::to_owned));
        let (directory, platform) = ("api".to_owned(), platform.to_owned());
        hashes.push(hash(&base, &AssetSource::Image { directory, dockerfile, target, platform, build_args }));
    };
    built("Dockerfile", None, "linux/arm64", &[]);
    built("Other", None, "linux/arm64", &[]);
    built("Dockerfile", Some("run"), "linux/arm64", &[]);
    built("Dockerfile", None, "linux/amd64", &[]);
    built("Dockerfile", None, "linux/arm64", &[("a", "b")]);
    built("Dockerfile", None, "linux/arm64", &[("ab", "")]);
    let mut all: Vec<String> = hashes.into_iter().map(|hash| hash.expect("is fine")).collect();
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count, "two differ in nothing");
}

#[test]
fn ignored_files_do_not_count() {
    let base = package(API);
    add(
        base.path(),
        &[
            ("api/.dockerignore", "target\n*.log\nDockerfile\n"),
            ("api/.formworkignore", "target\n*.log\n.dockerignore"),
        ],
    );
    let before = [hash(&base, &image("api")), hash(&base, &directory("api"))];
    add(base.path(), &[("api/target/debug/app", "x"), ("api/run.log", "x")]);
    assert_eq!([hash(&base, &image("api")), hash(&base, &directory("api"))], before);
    add(base.path(), &[("api/Dockerfile", "FROM alpine\n")]);
    assert_ne!(hash(&base, &image("api")), before[0], "the Dockerfile counts even where it is ignored");
}

#[test]
fn a_dockerfile_may_have_an_ignore_file_of_its_own() {
    let base = package(API);
    add(base.path(), &[("api/.dockerignore", "a"), ("api/Dockerfile.dockerignore", "src")]);
    let before = hash(&base, &image("api"));
    add(base.path(), &[("api/src/main.rs", "changed")]);
    assert_eq!(hash(&base, &image("api")), before);
    add(base.path(), &[("api/a", "changed")]);
    assert_ne!(hash(&base, &image("api")), before);
}

#[test]
fn what_is_not_there_is_told_with_a_near_name() {
    let base = package(API);
    let found = hash(&base, &image("apj")).expect_err("is not there");
    assert_eq!(found[0].message, "there is no `apj`");
    assert_eq!(
        found[0].help.as_deref(),
        Some("did you mean `api`? paths count from the directory of Cargo.toml")
    );
    assert_eq!(messages(hash(&base, &image(""))), ["FW5102 the path of an asset is empty"]);
    assert_eq!(messages(hash(&base, &directory("api/a"))), ["FW5102 `api/a` is a file, not a directory"]);
    let file = AssetSource::File { file: "api".to_owned() };
    assert_eq!(messages(hash(&base, &file)), ["FW5102 `api` is a directory, not a file"]);
    assert_eq!(messages(hash(&base, &image("api/src"))), ["FW5103 there is no `Dockerfile` in `api/src`"]);
    fs::create_dir(base.path().join("empty")).expect("makes a directory");
    assert_eq!(messages(hash(&base, &directory("empty"))), ["FW5102 there is nothing in `empty`"]);
    assert_eq!(messages(hash(&base, &directory("a\0b"))).len(), 1);
}

#[test]
fn a_dockerfile_outside_is_refused() {
    let base = package(API);
    add(base.path(), &[("Dockerfile", "")]);
    let AssetSource::Image { directory, target, platform, build_args, .. } = image("api") else {
        unreachable!()
    };
    let source = AssetSource::Image {
        directory,
        dockerfile: "../Dockerfile".to_owned(),
        target,
        platform,
        build_args,
    };
    let expected = "FW5103 the Dockerfile `../Dockerfile` is not a plain path inside `api`";
    assert_eq!(messages(hash(&base, &source)), [expected]);
}

#[test]
fn bad_patterns_are_told_with_their_lines() {
    let base = package(API);
    add(base.path(), &[("api/.dockerignore", "ok\n[a\n\\\n")]);
    let found = hash(&base, &image("api")).expect_err("has bad patterns");
    let places: Vec<String> =
        found.iter().map(|one| one.at.as_ref().expect("has a place").to_string()).collect();
    assert_eq!(places, ["api/.dockerignore:2:1", "api/.dockerignore:3:1"]);
}

#[test]
fn the_output_folder_is_no_part_of_an_asset_around_it() {
    let base = package(&[("Dockerfile", ""), ("src/main.rs", "")]);
    let out = base.path().join("formwork.out");
    let hash = || AssetFiles::new(base.path()).without(&out).hash(&image("."));
    let before = hash();
    add(base.path(), &[("formwork.out/manifest.json", "{}"), (".formwork.out.new.7/manifest.json", "{}")]);
    assert_eq!(hash(), before);
    add(base.path(), &[("src/formwork.out", "this one counts")]);
    assert_ne!(hash(), before);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::{fs::PermissionsExt, fs::symlink, net::UnixListener};

    use super::*;

    #[test]
    fn links_stay_inside_and_are_told_all_at_once() {
        let base = package(API);
        add(base.path(), &[("secret", "x")]);
        let link =
            |target: &str, name: &str| symlink(target, base.path().join("api").join(name)).expect("links");
        link("src/main.rs", "inside");
        link("../a", "src/up");
        link("nowhere", "dangling");
        hash(&base, &directory("api")).expect("these stay inside");
        link("../secret", "b");
        link("/etc/passwd", "c");
        link("../../api/../secret", "src/d");
        link("b", "e");
        let found = messages(hash(&base, &directory("api")));
        assert_eq!(
            found,
            [
                "FW5104 the link `api/b` leaves the directory: it points to `../secret`",
                "FW5104 the link `api/c` leaves the directory: it points to `/etc/passwd`",
                "FW5104 the link `api/e` leaves the directory: it points to `b`",
                "FW5104 the link `api/src/d` leaves the directory: it points to `../../api/../secret`",
            ]
        );
        add(base.path(), &[("api/.formworkignore", "b\nc\ne\nsrc/d\n")]);
        hash(&base, &directory("api")).expect("ignored links do no harm");
    }

    #[test]
    fn a_link_counts_by_what_it_points_to() {
        let base = package(API);
        let link = base.path().join("api/link");
        symlink("a", &link).expect("links");
        let before = hash(&base, &directory("api"));
        fs::remove_file(&link).expect("removes");
        symlink("Dockerfile", &link).expect("links");
        assert_ne!(hash(&base, &directory("api")), before);
    }

    #[test]
    fn loops_of_links_end() {
        let base = package(API);
        symlink(".", base.path().join("api/self")).expect("links");
        symlink("../src", base.path().join("api/src/again")).expect("links");
        hash(&base, &directory("api")).expect("links are not followed");
    }

    #[test]
    fn the_executable_bit_does_not_count() {
        let base = package(API);
        let before = hash(&base, &image("api"));
        fs::set_permissions(base.path().join("api/a"), fs::Permissions::from_mode(0o755))
            .expect("sets the mode");
        assert_eq!(hash(&base, &image("api")), before);
    }

    #[test]
    fn what_has_no_content_is_refused() {
        let base = package(API);
        let _socket = UnixListener::bind(base.path().join("api/socket")).expect("binds");
        assert_eq!(
            messages(hash(&base, &directory("api"))),
            ["FW5105 `api/socket` is neither file, directory nor link"]
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_are_not_utf_8_are_refused() {
        use std::os::unix::ffi::OsStrExt;
        let base = package(API);
        fs::write(base.path().join("api").join(std::ffi::OsStr::from_bytes(b"\xff")), "").expect("writes");
        assert_eq!(
            messages(hash(&base, &directory("api"))),
            ["FW5105 the name of `api/\u{fffd}` is not UTF-8"]
        );
    }

    #[test]
    fn hostile_names_do_not_confuse() {
        let one = package(&[("d/a\nb", ""), ("d/${x}", "1")]);
        let two = package(&[("d/a", ""), ("d/b", ""), ("d/${x}", "1")]);
        assert_ne!(
            hash(&one, &directory("d")).expect("is fine"),
            hash(&two, &directory("d")).expect("is fine")
        );
    }

    #[test]
    fn unreadable_files_are_told_one_by_one() {
        let base = package(API);
        for name in ["api/a", "api/src"] {
            fs::set_permissions(base.path().join(name), fs::Permissions::from_mode(0o000))
                .expect("sets the mode");
        }
        let found = hash(&base, &directory("api"));
        let is_allowed_everything = fs::read(base.path().join("api/a")).is_ok();
        for name in ["api/a", "api/src"] {
            fs::set_permissions(base.path().join(name), fs::Permissions::from_mode(0o755))
                .expect("sets the mode");
        }
        if is_allowed_everything {
            return; // the superuser may read all
        }
        // The walk reports what it cannot list; contents are read only once the list is whole.
        assert_eq!(messages(found), ["FW5101 cannot read `api/src`: Permission denied (os error 13)"]);
    }
}
