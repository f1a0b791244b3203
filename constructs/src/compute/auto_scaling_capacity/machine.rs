//! The system that an instance runs: where its image is found, how it is told its cluster, and which volumes it has.

use formwork_cfn::ec2::launch_template as property;
use formwork_synth::{Text, sub};
use property::EbsVolumeType;

use crate::{Architecture, ClusterRef};

/// A system that AWS makes for ECS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Machine {
    AmazonLinux,
    Bottlerocket,
}

impl Machine {
    /// The SSM parameter of AWS that names its newest image.
    pub(super) fn parameter(self, architecture: Architecture) -> &'static str {
        match (self, architecture) {
            (Self::AmazonLinux, Architecture::Arm64) => {
                "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"
            }
            (Self::AmazonLinux, Architecture::X86_64) => {
                "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"
            }
            (Self::Bottlerocket, Architecture::Arm64) => {
                "/aws/service/bottlerocket/aws-ecs-2/arm64/latest/image_id"
            }
            (Self::Bottlerocket, Architecture::X86_64) => {
                "/aws/service/bottlerocket/aws-ecs-2/x86_64/latest/image_id"
            }
        }
    }

    /// The least GiB that its images fit into.
    pub(super) const fn least_volume(self) -> u32 {
        match self {
            // The snapshot of the image is that large.
            Self::AmazonLinux => 30,
            Self::Bottlerocket => 20,
        }
    }

    /// What an instance is told when it starts. Containers stay away from the role of the instance, and tasks leave a Spot instance in time.
    pub(super) fn user_data(self, cluster: &ClusterRef) -> Text {
        match self {
            Self::AmazonLinux => sub!(
                "#!/bin/bash\ncat >> /etc/ecs/ecs.config <<END\nECS_CLUSTER={}\nECS_AWSVPC_BLOCK_IMDS=true\nECS_ENABLE_SPOT_INSTANCE_DRAINING=true\nEND\n",
                &cluster.name
            ),
            Self::Bottlerocket => sub!(
                "[settings.ecs]\ncluster = \"{}\"\nawsvpc-block-imds = true\nenable-spot-instance-draining = true\n",
                &cluster.name
            ),
        }
    }

    /// Its volumes, all encrypted; the largest holds images and containers.
    pub(super) fn volumes(self, gib: u32) -> Vec<property::BlockDeviceMapping> {
        let volume = |device: &str, gib: Option<u32>| {
            let mut disk = property::Ebs::new()
                .delete_on_termination(true)
                .encrypted(true)
                .volume_type(EbsVolumeType::Gp3);
            if let Some(gib) = gib {
                disk = disk.volume_size(gib);
            }
            property::BlockDeviceMapping::new().device_name(device).ebs(disk)
        };
        match self {
            Self::AmazonLinux => vec![volume("/dev/xvda", Some(gib))],
            Self::Bottlerocket => vec![volume("/dev/xvda", None), volume("/dev/xvdb", Some(gib))],
        }
    }
}
