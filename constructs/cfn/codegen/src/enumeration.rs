//! Enums: the values that a text property allows.

use crate::{emit::line, plan::Enumeration};

/// Writes an enum and its exact texts.
pub fn write(out: &mut String, enumeration: &Enumeration) {
    let Enumeration { name, subject, variants } = enumeration;
    line!(out);
    line!(
        out,
        "/// What `{subject}` may be. A value that this release does not know is given by `raw(\"…\")`."
    );
    line!(out, "#[non_exhaustive]");
    line!(out, "pub enum {name} {{");
    for (variant, text) in variants {
        line!(out, "    /// {}.", crate::docs::code(text));
        line!(out, "    {variant},");
    }
    line!(out, "}}");
    copy(out, name);
    line!(out);
    line!(out, "impl fw::PropertyType for {name} {{");
    line!(out, "    #[inline]");
    line!(out, "    fn into_property(self) -> fw::Expr {{");
    line!(out, "        fw::text(match self {{");
    for (variant, text) in variants {
        line!(out, "            Self::{variant} => {text:?},");
    }
    line!(out, "        }})");
    line!(out, "    }}");
    line!(out, "}}");
}

/// Writes what `#[derive(Clone, Copy)]` would, in less for the compiler to do.
pub fn copy(out: &mut String, name: &str) {
    line!(out);
    line!(out, "impl Copy for {name} {{}}");
    line!(out);
    line!(out, "impl Clone for {name} {{");
    line!(out, "    #[inline]");
    line!(out, "    fn clone(&self) -> Self {{");
    line!(out, "        *self");
    line!(out, "    }}");
    line!(out, "}}");
}
