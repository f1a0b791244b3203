//! Where tasks run: on Fargate, on demand or on Spot, or on instances of our own.

use formwork_cfn::ecs::service::CapacityProviderStrategyItem;

use crate::{AutoScalingCapacityRef, compute::task::Compatibility};

/// How capacity is bought. Spot costs about a third, and is taken away with two minutes' notice.
///
/// See <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Capacity {
    /// All on demand.
    #[default]
    OnDemand,
    /// All on Spot: for what may stop at any time.
    Spot,
    /// The first `base` on demand, the others in the ratio of the two weights.
    Mix {
        /// Tasks, or instances, that are always on demand.
        base: u16,
        /// The weight of on-demand beyond the base, up to 1,000.
        on_demand: u16,
        /// The weight of Spot, up to 1,000.
        spot: u16,
    },
}

/// Where the tasks of a service run.
#[derive(Clone, Debug)]
pub(crate) enum LaunchOn {
    Fargate(Capacity),
    Instances(Box<AutoScalingCapacityRef>),
}

impl LaunchOn {
    /// What task definitions are made for.
    pub(super) fn compatibility(&self) -> Compatibility {
        match self {
            Self::Fargate(_) => Compatibility::Fargate,
            Self::Instances(_) => Compatibility::Ec2,
        }
    }

    /// Capacity providers rather than a launch type, because one can be changed to another in place.
    pub(super) fn strategy(&self) -> Vec<CapacityProviderStrategyItem> {
        match self {
            Self::Fargate(capacity) => capacity.strategy(),
            Self::Instances(instances) => {
                vec![CapacityProviderStrategyItem::new().capacity_provider(&instances.provider).weight(1)]
            }
        }
    }
}

impl Capacity {
    /// True where there may be a moment without a single task on demand.
    pub(super) const fn may_all_be_spot(self) -> bool {
        matches!(self, Self::Spot | Self::Mix { base: 0, on_demand: 0, .. })
    }

    fn strategy(self) -> Vec<CapacityProviderStrategyItem> {
        let provider = |name: &str, weight: u16| {
            CapacityProviderStrategyItem::new().capacity_provider(name).weight(weight)
        };
        match self {
            Self::OnDemand => vec![provider("FARGATE", 1)],
            Self::Spot => vec![provider("FARGATE_SPOT", 1)],
            Self::Mix { base, on_demand, spot } => {
                vec![provider("FARGATE", on_demand).base(base), provider("FARGATE_SPOT", spot)]
            }
        }
    }
}
