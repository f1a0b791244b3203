//! One resource as data, and the two traits that the generated types implement: [`Resource`] (the spec) and [`Handle`] (what `add` returns).

use std::ops::{Deref, DerefMut};

use crate::{
    condition::ConditionRef,
    expr::{Expr, Object, Str},
    graph::NodeId,
    intent::Principal,
    value::{IntoValue, Json, Raw},
};

/// A CloudFormation resource type as a Rust type. Implemented by generated code; complete values only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a construct nor a complete resource",
    note = "where the type says `MissingX`, the required property `X` is not set yet: call its setter first"
)]
pub trait Resource: Sized {
    /// The CloudFormation name: `AWS::S3::Bucket`.
    const TYPE: &'static str;

    /// What `add` returns.
    type Handle: Handle<Resource = Self>;

    /// Covers a raw resource of this type.
    fn from_raw(raw: RawResource) -> Self;

    /// The raw resource beneath.
    fn into_raw(self) -> RawResource;
}

/// What `add` returns for a resource: a name for it, without lifetime, with typed attributes.
pub trait Handle: Clone {
    /// The spec that makes it.
    type Resource;

    /// Names a node of the app.
    fn from_id(id: NodeId) -> Self;

    /// The node of the app.
    fn id(&self) -> NodeId;
}

/// A resource of any type as plain data: what every generated type covers, and the way to add a type that has none.
///
/// ```
/// use formwork_synth::RawResource;
/// let topic = RawResource::new("AWS::SNS::Topic").property("DisplayName", "alerts");
/// assert_eq!(topic.type_name(), "AWS::SNS::Topic");
/// ```
#[must_use = "a resource does nothing until it is added to a scope"]
#[derive(Clone, Debug, PartialEq)]
pub struct RawResource {
    pub(crate) type_name: Str,
    /// The `Properties`.
    pub properties: Object,
    /// Everything beside `Properties`.
    pub options: RareOptions,
    /// What an included template says of it beside `Properties`, where the options say nothing.
    pub(crate) rest: Object,
}

/// What a template says about a resource beside its properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Resources that must be complete first.
    pub depends_on: Vec<NodeId>,
    /// Roles that must hold all that was granted to them first.
    pub after_grants_of: Vec<NodeId>,
    /// What happens to the resource when it leaves the template or the stack is deleted.
    pub deletion_policy: Option<DeletionPolicy>,
    /// What happens to the old resource when an update replaces it.
    pub update_replace_policy: Option<DeletionPolicy>,
    /// The condition under which it is made.
    pub condition: Option<NodeId>,
    /// Signals to wait for when it is made.
    pub creation_policy: Option<Expr>,
    /// How an update is rolled through it.
    pub update_policy: Option<Expr>,
    /// Free data.
    pub metadata: Object,
    /// The logical id to use instead of the one made from the path.
    pub logical_id: Option<String>,
    /// Changes by JSON pointer, applied last.
    pub overrides: Vec<Override>,
    /// Findings that are right all the same.
    pub accepted: Vec<Acceptance>,
}

/// The [`Options`] of a resource. Most have none, so they take their room once they are changed.
#[derive(Clone, Debug, Default)]
pub struct RareOptions(Option<Box<Options>>);

/// What is said where nothing is.
static NO_OPTIONS: Options = Options {
    depends_on: Vec::new(),
    after_grants_of: Vec::new(),
    deletion_policy: None,
    update_replace_policy: None,
    condition: None,
    creation_policy: None,
    update_policy: None,
    metadata: Object::new(),
    logical_id: None,
    overrides: Vec::new(),
    accepted: Vec::new(),
};

impl RareOptions {
    /// The options, where there may be any.
    pub(crate) fn into_any(self) -> Option<Options> {
        self.0.map(|options| *options)
    }
}

impl Deref for RareOptions {
    type Target = Options;

    fn deref(&self) -> &Options {
        self.0.as_deref().unwrap_or(&NO_OPTIONS)
    }
}

impl DerefMut for RareOptions {
    fn deref_mut(&mut self) -> &mut Options {
        self.0.get_or_insert_default()
    }
}

impl PartialEq for RareOptions {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

/// The key of the metadata under which a template says what is accepted, and why.
pub(crate) const ACCEPTED: &str = "formwork:accepted";

impl Options {
    fn set_removal_policy(&mut self, policy: DeletionPolicy) {
        self.deletion_policy = Some(policy);
        self.update_replace_policy = Some(match policy {
            DeletionPolicy::RetainExceptOnCreate => DeletionPolicy::Retain,
            other => other,
        });
    }

    /// Writes what is accepted, and why, where a reviewer of the template sees it.
    pub(crate) fn note_acceptances(&mut self) {
        let notes = self.accepted.iter().map(|one| Expr::text(format!("{}: {}", one.code, one.reason)));
        let mut all = match self.metadata.remove(ACCEPTED) {
            Some(Expr::List(known)) => known,
            known => known.into_iter().collect(),
        };
        all.extend(notes);
        if !all.is_empty() {
            self.metadata.set(ACCEPTED, Expr::List(all));
        }
    }
}

/// A finding that somebody accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The code of the finding: `FW3006`.
    pub code: String,
    /// Why it is right all the same.
    pub reason: String,
}

/// What happens to a resource that CloudFormation lets go of.
///
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletionPolicy {
    /// It is deleted with its data.
    Delete,
    /// It stays, and CloudFormation forgets it.
    Retain,
    /// As `Retain`, but deleted when the operation that was creating it is rolled back.
    RetainExceptOnCreate,
    /// A snapshot is taken, then it is deleted. Only types with snapshots allow it.
    Snapshot,
}

/// A change by JSON pointer to the rendered resource.
#[derive(Clone, Debug, PartialEq)]
pub enum Override {
    /// Sets the value at the pointer. All but the last step must exist.
    Set(String, Expr),
    /// Removes the value at the pointer, which must exist.
    Remove(String),
}

/// The handle of a [`RawResource`]: attributes by name, of no type.
#[derive(Clone, Debug, PartialEq)]
pub struct RawHandle(NodeId);

impl RawResource {
    /// A resource of the given CloudFormation type, without properties.
    pub fn new(type_name: impl Into<Str>) -> Self {
        Self {
            type_name: type_name.into(),
            properties: Object::new(),
            options: RareOptions::default(),
            rest: Object::new(),
        }
    }

    /// Sets a property to any value.
    pub fn property(mut self, name: impl Into<Str>, value: impl Into<serde_json::Value>) -> Self {
        self.properties.set(name, Expr::from(value.into()));
        self
    }

    /// Sets a property to an expression: an attribute of another resource, an intrinsic function.
    pub fn property_expr(mut self, name: impl Into<Str>, value: impl IntoValue<Json>) -> Self {
        self.properties.set(name, value.into_expr());
        self
    }

    /// Sets a property.
    pub fn set(&mut self, name: &'static str, value: Expr) {
        self.properties.set(name, value);
    }

    /// Sets a property to whatever fits: the body of every generated setter.
    pub fn with<T>(mut self, name: &'static str, value: impl IntoValue<T>) -> Self {
        self.properties.set(name, value.into_expr());
        self
    }

    /// The CloudFormation type.
    pub fn type_name(&self) -> &str {
        &self.type_name
    }
}

impl RawHandle {
    /// What `Ref` returns.
    pub fn reference(&self) -> Raw {
        Raw::from_expr(Expr::Ref(self.0))
    }

    /// What `Fn::GetAtt` returns for `name`.
    pub fn attribute(&self, name: impl Into<Str>) -> Raw {
        Raw::from_expr(Expr::GetAtt(self.0, name.into()))
    }
}

impl Handle for RawHandle {
    type Resource = RawResource;

    fn from_id(id: NodeId) -> Self {
        Self(id)
    }

    fn id(&self) -> NodeId {
        self.0
    }
}

/// What can be said about any resource, typed or raw, before it is added.
///
/// ```
/// use formwork_synth::{DeletionPolicy, RawResource, ResourceOptions};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let alerts = RawResource::new("AWS::SNS::Topic").property("DisplayName", "alerts");
/// shop.add("Alerts", alerts.removal_policy(DeletionPolicy::Retain).override_at("/Properties/DisplayName", "news"));
/// # assert!(formwork_synth::testing::render(app).contains("news"));
/// ```
pub trait ResourceOptions: Sized {
    /// Changes what the template says beside the properties.
    fn with_options(self, change: impl FnOnce(&mut Options)) -> Self;

    /// Makes the resource only after `other` is complete. A value taken from `other` implies it already.
    fn depends_on(self, other: &impl Handle) -> Self {
        self.with_options(|options| options.depends_on.push(other.id()))
    }

    /// Says what happens to the resource when it leaves the template or the stack is deleted. Default: AWS's, most often `Delete`.
    fn deletion_policy(self, policy: DeletionPolicy) -> Self {
        self.with_options(|options| options.deletion_policy = Some(policy))
    }

    /// Says what happens to the old resource when an update replaces it. Default: `Delete`.
    fn update_replace_policy(self, policy: DeletionPolicy) -> Self {
        self.with_options(|options| options.update_replace_policy = Some(policy))
    }

    /// Sets both policies: what becomes of the resource whenever CloudFormation lets go of it.
    fn removal_policy(self, policy: DeletionPolicy) -> Self {
        self.with_options(|options| options.set_removal_policy(policy))
    }

    /// Adds free data under a key of `Metadata`.
    fn metadata(self, key: impl Into<Str>, value: impl Into<serde_json::Value>) -> Self {
        self.with_options(|options| options.metadata.set(key, Expr::from(value.into())))
    }

    /// Sets `CreationPolicy`.
    fn creation_policy(self, policy: impl Into<serde_json::Value>) -> Self {
        self.with_options(|options| options.creation_policy = Some(Expr::from(policy.into())))
    }

    /// Sets `UpdatePolicy`.
    fn update_policy(self, policy: impl Into<serde_json::Value>) -> Self {
        self.with_options(|options| options.update_policy = Some(Expr::from(policy.into())))
    }

    /// Pins the logical id: for a resource that was moved in the code, or that comes from another tool.
    fn with_logical_id(self, id: impl Into<String>) -> Self {
        self.with_options(|options| options.logical_id = Some(id.into()))
    }

    /// Sets the value at a JSON pointer of the rendered resource, such as `/Properties/Tags/0/Value`. It is an error if the path leads nowhere.
    fn override_at(self, pointer: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        self.with_options(|options| {
            options.overrides.push(Override::Set(pointer.into(), Expr::from(value.into())))
        })
    }

    /// Removes the value at a JSON pointer of the rendered resource. It is an error if there is none.
    fn remove_at(self, pointer: impl Into<String>) -> Self {
        self.with_options(|options| options.overrides.push(Override::Remove(pointer.into())))
    }

    /// Accepts what validation finds about this resource under a code (`FW3006`): a value that is newer than this release, a fact that is
    /// wrong. The reason is written into the template; an acceptance of nothing is a warning.
    ///
    /// ```
    /// use formwork_synth::{RawResource, ResourceOptions};
    /// let topic = RawResource::new("AWS::SNS::Topic")
    ///     .property("NewerThanTheFacts", true)
    ///     .accept("FW3002", "announced last week");
    /// ```
    fn accept(self, code: impl Into<String>, reason: impl Into<String>) -> Self {
        let acceptance = Acceptance { code: code.into(), reason: reason.into() };
        self.with_options(|options| options.accepted.push(acceptance))
    }

    /// Makes the resource only where a condition holds.
    fn only_if(self, condition: ConditionRef) -> Self {
        self.with_options(|options| options.condition = Some(condition.0))
    }

    /// Makes the resource only after a principal holds all that was granted to it: what starts at once may use its permissions at once. A role
    /// that exists already has permissions already, and is not waited for.
    fn after_grants_of(self, principal: &impl Principal) -> Self {
        self.with_options(|options| options.after_grants_of.extend(principal.role().node))
    }
}

impl ResourceOptions for RawResource {
    fn with_options(mut self, change: impl FnOnce(&mut Options)) -> Self {
        change(&mut self.options);
        self
    }
}

impl<R: Resource> ResourceOptions for R {
    fn with_options(self, change: impl FnOnce(&mut Options)) -> Self {
        let mut raw = self.into_raw();
        change(&mut raw.options);
        R::from_raw(raw)
    }
}
