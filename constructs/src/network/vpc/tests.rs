//! What a VPC makes, that no block ever shifts, and what is refused.

use std::collections::{BTreeMap, BTreeSet};

use formwork_synth::{App, Stage, port, testing::findings};

use super::*;
use crate::{
    FargateService, Image,
    testing::{any_combination, snapshot},
};

#[test]
fn vpc() {
    snapshot("vpc", |shop| {
        shop.add("Vpc", Vpc::across_azs(2).isolated_subnets().flow_logs());
    });
}

/// The resources of one VPC, by logical id.
fn resources(vpc: Vpc) -> serde_json::Map<String, serde_json::Value> {
    let mut app = App::new("shop", &Stage::new("dev"));
    app.stack("Shop").add("Vpc", vpc);
    let text = formwork_synth::testing::render(app);
    let template: serde_json::Value = serde_json::from_str(text.split_once('\n').unwrap().1).unwrap();
    template["Resources"].as_object().unwrap().clone()
}

#[test]
fn a_zone_or_tier_more_changes_no_subnet() {
    let is_subnet = |resource: &serde_json::Value| resource["Type"] == "AWS::EC2::Subnet";
    for zones in 1..MOST_ZONES {
        let grown = resources(Vpc::across_azs(zones + 1).isolated_subnets().nat(Nat::PerAz));
        for before in [Vpc::across_azs(zones), Vpc::across_azs(zones + 1).public_only()] {
            for (id, subnet) in resources(before).iter().filter(|(_, resource)| is_subnet(resource)) {
                assert_eq!(&grown[id], subnet, "{id}");
            }
        }
    }
}

#[test]
fn no_two_subnets_overlap() {
    for bits in [16, 20, 23] {
        let block = cidr!("10.0.0.0/16").subnet(bits, 0).unwrap();
        let all = resources(Vpc::across_azs(MOST_ZONES).cidr(block).isolated_subnets());
        let blocks: Vec<Cidr> = all
            .values()
            .filter(|resource| resource["Type"] == "AWS::EC2::Subnet")
            .map(|subnet| Cidr::parse(subnet["Properties"]["CidrBlock"].as_str().unwrap()).unwrap())
            .collect();
        assert_eq!(blocks.len(), 24);
        for (at, one) in blocks.iter().enumerate() {
            assert!(block.overlaps(*one) && one.bits() <= 28);
            assert!(blocks[at + 1..].iter().all(|other| !one.overlaps(*other)), "{one}");
        }
    }
}

#[test]
fn public_only() {
    snapshot("vpc_public_only", |shop| {
        shop.add("Vpc", Vpc::across_azs(2).public_only());
    });
}

#[test]
fn vpc_ipv6_and_endpoints() {
    snapshot("vpc_ipv6_and_endpoints", |shop| {
        let vpc = Vpc::new().ipv6().nat(Nat::None).isolated_subnets().without_flow_logs("a test");
        let vpc = shop.add("Vpc", vpc.endpoints(InterfaceEndpoint::FOR_TASKS));
        let image = Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0");
        shop.add("Api", FargateService::new(&vpc, image).port(port!(8080)).no_alarms("a test"));
    });
}

#[test]
fn any_vpc() {
    any_combination(|shop, pick| {
        let mut vpc = pick.one(&[Vpc::new(), Vpc::across_azs(1), Vpc::across_azs(8)]);
        vpc = pick.maybe(vpc, |vpc| vpc.cidr(cidr!("10.4.0.0/20")));
        vpc = pick.maybe(vpc, Vpc::ipv6);
        vpc = pick.maybe(vpc, Vpc::isolated_subnets);
        let nat = pick.one(&[Nat::None, Nat::Single, Nat::PerAz]);
        vpc = pick.maybe(vpc, |vpc| vpc.nat(nat));
        vpc = if pick.flip() {
            vpc.public_only()
        } else {
            pick.maybe(vpc, |vpc| {
                vpc.endpoints([InterfaceEndpoint::Sqs, InterfaceEndpoint::Named("athena".into())])
            })
        };
        vpc = pick.maybe(vpc, Vpc::flow_logs);
        vpc = pick.maybe(vpc, Vpc::rejected_flow_logs);
        shop.add("Vpc", pick.maybe(vpc, |vpc| vpc.without_flow_logs("a test")));
    });
}

#[test]
fn blocks_of_ipv6_never_shift_and_never_meet() {
    let blocks = |vpc: Vpc| -> BTreeMap<String, serde_json::Value> {
        let subnets = resources(vpc).into_iter().filter(|(_, one)| one["Type"] == "AWS::EC2::Subnet");
        subnets.map(|(id, one)| (id, one["Properties"]["Ipv6CidrBlock"].clone())).collect()
    };
    let all = blocks(Vpc::across_azs(MOST_ZONES).isolated_subnets().ipv6());
    let different: BTreeSet<String> = all.values().map(ToString::to_string).collect();
    assert_eq!((all.len(), different.len()), (24, 24));
    for (id, block) in blocks(Vpc::across_azs(2).ipv6()) {
        assert_eq!(all[&id], block, "{id}");
    }
}

#[test]
fn endpoints_without_a_place_or_a_service_are_refused() {
    for (vpc, message) in [
        (Vpc::new().public_only().endpoints([InterfaceEndpoint::Sqs]), "no subnets to lie in"),
        (Vpc::new().endpoints([InterfaceEndpoint::Named("s3".into())]), "`s3` is no service"),
        (Vpc::new().endpoints([InterfaceEndpoint::Named("Athena!".into())]), "`Athena!` is no service"),
    ] {
        let mut app = App::new("shop", &Stage::new("dev"));
        app.stack("Shop").add("Vpc", vpc);
        let found = findings(app);
        assert!(found.contains("FW3594") && found.contains(message), "{message}: {found}");
    }
}

#[test]
fn three_zones_in_a_protected_stage_and_two_in_any_other() {
    for (stage, zones) in [(Stage::new("dev"), 2), (Stage::new("prod").protected(), 3)] {
        let mut app = App::new("shop", &stage);
        let vpc = app.stack("Shop").add("Vpc", Vpc::new());
        assert_eq!((vpc.public_subnets.len(), vpc.private_subnets.len()), (zones, zones));
    }
}
