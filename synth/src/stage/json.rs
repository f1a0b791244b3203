//! JSON that knows where in its text it stands, so that a finding can point at the very value.
//!
//! Nothing is decoded until asked for; syntax is checked once, by [`Json::parse`].

use std::fmt;

use formwork_assembly::{Place, each};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

/// A file's text under its name.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub file: &'a str,
    pub text: &'a str,
}

/// A value, as it is written.
#[derive(Clone, Copy)]
pub(super) struct Json<'a> {
    source: Source<'a>,
    raw: &'a str,
}

/// A name in an object, and what stands behind it.
pub(super) struct Field<'a> {
    pub name: String,
    pub name_at: Place,
    pub value: Json<'a>,
}

/// The kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    List,
    Object,
}

/// What is wrong with a text, and where.
pub(super) struct Fault {
    pub message: String,
    pub at: Place,
}

impl<'a> Json<'a> {
    /// Reads a whole text.
    pub fn parse(source: Source<'a>) -> Result<Self, Fault> {
        let syntax = serde_json::from_str::<&RawValue>(source.text).map_err(|error| {
            // Reading for real says more about a mistake, such as "trailing comma", than skipping does.
            source.fault(source.text, &serde_json::from_str::<Value>(source.text).err().unwrap_or(error))
        });
        Ok(Self { source, raw: syntax?.get() })
    }

    pub fn kind(self) -> Kind {
        match self.raw.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::List,
            Some(b'"') => Kind::Text,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// The text as it is written, with its quotes.
    pub fn raw(self) -> &'a str {
        self.raw
    }

    pub fn at(self) -> Place {
        self.source.place(self.raw.as_ptr() as usize - self.source.text.as_ptr() as usize)
    }

    /// The fields of an object in the order of the text, those of the same name too.
    pub fn fields(self) -> Vec<Field<'a>> {
        let Fields(fields) = serde_json::from_str(self.raw).unwrap_or_default();
        let field = |(name, value): (&'a RawValue, &'a RawValue)| Field {
            name: serde_json::from_str(name.get()).unwrap_or_default(),
            name_at: Json { source: self.source, raw: name.get() }.at(),
            value: Json { source: self.source, raw: value.get() },
        };
        each(fields, field)
    }

    /// The items of a list.
    pub fn items(self) -> Vec<Self> {
        let items: Vec<&RawValue> = serde_json::from_str(self.raw).unwrap_or_default();
        each(items, |item| Self { source: self.source, raw: item.get() })
    }

    /// The value behind a name.
    pub fn field(self, name: &str) -> Option<Self> {
        self.fields().into_iter().find(|field| field.name == name).map(|field| field.value)
    }

    pub fn read<T: DeserializeOwned>(self) -> Result<T, Fault> {
        serde_json::from_str(self.raw).map_err(|error| self.source.fault(self.raw, &error))
    }
}

impl Source<'_> {
    fn place(self, offset: usize) -> Place {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Place {
            file: self.file.to_owned().into(),
            line: count(before.matches('\n').count() + 1),
            column: count(line.chars().count() + 1),
        }
    }

    /// A serde error in `part` of the text, its place counted from the beginning of the whole.
    fn fault(self, part: &str, error: &serde_json::Error) -> Fault {
        let lines =
            part.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
        let within = (lines + error.column().saturating_sub(1)).min(part.len());
        // The end of a file is best shown by what stands there last.
        let within = if error.is_eof() { part.trim_end().len().saturating_sub(1) } else { within };
        let start = part.as_ptr() as usize - self.text.as_ptr() as usize;
        let offset = (0..=start + within).rev().find(|offset| self.text.is_char_boundary(*offset));
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(&*message, |(message, _)| message).to_owned();
        Fault { message, at: self.place(offset.unwrap_or_default()) }
    }
}

/// All fields of an object: serde's own maps would drop the first of two that share a name.
#[derive(Default)]
struct Fields<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}
