//! Help for tests: an app as text to review, and the macro that holds a snapshot of it.

use formwork_assembly::{AssetHasher, AssetSource, Diagnostic};

use crate::{app::App, phase::synthesize};

/// Compares the templates of an app with the snapshot of that name under `snapshots/` of the package, by `insta`, which must be a
/// dev-dependency of the package.
///
/// Nothing is read from disk: in place of the content hash of an asset stands its name, so that a change of its files changes no snapshot.
///
/// ```text
/// #[test]
/// fn prod() {
///     formwork::assert_template!("shop.prod", shop::app(&Stage::new("prod").protected()));
/// }
/// ```
///
/// # Panics
/// Where the app has errors, with all of them, and where the templates differ from the snapshot.
#[macro_export]
macro_rules! assert_template {
    ($name:expr, $app:expr) => {
        $crate::assert_template!($name, $app, concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"))
    };
    ($name:expr, $app:expr, $folder:expr) => {{
        let text = $crate::testing::render($app);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path($folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!($name, text));
    }};
}

/// The templates of an app in the order of their deployment, each under a line with its id and name, and after them its sites.
///
/// # Panics
/// Where the app has errors, with all of them.
#[track_caller]
#[expect(clippy::panic, reason = "a test fails by panicking")]
pub fn render(app: App) -> String {
    let synthesis = synthesize(app, &NamesOfAssets);
    let Some(assembly) = synthesis.assembly else {
        let findings: Vec<String> = synthesis.diagnostics.iter().map(describe).collect();
        panic!("the app has errors:\n{}", findings.join("\n"));
    };
    let stacks = assembly.stacks.iter();
    let sites = assembly.sites.iter();
    stacks
        .map(|stack| format!("# {} ({})\n{}", stack.id, stack.name, stack.template))
        .chain(sites.map(|site| format!("# {} (site)\n{}\n", site.path, pretty(site))))
        .collect()
}

fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// What synthesis finds in an app, errors and warnings, a line each: empty where all is well.
#[must_use]
pub fn findings(app: App) -> String {
    let findings = synthesize(app, &NamesOfAssets).diagnostics;
    findings.iter().map(describe).collect::<Vec<_>>().join("\n")
}

/// Knows no content: an asset is called by what it is made of.
struct NamesOfAssets;

impl AssetHasher for NamesOfAssets {
    fn hash(&self, source: &AssetSource) -> Result<String, Vec<Diagnostic>> {
        Ok(match source {
            AssetSource::Image { directory, .. } | AssetSource::Directory { directory } => {
                format!("hash-of-{directory}")
            }
            AssetSource::File { file } => format!("hash-of-{file}"),
        })
    }
}

fn describe(diagnostic: &Diagnostic) -> String {
    let Diagnostic { code, message, help, path, at, .. } = diagnostic;
    let at = at.as_ref().map(ToString::to_string).unwrap_or_default();
    format!(
        "{code} {at} {}: {message}; {}",
        path.as_deref().unwrap_or_default(),
        help.as_deref().unwrap_or_default()
    )
}
