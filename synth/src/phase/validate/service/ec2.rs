//! EC2: networks and their subnets, and the rules of security groups.

use std::net::Ipv4Addr;

use formwork_assembly::SortedMap;

use super::{Checker, Fields, Step, referred};
use crate::template::Template;

/// A network of IPv4 addresses.
#[derive(Clone, Copy)]
struct Network {
    start: u32,
    bits: u32,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let start = u32::from(address.parse::<Ipv4Addr>().ok()?);
        let bits = bits.parse().ok().filter(|bits| *bits <= 32)?;
        Some(Self { start, bits })
    }

    /// The first address that the bits leave.
    fn base(self) -> u32 {
        if self.bits == 0 { 0 } else { self.start & (u32::MAX << (32 - self.bits)) }
    }

    fn holds(self, other: Self) -> bool {
        self.bits <= other.bits && Self { start: other.start, bits: self.bits }.base() == self.base()
    }
}

impl<'t> Checker<'t, '_> {
    /// Checks a subnet.
    pub(super) fn subnet(&mut self, subnet: Fields<'t>) {
        let vpc = subnet.get("VpcId").and_then(referred).and_then(|id| self.names.resource(id));
        let Some(vpc) = vpc.filter(|vpc| vpc.type_name() == Some("AWS::EC2::VPC")) else { return };
        let Some(outer) = vpc.properties().map(Fields).and_then(|vpc| vpc.text("CidrBlock")) else { return };
        let Some(inner) = subnet.text("CidrBlock") else { return };
        let more = self.names.resources.iter().any(|one| one.type_name() == Some("AWS::EC2::VPCCidrBlock"));
        if let (Some(network), Some(part), false) = (Network::parse(&outer), Network::parse(&inner), more)
            && !network.holds(part)
        {
            let message =
                format!("the subnet `{inner}` lies outside `{}`, which is `{outer}`", vpc.logical_id);
            self.disagree_at(&[Step::Key("CidrBlock")], message, "choose a part of the network of the VPC");
        }
    }

    /// Names subnets of one VPC that share addresses.
    pub(super) fn subnets(&mut self, template: &'t Template) {
        let mut seen: SortedMap<&str, Vec<(Network, &'t str)>> = SortedMap::new();
        for resource in template.resources.iter().filter(|one| one.type_name() == Some("AWS::EC2::Subnet")) {
            if resource.body.as_object().is_some_and(|body| body.get("Condition").is_some()) {
                continue;
            }
            let Some(fields) = resource.properties().map(Fields) else { continue };
            let (Some(vpc), Some(text)) = (fields.get("VpcId").and_then(referred), fields.text("CidrBlock"))
            else {
                continue;
            };
            let Some(network) = Network::parse(&text) else { continue };
            let others = seen.or_default(vpc);
            let clash = others.iter().find(|(other, _)| other.holds(network) || network.holds(*other));
            if let Some((_, other)) = clash {
                self.findings.enter(resource);
                let way = [Step::Key("Properties"), Step::Key("CidrBlock")];
                self.disagree_at(
                    &way,
                    format!("the subnet `{text}` shares addresses with `{other}`"),
                    "choose a part of the network that is free",
                );
            } else {
                others.push((network, &resource.logical_id));
            }
        }
    }

    /// Checks the rules within a security group.
    pub(super) fn security_group(&mut self, group: Fields<'t>) {
        for name in ["SecurityGroupIngress", "SecurityGroupEgress"] {
            for (index, rule) in group.objects(name) {
                self.findings.down(Step::Key(name));
                self.findings.down(Step::Item(index));
                self.security_group_rule(rule);
                self.findings.up();
                self.findings.up();
            }
        }
    }

    /// Checks the ports of one rule.
    pub(super) fn security_group_rule(&mut self, rule: Fields<'t>) {
        let protocol = rule.text("IpProtocol");
        let (from, to) = (rule.number("FromPort"), rule.number("ToPort"));
        if !matches!(protocol.as_deref(), Some("tcp" | "udp" | "6" | "17")) {
            return;
        }
        for name in ["FromPort", "ToPort"] {
            if rule.lacks(name) {
                self.disagree(format!("a rule for ports has no `{name}`"), format!("set `{name}`"));
            }
        }
        if let (Some(from), Some(to)) = (from, to) {
            if from > to {
                self.disagree(
                    format!("`FromPort` is `{from}`, above `ToPort`, which is `{to}`"),
                    "exchange them",
                );
            } else if !(0.0..=65_535.0).contains(&from) || !(0.0..=65_535.0).contains(&to) {
                self.disagree(
                    format!("the ports `{from}` to `{to}` do not exist"),
                    "ports are `0` to `65535`",
                );
            }
        }
    }
}
