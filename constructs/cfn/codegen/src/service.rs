//! Services: one file of Rust each, and the kinds that they share.

use std::collections::BTreeSet;

use formwork_schema::ResourceType;

use crate::{
    emit::line,
    kind::{Kind, Kinds, Wanted},
    plan::ServicePlan,
    resource,
};

/// The first line of every generated file.
const HEADER: &str = "// Written by `formwork-codegen` from the facts of CloudFormation. Do not edit.";

/// The Rust of one service.
pub struct Generated {
    /// The source of the module.
    pub source: String,
    /// The kinds that it mentions.
    pub kinds: Kinds,
}

/// Writes the module of a service from the facts of its resource types.
pub fn generate(facts: &[ResourceType], wanted: &Wanted) -> Generated {
    let plan = ServicePlan::new(facts, wanted);
    let mut kinds = Kinds::new();
    let mut visit = |kind: &Kind| {
        kinds.entry(kind.name()).or_insert_with(|| kind.doc());
    };
    let mut source = format!("{HEADER}\n\nuse crate::{{fw, kind}};\n");
    markers(&mut source, &plan);
    for resource in &plan.resources {
        line!(&mut source);
        resource::write(&mut source, resource);
        resource.visit_kinds(&mut visit);
    }
    Generated { source, kinds }
}

/// Writes the module of all kinds that were mentioned.
pub fn kinds(kinds: &Kinds) -> String {
    let mut source = format!("{HEADER}\n");
    let out = &mut source;
    for (name, doc) in kinds {
        line!(out);
        line!(out, "/// {doc}");
        line!(out, "pub enum {name} {{}}");
        line!(out);
        line!(out, "impl super::fw::Kind for {name} {{}}");
    }
    source
}

/// Writes the declaration of a service's module, which includes the file written for it.
pub fn module(service: &str, facts: &[ResourceType]) -> String {
    let full_name =
        facts.first().and_then(|facts| facts.name.rsplit_once("::")).map_or(service, |(name, _)| name);
    let mut source = String::new();
    let out = &mut source;
    line!(out, "/// The resource types of `{full_name}`.");
    line!(out, "#[allow(clippy::all, unused_imports, reason = \"generated\")]");
    line!(out, "pub mod {service} {{");
    line!(out, "    include!(concat!(env!(\"OUT_DIR\"), \"/{service}.rs\"));");
    line!(out, "}}");
    source
}

fn markers(out: &mut String, plan: &ServicePlan<'_>) {
    let mut markers = BTreeSet::new();
    for body in plan.resources.iter().flat_map(|resource| resource.bodies()) {
        markers.extend(body.parts().map(|part| part.marker.clone()));
    }
    line!(out);
    line!(out, "/// Marks of required properties that are not set yet; they show in compiler messages only.");
    line!(out, "pub mod missing {{");
    for (at, marker) in markers.iter().enumerate() {
        if at > 0 {
            line!(out);
        }
        line!(out, "    /// `{}` is not set yet.", marker.trim_start_matches("Missing"));
        line!(out, "    pub enum {marker} {{}}");
    }
    line!(out, "}}");
}
