//! Resource types and the modules of their property types.

use formwork_schema::ResourceType;

use crate::{
    body, docs,
    emit::line,
    enumeration, handle,
    plan::{Body, ResourcePlan},
};

/// Writes everything about one resource type.
pub fn write(out: &mut String, plan: &ResourcePlan<'_>) {
    let definitions: Vec<&str> = plan.facts.definitions.iter().map(|definition| definition.name).collect();
    spec(out, plan, &definitions);
    line!(out);
    handle::write(out, plan);
    if plan.structures.is_empty() && plan.enumerations.is_empty() && plan.imports.is_empty() {
        return;
    }
    let mut inner = String::new();
    for (module, names) in &plan.imports {
        line!(&mut inner, "pub use super::{module}::{{{}}};", names.join(", "));
    }
    for structure in &plan.structures {
        property_type(&mut inner, plan.facts, structure, &definitions);
    }
    for enumeration in &plan.enumerations {
        enumeration::write(&mut inner, enumeration);
    }
    line!(out);
    line!(out, "/// Property types and enums of [`{0}`].", plan.body.name);
    line!(out, "pub mod {} {{", plan.module);
    line!(out, "    use super::{{fw, kind, missing}};");
    indent(out, &inner);
    line!(out, "}}");
}

fn indent(out: &mut String, lines: &str) {
    for line in lines.lines() {
        if !line.is_empty() {
            out.push_str("    ");
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn spec(out: &mut String, plan: &ResourcePlan<'_>, definitions: &[&str]) {
    let (facts, spec) = (plan.facts, &plan.body);
    let name = &spec.name;
    document(out, facts, spec);
    line!(out, "#[must_use = \"a resource does nothing until it is added to a scope\"]");
    body::write(
        out,
        spec,
        "fw::RawResource",
        &format!("fw::RawResource::new(\"{}\")", facts.name),
        definitions,
    );
    line!(out);
    line!(out, "impl fw::Resource for {name} {{");
    line!(out, "    const TYPE: &'static str = \"{}\";", facts.name);
    line!(out);
    line!(out, "    type Handle = {};", plan.handle);
    line!(out);
    line!(out, "    #[inline(always)]");
    line!(out, "    fn from_raw(data: fw::RawResource) -> Self {{");
    line!(out, "        {}", body::literal(spec, "Self", "data"));
    line!(out, "    }}");
    line!(out);
    line!(out, "    #[inline(always)]");
    line!(out, "    fn into_raw(self) -> fw::RawResource {{");
    line!(out, "        self.data");
    line!(out, "    }}");
    line!(out, "}}");
}

fn property_type(out: &mut String, facts: &ResourceType, structure: &Body<'_>, definitions: &[&str]) {
    let (name, any) = (&structure.name, body::any(structure));
    line!(out);
    document(out, facts, structure);
    body::write(out, structure, "fw::Object", "fw::Object::new()", definitions);
    line!(out);
    line!(out, "impl{any} fw::Structure for {name}{any} {{");
    line!(out, "    type Complete = {name};");
    line!(out);
    line!(out, "    #[inline(always)]");
    line!(out, "    fn into_object(self) -> fw::Object {{");
    line!(out, "        self.data");
    line!(out, "    }}");
    line!(out, "}}");
}

fn document(out: &mut String, facts: &ResourceType, body: &Body<'_>) {
    match body.definition {
        Some(name) => line!(out, "/// The property type `{name}` of `{}`.", facts.name),
        None => line!(out, "/// The resource type `{}`.", facts.name),
    }
    for sentence in docs::requirements(body.facts) {
        line!(out, "///");
        line!(out, "/// {sentence}");
    }
    line!(out, "///");
    line!(out, "/// See {}.", docs::link(facts, body.definition));
}
