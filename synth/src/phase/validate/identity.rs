//! Resources that would be one and the same: two of one type that agree in what tells them apart.

use formwork_assembly::{Diagnostic, SortedMap, code};

use super::{
    Checker,
    finding::Step,
    phrase::{all_of, json_text},
};
use crate::{
    expr::Object,
    template::{Template, TemplateResource},
};

/// What tells resources of a type apart beside their identifier, which is often made by AWS.
const KEYS: [(&str, &[&str]); 12] = [
    ("AWS::ApiGateway::Method", &["RestApiId", "ResourceId", "HttpMethod"]),
    ("AWS::ApiGateway::Resource", &["RestApiId", "ParentId", "PathPart"]),
    ("AWS::ApiGatewayV2::Route", &["ApiId", "RouteKey"]),
    ("AWS::EC2::NetworkAclEntry", &["NetworkAclId", "RuleNumber", "Egress"]),
    ("AWS::EC2::SubnetNetworkAclAssociation", &["SubnetId"]),
    ("AWS::EC2::SubnetRouteTableAssociation", &["SubnetId"]),
    ("AWS::EC2::VPCGatewayAttachment", &["VpcId", "InternetGatewayId"]),
    ("AWS::ECS::Service", &["Cluster", "ServiceName"]),
    ("AWS::ElasticLoadBalancingV2::Listener", &["LoadBalancerArn", "Port"]),
    ("AWS::ElasticLoadBalancingV2::ListenerRule", &["ListenerArn", "Priority"]),
    ("AWS::Lambda::Alias", &["FunctionName", "Name"]),
    ("AWS::Logs::LogStream", &["LogGroupName", "LogStreamName"]),
];

/// By type, properties and their values, the resource that has them.
type Seen<'t> = SortedMap<(String, String, String), &'t str>;

impl<'t> Checker<'t, '_> {
    /// Names every resource that agrees with an earlier one of its type in what tells them apart.
    pub(super) fn identities(&mut self, template: &'t Template) {
        if self.names.transforms.any_macro {
            return;
        }
        let mut seen = Seen::new();
        for resource in &template.resources {
            let Some(type_name) = resource.type_name() else { continue };
            // Two resources under different conditions may never meet.
            let conditional = resource.body.as_object().is_none_or(|body| body.get("Condition").is_some());
            let Some(fields) = resource.properties().filter(|_| !conditional) else { continue };
            let Some(facts) = self.facts.resource_type(type_name) else { continue };
            let routed = type_name == "AWS::Route53::RecordSet" && fields.get("SetIdentifier").is_some();
            let further =
                KEYS.iter().filter(|(owner, _)| *owner == type_name && !routed).map(|(_, names)| *names);
            for names in [&*facts.primary_identifier].into_iter().chain(further) {
                if self.is_twin(resource, fields, names, &mut seen) {
                    break;
                }
            }
        }
    }

    fn is_twin(
        &mut self,
        resource: &'t TemplateResource,
        fields: &'t Object,
        names: &[&str],
        seen: &mut Seen<'t>,
    ) -> bool {
        let values: Option<Vec<String>> = names.iter().map(|name| fields.get(name).map(json_text)).collect();
        let Some(values) = values.filter(|values| !values.is_empty()).map(|values| values.join("\n")) else {
            return false;
        };
        // What a condition or a macro decides may differ after all.
        if ["\"Fn::If\"", "\"Fn::Transform\"", "AWS::NoValue"].iter().any(|word| values.contains(word)) {
            return false;
        }
        let key = (resource.type_name().unwrap_or_default().to_owned(), names.join("\n"), values);
        let first = *seen.or_insert(key, &resource.logical_id);
        if first == resource.logical_id {
            return false;
        }
        self.findings.enter(resource);
        self.findings.down(Step::Key("Properties"));
        let names = all_of(names);
        let message =
            format!("`{}` is the same as `{first}`: both have the same {names}", resource.logical_id);
        self.findings.push(
            Diagnostic::error(&code::DUPLICATE_RESOURCE, message)
                .help(format!("{names} must not be the same for two resources of this type")),
        );
        true
    }
}
