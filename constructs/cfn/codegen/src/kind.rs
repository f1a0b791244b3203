//! Kinds: what an identifier identifies. `AWS::IAM::Role` and its `Arn` give the unit struct `IamRoleArn`.

use std::collections::{BTreeMap, BTreeSet};

use formwork_schema::{ResourceType, Target, Text, Type};

use crate::words::words;

/// The kinds that some source mentions, by their Rust name, with the line of documentation of each.
pub type Kinds = BTreeMap<String, String>;

/// Attributes that end in one of these words identify something, whether a property is known to want it or not.
const NAMING: [&str; 7] = ["address", "arn", "endpoint", "id", "identifier", "name", "url"];

/// The names of the kinds that properties of any resource type want.
pub struct Wanted(BTreeSet<String>);

/// What an identifier identifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing in particular: a state, a time, a message.
    Plain,
    /// An attribute or property of a resource type.
    Of(Target),
}

impl Wanted {
    /// Looks through all facts.
    pub fn by_any_type() -> Self {
        let mut targets = BTreeSet::new();
        for facts in formwork_schema::resource_types().filter_map(formwork_schema::resource_type) {
            let definitions = facts.definitions.iter().map(|definition| &definition.body);
            let bodies = std::iter::once(&facts.body).chain(definitions);
            let types = bodies.flat_map(|body| &body.properties).map(|property| &property.ty);
            targets.extend(types.filter_map(wanted));
        }
        Self(targets.into_iter().map(|target| Kind::Of(target).name()).collect())
    }

    /// The kind of an attribute of a resource type: what the facts say that it names, or itself.
    pub fn of_attribute(&self, facts: &ResourceType, name: &'static str) -> Kind {
        let itself = Target { resource: facts.name, attribute: name };
        let known = facts.attributes.iter().find(|attribute| attribute.name == name);
        let names = known.and_then(|attribute| match &attribute.ty {
            Type::String(text) => Kind::of_text(text),
            _ => None,
        });
        self.keep(names.unwrap_or(Kind::Of(itself)))
    }

    /// The kind of what `Ref` returns for a resource type.
    pub fn of_reference(&self, facts: &ResourceType) -> Kind {
        match (facts.ref_names, facts.ref_returns.as_slice()) {
            (Some(target), _) => self.keep(Kind::Of(target)),
            (None, [name]) => self.of_attribute(facts, name),
            (None, _) => Kind::Plain,
        }
    }

    /// True for a kind that some property wants.
    pub fn has(&self, kind: &Kind) -> bool {
        self.0.contains(&kind.name())
    }

    fn keep(&self, kind: Kind) -> Kind {
        if self.has(&kind) || kind.is_naming() { kind } else { Kind::Plain }
    }
}

impl Kind {
    /// What text identifies, if the facts know exactly one answer.
    pub fn of_text(text: &Text) -> Option<Self> {
        target(text).map(Self::Of)
    }

    fn is_naming(&self) -> bool {
        let Self::Of(target) = self else { return false };
        words(target.attribute).last().is_some_and(|word| NAMING.contains(&word.as_str()))
    }

    /// The Rust name: the words of service, resource and attribute, without those that the attribute repeats.
    pub fn name(&self) -> String {
        let Self::Of(target) = self else { return "Plain".to_owned() };
        let path = target.resource.strip_prefix("AWS::").unwrap_or(target.resource);
        let (service, resource) = path.split_once("::").unwrap_or(("", path));
        let (resource, attribute) = (words(resource), words(target.attribute));
        let repeated = (0..resource.len()).rev().find(|&from| attribute.starts_with(&resource[from..]));
        let kept = &resource[..repeated.unwrap_or(resource.len())];
        words(service).iter().chain(kept).chain(&attribute).map(|word| capitalized(word)).collect()
    }

    /// The line of documentation.
    pub fn doc(&self) -> String {
        match self {
            Self::Plain => {
                "Nothing in particular: a state, a time, a message. It fits into any text.".to_owned()
            }
            Self::Of(target) => format!("The `{}` of an `{}`.", target.attribute, target.resource),
        }
    }
}

/// What text identifies, if the facts know exactly one answer.
fn target(text: &Text) -> Option<Target> {
    match text.targets.as_slice() {
        [target] => Some(*target),
        _ => None,
    }
}

/// What the text of a property identifies, in a list and by free keys too.
fn wanted(ty: &Type) -> Option<Target> {
    match ty {
        Type::String(text) => target(text),
        Type::List(list) => wanted(&list.item),
        Type::Map(map) => wanted(&map.value),
        _ => None,
    }
}

fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_ascii_uppercase() + rest
}

#[cfg(test)]
mod tests {
    use formwork_schema::Attribute;

    use super::*;

    /// Resource types share a kind where the words are the same: what an environment calls its `EnvironmentProfileId` is the `Id`
    /// of an environment profile. Here are all that do, for review.
    #[test]
    fn few_kinds_are_shared_and_all_are_known() {
        let wanted = Wanted::by_any_type();
        let mut owners: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for facts in formwork_schema::resource_types().filter_map(formwork_schema::resource_type) {
            let is_text = |attribute: &&Attribute| matches!(attribute.ty, Type::String(_));
            for attribute in facts.attributes.iter().filter(is_text) {
                let itself = Kind::Of(Target { resource: facts.name, attribute: attribute.name });
                owners.entry(wanted.keep(itself).name()).or_default().insert(facts.name);
            }
        }
        owners.retain(|kind, owners| owners.len() > 1 && kind != "Plain");
        let shared: Vec<&str> = owners.keys().map(String::as_str).collect();
        assert_eq!(
            shared,
            [
                "ChimeChannelFlowArn",
                "DataZoneEnvironmentProfileId",
                "Ec2CapacityReservationFleetId",
                "Ec2SubnetNetworkAclAssociationId",
                "MediaLiveCloudWatchAlarmTemplateGroupId",
                "MediaLiveEventBridgeRuleTemplateGroupId",
                "RdsDbProxyEndpoint",
            ]
        );
    }

    #[test]
    fn names_do_not_repeat_themselves() {
        for (resource, attribute, expected) in [
            ("AWS::IAM::Role", "Arn", "IamRoleArn"),
            ("AWS::S3::Bucket", "BucketName", "S3BucketName"),
            ("AWS::EC2::SecurityGroup", "GroupId", "Ec2SecurityGroupId"),
            ("AWS::RDS::DBCluster", "Endpoint.Address", "RdsDbClusterEndpointAddress"),
            ("Alexa::ASK::Skill", "SkillId", "AlexaAskSkillId"),
        ] {
            assert_eq!(Kind::Of(Target { resource, attribute }).name(), expected);
        }
        assert_eq!(Kind::Plain.name(), "Plain");
    }
}
