//! What runs: clusters, services, images, and how they scale.

mod auto_scaling_capacity;
mod cluster;
mod credential;
mod deployment;
mod ec2_service;
mod environment;
pub(crate) mod fargate_service;
mod image;
mod queue_worker;
mod scaling;
mod schedule;
mod scheduled_task;
pub(crate) mod task;
mod task_size;

pub use auto_scaling_capacity::{AutoScalingCapacity, AutoScalingCapacityRef, ExistingCapacity};
pub use cluster::{Cluster, ClusterRef};
pub use deployment::{DeployTask, Deployment, FailureThreshold, OneOffTask, OneOffTaskRef};
pub use ec2_service::Ec2Service;
pub use environment::EnvironmentValue;
pub use fargate_service::{Capacity, ExistingService, FargateService, FargateServiceRef, ServiceRef};
pub use formwork_synth::GateStage;
pub use image::{Architecture, Image};
pub use queue_worker::{QueueWorker, QueueWorkerRef, WorkerQueue};
pub use schedule::Schedule;
pub use scheduled_task::{Overlap, ScheduledTask, ScheduledTaskRef};
pub use task::{ContainerHealth, ContainerState, Logging, Sidecar};
pub use task_size::TaskSize;
