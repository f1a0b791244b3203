//! What CloudFormation's validation of a change set has found.

use formwork_assembly::{Diagnostic, Stack, code};

use crate::deploy::{
    Session,
    cloud::{ChangeSetRequest, Cloud, ValidationFinding},
    finding::clause,
    origins::Origins,
    pages,
};

/// What would fail.
pub(super) async fn errors<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    change_set: &str,
    request: &ChangeSetRequest,
) -> Vec<Diagnostic> {
    findings(session, stack, change_set, request, "FAILED").await
}

/// Tells what the validation has found that stops nothing: a bucket that is not empty, a quota that may not do.
pub(super) async fn warn<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    change_set: &str,
    request: &ChangeSetRequest,
) {
    for warning in findings(session, stack, change_set, request, "WARN").await {
        session.teller.warn(warning);
    }
}

/// What the validation has found, of one status. Who may not ask, or asks the local server, which validates nothing, is told of nothing.
async fn findings<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    change_set: &str,
    request: &ChangeSetRequest,
    status: &str,
) -> Vec<Diagnostic> {
    if session.local.is_some() {
        return Vec::new();
    }
    let found = pages::all(session, async |next| session.cloud.describe_validation(change_set, next).await);
    let found = found.await.unwrap_or_default();
    let origins = Origins::of(stack);
    found.iter().filter(|one| one.status == status).map(|one| finding(one, &origins, request)).collect()
}

fn finding(found: &ValidationFinding, origins: &Origins<'_>, request: &ChangeSetRequest) -> Diagnostic {
    let reason = request.without_values(clause(&found.reason));
    let message = format!("the validation of CloudFormation has found: {reason}");
    let help = match found.name.as_str() {
        name if name.contains("NAME") => {
            "something of that name is there: give this one another name, or take the other one over with `--import-existing`"
        }
        name if name.contains("BUCKET") || name.contains("EMPT") => {
            "empty the bucket first, or keep it with a deletion policy"
        }
        _ => "nothing was changed; put it right in the code, and deploy again",
    };
    let make = if found.status == "WARN" { Diagnostic::warning } else { Diagnostic::error };
    let finding = make(&code::VALIDATION_FAILED, message).help(help);
    let finding = origins.mark(finding, &found.logical_id);
    let property = found.path.as_deref().and_then(|path| path.split_once(&format!("/{}/", found.logical_id)));
    match property {
        Some((_, property)) => finding.property(property),
        None => finding,
    }
}
