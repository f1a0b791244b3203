//! Empties buckets, with all versions, so that CloudFormation can delete them: those of which it is certain that they go.

use formwork_assembly::Stack;
use serde_json::Value;

use crate::deploy::{Failure, Progress, Session, cloud::Cloud, origins::Origins, pages, patience::persist};

/// Empties those buckets of a stack that its deletion deletes.
pub(super) async fn buckets<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    stack_id: &str,
) -> Result<(), Failure> {
    let template = persist(session, async || session.cloud.get_template(stack_id).await).await?;
    let template: Option<Value> = template.and_then(|text| serde_json::from_str(&text).ok());
    let origins = Origins::of(stack);
    let tell = |logical_id: &str, text: String| {
        let path = origins.path(logical_id).to_owned();
        session.teller.tell(Progress::Note { stack: stack.id.clone(), path, text });
    };
    for member in pages::members(session, stack_id).await? {
        if member.kind != "AWS::S3::Bucket" || member.physical_id.is_empty() || !member.is_there() {
            continue;
        }
        match Fate::of(template.as_ref(), &member.logical_id) {
            Fate::Goes => {
                let count = empty(&session.by_caller(stack), &member.physical_id).await?;
                tell(&member.logical_id, format!("emptied: {count} versions"));
            }
            Fate::Stays => {}
            Fate::Unknown => {
                let text = "not emptied: whether it is to stay cannot be read from the deployed template";
                tell(&member.logical_id, text.to_owned());
            }
        }
    }
    Ok(())
}

/// What the deletion of its stack does to a bucket.
enum Fate {
    Goes,
    Stays,
    /// The template is no JSON, has no such resource before its macros, or computes the policy: such a bucket is left alone.
    Unknown,
}

impl Fate {
    fn of(template: Option<&Value>, logical_id: &str) -> Self {
        let resource = template.and_then(|template| template["Resources"][logical_id].as_object());
        match resource.map(|resource| resource.get("DeletionPolicy")) {
            Some(None) => Self::Goes,
            Some(Some(Value::String(policy))) if policy == "Delete" => Self::Goes,
            Some(Some(Value::String(_))) => Self::Stays,
            Some(Some(_)) | None => Self::Unknown,
        }
    }
}

async fn empty<C: Cloud>(session: &Session<C>, bucket: &str) -> Result<usize, Failure> {
    let owner = &session.caller.account;
    let mut count = 0;
    // What is deleted is on no page any more: the first page is always the next one.
    loop {
        let page =
            persist(session, async || session.cloud.list_object_versions(bucket, owner, None).await).await?;
        if page.items.is_empty() {
            return Ok(count);
        }
        count += page.items.len();
        let keys: Vec<_> = page.items.into_iter().map(|(key, version)| (key, Some(version))).collect();
        persist(session, async || session.cloud.delete_objects(bucket, owner, &keys).await).await?;
    }
}
