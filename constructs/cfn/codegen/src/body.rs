//! The part that a resource and a property type have in common: the struct, its constructor, its setters.

use crate::{
    docs,
    emit::line,
    plan::{Body, Field},
};

/// Writes the struct and its inherent methods. `data` is the type it covers, `empty` an expression for one without properties.
pub fn write(out: &mut String, body: &Body<'_>, data: &str, empty: &str, definitions: &[&str]) {
    let name = &body.name;
    let phantom = phantom(body);
    line!(
        out,
        "pub struct {name}{}({data}{});",
        list(body, |part, _| format!("{part} = fw::IsSet")),
        phantom_type(body)
    );
    line!(out);
    line!(out, "impl {name}{} {{", list(body, |_, marker| format!("missing::{marker}")));
    line!(out, "    /// Starts without properties.");
    line!(out, "    #[inline]");
    line!(out, "    pub fn new() -> Self {{");
    line!(out, "        Self({empty}{phantom})");
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

/// What follows the data in an expression that makes the struct.
pub fn phantom(body: &Body<'_>) -> &'static str {
    if body.parts().next().is_some() { ", fw::PhantomData" } else { "" }
}

/// A resource has it as a method; a property type has it by its trait.
fn assume_complete(out: &mut String, body: &Body<'_>) {
    let (name, phantom) = (&body.name, phantom(body));
    line!(out);
    line!(
        out,
        "    /// Takes the resource as complete, for code that decides at run time what it sets. The checks find what is missing."
    );
    line!(out, "    pub fn assume_complete(self) -> {name} {{");
    line!(out, "        {name}(self.0{phantom})");
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
    line!(out, "        {made}(self.0.with(\"{property}\", value){})", phantom(body));
    line!(out, "    }}");
}

/// A generic list with one entry for each required part, made from its name and its marker.
fn list(body: &Body<'_>, each: impl Fn(&str, &str) -> String) -> String {
    let parts: Vec<String> = body.parts().map(|part| each(&part.name, &part.marker)).collect();
    if parts.is_empty() { String::new() } else { format!("<{}>", parts.join(", ")) }
}

fn phantom_type(body: &Body<'_>) -> String {
    let names: Vec<&str> = body.parts().map(|part| part.name.as_str()).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => format!(", fw::PhantomData<{one}>"),
        many => format!(", fw::PhantomData<({})>", many.join(", ")),
    }
}
