//! Why something is as it is: the reasons that a user gives for what is less safe, where a reviewer of the template reads them.

use formwork_synth::{Expr, ResourceOptions};

/// Where they stand in the metadata of a resource, beside the findings that were accepted.
const KEY: &str = "formwork:accepted";

/// Writes reasons into the metadata of a resource.
pub(crate) trait Reasoned: ResourceOptions {
    /// Adds reasons to those that are there already, such as `no alarms: nobody waits for it`.
    fn because(self, reasons: impl IntoIterator<Item = String>) -> Self {
        self.with_options(|options| {
            let mut all = match options.metadata.remove(KEY) {
                Some(Expr::List(known)) => known,
                known => known.into_iter().collect(),
            };
            all.extend(reasons.into_iter().map(Expr::text));
            if !all.is_empty() {
                options.metadata.set(KEY, Expr::List(all));
            }
        })
    }
}

impl<R: ResourceOptions> Reasoned for R {}
