//! Typed covers over [`Expr`]: what a property accepts, and what may be given to it.
//!
//! A setter takes `impl IntoValue<T>`: literals, intrinsics, attributes and handles all fit, and nothing is compiled until used. What only
//! passes a value on is inlined even in debug builds, where it would else be a function for each type that is used.
//! [`Attr`] is a type apart from [`Value`] so that the compiler can infer `Value<_>` from the place where it is used.

mod collection;
mod cover;
mod json;
mod literal;

use std::{borrow::Cow, fmt, marker::PhantomData};

use crate::{
    expr::{Expr, Object, Str},
    graph::NodeId,
};

/// A value of type `T`, known now or only to CloudFormation: the answer of `Fn::If`, a parameter, a mapping.
///
/// ```
/// use formwork_synth::{Expr, Value};
/// let tasks: Value<i64> = Value::new(2);
/// assert_eq!(tasks.expr(), &Expr::Number(2.into()));
/// ```
pub struct Value<T>(Expr, PhantomData<fn() -> T>);

/// What identifies a resource in one particular way: an ARN, a name, an id of kind `K`.
///
/// It fits where a `K` is wanted, and into any text.
///
/// ```
/// use formwork_synth::{Attr, Kind, Value};
///
/// /// What identifies a topic.
/// struct TopicArn;
/// impl Kind for TopicArn {}
///
/// let arn: Attr<TopicArn> = Attr::existing("arn:aws:sns:eu-west-1:123456789012:alerts");
/// let as_text: Value<String> = Value::new(&arn);
/// # assert_eq!(as_text.expr().as_text(), Some("arn:aws:sns:eu-west-1:123456789012:alerts"));
/// ```
pub struct Attr<K>(Expr, PhantomData<fn() -> K>);

/// Text put together from other values by [`sub!`](crate::sub) or [`join`](crate::intrinsic::join).
#[derive(Clone, Debug, PartialEq)]
pub struct Text(Expr);

/// A value that is taken as it is, whatever the property's type: the explicit way around the types.
///
/// ```
/// use formwork_synth::{IntoValue, raw};
/// let future: formwork_synth::Expr = IntoValue::<bool>::into_expr(raw("a value that this release does not know"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Raw(Expr);

/// A list whose items are `T`. Arrays, vectors and slices fit, and intrinsics that answer a list.
pub struct List<T>(PhantomData<T>);

/// Free keys to `T`. Arrays of pairs, vectors of pairs and sorted maps fit.
pub struct Map<T>(PhantomData<T>);

/// Any JSON. `serde_json` values, expressions and property types fit.
pub struct Json(());

/// Text, a number or a bool, where CloudFormation takes either.
pub struct Scalar(());

/// The mark of a required part that has been set; a part that has not is marked `MissingPart`.
pub struct IsSet(());

/// What can be used where CloudFormation wants a `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a CloudFormation value of type `{T}`",
    label = "not a `{T}`",
    note = "where the type says `MissingX`, the required property `X` is not set yet: call its setter first",
    note = "a secret is no value: what starts containers takes one by `.secret(\"NAME\", …)`",
    note = "a reference to another kind of resource does not fit; `.cast()` says that it is meant, and `raw(…)` takes any value as it is"
)]
pub trait IntoValue<T> {
    /// The untyped value.
    fn into_expr(self) -> Expr;
}

/// What an identifier identifies, such as the ARN of a role. Implemented by unit structs only.
#[diagnostic::on_unimplemented(
    message = "text or a reference cannot be used as a CloudFormation value of type `{Self}`",
    label = "`{Self}` is no text",
    note = "a number or `true` stands without quotes, and a list between brackets",
    note = "for an enum, name one of its variants; `raw(\"…\")` takes a value that this release does not know"
)]
pub trait Kind {}

/// A generated property type or enum, complete with all that it requires.
pub trait PropertyType {
    /// The untyped value.
    fn into_property(self) -> Expr;
}

/// A generated property type with properties, complete or not.
pub trait Structure: Sized {
    /// The same type with all that it requires.
    type Complete;

    /// The fields.
    fn into_object(self) -> Object;

    /// Takes what is set as complete, for code that decides at run time what it sets. The checks find what is missing.
    fn assume_complete(self) -> Value<Self::Complete> {
        Value::from_expr(Expr::Object(self.into_object()))
    }
}

impl<S: Structure<Complete = S>> PropertyType for S {
    #[inline(always)]
    fn into_property(self) -> Expr {
        Expr::Object(self.into_object())
    }
}

/// Takes any value as it is: a future enum value, a property shape that the facts get wrong.
pub fn raw(json: impl Into<serde_json::Value>) -> Raw {
    Raw(Expr::from(json.into()))
}

impl<T> Value<T> {
    /// Covers an expression without a check.
    #[inline(always)]
    pub const fn from_expr(expr: Expr) -> Self {
        Self(expr, PhantomData)
    }

    /// An attribute of a resource of the app.
    #[inline(always)]
    pub const fn of(resource: NodeId, name: &'static str) -> Self {
        Self::from_expr(Expr::GetAtt(resource, Cow::Borrowed(name)))
    }

    /// A value from anything that fits.
    #[inline(always)]
    pub fn new(value: impl IntoValue<T>) -> Self {
        Self::from_expr(value.into_expr())
    }

    /// The untyped value.
    #[inline(always)]
    pub const fn expr(&self) -> &Expr {
        &self.0
    }
}

impl<K> Attr<K> {
    /// Covers an expression without a check.
    #[inline(always)]
    pub const fn from_expr(expr: Expr) -> Self {
        Self(expr, PhantomData)
    }

    /// An attribute of a resource of the app.
    #[inline(always)]
    pub const fn of(resource: NodeId, name: &'static str) -> Self {
        Self::from_expr(Expr::GetAtt(resource, Cow::Borrowed(name)))
    }

    /// What `Ref` returns for a resource of the app.
    #[inline(always)]
    pub const fn ref_of(resource: NodeId) -> Self {
        Self::from_expr(Expr::Ref(resource))
    }

    /// The identifier of something that exists already.
    pub fn existing(identifier: impl Into<Str>) -> Self {
        Self::from_expr(Expr::text(identifier))
    }

    /// The same identifier where another kind is wanted. The caller knows better than the facts.
    #[inline(always)]
    pub fn cast<Other>(self) -> Attr<Other> {
        Attr::from_expr(self.0)
    }

    /// The untyped value.
    #[inline(always)]
    pub const fn expr(&self) -> &Expr {
        &self.0
    }
}

impl Raw {
    /// Covers an expression without a check.
    pub const fn from_expr(expr: Expr) -> Self {
        Self(expr)
    }
}

impl Text {
    /// Covers an expression without a check.
    pub const fn from_expr(expr: Expr) -> Self {
        Self(expr)
    }
}

impl<T> Clone for Value<T> {
    fn clone(&self) -> Self {
        Self::from_expr(self.0.clone())
    }
}

impl<K> Clone for Attr<K> {
    fn clone(&self) -> Self {
        Self::from_expr(self.0.clone())
    }
}

impl<T> fmt::Debug for Value<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<K> fmt::Debug for Attr<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> PartialEq for Value<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K> PartialEq for Attr<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> From<&Value<T>> for Value<T> {
    fn from(value: &Value<T>) -> Self {
        value.clone()
    }
}
