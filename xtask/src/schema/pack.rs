//! The facts as the library embeds them: one text with every string once, and numbers that point into it.
//!
//! `formwork_schema`'s `reader` says how the bytes are read; the two must change together.

use formwork_schema::{Bounds, Object, Replacement, ResourceType, Rule, TagShape, Target, Text, Type};
use std::collections::BTreeMap;

/// The two files of the embedded form.
pub struct Packed {
    /// Every string once, the frequent ones first.
    pub strings: String,
    /// Tables and records.
    pub types: Vec<u8>,
}

/// Packs all resource types, which must be sorted by name. `service` names the service of a type.
pub fn pack(
    resources: &[ResourceType],
    regions: &[&'static str],
    service: &dyn Fn(&str) -> String,
) -> Result<Packed, String> {
    if regions.len() > 64 {
        return Err("the embedded form has room for 64 regions".to_owned());
    }
    // Written twice: the first time counts the strings, so that the second can give the frequent ones short numbers.
    let mut writer = Writer::default();
    write(&mut writer, resources, regions, service);
    let mut counted: Vec<(String, usize)> = writer.counts.into_iter().collect();
    counted.sort_by(|(a, many), (b, more)| more.cmp(many).then(a.cmp(b)));
    let numbers =
        counted.iter().enumerate().map(|(number, (text, _))| (text.clone(), number as u64)).collect();
    let mut writer = Writer { numbers, ..Writer::default() };
    let tables = write(&mut writer, resources, regions, service);

    let mut strings = String::new();
    let mut head = Vec::new();
    for size in [counted.len(), tables.types.len(), tables.services.len(), regions.len()] {
        fixed(&mut head, size)?;
    }
    for (text, _) in &counted {
        fixed(&mut head, strings.len())?;
        strings.push_str(text);
    }
    fixed(&mut head, strings.len())?;
    for (name, offset) in &tables.types {
        fixed(&mut head, *name as usize)?;
        fixed(&mut head, *offset)?;
    }
    for (name, first, after) in &tables.services {
        for number in [*name as usize, *first, *after] {
            fixed(&mut head, number)?;
        }
    }
    for region in &tables.regions {
        fixed(&mut head, *region as usize)?;
    }
    head.extend(writer.bytes);
    Ok(Packed { strings, types: head })
}

/// What is looked up before a record is read.
struct Tables {
    types: Vec<(u64, usize)>,
    services: Vec<(u64, usize, usize)>,
    regions: Vec<u64>,
}

fn write(
    writer: &mut Writer,
    resources: &[ResourceType],
    regions: &[&'static str],
    service: &dyn Fn(&str) -> String,
) -> Tables {
    let mut types = Vec::new();
    let mut services: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (number, resource) in resources.iter().enumerate() {
        let entry = services.entry(service(resource.name)).or_insert((number, number));
        entry.1 = number + 1;
        types.push((writer.number(resource.name), writer.bytes.len()));
        writer.resource(resource, regions);
    }
    let services =
        services.into_iter().map(|(name, (first, after))| (writer.number(&name), first, after)).collect();
    Tables { types, services, regions: regions.iter().map(|region| writer.number(region)).collect() }
}

fn fixed(bytes: &mut Vec<u8>, number: usize) -> Result<(), String> {
    let number = u32::try_from(number).map_err(|_| "the facts outgrow 4 GiB".to_owned())?;
    bytes.extend(number.to_le_bytes());
    Ok(())
}

#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    numbers: BTreeMap<String, u64>,
    counts: BTreeMap<String, usize>,
}

impl Writer {
    fn resource(&mut self, resource: &ResourceType, regions: &[&str]) {
        let tagging = resource.tagging;
        self.byte(
            u8::from(resource.stateful)
                | u8::from(tagging.is_some()) << 1
                | u8::from(tagging.is_some_and(|tagging| tagging.updatable)) << 2
                | u8::from(resource.arn.is_some()) << 3
                | u8::from(resource.transform.is_some()) << 4
                | u8::from(resource.ref_names.is_some()) << 5,
        );
        self.strings(&resource.ref_returns);
        if let Some(target) = &resource.ref_names {
            self.target(target);
        }
        self.strings(&resource.primary_identifier);
        if let Some(tagging) = tagging {
            self.string(tagging.property);
            self.byte(match tagging.shape {
                TagShape::List => 0,
                TagShape::Map => 1,
                TagShape::AutoScaling => 2,
            });
        }
        for text in resource.arn.iter().chain(&resource.transform) {
            self.string(text);
        }
        let mut mask = 0u64;
        for (number, region) in regions.iter().enumerate() {
            mask |= u64::from(resource.regions.contains(region)) << number;
        }
        self.bytes.extend(mask.to_le_bytes());
        let permissions = &resource.permissions;
        for list in [
            &permissions.create,
            &permissions.read,
            &permissions.update,
            &permissions.delete,
            &permissions.list,
        ] {
            self.strings(list);
        }
        self.object(&resource.body);
        self.varint(resource.definitions.len() as u64);
        for definition in &resource.definitions {
            self.string(definition.name);
            self.object(&definition.body);
        }
        self.varint(resource.attributes.len() as u64);
        for attribute in &resource.attributes {
            self.string(attribute.name);
            self.ty(&attribute.ty);
        }
    }

    fn object(&mut self, object: &Object) {
        self.varint((object.properties.len() as u64) << 1 | u64::from(object.open));
        for property in &object.properties {
            self.string(property.name);
            let replacement = match property.replacement {
                Replacement::Never => 0,
                Replacement::Maybe => 1,
                Replacement::Always => 2,
            };
            self.byte(
                replacement
                    | u8::from(property.required) << 2
                    | u8::from(property.write_only) << 3
                    | u8::from(property.deprecated) << 4,
            );
            self.ty(&property.ty);
        }
        self.varint(object.rules.len() as u64);
        for rule in &object.rules {
            self.rule(rule);
        }
    }

    fn rule(&mut self, rule: &Rule) {
        let (kind, name, groups) = match rule {
            Rule::AnyOf(names) => (0, None, std::slice::from_ref(names)),
            Rule::OneOf(names) => (1, None, std::slice::from_ref(names)),
            Rule::Requires(name, needs) => (2, Some(name), std::slice::from_ref(needs)),
            Rule::Excludes(name, others) => (3, Some(name), std::slice::from_ref(others)),
            Rule::AnyGroup(groups) => (4, None, groups.as_slice()),
            Rule::OneGroup(groups) => (5, None, groups.as_slice()),
        };
        self.byte(kind);
        if let Some(name) = name {
            self.string(name);
        }
        if kind >= 4 {
            self.varint(groups.len() as u64);
        }
        for group in groups {
            self.strings(group);
        }
    }

    fn ty(&mut self, ty: &Type) {
        match ty {
            Type::String(text) if *text == Text::default() => self.byte(0),
            Type::String(text) => self.text(text),
            Type::Integer(bounds) => self.bounds(2, bounds),
            Type::Number(bounds) => self.bounds(3, bounds),
            Type::Boolean => self.byte(4),
            Type::Json => self.byte(5),
            Type::List(list) => {
                self.byte(6);
                self.byte(
                    u8::from(list.min.is_some())
                        | u8::from(list.max.is_some()) << 1
                        | u8::from(list.unique) << 2
                        | u8::from(list.ordered) << 3,
                );
                self.counts([list.min, list.max]);
                self.ty(&list.item);
            }
            Type::Map(map) => {
                self.byte(7);
                self.byte(u8::from(map.key.is_some()));
                if let Some(key) = map.key {
                    self.string(key);
                }
                self.ty(&map.value);
            }
            Type::Object(number) => {
                self.byte(8);
                self.varint(*number as u64);
            }
            Type::Union(parts) => {
                self.byte(9);
                self.varint(parts.len() as u64);
                for part in parts {
                    self.ty(part);
                }
            }
        }
    }

    fn text(&mut self, text: &Text) {
        self.byte(1);
        self.byte(
            u8::from(!text.values.is_empty())
                | u8::from(text.ignore_case) << 1
                | u8::from(text.pattern.is_some()) << 2
                | u8::from(text.min.is_some()) << 3
                | u8::from(text.max.is_some()) << 4
                | u8::from(text.format.is_some()) << 5
                | u8::from(!text.targets.is_empty()) << 6,
        );
        if !text.values.is_empty() {
            self.strings(&text.values);
        }
        if let Some(pattern) = text.pattern {
            self.string(pattern);
        }
        self.counts([text.min, text.max]);
        if let Some(format) = text.format {
            self.string(format);
        }
        if !text.targets.is_empty() {
            self.varint(text.targets.len() as u64);
            for target in &text.targets {
                self.target(target);
            }
        }
    }

    fn target(&mut self, target: &Target) {
        self.string(target.resource);
        self.string(target.attribute);
    }

    fn bounds(&mut self, kind: u8, bounds: &Bounds) {
        let all = || bounds.min.iter().chain(&bounds.max).chain(&bounds.values);
        let whole = all().all(|number| *number as i64 as f64 == *number);
        self.byte(kind);
        self.byte(
            u8::from(bounds.min.is_some())
                | u8::from(bounds.max.is_some()) << 1
                | u8::from(!bounds.values.is_empty()) << 2
                | u8::from(whole) << 3,
        );
        if !bounds.values.is_empty() {
            self.varint(bounds.values.len() as u64);
        }
        for number in all() {
            if whole {
                let number = *number as i64;
                self.varint((number << 1 ^ number >> 63) as u64);
            } else {
                self.bytes.extend(number.to_le_bytes());
            }
        }
    }

    fn counts(&mut self, counts: [Option<u32>; 2]) {
        for count in counts.into_iter().flatten() {
            self.varint(u64::from(count));
        }
    }

    fn strings(&mut self, list: &[&str]) {
        self.varint(list.len() as u64);
        for text in list {
            self.string(text);
        }
    }

    fn string(&mut self, text: &str) {
        let number = self.number(text);
        self.varint(number);
    }

    fn number(&mut self, text: &str) -> u64 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        *self.counts.entry(text.to_owned()).or_default() += 1;
        0
    }

    fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }
}
