//! A load balancer as services and sites see it: built here, built in another stack, or there already.

use formwork_cfn::{elasticloadbalancingv2 as elb, kind};
use formwork_synth::{Attr, Connect, Expr, Peer, Str, Text, sub};

use crate::{AccessLogBucketRef, Alias, Graph, Observe, VpcRef, WebAclRef, web::watch::graphs_of_balancer};

/// A load balancer of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct PublicAlbRef {
    /// Where it is reached: `https://` and the first domain, or its own name.
    pub url: Text,
    /// Its own name in DNS.
    pub dns_name: Attr<kind::ElasticLoadBalancingV2LoadBalancerDnsName>,
    /// Its ARN.
    pub arn: Attr<kind::ElasticLoadBalancingV2LoadBalancerArn>,
    /// How metrics name it: `app/NAME/ID`.
    pub full_name: Text,
    /// The VPC that it lies in.
    pub vpc: VpcRef,
    /// The id of the group around it.
    pub security_group: Attr<kind::Ec2SecurityGroupId>,
    /// The listeners that lead to services: the one for HTTPS first.
    pub listeners: Vec<Attr<kind::ElasticLoadBalancingV2ListenerArn>>,
    /// What records of further domains stand for; nothing for a load balancer that exists already.
    pub alias: Option<Alias>,
    /// The firewall in front of it, where the app put one there.
    pub firewall: Option<WebAclRef>,
    /// Where its logs go, where the app says so.
    pub logs: Option<AccessLogBucketRef>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<elb::LoadBalancerRef>,
    pub(super) peer: Peer,
    pub(crate) test: Option<(Attr<kind::ElasticLoadBalancingV2ListenerArn>, Text)>,
    pub(crate) secret_header: Option<(Str, Expr)>,
    pub(crate) secure: bool,
    /// The name that its certificate has, or its own.
    pub(crate) host: Text,
    /// True in private subnets.
    pub(crate) internal: bool,
}

/// What to know of a load balancer that exists already, to put services on it.
#[derive(Clone, Debug)]
pub struct ExistingAlb {
    /// Its ARN.
    pub arn: Str,
    /// The name that it is reached under.
    pub host: Str,
    /// The ARN of its listener for HTTPS.
    pub listener: Str,
    /// The id of the group around it, which must let out what goes to the services.
    pub security_group: Str,
}

impl PublicAlbRef {
    /// A load balancer that exists already, in a VPC.
    ///
    /// ```
    /// use formwork_constructs::{ExistingAlb, PublicAlbRef, VpcRef};
    /// use formwork_synth::cidr;
    ///
    /// let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"));
    /// let alb = PublicAlbRef::existing(&vpc, ExistingAlb {
    ///     arn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shared/0123456789abcdef".into(),
    ///     host: "example.com".into(),
    ///     listener: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210".into(),
    ///     security_group: "sg-0123456789abcdef0".into(),
    /// });
    /// assert_eq!(alb.listeners.len(), 1);
    /// ```
    pub fn existing(vpc: &VpcRef, known: ExistingAlb) -> Self {
        let ExistingAlb { arn, host, listener, security_group } = known;
        let security_group = Attr::existing(security_group);
        let full_name = arn.split_once(":loadbalancer/").map_or(&*arn, |(_, name)| name).to_owned();
        Self {
            url: sub!("https://{}", host.to_string()),
            dns_name: Attr::existing(host.clone()),
            arn: Attr::existing(arn),
            full_name: Text::from_expr(Expr::text(full_name)),
            vpc: vpc.clone(),
            peer: Peer::existing_security_group("LoadBalancer", &security_group),
            security_group,
            listeners: vec![Attr::existing(listener)],
            alias: None,
            firewall: None,
            logs: None,
            resource: None,
            test: None,
            secret_header: None,
            secure: true,
            host: Text::from_expr(Expr::Text(host)),
            internal: false,
        }
    }
}

impl Observe for PublicAlbRef {
    fn graphs(&self) -> Vec<Graph> {
        graphs_of_balancer(&self.full_name)
    }
}

impl Connect for PublicAlbRef {
    fn peer(&self) -> Peer {
        self.peer.clone()
    }
}
