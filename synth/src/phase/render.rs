//! Render: resolved stacks become JSON text in one canonical order, within the limits of CloudFormation.

use formwork_assembly::{Assembly, Diagnostic, ResourceOrigin, Stack, code, json::Writer};

use super::resolve::{Resolved, ResolvedStack};
use crate::{
    expr::{Expr, Object, Part},
    template::{Provenance, Template, TemplateResource},
};

/// The most bytes that CloudFormation takes as a template.
const LIMIT: usize = 1_000_000;

/// Writes every template as text.
pub(super) fn render(resolved: Resolved) -> (Assembly, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut json = Writer::in_lines();
    let render = |stack| render_stack(stack, &mut json, &mut diagnostics);
    let stacks = resolved.stacks.into_iter().map(render).collect();
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

/// Writes the template of a stack, with the memory that those before it were written with.
fn render_stack(stack: ResolvedStack, json: &mut Writer, diagnostics: &mut Vec<Diagnostic>) -> Stack {
    stack.template.write(json);
    let compact = (json.text().len() >= LIMIT).then(|| stack.template.to_compact_text());
    // The text takes the place of the tree.
    let resources = stack.template.resources.into_iter().filter_map(origin).collect();
    let text = json.take();
    let template = compact.unwrap_or(text);
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
        resources,
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
        self.text(Writer::in_lines())
    }

    /// The template as JSON text without spaces.
    pub fn to_compact_text(&self) -> String {
        self.text(Writer::compact())
    }

    fn text(&self, mut json: Writer) -> String {
        self.write(&mut json);
        json.take()
    }

    fn write(&self, json: &mut Writer) {
        json.begin('{');
        for (name, value) in self.sections.iter().filter(|(name, _)| *name != "Outputs") {
            value.write_field(name, json);
        }
        if !self.resources.is_empty() {
            json.name("Resources");
            json.begin('{');
            for resource in &self.resources {
                resource.body.write_field(&resource.logical_id, json);
            }
            json.end('}');
        }
        if let Some(outputs) = self.sections.get("Outputs") {
            outputs.write_field("Outputs", json);
        }
        json.end('}');
    }
}

impl Expr {
    /// Writes what CloudFormation reads. References into the graph are resolved before; one that is left names itself.
    pub(super) fn write(&self, json: &mut Writer) {
        match self {
            Self::Null => json.null(),
            Self::Bool(value) => json.bool(*value),
            Self::Number(number) => json.number(number),
            Self::Text(text) => json.quoted(text),
            Self::List(items) => {
                json.begin('[');
                for item in items {
                    json.item();
                    item.write(json);
                }
                json.end(']');
            }
            Self::Map(object) | Self::Object(object) => object.write(json),
            Self::Call(call) => {
                json.begin('{');
                call.argument.write_field(&call.name, json);
                json.end('}');
            }
            Self::Interpolation(parts) => {
                let text: String = parts.iter().map(Part::to_string).collect();
                json.quoted(&text);
            }
            Self::Ref(_) | Self::GetAtt(..) | Self::LogicalId(_) | Self::AssetHash(_) => {
                json.quoted(&format!("<{self:?}>"));
            }
        }
    }

    fn write_field(&self, name: &str, json: &mut Writer) {
        json.name(name);
        self.write(json);
    }
}

impl Object {
    fn write(&self, json: &mut Writer) {
        json.begin('{');
        for (name, value) in self.iter() {
            value.write_field(name, json);
        }
        json.end('}');
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Expr(expr) => write!(f, "<{expr:?}>"),
        }
    }
}
