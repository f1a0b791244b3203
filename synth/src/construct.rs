//! The one extension point: a construct is a function from a scope to a handle.

use crate::{
    resource::{Handle, RawHandle, RawResource, Resource},
    scope::Scope,
};

/// Something that can be added to a scope: a generated resource, a construct of Formwork's, or one of your own.
///
/// A construct is a plain value until [`Scope::add`] builds it. The scope it is built in belongs to it: whatever it adds there has an id of
/// its own, and [`Scope::in_place`] puts the one resource that *is* the construct at its very path.
///
/// ```
/// use formwork_synth::{App, Construct, RawHandle, RawResource, Scope, Stage};
///
/// /// A topic that is encrypted.
/// struct Alerts;
///
/// impl Construct for Alerts {
///     type Handle = RawHandle;
///
///     fn build(self, scope: &mut Scope<'_>) -> RawHandle {
///         scope.in_place(RawResource::new("AWS::SNS::Topic").property("KmsMasterKeyId", "alias/aws/sns"))
///     }
/// }
///
/// let mut app = App::new("shop", &Stage::new("dev"));
/// let alerts = app.stack("Shop").add("Alerts", Alerts);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be added to a scope",
    label = "not a complete construct",
    note = "where the type says `MissingX`, the required property `X` is not set yet: call its setter first",
    note = "a type of your own can be added once it implements `Construct`"
)]
pub trait Construct {
    /// What `add` returns: names and values of what was made, without lifetime.
    type Handle;

    /// Adds the parts to the scope and returns the handle.
    fn build(self, scope: &mut Scope<'_>) -> Self::Handle;
}

impl<R: Resource> Construct for R {
    type Handle = R::Handle;

    fn build(self, scope: &mut Scope<'_>) -> R::Handle {
        R::Handle::from_id(scope.occupy(self.into_raw()))
    }
}

impl Construct for RawResource {
    type Handle = RawHandle;

    fn build(self, scope: &mut Scope<'_>) -> RawHandle {
        RawHandle::from_id(scope.occupy(self))
    }
}
