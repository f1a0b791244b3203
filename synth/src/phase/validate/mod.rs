//! The validate phase: every resource and section of a template is held against the facts and the rules of CloudFormation.
//!
//! A value that only CloudFormation knows is taken to be right unless that is impossible; a literal is checked to the end.
//! Nothing stops at the first finding. What is not here: policies (what is wise), and what needs more than one template.

mod condition;
mod cycle;
mod dynamic;
mod facts;
mod fields;
mod finding;
mod function;
mod identity;
mod limit;
mod mapping;
mod names;
mod object;
mod output;
mod parameter;
mod pattern;
mod phrase;
mod policy;
mod readable;
mod reference;
mod region;
mod resource;
mod rule;
mod section;
mod service;
mod tag;
mod target;
mod text;
mod value;

pub(in crate::phase) use cycle::circles;
pub use cycle::cycles;
pub use facts::Facts;
pub(in crate::phase) use region::availability;

use formwork_assembly::{Diagnostic, SortedMap};

use self::{finding::Findings, names::Names};
use crate::{expr::Expr, template::Template};

/// Holds one template against the facts: findings of resources in their order, then of the sections.
///
/// ```
/// use formwork_synth::{Template, validate};
/// let template = Template::from(serde_json::json!({
///     "Resources": { "Topic": { "Type": "AWS::SNS::Topic", "DependsOn": "Quene" } },
/// }));
/// let findings = validate(&template);
/// assert_eq!(findings[0].message, "`DependsOn` names `Quene`, and no resource has that id");
/// ```
pub fn validate(template: &Template) -> Vec<Diagnostic> {
    validate_with(&mut Facts::new(), template)
}

/// As [`validate`], with facts that are shared between templates, or that know further types.
pub fn validate_with(facts: &mut Facts, template: &Template) -> Vec<Diagnostic> {
    let mut checker = Checker {
        facts,
        names: Names::of(template),
        findings: Findings::default(),
        stand: Stand::Value,
        right_tags: SortedMap::new(),
        globals: template.sections.get("Globals").is_some(),
    };
    checker.resources(template);
    checker.circles(template);
    checker.identities(template);
    checker.services(template);
    checker.sections(template);
    checker.limits(template);
    checker.findings.finish()
}

/// One run over one template. Each file of this folder adds what it checks.
struct Checker<'t, 'f> {
    facts: &'f mut Facts,
    names: Names<'t>,
    findings: Findings<'t>,
    stand: Stand,
    /// By type, the tags of a resource that are right.
    right_tags: SortedMap<&'static str, &'t Expr>,
    /// True if a `Globals` section may set what a serverless resource leaves out.
    globals: bool,
}

/// Where a value stands, which decides what it may refer to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    /// Where resources are known: properties, outputs.
    Value,
    /// In `Conditions`, which are decided before any resource exists.
    Condition,
    /// In `Rules`, which are decided before any resource exists.
    Rule,
    /// In the name of an export, which must not depend on a resource.
    Name,
}
