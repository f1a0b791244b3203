//! Why CloudFormation makes no change set, by what it says: its words differ where its codes do not.

use formwork_assembly::{Diagnostic, Stack, code};

use super::validation;
use crate::deploy::{
    Failure, FailureKind, Session,
    cloud::{ChangeSetPage, ChangeSetRequest, Cloud, Fault, FaultKind},
    finding::clause,
};

/// What to do where an import is to do more than that.
const ONLY_IMPORT: &str = "nothing was changed; an import takes over what is there, and nothing else: \
                           leave new outputs and other changes out of the stack until it is done, then deploy them";

/// Why CloudFormation does not even begin to make it.
pub(super) fn refused(stack: &Stack, fault: Fault) -> Failure {
    let is_more_than_import = is_more_than_import(&fault.message);
    let mut failure = Failure::from(fault);
    for finding in failure.findings.iter_mut().filter(|_| is_more_than_import) {
        *finding = finding.clone().path(&stack.id).help(ONLY_IMPORT);
    }
    failure
}

/// Why it cannot be carried out: what the validation has found, or else what CloudFormation says.
pub(super) async fn failed<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    page: &ChangeSetPage,
    request: &ChangeSetRequest,
) -> Failure {
    let mut findings = validation::errors(session, stack, &page.id, request).await;
    if findings.is_empty() {
        let reason = request.without_values(clause(&page.reason));
        let message =
            format!("CloudFormation cannot make a change set of the stack `{}`: {reason}", stack.name);
        let help = if is_more_than_import(&reason) {
            ONLY_IMPORT
        } else {
            "nothing was changed; put right what it says, and deploy again"
        };
        findings.push(Diagnostic::error(&code::CHANGE_SET_FAILED, message).path(&stack.id).help(help));
    }
    Failure { kind: FailureKind::Failed, findings }
}

/// True for what CloudFormation says where a change set would do nothing.
pub(in crate::deploy) fn says_nothing_changes(reason: &str) -> bool {
    let reason = reason.to_ascii_lowercase();
    ["didn't contain changes", "did not contain changes", "no updates are to be performed"]
        .iter()
        .any(|text| reason.contains(text))
}

/// True where CloudFormation knows no drift-aware change sets for this stack, or in this region.
pub(super) fn is_for_drift(made: &Result<ChangeSetPage, Fault>) -> bool {
    let speaks_of_it = |text: &str| {
        let text = text.to_ascii_lowercase();
        ["drift", "deploymentmode", "deployment mode"].iter().any(|word| text.contains(word))
    };
    match made {
        Ok(page) => page.status == "FAILED" && speaks_of_it(&page.reason),
        Err(fault) => fault.kind == FaultKind::Invalid && speaks_of_it(&fault.message),
    }
}

/// What CloudFormation says where it makes no change set because of a nested stack.
pub(super) fn for_nested(made: &Result<ChangeSetPage, Fault>) -> Option<String> {
    let said = match made {
        Ok(page) if page.status == "FAILED" => &page.reason,
        Err(fault) if fault.kind == FaultKind::Invalid => &fault.message,
        _ => return None,
    };
    said.to_ascii_lowercase().contains("nested").then(|| said.clone())
}

/// True for what CloudFormation says where an import is to do more than that.
fn is_more_than_import(reason: &str) -> bool {
    reason.contains("import operation, you cannot modify or add")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_that_is_to_do_more_says_what_to_leave_out() {
        let stack = Stack { id: "Shop".to_owned(), ..Stack::default() };
        let said = "As part of the import operation, you cannot modify or add [Outputs]";
        let fault = |said| Fault::new(FaultKind::Invalid, "cloudformation:CreateChangeSet", said);
        let finding = refused(&stack, fault(said)).findings.remove(0);
        assert_eq!((finding.path.as_deref(), finding.help.as_deref()), (Some("Shop"), Some(ONLY_IMPORT)));
        let other = refused(&stack, fault("Template format error")).findings.remove(0);
        assert_ne!(other.help.as_deref(), Some(ONLY_IMPORT));
    }
}
