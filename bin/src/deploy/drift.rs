//! `drift`: what somebody has changed beside the templates.

use formwork_assembly::{Diagnostic, Place, Stack, code};
use futures_util::{StreamExt, stream};
use serde::Serialize;
use serde_json::Value;
use tokio::time::sleep;

use super::{
    Failure, FailureKind, Session, Target,
    cloud::{Cloud, DriftedProperty, ResourceDrift, StackMember},
    finding::clause,
    halt, identity,
    ledger::Ledger,
    origins::Origins,
    pages,
    patience::persist,
    selection,
    survey::describe,
};
use crate::diff::{is_secret, redacted};

/// How many stacks are looked at at once.
const AT_ONCE: usize = 4;

/// The drift of a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StackDrift {
    /// The id of the stack.
    pub stack: String,
    /// Its name in CloudFormation.
    pub name: String,
    /// Its resources that are not as the template says, by construct path.
    pub resources: Vec<DriftedResource>,
    /// How many resources CloudFormation could not look at.
    pub unchecked: usize,
}

/// A resource that is not as the template says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DriftedResource {
    /// The construct path; the logical id where none is known.
    pub path: String,
    /// The user's line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
    /// The key in the template.
    pub logical_id: String,
    /// What the service calls it.
    pub physical_id: String,
    /// `AWS::S3::Bucket`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `MODIFIED`, `DELETED`.
    pub status: String,
    /// The properties that differ; without values where they are secret.
    pub properties: Vec<DriftedProperty>,
}

/// Looks for drift. Stacks that are not deployed are left out.
///
/// # Errors
/// There is no such stack in the assembly, AWS cannot be asked, or it cannot look.
pub async fn drift<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    stacks: &[String],
) -> Result<Vec<StackDrift>, Failure> {
    let stacks = selection::exactly(&target.assembly, stacks)?;
    let session = &identity::check(session, target, &stacks).await?;
    let since = session.interrupts.count();
    let ledger = Ledger::new();
    let work = async {
        let there = describe(session, &stacks).await?;
        let there = there.into_iter().filter(|(_, found)| {
            found.as_ref().is_some_and(|one| !one.status.is_review() && !one.status.is_deleted())
        });
        let looks = there.map(|(stack, _)| look(session, stack));
        let results: Vec<_> = stream::iter(looks).buffered(AT_ONCE).collect().await;
        let (found, failures): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
        Failure::all(failures.into_iter().filter_map(Result::err))?;
        Ok(found.into_iter().flatten().collect())
    };
    halt::preparing(session, since, &ledger, work).await
}

async fn look<C: Cloud>(session: &Session<C>, stack: &Stack) -> Result<StackDrift, Failure> {
    let session = &session.at(stack);
    let detection = persist(session, async || session.cloud.detect_stack_drift(&stack.name).await).await?;
    loop {
        let found =
            persist(session, async || session.cloud.describe_stack_drift_detection(&detection).await).await?;
        match found.status.as_str() {
            "DETECTION_IN_PROGRESS" => sleep(session.pace).await,
            "DETECTION_FAILED" => {
                let reason = found.reason.unwrap_or_else(|| "CloudFormation does not say why".to_owned());
                let message = format!(
                    "not all resources of the stack `{}` could be looked at: {}",
                    stack.name,
                    clause(&reason)
                );
                let help = "what follows is what could be; the caller needs the right to read each of them";
                let warning = Diagnostic::warning(&code::DRIFT_UNKNOWN, message);
                session.teller.warn(warning.path(&stack.id).help(help));
                break;
            }
            _ => break,
        }
    }
    let mut drifts =
        pages::all(session, async |next| session.cloud.describe_resource_drifts(&stack.name, next).await)
            .await?;
    let origins = Origins::of(stack);
    // Types that it cannot look at are not among its answers.
    drifts.retain(|drift| matches!(drift.status.as_str(), "IN_SYNC" | "MODIFIED" | "DELETED"));
    let unchecked = unchecked(session, stack, &drifts).await?;
    drifts.retain(|drift| drift.status != "IN_SYNC");
    let mut resources: Vec<DriftedResource> =
        drifts.into_iter().map(|drift| resource(&origins, drift)).collect();
    resources.sort_by(|a, b| (&a.path, &a.logical_id).cmp(&(&b.path, &b.logical_id)));
    Ok(StackDrift { stack: stack.id.clone(), name: stack.name.clone(), resources, unchecked })
}

/// How many resources of the stack are not among those that were looked at.
async fn unchecked<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    seen: &[ResourceDrift],
) -> Result<usize, Failure> {
    let members = pages::members(session, &stack.name).await?;
    let there = members.iter().filter(|member| member.is_there());
    let is_seen = |member: &StackMember| seen.iter().any(|drift| drift.logical_id == member.logical_id);
    Ok(there.filter(|member| !is_seen(member)).count())
}

fn resource(origins: &Origins<'_>, drift: ResourceDrift) -> DriftedResource {
    let ResourceDrift { logical_id, physical_id, kind, status, properties } = drift;
    let properties = properties.into_iter().map(|property| {
        let DriftedProperty { path, expected, actual, difference } = property;
        let (expected, actual) = (shown(&path, expected), shown(&path, actual));
        DriftedProperty { path, expected, actual, difference }
    });
    DriftedResource {
        path: origins.path(&logical_id).to_owned(),
        at: origins.at(&logical_id),
        properties: properties.collect(),
        logical_id,
        physical_id,
        kind,
        status,
    }
}

/// The value at a JSON pointer, for everybody's eyes: items of lists come as JSON texts, and a `Value` whose name is not told may be any.
fn shown(pointer: &str, text: String) -> String {
    let names = || pointer.split('/').filter(|name| name.parse::<usize>().is_err());
    let is_nameless = pointer.ends_with("/Value") && !names().any(|name| name == "Tags");
    if text.is_empty() {
        text
    } else if is_nameless || names().any(is_secret) {
        "(hidden)".to_owned()
    } else {
        match serde_json::from_str(&text) {
            Ok(value @ (Value::Object(_) | Value::Array(_))) => {
                redacted(names().next_back().unwrap_or_default(), &value).to_string()
            }
            _ => text,
        }
    }
}

impl StackDrift {
    /// True where everything that could be looked at is as the template says.
    pub fn is_in_sync(&self) -> bool {
        self.resources.is_empty()
    }
}

/// What is told of a stack that has drifted, where somebody wants that to be a failure.
impl From<&StackDrift> for Failure {
    fn from(drift: &StackDrift) -> Self {
        let count = drift.resources.len();
        let message = format!("{count} resources of the stack `{}` are not as the template says", drift.name);
        let finding = Diagnostic::error(&code::DRIFTED, message).path(drift.stack.clone());
        Self::new(
            FailureKind::Failed,
            finding.help("deploy with `--revert-drift`, or write into the app what was changed"),
        )
    }
}
