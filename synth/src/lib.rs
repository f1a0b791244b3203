//! The app graph of Formwork and its phases: specs are added to scopes, and synthesis turns them into CloudFormation templates.
//!
//! Pure: no files, clock, randomness or environment; what must be read from disk comes in through
//! [`AssetHasher`].

mod app;
mod asset_home;
mod condition;
mod construct;
mod expr;
mod gate;
mod graph;
mod include;
mod intent;
pub mod intrinsic;
mod json_text;
mod logical_id;
mod mapping;
mod net;
mod node_map;
mod output;
mod parameter;
mod phase;
mod resource;
mod rule;
mod scope;
mod secret;
mod site;
mod stack;
mod stage;
mod template;
pub mod testing;
mod value;

pub use app::App;
pub use condition::{Condition, ConditionRef};
pub use construct::Construct;
pub use expr::{Call, Expr, Object, Part, Str};
pub use formwork_assembly::{
    AssetHasher, AssetSource, Bootstrap, Code, Diagnostic, GateStage, Place, Synthesis,
};
pub use gate::GateSpec;
pub use graph::NodeId;
pub use include::Included;
pub use intent::{Connect, Grant, Listen, Peer, Principal, PrincipalRole};
pub use mapping::{Mapping, MappingRef};
pub use net::{Cidr, CidrError, Port, Ports};
pub use output::Output;
pub use parameter::Parameter;
#[doc(hidden)]
pub use phase::synthesize_watched;
pub use phase::{
    synthesize,
    validate::{Facts, cycles, validate, validate_with},
};
pub use resource::{
    Acceptance, DeletionPolicy, Handle, Options, Override, RareOptions, RawHandle, RawResource, Resource,
    ResourceOptions,
};
pub use rule::Rule;
pub use scope::Scope;
pub use secret::SecretValue;
pub use site::SiteFiles;
pub use stack::{CrossStack, Stack};
pub use stage::{Stage, Stages};
pub use template::{Provenance, Template, TemplateResource};
pub use value::{
    Attr, IntoValue, IsSet, Json, Kind, List, Map, PropertyType, Raw, Scalar, Structure, Text, Value, raw,
};
