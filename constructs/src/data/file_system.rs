//! A file system of EFS, which tasks mount and which outlives them.
//!
//! Makes one `AWS::EFS::FileSystem` with an `AWS::EFS::MountTarget` for each private subnet and an `AWS::EC2::SecurityGroup`; an [`AccessPoint`] makes
//! one `AWS::EFS::AccessPoint`.
//!
//! Defaults: encrypted; refuses what comes without TLS or without permission; grows and speeds up as it is used; files that nobody reads move
//! to cheaper storage after 30 days, and back when they are read; backed up daily; kept on deletion in a protected stage.

use formwork_cfn::{
    efs::{self, access_point, file_system as property},
    kind,
};
use formwork_synth::{
    Attr, Connect, Construct, Expr, Grant, Handle, Listen, NodeId, Peer, Port, Ports, Scope, Str, Text, port,
    sub,
};

use crate::{
    SecurityGroup, SecurityGroupRef, Tier, VpcRef,
    identity::{Statement, policy_document},
    protection::keep_if_protected,
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
    backups: bool,
    cold: bool,
}

/// A file system of the app.
#[derive(Clone, Debug)]
pub struct FileSystemRef {
    /// Its id.
    pub id: Attr<kind::EfsFileSystemId>,
    /// Its ARN.
    pub arn: Text,
    /// The group around its mount targets.
    pub security_group: SecurityGroupRef,
    /// The resource itself, to change what no option says.
    pub resource: efs::FileSystemRef,
    mount_targets: Vec<NodeId>,
}

/// A directory of a file system, and the user and group that everything in it belongs to.
///
/// See <https://docs.aws.amazon.com/efs/latest/ug/efs-access-points.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct AccessPoint {
    files: FileSystemRef,
    path: Str,
    user: u32,
    group: u32,
}

/// A directory to mount.
#[derive(Clone, Debug)]
pub struct AccessPointRef {
    /// Its id.
    pub id: Attr<kind::EfsAccessPointId>,
    /// Its ARN.
    pub arn: Text,
    /// The file system that it lies in.
    pub file_system: FileSystemRef,
    /// The resource itself, to change what no option says.
    pub resource: efs::AccessPointRef,
}

/// The port of NFS.
const NFS: Port = port!(2049);

impl FileSystem {
    /// A file system that is reached from everywhere in a VPC that is connected to it.
    pub fn new(vpc: &VpcRef) -> Self {
        Self { vpc: vpc.clone(), backups: true, cold: true }
    }

    /// Leaves out the daily backups, for files that can be made again. Default: AWS Backup keeps those of the last 35 days.
    pub fn without_backups(mut self) -> Self {
        self.backups = false;
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
        let status = if self.backups {
            property::BackupPolicyStatus::Enabled
        } else {
            property::BackupPolicyStatus::Disabled
        };
        let mut files = efs::FileSystem::new()
            .encrypted(true)
            .throughput_mode(property::ThroughputMode::Elastic)
            .backup_policy(property::BackupPolicy::new().status(status))
            .file_system_policy(only_with_tls());
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
        let files = keep_if_protected(scope, files);
        let resource = scope.in_place(files);
        let mount_targets = (1..).zip(&subnets).map(|(number, subnet)| {
            let target = efs::MountTarget::new()
                .file_system_id(resource.file_system_id())
                .security_groups([&security_group.id])
                .subnet_id(subnet);
            Handle::id(&scope.add(format!("MountTarget{number}"), target))
        });
        let mount_targets = mount_targets.collect();
        FileSystemRef {
            id: resource.file_system_id(),
            arn: sub!("{}", resource.arn()),
            security_group,
            resource,
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
    /// Makes what mounts it wait until it can be reached.
    pub(crate) fn mount_targets(&self) -> &[NodeId] {
        &self.mount_targets
    }
}

impl Connect for FileSystemRef {
    fn peer(&self) -> Peer {
        self.security_group.peer()
    }
}

impl Listen for FileSystemRef {
    fn ports(&self) -> Vec<Ports> {
        vec![NFS.into()]
    }
}

impl AccessPoint {
    /// A directory of a file system, made when it is first mounted: `/uploads`.
    pub fn new(files: &FileSystemRef, path: impl Into<Str>) -> Self {
        Self { files: files.clone(), path: path.into(), user: 1000, group: 1000 }
    }

    /// Sets the user and group by number that everything in it belongs to, whoever writes it. A change replaces the access point, not the files.
    /// Default: 1000 and 1000.
    pub fn owner(mut self, user: u32, group: u32) -> Self {
        (self.user, self.group) = (user, group);
        self
    }
}

impl Construct for AccessPoint {
    type Handle = AccessPointRef;

    fn build(self, scope: &mut Scope<'_>) -> AccessPointRef {
        let (user, group) = (self.user.to_string(), self.group.to_string());
        let creation =
            access_point::CreationInfo::new().owner_uid(&user).owner_gid(&group).permissions("0750");
        let root = access_point::RootDirectory::new().path(self.path).creation_info(creation);
        let point = efs::AccessPoint::new()
            .file_system_id(&self.files.id)
            .posix_user(access_point::PosixUser::new().uid(user).gid(group))
            .root_directory(root);
        let resource = scope.in_place(point);
        AccessPointRef {
            id: resource.access_point_id(),
            arn: sub!("{}", resource.arn()),
            file_system: self.files,
            resource,
        }
    }
}

impl AccessPointRef {
    /// Permission to mount the directory and to read it.
    pub fn read(&self) -> Grant {
        self.allow(["elasticfilesystem:ClientMount"])
    }

    /// Permission to mount the directory, to read and to write it.
    pub fn read_write(&self) -> Grant {
        self.allow(["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"])
    }

    fn allow<const N: usize>(&self, actions: [&'static str; N]) -> Grant {
        let point = "elasticfilesystem:AccessPointArn";
        Grant::allow(actions, [&self.file_system.arn]).when("StringEquals", point, &self.arn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        FargateService, Image, Vpc,
        testing::{any_combination, snapshot},
    };

    #[test]
    fn file_system() {
        snapshot("file_system", |shop| {
            let vpc = shop.add("Vpc", Vpc::across_azs(2));
            let files = shop.add("Files", FileSystem::new(&vpc));
            let uploads = shop.add("Uploads", AccessPoint::new(&files, "/uploads").owner(33, 33));
            let api = FargateService::new(&vpc, Image::from_registry("public.ecr.aws/nginx/nginx:1.29.1"));
            shop.add("Api", api.mount(&uploads, "/srv/uploads"));
        });
    }

    #[test]
    fn any_file_system() {
        any_combination(|shop, pick| {
            let vpc = Vpc::across_azs(2);
            let vpc = shop.add("Vpc", pick.maybe(vpc, Vpc::public_only));
            let mut files = FileSystem::new(&vpc);
            files = pick.maybe(files, FileSystem::without_backups);
            files = pick.maybe(files, FileSystem::always_warm);
            let files = shop.add("Files", files);
            let point = AccessPoint::new(&files, "/data");
            let point = shop.add("Data", pick.maybe(point, |point| point.owner(0, 0)));
            let worker = FargateService::new(&vpc, Image::from_directory("worker")).public_ip();
            let worker = shop.add("Worker", pick.maybe(worker, |worker| worker.mount(&point, "/data")));
            shop.grant(&worker, point.read());
        });
    }
}
