//! Typed covers over [`Expr`]: what a property accepts, and what may be given to it.
//!
//! A setter takes `impl IntoValue<T>`: literals, intrinsics, attributes and handles all fit, and nothing is compiled until used.
//! [`Attr`] is a type apart from [`Value`] so that the compiler can infer `Value<_>` from the place where it is used.

use std::{borrow::Cow, collections::BTreeMap, fmt, marker::PhantomData};

use crate::{
    expr::{Expr, Object, Str},
    graph::NodeId,
    resource::Handle,
};

/// A value of type `T`, known now or only to CloudFormation: the answer of `Fn::If`, a parameter, a mapping.
pub struct Value<T>(Expr, PhantomData<fn() -> T>);

/// What identifies a resource in one particular way: an ARN, a name, an id of kind `K`.
///
/// It fits where a `K` is wanted, and into any text.
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

/// Free keys to `T`. Arrays of pairs, vectors of pairs and `BTreeMap`s fit.
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

/// Takes any value as it is: a future enum value, a property shape that the facts get wrong.
pub fn raw(json: impl Into<serde_json::Value>) -> Raw {
    Raw(Expr::from(json.into()))
}

impl<T> Value<T> {
    /// Covers an expression without a check.
    pub const fn from_expr(expr: Expr) -> Self {
        Self(expr, PhantomData)
    }

    /// A value from anything that fits.
    pub fn new(value: impl IntoValue<T>) -> Self {
        Self::from_expr(value.into_expr())
    }

    /// The untyped value.
    pub const fn expr(&self) -> &Expr {
        &self.0
    }
}

impl<K> Attr<K> {
    /// Covers an expression without a check.
    pub const fn from_expr(expr: Expr) -> Self {
        Self(expr, PhantomData)
    }

    /// An attribute of a resource of the app.
    pub const fn of(resource: NodeId, name: &'static str) -> Self {
        Self::from_expr(Expr::GetAtt(resource, Cow::Borrowed(name)))
    }

    /// What `Ref` returns for a resource of the app.
    pub const fn ref_of(resource: NodeId) -> Self {
        Self::from_expr(Expr::Ref(resource))
    }

    /// The identifier of something that exists already.
    pub fn existing(identifier: impl Into<Str>) -> Self {
        Self::from_expr(Expr::text(identifier))
    }

    /// The same identifier where another kind is wanted. The caller knows better than the facts.
    pub fn cast<Other>(self) -> Attr<Other> {
        Attr::from_expr(self.0)
    }

    /// The untyped value.
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

// Covers: a value, an attribute, interpolated text, and the way around.

impl<T> IntoValue<T> for Value<T> {
    fn into_expr(self) -> Expr {
        self.0
    }
}

impl<T> IntoValue<T> for &Value<T> {
    fn into_expr(self) -> Expr {
        self.0.clone()
    }
}

impl<K: Kind> IntoValue<K> for Attr<K> {
    fn into_expr(self) -> Expr {
        self.0
    }
}

impl<K: Kind> IntoValue<K> for &Attr<K> {
    fn into_expr(self) -> Expr {
        self.0.clone()
    }
}

impl<K: Kind> IntoValue<String> for Attr<K> {
    fn into_expr(self) -> Expr {
        self.0
    }
}

impl<K: Kind> IntoValue<String> for &Attr<K> {
    fn into_expr(self) -> Expr {
        self.0.clone()
    }
}

impl<K: Kind> IntoValue<K> for Text {
    fn into_expr(self) -> Expr {
        self.0
    }
}

impl<K: Kind> IntoValue<K> for &Text {
    fn into_expr(self) -> Expr {
        self.0.clone()
    }
}

impl IntoValue<String> for Text {
    fn into_expr(self) -> Expr {
        self.0
    }
}

impl IntoValue<String> for &Text {
    fn into_expr(self) -> Expr {
        self.0.clone()
    }
}

impl<H: Handle> IntoValue<String> for &H {
    fn into_expr(self) -> Expr {
        Expr::Ref(self.id())
    }
}

impl<T> IntoValue<T> for Raw {
    fn into_expr(self) -> Expr {
        self.0
    }
}

impl<P: PropertyType> IntoValue<P> for P {
    fn into_expr(self) -> Expr {
        self.into_property()
    }
}

// Literals.

macro_rules! literals {
    ($($from:ty => $to:ty: |$value:ident| $expr:expr;)*) => {$(
        impl IntoValue<$to> for $from {
            fn into_expr(self) -> Expr {
                let $value = self;
                $expr
            }
        }
    )*};
}

literals! {
    bool => bool: |value| Expr::Bool(value);
    &str => String: |value| Expr::text(value.to_owned());
    String => String: |value| Expr::text(value);
    &String => String: |value| Expr::text(value.clone());
    Cow<'static, str> => String: |value| Expr::text(value);
    u8 => i64: |value| Expr::Number(value.into());
    u16 => i64: |value| Expr::Number(value.into());
    u32 => i64: |value| Expr::Number(value.into());
    i32 => i64: |value| Expr::Number(value.into());
    i64 => i64: |value| Expr::Number(value.into());
    u8 => f64: |value| Expr::Number(value.into());
    u16 => f64: |value| Expr::Number(value.into());
    u32 => f64: |value| Expr::Number(value.into());
    i32 => f64: |value| Expr::Number(value.into());
    i64 => f64: |value| Expr::Number(value.into());
    f64 => f64: |value| float(value);
    bool => Scalar: |value| Expr::Bool(value);
    &str => Scalar: |value| Expr::text(value.to_owned());
    String => Scalar: |value| Expr::text(value);
    u8 => Scalar: |value| Expr::Number(value.into());
    u16 => Scalar: |value| Expr::Number(value.into());
    u32 => Scalar: |value| Expr::Number(value.into());
    i32 => Scalar: |value| Expr::Number(value.into());
    i64 => Scalar: |value| Expr::Number(value.into());
    f64 => Scalar: |value| float(value);
}

impl<K: Kind> IntoValue<K> for &str {
    fn into_expr(self) -> Expr {
        Expr::text(self.to_owned())
    }
}

impl<K: Kind> IntoValue<K> for String {
    fn into_expr(self) -> Expr {
        Expr::text(self)
    }
}

/// Writes a float, without a fraction where it has none; what JSON cannot say (`NaN`, infinities) becomes text, which validation then
/// refuses by name.
fn float(value: f64) -> Expr {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT {
        return Expr::Number((value as i64).into());
    }
    serde_json::Number::from_f64(value).map_or_else(|| Expr::text(value.to_string()), Expr::Number)
}

impl<K: Kind> IntoValue<Scalar> for Attr<K> {
    fn into_expr(self) -> Expr {
        self.0
    }
}

impl IntoValue<Scalar> for Text {
    fn into_expr(self) -> Expr {
        self.0
    }
}

// Attributes that are numbers or bools. As every attribute, they fit into text too.

macro_rules! scalar_attributes {
    ($($ty:ty),*) => {$(
        scalar_attributes!(@ $ty => $ty, String, Scalar);
    )*};
    (@ $ty:ty => $($to:ty),*) => {$(
        impl IntoValue<$to> for Attr<$ty> {
            fn into_expr(self) -> Expr {
                self.0
            }
        }

        impl IntoValue<$to> for &Attr<$ty> {
            fn into_expr(self) -> Expr {
                self.0.clone()
            }
        }
    )*};
}

scalar_attributes!(bool, i64, f64);

// Lists and maps.

fn list<T, V: IntoValue<T>>(items: impl IntoIterator<Item = V>) -> Expr {
    Expr::List(items.into_iter().map(V::into_expr).collect())
}

fn map<T, N: Into<Str>, V: IntoValue<T>>(fields: impl IntoIterator<Item = (N, V)>) -> Expr {
    Expr::Map(fields.into_iter().map(|(name, value)| (name.into(), value.into_expr())).collect::<Object>())
}

impl<T, V: IntoValue<T>, const N: usize> IntoValue<List<T>> for [V; N] {
    fn into_expr(self) -> Expr {
        list(self)
    }
}

impl<T, V: IntoValue<T>> IntoValue<List<T>> for Vec<V> {
    fn into_expr(self) -> Expr {
        list(self)
    }
}

impl<'a, T, V> IntoValue<List<T>> for &'a [V]
where
    &'a V: IntoValue<T>,
{
    fn into_expr(self) -> Expr {
        list(self)
    }
}

impl<'a, T, V> IntoValue<List<T>> for &'a Vec<V>
where
    &'a V: IntoValue<T>,
{
    fn into_expr(self) -> Expr {
        list(self)
    }
}

impl<T, N: Into<Str>, V: IntoValue<T>, const COUNT: usize> IntoValue<Map<T>> for [(N, V); COUNT] {
    fn into_expr(self) -> Expr {
        map(self)
    }
}

impl<T, N: Into<Str>, V: IntoValue<T>> IntoValue<Map<T>> for Vec<(N, V)> {
    fn into_expr(self) -> Expr {
        map(self)
    }
}

impl<T, N: Into<Str>, V: IntoValue<T>> IntoValue<Map<T>> for BTreeMap<N, V> {
    fn into_expr(self) -> Expr {
        map(self)
    }
}

// Any JSON.

impl IntoValue<Json> for serde_json::Value {
    fn into_expr(self) -> Expr {
        Expr::from(self)
    }
}

impl IntoValue<Json> for Expr {
    fn into_expr(self) -> Expr {
        self
    }
}

impl IntoValue<Json> for &str {
    fn into_expr(self) -> Expr {
        Expr::text(self.to_owned())
    }
}

impl<K: Kind> IntoValue<Json> for Attr<K> {
    fn into_expr(self) -> Expr {
        self.0
    }
}

impl<P: PropertyType> IntoValue<Json> for P {
    fn into_expr(self) -> Expr {
        self.into_property()
    }
}

impl IntoValue<Json> for String {
    fn into_expr(self) -> Expr {
        Expr::text(self)
    }
}

impl IntoValue<Json> for Text {
    fn into_expr(self) -> Expr {
        self.0
    }
}
