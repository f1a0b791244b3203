//! Where the resources of a policy are: partition, account and region, as they stand in an ARN.

/// The partitions beside `aws`, by how the names of their regions begin.
const PARTITIONS: [(&str, &str); 7] = [
    ("cn-", "aws-cn"),
    ("eu-isoe-", "aws-iso-e"),
    ("eusc-", "aws-eusc"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
];

/// An account and a region.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub partition: &'a str,
    /// `*` where it is not known.
    pub account: &'a str,
    /// `*` where it is not known or there are several, empty for services of the whole world.
    pub region: &'a str,
}

impl Place<'_> {
    /// The ARN of something in a service.
    pub(super) fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{resource}", self.partition, self.region, self.account)
    }

    /// The ARN template of the facts, with something in place of its last placeholder: the name.
    pub(super) fn fill(&self, template: &str, name: &str) -> String {
        let known =
            [("${Partition}", self.partition), ("${Region}", self.region), ("${Account}", self.account)];
        let filled = known.iter().fold(template.to_owned(), |arn, (mark, value)| arn.replace(mark, value));
        match filled.find("${") {
            Some(at) => format!("{}{name}", &filled[..at]),
            None => filled,
        }
    }
}

/// The partition that a region belongs to.
pub(crate) fn partition(region: Option<&str>) -> &'static str {
    let region = region.unwrap_or_default();
    let known = PARTITIONS.iter().find(|(prefix, _)| region.starts_with(prefix));
    known.map_or("aws", |(_, partition)| partition)
}
