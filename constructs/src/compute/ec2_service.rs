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

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, cidr, port, testing::findings};

    use super::*;
    use crate::{AutoScalingCapacity, Cluster, OnCall, VpcRef, testing::snapshot};

    fn capacity(shop: &mut Scope<'_>) -> AutoScalingCapacityRef {
        let vpc = VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
            .with_private_subnets(["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]);
        shop.add("Capacity", AutoScalingCapacity::new(&vpc, ["m7g.large"]))
    }

    #[test]
    fn ec2_service() {
        snapshot("ec2_service", |shop| {
            let capacity = capacity(shop);
            let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
            let orders = Ec2Service::new(&capacity, Image::from_directory("orders"))
                .port(port!(8080))
                .scale(2..=6)
                .run_before_deploy(["migrate"])
                .alarms(&on_call);
            let orders = shop.add("Orders", orders);
            let worker =
                Ec2Service::new(&capacity, Image::from_directory("worker")).no_alarms("nobody waits for it");
            let worker = shop.add("Worker", worker);
            shop.connect(&worker, &orders);
        });
    }

    #[test]
    fn public_addresses_and_other_clusters_are_refused() {
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let capacity = capacity(&mut shop);
        let other = shop.add("Other", Cluster::new());
        let mut service = Ec2Service::new(&capacity, Image::from_directory("api"));
        service.options.cluster = Some(other);
        service.options.public_ip = true;
        shop.add("Api", service);
        assert_eq!(findings(app).matches("FW3535").count(), 2);
    }
}
