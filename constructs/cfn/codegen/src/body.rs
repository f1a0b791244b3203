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
    line!(out, "}}");
    let any = any(body);
    line!(out);
    line!(out, "impl{any} {name}{any} {{");
    for field in &body.fields {
        setter(out, body, field, definitions);
    }
    if !phantom.is_empty() {
        line!(
            out,
            "    /// Takes the value as complete, for code that decides at run time what it sets; what is missing is found by the checks."
        );
        line!(out, "    #[inline]");
        line!(out, "    pub fn assume_complete(self) -> {name} {{");
        line!(out, "        {name}(self.0{phantom})");
        line!(out, "    }}");
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

fn setter(out: &mut String, body: &Body<'_>, field: &Field<'_>, definitions: &[&str]) {
    let (setter, ty, property) = (&field.setter, &field.ty, field.facts.name);
    line!(out, "    /// {}", docs::setter(field.facts, definitions));
    match &field.part {
        Some(set) => {
            let after =
                list(body, |part, _| if part == set.name { "fw::IsSet".to_owned() } else { part.to_owned() });
            let name = &body.name;
            line!(out, "    pub fn {setter}(mut self, value: impl fw::IntoValue<{ty}>) -> {name}{after} {{");
            line!(out, "        self.0.set(\"{property}\", value.into_expr());");
            line!(out, "        {name}(self.0, fw::PhantomData)");
        }
        None => {
            line!(out, "    pub fn {setter}(mut self, value: impl fw::IntoValue<{ty}>) -> Self {{");
            line!(out, "        self.0.set(\"{property}\", value.into_expr());");
            line!(out, "        self");
        }
    }
    line!(out, "    }}");
    line!(out);
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
