//! Makes the change set of a stack, and waits until CloudFormation has worked out what it would do.

use formwork_assembly::{Diagnostic, Stack, code, digest};

use super::{
    Failure, FailureKind, Options, Progress, Published, Session, Target,
    cloud::{
        ChangeSetId, ChangeSetKind, ChangeSetPage, ChangeSetRequest, Cloud, Fault, FaultKind, OnStackFailure,
        Page, PlannedChange, ValidationFinding,
    },
    import,
    ledger::Ledger,
    nested,
    origins::Origins,
    pages, parameters,
    patience::persist,
    state::Standing,
};

/// A change set that can be carried out.
#[derive(Clone, Debug)]
pub(super) struct ChangeSet {
    /// Its ARN: what was reviewed is carried out, not what has its name.
    pub id: String,
    /// The ARN of the stack.
    pub stack_id: String,
    pub kind: ChangeSetKind,
    pub changes: Vec<PlannedChange>,
}

/// What says which template a change set was made of, and whether it imports: of that CloudFormation says nothing afterwards.
pub(super) fn seal(target: &Target, stack: &Stack, kind: ChangeSetKind) -> String {
    let (stage, template) = (&target.assembly.stage, digest(stack.template.as_bytes()));
    let what = if kind == ChangeSetKind::Import { ", to import" } else { "" };
    format!("made by Formwork for the stage {stage} of the template {template}{what}")
}

/// Makes a change set; none where the stack is as it should be.
///
/// # Errors
/// It cannot be made, or CloudFormation finds that it would fail.
pub(super) async fn make<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    options: &Options,
    published: &Published,
    ledger: &Ledger<C>,
    (stack, standing): (&Stack, &Standing),
) -> Result<Option<ChangeSet>, Failure> {
    let session = &session.at(stack);
    let existing = standing.description();
    let imports: Vec<_> = options
        .imports
        .iter()
        .filter(|import| import.stack == stack.id)
        .map(|import| import.resource.clone())
        .collect();
    let kind = if imports.is_empty() { standing.kind() } else { ChangeSetKind::Import };
    let is_protected = target.assembly.protected;
    let role = options.role.clone().or_else(|| published.executor(stack).map(str::to_owned));
    let role =
        if kind == ChangeSetKind::Import { import::role(session, stack, existing, role) } else { role };
    let mut request = ChangeSetRequest {
        stack: stack.name.clone(),
        name: session.change_set_name(),
        description: seal(target, stack, kind),
        kind,
        template: published.template(stack),
        parameters: parameters::values(session, stack, &options.parameters, existing).await?,
        // CloudFormation refuses an import that changes the tags of a stack, or gives a new one some; the next deployment does.
        tags: match (kind, existing) {
            (ChangeSetKind::Import, Some(existing)) => existing.tags.clone(),
            (ChangeSetKind::Import, None) => Vec::new(),
            _ => stack.tags.clone(),
        },
        role,
        notify: options.notify.clone(),
        on_failure: (kind == ChangeSetKind::Create && !options.keep_on_failure)
            .then_some(OnStackFailure::Delete),
        import_existing: options.import_existing,
        imports,
        revert_drift: kind == ChangeSetKind::Update && (is_protected || options.revert_drift),
        nested: kind != ChangeSetKind::Import && nested::has_nested(&stack.template),
        express: options.express,
        keep_on_failure: options.keep_on_failure,
        token: session.token(&stack.id),
    };
    // A shell that was there before is somebody else's, who may have prepared something.
    let is_shell = matches!(standing, Standing::Absent);
    ledger.note(session, stack, &request.name, is_shell);
    let mut made = attempt(session, &request).await;
    if request.revert_drift && is_refused_for_drift(&made) {
        let message = "this stack cannot be compared with what was changed beside its template";
        let help = "such changes are neither shown nor taken back; `drift` looks for them";
        let warning = Diagnostic::warning(&code::DRIFT_UNAWARE, message).path(stack.id.clone()).help(help);
        session.teller.tell(Progress::Warning(warning));
        remove(session, &stack.name, &request.name).await?;
        request.revert_drift = false;
        request.token = session.token(&format!("again-{}", stack.id));
        made = attempt(session, &request).await;
    }
    if request.nested
        && let Some(said) = is_refused_for_nested(&made)
    {
        let said = nested::reason(session, &said).await;
        let text = format!("the stacks within cannot be looked into: {}", request.without_values(&said));
        session.teller.tell(Progress::Note { stack: stack.id.clone(), path: stack.id.clone(), text });
        remove(session, &stack.name, &request.name).await?;
        request.nested = false;
        request.token = session.token(&format!("outer-{}", stack.id));
        made = attempt(session, &request).await;
    }
    let page = made.map_err(|fault| refused(stack, fault))?;
    if page.status != "FAILED" {
        let mut changes = changes(session, &page).await?;
        nested::look_into(session, &mut changes).await?;
        warn(session, stack, &page.id, &request).await;
        return Ok(Some(ChangeSet { id: page.id, stack_id: page.stack_id, kind, changes }));
    }
    let is_empty = says_nothing_changes(&page.reason);
    let failure = if is_empty { None } else { Some(failed(session, stack, &page, &request).await) };
    // Of no use to anybody. The shell that a creation leaves goes with the rest of the ledger.
    let removed = remove(session, &stack.name, &request.name).await;
    match failure {
        Some(failure) => Err(failure),
        None => {
            removed?;
            ledger.forget(stack);
            Ok(None)
        }
    }
}

/// Makes it, and waits until it is ready or has failed.
async fn attempt<C: Cloud>(session: &Session<C>, request: &ChangeSetRequest) -> Result<ChangeSetPage, Fault> {
    let made = persist(session, async || session.cloud.create_change_set(request).await).await;
    let (change_set, stack, doubt) = match made {
        Ok(ChangeSetId { id, .. }) => (id, None, None),
        // Names are of one run: it may have been made by a request whose answer was lost.
        Err(fault) if fault.kind == FaultKind::Exists => {
            (request.name.clone(), Some(request.stack.as_str()), Some(fault))
        }
        Err(fault) => return Err(fault),
    };
    loop {
        let page =
            persist(session, async || session.cloud.describe_change_set(&change_set, stack, None).await)
                .await;
        let page = match (page, &doubt) {
            (Err(missing), Some(doubt)) if missing.kind == FaultKind::Missing => return Err(doubt.clone()),
            (page, _) => page?,
        };
        if !matches!(page.status.as_str(), "CREATE_PENDING" | "CREATE_IN_PROGRESS") {
            return Ok(page);
        }
        tokio::time::sleep(session.pace).await;
    }
}

/// The changes of all pages.
pub(super) async fn changes<C: Cloud>(
    session: &Session<C>,
    first: &ChangeSetPage,
) -> Result<Vec<PlannedChange>, Fault> {
    let page = |page: ChangeSetPage| Page { items: page.changes, next: page.next };
    pages::from(session, page(first.clone()), async |next| {
        session.cloud.describe_change_set(&first.id, None, next).await.map(page)
    })
    .await
}

async fn remove<C: Cloud>(session: &Session<C>, stack: &str, name: &str) -> Result<(), Fault> {
    let removed = persist(session, async || session.cloud.delete_change_set(name, Some(stack)).await).await;
    removed.or_else(|fault| if fault.kind == FaultKind::Missing { Ok(()) } else { Err(fault) })
}

/// True where CloudFormation knows no drift-aware change sets for this stack, or in this region.
fn is_refused_for_drift(made: &Result<ChangeSetPage, Fault>) -> bool {
    let speaks_of_it = |text: &str| {
        let text = text.to_ascii_lowercase();
        ["drift", "deploymentmode", "deployment mode"].iter().any(|word| text.contains(word))
    };
    match made {
        Ok(page) => page.status == "FAILED" && speaks_of_it(&page.reason),
        Err(fault) => fault.kind == FaultKind::Invalid && speaks_of_it(&fault.message),
    }
}

/// What to do where an import is to do more than that.
const ONLY_IMPORT: &str = "nothing was changed; an import takes over what is there, and nothing else: \
                           leave new outputs and other changes out of the stack until it is done, then deploy them";

/// True for what CloudFormation says where an import is to do more than that.
fn is_more_than_import(reason: &str) -> bool {
    reason.contains("import operation, you cannot modify or add")
}

/// Why CloudFormation does not even begin to make it.
fn refused(stack: &Stack, fault: Fault) -> Failure {
    let is_more_than_import = is_more_than_import(&fault.message);
    let mut failure = Failure::from(fault);
    for finding in failure.findings.iter_mut().filter(|_| is_more_than_import) {
        *finding = finding.clone().path(stack.id.clone()).help(ONLY_IMPORT);
    }
    failure
}

/// What CloudFormation says where it makes no change set because of a nested stack.
fn is_refused_for_nested(made: &Result<ChangeSetPage, Fault>) -> Option<String> {
    let said = match made {
        Ok(page) if page.status == "FAILED" => &page.reason,
        Err(fault) if fault.kind == FaultKind::Invalid => &fault.message,
        _ => return None,
    };
    said.to_ascii_lowercase().contains("nested").then(|| said.clone())
}

/// True for what CloudFormation says where a change set would do nothing.
pub(super) fn says_nothing_changes(reason: &str) -> bool {
    let reason = reason.to_ascii_lowercase();
    ["didn't contain changes", "did not contain changes", "no updates are to be performed"]
        .iter()
        .any(|text| reason.contains(text))
}

/// Why it cannot be carried out: what the validation has found, or else what CloudFormation says.
async fn failed<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    page: &ChangeSetPage,
    request: &ChangeSetRequest,
) -> Failure {
    let origins = Origins::of(stack);
    let found = validation(session, &page.id).await;
    let mut findings: Vec<Diagnostic> = found
        .iter()
        .filter(|one| one.status == "FAILED")
        .map(|one| invalid(one, &origins, request))
        .collect();
    if findings.is_empty() {
        let reason = request.without_values(page.reason.trim().trim_end_matches('.'));
        let message =
            format!("CloudFormation cannot make a change set of the stack `{}`: {reason}", stack.name);
        let help = if is_more_than_import(&reason) {
            ONLY_IMPORT
        } else {
            "nothing was changed; put right what it says, and deploy again"
        };
        findings.push(Diagnostic::error(&code::CHANGE_SET_FAILED, message).path(stack.id.clone()).help(help));
    }
    Failure { kind: FailureKind::Failed, findings }
}

/// Tells what the validation has found that stops nothing: a bucket that is not empty, a quota that may not do.
async fn warn<C: Cloud>(session: &Session<C>, stack: &Stack, change_set: &str, request: &ChangeSetRequest) {
    let found = validation(session, change_set).await;
    let origins = Origins::of(stack);
    for one in found.iter().filter(|one| one.status == "WARN") {
        session.teller.tell(Progress::Warning(invalid(one, &origins, request)));
    }
}

/// All that the validation has found. Who may not ask, or asks the local server, which validates nothing, is told of nothing.
async fn validation<C: Cloud>(session: &Session<C>, change_set: &str) -> Vec<ValidationFinding> {
    if session.local.is_some() {
        return Vec::new();
    }
    let found = pages::all(session, async |next| session.cloud.describe_validation(change_set, next).await);
    found.await.unwrap_or_default()
}

fn invalid(found: &ValidationFinding, origins: &Origins<'_>, request: &ChangeSetRequest) -> Diagnostic {
    let reason = request.without_values(found.reason.trim().trim_end_matches('.'));
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
