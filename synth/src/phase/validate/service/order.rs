//! Pairs of numbers of which one cannot be above the other, and lists whose items must differ.

use formwork_assembly::{SortedSet, each};

use super::{Checker, Fields, Step};
use crate::phase::validate::phrase::quoted;

/// Type, the object within its properties, the smaller number, the larger.
const PAIRS: [(&str, Option<&str>, &str, &str); 8] = [
    ("AWS::ApplicationAutoScaling::ScalableTarget", None, "MinCapacity", "MaxCapacity"),
    ("AWS::AutoScaling::AutoScalingGroup", None, "DesiredCapacity", "MaxSize"),
    ("AWS::AutoScaling::AutoScalingGroup", None, "MinSize", "DesiredCapacity"),
    ("AWS::AutoScaling::AutoScalingGroup", None, "MinSize", "MaxSize"),
    ("AWS::ECS::Service", Some("DeploymentConfiguration"), "MinimumHealthyPercent", "MaximumPercent"),
    (
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        None,
        "HealthCheckTimeoutSeconds",
        "HealthCheckIntervalSeconds",
    ),
    ("AWS::RDS::DBCluster", Some("ServerlessV2ScalingConfiguration"), "MinCapacity", "MaxCapacity"),
    ("AWS::RDS::DBInstance", None, "AllocatedStorage", "MaxAllocatedStorage"),
];

/// Type, a list within its properties, the key in which its items must differ.
const LISTS: [(&str, &str, &str); 7] = [
    ("AWS::DynamoDB::Table", "GlobalSecondaryIndexes", "IndexName"),
    ("AWS::DynamoDB::Table", "LocalSecondaryIndexes", "IndexName"),
    ("AWS::Events::Rule", "Targets", "Id"),
    ("AWS::IAM::Group", "Policies", "PolicyName"),
    ("AWS::IAM::Role", "Policies", "PolicyName"),
    ("AWS::WAFv2::WebACL", "Rules", "Name"),
    ("AWS::WAFv2::WebACL", "Rules", "Priority"),
];

impl<'t> Checker<'t, '_> {
    /// Checks pairs and lists of a resource.
    pub(super) fn order(&mut self, type_name: &str, fields: Fields<'t>) {
        for &(_, within, low, high) in PAIRS.iter().filter(|(owner, ..)| *owner == type_name) {
            let holder = within.map_or(Some(fields), |name| fields.object(name));
            let Some(holder) = holder else { continue };
            let (Some(least), Some(most)) = (holder.number(low), holder.number(high)) else { continue };
            if least > most {
                let way: Vec<Step<'t>> = each(within, Step::Key);
                self.disagree_at(
                    &way,
                    format!("`{low}` is `{least}`, above `{high}`, which is `{most}`"),
                    "exchange them",
                );
            }
        }
        for &(_, list, key) in LISTS.iter().filter(|(owner, ..)| *owner == type_name) {
            let mut seen = SortedSet::new();
            for (index, item) in fields.objects(list) {
                if let Some(value) = item.text(key).filter(|value| !seen.insert(value.clone())) {
                    let way = [Step::Key(list), Step::Item(index), Step::Key(key)];
                    self.disagree_at(
                        &way,
                        format!("{} is used twice as `{key}`", quoted(&value)),
                        "choose another one",
                    );
                }
            }
        }
    }
}
