//! Containers on instances of our own: a service like one on Fargate, on the instances of an [`AutoScalingCapacity`](crate::AutoScalingCapacity).
//!
//! Makes one `AWS::ECS::Service` and what else [`FargateService`](crate::FargateService) makes, but no cluster: the instances have one.
//!
//! Defaults: those of `FargateService`; tasks are spread over availability zones.

use formwork_synth::{Construct, Port, Scope};

use crate::{
    AutoScalingCapacityRef, Image,
    compute::{
        fargate_service::{ServiceOptions, ServiceRef, service_options},
        task::task_options,
    },
};

/// A service on instances of our own.
///
/// ```
/// # use formwork_constructs::{AutoScalingCapacity, Ec2Service, Image, Vpc};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// let capacity = shop.add("Capacity", AutoScalingCapacity::new(&vpc, ["m7g.large"]));
/// let worker = shop.add("Worker", Ec2Service::new(&capacity, Image::from_directory("worker")).count(2));
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct Ec2Service {
    options: ServiceOptions,
}

impl Ec2Service {
    /// A service that runs an image on the instances.
    pub fn new(capacity: &AutoScalingCapacityRef, image: Image) -> Self {
        let mut options = ServiceOptions::new(&capacity.vpc, image);
        options.run_on_instances(capacity);
        Self { options }
    }

    /// Says on which port the container listens, so that others can be connected to the service. Default: none.
    pub fn port(mut self, port: Port) -> Self {
        self.options.task.port = Some(port);
        self
    }

    service_options!();
    task_options!(options.task);
}

impl Construct for Ec2Service {
    type Handle = ServiceRef;

    fn build(self, scope: &mut Scope<'_>) -> ServiceRef {
        self.options.build(scope, None)
    }
}
