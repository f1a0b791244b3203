//! Why something is as it is: the reasons that a user gives for what is less safe, where a reviewer of the template reads them.

use formwork_synth::{Expr, Options, ResourceOptions, Str};

use crate::each::each;

/// Where they stand in the metadata of a resource, beside the findings that were accepted.
const KEY: &str = "formwork:accepted";

/// Writes reasons into the metadata of a resource, after those that are there already.
pub(crate) trait Reasoned: ResourceOptions {
    /// Adds a reason where there is one: `no alarms`, `nobody waits for it`.
    fn because(self, what: &str, reason: Option<&Str>) -> Self {
        self.because_of(said(what, reason))
    }

    /// Adds reasons that say what they are for.
    fn because_of(self, reasons: Vec<String>) -> Self {
        self.with_options(|options| add(options, reasons))
    }
}

impl<R: ResourceOptions> Reasoned for R {}

fn said(what: &str, reason: Option<&Str>) -> Vec<String> {
    each(reason, |reason| format!("{what}: {reason}"))
}

fn add(options: &mut Options, reasons: Vec<String>) {
    if reasons.is_empty() {
        return;
    }
    let mut all = match options.metadata.remove(KEY) {
        Some(Expr::List(known)) => known,
        known => known.into_iter().collect(),
    };
    all.extend(each(reasons, Expr::text));
    options.metadata.set(KEY, Expr::List(all));
}
