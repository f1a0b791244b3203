//! A service as others see it: built here, built in another stack, or there already.

use formwork_cfn::{ecs, kind};
use formwork_synth::{
    Attr, Connect, IntoValue, Listen, Peer, Port, Ports, Principal, PrincipalRole, Str, Text, sub,
};

use crate::{ClusterRef, LogGroupRef, OneOffTaskRef, RoleRef, SecurityGroupRef, arn, each::each};

/// A service of the app, or one that exists already, on Fargate or on instances.
#[derive(Clone, Debug)]
pub struct ServiceRef {
    /// Its name.
    pub name: Attr<kind::EcsServiceName>,
    /// Its ARN.
    pub arn: Attr<kind::EcsServiceArn>,
    /// The cluster it runs on.
    pub cluster: ClusterRef,
    /// The group around its tasks.
    pub security_group: SecurityGroupRef,
    /// The role that its containers run under: what is granted to the service is granted to it.
    pub task_role: RoleRef,
    /// The role that starts its containers: pulls the image, reads the secrets, writes the logs.
    pub execution_role: RoleRef,
    /// What its containers write.
    pub logs: LogGroupRef,
    /// The resource itself, to change what no option says; nothing for a service that exists already.
    pub resource: Option<ecs::ServiceRef>,
    /// What its task definition is called, whatever the revision.
    pub family: Text,
    /// The name and port by which other services of the cluster reach it, where it has a name: `orders:8080`.
    pub address: Option<String>,
    /// The task definition itself, to change what no option says; nothing for a service that exists already.
    pub task_definition: Option<ecs::TaskDefinitionRef>,
    /// The tasks of their own that run before each deployment, in their order.
    pub before_deploy: Vec<OneOffTaskRef>,
    /// The tasks of their own that test each new version, in their order.
    pub tests: Vec<OneOffTaskRef>,
    pub(super) port: Option<Port>,
}

/// What to know of a service that exists already, to connect it, to grant it something, to update it and to see how it does.
#[derive(Clone, Debug)]
pub struct ExistingService {
    /// The cluster it runs on.
    pub cluster: ClusterRef,
    /// Its name.
    pub name: Str,
    /// What its task definition is called, without the revision.
    pub family: Str,
    /// The id of the security group around its tasks.
    pub security_group: Str,
    /// The role that its containers run under.
    pub task_role: RoleRef,
    /// The role that starts its containers.
    pub execution_role: RoleRef,
    /// What its containers write.
    pub logs: LogGroupRef,
    /// The port that it listens on, if any.
    pub port: Option<Port>,
}

impl ServiceRef {
    /// A service of the account and region of the stack that exists already, on Fargate or on instances. Rules are named after it.
    ///
    /// ```
    /// use formwork_constructs::{ClusterRef, ExistingService, LogGroupRef, RoleRef, ServiceRef};
    /// use formwork_synth::port;
    ///
    /// let billing = ServiceRef::existing(ExistingService {
    ///     cluster: ClusterRef::existing("shared"),
    ///     name: "billing".into(),
    ///     family: "billing".into(),
    ///     security_group: "sg-0123456789abcdef0".into(),
    ///     task_role: RoleRef::existing("billing-task"),
    ///     execution_role: RoleRef::existing("billing-execution"),
    ///     logs: LogGroupRef::existing("/ecs/billing"),
    ///     port: Some(port!(8080)),
    /// });
    /// ```
    pub fn existing(service: ExistingService) -> Self {
        let ExistingService { cluster, name, family, security_group, task_role, execution_role, logs, port } =
            service;
        let arn = arn::here("ecs", sub!("service/{}/{}", &cluster.name, name.as_ref()));
        Self {
            arn: Attr::from_expr(IntoValue::<String>::into_expr(arn)),
            security_group: SecurityGroupRef::existing(name.as_ref(), security_group),
            name: Attr::existing(name),
            cluster,
            task_role,
            execution_role,
            logs,
            resource: None,
            family: sub!("{}", family.as_ref()),
            address: None,
            task_definition: None,
            before_deploy: Vec::new(),
            tests: Vec::new(),
            port,
        }
    }

    /// Says by which name and port other services of its cluster reach a service that exists already: `billing:8080`.
    #[must_use]
    pub fn with_address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }
}

impl Connect for ServiceRef {
    fn peer(&self) -> Peer {
        self.security_group.peer()
    }
}

impl Listen for ServiceRef {
    fn ports(&self) -> Vec<Ports> {
        each(self.port, Ports::from)
    }
}

impl Principal for ServiceRef {
    fn role(&self) -> PrincipalRole {
        self.task_role.role()
    }
}
