//! One instance: its launch template, and the role by which it joins the cluster.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    ec2::{self, launch_template as property},
    iam,
};
use formwork_synth::{Grant, Parameter, Scope, intrinsic, sub};
use property::{MetadataOptionsHttpEndpoint as Endpoint, MetadataOptionsHttpTokens as Tokens};

use super::AutoScalingCapacity;
use crate::{Architecture, ClusterRef, Role, RoleRef, SecurityGroupRef, arn};

impl AutoScalingCapacity {
    /// Adds the launch template, whose image is looked up at each deployment.
    pub(super) fn launch_template(
        &self,
        scope: &mut Scope<'_>,
        cluster: &ClusterRef,
        architecture: Architecture,
        group: &SecurityGroupRef,
        role: &RoleRef,
    ) -> ec2::LaunchTemplateRef {
        let least = self.machine.least_volume();
        if self.volume_gib < least {
            let message = format!("a volume of {} GiB is too small for the system", self.volume_gib);
            let help = format!("give it {least} GiB or more");
            scope.report(Diagnostic::error(&code::INSTANCES, message).help(help));
        }
        let image: Parameter<String> = Parameter::of("AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>");
        let image = scope.parameter("Image", image.default_value(self.machine.parameter(architecture)));
        let profile = scope.add("Profile", iam::InstanceProfile::new().roles([&role.name]));
        let metadata = property::MetadataOptions::new()
            .http_endpoint(Endpoint::Enabled)
            .http_put_response_hop_limit(1)
            .http_tokens(Tokens::Required);
        let mut data = property::LaunchTemplateData::new()
            .block_device_mappings(self.machine.volumes(self.volume_gib))
            .ebs_optimized(true)
            .iam_instance_profile(property::IamInstanceProfile::new().arn(profile.arn()))
            .image_id(image)
            .metadata_options(metadata)
            .monitoring(property::Monitoring::new().enabled(scope.stage().is_protected()))
            .security_group_ids([&group.id])
            .user_data(intrinsic::base64(self.machine.user_data(cluster)));
        if let Some(first) = self.instance_types.first() {
            data = data.instance_type(first.clone());
        }
        scope.add("Template", ec2::LaunchTemplate::new().launch_template_data(data))
    }
}

/// Adds the role, which may do what the agent does: join this cluster, and say how its tasks fare.
pub(super) fn role(scope: &mut Scope<'_>, cluster: &ClusterRef) -> RoleRef {
    let description = format!("lets the instances of {} join their cluster", scope.path());
    let role = Role::for_service("ec2.amazonaws.com").for_any_account().description(description);
    let role = scope.add("Role", role);
    let arn = |kind: &str, rest: &str| {
        arn::here("ecs", sub!("{}/{}{}", kind.to_owned(), &cluster.name, rest.to_owned()))
    };
    let (cluster_itself, instances) = (arn("cluster", ""), arn("container-instance", "/*"));
    let of_cluster = [
        "ecs:DeregisterContainerInstance",
        "ecs:RegisterContainerInstance",
        "ecs:SubmitAttachmentStateChanges",
        "ecs:SubmitContainerStateChange",
        "ecs:SubmitTaskStateChange",
    ];
    let of_instances = ["ecs:Poll", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState"];
    let join = Grant::allow(of_cluster, [cluster_itself])
        .and(Grant::allow(of_instances, [instances]))
        // Where the agent finds ECS is asked before it knows any resource.
        .and(Grant::allow(["ecs:DiscoverPollEndpoint"], ["*"]));
    scope.grant(&role, join);
    role
}
