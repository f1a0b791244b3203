//! Handles: what `add` returns for a resource, with a typed getter for each attribute.

use crate::{
    emit::line,
    enumeration,
    plan::{Getter, ResourcePlan},
    rust_type::RustType,
};

/// Writes the handle of a resource type.
pub fn write(out: &mut String, plan: &ResourcePlan<'_>) {
    let (handle, resource, reference) = (&plan.handle, &plan.body.name, plan.reference.name());
    line!(out, "/// The handle of a [`{resource}`]: its attributes, and what `Ref` returns.");
    line!(out, "pub struct {handle} {{");
    line!(out, "    id: fw::NodeId,");
    line!(out, "}}");
    enumeration::copy(out, handle);
    debug(out, handle);
    line!(out);
    line!(out, "impl {handle} {{");
    line!(out, "    /// Returns what `Ref` returns.");
    line!(out, "    #[inline]");
    line!(out, "    pub fn reference(&self) -> fw::Attr<kind::{reference}> {{");
    line!(out, "        fw::Attr::ref_of(self.id)");
    line!(out, "    }}");
    for attribute in &plan.attributes {
        getter(out, attribute);
    }
    line!(out, "}}");
    line!(out);
    line!(out, "impl fw::Handle for {handle} {{");
    line!(out, "    type Resource = {resource};");
    line!(out);
    line!(out, "    #[inline(always)]");
    line!(out, "    fn from_id(id: fw::NodeId) -> Self {{");
    line!(out, "        Self {{ id }}");
    line!(out, "    }}");
    line!(out);
    line!(out, "    #[inline(always)]");
    line!(out, "    fn id(&self) -> fw::NodeId {{");
    line!(out, "        self.id");
    line!(out, "    }}");
    line!(out, "}}");
    // Every handle fits into text; only a kind that some property wants needs more.
    if plan.is_wanted {
        line!(out);
        line!(out, "impl fw::IntoValue<kind::{reference}> for &{handle} {{");
        line!(out, "    #[inline]");
        line!(out, "    fn into_expr(self) -> fw::Expr {{");
        line!(out, "        fw::Expr::Ref(self.id)");
        line!(out, "    }}");
        line!(out, "}}");
    }
}

/// Writes what `#[derive(Debug)]` would, in less for the compiler to do.
fn debug(out: &mut String, handle: &str) {
    line!(out);
    line!(out, "impl fw::Debug for {handle} {{");
    line!(out, "    #[inline]");
    line!(out, "    fn fmt(&self, f: &mut fw::Formatter<'_>) -> fw::Result {{");
    line!(out, "        fw::debug(f, \"{handle}\", self.id)");
    line!(out, "    }}");
    line!(out, "}}");
}

fn getter(out: &mut String, getter: &Getter) {
    let Getter { name, attribute, ty } = getter;
    // An attribute of one value also fits into text, so it is no plain value.
    let cover = match ty {
        RustType::Kind(_) | RustType::Bool | RustType::Integer | RustType::Number => "Attr",
        _ => "Value",
    };
    line!(out);
    line!(out, "    /// Returns the attribute `{attribute}`.");
    line!(out, "    #[inline]");
    match attribute.strip_suffix('*') {
        Some(prefix) => {
            line!(out, "    pub fn {name}(&self, name: &str) -> fw::{cover}<{ty}> {{");
            line!(out, "        let name = format!(\"{prefix}{{name}}\");");
            line!(out, "        fw::{cover}::from_expr(fw::Expr::GetAtt(self.id, name.into()))");
        }
        None => {
            line!(out, "    pub fn {name}(&self) -> fw::{cover}<{ty}> {{");
            line!(out, "        fw::{cover}::of(self.id, \"{attribute}\")");
        }
    }
    line!(out, "    }}");
}
