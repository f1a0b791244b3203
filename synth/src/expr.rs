//! The one untyped tree that every typed value is a thin cover over: literals, intrinsic calls, references into the graph.
//!
//! Nothing here knows a schema. Reading is total: any JSON becomes an [`Expr`] and is written back unchanged.

use std::{borrow::Cow, slice};

use serde_json::Number;

use crate::{graph::NodeId, value::IntoValue};

/// Text that is mostly known at compile time: property names, intrinsic names, literals.
pub type Str = Cow<'static, str>;

/// A CloudFormation value: a literal, an intrinsic function, or a reference to something in the app.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Expr {
    /// JSON `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    Text(Str),
    /// A list.
    List(Vec<Expr>),
    /// Free JSON: keys keep the order in which they were written.
    Map(Object),
    /// A typed object: keys are written in the order of the schema.
    Object(Object),
    /// An intrinsic function by its full name: `Fn::Join`, or `Ref` for a pseudo parameter.
    Call(Box<Call>),
    /// Text with values in it, written as `Fn::Sub`, or as a literal when every part is one.
    Interpolation(Vec<Part>),
    /// What `Ref` returns for a resource or parameter of the app.
    Ref(NodeId),
    /// An attribute of a resource of the app.
    GetAtt(NodeId, Str),
    /// The bare logical id of something in the same stack: conditions, mappings.
    LogicalId(NodeId),
    /// The content hash of an asset of the app, known once its files were read.
    AssetHash(NodeId),
}

/// An intrinsic function and its argument: `{"Fn::Join": […]}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The key: `Fn::Join`.
    pub name: Str,
    /// The value behind the key.
    pub argument: Expr,
}

/// One part of an [`Expr::Interpolation`].
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text that stands for itself; a `${` in it is escaped when written.
    Text(Str),
    /// A value.
    Expr(Expr),
}

/// An ordered list of named values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(Vec<(Str, Expr)>);

impl Object {
    /// An object without fields.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// An object without fields, with room for so many.
    pub(crate) fn with_capacity(fields: usize) -> Self {
        Self(Vec::with_capacity(fields))
    }

    /// Sets a field; an earlier value under the same name is replaced.
    pub fn set(&mut self, name: impl Into<Str>, value: Expr) {
        let name = name.into();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, slot)) => *slot = value,
            None => self.0.push((name, value)),
        }
    }

    /// Adds the fields that are not there yet.
    pub(crate) fn add(&mut self, fields: Self) {
        for (name, value) in fields {
            if self.get(&name).is_none() {
                self.0.push((name, value));
            }
        }
    }

    /// Sets a field to whatever fits: the body of every generated setter. One call that takes all it is given is what compiles fastest.
    #[must_use]
    pub fn with<T>(mut self, name: &'static str, value: impl IntoValue<T>) -> Self {
        self.set(name, value.into_expr());
        self
    }

    /// Removes a field and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<Expr> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&Expr> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The value of a field, to change.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Expr> {
        self.0.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The fields in the order in which they were first set.
    pub fn iter(&self) -> Fields<'_> {
        Fields(self.0.iter())
    }

    /// The fields, with values to change.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&Str, &mut Expr)> {
        self.0.iter_mut().map(|(name, value)| (&*name, value))
    }

    /// Puts the fields into the order of their names.
    pub(crate) fn sort(&mut self) {
        self.0.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    }

    /// The number of fields.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True without fields.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The fields of an [`Object`]. What uses it compiles to less than what uses a `Map` with a closure.
#[derive(Clone, Debug)]
pub struct Fields<'o>(slice::Iter<'o, (Str, Expr)>);

impl<'o> Iterator for Fields<'o> {
    type Item = (&'o Str, &'o Expr);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (name, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl FromIterator<(Str, Expr)> for Object {
    fn from_iter<I: IntoIterator<Item = (Str, Expr)>>(fields: I) -> Self {
        let fields = fields.into_iter();
        let mut object = Self::with_capacity(fields.size_hint().0);
        for (name, value) in fields {
            object.set(name, value);
        }
        object
    }
}

impl IntoIterator for Object {
    type Item = (Str, Expr);
    type IntoIter = std::vec::IntoIter<(Str, Expr)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Expr {
    /// Text.
    pub fn text(text: impl Into<Str>) -> Self {
        Self::Text(text.into())
    }

    /// Free JSON with these fields.
    pub fn map<N: Into<Str>>(fields: impl IntoIterator<Item = (N, Self)>) -> Self {
        let mut object = Object::new();
        for (name, value) in fields {
            object.set(name, value);
        }
        Self::Map(object)
    }

    /// An intrinsic function by its full name.
    pub fn call(name: impl Into<Str>, argument: Expr) -> Self {
        Self::Call(Box::new(Call { name: name.into(), argument }))
    }

    /// A pseudo parameter such as `AWS::Region`.
    pub fn pseudo(name: &'static str) -> Self {
        Self::call("Ref", Self::text(name))
    }

    /// The value that removes the property it is given to.
    pub fn no_value() -> Self {
        Self::pseudo("AWS::NoValue")
    }

    /// The text of a text literal.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The fields of an object or map.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Map(object) | Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Every node of an app that the expression names.
    pub(crate) fn nodes(&self) -> Vec<NodeId> {
        let mut nodes = Vec::new();
        self.add_nodes(&mut nodes);
        nodes
    }

    fn add_nodes(&self, nodes: &mut Vec<NodeId>) {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => {}
            Self::List(items) => items.iter().for_each(|item| item.add_nodes(nodes)),
            Self::Map(object) | Self::Object(object) => {
                object.iter().for_each(|(_, value)| value.add_nodes(nodes));
            }
            Self::Call(call) => call.argument.add_nodes(nodes),
            Self::Interpolation(parts) => {
                for part in parts {
                    if let Part::Expr(expr) = part {
                        expr.add_nodes(nodes);
                    }
                }
            }
            Self::Ref(node) | Self::GetAtt(node, _) | Self::LogicalId(node) | Self::AssetHash(node) => {
                nodes.push(*node);
            }
        }
    }

    /// True for everything whose value is known only to CloudFormation.
    pub fn is_intrinsic(&self) -> bool {
        matches!(
            self,
            Self::Call(_) | Self::Interpolation(_) | Self::Ref(_) | Self::GetAtt(..) | Self::AssetHash(_)
        )
    }
}

impl From<serde_json::Value> for Expr {
    /// Reads any JSON; an object with one key that names an intrinsic function becomes a call.
    fn from(json: serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match json {
            Json::Null => Self::Null,
            Json::Bool(bool) => Self::Bool(bool),
            Json::Number(number) => Self::Number(number),
            Json::String(text) => Self::text(text),
            Json::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Json::Object(fields) => {
                let mut object = Object(
                    fields.into_iter().map(|(name, value)| (Cow::Owned(name), Self::from(value))).collect(),
                );
                match object.0.pop() {
                    Some((name, argument)) if object.is_empty() && is_function(&name) => {
                        Self::call(name, argument)
                    }
                    Some(last) => {
                        object.0.push(last);
                        Self::Map(object)
                    }
                    None => Self::Map(object),
                }
            }
        }
    }
}

/// True for the keys that CloudFormation replaces by a value. `Condition` is one only inside conditions, so it stays a plain key.
fn is_function(name: &str) -> bool {
    name == "Ref" || name.starts_with("Fn::")
}
