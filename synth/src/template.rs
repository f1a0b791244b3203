//! A CloudFormation template as a tree: what resolve makes, validate reads and render writes; and what any existing template is read into.
//!
//! Reading is total, and writing a JSON object back loses nothing.

use std::str::FromStr;

use formwork_assembly::Place;

use crate::{
    expr::{Expr, Object, Str},
    resource::{Acceptance, RawResource},
};

/// A whole template.
///
/// ```
/// use formwork_synth::Template;
/// let template: Template = r#"{ "Resources": { "Alerts": { "Type": "AWS::SNS::Topic" } } }"#.parse()?;
/// assert_eq!(template.resource("Alerts").and_then(|alerts| alerts.type_name()), Some("AWS::SNS::Topic"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    /// Every section but `Resources`, by its name: `Parameters`, `Outputs`, … `Resources` is among them only where it holds none.
    pub sections: Object,
    /// The `Resources`, in the order in which they are written.
    pub resources: Vec<TemplateResource>,
}

/// One entry of `Resources`.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateResource {
    /// Its key.
    pub logical_id: Str,
    /// All that stands behind the key: `Type`, `Properties`, `DependsOn`, …
    pub body: Expr,
    /// Where it comes from; nothing for a template that was read.
    pub origin: Option<Provenance>,
}

/// Where a resource comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Provenance {
    /// The construct path: `Shop/Api/Service`.
    pub path: String,
    /// The line of the user's code.
    pub at: Place,
    /// Findings about it that the user accepts.
    pub accepted: Vec<Acceptance>,
}

impl Template {
    /// The entry with that logical id.
    pub fn resource(&self, logical_id: &str) -> Option<&TemplateResource> {
        self.resources.iter().find(|resource| resource.logical_id == logical_id)
    }

    /// The entries of a section that is an object, such as `Parameters`.
    pub fn section(&self, name: &str) -> impl Iterator<Item = (&Str, &Expr)> {
        static NOTHING: Object = Object::new();
        self.sections.get(name).and_then(Expr::as_object).unwrap_or(&NOTHING).iter()
    }
}

impl From<serde_json::Value> for Template {
    fn from(json: serde_json::Value) -> Self {
        let sections = match Expr::from(json) {
            Expr::Map(sections) => sections,
            // One section alone, `Fn::Transform`, reads as a function.
            Expr::Call(call) => Object::from_iter([(call.name, call.argument)]),
            // Not a template at all: kept under an empty name, where validation finds it.
            other => Object::from_iter([(Str::Borrowed(""), other)]),
        };
        let mut template = Self::default();
        for (name, value) in sections {
            match value {
                Expr::Map(entries) if name == "Resources" && !entries.is_empty() => {
                    template.resources = entries.into_iter().map(TemplateResource::from).collect();
                }
                // One loop or include alone reads as a function.
                Expr::Call(call) if name == "Resources" => {
                    template.resources = vec![TemplateResource::from((call.name, call.argument))];
                }
                value => template.sections.set(name, value),
            }
        }
        template
    }
}

impl FromStr for Template {
    type Err = serde_json::Error;

    /// Reads the JSON text of a template. What is JSON can be read; whether it is right is for [`validate`](crate::validate) to say.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str::<serde_json::Value>(text).map(Self::from)
    }
}

impl From<(Str, Expr)> for TemplateResource {
    fn from((logical_id, body): (Str, Expr)) -> Self {
        Self { logical_id, body, origin: None }
    }
}

impl TemplateResource {
    /// The `Type`, where it is text.
    pub fn type_name(&self) -> Option<&str> {
        self.body.as_object()?.get("Type")?.as_text()
    }

    /// The `Properties`, where they are an object.
    pub fn properties(&self) -> Option<&Object> {
        self.body.as_object()?.get("Properties")?.as_object()
    }

    /// The resource as the value that generated types cover; nothing without a `Type`.
    pub fn to_raw(&self) -> Option<RawResource> {
        let mut raw = RawResource::new(self.type_name()?.to_owned());
        raw.properties = self.properties().cloned().unwrap_or_default();
        Some(raw)
    }
}
