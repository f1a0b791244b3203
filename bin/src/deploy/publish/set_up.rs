//! The bucket and the repository of Formwork in one account and region, as a small stack of their own, made on demand.
//!
//! Several runs may do it at once: whoever comes second waits for the first, and uses what is there. A stack that an earlier release has
//! made is brought up to date by whoever publishes something and may do so; it does its work before and after.

use formwork_assembly::{Bootstrap, Diagnostic, code};
use serde_json::json;

use super::{
    bootstrap,
    home::Home,
    parcel::Need,
    registry::ecr,
    small_stack::{Order, SmallStack, Trouble},
};
use crate::deploy::{
    Failure, FailureKind, Question, Session, Target,
    cloud::{Cloud, FaultKind, StackDescription},
    finding::clause,
};

/// The name of the stack.
const STACK: &str = "formwork-assets";

/// What is in it, but for the name of the bucket.
const TEMPLATE: &str = include_str!("formwork-assets.yaml");

/// The version of the template, which it hands out under this name. A stack without it is of no version: older than all others.
pub(super) const VERSION: (&str, u32) = ("Version", 1);

/// Where the name of the bucket goes.
const BUCKET: &str = "ASSET_BUCKET";

/// How often it is tried to make it, where another run seems to come first each time.
const ATTEMPTS: u32 = 3;

/// Makes the bucket and the repository, unless what is needed of them is there.
pub(super) async fn make<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    home: &Home,
    need: Need,
) -> Result<(), Failure> {
    let cloud = &session.cloud.in_region(&home.region);
    let mut attempt = 0;
    loop {
        let has =
            Need { bucket: has_bucket(cloud, home).await?, repository: has_repository(cloud, home).await? };
        if (has.bucket || !need.bucket) && (has.repository || !need.repository) {
            return if attempt == 0 { renew(session, cloud, home).await } else { Ok(()) };
        }
        let stack = cloud.describe_stack(STACK).await?;
        let stack = stack.filter(|stack| !stack.status.is_deleted() && !stack.status.is_review());
        match stack {
            Some(stack) if stack.status.is_busy() => tokio::time::sleep(session.pace).await,
            Some(stack) => return Err(broken(home, &stack)),
            None => {
                if attempt == 0 {
                    agree(session, target, cloud, home).await?;
                }
                attempt += 1;
                // One of the two may have stayed from before.
                let order = if has.bucket || has.repository { Order::TakeOver } else { Order::Create };
                match small_stack(home).carry_out(session, cloud, order, attempt).await {
                    Ok(()) => {}
                    // Another run may have been quicker, which the next look will show.
                    Err(Trouble::Overtaken(_)) if attempt < ATTEMPTS => {
                        tokio::time::sleep(session.pace).await;
                    }
                    Err(Trouble::Overtaken(fault) | Trouble::Fault(fault)) => return Err(fault.into()),
                    Err(Trouble::Failed(reason)) => return Err(failed(home, &reason)),
                }
            }
        }
    }
}

/// Brings a stack of an earlier release up to date. Where that cannot be, it stays as it is, and serves as it did.
async fn renew<C: Cloud>(session: &Session<C>, cloud: &C, home: &Home) -> Result<(), Failure> {
    let stack = match cloud.describe_stack(STACK).await {
        Ok(stack) => stack,
        // Keeping it is for somebody with more rights.
        Err(fault) if fault.kind == FaultKind::Denied => None,
        Err(fault) => return Err(fault.into()),
    };
    let is_old = |stack: &StackDescription| {
        stack.status.is_stable() && !stack.status.is_deleted() && version_of(stack) < VERSION.1
    };
    if !stack.as_ref().is_some_and(is_old) {
        return Ok(());
    }
    match small_stack(home).carry_out(session, cloud, Order::Update, 0).await {
        // Another run may be at it.
        Ok(()) | Err(Trouble::Overtaken(_)) => {}
        Err(Trouble::Fault(fault)) if fault.kind != FaultKind::Denied => return Err(fault.into()),
        Err(Trouble::Fault(fault)) => session.teller.warn(outdated(home, &fault.message)),
        Err(Trouble::Failed(reason)) => session.teller.warn(outdated(home, &reason)),
    }
    Ok(())
}

fn version_of(stack: &StackDescription) -> u32 {
    let version = stack.outputs.iter().find(|output| output.key == VERSION.0);
    version.and_then(|version| version.value.parse().ok()).unwrap_or(0)
}

fn small_stack(home: &Home) -> SmallStack<'static> {
    SmallStack {
        name: STACK,
        description: "the bucket and the repository for assets",
        template: TEMPLATE.replace(BUCKET, &Bootstrap::Formwork.bucket(&home.account, &home.region)),
    }
}

async fn has_bucket<C: Cloud>(cloud: &C, home: &Home) -> Result<bool, Failure> {
    let bucket = Bootstrap::Formwork.bucket(&home.account, &home.region);
    // A list tells a bucket that is not there from an object that is not there.
    match cloud.list_objects(&bucket, &home.account, "formwork/", None).await {
        Ok(_) => Ok(true),
        Err(fault) if fault.kind == FaultKind::Missing => Ok(false),
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
    let repository = Bootstrap::Formwork.repository(&home.account, &home.region);
    let body = json!({ "registryId": home.account, "repositoryNames": [repository] });
    let call = ecr("AmazonEC2ContainerRegistry_V20150921.DescribeRepositories", body);
    match cloud.call(&call).await {
        Ok(answer) => Ok(answer["repositories"].as_array().is_some_and(|found| !found.is_empty())),
        Err(fault) if fault.kind == FaultKind::Missing => Ok(false),
        Err(fault) => Err(fault.into()),
    }
}

/// Asks whether to make them. Whoever has said nothing of a bootstrap is told of the one that could be used instead.
async fn agree<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    cloud: &C,
    home: &Home,
) -> Result<(), Failure> {
    let is_open = !target.assembly.app.is_empty() && target.assembly.bootstrap.is_none();
    let has_cdk = is_open && session.local.is_none() && bootstrap::is_there(cloud, &Bootstrap::cdk()).await;
    let (account, region) = (home.account.clone(), home.region.clone());
    if session.teller.ask(Question::SetUp { account, region, has_cdk }).await {
        return Ok(());
    }
    let message = format!(
        "the account {} has no bucket and no repository for assets in `{}`",
        home.account, home.region
    );
    let finding = Diagnostic::error(&code::NO_PLACE_FOR_ASSETS, message);
    let mut help =
        "agree to make them, where there is a terminal, or by an option of `deploy`: a small stack, `formwork-assets`"
            .to_owned();
    if has_cdk {
        help.push_str(INSTEAD);
    }
    Err(Failure::new(FailureKind::Refused, finding.help(help)))
}

/// What else there is to do where the CDK is at home already.
const INSTEAD: &str = "\nor publish through the bootstrap of the CDK that is there: `\"bootstrap\": \"cdk\"` in the stage file, \
                       `.bootstrap(Bootstrap::cdk())` in Rust";

fn failed(home: &Home, reason: &str) -> Failure {
    let message = format!("the stack `{STACK}` cannot be made in `{}`: {}", home.region, clause(reason));
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

fn outdated(home: &Home, reason: &str) -> Diagnostic {
    let message = format!(
        "the stack `{STACK}` in `{}` stays as an earlier release has made it: {}",
        home.region,
        clause(reason)
    );
    let help = "it serves as it did; somebody with more rights brings it up to date by the next deployment that publishes something";
    Diagnostic::warning(&code::SET_UP_OUTDATED, message).help(help)
}
