//! The part that a resource and a property type have in common: the struct, its constructor, its setters.

use crate::{
    docs,
    emit::line,
    plan::{Body, Field},
};

/// Writes the struct and its inherent methods. `data` is the type it covers, `empty` an expression for one without properties.
///
/// Its fields have names because the compiler makes a function of a struct whose fields have none.
pub fn write(out: &mut String, body: &Body<'_>, data: &str, empty: &str, definitions: &[&str]) {
    let name = &body.name;
    line!(out, "pub struct {name}{} {{", list(body, |part, _| format!("{part} = fw::IsSet")));
    line!(out, "    data: {data},");
    if let Some(parts) = parts_type(body) {
        line!(out, "    parts: fw::PhantomData<{parts}>,");
    }
    line!(out, "}}");
    line!(out);
    line!(out, "impl {name}{} {{", list(body, |_, marker| format!("missing::{marker}")));
    line!(out, "    /// Starts without properties.");
    line!(out, "    #[inline]");
    line!(out, "    pub fn new() -> Self {{");
    line!(out, "        {}", literal(body, "Self", &format!("data: {empty}")));
    line!(out, "    }}");
    let any = any(body);
    if !any.is_empty() {
        line!(out, "}}");
        line!(out);
        line!(out, "impl{any} {name}{any} {{");
    }
    for (at, field) in body.fields.iter().enumerate() {
        if at > 0 || any.is_empty() {
            line!(out);
        }
        setter(out, body, field, definitions);
    }
    if body.definition.is_none() && !any.is_empty() {
        assume_complete(out, body);
    }
    line!(out, "}}");
}

/// The generic parameters after `impl` and after the name: `<Image, Name>`.
pub fn any(body: &Body<'_>) -> String {
    list(body, |part, _| part.to_owned())
}

/// An expression that makes the struct, under one of its names, from its data.
pub fn literal(body: &Body<'_>, name: &str, data: &str) -> String {
    let parts = if body.parts().next().is_some() { ", parts: fw::PhantomData" } else { "" };
    format!("{name} {{ {data}{parts} }}")
}

/// A resource has it as a method; a property type has it by its trait.
fn assume_complete(out: &mut String, body: &Body<'_>) {
    let name = &body.name;
    line!(out);
    line!(
        out,
        "    /// Takes the resource as complete, for code that decides at run time what it sets. The checks find what is missing."
    );
    line!(out, "    pub fn assume_complete(self) -> {name} {{");
    line!(out, "        {}", literal(body, name, "data: self.data"));
    line!(out, "    }}");
}

fn setter(out: &mut String, body: &Body<'_>, field: &Field<'_>, definitions: &[&str]) {
    let (setter, ty, property) = (&field.setter, &field.ty, field.facts.name);
    let (made, returned) = match &field.part {
        Some(set) => {
            let parts = list(body, |part, _| (if part == set.name { "fw::IsSet" } else { part }).to_owned());
            (body.name.as_str(), format!("{}{parts}", body.name))
        }
        None => ("Self", "Self".to_owned()),
    };
    line!(out, "    /// {}", docs::setter(field.facts, definitions));
    // Each use would else be a function of its own in a debug build, with all that the linker and debuggers want to know of it.
    line!(out, "    #[inline(always)]");
    line!(out, "    pub fn {setter}(self, value: impl fw::IntoValue<{ty}>) -> {returned} {{");
    line!(out, "        {}", literal(body, made, &format!("data: self.data.with(\"{property}\", value)")));
    line!(out, "    }}");
}

/// A generic list with one entry for each required part, made from its name and its marker.
fn list(body: &Body<'_>, each: impl Fn(&str, &str) -> String) -> String {
    let parts: Vec<String> = body.parts().map(|part| each(&part.name, &part.marker)).collect();
    if parts.is_empty() { String::new() } else { format!("<{}>", parts.join(", ")) }
}

/// What the type parameters are remembered as.
fn parts_type(body: &Body<'_>) -> Option<String> {
    let names: Vec<&str> = body.parts().map(|part| part.name.as_str()).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some((*one).to_owned()),
        many => Some(format!("({})", many.join(", "))),
    }
}
