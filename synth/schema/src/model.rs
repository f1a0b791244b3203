//! The words of the facts: what a resource type, a property and a type are.
//!
//! Plain data, borrowed from the embedded form for the life of the program; no lookups and no checks here.

/// One CloudFormation resource type, such as `AWS::S3::Bucket`.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceType {
    /// The CloudFormation name: `AWS::S3::Bucket`.
    pub name: &'static str,
    /// What a template may set, at the top level of `Properties`.
    pub body: Object,
    /// The nested property types, by name; [`Type::Object`] indexes this list.
    pub definitions: Vec<Definition>,
    /// What `Fn::GetAtt` answers, by name (`Endpoint.Address` is one name).
    pub attributes: Vec<Attribute>,
    /// The properties or attributes whose value `Ref` returns, joined by `|` when there are several.
    pub ref_returns: Vec<&'static str>,
    /// What `Ref` names, where that is not the resource itself: a bucket policy answers with the bucket's name.
    pub ref_names: Option<Target>,
    /// The properties or attributes that identify one resource in its account and region.
    pub primary_identifier: Vec<&'static str>,
    /// How the resource carries tags, if it can.
    pub tagging: Option<Tagging>,
    /// True where deleting or replacing the resource loses data.
    pub stateful: bool,
    /// The ARN with its placeholders: `arn:${Partition}:s3:::${BucketName}`.
    pub arn: Option<&'static str>,
    /// The regions that offer the type. Empty where none is known to: such types are retired.
    pub regions: Vec<&'static str>,
    /// The IAM actions that CloudFormation needs for each operation on the resource.
    pub permissions: Permissions,
    /// The transform that a template must name before it may use the type: `AWS::Serverless-2016-10-31`.
    pub transform: Option<&'static str>,
}

/// A named nested property type.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// The name that AWS gives it: `VersioningConfiguration`.
    pub name: &'static str,
    /// Its properties and rules.
    pub body: Object,
}

/// A set of properties and the rules that tie them together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// The settable properties, sorted by name.
    pub properties: Vec<Property>,
    /// Either/or requirements between the properties.
    pub rules: Vec<Rule>,
    /// True where AWS accepts names that are not in `properties`.
    pub open: bool,
}

/// One settable property.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// The CloudFormation name: `BucketName`.
    pub name: &'static str,
    /// What its value may be.
    pub ty: Type,
    /// True where a template must set it.
    pub required: bool,
    /// What a change of its value does to the resource.
    pub replacement: Replacement,
    /// True where AWS never returns the value (passwords).
    pub write_only: bool,
    /// True where AWS advises against its use.
    pub deprecated: bool,
}

/// What a change of a property does to the resource that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Replacement {
    /// The resource is updated in place.
    Never,
    /// It depends on the old and new values.
    Maybe,
    /// A new resource takes the place of the old one.
    Always,
}

/// What a value may be. An intrinsic function may stand wherever a value may, unless a rule says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Text.
    String(Text),
    /// A whole number.
    Integer(Bounds),
    /// A number.
    Number(Bounds),
    /// `true` or `false`.
    Boolean,
    /// Any JSON: policies, dashboards, blobs.
    Json,
    /// A list.
    List(Box<List>),
    /// Free keys to values of one type.
    Map(Box<Map>),
    /// A nested property type: an index into [`ResourceType::definitions`].
    Object(usize),
    /// One of several.
    Union(Vec<Type>),
}

/// What text may be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    /// The allowed values; empty where any text is allowed.
    pub values: Vec<&'static str>,
    /// True where `values` are compared without regard to case.
    pub ignore_case: bool,
    /// A regular expression, present only where the engine used for validation understands it.
    pub pattern: Option<&'static str>,
    /// The fewest characters.
    pub min: Option<u32>,
    /// The most characters.
    pub max: Option<u32>,
    /// A format such as `date-time`, `json` or `ipv4-network`.
    pub format: Option<&'static str>,
    /// The resources that the text may name. Empty where nothing is known.
    pub targets: Vec<Target>,
}

/// A resource type and what of it a property wants to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// `AWS::IAM::Role`.
    pub resource: &'static str,
    /// An attribute or property of it: `Arn`, `RoleName`.
    pub attribute: &'static str,
}

/// What a number may be; both bounds are inclusive.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounds {
    /// The smallest value.
    pub min: Option<f64>,
    /// The largest value.
    pub max: Option<f64>,
    /// The allowed values; empty where any value between the bounds is.
    pub values: Vec<f64>,
}

/// What a list may hold.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// The type of each item.
    pub item: Type,
    /// The fewest items.
    pub min: Option<u32>,
    /// The most items.
    pub max: Option<u32>,
    /// True where no two items may be equal.
    pub unique: bool,
    /// False where the order of the items means nothing to AWS.
    pub ordered: bool,
}

/// What a map may hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// The type of each value.
    pub value: Type,
    /// A regular expression for the keys.
    pub key: Option<&'static str>,
}

/// A requirement that ties properties of one [`Object`] together. Names are property names.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// At least one must be set.
    AnyOf(Vec<&'static str>),
    /// Exactly one must be set.
    OneOf(Vec<&'static str>),
    /// If the first is set, all of the others must be.
    Requires(&'static str, Vec<&'static str>),
    /// If the first is set, none of the others may be.
    Excludes(&'static str, Vec<&'static str>),
    /// The set properties must hold at least one of these groups as a whole.
    AnyGroup(Vec<Vec<&'static str>>),
    /// The set properties must hold exactly one of these groups as a whole.
    OneGroup(Vec<Vec<&'static str>>),
}

/// What `Fn::GetAtt` answers under one name.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// The attribute: `Arn`, `Endpoint.Address`. A `*` at the end stands for any name: `Outputs.*`.
    pub name: &'static str,
    /// The type of its value. [`Text::targets`] says what it names where that is not the attribute itself: a subnet's
    /// `VpcId` is a VPC's `VpcId`, a security group's `GroupId` is the same as its `Id`.
    pub ty: Type,
}

/// How a resource type carries tags.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tagging {
    /// The property that holds them: `Tags`.
    pub property: &'static str,
    /// Their shape.
    pub shape: TagShape,
    /// True where tags can change without replacement.
    pub updatable: bool,
}

/// The shape of a tag property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagShape {
    /// `[{"Key": …, "Value": …}]`.
    List,
    /// `{key: value}`.
    Map,
    /// `[{"Key": …, "Value": …, "PropagateAtLaunch": …}]`.
    AutoScaling,
}

/// The IAM actions behind each operation, sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Permissions {
    /// To create the resource.
    pub create: Vec<&'static str>,
    /// To read it.
    pub read: Vec<&'static str>,
    /// To update it.
    pub update: Vec<&'static str>,
    /// To delete it.
    pub delete: Vec<&'static str>,
    /// To list its like.
    pub list: Vec<&'static str>,
}
