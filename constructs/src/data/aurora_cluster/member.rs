//! The servers of a cluster. Each has a name of its own, and changes with nothing but itself.

use formwork_assembly::{Diagnostic, SortedMap, SortedSet, code};
use formwork_cfn::rds;
use formwork_synth::{DeletionPolicy, ResourceOptions, Scope};

use super::{AuroraCluster, capacity::Capacity};
use crate::{DatabaseEngine, InstanceClass, each::each};

/// A server of an Aurora cluster. Which one writes, Aurora decides; the others read.
///
/// See <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.html>.
#[must_use = "a member does nothing until a cluster has it"]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    class: Option<InstanceClass>,
    promotion_tier: u32,
    zone: Option<u32>,
    formerly: Option<String>,
}

/// The class that scales by itself.
const SERVERLESS: &str = "db.serverless";
/// The tiers whose serverless members are kept as big as the writer.
const FOLLOWING_TIERS: std::ops::RangeInclusive<u32> = 0..=1;
/// The most servers of a cluster.
const MOST: usize = 16;

impl Member {
    /// A server that scales within the [`capacity`](super::AuroraCluster::capacity) of the cluster.
    pub fn serverless() -> Self {
        Self { class: None, promotion_tier: 1, zone: None, formerly: None }
    }

    /// A server of one size.
    pub fn provisioned(class: InstanceClass) -> Self {
        Self { class: Some(class), ..Self::serverless() }
    }

    /// Sets how soon it becomes the writer when that fails, 0 first and 15 last. Serverless members of tiers 0 and 1 are kept as big as
    /// the writer. Default: 1.
    pub fn promotion_tier(mut self, tier: u32) -> Self {
        self.promotion_tier = tier;
        self
    }

    /// Puts it into the zone of the first, second, … subnet of the VPC. A change replaces the server, not the data. Default: Aurora
    /// chooses, another zone than that of the others if it can.
    pub fn in_zone(mut self, zone: u32) -> Self {
        self.zone = Some(zone);
        self
    }

    /// Keeps the server that was deployed under another name: a renamed member is then not replaced. Default: it is new under a new name.
    pub fn formerly(mut self, name: impl Into<String>) -> Self {
        self.formerly = Some(name.into());
        self
    }

    pub(super) fn is_serverless(&self) -> bool {
        self.class.as_ref().is_none_or(|class| class.name() == SERVERLESS)
    }

    pub(super) fn class(&self) -> Option<&InstanceClass> {
        self.class.as_ref()
    }
}

/// What a cluster consists of where nobody says so: a server in each of two zones where it is protected, else one.
pub(super) fn defaults(scope: &Scope<'_>) -> SortedMap<String, Member> {
    let names: &[&str] = if scope.stage().is_protected() { &["a", "b"] } else { &["a"] };
    let mut members = SortedMap::new();
    for (name, zone) in names.iter().zip(1..) {
        members.insert(String::from(*name), Member::serverless().in_zone(zone));
    }
    members
}

impl AuroraCluster {
    /// Reports members that cannot stand in for each other.
    pub(super) fn check_members(
        &self,
        scope: &mut Scope<'_>,
        members: &SortedMap<String, Member>,
        capacity: &Capacity,
    ) {
        let mut refuse = |message: String, help: &str| {
            scope.report(Diagnostic::error(&code::DATABASE_MEMBERS, message).help(help));
        };
        if members.len() > MOST {
            refuse(
                format!("a cluster cannot have {} members", members.len()),
                "a writer and 15 readers are the most",
            );
        }
        let zones = self.options.vpc.subnets(self.options.tier()).len();
        for (name, member) in members {
            if member.promotion_tier > 15 {
                let message =
                    format!("the member `{name}` cannot have the promotion tier {}", member.promotion_tier);
                refuse(message, "tiers go from 0 to 15");
            }
            if let Some(zone) = member.zone
                && !(1..=zones).contains(&(zone as usize))
            {
                let message = format!("the member `{name}` cannot lie in zone {zone}");
                refuse(message, &format!("the VPC has subnets of this kind in {zones} zones"));
            }
            if let Some(class) = member.class().filter(|class| class.is_burstable())
                && matches!(self.engine, DatabaseEngine::MySql(_))
            {
                let message = format!("Database Insights does not watch MySQL on `{}`", class.name());
                refuse(message, "choose a class that does not burst, or a serverless member");
            }
        }
        let mut biggest = None;
        for (name, member) in members {
            if let Some(memory) = member.class().and_then(InstanceClass::memory) {
                biggest = biggest.max(Some((memory, name)));
            }
        }
        if let Some((memory, big)) = biggest
            && f64::from(memory) > capacity.most_memory()
        {
            for (name, _) in members.iter().filter(|(_, member)| {
                member.is_serverless() && FOLLOWING_TIERS.contains(&member.promotion_tier)
            }) {
                let most = capacity.most_memory();
                let message = format!(
                    "the serverless member `{name}` grows to {most} GiB and can become the writer in place of `{big}`, which has {memory}"
                );
                refuse(
                    message,
                    "raise the capacity, or give the serverless member a promotion tier of 2 or more",
                );
            }
        }
    }

    /// Reports a protected cluster that one zone can take down.
    pub(super) fn check_zones(&self, scope: &mut Scope<'_>, members: &SortedMap<String, Member>) {
        if !scope.stage().is_protected() || self.one_member.is_some() {
            return;
        }
        let mut zones = SortedSet::new();
        for member in members.values() {
            zones.insert(member.zone);
        }
        // A member that names no zone may come to lie in another one.
        let is_one = zones.len() < 2 && !zones.contains(&None);
        if members.len() < 2 || is_one {
            let message = "the failure of one zone takes down a cluster in a protected stage";
            let help = "add a second `.member(…)` in another zone, or say why not: `.one_zone(\"reason\")`";
            scope.report(Diagnostic::error(&code::DATABASE_MEMBERS, message).help(help));
        }
    }

    /// Adds a server under its own name.
    pub(super) fn add_member(
        &self,
        scope: &mut Scope<'_>,
        name: &str,
        member: &Member,
        cluster: &rds::DbClusterRef,
        logs: &[formwork_cfn::logs::LogGroupRef],
    ) -> rds::DbInstanceRef {
        let class = member.class().map_or(SERVERLESS, InstanceClass::name);
        let mut instance = rds::DbInstance::new()
            .engine(self.engine.aurora_name())
            .db_cluster_identifier(cluster)
            .db_instance_class(class)
            .auto_minor_version_upgrade(true)
            .promotion_tier(member.promotion_tier)
            .publicly_accessible(false);
        if let Some(window) = self.options.maintenance_window {
            instance = instance.preferred_maintenance_window(window.text());
        }
        let subnets = self.options.vpc.subnets(self.options.tier());
        let subnet = member.zone.and_then(|zone| subnets.get((zone as usize).checked_sub(1)?));
        if let Some(subnet) = subnet.and_then(|subnet| subnet.resource.as_ref()) {
            instance = instance.availability_zone(subnet.availability_zone());
        }
        // The data lie in the cluster: a server has none to keep.
        let instance = instance.removal_policy(DeletionPolicy::Delete).with_options(|options| {
            options.depends_on.extend(each(logs, formwork_synth::Handle::id));
        });
        let name = member.formerly.as_deref().unwrap_or(name);
        scope.add(format!("Member-{name}"), instance)
    }
}
