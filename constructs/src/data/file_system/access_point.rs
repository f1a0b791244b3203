//! A directory of a file system, as tasks mount it.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    efs::{self, access_point as property},
    kind,
};
use formwork_synth::{Attr, Construct, Grant, Scope, Str, Text, sub};

use crate::arn;

use super::FileSystemRef;

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
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<efs::AccessPointRef>,
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
        let is_path =
            self.path.starts_with('/') && self.path.len() <= 100 && self.path.split('/').count() <= 5;
        if !is_path {
            let message = format!("`{}` cannot be the path of an access point", self.path.escape_debug());
            let help = "name a directory from the root on, four deep and 100 characters long at most";
            scope.report(Diagnostic::error(&code::CONTAINER_PATH, message).help(help));
        }
        let (user, group) = (self.user.to_string(), self.group.to_string());
        let creation = property::CreationInfo::new().owner_uid(&user).owner_gid(&group).permissions("0750");
        let root = property::RootDirectory::new().path(self.path).creation_info(creation);
        let point = efs::AccessPoint::new()
            .file_system_id(&self.files.id)
            .posix_user(property::PosixUser::new().uid(user).gid(group))
            .root_directory(root);
        let resource = scope.in_place(point);
        AccessPointRef {
            id: resource.access_point_id(),
            arn: sub!("{}", resource.arn()),
            file_system: self.files,
            resource: Some(resource),
        }
    }
}

impl AccessPointRef {
    /// An access point that exists already, in the account and region of the stack: `fsap-0123456789abcdef0`.
    pub fn existing(files: &FileSystemRef, id: impl Into<Str>) -> Self {
        let id = Attr::existing(id);
        let arn = arn::here("elasticfilesystem", sub!("access-point/{}", &id));
        Self { id, arn, file_system: files.clone(), resource: None }
    }

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
