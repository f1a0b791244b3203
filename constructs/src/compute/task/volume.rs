//! What containers write to: empty volumes that go with the task, and directories that stay.

use formwork_assembly::SortedMap;
use formwork_cfn::ecs::task_definition as property;
use formwork_synth::Str;

use super::container::Container;
use crate::{AccessPointRef, each::each_letter};

/// The volumes of a task by their names.
#[derive(Default)]
pub(super) struct Volumes(SortedMap<String, property::Volume>);

impl Volumes {
    /// Adds what a container writes to, and says where in it that is.
    pub(super) fn of(&mut self, container: &Container, name: &str) -> Vec<property::MountPoint> {
        let mut points = Vec::new();
        for path in &container.writable {
            points.push(self.add(name, path, property::Volume::new()));
        }
        for (path, directory) in &container.mounts {
            points.push(self.add(
                name,
                path,
                property::Volume::new().efs_volume_configuration(encrypted(directory)),
            ));
        }
        points
    }

    fn add(&mut self, container: &str, path: &Str, volume: property::Volume) -> property::MountPoint {
        let plain = format!("{container}-{}", slug(path));
        let mut name = plain.clone();
        let mut number = 2;
        while self.0.contains_key(&name) {
            name = format!("{plain}-{number}");
            number += 1;
        }
        let point =
            property::MountPoint::new().source_volume(&name).container_path(path.clone()).read_only(false);
        self.0.insert(name.clone(), volume.name(name));
        point
    }

    /// All of them.
    pub(super) fn into_list(self) -> Vec<property::Volume> {
        self.0.into_values().collect()
    }
}

/// A directory of a file system, reached over TLS and with the permissions of the task.
fn encrypted(directory: &AccessPointRef) -> property::EfsVolumeConfiguration {
    let authorization = property::AuthorizationConfig::new()
        .access_point_id(&directory.id)
        .iam(property::AuthorizationConfigIam::Enabled);
    property::EfsVolumeConfiguration::new()
        .filesystem_id(&directory.file_system.id)
        .authorization_config(authorization)
        .transit_encryption(property::EfsVolumeConfigurationTransitEncryption::Enabled)
}

/// A path as part of a name.
fn slug(path: &str) -> String {
    each_letter(path.trim_start_matches('/'), |letter| {
        Some(if letter.is_ascii_alphanumeric() || letter == '_' { letter } else { '-' })
    })
}
