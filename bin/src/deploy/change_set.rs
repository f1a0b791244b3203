//! Makes the change set of a stack, and waits until CloudFormation has worked out what it would do.

mod refusal;
mod validation;

use formwork_assembly::{Diagnostic, Stack, code, digest};

use super::{
    Failure, Options, Published, Session, Target,
    cloud::{
        Answer, ChangeSetId, ChangeSetKind, ChangeSetPage, ChangeSetRequest, Cloud, Fault, FaultKind, Page,
        PlannedChange,
    },
    import,
    ledger::Ledger,
    nested, pages, parameters,
    patience::persist,
    state::Standing,
};
pub(super) use refusal::says_nothing_changes;

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

/// What the change sets of a run are made with.
pub(super) struct Maker<'a, C> {
    pub session: &'a Session<C>,
    pub target: &'a Target,
    pub options: &'a Options,
    pub published: &'a Published,
    pub ledger: &'a Ledger<C>,
}

impl<C: Cloud> Maker<'_, C> {
    /// Makes a change set; none where the stack is as it should be.
    ///
    /// # Errors
    /// It cannot be made, or CloudFormation finds that it would fail.
    pub(super) async fn make(
        &self,
        stack: &Stack,
        standing: &Standing,
    ) -> Result<Option<ChangeSet>, Failure> {
        let session = &self.session.at(stack);
        let mut request = self.request(session, stack, standing).await?;
        // A shell that was there before is somebody else's, who may have prepared something.
        let is_shell = matches!(standing, Standing::Absent);
        self.ledger.note(session, stack, &request.name, is_shell);
        let page =
            made(session, stack, &mut request).await.map_err(|fault| refusal::refused(stack, fault))?;
        if page.status != "FAILED" {
            let mut changes = changes(session, &page).await?;
            nested::look_into(session, &mut changes).await?;
            validation::warn(session, stack, &page.id, &request).await;
            let ChangeSetPage { id, stack_id, .. } = page;
            return Ok(Some(ChangeSet { id, stack_id, kind: request.kind, changes }));
        }
        let is_empty = says_nothing_changes(&page.reason);
        let failure =
            if is_empty { None } else { Some(refusal::failed(session, stack, &page, &request).await) };
        // Of no use to anybody. The shell that a creation leaves goes with the rest of the ledger.
        let removed = remove(session, &stack.name, &request.name).await;
        match failure {
            Some(failure) => Err(failure),
            None => {
                removed?;
                self.ledger.forget(stack);
                Ok(None)
            }
        }
    }

    async fn request(
        &self,
        session: &Session<C>,
        stack: &Stack,
        standing: &Standing,
    ) -> Result<ChangeSetRequest, Failure> {
        let Self { target, options, .. } = self;
        let existing = standing.description();
        let imports = options.imports.iter().filter(|import| import.stack == stack.id);
        let imports: Vec<_> = imports.map(|import| import.resource.clone()).collect();
        let kind = if imports.is_empty() { standing.kind() } else { ChangeSetKind::Import };
        let is_import = kind == ChangeSetKind::Import;
        let role = options.role.clone().or_else(|| self.published.executor(stack).map(str::to_owned));
        Ok(ChangeSetRequest {
            stack: stack.name.clone(),
            name: session.change_set_name(),
            description: seal(target, stack, kind),
            kind,
            template: self.published.template(stack),
            // CloudFormation refuses an import that changes the tags of a stack, or gives a new one some; the next deployment does.
            tags: match existing {
                Some(existing) if is_import => existing.tags.clone(),
                None if is_import => Vec::new(),
                _ => stack.tags.clone(),
            },
            role: if is_import { import::role(session, stack, existing, role) } else { role },
            parameters: parameters::values(session, stack, &options.parameters, existing).await?,
            notify: options.notify.clone(),
            delete_failed: kind == ChangeSetKind::Create && !options.keep_on_failure,
            import_existing: options.import_existing,
            imports,
            revert_drift: kind == ChangeSetKind::Update
                && (target.assembly.protected || options.revert_drift),
            nested: !is_import && nested::has_nested(&stack.template),
            express: options.express,
            keep_on_failure: options.keep_on_failure,
            token: session.token(&stack.id),
        })
    }
}

/// Makes it, without a look at drift or into nested stacks where CloudFormation can take none.
async fn made<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    request: &mut ChangeSetRequest,
) -> Answer<ChangeSetPage> {
    let mut made = attempt(session, request).await;
    if request.revert_drift && refusal::is_for_drift(&made) {
        let message = "this stack cannot be compared with what was changed beside its template";
        let help = "such changes are neither shown nor taken back; `drift` looks for them";
        let warning = Diagnostic::warning(&code::DRIFT_UNAWARE, message).path(&stack.id).help(help);
        session.teller.warn(warning);
        remove(session, &stack.name, &request.name).await?;
        request.revert_drift = false;
        request.token = session.token(&format!("again-{}", stack.id));
        made = attempt(session, request).await;
    }
    if request.nested
        && let Some(said) = refusal::for_nested(&made)
    {
        let said = nested::reason(session, &said).await;
        let text = format!("the stacks within cannot be looked into: {}", request.without_values(&said));
        session.teller.note(&stack.id, text);
        remove(session, &stack.name, &request.name).await?;
        request.nested = false;
        request.token = session.token(&format!("outer-{}", stack.id));
        made = attempt(session, request).await;
    }
    made
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
