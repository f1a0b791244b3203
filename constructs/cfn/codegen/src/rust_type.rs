//! The Rust type behind a property: the `T` of `impl IntoValue<T>`.

use std::fmt;

use formwork_schema::Type;

use crate::kind::Kind;

/// What a setter takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RustType {
    /// Any text.
    Text,
    /// Text that identifies something.
    Kind(Kind),
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Text, a number or a bool, as the writer likes.
    Scalar,
    /// Any JSON.
    Json,
    /// A tag of the usual shape.
    Tag,
    /// A generated type of the resource's module: a property type or an enum.
    Named {
        /// The module where it is, from the place where the type is written; empty for the same module.
        module: String,
        /// Its name.
        name: String,
    },
    /// A list.
    List(Box<RustType>),
    /// Free keys.
    Map(Box<RustType>),
}

impl RustType {
    /// The type of a union: text and numbers together are a [`Scalar`](Self::Scalar), all other mixtures are JSON.
    pub fn of_union(members: &[Type]) -> Self {
        let all = |is: fn(&Type) -> bool| members.iter().all(is);
        if all(|ty| matches!(ty, Type::String(_))) {
            Self::Text
        } else if all(|ty| matches!(ty, Type::Integer(_) | Type::Number(_))) {
            Self::Number
        } else if all(|ty| matches!(ty, Type::String(_) | Type::Integer(_) | Type::Number(_) | Type::Boolean))
        {
            Self::Scalar
        } else {
            Self::Json
        }
    }

    /// Calls `visit` with every kind in the type.
    pub fn visit_kinds(&self, visit: &mut impl FnMut(&Kind)) {
        match self {
            Self::Kind(kind) => visit(kind),
            Self::List(inner) | Self::Map(inner) => inner.visit_kinds(visit),
            _ => {}
        }
    }
}

impl fmt::Display for RustType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("String"),
            Self::Kind(kind) => write!(f, "kind::{}", kind.name()),
            Self::Bool => f.write_str("bool"),
            Self::Integer => f.write_str("i64"),
            Self::Number => f.write_str("f64"),
            Self::Scalar => f.write_str("fw::Scalar"),
            Self::Json => f.write_str("fw::Json"),
            Self::Tag => f.write_str("fw::Tag"),
            Self::Named { module, name } if module.is_empty() => f.write_str(name),
            Self::Named { module, name } => write!(f, "{module}::{name}"),
            Self::List(item) => write!(f, "fw::List<{item}>"),
            Self::Map(value) => write!(f, "fw::Map<{value}>"),
        }
    }
}
