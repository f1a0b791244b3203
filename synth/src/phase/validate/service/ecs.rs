//! ECS: what Fargate demands, and that containers agree with each other.

use std::collections::BTreeSet;

use super::{Checker, Fields, Step, referred};
use crate::expr::Expr;

/// The sizes of Fargate: units of CPU, the least and most memory in MiB, and the step between.
const SIZES: [(f64, f64, f64, f64); 7] = [
    (256.0, 512.0, 2_048.0, 512.0),
    (512.0, 1_024.0, 4_096.0, 1_024.0),
    (1_024.0, 2_048.0, 8_192.0, 1_024.0),
    (2_048.0, 4_096.0, 16_384.0, 1_024.0),
    (4_096.0, 8_192.0, 30_720.0, 1_024.0),
    (8_192.0, 16_384.0, 61_440.0, 4_096.0),
    (16_384.0, 32_768.0, 122_880.0, 8_192.0),
];

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
        match SIZES.iter().find(|(size, ..)| *size == cpu) {
            None => {
                let sizes = SIZES.map(|(size, ..)| format!("`{size}`")).join(", ");
                self.disagree_at(
                    &[Step::Key("Cpu")],
                    format!("Fargate has no size of `{cpu}` CPU units"),
                    format!("sizes are {sizes}"),
                );
            }
            Some((_, least, most, step)) => {
                let small = cpu == 256.0 && memory == 1_536.0;
                let fits = (*least..=*most).contains(&memory) && (memory % step == 0.0) && !small;
                if !fits {
                    let range = if cpu == 256.0 {
                        "`512`, `1024` or `2048`".to_owned()
                    } else {
                        format!("`{least}` to `{most}` in steps of `{step}`")
                    };
                    self.disagree_at(
                        &[Step::Key("Memory")],
                        format!("Fargate has no size of `{cpu}` CPU units with `{memory}` MiB"),
                        format!("memory for that CPU is {range}"),
                    );
                }
            }
        }
    }

    fn containers(&mut self, task: Fields<'t>, fargate: bool) {
        let Some(all) = task.list("ContainerDefinitions") else { return };
        let names: Option<Vec<String>> = all.iter().map(|one| Fields::of(one)?.text("Name")).collect();
        let mut seen = BTreeSet::new();
        for (index, container) in task.objects("ContainerDefinitions") {
            let way = [Step::Key("ContainerDefinitions"), Step::Item(index)];
            if let Some(name) = container.text("Name").filter(|name| !seen.insert(name.clone())) {
                self.disagree_at(
                    &way,
                    format!("two containers are named `{name}`"),
                    "each container of a task has a name of its own",
                );
            }
            if task.lacks("Memory")
                && container.lacks("Memory")
                && container.lacks("MemoryReservation")
                && !fargate
            {
                self.disagree_at(
                    &way,
                    "neither the container nor its task has `Memory`",
                    "set `Memory` or `MemoryReservation` of the container",
                );
            }
            if let (Some(hard), Some(soft)) =
                (container.number("Memory"), container.number("MemoryReservation"))
                && soft > hard
            {
                self.disagree_at(
                    &way,
                    format!("`MemoryReservation` is `{soft}`, more than `Memory`, which is `{hard}`"),
                    "reserve at most what the container may use",
                );
            }
            if task.text("NetworkMode").as_deref() == Some("awsvpc") {
                for (place, port) in container.objects("PortMappings") {
                    if let (Some(inner), Some(outer)) =
                        (port.number("ContainerPort"), port.number("HostPort"))
                        && inner != outer
                        && outer != 0.0
                    {
                        let way = [way[0], way[1], Step::Key("PortMappings"), Step::Item(place)];
                        self.disagree_at(
                            &way,
                            format!("`HostPort` is `{outer}`, and `ContainerPort` is `{inner}`"),
                            "with `awsvpc` both are the same; leave `HostPort` out",
                        );
                    }
                }
            }
            for (place, needed) in container.objects("DependsOn") {
                let (Some(names), Some(name)) = (&names, needed.text("ContainerName")) else { continue };
                if !names.contains(&name) {
                    let way = [way[0], way[1], Step::Key("DependsOn"), Step::Item(place)];
                    self.disagree_at(
                        &way,
                        format!("there is no container `{name}` in the task"),
                        "name one of its containers",
                    );
                }
            }
        }
        let all_optional = !all.is_empty()
            && all.iter().all(|one| {
                Fields::of(one).is_some_and(|one| {
                    one.text("Essential").is_some_and(|flag| flag.eq_ignore_ascii_case("false"))
                })
            });
        if all_optional {
            self.disagree_at(
                &[Step::Key("ContainerDefinitions")],
                "no container is essential",
                "a task runs as long as its essential containers do: make one so",
            );
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
        let task =
            service.get("TaskDefinition").and_then(referred).and_then(|id| self.names.resources.get(id));
        let Some(task) = task.and_then(|task| task.properties()).map(Fields) else { return };
        let Some(containers) = task.list("ContainerDefinitions") else { return };
        let containers: Option<Vec<Fields<'t>>> = containers.iter().map(Fields::of).collect();
        let Some(containers) = containers else { return };
        for (index, balanced) in service.objects("LoadBalancers") {
            let way = [Step::Key("LoadBalancers"), Step::Item(index)];
            let Some(name) = balanced.text("ContainerName") else { continue };
            if containers
                .iter()
                .any(|container| container.get("Name").is_some_and(|name| !matches!(name, Expr::Text(_))))
            {
                continue;
            }
            let Some(container) =
                containers.iter().find(|container| container.text("Name").as_ref() == Some(&name))
            else {
                self.disagree_at(
                    &way,
                    format!("the task has no container `{name}`"),
                    "name one of its containers",
                );
                continue;
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
                self.disagree_at(
                    &way,
                    format!("the container `{name}` does not listen on port `{port}`"),
                    "add the port to its `PortMappings`, or use one that is there",
                );
            }
        }
    }
}
