//! A security group that lets nothing in until something is connected to it.
//!
//! Makes one `AWS::EC2::SecurityGroup`; connections add standalone rules.
//!
//! Defaults: nothing in, everything out; where connections list what goes out, a rule to `127.0.0.1` keeps AWS from adding its own for
//! everything.

use formwork_cfn::{ec2, ec2::security_group as property, kind};
use formwork_synth::{Attr, Cidr, Connect, Construct, Handle, NodeId, Peer, Port, Scope, Str, Text, cidr};

use crate::{VpcRef, each::each, web::Source};

/// A security group in a VPC.
///
/// ```
/// # use formwork_constructs::{SecurityGroup, Vpc};
/// # use formwork_synth::{App, Stage, port};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// let api = shop.add("Api", SecurityGroup::new(&vpc, "the API"));
/// let worker = shop.add("Worker", SecurityGroup::new(&vpc, "the worker"));
/// shop.connect_on(&worker, &api, port!(8080));
/// ```
///
/// See <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct SecurityGroup {
    vpc: Attr<kind::Ec2VpcId>,
    ipv6: bool,
    description: Str,
    let_in: Vec<(Port, Source)>,
    listed_egress: bool,
    owner: Option<NodeId>,
}

/// A security group of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct SecurityGroupRef {
    /// Its id.
    pub id: Attr<kind::Ec2SecurityGroupId>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<ec2::SecurityGroupRef>,
    peer: Peer,
}

impl SecurityGroup {
    /// A security group that lets nothing in.
    pub fn new(vpc: &VpcRef, description: impl Into<Str>) -> Self {
        let description = description.into();
        Self {
            vpc: vpc.id.clone(),
            ipv6: vpc.ipv6,
            description,
            let_in: Vec::new(),
            listed_egress: false,
            owner: None,
        }
    }

    /// Lets out only what connections list. Default: everything.
    pub fn listed_egress(mut self) -> Self {
        self.listed_egress = true;
        self
    }

    /// Lets a source in on a port: for load balancers only.
    pub(crate) fn let_in(mut self, port: Port, source: &Source) -> Self {
        self.let_in.push((port, source.clone()));
        self
    }

    /// Names rules after the construct that the group belongs to, rather than after the group.
    pub(crate) fn owned_by(mut self, owner: NodeId) -> Self {
        self.owner = Some(owner);
        self
    }
}

const INTERNET: Cidr = cidr!("0.0.0.0/0");
const NOWHERE: Cidr = cidr!("127.0.0.1/32");
const INTERNET_IPV6: &str = "::/0";

impl Construct for SecurityGroup {
    type Handle = SecurityGroupRef;

    fn build(self, scope: &mut Scope<'_>) -> SecurityGroupRef {
        let mut group = ec2::SecurityGroup::new().group_description(self.description).vpc_id(self.vpc);
        if !self.let_in.is_empty() {
            let rules = each(&self.let_in, |(port, source)| rule(*port, source));
            group = group.security_group_ingress(rules);
        }
        let out = || property::Egress::new().ip_protocol("-1");
        let mut rules = Vec::new();
        if self.listed_egress {
            // A group whose template lists no rule lets everything out, whatever rules are added beside it.
            rules.push(out().cidr_ip(NOWHERE).description("nothing out but what is connected"));
        } else {
            rules.push(out().cidr_ip(INTERNET).description("everything out"));
            if self.ipv6 {
                rules.push(out().cidr_ipv6(INTERNET_IPV6).description("everything out"));
            }
        }
        group = group.security_group_egress(rules);
        let resource = scope.in_place(group);
        let owner = self.owner.unwrap_or_else(|| Handle::id(&resource));
        let id = resource.group_id();
        let peer = Peer::security_group(owner, &id);
        let peer = if self.listed_egress { peer.with_listed_egress() } else { peer };
        SecurityGroupRef { id, resource: Some(resource), peer }
    }
}

impl SecurityGroupRef {
    /// A security group that exists already, by its id. Rules are named after `name`. It must let out what is connected from it.
    ///
    /// ```
    /// use formwork_constructs::SecurityGroupRef;
    /// let bastion = SecurityGroupRef::existing("Bastion", "sg-0123456789abcdef0");
    /// ```
    pub fn existing(name: impl Into<String>, id: impl Into<Str>) -> Self {
        let id = Attr::existing(id);
        Self { peer: Peer::existing_security_group(name, &id), id, resource: None }
    }
}

/// The rule that lets a source in on a port.
fn rule(port: Port, source: &Source) -> property::Ingress {
    let rule = property::Ingress::new().ip_protocol("tcp").from_port(port).to_port(port);
    match source {
        Source::Ipv4(block) if *block == INTERNET => {
            rule.cidr_ip(*block).description(format!("the internet on port {port}"))
        }
        Source::Ipv4(block) => rule.cidr_ip(*block).description(format!("{block} on port {port}")),
        Source::Ipv6Internet => {
            rule.cidr_ipv6(INTERNET_IPV6).description(format!("the internet by IPv6 on port {port}"))
        }
        Source::PrefixList(id) => rule
            .source_prefix_list_id(Text::from_expr(id.clone()))
            .description(format!("a prefix list on port {port}")),
    }
}

impl Connect for SecurityGroupRef {
    fn peer(&self) -> Peer {
        self.peer.clone()
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::port;

    use super::*;
    use crate::testing::snapshot;

    #[test]
    fn security_group() {
        snapshot("security_group", |shop| {
            let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"));
            let api = shop.add("Api", SecurityGroup::new(&vpc, "the API"));
            let worker = shop.add("Worker", SecurityGroup::new(&vpc, "the worker").listed_egress());
            shop.connect_on(&worker, &api, port!(8080));
        });
    }
}
