//! The facts of every CloudFormation resource type, read lazily from a compact embedded form.
//!
//! `facts/` is the text that people review: one file a service, one line a resource type. `packed/` is the same facts
//! as this crate embeds them, written by the same command (`cargo xtask schema`) and held against the text by a test.
//!
//! Why both are committed: this crate is compiled for every app, and once more for the build script that writes the
//! typed layer. As it stands that costs 0.2 s of CPU, without a build script and without dependencies. Packing at build
//! time would add a JSON reader (4 s where nothing else needs it) and a script that reads 6 MB of text (0.6 s to build
//! and run), at each of the two. The price is 1.8 MB in the repository, 0.7 MB compressed, at each refresh.
//!
//! A type is decoded when it is asked for: twenty common ones in about a millisecond of a debug build.

mod embedded;
mod family;
mod model;
mod reader;

pub use family::family;
pub use model::*;

/// The facts of one resource type, decoded anew at each call: `resource_type("AWS::S3::Bucket")`.
pub fn resource_type(name: &str) -> Option<ResourceType> {
    let place = embedded::find_type(name)?;
    Some(embedded::record(place).resource(embedded::type_name(place)))
}

/// The names of all resource types, sorted.
pub fn resource_types() -> impl ExactSizeIterator<Item = &'static str> {
    (0..embedded::type_count()).map(embedded::type_name)
}

/// The services, sorted: the second part of their types' names in lower case, such as `s3`.
pub fn services() -> impl ExactSizeIterator<Item = &'static str> {
    (0..embedded::service_count()).map(embedded::service_name)
}

/// The names of the resource types of one service, sorted. Empty for an unknown service.
pub fn service_types(service: &str) -> impl ExactSizeIterator<Item = &'static str> {
    embedded::service_types(service).map(embedded::type_name)
}
