//! What can be reached from the internet.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Template, accepts, bites,
    template::{each, walk},
};

pub(crate) fn open_to_the_world(template: &Template) -> Vec<String> {
    let public = groups_of_public_load_balancers(template);
    let mut found = Vec::new();
    for (id, group) in template.of_kind("AWS::EC2::SecurityGroup").filter(|(id, _)| !public.contains(*id)) {
        if each(group.property("/SecurityGroupIngress")).into_iter().any(is_the_world) {
            found.push(format!("`{id}` lets the whole internet in"));
        }
    }
    for (id, rule) in template.of_kind("AWS::EC2::SecurityGroupIngress") {
        let is_public = group_of(rule.property("/GroupId")).is_some_and(|group| public.contains(group));
        if !is_public && is_the_world(rule.properties()) {
            found.push(format!("`{id}` lets the whole internet in"));
        }
    }
    found
}

pub(crate) fn public_addresses(template: &Template) -> Vec<String> {
    let databases = ["AWS::RDS::DBInstance", "AWS::DMS::ReplicationInstance", "AWS::Redshift::Cluster"];
    let mut found = Vec::new();
    for (id, resource) in template.resources() {
        let kind = resource.kind.as_str();
        let open =
            databases.contains(&kind) && *resource.property("/PubliclyAccessible") != Value::Bool(false);
        // Where nothing is said, the subnet decides: a public one gives addresses only if it says so.
        let addressed = walk(resource.properties()).into_iter().any(|value| {
            value["AssociatePublicIpAddress"] == Value::Bool(true)
                || value["MapPublicIpOnLaunch"] == Value::Bool(true)
        });
        if open || addressed {
            found.push(format!("`{id}`, a `{kind}`, can have a public address"));
        }
    }
    found
}

fn is_the_world(rule: &Value) -> bool {
    ["CidrIp", "CidrIpv6"].iter().any(|range| rule[range].as_str().is_some_and(|range| range.ends_with("/0")))
}

fn groups_of_public_load_balancers(template: &Template) -> BTreeSet<&str> {
    let public = template
        .of_kind("AWS::ElasticLoadBalancingV2::LoadBalancer")
        .filter(|(_, one)| *one.property("/Scheme") == "internet-facing");
    public.flat_map(|(_, one)| each(one.property("/SecurityGroups"))).filter_map(group_of).collect()
}

/// The logical id of the group that is referred to.
fn group_of(reference: &Value) -> Option<&str> {
    reference["Ref"].as_str().or(reference["Fn::GetAtt"][0].as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group_with_load_balancer(scheme: &str, range: &str) -> Template {
        Template::read(
            "examples/made_up: Shop",
            &format!(
                r#"{{"Resources": {{
                    "Group": {{"Type": "AWS::EC2::SecurityGroup", "Properties": {{"SecurityGroupIngress": [{{{range}}}]}}}},
                    "Rule": {{"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {{
                        "GroupId": {{"Fn::GetAtt": ["Group", "GroupId"]}}, {range}}}}},
                    "Front": {{"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {{
                        "Scheme": "{scheme}", "SecurityGroups": [{{"Fn::GetAtt": ["Group", "GroupId"]}}]}}}}}}}}"#
            ),
        )
    }

    #[test]
    fn the_internet_comes_in_by_a_public_load_balancer_only() {
        for range in [r#""CidrIp": "0.0.0.0/0""#, r#""CidrIpv6": "::/0""#] {
            let internal = group_with_load_balancer("internal", range);
            bites(open_to_the_world, &internal, "`Group`");
            bites(open_to_the_world, &internal, "`Rule`");
            accepts(open_to_the_world, &group_with_load_balancer("internet-facing", range));
        }
        accepts(open_to_the_world, &group_with_load_balancer("internal", r#""CidrIp": "10.0.0.0/8""#));
    }

    #[test]
    fn public_addresses_are_found() {
        bites(public_addresses, &Template::with("AWS::RDS::DBInstance", "{}"), "`It`");
        accepts(
            public_addresses,
            &Template::with("AWS::RDS::DBInstance", r#"{"PubliclyAccessible": false}"#),
        );
        let machine =
            r#"{"LaunchTemplateData": {"NetworkInterfaces": [{"AssociatePublicIpAddress": true}]}}"#;
        bites(public_addresses, &Template::with("AWS::EC2::LaunchTemplate", machine), "`It`");
        bites(
            public_addresses,
            &Template::with("AWS::EC2::Subnet", r#"{"MapPublicIpOnLaunch": true}"#),
            "`It`",
        );
    }
}
