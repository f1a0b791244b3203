//! What the containers of a task must agree on.

use formwork_assembly::{Diagnostic, code};
use formwork_synth::Scope;

use super::{
    Compatibility, Part, Place, TaskOptions,
    container::{Waiting, check_order},
};

use crate::each::each;

/// The GiB of storage that Fargate offers beyond the 20 that every task has.
const STORAGE: std::ops::RangeInclusive<u32> = 21..=200;

impl TaskOptions {
    /// Reports what cannot be a type.
    pub(super) fn check(&self, scope: &mut Scope<'_>, parts: &[Part<'_>], compatibility: Compatibility) {
        for part in parts {
            part.container.check(scope, &part.name, compatibility);
            if let Place::Sidecar(sidecar) = part.role {
                sidecar.check(scope);
            }
        }
        let waiting = |part| {
            let Part { name, container, .. }: &Part<'_> = part;
            Waiting {
                name,
                is_essential: part.is_essential(),
                has_health: container.health.is_some(),
                after: &container.after,
            }
        };
        check_order(scope, &each(parts, waiting));
        check_architecture(scope, parts);
        if let Some(logging) = &self.logging {
            logging.check(scope);
        }
        self.check_share(scope);
        if self.exec && self.fault_injection {
            let message = "the tasks have ECS Exec, and can be disturbed by experiments as well";
            let help = "AWS FIS wants the one off for the other: drop `.exec()` or `.fault_injection()`";
            scope.report(Diagnostic::error(&code::FAULT_INJECTION, message).help(help));
        }
        if let Some(gib) = self.storage
            && compatibility == Compatibility::Ec2
        {
            let message = format!("a task on instances cannot ask for {gib} GiB of storage");
            let help = "the disks of the instances are what tasks share: drop `.ephemeral_storage(…)`";
            scope.report(Diagnostic::error(&code::EPHEMERAL_STORAGE, message).help(help));
        } else if let Some(gib) = self.storage.filter(|gib| !STORAGE.contains(gib)) {
            let message = format!("a task cannot have {gib} GiB of storage");
            let help = format!("Fargate gives 20 GiB anyway, and {} to {}", STORAGE.start(), STORAGE.end());
            scope.report(Diagnostic::error(&code::EPHEMERAL_STORAGE, message).help(help));
        }
    }

    /// Reports sidecars that leave nothing to the app's own container.
    fn check_share(&self, scope: &mut Scope<'_>) {
        let (mut cpu, mut memory) = (0, 0);
        for sidecar in &self.sidecars {
            cpu += u64::from(sidecar.cpu.unwrap_or(0));
            memory += u64::from(sidecar.memory.unwrap_or(0));
        }
        let shares = [("CPU units", cpu, self.size.cpu()), ("MiB of memory", memory, self.size.memory())];
        for (what, taken, all) in shares {
            if taken >= u64::from(all) {
                let message = format!("the sidecars take {taken} {what} of the {all} that the task has");
                let help = "make the task larger by `.size(task_size!(…))`, or the sidecars smaller by `.reserve(…)`";
                scope.report(Diagnostic::error(&code::SIDECAR, message).help(help));
            }
        }
    }
}

/// Reports images for another processor than that of the app's own.
fn check_architecture(scope: &mut Scope<'_>, parts: &[Part<'_>]) {
    let Some((app, others)) = parts.split_first() else { return };
    let wrong = others.iter().filter(|part| !part.image.fits_any);
    for part in wrong.filter(|part| part.image.architecture != app.image.architecture) {
        let message = format!(
            "`{}` is built for {:?}, and the task runs on {:?}",
            part.name, part.image.architecture, app.image.architecture
        );
        let help = "say the same `.architecture(…)` of both images";
        scope.report(Diagnostic::error(&code::ARCHITECTURE, message).help(help));
    }
}
