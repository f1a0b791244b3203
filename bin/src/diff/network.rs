//! Ports that are opened: rules of security groups, within the group or beside it.

use formwork_assembly::{SortedSet, each};
use serde_json::Value;

use super::{
    Highlight, Kind,
    highlight::about,
    phrase::short,
    side::{Side, kind},
};

/// One way in. Ordered as it is read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Opening {
    /// The group as the template names it.
    group: String,
    ports: String,
    from: String,
    /// The resource that says so.
    id: String,
}

/// Every way in that was not there before.
pub(super) fn opened(old: Option<&Side<'_>>, new: Option<&Side<'_>>) -> Vec<Highlight> {
    let Some(new) = new else { return Vec::new() };
    let was: SortedSet<(String, String, String)> = old
        .map(openings)
        .unwrap_or_default()
        .into_iter()
        .map(|one| (one.group, one.ports, one.from))
        .collect();
    let is_new = |one: &Opening| !was.contains(&(one.group.clone(), one.ports.clone(), one.from.clone()));
    let new_ones = openings(new).into_iter().filter(is_new);
    let told = |Opening { group, ports, from, id }: Opening| {
        let text = format!("{ports} of `{}` from {}", new.path(&group), peer(new, &from));
        about(new, Kind::OpensPort, &id, text)
    };
    each(new_ones, told)
}

fn openings(side: &Side<'_>) -> SortedSet<Opening> {
    let mut found = SortedSet::new();
    for (id, resource) in side.resources() {
        let Some(properties) = resource.get("Properties") else { continue };
        match kind(resource) {
            "AWS::EC2::SecurityGroup" => {
                if let Some(Value::Array(rules)) = properties.get("SecurityGroupIngress") {
                    found.extend(rules.iter().map(|rule| opening(id, id.to_owned(), rule)));
                }
            }
            "AWS::EC2::SecurityGroupIngress" => {
                let group = ["GroupId", "GroupName"].iter().find_map(|name| properties.get(*name));
                found.insert(opening(id, group.map(plain).unwrap_or_default(), properties));
            }
            _ => {}
        }
    }
    found
}

fn opening(id: &str, group: String, rule: &Value) -> Opening {
    const PEERS: [&str; 5] =
        ["CidrIp", "CidrIpv6", "SourceSecurityGroupId", "SourceSecurityGroupName", "SourcePrefixListId"];
    let from = PEERS.iter().find_map(|name| rule.get(*name)).map_or("anywhere".to_owned(), plain);
    Opening { group, ports: ports(rule), from, id: id.to_owned() }
}

/// `tcp 443`, `udp 1000-2000`, `all traffic`.
fn ports(rule: &Value) -> String {
    let part = |name: &str| rule.get(name).map(short);
    let protocol = part("IpProtocol").unwrap_or_default();
    match (protocol.as_str(), part("FromPort"), part("ToPort")) {
        ("-1", _, _) => "all traffic".to_owned(),
        (_, Some(from), Some(to)) if from == to => format!("{protocol} {from}"),
        (_, Some(from), Some(to)) => format!("{protocol} {from}-{to}"),
        _ => format!("{protocol}, every port"),
    }
}

/// The group itself for an attribute of it.
fn plain(value: &Value) -> String {
    let text = short(value);
    text.strip_suffix(".GroupId").map_or_else(|| text.clone(), str::to_owned)
}

fn peer(side: &Side<'_>, from: &str) -> String {
    match from {
        "0.0.0.0/0" | "::/0" => format!("the whole internet (`{from}`)"),
        other => format!("`{}`", side.path(other)),
    }
}
