//! One stack of one of the two assemblies, with its template read.

use formwork_assembly::{Assembly, Diagnostic, Place, ResourceOrigin, SortedMap, Stack, code};
use formwork_schema::{ResourceType, resource_type};
use serde_json::{Map, Value};

/// A stack and its template.
pub(super) struct Side<'a> {
    pub stack: &'a Stack,
    pub template: Map<String, Value>,
    origins: SortedMap<&'a str, &'a ResourceOrigin>,
}

impl<'a> Side<'a> {
    /// All stacks of an assembly.
    pub(super) fn all(assembly: &'a Assembly) -> Result<Vec<Self>, Vec<Diagnostic>> {
        let (mut sides, mut errors) = (Vec::new(), Vec::new());
        for stack in &assembly.stacks {
            match Self::new(stack) {
                Ok(side) => sides.push(side),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(sides) } else { Err(errors) }
    }

    /// One stack.
    pub(super) fn new(stack: &'a Stack) -> Result<Self, Diagnostic> {
        let template = serde_json::from_str(&stack.template).map_err(|error| {
            let message = format!("the template of the stack `{}` is no JSON object: {error}", stack.id);
            Diagnostic::error(&code::FOLDER_UNREADABLE, message).help("run `synth` again")
        })?;
        let origins = stack.resources.iter().map(|origin| (&*origin.logical_id, origin)).collect();
        Ok(Self { stack, template, origins })
    }

    pub(super) fn id(&self) -> &'a str {
        &self.stack.id
    }

    /// The resources by logical id, sorted.
    pub(super) fn resources(&self) -> SortedMap<&str, &Value> {
        fields(self.template.get("Resources")).into_iter().collect()
    }

    /// The construct path of a resource, or its logical id.
    pub(super) fn path(&self, logical_id: &str) -> String {
        self.origins.get(logical_id).map_or(logical_id, |origin| &origin.path).to_owned()
    }

    /// The line of the user's code.
    pub(super) fn at(&self, logical_id: &str) -> Option<Place> {
        self.origins.get(logical_id)?.at.clone()
    }
}

/// The type of a resource, empty where it has none.
pub(super) fn kind(resource: &Value) -> &str {
    text(resource, "Type").unwrap_or_default()
}

/// The fields of an object, none of what is not one.
pub(super) fn fields(object: Option<&Value>) -> Vec<(&str, &Value)> {
    match object {
        Some(Value::Object(fields)) => fields.iter().map(|(name, value)| (name.as_str(), value)).collect(),
        _ => Vec::new(),
    }
}

/// A text in an object.
pub(super) fn text<'v>(object: &'v Value, name: &str) -> Option<&'v str> {
    object.get(name)?.as_str()
}

/// The facts of the types that were asked for.
#[derive(Default)]
pub(super) struct Facts(SortedMap<String, Option<ResourceType>>);

impl Facts {
    pub(super) fn of(&mut self, kind: &str) -> Option<&ResourceType> {
        if !self.0.contains_key(kind) {
            self.0.insert(kind.to_owned(), resource_type(kind));
        }
        self.0.get(kind)?.as_ref()
    }
}
