//! Values as JSON text: in lines for people, or without spaces.
//!
//! Byte for byte what `serde_json` writes; here a line is begun in one step, and most text is seen to need no escape eight bytes at a time.

use std::fmt::Write;

use crate::{
    expr::{Expr, Object, Part},
    template::Template,
};

/// JSON text while it is written.
#[derive(Default)]
pub(crate) struct JsonWriter {
    text: String,
    /// How many lists and objects are open; nothing for text without lines.
    depth: Option<usize>,
    /// True while nothing stands in the list or object that was begun last.
    is_empty: bool,
}

/// How most lines begin: the comma after the line before, the break, the indent.
const BEGINNING: &str = ",\n                                ";

impl JsonWriter {
    /// Text in lines: two spaces a level.
    pub(crate) fn in_lines() -> Self {
        Self { text: String::with_capacity(64 * 1024), depth: Some(0), is_empty: true }
    }

    /// The text of a template, with a line break at its end.
    pub(crate) fn template(mut self, template: &Template) -> String {
        self.begin('{');
        for (name, value) in template.sections.iter().filter(|(name, _)| *name != "Outputs") {
            self.field(name, value);
        }
        if !template.resources.is_empty() {
            self.name("Resources");
            self.begin('{');
            for resource in &template.resources {
                self.field(&resource.logical_id, &resource.body);
            }
            self.end('}');
        }
        if let Some(outputs) = template.sections.get("Outputs") {
            self.field("Outputs", outputs);
        }
        self.end('}');
        self.text.push('\n');
        self.text.shrink_to_fit();
        self.text
    }

    /// The text of a value.
    pub(crate) fn expr(mut self, value: &Expr) -> String {
        self.value(value);
        self.text
    }

    /// Writes what CloudFormation reads. References into the graph are resolved before; one that is left names itself.
    fn value(&mut self, value: &Expr) {
        match value {
            Expr::Null => self.text.push_str("null"),
            Expr::Bool(value) => self.text.push_str(if *value { "true" } else { "false" }),
            // Writing to memory cannot fail.
            Expr::Number(number) => _ = write!(self.text, "{number}"),
            Expr::Text(text) => quote(text, &mut self.text),
            Expr::List(items) => {
                self.begin('[');
                for item in items {
                    self.item();
                    self.value(item);
                }
                self.end(']');
            }
            Expr::Map(object) | Expr::Object(object) => self.object(object),
            Expr::Call(call) => {
                self.begin('{');
                self.field(&call.name, &call.argument);
                self.end('}');
            }
            Expr::Interpolation(parts) => {
                let text: String = parts.iter().map(Part::to_string).collect();
                quote(&text, &mut self.text);
            }
            Expr::Ref(_) | Expr::GetAtt(..) | Expr::LogicalId(_) | Expr::AssetHash(_) => {
                quote(&format!("<{value:?}>"), &mut self.text);
            }
        }
    }

    fn object(&mut self, object: &Object) {
        self.begin('{');
        for (name, value) in object.iter() {
            self.field(name, value);
        }
        self.end('}');
    }

    fn field(&mut self, name: &str, value: &Expr) {
        self.name(name);
        self.value(value);
    }

    fn name(&mut self, name: &str) {
        self.item();
        quote(name, &mut self.text);
        self.text.push_str(if self.depth.is_some() { ": " } else { ":" });
    }

    fn begin(&mut self, bracket: char) {
        self.text.push(bracket);
        self.depth = self.depth.map(|depth| depth + 1);
        self.is_empty = true;
    }

    /// Begins an item, after a comma unless it is the first of its list or object.
    fn item(&mut self) {
        let first = std::mem::take(&mut self.is_empty);
        match self.depth {
            Some(depth) => self.line(depth, usize::from(first)),
            None if first => {}
            None => self.text.push(','),
        }
    }

    fn end(&mut self, bracket: char) {
        self.depth = self.depth.map(|depth| depth - 1);
        if !std::mem::take(&mut self.is_empty)
            && let Some(depth) = self.depth
        {
            self.line(depth, 1);
        }
        self.text.push(bracket);
    }

    /// Begins a line, from the comma of [`BEGINNING`] on or after it.
    fn line(&mut self, depth: usize, from: usize) {
        let length = 2 + 2 * depth;
        self.text.push_str(&BEGINNING[from..length.min(BEGINNING.len())]);
        (BEGINNING.len()..length).for_each(|_| self.text.push(' '));
    }
}

/// Writes text with its quotes and escapes.
pub(crate) fn quote(text: &str, out: &mut String) {
    if is_plain(text.as_bytes()) {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::Value::from(text).to_string());
    }
}

/// True where no byte needs an escape.
fn is_plain(text: &[u8]) -> bool {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    // The high bit of a byte is set where it is less than `limit`, 128 at most; that of a byte after such a one may be too.
    let below = |bytes: u64, limit: u64| bytes.wrapping_sub(LOW * limit) & !bytes & HIGH;
    let equal = |bytes: u64, byte: u8| below(bytes ^ (LOW * u64::from(byte)), 1);
    let is_eight_plain = |eight: &[u8; 8]| {
        let bytes = u64::from_ne_bytes(*eight);
        below(bytes, 0x20) | equal(bytes, b'"') | equal(bytes, b'\\') == 0
    };
    let is_byte_plain = |byte: &u8| *byte >= 0x20 && *byte != b'"' && *byte != b'\\';
    match text.last_chunk() {
        // The last eight may overlap those before.
        Some(last) => text.as_chunks().0.iter().all(is_eight_plain) && is_eight_plain(last),
        None => text.iter().all(is_byte_plain),
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Expr(expr) => write!(f, "<{expr:?}>"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_as_serde_json_does() {
        let characters = (0..=0x17f).filter_map(char::from_u32).chain(['\u{2028}', '\u{ffff}', '🦀']);
        for character in characters {
            for (before, after) in [(0, 0), (3, 0), (7, 0), (0, 9), (5, 12), (8, 7)] {
                let text = format!("{}{character}{}", "a".repeat(before), "~".repeat(after));
                let mut quoted = String::new();
                quote(&text, &mut quoted);
                assert_eq!(quoted, serde_json::Value::from(text).to_string());
            }
        }
    }
}
