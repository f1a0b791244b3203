//! JSON as text for people: two spaces a level, a line break at the end.
//!
//! Byte for byte what `serde_json` writes for people itself; a line is begun in one step here, and in one for each level there.

use std::io::{Result, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// The value as text for people.
pub fn to_text(value: &impl Serialize) -> String {
    let mut out = Vec::with_capacity(64 * 1024);
    // Writing to memory cannot fail.
    let written = write(&mut out, value);
    debug_assert!(written.is_ok(), "the value has a form in JSON");
    out.shrink_to_fit();
    String::from_utf8(out).unwrap_or_default()
}

/// Writes the value as text for people.
///
/// # Errors
/// What `out` says; values with text keys and plain leaves have no errors of their own.
pub fn write(mut out: impl Write, value: &impl Serialize) -> Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut out, Lines::default()))?;
    out.write_all(b"\n")
}

/// Begins a line for each item.
#[derive(Default)]
struct Lines {
    depth: usize,
    /// True while nothing stands in the list or object that was begun last.
    is_empty: bool,
}

/// How most lines begin: the comma after the line before, the break, the indent.
const BEGINNING: &[u8] = b",\n                                ";

impl Lines {
    fn begin(&mut self, out: &mut (impl Write + ?Sized), bracket: &[u8]) -> Result<()> {
        self.depth += 1;
        self.is_empty = true;
        out.write_all(bracket)
    }

    fn end(&mut self, out: &mut (impl Write + ?Sized), bracket: &[u8]) -> Result<()> {
        self.depth -= 1;
        if !std::mem::take(&mut self.is_empty) {
            self.line(out, true)?;
        }
        out.write_all(bracket)
    }

    /// Begins a line, after a comma unless it is the first of its list or object.
    fn line(&self, out: &mut (impl Write + ?Sized), first: bool) -> Result<()> {
        let length = 2 + 2 * self.depth;
        out.write_all(&BEGINNING[usize::from(first)..length.min(BEGINNING.len())])?;
        (BEGINNING.len()..length).try_for_each(|_| out.write_all(b" "))
    }
}

impl Formatter for Lines {
    fn begin_array<W: Write + ?Sized>(&mut self, out: &mut W) -> Result<()> {
        self.begin(out, b"[")
    }

    fn end_array<W: Write + ?Sized>(&mut self, out: &mut W) -> Result<()> {
        self.end(out, b"]")
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> Result<()> {
        self.line(out, first)
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, _: &mut W) -> Result<()> {
        self.is_empty = false;
        Ok(())
    }

    fn begin_object<W: Write + ?Sized>(&mut self, out: &mut W) -> Result<()> {
        self.begin(out, b"{")
    }

    fn end_object<W: Write + ?Sized>(&mut self, out: &mut W) -> Result<()> {
        self.end(out, b"}")
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> Result<()> {
        self.line(out, first)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, out: &mut W) -> Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, _: &mut W) -> Result<()> {
        self.is_empty = false;
        Ok(())
    }
}
