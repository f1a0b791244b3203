//! From an app to its assembly, a phase a file: wire, resolve, validate, render. No phase stops at its first finding.

mod accept;
mod listener;
mod render;
mod resolve;
pub(crate) mod validate;
mod wire;

use formwork_assembly::{AssetHasher, Code, Diagnostic, Synthesis, code};

use crate::app::App;

/// Turns an app into its assembly, or says all that is wrong with it.
pub fn synthesize(app: App, assets: &dyn AssetHasher) -> Synthesis {
    synthesize_watched(app, assets, &mut |_| ())
}

/// As [`synthesize`], and tells the name of each phase when it is done. For benchmarks: this crate knows no clock.
#[doc(hidden)]
pub fn synthesize_watched(app: App, assets: &dyn AssetHasher, done: &mut dyn FnMut(&str)) -> Synthesis {
    let mut graph = app.graph;
    wire::wire(&mut graph);
    listener::clashes(&mut graph);
    done("wire");
    let mut facts = validate::Facts::new();
    let mut resolved = resolve::resolve(graph, assets, &mut facts);
    done("resolve");
    let mut diagnostics = std::mem::take(&mut resolved.diagnostics);
    for stack in &resolved.stacks {
        let mut found = validate::validate_with(&mut facts, &stack.template);
        if let Some(region) = &stack.region {
            found.extend(validate::availability(&mut facts, &stack.template, region));
        }
        let about_stack = |diagnostic: Diagnostic| match diagnostic.path {
            Some(_) => diagnostic,
            None => diagnostic.path(stack.id.clone()).at(stack.at.clone()),
        };
        let found = accept::accept(&stack.template, found);
        let new: Vec<_> =
            found.into_iter().map(about_stack).filter(|one| !is_echo(&diagnostics, one)).collect();
        diagnostics.extend(new);
    }
    done("validate");
    let (assembly, found) = render::render(resolved);
    done("render");
    diagnostics.extend(found);
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    Synthesis { assembly: (!failed).then_some(assembly), diagnostics }
}

/// True where a finding only says again what an earlier phase said better about the same construct, or about what is in it.
fn is_echo(known: &[Diagnostic], new: &Diagnostic) -> bool {
    const ECHOES: [(&[&Code], &[&Code]); 5] = [
        (&[&code::BAD_NAME], &[&code::BAD_ID, &code::BAD_LOGICAL_ID]),
        (&[&code::PROPERTY_RULE], &[&code::SCALE_RANGE, &code::TABLE_KEY]),
        (&[&code::REGION], &[&code::BAD_STAGE]),
        (&[&code::DUPLICATE_RESOURCE], &[&code::ROUTE_CLASH]),
        (&[&code::UNKNOWN_CONDITION, &code::UNKNOWN_MAPPING], &[&code::FOREIGN_CONDITION]),
    ];
    let is_one = |code: &str, of: &[&Code]| of.iter().any(|one| one.id == code);
    ECHOES.iter().any(|(echo, original)| {
        is_one(&new.code, echo)
            && known.iter().any(|known| is_one(&known.code, original) && is_within(&new.path, &known.path))
    })
}

/// True for the path of a construct and of what is in it.
fn is_within(path: &Option<String>, outer: &Option<String>) -> bool {
    match (path, outer) {
        (Some(path), Some(outer)) => {
            path.strip_prefix(&**outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
        // What is wrong with no construct in particular is wrong with all of them.
        (_, None) => true,
        (None, Some(_)) => false,
    }
}
