//! In which order the containers of a task start, and what cannot be waited for.

use formwork_assembly::{Diagnostic, SortedMap, SortedSet, code};
use formwork_cfn::ecs::task_definition::ContainerDependencyCondition;
use formwork_synth::{Scope, Str};

use crate::each::each;

/// What another container of the task has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerState {
    /// It was started.
    Started,
    /// Its health check says that it is well.
    Healthy,
    /// It has ended, well or not.
    Completed,
    /// It has ended, and well.
    Succeeded,
}

/// What the others of a task need to know of a container.
pub(in crate::compute::task) struct Waiting<'a> {
    pub(in crate::compute::task) name: &'a str,
    pub(in crate::compute::task) is_essential: bool,
    pub(in crate::compute::task) has_health: bool,
    pub(in crate::compute::task) after: &'a SortedMap<Str, ContainerState>,
}

/// Reports containers that would wait for ever. A name that no container has is found by the checks of the template.
pub(in crate::compute::task) fn check_order(scope: &mut Scope<'_>, ones: &[Waiting<'_>]) {
    let mut by_name = SortedMap::new();
    for one in ones {
        by_name.insert(one.name, one);
    }
    for one in ones {
        for (name, state) in one.after {
            let Some(other) = by_name.get(name.as_ref()) else { continue };
            let problem = match state {
                ContainerState::Healthy if !other.has_health => Some((
                    format!("`{}` waits for `{name}` to be healthy, which has no health check", one.name),
                    format!("give `{name}` a `.container_health_check(…)`, or wait until it is started"),
                )),
                ContainerState::Completed | ContainerState::Succeeded if other.is_essential => Some((
                    format!("`{}` waits for the end of `{name}`, which would end the task", one.name),
                    format!("make `{name}` a sidecar that `.runs_first()`"),
                )),
                _ => None,
            };
            if let Some((message, help)) = problem {
                scope.report(Diagnostic::error(&code::CONTAINER_ORDER, message).help(help));
            }
        }
    }
    if let Some(circle) = ones.iter().find_map(|one| circle_from(one.name, &by_name)) {
        let message = format!("containers wait for each other: {}", circle.join(" after "));
        let help = "drop one of the `.after_container(…)`";
        scope.report(Diagnostic::error(&code::CONTAINER_ORDER, message).help(help));
    }
}

/// The names on a way from a container back to itself.
fn circle_from<'a>(start: &'a str, ones: &SortedMap<&'a str, &'a Waiting<'a>>) -> Option<Vec<String>> {
    let mut ways = vec![vec![start]];
    let mut seen = SortedSet::new();
    while let Some(way) = ways.pop() {
        let Some(last) = way.last().and_then(|last| ones.get(last)) else { continue };
        for name in last.after.keys() {
            let mut longer = way.clone();
            longer.push(name);
            if name == start {
                return Some(each(longer, |name| format!("`{name}`")));
            }
            if seen.insert(name.as_ref()) {
                ways.push(longer);
            }
        }
    }
    None
}

impl ContainerState {
    pub(super) fn property(self) -> ContainerDependencyCondition {
        match self {
            Self::Started => ContainerDependencyCondition::Start,
            Self::Healthy => ContainerDependencyCondition::Healthy,
            Self::Completed => ContainerDependencyCondition::Complete,
            Self::Succeeded => ContainerDependencyCondition::Success,
        }
    }
}
