//! ECS: what Fargate demands, and that containers agree with each other.

use std::fmt;

use formwork_assembly::SortedSet;

use super::{Checker, Fields, Step, referred};
use crate::{
    expr::Expr,
    phase::validate::phrase::{all_of, one_of},
};

/// The sizes of Fargate: units of CPU, and the MiB of memory that go with them.
const SIZES: [(f64, Memory); 8] = [
    (256.0, Memory::Any(&[512.0, 1_024.0, 2_048.0])),
    (512.0, Memory::Steps(1_024.0, 4_096.0, 1_024.0)),
    (1_024.0, Memory::Steps(2_048.0, 8_192.0, 1_024.0)),
    (2_048.0, Memory::Steps(4_096.0, 16_384.0, 1_024.0)),
    (4_096.0, Memory::Steps(8_192.0, 30_720.0, 1_024.0)),
    (8_192.0, Memory::Steps(16_384.0, 61_440.0, 4_096.0)),
    (16_384.0, Memory::Steps(32_768.0, 122_880.0, 8_192.0)),
    (32_768.0, Memory::Any(&[61_440.0, 122_880.0, 249_856.0])),
];

/// Sizes of memory.
#[derive(Clone, Copy)]
enum Memory {
    /// One of these.
    Any(&'static [f64]),
    /// The least, the most, and the step between.
    Steps(f64, f64, f64),
}

impl Memory {
    fn holds(self, size: f64) -> bool {
        match self {
            Self::Any(sizes) => sizes.contains(&size),
            Self::Steps(least, most, step) => (least..=most).contains(&size) && (size - least) % step == 0.0,
        }
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any(sizes) => f.write_str(&one_of(sizes.iter().map(f64::to_string))),
            Self::Steps(least, most, step) => write!(f, "`{least}` to `{most}` in steps of `{step}`"),
        }
    }
}

impl<'t> Checker<'t, '_> {
    /// Checks a task definition.
    pub(super) fn task_definition(&mut self, task: Fields<'t>) {
        let fargate = task
            .list("RequiresCompatibilities")
            .is_some_and(|list| list.iter().any(|item| item.as_text() == Some("FARGATE")));
        if fargate {
            self.fargate(task);
        }
        self.containers(task, fargate);
    }

    fn fargate(&mut self, task: Fields<'t>) {
        for name in ["Cpu", "Memory"] {
            if task.lacks(name) {
                self.disagree(format!("a Fargate task needs `{name}`"), format!("set `{name}` of the task"));
            }
        }
        let awsvpc = task.text("NetworkMode").map_or(!task.lacks("NetworkMode"), |mode| mode == "awsvpc");
        if !awsvpc {
            self.disagree(
                "a Fargate task has a network interface of its own",
                "set `NetworkMode` to `awsvpc`",
            );
        }
        let (Some(cpu), Some(memory)) = (task.number("Cpu"), task.number("Memory")) else { return };
        match SIZES.iter().find(|(size, _)| *size == cpu) {
            None => {
                let sizes = all_of(SIZES.iter().map(|(size, _)| size.to_string()));
                let message = format!("Fargate has no size of `{cpu}` CPU units");
                self.disagree_at(&[Step::Key("Cpu")], message, format!("sizes are {sizes}"));
            }
            Some((_, sizes)) if !sizes.holds(memory) => {
                let message = format!("Fargate has no size of `{cpu}` CPU units with `{memory}` MiB");
                self.disagree_at(&[Step::Key("Memory")], message, format!("with that CPU go {sizes}"));
            }
            Some(_) => {}
        }
    }

    fn containers(&mut self, task: Fields<'t>, fargate: bool) {
        let Some(all) = task.list("ContainerDefinitions") else { return };
        let names: Option<Vec<String>> = all.iter().map(|one| Fields::of(one)?.text("Name")).collect();
        let mut seen = SortedSet::new();
        self.findings.down(Step::Key("ContainerDefinitions"));
        for (index, container) in task.objects("ContainerDefinitions") {
            self.findings.down(Step::Item(index));
            if let Some(name) = container.text("Name").filter(|name| !seen.insert(name.clone())) {
                let message = format!("two containers are named `{name}`");
                self.disagree(message, "each container of a task has a name of its own");
            }
            self.container_memory(task, container, fargate);
            if task.text("NetworkMode").as_deref() == Some("awsvpc") {
                self.container_ports(container);
            }
            if let Some(names) = &names {
                self.container_order(container, names);
            }
            self.findings.up();
        }
        let is_optional =
            |one: Fields<'t>| one.text("Essential").is_some_and(|flag| flag.eq_ignore_ascii_case("false"));
        if !all.is_empty() && all.iter().all(|one| Fields::of(one).is_some_and(is_optional)) {
            let help = "a task runs as long as its essential containers do: make one so";
            self.disagree("no container is essential", help);
        }
        self.findings.up();
    }

    fn container_memory(&mut self, task: Fields<'t>, container: Fields<'t>, fargate: bool) {
        let nowhere =
            task.lacks("Memory") && container.lacks("Memory") && container.lacks("MemoryReservation");
        if nowhere && !fargate {
            let help = "set `Memory` or `MemoryReservation` of the container";
            self.disagree("neither the container nor its task has `Memory`", help);
        }
        if let (Some(most), Some(reserved)) =
            (container.number("Memory"), container.number("MemoryReservation"))
            && reserved > most
        {
            let message =
                format!("`MemoryReservation` is `{reserved}`, more than `Memory`, which is `{most}`");
            self.disagree(message, "reserve at most what the container may use");
        }
    }

    fn container_ports(&mut self, container: Fields<'t>) {
        for (place, port) in container.objects("PortMappings") {
            let (Some(inner), Some(outer)) = (port.number("ContainerPort"), port.number("HostPort")) else {
                continue;
            };
            if inner != outer && outer != 0.0 {
                let message = format!("`HostPort` is `{outer}`, and `ContainerPort` is `{inner}`");
                let help = "with `awsvpc` both are the same; leave `HostPort` out";
                self.disagree_at(&[Step::Key("PortMappings"), Step::Item(place)], message, help);
            }
        }
    }

    fn container_order(&mut self, container: Fields<'t>, names: &[String]) {
        for (place, needed) in container.objects("DependsOn") {
            if let Some(name) = needed.text("ContainerName").filter(|name| !names.contains(name)) {
                let message = format!("there is no container `{name}` in the task");
                self.disagree_at(
                    &[Step::Key("DependsOn"), Step::Item(place)],
                    message,
                    "name one of its containers",
                );
            }
        }
    }

    /// Checks a service.
    pub(super) fn ecs_service(&mut self, service: Fields<'t>) {
        if service.has("LaunchType") && service.has("CapacityProviderStrategy") {
            self.disagree("`LaunchType` and `CapacityProviderStrategy` are both set", "keep one of the two");
        }
        if service.text("LaunchType").as_deref() == Some("FARGATE") && service.lacks("NetworkConfiguration") {
            self.disagree(
                "a Fargate service needs `NetworkConfiguration`",
                "set the subnets in its `AwsvpcConfiguration`",
            );
        }
        let task = service.get("TaskDefinition").and_then(referred).and_then(|id| self.names.resource(id));
        let Some(task) = task.and_then(|task| task.properties()).map(Fields) else { return };
        let Some(containers) = task.list("ContainerDefinitions") else { return };
        let containers: Option<Vec<Fields<'t>>> = containers.iter().map(Fields::of).collect();
        let Some(containers) = containers else { return };
        if containers.iter().any(|container| container.text("Name").is_none()) {
            return;
        }
        for (index, balanced) in service.objects("LoadBalancers") {
            self.findings.down(Step::Key("LoadBalancers"));
            self.findings.down(Step::Item(index));
            self.balanced(balanced, &containers);
            self.findings.up();
            self.findings.up();
        }
    }

    /// Checks that a load balancer reaches a container on a port that it listens on.
    fn balanced(&mut self, balanced: Fields<'t>, containers: &[Fields<'t>]) {
        let Some(name) = balanced.text("ContainerName") else { return };
        let Some(container) = containers.iter().find(|one| one.text("Name").as_ref() == Some(&name)) else {
            return self
                .disagree(format!("the task has no container `{name}`"), "name one of its containers");
        };
        let ports: Option<Vec<f64>> = match container.get("PortMappings") {
            None => Some(Vec::new()),
            Some(Expr::List(items)) => {
                items.iter().map(|port| Fields::of(port)?.number("ContainerPort")).collect()
            }
            Some(_) => None,
        };
        if let (Some(ports), Some(port)) = (ports, balanced.number("ContainerPort"))
            && !ports.contains(&port)
        {
            let help = "add the port to its `PortMappings`, or use one that is there";
            self.disagree(format!("the container `{name}` does not listen on port `{port}`"), help);
        }
    }
}
