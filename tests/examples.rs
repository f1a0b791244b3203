//! Every example: in each of its stages as reviewed templates under `snapshots/examples/`, with the policies that deploying it takes under
//! `snapshots/policies/`, and short.

use std::{collections::BTreeSet, ffi::OsString, fs, path::Path};

use formwork::{App, Stage, assert_template};
use formwork_cli::{Program, Surroundings, run};

/// What the code of an example may take, in lines that say something: it is a promise that apps are short.
const LONGEST: usize = 80;

/// Compares the templates of each example with its snapshots; an example is a folder with a `main.rs` that offers `stages()` and `app(&Stage)`.
macro_rules! examples {
    ($($name:ident in $path:literal),+ $(,)?) => {
        $(
            #[path = $path]
            #[expect(dead_code, reason = "the example's own `main` is not run here")]
            mod $name;

            #[test]
            fn $name() {
                check(stringify!($name), $name::stages(), $name::app);
                check_policies(stringify!($name), $name::stages(), &formwork::stages($name::stages()).program($name::app));
            }
        )+

        const TESTED: &[&str] = &[$(stringify!($name)),+];
    };
}

examples! {
    django in "../examples/django/main.rs",
    fullstack_on_ec2 in "../examples/fullstack_on_ec2/main.rs",
    production_site in "../examples/production_site/main.rs",
    uptime in "../examples/uptime/main.rs",
    web_service_with_table in "../examples/web_service_with_table/main.rs",
}

#[test]
fn every_example_is_tested() {
    let found: BTreeSet<String> = sources().into_iter().map(|(name, _)| name).collect();
    let tested: BTreeSet<String> = TESTED.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(tested, found, "the list at the head of this file and the folders in `examples` differ");
}

#[test]
fn every_example_is_short() {
    for (name, text) in sources() {
        let lines = lines_of_code(&text);
        assert!(lines > 0, "`{name}` has no code");
        assert!(lines <= LONGEST, "`{name}` has {lines} lines of code, more than {LONGEST}");
    }
}

#[test]
fn imports_comments_and_blank_lines_are_no_code() {
    let text = "//! A doc.\n\nuse a::b;\nuse c::{\n    d,\n};\n\n/// It.\nfn main() {\n    // Why.\n    run(); // now\n}\n";
    assert_eq!(lines_of_code(text), 3);
    assert_eq!(lines_of_code("fn one() {}\nfn two() {}\n"), 2);
}

fn check(example: &str, stages: impl IntoIterator<Item = Stage>, app: fn(&Stage) -> App) {
    for stage in stages {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/examples");
        assert_template!(format!("{example}.{}", stage.name), app(&stage), folder);
    }
}

/// Compares the policies that `policy` prints for the last of the stages, which is the one for customers.
fn check_policies(example: &str, stages: impl IntoIterator<Item = Stage>, program: &dyn Program) {
    let stage = stages.into_iter().last().expect("has stages").name;
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let around = Surroundings { directory: workspace.clone(), package: workspace, ..Surroundings::default() };
    let args = ["app", "policy", "--quiet", "--stage", &stage, "--github", "acme/shop"].map(OsString::from);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(Some(program), args.to_vec(), &around, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("is UTF-8");
    assert_eq!((code, text(err)), (0, String::new()));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/policies"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("{example}.{stage}"), text(out)));
}

/// The name and the source of each example.
fn sources() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let entries = fs::read_dir(folder).expect("the folder of examples is there");
    let folders = entries.map(|entry| entry.expect("is readable").path());
    let sources = folders.filter_map(|folder| {
        let text = fs::read_to_string(folder.join("main.rs")).ok()?;
        Some((folder.file_name()?.to_string_lossy().into_owned(), text))
    });
    sources.collect()
}

/// The lines that are no comment, no import and not blank.
fn lines_of_code(text: &str) -> usize {
    let mut in_import = false;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let code = lines.filter(|line| {
        in_import |= line.starts_with("use ");
        let is_code = !in_import;
        in_import &= !line.ends_with(';');
        is_code
    });
    code.count()
}
