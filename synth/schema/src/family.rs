//! Families of services: what the typed layer offers as one cargo feature each.
//!
//! There are more services than a registry allows features in a crate. Those that come in many parts share one.

/// The beginnings of names that make a family, in order.
const FAMILIES: [&str; 20] = [
    "bcm",
    "codestar",
    "emr",
    "gamelift",
    "greengrass",
    "inspector",
    "iot",
    "ivs",
    "kendra",
    "kinesis",
    "licensemanager",
    "lookout",
    "media",
    "opsworks",
    "pcaconnector",
    "pinpoint",
    "resiliencehub",
    "route53",
    "ssm",
    "workspaces",
];

/// The family of a service: `iot` for `iotevents`, the service itself where it has no family.
pub fn family(service: &str) -> &str {
    for family in FAMILIES {
        if service.starts_with(family) {
            return family;
        }
    }
    service
}
