//! A file system of EFS, which tasks mount and which outlives them.
//!
//! Makes one `AWS::EFS::FileSystem` with an `AWS::EFS::MountTarget` for each private subnet and an `AWS::EC2::SecurityGroup`; an
//! [`AccessPoint`] makes one `AWS::EFS::AccessPoint`.
//!
//! Defaults: encrypted; refuses what comes without TLS or without permission; grows and speeds up as it is used; files that nobody reads move
//! to cheaper storage after 30 days, and back when they are read; backed up daily; kept on deletion in a protected stage.

mod access_point;

use formwork_cfn::{
    efs::{self, file_system as property},
    kind,
};
use formwork_synth::{
    Attr, Connect, Construct, Expr, Handle, Listen, NodeId, Peer, Port, Ports, Scope, Str, Text, port, sub,
};

pub use access_point::{AccessPoint, AccessPointRef};

use crate::{
    Graph, KeyRef, Metric, Observe, SecurityGroup, Statistic, Tier, VpcRef, arn,
    each::each,
    identity::{Statement, policy_document},
    protection::keep_if_protected,
    reason::Reasoned,
};

/// A file system that tasks of a VPC share.
///
/// ```
/// # use formwork_constructs::{AccessPoint, FargateService, FileSystem, Image, Vpc};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// let files = shop.add("Files", FileSystem::new(&vpc));
/// let uploads = shop.add("Uploads", AccessPoint::new(&files, "/uploads"));
/// let api = FargateService::new(&vpc, Image::from_directory("api")).mount(&uploads, "/srv/uploads");
/// ```
///
/// See <https://docs.aws.amazon.com/efs/latest/ug/whatisefs.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct FileSystem {
    vpc: VpcRef,
    unsaved: Option<Str>,
    cold: bool,
    key: Option<KeyRef>,
}

/// A file system of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct FileSystemRef {
    /// Its id.
    pub id: Attr<kind::EfsFileSystemId>,
    /// Its ARN.
    pub arn: Text,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<efs::FileSystemRef>,
    peer: Peer,
    mount_targets: Vec<NodeId>,
}

/// The port of NFS.
const NFS: Port = port!(2049);

impl FileSystem {
    /// A file system that is reached from everywhere in a VPC that is connected to it.
    pub fn new(vpc: &VpcRef) -> Self {
        Self { vpc: vpc.clone(), unsaved: None, cold: true, key: None }
    }

    /// Encrypts with a key of one's own. A change replaces the file system. Default: the account's own key for EFS.
    pub fn key(mut self, key: &KeyRef) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Leaves out the daily backups, such as of files that can be made again. The reason is written into the template. Default: AWS Backup keeps
    /// those of the last 35 days.
    pub fn without_backups(mut self, reason: impl Into<Str>) -> Self {
        self.unsaved = Some(reason.into());
        self
    }

    /// Keeps files in the fast storage even when nobody reads them. Default: they move to a cheaper one after 30 days.
    pub fn always_warm(mut self) -> Self {
        self.cold = false;
        self
    }

    /// The tier with the mount targets: the innermost one that tasks run in.
    fn tier(&self) -> Tier {
        let tiers = [Tier::Private, Tier::Isolated];
        tiers.into_iter().find(|tier| !self.vpc.subnets(*tier).is_empty()).unwrap_or(Tier::Public)
    }
}

impl Construct for FileSystem {
    type Handle = FileSystemRef;

    fn build(self, scope: &mut Scope<'_>) -> FileSystemRef {
        let status = match &self.unsaved {
            None => property::BackupPolicyStatus::Enabled,
            Some(_) => property::BackupPolicyStatus::Disabled,
        };
        let mut files = efs::FileSystem::new()
            .encrypted(true)
            .throughput_mode(property::ThroughputMode::Elastic)
            .backup_policy(property::BackupPolicy::new().status(status))
            .file_system_policy(only_with_tls());
        if let Some(key) = &self.key {
            files = files.kms_key_id(&key.arn);
        }
        if self.cold {
            files = files.lifecycle_policies([
                property::LifecyclePolicy::new()
                    .transition_to_ia(property::LifecyclePolicyTransitionToIa::After30Days),
                property::LifecyclePolicy::new().transition_to_primary_storage_class(
                    property::LifecyclePolicyTransitionToPrimaryStorageClass::After1Access,
                ),
            ]);
        }
        let group = SecurityGroup::new(&self.vpc, format!("files of {}", scope.path()))
            .listed_egress()
            .owned_by(scope.id());
        let security_group = scope.add("SecurityGroup", group);
        let help = "let the VPC have subnets for the mount targets";
        let subnets = self.vpc.subnet_ids(scope, self.tier(), 1, help);
        let files = keep_if_protected(scope, files.because("without backups", self.unsaved.as_ref()));
        let resource = scope.in_place(files);
        let mount_targets = each(subnets.iter().zip(1..), |(subnet, number)| {
            let target = efs::MountTarget::new()
                .file_system_id(resource.file_system_id())
                .security_groups([&security_group.id])
                .subnet_id(subnet);
            Handle::id(&scope.add(format!("MountTarget{number}"), target))
        });
        FileSystemRef {
            id: resource.file_system_id(),
            arn: sub!("{}", resource.arn()),
            resource: Some(resource),
            peer: security_group.peer(),
            mount_targets,
        }
    }
}

/// A policy that refuses plain connections. With any policy at all, a client needs permission to do anything.
fn only_with_tls() -> Expr {
    let actions = [
        "elasticfilesystem:ClientMount",
        "elasticfilesystem:ClientRootAccess",
        "elasticfilesystem:ClientWrite",
    ];
    policy_document(actions.map(Statement::deny_without_tls))
}

impl FileSystemRef {
    /// A file system that exists already, in the account and region of the stack, with the group around its mount targets.
    pub fn existing(id: impl Into<Str>, security_group: impl Into<Str>) -> Self {
        let id: Str = id.into();
        let group = Attr::<kind::Ec2SecurityGroupId>::existing(security_group);
        let peer = Peer::existing_security_group(id.to_string(), &group);
        let id = Attr::existing(id);
        let arn = arn::here("elasticfilesystem", sub!("file-system/{}", &id));
        Self { id, arn, resource: None, peer, mount_targets: Vec::new() }
    }

    /// Makes what mounts it wait until it can be reached.
    pub(crate) fn mount_targets(&self) -> &[NodeId] {
        &self.mount_targets
    }
}

impl Connect for FileSystemRef {
    fn peer(&self) -> Peer {
        self.peer.clone()
    }
}

impl Observe for FileSystemRef {
    fn graphs(&self) -> Vec<Graph> {
        let metric =
            |name, statistic| Metric::new("AWS/EFS", name, statistic).dimension("FileSystemId", &self.id);
        let traffic = Graph::new("bytes read and written")
            .metric(metric("DataReadIOBytes", Statistic::Sum).label("read"))
            .metric(metric("DataWriteIOBytes", Statistic::Sum).label("written"));
        let clients =
            Graph::new("clients").metric(metric("ClientConnections", Statistic::Sum).label("connections"));
        let limit = Graph::new("percent of the operations that it can do")
            .metric(metric("PercentIOLimit", Statistic::Maximum).label("most"));
        vec![traffic, clients, limit]
    }
}

impl Listen for FileSystemRef {
    fn ports(&self) -> Vec<Ports> {
        vec![NFS.into()]
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, testing};

    use super::*;
    use crate::{
        FargateService, Image, Key, Vpc,
        testing::{any_combination, snapshot},
    };

    #[test]
    fn file_system() {
        snapshot("file_system", |shop| {
            let vpc = shop.add("Vpc", Vpc::across_azs(2));
            let files = shop.add("Files", FileSystem::new(&vpc));
            let uploads = shop.add("Uploads", AccessPoint::new(&files, "/uploads").owner(33, 33));
            let api = FargateService::new(&vpc, Image::from_registry("public.ecr.aws/nginx/nginx:1.29.1"))
                .no_alarms("a test");
            let old = FileSystemRef::existing("fs-0123456789abcdef0", "sg-0123456789abcdef0");
            let old = AccessPointRef::existing(&old, "fsap-0123456789abcdef0");
            shop.add("Api", api.mount(&uploads, "/srv/uploads").mount(&old, "/srv/old"));
        });
    }

    #[test]
    fn any_file_system() {
        any_combination(|shop, pick| {
            let vpc = Vpc::across_azs(2);
            let vpc = shop.add("Vpc", pick.maybe(vpc, Vpc::public_only));
            let mut files = FileSystem::new(&vpc);
            files = pick.maybe(files, |files| files.without_backups("made again"));
            files = pick.maybe(files, FileSystem::always_warm);
            let key = shop.add("Key", Key::new("encrypts files"));
            files = pick.maybe(files, |files| files.key(&key));
            let files = shop.add("Files", files);
            let point = AccessPoint::new(&files, "/data");
            let point = shop.add("Data", pick.maybe(point, |point| point.owner(0, 0)));
            let worker =
                FargateService::new(&vpc, Image::from_directory("worker")).no_alarms("a test").public_ip();
            let worker = shop.add("Worker", pick.maybe(worker, |worker| worker.mount(&point, "/data")));
            shop.grant(&worker, point.read());
            shop.add("Dashboard", crate::Dashboard::new().show("files", &files));
        });
    }

    #[test]
    fn an_access_point_has_a_path() {
        for path in ["uploads", "/a/b/c/d/e"] {
            let mut app = App::new("shop", &Stage::new("dev"));
            let files = FileSystemRef::existing("fs-0123456789abcdef0", "sg-0123456789abcdef0");
            app.stack("Shop").add("Files", AccessPoint::new(&files, path));
            let found = testing::findings(app);
            assert!(found.contains("FW3522") && found.contains(path), "{found}");
        }
    }
}
