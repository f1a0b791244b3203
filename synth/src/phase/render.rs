//! Render: resolved stacks become JSON text in one canonical order, within the limits of CloudFormation.

use formwork_assembly::{Assembly, Diagnostic, ResourceOrigin, Stack, code};

use super::resolve::{Resolved, ResolvedStack};
use crate::{
    json_writer::JsonWriter,
    template::{Provenance, Template, TemplateResource},
};

/// The most bytes that CloudFormation takes as a template.
const LIMIT: usize = 1_000_000;

/// Writes every template as text.
pub(super) fn render(resolved: Resolved) -> (Assembly, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let stacks = resolved.stacks.into_iter().map(|stack| render_stack(stack, &mut diagnostics)).collect();
    let assembly = Assembly {
        app: resolved.app,
        stage: resolved.stage,
        protected: resolved.protected,
        bootstrap: resolved.bootstrap,
        stacks,
        assets: resolved.assets,
        sites: resolved.sites,
    };
    (assembly, diagnostics)
}

fn render_stack(stack: ResolvedStack, diagnostics: &mut Vec<Diagnostic>) -> Stack {
    let mut template = stack.template.to_text();
    if template.len() > LIMIT {
        template = stack.template.to_compact_text();
    }
    if template.len() > LIMIT {
        let message = format!("the template of `{}` has {} bytes", stack.id, template.len());
        diagnostics.push(
            Diagnostic::error(&code::TEMPLATE_TOO_LARGE, message)
                .help(format!("CloudFormation takes {LIMIT} bytes at most: move some of it to another stack"))
                .path(stack.id.clone())
                .at(stack.at),
        );
    }
    Stack {
        id: stack.id,
        name: stack.name,
        account: stack.account,
        region: stack.region,
        template,
        tags: stack.tags,
        termination_protection: stack.termination_protection,
        dependencies: stack.dependencies,
        assets: stack.assets,
        resources: stack.template.resources.into_iter().filter_map(origin).collect(),
        gates: stack.gates,
        secure_strings: stack.secure_strings,
    }
}

fn origin(resource: TemplateResource) -> Option<ResourceOrigin> {
    let Provenance { path, at, .. } = resource.origin?;
    Some(ResourceOrigin { logical_id: resource.logical_id.into_owned(), path, at: Some(at) })
}

impl Template {
    /// The template as JSON text for people: two spaces a level, a line break at the end.
    pub fn to_text(&self) -> String {
        JsonWriter::in_lines().template(self)
    }

    /// The template as JSON text without spaces.
    pub fn to_compact_text(&self) -> String {
        JsonWriter::default().template(self)
    }
}
