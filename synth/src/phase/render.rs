//! Render: resolved stacks become JSON text in one canonical order, within the limits of CloudFormation.

use formwork_assembly::{Assembly, Diagnostic, ResourceOrigin, Stack, code, json};
use serde::{
    Serialize, Serializer,
    ser::{SerializeMap, SerializeSeq},
};

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
    let stacks = resolved.stacks.into_iter().map(|stack| render_stack(stack, &mut diagnostics)).collect();
    let assembly = Assembly {
        app: resolved.app,
        stage: resolved.stage,
        protected: resolved.protected,
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
    }
}

fn origin(resource: TemplateResource) -> Option<ResourceOrigin> {
    let Provenance { path, at, .. } = resource.origin?;
    Some(ResourceOrigin { logical_id: resource.logical_id.into_owned(), path, at: Some(at) })
}

impl Template {
    /// The template as JSON text for people: two spaces a level, a line break at the end.
    pub fn to_text(&self) -> String {
        json::to_text(self)
    }

    /// The template as JSON text without spaces.
    pub fn to_compact_text(&self) -> String {
        // It cannot fail: the keys are text.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.sections.iter().filter(|(name, _)| *name != "Outputs") {
            map.serialize_entry(name, value)?;
        }
        if !self.resources.is_empty() {
            map.serialize_entry("Resources", &Resources(self))?;
        }
        if let Some(outputs) = self.sections.get("Outputs") {
            map.serialize_entry("Outputs", outputs)?;
        }
        map.end()
    }
}

struct Resources<'a>(&'a Template);

impl Serialize for Resources<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.resources.iter().map(|resource| (&resource.logical_id, &resource.body)))
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl Serialize for Expr {
    /// Writes what CloudFormation reads. References into the graph are resolved before; one that is left names itself.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Map(object) | Self::Object(object) => object.serialize(serializer),
            Self::Call(call) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(&call.name, &call.argument)?;
                map.end()
            }
            Self::Interpolation(parts) => {
                let text: String = parts.iter().map(Part::to_string).collect();
                serializer.serialize_str(&text)
            }
            unresolved @ (Self::Ref(_) | Self::GetAtt(..) | Self::LogicalId(_) | Self::AssetHash(_)) => {
                serializer.serialize_str(&format!("<{unresolved:?}>"))
            }
        }
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
