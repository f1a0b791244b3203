//! JSON as text: in lines for people, two spaces a level, or without spaces.
//!
//! Byte for byte what `serde_json` writes; here a line is begun in one step, and most text is seen to need no escape eight bytes at a time.

use std::{fmt::Write, io};

use serde::Serialize;
use serde_json::{Number, Value};

/// The value as text for people, with a line break at its end. Nothing for a value that has no form in JSON.
pub fn to_text(value: &impl Serialize) -> String {
    let mut writer = Writer::in_lines();
    writer.value(value);
    writer.take()
}

/// JSON text while it is written, one part after the other: whoever writes sees to it that brackets and names stand where they may.
///
/// ```
/// use formwork_assembly::json::Writer;
///
/// let mut writer = Writer::compact();
/// writer.begin('{');
/// writer.name("Ports");
/// writer.begin('[');
/// writer.item();
/// writer.whole(80);
/// writer.end(']');
/// writer.end('}');
/// assert_eq!(writer.text(), r#"{"Ports":[80]}"#);
/// ```
#[derive(Debug)]
pub struct Writer {
    text: String,
    /// How many lists and objects are open; nothing for text without lines.
    depth: Option<usize>,
    /// True while nothing stands in the list or object that was begun last.
    is_empty: bool,
}

/// How most lines begin: the comma after the line before, the break, the indent.
const BEGINNING: &str = ",\n                                ";

impl Writer {
    /// Text in lines.
    pub fn in_lines() -> Self {
        Self { text: String::with_capacity(64 * 1024), depth: Some(0), is_empty: true }
    }

    /// Text without spaces.
    pub const fn compact() -> Self {
        Self { text: String::new(), depth: None, is_empty: true }
    }

    /// Begins a list or an object by its bracket.
    pub fn begin(&mut self, bracket: char) {
        self.text.push(bracket);
        self.depth = self.depth.map(|depth| depth + 1);
        self.is_empty = true;
    }

    /// Begins an item of a list, after a comma unless it is the first.
    pub fn item(&mut self) {
        let first = std::mem::take(&mut self.is_empty);
        match self.depth {
            Some(depth) => self.line(depth, usize::from(first)),
            None if first => {}
            None => self.text.push(','),
        }
    }

    /// Begins a field of an object by its name.
    pub fn name(&mut self, name: &str) {
        self.item();
        quote(name, &mut self.text);
        match self.depth {
            Some(_) => self.text.push_str(": "),
            None => self.text.push(':'),
        }
    }

    /// Ends the list or object that was begun last and is not ended yet.
    pub fn end(&mut self, bracket: char) {
        self.depth = self.depth.map(|depth| depth - 1);
        if !std::mem::take(&mut self.is_empty)
            && let Some(depth) = self.depth
        {
            self.line(depth, 1);
        }
        self.text.push(bracket);
    }

    /// Writes text with its quotes and escapes.
    pub fn quoted(&mut self, text: &str) {
        quote(text, &mut self.text);
    }

    /// Writes a number.
    pub fn number(&mut self, number: &Number) {
        match number.as_u64() {
            Some(whole) => self.whole(whole),
            // Writing to memory cannot fail.
            None => _ = write!(self.text, "{number}"),
        }
    }

    /// Writes a whole number, as most are.
    pub fn whole(&mut self, mut number: u64) {
        let mut digits = [b'0'; 20];
        let mut from = digits.len();
        while number > 0 || from == digits.len() {
            from -= 1;
            digits[from] += (number % 10) as u8;
            number /= 10;
        }
        self.text.extend(digits[from..].iter().map(|digit| char::from(*digit)));
    }

    /// Writes `true` or `false`.
    pub fn bool(&mut self, value: bool) {
        self.text.push_str(if value { "true" } else { "false" });
    }

    /// Writes `null`.
    pub fn null(&mut self) {
        self.text.push_str("null");
    }

    /// Writes a field that is text.
    pub fn text_field(&mut self, name: &str, text: &str) {
        self.name(name);
        self.quoted(text);
    }

    /// Writes what has a form of its own.
    pub fn value(&mut self, value: &impl Serialize) {
        let json = serde_json::to_value(value);
        debug_assert!(json.is_ok(), "the value has a form in JSON");
        self.json(&json.unwrap_or_default());
    }

    fn json(&mut self, json: &Value) {
        match json {
            Value::Null => self.null(),
            Value::Bool(value) => self.bool(*value),
            Value::Number(number) => self.number(number),
            Value::String(text) => self.quoted(text),
            Value::Array(items) => {
                self.begin('[');
                for item in items {
                    self.item();
                    self.json(item);
                }
                self.end(']');
            }
            Value::Object(fields) => {
                self.begin('{');
                for (name, value) in fields {
                    self.name(name);
                    self.json(value);
                }
                self.end('}');
            }
        }
    }

    /// Begins a line, from the comma of [`BEGINNING`] on or after it.
    fn line(&mut self, depth: usize, from: usize) {
        let length = 2 + 2 * depth;
        self.text.push_str(&BEGINNING[from..length.min(BEGINNING.len())]);
        (BEGINNING.len()..length).for_each(|_| self.text.push(' '));
    }

    /// Hands over the text so far, and goes on behind it with the memory that there is.
    ///
    /// # Errors
    /// What `out` says.
    pub fn flush(&mut self, out: &mut impl io::Write) -> io::Result<()> {
        out.write_all(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }

    /// The text of one whole value, with a line break at its end. The next one is written with the memory that there is.
    pub fn take(&mut self) -> String {
        self.text.push('\n');
        let text = self.text.clone();
        self.text.clear();
        self.is_empty = true;
        text
    }

    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Writes text with its quotes and escapes.
pub fn quote(text: &str, out: &mut String) {
    if is_plain(text.as_bytes()) {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&Value::from(text).to_string());
    }
}

/// True where no byte needs an escape.
fn is_plain(text: &[u8]) -> bool {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    // The high bit of a byte below 128 is set where it is less than `limit`; that of a byte after such a one may be too.
    let below = |bytes: u64, limit: u64| bytes.wrapping_sub(LOW * limit);
    let equal = |bytes: u64, byte: u8| below(bytes ^ (LOW * u64::from(byte)), 1);
    let is_eight_plain = |eight: &[u8; 8]| {
        let bytes = u64::from_ne_bytes(*eight);
        (below(bytes, 0x20) | equal(bytes, b'"') | equal(bytes, b'\\')) & !bytes & HIGH == 0
    };
    let is_byte_plain = |byte: &u8| *byte >= 0x20 && *byte != b'"' && *byte != b'\\';
    match text.last_chunk() {
        // The last eight may overlap those before.
        Some(last) => text.as_chunks().0.iter().all(is_eight_plain) && is_eight_plain(last),
        None => text.iter().all(is_byte_plain),
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
                assert_eq!(quoted, Value::from(text).to_string());
            }
        }
    }

    #[test]
    fn values_are_written_as_serde_json_does() {
        let mut deep =
            serde_json::json!([null, true, -1.5e300, 7, "\"", [], {}, [[]], [{}], { "a": {}, "b": [1, 2] }]);
        for _ in 0..20 {
            deep = serde_json::json!({ "in": [deep], "": "text" });
        }
        assert_eq!(to_text(&deep), serde_json::to_string_pretty(&deep).unwrap_or_default() + "\n");
        let mut writer = Writer::compact();
        writer.value(&deep);
        assert_eq!(writer.text(), deep.to_string());
    }
}
