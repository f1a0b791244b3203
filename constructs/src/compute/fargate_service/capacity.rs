//! Whether Fargate tasks run on demand or on Spot.

use formwork_cfn::ecs::service::CapacityProviderStrategyItem;

/// What kind of capacity the tasks of a service run on. Spot costs about a third, and is taken away with two minutes' notice.
///
/// See <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Capacity {
    /// All on demand.
    #[default]
    OnDemand,
    /// All on Spot: for what may stop at any time.
    Spot,
    /// The first `base` tasks on demand, the others in the ratio of the two weights.
    Mix {
        /// Tasks that always run on demand.
        base: u16,
        /// The weight of on-demand tasks beyond the base, up to 1,000.
        on_demand: u16,
        /// The weight of Spot tasks, up to 1,000.
        spot: u16,
    },
}

impl Capacity {
    /// Capacity providers rather than a launch type, because one mix can be changed to another in place.
    pub(super) fn strategy(self) -> Vec<CapacityProviderStrategyItem> {
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
