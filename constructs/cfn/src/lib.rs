//! Every CloudFormation resource type as a Rust type: `s3::Bucket`, `ecs::TaskDefinition`, one module a service, one feature a
//! family of services, and `all`. None is on by default.
//!
//! The types are written by the build script from the facts in `formwork-schema`. They are thin covers over untyped data:
//!
//! - A setter takes literals, intrinsics, attributes and handles alike.
//! - Required properties are type parameters. What lacks one is no [`Resource`](formwork_synth::Resource) and no value.
//! - Enums are real enums; [`raw`](formwork_synth::raw) gives a value that this release does not know.
//! - A property that is known to want a role's ARN takes that, text or an intrinsic, and no other attribute; `.cast()` says that
//!   another one is meant.
//! - Names follow Rust: `DBCluster` is `DbCluster`, `BlockPublicAcls` is `block_public_acls`, a property `Type` is `type_`.
//!
//! Facts that say nothing about types (replacement, bounds, tags) stay in `formwork-schema`, for the checks that read them.

mod fw;
mod tag;

pub use tag::Tag;

/// What an identifier identifies: `IamRoleArn` for the ARN of a role. They mark types and have no values.
pub mod kind {
    include!(concat!(env!("OUT_DIR"), "/kind.rs"));
}

include!(concat!(env!("OUT_DIR"), "/services.rs"));
