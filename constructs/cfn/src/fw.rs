//! What generated code builds on, under one short name that no CloudFormation name can clash with.
#![allow(unused_imports, reason = "without a service nothing is built")]

pub use std::{
    fmt::{Debug, Formatter, Result},
    marker::PhantomData,
};

pub use formwork_synth::{
    Attr, Expr, Handle, IntoValue, IsSet, Json, Kind, List, Map, NodeId, Object, PropertyType, RawResource,
    Resource, Scalar, Structure, Value,
};

pub use crate::tag::Tag;

/// Shows a handle: the body of every `fmt` that is generated.
#[allow(dead_code, reason = "without a service nothing is built")]
pub fn debug(f: &mut Formatter<'_>, handle: &str, id: NodeId) -> Result {
    f.debug_tuple(handle).field(&id).finish()
}

/// The text of an enum's value: a function without type parameters, which spares the compiler a search at each enum.
#[allow(dead_code, reason = "without a service nothing is built")]
#[inline]
pub fn text(text: &'static str) -> Expr {
    Expr::text(text)
}
