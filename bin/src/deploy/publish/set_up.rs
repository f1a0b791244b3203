//! The bucket and the repository of Formwork in one account and region, as a small stack of their own, made on demand.
//!
//! Several runs may do it at once: whoever comes second waits for the first, and uses what is there.

use formwork_assembly::{
    Diagnostic, code,
    folder::{BUCKET, REPOSITORY},
};
use serde_json::json;

use super::parcel::{Home, Need};
use crate::deploy::{
    Failure, FailureKind, Progress, Question, Session, Work,
    cloud::{
        Answer, Call, ChangeSetKind, ChangeSetRequest, Cloud, Execution, Fault, FaultKind, OnStackFailure,
        StackDescription, TemplateSource,
    },
};

/// The name of the stack.
const STACK: &str = "formwork-assets";

/// What is in it.
const TEMPLATE: &str = include_str!("formwork-assets.yaml");

/// How often it is tried to make it, where another run seems to come first each time.
const ATTEMPTS: u32 = 3;

/// Makes the bucket and the repository, unless what is needed of them is there.
pub(super) async fn make<C: Cloud>(
    session: &Session<C>,
    cloud: &C,
    home: &Home,
    need: Need,
) -> Result<(), Failure> {
    let mut attempt = 0;
    loop {
        let has =
            Need { bucket: has_bucket(cloud, home).await?, repository: has_repository(cloud, home).await? };
        if (has.bucket || !need.bucket) && (has.repository || !need.repository) {
            return Ok(());
        }
        let stack = cloud.describe_stack(STACK).await?;
        let stack = stack.filter(|stack| !stack.status.is_deleted() && !stack.status.is_review());
        match stack {
            Some(stack) if stack.status.is_busy() => tokio::time::sleep(session.pace).await,
            Some(stack) => return Err(broken(home, &stack)),
            None => {
                if attempt == 0 && !agreed(session, home).await {
                    return Err(refused(home));
                }
                attempt += 1;
                match create(session, cloud, home, has, attempt).await {
                    Ok(()) => {}
                    // Another run may have been quicker, which the next look will show.
                    Err(Trouble::Overtaken(_)) if attempt < ATTEMPTS => {
                        tokio::time::sleep(session.pace).await
                    }
                    Err(Trouble::Overtaken(fault)) => return Err(fault.into()),
                    Err(Trouble::Failed(failure)) => return Err(failure),
                }
            }
        }
    }
}

enum Trouble {
    /// CloudFormation does not take the order as things are.
    Overtaken(Fault),
    Failed(Failure),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        match fault.kind {
            FaultKind::Busy | FaultKind::Exists | FaultKind::Invalid | FaultKind::Missing => {
                Self::Overtaken(fault)
            }
            _ => Self::Failed(fault.into()),
        }
    }
}

async fn create<C: Cloud>(
    session: &Session<C>,
    cloud: &C,
    home: &Home,
    has: Need,
    attempt: u32,
) -> Result<(), Trouble> {
    let token = format!("formwork-{}-{attempt}", session.run);
    let request = ChangeSetRequest {
        stack: STACK.to_owned(),
        name: token.clone(),
        description: "the bucket and the repository for assets".to_owned(),
        kind: ChangeSetKind::Create,
        template: TemplateSource::Body(TEMPLATE.to_owned()),
        parameters: Vec::new(),
        tags: Vec::new(),
        role: None,
        notify: Vec::new(),
        on_failure: Some(OnStackFailure::Delete),
        // One of the two may have stayed from before.
        import_existing: has.bucket || has.repository,
        imports: Vec::new(),
        revert_drift: false,
        express: false,
        token: token.clone(),
    };
    let change_set = cloud.create_change_set(&request).await?;
    loop {
        let page = cloud.describe_change_set(&change_set.id, None, None).await?;
        match page.status.as_str() {
            "CREATE_COMPLETE" => break,
            "FAILED" => return Err(Trouble::Failed(failed(home, &page.reason))),
            _ => tokio::time::sleep(session.pace).await,
        }
    }
    cloud.execute_change_set(&change_set.id, &Execution { token, ..Execution::default() }).await?;
    let (stack, work) = (STACK.to_owned(), Work::Create);
    session.teller.tell(Progress::Began { stack, work, resources: None });
    let mut reason = String::new();
    let status = loop {
        reason = first_reason(cloud, &change_set.stack_id).await?.unwrap_or(reason);
        match cloud.describe_stack(&change_set.stack_id).await? {
            Some(stack) if stack.status.is_busy() || stack.status.is_review() => {
                tokio::time::sleep(session.pace).await;
            }
            stack => break stack.map(|stack| stack.status).unwrap_or_default(),
        }
    };
    session.teller.tell(Progress::Ended { stack: STACK.to_owned(), status: status.clone() });
    if status.0 == "CREATE_COMPLETE" { Ok(()) } else { Err(Trouble::Failed(failed(home, &reason))) }
}

/// Why the first resource failed; the others only follow. The stack is so small that its events are on one page.
async fn first_reason<C: Cloud>(cloud: &C, stack: &str) -> Answer<Option<String>> {
    let events = cloud.describe_stack_events(stack, None).await?.items;
    let failed =
        events.into_iter().filter(|event| event.status.0.ends_with("_FAILED") && !event.is_of_stack());
    // The newest come first.
    Ok(failed.filter_map(|event| Some(format!("{}: {}", event.logical_id, event.reason?))).next_back())
}

async fn has_bucket<C: Cloud>(cloud: &C, home: &Home) -> Result<bool, Failure> {
    let bucket = format!("{BUCKET}-{}-{}", home.account, home.region);
    // A list tells a bucket that is not there from an object that is not there.
    match cloud.list_objects(&bucket, &home.account, "formwork/", None).await {
        Ok(_) => Ok(true),
        Err(fault) if is_missing(&fault) => Ok(false),
        Err(fault) if fault.kind == FaultKind::Denied => {
            let help = format!(
                "the caller may not read the bucket `{bucket}`, or somebody else owns it: it must lie in the account {}",
                home.account
            );
            Err(Failure::new(FailureKind::Unreachable, fault.finding().help(help)))
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn has_repository<C: Cloud>(cloud: &C, home: &Home) -> Result<bool, Failure> {
    let call = Call::Json {
        service: "ecr",
        host: "api.ecr",
        target: "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories",
        body: json!({ "registryId": home.account, "repositoryNames": [REPOSITORY] }),
    };
    match cloud.call(&call).await {
        Ok(answer) => Ok(answer["repositories"].as_array().is_some_and(|found| !found.is_empty())),
        Err(fault) if is_missing(&fault) => Ok(false),
        Err(fault) => Err(fault.into()),
    }
}

fn is_missing(fault: &Fault) -> bool {
    fault.kind == FaultKind::Missing || fault.code.contains("NotFound") || fault.code.contains("NoSuch")
}

async fn agreed<C>(session: &Session<C>, home: &Home) -> bool {
    let (account, region) = (home.account.clone(), home.region.clone());
    session.teller.ask(Question::SetUp { account, region }).await
}

fn refused(home: &Home) -> Failure {
    let message = format!(
        "the account {} has no bucket and no repository for assets in `{}`",
        home.account, home.region
    );
    let finding = Diagnostic::error(&code::NO_PLACE_FOR_ASSETS, message);
    let help = "agree to make them, where there is a terminal, or by an option of `deploy`: a small stack, `formwork-assets`";
    Failure::new(FailureKind::Refused, finding.help(help))
}

fn failed(home: &Home, reason: &str) -> Failure {
    let message =
        format!("the stack `{STACK}` cannot be made in `{}`: {}", home.region, reason.trim_end_matches('.'));
    let finding = Diagnostic::error(&code::SET_UP_FAILED, message);
    Failure::new(
        FailureKind::Failed,
        finding.help("remove what the reason names, then deploy again; no stack of the app was touched"),
    )
}

fn broken(home: &Home, stack: &StackDescription) -> Failure {
    let message = format!(
        "the stack `{STACK}` in `{}` is in the state {}, but its bucket or repository is not there",
        home.region, stack.status
    );
    let finding = Diagnostic::error(&code::SET_UP_FAILED, message);
    let help = format!("delete the stack `{STACK}`, which keeps what is in use, then deploy again");
    Failure::new(FailureKind::Failed, finding.help(help))
}
