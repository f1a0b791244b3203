//! Expressions: JSON at a place of known type as Rust.

use serde_json::{Map, Value};

use crate::{
    plan::{Body, Enumeration, Field, ResourcePlan, ServicePlan},
    rust_type::RustType,
};

/// Writes expressions with the names of one service.
pub struct Writer<'a> {
    /// The module of the service.
    pub service: &'a str,
    /// Its names.
    pub plan: &'a ServicePlan<'a>,
    /// How many values entered through `raw` so far.
    pub raw_values: usize,
}

/// True for the only shape of a function call: one key that names it.
pub fn is_intrinsic(object: &Map<String, Value>) -> bool {
    object.len() == 1 && object.keys().all(|key| key == "Ref" || key.starts_with("Fn::"))
}

impl Writer<'_> {
    /// A resource: its setters, then whatever the facts do not know.
    pub fn resource(&mut self, plan: &ResourcePlan<'_>, properties: &Map<String, Value>) -> String {
        let path = format!("{}::{}", self.service, plan.body.name);
        let (known, unknown): (Vec<_>, Vec<_>) =
            properties.iter().partition(|(name, _)| plan.body.field(name).is_some());
        let mut made = self.setters(&path, plan, &plan.body, &known);
        if !unknown.is_empty() {
            made = format!("{path}::from_raw({made}.into_raw()");
            for (name, value) in unknown {
                self.raw_values += 1;
                made.push_str(&format!(".property({}, {})", text(name), json(value)));
            }
            made.push(')');
        }
        made
    }

    fn setters(
        &mut self,
        path: &str,
        plan: &ResourcePlan<'_>,
        body: &Body<'_>,
        fields: &[(&String, &Value)],
    ) -> String {
        let mut made = format!("{path}::new()");
        for (name, value) in fields {
            if let Some(field) = body.field(name) {
                let value = self.value(plan, &field.ty, value);
                made.push_str(&format!("\n.{}({value})", field.setter));
            }
        }
        let is_set = |name: &str| fields.iter().any(|(set, _)| *set == name);
        if body.fields.iter().any(|field| field.part.is_some() && !is_set(field.facts.name)) {
            made.push_str(".assume_complete()");
        }
        made
    }

    /// A value at a place of type `ty`.
    fn value(&mut self, plan: &ResourcePlan<'_>, ty: &RustType, value: &Value) -> String {
        if *ty != RustType::Json && value.as_object().is_some_and(is_intrinsic) {
            return format!("intrinsic({})", raw_text(value));
        }
        self.typed(plan, ty, value).unwrap_or_else(|| {
            self.raw_values += 1;
            format!("raw({})", json(value))
        })
    }

    fn typed(&mut self, plan: &ResourcePlan<'_>, ty: &RustType, value: &Value) -> Option<String> {
        Some(match (ty, value) {
            (RustType::Json, value) => json(value),
            (RustType::Text | RustType::Kind(_) | RustType::Scalar, Value::String(value)) => text(value),
            (RustType::Bool | RustType::Scalar, Value::Bool(value)) => value.to_string(),
            (RustType::Integer | RustType::Number | RustType::Scalar, Value::Number(value)) => {
                let is_whole = value.as_f64().is_some_and(|value| value.fract() == 0.0);
                match value.as_i64().or_else(|| is_whole.then_some(value.as_f64()? as i64)) {
                    Some(value) if i32::try_from(value).is_ok() => value.to_string(),
                    Some(value) => format!("{value}_i64"),
                    None if *ty == RustType::Integer => return None,
                    None => format!("{:?}", value.as_f64()?),
                }
            }
            (RustType::Tag, Value::Object(fields)) => self.tag(plan, fields)?,
            (RustType::Named { name, .. }, Value::String(value)) => {
                let (module, enumeration) = self.plan.enumeration(plan, name)?;
                let variant = enumeration.variants.iter().find(|(_, text)| text == value)?;
                format!("{}::{module}::{name}::{}", self.service, variant.0)
            }
            (RustType::Named { name, .. }, Value::Object(fields)) => {
                let (home, body) = self.plan.structure(plan, name)?;
                if fields.keys().any(|field| body.field(field).is_none()) {
                    return None;
                }
                let path = format!("{}::{}::{name}", self.service, home.module);
                self.setters(&path, home, body, &fields.iter().collect::<Vec<_>>())
            }
            (RustType::List(item), Value::Array(items)) => {
                let items: Vec<String> = items.iter().map(|value| self.value(plan, item, value)).collect();
                let items = alike(items);
                if items.is_empty() { "Vec::<Value<_>>::new()".to_owned() } else { array(&items) }
            }
            (RustType::Map(item), Value::Object(fields)) => {
                let values = alike(fields.values().map(|value| self.value(plan, item, value)).collect());
                let pairs =
                    fields.keys().zip(values).map(|(name, value)| format!("({}, {value})", text(name)));
                let pairs: Vec<String> = pairs.collect();
                if pairs.is_empty() { "Vec::<(String, Value<_>)>::new()".to_owned() } else { array(&pairs) }
            }
            _ => return None,
        })
    }

    fn tag(&mut self, plan: &ResourcePlan<'_>, fields: &Map<String, Value>) -> Option<String> {
        let (2, Some(key), Some(value)) = (fields.len(), fields.get("Key"), fields.get("Value")) else {
            return None;
        };
        let mut part = |value| self.value(plan, &RustType::Text, value);
        Some(format!("Tag::new({}, {})", part(key), part(value)))
    }
}

impl ServicePlan<'_> {
    /// A property type by its name in the module of `plan`, and the resource type that writes it.
    fn structure<'p>(
        &'p self,
        plan: &ResourcePlan<'_>,
        name: &str,
    ) -> Option<(&'p ResourcePlan<'p>, &'p Body<'p>)> {
        let home = self.home(plan, name)?;
        let body = home.structures.iter().find(|body| body.name == name)?;
        Some((home, body))
    }

    /// An enum by its name in the module of `plan`, and the module that writes it.
    fn enumeration(&self, plan: &ResourcePlan<'_>, name: &str) -> Option<(&str, &Enumeration)> {
        let home = self.home(plan, name)?;
        let enumeration = home.enumerations.iter().find(|enumeration| enumeration.name == name)?;
        Some((&home.module, enumeration))
    }

    /// The resource type whose module writes what the module of `plan` calls `name`.
    fn home<'p>(&'p self, plan: &ResourcePlan<'_>, name: &str) -> Option<&'p ResourcePlan<'p>> {
        let import = plan.imports.iter().find(|(_, names)| names.iter().any(|import| import == name));
        let module = import.map_or(&plan.module, |(module, _)| module);
        self.resources.iter().find(|resource| resource.module == *module)
    }
}

impl Body<'_> {
    fn field(&self, name: &str) -> Option<&Field<'_>> {
        self.fields.iter().find(|field| field.facts.name == name)
    }
}

/// Expressions of one Rust type: text as it is, all others as values.
fn alike(items: Vec<String>) -> Vec<String> {
    if items.iter().all(|item| item.starts_with('"')) {
        return items;
    }
    items.into_iter().map(|item| format!("Value::new({item})")).collect()
}

fn array(items: &[String]) -> String {
    format!("[{}]", items.join(", "))
}

/// JSON as Rust that reads it again.
fn json(value: &Value) -> String {
    format!("json({})", raw_text(value))
}

/// JSON in a raw string.
fn raw_text(value: &Value) -> String {
    let json = value.to_string();
    let mut hashes = "#".to_owned();
    while json.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{json}\"{hashes}")
}

/// Text as a string literal.
fn text(text: &str) -> String {
    format!("{text:?}")
}
