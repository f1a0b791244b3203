//! Why something is as it is: the reasons that a user gives for what is less safe, where a reviewer of the template reads them.

use formwork_synth::{Expr, Options, ResourceOptions, Str};

/// Where they stand in the metadata of a resource, beside the findings that were accepted.
const KEY: &str = "formwork:accepted";

/// Writes reasons into the metadata of a resource, after those that are there already.
pub(crate) trait Reasoned: ResourceOptions {
    /// Adds a reason where there is one: `no alarms`, `nobody waits for it`.
    fn because(self, what: &str, reason: Option<&Str>) -> Self {
        match reason {
            Some(reason) => self.because_of(vec![format!("{what}: {reason}")]),
            None => self,
        }
    }

    /// Adds reasons that say what they are for.
    fn because_of(self, reasons: Vec<String>) -> Self {
        self.with_options(|options| add(options, reasons))
    }
}

impl<R: ResourceOptions> Reasoned for R {}

fn add(options: &mut Options, reasons: Vec<String>) {
    let mut all = match options.metadata.remove(KEY) {
        Some(Expr::List(known)) => known,
        known => known.into_iter().collect(),
    };
    all.extend(reasons.into_iter().map(Expr::text));
    if !all.is_empty() {
        options.metadata.set(KEY, Expr::List(all));
    }
}
