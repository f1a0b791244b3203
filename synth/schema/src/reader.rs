//! Reads one record of the embedded form. Bytes that are missing read as zero: nothing here can panic.
//!
//! Written for debug builds, as `cargo run` makes them: plain loops, few calls.

use crate::embedded::{self, string};
use crate::model::{
    Attribute, Bounds, Definition, List, Map, Object, Permissions, Property, Replacement, ResourceType, Rule,
    TagShape, Tagging, Target, Text, Type,
};

/// A place in the records.
pub struct Reader {
    bytes: &'static [u8],
    at: usize,
}

impl Reader {
    /// Begins at the first byte.
    pub fn new(bytes: &'static [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Reads the record of the resource type `name`.
    pub fn resource(&mut self, name: &'static str) -> ResourceType {
        let flags = self.byte();
        let ref_returns = self.strings();
        let ref_names = if flags & 32 != 0 { Some(self.target()) } else { None };
        let primary_identifier = self.strings();
        let tagging = if flags & 2 != 0 { Some(self.tagging(flags & 4 != 0)) } else { None };
        let arn = self.string_if(flags & 8 != 0);
        let transform = self.string_if(flags & 16 != 0);
        let regions = embedded::regions(self.fixed());
        let permissions = Permissions {
            create: self.strings(),
            read: self.strings(),
            update: self.strings(),
            delete: self.strings(),
            list: self.strings(),
        };
        let body = self.object();
        let count = self.number();
        let mut definitions = Vec::with_capacity(self.most(count));
        for _ in 0..count {
            definitions.push(Definition { name: self.string(), body: self.object() });
        }
        let count = self.number();
        let mut attributes = Vec::with_capacity(self.most(count));
        for _ in 0..count {
            attributes.push(Attribute { name: self.string(), ty: self.ty() });
        }
        ResourceType {
            name,
            body,
            definitions,
            attributes,
            ref_returns,
            ref_names,
            primary_identifier,
            tagging,
            stateful: flags & 1 != 0,
            arn,
            regions,
            permissions,
            transform,
        }
    }

    fn tagging(&mut self, updatable: bool) -> Tagging {
        let property = self.string();
        let shape = match self.byte() {
            0 => TagShape::List,
            1 => TagShape::Map,
            _ => TagShape::AutoScaling,
        };
        Tagging { property, shape, updatable }
    }

    fn object(&mut self) -> Object {
        let head = self.number();
        let count = head >> 1;
        let mut properties = Vec::with_capacity(self.most(count));
        for _ in 0..count {
            let name = self.string();
            let flags = self.byte();
            properties.push(Property {
                name,
                ty: self.ty(),
                required: flags & 4 != 0,
                replacement: match flags & 3 {
                    0 => Replacement::Never,
                    1 => Replacement::Maybe,
                    _ => Replacement::Always,
                },
                write_only: flags & 8 != 0,
                deprecated: flags & 16 != 0,
            });
        }
        let count = self.number();
        let mut rules = Vec::with_capacity(self.most(count));
        for _ in 0..count {
            rules.push(self.rule());
        }
        Object { properties, rules, open: head & 1 != 0 }
    }

    fn rule(&mut self) -> Rule {
        match self.byte() {
            0 => Rule::AnyOf(self.strings()),
            1 => Rule::OneOf(self.strings()),
            2 => Rule::Requires(self.string(), self.strings()),
            3 => Rule::Excludes(self.string(), self.strings()),
            4 => Rule::AnyGroup(self.groups()),
            _ => Rule::OneGroup(self.groups()),
        }
    }

    fn groups(&mut self) -> Vec<Vec<&'static str>> {
        let count = self.number();
        let mut groups = Vec::with_capacity(self.most(count));
        for _ in 0..count {
            groups.push(self.strings());
        }
        groups
    }

    fn ty(&mut self) -> Type {
        match self.byte() {
            0 => Type::String(Text::default()),
            1 => Type::String(self.text()),
            2 => Type::Integer(self.bounds()),
            3 => Type::Number(self.bounds()),
            4 => Type::Boolean,
            6 => {
                let flags = self.byte();
                let min = self.count_if(flags & 1 != 0);
                let max = self.count_if(flags & 2 != 0);
                let item = self.ty();
                Type::List(Box::new(List { item, min, max, unique: flags & 4 != 0, ordered: flags & 8 != 0 }))
            }
            7 => {
                let keyed = self.byte() != 0;
                let key = self.string_if(keyed);
                Type::Map(Box::new(Map { value: self.ty(), key }))
            }
            8 => Type::Object(self.number()),
            9 => {
                let count = self.number();
                let mut parts = Vec::with_capacity(self.most(count));
                for _ in 0..count {
                    parts.push(self.ty());
                }
                Type::Union(parts)
            }
            _ => Type::Json,
        }
    }

    fn text(&mut self) -> Text {
        let flags = self.byte();
        let values = if flags & 1 != 0 { self.strings() } else { Vec::new() };
        let pattern = self.string_if(flags & 4 != 0);
        let min = self.count_if(flags & 8 != 0);
        let max = self.count_if(flags & 16 != 0);
        let format = self.string_if(flags & 32 != 0);
        let mut targets = Vec::new();
        if flags & 64 != 0 {
            for _ in 0..self.number() {
                targets.push(self.target());
            }
        }
        Text { values, ignore_case: flags & 2 != 0, pattern, min, max, format, targets }
    }

    fn target(&mut self) -> Target {
        Target { resource: self.string(), attribute: self.string() }
    }

    fn bounds(&mut self) -> Bounds {
        let flags = self.byte();
        let whole = flags & 8 != 0;
        let count = if flags & 4 != 0 { self.number() } else { 0 };
        let min = if flags & 1 != 0 { Some(self.figure(whole)) } else { None };
        let max = if flags & 2 != 0 { Some(self.figure(whole)) } else { None };
        let mut values = Vec::with_capacity(self.most(count));
        for _ in 0..count {
            values.push(self.figure(whole));
        }
        Bounds { min, max, values }
    }

    fn figure(&mut self, whole: bool) -> f64 {
        if whole {
            let folded = self.number() as u64;
            ((folded >> 1) as i64 ^ -((folded & 1) as i64)) as f64
        } else {
            f64::from_bits(self.fixed())
        }
    }

    fn strings(&mut self) -> Vec<&'static str> {
        let count = self.number();
        let mut strings = Vec::with_capacity(self.most(count));
        for _ in 0..count {
            strings.push(self.string());
        }
        strings
    }

    fn string_if(&mut self, there: bool) -> Option<&'static str> {
        if there { Some(self.string()) } else { None }
    }

    fn count_if(&mut self, there: bool) -> Option<u32> {
        if there { u32::try_from(self.number()).ok() } else { None }
    }

    fn string(&mut self) -> &'static str {
        let number = self.number();
        string(number)
    }

    /// Eight bytes.
    fn fixed(&mut self) -> u64 {
        let bytes = self.bytes.get(self.at..self.at + 8).and_then(|bytes| bytes.try_into().ok());
        self.at += 8;
        bytes.map_or(0, u64::from_le_bytes)
    }

    /// Seven bits a byte, the lowest first; the highest bit says that more follow.
    fn number(&mut self) -> usize {
        let mut number = 0;
        let mut shift = 0;
        loop {
            let byte = self.byte();
            if shift < usize::BITS {
                number |= ((byte & 0x7f) as usize) << shift;
            }
            if byte & 0x80 == 0 {
                return number;
            }
            shift += 7;
        }
    }

    fn byte(&mut self) -> u8 {
        let byte = match self.bytes.get(self.at) {
            Some(byte) => *byte,
            None => 0,
        };
        self.at += 1;
        byte
    }

    /// A count that cannot exceed what is left to read.
    fn most(&self, count: usize) -> usize {
        count.min(self.bytes.len().saturating_sub(self.at))
    }
}
