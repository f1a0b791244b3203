//! The names that a template declares, and how sure it is that there are no others.

use formwork_assembly::SortedMap;

use crate::{
    expr::{Expr, Object},
    template::{Template, TemplateResource},
};

/// The parameters that every template has.
pub(super) const PSEUDO_PARAMETERS: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// The transforms that AWS hosts and that change only what they are documented to.
const SERVERLESS: &str = "AWS::Serverless-2016-10-31";
const EXTENSIONS: &str = "AWS::LanguageExtensions";

/// What a template declares.
pub(super) struct Names<'t> {
    pub resources: &'t [TemplateResource],
    /// Where each resource stands among them, by its logical id.
    pub places: SortedMap<&'t str, usize>,
    pub parameters: SortedMap<&'t str, &'t Expr>,
    pub conditions: SortedMap<&'t str, &'t Expr>,
    pub mappings: SortedMap<&'t str, &'t Expr>,
    pub transforms: Transforms<'t>,
    resources_open: bool,
    parameters_open: bool,
    conditions_open: bool,
    mappings_open: bool,
}

/// What rewrites the template before CloudFormation reads it.
#[derive(Default)]
pub(super) struct Transforms<'t> {
    /// The Serverless Application Model, which adds resources of its own.
    pub serverless: bool,
    /// Loops, `Fn::Length`, `Fn::ToJsonString`, functions in more places.
    pub extensions: bool,
    /// A macro that may do anything.
    pub any_macro: bool,
    /// All names.
    pub names: Vec<&'t str>,
}

impl<'t> Names<'t> {
    /// Collects the names of a template.
    pub fn of(template: &'t Template) -> Self {
        let mut transforms = Transforms::of(template);
        // One finding says that the transform is missing; what it would make is not missed on top of that.
        transforms.serverless |= template
            .resources
            .iter()
            .any(|one| one.type_name().is_some_and(|name| name.starts_with("AWS::Serverless::")));
        // A macro, or an include at the top of the template, may add sections and entries.
        let included = transforms.any_macro
            || transforms.names.contains(&"AWS::Include")
            || template.sections.get("Fn::Transform").is_some();
        let open = |name: &str| {
            included
                || match template.sections.get(name) {
                    Some(Expr::Call(_)) => true,
                    Some(section) => section.as_object().is_some_and(is_open),
                    None => false,
                }
        };
        let entries = |name| template.section(name).map(|(name, value)| (&**name, value)).collect();
        Self {
            resources: &template.resources,
            places: places(&template.resources),
            parameters: entries("Parameters"),
            conditions: entries("Conditions"),
            mappings: entries("Mappings"),
            resources_open: open("Resources")
                || template.resources.iter().any(|one| one.logical_id.starts_with("Fn::")),
            parameters_open: open("Parameters"),
            conditions_open: open("Conditions"),
            mappings_open: open("Mappings"),
            transforms,
        }
    }

    /// The resource of that name.
    pub fn resource(&self, name: &str) -> Option<&'t TemplateResource> {
        self.places.get(name).map(|place| &self.resources[*place])
    }

    /// True if a resource of that name may exist: declared, made by a loop, a macro, a module or a serverless resource.
    pub fn may_be_resource(&self, name: &str) -> bool {
        self.places.contains_key(name) || self.resources_open || self.is_derived(name)
    }

    /// True if a parameter of that name may exist.
    pub fn may_be_parameter(&self, name: &str) -> bool {
        self.parameters.contains_key(name) || self.parameters_open
    }

    /// True if a condition of that name may exist.
    pub fn may_be_condition(&self, name: &str) -> bool {
        self.conditions.contains_key(name) || self.conditions_open
    }

    /// True if a mapping of that name may exist.
    pub fn may_be_mapping(&self, name: &str) -> bool {
        self.mappings.contains_key(name) || self.mappings_open
    }

    /// The names of all resources and parameters.
    pub fn referable(&self) -> impl Iterator<Item = &'t str> {
        self.places.keys().chain(self.parameters.keys()).copied().chain(PSEUDO_PARAMETERS)
    }

    /// Serverless resources and modules make further resources, named after themselves.
    fn is_derived(&self, name: &str) -> bool {
        let serverless = self.transforms.serverless;
        if serverless && name.starts_with("Serverless") {
            return true;
        }
        (1..=name.len()).filter(|end| name.is_char_boundary(*end)).any(|end| {
            self.resource(&name[..end]).and_then(|one| one.type_name()).is_some_and(|type_name| {
                type_name.ends_with("::MODULE") || (serverless && type_name.starts_with("AWS::Serverless::"))
            })
        })
    }
}

/// Where each resource stands in its template, by its logical id.
pub(super) fn places(resources: &[TemplateResource]) -> SortedMap<&str, usize> {
    resources.iter().enumerate().map(|(place, resource)| (&*resource.logical_id, place)).collect()
}

impl<'t> Transforms<'t> {
    fn of(template: &'t Template) -> Self {
        let mut names = Vec::new();
        if let Some(section) = template.sections.get("Transform") {
            collect(section, &mut names);
        }
        let hosted = |name: &&str| **name == *EXTENSIONS || name.starts_with("AWS::");
        Self {
            serverless: names.contains(&SERVERLESS),
            extensions: names.contains(&EXTENSIONS),
            any_macro: !names.iter().all(hosted),
            names,
        }
    }

    /// True if a type that needs `transform` may be used.
    pub fn has(&self, transform: &str) -> bool {
        self.any_macro || self.names.contains(&transform)
    }
}

/// True for an object that a transform or a loop adds keys to.
pub(super) fn is_open(object: &Object) -> bool {
    object.iter().any(|(key, _)| key == "Fn::Transform" || key.starts_with("Fn::ForEach::"))
}

fn collect<'t>(section: &'t Expr, names: &mut Vec<&'t str>) {
    match section {
        Expr::Text(name) => names.push(name),
        Expr::List(items) => items.iter().for_each(|item| collect(item, names)),
        Expr::Map(object) | Expr::Object(object) => {
            names.extend(object.get("Name").and_then(Expr::as_text));
        }
        _ => {}
    }
}
