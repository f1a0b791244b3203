//! Who may connect to a load balancer, and how a security group says so.

use formwork_assembly::{Diagnostic, code, sort_by};
use formwork_synth::{Cidr, Expr, IntoValue, Mapping, Scope, Str, Text, cidr, intrinsic};

use crate::each::each;

/// Who may connect to a load balancer.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Ingress {
    /// Everybody, on 80 and 443.
    #[default]
    Internet,
    /// The addresses of these blocks, on 80 and 443.
    Cidrs(Vec<Cidr>),
    /// The addresses that CloudFront connects from: any distribution, of anybody. On one port, because AWS's list of them fills a security
    /// group. `only_with_header` tells your own distribution from others.
    CloudFrontOnly,
    /// CloudFront by way of a VPC origin: the load balancer lies in private subnets and has no public address. Of all ways the safest.
    VpcOrigin,
    /// The addresses of a managed prefix list, by its id: `pl-0123456789abcdef0`. On one port.
    PrefixList(Str),
}

/// Where a rule of a security group lets something in from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    Ipv4(Cidr),
    /// Every IPv6 address.
    Ipv6Internet,
    PrefixList(Expr),
}

const INTERNET: Cidr = cidr!("0.0.0.0/0");

/// The ids of `com.amazonaws.global.cloudfront.origin-facing`, which AWS made anew in each region and says nowhere but in its API
/// (`DescribeManagedPrefixLists`). These are the regions whose id is confirmed by several public sources that agree.
const CLOUDFRONT_LISTS: [(&str, &str); 16] = [
    ("ap-northeast-1", "pl-58a04531"),
    ("ap-northeast-2", "pl-22a6434b"),
    ("ap-south-1", "pl-9aa247f3"),
    ("ap-southeast-1", "pl-31a34658"),
    ("ap-southeast-2", "pl-b8a742d1"),
    ("ca-central-1", "pl-38a64351"),
    ("eu-central-1", "pl-a3a144ca"),
    ("eu-north-1", "pl-fab65393"),
    ("eu-west-1", "pl-4fa04526"),
    ("eu-west-2", "pl-93a247fa"),
    ("eu-west-3", "pl-75b1541c"),
    ("sa-east-1", "pl-5da64334"),
    ("us-east-1", "pl-3b927c52"),
    ("us-east-2", "pl-b6a144df"),
    ("us-west-1", "pl-4ea04527"),
    ("us-west-2", "pl-82a045eb"),
];

impl Ingress {
    /// True where a list is too long for a second port.
    pub(super) fn fills_a_group(&self) -> bool {
        matches!(self, Self::CloudFrontOnly | Self::VpcOrigin | Self::PrefixList(_))
    }

    /// True where all connections come from CloudFront.
    pub(super) fn is_cloudfront(&self) -> bool {
        matches!(self, Self::CloudFrontOnly | Self::VpcOrigin)
    }

    /// What security groups let in.
    pub(super) fn sources(&self, scope: &mut Scope<'_>, dual_stack: bool) -> Vec<Source> {
        match self {
            Self::Internet => {
                let mut sources = vec![Source::Ipv4(INTERNET)];
                if dual_stack {
                    sources.push(Source::Ipv6Internet);
                }
                sources
            }
            Self::Cidrs(blocks) => {
                if blocks.is_empty() {
                    let message = "nobody may connect to the load balancer";
                    let help = "name a block of addresses: `Ingress::Cidrs(vec![cidr!(\"192.0.2.0/24\")])`";
                    scope.report(Diagnostic::error(&code::INGRESS, message).help(help));
                }
                let mut blocks = blocks.clone();
                sort_by(&mut blocks, Ord::cmp);
                blocks.dedup();
                each(blocks, Source::Ipv4)
            }
            Self::CloudFrontOnly | Self::VpcOrigin => vec![Source::PrefixList(cloudfront(scope))],
            Self::PrefixList(id) => vec![Source::PrefixList(Expr::Text(id.clone()))],
        }
    }
}

/// The list of CloudFront's addresses: known now where the region is, looked up in the template where it is not.
fn cloudfront(scope: &mut Scope<'_>) -> Expr {
    let Some(region) = scope.region().map(str::to_owned) else {
        let mut table = Mapping::new();
        for (region, id) in CLOUDFRONT_LISTS {
            table = table.row(region, [("PrefixList", id)]);
        }
        let table = scope.mapping("CloudFront", table);
        let id = intrinsic::find_in_map::<String>(table, intrinsic::region(), "PrefixList");
        return IntoValue::<String>::into_expr(id);
    };
    if let Some((_, id)) = CLOUDFRONT_LISTS.iter().find(|(known, _)| *known == region) {
        return Expr::text(*id);
    }
    let message = format!("the list of CloudFront's addresses in `{region}` is not known here");
    let help = "ask for the id of `com.amazonaws.global.cloudfront.origin-facing` by `aws ec2 describe-managed-prefix-lists`, and use `Ingress::PrefixList(id)`";
    scope.report(Diagnostic::error(&code::INGRESS, message).help(help));
    IntoValue::<String>::into_expr(Text::from_expr(Expr::text("pl-00000000")))
}
