//! What generated code builds on, under one short name that no CloudFormation name can clash with.
#![allow(unused_imports, reason = "without a service nothing is built")]

pub use std::marker::PhantomData;

pub use formwork_synth::{
    Attr, Expr, Handle, IntoValue, IsSet, Json, Kind, List, Map, NodeId, Object, PropertyType, RawResource,
    Resource, Scalar, Structure, Value,
};

pub use crate::tag::Tag;
