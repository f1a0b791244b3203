//! What a service is refused for, or warned of: what cannot be a type.

use formwork_assembly::{Diagnostic, code};
use formwork_synth::Scope;

use super::{LaunchOn, ServiceOptions};
use crate::Architecture;

impl ServiceOptions {
    /// Reports an image that the instances cannot run.
    pub(super) fn check_processor(&self, scope: &mut Scope<'_>, image: Architecture) {
        let LaunchOn::Instances(instances) = &self.launch else { return };
        if image != instances.architecture {
            let message = format!(
                "the image is built for {image:?}, and the instances are {:?}",
                instances.architecture
            );
            let help = "say the `.architecture(…)` of the image, or name other instance types";
            scope.report(Diagnostic::error(&code::INSTANCES, message).help(help));
        }
    }

    /// Warns of a protected service that Spot may stop altogether.
    pub(super) fn check_spot(&self, scope: &mut Scope<'_>) {
        if self.may_all_be_spot() && scope.stage().is_protected() && self.spot_reason.is_none() {
            let message = "all tasks of a protected service may be stopped at once, as they are on Spot";
            let help = "keep some on demand with `Capacity::Mix`, or say why that does no harm by `.all_on_spot(\"why\")`";
            scope.report(Diagnostic::warning(&code::ALL_ON_SPOT, message).help(help));
        }
    }

    /// Reports what cannot be a type.
    pub(super) fn check(&self, scope: &mut Scope<'_>) {
        if let LaunchOn::Instances(instances) = &self.launch {
            if self.public_ip {
                let message = "tasks on instances have no public addresses";
                let help = "drop `.public_ip()`, and let the VPC have a NAT gateway";
                scope.report(Diagnostic::error(&code::CLUSTER_INSTANCES, message).help(help));
            }
            if self.cluster.as_ref().is_some_and(|cluster| cluster.name != instances.cluster.name) {
                let message = "the service names another cluster than that of its instances";
                let help = "drop `.cluster(…)`: the instances say which cluster it is";
                scope.report(Diagnostic::error(&code::CLUSTER_INSTANCES, message).help(help));
            }
        }
        if let (Some(count), Some(_)) = (self.count, &self.scaling) {
            let message = format!("the service has {count} tasks, and scales as well");
            let help = "drop `.count(…)`, or drop `.scale(…)` and its targets";
            scope.report(Diagnostic::error(&code::TASK_COUNT, message).help(help));
        }
    }
}
