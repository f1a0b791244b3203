//! One entry of `Resources`: its type, its properties, and what stands beside them.

use std::rc::Rc;

use formwork_assembly::{Diagnostic, code};
use formwork_schema::ResourceType;

use super::{
    Checker,
    finding::Step,
    phrase::{all_of, did_you_mean, kind, one_of, quoted},
    reference::with_help,
};
use crate::{
    expr::{Expr, Object},
    template::{Template, TemplateResource},
};

/// What may stand in a resource.
const KEYS: [&str; 10] = [
    "Type",
    "Properties",
    "DependsOn",
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "Metadata",
    "UpdatePolicy",
    "UpdateReplacePolicy",
    "Description",
];

/// What the Serverless Application Model adds.
const SERVERLESS_KEYS: [&str; 2] = ["Connectors", "IgnoreGlobals"];

/// The types that AWS can take a snapshot of on deletion.
const SNAPSHOTS: [&str; 9] = [
    "AWS::DocDB::DBCluster",
    "AWS::EC2::Volume",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Neptune::DBCluster",
    "AWS::Neptune::DBInstance",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
];

/// The functions that may compute a policy.
const COMPUTING: [&str; 5] = ["Fn::FindInMap", "Fn::If", "Fn::Select", "Fn::Sub", "Ref"];

/// What `CreationPolicy` holds.
const CREATION_POLICIES: [&str; 3] = ["AutoScalingCreationPolicy", "ResourceSignal", "StartFleet"];

/// The types that have an `UpdatePolicy`, and what it holds.
const UPDATE_POLICIES: [(&str, &[&str]); 6] = [
    ("AWS::AppStream::Fleet", &["StartAfterUpdate", "StopBeforeUpdate"]),
    (
        "AWS::AutoScaling::AutoScalingGroup",
        &[
            "AutoScalingInstanceRefresh",
            "AutoScalingReplacingUpdate",
            "AutoScalingRollingUpdate",
            "AutoScalingScheduledAction",
        ],
    ),
    ("AWS::ElastiCache::ReplicationGroup", &["UseOnlineResharding"]),
    ("AWS::Elasticsearch::Domain", &["EnableVersionUpgrade"]),
    ("AWS::Lambda::Alias", &["CodeDeployLambdaAliasUpdate"]),
    ("AWS::OpenSearchService::Domain", &["EnableVersionUpgrade"]),
];

/// True for a type whose properties and attributes are the affair of whoever made it.
pub(super) fn is_custom(type_name: &str) -> bool {
    type_name.starts_with("Custom::") || type_name == "AWS::CloudFormation::CustomResource"
}

impl<'t> Checker<'t, '_> {
    /// Checks all resources.
    pub(super) fn resources(&mut self, template: &'t Template) {
        for resource in &template.resources {
            self.findings.enter(resource);
            // A loop or an include stands for resources that are made later.
            if resource.logical_id.starts_with("Fn::ForEach::") {
                self.needs_extensions(&resource.logical_id);
            } else if resource.logical_id == "Fn::Transform" {
                self.transform(&resource.body);
            } else {
                self.resource(resource);
            }
        }
    }

    fn resource(&mut self, resource: &'t TemplateResource) {
        let Some(fields) = resource.body.as_object() else {
            let got = kind(&resource.body);
            return self.findings.push(
                Diagnostic::error(
                    &code::BAD_RESOURCE,
                    format!("`{}` is {got}, and a resource is an object", resource.logical_id),
                )
                .help("write `Type` and `Properties` in it"),
            );
        };
        let facts = self.resource_type(resource, fields);
        for (key, value) in fields.iter() {
            self.findings.down(Step::Key(key));
            match &**key {
                "Type" | "Properties" => {}
                "DependsOn" => self.depends_on(&resource.logical_id, value),
                "Condition" => match value {
                    Expr::Text(name) => self.condition_exists(name),
                    Expr::LogicalId(_) => {}
                    other => self.plain("Condition", "the name of a condition", other),
                },
                "DeletionPolicy" | "UpdateReplacePolicy" => self.policy(key, value, resource.type_name()),
                "CreationPolicy" => self.policy_keys(value, &CREATION_POLICIES),
                "UpdatePolicy" => {
                    let known = UPDATE_POLICIES.iter().find(|(name, _)| resource.type_name() == Some(name));
                    match (known, resource.type_name()) {
                        (Some((_, keys)), _) => self.policy_keys(value, keys),
                        (None, Some(name)) if name.starts_with("AWS::") && facts.is_some() => {
                            self.no_update_policy(name)
                        }
                        (None, _) => self.free(value),
                    }
                }
                "Metadata" => self.free(value),
                "Description" if matches!(value, Expr::Text(_)) => {}
                "Version" if resource.type_name().is_some_and(is_custom) => {}
                key if KEYS.contains(&key) => self.plain(key, "text", value),
                key if self.names.transforms.serverless && SERVERLESS_KEYS.contains(&key) => {}
                "Fn::Transform" => self.transform(value),
                _ if self.names.transforms.any_macro => {}
                key => self.unknown_key(key, resource, facts.as_deref()),
            }
            self.findings.up();
        }
        self.properties(resource, fields.get("Properties"), facts);
    }

    fn resource_type(
        &mut self,
        resource: &'t TemplateResource,
        fields: &'t Object,
    ) -> Option<Rc<ResourceType>> {
        let name = match fields.get("Type") {
            Some(Expr::Text(name)) => &**name,
            Some(other) => {
                self.findings.down(Step::Key("Type"));
                self.plain("Type", "the name of a resource type", other);
                self.findings.up();
                return None;
            }
            None if fields.get("Fn::Transform").is_some() || self.names.transforms.any_macro => return None,
            None => {
                self.findings.push(
                    Diagnostic::error(
                        &code::BAD_RESOURCE,
                        format!("`{}` has no `Type`", resource.logical_id),
                    )
                    .help("say what it is, as in `\"Type\": \"AWS::S3::Bucket\"`"),
                );
                return None;
            }
        };
        // The facts of a custom resource hold for every one of them, whatever its name.
        let known = if is_custom(name) { "AWS::CloudFormation::CustomResource" } else { name };
        let Some(facts) = self.facts.resource_type(known) else {
            if !self.names.transforms.any_macro && !is_private(name) && !is_custom(name) {
                self.findings.down(Step::Key("Type"));
                let message = format!("there is no resource type {}", quoted(name));
                let help = self.facts.suggestion(name);
                self.findings.push(with_help(Diagnostic::error(&code::UNKNOWN_TYPE, message), help));
                self.findings.up();
            }
            return None;
        };
        if let Some(transform) = facts.transform.filter(|transform| !self.names.transforms.has(transform)) {
            self.findings.push(
                Diagnostic::error(&code::NEEDS_TRANSFORM, format!("`{name}` needs a transform"))
                    .help(format!("add `{transform}` to the section `Transform`")),
            );
        }
        Some(facts)
    }

    fn properties(
        &mut self,
        resource: &'t TemplateResource,
        properties: Option<&'t Expr>,
        facts: Option<Rc<ResourceType>>,
    ) {
        const NONE: &Object = &Object::new();
        // A macro may turn anything into anything.
        let facts = facts.filter(|_| !self.names.transforms.any_macro);
        if properties.is_some() {
            self.findings.down(Step::Key("Properties"));
        }
        match (properties, facts) {
            (None, None) => {}
            (None, Some(facts)) => self.object(NONE, &facts.body, &facts, None),
            (Some(Expr::Map(fields) | Expr::Object(fields)), Some(facts)) => {
                if is_custom(facts.name) || resource.type_name().is_some_and(is_custom) {
                    self.custom(fields);
                } else {
                    self.object(fields, &facts.body, &facts, None);
                    self.tags(fields, &facts);
                    self.policies(facts.name, fields);
                    self.service(facts.name, fields);
                }
            }
            (Some(properties @ (Expr::Map(_) | Expr::Object(_) | Expr::Call(_))), _) => self.free(properties),
            (Some(other), _) => self.plain("Properties", "an object", other),
        }
        if properties.is_some() {
            self.findings.up();
        }
    }

    fn custom(&mut self, fields: &'t Object) {
        self.stray_functions(fields);
        self.each_field(fields, |checker, _, value| checker.free(value));
        if fields.get("ServiceToken").is_none() && !super::names::is_open(fields) {
            self.findings.push(
                Diagnostic::error(
                    &code::MISSING_PROPERTY,
                    "a custom resource needs the property `ServiceToken`",
                )
                .help("set it to the ARN of the function or topic that answers for the resource"),
            );
        }
    }

    fn depends_on(&mut self, own: &str, value: &'t Expr) {
        match value {
            Expr::Text(name) => self.dependency(own, name),
            Expr::List(items) => self.each_item(items, |checker, item| match item {
                Expr::Text(name) => checker.dependency(own, name),
                Expr::LogicalId(_) | Expr::Ref(_) => {}
                other => checker.plain("DependsOn", "ids of resources", other),
            }),
            Expr::LogicalId(_) | Expr::Ref(_) => {}
            other => self.plain("DependsOn", "ids of resources", other),
        }
    }

    fn dependency(&mut self, own: &str, name: &str) {
        if name == own {
            self.findings.push(
                Diagnostic::error(&code::BAD_DEPENDENCY, format!("`{own}` depends on itself"))
                    .help("remove it from `DependsOn`"),
            );
        } else if !self.names.may_be_resource(name) {
            let help = if self.names.parameters.contains_key(name) {
                Some("it is a parameter; only resources can be waited for".to_owned())
            } else {
                did_you_mean(name, self.names.places.keys().copied())
            };
            let message = format!("`DependsOn` names {}, and no resource has that id", quoted(name));
            self.findings.push(with_help(Diagnostic::error(&code::UNKNOWN_NAME, message), help));
        }
    }

    fn policy(&mut self, key: &str, value: &'t Expr, type_name: Option<&str>) {
        let policy = match value {
            Expr::Text(policy) => policy,
            // Language extensions or not, CloudFormation computes policies from what is known beforehand.
            Expr::Call(call) if COMPUTING.contains(&&*call.name) => return self.free(value),
            other => return self.plain(key, "plain text", other),
        };
        let mut allowed = vec!["Delete", "Retain"];
        if key == "DeletionPolicy" {
            allowed.push("RetainExceptOnCreate");
        }
        let snapshot = type_name.is_none_or(|name| SNAPSHOTS.contains(&name));
        if snapshot {
            allowed.push("Snapshot");
        }
        if allowed.contains(&&**policy) {
            return;
        }
        let message = format!("`{key}` is {}, which is not allowed here", quoted(policy));
        let help = if policy == "Snapshot" {
            format!(
                "AWS takes snapshots of {} only; allowed is {}",
                "databases, caches and volumes",
                one_of(allowed)
            )
        } else {
            let near = did_you_mean(policy, allowed.iter().copied())
                .map_or(String::new(), |near| format!("{near} "));
            format!("{near}allowed is {}", one_of(allowed))
        };
        self.findings.push(Diagnostic::error(&code::BAD_POLICY, message).help(help));
    }

    fn policy_keys(&mut self, value: &'t Expr, known: &[&'static str]) {
        let Some(fields) = value.as_object() else {
            return match value {
                Expr::Call(call) if ["Fn::If", "Fn::Transform"].contains(&&*call.name) => self.free(value),
                other => self.plain(self.findings.subject(), "an object", other),
            };
        };
        for (key, value) in fields.iter() {
            self.findings.down(Step::Key(key));
            if !known.contains(&&**key) && !key.starts_with("Fn::") {
                let help = did_you_mean(key, known.iter().copied())
                    .unwrap_or_else(|| format!("known are {}", all_of(known)));
                self.findings.push(
                    Diagnostic::error(&code::BAD_POLICY, format!("there is no policy {}", quoted(key)))
                        .help(help),
                );
            }
            self.free(value);
            self.findings.up();
        }
    }

    fn no_update_policy(&mut self, type_name: &str) {
        let types = all_of(UPDATE_POLICIES.iter().map(|(name, _)| name));
        self.findings.push(
            Diagnostic::error(&code::BAD_POLICY, format!("`{type_name}` has no `UpdatePolicy`"))
                .help(format!("it is for {types}")),
        );
    }

    fn unknown_key(&mut self, key: &str, resource: &TemplateResource, facts: Option<&ResourceType>) {
        let is_property =
            facts.is_some_and(|facts| facts.body.properties.iter().any(|property| property.name == key));
        let help = if is_property {
            Some(format!("it is a property: move it into `Properties` of `{}`", resource.logical_id))
        } else {
            did_you_mean(key, KEYS)
        };
        let message = format!("a resource has no part {}", quoted(key));
        self.findings.push(with_help(Diagnostic::error(&code::BAD_RESOURCE, message), help));
    }

    /// Says that something must be written out and is not.
    pub(super) fn plain(&mut self, key: &str, wanted: &str, got: &'t Expr) {
        let finding = match got {
            Expr::Call(call) => {
                Diagnostic::error(&code::FUNCTION_PLACE, format!("`{}` may not stand in `{key}`", call.name))
                    .help(format!("write {wanted}"))
            }
            Expr::Null => return self.null(),
            other => Diagnostic::error(
                &code::WRONG_TYPE,
                format!("`{key}` is {}, and takes {wanted}", self.shown(other)),
            )
            .help(format!("write {wanted}")),
        };
        self.findings.push(finding);
    }
}

/// True for types that AWS does not publish: third parties, private registries, modules.
fn is_private(name: &str) -> bool {
    let mut words = name.split("::");
    let publisher = words.next().unwrap_or_default();
    let well_formed = words.clone().count() >= 2 && words.all(|word| !word.is_empty());
    well_formed && (!matches!(publisher, "AWS" | "Alexa") || name.ends_with("::MODULE"))
}
